# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible must hide in results: the secrets of a task in every form in which a server can send them back. Pure."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import unquote, urlsplit

from ansible_collections.crosslink.grafana.plugins.module_utils._text import is_valid_unicode

BEARER = re.compile(r"bearer(\s+|\Z)", re.IGNORECASE)
# Shorter header values (a tenant "1") would censor half of every result.
SHORTEST_SECRET = 8
# What can be meant as a password, also with characters that should be quoted: up to the last @.
_URL_PASSWORDS = [
    re.compile(start + r"[^:/@]*:(?!//)(.+)@", re.DOTALL) for start in (r"\A[A-Za-z][A-Za-z0-9+.-]*:/+", r"\A/*")
]


def url_credentials(url: t.Any) -> tuple[str | None, str | None]:
    """User name and password of ``https://user:password@host``, decoded; None where the url has none."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
    except ValueError:
        return None, None
    return tuple(unquote(half) if half else None for half in (parts.username, parts.password))  # type: ignore[return-value]


def option_secrets(url: t.Any, headers: t.Any) -> set[str]:
    """Secrets that the argument spec does not mark: in ``url``, and the longer values of ``http_headers``."""
    user, password = url_credentials(url)
    secrets: set[str] = set()
    if password:
        raw = urlsplit(url).password or ""
        secrets |= {password, raw, "%s:%s" % (user or "", raw)}
    if isinstance(url, str):
        url = url.strip()
        # Also of an invalid url, which the message shows.
        secrets |= {found.group(1) for found in (pattern.match(url) for pattern in _URL_PASSWORDS) if found}
    if isinstance(headers, t.Mapping):
        secrets |= {str(value) for value in headers.values() if len(str(value)) >= SHORTEST_SECRET}
    return secrets


def forms_of_secret(value: t.Any) -> set[str]:
    """A secret as it is given, and as it is sent."""
    text = "" if value is None else str(value)
    if not is_valid_unicode(text):
        return set()  # Ansible cannot search for it; it is refused without being shown
    return {form for form in (text, text.strip(), BEARER.sub("", text.strip(), count=1)) if form}


def environment_secrets(environ: t.Mapping[str, str]) -> set[str]:
    """The secrets that the environment may supply."""
    found = (forms_of_secret(environ.get(name)) for name in ("GRAFANA_TOKEN", "GRAFANA_API_KEY", "GRAFANA_PASSWORD"))
    return set().union(*found, option_secrets(environ.get("GRAFANA_URL"), None))


def sent_secrets(headers: t.Mapping[str, str]) -> set[str]:
    """What signs in, as it is sent: the token, or user and password in base64."""
    sent = headers.get("Authorization", "").rpartition(" ")[2].rstrip("=")
    return {sent} if sent else set()
