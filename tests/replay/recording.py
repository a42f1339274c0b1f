# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The recordings in tests/recordings, read into objects. Their README.md describes the format."""

from __future__ import annotations

import dataclasses
import json
import typing as t
from pathlib import Path

TEXT = "__text__"  # the one member of a recorded body that is not JSON


@dataclasses.dataclass(frozen=True)
class Request:
    """What was sent. At most one of ``body`` (sent as JSON) and ``raw`` (sent as it is) is given."""

    method: str
    path: str
    query: t.Sequence[tuple[str, str]]
    headers: t.Mapping[str, str]
    auth: str | None
    body: t.Any
    raw: str | None


@dataclasses.dataclass(frozen=True)
class Answer:
    """What came back. ``body`` is what the JSON says; with ``is_text`` it is the text of an answer that is not JSON."""

    status: int
    content_type: str | None
    body: t.Any
    is_text: bool = False


@dataclasses.dataclass(frozen=True)
class Exchange:
    """A request and its answer, with the scenario it belongs to and the reason for it."""

    scenario: str
    why: str
    request: Request
    answer: Answer


def load(path: Path) -> list[Exchange]:
    """The exchanges of a recording, in the order in which they are played."""
    return [_exchange(item) for item in json.loads(path.read_text(encoding="utf-8"))["exchanges"]]


def _exchange(item: t.Mapping[str, t.Any]) -> Exchange:
    return Exchange(item["scenario"], item["why"], _request(item["request"]), _answer(item["response"]))


def _request(item: t.Mapping[str, t.Any]) -> Request:
    return Request(
        item["method"], item["path"], _pairs(item["query"]), item["headers"], item["auth"], item["body"], item["raw"]
    )


def _pairs(query: t.Any) -> list[tuple[str, str]]:
    """A query is null, an object, or a list of pairs if a name comes twice."""
    pairs = query.items() if isinstance(query, dict) else query or ()
    return [(name, str(value)) for name, value in pairs]


def _answer(item: t.Mapping[str, t.Any]) -> Answer:
    body = item["body"]
    is_text = isinstance(body, dict) and set(body) == {TEXT}
    return Answer(item["status"], item["content_type"], body[TEXT] if is_text else body, is_text)
