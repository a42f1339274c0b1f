# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names and UIDs of data sources."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils import _data_sources
from ansible_collections.crosslink.grafana.plugins.module_utils._data_sources import DataSources
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import HttpError, UnexpectedResponse
from ansible_collections.crosslink.grafana.plugins.module_utils._http_client import Client
from ansible_collections.crosslink.grafana.tests.unit.plugins.server import Answer, Server, message

LOKI = {"uid": "loki", "name": "Logs", "type": "loki", "readOnly": False}
TEMPO = {"uid": "tempo", "name": "Traces", "type": "tempo", "readOnly": True}
SWAPPED = {"uid": "Logs", "name": "loki", "type": "other"}
ALL = Answer(200, [LOKI, TEMPO])
MISSING = message(404, "Data source not found")
FORBIDDEN = [message(403, "Permissions needed: datasources:read"), Answer(304)]
LIST = "GET /api/datasources"


@pytest.fixture
def data_sources(client: Client) -> DataSources:
    return DataSources(client)


def uid(found: t.Mapping[str, t.Any] | None) -> str | None:
    return None if found is None else found["uid"]


def test_by_uid_and_by_name_in_one_request(server, data_sources):
    server.script(ALL)
    assert [uid(data_sources.find(given)) for given in ("loki", "Logs", "tempo", "Traces", "loki")] == [
        "loki",
        "loki",
        "tempo",
        "tempo",
        "loki",
    ]
    assert data_sources.find("Traces") == TEMPO
    assert server.lines == [LIST]


def test_nothing_is_asked_before_it_is_needed(server, data_sources):
    assert server.lines == []


def test_a_uid_wins_over_an_equal_name(server, data_sources):
    server.script(Answer(200, [LOKI, SWAPPED]))
    assert uid(data_sources.find("Logs")) == "Logs"
    assert uid(data_sources.find("loki")) == "loki"


def test_a_uid_beyond_the_end_of_the_list_wins_over_an_equal_name(monkeypatch, server, data_sources):
    monkeypatch.setattr(_data_sources, "LONGEST_LIST", 2)
    server.script(ALL, Answer(200, {"uid": "Logs", "name": "Late"}), MISSING)
    assert [uid(data_sources.find(given)) for given in ("Logs", "Traces", "loki")] == ["Logs", "tempo", "loki"]
    assert server.lines == [LIST, "GET /api/datasources/uid/Logs", "GET /api/datasources/uid/Traces"]


def test_what_is_not_in_the_list_is_asked_for_by_uid_then_by_name(server, data_sources):
    server.script(
        ALL,
        Answer(200, {"uid": "late", "name": "Late"}),
        MISSING,
        Answer(200, {"uid": "x", "name": "Later"}),
        MISSING,
        MISSING,
    )
    assert [uid(data_sources.find(given)) for given in ("late", "Later", "gone")] == ["late", "x", None]
    assert server.lines == [
        LIST,
        "GET /api/datasources/uid/late",
        "GET /api/datasources/uid/Later",
        "GET /api/datasources/name/Later",
        "GET /api/datasources/uid/gone",
        "GET /api/datasources/name/gone",
    ]


def test_each_is_asked_for_once(server, data_sources):
    server.script(ALL, MISSING, MISSING)
    assert [data_sources.find("gone") for _time in range(3)] == [None] * 3


def test_a_strange_name(server, data_sources):
    server.script(ALL, MISSING, MISSING)
    data_sources.find("a/b ?")
    assert server.lines[1:] == ["GET /api/datasources/uid/a%2Fb%20%3F", "GET /api/datasources/name/a%2Fb%20%3F"]


@pytest.mark.parametrize("given", ["", ".", ".."])
def test_what_no_path_can_carry_is_only_looked_up_in_the_list(server, data_sources, given):
    server.script(ALL)
    assert data_sources.find(given) is None


@pytest.mark.parametrize("given", ["", ".", ".."])
def test_what_no_path_can_carry_is_found_in_the_list(server, data_sources, given):
    server.script(Answer(200, [{"uid": "x", "name": given}]))
    assert uid(data_sources.find(given)) == "x"


def test_one_that_may_not_be_read_is_taken_for_there(server, data_sources):
    server.script(ALL, *FORBIDDEN)
    assert data_sources.find("secret") == {"uid": "secret"}


def test_a_list_that_may_not_be_read_is_empty(server, data_sources):
    server.script(*FORBIDDEN, Answer(200, LOKI), MISSING, MISSING)
    assert uid(data_sources.find("loki")) == "loki"
    assert data_sources.find("gone") is None
    assert server.lines.count(LIST) == 1


@pytest.mark.parametrize("answer", [message(401, "no"), message(500, "no"), message(404, "Not found")])
def test_other_errors_are_raised(server, data_sources, answer):
    server.script(answer)
    with pytest.raises(HttpError) as caught:
        data_sources.find("loki")
    assert caught.value.status == answer.status
    server.script(ALL, answer)
    with pytest.raises(HttpError):
        data_sources.find("gone")


def test_what_is_no_list(server, data_sources):
    server.script(Answer(200, {}))
    with pytest.raises(UnexpectedResponse) as caught:
        data_sources.find("loki")
    assert " a list of data sources:" in str(caught.value)


@pytest.mark.parametrize("answer", [[], {"message": "ok"}, {"uid": 5}])
def test_what_is_no_data_source(server, data_sources, answer):
    server.script(ALL, Answer(200, answer))
    with pytest.raises(UnexpectedResponse) as caught:
        data_sources.find("gone")
    assert " a data source:" in str(caught.value)


def test_rubbish_in_the_list(server, data_sources):
    server.script(Answer(200, [None, "x", {}, {"uid": None, "name": "Logs"}, LOKI]))
    assert data_sources.find("Logs") == LOKI


@pytest.mark.parametrize(
    "given, near",
    [
        ("lokki", " (did you mean 'loki'?)"),
        ("logs", " (did you mean 'Logs'?)"),
        ("Tracse", " (did you mean 'Traces'?)"),
        ("something else", ""),
    ],
)
def test_near(server, data_sources, given, near):
    server.script(ALL)
    assert data_sources.did_you_mean(given) == near


@pytest.mark.parametrize(
    "listed, given, name",
    [([LOKI], "loki", "Logs"), ([LOKI, SWAPPED], "loki", "loki"), ([{"uid": "a", "name": "a"}], "a", "a")],
)
def test_names(server, data_sources, listed, given, name):
    server.script(Answer(200, listed))
    assert data_sources.name_of(given) == name


@pytest.mark.parametrize("nameless", [{"uid": "a"}, {"uid": "a", "name": ""}, {"uid": "a", "name": None}])
def test_a_data_source_without_a_name(server, data_sources, nameless):
    server.script(Answer(200, [nameless]))
    assert data_sources.name_of("a") == "a"


def test_the_name_of_one_that_is_gone(server, data_sources):
    server.script(ALL, MISSING)
    assert data_sources.name_of("gone") == "gone"


def test_names_make_no_request(server, data_sources):
    assert data_sources.listed_names() == {}
    assert server.lines == []
    listed = [{"uid": "a", "name": "A"}, {"uid": "b", "name": "c"}, {"uid": "c", "name": "c"}, {"uid": "d"}]
    server.script(Answer(200, listed))
    data_sources.all()
    assert data_sources.listed_names() == {"a": "A", "b": "b", "c": "c", "d": "d"}
    assert len(server.lines) == 1


def test_by_uid_alone(server, data_sources):
    server.script(ALL, MISSING, Answer(200, {"uid": "late", "name": "Late"}), *FORBIDDEN)
    assert [uid(data_sources.of_uid(given)) for given in ("loki", "Logs", "Logs", "late", "secret")] == [
        "loki",
        None,
        None,
        "late",
        "secret",
    ]
    assert server.lines[1:4] == [
        "GET /api/datasources/uid/Logs",
        "GET /api/datasources/uid/late",
        "GET /api/datasources/uid/secret",
    ]


def test_the_name_of_another_one_is_no_uid(server, data_sources):
    server.script(ALL, MISSING)
    assert data_sources.name_of("Logs") == "Logs"
    assert data_sources.is_read_only("Logs") is False


def test_read_only(server, data_sources):
    server.script(ALL, MISSING, *FORBIDDEN)
    assert [data_sources.is_read_only(given) for given in ("loki", "tempo", "gone", "secret")] == [
        False,
        True,
        False,
        False,
    ]


def test_two_lookups_share_nothing(servers, server: Server, client: Client):
    server.script(ALL, Answer(200, []), MISSING, MISSING)
    assert DataSources(client).find("loki") == LOKI
    assert DataSources(client).find("loki") is None
