# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each kind of fault does what it says."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

OF_LOKI = "/api/datasources/uid/loki/correlations"
BODY = {"targetUID": "tempo", "label": "new", "type": "query"}


def faults(simulator, *rules: dict[str, Any]) -> None:
    simulator.control("POST", "faults", list(rules))


def labels(simulator):
    return [row["label"] for row in simulator.rows()]


def statuses(simulator, count=6):
    return [simulator.ask("GET", OF_LOKI).status_code for _unused in range(count)]


def test_selecting_requests(grafana):
    for selector, expected in (
        ({"nth": [1, 3]}, [503, 200, 503, 200, 200, 200]),
        ({"every": 2}, [200, 503, 200, 503, 200, 503]),
        ({"times": 2}, [503, 503, 200, 200, 200, 200]),
        ({}, [503] * 6),
        ({"method": "GET"}, [503] * 6),
        ({"method": "POST"}, [200] * 6),
        ({"path": "/loki/correlations$"}, [503] * 6),
        ({"path": "^/correlations"}, [200] * 6),
    ):
        grafana.control("DELETE", "faults")
        faults(grafana, {"kind": "status", **selector})
        assert statuses(grafana) == expected, selector


def test_a_share_is_the_same_in_every_run(grafana):
    runs = []
    for seed in (3, 3, 4):
        grafana.control("DELETE", "faults")
        grafana.control("POST", "faults", {"seed": seed, "rules": [{"kind": "status", "share": 0.5}]})
        runs.append(statuses(grafana, 30))
    assert runs[0] == runs[1] != runs[2]
    assert 5 < runs[0].count(503) < 25


def test_hits_are_counted(grafana):
    faults(grafana, {"kind": "status", "nth": [2]})
    statuses(grafana, 3)
    assert grafana.control("GET", "faults") == [{"kind": "status", "nth": [2], "seen": 3, "hits": 1}]
    assert grafana.control("DELETE", "faults") == []


def test_the_raw_path_is_matched(grafana):
    faults(grafana, {"kind": "status", "path": "a%2Fb"})
    assert grafana.ask("GET", "/api/datasources/uid/a%2Fb").status_code == 503


def test_status(grafana):
    faults(
        grafana,
        {
            "kind": "status",
            "status": 429,
            "headers": {"Retry-After": "2"},
            "body": "slow down",
            "content_type": "text/plain",
        },
    )
    answer = grafana.ask("POST", OF_LOKI, BODY)
    assert (answer.status_code, answer.headers["Retry-After"], answer.text) == (429, "2", "slow down")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert labels(grafana) == ["Provisioned link"]  # not handled
    assert grafana.control("GET", "counts")["log"][0]["status"] == 429


def test_status_of_a_request_that_was_handled(grafana):
    faults(grafana, {"kind": "status", "status": 502, "body": {"message": "x"}, "handled": True})
    answer = grafana.ask("POST", OF_LOKI, BODY)
    assert (answer.status_code, answer.json()) == (502, {"message": "x"})
    assert labels(grafana) == ["Provisioned link", "new"]


def test_delay_comes_before_handling(grafana):
    faults(grafana, {"kind": "delay", "seconds": 0.6})
    thread = threading.Thread(target=grafana.ask, args=("POST", OF_LOKI, BODY))
    thread.start()
    time.sleep(0.2)
    assert requests.get(grafana.url + "/_simulator/state", timeout=5).json()["rows"][-1]["label"] == "Provisioned link"
    thread.join()
    assert labels(grafana)[-1] == "new"


def test_delay_after_comes_after_handling(grafana):
    faults(grafana, {"kind": "delay_after", "seconds": 1})
    with pytest.raises(requests.ReadTimeout):
        grafana.ask("POST", OF_LOKI, BODY, timeout=0.3)
    assert labels(grafana)[-1] == "new"


def test_a_client_that_gives_up_does_not_stop_a_write(grafana):
    faults(grafana, {"kind": "delay", "seconds": 0.5})
    with pytest.raises(requests.ReadTimeout):
        grafana.ask("POST", OF_LOKI, BODY, timeout=0.1)
    assert labels(grafana) == ["Provisioned link"]
    time.sleep(1)
    assert labels(grafana)[-1] == "new"


@pytest.mark.parametrize("kind, taken", [("reset_before", False), ("reset_after", True)])
def test_resets(grafana, kind, taken):
    faults(grafana, {"kind": kind, "times": 1})
    with pytest.raises(requests.ConnectionError):
        grafana.ask("POST", OF_LOKI, BODY)
    assert ("new" in labels(grafana)) is taken
    assert grafana.control("GET", "counts")["log"][0]["status"] is None
    assert grafana.ask("GET", OF_LOKI).status_code == 200


def test_truncate(grafana):
    grafana.create()
    faults(grafana, {"kind": "truncate", "bytes": 20})
    host, port = urlsplit(grafana.url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        request = "GET {} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YWRtaW46YWRtaW4=\r\n\r\n"
        connection.sendall(request.format(OF_LOKI).encode())
        received = b""
        while True:
            part = connection.recv(65536)
            if not part:
                break
            received += part
    head, _unused, body = received.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split()[0])
    assert len(body) == 20 < length


def test_truncated_by_half(grafana):
    faults(grafana, {"kind": "truncate"})
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        grafana.ask("POST", OF_LOKI, BODY)
    assert "new" in labels(grafana)


def test_drip(grafana):
    faults(grafana, {"kind": "drip", "bytes": 100, "seconds": 0.1})
    started = time.monotonic()
    answer = grafana.ask("POST", OF_LOKI, BODY)
    pieces = -(-len(answer.content) // 100)
    assert answer.json()["result"]["label"] == "new"
    assert pieces > 1 and time.monotonic() - started >= 0.1 * (pieces - 1)


def test_close_keepalive(grafana):
    faults(grafana, {"kind": "close_keepalive", "times": 1})
    first = grafana.ask("GET", OF_LOKI)
    assert first.json() == [] and first.headers.get("Connection", "keep-alive") == "keep-alive"
    time.sleep(0.1)
    assert grafana.ask("GET", OF_LOKI).status_code == 200
    assert grafana.control("GET", "counts")["connections"] == 2


def test_redirect(grafana):
    faults(grafana, {"kind": "redirect", "status": 307, "location": "https://grafana.example.com/"})
    answer = grafana.ask("POST", OF_LOKI, BODY)
    assert (answer.status_code, answer.headers["Location"]) == (307, "https://grafana.example.com/")
    assert "new" not in labels(grafana)


def test_endless(grafana):
    faults(grafana, {"kind": "endless"})
    answer = grafana.ask("GET", OF_LOKI, stream=True)
    received = 0
    for part in answer.iter_content(65536):
        received += len(part)
        if received > 1000000:
            break
    answer.close()
    assert received > 1000000
    grafana.control("DELETE", "faults")
    assert grafana.ask("GET", OF_LOKI).json() == []


def test_big(grafana):
    faults(grafana, {"kind": "big", "megabytes": 3})
    assert len(grafana.ask("GET", OF_LOKI).json()["message"]) == 3000000


def test_raw_body(grafana):
    faults(grafana, {"kind": "raw_body", "body": "<html>sign in</html>", "content_type": "text/html"})
    answer = grafana.ask("POST", OF_LOKI, BODY)
    assert (answer.status_code, answer.text) == (200, "<html>sign in</html>")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "new" in labels(grafana)


def test_somebody_deletes_a_row_between_two_requests(grafana):
    for label in ("a", "b", "b"):
        grafana.create(label=label)
    kept = grafana.create(label="b", targetUID="loki")
    faults(
        grafana,
        {"kind": "then_delete_row", "uid": kept, "nth": [1]},
        {"kind": "then_delete_row", "label": "b", "nth": [2]},
    )
    found = [[row["label"] for row in grafana.ask("GET", OF_LOKI).json()] for _unused in range(3)]
    assert found == [["a", "b", "b", "b"], ["a", "b", "b"], ["a"]]


def test_somebody_inserts_rows_between_two_requests(grafana):
    rows = [{"uid": "theirs", "sourceUID": "loki", "targetUID": "tempo", "label": "theirs"}]
    faults(grafana, {"kind": "then_insert_rows", "rows": rows, "nth": [1], "method": "GET"})
    assert grafana.ask("GET", OF_LOKI).json() == []
    assert [row["uid"] for row in grafana.ask("GET", OF_LOKI).json()] == ["theirs"]


def test_somebody_changes_unified_storage(start):
    simulator = start("--apis", "unified")
    path = "/apis/correlations.grafana.app/v0alpha1/namespaces/default/correlations"
    spec = {"source": {"group": "loki", "name": "loki"}, "label": "theirs"}
    faults(
        simulator,
        {"kind": "then_insert_rows", "objects": [{"metadata": {"name": "theirs"}, "spec": spec}], "nth": [1]},
        {"kind": "then_delete_row", "uid": "theirs", "nth": [2]},
    )
    found = [len(simulator.ask("GET", path).json()["items"]) for _unused in range(3)]
    assert found == [0, 1, 0]


def test_faults_add_up(grafana):
    faults(grafana, {"kind": "delay", "seconds": 0.2}, {"kind": "status", "status": 500, "times": 1})
    started = time.monotonic()
    assert statuses(grafana, 2) == [500, 200]
    assert time.monotonic() - started >= 0.4


def test_the_control_plane_has_no_faults(grafana):
    faults(grafana, {"kind": "status"})
    assert grafana.control("GET", "state")["orgs"]
