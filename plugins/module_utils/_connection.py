# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How to reach and sign in to one Grafana, from module options and the environment. No I/O except file tests."""

from __future__ import annotations

import base64
import dataclasses
import os
import re
import typing as t
from urllib.parse import urlsplit, urlunsplit

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError
from ansible_collections.crosslink.grafana.plugins.module_utils._secrets import BEARER, url_credentials

# What to give for options that must not be empty. An empty one is a lookup that found nothing, and what the environment
# has instead could lead to another Grafana.
NEVER_EMPTY = {
    "url": "the URL of Grafana",
    "token": "the token",
    "url_username": "the user name",
    "url_password": "the password",
    "org_id": "the number of the organization",
    "org_name": "the name of the organization",
}
ORG_HEADER = "X-Grafana-Org-Id"
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
LONGEST_TIMEOUT = 24 * 60 * 60  # seconds
# The paths that the client appends to the url; a proxy can serve Grafana under a path with such a word further left.
_API = re.compile(r"/(apis?)(/(datasources|correlations\.grafana\.app)\b.*)?\Z")
# The client alone knows the length of a request.
_OWN_HEADERS = frozenset(("content-length", "transfer-encoding"))

Params = t.Mapping[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Connection:
    """Everything a client needs. ``verify`` and ``cert`` are what requests takes; ``timeout`` is in seconds.

    ``credentials`` says where to look if Grafana does not accept them.
    """

    url: str
    headers: t.Mapping[str, str]
    by_token: bool
    org_id: int | None
    org_name: str | None
    verify: bool | str
    cert: str | tuple[str, str] | None
    use_proxy: bool
    timeout: int
    retries: int
    api: str
    credentials: str


def _clean_url(url: str) -> str:
    """The url without credentials, and without a slash at its end."""
    if not url:
        sentence = (
            "No url is given: set url (in an inventory grafana_correlations_url), or GRAFANA_URL in the environment, "
            "for example to https://grafana.example.com."
        )
        raise InputError(sentence, "missing_option")
    try:
        parts = urlsplit(url)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        port_is_valid = False
    if not port_is_valid:
        sentence = (
            "The url is not valid, or its port is not a number from 1 to 65535: write it as "
            "https://grafana.example.com, with a path if Grafana is served under one."
        )
        raise InputError(sentence, "invalid_url")
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme not in ("http", "https"):
        shown = re.sub(r"^([a-z+.-]*:)?//[^/@]*@", r"\1//", url)
        shown = shown if "@" not in shown else "..."
        example = (
            "https://grafana.example.com" if "//" in url or "@" in url else "https://%s (or http://%s)" % (shown, shown)
        )
        sentence = "The url '%s' does not start with http:// or https://: write %s."
        raise InputError(sentence % (shown, example), "invalid_url")
    if not parts.hostname or re.search(r"[\s\x00-\x1f]", url):
        raise InputError("The url has no valid host name: write it as https://grafana.example.com.", "invalid_url")
    if parts.query or parts.fragment:
        raise InputError("The url must end with Grafana's path: remove '?' or '#' and what follows.", "invalid_url")
    if "" in (parts.username, parts.password):
        sentence = "The url has an empty user name or password: give both, or remove them from the url."
        raise InputError(sentence, "invalid_url")
    api_path = _API.search(parts.path.rstrip("/"))
    if api_path:
        sentence = "The url must be that of Grafana itself, without the path of its API: remove %s."
        raise InputError(sentence % api_path.group(0), "invalid_url")
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))


def _checked_headers(headers: Params | None) -> dict[str, str]:
    checked = {}
    for name, value in (headers or {}).items():
        if not _HEADER_NAME.match(str(name)):
            raise InputError("http_headers contains an invalid header name: %r." % str(name)[:40], "invalid_value")
        if str(name).lower() in _OWN_HEADERS:
            raise InputError("http_headers contains %s, which cannot be set: remove it." % name, "invalid_value")
        if value is None or isinstance(value, (dict, list)):
            raise InputError("http_headers: the value of %s must be text." % name, "invalid_type")
        checked[str(name)] = _header_value("http_headers: the value of %s" % name, str(value))
    return checked


def _header_value(what: str, value: str) -> str:
    if re.search(r"[\r\n\x00]", value):
        raise InputError("%s contains a line break or a NUL character: remove it." % what, "invalid_value")
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        raise InputError("%s contains characters that HTTP headers cannot contain." % what, "invalid_value") from None
    return value


def _sign_in(
    params: Params, environ: t.Mapping[str, str], from_url: tuple[str | None, str | None]
) -> tuple[str | None, str | None, str | None, str]:
    """Token, user name and password: those of the task, completed or else supplied by the environment; and where they
    are from."""
    token = None if params["token"] is None else _bare_token("token", params["token"])
    user, password = params["url_username"], params["url_password"]
    if from_url[0] or from_url[1]:
        if token or user or password:
            sentence = "The url contains a user name or password, and so do other options: remove them from the url."
            raise InputError(sentence, "contradiction")
        user, password = from_url
    if token is not None and (user or password):
        raise InputError("token and url_username/url_password are both given: remove one of them.", "contradiction")
    if token is None and user is None and password is None:
        for name in ("GRAFANA_TOKEN", "GRAFANA_API_KEY"):
            if environ.get(name, "").strip():
                where = "%s in the environment" % name
                return _bare_token(where, environ[name]), None, None, where
    where = "token"
    if token is None:
        where = _where_from(user, password, any(from_url))
        user = environ.get("GRAFANA_USER") or None if user is None else user
        password = environ.get("GRAFANA_PASSWORD") or None if password is None else password
        if (user is None) != (password is None):
            given, missing, name = ("url_username", "url_password", "GRAFANA_PASSWORD")
            if user is None:
                given, missing, name = ("url_password", "url_username", "GRAFANA_USER")
            sentence = "%s is given without %s: set %s too, or %s in the environment."
            raise InputError(sentence % (given, missing, missing, name), "missing_option")
    return token, user, password, where


def _where_from(user: str | None, password: str | None, in_url: bool) -> str:
    """Where the user name and the password are from; those that the task does not give are from the environment."""
    if user is None and password is None:
        return "GRAFANA_USER and GRAFANA_PASSWORD in the environment"
    if user is None or password is None:
        given = ("url_username", "GRAFANA_PASSWORD") if password is None else ("url_password", "GRAFANA_USER")
        return "%s, and %s in the environment" % given
    return "the user name and password in url" if in_url else "url_username and url_password"


def _bare_token(where: str, text: str) -> str:
    token = text.strip()
    if BEARER.match(token):
        raise InputError("%s starts with 'Bearer ': give only the token, the word is added." % where, "invalid_value")
    return token


def _authorization(token: str | None, user: str | None, password: str | None) -> str | None:
    if token is not None:
        try:
            token.encode("ascii")
        except UnicodeEncodeError:
            raise InputError("token contains characters that Grafana tokens do not have.", "invalid_value") from None
        return "Bearer " + _header_value("token", token)
    if user is None:
        return None
    if ":" in user:
        raise InputError("url_username contains a colon, which basic authentication does not allow.", "invalid_value")
    return "Basic " + base64.b64encode(("%s:%s" % (user, password)).encode("utf-8")).decode("ascii")


def _organization(params: Params, environ: t.Mapping[str, str], headers: t.Mapping[str, str]) -> int | None:
    """The number of the organization: from the task, else from its header, else from GRAFANA_ORG_ID.

    Grafana ignores a header that is not a positive number and acts on the current organization, so it is refused.
    """
    in_headers = [value for name, value in headers.items() if name.lower() == ORG_HEADER.lower()]
    org_id, name = params["org_id"], params["org_name"]
    if org_id is not None and name is not None:
        raise InputError("org_id and org_name are both given: remove one of them.", "contradiction")
    if in_headers and (org_id is not None or name is not None):
        sentence = "http_headers contains %s, and org_id or org_name is given: remove it from http_headers."
        raise InputError(sentence % ORG_HEADER, "contradiction")
    if name is not None:
        return None
    where, text = "org_id", str(org_id) if org_id is not None else ""
    if in_headers:
        where, text = "http_headers: %s" % ORG_HEADER, in_headers[0]
    elif not text:
        where, text = "GRAFANA_ORG_ID in the environment", environ.get("GRAFANA_ORG_ID", "")
    if not text and not in_headers:
        return None
    # Grafana ignores a number beyond 64 bits, too.
    if not re.match(r"[0-9]{1,18}\Z", text) or int(text) < 1:
        raise InputError("%s is '%s', but organizations are numbered from 1." % (where, text[:40]), "invalid_value")
    return int(text)


def _client_certificate(params: Params) -> str | tuple[str, str] | None:
    cert, key = params["client_cert"], params["client_key"]
    if key and not cert:
        raise InputError("client_key is given without client_cert.", "missing_option")
    for option in ("ca_path", "client_cert", "client_key"):
        if params[option] and not os.path.exists(params[option]):
            sentence = "%s: the file %s does not exist on the host that runs the module."
            raise InputError(sentence % (option, params[option]), "file_not_found")
    return (cert, key) if cert and key else cert or None


def _is_bearer(name: str, value: str) -> bool:
    return name.lower() == "authorization" and value.lower().startswith("bearer ")


def connection_from(params: Params, environ: t.Mapping[str, str]) -> Connection:
    """The connection that validated module options describe, completed from the environment.

    None is an option that is not given; an empty environment variable counts as not set. Raises InputError.
    """
    raw_url = (environ.get("GRAFANA_URL") or "" if params["url"] is None else params["url"]).strip()
    url = _clean_url(raw_url)
    headers = _checked_headers(params["http_headers"])
    own_authorization = any(name.lower() == "authorization" for name in headers)
    if own_authorization:
        environ = {name: value for name, value in environ.items() if name == "GRAFANA_ORG_ID"}
    token, user, password, credentials = _sign_in(params, environ, url_credentials(raw_url))
    authorization = _authorization(token, user, password)
    cert = _client_certificate(params)
    if authorization and own_authorization:
        sentence = "http_headers contains Authorization, and token or url_username is given: remove one of them."
        raise InputError(sentence, "contradiction")
    if not authorization and not headers and not cert:
        raise InputError(
            "No credentials are given: set token (in an inventory grafana_correlations_token), or url_username and "
            "url_password (or GRAFANA_TOKEN, or GRAFANA_USER and GRAFANA_PASSWORD in the environment).",
            "missing_option",
        )
    if authorization:
        headers["Authorization"] = authorization
    else:
        others = (("http_headers", headers), ("client_cert", cert))
        credentials = " and ".join(name for name, given in others if given)
    if not 1 <= params["timeout"] <= LONGEST_TIMEOUT:
        raise InputError("timeout must be from 1 to %d seconds." % LONGEST_TIMEOUT, "invalid_value")
    if params["retries"] < 0:
        raise InputError("retries must not be negative.", "invalid_value")
    return Connection(
        url=url,
        headers=headers,
        by_token=any(_is_bearer(name, value) for name, value in headers.items()),
        org_id=_organization(params, environ, headers),
        org_name=params["org_name"],
        verify=params["ca_path"] or True if params["validate_certs"] else False,
        cert=cert,
        use_proxy=params["use_proxy"],
        timeout=params["timeout"],
        retries=params["retries"],
        api=params["api"],
        credentials=credentials,
    )
