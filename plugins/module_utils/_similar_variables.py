# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables that look like a misspelled one of a transformation. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_regex import read_regex
from ansible_collections.crosslink.grafana.plugins.module_utils._link_variables import BUILT_IN, texts_in, uses_in
from ansible_collections.crosslink.grafana.plugins.module_utils._text import did_you_mean

SIMILAR = 0.85  # traceId and trace_id are similar to traceID, spanID is not

Transformation = t.Mapping[str, t.Any]  # in the API's spelling


def similar_variables(
    texts: t.Any, transformations: t.Sequence[Transformation], field: str
) -> t.Iterator[tuple[str, str]]:
    """Variables used in ``texts``, any JSON value, that only resemble those of the transformations, with a hint.

    With logfmt any variable can be meant. Variables that have the names of fields are those fields.
    """
    if any(transformation["type"] != "regex" for transformation in transformations):
        return
    names = dict.fromkeys(use.name for use in uses_in(" ".join(texts_in(texts))))
    given = _names_given(transformations, field)
    known = {*given, *BUILT_IN, field, *(transformation.get("field") for transformation in transformations)}
    for name in names:
        hint = "" if name in known else did_you_mean(name, given, SIMILAR)
        if hint:
            yield name, hint


def _names_given(transformations: t.Iterable[Transformation], field: str) -> set[str]:
    """The variables that regular expressions can give, whatever the row is."""
    found: set[str] = set()
    for transformation in transformations:
        found.update(read_regex(transformation["expression"]).names or [transformation.get("mapValue") or field])
    return found
