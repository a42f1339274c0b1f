# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API ``/apis/correlations.grafana.app/v0alpha1``."""

from __future__ import annotations

import dataclasses
import re
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.module_utils._api_kubernetes import KubernetesApi, serves_watch
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._data_sources import DataSources
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    CrosslinkError,
    HttpError,
    InputError,
    UnexpectedResponse,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._http_client import Client
from ansible_collections.crosslink.grafana.plugins.module_utils._kubernetes_names import name_of
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import (
    LOGFMT,
    URL,
    connection,
    members,
    new,
    row,
    writer,
)
from ansible_collections.crosslink.grafana.tests.unit.plugins.server import Answer, HangUp, Server, message

BASE = "/apis/correlations.grafana.app/v0alpha1"
LIST = BASE + "/namespaces/default/correlations"
ONE = LIST + "/u1"
SELECTED = "correlations.grafana.app/sourceDS-ref"
KINDS = {"loki": "loki", "tempo": "tempo", "mimir": "prometheus"}
DATA_SOURCES = Answer(200, [{"uid": uid, "name": uid.title(), "type": kind} for uid, kind in KINDS.items()])
GONE = message(404, 'correlations.correlations.grafana.app "u1" not found')
EXISTS = message(409, 'correlations.correlations.grafana.app "u1" already exists')


def item(name: str = "u1", version: str = "5", annotations: t.Any = None, **more: t.Any) -> dict[str, t.Any]:
    """A correlation as the API shows it; null members are left out."""
    config: dict[str, t.Any] = {"field": more.pop("field", "message"), "target": more.pop("query", {})}
    if "transformations" in more:
        config["transformations"] = more.pop("transformations")
    spec: dict[str, t.Any] = {
        "type": "query",
        "source": ref("loki"),
        "target": ref("tempo"),
        "label": "Logs to traces",
        "config": config,
    }
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
        200,
        {
            "kind": "CorrelationList",
            "metadata": {"resourceVersion": "9", **({"continue": more} if more else {})},
            "items": list(items),
        },
    )


def one(raw: t.Any, status: int = 200) -> Answer:
    return Answer(status, raw)


@pytest.fixture
def api(make_client: t.Any) -> KubernetesApi:
    client: Client = make_client()
    client.org_id = 1
    return KubernetesApi(client, DataSources(client), 1)


def uids(found: t.Iterable[Correlation]) -> list[str]:
    return [correlation.uid for correlation in found]


# Whether the API can be used


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
def test_whether_the_api_stands_on_unified_storage(server, client, answer, serves):
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
def test_the_namespace_of_a_chosen_organization(server, client, number, namespace):
    server.script(page())
    KubernetesApi(client, DataSources(client), number).list(None)
    assert server.lines == ["GET %s/namespaces/%s/correlations" % (BASE, namespace)]


# Correlations


def test_a_correlation(server, api):
    server.script(
        page(
            item(
                description="D",
                query={"a": 1},
                transformations=[{"type": "logfmt", "expression": "", "field": "", "mapValue": ""}],
            )
        )
    )
    [found] = api.list(None).correlations
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


def test_a_managed_correlation_is_read_only(server, api):
    server.script(page(item(annotations={"grafana.app/managedBy": "terraform"})))
    [found] = api.list(None).correlations
    assert (found.read_only, found.manager) == (True, "terraform")


@pytest.mark.parametrize("more", [{"target": None}, {"target": ref("tempo")}])
def test_an_external_correlation(server, api, more):
    server.script(page(item(type="external", query=URL, **more)))
    [found] = api.list(None).correlations
    assert (found.type, found.target) == ("external", None)


def test_correlations_that_nobody_validated(server, api):
    raw = item(target=None, label=None, config=None)
    raw["metadata"]["annotations"] = None
    server.script(page(raw))
    [found] = api.list(None).correlations
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
def test_what_is_no_correlation(server, api, raw):
    server.script(page(raw))
    with pytest.raises(UnexpectedResponse):
        api.list(None)


# Reading


def test_all_correlations(server, api):
    server.script(page(item("u1"), item("u2", source=ref("gone"))))
    listing = api.list(None)
    assert (uids(listing.correlations), listing.covers_all_sources, listing.maybe_incomplete, listing.is_v9) == (
        ["u1", "u2"],
        True,
        False,
        False,
    )
    assert server.asked[0].query == [("limit", "1000")]


def test_pages(server, api):
    server.script(page(item("u1"), item("u2"), more="a/b=="), page(item("u2"), item("u3"), more="c"), page())
    assert uids(api.list(None).correlations) == ["u1", "u2", "u3"]
    assert [dict(asked.query).get("continue") for asked in server.asked] == [None, "a/b==", "c"]


def test_an_empty_page_may_have_others_after_it(server, api):
    server.script(page(more="a"), page(more="b"), page(item("u1"), more="c"), page(more="d"), page())
    assert uids(api.list(None).correlations) == ["u1"]


@pytest.mark.parametrize(
    "pages",
    [
        [page(item("u1"), more="a"), page(item("u1"), more="b")],
        [page(item("u1"), more="a"), page(more="a")],
        [page(more="a"), page(item("u1"), more="b"), page(more="a")],
    ],
    ids=["nothing new", "token", "older token"],
)
def test_pages_that_repeat(server, api, pages):
    server.script(*pages)
    with pytest.raises(CrosslinkError) as caught:
        api.list(None)
    assert caught.value.code == "unexpected_response"
    assert "repeats pages" in str(caught.value) and "api: legacy" in str(caught.value)


@pytest.mark.parametrize("given_source", ["loki", "Loki"])
def test_one_source_is_selected_by_its_label(server, api, given_source):
    server.script(DATA_SOURCES, page(item("u1")))
    listing = api.list([given_source])
    assert dict(server.asked[1].query)["labelSelector"] == SELECTED + "=loki.loki"
    assert (uids(listing.correlations), listing.covers_all_sources, listing.maybe_incomplete) == (["u1"], False, True)


def test_several_sources_are_picked_out_of_all(server, api):
    server.script(DATA_SOURCES, page(item("u1"), item("u2", source=ref("mimir")), item("u3", source=ref("tempo"))))
    listing = api.list(["loki", "Mimir"])
    assert (uids(listing.correlations), listing.maybe_incomplete) == (["u1", "u2"], False)
    assert "labelSelector" not in dict(server.asked[1].query)


def test_a_source_that_is_not_there(server, api):
    server.script(DATA_SOURCES, message(404, "Data source not found"), message(404, "Data source not found"))
    assert api.list(["gone"]).correlations == []
    assert not [line for line in server.lines if line.startswith("GET /apis")]


@pytest.mark.parametrize("uid", ["x" * 60, "ends-in-", "a b", "ü"])
def test_a_source_that_no_label_can_name(server, api, uid):
    server.script(
        Answer(200, [{"uid": uid, "name": "x", "type": "loki"}]), page(item("u1", source=ref(uid)), item("u2"))
    )
    assert uids(api.list([uid]).correlations) == ["u1"]
    assert "labelSelector" not in dict(server.asked[1].query)


def test_reading_again_looks_among_all(server, api):
    server.script(page(item("u1"), item("u2", source=ref("mimir"))))
    assert uids(api.list_completely({"mimir"})) == ["u2"]
    assert server.asked[0].query == [("limit", "1000")]


def test_one_correlation(server, api):
    server.script(one(item()), one(item()), GONE)
    found = api.get("loki", "u1")
    assert found is not None
    assert found.uid == "u1"
    assert api.get("mimir", "u1") is None
    assert api.get("loki", "u1") is None
    assert api.get("loki", "..") is None
    assert server.lines == ["GET " + ONE] * 3


def test_correlations_here_always_tell_whether_they_are_provisioned(api):
    assert api.is_v9() is False


# Names


def test_names_are_made_from_the_key():
    name = name_of(new())
    assert re.match(r"logs-to-traces-[0-9a-f]{10}\Z", name)
    assert name_of(new(description="D", query={"a": 1}, transformations=[LOGFMT])) == name
    others = [
        name_of(new(source="mimir")),
        name_of(dataclasses.replace(new(), target="mimir")),
        name_of(new(type="external")),
        name_of(new(label="logs to traces")),
        name_of(new(field="x")),
        name_of(new(), 2),
    ]
    assert len({name, *others}) == 7


def test_names_of_more_than_one():
    assert name_of(new(), 2) == name_of(new()) + "-2"


@given(st.text(), st.text(), st.text(), st.text(), st.integers(1, 20))
def test_names_are_valid_in_kubernetes(source, target, label, field, number):
    name = name_of(dataclasses.replace(new(source=source, label=label, field=field), target=target), number)
    assert re.match(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?\Z", name)
    assert len(name) <= 40


# Creating


def create(api: KubernetesApi, **more: t.Any) -> Correlation:
    return writer(api).create(new(**more))


def update(api: KubernetesApi, existing: Correlation, changes: dict[str, t.Any]) -> Correlation | None:
    return writer(api).update(existing, changes)


NAME = name_of(new())


def test_what_is_sent_for_a_query(server, api):
    server.script(DATA_SOURCES, one(item(NAME, query={"a": 1}, transformations=[LOGFMT]), 201))
    found = create(api, query={"a": 1}, transformations=[LOGFMT])
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


def test_what_is_sent_for_an_external_one(server, api):
    server.script(DATA_SOURCES, one(item("x", type="external", target=None, query=URL), 201))
    create(api, type="external", query=URL)
    spec = server.asked[1].body["spec"]
    assert "target" not in spec
    assert spec["config"] == {"field": "message", "target": URL}


def test_a_chosen_uid(server, api):
    server.script(DATA_SOURCES, one(item("mine"), 201))
    assert create(api, uid="mine").uid == "mine"
    assert server.asked[1].body["metadata"] == {"name": "mine"}


def test_the_kind_of_a_data_source_that_may_not_be_read(server, api):
    server.script(message(403, "no"), Answer(304), message(403, "no"))
    with pytest.raises(InputError) as caught:
        create(api)
    assert caught.value.code == "permission_denied"
    assert "data source 'loki'" in str(caught.value) and "datasources:read" in str(caught.value)


@pytest.mark.parametrize("length, limits", [(53, True), (52, False)])
def test_a_data_source_that_no_label_can_name_is_told_with_both_limits(server, api, length, limits):
    uid = "u" * length  # behind "loki."
    refusal = message(422, "must be a valid label value")
    server.script(
        Answer(
            200, [{"uid": uid, "name": "Logs", "type": "loki"}, {"uid": "tempo", "name": "Traces", "type": "tempo"}]
        ),
        refusal,
        GONE,
    )
    with pytest.raises(HttpError) as caught:
        create(api, source=uid)
    facts = ["63 bytes", "57 from", "'loki.%s' has %d" % (uid, length + 5), "shorter UID", "api: legacy"]
    assert [fact in str(caught.value) for fact in facts] == [limits] * 5
    assert (caught.value.status, caught.value.message) == (422, "must be a valid label value")


def test_the_second_of_one_key_has_a_number(server, api):
    server.script(
        page(item(NAME, description="D")),
        DATA_SOURCES,
        one(item(NAME + "-2"), 201),
        one(item(NAME + "-3", description="E"), 201),
    )
    api.list(None)
    assert create(api).uid == NAME + "-2"
    assert create(api, description="E").uid == NAME + "-3"
    assert [asked.body["metadata"]["name"] for asked in server.asked if asked.method == "POST"] == [
        NAME + "-2",
        NAME + "-3",
    ]


def test_too_many_of_one_key(server, api):
    server.script(page(*[item(name_of(new(), number)) for number in range(1, 21)]))
    api.list(None)
    with pytest.raises(InputError) as caught:
        create(api)
    assert caught.value.code == "ambiguous"
    assert "'Logs to traces'" in str(caught.value) and "rename" in str(caught.value)


def test_a_chosen_uid_that_is_taken(server, api):
    server.script(DATA_SOURCES, EXISTS, one(item("mine", label="other")))
    with pytest.raises(InputError) as caught:
        create(api, uid="mine")
    assert caught.value.code == "uid_taken"
    assert "uid 'mine'" in str(caught.value)


LOST = [HangUp(), Answer(502, b"no"), Answer(504, b"no"), message(500, "no"), Answer(200, b"<html>"), EXISTS]
LOST_NAMES = ["closed", "502", "504", "500", "html", "409"]


@pytest.mark.parametrize("answer", LOST, ids=LOST_NAMES)
def test_a_name_that_is_there_and_has_our_key_is_the_one(server, api, answer):
    server.script(DATA_SOURCES, answer, one(item(NAME)))
    assert create(api).uid == NAME
    assert server.lines[1:] == ["POST " + LIST, "GET %s/%s" % (LIST, NAME)]


def test_what_another_run_made_is_completed(server, api):
    server.script(DATA_SOURCES, EXISTS, one(item(NAME, description="theirs")), one(item(NAME, description="D")))
    assert create(api, description="D").members["description"] == "D"
    assert server.lines[-1] == "PATCH %s/%s" % (LIST, NAME)


def test_a_name_whose_correlation_has_become_another_is_passed_over(server, api):
    server.script(DATA_SOURCES, EXISTS, one(item(NAME, label="other")), one(item(NAME + "-2"), 201))
    assert create(api).uid == NAME + "-2"


@pytest.mark.parametrize("answer", [HangUp(), Answer(502, b"no"), Answer(504, b"no")], ids=["closed", "502", "504"])
def test_a_create_that_left_nothing_is_sent_again_under_its_name(server, api, answer):
    server.script(DATA_SOURCES, answer, GONE, answer, GONE, one(item(NAME), 201))
    assert create(api).uid == NAME
    assert {asked.body["metadata"]["name"] for asked in server.asked if asked.method == "POST"} == {NAME}


def test_a_create_that_fails_is_not_sent_for_ever(server, api):
    server.script(DATA_SOURCES, *[message(500, "no"), GONE] * 4)
    with pytest.raises(HttpError) as caught:
        create(api)
    assert caught.value.status == 500


@pytest.mark.parametrize("status", [400, 401, 422])
def test_a_refused_create(server, api, status):
    server.script(DATA_SOURCES, message(status, "no"), *([GONE] if status == 422 else []))
    with pytest.raises(HttpError) as caught:
        create(api)
    assert caught.value.status == status


# Updating and deleting


EXISTING = row("u1", version="5")


def test_what_is_sent_for_an_update(server, api):
    server.script(one(item(description="D", query={"a": 1}, transformations=[LOGFMT])))
    found = update(api, EXISTING, {"description": "D", "config.target": {"a": 1}, "config.transformations": [LOGFMT]})
    assert found is not None
    assert found.members["description"] == "D"
    assert (server.asked[0].line, server.asked[0].headers["Content-Type"]) == (
        "PATCH " + ONE,
        "application/json-patch+json",
    )
    assert server.asked[0].body == [
        {"op": "test", "path": "/metadata/resourceVersion", "value": "5"},
        {"op": "add", "path": "/spec/description", "value": "D"},
        {"op": "add", "path": "/spec/config/target", "value": {"a": 1}},
        {"op": "add", "path": "/spec/config/transformations", "value": [LOGFMT]},
    ]


def test_a_version_that_the_server_does_not_tell_is_not_sent(server, api):
    """As on the old storage, in the recording ``apis-on-legacy-storage``."""
    server.script(one(item(label="new")))
    update(api, row("u1"), {"label": "new"})
    assert server.asked[0].body == [{"op": "add", "path": "/spec/label", "value": "new"}]


@pytest.mark.parametrize(
    "member, path, value",
    [
        ("label", "/spec/label", "x"),
        ("config.field", "/spec/config/field", "x"),
        ("description", "/spec/description", "x"),
    ],
)
def test_the_paths_of_members(server, api, member, path, value):
    server.script(one(item(**{member.rpartition(".")[2]: value})))
    update(api, EXISTING, {member: value})
    assert server.asked[0].body[1:] == [{"op": "add", "path": path, "value": value}]


@pytest.mark.parametrize("status", [409, 422, 404, 500])
def test_a_correlation_that_somebody_else_changed_meanwhile(server, api, status):
    server.script(
        message(status, "correlation not found"),
        one(item(version="6", label="theirs")),
        one(item(version="7", description="D")),
    )
    found = update(api, EXISTING, {"description": "D"})
    assert found is not None
    assert found.version == "7"
    assert server.asked[2].body[0]["value"] == "6"


def test_an_update_that_was_done_in_spite_of_its_answer(server, api):
    server.script(message(500, "no"), one(item(version="6", description="D")))
    found = update(api, EXISTING, {"description": "D"})
    assert found is not None
    assert found.members["description"] == "D"


@pytest.mark.parametrize("answer", [GONE, message(409, "no"), message(500, "no")])
def test_a_correlation_that_is_gone(server, api, answer):
    server.script(answer, GONE)
    assert update(api, EXISTING, {"description": "D"}) is None
    server.script(answer, GONE)
    writer(api).delete(EXISTING)


def test_an_update_that_the_server_refuses(server, api):
    server.script(message(422, "invalid"), one(item(version="5")))
    with pytest.raises(HttpError) as caught:
        update(api, EXISTING, {"description": "D"})
    assert caught.value.status == 422


def test_an_update_that_never_succeeds(server, api):
    server.script(*[message(409, "no"), one(item(version="6"))] * 16)
    with pytest.raises(HttpError):
        update(api, EXISTING, {"description": "D"})


def test_a_delete(server, api):
    server.script(Answer(200, {"kind": "Status", "status": "Success"}))
    writer(api).delete(EXISTING)
    assert server.lines == ["DELETE " + ONE]


@pytest.mark.parametrize("answer", [GONE, message(409, "no"), message(500, "no")])
def test_a_delete_that_did_nothing_is_sent_again(server, api, answer):
    server.script(answer, one(item()), Answer(200, {"kind": "Status"}))
    writer(api).delete(EXISTING)
    server.check()
    server.script(*[answer, one(item())] * (6 if answer.status == 500 else 16))
    with pytest.raises(HttpError):
        writer(api).delete(EXISTING)


def test_a_delete_that_is_not_confirmed(server, api):
    server.script(Answer(200, {}), one(item()))
    with pytest.raises(UnexpectedResponse) as caught:
        writer(api).delete(EXISTING)
    assert " a confirmation of the delete:" in str(caught.value)


@pytest.mark.parametrize("status", [400, 401])
def test_other_errors_of_a_write(server, api, status):
    server.script(message(status, "no"), message(status, "no"))
    with pytest.raises(HttpError):
        update(api, EXISTING, {"description": "D"})
    with pytest.raises(HttpError):
        writer(api).delete(EXISTING)


@pytest.mark.parametrize("uid", ["", ".", ".."])
def test_no_write_without_a_name(servers: list[Server], api, uid):
    """A DELETE without one removes all correlations."""
    with pytest.raises(InputError):
        writer(api).delete(row(uid, version="5"))
    with pytest.raises(InputError):
        update(api, row(uid, version="5"), {"label": "x"})


def test_the_connection_is_the_clients(server):
    server.script(page())
    client = Client(connection(url=server.url + "/sub"))
    KubernetesApi(client, DataSources(client), 1).list(None)
    assert server.lines == ["GET /sub" + LIST]
