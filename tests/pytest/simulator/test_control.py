# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulator offers beside Grafana's API: counts, state, seed, settings, reset."""

from __future__ import annotations

import concurrent.futures
import contextlib
import threading
import time

import pytest
import requests

LIST = "/api/datasources/correlations"
OF_LOKI = "/api/datasources/uid/loki/correlations"


def refused(simulator, method, path, body=None):
    answer = simulator.session.request(method, simulator.url + "/_simulator/" + path, json=body)
    return answer.status_code, answer.json()["error"]


def test_requests_are_counted(grafana):
    grafana.ask("GET", LIST, params={"limit": 2}, org="1")
    uid = grafana.create()
    grafana.ask("DELETE", "/api/datasources/uid/a%2Fb/correlations/" + uid, auth=None)
    counts = grafana.control("GET", "counts")
    assert (counts["requests"], counts["reads"], counts["writes"]) == (3, 1, 2)
    assert counts["by_method"] == {"GET": 1, "POST": 1, "DELETE": 1}
    connection = counts["log"][0]["connection"]
    assert counts["log"] == [
        {
            "method": "GET",
            "path": LIST,
            "query": "limit=2",
            "status": 200,
            "connection": connection,
            "org_header": "1",
            "authorization_present": True,
        },
        {
            "method": "POST",
            "path": OF_LOKI,
            "query": "",
            "status": 200,
            "connection": connection,
            "org_header": None,
            "authorization_present": True,
        },
        {
            "method": "DELETE",
            "path": "/api/datasources/uid/a%2Fb/correlations/" + uid,
            "query": "",
            "status": 401,
            "connection": connection,
            "org_header": None,
            "authorization_present": False,
        },
    ]
    grafana.control("POST", "counts/reset")
    assert grafana.control("GET", "counts") == {
        "requests": 0,
        "reads": 0,
        "writes": 0,
        "connections": 0,
        "most_in_flight": 0,
        "by_method": {},
        "log": [],
        "busy": {"writes": 0, "mixed": 0, "404": 0, "500": 0},
    }


def test_connections_are_counted(grafana):
    for _unused in range(3):
        grafana.ask("GET", LIST)
    assert grafana.control("GET", "counts")["connections"] == 1
    grafana.ask("GET", LIST, headers={"Connection": "close"})
    grafana.ask("GET", LIST)
    assert grafana.control("GET", "counts")["connections"] == 2


def test_latency_lets_requests_overlap(grafana):
    grafana.control("POST", "settings", {"latency_ms": 300})
    started = time.monotonic()
    threads = [threading.Thread(target=grafana.ask_raw, args=("GET", LIST)) for _unused in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 0.3 <= time.monotonic() - started < 1.5
    counts = grafana.control("GET", "counts")
    assert (counts["most_in_flight"], counts["connections"]) == (6, 6)


def test_state_shows_hidden_rows(either):
    either.seed(
        rows=[{"uid": "h", "sourceUID": "loki", "targetUID": "gone", "label": "hidden", "config": {"target": {"n": 1}}}]
    )
    state = either.control("GET", "state")
    assert state["orgs"] == [{"id": 1, "name": "Main Org."}]
    assert {"uid": "prov-loki", "name": "Provisioned Loki", "type": "loki", "orgId": 1, "readOnly": True} in state[
        "datasources"
    ]
    assert [(row["label"], row["hidden"]) for row in state["rows"]] == [("Provisioned link", False), ("hidden", True)]
    assert state["objects"] == []


def test_rows_of_9_have_no_organization(grafana9):
    assert [row["orgId"] for row in grafana9.rows()] == [None]


def test_seeding_rows_as_they_are(grafana):
    row = {
        "uid": "mine",
        "orgId": 1,
        "sourceUID": "loki",
        "targetUID": "tempo",
        "label": "x",
        "description": "y",
        "type": "query",
        "provisioned": True,
        "config": {"field": "f", "target": {"n": 12345678901234567890}, "transformations": [{"type": "upper"}]},
    }
    grafana.seed(rows=[row, {**row, "uid": "odd", "type": "banana"}])
    kept = grafana.ask("GET", OF_LOKI).json()
    assert kept == [{**row, "config": {**row["config"], "target": {"n": 12345678901234567000}}}]
    status, text = refused(grafana, "POST", "seed", {"rows": [row]})
    assert status == 400 and "mine" in text


def test_seeding_data_sources(grafana):
    grafana.seed(datasources=[{"uid": "ro", "name": "Read only", "type": "x", "readOnly": True}])
    found = grafana.ask("GET", "/api/datasources/uid/ro").json()
    assert (found["name"], found["type"], found["readOnly"]) == ("Read only", "x", True)
    assert refused(grafana, "POST", "seed", {"datasources": [{"uid": "ro"}]})[0] == 400
    assert refused(grafana, "POST", "seed", {"datasources": [{"uid": "x", "orgId": 7}]})[0] == 400


def test_seeding_many(either):
    answer = either.control("POST", "seed", {"sources": 20, "correlations": 100000, "prefix": "many", "org": 1})
    assert answer == {"datasources": 25, "rows": 100001, "objects": 0}
    rows = either.ask("GET", "/api/datasources/uid/many-src-7/correlations").json()
    assert len(rows) == 5000 and {row["targetUID"] for row in rows} == {"many-target"}
    assert len({row["label"] for row in rows}) == 5000


def test_seeding_many_into_unified_storage(start):
    simulator = start("--apis", "unified")
    simulator.control("POST", "seed", {"sources": 2, "correlations": 10, "store": "objects"})
    path = "/apis/correlations.grafana.app/v0alpha1/namespaces/default/correlations"
    selector = {"labelSelector": "correlations.grafana.app/sourceDS-ref=loki.bench-src-1"}
    assert len(simulator.ask("GET", path, params=selector).json()["items"]) == 5
    assert len(simulator.rows()) == 1


def test_settings(grafana):
    before = grafana.control("GET", "settings")
    assert before == {
        "anonymous": False,
        "brute_force": False,
        "header_user": None,
        "quota": None,
        "datasource_limit": 5000,
        "latency_ms": 0,
        "lenient_patch": False,
        "busy": "off",
        "busy_share": 0.05,
        "busy_write_ms": 5,
        "seed": 0,
    }
    assert grafana.control("POST", "settings", {"quota": 3}) == {**before, "quota": 3}
    assert refused(grafana, "POST", "settings", {"quotta": 3}) == (400, "ValueError: unknown settings: quotta")
    kinds = "ValueError: busy must be one of off, overlap, always"
    assert refused(grafana, "POST", "settings", {"busy": "yes"}) == (400, kinds)


def test_reset(grafana):
    grafana.create()
    grafana.control("POST", "settings", {"quota": 0})
    grafana.control("POST", "faults", [{"kind": "status"}])
    grafana.control("POST", "reset")
    assert grafana.control("GET", "counts")["requests"] == 0
    assert grafana.control("GET", "settings")["quota"] is None
    assert grafana.control("GET", "faults") == []
    assert len(grafana.rows()) == 1
    assert grafana.ask("GET", "/api/datasources/uid/loki").status_code == 404


def test_a_reset_drops_what_is_being_answered(grafana):
    """Else it would count, and could take effect, in what comes after."""
    grafana.control("POST", "faults", [{"kind": "delay", "seconds": 60, "method": "DELETE"}])
    with contextlib.suppress(requests.Timeout):
        requests.delete(grafana.url + "/api/org/users/1", auth=("admin", "admin"), timeout=0.5)
    assert grafana.control("GET", "counts")["requests"] == 1
    with concurrent.futures.ThreadPoolExecutor() as pool:
        waiting = pool.submit(requests.delete, grafana.url + "/api/org/users/1", auth=("admin", "admin"), timeout=30)
        while grafana.control("GET", "counts")["requests"] < 2:
            time.sleep(0.01)
        grafana.control("POST", "reset")
        assert isinstance(waiting.exception(), requests.ConnectionError)
    grafana.ask("GET", "/api/health")
    assert grafana.control("GET", "counts")["most_in_flight"] == 1


@pytest.mark.parametrize(
    "method, path, body",
    [
        ("GET", "nope", None),
        ("PUT", "state", None),
        ("POST", "seed", {"row": []}),
        ("POST", "seed", {"rows": [{}]}),
        ("POST", "faults", [{"kind": "nope"}]),
        ("POST", "faults", [{"kind": "status", "stauts": 1}]),
        ("POST", "faults", [{"kind": "status", "nth": [1], "every": 2}]),
        ("POST", "faults", "status"),
    ],
)
def test_mistakes_are_told(grafana, method, path, body):
    assert refused(grafana, method, path, body)[0] in (400, 404)
