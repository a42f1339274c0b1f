# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON values as JavaScript turns them into text and numbers. Pure."""

from __future__ import annotations

import decimal
import json
import math
import re
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_characters import SPACES

_LAST_INDEX = 2**32 - 2  # names that are numbers up to this come first in a JavaScript object
_NUMBER = re.compile(r"[+-]?(?:Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_INTEGER_IN_BASE = re.compile(r"0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+")
_WHITE_SPACE = "".join(chr(code) for first, last in SPACES for code in range(first, last + 1))
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def is_number(value: t.Any) -> bool:
    """Whether it is a number, which a boolean is not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def number_text(number: float) -> str:
    """A number as text (``Number.prototype.toString``): 1 for 1.0, 1e+21 for 1e21."""
    value = float(number)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    parts = decimal.Decimal(repr(abs(value))).normalize().as_tuple()
    digits = "".join(map(str, parts.digits))
    point = len(digits) + int(parts.exponent)  # where the decimal point is, counted from the first digit
    if -6 < point <= 0:
        return "%s0.%s%s" % (sign, "0" * -point, digits)
    if 0 < point <= 21:
        rest = digits[point:]
        return sign + digits[:point].ljust(point, "0") + ("." + rest if rest else "")
    rest = digits[1:]
    return "%s%s%se%+d" % (sign, digits[0], "." + rest if rest else "", point - 1)


def text_of(value: t.Any) -> str:
    """Any value as text (``String(value)``)."""
    if isinstance(value, list):
        return list_text(value, ",")
    return _scalar_text(value)


def list_text(values: t.Iterable[t.Any], separator: str) -> str:
    """Values between separators (``values.join(separator)``), where null is empty."""
    return separator.join("" if value is None else text_of(value) for value in values)


def shown_text(value: t.Any) -> str:
    """A value as Explore shows it (lodash's ``toString``): null is empty, but not in a list."""
    if isinstance(value, list):
        return ",".join("null" if item is None else shown_text(item) for item in value)
    return "" if value is None else _scalar_text(value)


def _scalar_text(value: t.Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if is_number(value) else "[object Object]"


def json_text(value: t.Any) -> str:
    """A value as JSON (``JSON.stringify``)."""
    if isinstance(value, dict):
        return "{%s}" % ",".join("%s:%s" % (json_text(name), json_text(member)) for name, member in members(value))
    if isinstance(value, list):
        return "[%s]" % ",".join(map(json_text, value))
    if isinstance(value, str):
        quoted = json.dumps(value, ensure_ascii=False)
        return _LONE_SURROGATE.sub(lambda found: "\\u%04x" % ord(found.group()), quoted)
    if is_number(value) and not math.isfinite(value):
        return "null"
    return _scalar_text(value)


def members(mapping: t.Mapping[str, t.Any]) -> list[tuple[str, t.Any]]:
    """The members of a mapping in the order that JavaScript has: numbers first."""
    if not any(name[:1].isdigit() for name in mapping):
        return list(mapping.items())
    return sorted(mapping.items(), key=lambda item: int(item[0]) if is_index(item[0]) else _LAST_INDEX + 1)


def is_index(name: str) -> bool:
    """Whether a name of a member is that of an item of a list."""
    return name.isdecimal() and name.isascii() and str(int(name)) == name and int(name) <= _LAST_INDEX


def number_in(text: str) -> float:
    """The number that a text is (``Number(text)``); NaN for any other text, 0 for an empty one."""
    text = text.strip(_WHITE_SPACE)
    if not text:
        return 0
    if _INTEGER_IN_BASE.fullmatch(text):
        return float(int(text, 0))
    return float(text) if _NUMBER.fullmatch(text) else math.nan


def integer_at_start(text: str) -> float:
    """The whole number that a text begins with (``parseInt(text, 10)``); NaN if there is none."""
    found = re.match(r"[+-]?[0-9]+", text.lstrip(_WHITE_SPACE))
    return float(int(found.group())) if found else math.nan
