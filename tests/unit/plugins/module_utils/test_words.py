# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sentences and errors that several places share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import HttpError, Mistake, Mistakes, PartFailed, one_line, quotable
from ansible_collections.crosslink.grafana.plugins.module_utils._words import is_whole_text, listed, near

KNOWN = ["Loki", "Tempo", "Prometheus", "Prometheus 2", "Prometheus 3", "Prometheus 4"]


@pytest.mark.parametrize(
    "word, sentence",
    [
        ("loki", " (did you mean 'Loki'?)"),
        ("Tepmo", " (did you mean 'Tempo'?)"),
        ("Grafana", ""),
        ("", ""),
    ],
)
def test_near(word, sentence):
    assert near(word, KNOWN) == sentence


def test_near_names_three_at_most():
    assert near("Prometheus", KNOWN).count("' or '") == 2


def test_near_nothing():
    assert near("x", []) == ""


@pytest.mark.parametrize(
    "count, text",
    [(0, ""), (1, "w0"), (3, "w0, w1, w2"), (10, "w0, w1, w2, w3, w4, w5, w6, w7, w8, w9"), (12, "w0, w1, w2, w3, w4, w5, w6, w7, w8, w9 and 2 more")],
)
def test_listed(count, text):
    assert listed(["w%d" % number for number in range(count)]) == text


def test_listed_with_another_limit():
    assert listed(["a", "b", "c"], most=1) == "a and 2 more"


@pytest.mark.parametrize(
    "text, shown",
    [("plain", "plain"), (" a \r\n\t b ", "a   b"), (5, "5"), (None, "None"), ("\x1b[0m\u202e", "[0m"), ("x" * 300, "x" * 300), ("x" * 301, "x" * 300 + "...")],
)
def test_quotable(text, shown):
    assert quotable(text) == shown


@given(st.text())
def test_whatever_is_quoted_is_a_short_printable_line(text):
    shown = quotable(text)
    assert len(shown) <= 303
    assert len(shown.splitlines()) <= 1
    assert not any(ord(one) < 32 or 0x7F <= ord(one) < 0xA0 or one in "\u200b\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069\ufeff" for one in shown)


def test_one_mistake():
    error = Mistakes(["entry 1: it is wrong"])
    assert str(error) == "entry 1: it is wrong."
    assert error.details() == {"mistakes": ["entry 1: it is wrong"]}
    assert isinstance(error, Mistake)


def test_several_mistakes():
    assert str(Mistakes(["a", "b", "c"])) == "3 mistakes, and nothing was written: a; b; c."


def test_many_mistakes():
    sentences = ["m%d" % number for number in range(25)]
    error = Mistakes(sentences)
    assert str(error).startswith("25 mistakes, and nothing was written: m0; m1; ")
    assert str(error).endswith("; m19; and 5 more.")
    assert error.details() == {"mistakes": sentences}
    assert str(Mistakes(sentences[:20])).endswith("; m18; m19.")


def test_details_of_a_request():
    assert HttpError("s", "GET", "u").details() == {"method": "GET", "url": "u"}
    assert HttpError("s", "GET", "u", 404, "m").details() == {"method": "GET", "url": "u", "status": 404, "grafana_message": "m"}
    assert str(HttpError("s", "GET", "u", 404, "m")) == "s"


def test_details_of_a_failure_part_way():
    result = {"changed": True}
    error = PartFailed("s", result)
    result["changed"] = False
    assert (str(error), error.details()) == ("s", {"changed": True})


def test_details_of_a_mistake():
    assert Mistake("s").details() == {}


@given(st.text())
def test_one_line(text):
    assert len(one_line(text).splitlines()) <= 1 and not set(one_line(text)) & set("\x1b\x07\x00\u202e\ud800")


def test_one_line_keeps_what_can_be_shown():
    assert one_line("Zwölf 'links' \u0627\u0644 🧭") == "Zwölf 'links' \u0627\u0644 🧭"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whole_text(text):
    assert is_whole_text(text) and not is_whole_text(text + "\ud83d") and not is_whole_text("\udfff" + text)
