# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks, in which organization, and what they may do."""

from __future__ import annotations

import base64
import re
import time
from dataclasses import dataclass

from answers import Refusal, forbidden, unauthorized
from call import Call
from state import ServiceAccount, User

READERS = ("Viewer", "Editor", "Admin")
ADMINS = ("Admin",)
# by default Editors and Viewers read, only Admins write (recorded)
GRANTED = {
    "datasources:read": READERS,
    "datasources:create": ADMINS,
    "datasources:write": ADMINS,
    "datasources:delete": ADMINS,
    "serviceaccounts:create": ADMINS,
    "serviceaccounts:write": ADMINS,
    "orgs:read": READERS,
}
WRONG_PASSWORDS, LOCKED_SECONDS = 5, 300


@dataclass
class Identity:
    """``role`` is the role in ``org``: "None" when there is none."""

    login: str
    org: int
    role: str
    user: User | None = None
    account: ServiceAccount | None = None

    @property
    def is_anonymous(self) -> bool:
        return self.user is None and self.account is None

    @property
    def is_server_admin(self) -> bool:
        return self.user is not None and self.user.server_admin

    def role_in(self, org: int) -> str:
        if self.user is not None:
            return self.user.roles.get(org, "None")
        return self.role if org == self.org else "None"


def identify(call: Call) -> Identity:
    """Whoever the credentials name; 401 otherwise.

    With anonymous access on, 12.4 takes wrong credentials for an anonymous user; 9.4 refuses them.
    """
    refusal: Refusal | None = None
    scheme, _unused, credentials = call.headers.get("Authorization", "").partition(" ")
    try:
        if scheme.lower() == "bearer":
            return _by_token(call, credentials.strip())
        if scheme.lower() == "basic":
            return _as_user(call, _by_password(call, credentials.strip()))
    except Refusal as error:
        refusal = error
    if call.settings.header_user and call.headers.get("X-WEBAUTH-USER") == call.settings.header_user:
        return _as_user(call, call.state.users[call.settings.header_user])
    if call.settings.anonymous and (refusal is None or call.generation != 9):
        return Identity("", 1, "Viewer")
    raise refusal or Refusal(unauthorized(call.generation, "Unauthorized", "auth.unauthorized"))


def require(call: Call, permission: str) -> None:
    if call.identity.role not in GRANTED[permission]:
        raise Refusal(forbidden(permission))


def require_server_admin(call: Call, permission: str) -> None:
    if not call.identity.is_server_admin:
        raise Refusal(forbidden(permission))


def require_user(call: Call) -> None:
    """/api/user needs somebody who is signed in: nobody in particular is not enough."""
    if call.identity.is_anonymous:
        raise Refusal(unauthorized(call.generation, "Unauthorized", "auth.unauthorized"))


def asked_org(call: Call) -> int:
    """The organization of X-Grafana-Org-Id: 0 when it is missing, not a number, 0 or negative (all ignored)."""
    value = call.headers.get("X-Grafana-Org-Id", "")
    return max(int(value), 0) if re.fullmatch(r"[+-]?[0-9]{1,18}", value) else 0


def _as_user(call: Call, user: User) -> Identity:
    org = asked_org(call) or user.current_org
    return Identity(user.login, org, user.roles.get(org, "None"), user=user)


def _by_token(call: Call, key: str) -> Identity:
    account = call.state.tokens.get(key)
    if account is None:
        raise Refusal(unauthorized(call.generation, "Invalid API key", "api-key.invalid"))
    if call.generation != 9 and asked_org(call) not in (0, account.org):  # 9.4 ignores the header
        text = "API key does not belong to the requested organization"
        raise Refusal(unauthorized(call.generation, text, "api-key.organization-mismatch"))
    return Identity(account.login, account.org, account.role, account=account)


def _by_password(call: Call, credentials: str) -> User:
    refusal = Refusal(unauthorized(call.generation, "Invalid username or password", "password-auth.failed"))
    try:
        login, _unused, password = base64.b64decode(credentials, validate=True).decode("utf-8").partition(":")
    except ValueError:
        raise refusal from None
    user = call.state.users.get(login)
    if user is None:
        raise refusal
    now = time.monotonic()
    user.wrong_passwords = [moment for moment in user.wrong_passwords if now - moment < LOCKED_SECONDS]
    if call.settings.brute_force and len(user.wrong_passwords) >= WRONG_PASSWORDS:
        raise refusal  # the right password is refused as well, in the same words
    if password != user.password:
        user.wrong_passwords.append(now)
        raise refusal
    user.wrong_passwords.clear()
    return user
