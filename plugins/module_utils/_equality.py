# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one place that knows what equal means: equal to what the server would keep."""

from __future__ import annotations

import json
import typing as t

# What a definition is made of besides where the link starts and goes (source, target, type), which never change.
MEMBERS = ("label", "description", "config.field", "config.target", "config.transformations")

# Grafana's own editor puts these into config.target, and the link's use overrides them.
EDITOR_MEMBERS = ("datasource", "key")

_TRANSFORMATION_MEMBERS = ("type", "expression", "field", "mapValue")

_IN_ORDER = json.JSONEncoder(sort_keys=True).encode


def as_floats(value: t.Any) -> t.Any:
    """The value as it comes back from Grafana, whose numbers pass through a 64-bit float; true stays true, and -0 is 0.

    Raises OverflowError for an integer that no such float can hold.
    """
    if isinstance(value, dict):
        return {name: as_floats(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_floats(inner) for inner in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value) + 0.0
    return value


def normalize_numbers(value: t.Any) -> t.Any:
    """The value as Grafana shows it after it has kept it: 1.0 as 1."""
    if isinstance(value, dict):
        return {name: normalize_numbers(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [normalize_numbers(inner) for inner in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = float(value)
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    return value


def canonical_json(value: t.Any) -> str:
    """A text that two JSON values share exactly when Grafana would keep them as the same."""
    return _IN_ORDER(as_floats(value))


def same_json(one: t.Any, other: t.Any) -> bool:
    """Whether Grafana would keep both JSON values as the same."""
    return _IN_ORDER(one) == _IN_ORDER(other) or canonical_json(one) == canonical_json(other)


def plain_transformations(transformations: t.Iterable[t.Mapping[str, t.Any]] | None) -> list[dict[str, t.Any]]:
    """Transformations in the API's spelling, without members that are missing, empty or unknown."""
    return [{name: item[name] for name in _TRANSFORMATION_MEMBERS if item.get(name)} for item in transformations or ()]


def without_editor_members(target: t.Any, keep: t.Container[str] = ()) -> t.Any:
    """``config.target`` without what Grafana's editor adds, but for those to keep."""
    if not isinstance(target, dict):
        return target
    return {name: value for name, value in target.items() if name not in EDITOR_MEMBERS or name in keep}


def same_member(member: str, wanted: t.Any, kept: t.Any) -> bool:
    """Whether what is wanted of one of MEMBERS is what Grafana holds."""
    if member == "config.target":
        return same_json(wanted, without_editor_members(kept, keep=wanted))
    if member == "config.transformations":
        return bool(wanted == kept)
    return (wanted or "") == (kept or "")


def differing(wanted: t.Mapping[str, t.Any], kept: t.Mapping[str, t.Any]) -> list[str]:
    """The names of the wanted members that Grafana does not hold so."""
    return [member for member in MEMBERS if member in wanted and not same_member(member, wanted[member], kept[member])]


Item = t.TypeVar("Item")


class ContentIndex(t.Generic[Item]):
    """Finds, among many items, those that hold what is wanted, without a comparison of each with each."""

    def __init__(self) -> None:
        self._items: list[tuple[Item, t.Mapping[str, t.Any]]] = []
        # By what is compared (names of MEMBERS, and of the editor's to keep): the items by text.
        self._tables: dict[tuple[tuple[str, ...], tuple[str, ...]], dict[str, list[Item]]] = {}

    def add(self, item: Item, members: t.Mapping[str, t.Any]) -> None:
        """Add an item that holds these, which are all of MEMBERS."""
        self._items.append((item, members))
        for compared, table in self._tables.items():
            table.setdefault(_text_of_members(members, *compared), []).append(item)

    def equal(self, wanted: t.Mapping[str, t.Any]) -> list[Item]:
        """The items from whose members the wanted ones do not differ, in the order in which they were added."""
        query = wanted.get("config.target")
        keep = tuple(name for name in EDITOR_MEMBERS if isinstance(query, dict) and name in query)
        compared = (tuple(name for name in MEMBERS if name in wanted), keep)
        if compared not in self._tables:
            table = self._tables[compared] = {}
            for item, members in self._items:
                table.setdefault(_text_of_members(members, *compared), []).append(item)
        return self._tables[compared].get(_text_of_members(wanted, *compared), [])


def _text_of_members(members: t.Mapping[str, t.Any], names: t.Iterable[str], keep: t.Container[str]) -> str:
    """A text that members share exactly when same_member holds for these names."""
    return canonical_json(
        [
            without_editor_members(members[name], keep) if name == "config.target" else members[name] or ""
            for name in names
        ]
    )
