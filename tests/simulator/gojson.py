# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON as Grafana reads and writes it, that is as Go's encoding/json does.

Recorded on 9.4 and 12.4: on ``/api`` every number passes through a 64-bit float, so ``1.0`` comes back as ``1`` and
``12345678901234567890`` as ``12345678901234567000``. ``/apis`` keeps 64-bit integers.
"""

from __future__ import annotations

import json
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

# encoding/json writes these so that its output is safe inside HTML
_ESCAPES = (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029"))
_BLANKS = " \t\r\n"


def _float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("number out of range")
    return number


def _integer_or_float(text: str) -> Any:
    number = int(text)
    return number if -(2**63) <= number < 2**63 else _float(text)


def _refuse(constant: str) -> Any:
    raise ValueError(constant + " is not JSON")


_FLOATS = json.JSONDecoder(parse_int=_float, parse_float=_float, parse_constant=_refuse)
_INTEGERS = json.JSONDecoder(parse_int=_integer_or_float, parse_float=_float, parse_constant=_refuse)


def decode(body: bytes, integers: bool = False) -> Any:
    """The first JSON value of a body (what follows it is not read); ValueError when there is none."""
    text = body.decode("utf-8", "replace").lstrip(_BLANKS)
    try:
        value = (_INTEGERS if integers else _FLOATS).raw_decode(text)[0]
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return _without_lone_surrogates(value) if "\\u" in text else value


def _without_lone_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_without_lone_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_lone_surrogates(key): _without_lone_surrogates(item) for key, item in value.items()}
    return value


def sort_maps(value: Any) -> Any:
    """The value with the members of every map in the order in which Go writes a map."""
    if isinstance(value, dict):
        return {key: sort_maps(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [sort_maps(item) for item in value]
    return value


def equal(left: Any, right: Any) -> bool:
    """Whether two JSON values are the same (true is not 1)."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(item, right[key]) for key, item in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    return bool(left == right)


def kind(value: Any) -> str:
    """What encoding/json calls a value that it cannot take."""
    names = {dict: "object", list: "array", str: "string", bool: "bool"}
    return names.get(type(value), "number")


def encode(value: Any) -> str:
    """The text that encoding/json would write; members of a dict keep their order."""
    text = _encode(value)
    for character, escape in _ESCAPES:
        if character in text:
            text = text.replace(character, escape)
    return text


def _encode(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is dict:
        return "{" + ",".join([encode_basestring(key) + ":" + _encode(item) for key, item in value.items()]) + "}"
    if kind is list:
        return "[" + ",".join([_encode(item) for item in value]) + "]"
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return str(value)
    return _encode_float(value)


def _encode_float(number: float) -> str:
    text = repr(number)
    if number and not 1e-6 <= abs(number) < 1e21:
        return text.replace("e-0", "e-")
    if "e" in text:
        text = format(Decimal(text), "f")
    return text[:-2] if text.endswith(".0") else text
