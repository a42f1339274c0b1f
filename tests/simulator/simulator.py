# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator as a whole: takes a request through faults, routes and transport."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import api_accounts
import api_correlations
import api_datasources
import api_shared
import apis
import control
import transport
from aiohttp import web
from answers import HTML, Answer, Refusal, failure, not_found, page
from auth import identify
from busy import OFF, Busy
from call import BadRequest, Call
from counts import READS, Counts
from database import SQLITE, Database
from faults import Faults, Fired
from routing import Routes, split
from settings import Settings
from state import State


@dataclass
class Options:
    """What the command line says."""

    generation: int = 12
    apis: str = "off"
    provisioned: bool = True
    legacy_api: bool = True
    prefix: str = ""
    anonymous: bool = False
    brute_force: bool = False
    header_user: str | None = None
    database: str = SQLITE
    busy: str = OFF
    busy_share: float = Settings.busy_share
    seed: int = 0


class Simulator:
    def __init__(self, options: Options) -> None:
        self.options = options
        self.faults = Faults()
        self.busy_totals: Counter[str] = Counter()  # since it was started, whatever is reset
        self._at_work: set[asyncio.Task[Any]] = set()
        self._routes = Routes()
        if options.legacy_api:
            (api_shared if options.apis == "shared" else api_correlations).register(self._routes)
        api_datasources.register(self._routes)
        api_accounts.register(self._routes)
        self.reset()

    def reset(self) -> None:
        """As it was when it was started; what is still being answered is dropped, as by a restart."""
        for task in self._at_work:
            task.cancel()
        options = self.options
        database, shared = Database(options.database), options.apis == "shared"
        self.state = State(options.generation, options.provisioned, database, shared)
        if shared:
            api_shared.migrate(self.state)
        self.settings = Settings(
            options.anonymous,
            options.brute_force,
            options.header_user,
            busy=options.busy,
            busy_share=options.busy_share,
            seed=options.seed,
        )
        self.busy = Busy(self.settings, self.busy_totals)
        if options.header_user and options.header_user not in self.state.users:
            user = self.state.add_user(options.header_user, self.state.new_uid())
            user.roles, user.current_org = {1: "Admin"}, 1
        self.counts = Counts()
        self.faults.clear()

    async def handle(self, request: web.BaseRequest, connection: int) -> web.StreamResponse:
        path, _unused, query = _origin_form(request.raw_path).partition("?")
        body = await request.content.read()
        if path.startswith(self.options.prefix + control.PREFIX):
            path = path[len(self.options.prefix) :]
        if path.startswith(control.PREFIX):
            return await transport.send(request, control.answer(self, request.method, path, body), Fired([]))
        counts = self.counts
        entry = counts.begin(request.method, path, query, request.headers, connection)
        status = None
        task = asyncio.current_task()
        assert task is not None
        self._at_work.add(task)
        try:
            fired = self.faults.fire(request.method, path)
            await asyncio.sleep(self.settings.latency_ms / 1000 + fired.seconds("delay"))
            if fired.first("reset_before"):
                return transport.reset(request)
            async with self._turn(request.method, fired):
                answer = self._answer(request, path, query, body, fired)
            await asyncio.sleep(fired.seconds("delay_after"))
            if fired.first("reset_after"):
                return transport.reset(request)
            status = answer.status
            return await transport.send(request, answer, fired)
        finally:
            self._at_work.discard(task)
            counts.end(entry, status)

    def _turn(self, method: str, fired: Fired) -> contextlib.AbstractAsyncContextManager[None]:
        """What a request waits for before it is handled: a busy database takes one write at a time."""
        waits = self.settings.busy != OFF and method not in READS and transport.replacement(fired) is None
        return self.busy.turn() if waits else contextlib.nullcontext()

    def _answer(self, request: web.BaseRequest, path: str, query: str, body: bytes, fired: Fired) -> Answer:
        rule = transport.replacement(fired)
        if rule is not None:
            answer = transport.replaced(rule)
        else:
            answer = transport.altered(self._handled(request, path, query, body), fired)
        for rule in fired.rules:
            if rule.kind == "then_delete_row":
                control.delete(self, rule["label"], rule["uid"])
            elif rule.kind == "then_insert_rows":
                control.insert(self, rule["rows"], rule["objects"])
        return answer

    def _handled(self, request: web.BaseRequest, path: str, query: str, body: bytes) -> Answer:
        prefix = self.options.prefix
        if prefix and not (path + "/").startswith(prefix + "/"):
            return Answer(301, b"", HTML, {"Location": prefix + path})
        segments = split(path[len(prefix) :])
        call = Call(request.method, path, segments, query, request.headers, body, self.state, self.settings, self.busy)
        try:
            return self._dispatched(call)
        except Refusal as refusal:
            return refusal.answer
        except BadRequest:
            return failure(call.generation, 400, "bad request data")

    def _dispatched(self, call: Call) -> Answer:
        first = call.segments[0] if call.segments else ""
        if first == "api":
            return self._api(call)
        if first == "apis":
            return apis.answer(call, self.options.apis)
        return _web_interface(call, self.options.prefix)

    def _api(self, call: Call) -> Answer:
        if call.segments[1:] == ["health"]:
            return api_accounts.health(call)
        handler = self._routes.find(call)
        if handler is None and call.segments[1:2] != ["datasources"]:
            return not_found()
        call.identity = identify(call)
        if handler:
            return handler(call)
        # up to 12 an unknown path under /api/datasources/ is taken for a data source's number
        return not_found() if call.generation == 13 else failure(call.generation, 400, "id is invalid")


def _web_interface(call: Call, prefix: str) -> Answer:
    """Whatever is not an API path: pages for people."""
    if call.segments == ["login"]:
        return page()
    if call.segments:
        return page(404)
    try:
        identify(call)
    except Refusal:
        return page(302, {"Location": prefix + "/login"})
    return page()


def _origin_form(target: str) -> str:
    """The path of a request; a client that takes this server for its proxy sends a whole URL."""
    if target.startswith("/"):
        return target
    parts = urlsplit(target)
    return parts.path + ("?" + parts.query if parts.query else "")


class Server(web.Server):
    """Numbers the connections."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(self._handle, access_log=None)
        self._simulator = simulator
        self._next = itertools.count(1)
        self._numbers: dict[Any, int] = {}

    def connection_made(self, handler: Any, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        self._numbers[handler] = next(self._next)

    def connection_lost(self, handler: Any, exc: BaseException | None = None) -> None:
        super().connection_lost(handler, exc)
        self._numbers.pop(handler, None)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        return await self._simulator.handle(request, self._numbers.get(request.protocol, 0))
