# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Organizations, users, service accounts and their tokens: as much of ``/api`` as tests need to set a scene."""

from __future__ import annotations

from typing import Any

import busy
from answers import JSON_UTF8, Answer, Refusal, as_json, failure, forbidden
from auth import require, require_server_admin, require_user
from call import BadRequest, Call, number, text
from routing import Routes
from state import User

ROLES = ("Admin", "Editor", "Viewer")
VERSIONS = {9: "9.4.0", 12: "12.4.3", 13: "13.1.0"}


def register(routes: Routes) -> None:
    routes.add("GET", "/api/health", health)
    routes.add("GET", "/api/org", own_org)
    routes.add("GET", "/api/orgs", list_orgs)
    routes.add("POST", "/api/orgs", create_org)
    routes.add("GET", "/api/orgs/name/*", org_by_name)
    routes.add("GET", "/api/orgs/*", org_by_id)
    routes.add("DELETE", "/api/orgs/*", delete_org)
    routes.add("POST", "/api/orgs/*/users", add_org_user)
    routes.add("PATCH", "/api/orgs/*/users/*", change_org_user)
    routes.add("GET", "/api/user", own_user)
    routes.add("GET", "/api/user/orgs", own_orgs)
    routes.add("POST", "/api/user/using/*", use_org)
    routes.add("POST", "/api/admin/users", create_user)
    routes.add("POST", "/api/serviceaccounts", create_account)
    routes.add("POST", "/api/serviceaccounts/*/tokens", create_token)


def health(call: Call) -> Answer:
    body = {"database": "ok", "version": VERSIONS[call.generation], "commit": "na"}
    return as_json(body, content_type=JSON_UTF8)


# organizations


def own_org(call: Call) -> Answer:
    """An organization that does not exist is a 403 on 12.4 and a 404 on 9.4."""
    org = call.identity.org
    if call.generation == 9 and org not in call.state.orgs:
        return failure(9, 404, "Organization not found")
    require(call, "orgs:read")
    return as_json(_org(call, org))


def list_orgs(call: Call) -> Answer:
    require_server_admin(call, "orgs:read")
    return as_json([{"id": org, "name": name} for org, name in call.state.orgs.items()])


def org_by_name(call: Call) -> Answer:
    require_server_admin(call, "orgs:read")
    org = call.state.org_named(call.params[0])
    return as_json(_org(call, org)) if org else failure(call.generation, 404, "Organization not found")


def org_by_id(call: Call) -> Answer:
    require_server_admin(call, "orgs:read")
    return as_json(_org(call, _existing_org(call)))


def create_org(call: Call) -> Answer:
    """Whoever makes an organization is an Admin of it."""
    require_server_admin(call, "orgs:create")
    name = text(call.bind(), "name")
    if not name:
        raise BadRequest("name is required")
    if call.state.org_named(name):
        return failure(call.generation, 409, "Organization name taken")
    busy.refuse(call, "POST organization " + name, "Failed to create organization")
    org = call.state.add_org(name)
    _user(call).roles[org] = "Admin"
    return as_json({"message": "Organization created", "orgId": org})


def delete_org(call: Call) -> Answer:
    require_server_admin(call, "orgs:delete")
    org = _existing_org(call)
    if org == call.identity.org:
        return failure(call.generation, 400, "Can not delete org for current user")
    busy.refuse(call, "DELETE organization " + str(org), "Failed to delete organization")
    call.state.delete_org(org)
    return as_json({"message": "Organization deleted"})


def add_org_user(call: Call) -> Answer:
    require_server_admin(call, "org.users:add")
    body, org = call.bind(), _existing_org(call)
    role, user = _role(call, body), call.state.users.get(text(body, "loginOrEmail") or "")
    if user is None:
        return failure(call.generation, 404, "User not found")
    if org in user.roles:
        return failure(call.generation, 409, "User is already member of this organization")
    user.roles[org] = role
    return as_json({"message": "User added to organization", "userId": user.id})


def change_org_user(call: Call) -> Answer:
    require_server_admin(call, "org.users:write")
    role, org = _role(call, call.bind()), _existing_org(call)
    user = next(
        (user for user in call.state.users.values() if str(user.id) == call.params[1] and org in user.roles), None
    )
    if user is None:
        return failure(call.generation, 404, "User not found")
    user.roles[org] = role
    return as_json({"message": "Organization user updated"})


# users


def own_user(call: Call) -> Answer:
    require_user(call)
    identity = call.identity
    if identity.user is None:
        return as_json({"login": identity.login, "orgId": identity.org, "isGrafanaAdmin": False})
    user = identity.user
    return as_json(
        {
            "id": user.id,
            "uid": user.uid,
            "email": user.email,
            "name": user.name,
            "login": user.login,
            "theme": "",
            "orgId": user.current_org,
            "isGrafanaAdmin": user.server_admin,
            "isDisabled": False,
            "isExternal": False,
        }
    )


def own_orgs(call: Call) -> Answer:
    """Needs no permission; a token gets a 304 without body on 12.4 and an empty list on 9.4 (recorded)."""
    require_user(call)
    if call.identity.account is not None:
        return as_json([]) if call.generation == 9 else Answer(304)
    roles = _user(call).roles
    names = call.state.orgs
    return as_json([{"orgId": org, "name": names[org], "role": roles[org]} for org in sorted(roles)])


def use_org(call: Call) -> Answer:
    require_user(call)
    user, asked = call.identity.user, call.params[0]
    org = int(asked) if asked.isdecimal() else 0
    if user is None or org not in user.roles:
        return failure(call.generation, 401, "Not a valid organization")
    user.current_org = org
    return as_json({"message": "Active organization changed"})


def create_user(call: Call) -> Answer:
    """A new user is a Viewer of organization 1, or of the one that ``OrgId`` names."""
    require_server_admin(call, "users:create")
    body = call.bind()
    login, password, org = text(body, "login") or "", text(body, "password") or "", number(body, "OrgId") or 1
    if not login:
        return failure(call.generation, 400, "Validation error, need specify either username or email")
    if len(password) < 4:
        return failure(call.generation, 400, "Password is missing or too short")
    if login in call.state.users:
        return failure(call.generation, 412, f"User with username '{login}' already exists")
    if org not in call.state.orgs:
        return failure(call.generation, 400, "Organization not found")
    user = call.state.add_user(login, password, name=text(body, "name") or "", email=text(body, "email") or login)
    user.roles, user.current_org = {org: "Viewer"}, org
    return as_json({"id": user.id, "uid": user.uid, "message": "User created"})


# service accounts


def create_account(call: Call) -> Answer:
    require(call, "serviceaccounts:create")
    body = call.bind()
    name, role = text(body, "name"), text(body, "role") or "Viewer"
    if not name or role not in (ROLES if call.generation == 9 else (*ROLES, "None")):
        raise BadRequest("name is required, and a role that there is")
    account = call.state.add_account(call.identity.org, name, role)
    answer: dict[str, Any] = {
        "id": account.id,
        "uid": account.uid,
        "name": name,
        "login": account.login,
        "orgId": account.org,
        "isDisabled": False,
        "role": role,
        "tokens": 0,
        "avatarUrl": "",
    }
    if call.generation == 9:
        del answer["uid"]
    return as_json(answer, 201)


def create_token(call: Call) -> Answer:
    require(call, "serviceaccounts:write")
    asked, name = call.params[0], text(call.bind(), "name")
    account = call.state.accounts.get(int(asked)) if asked.isdecimal() else None
    if account is None or account.org != call.identity.org:
        return failure(call.generation, 404, "service account not found")
    if not name:
        raise BadRequest("name is required")
    return as_json({"id": call.state.new_id("token"), "name": name, "key": call.state.add_token(account)})


def _org(call: Call, org: int) -> dict[str, Any]:
    address = dict.fromkeys(("address1", "address2", "city", "zipCode", "state", "country"), "")
    return {"id": org, "name": call.state.orgs[org], "address": address}


def _existing_org(call: Call) -> int:
    asked = call.params[0]
    org = int(asked) if asked.isdecimal() else 0
    if not org:
        raise Refusal(failure(call.generation, 400, "orgId is invalid"))
    if org not in call.state.orgs:
        raise Refusal(failure(call.generation, 404, "Organization not found"))
    return org


def _role(call: Call, body: dict[str, Any]) -> str:
    role = text(body, "role") or ""
    if role not in ROLES:
        raise Refusal(failure(call.generation, 400, "Invalid role specified"))
    return role


def _user(call: Call) -> User:
    if call.identity.user is None:
        raise Refusal(forbidden("orgs:create"))
    return call.identity.user
