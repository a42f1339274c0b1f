# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request as the handlers see it, and the reading of its JSON body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import gojson
from state import State

if TYPE_CHECKING:
    from auth import Identity
    from busy import Busy
    from settings import Settings


class BadRequest(ValueError):
    """A body that Grafana cannot take."""


@dataclass
class Call:
    """``segments`` is the path, split and then decoded; ``params`` are those that the route leaves open."""

    method: str
    path: str
    segments: list[str]
    query_string: str
    headers: Mapping[str, str]
    body: bytes
    state: State
    settings: Settings
    busy: Busy
    identity: Identity = field(init=False)
    params: list[str] = field(default_factory=list)

    @property
    def generation(self) -> int:
        return self.state.generation

    def query(self, name: str) -> list[str]:
        return [value for key, value in parse_qsl(self.query_string, keep_blank_values=True) if key == name]

    def query_number(self, name: str) -> int:
        """The number given, 0 for none and for what is not a number."""
        values = self.query(name)
        try:
            return int(values[0]) if values else 0
        except ValueError:
            return 0

    def bind(self) -> dict[str, Any]:
        """The body of an ``/api`` call, which must be called JSON (recorded); null is an object without members."""
        if self.headers.get("Content-Type", "").split(";")[0].strip().lower() != "application/json":
            raise BadRequest("the content type is not application/json")
        try:
            value = gojson.decode(self.body)
        except ValueError as error:
            raise BadRequest(str(error)) from error
        return _typed({"body": value}, "body", dict) or {}


def _typed(members: Mapping[str, Any], name: str, kind: type) -> Any:
    value = members.get(name)
    if value is not None and not isinstance(value, kind):
        raise BadRequest(name + " is of the wrong type")
    return value


def text(members: Mapping[str, Any], name: str) -> str | None:
    """A member that must be a string; null counts as absent (recorded)."""
    result: str | None = _typed(members, name, str)
    return result


def mapping(members: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    result: dict[str, Any] | None = _typed(members, name, dict)
    return result


def sequence(members: Mapping[str, Any], name: str) -> list[Any] | None:
    result: list[Any] | None = _typed(members, name, list)
    return result


def flag(members: Mapping[str, Any], name: str) -> bool:
    return bool(_typed(members, name, bool))


def number(members: Mapping[str, Any], name: str) -> int:
    return int(_typed(members, name, float) or 0)
