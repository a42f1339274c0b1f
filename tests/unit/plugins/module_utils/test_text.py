# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text and errors that several places share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.module_utils._argument_spec import (
    conflict_options,
    connection_options,
    correlation_options,
    filter_options,
    list_options,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._argument_spec import (
    tests_options as options_of_tests,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    HttpError,
    InputError,
    InputErrors,
    InternalError,
    Origin,
    OutcomeUnknown,
    PartialFailure,
    Problem,
    with_origin,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._options import spellings_of
from ansible_collections.crosslink.grafana.plugins.module_utils._text import (
    as_sentence,
    did_you_mean,
    is_valid_unicode,
    listed,
    one_line,
    quotable,
    shortened,
)

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
def test_did_you_mean(word, sentence):
    assert did_you_mean(word, KNOWN) == sentence


def test_did_you_mean_names_three_at_most():
    assert did_you_mean("Prometheus", KNOWN).count("' or '") == 2


def test_did_you_mean_nothing():
    assert did_you_mean("x", []) == ""


@pytest.mark.parametrize(
    "count, text",
    [
        (0, ""),
        (1, "w0"),
        (3, "w0, w1, w2"),
        (10, "w0, w1, w2, w3, w4, w5, w6, w7, w8, w9"),
        (12, "w0, w1, w2, w3, w4, w5, w6, w7, w8, w9 and 2 more"),
    ],
)
def test_listed(count, text):
    assert listed(["w%d" % number for number in range(count)]) == text


def test_listed_with_another_limit():
    assert listed(["a", "b", "c"], most=1) == "a and 2 more"


@pytest.mark.parametrize(
    "text, shown",
    [
        ("plain", "plain"),
        (" a \r\n\t b ", "a   b"),
        (5, "5"),
        (None, "None"),
        ("\x1b[0m\u202e", "[0m"),
        ("x" * 300, "x" * 300),
        ("x" * 301, "x" * 300 + "..."),
    ],
)
def test_quotable(text, shown):
    assert quotable(text) == shown


@given(st.text())
def test_whatever_is_quoted_is_a_short_printable_line(text):
    shown = quotable(text)
    assert len(shown) <= 303
    assert len(shown.splitlines()) <= 1
    assert not any(
        ord(one) < 32
        or 0x7F <= ord(one) < 0xA0
        or one in "\u200b\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069\ufeff"
        for one in shown
    )


@pytest.mark.parametrize(
    "clause, sentence",
    [
        ("it is wrong", "It is wrong."),
        ("it is wrong.", "It is wrong."),
        ("config.field is empty", "config.field is empty."),
        ("url_username is empty", "url_username is empty."),
        ("sourceUID is empty", "sourceUID is empty."),
        ("It is", "It is."),
    ],
)
def test_as_sentence(clause, sentence):
    assert as_sentence(clause) == sentence


def test_options_keep_their_spelling_at_the_beginning_of_a_sentence():
    specs = [connection_options(), conflict_options(), correlation_options(), list_options(), filter_options()]
    specs += [options_of_tests(), {"data_sources": {}, "accept": {}}]
    names = {name for spec in specs for option, details in spec.items() for name in spellings_of(option, details)}
    assert {"url", "title", "provisioned", "sourceUID"} < names
    assert [name for name in sorted(names) if as_sentence("%s is wrong" % name) != "%s is wrong." % name] == []


def test_shortened():
    assert (shortened("x" * 60), shortened("x" * 61)) == ("x" * 60, "x" * 60 + "...")
    assert shortened("abc", 2) == "ab..."


# Where an entry is written


@pytest.mark.parametrize(
    "origin, place, result",
    [
        (Origin(), "", {}),
        (Origin(label="L"), "", {"label": "L"}),
        (Origin(3, 3), "entry 3", {"position": 3}),
        (Origin(3, 3, label="Logs to trace"), "entry 3 (Logs to trace)", {"position": 3, "label": "Logs to trace"}),
        (
            Origin(7, 2, file="team.yml", label="L"),
            "team.yml entry 2 (L)",
            {"file": "team.yml", "position": 2, "label": "L"},
        ),
        (
            Origin(7, 3, variable="team_list", label="L"),
            "team_list[2] (L)",
            {"variable": "team_list", "position": 3, "label": "L"},
        ),
        (Origin(1, 1, label="x" * 70), "entry 1 (%s...)" % ("x" * 60), {"position": 1, "label": "x" * 70}),
    ],
)
def test_origins(origin, place, result):
    assert str(origin) == place
    assert origin.as_result() == result
    assert with_origin(origin, "it is wrong") == ("%s: it is wrong" % place if place else "It is wrong")


def test_no_origin():
    assert with_origin(None, "it is wrong") == "It is wrong"


# Errors


def problem(order: int, message: str = "it is wrong", code: str = "invalid_type") -> Problem:
    return Problem(code, message, Origin(order, order))


def test_one_problem():
    error = InputErrors([problem(1)])
    assert (str(error), error.code) == ("entry 1: it is wrong.", "invalid_type")
    assert error.details() == {
        "code": "invalid_type",
        "errors": [{"code": "invalid_type", "message": "It is wrong.", "position": 1}],
    }
    assert isinstance(error, InputError)


def test_a_problem_without_an_origin():
    error = InputErrors([Problem("invalid_value", "it is wrong")])
    assert str(error) == "It is wrong."
    assert error.details()["errors"] == [{"code": "invalid_value", "message": "It is wrong."}]


def test_several_problems_in_the_order_of_the_entries():
    error = InputErrors([problem(3, "c"), problem(1, "a"), Problem("invalid_type", "z"), problem(2, "b")])
    assert str(error).startswith("4 errors, nothing was written: ")
    assert str(error).endswith(": Z; entry 1: a; entry 2: b; entry 3: c.")
    assert [one.get("position") for one in error.details()["errors"]] == [None, 1, 2, 3]


@pytest.mark.parametrize(
    "codes, code", [(["ambiguous", "ambiguous"], "ambiguous"), (["ambiguous", "invalid_type"], "invalid_input")]
)
def test_the_code_of_several_problems(codes, code):
    error = InputErrors(problem(order, code=one) for order, one in enumerate(codes, 1))
    assert error.code == error.details()["code"] == code
    assert [one["code"] for one in error.details()["errors"]] == codes


def test_many_problems():
    problems = [problem(number, "m%d" % number) for number in range(1, 26)]
    error = InputErrors(problems)
    assert str(error).startswith("25 errors")
    assert str(error).endswith("; entry 20: m20; and 5 more.")
    assert [one["message"] for one in error.details()["errors"]] == ["M%d." % number for number in range(1, 26)]
    assert str(InputErrors(problems[:20])).endswith("; entry 19: m19; entry 20: m20.")


def test_details_of_a_request():
    assert HttpError("s", "GET", "u").details() == {"code": "request_failed", "method": "GET", "url": "u"}
    assert HttpError("s", "GET", "u", 404, "m", "c").details() == {
        "code": "c",
        "method": "GET",
        "url": "u",
        "status": 404,
        "grafana_message": "m",
    }
    assert str(HttpError("s", "GET", "u", 404, "m")) == "s"


def test_the_same_error_in_other_words():
    error = OutcomeUnknown("s", "GET", "u", 502, "m", "c")
    error.written = "w"
    other = error.reworded("t")
    assert (type(other), str(other), other.written) == (OutcomeUnknown, "t", "w")
    assert other.details() == error.details()


def test_details_of_a_failure_part_way():
    result = {"changed": True, "entries": [1]}
    first = HttpError("first", "POST", "u", 403, "m", "permission_denied")
    error = PartialFailure("s", first, result)
    result["changed"] = False
    assert (str(error), error.code) == ("s", "permission_denied")
    assert error.details() == {"changed": True, "entries": [1], **first.details()}


def test_details_of_an_input_error():
    assert InputError("S.", "missing_option").details() == {
        "code": "missing_option",
        "errors": [{"code": "missing_option", "message": "S."}],
    }


def internal_error():
    try:
        raise KeyError("oops")
    except KeyError as error:
        return InternalError(error)


def test_details_of_an_unexpected_exception():
    found = internal_error()
    assert found.code == "internal_error"
    assert "KeyError: 'oops'" in str(found)
    assert set(found.details()) == {"code", "exception"}
    assert "KeyError: 'oops'" in found.details()["exception"] and "Traceback" in found.details()["exception"]


@given(st.text())
def test_one_line(text):
    assert len(one_line(text).splitlines()) <= 1 and not set(one_line(text)) & set("\x1b\x07\x00\u202e\ud800")


def test_one_line_keeps_what_can_be_shown():
    assert one_line("Zwölf 'links' \u0627\u0644 🧭") == "Zwölf 'links' \u0627\u0644 🧭"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whole_text(text):
    assert is_valid_unicode(text) and not is_valid_unicode(text + "\ud83d") and not is_valid_unicode("\udfff" + text)
