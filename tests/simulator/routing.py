# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a raw request path to its segments, and from segments to a handler."""

from __future__ import annotations

from typing import Callable
from urllib.parse import unquote

from answers import Answer
from call import Call

Handler = Callable[[Call], Answer]
OPEN = "*"  # a segment of a pattern that takes anything


def split(raw_path: str) -> list[str]:
    """The decoded segments of a path.

    The path is split before it is decoded, so that ``%2F`` stays inside its segment. ``.`` and ``..`` are resolved, as
    HTTP clients do before they send: ``DELETE /api/datasources/uid/S/correlations/..`` deletes data source S.
    """
    parts: list[str] = []
    for part in raw_path.split("/")[1:]:
        plain = part.lower().replace("%2e", ".")
        if plain == "..":
            del parts[-1:]
        elif plain != ".":
            parts.append(part)
    if parts and not parts[-1]:
        parts.pop()  # a trailing slash means nothing
    return [unquote(part, errors="replace") for part in parts]


class Routes:
    """Patterns such as ``/api/datasources/uid/*/correlations``; earlier ones win."""

    def __init__(self) -> None:
        self._routes: dict[tuple[str, int], list[tuple[list[str], Handler]]] = {}

    def add(self, method: str, pattern: str, handler: Handler) -> None:
        parts = pattern.split("/")[1:]
        self._routes.setdefault((method, len(parts)), []).append((parts, handler))

    def find(self, call: Call) -> Handler | None:
        """The handler of a call, whose ``params`` become the open segments."""
        for parts, handler in self._routes.get((call.method, len(call.segments)), ()):
            if all(part in (OPEN, segment) for part, segment in zip(parts, call.segments)):
                call.params = [segment for part, segment in zip(parts, call.segments) if part == OPEN]
                return handler
        return None
