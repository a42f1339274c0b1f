# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""POST, PATCH and DELETE on ``/api``."""

from __future__ import annotations

import copy
from typing import Any

import pytest

OF_SOURCE = "/api/datasources/uid/loki/correlations"
QUERY = {
    "targetUID": "tempo",
    "label": "x",
    "type": "query",
    "config": {"type": "query", "field": "message", "target": {"query": "${traceID}"}},
}
EXTERNAL = {
    "label": "Ticket",
    "type": "external",
    "config": {"field": "ticket", "target": {"url": "https://example.com"}},
}
NOTHING_TO_DO = (400, "At least one of label, description or config is required")


def changed(body: Any, **members: Any) -> Any:
    """The body with members set (None: left out); ``config__field`` is a member of config."""
    result = copy.deepcopy(body)
    for name, value in members.items():
        place, _unused, member = name.partition("__")
        holder = result[place] if member else result
        if value is None:
            del holder[member or place]
        else:
            holder[member or place] = value
    return result


def outcome(answer):
    return answer.status_code, answer.json()["message"]


# creating


def test_nothing_is_unique_and_a_uid_is_ignored(either):
    made = [either.create(uid="mine", label="same") for _unused in range(2)]
    assert len(set(made)) == 2 and "mine" not in made


def test_an_external_correlation(grafana, grafana9):
    result = grafana.ask("POST", OF_SOURCE, EXTERNAL).json()["result"]
    assert (result["type"], result["targetUID"]) == ("external", None)
    assert outcome(grafana9.ask("POST", OF_SOURCE, EXTERNAL)) == (400, "bad request data")


@pytest.mark.parametrize(
    "body",
    [
        changed(QUERY, type=None),
        changed(QUERY, type="banana"),
        changed(QUERY, type=5),
        changed(QUERY, targetUID=None),
        changed(QUERY, config__transformations=[{"type": "upper"}]),
        changed(QUERY, config__transformations=[{"type": "regex"}]),
        changed(QUERY, config__transformations={"type": "logfmt"}),
        changed(QUERY, config__transformations=["logfmt"]),
        changed(QUERY, provisioned="yes"),
    ],
)
def test_what_12_refuses(grafana, body):
    assert outcome(grafana.ask("POST", OF_SOURCE, body)) == (400, "bad request data")
    assert len(grafana.rows()) == 1


@pytest.mark.parametrize(
    "body",
    [
        changed(QUERY, config__type=None),
        changed(QUERY, config__type="external"),
        changed(QUERY, config=None),
        changed(QUERY, targetUID=None),
    ],
)
def test_what_9_refuses(grafana9, body):
    assert outcome(grafana9.ask("POST", OF_SOURCE, body)) == (400, "bad request data")
    assert len(grafana9.rows()) == 1


@pytest.mark.parametrize(
    "body",
    [
        changed(QUERY, label=5),
        changed(QUERY, description=[]),
        changed(QUERY, targetUID=True),
        changed(QUERY, config="x"),
        changed(QUERY, config__field={}),
        changed(QUERY, config__target="x"),
        [],
        "x",
        1,
        changed(QUERY, config__target={"n": float("1e308") * 10}),  # Infinity, which is not JSON
    ],
)
def test_what_both_refuse(either, body):
    assert outcome(either.ask("POST", OF_SOURCE, body)) == (400, "bad request data")
    assert len(either.rows()) == 1


@pytest.mark.parametrize(
    "data, content_type",
    [
        (b"{not json", "application/json"),
        (b"", "application/json"),
        (b'{"label": 1e999}', "application/json"),
        (b'{"targetUID":"tempo","type":"query","config":{"type":"query"}}', "text/plain"),
        (b'{"targetUID":"tempo","type":"query","config":{"type":"query"}}', None),
    ],
)
def test_bodies_that_are_not_taken(either, data, content_type):
    headers = {"Content-Type": content_type} if content_type else {}
    assert outcome(either.ask("POST", OF_SOURCE, data=data, headers=headers)) == (400, "bad request data")


@pytest.mark.parametrize(
    "body",
    [
        changed(QUERY, config=None),
        changed(QUERY, config__field=None),
        changed(QUERY, config__target=None),
        changed(QUERY, config__field=""),
        changed(QUERY, colour="red"),
        changed(QUERY, config__colour="red"),
        changed(QUERY, config__transformations=[{"type": "regex", "expression": "("}]),
    ],
)
def test_what_12_takes(grafana, body):
    assert grafana.ask("POST", OF_SOURCE, body).status_code == 200


def test_missing_members_come_back_empty(grafana):
    body = {"targetUID": "tempo", "type": "query", "label": None, "description": None}
    answer = grafana.ask("POST", OF_SOURCE, body)
    assert answer.json()["result"]["config"] == {"field": "", "target": {}}
    row = grafana.rows()[-1]
    assert (row["label"], row["description"]) == ("", "")


def test_config_type_external_is_a_500_on_12(grafana):
    assert outcome(grafana.ask("POST", OF_SOURCE, changed(EXTERNAL, config__type="external"))) == (
        500,
        "Failed to add correlation",
    )
    assert len(grafana.rows()) == 1


@pytest.mark.parametrize(
    "source, target",
    [
        ("nope", "tempo"),
        ("loki", "nope"),
        ("loki", "-- Mixed --"),
        ("loki", "-- Grafana --"),
        ("loki", "Traces"),
        ("loki", "TEMPO"),
        ("LOKI", "tempo"),
        ("loki", ""),
    ],
)
def test_404_does_not_say_which_data_source(either, source, target):
    path = f"/api/datasources/uid/{source}/correlations"
    assert outcome(either.ask("POST", path, changed(QUERY, targetUID=target))) == (404, "Data source not found")


def test_quota(either):
    either.control("POST", "settings", {"quota": 2})
    either.create()
    assert outcome(either.ask("POST", OF_SOURCE, QUERY)) == (500, "Failed to add correlation")
    assert len(either.rows()) == 2


def test_transformations_are_kept_on_12_and_dropped_on_9(grafana, grafana9):
    items = [
        {"type": "regex", "expression": "a", "field": "f", "mapValue": "m", "extra": 1},
        {"type": "logfmt", "field": ""},
    ]
    body = changed(QUERY, config__transformations=items)
    kept = grafana.ask("POST", OF_SOURCE, body).json()["result"]["config"]["transformations"]
    assert kept == [{"type": "regex", "expression": "a", "field": "f", "mapValue": "m"}, {"type": "logfmt"}]
    assert "transformations" not in grafana9.ask("POST", OF_SOURCE, body).json()["result"]["config"]


@pytest.mark.parametrize(
    "sent, written",
    [
        ("1.0", "1"),
        ("12345678901234567890", "12345678901234567000"),
        ("0.1", "0.1"),
        ("1e21", "1e+21"),
        ("123456789e12", "123456789000000000000"),
        ("0.00001", "0.00001"),
        ("1e-7", "1e-7"),
        ("-0.0", "-0"),
        ("5", "5"),
        ("2.50", "2.5"),
        ("1e-300", "1e-300"),
    ],
)
def test_numbers_pass_through_a_64_bit_float(either, sent, written):
    body = '{"targetUID":"tempo","type":"query","config":{"type":"query","target":{"b":' + sent + ',"a":true}}}'
    answer = either.ask("POST", OF_SOURCE, data=body, headers={"Content-Type": "application/json"})
    assert '"target":{"a":true,"b":' + written + "}" in answer.text


def test_text_survives_and_is_written_as_go_writes_it(either):
    label = 'Größe <b>"&" 🚀\n'
    answer = either.ask("POST", OF_SOURCE, changed(QUERY, label=label))
    assert answer.json()["result"]["label"] == label
    assert "\\u003cb\\u003e" in answer.text and "Größe" in answer.text


# updating


def patch(grafana, uid, body, source="loki"):
    return grafana.ask("PATCH", f"/api/datasources/uid/{source}/correlations/{uid}", body)


def test_members_change_one_by_one(either):
    uid = either.create()
    for member, value in (("label", ""), ("description", ""), ("label", "new")):
        assert patch(either, uid, {member: value}).json()["result"][member] == value
    answer = patch(either, uid, {"config": {"field": "f"}})
    assert outcome(answer) == (200, "Correlation updated")
    assert answer.json()["result"]["config"]["target"] == {"query": "${traceID}"}
    assert either.ask("GET", OF_SOURCE + "/" + uid).json() == answer.json()["result"]


def test_target_uid_is_not_read(either):
    uid = either.create()
    result = patch(either, uid, {"label": "y", "targetUID": "loki", "sourceUID": "tempo"}).json()["result"]
    assert (result["label"], result["targetUID"], result["sourceUID"]) == ("y", "tempo", "loki")


def test_config_target_is_replaced(either):
    uid = either.create()
    assert patch(either, uid, {"config": {"target": {"a": 1}}}).json()["result"]["config"]["target"] == {"a": 1}
    assert patch(either, uid, {"config": {"target": {}}}).json()["result"]["config"]["target"] == {}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"colour": "red"},
        {"label": None},
        {"config": {}},
        {"config": {"field": None, "target": None}},
        {"targetUID": "loki"},
        {"config": {"transformations": [{"type": "logfmt"}]}},
    ],
)
def test_patches_without_anything_that_counts(either, body):
    assert outcome(patch(either, either.create(), body)) == NOTHING_TO_DO


@pytest.mark.parametrize("body", [{"label": 5}, {"config": []}, {"config": {"target": []}}, {"description": {}}])
def test_patches_of_wrong_types(either, body):
    assert outcome(patch(either, either.create(), body)) == (400, "bad request data")


def test_transformations_on_update(grafana):
    uid = grafana.create(config={"field": "f", "target": {}, "transformations": [{"type": "logfmt"}]})

    def after(config):
        return patch(grafana, uid, {"config": config}).json()["result"]["config"].get("transformations")

    assert after({"field": "g"}) == [{"type": "logfmt"}]
    assert after({"field": "g", "transformations": None}) == [{"type": "logfmt"}]
    assert after({"field": "g", "transformations": [{"type": "upper"}]}) == [{"type": "upper"}]  # not validated
    assert after({"target": {}, "transformations": []}) is None


def test_a_type_that_is_no_type_makes_the_row_vanish(grafana):
    uid = grafana.create()
    assert patch(grafana, uid, {"type": "banana"}).json()["result"]["type"] == "banana"
    assert outcome(grafana.ask("GET", OF_SOURCE + "/" + uid)) == (404, "Correlation not found")
    assert grafana.ask("GET", OF_SOURCE).json() == []
    assert outcome(grafana.ask("DELETE", OF_SOURCE + "/" + uid)) == (404, "Correlation not found")
    assert patch(grafana, uid, {"type": "query"}).status_code == 200
    assert grafana.ask("GET", OF_SOURCE + "/" + uid).status_code == 200


def test_type_in_a_patch_of_9(grafana9):
    uid = grafana9.create()
    assert outcome(patch(grafana9, uid, {"type": "external"})) == NOTHING_TO_DO
    assert outcome(patch(grafana9, uid, {"config": {"type": "external"}})) == (400, "bad request data")
    assert outcome(patch(grafana9, uid, {"config": {"type": "query"}})) == (200, "Correlation updated")


@pytest.mark.parametrize("method, body", [("PATCH", {"label": "x"}), ("DELETE", None)])
def test_writes_to_what_is_not_there(either, method, body):
    uid = either.create()
    for source, asked, text in (
        ("loki", "nope", "Correlation not found"),
        ("tempo", uid, "Correlation not found"),
        ("nope", uid, "Data source not found"),
    ):
        answer = either.ask(method, f"/api/datasources/uid/{source}/correlations/{asked}", body)
        assert outcome(answer) == (404, text)
    assert len(either.rows()) == 2


# deleting


def test_delete(either):
    uid = either.create()
    assert outcome(either.ask("DELETE", OF_SOURCE + "/" + uid)) == (200, "Correlation deleted")
    assert outcome(either.ask("DELETE", OF_SOURCE + "/" + uid)) == (404, "Correlation not found")


# provisioned


def test_a_provisioned_row_is_read_only_on_12(grafana):
    refused = (403, "Correlation can only be edited via provisioning")
    provisioned = grafana.rows()[0]["uid"]
    for source, uid in (("prov-loki", provisioned), ("loki", grafana.create(provisioned=True))):
        path = f"/api/datasources/uid/{source}/correlations/{uid}"
        assert outcome(grafana.ask("PATCH", path, {"label": "x"})) == refused
        assert outcome(grafana.ask("DELETE", path)) == refused
    added = grafana.create("prov-loki")  # more may be added to a read-only source, and changed
    assert patch(grafana, added, {"label": "y"}, "prov-loki").status_code == 200


def test_a_read_only_source_is_read_only_on_9(grafana9):
    refused = (403, "Data source is read only")
    grafana9.seed(rows=[{"uid": "row", "sourceUID": "prov-loki", "targetUID": "tempo"}])
    for uid in ("row", "nope"):
        path = "/api/datasources/uid/prov-loki/correlations/" + uid
        assert outcome(grafana9.ask("PATCH", path, {"label": "x"})) == refused
        assert outcome(grafana9.ask("DELETE", path)) == refused
    assert outcome(grafana9.ask("POST", "/api/datasources/uid/prov-loki/correlations", QUERY)) == refused
    free = grafana9.create(provisioned=True)  # knows no provisioned rows
    assert patch(grafana9, free, {"label": "y"}).status_code == 200
