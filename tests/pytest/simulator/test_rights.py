# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is let in, and what each role may do."""

from __future__ import annotations

import pytest

LIST = "/api/datasources/correlations"
OF_LOKI = "/api/datasources/uid/loki/correlations"
NEEDED = "You'll need additional permissions to perform this action. Permissions needed: "
BODY = {"targetUID": "tempo", "label": "x", "type": "query", "config": {"type": "query"}}
UTF8 = "application/json; charset=UTF-8"


def outcome(answer):
    return answer.status_code, answer.json()["message"]


def writes(simulator, auth, org=None):
    uid = simulator.create()
    return [
        simulator.ask("POST", OF_LOKI, BODY, auth=auth, org=org),
        simulator.ask("PATCH", OF_LOKI + "/" + uid, {"label": "y"}, auth=auth, org=org),
        simulator.ask("DELETE", OF_LOKI + "/" + uid, auth=auth, org=org),
    ]


@pytest.mark.parametrize(
    "auth, text, message_id",
    [
        (None, "Unauthorized", "auth.unauthorized"),
        (("admin", "wrong"), "Invalid username or password", "password-auth.failed"),
        (("nobody", "admin"), "Invalid username or password", "password-auth.failed"),
        ("glsa_0000000000000000000000000000_00000000", "Invalid API key", "api-key.invalid"),
    ],
)
def test_wrong_credentials(grafana, grafana9, auth, text, message_id):
    answer = grafana.ask("GET", LIST, auth=auth)
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, UTF8)
    assert answer.json() == {"extra": None, "message": text, "messageId": message_id, "statusCode": 401, "traceID": ""}
    answer = grafana9.ask("GET", LIST, auth=auth)
    short = {"message": text} if auth is None else {"message": text[0].lower() + text[1:], "traceID": ""}
    assert (answer.status_code, answer.json()) == (401, short)


@pytest.mark.parametrize("header", ["Basic !!!", "Basic", "Bearer", "Digest x", "nonsense"])
def test_credentials_that_make_no_sense(either, header):
    assert either.ask("GET", LIST, auth=None, headers={"Authorization": header}).status_code == 401


@pytest.mark.parametrize("role", ["Editor", "Viewer"])
def test_editors_and_viewers_read(either, role):
    token = either.token(role)
    for path in (
        LIST,
        OF_LOKI,
        "/api/datasources",
        "/api/datasources/uid/loki",
        "/api/datasources/name/Logs",
        "/api/org",
    ):
        assert either.ask("GET", path, auth=token).status_code == 200
    for answer in writes(either, token):
        assert outcome(answer) == (403, NEEDED + "datasources:write")
        assert answer.json()["title"] == "Access denied" and answer.headers["Content-Type"] == UTF8


def test_admins_write(either):
    assert [answer.status_code for answer in writes(either, either.token("Admin"))] == [200, 200, 200]


def test_rights_come_before_what_is_there(either):
    token = either.token("Editor")
    assert either.ask("DELETE", "/api/datasources/uid/nope/correlations/nope", auth=token).status_code == 403
    assert outcome(either.ask("DELETE", "/api/datasources/uid/loki", auth=token)) == (
        403,
        NEEDED + "datasources:delete",
    )
    assert outcome(either.ask("POST", "/api/datasources", BODY, auth=token)) == (403, NEEDED + "datasources:create")


def test_the_role_none(grafana, grafana9):
    token = grafana.token("None")
    assert outcome(grafana.ask("GET", LIST, auth=token)) == (403, NEEDED + "datasources:read")
    assert outcome(grafana.ask("GET", "/api/org", auth=token)) == (403, NEEDED + "orgs:read")
    assert grafana9.ask("POST", "/api/serviceaccounts", {"name": "x", "role": "None"}).status_code == 400


def test_users_and_their_roles(either):
    org = either.second_org()
    user = either.ask("POST", "/api/admin/users", {"login": "eve", "password": "secret"}).json()
    auth = ("eve", "secret")
    assert either.ask("GET", "/api/user/orgs", auth=auth).json() == [
        {"orgId": 1, "name": "Main Org.", "role": "Viewer"}
    ]
    assert either.ask("GET", LIST, auth=auth).status_code == 200
    assert either.ask("GET", LIST, auth=auth, org=org).status_code == 403
    assert {answer.status_code for answer in writes(either, auth)} == {403}
    add = {"loginOrEmail": "eve", "role": "Admin"}
    assert outcome(either.ask("POST", f"/api/orgs/{org}/users", add)) == (200, "User added to organization")
    assert outcome(either.ask("POST", "/api/orgs/1/users", add)) == (409, "User is already member of this organization")
    assert either.ask("POST", OF_LOKI, {**BODY, "targetUID": "tempo-2"}, auth=auth, org=org).status_code == 200
    path = "/api/orgs/1/users/{}".format(user["id"])
    assert outcome(either.ask("PATCH", path, {"role": "Admin"})) == (200, "Organization user updated")
    assert {answer.status_code for answer in writes(either, auth)} == {200}
    assert either.ask("POST", "/api/orgs", {"name": "x"}, auth=auth).status_code == 403
    assert either.ask("POST", "/api/admin/users", {"login": "x", "password": "xxxx"}, auth=auth).status_code == 403


@pytest.mark.parametrize(
    "body, status",
    [
        ({"login": "admin", "password": "secret"}, 412),
        ({"login": "x", "password": ""}, 400),
        ({"password": "secret"}, 400),
    ],
)
def test_users_that_are_not_made(either, body, status):
    assert either.ask("POST", "/api/admin/users", body).status_code == status


def test_anonymous_access(start):
    simulator = start("--anonymous")
    for auth in (None, ("admin", "wrong"), "glsa_wrong"):
        assert simulator.ask("GET", LIST, auth=auth).status_code == 200
        assert {answer.status_code for answer in writes(simulator, auth)} == {403}
        for path in ("/api/user", "/api/user/orgs"):
            assert outcome(simulator.ask("GET", path, auth=auth)) == (401, "Unauthorized")
    assert simulator.ask("GET", "/api/user").json()["login"] == "admin"


def test_anonymous_access_on_9(start):
    simulator = start("--generation", "9", "--anonymous")
    assert simulator.ask("GET", LIST, auth=None).status_code == 200
    assert simulator.ask("GET", LIST, auth=("admin", "wrong")).status_code == 401


def test_anonymous_access_can_be_switched_on(grafana):
    grafana.control("POST", "settings", {"anonymous": True})
    assert grafana.ask("GET", LIST, auth=None).status_code == 200


def test_five_wrong_passwords_lock_the_login(start):
    simulator = start("--brute-force")
    for _unused in range(4):
        assert simulator.ask("GET", LIST, auth=("admin", "wrong")).status_code == 401
    assert simulator.ask("GET", LIST).status_code == 200  # a right one in between starts anew
    for _unused in range(4):
        assert simulator.ask("GET", LIST, auth=("admin", "wrong")).status_code == 401
    assert simulator.ask("GET", LIST).status_code == 200
    for _unused in range(5):
        assert simulator.ask("GET", LIST, auth=("admin", "wrong")).status_code == 401
    assert outcome(simulator.ask("GET", LIST)) == (401, "Invalid username or password")


def test_the_login_is_not_locked_by_default(grafana):
    for _unused in range(7):
        grafana.ask("GET", LIST, auth=("admin", "wrong"))
    assert grafana.ask("GET", LIST).status_code == 200


def test_a_header_signs_in_behind_an_auth_proxy(start):
    simulator = start("--header-user", "proxied")
    signed_in = {"X-WEBAUTH-USER": "proxied"}
    assert simulator.ask("GET", "/api/user", auth=None, headers=signed_in).json()["login"] == "proxied"
    assert simulator.ask("POST", OF_LOKI, BODY, auth=None, headers=signed_in).status_code == 200
    assert simulator.ask("GET", LIST, auth=None, headers={"X-WEBAUTH-USER": "other"}).status_code == 401
    assert simulator.ask("GET", LIST, auth=None).status_code == 401
