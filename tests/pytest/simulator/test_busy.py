# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A busy SQLite database: answers that are wrong, and a mixture of old and new behind a 200."""

from __future__ import annotations

import concurrent.futures
from typing import Any

import pytest
import requests

OF_SOURCE = "/api/datasources/uid/loki/correlations"
LOGFMT = {"type": "logfmt", "field": "oldfield"}
REGEX = {"type": "regex", "expression": "new", "mapValue": "n"}


def busy(simulator, kind: str = "always", share: float = 1, seed: int = 0, write_ms: float = 0) -> None:
    simulator.control("POST", "settings", {"busy": kind, "busy_share": share, "seed": seed, "busy_write_ms": write_ms})
    simulator.control("POST", "counts/reset")


def counted(simulator) -> dict[str, int]:
    counts: dict[str, int] = simulator.control("GET", "counts")["busy"]
    return {name: number for name, number in counts.items() if number}


def patch(simulator, uid: str, body: Any) -> requests.Response:
    return simulator.ask("PATCH", f"{OF_SOURCE}/{uid}", body)


def outcome(answer):
    return answer.status_code, answer.json()["message"]


# what goes wrong


@pytest.mark.parametrize(
    "old, new, stored",
    [
        ({"a": "old"}, {"b": "new"}, {"a": "old", "b": "new"}),
        ({"a": "old"}, {"a": "new", "b": 1}, {"a": "old", "b": 1}),
        ({"a": {"x": 1}}, {"a": {"y": 2}}, {"a": {"x": 1}}),
        ({"a": None}, {"a": 1}, {"a": None}),
        ({"a": 1}, {}, {"a": 1}),
    ],
)
def test_200_and_a_mixed_query(grafana, old, new, stored):
    uid = grafana.create(config={"field": "f", "target": old})
    busy(grafana)
    answer = patch(grafana, uid, {"config": {"field": "g", "target": new}})
    assert outcome(answer) == (200, "Correlation updated")
    config = answer.json()["result"]["config"]
    assert config == {"field": "g", "target": stored}
    assert grafana.ask("GET", f"{OF_SOURCE}/{uid}").json()["config"] == config
    assert counted(grafana) == {"writes": 1, "mixed": 1}


@pytest.mark.parametrize(
    "old, new, stored",
    [
        ([LOGFMT], [REGEX], [{"type": "logfmt", "expression": "new", "field": "oldfield", "mapValue": "n"}]),
        ([LOGFMT], [REGEX, REGEX], [{**REGEX, **LOGFMT}, REGEX]),
        ([REGEX, LOGFMT], [LOGFMT], [{**LOGFMT, **REGEX}]),
        ([], [REGEX], [REGEX]),
        ([LOGFMT], [], None),
    ],
)
def test_200_and_mixed_transformations(grafana, old, new, stored):
    uid = grafana.create(config={"field": "f", "target": {}, "transformations": old})
    busy(grafana)
    result = patch(grafana, uid, {"config": {"field": "f", "transformations": new}}).json()["result"]
    assert result["config"].get("transformations") == stored


def test_what_the_patch_leaves_out_stays(grafana):
    config = {"field": "f", "target": {"a": 1}, "transformations": [LOGFMT]}
    uid = grafana.create(config=config)
    busy(grafana)
    assert patch(grafana, uid, {"config": {"field": "g"}}).json()["result"]["config"] == {**config, "field": "g"}
    assert counted(grafana) == {"writes": 1}  # nothing to be mixed: it is right


@pytest.mark.parametrize(
    "change",
    [
        {"label": "new"},
        {"description": "new"},
        {"type": "external"},
        {"label": "new", "config": {"field": "g"}},
    ],
)
def test_404_and_nothing_changed(grafana, change):
    uid = grafana.create()
    before = grafana.rows()
    busy(grafana)
    assert outcome(patch(grafana, uid, change)) == (404, "Correlation not found")
    assert grafana.rows() == before
    assert counted(grafana) == {"writes": 1, "404": 1}


def test_a_member_that_is_the_same_or_empty_is_found_again(grafana):
    """The second try looks for the row by what the first one changed."""
    uid = grafana.create(label="same", description="goes", config={"field": "f", "target": {"a": 1}})
    busy(grafana)
    result = patch(grafana, uid, {"label": "same", "description": "", "config": {"target": {"b": 2}}}).json()["result"]
    assert (result["label"], result["description"], result["config"]["target"]) == ("same", "", {"a": 1, "b": 2})


def test_9_mixes_nothing(grafana9):
    uid = grafana9.create()
    before = grafana9.rows()
    busy(grafana9)
    assert outcome(patch(grafana9, uid, {"config": {"target": {"b": 1}}})) == (404, "Correlation not found")
    assert grafana9.rows() == before


def test_deletions_that_are_denied(grafana, grafana9):
    answers = {grafana: (500, "Failed to delete correlation"), grafana9: (404, "Correlation not found")}
    for simulator, answer in answers.items():
        uid = simulator.create()
        busy(simulator)
        assert outcome(simulator.ask("DELETE", f"{OF_SOURCE}/{uid}")) == answer
        assert simulator.rows()[-1]["uid"] == uid
        assert counted(simulator) == {"writes": 1, str(answer[0]): 1}


def test_data_sources_and_organizations(either):
    org = either.second_org()
    before = {name: either.control("GET", "state")[name] for name in ("orgs", "datasources")}
    busy(either)
    new = {"name": "New", "type": "loki", "access": "proxy", "url": "http://127.0.0.1:9"}
    assert outcome(either.ask("POST", "/api/datasources", new)) == (500, "Failed to add datasource")
    assert outcome(either.ask("PUT", "/api/datasources/uid/loki", new)) == (500, "Failed to update datasource")
    assert outcome(either.ask("DELETE", "/api/datasources/uid/loki")) == (500, "Failed to delete datasource")
    assert outcome(either.ask("POST", "/api/orgs", {"name": "New"})) == (500, "Failed to create organization")
    assert outcome(either.ask("DELETE", "/api/orgs/" + org)) == (500, "Failed to delete organization")
    assert {name: either.control("GET", "state")[name] for name in before} == before
    assert counted(either) == {"writes": 5, "500": 5}


def test_what_is_refused_anyway_is_refused_as_ever(grafana):
    provisioned = grafana.rows()[0]["uid"]
    busy(grafana)
    assert outcome(patch(grafana, "nope", {"label": "x"})) == (404, "Correlation not found")
    assert patch(grafana, grafana.create(), {}).status_code == 400
    path = "/api/datasources/uid/prov-loki/correlations/" + provisioned
    assert grafana.ask("PATCH", path, {"label": "x"}).status_code == 403
    assert counted(grafana) == {}


def test_reads_creates_and_apis_never_go_wrong(start):
    simulator = start("--apis", "unified", "--busy", "always", "--busy-share", "1")
    simulator.create()
    assert simulator.ask("GET", OF_SOURCE).status_code == 200
    path = "/apis/correlations.grafana.app/v0alpha1/namespaces/default/correlations"
    body = {
        "apiVersion": "correlations.grafana.app/v0alpha1",
        "kind": "Correlation",
        "metadata": {"name": "one"},
        "spec": {"source": {"group": "loki", "name": "loki"}, "label": "l", "config": {"target": {"a": 1}}},
    }
    assert simulator.ask("POST", path, body).status_code == 201
    headers = {"Content-Type": "application/merge-patch+json"}
    changed = simulator.ask("PATCH", path + "/one", {"spec": {"config": {"target": {"a": 2}}}}, headers=headers)
    assert changed.json()["spec"]["config"]["target"] == {"a": 2}
    assert counted(simulator) == {}


# which writes do


def results(simulator, uids: list[str], threads: int) -> dict[str, bool]:
    """Gives each row another query; the rows that hold it then."""

    def change(uid: str) -> None:
        with requests.Session() as session:
            session.trust_env = False
            path = f"{simulator.url}{OF_SOURCE}/{uid}"
            answer = session.patch(path, json={"config": {"target": {"new": uid}}}, auth=("admin", "admin"), timeout=20)
            assert answer.status_code == 200

    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        list(pool.map(change, uids))
    rows = {row["uid"]: row["config"]["target"] for row in simulator.rows()}
    return {uid: rows[uid] == {"new": uid} for uid in uids}


def filled(simulator, count: int) -> list[str]:
    """The uids of that many rows."""
    uids = [f"row{number}" for number in range(count)]
    row = {"sourceUID": "loki", "targetUID": "tempo", "config": {"target": {"old": 1}}}
    simulator.seed(rows=[{**row, "uid": uid} for uid in uids])
    return uids


def test_the_same_ones_in_every_run(grafana):
    runs = []
    for seed, threads in ((5, 1), (5, 8), (6, 1)):
        grafana.control("POST", "reset")
        grafana.seed(datasources=[{"uid": "loki"}, {"uid": "tempo"}])
        uids = filled(grafana, 60)
        busy(grafana, share=0.3, seed=seed)
        runs.append(results(grafana, uids, threads))
        assert counted(grafana) == {"writes": 60, "mixed": list(runs[-1].values()).count(False)}
    assert runs[0] == runs[1] != runs[2]
    assert 5 < list(runs[0].values()).count(False) < 35


def test_another_try_of_one_is_another_choice(grafana):
    uids = filled(grafana, 60)
    busy(grafana, share=0.3)
    rounds = 0
    while not all(results(grafana, uids, 1).values()):
        rounds += 1
        assert rounds < 10
    assert rounds > 1


def test_only_writes_that_overlap(grafana):
    wrong = {}
    for threads in (1, 4, 8):
        grafana.control("POST", "reset")
        grafana.seed(datasources=[{"uid": "loki"}, {"uid": "tempo"}])
        uids = filled(grafana, 200)
        busy(grafana, "overlap", 0.05, write_ms=5)
        wrong[threads] = list(results(grafana, uids, threads).values()).count(False)
    assert wrong[1] == 0 and 10 < wrong[4] < 60 and 30 < wrong[8] < 110, wrong


def test_counts_since_the_start_outlive_a_reset(start):
    simulator = start("--busy", "always", "--busy-share", "1", "--seed", "3")
    before = simulator.control("GET", "busy")
    assert simulator.control("GET", "settings")["seed"] == 3
    patch(simulator, simulator.create(), {"label": "new"})
    simulator.control("POST", "reset")
    assert counted(simulator) == {}
    assert simulator.control("GET", "busy") == {**before, "writes": before["writes"] + 1, "404": before["404"] + 1}
    assert simulator.control("GET", "settings")["busy"] == "always"
