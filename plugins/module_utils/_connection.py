# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How to reach and sign in to one Grafana, worked out from module options and the environment; no I/O but file tests."""

from __future__ import annotations

import base64
import dataclasses
import os
import re
import typing as t
from urllib.parse import unquote, urlsplit, urlunsplit

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Mistake
from ansible_collections.crosslink.grafana.plugins.module_utils._words import is_whole_text

# What to give for the options whose text must not be empty. An empty one is a lookup that found nothing, and what the
# environment has in its place could lead to another Grafana.
NEVER_EMPTY = {
    "url": "where Grafana is",
    "token": "the token",
    "url_username": "the user's name",
    "url_password": "the password",
    "org_id": "the organisation's number",
    "org_name": "the organisation's name",
}
ORG_HEADER = "X-Grafana-Org-Id"
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
# Whatever may be meant as a password, also where it has characters that belong quoted: up to the last @.
_URL_PASSWORDS = [re.compile(start + r"[^:/@]*:(?!//)(.+)@", re.DOTALL) for start in (r"\A[A-Za-z][A-Za-z0-9+.-]*:/+", r"\A/*")]
LONGEST_TIMEOUT = 24 * 60 * 60  # seconds
_BEARER = re.compile(r"bearer(\s+|\Z)", re.IGNORECASE)
# The routes that the client puts behind the url; a proxy may serve Grafana under a path with such a word further left.
_API = re.compile(r"/(apis?)(/(datasources|correlations\.grafana\.app)\b.*)?\Z")
# Those that say how long a request is: the client alone knows.
_OWN_HEADERS = frozenset(("content-length", "transfer-encoding"))
# Shorter header values (a tenant "1") would censor half of every result.
SHORTEST_SECRET = 8

Params = t.Mapping[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Connection:
    """Everything a client needs. ``verify`` and ``cert`` are what requests takes; ``timeout`` is in seconds."""

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


def url_credentials(url: t.Any) -> tuple[str | None, str | None]:
    """User name and password of ``https://user:password@host``, decoded; None where the url has none."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
    except ValueError:
        return None, None
    return tuple(unquote(half) if half else None for half in (parts.username, parts.password))  # type: ignore[return-value]


def option_secrets(url: t.Any, headers: t.Any) -> set[str]:
    """The secrets that Ansible does not know as such: in ``url``, and the longer values of ``http_headers``."""
    user, password = url_credentials(url)
    secrets: set[str] = set()
    if password:
        raw = urlsplit(url).password or ""
        secrets |= {password, raw, "%s:%s" % (user or "", raw)}
    if isinstance(url, str):
        url = url.strip()
        # Also of a url that will be refused, which the refusal echoes.
        secrets |= {found.group(1) for found in (pattern.match(url) for pattern in _URL_PASSWORDS) if found}
    if isinstance(headers, t.Mapping):
        secrets |= {str(value) for value in headers.values() if len(str(value)) >= SHORTEST_SECRET}
    return secrets


def forms_of_secret(value: t.Any) -> set[str]:
    """A secret as it is given, and without what does not belong to it, as it would be sent."""
    text = "" if value is None else str(value)
    if not is_whole_text(text):
        return set()  # Ansible cannot look for it; it is refused without being shown
    return {form for form in (text, text.strip(), _BEARER.sub("", text.strip(), count=1)) if form}


def environment_secrets(environ: t.Mapping[str, str]) -> set[str]:
    """The secrets that the environment may supply."""
    found = (forms_of_secret(environ.get(name)) for name in ("GRAFANA_TOKEN", "GRAFANA_API_KEY", "GRAFANA_PASSWORD"))
    return set().union(*found, option_secrets(environ.get("GRAFANA_URL"), None))


def sent_secrets(connection: Connection) -> set[str]:
    """What signs in, as it is sent: the token, or user and password in base64."""
    sent = connection.headers.get("Authorization", "").rpartition(" ")[2].rstrip("=")
    return {sent} if sent else set()


def _clean_url(url: str) -> str:
    """The url without credentials, and without a slash at its end."""
    if not url:
        raise Mistake("No url is given: set url, or GRAFANA_URL in the environment, to where Grafana is, such as https://grafana.example.com.")
    try:
        parts = urlsplit(url)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        port_is_valid = False
    if not port_is_valid:
        raise Mistake("The url cannot be read: write it as https://grafana.example.com, with a path where Grafana is served under one.")
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme not in ("http", "https"):
        shown = re.sub(r"^([a-z+.-]*:)?//([^/@]*@)?", "", url)
        raise Mistake("The url '%s' has no http:// or https:// in front: write https://grafana.example.com." % (shown if "@" not in shown else "..."))
    if not parts.hostname or re.search(r"[\s\x00-\x1f]", url):
        raise Mistake("The url has no valid host name: write it as https://grafana.example.com.")
    if parts.query or parts.fragment:
        raise Mistake("The url must end with Grafana's path: leave out what stands behind '?' or '#'.")
    if "" in (parts.username, parts.password):
        raise Mistake("The url has an empty user name or password: give both, or take them out of the url.")
    route = _API.search(parts.path.rstrip("/"))
    if route:
        sentence = "The url must be where Grafana itself is, without the path of its API: leave %s out."
        raise Mistake(sentence % route.group(0))
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))


def _checked_headers(headers: Params | None) -> dict[str, str]:
    checked = {}
    for name, value in (headers or {}).items():
        if not _HEADER_NAME.match(str(name)):
            raise Mistake("http_headers has a name that no HTTP header can have: %r." % str(name)[:40])
        if str(name).lower() in _OWN_HEADERS:
            raise Mistake("http_headers has %s, which is not for a user to say; leave it out." % name)
        if value is None or isinstance(value, (dict, list)):
            raise Mistake("http_headers: the value of %s must be text." % name)
        checked[str(name)] = _header_value("http_headers: the value of %s" % name, str(value))
    return checked


def _header_value(what: str, value: str) -> str:
    if re.search(r"[\r\n\x00]", value):
        raise Mistake("%s contains a line break or a null character; take it out." % what)
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        raise Mistake("%s contains characters that an HTTP header cannot carry." % what) from None
    return value


def _sign_in(params: Params, environ: t.Mapping[str, str], from_url: tuple[str | None, str | None]) -> tuple[str | None, str | None, str | None]:
    """Token, user name and password: the task's own, completed or else supplied by the environment."""
    token = None if params["token"] is None else _bare_token("token", params["token"])
    user, password = params["url_username"], params["url_password"]
    if from_url[0] or from_url[1]:
        if token or user or password:
            raise Mistake("The url carries a user name or password beside token, url_username or url_password: take them out of the url.")
        user, password = from_url
    if token is not None and (user or password):
        raise Mistake("token and url_username/url_password are both given: leave one of them out.")
    if token is None and user is None and password is None:
        for name in ("GRAFANA_TOKEN", "GRAFANA_API_KEY"):
            if environ.get(name, "").strip():
                return _bare_token("%s in the environment" % name, environ[name]), None, None
    if token is None:
        user = environ.get("GRAFANA_USER") or None if user is None else user
        password = environ.get("GRAFANA_PASSWORD") or None if password is None else password
        if (user is None) != (password is None):
            given, missing, name = ("url_username", "url_password", "GRAFANA_PASSWORD")
            if user is None:
                given, missing, name = ("url_password", "url_username", "GRAFANA_USER")
            raise Mistake("%s is given without %s: set %s too, or %s in the environment." % (given, missing, missing, name))
    return token, user, password


def _bare_token(where: str, text: str) -> str:
    token = text.strip()
    if _BEARER.match(token):
        sentence = "%s starts with 'Bearer ': give the token alone, since that word is added when it is sent."
        raise Mistake(sentence % where)
    return token


def _authorization(token: str | None, user: str | None, password: str | None) -> str | None:
    if token is not None:
        try:
            token.encode("ascii")
        except UnicodeEncodeError:
            raise Mistake("token contains characters that no Grafana token has.") from None
        return "Bearer " + _header_value("token", token)
    if user is None:
        return None
    if ":" in user:
        raise Mistake("url_username contains a colon, which HTTP basic authentication cannot carry.")
    return "Basic " + base64.b64encode(("%s:%s" % (user, password)).encode("utf-8")).decode("ascii")


def _organization(params: Params, environ: t.Mapping[str, str], headers: t.Mapping[str, str]) -> int | None:
    """The number of the organisation: from the task, else from a header of its own, else from GRAFANA_ORG_ID.

    Grafana takes a header that is no positive number for "the current organisation", so such a one is refused.
    """
    in_headers = [value for name, value in headers.items() if name.lower() == ORG_HEADER.lower()]
    org_id, name = params["org_id"], params["org_name"]
    if org_id is not None and name is not None:
        raise Mistake("org_id and org_name are both given: leave one of them out.")
    if in_headers and (org_id is not None or name is not None):
        raise Mistake("http_headers has %s beside org_id or org_name: leave it out of http_headers." % ORG_HEADER)
    if name is not None:
        return None
    where, text = "org_id", str(org_id) if org_id is not None else ""
    if in_headers:
        where, text = "http_headers: %s" % ORG_HEADER, in_headers[0]
    elif not text:
        where, text = "GRAFANA_ORG_ID in the environment", environ.get("GRAFANA_ORG_ID", "")
    if not text and not in_headers:
        return None
    # Grafana takes a number beyond 64 bits for "the current organisation", too.
    if not re.match(r"[0-9]{1,18}\Z", text) or int(text) < 1:
        raise Mistake("%s is '%s', but organisations are numbered from 1." % (where, text[:40]))
    return int(text)


def _client_certificate(params: Params) -> str | tuple[str, str] | None:
    cert, key = params["client_cert"], params["client_key"]
    if key and not cert:
        raise Mistake("client_key is given without client_cert.")
    for option in ("ca_path", "client_cert", "client_key"):
        if params[option] and not os.path.exists(params[option]):
            raise Mistake("%s: there is no file %s on the host that runs the module." % (option, params[option]))
    return (cert, key) if cert and key else cert or None


def connection_from(params: Params, environ: t.Mapping[str, str]) -> Connection:
    """The connection that validated module options describe, completed from the environment.

    None is an option that is not given; an empty variable of the environment counts as not set. Raises Mistake with one
    sentence for whatever is missing or contradictory.
    """
    raw_url = (environ.get("GRAFANA_URL") or "" if params["url"] is None else params["url"]).strip()
    url = _clean_url(raw_url)
    headers = _checked_headers(params["http_headers"])
    own_authorization = any(name.lower() == "authorization" for name in headers)
    if own_authorization:
        environ = {name: value for name, value in environ.items() if name == "GRAFANA_ORG_ID"}
    token, user, password = _sign_in(params, environ, url_credentials(raw_url))
    authorization = _authorization(token, user, password)
    cert = _client_certificate(params)
    if authorization and own_authorization:
        raise Mistake("http_headers has Authorization beside token or url_username: leave one of them out.")
    if not authorization and not headers and not cert:
        raise Mistake(
            "No credentials are given: set token, or url_username and url_password "
            "(or GRAFANA_TOKEN, or GRAFANA_USER and GRAFANA_PASSWORD in the environment)."
        )
    if authorization:
        headers["Authorization"] = authorization
    if not 1 <= params["timeout"] <= LONGEST_TIMEOUT:
        raise Mistake("timeout must be from 1 to %d seconds." % LONGEST_TIMEOUT)
    if params["retries"] < 0:
        raise Mistake("retries must not be negative.")
    return Connection(
        url=url,
        headers=headers,
        by_token=any(name.lower() == "authorization" and value.lower().startswith("bearer ") for name, value in headers.items()),
        org_id=_organization(params, environ, headers),
        org_name=params["org_name"],
        verify=params["ca_path"] or True if params["validate_certs"] else False,
        cert=cert,
        use_proxy=params["use_proxy"],
        timeout=params["timeout"],
        retries=params["retries"],
        api=params["api"],
    )
