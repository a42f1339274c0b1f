# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/apis`` on unified storage."""

from __future__ import annotations

import json
from typing import Any

import pytest

GROUP = "/apis/correlations.grafana.app"
API = GROUP + "/v0alpha1"
ALL = API + "/namespaces/default/correlations"
MERGE, JSON_PATCH = "application/merge-patch+json", "application/json-patch+json"
MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"


@pytest.fixture
def grafana(start):
    return start("--apis", "unified")


def body(name: str = "one", **spec: Any) -> dict[str, Any]:
    members = {
        "type": "query",
        "source": {"group": "loki", "name": "loki"},
        "target": {"group": "tempo", "name": "tempo"},
        "label": "l",
        "description": "d",
        "config": {"field": "f", "target": {"a": {"b": 1}, "n": None}},
    }
    return {
        "apiVersion": "correlations.grafana.app/v0alpha1",
        "kind": "Correlation",
        "metadata": {"name": name},
        "spec": {**members, **spec},
    }


def made(grafana, name="one", **spec):
    answer = grafana.ask("POST", ALL, body(name, **spec))
    assert answer.status_code == 201, answer.text
    return answer.json()


def patched(grafana, patch, kind=MERGE, name="one"):
    return grafana.ask("PATCH", ALL + "/" + name, patch, headers={"Content-Type": kind})


def failed(answer):
    status = answer.json()
    assert (status["kind"], status["status"], status["code"]) == ("Status", "Failure", answer.status_code)
    return answer.status_code, status.get("reason"), status["message"]


def names(answer):
    return [item["metadata"]["name"] for item in answer.json()["items"]]


def test_what_is_served(grafana, start):
    assert grafana.ask("GET", GROUP).json()["preferredVersion"]["version"] == "v0alpha1"
    resource = grafana.ask("GET", API).json()["resources"][0]
    assert resource["name"] == "correlations" and "watch" in resource["verbs"]
    for path in ("/apis", "/apis/nope.grafana.app/v1", GROUP + "/v1", API + "/namespaces/default/nope", ALL + "/a/b"):
        assert (grafana.ask("GET", path).status_code, grafana.ask("GET", path).text) == (404, "404 page not found\n")
    assert failed(grafana.ask("POST", ALL + "/one", {}))[:2] == (405, "MethodNotAllowed")


def test_two_stores(grafana):
    made(grafana)
    assert names(grafana.ask("GET", ALL)) == ["one"]  # nothing of what was provisioned
    listed = grafana.ask("GET", "/api/datasources/correlations").json()
    assert ([row["label"] for row in listed["correlations"]], listed["totalCount"]) == (["Provisioned link"], 1)


def test_a_chosen_name_is_there_once(grafana):
    metadata = made(grafana)["metadata"]
    assert (metadata["name"], metadata["namespace"], metadata["generation"]) == ("one", "default", 1)
    assert metadata["labels"] == {
        "correlations.grafana.app/sourceDS-ref": "loki.loki",
        "correlations.grafana.app/targetDS-ref": "tempo.tempo",
    }
    assert failed(grafana.ask("POST", ALL, body())) == (
        409,
        "AlreadyExists",
        'correlations.correlations.grafana.app "one" already exists',
    )


def test_a_generated_name(grafana):
    given = [
        grafana.ask("POST", ALL, {**body(), "metadata": {"generateName": "c-"}}).json()["metadata"]["name"]
        for _unused in range(2)
    ]
    assert len(set(given)) == 2 and all(name.startswith("c-") for name in given)
    assert failed(grafana.ask("POST", ALL, {**body(), "metadata": {}}))[:2] == (422, "Invalid")


def test_read(grafana):
    created = made(grafana)
    assert grafana.ask("GET", ALL + "/one").json() == created
    for method, sent in (("GET", None), ("DELETE", None), ("PUT", body("nope"))):
        assert failed(grafana.ask(method, ALL + "/nope", sent)) == (
            404,
            "NotFound",
            'correlations.correlations.grafana.app "nope" not found',
        )
    assert failed(patched(grafana, {}, name="nope"))[0] == 404


def test_nothing_is_validated(grafana):
    spec = made(
        grafana,
        type="banana",
        source={"group": "x", "name": "nope"},
        config={"field": "", "transformations": [{"type": "upper"}]},
    )["spec"]
    assert (spec["type"], spec["source"]["name"]) == ("banana", "nope")
    assert spec["config"]["transformations"] == [{"type": "upper", "expression": "", "field": "", "mapValue": ""}]


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": 5},
        {"source": "loki"},
        {"config": []},
        {"config": {"target": []}},
        {"config": {"transformations": [1]}},
    ],
)
def test_types_are_held_to(grafana, wrong):
    assert failed(grafana.ask("POST", ALL, body(**wrong)))[:2] == (400, "BadRequest")
    assert failed(grafana.ask("POST", ALL, {**body(), "kind": "Other"}))[:2] == (400, "BadRequest")
    assert failed(grafana.ask("POST", ALL, data=b"{", headers={"Content-Type": "application/json"}))[:2] == (
        400,
        "BadRequest",
    )
    assert failed(grafana.ask("POST", ALL, data=b"{}", headers={"Content-Type": "text/plain"}))[0] == 415


@pytest.mark.parametrize("name", ["a b", "a/b", "ä", "x" * 254])
def test_a_bad_name_is_a_500(grafana, name):
    assert failed(grafana.ask("POST", ALL, body(name)))[0] == 500


@pytest.mark.parametrize("uid", ["x" * 59, "x-", "ä", "a/b", "a b", "ü" * 30])
def test_a_uid_that_is_no_label_value_is_a_422(grafana, uid):
    for member in ("source", "target"):
        answer = grafana.ask("POST", ALL, body(**{member: {"group": "loki", "name": uid}}))
        assert failed(answer)[:2] == (422, "Invalid")
    assert names(grafana.ask("GET", ALL)) == []


def test_a_label_value_of_63_bytes_will_do(grafana):
    made(grafana, source={"group": "loki", "name": "x" * 58})


def test_numbers_keep_64_bit_integers(grafana):
    text = json.dumps(body()).replace('"n": null', '"n": 9223372036854775807, "f": 1.0, "big": 12345678901234567890')
    answer = grafana.ask("POST", ALL, data=text, headers={"Content-Type": "application/json"})
    assert '"target":{"a":{"b":1},"big":12345678901234567000,"f":1,"n":9223372036854775807}' in answer.text


def test_replacing(grafana):
    first = made(grafana)
    changed = {**first, "spec": {**first["spec"], "label": "new"}}
    del changed["spec"]["description"]
    second = grafana.ask("PUT", ALL + "/one", changed).json()
    assert second["spec"] == changed["spec"]
    assert (second["metadata"]["generation"], second["metadata"]["uid"]) == (2, first["metadata"]["uid"])
    assert int(second["metadata"]["resourceVersion"]) > int(first["metadata"]["resourceVersion"])
    assert failed(grafana.ask("PUT", ALL + "/one", changed)) == (
        409,
        "Conflict",
        'Operation cannot be fulfilled on correlations.correlations.grafana.app "one": ' + MODIFIED,
    )
    assert grafana.ask("GET", ALL + "/one").json() == second
    assert grafana.ask("PUT", ALL + "/one", body(label="no version given")).status_code == 200
    assert failed(grafana.ask("PUT", ALL + "/one", body("other")))[:2] == (400, "BadRequest")


def test_source_and_target_can_change(grafana):
    made(grafana)
    answer = patched(
        grafana, {"spec": {"source": {"name": "other"}, "target": {"group": "prometheus", "name": "m"}}}
    ).json()
    assert answer["spec"]["source"] == {"group": "loki", "name": "other"}
    assert set(answer["metadata"]["labels"].values()) == {"loki.other", "prometheus.m"}
    assert failed(patched(grafana, {"spec": {"source": {"name": "x-"}}}))[:2] == (422, "Invalid")


def test_a_merge_patch_merges_maps_and_drops_nulls(grafana):
    made(grafana)
    target = patched(grafana, {"spec": {"config": {"target": {"a": {"c": None, "d": [None]}, "n": None}}}}).json()[
        "spec"
    ]["config"]
    assert target["target"] == {"a": {"b": 1, "d": [None]}}
    assert "description" not in patched(grafana, {"spec": {"description": None}}).json()["spec"]


def test_a_merge_patch_with_a_version(grafana):
    version = made(grafana)["metadata"]["resourceVersion"]
    patch = {"metadata": {"resourceVersion": version}, "spec": {"label": "x"}}
    assert patched(grafana, patch).status_code == 200
    assert failed(patched(grafana, patch))[:2] == (409, "Conflict")


def test_a_json_patch_keeps_nulls(grafana):
    made(grafana)
    answer = patched(
        grafana,
        [
            {"op": "test", "path": "/spec/label", "value": "l"},
            {"op": "replace", "path": "/spec/label", "value": "new"},
            {"op": "remove", "path": "/spec/description"},
            {"op": "add", "path": "/spec/config/target/a~1b~0", "value": None},
            {"op": "add", "path": "/spec/config/transformations", "value": [{"type": "logfmt"}]},
            {"op": "add", "path": "/spec/config/transformations/0", "value": {"type": "regex"}},
            {"op": "add", "path": "/spec/config/transformations/-", "value": {"type": "last"}},
            {"op": "remove", "path": "/spec/config/transformations/1"},
            {"op": "copy", "from": "/spec/config/target/a", "path": "/spec/config/target/c"},
            {"op": "move", "from": "/spec/config/target/a", "path": "/spec/config/target/d"},
        ],
        JSON_PATCH,
    )
    spec = answer.json()["spec"]
    assert spec["config"]["target"] == {"a/b~": None, "c": {"b": 1}, "d": {"b": 1}, "n": None}
    assert [item["type"] for item in spec["config"]["transformations"]] == ["regex", "last"]
    assert spec["label"] == "new" and "description" not in spec


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "test", "path": "/spec/label", "value": "other"},
        {"op": "test", "path": "/spec/config/target/a/b", "value": True},
        {"op": "replace", "path": "/spec/nope", "value": 1},
        {"op": "remove", "path": "/spec/nope/x"},
        {"op": "nope", "path": "/spec"},
        {"op": "add", "path": "spec", "value": 1},
        {"op": "add", "path": "/spec/config/target/a/b/c", "value": 1},
        {"path": "/spec"},
    ],
)
def test_a_json_patch_is_taken_whole_or_not_at_all(grafana, operation):
    before = made(grafana)
    answer = patched(grafana, [{"op": "replace", "path": "/spec/label", "value": "new"}, operation], JSON_PATCH)
    assert failed(answer) == (422, "Invalid", "the server rejected our request due to an error in our request")
    assert answer.json()["details"] == {}
    assert grafana.ask("GET", ALL + "/one").json() == before
    assert grafana.control("GET", "state")["objects"] == [before]


@pytest.mark.parametrize(
    "patch, why",
    [
        ({"op": "add"}, "object into Go value of type []handlers.jsonPatchOp"),
        ([[]], "array into Go value of type handlers.jsonPatchOp"),
    ],
)
def test_what_is_no_json_patch(grafana, patch, why):
    made(grafana)
    assert failed(patched(grafana, patch, JSON_PATCH)) == (
        400,
        "BadRequest",
        "error decoding patch: json: cannot unmarshal " + why,
    )


def test_a_write_that_changes_nothing_has_no_version(grafana):
    before = made(grafana)
    for kind, patch in (
        (MERGE, {"spec": {"label": "l"}}),
        (JSON_PATCH, [{"op": "add", "path": "/spec/label", "value": "l"}]),
    ):
        metadata = patched(grafana, patch, kind).json()["metadata"]
        assert metadata == {name: value for name, value in before["metadata"].items() if name != "resourceVersion"}
    assert "resourceVersion" not in grafana.ask("PUT", ALL + "/one", before).json()["metadata"]
    assert grafana.ask("GET", ALL + "/one").json() == before


def test_a_json_patch_can_hold_on_to_a_version(grafana):
    version = made(grafana)["metadata"]["resourceVersion"]
    hold = {"op": "test", "path": "/metadata/resourceVersion", "value": version}
    change = {"op": "replace", "path": "/spec/label", "value": "x"}
    assert patched(grafana, [hold, change], JSON_PATCH).status_code == 200
    assert failed(patched(grafana, [hold, change], JSON_PATCH))[0] == 422


def test_a_patch_of_another_kind(grafana):
    made(grafana)
    assert failed(patched(grafana, {}, "application/json"))[:2] == (415, "UnsupportedMediaType")


def test_delete(grafana):
    metadata = made(grafana)["metadata"]
    stale = {"preconditions": {"resourceVersion": "1"}}
    assert failed(grafana.ask("DELETE", ALL + "/one", stale))[:2] == (409, "Conflict")
    current = {"preconditions": {"resourceVersion": metadata["resourceVersion"], "uid": metadata["uid"]}}
    answer = grafana.ask("DELETE", ALL + "/one", current).json()
    assert (answer["status"], answer["details"]["uid"]) == ("Success", metadata["uid"])
    assert grafana.ask("DELETE", ALL + "/one").status_code == 404


def test_delete_a_collection(grafana):
    for number in range(3):
        made(grafana, f"n{number}", source={"group": "loki", "name": "abc"[number]})
    selector = {"labelSelector": "correlations.grafana.app/sourceDS-ref=loki.b"}
    assert names(grafana.ask("DELETE", ALL, params=selector)) == ["n1"]
    assert names(grafana.ask("DELETE", ALL)) == ["n0", "n2"]
    assert names(grafana.ask("GET", ALL)) == []


def pages(grafana, **params):
    """The names on each page."""
    seen = []
    while True:
        answer = grafana.ask("GET", ALL, params=params)
        seen.append(names(answer))
        if "continue" not in answer.json()["metadata"]:
            return seen
        params["continue"] = answer.json()["metadata"]["continue"]


def test_pages_follow_a_token(grafana):
    for number in range(5):
        made(grafana, f"n{number}")
    assert pages(grafana, limit=2) == [["n0", "n1"], ["n2", "n3"], ["n4"]]
    assert failed(grafana.ask("GET", ALL, params={"continue": "rubbish"}))[0] == 400
    assert names(grafana.ask("GET", ALL, params={"limit": 5})) == ["n0", "n1", "n2", "n3", "n4"]


def test_a_page_is_cut_first_and_filtered_after_that(grafana):
    for number in range(6):
        made(grafana, f"n{number}", source={"group": "loki", "name": "last" if number == 4 else "other"})
    selector = "correlations.grafana.app/sourceDS-ref=loki."
    assert pages(grafana, limit=2, labelSelector=selector + "last") == [[], [], ["n4"]]
    assert pages(grafana, limit=2, labelSelector=selector + "nobody") == [[], [], []]
    assert pages(grafana, labelSelector=selector + "last") == [["n4"]]


def test_without_a_limit_a_page_is_500_objects(grafana):
    grafana.seed(sources=1, correlations=1001, store="objects")
    assert [len(page) for page in pages(grafana)] == [500, 500, 1]
    assert [len(page) for page in pages(grafana, limit=1001)] == [1001]


def test_a_page_ends_at_2_mib(grafana):
    for number in range(5):
        made(grafana, f"n{number}", config={"field": "f", "target": {"q": "x" * 1000000}})
    assert pages(grafana, limit=10) == [["n0", "n1", "n2"], ["n3", "n4"]]


def test_selectors(grafana):
    made(grafana, "a")
    made(grafana, "b", source={"group": "loki", "name": "other"})
    label = "correlations.grafana.app/sourceDS-ref="

    def found(selector):
        return grafana.ask("GET", ALL, params={"labelSelector": selector})

    assert names(found(label + "loki.other")) == ["b"]
    assert names(found(label + "elasticsearch.other")) == []  # the type is part of it
    assert failed(found(label + "loki." + "x" * 60))[0] == 400
    assert failed(grafana.ask("GET", ALL, params={"fieldSelector": "spec.datasource.name=x"})) == (
        400,
        "BadRequest",
        "field label not supported for correlations.grafana.app/v0alpha1, Kind=Correlation: spec.datasource.name",
    )


def test_rows_with_a_manager_are_writable(grafana):
    metadata = {"name": "managed", "annotations": {"grafana.app/managedBy": "terraform"}}
    grafana.seed(objects=[{"metadata": metadata, "spec": body()["spec"]}])
    answer = patched(grafana, {"spec": {"label": "x"}}, name="managed").json()
    assert answer["metadata"]["annotations"]["grafana.app/managedBy"] == "terraform"
    assert grafana.ask("DELETE", ALL + "/managed").status_code == 200


def test_the_namespace_rules(grafana):
    org = grafana.second_org()
    path = API + f"/namespaces/org-{org}/correlations"
    grafana.ask("POST", path, body("second"))
    assert names(grafana.ask("GET", path)) == ["second"]
    assert names(grafana.ask("GET", ALL, org=org)) == []  # the header does not count
    assert failed(grafana.ask("GET", API + "/namespaces/bogus/correlations")) == (500, None, "namespace mismatch")
    status, reason, text = failed(grafana.ask("GET", API + "/namespaces/org-99/correlations"))
    assert (status, reason) == (403, "Forbidden") and "Grafana org role (None) didn't allow list access" in text
    assert failed(grafana.ask("POST", ALL, {**body(), "metadata": {"name": "x", "namespace": "org-2"}}))[0] == 400


def test_rights(grafana):
    made(grafana)
    assert failed(grafana.ask("GET", ALL, auth=None)) == (401, "Unauthorized", "Unauthorized")
    assert failed(grafana.ask("GET", ALL, auth=("admin", "wrong")))[0] == 401
    editor = grafana.token("Editor")
    assert grafana.ask("POST", ALL, body("two"), auth=editor).status_code == 201
    assert grafana.ask("DELETE", ALL + "/two", auth=editor).status_code == 200
    assert failed(grafana.ask("DELETE", ALL, auth=editor))[:2] == (403, "Forbidden")
    token = grafana.token("Viewer")
    assert grafana.ask("GET", ALL, auth=token).status_code == 200
    assert failed(grafana.ask("DELETE", ALL + "/one", auth=token))[:2] == (403, "Forbidden")
    assert failed(grafana.ask("GET", API + "/namespaces/org-2/correlations", auth=token))[0] == 403
    assert grafana.ask("DELETE", ALL + "/one", auth=grafana.token("Admin")).status_code == 200
