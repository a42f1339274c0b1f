# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values as Node turns them into text and numbers."""

from __future__ import annotations

import math

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_values import (
    integer_at_start,
    json_text,
    number_in,
    number_text,
    shown_text,
    text_of,
)


@pytest.mark.parametrize(
    "number, text",
    [
        (0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-1, "-1"),
        (1.5, "1.5"),
        (0.1, "0.1"),
        (100, "100"),
        (123.456, "123.456"),
        (1e20, "100000000000000000000"),
        (123456789012345678901, "123456789012345680000"),
        (1e21, "1e+21"),
        (1.2345e25, "1.2345e+25"),
        (1e-6, "0.000001"),
        (-1e-6, "-0.000001"),
        (1e-7, "1e-7"),
        (1.5e-10, "1.5e-10"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740993, "9007199254740992"),
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
    ],
)
def test_numbers(number, text):
    assert number_text(number) == text


@pytest.mark.parametrize(
    "value, text",
    [
        (None, "null"),
        (True, "true"),
        ("a", "a"),
        ({"a": 1}, "[object Object]"),
        ([1, None, [2, None], {}], "1,,2,,[object Object]"),
        ([], ""),
    ],
)
def test_text(value, text):
    assert text_of(value) == text


def test_what_explore_shows():
    assert [shown_text(value) for value in (None, [None, [None]], 1.5, False)] == ["", "null,null", "1.5", "false"]


@pytest.mark.parametrize(
    "value, text",
    [
        (None, "null"),
        (True, "true"),
        (1e21, "1e+21"),
        (math.inf, "null"),
        ([1, [], {}], "[1,[],{}]"),
        ('a"\\/\n\t\b\f\r\x01\x7f\u2028é\ud83d', '"a\\"\\\\/\\n\\t\\b\\f\\r\\u0001\x7f\u2028é\\ud83d"'),
        ("\U0001f600", '"\U0001f600"'),
        (
            {"b": 1, "10": 2, "2": 3, "01": 4, "-1": 5, "4294967294": 6, "4294967295": 7},
            '{"2":3,"10":2,"4294967294":6,"b":1,"01":4,"-1":5,"4294967295":7}',
        ),
    ],
)
def test_json(value, text):
    assert json_text(value) == text


@pytest.mark.parametrize(
    "text, number",
    [
        ("", 0),
        (" 12\n", 12),
        ("\xa07\ufeff", 7),
        ("0x1F", 31),
        ("0b11", 3),
        ("0o17", 15),
        ("1e3", 1000),
        (".5", 0.5),
        ("5.", 5),
        ("-.5e-2", -0.005),
        ("+3", 3),
        ("Infinity", math.inf),
        ("-Infinity", -math.inf),
        *((text, None) for text in ("infinity", "inf", "nan", "1_0", "1 2", "abc", "0x", "٣", "--1", "1e", "-0x1")),
    ],
)
def test_numbers_in_text(text, number):
    found = number_in(text)
    assert math.isnan(found) if number is None else found == number


@pytest.mark.parametrize(
    "text, number",
    [("12", 12), (" -7x", -7), ("+3.9", 3), ("0x1F", 0), ("1e5", 1), ("\ufeff8", 8), ("abc", None), ("٣", None)],
)
def test_whole_numbers_at_the_start(text, number):
    found = integer_at_start(text)
    assert math.isnan(found) if number is None else found == number
