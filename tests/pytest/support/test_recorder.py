# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the recorder writes for an answer, with answers made up here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.replay.names import Names
from tests.replay.recorder import record
from tests.replay.recording import Answer, Request

UID = "fg5kwhxqwhiioe"
OTHER = "ag5kwhxqwhiiof"
OBJECT = {"metadata": {"name": "mine", "uid": "a6fbd454-6525-476c-ace2-87589928b65a", "resourceVersion": "1" * 16}}


class Canned:
    """A server with one answer after the other; keeps the paths that it was asked for."""

    def __init__(self, bodies: list[Any]) -> None:
        self.bodies: Iterator[Any] = iter(bodies)
        self.paths: list[str] = []

    def send(self, request: Request, names: Names) -> Answer:
        self.paths.append(names.fill(request.path))
        body = next(self.bodies)
        return Answer(200, "application/json", body, isinstance(body, str))


def exchange(recorded: Any = None, path: str = "/", body: Any = None) -> dict[str, Any]:
    members = {"method": "POST", "path": path, "query": None, "headers": {}, "auth": "admin", "body": body, "raw": None}
    return {"scenario": "s", "why": "w", "note": None, "request": members, "response": recorded and {"body": recorded}}


def recorded(exchanges: list[dict[str, Any]], bodies: list[Any]) -> list[Any]:
    """The bodies that are written, for what the server answers."""
    made = list(record({"exchanges": exchanges}, Canned(bodies)))  # type: ignore[arg-type]
    assert [{**item, "response": None} for item in made] == [{**item, "response": None} for item in exchanges]
    assert all(item["response"]["status"] == 200 for item in made)
    return [item["response"]["body"] for item in made]


@pytest.mark.parametrize(
    "answer, expected",
    [
        ({"uid": UID, "sourceUID": "ds"}, {"uid": "uid-auto-1", "sourceUID": "ds"}),
        (
            [{"uid": UID}, {"uid": OTHER}, {"uid": UID}],
            [{"uid": "uid-auto-1"}, {"uid": "uid-auto-2"}, {"uid": "uid-auto-1"}],
        ),
        (
            {"message": "no " + UID, "result": {"uid": UID}},
            {"message": "no uid-auto-1", "result": {"uid": "uid-auto-1"}},
        ),
        ({"uid": UID, "message": UID + "x"}, {"uid": "uid-auto-1", "message": UID + "x"}),
        ({"id": 1, "key": "glsa_abc"}, {"id": 1, "key": "secret-of-token:1"}),
        ({"items": [], "metadata": {"continue": "eyJ2=="}}, {"items": [], "metadata": {"continue": "uid-auto-1"}}),
        ({"metadata": {"name": "c-" + UID}}, {"metadata": {"name": "uid-auto-1"}}),
        (OBJECT, {"metadata": {**OBJECT["metadata"], "name": "uid-auto-1"}}),
        ({"uid": None, "key": 1, "name": "n"}, {"uid": None, "key": 1, "name": "n"}),
        ({"uid": ""}, {"uid": ""}),
        ({"uid": "prov-loki"}, {"uid": "prov-loki"}),
        ("no such page", {"__text__": "no such page"}),
        (None, None),
    ],
)
def test_an_answer_without_a_recorded_one(answer, expected):
    assert recorded([exchange()], [answer]) == [expected]


def test_what_a_request_gives_is_not_made_up():
    given = {"uid": "mine", "config": {"target": {"key": "Q-1"}}}
    assert recorded([exchange(body=given)], [given]) == [given]


def test_a_recorded_name_is_kept_and_used():
    exchanges = [exchange({"uid": "uid-c1"}), exchange(path="/uid-c1"), exchange({"uid": "uid-c2"})]
    server = Canned([{"uid": UID}, {"message": "found " + UID}, {"uid": UID}])
    made = [item["response"]["body"] for item in record({"exchanges": exchanges}, server)]  # type: ignore[arg-type]
    assert made == [{"uid": "uid-c1"}, {"message": "found uid-c1"}, {"uid": "uid-c1"}]
    assert server.paths == ["/", "/" + UID, "/"]


def test_a_new_name_is_one_that_nothing_has():
    assert recorded(
        [exchange(path="/uid-auto-1"), exchange({"uid": "uid-auto-2"})], [{"uid": UID}, {"uid": OTHER}]
    ) == [
        {"uid": "uid-auto-3"},
        {"uid": "uid-auto-2"},
    ]


def test_a_name_does_not_replace_what_a_request_gives():
    """As where another version answers in another order."""
    exchanges = [exchange(body={"uid": "ds-logs"}), exchange([{"uid": "uid-c1"}], path="/uid-c1")]
    assert recorded(exchanges, [{}, [{"uid": "ds-logs", "type": "ds-logs"}]]) == [
        {},
        [{"uid": "ds-logs", "type": "ds-logs"}],
    ]


def test_objects_of_the_apis_route_keep_the_recorded_names():
    new = json.loads(json.dumps(OBJECT).replace("a6fbd454", "00000000").replace("1" * 16, "2" * 16))
    exchanges = [exchange(OBJECT, body={"metadata": {"name": "mine"}}), exchange()]
    assert recorded(exchanges, [new, {"items": [new]}]) == [OBJECT, {"items": [OBJECT]}]


@pytest.mark.parametrize(
    "old, answer, expected",
    [
        ({"accessErrorId": "ACE1"}, {"accessErrorId": "ACE2"}, {"accessErrorId": "ACE1"}),
        ({"accessErrorId": "ACE1"}, {"accessErrorId": 2}, {"accessErrorId": 2}),
        ({"traceID": ""}, {"traceID": "", "new": "x"}, {"traceID": "", "new": "x"}),
        ({"accessErrorId": "ACE1"}, {"message": "m"}, {"message": "m"}),
        (
            {"version": "12.4.3", "commit": "a"},
            {"version": "13.0.0", "commit": "b"},
            {"version": "13.0.0", "commit": "b"},
        ),
        (
            {"metadata": {"creationTimestamp": "2026", "managedFields": [1]}},
            {"metadata": {"creationTimestamp": "2027", "managedFields": [2]}},
            {"metadata": {"creationTimestamp": "2026", "managedFields": [1]}},
        ),
        ({"message": "old"}, {"message": "new"}, {"message": "new"}),
        ({"message": "old"}, [], []),
    ],
)
def test_only_what_is_never_the_same_stays_as_it_was(old, answer, expected):
    assert recorded([exchange(old)], [answer]) == [expected]
