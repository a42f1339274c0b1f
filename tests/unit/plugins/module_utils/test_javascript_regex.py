# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Regular expressions as JavaScript reads them: what ``new RegExp(expression, 'gi')`` of Node 20 takes and refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_regex import regex_error

VALID = [
    r"",
    r"a",
    r"a]",
    r"{",
    r"}",
    r"a{",
    r"a{2}",
    r"a{1,2}",
    r"{1,",
    r"a*?",
    r"a{2}?",
    r"\B",
    r"(?=a)*",
    r"(?!a)+",
    r"(?<=a)b",
    r"(?<!a)b",
    r"(?:a|b)",
    r"(?<traceID>\w+)",
    r"(?<$a>x)",
    r"\k",
    r"\k<a>",
    r"(?<a>x)\k<a>",
    r"\1",
    r"[a-z]",
    r"[\d-z]",
    r"[a-\d]",
    r"[^]",
    r"[]",
    r"[a\-z]",
    r"[\u0041-\u0042]",
    r"[\cA-\cB]",
    r"[\c]",
    r"\u{1F600}",
    r"\p{L}",
    r"\d{1,3}\.\d",
    r'trace[_-]?id="?([0-9a-f]{16,32})',
    r"\/api\/(\w+)",
    r"a|",
    r"|",
    r"()",
    r"(|)",
    r"[(?<n>]\k<m>",
    r"\(?<n>\k<m>",
    r"(?=a){2}",
    r"x{,3}",
    "a\nb",
]

INVALID = [
    r"(",
    r"a)",
    r"[",
    r"a{2,1}",
    r"{1}",
    r"*",
    r"+x",
    r"?",
    r"a**",
    r"a++",
    r"a?+",
    r"a{2}+",
    r"^*",
    r"$+",
    r"\b+",
    r"(?<=a)*",
    r"(?P<traceID>\w+)",
    r"(?P=traceID)",
    r"(?<a>x)(?<a>y)",
    r"(?<1a>x)",
    r"(?<>x)",
    r"(?<a",
    r"(?i)a",
    r"(?>a)",
    r"(?#a)",
    "\\",
    "a\\",
    r"(?<a>x)\k<b>",
    r"(?<a>x)\k",
    r"[z-a]",
    r"[^",
    r"[\]",
    r"[\x41-\x40]",
    r"[\101-\100]",
]


@pytest.mark.parametrize("expression", VALID)
def test_valid(expression):
    assert regex_error(expression) is None


@pytest.mark.parametrize("expression", INVALID)
def test_invalid(expression):
    assert regex_error(expression)


@pytest.mark.parametrize(
    "expression, sentence",
    [
        (r"id=(?P<traceID>\w+)", "'(?P<traceID>' is Python's and Go's spelling of a named group: write '(?<traceID>'"),
        (r"(?P=traceID)", r"'(?P=traceID)' is Python's spelling of a reference: write '\k<traceID>'"),
        (r"(?i)error", "'(?i)' is not known in JavaScript: leave it out (case never counts in Grafana)"),
        (r"(?>a)", "a group that begins with '(?>' is not known in JavaScript"),
        (r"\d++", "'++' is no quantifier of JavaScript: write '+'"),
        (r"*", r"it has '*' with nothing in front that could be repeated; a plain one is written '\*'"),
        (r"a{3,2}", "the numbers in '{3,2}' are out of order"),
        (r"[9-0]", "the range '9-0' is out of order; a plain '-' stands last"),
        ("[\U0001f600-a]", "a range cannot contain characters beyond U+FFFF, such as emoji: write them as (?:a|b)"),
        ("[a\\", r"it has a '[' without its ']'; a plain one is written '\['"),
        ("(?<a>(?<a>x))", "it has two groups named 'a'"),
    ],
)
def test_what_to_do(expression, sentence):
    assert regex_error(expression) == sentence


@pytest.mark.parametrize("expression", ["(?<a>x)|(?<a>y)", "(?i:a)", "(?-i:a)", "(?i-s:a)"])
def test_what_newer_browsers_take(expression):
    assert regex_error(expression) is None


@pytest.mark.parametrize("expression", ["(?-:a)", "(?ii:a)", "(?i-i:a)"])
def test_what_no_browser_takes(expression):
    assert regex_error(expression)


def test_what_is_nested_too_deeply_is_refused(no_collection):
    assert regex_error("(" * 5000 + ")" * 5000) == "its groups are nested too deeply"
    assert regex_error("(" * 100 + ")" * 100) is None


@given(st.text(alphabet="ab(){}[]<>?*+|^$\\\\-,:=!P12kxuc", max_size=12))
def test_any_text_is_valid_or_not(expression):
    assert regex_error(expression) != ""
