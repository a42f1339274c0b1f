# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The values that variables of a link can have, and paths into them, as in ``${__data.fields["pod name"]}``. Pure."""

from __future__ import annotations

import dataclasses
import math
import re
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_characters import to_units
from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_values import (
    is_index,
    is_number,
    number_in,
    shown_text,
)

# A part of a path (lodash's): a number or a quoted name in brackets, or a name; between two dots, an empty name.
_PART = re.compile(
    r"""\[(?P<number>-?\d+(?:\.\d+)?)\]|\[(?P<quote>["'])(?P<quoted>(?:(?!(?P=quote))[^\\]|\\.)*?)(?P=quote)\]"""
    r"|(?P<name>[^.\[\]]+)|(?=(?:\.|\[\])(?:\.|\[\]|$))",
    re.ASCII | re.DOTALL,
)
_IS_PATH = re.compile(r"\.|\[(?:[^\[\]]*|([\"'])(?:(?!\1)[^\\]|\\.)*?\1)\]", re.DOTALL)


@dataclasses.dataclass(frozen=True)
class FieldValue:
    """The value of a field as Explore's links get it: the text that is shown, and a number."""

    value: t.Any

    @property
    def text(self) -> str:
        return shown_text(self.value)

    @property
    def number(self) -> float:
        if is_number(self.value) or isinstance(self.value, bool):
            return float(self.value)
        return number_in(self.value) if isinstance(self.value, str) and self.value else math.nan


@dataclasses.dataclass(frozen=True)
class Fields:
    """All fields of a row, by their names or their numbers from 0."""

    row: t.Mapping[str, t.Any]

    def find(self, name: str) -> FieldValue | None:
        if name in self.row:
            return FieldValue(self.row[name])
        number = number_in(name)
        values = list(self.row.values())
        return FieldValue(values[int(number)]) if number in range(len(values)) else None


def value_at(value: t.Any, path: str) -> t.Any:
    """What JavaScript finds at a path inside a value; None if there is nothing."""
    for name in _parts(path):
        value = _member(value, name)
    return value


def _parts(path: str) -> list[str]:
    if not _IS_PATH.search(path):
        return [path]
    parts = [""] if path.startswith(".") else []
    for found in _PART.finditer(path):
        quoted = found["quoted"]
        name = re.sub(r"\\(\\)?", r"\1", quoted) if quoted is not None else found["number"] or found["name"] or ""
        parts.append(name)
    return parts


def _member(value: t.Any, name: str) -> t.Any:
    if isinstance(value, Fields):
        return value.find(name)
    if isinstance(value, FieldValue):
        return {"text": value.text, "numeric": value.number}.get(name)
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, (str, list)):
        items = to_units(value) if isinstance(value, str) else value
        if name == "length":
            return len(items)
        return items[int(name)] if is_index(name) and int(name) < len(items) else None
    return None
