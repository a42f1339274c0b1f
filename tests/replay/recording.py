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
# The members of a request, with what they are if a new exchange leaves them out; method and path are necessary.
_REQUEST: t.Mapping[str, t.Any] = {
    "method": None,
    "path": None,
    "query": None,
    "headers": {},
    "auth": None,
    "body": None,
    "raw": None,
}


class RecordingError(Exception):
    """A file is not a recording, or not a complete one."""


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


def read(path: Path) -> dict[str, t.Any]:
    """The recording as it is in the file, with every member of each exchange but ``response``, which may be missing.

    Raises:
        RecordingError: The file is not JSON, or an exchange lacks a necessary member or has an unknown one.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RecordingError("it is not JSON: %s" % error) from None
    if not isinstance(document, dict) or "exchanges" not in document:
        raise RecordingError("it has no exchanges")
    return {**document, "exchanges": [_complete(number, item) for number, item in enumerate(document["exchanges"], 1)]}


def _complete(number: int, item: dict[str, t.Any]) -> dict[str, t.Any]:
    request = item.get("request", {})
    missing = [name for name in ("scenario", "why", "request") if name not in item]
    missing += ["request.%s" % name for name in ("method", "path") if name not in request]
    if missing:
        raise RecordingError("exchange %d has no %s" % (number, ", ".join(missing)))
    unknown = sorted(set(request) - set(_REQUEST))
    if unknown:
        raise RecordingError("exchange %d has an unknown member: request.%s" % (number, ", request.".join(unknown)))
    return {
        "scenario": item["scenario"],
        "why": item["why"],
        "note": item.get("note"),
        "request": {name: request.get(name, default) for name, default in _REQUEST.items()},
        "response": item.get("response"),
    }


def write(path: Path, document: t.Mapping[str, t.Any]) -> None:
    """In the layout of all recordings."""
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(path: Path) -> list[Exchange]:
    """The exchanges of a recording, in the order in which they are played.

    Raises:
        RecordingError: As for ``read``, or an exchange has no response.
    """
    return [_exchange(number, item) for number, item in enumerate(read(path)["exchanges"], 1)]


def _exchange(number: int, item: t.Mapping[str, t.Any]) -> Exchange:
    response = item["response"]
    if not response or "status" not in response:
        raise RecordingError("exchange %d has no response yet; record it with --record" % number)
    body, is_text = read_body(response["body"])
    answer = Answer(response["status"], response["content_type"], body, is_text)
    return Exchange(item["scenario"], item["why"], read_request(item["request"]), answer)


def read_request(item: t.Mapping[str, t.Any]) -> Request:
    """The request of an exchange."""
    return Request(**{**item, "query": _pairs(item["query"])})


def _pairs(query: t.Any) -> list[tuple[str, str]]:
    """A query is null, an object, or a list of pairs if a name comes twice."""
    pairs = query.items() if isinstance(query, dict) else query or ()
    return [(name, str(value)) for name, value in pairs]


def read_body(recorded: t.Any) -> tuple[t.Any, bool]:
    """A recorded body as in an Answer, and whether it is text."""
    is_text = isinstance(recorded, dict) and set(recorded) == {TEXT}
    return (recorded[TEXT] if is_text else recorded), is_text


def written(answer: Answer) -> dict[str, t.Any]:
    """An answer as the response of an exchange."""
    body = {TEXT: answer.body} if answer.is_text else answer.body
    return {"status": answer.status, "content_type": answer.content_type, "body": body}
