# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns answers of servers that are not a success into exceptions that say what to do. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t
from urllib.parse import urljoin, urlsplit

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    EndpointNotFound,
    HttpError,
    ListFailed,
    NotDelivered,
    NotFound,
    OutcomeUnknown,
    ReadOnly,
    TimedOut,
    UnexpectedResponse,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._text import quotable

GATEWAY_STATUSES = (502, 503, 504)
# Grafana's own words for what does not exist (recorded on 9.4 and 12.4); any other 404 is not Grafana's.
_NOT_FOUND = re.compile(r"(correlations?|data source|organization|organisation)\b.*\bnot found", re.IGNORECASE)
_READ_ONLY = re.compile(r"edited via provisioning|read.?only", re.IGNORECASE)
_PERMISSION = re.compile(r"Permissions needed: (.+)")
# Pages of Grafana from which people copy the url.
_PAGE = re.compile(r"/(login|explore|dashboards?|d/.*|connections/.*|datasources(/.*)?|admin/.*|org/.*)$")


@dataclasses.dataclass(frozen=True)
class Request:
    """What was sent, as far as messages need it; ``grafana`` is the url of the connection, ``timeout`` in seconds.

    ``credentials`` says where to look if Grafana does not accept them.
    """

    method: str
    url: str
    grafana: str
    timeout: int
    credentials: str
    has_proxy: bool = False

    def error(self, kind: t.Type[HttpError], sentence: str, code: str | None = None) -> HttpError:
        """An error of this request without an answer."""
        return kind(sentence, self.method, self.url, code=code)


def does_not_end(limit: str, request: Request, status: int | None = None) -> UnexpectedResponse:
    """The error for an answer that exceeds a limit."""
    sentence = "The answer of %s does not end within %s: is this Grafana?" % (request.url, limit)
    return UnexpectedResponse(sentence, request.method, request.url, status)


def is_read_only(status: int, message: str | None) -> bool:
    """Whether Grafana says that the correlation or its source is provisioned; any other 403 is ``forbidden``."""
    return status == 403 and _READ_ONLY.search(message or "") is not None


def refused(status: int, message: str | None, request: Request) -> HttpError:
    """The error for a status other than 2xx and 3xx, unless it is ``forbidden``; ``message`` is Grafana's own text."""
    about = (request.method, request.url, status, message)
    said = " (Grafana says: %s)" % message if message else ""
    if status == 429:
        sentence = "%s answers 429, too many requests: lower concurrency or run again later.%s"
        return NotDelivered(sentence % (request.url, said), *about, code="too_many_requests")
    if status in GATEWAY_STATUSES:
        kind = TimedOut if status == 504 else OutcomeUnknown
        sentence = "%s answers %d: Grafana, or the proxy in front of it, is not available.%s"
        return kind(sentence % (request.url, status, said), *about, code="unavailable")
    if (status == 404 and message == "Not found") or (status == 400 and message == "id is invalid"):
        sentence = (
            "This server does not have %s: is url that of a Grafana 9.1 or later, with the path it is served under?"
        )
        return EndpointNotFound(sentence % request.url, *about)
    if status == 404 and message and _NOT_FOUND.search(message):
        return NotFound("%s answers 404: %s." % (request.url, message), *about)
    if status == 404:
        sentence = "%s answers 404%s, which is not Grafana's: check url and its path."
        return UnexpectedResponse(sentence % (request.url, said), *about)
    if status == 401:
        sentence = "Grafana at %s did not accept the credentials%s: check %s."
        return HttpError(sentence % (request.grafana, said, request.credentials), *about, code="unauthorized")
    if is_read_only(status, message):
        return ReadOnly("Grafana says: %s." % message, *about)
    if status == 500 and message == "Failed to get correlations":
        sentence = (
            "Grafana cannot read its correlations: %s answers 500, Failed to get correlations. MySQL or MariaDB has "
            "probably cut one that is longer than 65,535 bytes, which breaks every list that contains it: "
            "run grafana_correlation_info without filters to find its data source, and see docs/errors.md."
        )
        return ListFailed(sentence % request.url, *about)
    return HttpError("Grafana answers %d to %s %s%s." % (status, request.method, request.url, said), *about)


def forbidden(message: str | None, request: Request, org_id: int | None, is_anonymous: bool) -> HttpError:
    """The error for any other 403.

    ``org_id`` is the chosen organization; ``is_anonymous`` says whether the server ignores the credentials.
    """
    about = (request.method, request.url, 403, message)
    if is_anonymous:
        sentence = "Grafana at %s did not accept the credentials and treated the request as anonymous: check %s."
        return HttpError(sentence % (request.grafana, request.credentials), *about, code="unauthorized")
    needed = _PERMISSION.search(message or "")
    default = "datasources:read" if request.method == "GET" else "datasources:write"
    lacking = "lack the permission %s" % (needed.group(1) if needed else default)
    if "/apis/" in request.url:
        lacking = "lack the role for it"
    role = "Viewer" if request.method == "GET" else "Admin"
    reason = "the credentials %s" % lacking
    if org_id is not None:
        reason = "organization %d does not exist, or the credentials have no access to it, or %s there" % (
            org_id,
            lacking,
        )
    said = " (Grafana says: %s)" % message if message else ""
    sentence = "Grafana refuses %s %s: %s%s; use a token or a user with the role %s."
    sentence %= (request.method, request.url, reason, said, role)
    return HttpError(sentence, *about, code="permission_denied")


def redirected(status: int, location: str, request: Request) -> HttpError:
    """The error for a redirect."""
    try:
        parts = urlsplit(urljoin(request.url, location))
        target = "%s://%s%s" % (parts.scheme, parts.netloc.rpartition("@")[2], parts.path)
    except ValueError:
        target = "nowhere"
    path = request.url[len(request.grafana) :].partition("?")[0]
    advice = "it leads to %s, so check url, and how a sign-in page in front of Grafana admits programs" % quotable(
        target
    )
    if target.endswith(path) and target != request.url:
        advice = "set url to %s" % quotable(target[: -len(path)])
    sentence = "%s answers with a redirect (%d), which is not followed: %s." % (request.url, status, advice)
    return UnexpectedResponse(sentence, request.method, request.url, status)


def not_json(status: int, content_type: str | None, content: bytes, request: Request) -> HttpError:
    """The error for an answer that is not JSON."""
    text = re.sub(r"<[^>]*>", " ", content[:4000].decode("utf-8", "replace"))
    words = quotable(re.sub(r"\s+", " ", text))[:80].strip()
    shown = "'%s'" % words if words else "an empty text"
    kind = quotable(content_type or "no content type")
    page = _PAGE.search(request.grafana)
    advice = "remove %s from url" % page.group() if page else "check url, and what is in front of Grafana"
    sentence = "%s does not answer like Grafana (status %d, %s, %s): %s."
    return UnexpectedResponse(
        sentence % (request.url, status, kind, shown, advice), request.method, request.url, status
    )
