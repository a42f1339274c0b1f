# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the transformations of a correlation make of a row. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError
from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_regex_match import match_all
from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_values import json_text
from ansible_collections.crosslink.grafana.plugins.module_utils._logfmt import read_logfmt
from ansible_collections.crosslink.grafana.plugins.module_utils._validator import kind_of

Transformation = t.Mapping[str, t.Any]  # in the API's spelling
Row = t.Mapping[str, t.Any]  # the values of one result by the names of its fields

_UNUSABLE = "__proto__"  # JavaScript sets no member of that name


def transformed(transformations: t.Iterable[Transformation], field: str, row: Row) -> dict[str, str]:
    """The variables that the transformations give; later ones win. ``field`` is ``config.field``. Raises InputError."""
    found: dict[str, str] = {}
    for transformation in transformations:
        name = transformation.get("field") or field
        if transformation["type"] == "regex":
            found.update(_from_regex(transformation, field, row.get(name)))
        elif name in row:
            found.update(_from_logfmt(name, row[name]))
    found.pop(_UNUSABLE, None)
    return found


def _from_regex(transformation: Transformation, field: str, value: t.Any) -> dict[str, str]:
    """The variables of the last match, those of named groups, or one."""
    text = value if isinstance(value, str) else "" if value is None else json_text(value)
    expression = transformation.get("expression")
    found: dict[str, str] = {}
    for match in match_all(expression, text) if expression else ():
        if match.named:
            found = {name: group or "" for name, group in match.named.items()}
        else:
            found[transformation.get("mapValue") or field] = (match.groups and match.groups[0]) or match.text
    return found


def _from_logfmt(name: str, value: t.Any) -> dict[str, str]:
    if value is None or isinstance(value, list):
        sentence = "The field %s is %s, on which Explore fails when it reads it as logfmt." % (name, kind_of(value))
        raise InputError(sentence, "not_previewable")
    return read_logfmt(value) if isinstance(value, str) else {}
