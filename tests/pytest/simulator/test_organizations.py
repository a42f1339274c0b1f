# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Organizations, and how a request chooses one."""

from __future__ import annotations

import pytest

LIST = "/api/datasources/correlations"
OF_LOKI = "/api/datasources/uid/loki/correlations"
NO_READ = "You'll need additional permissions to perform this action. Permissions needed: datasources:read"


def outcome(answer):
    return answer.status_code, answer.json()["message"]


def test_each_organization_has_its_own_rows_on_12(grafana):
    org = grafana.second_org()
    uid = grafana.create(org=org, targetUID="tempo-2", label="second")
    assert [row["orgId"] for row in grafana.ask("GET", OF_LOKI, org=org).json()] == [int(org)]
    assert grafana.ask("GET", OF_LOKI).json() == []
    for method, body in (("GET", None), ("PATCH", {"label": "x"}), ("DELETE", None)):
        assert outcome(grafana.ask(method, OF_LOKI + "/" + uid, body)) == (404, "Correlation not found")
    answer = grafana.ask("POST", OF_LOKI, {"targetUID": "tempo", "type": "query"}, org=org)
    assert outcome(answer) == (404, "Data source not found")


def test_rows_belong_to_no_organization_on_9(grafana9):
    """An organization with data sources of the same uids lists, changes and deletes the other's rows."""
    org = grafana9.second_org()
    uid = grafana9.create()
    assert grafana9.ask("GET", OF_LOKI, org=org).json() == []  # its target is not there
    grafana9.seed(datasources=[{"uid": "tempo", "orgId": int(org)}])
    path = OF_LOKI + "/" + uid
    assert [row["uid"] for row in grafana9.ask("GET", LIST, org=org).json()] == [uid]
    assert grafana9.ask("GET", path, org=org).status_code == 200
    assert grafana9.ask("PATCH", path, {"label": "by the other"}, org=org).status_code == 200
    assert grafana9.ask("GET", path).json()["label"] == "by the other"
    assert grafana9.ask("DELETE", path, org=org).status_code == 200
    assert grafana9.ask("GET", path).status_code == 404


@pytest.mark.parametrize("header", ["abc", "", "0", "-1", "2.0", "99999999999999999999", "0x2"])
def test_a_header_that_is_no_organization_is_ignored(either, header):
    org = either.second_org()
    assert either.ask("GET", "/api/org", org=header).json()["id"] == 1
    assert either.ask("POST", "/api/user/using/" + org).json() == {"message": "Active organization changed"}
    assert either.ask("GET", "/api/org", org=header).json()["id"] == int(org)
    assert either.ask("GET", "/api/user").json()["orgId"] == int(org)
    assert either.ask("GET", "/api/org", org="1").json()["id"] == 1


def test_an_organization_that_does_not_exist(grafana, grafana9):
    for simulator in (grafana, grafana9):
        assert outcome(simulator.ask("GET", LIST, org="999")) == (403, NO_READ)
        assert simulator.ask("POST", OF_LOKI, {}, org="999").status_code == 403
    assert outcome(grafana.ask("GET", "/api/org", org="999")) == (403, NO_READ.replace("datasources", "orgs"))
    assert outcome(grafana9.ask("GET", "/api/org", org="999")) == (404, "Organization not found")


def test_a_token_belongs_to_one_organization(grafana, grafana9):
    for simulator in (grafana, grafana9):
        org = simulator.second_org()
        simulator.create(label="first")
        token = simulator.token("Admin")
        assert simulator.ask("GET", "/api/org", auth=token).json()["id"] == 1
        assert simulator.ask("GET", OF_LOKI, auth=token, org="1").status_code == 200
        assert simulator.ask("GET", "/api/org", auth=simulator.token("Viewer", org)).json()["id"] == int(org)
    refused = grafana.ask("GET", OF_LOKI, auth=grafana.token("Admin"), org="2")
    assert outcome(refused) == (401, "API key does not belong to the requested organization")
    ignored = grafana9.ask("GET", OF_LOKI, auth=grafana9.token("Admin"), org="2")
    assert [row["label"] for row in ignored.json()] == ["first"]


def test_the_organizations_of_a_user(either):
    org = either.second_org()
    expected = [
        {"orgId": 1, "name": "Main Org.", "role": "Admin"},
        {"orgId": int(org), "name": "Second org", "role": "Admin"},
    ]
    assert either.ask("GET", "/api/user/orgs").json() == expected
    assert either.ask("GET", "/api/user/orgs", org="999").json() == expected


def test_the_organizations_of_a_token(grafana, grafana9):
    answer = grafana.ask("GET", "/api/user/orgs", auth=grafana.token("Admin"))
    assert (answer.status_code, answer.content) == (304, b"")
    assert grafana9.ask("GET", "/api/user/orgs", auth=grafana9.token("Admin")).json() == []


def test_looked_up_by_name_and_by_number(either):
    org = either.second_org()
    assert either.ask("GET", "/api/orgs/name/Second%20org").json()["id"] == int(org)
    assert either.ask("GET", "/api/orgs/" + org).json()["name"] == "Second org"
    assert outcome(either.ask("GET", "/api/orgs/name/nope")) == (404, "Organization not found")
    assert outcome(either.ask("GET", "/api/orgs/77")) == (404, "Organization not found")
    assert [item["id"] for item in either.ask("GET", "/api/orgs").json()] == [1, int(org)]
    answer = either.ask("GET", "/api/orgs/name/Second%20org", auth=either.token("Admin"))
    assert outcome(answer) == (403, NO_READ.replace("datasources", "orgs"))


def test_made_and_deleted(either):
    org = either.second_org()
    token = either.token("Admin", org)
    assert outcome(either.ask("POST", "/api/orgs", {"name": "Second org"})) == (409, "Organization name taken")
    assert outcome(either.ask("DELETE", "/api/orgs/" + org)) == (200, "Organization deleted")
    assert outcome(either.ask("DELETE", "/api/orgs/" + org)) == (404, "Organization not found")
    assert outcome(either.ask("DELETE", "/api/orgs/1")) == (400, "Can not delete org for current user")
    assert [item["orgId"] for item in either.ask("GET", "/api/user/orgs").json()] == [1]
    assert either.ask("GET", "/api/org", auth=token).status_code == 401
    assert outcome(either.ask("POST", "/api/user/using/" + org)) == (401, "Not a valid organization")
