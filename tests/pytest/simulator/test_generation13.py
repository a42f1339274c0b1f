# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Grafana 13 by its sources: no server of it was recorded, so what is expected here was read, not measured."""

from __future__ import annotations

from typing import Any

import pytest

LIST, OF_LOKI = "/api/datasources/correlations", "/api/datasources/uid/loki/correlations"
ALL = "/apis/correlations.grafana.app/v0alpha1/namespaces/default/correlations"
NEW = {
    "targetUID": "tempo",
    "label": "new",
    "description": "d",
    "type": "query",
    "config": {"field": "f", "target": {"q": "x"}},
}
ROW = {"sourceUID": "loki", "targetUID": "tempo"}
TIME_RANGE = {"field": "ts", "range": {"from": "-1h", "to": "+1h"}}


@pytest.fixture
def tables(start):
    """As it comes: on the old tables."""
    return start("--generation", "13")


@pytest.fixture
def shared(start):
    """With the switch that serves both routes from one store."""
    return start("--generation", "13", "--apis", "shared", "--no-provisioned")


def play(simulator, exchanges: list[tuple[Any, ...]]) -> None:
    """Asks one after the other, like a recording: method, path, body, status, and members of the answer."""
    for method, path, body, status, members in exchanges:
        answer = simulator.ask(method, path, body)
        assert (answer.status_code, method, path) == (status, method, path), answer.text
        found = answer.json()
        assert {name: found.get(name, "missing") for name in members} == members


def labels(answer) -> list[str]:
    return [row["label"] for row in answer.json()["correlations"]]


# as it comes


def test_the_old_tables_are_served_as_by_12(tables):
    uid = tables.create()
    one = f"{OF_LOKI}/{uid}"
    play(
        tables,
        [
            ("GET", "/api/health", None, 200, {"version": "13.1.0"}),
            ("GET", LIST, None, 200, {"totalCount": 2, "page": 1, "limit": 100, "doesContinue": "missing"}),
            ("PATCH", one, {"label": "other"}, 200, {"message": "Correlation updated"}),
            ("GET", one, None, 200, {"label": "other", "targetUID": "tempo", "orgId": 1, "type": "query"}),
            ("DELETE", one, None, 200, {"message": "Correlation deleted"}),
            ("GET", one, None, 404, {"message": "Correlation not found"}),
        ],
    )
    assert tables.ask("GET", ALL).status_code == 404


def test_an_unknown_path_is_not_found(tables):
    for path in ("/api/datasources/nope", "/api/datasources/1/correlations", "/api/datasources/uid/loki/nope"):
        play(tables, [("GET", path, None, 404, {"message": "Not found"})])
    assert tables.ask("GET", "/api/datasources/nope", auth=None).status_code == 401


def test_old_storage_behind_apis_is_not_usable(start):
    simulator = start("--generation", "13", "--apis", "legacy")
    resources = simulator.ask("GET", "/apis/correlations.grafana.app/v0alpha1").json()["resources"]
    assert "watch" not in resources[0]["verbs"]
    one = f"{ALL}/{simulator.create()}"
    assert [simulator.ask(method, one, {}).status_code for method in ("DELETE", "PATCH")] == [500, 404]


def test_a_time_range_is_kept_by_a_patch(tables):
    uid = tables.create(config={**NEW["config"], "timeRange": TIME_RANGE})
    changed = tables.ask("PATCH", f"{OF_LOKI}/{uid}", {"config": {"field": "g"}}).json()["result"]
    assert changed["config"] == {"field": "g", "target": {"q": "x"}, "timeRange": TIME_RANGE}


@pytest.mark.parametrize("generation", ["12", "9"])
def test_older_ones_know_no_time_range(start, generation):
    simulator = start("--generation", generation)
    simulator.create(config={"type": "query", "field": "f", "target": {}, "timeRange": TIME_RANGE})
    assert "timeRange" not in simulator.ask("GET", OF_LOKI).json()[0]["config"]


# one store


def test_both_routes_show_the_same(shared):
    uid = shared.create()
    item = shared.ask("GET", f"{ALL}/{uid}").json()
    assert item["spec"]["source"] == {"group": "loki", "name": "loki"}
    assert item["metadata"]["labels"]["correlations.grafana.app/sourceDSProv-ref"] == "loki.loki.false"
    row = shared.ask("GET", f"{OF_LOKI}/{uid}").json()
    assert (row["uid"], row["sourceUID"], row["targetUID"], row["orgId"]) == (uid, "loki", "tempo", 1)
    assert shared.ask("GET", OF_LOKI).json() == [row]
    play(
        shared,
        [
            ("DELETE", f"{ALL}/{uid}", None, 200, {}),
            ("GET", f"{OF_LOKI}/{uid}", None, 404, {"message": "Correlation not found"}),
            ("GET", LIST, None, 200, {"correlations": []}),
        ],
    )


def test_rows_from_files_have_a_manager(start):
    simulator = start("--generation", "13", "--apis", "shared")
    (item,) = simulator.ask("GET", ALL).json()["items"]
    assert item["metadata"]["annotations"] == {"grafana.app/managedBy": "classic-file-provisioning"}
    assert item["metadata"]["labels"]["correlations.grafana.app/sourceDSProv-ref"] == "loki.prov-loki.true"
    (row,) = simulator.ask("GET", LIST).json()["correlations"]
    assert (row["uid"], row["provisioned"]) == (item["metadata"]["name"], True)


def test_pages_overlap_and_counts_say_little(shared):
    shared.seed(rows=[{**ROW, "uid": f"row{number}", "label": str(number)} for number in range(5)])
    last = (["3", "4"], 5, False)
    for page, (found, total, continues) in {
        1: (["0", "1"], 2, True),
        2: (["2", "3"], 4, True),
        3: last,
        9: last,
    }.items():
        answer = shared.ask("GET", LIST, params={"limit": 2, "page": page})
        assert labels(answer) == found
        assert (answer.json()["totalCount"], answer.json()["doesContinue"]) == (total, continues)
    chosen = shared.ask("GET", LIST, params={"sourceUID": "loki", "limit": 3})
    assert labels(chosen) == ["0", "1", "2"]
    assert labels(shared.ask("GET", LIST, params={"sourceUID": "tempo"})) == []


def test_what_is_beyond_2_mib_is_never_reached(shared):
    config = {"target": {"q": "x" * 600000}}
    shared.seed(rows=[{**ROW, "uid": f"row{number}", "label": str(number), "config": config} for number in range(6)])
    for page in (1, 2, 3):
        answer = shared.ask("GET", LIST, params={"limit": 100, "page": page})
        assert (labels(answer), answer.json()["doesContinue"]) == (["0", "1", "2", "3"], True)


def test_a_partial_patch_is_a_500(shared):
    one = f"{OF_LOKI}/{shared.create(**NEW)}"
    before = shared.ask("GET", one).json()
    for change in ({"label": "x"}, {"config": {"target": {"q": "y"}}}, {**NEW, "config": {"field": "g"}}):
        assert shared.ask("PATCH", one, change).status_code == 500
    assert shared.ask("GET", one).json() == before


def test_a_whole_patch_loses_the_target(shared):
    config = {**NEW["config"], "timeRange": TIME_RANGE, "transformations": [{"type": "logfmt"}]}
    uid = shared.create(**{**NEW, "config": config})
    changed = shared.ask("PATCH", f"{OF_LOKI}/{uid}", {**NEW, "label": "x"}).json()["result"]
    assert (changed["label"], changed["targetUID"], changed["config"]) == ("x", None, NEW["config"])
    assert shared.ask("GET", f"{ALL}/{uid}").json()["spec"]["target"] is None
    assert shared.ask("GET", f"{OF_LOKI}/{uid}").json() == changed


def test_a_partial_patch_may_lose_the_target(shared):
    uid = shared.create(**NEW)
    shared.control("POST", "settings", {"lenient_patch": True})
    changed = shared.ask("PATCH", f"{OF_LOKI}/{uid}", {"label": "x"}).json()["result"]
    assert (changed["label"], changed["description"], changed["targetUID"]) == ("x", "d", None)
    assert changed["config"] == NEW["config"]


def test_a_data_source_takes_what_starts_there_and_what_leads_there(shared):
    shared.seed(datasources=[{"uid": "other"}])
    for source, target in (("loki", "other"), ("other", "loki"), ("tempo", "other")):
        shared.create(source, targetUID=target, label=f"{source} {target}")
    shared.ask("DELETE", "/api/datasources/uid/loki")
    assert labels(shared.ask("GET", LIST)) == ["tempo other"]


def test_apis_keeps_a_time_range_and_says_that_there_is_no_target(shared):
    spec = {"type": "external", "source": {"group": "loki", "name": "loki"}, "label": "l"}
    config = {"field": "f", "target": {"url": "x"}, "timeRange": TIME_RANGE, "colour": "red"}
    body = {
        "apiVersion": "correlations.grafana.app/v0alpha1",
        "kind": "Correlation",
        "metadata": {"name": "one"},
        "spec": {**spec, "config": config},
    }
    made = shared.ask("POST", ALL, body).json()["spec"]
    assert made["config"] == {"field": "f", "target": {"url": "x"}, "timeRange": TIME_RANGE} and made["target"] is None
    headers = {"Content-Type": "application/merge-patch+json"}
    changed = shared.ask("PATCH", f"{ALL}/one", {"spec": {"label": "m"}}, headers=headers)
    assert changed.json()["spec"] == {**made, "label": "m"}
    assert shared.ask("GET", OF_LOKI).json()[0]["config"]["timeRange"] == TIME_RANGE


@pytest.mark.parametrize("length, status", [(57, 201), (58, 422)])
def test_the_third_label_leaves_less_room(shared, length, status):
    uid = "u" * (length - len("loki."))
    body = {
        "apiVersion": "correlations.grafana.app/v0alpha1",
        "kind": "Correlation",
        "metadata": {"name": "one"},
        "spec": {"source": {"group": "loki", "name": uid}},
    }
    assert shared.ask("POST", ALL, body).status_code == status
    shared.seed(datasources=[{"uid": uid}])
    expected = (200, "Correlation created") if status == 201 else (500, "Failed to add correlation")
    answer = shared.ask("POST", f"/api/datasources/uid/{uid}/correlations", NEW)
    assert (answer.status_code, answer.json()["message"]) == expected
