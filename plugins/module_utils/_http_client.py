# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP to one Grafana: sessions, retries of what is safe to send again, and answers as JSON."""

from __future__ import annotations

import email.utils
import json
import os
import re
import threading
import time
import typing as t
import warnings

try:
    import requests
    import requests.utils
    import urllib3.exceptions

    REQUESTS_IMPORT_ERROR = None
    # Old versions of requests let some exceptions of urllib3 through.
    _NO_ANSWER = (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError)
except ImportError as error:
    REQUESTS_IMPORT_ERROR = error

from ansible_collections.crosslink.grafana.plugins.module_utils._connection import ORG_HEADER, Connection
from ansible_collections.crosslink.grafana.plugins.module_utils._connection_errors import no_answer
from ansible_collections.crosslink.grafana.plugins.module_utils._deadline import Deadline
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    HttpError,
    NotDelivered,
    OutcomeUnknown,
    RetryAfterTooLong,
    UnexpectedResponse,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._http_errors import (
    GATEWAY_STATUSES,
    Request,
    does_not_end,
    forbidden,
    is_read_only,
    not_json,
    redirected,
    refused,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._text import quotable
from ansible_collections.crosslink.grafana.plugins.module_utils._url_path import path_of

USER_AGENT = "crosslink.grafana (ansible)"
FIRST_PAUSE = 0.25  # seconds; doubled with each try
LONGEST_PAUSE = 60.0  # seconds; a run fails if a server asks for more
LARGEST_ANSWER = 256 * 1024 * 1024  # bytes; a hundred thousand correlations are some 40 MiB
PART = 64 * 1024  # bytes of an answer that are read at a time
SLOWEST_ANSWER = 10  # times ``timeout``: how long one answer may take in total

Kind = t.TypeVar("Kind")

_OWN_ORGANIZATIONS = "/api/user/orgs"  # requires no permission


class Client:
    """Sends requests to one Grafana; safe to use from several threads, each of which keeps one connection open."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.org_id: int | None = None  # sent as a header; choose_organization sets it
        self._local = threading.local()
        self._asking = threading.Lock()
        self._anonymous: bool | None = None  # not asked yet
        self._deadline = Deadline(connection.timeout * SLOWEST_ANSWER)
        self._pause_until = 0.0  # time.monotonic(); a 429 or 503 sets it for all threads
        self._environment: dict[str, t.Any] = {"proxies": {}, "verify": connection.verify}
        if connection.use_proxy:
            self._environment["proxies"] = requests.utils.get_environ_proxies(connection.url)
        if connection.verify is True:
            bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
            self._environment["verify"] = bundle or True
        if connection.verify is False:
            warnings.filterwarnings("ignore", message="Unverified HTTPS request")

    def get(self, *segments: str, query: t.Any = None, retries: int | None = None) -> t.Any:
        """The JSON that a GET of ``/segment/segment...`` answers."""
        return self.call("GET", path_of(*segments), query=query, retries=retries)

    def call(
        self,
        method: str,
        path: str,
        body: t.Any = None,
        query: t.Any = None,
        content_type: str = "application/json",
        retries: int | None = None,
    ) -> t.Any:
        """Send one request, again where that is safe, and return the answer's JSON (None for a 304).

        GET, PATCH and DELETE are sent again up to ``retries`` times (None: as the connection says) after NotDelivered
        and OutcomeUnknown, POST only after NotDelivered. Raises HttpError or one of its kinds.
        """
        most = self.connection.retries if retries is None else retries
        for attempt in range(most + 1):
            try:
                return self._once(method, path, body, query, content_type)
            except (NotDelivered, OutcomeUnknown) as error:
                is_final = isinstance(error, RetryAfterTooLong)
                is_unsafe = method == "POST" and isinstance(error, OutcomeUnknown)
                if attempt == most or is_final or is_unsafe:
                    raise
            self.pause(attempt)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def pause(self, attempt: int) -> None:
        """Wait before the try that follows the given one (0 is the first)."""
        time.sleep(min(FIRST_PAUSE * 2**attempt, LONGEST_PAUSE))

    # One exchange

    def _session(self) -> requests.Session:
        session = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.trust_env = False  # or ~/.netrc would replace our credentials
            session.headers.clear()
            adapter = t.cast(t.Any, session.get_adapter(self.connection.url))
            self._deadline.cover(adapter.poolmanager)
            proxy = requests.utils.select_proxy(self.connection.url, self._environment["proxies"])
            if proxy:
                self._deadline.cover(
                    adapter.proxy_manager_for(t.cast(t.Any, requests.utils).prepend_scheme_if_needed(proxy, "http"))
                )
        return session

    def _headers(self, content_type: str | None) -> dict[str, str]:
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": USER_AGENT}
        headers.update(self.connection.headers)
        if content_type is not None:
            headers["Content-Type"] = content_type
        if self.org_id is not None:
            headers[ORG_HEADER] = str(self.org_id)
        return headers

    def _once(self, method: str, path: str, body: t.Any, query: t.Any, content_type: str) -> t.Any:
        waiting = self._pause_until - time.monotonic()
        if waiting > 0:
            time.sleep(waiting)
        grafana, timeout = self.connection.url, self.connection.timeout
        request = Request(
            method, grafana + path, grafana, timeout, self.connection.credentials, bool(self._environment["proxies"])
        )
        data = None if body is None else json.dumps(body, allow_nan=False).encode("ascii")
        with self._deadline.exchange() as was_broken_off:
            try:
                with self._session().request(
                    method,
                    request.url,
                    params=query,
                    data=data,
                    headers=self._headers(None if body is None else content_type),
                    timeout=timeout,
                    cert=self.connection.cert,
                    allow_redirects=False,
                    stream=True,
                    **self._environment,
                ) as response:
                    content = _content(response, request)
            except _NO_ANSWER as error:
                if not was_broken_off():
                    raise no_answer(error, request) from None
            if was_broken_off():
                raise does_not_end("%d seconds" % (timeout * SLOWEST_ANSWER), request)
        return self._answer(response, content, request)

    def _answer(self, response: requests.Response, content: bytes, request: Request) -> t.Any:
        status = response.status_code
        if status == 304:
            return None
        if 300 <= status < 400:
            raise redirected(status, response.headers.get("Location", ""), request)
        retry_after = _retry_after(response) if status in (429, 503) else None
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError):
            answer = None
            if status not in (401, 403, 429) + GATEWAY_STATUSES:
                raise not_json(status, response.headers.get("Content-Type"), content, request) from None
        if 200 <= status < 300:
            return answer
        message = answer.get("message") if isinstance(answer, dict) else None
        message = quotable(message) if isinstance(message, str) else None
        if retry_after is not None and retry_after > LONGEST_PAUSE:
            sentence = "%s asks to wait %d seconds (%d): run again later." % (request.url, retry_after, status)
            kind, code = (RetryAfterTooLong, None) if status == 503 else (HttpError, "too_many_requests")
            raise kind(sentence, request.method, request.url, status, message, code)
        if retry_after is not None:
            self._pause_until = max(self._pause_until, time.monotonic() + retry_after)
        if status == 403 and not is_read_only(status, message):
            raise forbidden(message, request, self.org_id, self._is_anonymous(request))
        raise refused(status, message, request)

    def _is_anonymous(self, request: Request) -> bool:
        """Whether the server ignores the credentials, because it allows anonymous access; asked once."""
        if request.url.endswith(_OWN_ORGANIZATIONS):
            return False
        with self._asking:
            if self._anonymous is None:
                try:
                    self._once("GET", _OWN_ORGANIZATIONS, None, None, "")
                    self._anonymous = False
                except HttpError as error:
                    self._anonymous = error.status == 401
        return self._anonymous


def _content(response: requests.Response, request: Request) -> bytes:
    parts, size = [], 0
    for part in response.iter_content(PART):  # a compressed answer can be a thousand times as large
        parts.append(part)
        size += len(part)
        if size > LARGEST_ANSWER:
            raise does_not_end("%d MiB" % (LARGEST_ANSWER >> 20), request, response.status_code)
    return b"".join(parts)


def _retry_after(response: requests.Response) -> float | None:
    """The seconds that ``Retry-After`` asks to wait (it has seconds or a date); None without a valid one."""
    text = response.headers.get("Retry-After", "").strip()
    if re.match(r"[0-9]+\Z", text):
        return min(float(text), 10.0**9)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def expect(kind: type[Kind], answer: t.Any, what: str, client: Client) -> Kind:
    """The answer, if it is of that type. Raises UnexpectedResponse."""
    if isinstance(answer, kind):
        return answer
    url = client.connection.url
    raise UnexpectedResponse("%s answered something else than %s: is this Grafana?" % (url, what), "GET", url)


def expect_member(name: str, answer: t.Any, what: str, client: Client) -> None:
    """Raise UnexpectedResponse unless the answer is an object with that member."""
    expect(dict, answer if isinstance(answer, dict) and name in answer else None, what, client)
