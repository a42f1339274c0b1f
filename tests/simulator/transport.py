# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an answer goes out: whole, or as a broken network or server would send it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct

import gojson
from aiohttp import web
from answers import HTML, JSON, Answer
from faults import Fired, Rule

REPLACING = ("status", "redirect", "big", "endless")  # answered without being handled, unless a status says handled


def replacement(fired: Fired) -> Rule | None:
    """The rule that answers in place of the handlers."""
    rule = fired.first(*REPLACING)
    return None if rule is not None and rule.parameters.get("handled") else rule


def replaced(rule: Rule) -> Answer:
    if rule.kind == "redirect":
        return Answer(rule["status"], b"", HTML, {"Location": rule["location"]})
    if rule.kind == "big":
        return Answer(200, b'{"message":"' + b"x" * (rule["megabytes"] * 1000000) + b'"}', JSON)
    if rule.kind == "endless":
        return Answer(200, b"[", JSON)
    body, content_type = rule["body"], rule["content_type"]
    if not isinstance(body, str):
        body, content_type = gojson.encode(body), JSON
    return Answer(rule["status"], body.encode("utf-8"), content_type, rule["headers"])


def altered(answer: Answer, fired: Fired) -> Answer:
    """What is sent in place of the answer of a request that was handled."""
    status = fired.first("status")
    if status is not None:
        return replaced(status)
    body = fired.first("raw_body")
    if body is not None:
        return Answer(answer.status, body["body"].encode("utf-8"), body["content_type"], answer.headers)
    return answer


def reset(request: web.BaseRequest) -> web.Response:
    """Drops the connection without an answer, so that the client sees a reset."""
    transport = request.transport
    if transport is not None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()  # has nowhere to go


async def send(request: web.BaseRequest, answer: Answer, fired: Fired) -> web.StreamResponse:
    headers = dict(answer.headers)
    if answer.content_type is not None:
        headers["Content-Type"] = answer.content_type
    if fired.first("endless"):
        return await _send_without_end(request, answer, headers)
    for kind, way in (("truncate", _send_part), ("drip", _send_slowly)):
        rule = fired.first(kind)
        if rule is not None:
            headers["Content-Length"] = str(len(answer.body))
            response = web.StreamResponse(status=answer.status, headers=headers)
            await response.prepare(request)
            with contextlib.suppress(ConnectionResetError):  # of a client that has heard enough
                await way(request, response, answer.body, rule)
            return response
    whole = web.Response(status=answer.status, body=answer.body, headers=headers)
    if fired.first("close_keepalive"):
        await whole.prepare(request)
        await whole.write_eof()
        _close(request)
    return whole


async def _send_without_end(request: web.BaseRequest, answer: Answer, headers: dict[str, str]) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, headers=headers)
    response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(answer.body)
    while request.transport is not None and not request.transport.is_closing():
        await response.write(b" " * 65536)
        await asyncio.sleep(0.01)
    return response


async def _send_part(request: web.BaseRequest, response: web.StreamResponse, body: bytes, rule: Rule) -> None:
    await response.write(body[: len(body) // 2 if rule["bytes"] is None else rule["bytes"]])
    _close(request)


async def _send_slowly(request: web.BaseRequest, response: web.StreamResponse, body: bytes, rule: Rule) -> None:
    for start in range(0, len(body), rule["bytes"]):
        await response.write(body[start : start + rule["bytes"]])
        await asyncio.sleep(rule["seconds"])


def _close(request: web.BaseRequest) -> None:
    if request.transport is not None:
        request.transport.close()
