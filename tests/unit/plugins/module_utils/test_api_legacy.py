# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API ``/api/datasources/...``."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.module_utils import _api_legacy
from ansible_collections.crosslink.grafana.plugins.module_utils._api_legacy import LegacyApi
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    HttpError,
    NotFound,
    OutcomeUnknown,
    ReadOnly,
    TimedOut,
    UnexpectedResponse,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._http_client import Client
from ansible_collections.crosslink.grafana.plugins.module_utils._verified_write import NotKept
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import (
    LOGFMT,
    URL,
    api_row,
    connection,
    members,
    new,
    old_row,
    row,
    writer,
)
from ansible_collections.crosslink.grafana.tests.unit.plugins.server import Answer, Asked, HangUp, Sender, message

LIST = "/api/datasources/correlations"
OF_LOKI = "/api/datasources/uid/loki/correlations"
ONE = OF_LOKI + "/u1"
GONE = message(404, "Correlation not found")
NO_SOURCE = message(404, "Source data source not found")
LOCKED = message(500, "Failed to update correlation")
REGEX = {"type": "regex", "expression": "x", "mapValue": "v"}


@pytest.fixture
def api(client: Client) -> LegacyApi:
    return LegacyApi(client)


def plain_list(*found: t.Any) -> Answer:
    return Answer(200, list(found))


def page(*found: t.Any, total: t.Any = 99999) -> Answer:
    return Answer(200, {"correlations": list(found), "totalCount": total, "page": 1, "limit": 1000})


def written(raw: t.Any, text: str = "Correlation created") -> Answer:
    return Answer(200, {"result": raw, "message": text})


def uids(found: t.Iterable[Correlation]) -> list[str]:
    return [one.uid for one in found]


# What a correlation is


def test_a_correlation_since_11(server, api):
    raw = api_row(
        "u1",
        description="D",
        query={"query": "x"},
        transformations=[{**REGEX, "field": ""}, LOGFMT],
        orgId=7,
        provisioned=True,
    )
    server.script(plain_list(raw))
    [found] = api.list_of("loki") or []
    assert found == Correlation(
        uid="u1",
        source="loki",
        target="tempo",
        type="query",
        members=members(description="D", query={"query": "x"}, transformations=[REGEX, LOGFMT]),
        read_only=True,
        org_id=7,
        raw=raw,
    )


def test_a_correlation_of_9(server, api):
    raw = old_row("u1", query={"query": "x"})
    server.script(plain_list(raw))
    [found] = api.list_of("loki") or []
    assert found == Correlation(
        "u1", "loki", "tempo", "query", members(query={"query": "x"}), read_only=None, org_id=None, raw=raw
    )


@pytest.mark.parametrize("left", [None, "tempo", ""])
def test_an_external_correlation_has_no_target(server, api, left):
    server.script(plain_list(api_row(type="external", targetUID=left, query=URL)))
    [found] = api.list_of("loki") or []
    assert (found.type, found.target, found.members["config.target"]) == ("external", None, URL)


def test_a_correlation_without_a_type_is_a_query(server, api):
    raw = old_row()
    del raw["config"]["type"]
    server.script(plain_list(raw))
    [found] = api.list_of("loki") or []
    assert (found.type, found.target) == ("query", "tempo")


def test_what_is_null_or_missing_is_empty(server, api):
    raw = {
        "uid": "u1",
        "sourceUID": "loki",
        "targetUID": "tempo",
        "label": None,
        "config": {"target": None, "transformations": None},
    }
    server.script(plain_list(raw))
    [found] = api.list_of("loki") or []
    assert found.members == members(label="", field="")


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "text",
        [],
        {},
        {"uid": "u1", "sourceUID": "loki"},
        {"uid": "u1", "sourceUID": "loki", "config": None},
        {"uid": None, "sourceUID": "loki", "config": {}},
        {"uid": 5, "sourceUID": "loki", "config": {}},
        {"uid": "u1", "config": {}},
    ],
)
def test_what_is_no_correlation(server, api, raw):
    server.script(plain_list(raw), page(raw), Answer(200, raw))
    for read in (lambda: api.list_of("loki"), lambda: api.list(None), lambda: api.get("loki", "u1")):
        with pytest.raises(UnexpectedResponse) as caught:
            read()
        assert " a correlation:" in str(caught.value)


# Reading


def test_the_correlations_of_one_source(server, api):
    server.script(plain_list(api_row("u1"), api_row("u2")))
    listing = api.list(["loki"])
    assert server.lines == ["GET " + OF_LOKI]
    assert server.asked[0].query == []
    assert (
        uids(listing.correlations),
        set(listing.existing_sources),
        listing.covers_all_sources,
        listing.maybe_incomplete,
        listing.is_v9,
    ) == (
        ["u1", "u2"],
        {"loki"},
        False,
        False,
        False,
    )


def test_a_source_without_correlations(server, api):
    server.script(plain_list())
    listing = api.list(["loki"])
    assert (listing.correlations, set(listing.existing_sources), listing.is_v9) == ([], {"loki"}, None)


def test_a_source_that_is_not_there(server, api):
    server.script(NO_SOURCE)
    listing = api.list(["loki"])
    assert (listing.correlations, set(listing.existing_sources)) == ([], set())


def test_a_source_with_a_strange_uid(server, api):
    server.script(plain_list())
    api.list(["a/b ?#%"])
    assert server.lines == ["GET /api/datasources/uid/a%2Fb%20%3F%23%25/correlations"]


@pytest.mark.parametrize("source", ["", ".", ".."])
def test_a_source_that_no_path_can_carry_is_looked_up_in_a_list(server, api, source):
    server.script(page())
    api.list([source])
    assert server.lines == ["GET " + LIST]
    assert server.asked[0].query == [("limit", "1000"), ("page", "1"), ("sourceUID", source)]


def test_the_correlations_of_several_sources(server, api):
    server.script(page(api_row("u1"), api_row("u2", sourceUID="mimir")))
    listing = api.list(["loki", "mimir", "a&b"])
    assert server.lines == ["GET " + LIST]
    assert server.asked[0].query == [
        ("limit", "1000"),
        ("page", "1"),
        ("sourceUID", "loki"),
        ("sourceUID", "mimir"),
        ("sourceUID", "a&b"),
    ]
    assert (
        uids(listing.correlations),
        set(listing.existing_sources),
        listing.covers_all_sources,
        listing.maybe_incomplete,
        listing.is_v9,
    ) == (
        ["u1", "u2"],
        set(),
        False,
        False,
        False,
    )


def test_all_correlations(server, api):
    server.script(page(api_row("u1")))
    listing = api.list(None)
    assert server.asked[0].query == [("limit", "1000"), ("page", "1")]
    assert (uids(listing.correlations), listing.covers_all_sources, listing.maybe_incomplete) == (["u1"], True, False)


def test_no_source_is_no_request(server, api):
    listing = api.list([])
    assert (listing.correlations, listing.covers_all_sources) == ([], False)
    assert server.lines == []


@pytest.mark.parametrize("sources", [None, ["loki", "mimir"]])
def test_9_answers_with_a_plain_list_of_everything(server, api, sources):
    server.script(plain_list(*[old_row("u%d" % number) for number in range(2500)]))
    listing = api.list(sources)
    assert len(server.asked) == 1
    assert (len(listing.correlations), listing.covers_all_sources, listing.maybe_incomplete, listing.is_v9) == (
        2500,
        True,
        False,
        True,
    )


def test_one_source_of_9(server, api):
    server.script(plain_list(old_row("u1")))
    assert api.list(["loki"]).is_v9


@pytest.fixture
def pages_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_api_legacy, "PAGE", 3)


def some(*numbers: int) -> list[dict[str, t.Any]]:
    return [api_row("u%d" % number) for number in numbers]


def test_a_short_page_is_the_last(server, api, pages_of_three):
    server.script(page(*some(1, 2, 3)), page(*some(4, 5, 6)), page(*some(7)))
    listing = api.list(None)
    assert uids(listing.correlations) == ["u1", "u2", "u3", "u4", "u5", "u6", "u7"]
    assert [asked.query for asked in server.asked] == [[("limit", "3"), ("page", str(number))] for number in (1, 2, 3)]
    assert listing.maybe_incomplete


def test_an_empty_page_is_the_last(server, api, pages_of_three):
    server.script(page(*some(1, 2, 3)), page())
    assert len(api.list(None).correlations) == 3


def test_a_short_first_page_is_the_last_whatever_the_count_says(server, api, pages_of_three):
    server.script(page(*some(1, 2), total=500))
    listing = api.list(None)
    assert (len(listing.correlations), listing.maybe_incomplete) == (2, False)


def continued(answer: Answer, name: str, value: t.Any) -> Answer:
    return dataclasses.replace(answer, body={**answer.body, name: value})


@pytest.mark.parametrize("name", ["doesContinue", "DoesContinue", "doescontinue"])
def test_what_the_server_says_of_another_page_is_trusted(server, api, pages_of_three, name):
    server.script(
        continued(page(*some(1, 2), total=0), name, True),
        continued(page(*some(3, 4, 5), total=3), name, True),
        continued(page(*some(6, 7, 8), total=500), name, False),
    )
    assert len(api.list(None).correlations) == 8


@pytest.mark.parametrize("value", [None, "true", 1])
def test_what_says_nothing_of_another_page(server, api, pages_of_three, value):
    server.script(continued(page(*some(1, 2), total=500), "doesContinue", value))
    assert len(api.list(None).correlations) == 2


@pytest.mark.parametrize("more", [None, True])
def test_a_page_that_brings_nothing_new_is_the_last(server, api, pages_of_three, more):
    first = page(*some(1, 2, 3))
    server.script(*[first if more is None else continued(first, "doesContinue", more)] * 2)
    listing = api.list(None)
    assert (len(listing.correlations), listing.maybe_incomplete) == (3, True)


@pytest.mark.parametrize("total", [3, 2, 0])
def test_a_full_page_is_the_last_when_no_more_correlations_exist_at_all(server, api, pages_of_three, total):
    server.script(page(*some(1, 2, 3), total=total))
    assert len(api.list(None).correlations) == 3


@pytest.mark.parametrize("total", [None, "3", 4])
def test_otherwise_a_full_page_is_not_the_last(server, api, pages_of_three, total):
    server.script(page(*some(1, 2, 3), total=total), page(total=total))
    assert len(api.list(None).correlations) == 3


def test_correlations_that_move_between_pages_are_one_correlation(server, api, pages_of_three):
    server.script(page(*some(1, 2, 3)), page(*some(3, 4, 5)), page(*some(5)))
    assert uids(api.list(None).correlations) == ["u1", "u2", "u3", "u4", "u5"]


def test_each_group_of_sources_has_its_pages(server, api, pages_of_three, monkeypatch):
    monkeypatch.setattr(_api_legacy, "LONGEST_QUERY", 40)
    server.script(page(*some(1, 2, 3)), page(*some(4)), page(*some(5)))
    listing = api.list(["loki", "mimir", "tempo"])
    assert [asked.query for asked in server.asked] == [
        [("limit", "3"), ("page", "1"), ("sourceUID", "loki"), ("sourceUID", "mimir")],
        [("limit", "3"), ("page", "2"), ("sourceUID", "loki"), ("sourceUID", "mimir")],
        [("limit", "3"), ("page", "1"), ("sourceUID", "tempo")],
    ]
    assert uids(listing.correlations) == ["u1", "u2", "u3", "u4", "u5"]


@settings(max_examples=30)
@given(st.lists(st.text(min_size=1, max_size=400), min_size=2, max_size=60, unique=True))
def test_every_source_is_asked_for_once_in_lines_that_proxies_take(servers, sources):
    server = servers[0]
    server.reset()
    server.rule = lambda _asked: page()
    LegacyApi(Client(connection(url=server.url))).list(sources)
    assert [value for asked in server.asked for name, value in asked.query if name == "sourceUID"] == sources
    assert max(len(asked.target) for asked in server.asked) < 8000
    server.reset()


@pytest.mark.parametrize(
    "answer, what",
    [
        (Answer(200, {"message": "hello"}), "a page of correlations"),
        (Answer(200, {"correlations": {}}), "a page of correlations"),
        (Answer(200, None), "a page of correlations"),
        (Answer(200, "text"), "a page of correlations"),
    ],
)
def test_a_page_that_is_none(server, api, answer, what):
    server.script(answer)
    with pytest.raises(UnexpectedResponse) as caught:
        api.list(None)
    assert " %s:" % what in str(caught.value)


def test_a_list_that_is_none(server, api):
    server.script(Answer(200, {"correlations": []}))
    with pytest.raises(UnexpectedResponse) as caught:
        api.list(["loki"])
    assert " a list of correlations:" in str(caught.value)


@pytest.mark.parametrize(
    "answer", [message(401, "no"), message(500, "no"), message(404, "Not found"), message(400, "id is invalid")]
)
@pytest.mark.parametrize("sources", [None, ["loki"], ["loki", "mimir"]])
def test_other_errors_of_a_read_are_raised(server, api, answer, sources):
    server.script(answer)
    with pytest.raises(HttpError) as caught:
        api.list(sources)
    assert caught.value.status == answer.status


def test_reading_again_reads_each_source_unpaged(server, api):
    server.script(plain_list(api_row("u1")), NO_SOURCE, plain_list(api_row("u2"), api_row("u3")))
    assert uids(api.list_completely(["loki", "gone", "mimir"])) == ["u1", "u2", "u3"]
    assert server.lines == ["GET /api/datasources/uid/%s/correlations" % source for source in ("loki", "gone", "mimir")]


def test_one_correlation(server, api):
    server.script(Answer(200, api_row("u1")))
    found = api.get("loki", "u1")
    assert found is not None
    assert found.uid == "u1"
    assert server.lines == ["GET " + ONE]


@pytest.mark.parametrize("answer", [GONE, NO_SOURCE])
def test_one_correlation_that_is_not_there(server, api, answer):
    server.script(answer)
    assert api.get("loki", "u1") is None


def test_one_correlation_that_no_path_can_carry(server, api):
    server.script(plain_list(api_row("u1")), page(api_row("u1"), api_row("u2")))
    assert api.get("loki", "..") is None
    found = api.get("..", "u2")
    assert found is not None
    assert found.uid == "u2"
    assert server.lines == ["GET " + OF_LOKI, "GET " + LIST]


@pytest.mark.parametrize(
    "answer, old", [(plain_list(), True), (plain_list(old_row()), True), (page(), False), (page(api_row()), False)]
)
def test_which_kind_of_server_it_is(server, api, answer, old):
    server.script(answer)
    assert api.is_v9() is old
    assert server.lines == ["GET " + LIST]


# Creating


QUERY_BODY = {
    "targetUID": "tempo",
    "label": "Logs to traces",
    "description": "",
    "type": "query",
    "config": {"type": "query", "field": "message", "target": {}},
}


def create(api: LegacyApi, **more: t.Any) -> Correlation:
    """A new correlation, query by default, with these members."""
    return writer(api, api.client.connection.retries).create(new(**more))


def update(api: LegacyApi, existing: Correlation, changes: dict[str, t.Any]) -> Correlation | None:
    """The correlation with these members changed."""
    return writer(api, api.client.connection.retries).update(existing, changes)


def delete(api: LegacyApi, existing: Correlation) -> None:
    """No correlation any more."""
    writer(api, api.client.connection.retries).delete(existing)


@pytest.mark.parametrize(
    "more, changes",
    [
        ({}, {}),
        ({"label": ""}, {"label": ""}),
        ({"description": "D"}, {"description": "D"}),
        ({"query": {"a": 1}}, {"config": {"type": "query", "field": "message", "target": {"a": 1}}}),
        (
            {"transformations": [REGEX, LOGFMT]},
            {"config": {"type": "query", "field": "message", "target": {}, "transformations": [REGEX, LOGFMT]}},
        ),
    ],
)
def test_what_is_sent_for_a_query(server, api, more, changes):
    server.script(written(api_row("new", **more)))
    found = create(api, **more)
    [asked] = server.asked
    assert (asked.line, asked.body) == ("POST " + OF_LOKI, {**QUERY_BODY, **changes})
    assert (found.uid, found.members) == ("new", members(**more))


def test_what_is_sent_for_an_external_one(server, api):
    server.script(written(api_row("new", type="external", targetUID=None, query=URL)))
    found = create(api, type="external", query=URL)
    assert server.asked[0].body == {
        "label": "Logs to traces",
        "description": "",
        "type": "external",
        "config": {"field": "message", "target": URL},
    }
    assert (found.uid, found.target) == ("new", None)


def test_the_members_that_are_sent_are_not_changed(server, api):
    server.script(written(api_row("new")))
    wanted = new()
    writer(api).create(wanted)
    assert wanted == new()


def test_the_path_of_a_strange_source(server, api):
    server.script(written(api_row("new", sourceUID="a/b")))
    create(api, source="a/b")
    assert server.lines == ["POST /api/datasources/uid/a%2Fb/correlations"]


def test_a_data_source_that_is_not_there(server, api):
    server.script(message(404, "Data source not found"), message(404, "Source data source not found"))
    with pytest.raises(NotFound) as caught:
        create(api)
    assert "source 'loki' or target 'tempo'" in str(caught.value)
    assert caught.value.details() == {
        "code": "not_found",
        "method": "POST",
        "url": server.url + OF_LOKI,
        "status": 404,
        "grafana_message": "Data source not found",
    }
    with pytest.raises(NotFound) as caught:
        create(api, type="external", query=URL)
    assert "source 'loki'" in str(caught.value) and "target" not in str(caught.value)


def test_an_old_server_and_an_external_one(server, api):
    server.script(message(400, "bad request data"))
    with pytest.raises(HttpError) as caught:
        create(api, type="external", query=URL)
    assert "type external (bad request data)" in str(caught.value) and "11.2" in str(caught.value)
    assert (caught.value.status, caught.value.code) == (400, "request_failed")


@pytest.mark.parametrize(
    "answer",
    [message(400, "bad request data"), message(401, "no"), message(409, "no"), message(429, "no", Retry_After="999")],
)
def test_a_refused_create_is_not_looked_for(server, api, answer):
    server.script(answer)
    with pytest.raises(HttpError) as caught:
        create(api)
    assert caught.value.status == answer.status


def test_a_closed_source(server, api):
    server.script(message(403, "Data source is read only"))
    with pytest.raises(ReadOnly):
        create(api)


DOUBTS = [
    HangUp(),
    HangUp(reset=True),
    Answer(502, b"no"),
    message(503, "locked"),
    Answer(504, b"no"),
    message(500, "Failed to add correlation"),
    Answer(200, b"<html>", kind="text/html"),
    Answer(200, {"message": "Correlation created"}),
    Answer(200, []),
    Answer(404, b"<html>", kind="text/html"),
]
DOUBT_NAMES = ["closed", "reset", "502", "503", "504", "500", "html", "no result", "list", "404 of a proxy"]


@pytest.mark.parametrize("doubt", DOUBTS, ids=DOUBT_NAMES)
@pytest.mark.parametrize(
    "there",
    [[], [api_row("old", description="D")], [api_row("old", label="other")], [api_row("old", targetUID="other")]],
)
def test_a_correlation_that_came_in_spite_of_a_lost_answer_is_ours(server, api, doubt, there):
    server.script(plain_list(*there), doubt, plain_list(*there, api_row("new")))
    api.list(["loki"])
    assert create(api).uid == "new"
    assert server.lines[1:] == ["POST " + OF_LOKI, "GET " + OF_LOKI]


@pytest.mark.parametrize("doubt", DOUBTS, ids=DOUBT_NAMES)
def test_a_correlation_that_comes_late_is_ours(server, api, clock, doubt):
    server.script(doubt, plain_list(), plain_list(api_row("new")))
    assert create(api).uid == "new"
    assert len(clock.slept) == 1


@pytest.mark.parametrize("doubt", [HangUp(), Answer(502, b"no"), message(503, "locked")], ids=["closed", "502", "503"])
def test_a_create_that_left_nothing_is_sent_again(server, api, doubt):
    server.script(doubt, plain_list(), plain_list(), doubt, plain_list(), plain_list(), written(api_row("new")))
    assert create(api).uid == "new"
    assert server.lines.count("POST " + OF_LOKI) == 3
    assert {str(asked.body) for asked in server.asked if asked.method == "POST"} == {str(server.asked[0].body)}


@pytest.mark.parametrize("retries", [0, 2])
def test_a_create_is_sent_again_as_often_as_allowed(server, make_client, retries):
    server.script(*[HangUp(), plain_list(), plain_list()] * (retries + 1))
    with pytest.raises(OutcomeUnknown):
        create(LegacyApi(make_client(retries=retries)))


@pytest.mark.parametrize("doubt", DOUBTS[5:], ids=DOUBT_NAMES[5:])
def test_an_error_that_left_nothing_is_raised_in_the_end(server, api, doubt):
    retries = 3 if doubt.status == 500 else 0  # a locked database gives it, and a reached quota
    server.script(*[doubt, plain_list(), plain_list()] * (retries + 1))
    with pytest.raises(HttpError) as caught:
        create(api)
    assert not isinstance(caught.value, OutcomeUnknown)
    assert caught.value.status in (200, 404, 500, None)


def test_a_create_that_may_still_be_under_way_is_not_sent_again(server, api):
    server.script(Answer(504, b"no"), plain_list(), plain_list())
    with pytest.raises(TimedOut) as caught:
        create(api)
    assert (caught.value.status, caught.value.code, caught.value.url) == (504, "unavailable", server.url + OF_LOKI)
    assert "not known" in str(caught.value) and "run again" in str(caught.value)


def test_a_correlation_that_was_there_before_is_not_ours(server, api):
    server.script(
        plain_list(api_row("old")),
        HangUp(),
        plain_list(api_row("old")),
        plain_list(api_row("old")),
        written(api_row("new")),
    )
    api.list(["loki"])
    assert create(api).uid == "new"


def test_a_correlation_that_was_there_before_and_read_again_is_not_ours(server, api):
    server.script(plain_list(api_row("old")), HangUp(), plain_list(api_row("old"), api_row("new")))
    api.list_completely(["loki"])
    assert create(api).uid == "new"


def test_a_correlation_that_an_earlier_create_made_is_not_ours(server, api):
    server.script(
        written(api_row("a")),
        HangUp(),
        plain_list(api_row("a"), api_row("b")),
        HangUp(),
        plain_list(api_row("a"), api_row("b"), api_row("c")),
    )
    assert [create(api).uid for _time in range(3)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "other",
    [
        {"description": "D"},
        {"field": "other"},
        {"query": {"a": 1}},
        {"transformations": [LOGFMT]},
        {"label": "other"},
        {"targetUID": "other"},
        {"type": "external"},
    ],
)
def test_a_correlation_of_somebody_else_is_not_ours(server, api, other):
    server.script(
        HangUp(),
        plain_list(api_row("theirs", **other)),
        plain_list(api_row("theirs", **other)),
        written(api_row("new")),
    )
    assert create(api).uid == "new"


def test_a_correlation_of_an_old_server_that_dropped_transformations_is_ours(server, api):
    server.script(HangUp(), plain_list(old_row("new")), written(old_row("new")))
    with pytest.raises(NotKept) as caught:
        create(api, transformations=[LOGFMT])
    assert caught.value.written.uid == "new"
    assert server.lines == ["POST " + OF_LOKI, "GET " + OF_LOKI, "PATCH " + OF_LOKI + "/new"]


def test_a_new_server_does_not_drop_transformations(server, api):
    server.script(Answer(504, b"no"), plain_list(api_row("theirs")), plain_list(api_row("theirs")))
    with pytest.raises(TimedOut):
        create(api, transformations=[LOGFMT])


def test_a_create_that_was_refused_for_its_number_is_sent_again(server, api):
    server.script(message(429, "slowly"), written(api_row("new")))
    assert create(api).uid == "new"
    assert server.lines == ["POST " + OF_LOKI] * 2


def test_a_list_that_cannot_be_read_after_a_doubt(server, make_client):
    server.script(HangUp(), message(401, "no"))
    with pytest.raises(HttpError):
        create(LegacyApi(make_client()))
    assert server.lines == ["POST " + OF_LOKI, "GET " + OF_LOKI]


# Never two, whatever goes wrong


class Fake:
    """A source's list that keeps what is posted, and fails as it is told."""

    def __init__(self, faults: t.Sequence[str]) -> None:
        self.held: list[dict[str, t.Any]] = []
        self.numbers = itertools.count()
        self.faults = iter(faults)
        self.late: list[t.Callable[[], t.Any]] = []

    def post(self, body: dict[str, t.Any]) -> dict[str, t.Any]:
        config = {name: value for name, value in body["config"].items() if name != "type"}
        raw = api_row("n%d" % next(self.numbers), label=body["label"], description=body["description"], config=config)
        self.held.append(raw)
        return raw

    def __call__(self, asked: Asked) -> Sender:
        if asked.method == "GET":
            answer = plain_list(*self.held)
            while self.late:
                self.late.pop()()
            return answer
        fault = next(self.faults, "fine")
        before = {
            "429": message(429, "no"),
            "502": Answer(502, b"no"),
            "closed": HangUp(),
            "500": LOCKED,
            "401": message(401, "no"),
        }
        if fault in before:
            return before[fault]
        if fault == "504 late":
            self.late.append(lambda: self.post(asked.body))
            return Answer(504, b"no")
        raw = self.post(asked.body)
        after = {
            "done 502": Answer(502, b"no"),
            "done closed": HangUp(),
            "done 500": LOCKED,
            "done 504": Answer(504, b"no"),
            "done html": Answer(200, b"<"),
        }
        return after.get(fault, written(raw))


FAULTS = [
    "fine",
    "429",
    "502",
    "closed",
    "500",
    "401",
    "504 late",
    "done 502",
    "done closed",
    "done 500",
    "done 504",
    "done html",
]


@settings(max_examples=80)
@given(
    st.lists(st.sampled_from(FAULTS), max_size=6),
    st.lists(st.sampled_from(["a", "b"]), min_size=1, max_size=3),
    st.integers(0, 2),
    st.integers(0, 2),
)
def test_never_two(servers, faults, labels, already, retries):
    server = servers[0]
    server.reset()
    fake = server.rule = Fake(faults)
    for number in range(already):
        fake.held.append(api_row("old%d" % number, label="a"))
    api = LegacyApi(Client(connection(url=server.url, retries=retries)))
    api.list(["loki"])
    made: list[str] = []
    attempts = 0
    for label in labels:
        attempts += 1
        with contextlib.suppress(HttpError):
            made.append(create(api, label=label).uid)
    assert len(made) == len(set(made))
    assert all(uid.startswith("n") for uid in made)
    assert set(made) <= {raw["uid"] for raw in fake.held}
    assert len(fake.held) - already <= attempts
    server.reset()


# Updating


@pytest.mark.parametrize(
    "changes, body",
    [
        ({"label": "new"}, {"label": "new"}),
        ({"label": ""}, {"label": ""}),
        ({"description": ""}, {"description": ""}),
        ({"config.field": "f"}, {"config": {"field": "f"}}),
        ({"config.target": {}}, {"config": {"target": {}}}),
        ({"config.target": {"a": [1.5, None]}}, {"config": {"target": {"a": [1.5, None]}}}),
        ({"config.transformations": [LOGFMT]}, {"config": {"transformations": [LOGFMT], "field": "message"}}),
        ({"config.transformations": []}, {"config": {"transformations": [], "field": "message"}}),
        ({"config.transformations": [], "config.target": {}}, {"config": {"transformations": [], "target": {}}}),
        ({"config.transformations": [], "config.field": "f"}, {"config": {"transformations": [], "field": "f"}}),
        (
            {"label": "l", "description": "d", "config.field": "f"},
            {"label": "l", "description": "d", "config": {"field": "f"}},
        ),
    ],
)
def test_what_is_sent_for_an_update(server, api, changes, body):
    server.script(written(api_row("u1", description="as kept"), "Correlation updated"))
    existing = row("u1")
    found = api.patch(existing, dataclasses.replace(existing, members={**existing.members, **changes}), list(changes))
    [asked] = server.asked
    assert (asked.line, asked.body) == ("PATCH " + ONE, body)
    assert found.members["description"] == "as kept"


def test_where_a_link_leads_is_sent_again_if_the_server_has_lost_it(server, api):
    server.script(written(api_row("u1", label="new", targetUID=None)), DONE)
    found = update(api, row("u1"), {"label": "new"})
    assert found is not None
    assert found.target == "tempo"
    assert [asked.body for asked in server.asked] == [{"label": "new"}, {"type": "query", "targetUID": "tempo"}]


def test_members_of_config_that_the_server_has_lost_are_sent_again(server, api):
    """With the field, without which Grafana does not accept a config."""
    held = api_row("u1", label="new")
    whole = {**held["config"], "timeRange": {"from": "a"}}
    server.script(written(held), written({**held, "config": whole}, "Correlation updated"))
    existing = dataclasses.replace(row("u1"), unknown={"timeRange": {"from": "a"}})
    found = update(api, existing, {"label": "new"})
    assert found is not None and found.unknown == existing.unknown
    assert [asked.body for asked in server.asked] == [
        {"label": "new"},
        {"config": {"field": "message", "timeRange": {"from": "a"}}},
    ]


def test_the_path_of_a_strange_correlation(server, api):
    server.script(
        written(api_row("a/..", sourceUID="x y", label="new")), Answer(200, {"message": "Correlation deleted"})
    )
    strange = row("a/..", source="x y")
    update(api, strange, {"label": "new"})
    delete(api, strange)
    assert server.lines == [
        "PATCH /api/datasources/uid/x%20y/correlations/a%2F..",
        "DELETE /api/datasources/uid/x%20y/correlations/a%2F..",
    ]


WRITES: list[t.Any] = [
    pytest.param("PATCH", lambda api: update(api, row("u1"), {"label": "new"}), id="update"),
    pytest.param("DELETE", lambda api: delete(api, row("u1")), id="delete"),
]
Write = t.Callable[[LegacyApi], t.Any]
UNCHANGED = Answer(200, api_row("u1"))
DONE = written(api_row("u1", label="new"))


@pytest.mark.parametrize("method, write", WRITES)
def test_a_false_404_is_sent_again(server, api, method, write):
    server.script(GONE, UNCHANGED, DONE)
    write(api)
    assert server.lines == ["%s %s" % (method, ONE), "GET " + ONE, "%s %s" % (method, ONE)]


@pytest.mark.parametrize("method, write", WRITES)
def test_a_false_404_to_the_look_is_no_proof_either(server, api, method, write):
    server.script(GONE, GONE, plain_list(api_row("u2"), api_row("u1")), DONE)
    write(api)
    assert server.lines == ["%s %s" % (method, ONE), "GET " + ONE, "GET " + OF_LOKI, "%s %s" % (method, ONE)]


@pytest.mark.parametrize("method, write", WRITES)
def test_a_proxys_404_is_sent_again_as_often_as_allowed(server, make_client, method, write):
    answer = Answer(404, b"<html>", kind="text/html")
    server.script(*[answer, UNCHANGED] * 2, DONE)
    write(LegacyApi(make_client(retries=2)))
    server.check()
    server.script(*[answer, UNCHANGED] * 3)
    with pytest.raises(HttpError) as caught:
        write(LegacyApi(make_client(retries=2)))
    assert caught.value.status == answer.status


@pytest.mark.parametrize("method, write", WRITES)
@pytest.mark.parametrize(
    "answer",
    [Answer(200, b"<html>", kind="text/html"), Answer(302), Answer(200, b"[]"), Answer(200, b"{}")],
    ids=["html", "redirect", "list", "object"],
)
def test_a_page_of_somebody_else_is_no_reason_to_send_again(server, api, method, write, answer):
    server.script(answer, UNCHANGED)
    with pytest.raises(UnexpectedResponse):
        write(api)
    assert server.lines == ["%s %s" % (method, ONE), "GET " + ONE]


@pytest.mark.parametrize("method, write", WRITES)
def test_a_broken_connection_is_retried_before_anything_is_looked_up(server, api, method, write):
    server.script(HangUp(), Answer(502, b"no"), DONE)
    write(api)
    assert server.lines == ["%s %s" % (method, ONE)] * 3


@pytest.mark.parametrize("method, write", WRITES)
@pytest.mark.parametrize("answer", [GONE, LOCKED, message(404, "Data source not found")])
@pytest.mark.parametrize(
    "now", [plain_list(), plain_list(api_row("u2")), NO_SOURCE], ids=["empty", "others", "no source"]
)
def test_only_a_list_without_the_correlation_means_gone(server, api, method, write, answer, now):
    server.script(answer, GONE, now)
    assert write(api) is None


@pytest.mark.parametrize("answer", [GONE, LOCKED, Answer(200, b"<")], ids=["404", "500", "html"])
def test_an_update_that_was_done_in_spite_of_its_answer(server, api, answer):
    server.script(answer, Answer(200, api_row("u1", label="new")))
    found = update(api, row("u1"), {"label": "new"})
    assert found is not None
    assert found.label == "new"


@pytest.mark.parametrize("answer", [GONE, LOCKED], ids=["404", "500"])
def test_of_an_update_that_was_half_done_the_rest_is_sent_again(server, api, answer):
    server.script(answer, Answer(200, api_row("u1", label="new")), written(api_row("u1", label="new", description="D")))
    update(api, row("u1"), {"label": "new", "description": "D"})
    assert (server.lines[2], server.asked[2].body) == ("PATCH " + ONE, {"description": "D"})


def test_a_delete_that_was_done_in_spite_of_its_answer(server, api):
    server.script(LOCKED, UNCHANGED, LOCKED, GONE, plain_list(api_row("u2")))
    delete(api, row("u1"))


@pytest.mark.parametrize("method, write", WRITES)
@pytest.mark.parametrize("text", ["Correlation can only be edited via provisioning", "Data source is read only"])
def test_a_read_only_correlation(server, api, method, write, text):
    server.script(message(403, text))
    with pytest.raises(ReadOnly):
        write(api)


@pytest.mark.parametrize("method, write", WRITES)
@pytest.mark.parametrize(
    "answer", [message(400, "bad request data"), message(401, "no"), message(404, "Not found"), message(409, "no")]
)
def test_other_errors_of_a_write_are_raised(server, api, method, write, answer):
    server.script(answer)
    with pytest.raises(HttpError) as caught:
        write(api)
    assert caught.value.status == answer.status


@pytest.mark.parametrize("method, write", WRITES)
def test_a_list_that_cannot_be_read_after_a_404(server, api, method, write):
    server.script(GONE, message(401, "no"))
    with pytest.raises(HttpError) as caught:
        write(api)
    assert caught.value.status == 404
    words = ["Correlation not found", "not known", "reading failed too", "check token", "run again later"]
    assert [word for word in words if word not in str(caught.value)] == []


def test_a_correlation_is_not_changed(server, api):
    existing = row("u1")
    server.script(DONE)
    update(api, existing, {"label": "new"})
    assert existing == row("u1")


@pytest.mark.parametrize("transformations", [[None], ["x"], "x", {}])
def test_transformations_of_another_form_are_not_grafanas(server, api, transformations):
    server.script(Answer(200, [{**api_row(), "config": {"field": "f", "transformations": transformations}}]))
    with pytest.raises(UnexpectedResponse) as caught:
        api.list_of("loki")
    assert " a correlation:" in str(caught.value)


@pytest.mark.parametrize("answer", [[], {}, "x"])
def test_a_delete_that_is_not_confirmed(server, api, answer):
    server.script(Answer(200, answer), UNCHANGED)
    with pytest.raises(UnexpectedResponse) as caught:
        delete(api, row("u1"))
    assert " a confirmation of the delete:" in str(caught.value)
