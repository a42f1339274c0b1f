# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data sources, and what their coming and going does to correlations."""

from __future__ import annotations

import pytest

ALL = "/api/datasources"
NEW = {"name": "New", "type": "loki", "access": "proxy", "url": "http://127.0.0.1:9"}
OF_LOKI = "/api/datasources/uid/loki/correlations"


def outcome(answer):
    return answer.status_code, answer.json()["message"]


def uids(answer):
    return [item["uid"] for item in answer.json()]


def test_created_with_or_without_a_uid(either):
    made = either.ask("POST", ALL, {**NEW, "uid": "mine"})
    assert outcome(made) == (200, "Datasource added")
    assert made.json()["datasource"]["uid"] == "mine" and made.json()["datasource"]["readOnly"] is False
    assert either.ask("POST", ALL, {**NEW, "name": "Other"}).json()["datasource"]["uid"]


@pytest.mark.parametrize("body", [{**NEW, "name": ""}, {"name": "x"}, {**NEW, "type": 5}, []])
def test_not_created(either, body):
    assert outcome(either.ask("POST", ALL, body)) == (400, "bad request data")


@pytest.mark.parametrize("uid", ["a/b", "a b", "a.b", "日志", "..", "x" * 41])
def test_uids_that_12_refuses(grafana, grafana9, uid):
    assert outcome(grafana.ask("POST", ALL, {**NEW, "uid": uid})) == (400, "Invalid datasource UID.")
    assert grafana9.ask("POST", ALL, {**NEW, "uid": uid}).status_code == 200


def test_names_and_uids_are_unique_within_an_organization(either):
    either.ask("POST", ALL, {**NEW, "uid": "mine"})
    assert outcome(either.ask("POST", ALL, NEW)) == (409, "data source with the same name already exists")
    same_uid = either.ask("POST", ALL, {**NEW, "name": "x", "uid": "mine"})
    assert outcome(same_uid) == (409, "data source with the same uid already exists")
    org = either.second_org()
    assert either.ask("POST", ALL, {**NEW, "uid": "mine"}, org=org).status_code == 200


def test_read_by_uid_and_by_name(either):
    assert either.ask("GET", ALL + "/uid/loki").json()["name"] == "Logs"
    assert either.ask("GET", ALL + "/name/Logs").json()["uid"] == "loki"
    for path in ("/uid/LOKI", "/uid/Logs", "/name/logs", "/name/loki", "/uid/--%20Mixed%20--"):
        assert outcome(either.ask("GET", ALL + path)) == (404, "Data source not found")


def test_the_list_is_by_name_and_cut_without_a_word(either):
    assert uids(either.ask("GET", ALL)) == ["loki", "prov-loki", "prov-tempo", "tempo"]
    either.control("POST", "settings", {"datasource_limit": 2})
    assert uids(either.ask("GET", ALL)) == ["loki", "prov-loki"]
    assert either.ask("GET", ALL + "/uid/tempo").status_code == 200
    assert either.ask("GET", ALL + "/name/Traces").status_code == 200
    either.create()  # what is beyond the limit works as a target


def test_the_list_is_cut_at_5000(grafana):
    grafana.seed(datasources=[{"uid": f"many-{number:04}"} for number in range(5000)])
    assert len(grafana.ask("GET", ALL).json()) == 5000


def test_read_only_ones_stay_as_they_are(either):
    assert either.ask("GET", ALL + "/uid/prov-loki").json()["readOnly"] is True
    assert outcome(either.ask("DELETE", ALL + "/uid/prov-loki")) == (403, "Cannot delete read-only data source")
    assert outcome(either.ask("PUT", ALL + "/uid/prov-loki", NEW)) == (403, "Cannot update read-only data source")


def test_a_name_and_a_type_can_be_changed(either):
    answer = either.ask("PUT", ALL + "/uid/loki", {**NEW, "type": "elasticsearch"})
    assert outcome(answer) == (200, "Datasource updated")
    assert (answer.json()["datasource"]["uid"], answer.json()["datasource"]["type"]) == ("loki", "elasticsearch")
    assert either.ask("GET", ALL + "/name/Logs").status_code == 404
    assert either.ask("PUT", ALL + "/uid/loki", {**NEW, "name": "Traces"}).status_code == 409


def test_a_uid_cannot_be_changed_on_12(grafana):
    assert outcome(grafana.ask("PUT", ALL + "/uid/loki", {**NEW, "uid": "other"})) == (
        500,
        "Failed to update datasource",
    )
    assert grafana.ask("GET", ALL + "/uid/loki").json()["name"] == "Logs"


def test_rows_hide_while_a_uid_is_another_on_9(grafana9):
    uid = grafana9.create()
    assert grafana9.ask("PUT", ALL + "/uid/tempo", {**NEW, "uid": "other"}).status_code == 200
    assert grafana9.ask("GET", OF_LOKI).json() == []
    assert outcome(grafana9.ask("GET", OF_LOKI + "/" + uid)) == (404, "Correlation not found")
    assert grafana9.ask("PUT", ALL + "/uid/other", {**NEW, "uid": "tempo"}).status_code == 200
    assert [row["uid"] for row in grafana9.ask("GET", OF_LOKI).json()] == [uid]


def test_a_row_whose_target_is_gone_hides_on_12(grafana):
    uid = grafana.create()
    external = grafana.create(type="external", config={})
    assert outcome(grafana.ask("DELETE", ALL + "/uid/tempo")) == (200, "Data source deleted")
    assert [row["uid"] for row in grafana.ask("GET", OF_LOKI).json()] == [external]
    listed = grafana.ask("GET", ALL + "/correlations").json()["correlations"]
    assert uid not in [row["uid"] for row in listed]
    path = OF_LOKI + "/" + uid
    assert outcome(grafana.ask("GET", path)) == (404, "Correlation not found")
    assert outcome(grafana.ask("DELETE", path)) == (404, "Correlation not found")
    assert outcome(grafana.ask("PATCH", path, {"label": "changed"})) == (200, "Correlation updated")
    grafana.ask("POST", ALL, {**NEW, "uid": "tempo"})
    assert [row["label"] for row in grafana.ask("GET", OF_LOKI).json()][0] == "changed"


def test_hidden_rows_can_be_written_on_9(grafana9):
    for number in range(2):
        grafana9.seed(rows=[{"uid": str(number), "sourceUID": "loki", "targetUID": "gone"}])
    assert grafana9.ask("GET", OF_LOKI).json() == []
    assert outcome(grafana9.ask("PATCH", OF_LOKI + "/0", {"label": "x"})) == (200, "Correlation updated")
    assert outcome(grafana9.ask("DELETE", OF_LOKI + "/1")) == (200, "Correlation deleted")
    assert [row["label"] for row in grafana9.rows()] == ["Provisioned link", "x"]


def test_rows_of_a_source_that_is_not_there_are_hidden(either):
    either.seed(rows=[{"sourceUID": "gone", "targetUID": "tempo", "label": "hidden"}])
    listed = either.ask("GET", ALL + "/correlations").json()
    rows = listed if isinstance(listed, list) else listed["correlations"]
    assert [row["label"] for row in rows] == ["Provisioned link"]
    either.seed(datasources=[{"uid": "gone"}])
    assert len(either.ask("GET", ALL + "/uid/gone/correlations").json()) == 1


def test_rows_of_a_deleted_source_are_deleted(either):
    either.create("tempo", targetUID="loki")
    either.ask("DELETE", ALL + "/uid/tempo")
    either.ask("POST", ALL, {**NEW, "uid": "tempo"})
    assert either.ask("GET", ALL + "/uid/tempo/correlations").json() == []
    assert [row["sourceUID"] for row in either.rows()] == ["prov-loki"]


def test_rows_to_a_deleted_source_are_deleted_on_9(grafana9):
    uid = grafana9.create()
    grafana9.ask("DELETE", ALL + "/uid/tempo")
    assert outcome(grafana9.ask("PATCH", OF_LOKI + "/" + uid, {"label": "x"})) == (404, "Correlation not found")
    assert len(grafana9.rows()) == 1
