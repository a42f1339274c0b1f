# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The correlations that are measured: of a usual size, from twenty data sources to one.

They are those that the simulator makes itself when it is asked for many (tests/simulator/control.py).
"""

from __future__ import annotations

import typing as t

SOURCES = 20
PREFIX = "bench"
TARGET = PREFIX + "-target"

Members = t.Dict[str, t.Any]


def source(number: int) -> str:
    """The UID of the data source that the link of this number starts from."""
    return "%s-src-%d" % (PREFIX, number % SOURCES)


def link(number: int) -> Members:
    """A link as an entry of a list describes it."""
    return {
        "source": source(number),
        "target": TARGET,
        "label": "%s link %d" % (PREFIX, number),
        "description": "Opens the trace of the log line",
        "config": {
            "field": "message",
            "target": {"limit": 20, "query": "${traceID}", "queryType": "traceql", "refId": "A"},
            "transformations": [
                {"type": "regex", "expression": "traceID=(\\w+)", "field": "message", "mapValue": "traceID"}
            ],
        },
    }


def links(count: int) -> list[Members]:
    return [link(number) for number in range(count)]


def changed(count: int) -> list[Members]:
    """The same, but one in a hundred has another description."""
    return [
        {**entry, "description": "Opens its trace"} if number % 100 == 0 else entry
        for number, entry in enumerate(links(count))
    ]


def with_query(entry: Members, query: str) -> Members:
    """The same link with another query."""
    return {**entry, "config": {**entry["config"], "target": {**entry["config"]["target"], "query": query}}}


def half(count: int) -> list[Members]:
    """The first half of the changed list; it still names every source, so that the others can be pruned."""
    return changed(count)[: count // 2]


def body(entry: Members) -> Members:
    """The same link as Grafana's API takes it in a POST."""
    return {
        "targetUID": entry["target"],
        "label": entry["label"],
        "description": entry["description"],
        "type": "query",
        "config": {"type": "query", **entry["config"]},
    }
