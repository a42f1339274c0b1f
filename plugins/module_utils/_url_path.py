# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paths of URLs from uids and names. Pure."""

from __future__ import annotations

from urllib.parse import quote

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError
from ansible_collections.crosslink.grafana.plugins.module_utils._text import is_valid_unicode


def is_safe_segment(text: str) -> bool:
    """Whether a uid or name may be part of a path: HTTP clients resolve ``.`` and ``..`` before they send."""
    return text not in ("", ".", "..")


def path_of(*segments: str) -> str:
    """``/api/...`` from unquoted segments; each is quoted as a whole, so that none reaches another resource."""
    for segment in segments:
        if not is_safe_segment(segment):
            raise InputError("A uid is '%s', which a URL cannot carry; nothing was sent." % segment, "invalid_value")
        if not is_valid_unicode(segment):
            sentence = "A uid or name contains a lone surrogate, which a URL cannot carry; nothing was sent."
            raise InputError(sentence, "invalid_value")
    return "".join("/" + quote(segment, safe="") for segment in segments)
