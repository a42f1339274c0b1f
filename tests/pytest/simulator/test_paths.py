# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths: how they are decoded, and what those answer that lead nowhere."""

from __future__ import annotations

from urllib.parse import quote

import pytest

ID_IS_INVALID = (400, "id is invalid")


def outcome(answer):
    return answer.status_code, answer.json()["message"]


@pytest.mark.parametrize("uid", ["a/b", "a?b", "a#b", "50%", "a b", "größe", "a%2Fb", "a+b", "..a", "-- Mixed --"])
def test_a_segment_is_decoded_by_itself(either, uid):
    either.seed(datasources=[{"uid": uid, "name": "Name of " + uid}])
    quoted = quote(uid, safe="")
    row = either.create(quoted)
    path = f"/api/datasources/uid/{quoted}/correlations"
    assert [found["uid"] for found in either.ask("GET", path).json()] == [row]
    assert either.ask("GET", path + "/" + row).json()["sourceUID"] == uid
    assert either.ask("PATCH", path + "/" + row, {"label": "x"}).status_code == 200
    assert either.ask("DELETE", path + "/" + row).status_code == 200
    assert either.ask("GET", "/api/datasources/name/" + quote("Name of " + uid, safe="")).json()["uid"] == uid


def test_a_slash_that_is_not_encoded_separates(grafana):
    grafana.seed(datasources=[{"uid": "a/b"}])
    assert outcome(grafana.ask("GET", "/api/datasources/uid/a/b")) == ID_IS_INVALID


@pytest.mark.parametrize(
    "target",
    [
        "/api/datasources/uid/loki/correlations/..",
        "/api/datasources/uid/loki/correlations/%2e%2E",
        "/api/datasources/uid/loki/correlations/x/../../",
        "/api/./datasources/uid/tempo/../loki/.",
        "/../../api/datasources/uid/loki",
    ],
)
def test_dots_lead_to_another_path(either, target):
    """A client that puts ``..`` where a uid belongs deletes the data source."""
    assert either.ask_raw("DELETE", target) == (200, {"id": 3, "message": "Data source deleted"})
    assert either.ask("GET", "/api/datasources/uid/loki").status_code == 404


def test_dots_are_resolved_by_clients_as_well(grafana):
    assert grafana.ask("DELETE", "/api/datasources/uid/loki/correlations/..").json()["message"] == "Data source deleted"


def test_a_trailing_slash_means_nothing(either):
    assert either.ask("GET", "/api/datasources/uid/loki/correlations/").json() == []


def test_unknown_paths_under_datasources(either):
    for path in ("/x", "/x/y", "/uid", "/uid/loki/x", "/uid/loki/correlations/a/b", "/uid/loki/correlation"):
        assert outcome(either.ask("GET", "/api/datasources" + path)) == ID_IS_INVALID
    assert outcome(either.ask("DELETE", "/api/datasources/uid/loki/correlations")) == ID_IS_INVALID
    assert either.ask("GET", "/api/datasources/x", auth=None).status_code == 401


def test_unknown_paths_elsewhere(either):
    for path in ("/api/no-such-route", "/api/correlations", "/api"):
        answer = either.ask("GET", path)
        assert outcome(answer) == (404, "Not found")
        assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"


@pytest.mark.parametrize("arguments", [(), ("--apis", "unified")])
def test_without_the_legacy_api(start, arguments):
    simulator = start("--no-legacy-api", *arguments)
    for path in ("/correlations", "/uid/loki/correlations", "/uid/loki/correlations/x"):
        for method in ("GET", "POST", "PATCH", "DELETE"):
            assert outcome(simulator.ask(method, "/api/datasources" + path)) == ID_IS_INVALID
    assert simulator.ask("GET", "/api/datasources/uid/loki").status_code == 200
    assert simulator.ask("GET", "/api/user/orgs").status_code == 200


def test_health_needs_nobody(grafana, grafana9):
    assert grafana.ask("GET", "/api/health", auth=None).json()["version"] == "12.4.3"
    assert grafana9.ask("GET", "/api/health", auth=None).json()["version"] == "9.4.0"


def test_pages_for_people(either):
    login = either.ask("GET", "/login", auth=None)
    assert (login.status_code, login.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")
    home = either.ask("GET", "/", auth=None)
    assert (home.status_code, home.headers["Location"]) == (302, "/login")
    assert either.ask("GET", "/").status_code == 200
    other = either.ask("GET", "/explore/x", auth=None)
    assert (other.status_code, other.headers["Content-Type"]) == (404, "text/html; charset=UTF-8")


def test_apis_off(grafana, grafana9):
    path = "/apis/correlations.grafana.app/v0alpha1"
    answer = grafana.ask("GET", path)
    assert (answer.status_code, answer.text) == (404, "404 page not found\n")
    assert outcome(grafana9.ask("GET", path)) == (404, "Not found")
