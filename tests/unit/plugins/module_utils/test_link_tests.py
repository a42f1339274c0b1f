# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of links: how they are read, run and reported."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._entries import read_entries
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputErrors, Origin
from ansible_collections.crosslink.grafana.plugins.module_utils._junit import junit_xml
from ansible_collections.crosslink.grafana.plugins.module_utils._link_test_result import LinksFailed, result_of_tests
from ansible_collections.crosslink.grafana.plugins.module_utils._link_test_run import run_test
from ansible_collections.crosslink.grafana.plugins.module_utils._link_tests import read_tests

ENTRIES = [
    {
        "source": "Loki",
        "target": "Tempo",
        "label": "Trace",
        "config": {
            "field": "message",
            "target": {"query": "${traceID}", "limit": 20, "tags": [{"key": "a b"}, None]},
            "transformations": [{"type": "regex", "expression": r"trace=(\w+)", "map_value": "traceID"}],
        },
    },
    *(
        {
            "source": "Loki",
            "type": "external",
            "label": "Ticket",
            "config": {"field": "message", "target": {"url": "https://%s/${__value.raw:percentencode}" % host}},
        }
        for host in ("a", "b")
    ),
    {"source": "Tempo", "target": "Loki", "label": "Logs", "config": {"field": "message", "target": {}}},
    {
        "source": "Loki",
        "target": "Tempo",
        "label": "Removed",
        "state": "absent",
        "config": {"field": "old", "target": {}},
    },
]
TRACE = {"label": "Trace", "target": {"query": "abc", "limit": 20.0, "tags": [{"key": "a b"}, None]}}
TICKETS = [{"label": "Ticket", "url": "https://%s/trace%%3Dabc" % host} for host in ("b", "a")]


def a_test(*expect, **members):
    return {"name": "one", "source": "Loki", "row": {"message": "trace=abc"}, "expect": list(expect), **members}


def outcome_of(*expect, **members):
    found = read_entries([(Origin(), ENTRIES)])
    [test] = read_tests([(Origin(variable="tests"), [a_test(*expect, **members)])], {"Loki", "Tempo"})
    return run_test(test, found.entries)


def failures_of(*expect, **members):
    failures = outcome_of(*expect, **members).failures
    return [(failure.problem.code, failure.problem.message, list(failure.differences)) for failure in failures]


def test_links_as_expected():
    assert failures_of(TRACE, *TICKETS) == []
    assert failures_of({"label": "Trace"}, {"label": "Ticket", "shown": True}, {"label": "Ticket"}) == []
    assert failures_of({"label": "Logs", "target": {}}, source="Tempo") == []
    assert failures_of(row={"other": "x"}) == []


def test_links_that_are_not_shown():
    row = {"message": "none"}
    assert failures_of({"label": "Trace", "missing": ["traceID"]}, *[{"label": "Ticket"}] * 2, row=row) == []
    assert failures_of({"label": "Trace", "shown": False}, *[{"label": "Ticket"}] * 2, row=row) == []
    assert failures_of(*[{"label": "Ticket"}] * 2, row=row) == []
    assert failures_of({"label": "Trace", "missing": ["traceId"]}, *[{"label": "Ticket"}] * 2, row=row) == [
        ("wrong_link", "the link 'Trace' is not as expected", ["- missing[0]: traceId", "+ missing[0]: traceID"])
    ]


def test_another_url():
    assert failures_of(TRACE, {**TICKETS[0], "url": "https://c/1"}, TICKETS[1]) == [
        (
            "wrong_link",
            "the link 'Ticket' is not as expected",
            ["- url: https://c/1", "+ url: https://b/trace%3Dabc"],
        )
    ]


def test_another_query():
    target = {"query": " abc", "limit": "20", "tags": [{"key": "a"}], "more": True}
    assert failures_of({"label": "Trace", "target": target}, *TICKETS) == [
        (
            "wrong_link",
            "the link 'Trace' is not as expected",
            [
                '- target.query: " abc"',
                '- target.limit: "20"',
                "- target.tags[0].key: a",
                "- target.more: true",
                "+ target.query: abc",
                "+ target.limit: 20",
                "+ target.tags[0].key: a b",
                "+ target.tags[1]: null",
            ],
        )
    ]


def test_queries_that_only_look_alike():
    entry = {**ENTRIES[3], "config": {"field": "message", "target": {"a": {"b": [1]}, "c": "1", "d": {}}}}
    found = read_entries([(Origin(), [entry])])
    target = {"a.b[0]": 1, "c": 1, "d": "{}"}
    raw = a_test({"label": "Logs", "target": target}, source="Tempo")
    [test] = read_tests([(Origin(variable="tests"), [raw])], {"Tempo"})
    [failure] = run_test(test, found.entries).failures
    assert failure.differences == [
        '- target["a.b[0]"]: 1',
        "- target.c: 1",
        '- target.d: "{}"',
        "+ target.a.b[0]: 1",
        '+ target.c: "1"',
        "+ target.d: {}",
    ]


def test_shown_and_not_expected():
    assert failures_of({"label": "Trace", "missing": ["traceID"]}, *TICKETS) == [
        (
            "wrong_link",
            "the link 'Trace' is shown",
            ["- shown: false", "- missing[0]: traceID", "+ shown: true", "+ missing: []"],
        )
    ]
    assert failures_of(TRACE, TICKETS[1]) == [
        ("unexpected_link", "the link 'Ticket' is shown, but not expected", ["+ url: https://b/trace%3Dabc"])
    ]
    assert [code for code, _message, _lines in failures_of()] == ["unexpected_link"] * 3


def test_expected_and_not_shown():
    failures = failures_of({"label": "Trace", "target": {}}, row={"message": "none"})
    assert failures[0] == (
        "wrong_link",
        "the link 'Trace' is not shown, because these variables have no value: traceID",
        ["- shown: true", "- target: {}", "+ shown: false"],
    )


def test_no_such_link():
    assert failures_of(TRACE, *TICKETS, {"label": "Traces"}, {"label": "Nothing", "shown": False}) == [
        ("missing_link", "no correlation on a field of the row gives the link 'Traces' (did you mean 'Trace'?)", []),
        ("missing_link", "no correlation on a field of the row gives the link 'Nothing'", []),
    ]
    assert failures_of(TRACE, row={"massage": "trace=1"}) == [
        (
            "missing_link",
            "the link 'Trace' is on the field 'message', which the row does not have (did you mean 'massage'?)",
            [],
        )
    ]


def test_an_absent_entry_has_no_field():
    assert failures_of(*TICKETS, TRACE, {"label": "Removed"}) == [
        ("missing_link", "no correlation on a field of the row gives the link 'Removed'", [])
    ]


def test_what_no_preview_can_know():
    entry = {**ENTRIES[1], "config": {"field": "message", "target": {"url": "https://${message:date:YYYY}"}}}
    found = read_entries([(Origin(), [entry])])
    [test] = read_tests([(Origin(variable="tests"), [a_test(row={"message": "1"})])], {"Loki"})
    [failure] = run_test(test, found.entries).failures
    assert failure.problem.code == "not_previewable" and "date:YYYY" in failure.problem.message


@pytest.mark.parametrize(
    "test, clauses",
    [
        (5, ["tests[0]: it must be a mapping, not a number"]),
        (
            {},
            ["tests[0]: %s is missing" % name for name in ("name", "source", "row", "expect")],
        ),
        (
            a_test(source="Lokki"),
            [
                "tests[0] (one): no entry starts from 'Lokki' (did you mean 'Loki'?): write the source as its entries "
                "do, by name or UID"
            ],
        ),
        (a_test(name=5), ["tests[0]: name must be text, not a number: put it in quotes"]),
        (a_test(expects=[]), ["tests[0] (one): 'expects' is not an option of a test (did you mean 'expect'?)"]),
        (a_test(row=[]), ["tests[0] (one): row must be a mapping of names to values, not a list"]),
        (a_test(labels="a"), ["tests[0] (one): labels must be a mapping of names to values, not text"]),
        (a_test(expect={}), ["tests[0] (one): expect must be a list, not a mapping"]),
        (a_test("x"), ["tests[0] (one): expect[0] must be a mapping, not text"]),
        (a_test({"url": "x"}), ["tests[0] (one): expect[0].label is missing"]),
        (a_test({"label": "x", "target": "y"}), ["tests[0] (one): expect[0].target must be a mapping, not text"]),
        (
            a_test({"label": "x", "description": "y"}),
            ["tests[0] (one): 'expect[0].description' is not an option of a link"],
        ),
        (
            a_test({"label": "x"}, {"label": "x", "url": "a", "target": {}}),
            ["tests[0] (one): expect[1].url and expect[1].target are both given: a link opens one of them"],
        ),
        (
            a_test({"label": "x", "shown": False, "url": "a"}),
            ["tests[0] (one): expect[0].url does not go with shown: false"],
        ),
        (
            a_test({"label": "x", "missing": [], "target": {}}),
            ["tests[0] (one): expect[0].target does not go with shown: false"],
        ),
        (
            a_test({"label": "x", "missing": ["a"], "shown": True}),
            ["tests[0] (one): expect[0].missing does not go with shown: true"],
        ),
        (
            a_test({"label": "x", "missing": "a"}),
            ["tests[0] (one): expect[0].missing must be a list of names of variables"],
        ),
        (
            a_test({"label": "x", "shown": "no"}),
            ["tests[0] (one): expect[0].shown must be true or false, not text"],
        ),
    ],
)
def test_errors_in_tests(test, clauses):
    with pytest.raises(InputErrors) as error:
        read_tests([(Origin(variable="tests"), [test])], {"Loki"})
    assert [str(problem) for problem in error.value.problems] == clauses


def test_errors_of_all_lists_are_reported_together():
    lists = [(Origin(variable="a"), [a_test(), 1]), (Origin(variable="b"), [a_test(), a_test(row=1)]), (Origin(), [2])]
    with pytest.raises(InputErrors) as error:
        read_tests(lists, {"Loki"})
    assert str(error.value).startswith("3 errors, no link was tested: a[1]: it must")
    assert "; b[1] (one): row must" in str(error.value) and "; tests[0]: it must" in str(error.value)


def test_the_result():
    good, bad = outcome_of(TRACE, *TICKETS), outcome_of(TRACE, {**TICKETS[0], "url": "https://c/"}, TICKETS[1])
    assert result_of_tests([good], changed=False) == {
        "changed": False,
        "msg": "1 test, 1 passed",
        "report": "1 test, 1 passed",
        "tests": [
            {"variable": "tests", "position": 1, "name": "one", "source": "Loki", "passed": True, "failures": []}
        ],
    }
    assert result_of_tests([], changed=False)["msg"] == "0 tests, 0 passed"
    with pytest.raises(LinksFailed) as error:
        result_of_tests([good, bad], changed=True)
    assert str(error.value) == ("2 tests, 1 passed, 1 failed: tests[0] (one): the link 'Ticket' is not as expected.")
    details = error.value.details()
    assert details["report"].splitlines() == [
        "2 tests, 1 passed, 1 failed",
        "",
        "wrong_link: tests[0] (one): the link 'Ticket' is not as expected",
        "  - url: https://c/",
        "  + url: https://b/trace%3Dabc",
    ]
    assert details["code"] == "wrong_link" and details["changed"]
    assert [one["passed"] for one in details["tests"]] == [True, False]
    assert details["errors"] == [
        {
            "code": "wrong_link",
            "message": "The link 'Ticket' is not as expected.",
            "variable": "tests",
            "position": 1,
            "label": "one",
        }
    ]


def test_junit():
    bad = outcome_of({**TRACE, "target": {"query": "\x00\ud83d<&>"}}, *TICKETS, name='a "b" \x01')
    root = ET.fromstring(junit_xml("production", [outcome_of(TRACE, *TICKETS), bad]).encode())
    totals = {"name": "production", "tests": "2", "failures": "1", "errors": "0", "skipped": "0"}
    [suite] = root
    assert (root.tag, root.attrib, suite.tag, suite.attrib) == ("testsuites", totals, "testsuite", totals)
    assert [(case.tag, case.attrib["classname"], case.attrib["name"]) for case in suite] == [
        ("testcase", "production.Loki", "one"),
        ("testcase", "production.Loki", 'a "b" \ufffd'),
    ]
    [failure] = suite[1]
    assert len(suite[0]) == 0 and failure.tag == "failure"
    assert failure.attrib["message"] == "the link 'Trace' is not as expected"
    assert "\n- target.query: " in failure.text and "\n+ target.limit: 20\n" in failure.text
