# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The route ``/apis/correlations.grafana.app/v0alpha1``."""

from __future__ import annotations

import re
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.module_utils._apis import ApisRoute, name_of, serves_watch
from ansible_collections.crosslink.grafana.plugins.module_utils._client import Client
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._datasources import DataSources
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import CrosslinkError, HttpError, Mistake, Unreadable
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import LOGFMT, URL, connection, members, new, row, writer
from ansible_collections.crosslink.grafana.tests.unit.plugins.server import Answer, HangUp, Server, message

BASE = "/apis/correlations.grafana.app/v0alpha1"
LIST = BASE + "/namespaces/default/correlations"
ROW = LIST + "/u1"
SELECTED = "correlations.grafana.app/sourceDS-ref"
KINDS = {"loki": "loki", "tempo": "tempo", "mimir": "prometheus"}
DATA_SOURCES = Answer(200, [{"uid": uid, "name": uid.title(), "type": kind} for uid, kind in KINDS.items()])
GONE = message(404, 'correlations.correlations.grafana.app "u1" not found')
EXISTS = message(409, 'correlations.correlations.grafana.app "u1" already exists')


def item(name: str = "u1", version: str = "5", annotations: t.Any = None, **more: t.Any) -> dict[str, t.Any]:
    """A correlation as the route shows it; null members are left out."""
    config: dict[str, t.Any] = {"field": more.pop("field", "message"), "target": more.pop("query", {})}
    if "transformations" in more:
        config["transformations"] = more.pop("transformations")
    spec: dict[str, t.Any] = {"type": "query", "source": ref("loki"), "target": ref("tempo"), "label": "Logs to traces", "config": config}
    spec.update(more)
    return {
        "kind": "Correlation",
        "apiVersion": "correlations.grafana.app/v0alpha1",
        "metadata": {
            "name": name,
            "namespace": "default",
            "resourceVersion": version,
            "annotations": annotations or {"grafana.app/createdBy": "user:x"},
        },
        "spec": {member: value for member, value in spec.items() if value is not None},
    }


def ref(uid: str) -> dict[str, str]:
    return {"group": KINDS.get(uid, "other"), "name": uid}


def page(*items: t.Any, more: str | None = None) -> Answer:
    return Answer(
        200, {"kind": "CorrelationList", "metadata": {"resourceVersion": "9", **({"continue": more} if more else {})}, "items": list(items)}
    )


def one(raw: t.Any, status: int = 200) -> Answer:
    return Answer(status, raw)


@pytest.fixture
def route(make_client: t.Any) -> ApisRoute:
    client: Client = make_client()
    client.org_id = 1
    return ApisRoute(client, DataSources(client))


def uids(found: t.Iterable[Correlation]) -> list[str]:
    return [correlation.uid for correlation in found]


# Whether the route can be used


def resources(*verbs: str, name: str = "correlations") -> Answer:
    return Answer(200, {"kind": "APIResourceList", "resources": [{"name": name, "verbs": list(verbs)}]})


@pytest.mark.parametrize(
    "answer, serves",
    [
        (resources("get", "list", "watch"), True),
        (resources("get", "list"), False),
        (resources("watch", name="correlations/status"), False),
        (Answer(200, {"resources": [{"name": "correlations"}]}), False),
        (Answer(200, {"resources": [{"name": "correlations", "verbs": None}]}), False),
        (Answer(200, {"resources": [None, "x"]}), False),
        (Answer(200, {"resources": None}), False),
        (Answer(200, {"resources": 5}), False),
        (Answer(200, {"resources": [{"name": "correlations", "verbs": 5}]}), False),
        (Answer(200, []), False),
        (Answer(404, b"404 page not found\n", kind="text/plain"), False),
        (message(404, "Not found"), False),
        (Answer(404, b"<html>", kind="text/html"), False),
    ],
)
def test_whether_the_route_stands_on_unified_storage(server, client, answer, serves):
    server.script(answer)
    assert serves_watch(client) is serves
    assert server.lines == ["GET " + BASE]


@pytest.mark.parametrize("answer", [message(401, "no"), message(500, "no"), Answer(200, b"<html>", kind="text/html")])
def test_other_errors_are_no_answer_to_that(server, client, answer):
    server.script(answer)
    with pytest.raises(HttpError) as caught:
        serves_watch(client)
    assert caught.value.status == answer.status


# The namespace


@pytest.mark.parametrize("number, namespace", [(1, "default"), (2, "org-2"), (77, "org-77")])
def test_the_namespace_of_a_chosen_organisation(server, client, number, namespace):
    client.org_id = number
    server.script(page())
    ApisRoute(client, DataSources(client)).read(None)
    assert server.lines == ["GET %s/namespaces/%s/correlations" % (BASE, namespace)]


def test_the_namespace_of_the_current_organisation(server, client):
    server.script(Answer(200, {"id": 4, "name": "x"}), page())
    ApisRoute(client, DataSources(client)).read(None)
    assert server.lines == ["GET /api/org", "GET %s/namespaces/org-4/correlations" % BASE]
    assert client.org_id == 4


# Rows


def test_a_row(server, route):
    server.script(page(item(description="D", query={"a": 1}, transformations=[{"type": "logfmt", "expression": "", "field": "", "mapValue": ""}])))
    [found] = route.read(None).rows
    assert found == Correlation(
        uid="u1",
        source="loki",
        target="tempo",
        type="query",
        members=members(description="D", query={"a": 1}, transformations=[LOGFMT]),
        read_only=False,
        org_id=1,
        version="5",
    )


def test_a_managed_row_is_read_only(server, route):
    server.script(page(item(annotations={"grafana.app/managedBy": "terraform"})))
    [found] = route.read(None).rows
    assert (found.read_only, found.manager) == (True, "terraform")


@pytest.mark.parametrize("more", [{"target": None}, {"target": ref("tempo")}])
def test_an_external_row(server, route, more):
    server.script(page(item(type="external", query=URL, **more)))
    [found] = route.read(None).rows
    assert (found.type, found.target) == ("external", None)


def test_rows_that_nobody_validated(server, route):
    raw = item(target=None, label=None, config=None)
    raw["metadata"]["annotations"] = None
    server.script(page(raw))
    [found] = route.read(None).rows
    assert (found.target, found.members) == (None, members(label="", field=""))


@pytest.mark.parametrize(
    "raw",
    [
        None,
        {},
        {"metadata": {"name": "x"}},
        {"metadata": {"name": 5}, "spec": {"source": {}}},
        {"metadata": None, "spec": {"source": {}}},
        {"metadata": {"name": "x", "annotations": 5}, "spec": {"source": {}}},
        {"metadata": {"name": "x"}, "spec": {"source": {}, "target": "x"}},
        {"metadata": {"name": "x"}, "spec": {"source": {}, "config": 5}},
    ],
)
def test_what_is_no_row(server, route, raw):
    server.script(page(raw))
    with pytest.raises(Unreadable):
        route.read(None)


# Reading


def test_all_rows(server, route):
    server.script(page(item("u1"), item("u2", source=ref("gone"))))
    listing = route.read(None)
    assert (uids(listing.rows), listing.whole, listing.partial, listing.old) == (["u1", "u2"], True, False, False)
    assert server.asked[0].query == [("limit", "1000")]


def test_pages(server, route):
    server.script(page(item("u1"), item("u2"), more="a/b=="), page(item("u2"), item("u3"), more="c"), page())
    assert uids(route.read(None).rows) == ["u1", "u2", "u3"]
    assert [dict(asked.query).get("continue") for asked in server.asked] == [None, "a/b==", "c"]


def test_an_empty_page_may_have_others_after_it(server, route):
    server.script(page(more="a"), page(more="b"), page(item("u1"), more="c"), page(more="d"), page())
    assert uids(route.read(None).rows) == ["u1"]


@pytest.mark.parametrize(
    "pages",
    [
        [page(item("u1"), more="a"), page(item("u1"), more="b")],
        [page(item("u1"), more="a"), page(more="a")],
        [page(more="a"), page(item("u1"), more="b"), page(more="a")],
    ],
    ids=["nothing new", "token", "older token"],
)
def test_pages_that_repeat(server, route, pages):
    server.script(*pages)
    with pytest.raises(CrosslinkError) as caught:
        route.read(None)
    assert str(caught.value) == "The /apis route of this Grafana repeats pages, so nothing was done: use api: legacy."


@pytest.mark.parametrize("given_source", ["loki", "Loki"])
def test_one_source_is_selected_by_its_label(server, route, given_source):
    server.script(DATA_SOURCES, page(item("u1")))
    listing = route.read([given_source])
    assert dict(server.asked[1].query)["labelSelector"] == SELECTED + "=loki.loki"
    assert (uids(listing.rows), listing.whole, listing.partial) == (["u1"], False, True)


def test_several_sources_are_picked_out_of_all(server, route):
    server.script(DATA_SOURCES, page(item("u1"), item("u2", source=ref("mimir")), item("u3", source=ref("tempo"))))
    listing = route.read(["loki", "Mimir"])
    assert (uids(listing.rows), listing.partial) == (["u1", "u2"], False)
    assert "labelSelector" not in dict(server.asked[1].query)


def test_a_source_that_is_not_there(server, route):
    server.script(DATA_SOURCES, message(404, "Data source not found"), message(404, "Data source not found"))
    assert route.read(["gone"]).rows == []
    assert not [line for line in server.lines if line.startswith("GET /apis")]


@pytest.mark.parametrize("uid", ["x" * 60, "ends-in-", "a b", "ü"])
def test_a_source_that_no_label_can_name(server, route, uid):
    server.script(Answer(200, [{"uid": uid, "name": "x", "type": "loki"}]), page(item("u1", source=ref(uid)), item("u2")))
    assert uids(route.read([uid]).rows) == ["u1"]
    assert "labelSelector" not in dict(server.asked[1].query)


def test_reading_again_looks_among_all(server, route):
    server.script(page(item("u1"), item("u2", source=ref("mimir"))))
    assert uids(route.reread({"mimir"})) == ["u2"]
    assert server.asked[0].query == [("limit", "1000")]


def test_one_row(server, route):
    server.script(one(item()), one(item()), GONE)
    found = route.one("loki", "u1")
    assert found is not None
    assert found.uid == "u1"
    assert route.one("mimir", "u1") is None
    assert route.one("loki", "u1") is None
    assert route.one("loki", "..") is None
    assert server.lines == ["GET " + ROW] * 3


def test_rows_here_always_tell_whether_they_are_provisioned(route):
    assert route.is_old() is False


# Names


def test_names_are_made_from_the_key():
    name = name_of("loki", "tempo", "query", members())
    assert re.match(r"logs-to-traces-[0-9a-f]{10}\Z", name)
    assert name_of("loki", "tempo", "query", members(description="D", query={"a": 1}, transformations=[LOGFMT])) == name
    others = [
        name_of("mimir", "tempo", "query", members()),
        name_of("loki", "mimir", "query", members()),
        name_of("loki", None, "external", members()),
        name_of("loki", "tempo", "query", members(label="logs to traces")),
        name_of("loki", "tempo", "query", members(field="x")),
        name_of("loki", "tempo", "query", members(), 2),
    ]
    assert len({name, *others}) == 7


def test_names_of_more_than_one():
    assert name_of("loki", "tempo", "query", members(), 2) == name_of("loki", "tempo", "query", members()) + "-2"


@given(st.text(), st.text(), st.text(), st.text(), st.integers(1, 20))
def test_names_are_valid_in_kubernetes(source, target, label, field, number):
    name = name_of(source, target, "query", members(label=label, field=field), number)
    assert re.match(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?\Z", name)
    assert len(name) <= 40


# Creating


def create(route: ApisRoute, **more: t.Any) -> Correlation:
    return writer(route).create(new(**more))


def update(route: ApisRoute, there: Correlation, changes: dict[str, t.Any]) -> Correlation | None:
    return writer(route).update(there, changes)


NAME = name_of("loki", "tempo", "query", members())


def test_what_is_sent_for_a_query(server, route):
    server.script(DATA_SOURCES, one(item(NAME, query={"a": 1}, transformations=[LOGFMT]), 201))
    found = create(route, query={"a": 1}, transformations=[LOGFMT])
    assert found.uid == NAME
    assert server.asked[1].line == "POST " + LIST
    assert server.asked[1].body == {
        "apiVersion": "correlations.grafana.app/v0alpha1",
        "kind": "Correlation",
        "metadata": {"name": NAME},
        "spec": {
            "type": "query",
            "source": {"group": "loki", "name": "loki"},
            "target": {"group": "tempo", "name": "tempo"},
            "label": "Logs to traces",
            "description": "",
            "config": {"field": "message", "target": {"a": 1}, "transformations": [LOGFMT]},
        },
    }


def test_what_is_sent_for_an_external_one(server, route):
    server.script(DATA_SOURCES, one(item("x", type="external", target=None, query=URL), 201))
    create(route, type="external", query=URL)
    spec = server.asked[1].body["spec"]
    assert "target" not in spec
    assert spec["config"] == {"field": "message", "target": URL}


def test_a_chosen_uid(server, route):
    server.script(DATA_SOURCES, one(item("mine"), 201))
    assert create(route, uid="mine").uid == "mine"
    assert server.asked[1].body["metadata"] == {"name": "mine"}


def test_the_kind_of_a_data_source_that_may_not_be_read(server, route):
    server.script(message(403, "no"), Answer(304), message(403, "no"))
    with pytest.raises(Mistake) as caught:
        create(route)
    assert str(caught.value) == (
        "The kind of data source 'loki' cannot be read, and the /apis route needs it: the credentials lack the permission datasources:read."
    )


@pytest.mark.parametrize("length, limits", [(53, True), (52, False)])
def test_a_data_source_that_no_label_can_name_is_told_with_both_limits(server, route, length, limits):
    uid = "u" * length  # behind "loki."
    refusal = message(422, "must be a valid label value")
    server.script(Answer(200, [{"uid": uid, "name": "Logs", "type": "loki"}, {"uid": "tempo", "name": "Traces", "type": "tempo"}]), refusal, GONE)
    with pytest.raises(HttpError) as caught:
        create(route, source=uid)
    assert (" may have 63 bytes, and 57 from Grafana 13 on: give the data source a shorter UID, or use api: legacy." in str(caught.value)) == limits


def test_the_second_of_one_key_has_a_number(server, route):
    server.script(page(item(NAME, description="D")), DATA_SOURCES, one(item(NAME + "-2"), 201), one(item(NAME + "-3", description="E"), 201))
    route.read(None)
    assert create(route).uid == NAME + "-2"
    assert create(route, description="E").uid == NAME + "-3"
    assert [asked.body["metadata"]["name"] for asked in server.asked if asked.method == "POST"] == [NAME + "-2", NAME + "-3"]


def test_too_many_of_one_key(server, route):
    server.script(page(*[item(name_of("loki", "tempo", "query", members(), number)) for number in range(1, 21)]))
    route.read(None)
    with pytest.raises(Mistake) as caught:
        create(route)
    assert str(caught.value) == "There are too many correlations labelled 'Logs to traces' with the same key: remove or rename some of them."


def test_a_chosen_uid_that_is_taken(server, route):
    server.script(DATA_SOURCES, EXISTS, one(item("mine", label="other")))
    with pytest.raises(Mistake) as caught:
        create(route, uid="mine")
    assert str(caught.value) == "The uid 'mine' belongs to another correlation: choose another one."


LOST = [HangUp(), Answer(502, b"no"), Answer(504, b"no"), message(500, "no"), Answer(200, b"<html>"), EXISTS]
LOST_NAMES = ["closed", "502", "504", "500", "html", "409"]


@pytest.mark.parametrize("answer", LOST, ids=LOST_NAMES)
def test_a_name_that_is_there_and_has_our_key_is_the_one(server, route, answer):
    server.script(DATA_SOURCES, answer, one(item(NAME)))
    assert create(route).uid == NAME
    assert server.lines[1:] == ["POST " + LIST, "GET %s/%s" % (LIST, NAME)]


def test_what_another_run_made_is_completed(server, route):
    server.script(DATA_SOURCES, EXISTS, one(item(NAME, description="theirs")), one(item(NAME, description="D")))
    assert create(route, description="D").members["description"] == "D"
    assert server.lines[-1] == "PATCH %s/%s" % (LIST, NAME)


def test_a_name_whose_row_has_become_another_is_passed_over(server, route):
    server.script(DATA_SOURCES, EXISTS, one(item(NAME, label="other")), one(item(NAME + "-2"), 201))
    assert create(route).uid == NAME + "-2"


@pytest.mark.parametrize("answer", [HangUp(), Answer(502, b"no"), Answer(504, b"no")], ids=["closed", "502", "504"])
def test_a_create_that_left_nothing_is_sent_again_under_its_name(server, route, answer):
    server.script(DATA_SOURCES, answer, GONE, answer, GONE, one(item(NAME), 201))
    assert create(route).uid == NAME
    assert {asked.body["metadata"]["name"] for asked in server.asked if asked.method == "POST"} == {NAME}


def test_a_create_that_fails_is_not_sent_for_ever(server, route):
    server.script(DATA_SOURCES, *[message(500, "no"), GONE] * 4)
    with pytest.raises(HttpError) as caught:
        create(route)
    assert caught.value.status == 500


@pytest.mark.parametrize("status", [400, 401, 422])
def test_a_refused_create(server, route, status):
    server.script(DATA_SOURCES, message(status, "no"), *([GONE] if status == 422 else []))
    with pytest.raises(HttpError) as caught:
        create(route)
    assert caught.value.status == status


# Updating and deleting


THERE = row("u1", version="5")


def test_what_is_sent_for_an_update(server, route):
    server.script(one(item(description="D", query={"a": 1}, transformations=[LOGFMT])))
    found = update(route, THERE, {"description": "D", "config.target": {"a": 1}, "config.transformations": [LOGFMT]})
    assert found is not None
    assert found.members["description"] == "D"
    assert (server.asked[0].line, server.asked[0].headers["Content-Type"]) == ("PATCH " + ROW, "application/json-patch+json")
    assert server.asked[0].body == [
        {"op": "test", "path": "/metadata/resourceVersion", "value": "5"},
        {"op": "add", "path": "/spec/description", "value": "D"},
        {"op": "add", "path": "/spec/config/target", "value": {"a": 1}},
        {"op": "add", "path": "/spec/config/transformations", "value": [LOGFMT]},
    ]


@pytest.mark.parametrize(
    "member, path, value", [("label", "/spec/label", "x"), ("config.field", "/spec/config/field", "x"), ("description", "/spec/description", "x")]
)
def test_the_paths_of_members(server, route, member, path, value):
    server.script(one(item(**{member.rpartition(".")[2]: value})))
    update(route, THERE, {member: value})
    assert server.asked[0].body[1:] == [{"op": "add", "path": path, "value": value}]


@pytest.mark.parametrize("status", [409, 422, 404, 500])
def test_a_row_that_somebody_else_changed_meanwhile(server, route, status):
    server.script(message(status, "correlation not found"), one(item(version="6", label="theirs")), one(item(version="7", description="D")))
    found = update(route, THERE, {"description": "D"})
    assert found is not None
    assert found.version == "7"
    assert server.asked[2].body[0]["value"] == "6"


def test_an_update_that_was_done_in_spite_of_its_answer(server, route):
    server.script(message(500, "no"), one(item(version="6", description="D")))
    found = update(route, THERE, {"description": "D"})
    assert found is not None
    assert found.members["description"] == "D"


@pytest.mark.parametrize("answer", [GONE, message(409, "no"), message(500, "no")])
def test_a_row_that_is_gone(server, route, answer):
    server.script(answer, GONE)
    assert update(route, THERE, {"description": "D"}) is None
    server.script(answer, GONE)
    writer(route).delete(THERE)


def test_an_update_that_the_server_refuses(server, route):
    server.script(message(422, "invalid"), one(item(version="5")))
    with pytest.raises(HttpError) as caught:
        update(route, THERE, {"description": "D"})
    assert caught.value.status == 422


def test_an_update_that_never_succeeds(server, route):
    server.script(*[message(409, "no"), one(item(version="6"))] * 16)
    with pytest.raises(HttpError):
        update(route, THERE, {"description": "D"})


def test_a_delete(server, route):
    server.script(Answer(200, {"kind": "Status", "status": "Success"}))
    writer(route).delete(THERE)
    assert server.lines == ["DELETE " + ROW]


@pytest.mark.parametrize("answer", [GONE, message(409, "no"), message(500, "no")])
def test_a_delete_that_did_nothing_is_sent_again(server, route, answer):
    server.script(answer, one(item()), Answer(200, {"kind": "Status"}))
    writer(route).delete(THERE)
    server.check()
    server.script(*[answer, one(item())] * (6 if answer.status == 500 else 16))
    with pytest.raises(HttpError):
        writer(route).delete(THERE)


def test_a_delete_that_is_not_confirmed(server, route):
    server.script(Answer(200, {}), one(item()))
    with pytest.raises(Unreadable) as caught:
        writer(route).delete(THERE)
    assert str(caught.value) == "%s answered something else than a confirmation of the delete: is this Grafana?" % server.url


@pytest.mark.parametrize("status", [400, 401])
def test_other_errors_of_a_write(server, route, status):
    server.script(message(status, "no"), message(status, "no"))
    with pytest.raises(HttpError):
        update(route, THERE, {"description": "D"})
    with pytest.raises(HttpError):
        writer(route).delete(THERE)


@pytest.mark.parametrize("uid", ["", ".", ".."])
def test_no_write_without_a_name(servers: list[Server], route, uid):
    """A DELETE without one removes all correlations."""
    with pytest.raises(Mistake):
        writer(route).delete(row(uid, version="5"))
    with pytest.raises(Mistake):
        update(route, row(uid, version="5"), {"label": "x"})


def test_the_connection_is_the_clients(server):
    server.script(page())
    client = Client(connection(url=server.url + "/sub"))
    client.org_id = 1
    ApisRoute(client, DataSources(client)).read(None)
    assert server.lines == ["GET /sub" + LIST]
