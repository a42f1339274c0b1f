# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns what ``requests`` raises into exceptions that say what to do. Pure.

Exceptions are told apart by their types and codes; text decides only where a library gives nothing else.
"""

from __future__ import annotations

import re
import ssl
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    HttpError,
    NotDelivered,
    OutcomeUnknown,
    TimedOut,
    UnexpectedResponse,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._http_errors import Request
from ansible_collections.crosslink.grafana.plugins.module_utils._text import quotable

try:
    import requests
    import urllib3.connection
    import urllib3.exceptions

    # Addresses that the library refuses, so another try is useless.
    _UNUSABLE: t.Tuple[t.Type[Exception], ...] = (
        requests.exceptions.InvalidURL,
        requests.exceptions.InvalidSchema,
        urllib3.exceptions.LocationParseError,
    )
    _NO_CONNECTION: t.Tuple[t.Type[Exception], ...] = (
        requests.exceptions.ConnectTimeout,
        urllib3.exceptions.ConnectTimeoutError,
        urllib3.exceptions.NewConnectionError,
    )
    # urllib3 1 compares host names itself, and its exception is no ssl.SSLError.
    _CERTIFICATE_ERRORS: t.Tuple[t.Type[Exception], ...] = (
        ssl.SSLCertVerificationError,
        t.cast(t.Any, urllib3.connection).CertificateError,
    )
    _TLS_ERRORS: t.Tuple[t.Type[Exception], ...] = (ssl.SSLError, *_CERTIFICATE_ERRORS)
except ImportError:  # the module reports it
    pass

_CHECK_CERTIFICATES = "Check url, ca_path, client_cert and client_key."
_UNKNOWN_AUTHORITY = (
    "Set ca_path to the certificate of the authority that signed it (or validate_certs: false to accept any)."
)
_HOST_NAME_MISMATCH = 62
# By the verify_code of OpenSSL (X509_V_ERR_...).
_VERIFY_ADVICE = {
    2: _UNKNOWN_AUTHORITY,
    10: "Renew the server's certificate.",
    18: _UNKNOWN_AUTHORITY,
    19: _UNKNOWN_AUTHORITY,
    20: _UNKNOWN_AUTHORITY,
    21: _UNKNOWN_AUTHORITY,
    _HOST_NAME_MISMATCH: "Use the host name in url that the certificate was issued for.",
    64: "Use the host name in url that the certificate was issued for.",
}
# By parts of the reason of an ssl.SSLError.
_TLS_ADVICE = (
    (
        ("CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "HANDSHAKE_FAILURE"),
        "If the server requires a client certificate, set client_cert and client_key.",
    ),
    (
        ("WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "RECORD_LAYER", "HTTP_REQUEST"),
        "The server does not use TLS on this port: should url start with http://?",
    ),
    (
        ("CERTIFICATE", "UNKNOWN_CA", "UNRECOGNIZED_NAME", "UNSUPPORTED_PROTOCOL", "PROTOCOL_VERSION", "CIPHER"),
        _CHECK_CERTIFICATES,
    ),
    (("KEY_TOO_SMALL", "KEY_VALUES_MISMATCH", "PEM"), _CHECK_CERTIFICATES),
)


def no_answer(error: Exception, request: Request) -> HttpError:
    """The error for a request without a complete answer, from what requests raised."""
    chain = _unwound(error)
    reason = _reason(chain)
    tls_error = next((inner for inner in chain if isinstance(inner, _TLS_ERRORS)), None)
    is_tls = tls_error is not None or isinstance(error, requests.exceptions.SSLError)
    if is_tls and not isinstance(error, requests.exceptions.ProxyError):  # that would be TLS with the proxy
        return _tls_failed(tls_error, reason, request)
    if isinstance(error, requests.exceptions.InvalidHeader):
        sentence = "http_headers, token or url_username contain something that is not a valid header value."
        return request.error(HttpError, sentence, "invalid_value")
    is_unusable = any(isinstance(inner, _UNUSABLE) for inner in chain) or "label empty" in str(error)
    if is_unusable and request.has_proxy:  # the library's words can contain the proxy's password
        sentence = (
            "The url %s, or its proxy, cannot be used: "
            "check url, HTTP_PROXY, HTTPS_PROXY and NO_PROXY, or set use_proxy: false."
        )
        return request.error(HttpError, sentence % request.grafana, "invalid_url")
    if is_unusable:
        return request.error(HttpError, "The url %s cannot be used: %s." % (request.grafana, reason), "invalid_url")
    if isinstance(error, ValueError) and not isinstance(error, requests.exceptions.RequestException):
        sentence = "%s answers with something that cannot be read (%s): is this Grafana?" % (request.url, reason)
        return request.error(UnexpectedResponse, sentence)
    is_missing_file = type(error) is OSError and error.errno is None  # pylint: disable=unidiomatic-typecheck
    if is_missing_file:  # requests raises it without a number; that of a socket has one
        sentence = "%s. Check ca_path, client_cert, client_key, and REQUESTS_CA_BUNDLE in the environment." % reason
        return request.error(HttpError, sentence, "file_not_found")
    return _not_connected(error, chain, reason, request)


def _not_connected(error: Exception, chain: t.Sequence[BaseException], reason: str, request: Request) -> HttpError:
    """The error for a connection that was not made, was too slow, or broke."""
    was_refused = any(isinstance(inner, _NO_CONNECTION) for inner in chain)
    if isinstance(error, requests.exceptions.ProxyError):
        sentence = "The proxy for %s failed: %s. Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY, or set use_proxy: false."
        was_refused = was_refused or "Tunnel connection failed" in reason
        return request.error(
            NotDelivered if was_refused else OutcomeUnknown, sentence % (request.url, reason), "proxy_failed"
        )
    if isinstance(error, requests.exceptions.ConnectTimeout):
        sentence = "No connection to %s within %d seconds: check url and the network, or raise timeout."
        return request.error(NotDelivered, sentence % (request.url, request.timeout))
    if was_refused:
        return request.error(NotDelivered, "There is no Grafana at %s: %s. Check url." % (request.url, reason))
    is_timeout = any(isinstance(inner, (requests.exceptions.Timeout, TimeoutError)) for inner in chain)
    if is_timeout or "timed out" in str(error):
        sentence = "Grafana did not answer within %d seconds at %s: raise timeout if it is slow."
        return request.error(TimedOut, sentence % (request.timeout, request.url))
    advice = ""
    if "Remote end closed" in reason:
        advice = " Does the server use TLS (then write https:// in url), or require a client certificate (client_cert)?"
    return request.error(OutcomeUnknown, "The connection to %s broke: %s.%s" % (request.url, reason, advice))


def _tls_failed(error: BaseException | None, reason: str, request: Request) -> HttpError:
    advice = None
    is_certificate = isinstance(error, _CERTIFICATE_ERRORS)
    if is_certificate:
        # Without a code it was a library that compared the host names.
        code = getattr(error, "verify_code", _HOST_NAME_MISMATCH)
        advice = _VERIFY_ADVICE.get(code, _CHECK_CERTIFICATES)
    elif error is not None:
        names = getattr(error, "reason", None) or str(error)  # such as "[SSL] PEM lib"
        advice = next((advice for parts, advice in _TLS_ADVICE if any(part in names for part in parts)), None)
    # Only a refused certificate proves that nothing was sent; others can break an exchange that Grafana handled.
    is_refusal = is_certificate or (advice is not None and request.method == "GET")
    sentence = "TLS with %s failed: %s. %s"
    advice = advice or "Check the network and what is in front of Grafana."
    kind = HttpError if is_refusal else OutcomeUnknown
    return request.error(kind, sentence % (request.url, reason, advice), "tls_failed")


def _unwound(error: BaseException) -> list[BaseException]:
    """The exception and those that it wraps, outermost first."""
    chain = [error]
    for _depth in range(10):
        outer = chain[-1]
        context = None if outer.__suppress_context__ else outer.__context__
        inner = getattr(outer, "reason", None)
        inner = inner if isinstance(inner, BaseException) else outer.__cause__ or context
        if not isinstance(inner, BaseException):
            inner = next((argument for argument in reversed(outer.args) if isinstance(argument, BaseException)), None)
        if inner is None or inner in chain:
            break
        chain.append(inner)
    return chain


def _reason(chain: t.Sequence[BaseException]) -> str:
    """The words of the operating system or TLS library, without urls' credentials."""
    innermost = chain[-1]
    text = getattr(innermost, "strerror", None) or str(innermost) or type(innermost).__name__
    return quotable(re.sub(r"//[^/@\s]*@", "//", text.rpartition(">: ")[2] or text)).rstrip(".")
