# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/apis`` switched on without unified storage: broken in the ways that were recorded."""

from __future__ import annotations

import pytest

API = "/apis/correlations.grafana.app/v0alpha1"
ALL = API + "/namespaces/default/correlations"


@pytest.fixture
def grafana(start):
    return start("--apis", "legacy")


def body(**spec):
    members = {
        "type": "query",
        "source": {"group": "loki", "name": "loki"},
        "target": {"group": "tempo", "name": "tempo"},
        "label": "l",
        "description": "d",
        "config": {"field": "f", "target": {"a": 1}},
    }
    return {
        "apiVersion": "correlations.grafana.app/v0alpha1",
        "kind": "Correlation",
        "metadata": {"name": "mine"},
        "spec": {**members, **spec},
    }


def made(grafana, **spec):
    answer = grafana.ask("POST", ALL, body(**spec))
    assert answer.status_code == 201, answer.text
    return answer.json()["metadata"]["name"]


def failed(answer):
    return answer.status_code, answer.json()["message"]


def names(answer):
    return [item["metadata"]["name"] for item in answer.json()["items"]]


def test_the_verb_watch_is_missing(grafana):
    assert "watch" not in grafana.ask("GET", API).json()["resources"][0]["verbs"]


def test_one_store_and_names_of_its_own(grafana):
    name = made(grafana)
    assert name != "mine"
    row = grafana.ask("GET", "/api/datasources/uid/loki/correlations/" + name).json()
    assert (row["label"], row["config"]["target"]) == ("l", {"a": 1})
    item = grafana.ask("GET", ALL).json()["items"][0]
    assert item["metadata"]["annotations"] == {"grafana.app/managedBy": "classic-file-provisioning"}
    assert item["spec"]["source"] == {"group": "loki", "name": "prov-loki"}


def test_an_empty_target_comes_back_as_null(grafana):
    name = made(grafana, config={"field": "f", "target": {}})
    assert grafana.ask("GET", ALL + "/" + name).json()["spec"]["config"] == {"field": "f", "target": None}


def test_paging_repeats_the_first_page(grafana):
    for _unused in range(4):
        made(grafana)
    first = grafana.ask("GET", ALL, params={"limit": 2})
    metadata = first.json()["metadata"]
    assert metadata["remainingItemCount"] == 3
    second = grafana.ask("GET", ALL, params={"limit": 2, "continue": metadata["continue"]})
    assert names(second) == names(first)
    assert second.json()["metadata"]["remainingItemCount"] == 1
    assert len(names(grafana.ask("GET", ALL))) == 5


def test_the_label_selector_is_ignored(grafana):
    assert (
        len(names(grafana.ask("GET", ALL, params={"labelSelector": "correlations.grafana.app/sourceDS-ref=x.y"}))) == 1
    )


def test_unknown_names(grafana):
    assert failed(grafana.ask("GET", ALL + "/nope")) == (500, "correlation not found")
    assert failed(grafana.ask("PATCH", ALL + "/nope", {})) == (500, "correlation not found")
    assert failed(grafana.ask("PUT", ALL + "/nope", body())) == (500, "correlation not found")


def test_unknown_data_sources(grafana):
    unknown = {"group": "loki", "name": "nope"}
    assert failed(grafana.ask("POST", ALL, body(source=unknown))) == (500, "source data source does not exist")
    assert failed(grafana.ask("POST", ALL, body(target=unknown))) == (500, "target data source does not exist")
    assert len(grafana.rows()) == 1


@pytest.mark.parametrize("spec", [{"type": "banana"}, {"target": None}])
def test_a_500_may_leave_a_hidden_row(grafana, spec):
    assert failed(grafana.ask("POST", ALL, body(**spec))) == (500, "correlation not found")
    assert [row["hidden"] for row in grafana.rows()] == [False, True]
    assert grafana.ask("GET", "/api/datasources/correlations").json()["totalCount"] == 2


def test_replacing_knows_no_version(grafana):
    name = made(grafana)
    changed = body(label="new")
    del changed["spec"]["description"]
    for _unused in range(2):
        spec = grafana.ask("PUT", ALL + "/" + name, changed).json()["spec"]
        assert spec["label"] == "new" and "description" not in spec
    provisioned = grafana.rows()[0]["uid"]
    assert grafana.ask("PUT", ALL + "/" + provisioned, changed).status_code == 500


def test_what_does_not_work_at_all(grafana):
    name = made(grafana)
    assert failed(grafana.ask("PATCH", ALL + "/" + name, {})) == (
        404,
        f'correlations.correlations.grafana.app "{name}" not found',
    )
    assert failed(grafana.ask("DELETE", ALL + "/" + name)) == (500, "source data source does not exist")
    assert failed(grafana.ask("DELETE", ALL)) == (500, "DeleteCollection for shorturl not implemented")
    assert len(grafana.rows()) == 2


def test_a_malformed_namespace_is_empty(grafana):
    assert grafana.ask("GET", API + "/namespaces/bogus/correlations").json()["items"] == []
    assert grafana.ask("GET", API + "/namespaces/org-99/correlations").status_code == 403
