# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a replay takes for a difference: with recorded answers that are changed, and with small ones made up here."""

from __future__ import annotations

import copy
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.replay.comparison import differences
from tests.replay.names import Names
from tests.replay.recording import Answer, Exchange, load

RECORDINGS = sorted((Path(__file__).resolve().parents[2] / "recordings").glob("*.json"))
JSON = "application/json"
ROW = {
    "uid": "uid-c1",
    "sourceUID": "logs",
    "label": "Logs to traces",
    "orgId": 1,
    "provisioned": False,
    "config": {"target": {"a": 1}},
}
OBJECT = {
    "metadata": {"name": "a", "uid": "fc942e2d-16b7-4f6b-bc32-49696aba8c35", "resourceVersion": "1795679023652985"}
}
# Where another value of the same type is no difference.
UNSTABLE = re.compile(
    r"body\.(accessErrorId|traceID|commit|version)|body(\.\d+|\.datasource)?\.typeLogoUrl|list\.metadata\.resourceVersion"
    r"|(body|list\.items\.\d+)\.metadata\.(creationTimestamp|managedFields\b.*|annotations\.grafana\.app/(created|updated)\w+)"
)


def answer(body: Any, status: int = 200, content_type: str | None = JSON) -> Answer:
    return Answer(status, content_type, body)


def compared(recorded: Any, body: Any, names: Names | None = None) -> list[str]:
    """The differences of two bodies, after what a replay learns from them."""
    return differences(answer(recorded), answer(body), (names or Names()).learn(recorded, body))


def without(members: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in members.items() if name != key}


def test_equal_answers_do_not_differ():
    assert compared([ROW], [{**ROW, "uid": "abc"}]) == []


def test_status():
    body = {"message": "Data source not found"}
    assert differences(answer(body, 404), answer(body, 500), Names()) == ["status is 500, recorded 404"]


@pytest.mark.parametrize("other", [None, "text/plain", "application/json; charset=UTF-8"])
def test_content_type(other):
    assert differences(answer([]), answer([], content_type=other), Names()) == [
        "content type is %s, recorded %s" % (other, JSON)
    ]


@pytest.mark.parametrize(
    "recorded, body, expected",
    [
        (
            {"message": "bad request data"},
            {"message": "Bad request data"},
            'body.message is "Bad request data", recorded "bad request data"',
        ),
        ({"message": "m", "extra": None}, {"message": "n", "extra": None}, 'body.message is "n", recorded "m"'),
        ({"message": "m", "extra": None}, {"message": "m"}, "body.extra is missing, recorded null"),
        (ROW, without(ROW, "label"), 'body.label is missing, recorded "Logs to traces"'),
        (ROW, {**ROW, "type": "query"}, 'body.type is "query", not recorded'),
        ({"message": "m"}, {"message": "m", "status": "s"}, 'body.status is "s", not recorded'),
        ({"correlations": [ROW]}, {"correlations": [ROW, ROW]}, "body.correlations has 2 items, recorded 1"),
        ([ROW], [], "body has 0 items, recorded 1"),
        ([], {}, "body is {}, recorded []"),
        ({}, None, "body is null, recorded {}"),
        (
            {"target": {"datasource": "a"}},
            {"target": {"datasource": "b"}},
            'body.target.datasource is "b", recorded "a"',
        ),
        ({"target": {"id": 1}}, {"target": {"id": 2}}, "body.target.id is 2, recorded 1"),
        ({"n": 1}, {"n": 1.0}, "body.n is 1.0, recorded 1"),
        ({"n": 1}, {"n": True}, "body.n is true, recorded 1"),
        ({"n": False}, {"n": 0}, "body.n is 0, recorded false"),
        ({"n": None}, {"n": ""}, 'body.n is "", recorded null'),
    ],
)
def test_body(recorded, body, expected):
    assert compared(recorded, body) == [expected]


def test_order_of_a_list():
    assert compared(["a", "b"], ["b", "a"]) == ['body[0] is "b", recorded "a"', 'body[1] is "a", recorded "b"']


def test_every_difference_has_its_line():
    assert len(compared(ROW, {**ROW, "label": "x", "orgId": 2, "config": {}})) == 3


def test_text():
    text = Answer(404, "text/plain", "404 page not found\n", is_text=True)
    assert differences(text, text, Names()) == []
    assert differences(text, dataclasses.replace(text, body=""), Names()) == [
        'body is "", recorded "404 page not found\\n"'
    ]
    assert differences(text, Answer(404, "text/plain", "404 page not found\n"), Names()) != []
    assert differences(answer({}), Answer(200, JSON, "{}", is_text=True), Names()) == [
        'body is text: "{}", recorded JSON: {}'
    ]


def test_long_texts_are_shown_where_they_part():
    (line,) = compared({"label": "x" * 70000 + "a"}, {"label": "x" * 70000 + "b"})
    assert line.startswith("body.label, from character 69976 on, is") and len(line) < 200


def test_a_name_stands_for_one_value():
    names = Names().learn(ROW, {**ROW, "uid": "abc"})
    assert compared(ROW, {**ROW, "uid": "abc"}, names) == []
    assert compared(ROW, {**ROW, "uid": "def"}, names) == ['body.uid is "def", recorded "uid-c1", which is "abc" here']
    assert compared(ROW, without(ROW, "uid"), names) == ['body.uid is missing, recorded "abc"']
    assert compared(ROW, {**ROW, "uid": None}, names) == ['body.uid is null, recorded "uid-c1"']


def test_no_two_names_stand_for_the_same_value():
    assert compared([{"uid": "uid-c1"}, {"uid": "uid-c2"}], [{"uid": "abc"}, {"uid": "abc"}]) == [
        'body[1].uid is "abc", which stands for something other than uid-c2 already'
    ]


def test_names_within_texts():
    names = Names({"uid-c1": "abc", "uid-c10": "def"})
    assert names.fill({"path": ["/a/uid-c1/b", "uid-c10", "uid-c1-x", "my-uid-c1", 5]}) == {
        "path": ["/a/abc/b", "def", "uid-c1-x", "my-uid-c1", 5]
    }
    assert compared({"message": "no uid-c1"}, {"message": "no abc"}, names) == []
    assert compared({"message": "no uid-c1"}, {"message": "no uid-c1"}, names) == [
        'body.message is "no uid-c1", recorded "no abc"'
    ]


def test_values_do_not_become_names():
    assert Names({"uid-a": "uid-b", "uid-b": "uid-a"}).fill("uid-a uid-b") == "uid-b uid-a"


@pytest.mark.parametrize(
    "member, other", [("uid", "00000000-0000-0000-0000-000000000000"), ("resourceVersion", "1795679023652986")]
)
def test_objects_of_the_apis_route_keep_what_was_made_up(member, other):
    names = Names().learn(OBJECT, {"metadata": {"name": "a", "uid": "my-uid", "resourceVersion": "7"}})
    here = names.fill(OBJECT)
    assert here == {"metadata": {"name": "a", "uid": "my-uid", "resourceVersion": "7"}}
    assert compared(OBJECT, here, names) == []
    assert len(compared(OBJECT, {"metadata": {**here["metadata"], member: other}}, names)) == 1
    assert (
        len(compared({"items": [OBJECT]}, {"items": [{"metadata": {**here["metadata"], member: other}}]}, names)) == 1
    )


def test_what_no_two_servers_share_must_be_there_with_its_type():
    recorded = {"accessErrorId": "ACE1", "message": "m"}
    assert compared(recorded, {**recorded, "accessErrorId": "ACE2"}) == []
    assert compared(recorded, without(recorded, "accessErrorId")) == ['body.accessErrorId is missing, recorded "ACE1"']
    assert compared(recorded, {**recorded, "accessErrorId": 1}) == ['body.accessErrorId is 1, recorded "ACE1"']


def places(body: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    """Where a value is, what holds it, and under which key; of a list, the first item and the last."""
    keys: Any = body if isinstance(body, dict) else {0, len(body) - 1} if isinstance(body, list) and body else ()
    for key in keys:
        where = "%s.%s" % (place, key)
        yield where, body, key
        yield from places(body[key], where)


def variants(value: Any) -> Iterator[Any]:
    """Other values of the same type."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, (int, float)):
        yield value + 1
    elif isinstance(value, str):
        yield value + "~"
    elif isinstance(value, dict):
        yield {**value, "added": 1}
    elif isinstance(value, list):
        yield [*value, 1]
        if value != value[::-1]:
            yield value[::-1]


def played(path: Path) -> Iterator[tuple[Exchange, Names]]:
    """The exchanges as against the recorded server itself, where each name stands for itself."""
    names = Names()
    for exchange in load(path):
        names = names.learn(exchange.answer.body, exchange.answer.body)
        yield exchange, names


def unnoticed(exchange: Exchange, names: Names) -> Iterator[str]:
    """Where one thing in the answer can be changed, taken away or added, and no difference is reported."""
    body = copy.deepcopy(exchange.answer.body)
    changed = dataclasses.replace(exchange.answer, body=body)
    start = "list" if isinstance(body, dict) and "items" in body else "body"
    for where, holder, key in list(places(body, start)):
        value = holder[key]
        for other in variants(value):
            holder[key] = other
            if not differences(exchange.answer, changed, names) and not UNSTABLE.fullmatch(where):
                yield "%s may be %r" % (where, other)
        holder[key] = "null" if value is None else None
        if not differences(exchange.answer, changed, names) and ".managedFields." not in where:
            yield where + " may have another type"
        if isinstance(holder, dict):
            del holder[key]
            if not differences(exchange.answer, changed, names) and ".managedFields." not in where:
                yield where + " may be missing"
        holder[key] = value


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_no_change_of_a_recorded_answer_goes_unnoticed(path):
    for exchange, names in played(path):
        assert not differences(exchange.answer, exchange.answer, names)
        assert list(unnoticed(exchange, names)) == []
