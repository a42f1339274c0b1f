# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a handler gives back, and the forms in which Grafana says that something is wrong."""

from __future__ import annotations

import random
from typing import Any

import gojson

JSON = "application/json"
JSON_UTF8 = "application/json; charset=UTF-8"  # what the layers in front of the handlers send
HTML = "text/html; charset=UTF-8"


class Answer:
    """One HTTP answer."""

    __slots__ = ("status", "body", "content_type", "headers")

    def __init__(
        self, status: int, body: bytes = b"", content_type: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        self.status = status
        self.body = body
        self.content_type = content_type
        self.headers = headers or {}


class Refusal(Exception):
    """Ends a handler with an answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def as_json(value: Any, status: int = 200, content_type: str = JSON) -> Answer:
    return Answer(status, gojson.encode(value).encode("utf-8", "replace"), content_type)


def message(status: int, text: str) -> Answer:
    return as_json({"message": text}, status)


def failure(generation: int, status: int, text: str) -> Answer:
    """An error of a handler; recorded on 9.4.0 with a ``traceID`` beside the message, on 12.4.3 without."""
    return as_json({"message": text, "traceID": ""} if generation == 9 else {"message": text}, status)


def unauthorized(generation: int, text: str, message_id: str) -> Answer:
    """A 401; the long form is recorded on 12.4.3, the short ones on 9.4.0."""
    if generation == 9:
        body: dict[str, Any] = {"message": text[0].lower() + text[1:], "traceID": ""}
        return as_json({"message": text} if message_id == "auth.unauthorized" else body, 401, JSON_UTF8)
    body = {"extra": None, "message": text, "messageId": message_id, "statusCode": 401, "traceID": ""}
    return as_json(body, 401, JSON_UTF8)


def forbidden(permission: str) -> Answer:
    text = "You'll need additional permissions to perform this action. Permissions needed: " + permission
    number = f"ACE{random.randrange(10**10):010d}"
    return as_json({"accessErrorId": number, "message": text, "title": "Access denied"}, 403, JSON_UTF8)


def not_found() -> Answer:
    return as_json({"message": "Not found"}, 404, JSON_UTF8)


def page(status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """The web interface, which answers whatever is not an API path."""
    html = b'<!DOCTYPE html>\n<html><head><title>Grafana</title></head><body><div id="reactRoot"></div></body></html>\n'
    return Answer(status, html, HTML, headers)
