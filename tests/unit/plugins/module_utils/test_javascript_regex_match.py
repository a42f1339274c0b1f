# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Matches as JavaScript finds them. More of them are in test_link_transformations, with what Node found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_regex import regex_error
from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_regex_match import Match, match_all


def texts(expression, text):
    return [match.text for match in match_all(expression, text)]


def test_all_matches_from_left_to_right():
    assert texts(r"\d+", "1 22 333") == ["1", "22", "333"]
    assert texts("x*", "axxb") == ["", "xx", "", ""]
    assert texts("b", "") == []


def test_groups_and_names():
    [match] = match_all(r"(?<key>\w+)=(\d)?", "a=")
    assert match == Match("a=", ("a", None), {"key": "a"})


@pytest.mark.parametrize(
    "expression, text, expected",
    [
        ("(?<a>x)|(?<a>y)", "y", {"a": "y"}),
        ("(?:(?<a>x)|(?<a>y))+", "yx", {"a": "x"}),
        (r"(?:(?<a>x)|(?<a>y))\k<a>", "yy", {"a": "y"}),
        (r"(?:(?<a>x)|(?<a>y)|z)\k<a>!", "z!", {"a": None}),
    ],
)
def test_one_name_in_several_alternatives(expression, text, expected):
    """Browsers since 2024 take them."""
    [match] = match_all(expression, text)
    assert match.named == expected


@pytest.mark.parametrize(
    "expression, text, expected",
    [
        ("(?-i:a)", "Aa", ["a"]),
        ("(?-i:a(?i:b))c", "Abc aBC", ["aBC"]),
        ("(?s:.)", "\n", ["\n"]),
        ("(?s:(?-s:.).)", "a\n", ["a\n"]),
        ("(?m:^b$)", "a\nb\rc", ["b"]),
        ("^b(?m:$)", "b\nb", ["b"]),
    ],
)
def test_flags_of_a_group(expression, text, expected):
    """Browsers since 2024 take them."""
    assert texts(expression, text) == expected


def test_long_texts_and_many_repetitions_need_no_deep_recursion():
    line = "a " * 5000
    assert texts("^(?:a )*$", line) == [line]
    assert texts("(?:(a)|( ))+", line) == [line]
    assert texts(".*?$", "x" * 5000)[0] == "x" * 5000
    assert texts("a{0,99999999999}", "aa") == ["aa", ""]


@given(
    st.text(alphabet="ab(){}[]?*+|^$\\\\-,:=!<>12kdw", max_size=12), st.text(alphabet="ab1-\n\U0001f600", max_size=5)
)
def test_any_valid_expression_is_matched(expression, text):
    if regex_error(expression) is None:
        assert all(match.text in text or not match.text.isascii() for match in match_all(expression, text))
