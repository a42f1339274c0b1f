# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading correlations by filters."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import ListFailed
from ansible_collections.crosslink.grafana.plugins.module_utils._query import query
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import LOGFMT, URL, api_row, old_row
from ansible_collections.crosslink.grafana.tests.unit.plugins.server import Answer, message

LIST = "GET /api/datasources/correlations"
OF_LOKI = "GET /api/datasources/uid/loki/correlations"
SOURCES = "GET /api/datasources"
NO_SOURCE = message(404, "Source data source not found")
MISSING = message(404, "Data source not found")
GONE = message(404, "Correlation not found")
ALL = Answer(
    200,
    [
        {"uid": "loki", "name": "Logs", "type": "loki", "readOnly": True},
        {"uid": "tempo", "name": "Traces", "type": "tempo"},
        {"uid": "mimir", "name": "tempo", "type": "prometheus"},
    ],
)
Search = t.Callable[..., t.Dict[str, t.Any]]


def page(*found: t.Any) -> Answer:
    return Answer(200, {"correlations": list(found), "totalCount": 9})


def rows(*found: t.Any) -> Answer:
    return Answer(200, list(found))


@pytest.fixture
def search(make_client: t.Any) -> Search:
    def search_for(client: t.Any = None, **filters: t.Any) -> dict[str, t.Any]:
        names = ("source", "target", "label", "uid", "type", "provisioned")
        return query(client or make_client(api="legacy"), {**dict.fromkeys(names), "use_names": False, **filters})

    return search_for


def uids(result: t.Mapping[str, t.Any]) -> list[str]:
    return [one["uid"] for one in result["correlations"]]


def test_everything(server, search):
    server.script(
        page(
            api_row("u2", label="b"),
            api_row("u1", label="a", sourceUID="mimir"),
            api_row("u3", label="a"),
            api_row("u0", label="a"),
        )
    )
    result = search()
    assert uids(result) == ["u0", "u3", "u2", "u1"]
    assert (result["count"], result["org_id"]) == (4, 1)
    assert server.lines == [LIST]


def test_nothing(server, search):
    server.script(page())
    assert search() == {"correlations": [], "definitions": [], "count": 0, "warnings": []}


def test_the_spelling_of_the_api(server, search):
    raw = api_row(query={"key": "k"}, transformations=[LOGFMT], extra=1)
    server.script(page(raw))
    assert search()["correlations"] == [raw]


def test_old_correlations_have_their_type_where_it_is_now(server, search):
    server.script(rows(old_row()))
    result = search()
    assert result["correlations"] == [{**old_row(), "type": "query"}]
    assert "org_id" not in result


def test_definitions_have_nothing_of_the_servers_own(server, search):
    server.script(
        page(
            api_row(
                description="D",
                query={"a": 1, "key": "k", "datasource": {}},
                transformations=[{**LOGFMT, "mapValue": "v", "field": ""}],
            )
        )
    )
    assert search()["definitions"] == [
        {
            "source": "loki",
            "target": "tempo",
            "label": "Logs to traces",
            "description": "D",
            "type": "query",
            "config": {
                "field": "message",
                "target": {"a": 1},
                "transformations": [{"type": "logfmt", "map_value": "v"}],
            },
        }
    ]


def test_correlations_that_are_equal_are_one_definition(server, search):
    server.script(page(api_row("u1"), api_row("u2", query={"key": "k"}), api_row("u3", description="D")))
    result = search()
    assert (result["count"], len(result["definitions"])) == (3, 2)


def test_two_grafanas_with_the_same_correlations_give_the_same(server, search):
    contents: list[dict[str, t.Any]] = [{"label": "b"}, {"label": "a", "sourceUID": "mimir"}]
    contents += [{"label": "a", "query": {"b": 1}}, {"label": "a", "query": {"a": 1}}]
    server.script(
        page(*(api_row("u%d" % number, **content) for number, content in enumerate(contents))),
        page(*(api_row("u%d" % number, **content) for number, content in enumerate(reversed(contents)))),
    )
    first, second = search(), search()
    assert list(map(str, first["definitions"])) == list(map(str, second["definitions"]))
    assert [one["label"] for one in first["definitions"]] == ["a", "a", "b", "a"]


def test_what_no_list_can_have_is_left_out(server, search):
    wrong = [{"type": "regex", "expression": "("}]
    server.script(page(api_row("u1", field=""), api_row("u2", label="L", transformations=wrong), api_row("u3")))
    result = search()
    assert (result["count"], len(result["definitions"])) == (3, 1)
    first, second = result["warnings"]
    assert "correlation 'L' (uid 'u2', source 'loki')" in first
    assert "config.transformations[0].expression is not a valid regular expression" in first
    assert "correlation 'Logs to traces' (uid 'u1', source 'loki')" in second
    assert second.endswith(": config.field is empty.")


def test_what_is_not_known_is_warned_about(server, search):
    raw = api_row("u1")
    server.script(page({**raw, "config": {**raw["config"], "type": "query", "timeRange": {"field": "t"}}}))
    result = search()
    assert "timeRange" not in result["definitions"][0]["config"]
    [warning] = result["warnings"]
    assert "correlation 'Logs to traces' (uid 'u1', source 'loki') without config.timeRange," in warning


FAILED = message(500, "Failed to get correlations")


def list_failed(search: Search, **filters: t.Any) -> str:
    """The message of the search, which cannot read a list."""
    with pytest.raises(ListFailed) as caught:
        search(**filters)
    assert caught.value.code == "list_failed"
    return str(caught.value)


def test_the_data_sources_whose_lists_fail_are_found(server, search):
    server.script(FAILED, ALL, rows(), FAILED, NO_SOURCE)
    found = list_failed(search)
    assert "cannot read the correlations of 'Traces' (uid 'tempo')," in found
    assert "run again" not in found
    assert server.lines == [
        LIST,
        SOURCES,
        OF_LOKI,
        "GET /api/datasources/uid/tempo/correlations",
        "GET /api/datasources/uid/mimir/correlations",
    ]


def test_a_list_that_fails_and_none_of_its_parts(server, search):
    server.script(FAILED, ALL, rows(), rows(), rows())
    found = list_failed(search)
    assert "list of each data source by itself can be read: run again" in found
    assert "uid '" not in found


def test_data_sources_that_may_not_be_read_are_not_narrowed_down(server, search):
    server.script(FAILED, ALL, FAILED, message(403, "no"), Answer(304))
    found = list_failed(search)
    assert "uid '" not in found
    assert "run again" not in found


def test_the_list_of_one_source_that_fails(server, search):
    server.script(FAILED)
    found = list_failed(search, source="loki")
    assert "MariaDB" in found
    assert "uid '" not in found
    assert server.lines == [OF_LOKI]


def test_names(server, search):
    """But not one that is the UID of another data source."""
    server.script(
        page(
            api_row("u1"),
            api_row("u2", label="x", targetUID="mimir"),
            api_row("u3", label="y", type="external", targetUID=None, query=URL),
        ),
        ALL,
    )
    result = search(use_names=True)
    found = result["definitions"]
    assert [(one["source"], one.get("target")) for one in found] == [
        ("Logs", "Traces"),
        ("Logs", "mimir"),
        ("Logs", None),
    ]
    assert result["data_sources"] == [
        {"uid": "loki", "name": "Logs", "type": "loki", "readOnly": True},
        {"uid": "mimir", "name": "tempo", "type": "prometheus"},
        {"uid": "tempo", "name": "Traces", "type": "tempo"},
    ]
    assert server.lines == [LIST, SOURCES]


def test_data_sources_that_are_missing_or_may_not_be_read(server, search):
    """One that was asked for is not asked for again."""
    server.script(page(api_row(sourceUID="secret", targetUID="gone")), ALL, message(403, "no"), Answer(304), MISSING)
    assert search(use_names=True)["data_sources"] == [{"uid": "secret"}]


def test_no_data_sources_are_read_without_need(server, search):
    server.script(page(api_row()), page())
    assert "data_sources" not in search()
    assert search(use_names=True)["data_sources"] == []
    assert server.lines == [LIST, LIST]


FOUR = [
    api_row("u1"),
    api_row("u2", label=""),
    api_row("u3", targetUID="mimir", provisioned=True),
    api_row("u4", type="external", targetUID="tempo", query=URL),
]


@pytest.mark.parametrize(
    "filters, found",
    [
        ({"label": "Logs to traces"}, ["u1", "u3", "u4"]),
        ({"label": ""}, ["u2"]),
        ({"label": "logs to traces"}, []),
        ({"uid": "u3"}, ["u3"]),
        ({"uid": "u9"}, []),
        ({"type": "query"}, ["u1", "u2", "u3"]),
        ({"type": "external"}, ["u4"]),
        ({"provisioned": True}, ["u3"]),
        ({"provisioned": False}, ["u1", "u2", "u4"]),
        ({"type": "query", "provisioned": False, "label": ""}, ["u2"]),
    ],
)
def test_filters(server, search, filters, found):
    server.script(page(*FOUR))
    assert sorted(uids(search(**filters))) == found
    assert server.lines == [LIST]


@pytest.mark.parametrize("target, found", [("tempo", ["u1", "u2"]), ("Traces", ["u1", "u2"]), ("mimir", ["u3"])])
def test_targets(server, search, target, found):
    """A UID wins over an equal name; an external row leads to no data source."""
    server.script(page(*FOUR), ALL)
    assert sorted(uids(search(target=target))) == found


def test_a_target_that_is_not_there(server, search):
    server.script(page(*FOUR), ALL, MISSING, MISSING)
    assert search(target="gone")["count"] == 0


def test_a_source_by_uid(server, search):
    server.script(rows(api_row()))
    assert uids(search(source="loki")) == ["u1"]
    assert server.lines == [OF_LOKI]


def test_a_source_by_uid_without_correlations(server, search):
    server.script(rows())
    assert search(source="loki")["count"] == 0


def test_a_source_by_name(server, search):
    server.script(NO_SOURCE, ALL, rows(api_row()))
    assert uids(search(source="Logs")) == ["u1"]
    assert server.lines == ["GET /api/datasources/uid/Logs/correlations", SOURCES, OF_LOKI]


def test_a_source_that_is_not_there(server, search):
    server.script(NO_SOURCE, ALL, MISSING, MISSING)
    assert search(source="gone")["count"] == 0


@pytest.mark.parametrize("source", ["", ".", ".."])
def test_a_source_that_no_path_can_carry(server, search, source):
    server.script(page(), ALL)
    assert search(source=source)["count"] == 0
    assert server.lines == [LIST, SOURCES]


def test_a_source_and_a_uid(server, search):
    server.script(Answer(200, api_row("u1")))
    assert uids(search(source="loki", uid="u1")) == ["u1"]
    assert server.lines == [OF_LOKI + "/u1"]


def test_a_source_and_a_uid_that_is_not_there(server, search):
    server.script(GONE, rows(api_row("u2")))
    assert search(source="loki", uid="u1")["count"] == 0


def test_a_source_by_name_and_a_uid(server, search):
    server.script(NO_SOURCE, NO_SOURCE, ALL, rows(api_row("u1"), api_row("u2")))
    assert uids(search(source="Logs", uid="u1")) == ["u1"]


@pytest.mark.parametrize("provisioned, found", [(True, ["u1"]), (False, ["u2"])])
def test_on_old_servers_a_read_only_source_has_provisioned_correlations(server, search, provisioned, found):
    server.script(rows(old_row("u1"), old_row("u2", sourceUID="tempo")), ALL)
    assert uids(search(provisioned=provisioned)) == found


def test_an_organization(server, search, make_client):
    server.script(Answer(200, {"id": 3, "name": "Platform"}), page())
    assert search(make_client(org_id=3, api="legacy"))["org_id"] == 3
    assert server.asked[1].headers["X-Grafana-Org-Id"] == "3"


def item(name: str, source: str, target: str | None) -> dict[str, t.Any]:
    spec: dict[str, t.Any] = {
        "type": "query" if target else "external",
        "source": {"group": "x", "name": source},
        "label": name,
        "config": {"field": "f"},
    }
    if target:
        spec["target"] = {"group": "x", "name": target}
    else:
        spec["config"]["target"] = URL
    return {"metadata": {"name": name, "annotations": {}}, "spec": spec}


def test_a_correlation_dangles_although_another_data_source_has_the_uid_as_its_name(server, search, make_client):
    watched = Answer(200, {"resources": [{"name": "correlations", "verbs": ["watch"]}]})
    listed = Answer(200, {"items": [item("lost", "loki", "Traces")], "metadata": {}})
    server.script(Answer(200, {"id": 1, "name": "Main Org."}), watched, listed, ALL, MISSING)
    result = search(make_client(org_id=1, api="apis"))
    assert (result["correlations"][0]["dangling"], result["definitions"]) == (True, [])
    assert server.lines[-1] == "GET /api/datasources/uid/Traces"


def test_on_the_other_api_correlations_may_dangle(server, search, make_client):
    watched = Answer(200, {"resources": [{"name": "correlations", "verbs": ["watch"]}]})
    listed = Answer(
        200,
        {
            "items": [item("fine", "loki", "tempo"), item("lost", "loki", "gone"), item("link", "loki", None)],
            "metadata": {},
        },
    )
    server.script(Answer(200, {"id": 1, "name": "Main Org."}), watched, listed, ALL, MISSING)
    result = search(make_client(org_id=1, api="apis"))
    assert {one["uid"]: one.get("dangling", False) for one in result["correlations"]} == {
        "fine": False,
        "lost": True,
        "link": False,
    }
    assert [one["label"] for one in result["definitions"]] == ["fine", "link"]
    assert (result["count"], result["org_id"]) == (3, 1)
