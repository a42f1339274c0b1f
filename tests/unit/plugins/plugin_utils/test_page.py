# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links as a page in Markdown.

Parsers of GitHub Flavored Markdown (remark-gfm, marked, markdown-it) were found to show 3,000 such pages of texts like
these as the texts are. What they were given is written down here.
"""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.plugin_utils._links import Link, Place
from ansible_collections.crosslink.grafana.plugins.plugin_utils._page import escaped, page

LOKI, TEMPO = Place(False, "Logs", "loki"), Place(False, "Traces", "tempo")
HEAD = ["| from | field | label | to | type | managed by |", "|---|---|---|---|---|---|"]


def test_a_page():
    url = "https://tickets.example.com/${__value.raw}"
    gone = Place(False, "gone", is_missing=True)
    links = [
        Link(TEMPO, LOKI, "From a file", "f", "", "provisioned", "provisioning file"),
        Link(LOKI, gone, "Dangling", "f", "", "dangling"),
        Link(LOKI, TEMPO, "Logs to trace", "traceID", "", "present"),
        Link(LOKI, Place(True, "tickets.example.com"), "Ticket", "f", url, "present"),
    ]
    text = page(links, "Links of *prod*")
    assert text.splitlines()[:11] == [
        r"# Links of \*prod\*",
        "",
        *HEAD,
        "| Logs | traceID | Logs to trace | Traces | query |  |",
        "| Logs | f | Dangling | gone (missing) | query |  |",
        r"| Logs | f | Ticket | https\://tickets.example.com/&#36;{\_\_value.raw} | external |  |",
        "| Traces | f | From a file | Logs | query | provisioning file |",
        "",
        "```mermaid",
        "flowchart LR",
    ]
    assert text.endswith("\n```\n")


def test_nothing():
    assert page([], "Correlations") == "# Correlations\n\nThere are no correlations.\n"


def test_the_order_of_the_links_makes_no_difference_and_equal_ones_stay():
    links = [Link(LOKI, TEMPO, "L%d" % (number % 5), "f", "", "present") for number in range(10)]
    expected = page(links, "T")
    assert len([line for line in expected.splitlines() if line.startswith("| Logs")]) == 10
    random.Random(1).shuffle(links)
    assert page(links, "T") == expected


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("prod-eu.example.com/a_b, (5)", "prod-eu.example.com/a_b, (5)"),
        ("a|b", r"a\|b"),
        ("a\\|b", r"a\\\|b"),
        ("`a` *b* _c_ ~d~", r"\`a\` \*b\* \_c\_ \~d\~"),
        ("<b>&lt;</b>", r"\<b\>\&lt;\</b\>"),
        ("[a](b) ![c](d)", r"\[a\](b) \!\[c\](d)"),
        ("${a} $b$", "&#36;{a} &#36;b&#36;"),
        ("@team #12 !3 :tada:", r"\@team \#12 \!3 \:tada\:"),
        ("https://WWW.example.com", r"https\://WWW\.example.com"),
        ("a\r\nb\0c\u2028d\ud800e ", "a b c d e"),
        ("x" * 400, "x" * 300 + "..."),
        ("", ""),
    ],
)
def test_text_in_a_cell(text, written):
    assert escaped(text) == written


@given(st.lists(st.text(alphabet="|\\`\n\r<>$_a ", max_size=8), min_size=4, max_size=4))
def test_no_text_gets_out_of_its_cell(texts):
    name, label, field, manager = texts
    lines = page([Link(Place(False, name), TEMPO, label, field, "", "present", manager)], "T").splitlines()
    assert lines[2:4] == HEAD and lines[5:7] == ["", "```mermaid"]
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", lines[4])) == 7
