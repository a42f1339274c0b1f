# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends the requests of a recording to a server, and compares the answers with the recorded ones."""

from __future__ import annotations

import dataclasses
import json
import typing as t

import requests

from tests.replay.comparison import differences
from tests.replay.names import Names
from tests.replay.recording import Answer, Exchange, Request

_TIMEOUT = 60  # seconds


class Server:
    """A server that is asked one thing after the other. ``user`` is name and password of the administrator."""

    def __init__(self, url: str, user: tuple[str, str]) -> None:
        self.url = url.rstrip("/")
        self._user = user
        self._session = requests.Session()
        self._session.trust_env = False

    def send(self, request: Request, names: Names) -> Answer:
        """What the server answers; names in the request are replaced by what they stand for."""
        headers = dict(request.headers)
        credentials = _authorization(request.auth, names)
        if credentials is not None:
            headers["Authorization"] = credentials
        body = _encoded(request, names)
        if request.body is not None and "content-type" not in map(str.lower, headers):
            headers["Content-Type"] = "application/json"
        response = self._session.request(
            request.method,
            self.url + names.fill(request.path),
            params=[(name, names.fill(value)) for name, value in request.query],
            headers=headers,
            auth=self._user if request.auth == "admin" else None,
            data=body,
            timeout=_TIMEOUT,
            allow_redirects=False,
        )
        return _answer(response)


@dataclasses.dataclass(frozen=True)
class Outcome:
    """An exchange that was played, and what differed."""

    exchange: Exchange
    differences: t.Sequence[str]


def play(exchanges: t.Iterable[Exchange], server: Server) -> t.Iterator[Outcome]:
    """Send each request once the one before it is answered."""
    names = Names()
    for exchange in exchanges:
        answer = server.send(exchange.request, names)
        names = names.learn(exchange.answer.body, answer.body)
        yield Outcome(exchange, differences(exchange.answer, answer, names))


def _authorization(auth: str | None, names: Names) -> str | None:
    """The header for a token of a role, or a header as it was recorded; an administrator has none here."""
    if auth is None or auth == "admin":
        return None
    if auth.startswith("token:"):
        return "Bearer %s" % (names.get("secret-of-" + auth) or "unknown")
    return auth


def _encoded(request: Request, names: Names) -> bytes | None:
    if request.raw is not None:
        return request.raw.encode()
    return None if request.body is None else json.dumps(names.fill(request.body)).encode()


def _answer(response: requests.Response) -> Answer:
    content_type = response.headers.get("Content-Type")
    try:
        return Answer(response.status_code, content_type, response.json())
    except ValueError:
        return Answer(response.status_code, content_type, response.text, is_text=True)
