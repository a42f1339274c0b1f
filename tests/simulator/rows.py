# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Correlations as the old tables hold them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Callable

import gojson

TRANSFORMATION_MEMBERS = ("type", "expression", "field", "mapValue")


class Row:
    """One correlation. ``org`` is 0 on 9.4, where rows belong to no organization; ``query`` is ``config.target``.

    ``unreadable`` says that its ``config`` is stored as something that is no JSON; ``time_range`` is
    ``config.timeRange``, which 13 knows.
    """

    __slots__ = (
        "uid",
        "org",
        "source",
        "target",
        "label",
        "description",
        "field",
        "query",
        "transformations",
        "provisioned",
        "type",
        "time_range",
        "unreadable",
        "_text",
    )

    def __init__(
        self,
        uid: str,
        org: int,
        source: str,
        target: str | None,
        label: str = "",
        description: str = "",
        field: str = "",
        query: dict[str, Any] | None = None,
        transformations: Iterable[dict[str, str]] = (),
        provisioned: bool = False,
        type: str = "query",
    ) -> None:
        self.uid = uid
        self.org = org
        self.source = source
        self.target = target
        self.label = label
        self.description = description
        self.field = field
        self.query = query or {}
        self.transformations = list(transformations)
        self.provisioned = provisioned
        self.type = type
        self.time_range: dict[str, Any] | None = None
        self.unreadable = False
        self._text: str | None = None

    def update(self, **members: Any) -> None:
        for name, value in members.items():
            setattr(self, name, value)
        self._text = None

    def as_dict(self, generation: int) -> dict[str, Any]:
        """The members in the API's order: 9.4.0 shows fewer than later ones, and ``config.type``."""
        query = gojson.sort_maps(self.query)
        if generation == 9:
            return {
                "uid": self.uid,
                "sourceUID": self.source,
                "targetUID": self.target,
                "label": self.label,
                "description": self.description,
                "config": {"type": "query", "field": self.field, "target": query},
            }
        config: dict[str, Any] = {"field": self.field, "target": query}
        if self.transformations:
            config["transformations"] = [
                {name: item.get(name, "") for name in TRANSFORMATION_MEMBERS if name == "type" or item.get(name)}
                for item in self.transformations
            ]
        if self.time_range is not None:
            config["timeRange"] = gojson.sort_maps(self.time_range)
        return {
            "uid": self.uid,
            "sourceUID": self.source,
            "orgId": self.org,
            "targetUID": self.target,
            "label": self.label,
            "description": self.description,
            "config": config,
            "provisioned": self.provisioned,
            "type": self.type,
        }

    def text(self, generation: int) -> str:
        """The row as the API writes it, kept until the row changes."""
        if self._text is None:
            self._text = gojson.encode(self.as_dict(generation))
        return self._text


class Table:
    """All rows, in the order of their creation, found by key and by source without looking at the others.

    Uids that ``folded`` makes the same are the same; ``moves`` lets a row that changes go behind the others.
    """

    def __init__(self, folded: Callable[[str], str] = str, moves: bool = False) -> None:
        self._folded = folded
        self._moves = moves
        self._rows: dict[tuple[int, str, str], Row] = {}
        self._by_source: dict[tuple[int, str], dict[str, Row]] = {}
        self.version = 0  # grows with every change

    def __len__(self) -> int:
        return len(self._rows)

    def all(self) -> list[Row]:
        return list(self._rows.values())

    def get(self, org: int, source: str, uid: str) -> Row | None:
        return self._rows.get((org, self._folded(source), self._folded(uid)))

    def of_source(self, org: int, source: str) -> list[Row]:
        return list(self._by_source.get((org, self._folded(source)), {}).values())

    def insert(self, row: Row) -> None:
        org, source, uid = key = self._key(row)
        if key in self._rows:
            raise ValueError(f"there is a row {key} already")
        self._rows[key] = row
        self._by_source.setdefault((org, source), {})[uid] = row
        self.version += 1

    def delete(self, row: Row) -> None:
        org, source, uid = key = self._key(row)
        del self._rows[key]
        del self._by_source[(org, source)][uid]
        self.version += 1

    def change(self, row: Row, **members: Any) -> None:
        row.update(**members)
        self.version += 1
        if self._moves:
            self.delete(row)
            self.insert(row)

    def _key(self, row: Row) -> tuple[int, str, str]:
        return (row.org, self._folded(row.source), self._folded(row.uid))
