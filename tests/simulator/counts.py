# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was asked of the simulator: every Grafana request, none of the control plane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

READS = ("GET", "HEAD", "OPTIONS")


class Counts:
    def __init__(self) -> None:
        self._log: list[dict[str, Any]] = []
        self._connections: set[int] = set()
        self._methods: dict[str, int] = {}
        self._in_flight = self._most_in_flight = 0

    def begin(self, method: str, path: str, query: str, headers: Mapping[str, str], connection: int) -> dict[str, Any]:
        """The log entry of a request; its status stays null until an answer is on its way."""
        entry: dict[str, Any] = {
            "method": method,
            "path": path,
            "query": query,
            "status": None,
            "connection": connection,
            "org_header": headers.get("X-Grafana-Org-Id"),
            "authorization_present": "Authorization" in headers,
        }
        self._log.append(entry)
        self._connections.add(connection)
        self._methods[method] = self._methods.get(method, 0) + 1
        self._in_flight += 1
        self._most_in_flight = max(self._most_in_flight, self._in_flight)
        return entry

    def end(self, entry: dict[str, Any], status: int | None) -> None:
        entry["status"] = status
        self._in_flight -= 1

    def reset(self) -> None:
        self._log, self._connections, self._methods = [], set(), {}
        self._most_in_flight = self._in_flight

    def as_dict(self) -> dict[str, Any]:
        reads = sum(count for method, count in self._methods.items() if method in READS)
        return {
            "requests": len(self._log),
            "reads": reads,
            "writes": len(self._log) - reads,
            "connections": len(self._connections),
            "most_in_flight": self._most_in_flight,
            "by_method": self._methods,
            "log": self._log,
        }
