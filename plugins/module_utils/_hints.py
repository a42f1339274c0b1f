# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is meant by members that an entry does not have. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._words import near

HOW_TO_TAKE_OVER = "give each item of its correlations as an entry, with source added and $$ written $ (docs/lists-and-prune.md shows how)"
_OF_ANSWERS = frozenset(("orgId", "provisioned", "dangling"))  # members that entries do not have
# Members and where they belong, for those that are given elsewhere.
_PLACES = {
    **dict.fromkeys(("source", "source_uid", "sourceUID", "target_uid", "targetUID", "label", "description", "uid", "state"), ""),
    **dict.fromkeys(("field", "transformations"), "config."),
    **dict.fromkeys(("url", "expr", "query", "queryType", "refId"), "config.target."),
    **dict.fromkeys(("expression", "map_value", "mapValue"), "config.transformations[]."),
}
_WORDS_BETWEEN = re.compile(r"data_?sources?_?", re.IGNORECASE)


def unknown_member(where: str, name: str, known: t.Collection[str], thing: str = "a correlation") -> str:
    """A sentence about a member that is not known where it stands ("" or such as "config."), and is no option of the thing."""
    place = _PLACES.get(name) if "config" in known or where else None
    if place is not None and not (place and where.startswith(place.rstrip(".").rstrip("[]"))):
        return "%s%s stands in the wrong place: write it as %s%s" % (where, name, place, name)
    return "%s%s is no option of %s%s" % (where, name, thing, near(name, known) or near(_WORDS_BETWEEN.sub("", name), known))


def wrong_thing(mapping: t.Mapping[t.Any, t.Any]) -> str | None:
    """What to do where the mapping is no entry but something near one, as a sentence; None for an entry."""
    if not _OF_ANSWERS.isdisjoint(mapping):
        return "it is a correlation as Grafana answers it: of the result of grafana_correlation_info, give definitions, not correlations"
    if is_provisioning_file(mapping) or isinstance(mapping.get("correlations"), list):
        return "it is a part of a provisioning file of Grafana: " + HOW_TO_TAKE_OVER
    return None


def is_provisioning_file(mapping: t.Mapping[t.Any, t.Any]) -> bool:
    """Whether it is the content of a file from which Grafana provisions data sources."""
    return "datasources" in mapping or "apiVersion" in mapping
