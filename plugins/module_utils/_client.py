# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP to one Grafana: sessions, retries, and answers turned into JSON or into one exception that says what to do."""

from __future__ import annotations

import email.utils
import json
import os
import re
import threading
import time
import typing as t
import warnings
from urllib.parse import quote, urljoin, urlsplit

try:
    import requests
    import requests.utils

    REQUESTS_IMPORT_ERROR = None
    # What no second try can mend: an address that the library itself refuses.
    _UNUSABLE = (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema)
except ImportError as error:
    REQUESTS_IMPORT_ERROR = error

from ansible_collections.crosslink.grafana.plugins.module_utils._connection import ORG_HEADER, Connection
from ansible_collections.crosslink.grafana.plugins.module_utils._deadline import Deadline
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    Doubtful,
    HttpError,
    ListFailed,
    Mistake,
    NoSuchRoute,
    NotArrived,
    NotFound,
    ReadOnly,
    TimedOut,
    TooBusy,
    Unreadable,
    quotable,
)

USER_AGENT = "crosslink.grafana (ansible)"
FIRST_PAUSE = 0.25  # seconds; doubled with each try
LONGEST_PAUSE = 60.0  # seconds; a server that asks for more is not waited for
LARGEST_ANSWER = 256 * 1024 * 1024  # bytes; a hundred thousand correlations are some 40 MiB
PART = 64 * 1024  # bytes; what is compressed may be a thousand times as much
SLOWEST_ANSWER = 10  # times ``timeout``: how long one answer may take in all

_GATEWAY_STATUSES = (502, 503, 504)
# Grafana's own words for a thing that is not there (recorded on 9.4 and 12.4); any other 404 is somebody else's.
_NOT_FOUND = re.compile(r"(correlations?|data source|organization|organisation)\b.*\bnot found", re.IGNORECASE)
_READ_ONLY = re.compile(r"edited via provisioning|read.?only", re.IGNORECASE)
_LIST_FAILED = (
    "Grafana cannot read its correlations: %s answers 500, Failed to get correlations. Most likely its MySQL or MariaDB has cut one of more than "
    "65,535 bytes, which breaks every list that it is in; grafana_correlation_info without filters finds its data source, and docs/errors.md has the way out."
)
_OWN_ORGANIZATIONS = "/api/user/orgs"  # needs no permission
_PERMISSION = re.compile(r"Permissions needed: (.+)")


def is_safe_segment(text: str) -> bool:
    """Whether a uid or name may stand in a path: HTTP clients resolve ``.`` and ``..`` before they send."""
    return text not in ("", ".", "..")


def path_of(*segments: str) -> str:
    """``/api/...`` from unquoted segments; each is quoted whole, so that none reaches another resource."""
    for segment in segments:
        if not is_safe_segment(segment):
            raise Mistake("A uid is '%s', which no URL can carry; nothing was sent." % segment)
    try:
        return "".join("/" + quote(segment, safe="") for segment in segments)
    except UnicodeEncodeError:
        raise Mistake("A uid or name contains half a character, which no URL can carry; nothing was sent.") from None


class Client:
    """Sends requests to one Grafana; safe to use from several threads, each of which keeps one connection alive."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.org_id: int | None = None  # sent as a header; set by choose_organization
        self._local = threading.local()
        self._asking = threading.Lock()
        self._anonymous: bool | None = None  # not asked yet
        self._deadline = Deadline(connection.timeout * SLOWEST_ANSWER)
        self._pause_until = 0.0  # time.monotonic(); set by a 429 or 503, obeyed by all threads
        self._environment: dict[str, t.Any] = {"proxies": {}, "verify": connection.verify}
        if connection.use_proxy:
            self._environment["proxies"] = requests.utils.get_environ_proxies(connection.url)
        if connection.verify is True:
            self._environment["verify"] = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
        if connection.verify is False:
            warnings.filterwarnings("ignore", message="Unverified HTTPS request")

    def get(self, *segments: str, query: t.Any = None, retries: int | None = None) -> t.Any:
        """The JSON that a GET of ``/segment/segment...`` answers."""
        return self.call("GET", path_of(*segments), query=query, retries=retries)

    def call(
        self, method: str, path: str, body: t.Any = None, query: t.Any = None, kind: str = "application/json", retries: int | None = None
    ) -> t.Any:
        """Send one request, again where that is safe, and return the answer's JSON (None for a 304).

        ``kind`` is the content type of the body.

        GET, PATCH, PUT and DELETE are sent again up to ``retries`` times (None: as the connection says) after NotArrived and
        Doubtful, POST only after NotArrived. Raises HttpError or one of its kinds.
        """
        most = self.connection.retries if retries is None else retries
        for attempt in range(most + 1):
            try:
                return self._once(method, path, body, query, kind)
            except (NotArrived, Doubtful) as error:
                if attempt == most or isinstance(error, TooBusy) or (method == "POST" and isinstance(error, Doubtful)):
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
            adapter = session.get_adapter(self.connection.url)
            self._deadline.cover(adapter.poolmanager)
            proxy = requests.utils.select_proxy(self.connection.url, self._environment["proxies"])
            if proxy:
                self._deadline.cover(adapter.proxy_manager_for(requests.utils.prepend_scheme_if_needed(proxy, "http")))
        return session

    def _headers(self, kind: str | None) -> dict[str, str]:
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": USER_AGENT}
        headers.update(self.connection.headers)
        if kind is not None:
            headers["Content-Type"] = kind
        if self.org_id is not None:
            headers[ORG_HEADER] = str(self.org_id)
        return headers

    def _once(self, method: str, path: str, body: t.Any, query: t.Any, kind: str) -> t.Any:
        waiting = self._pause_until - time.monotonic()
        if waiting > 0:
            time.sleep(waiting)
        url = self.connection.url + path
        data = None if body is None else json.dumps(body, allow_nan=False).encode("ascii")
        with self._deadline.exchange() as was_broken_off:
            try:
                with self._session().request(
                    method,
                    url,
                    params=query,
                    data=data,
                    headers=self._headers(None if body is None else kind),
                    timeout=self.connection.timeout,
                    cert=self.connection.cert,
                    allow_redirects=False,
                    stream=True,
                    **self._environment,
                ) as response:
                    content = self._content(response, method, url)
            except (requests.exceptions.RequestException, OSError, ValueError) as error:
                if not was_broken_off():
                    raise self._no_answer(error, method, url) from None
            if was_broken_off():
                raise _endless("%d seconds" % (self.connection.timeout * SLOWEST_ANSWER), method, url)
        return self._answer(response, content, method, url)

    @staticmethod
    def _content(response: requests.Response, method: str, url: str) -> bytes:
        parts, size = [], 0
        for part in response.iter_content(PART):
            parts.append(part)
            size += len(part)
            if size > LARGEST_ANSWER:
                raise _endless("%d MiB" % (LARGEST_ANSWER >> 20), method, url, response.status_code)
        return b"".join(parts)

    def _no_answer(self, error: Exception, method: str, url: str) -> HttpError:
        """The exception for a request that got no whole answer."""
        reason = _innermost(error)
        if isinstance(error, requests.exceptions.SSLError) or "SSL" in type(error).__name__:
            advice = _tls_advice(str(error))
            # Only a certificate is refused before anything is sent for certain; other failures may break an exchange that Grafana has handled.
            is_refusal = advice is not None and (method == "GET" or "certificate verify failed" in str(error))
            kind = HttpError if is_refusal else Doubtful
            return kind("TLS with %s failed: %s. %s" % (url, reason, advice or "Check the network and what stands in front of Grafana."), method, url)
        if isinstance(error, requests.exceptions.InvalidHeader):
            return HttpError("http_headers, token or url_username hold something that cannot be sent as a header, such as a space in front.", method, url)
        if self._environment["proxies"] and (isinstance(error, _UNUSABLE) or "Failed to parse" in str(error)):  # whose own words may show the proxy's password
            sentence = "The url %s, or the proxy for it, cannot be used: check url, HTTP_PROXY, HTTPS_PROXY and NO_PROXY, or set use_proxy: false."
            return HttpError(sentence % self.connection.url, method, url)
        if isinstance(error, _UNUSABLE) or "label empty" in str(error):
            return HttpError("The url %s cannot be used: %s." % (self.connection.url, reason), method, url)
        if isinstance(error, ValueError) and not isinstance(error, requests.exceptions.RequestException):
            return Unreadable("%s answers with something that cannot be read (%s): is this Grafana?" % (url, reason), method, url)
        if "CA certificate bundle" in str(error):
            return HttpError("%s. Check ca_path, and REQUESTS_CA_BUNDLE in the environment." % reason, method, url)
        if isinstance(error, requests.exceptions.ProxyError):
            sentence = "The proxy for %s failed: %s. Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY, or set use_proxy: false."
            refused = any(name in repr(error) for name in ("NewConnectionError", "NameResolutionError", "ConnectTimeout", "Tunnel connection failed"))
            return (NotArrived if refused else Doubtful)(sentence % (url, reason), method, url)
        if isinstance(error, requests.exceptions.ConnectTimeout):
            sentence = "No connection to %s within %d seconds: check the url and the network, or raise timeout."
            return NotArrived(sentence % (url, self.connection.timeout), method, url)
        if "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error):
            return NotArrived("There is no Grafana at %s: %s. Check the url." % (url, reason), method, url)
        if isinstance(error, requests.exceptions.Timeout) or "timed out" in str(error):
            sentence = "Grafana did not answer within %d seconds at %s: raise timeout if it is slow."
            return TimedOut(sentence % (self.connection.timeout, url), method, url)
        advice = " If the server speaks TLS, write https:// in url; if it asks for a client certificate, set client_cert and client_key."
        return Doubtful("The connection to %s broke: %s.%s" % (url, reason, advice if "Remote end closed" in reason else ""), method, url)

    def _answer(self, response: requests.Response, content: bytes, method: str, url: str) -> t.Any:
        status = response.status_code
        if status == 304:
            return None
        if 300 <= status < 400:
            raise self._redirected(response, method, url)
        retry_after = self._note_pause(response) if status in (429, 503) else None
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError):
            answer = None
            if status not in (401, 403) + _GATEWAY_STATUSES + (429,):
                raise _not_json(response, content, method, url) from None
        if 200 <= status < 300:
            return answer
        message = quotable(answer["message"]) if isinstance(answer, dict) and isinstance(answer.get("message"), str) else None
        if retry_after is not None and retry_after > LONGEST_PAUSE:
            sentence = "%s asks to wait %d seconds (%d); run again later." % (url, retry_after, status)
            raise (TooBusy if status == 503 else HttpError)(sentence, method, url, status, message)
        raise self._refused(status, message, content, method, url)

    def _refused(self, status: int, message: str | None, content: bytes, method: str, url: str) -> HttpError:
        said = " (Grafana says: %s)" % message if message else ""
        about = (method, url, status, message)
        if status == 429:
            return NotArrived("%s answers 429, too many requests; lower concurrency or run again later.%s" % (url, said), *about)
        if status in _GATEWAY_STATUSES:
            kind = TimedOut if status == 504 else Doubtful
            return kind("%s answers %d: Grafana, or the proxy in front of it, is not available.%s" % (url, status, said), *about)
        if (status == 404 and message == "Not found") or (status == 400 and message == "id is invalid"):
            sentence = "This server has no route %s: does the url lead to a Grafana of version 9.1 or later, with the path it is served under?"
            return NoSuchRoute(sentence % url, *about)
        if status == 404 and message and _NOT_FOUND.search(message):
            return NotFound("%s answers 404: %s." % (url, message), *about)
        if status == 404:
            return Unreadable("%s answers 404%s, which is not Grafana's: check the url and its path." % (url, said), *about)
        if status == 401:
            sentence = "Grafana at %s did not accept the credentials%s: check token, or url_username and url_password."
            return HttpError(sentence % (self.connection.url, said), *about)
        if status == 403 and message and _READ_ONLY.search(message):
            return ReadOnly("Grafana says: %s." % message, *about)
        if status == 403:
            return self._forbidden(said, *about)
        if status == 500 and message == "Failed to get correlations":
            return ListFailed(_LIST_FAILED % url, *about)
        return HttpError("Grafana answers %d to %s %s%s." % (status, method, url, said), *about)

    def _forbidden(self, said: str, method: str, url: str, status: int, message: str | None) -> HttpError:
        if not url.endswith(_OWN_ORGANIZATIONS) and self._is_anonymous():
            sentence = (
                "Grafana at %s did not accept the credentials and took the request for an anonymous one: "
                "check token, or url_username and url_password."
            )
            return HttpError(sentence % self.connection.url, method, url, status, message)
        needed = _PERMISSION.search(message or "")
        permission = needed.group(1) if needed else "datasources:read" if method == "GET" else "datasources:write"
        lacking = "lack the role for it" if "/apis/" in url else "lack the permission %s" % permission
        reason = "the credentials %s" % lacking
        if self.org_id is not None:
            reason = "organisation %d does not exist, or the credentials do not belong to it, or %s there" % (self.org_id, lacking)
        return HttpError("Grafana refuses %s %s: %s%s." % (method, url, reason, said), method, url, status, message)

    def _is_anonymous(self) -> bool:
        """Whether the server took our credentials for nobody (anonymous access); asked once."""
        with self._asking:
            if self._anonymous is None:
                try:
                    self._once("GET", _OWN_ORGANIZATIONS, None, None, "")
                    self._anonymous = False
                except HttpError as error:
                    self._anonymous = error.status == 401
        return self._anonymous

    def _redirected(self, response: requests.Response, method: str, url: str) -> HttpError:
        try:
            parts = urlsplit(urljoin(url, response.headers.get("Location", "")))
            clean = "%s://%s%s" % (parts.scheme, parts.netloc.rpartition("@")[2], parts.path)
        except ValueError:
            clean = "nowhere"
        path = url[len(self.connection.url) :].partition("?")[0]
        if clean.endswith(path) and clean != url:
            advice = "set url to %s" % quotable(clean[: -len(path)])
        else:
            advice = "it leads to %s, so check the url, and how a sign-in page in front of Grafana lets programs through" % quotable(clean)
        sentence = "%s answers with a redirect (%d), which is not followed: %s." % (url, response.status_code, advice)
        return Unreadable(sentence, method, url, response.status_code)

    def _note_pause(self, response: requests.Response) -> float | None:
        """Make all threads wait as ``Retry-After`` says (seconds or a date); returns the seconds asked for."""
        text = response.headers.get("Retry-After", "").strip()
        if re.match(r"[0-9]+\Z", text):
            seconds = min(float(text), 10.0**9)
        else:
            try:
                seconds = max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
            except (TypeError, ValueError, IndexError, OverflowError):
                return None
        if seconds <= LONGEST_PAUSE:
            self._pause_until = max(self._pause_until, time.monotonic() + seconds)
        return seconds


def _endless(limit: str, method: str, url: str, status: int | None = None) -> Unreadable:
    return Unreadable("The answer of %s does not end within %s: is this Grafana?" % (url, limit), method, url, status)


def _innermost(error: BaseException) -> str:
    """The operating system's or TLS library's own words in a chain of wrapped exceptions, without urls."""
    seen: BaseException = error
    for _depth in range(10):
        context = None if seen.__suppress_context__ else seen.__context__
        inner = getattr(seen, "reason", None) or seen.__cause__ or context
        if not isinstance(inner, BaseException):
            inner = next((arg for arg in reversed(seen.args) if isinstance(arg, BaseException)), None)
        if inner is None:
            break
        seen = inner
    text = getattr(seen, "strerror", None) or str(seen) or type(seen).__name__
    return quotable(re.sub(r"//[^/@\s]*@", "//", text.rpartition(">: ")[2] or text)).rstrip(".")


def _tls_advice(text: str) -> str | None:
    """What to do about a TLS failure, from OpenSSL's words; None where they are not those of one that refuses the other."""
    lowered = text.lower()
    if "expired" in lowered:
        return "Renew the server's certificate."
    if "hostname mismatch" in lowered or "doesn't match" in lowered or "ip address mismatch" in lowered:
        return "Use in url the host name that the certificate was issued for."
    if "self-signed" in lowered or "self signed" in lowered or "local issuer" in lowered or "verify failed" in lowered:
        return "Set ca_path to the certificate of the authority that signed it (or validate_certs: false to trust anybody)."
    if "certificate required" in lowered or "certificate_required" in lowered or "bad certificate" in lowered or "handshake failure" in lowered:
        return "If the server asks for a client certificate, set client_cert and client_key."
    if "wrong version number" in lowered or "unknown protocol" in lowered or "record layer" in lowered:
        return "The server does not speak TLS on this port: is the url http:// rather than https://?"
    # Not every "protocol": a connection that ends early is an "EOF occurred in violation of protocol".
    refusals = ("certificate", "unknown ca", "unrecognized name", "unsupported protocol", "protocol version", "cipher", "key too small", "key values mismatch")
    if any(words in lowered for words in refusals):
        return "Check url, ca_path, client_cert and client_key."
    return None


def _not_json(response: requests.Response, content: bytes, method: str, url: str) -> HttpError:
    kind = quotable(response.headers.get("Content-Type", "no content type"))
    text = re.sub(r"<[^>]*>", " ", content[:4000].decode("utf-8", "replace"))
    words = quotable(re.sub(r"\s+", " ", text))[:80].strip()
    shown = "'%s'" % words if words else "an empty text"
    sentence = "%s does not answer as Grafana does (status %d, %s, %s): check the url, and what stands in front of Grafana."
    return Unreadable(sentence % (url, response.status_code, kind, shown), method, url, response.status_code)


def expect(kind: type, answer: t.Any, what: str, client: Client) -> t.Any:
    """The answer, if it is of that kind (dict or list); otherwise Unreadable."""
    if isinstance(answer, kind):
        return answer
    raise Unreadable("%s answered something else than %s: is this Grafana?" % (client.connection.url, what), "GET", client.connection.url)


def expect_member(name: str, answer: t.Any, what: str, client: Client) -> None:
    """Raise Unreadable unless the answer is an object with that member."""
    expect(dict, answer if isinstance(answer, dict) and name in answer else None, what, client)
