# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long a correlation may be. Pure.

On MySQL and MariaDB, Grafana keeps 65,535 bytes of a label, a description and a config, and cuts the rest while it
answers 200 (measured on 12.4.3). A config that was cut is no JSON any more, and every list that meets it fails from
then on.
"""

from __future__ import annotations

import json
import typing as t
from decimal import Decimal
from json.encoder import encode_basestring

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import without_empty_transformations

MOST_BYTES = 65_535

# Go's encoding/json writes these as six bytes, such as \u003c.
_SIX_BYTES = ("<", ">", "&", "\u2028", "\u2029")


def json_bytes(value: t.Any) -> int:
    """How many bytes the JSON of a value has when Grafana writes it, that is Go's encoding/json without white space."""
    if isinstance(value, str):
        text = encode_basestring(value)
        return _utf8_bytes(text) + sum(text.count(character) * (6 - _utf8_bytes(character)) for character in _SIX_BYTES)
    if isinstance(value, dict):
        return _brackets_and_commas(value) + sum(
            json_bytes(name) + 1 + json_bytes(inner) for name, inner in value.items()
        )
    if isinstance(value, list):
        return _brackets_and_commas(value) + sum(map(json_bytes, value))
    if value is None or isinstance(value, bool):
        return 5 if value is False else 4
    return len(_number(float(value)))


def _brackets_and_commas(value: t.Sized) -> int:
    return 2 + max(0, len(value) - 1)


def _number(number: float) -> str:
    text = repr(number)
    if number and not 1e-6 <= abs(number) < 1e21:
        return text.replace("e-0", "e-")
    text = format(Decimal(text), "f")
    return text[:-2] if text.endswith(".0") else text


def _utf8_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def too_long(label: str, description: str, config: t.Mapping[str, t.Any]) -> str | None:
    """What is too long to be kept by Grafana on every database, as a sentence without its full stop; None when nothing
    is.

    ``config`` is in the nesting of the API. What is not to be written is passed empty.
    """
    config = without_empty_transformations(config)
    # Go writes at most six bytes where Python writes a character, and so few characters need no exact count.
    if (
        6 * len(json.dumps(config, ensure_ascii=False)) > MOST_BYTES
        and (config_size := json_bytes(config)) > MOST_BYTES
    ):
        return (
            "config is %d bytes as JSON (<, > and & count as six), but Grafana on MySQL or MariaDB stores only %d "
            "and cuts the rest, which makes every list of correlations fail: shorten config" % (config_size, MOST_BYTES)
        )
    for name, text in (("label", label), ("description", description)):
        if _utf8_bytes(text) > MOST_BYTES:
            sentence = "%s is %d bytes, but Grafana on MySQL or MariaDB stores only %d: shorten it"
            return sentence % (name, _utf8_bytes(text), MOST_BYTES)
    return None
