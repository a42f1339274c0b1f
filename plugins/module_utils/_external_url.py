# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is probably wrong with the URL of an external correlation. Pure."""

from __future__ import annotations

import re

from ansible_collections.crosslink.grafana.plugins.module_utils._link_variables import VARIABLE, use_of
from ansible_collections.crosslink.grafana.plugins.module_utils._text import shortened
from ansible_collections.crosslink.grafana.plugins.module_utils._validator import Validator

WITHOUT_SCHEME, WITH_SPACE, NOT_ENCODED = "url_without_scheme", "url_with_space", "variable_not_encoded"

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ENCODING_FORMATS = frozenset(("percentencode", "uriencode", "queryparam"))


def check_external_url(validator: Validator, url: str) -> None:
    """Note the errors and warnings about a URL, in which nothing is encoded unless the format of a variable says so."""
    first = VARIABLE.match(url)
    if not (first or url.startswith("/") or _SCHEME.match(url)):
        message = "config.target.url '%s' has no scheme: write https:// in front" % shortened(url)
        validator.error(WITHOUT_SCHEME, message)
    if re.search(r"\s", VARIABLE.sub("", url)):
        validator.error(WITH_SPACE, "config.target.url '%s' contains white space: write %%20" % shortened(url))
    # A variable at the beginning is a whole URL, or the first part of one.
    plain = [
        found for found in VARIABLE.finditer(url) if found.start() and use_of(found).format not in _ENCODING_FORMATS
    ]
    if plain:
        text = " and ".join(dict.fromkeys(found.group() for found in plain))
        name = use_of(plain[0]).full_name
        message = "config.target.url does not encode %s: write ${%s:percentencode}, unless the value is part of a URL"
        validator.warn(NOT_ENCODED, message % (text, name))
