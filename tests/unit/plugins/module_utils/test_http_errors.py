# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a failed request means: whether it can have had an effect, its code, and what the message says to do."""

# pylint: disable=unidiomatic-typecheck
from __future__ import annotations

import http.client
import socket
import ssl
import typing as t
import zlib

import pytest
import requests
import urllib3.connection
import urllib3.exceptions
from urllib3.connectionpool import HTTPConnectionPool

from ansible_collections.crosslink.grafana.plugins.module_utils._connection_errors import no_answer
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
from ansible_collections.crosslink.grafana.plugins.module_utils._http_errors import (
    Request,
    does_not_end,
    forbidden,
    is_read_only,
    not_json,
    redirected,
    refused,
)

GRAFANA = "https://grafana.example.com/g"
PATH = "/api/datasources"
URL = GRAFANA + PATH
METHODS = ["GET", "PATCH", "DELETE", "POST"]
NEEDED = "You'll need additional permissions to perform this action. Permissions needed: datasources:write"


def request(method: str = "GET", path: str = PATH, has_proxy: bool = False) -> Request:
    return Request(method, GRAFANA + path, GRAFANA, 30, "GRAFANA_TOKEN in the environment", has_proxy)


def lacks(error: HttpError, *facts: str) -> list[str]:
    """The facts that the message does not contain."""
    return [fact for fact in facts if fact not in str(error)]


# Exceptions as the libraries raise them


def raised(error: BaseException, context: BaseException | None = None) -> t.Any:
    """The exception, as if it had been raised while the other one was handled."""
    error.__context__ = context
    return error


def of_requests(
    kind: type[requests.exceptions.RequestException], inner: Exception
) -> requests.exceptions.RequestException:
    """An exception of requests around one that urllib3 met while it connected or sent."""
    pool = HTTPConnectionPool("grafana.example.com")
    most = raised(urllib3.exceptions.MaxRetryError(pool, "/x", inner), inner)
    return raised(kind(most), most)


def aborted(inner: Exception) -> requests.exceptions.ConnectionError:
    """A connection that was made, and broke before the head of an answer."""
    protocol = raised(urllib3.exceptions.ProtocolError("Connection aborted.", inner), inner)
    return raised(requests.exceptions.ConnectionError(protocol), protocol)


def in_body(kind: type[requests.exceptions.RequestException], inner: Exception) -> requests.exceptions.RequestException:
    """A failure while the body of an answer is read."""
    return raised(kind(inner), inner)


def no_connection(inner: OSError) -> urllib3.exceptions.NewConnectionError:
    connection: t.Any = HTTPConnectionPool("grafana.example.com")
    words = "Failed to establish a new connection: %s" % inner
    return raised(urllib3.exceptions.NewConnectionError(connection, words), inner)


def unknown_name() -> Exception:
    inner = socket.gaierror(-2, "Name or service not known")
    kind = getattr(urllib3.exceptions, "NameResolutionError", None)
    if kind is None:  # urllib3 1
        return no_connection(inner)
    return raised(kind("grafana.example.com", HTTPConnectionPool("grafana.example.com"), inner), inner)


def slow_connection() -> Exception:
    words = "Connection to grafana.example.com timed out. (connect timeout=30)"
    return raised(urllib3.exceptions.ConnectTimeoutError(None, words), socket.timeout("timed out"))


def slow_answer() -> Exception:
    pool = HTTPConnectionPool("grafana.example.com")
    return raised(
        urllib3.exceptions.ReadTimeoutError(pool, "/x", "Read timed out. (read timeout=30)"), socket.timeout()
    )


def of_proxy(inner: Exception) -> requests.exceptions.RequestException:
    error = urllib3.exceptions.ProxyError("Cannot connect to proxy.", inner)
    return of_requests(requests.exceptions.ProxyError, error)


REFUSED = ConnectionRefusedError(111, "Connection refused")
RESET = ConnectionResetError(104, "Connection reset by peer")
CLOSED = http.client.RemoteDisconnected("Remote end closed connection without response")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "error, code, facts",
    [
        pytest.param(
            of_requests(requests.exceptions.ConnectionError, no_connection(REFUSED)),
            "connection_failed",
            ["Connection refused"],
            id="refused",
        ),
        pytest.param(
            of_requests(requests.exceptions.ConnectionError, unknown_name()),
            "connection_failed",
            ["Name or service not known"],
            id="unknown name",
        ),
        pytest.param(
            of_requests(requests.exceptions.ConnectionError, no_connection(OSError(113, "No route to host"))),
            "connection_failed",
            ["No route to host"],
            id="no route",
        ),
        pytest.param(
            of_requests(requests.exceptions.ConnectTimeout, slow_connection()),
            "connection_failed",
            ["30 seconds", "raise timeout"],
            id="timeout while connecting",
        ),
        pytest.param(of_proxy(no_connection(REFUSED)), "proxy_failed", ["Connection refused"], id="proxy refused"),
        pytest.param(of_proxy(unknown_name()), "proxy_failed", ["Name or service not known"], id="proxy unknown"),
        pytest.param(of_proxy(slow_connection()), "proxy_failed", [], id="proxy too slow"),
        pytest.param(
            of_proxy(OSError("Tunnel connection failed: 407 Proxy Authentication Required")),
            "proxy_failed",
            ["407"],
            id="no tunnel",
        ),
    ],
)
def test_without_a_connection_nothing_was_delivered(error, code, facts, method):
    found = no_answer(error, request(method))
    assert (type(found), found.code) == (NotDelivered, code)
    assert (found.method, found.url, found.status, found.message) == (method, URL, None, None)
    assert lacks(found, URL, *facts) == []
    assert ("use_proxy: false" in str(found)) == (code == "proxy_failed")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "error, code, facts",
    [
        pytest.param(aborted(RESET), "connection_broken", ["Connection reset by peer"], id="reset"),
        pytest.param(aborted(CLOSED), "connection_broken", ["Remote end closed"], id="closed"),
        pytest.param(
            aborted(http.client.BadStatusLine("SSH-2.0")), "connection_broken", ["SSH-2.0"], id="another protocol"
        ),
        pytest.param(
            in_body(
                requests.exceptions.ChunkedEncodingError,
                urllib3.exceptions.ProtocolError("Connection broken", http.client.IncompleteRead(b"")),
            ),
            "connection_broken",
            [],
            id="half a body",
        ),
        pytest.param(
            in_body(
                requests.exceptions.ContentDecodingError, urllib3.exceptions.DecodeError("gzip", zlib.error("bad"))
            ),
            "connection_broken",
            [],
            id="not compressed",
        ),
        pytest.param(OSError(113, "No route to host"), "connection_broken", ["No route to host"], id="socket"),
        pytest.param(requests.exceptions.ConnectionError("strange"), "connection_broken", ["strange"], id="strange"),
        pytest.param(of_proxy(RESET), "proxy_failed", ["Connection reset by peer"], id="proxy reset"),
        pytest.param(of_proxy(CLOSED), "proxy_failed", ["Remote end closed"], id="proxy closed"),
    ],
)
def test_after_a_connection_that_broke_the_outcome_is_unknown(error, code, facts, method):
    found = no_answer(error, request(method))
    assert (type(found), found.code) == (OutcomeUnknown, code)
    assert (found.method, found.url, found.status) == (method, URL, None)
    assert lacks(found, URL, *facts) == []
    assert ("use_proxy: false" in str(found)) == (code == "proxy_failed")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "error",
    [
        pytest.param(of_requests(requests.exceptions.ReadTimeout, slow_answer()), id="no answer"),
        pytest.param(in_body(requests.exceptions.ConnectionError, slow_answer()), id="half an answer"),
        pytest.param(requests.exceptions.ReadTimeout(), id="without words"),
        pytest.param(requests.exceptions.ConnectionError("Read timed out."), id="words alone"),
        pytest.param(aborted(TimeoutError(110, "Connection timed out")), id="of the system"),
        pytest.param(socket.timeout("timed out"), id="of the socket"),
        pytest.param(aborted(TimeoutError()), id="type alone"),
    ],
)
def test_an_answer_that_does_not_come_in_time(error, method):
    found = no_answer(error, request(method))
    assert (type(found), found.code) == (TimedOut, "timeout")
    assert lacks(found, URL, "30 seconds", "raise timeout") == []


@pytest.mark.parametrize("error, is_advised", [(aborted(CLOSED), True), (aborted(RESET), False)])
def test_an_end_without_an_answer_tells_what_may_be_the_cause(error, is_advised):
    message = str(no_answer(error, request()))
    assert [word in message for word in ("https://", "client_cert")] == [True, is_advised]  # the url has https:// too
    assert (message.count("https://") == 2) == is_advised


# TLS


def tls_error(reason: str | None, words: str = "it failed", kind: type[ssl.SSLError] = ssl.SSLError) -> ssl.SSLError:
    """An error of the TLS library; without a reason, as some have none."""
    error = kind(1, "[SSL: %s] %s (_ssl.c:1000)" % (reason, words) if reason else words)
    if reason is not None:
        error.library, error.reason = "SSL", reason
    return error


def certificate_error(code: int, words: str = "it failed") -> ssl.SSLCertVerificationError:
    """A certificate that the TLS library refuses."""
    found = tls_error("CERTIFICATE_VERIFY_FAILED", words, ssl.SSLCertVerificationError)
    assert isinstance(found, ssl.SSLCertVerificationError)
    found.verify_code, found.verify_message = code, words
    return found


def of_tls(inner: Exception) -> requests.exceptions.RequestException:
    error = raised(urllib3.exceptions.SSLError(inner), inner)
    return of_requests(requests.exceptions.SSLError, error)


ADVICE = {
    "authority": "validate_certs: false",
    "expired": "Renew",
    "host": "host name in url",
    "client": "requires a client certificate",
    "no tls": "http://",
    "all": "Check url, ca_path, client_cert and client_key",
    "network": "Check the network",
}


def advice_in(error: HttpError) -> list[str]:
    """Which advice the message gives."""
    return [name for name, words in ADVICE.items() if words in str(error)]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "code, advice",
    [
        (2, "authority"),
        (18, "authority"),
        (19, "authority"),
        (20, "authority"),
        (21, "authority"),
        (10, "expired"),
        (62, "host"),
        (64, "host"),
        (9, "all"),  # not valid yet
        (23, "all"),  # revoked
    ],
)
def test_a_certificate_that_is_refused_is_final(code, advice, method):
    """Nothing was sent, and another try has the same end."""
    found = no_answer(of_tls(certificate_error(code, "the words")), request(method))
    assert (type(found), found.code) == (HttpError, "tls_failed")
    assert lacks(found, URL, "the words") == []
    assert advice_in(found) == [advice]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", [urllib3.connection.CertificateError, ssl.CertificateError])
def test_a_host_name_that_a_library_compared(kind, method):
    """As old versions of urllib3 do, whose exception has no code."""
    found = no_answer(of_tls(kind("hostname 'a' doesn't match 'b'")), request(method))
    assert (type(found), found.code) == (HttpError, "tls_failed")
    assert lacks(found, "hostname 'a' doesn't match 'b'") == []
    assert advice_in(found) == ["host"]


@pytest.mark.parametrize(
    "reason, advice",
    [
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", "client"),
        ("SSLV3_ALERT_BAD_CERTIFICATE", "client"),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", "client"),
        ("WRONG_VERSION_NUMBER", "no tls"),
        ("UNKNOWN_PROTOCOL", "no tls"),
        ("RECORD_LAYER_FAILURE", "no tls"),
        ("HTTP_REQUEST", "no tls"),
        ("TLSV1_ALERT_UNKNOWN_CA", "all"),
        ("TLSV1_UNRECOGNIZED_NAME", "all"),
        ("UNSUPPORTED_PROTOCOL", "all"),
        ("TLSV1_ALERT_PROTOCOL_VERSION", "all"),
        ("NO_CIPHERS_AVAILABLE", "all"),
        ("NO_CERTIFICATE_OR_CRL_FOUND", "all"),
        ("KEY_VALUES_MISMATCH", "all"),
        ("EE_KEY_TOO_SMALL", "all"),
    ],
)
@pytest.mark.parametrize("method", METHODS)
def test_a_tls_failure_with_a_known_reason(reason, advice, method):
    """Final for a read; of a write, the server can have done it before, so it must be looked up."""
    found = no_answer(of_tls(tls_error(reason)), request(method))
    assert (type(found), found.code) == (HttpError if method == "GET" else OutcomeUnknown, "tls_failed")
    assert lacks(found, URL, reason) == []
    assert advice_in(found) == [advice]


@pytest.mark.parametrize("method", METHODS)
def test_files_that_contain_no_certificate(method):
    found = no_answer(of_tls(tls_error(None, "[SSL] PEM lib (_ssl.c:1000)")), request(method))
    assert (type(found), found.code) == (HttpError if method == "GET" else OutcomeUnknown, "tls_failed")
    assert advice_in(found) == ["all"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "error",
    [
        pytest.param(of_tls(tls_error("DECRYPTION_FAILED_OR_BAD_RECORD_MAC")), id="record"),
        pytest.param(of_tls(tls_error("SOMETHING_NEW")), id="new"),
        pytest.param(
            of_tls(tls_error("UNEXPECTED_EOF_WHILE_READING", "EOF occurred in violation of protocol")), id="end"
        ),
        pytest.param(
            of_tls(tls_error(None, "EOF occurred in violation of protocol (_ssl.c:1000)", ssl.SSLEOFError)),
            id="old end",
        ),
        pytest.param(of_tls(PermissionError(13, "Permission denied")), id="file"),
        pytest.param(requests.exceptions.SSLError("something new"), id="words alone"),
        pytest.param(tls_error("BAD_RECORD_MAC"), id="of the socket"),
        pytest.param(raised(urllib3.exceptions.SSLError("x"), tls_error("BAD_RECORD_MAC")), id="of urllib3"),
    ],
)
def test_other_tls_failures_leave_the_outcome_unknown(error, method):
    """They can break an exchange that Grafana has handled, so that its answer is lost."""
    found = no_answer(error, request(method))
    assert (type(found), found.code) == (OutcomeUnknown, "tls_failed")
    assert lacks(found, URL) == []
    assert advice_in(found) == ["network"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("inner", [certificate_error(20), tls_error("WRONG_VERSION_NUMBER")])
def test_tls_with_a_proxy_is_a_matter_of_the_proxy(inner, method):
    error = of_proxy(raised(urllib3.exceptions.SSLError(inner), inner))
    found = no_answer(error, request(method, has_proxy=True))
    assert (type(found), found.code) == (OutcomeUnknown, "proxy_failed")
    assert advice_in(found) == []
    assert lacks(found, "HTTPS_PROXY", "use_proxy: false") == []


# What the library itself refuses


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "error",
    [
        requests.exceptions.InvalidURL("the words"),
        requests.exceptions.InvalidSchema("the words"),
        requests.exceptions.InvalidProxyURL("the words"),
        urllib3.exceptions.LocationParseError("the words"),
        raised(ValueError("x"), urllib3.exceptions.LocationParseError("the words")),
        UnicodeError("the words: label empty or too long"),
    ],
)
@pytest.mark.parametrize("has_proxy", [False, True])
def test_a_url_that_cannot_be_used(error, method, has_proxy):
    """The library's own words can contain the password of a proxy."""
    found = no_answer(error, request(method, has_proxy=has_proxy))
    assert (type(found), found.code) == (HttpError, "invalid_url")
    assert GRAFANA in str(found)
    assert ("the words" in str(found)) != has_proxy
    assert ("use_proxy: false" in str(found)) == has_proxy


@pytest.mark.parametrize("method", METHODS)
def test_a_header_that_the_library_refuses(method):
    found = no_answer(requests.exceptions.InvalidHeader("s3cr3t"), request(method))
    assert (type(found), found.code) == (HttpError, "invalid_value")
    assert lacks(found, "http_headers", "token", "url_username") == []
    assert "s3cr3t" not in str(found)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "words",
    [
        "Could not find a suitable TLS CA certificate bundle, invalid path: /no/such",
        "Could not find the TLS certificate file, invalid path: /no/such",
        "Could not find the TLS key file, invalid path: /no/such",
    ],
)
def test_a_file_that_the_library_does_not_find(words, method):
    found = no_answer(OSError(words), request(method))
    assert (type(found), found.code) == (HttpError, "file_not_found")
    assert lacks(found, "/no/such", "ca_path", "client_cert", "client_key", "REQUESTS_CA_BUNDLE") == []


@pytest.mark.parametrize("method", METHODS)
def test_an_answer_that_the_library_cannot_read(method):
    found = no_answer(ValueError("invalid literal"), request(method))
    assert (type(found), found.code) == (UnexpectedResponse, "unexpected_response")
    assert lacks(found, URL, "invalid literal") == []


# The words of a chain of exceptions


def test_what_a_library_hides_of_a_chain_is_no_cause():
    hidden = OSError("the cause")
    hidden.__context__ = TypeError("unexpected keyword argument")  # as urllib3 1 raises what it meets on Python 3
    hidden.__suppress_context__ = True
    found = no_answer(requests.exceptions.ConnectionError("aborted", hidden), request("POST"))
    assert "the cause" in str(found) and "keyword" not in str(found)


def test_a_chain_without_an_end():
    first, second = requests.exceptions.ConnectionError("first"), OSError("second")
    first.__cause__, second.__cause__ = second, first
    assert type(no_answer(first, request())) is OutcomeUnknown


@pytest.mark.parametrize(
    "words",
    ["Cannot connect to http://me:s3cr3t@proxy:3128/", "https://me:s3cr3t@h: gone", "x //me:s3cr3t@h y //u:s3cr3t@i z"],
)
@pytest.mark.parametrize(
    "kind",
    [
        requests.exceptions.ConnectionError,
        OSError,
        requests.exceptions.ProxyError,
        requests.exceptions.SSLError,
        ValueError,
        requests.exceptions.InvalidURL,
    ],
)
def test_no_password_of_a_url_in_an_error(kind, words):
    assert "s3cr3t" not in str(no_answer(kind(words), request("POST")))


# Statuses


def test_401():
    error = refused(401, "Invalid username or password", request())
    assert (type(error), error.code) == (HttpError, "unauthorized")
    assert lacks(error, GRAFANA, "(Grafana says: Invalid username or password)", "check GRAFANA_TOKEN in") == []
    assert error.details() == {
        "code": "unauthorized",
        "method": "GET",
        "url": URL,
        "status": 401,
        "grafana_message": "Invalid username or password",
    }
    assert "Grafana says" not in str(refused(401, None, request()))


@pytest.mark.parametrize(
    "message, method, permission",
    [
        (NEEDED, "GET", "datasources:write"),
        ("Permissions needed: orgs:read", "POST", "orgs:read"),
        ("Access denied", "GET", "datasources:read"),
        ("Access denied", "PATCH", "datasources:write"),
        ("Access denied", "DELETE", "datasources:write"),
        (None, "GET", "datasources:read"),
    ],
)
@pytest.mark.parametrize("org_id", [None, 7])
def test_a_403_names_the_permission(message, method, permission, org_id):
    error = forbidden(message, request(method), org_id, is_anonymous=False)
    assert (type(error), error.code, error.status, error.message) == (HttpError, "permission_denied", 403, message)
    assert lacks(error, "%s %s" % (method, URL), "lack the permission %s" % permission) == []
    assert ("organization 7" in str(error)) == (org_id == 7)
    assert ("(Grafana says: %s)" % message in str(error)) == (message is not None)


@pytest.mark.parametrize("org_id", [None, 7])
def test_a_403_of_the_kubernetes_api_names_no_permission(org_id):
    path = "/apis/correlations.grafana.app/v0alpha1"
    error = forbidden("forbidden", request("POST", path), org_id, is_anonymous=False)
    assert error.code == "permission_denied"
    assert "permission" not in str(error) and "role" in str(error)
    assert ("organization 7" in str(error)) == (org_id == 7)


def test_a_403_of_a_server_that_ignores_wrong_credentials():
    error = forbidden(NEEDED, request("PATCH"), 7, is_anonymous=True)
    assert (type(error), error.code) == (HttpError, "unauthorized")
    assert (error.status, error.method, error.url, error.message) == (403, "PATCH", URL, NEEDED)
    assert lacks(error, GRAFANA, "anonymous", "check GRAFANA_TOKEN in the environment") == []


@pytest.mark.parametrize(
    "text",
    [
        "Correlation can only be edited via provisioning",
        "Data source is read only",
        "Data source is read-only",
        "cannot change: readOnly",
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_403_of_what_is_provisioned(method, text):
    assert is_read_only(403, text)
    error = refused(403, text, request(method))
    assert (type(error), error.code, error.status, error.message) == (ReadOnly, "provisioned", 403, text)
    assert lacks(error, text) == []


@pytest.mark.parametrize("status, text", [(403, NEEDED), (403, None), (403, ""), (400, "Data source is read only")])
def test_what_is_not_provisioned(status, text):
    assert not is_read_only(status, text)


@pytest.mark.parametrize(
    "text",
    [
        "Correlation not found",
        "Data source not found",
        "Source data source not found",
        "Organization not found",
        'correlations "x" not found',
    ],
)
def test_404_of_grafanas(text):
    error = refused(404, text, request("DELETE"))
    assert (type(error), error.code, error.status, error.message) == (NotFound, "not_found", 404, text)
    assert lacks(error, URL, text) == []


@pytest.mark.parametrize("status, text", [(404, "Not found"), (400, "id is invalid")])
def test_a_path_that_grafana_does_not_know(status, text):
    error = refused(status, text, request())
    assert (type(error), error.code, error.status) == (EndpointNotFound, "endpoint_not_found", status)
    assert lacks(error, URL, "9.1") == []


@pytest.mark.parametrize(
    "text", ["not found", "Not Found", "page not found", "404 page not found", "No such thing", None]
)
def test_404_of_somebody_elses(text):
    error = refused(404, text, request())
    assert (type(error), error.code, error.status) == (UnexpectedResponse, "unexpected_response", 404)
    assert lacks(error, URL, "404") == []
    assert ("(Grafana says: %s)" % text in str(error)) == (text is not None)


@pytest.mark.parametrize("status", [400, 409, 412, 418, 422, 500, 501])
@pytest.mark.parametrize("text", ["bad request data", None])
def test_other_statuses(status, text):
    error = refused(status, text, request("POST"))
    assert (type(error), error.code, error.status, error.message) == (HttpError, "request_failed", status, text)
    assert lacks(error, "%d to POST %s" % (status, URL)) == []
    assert ("(Grafana says: bad request data)" in str(error)) == (text is not None)


@pytest.mark.parametrize(
    "status, kind, code",
    [
        (429, NotDelivered, "too_many_requests"),
        (502, OutcomeUnknown, "unavailable"),
        (503, OutcomeUnknown, "unavailable"),
        (504, TimedOut, "unavailable"),
    ],
)
@pytest.mark.parametrize("method", METHODS)
def test_statuses_of_a_busy_server_or_a_gateway(status, kind, code, method):
    error = refused(status, "no", request(method))
    assert (type(error), error.code, error.status, error.message) == (kind, code, status, "no")
    assert lacks(error, URL, str(status), "(Grafana says: no)") == []
    assert "Grafana says" not in str(refused(status, None, request(method)))


def test_a_list_that_the_database_has_cut():
    error = refused(500, "Failed to get correlations", request())
    assert (type(error), error.code, error.status) == (ListFailed, "list_failed", 500)
    assert lacks(error, URL, "65,535", "grafana_correlation_info", "docs/errors.md") == []
    assert type(refused(500, "Failed to get correlation", request())) is HttpError


# What is not Grafana's


@pytest.mark.parametrize(
    "body, kind, shown",
    [
        (
            b"<html><head><title>Sign in</title></head>\n<body>Please  log in</body></html>",
            "text/html; charset=utf-8",
            "text/html; charset=utf-8, 'Sign in Please log in'",
        ),
        (b"", "text/plain", "text/plain, an empty text"),
        (b"   \n ", "text/plain", "an empty text"),
        (b"<br><br>", "text/html", "an empty text"),
        (b'{"message": "half', "application/json", 'application/json, \'{"message": "half\''),
        (b"\xff\xfe\x00", "application/octet-stream", "'\ufffd\ufffd'"),
        (b"x" * 500, "text/plain", "'%s'" % ("x" * 80)),
        (b"a\x00\x1b[31mb\xe2\x80\xaec", "text/plain", "'a [31mb c'"),
        (b"hello", None, "no content type, 'hello'"),
        (b"hello", "a\x1b[31m" + "b" * 400, "a [31m" + "b" * 294 + "..., 'hello'"),
    ],
)
@pytest.mark.parametrize("status", [200, 404, 500])
def test_an_answer_that_is_no_json(status, body, kind, shown):
    error = not_json(status, kind, body, request())
    assert (type(error), error.code, error.status) == (UnexpectedResponse, "unexpected_response", status)
    assert lacks(error, URL, "status %d, " % status, shown + ")") == []
    assert error.looks_successful == (status == 200)


@pytest.mark.parametrize("page", ["/login", "/explore", "/d/abc/logs", "/connections/datasources"])
def test_the_url_of_a_page(page):
    url = GRAFANA + page
    error = not_json(200, "text/html", b"", Request("GET", url + PATH, url, 30, "token", False))
    assert str(error).endswith(": remove %s from url." % page)


def test_an_answer_without_an_end():
    error = does_not_end("2 MiB", request(), 200)
    assert (type(error), error.code, error.status) == (UnexpectedResponse, "unexpected_response", 200)
    assert lacks(error, URL, "2 MiB") == []


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", METHODS)
def test_a_redirect(status, method):
    error = redirected(status, "https://other.example.com" + PATH, request(method))
    assert (type(error), error.code, error.status) == (UnexpectedResponse, "unexpected_response", status)
    assert lacks(error, URL, "(%d)" % status) == []
    assert error.looks_successful


@pytest.mark.parametrize(
    "location, url",
    [
        ("https://h/grafana" + PATH, "https://h/grafana"),
        ("https://user:secret@h" + PATH + "?a=b#c", "https://h"),
        ("/grafana" + PATH, "https://grafana.example.com/grafana"),
        ("//h" + PATH, "https://h"),
        ("https://h/g" + PATH + "?limit=5", "https://h/g"),
    ],
)
def test_a_redirect_to_the_same_path_tells_the_url_to_set(location, url):
    assert str(redirected(302, location, request())).endswith(" set url to %s." % url)


def test_the_query_of_a_request_is_no_part_of_its_path():
    found = redirected(302, "https://h/g" + PATH + "?limit=5", request(path=PATH + "?limit=5"))
    assert str(found).endswith(" set url to https://h/g.")


@pytest.mark.parametrize(
    "location, shown",
    [
        ("/login", "https://grafana.example.com/login"),
        ("https://sso.example.com/auth?client=1&secret=s3cr3t", "https://sso.example.com/auth"),
        ("https://me:s3cr3t@sso.example.com/auth", "https://sso.example.com/auth"),
        ("", URL),
        (PATH.rpartition("/")[2] + "?x", URL),
        ("https://h/\x07\x1b[31mx", "https://h/ [31mx"),
        ("https://h/" + "x" * 1000, "https://h/" + "x" * 290 + "..."),
    ],
)
def test_a_redirect_to_somewhere_else(location, shown):
    message = str(redirected(302, location, request()))
    assert "leads to %s, " % shown in message
    assert "s3cr3t" not in message and "set url" not in message


@pytest.mark.parametrize("location", ["http://[", "https://[::1", "https://exa\u2100mple:99999999/"])
def test_a_redirect_to_nowhere(location):
    assert "leads to nowhere" in str(redirected(302, location, request()))


@pytest.mark.parametrize("location", ["http://h:port/", "::", "mailto:x"])
def test_a_redirect_to_what_is_no_server(location):
    message = str(redirected(302, location, request()))
    assert "leads to " in message and "set url" not in message
