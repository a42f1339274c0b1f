# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hints for what users write in place of an entry or of its options. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._text import did_you_mean

HOW_TO_CONVERT = "give the whole file as src, or convert it with the filter crosslink.grafana.from_grafana_provisioning"
_ONLY_IN_ANSWERS = frozenset(("orgId", "provisioned", "dangling"))
# Where options belong that are given elsewhere.
_PLACES = {
    **dict.fromkeys(
        ("source", "source_uid", "sourceUID", "target_uid", "targetUID", "label", "description", "uid", "state"), ""
    ),
    **dict.fromkeys(("field", "transformations"), "config."),
    **dict.fromkeys(("url", "expr", "query", "queryType", "refId"), "config.target."),
    **dict.fromkeys(("expression", "map_value", "mapValue"), "config.transformations[]."),
}
_DATA_SOURCE = re.compile(r"data_?sources?_?", re.IGNORECASE)


def unknown_option(where: str, name: str, known: t.Collection[str], thing: str) -> str:
    """A clause about a name that the thing does not have at ``where`` ("" or a prefix such as ``config.``)."""
    right_place = _PLACES.get(name) if where.startswith("config.") or "config" in known else None
    if right_place is not None:
        return "'%s%s' is in the wrong place: write it as %s%s" % (where, name, right_place, name)
    outer, dot, inner = name.partition(".")
    if dot and outer in known:
        example = "%s='{\"%s\": ...}'" % (outer, inner)
        place = "it is a part of %s%s, a mapping (with key=value as JSON, such as %s)" % (where, outer, example)
        return "'%s%s' is not an option of %s: %s" % (where, name, thing, place)
    hint = did_you_mean(name, known) or did_you_mean(_DATA_SOURCE.sub("", name), known)
    return "'%s%s' is not an option of %s%s" % (where, name, thing, hint)


def not_an_entry(mapping: t.Mapping[t.Any, t.Any]) -> str | None:
    """A clause that says what the mapping is instead of an entry, and what to do; None for an entry."""
    if not _ONLY_IN_ANSWERS.isdisjoint(mapping):
        return "it is a correlation from Grafana's API: use definitions of grafana_correlation_info, not correlations"
    if is_provisioning_file(mapping) or isinstance(mapping.get("correlations"), list):
        return "it is part of a Grafana provisioning file: " + HOW_TO_CONVERT
    return None


def is_provisioning_file(mapping: t.Mapping[t.Any, t.Any]) -> bool:
    """Whether it is the content of a file from which Grafana provisions data sources."""
    return "datasources" in mapping or "apiVersion" in mapping
