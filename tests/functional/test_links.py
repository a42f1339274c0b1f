# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links tried without a Grafana: the filter, the module, and the playbook that tests those of an inventory."""

from __future__ import annotations

import functools
import json
import shutil
import typing as t
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.support.commands import Ansible, Run

EXAMPLES = Path(__file__).parents[2] / "examples"
MODULE = "grafana_correlations_test"

TRACE = {
    "source": "Loki",
    "target": "Tempo",
    "label": "Logs to trace",
    "config": {
        "field": "message",
        "target": {"query": "${traceID}", "queryType": "traceql", "limit": 20},
        "transformations": [{"type": "regex", "expression": r"trace_?id=(\w+)", "map_value": "traceID"}],
    },
}
TICKET = {
    "source": "Loki",
    "label": "Ticket ${ticket}",
    "type": "external",
    "config": {
        "field": "message",
        "target": {"url": "https://tickets.example.com/?q=${ticket:percentencode}"},
        "transformations": [{"type": "regex", "expression": r"#(?<ticket>[\w ]+)"}],
    },
}
ROW = {"message": "failed traceID=4bf92f35 #7 a"}
GOOD = {
    "name": "a line with both",
    "source": "Loki",
    "row": ROW,
    "expect": [
        {"label": "Logs to trace", "target": {"query": "4bf92f35", "queryType": "traceql", "limit": 20}},
        {"label": "Ticket 7 a", "url": "https://tickets.example.com/?q=7%20a"},
    ],
}
NOTHING = {
    "name": "a line with nothing",
    "source": "Loki",
    "row": {"message": "started"},
    "expect": [{"label": "Logs to trace", "missing": ["traceID"]}, {"label": "Ticket ${ticket}", "shown": False}],
}


@pytest.fixture
def run_tests(run_offline: t.Callable[..., Run]) -> t.Callable[..., Run]:
    """Run the playbook for the host ``production`` with these variables."""
    lists = {"grafana_correlations_list": [TRACE, TICKET]}
    return functools.partial(run_offline, "crosslink.grafana.test_links", host="production", **lists)


def previewed(ansible: Ansible, expression: str, **variables: t.Any) -> Run:
    """A run that shows what an expression gives."""
    tasks = [{"ansible.builtin.debug": {"msg": "{{ %s }}" % expression}, "name": "Show", "vars": variables}]
    playbook = ansible.write("show.yml", [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}])
    return ansible.playbook(str(playbook), "-i", "localhost,")


def test_right_links(run_tests: t.Callable[..., Run]) -> None:
    run = run_tests("--diff", grafana_correlations_tests=[GOOD], grafana_correlations_tests_more=[NOTHING]).ok()
    [task] = run.of_action(MODULE)
    assert task.result["msg"] == "2 tests, 2 passed" and "2 tests, 2 passed" in run.stdout
    assert [(one["variable"], one["position"], one["passed"]) for one in task.result["tests"]] == [
        ("grafana_correlations_tests", 1, True),
        ("grafana_correlations_tests_more", 1, True),
    ]
    assert not any(one.changed for one in run.tasks)


def test_wrong_links(run_tests: t.Callable[..., Run]) -> None:
    target = {"query": "4bf92f3", "queryType": "traceql", "limit": 20}
    wrong = {**GOOD, "name": "wrong", "expect": [{"label": "Logs to trace", "target": target}, {"label": "Ticket 7 b"}]}
    run = run_tests(grafana_correlations_tests=[GOOD, wrong])
    assert run.rc == 2
    [task] = run.of_action(MODULE)
    [failed] = [one for one in run.tasks if one.status == "failed"]
    place = "grafana_correlations_tests[1] (wrong): "
    assert (
        failed.result["msg"]
        == task.result["report"].splitlines()
        == [
            "2 tests, 1 passed, 1 failed",
            "",
            "wrong_link: " + place + "the link 'Logs to trace' is not as expected",
            "  - target.query: 4bf92f3",
            "  + target.query: 4bf92f35",
            "",
            "missing_link: "
            + place
            + "no correlation on a field of the row gives the link 'Ticket 7 b' (did you mean 'Ticket 7 a'?)",
            "",
            "unexpected_link: " + place + "the link 'Ticket 7 a' is shown, but not expected",
            "  + url: https://tickets.example.com/?q=7%20a",
        ]
    )
    assert all(line in run.stdout for line in failed.result["msg"])
    assert [one["code"] for one in task.result["errors"]] == ["wrong_link", "missing_link", "unexpected_link"]
    assert task.result["code"] == "invalid_input"


def test_junit(run_tests: t.Callable[..., Run], ansible: Ansible) -> None:
    report = ansible.directory / "reports" / "production.xml"
    variables: dict[str, t.Any] = {
        "grafana_correlations_tests": [GOOD, {**GOOD, "name": "none", "expect": []}],
        "grafana_correlations_tests_junit": "reports/{{ inventory_hostname }}.xml",
    }
    run = run_tests("--check", **variables)
    assert run.of_action(MODULE)[0].changed and not report.exists()
    run = run_tests(**variables)
    assert (run.rc, run.of_action(MODULE)[0].changed) == (2, True)
    [suite] = ET.parse(report).getroot()
    assert suite.attrib == {"name": "production", "tests": "2", "failures": "1", "errors": "0", "skipped": "0"}
    assert [(case.attrib["classname"], case.attrib["name"], len(case)) for case in suite] == [
        ("production.Loki", "a line with both", 0),
        ("production.Loki", "none", 1),
    ]
    assert "the link 'Logs to trace' is shown, but not expected" in (suite[1][0].text or "")
    first = report.read_bytes()
    run = run_tests(**variables)
    assert (run.rc, run.of_action(MODULE)[0].changed) == (2, False)
    report.write_bytes(b"of an earlier run")
    run = run_tests(**variables)
    assert (run.rc, run.of_action(MODULE)[0].changed) == (2, True)
    assert report.read_bytes() == first


def test_a_report_that_cannot_be_written(run_tests: t.Callable[..., Run], ansible: Ansible) -> None:
    ansible.write("reports", "a file")
    run = run_tests(grafana_correlations_tests=[GOOD], grafana_correlations_tests_junit="reports/x.xml")
    assert (run.rc, run.of_action(MODULE)[0].result["code"]) == (2, "invalid_file")


@pytest.mark.parametrize(
    ("variables", "fact"),
    [
        ({}, "No tests are given: set tests, in an inventory grafana_correlations_tests (write [] for none)."),
        ({"grafana_correlations_tests": {}}, "grafana_correlations_tests must be a list of tests"),
        ({"grafana_correlations_test": []}, "did you mean grafana_correlations_tests?"),
        (
            {"grafana_correlations_tests": [{**GOOD, "source": "Lokki"}]},
            "grafana_correlations_tests[0] (a line with both): no entry starts from 'Lokki' (did you mean 'Loki'?)",
        ),
        ({"grafana_correlations_tests": [{**GOOD, "row": None}]}, "row is missing"),
        (
            {"grafana_correlations_tests": [], "grafana_correlations_list": [1]},
            "grafana_correlations_list[0]: it must be",
        ),
        ({"grafana_correlations_tests": [], "grafana_correlations_tests_junit": 5}, "junit must be text"),
    ],
)
def test_wrong_variables(run_tests: t.Callable[..., Run], variables: dict[str, t.Any], fact: str) -> None:
    run = run_tests(**variables)
    assert run.rc == 2 and fact in json.dumps([task.result.get("msg") for task in run.tasks])


def test_no_tests_that_are_meant(run_tests: t.Callable[..., Run]) -> None:
    assert "0 tests, 0 passed" in run_tests(grafana_correlations_tests=[]).ok().stdout


def test_links_of_files_and_half_an_emoji(run_tests: t.Callable[..., Run], ansible: Ansible) -> None:
    half = {"type": "regex", "expression": "^(.)", "map_value": "half"}
    entry = {**TRACE, "config": {"field": "message", "target": {"query": "$half"}, "transformations": [half]}}
    ansible.write("files/half.yml", [entry])
    test = {
        **GOOD,
        "row": {"message": "\U0001f600"},
        "expect": [{"label": "Logs to trace", "target": {"query": "\ufffd"}}],
    }
    run = run_tests(
        grafana_correlations_list=[],
        grafana_correlations_src="files/*.yml",
        grafana_correlations_tests=[test],
        grafana_correlations_tests_junit="half.xml",
    )
    assert "1 test, 1 passed" in run.ok().stdout
    ET.parse(ansible.directory / "half.xml")


def test_the_module_by_itself(ansible: Ansible) -> None:
    arguments = {"correlations": [TRACE], "tests": [{**GOOD, "expect": []}]}
    run = ansible.adhoc("localhost", "-m", "crosslink.grafana." + MODULE, "-a", json.dumps(arguments))
    [task] = run.of_action(MODULE)
    assert (run.rc, task.status, task.result["code"]) == (2, "failed", "unexpected_link")
    assert task.result["msg"] == (
        "1 test, 0 passed, 1 failed: tests[0] (a line with both): the link 'Logs to trace' is shown, but not expected."
    )


def test_the_example(ansible: Ansible) -> None:
    shutil.copytree(EXAMPLES / "inventory", ansible.directory / "inventory")
    run = ansible.playbook("crosslink.grafana.test_links", "-i", "inventory").ok()
    assert len(run.of_action(MODULE)[0].result["tests"]) >= 2


# The filter


def test_preview(ansible: Ansible) -> None:
    expression = "given | selectattr('source', '==', 'Loki') | crosslink.grafana.preview_links(row, labels={'app': 1})"
    run = previewed(ansible, expression, given=[TRACE, TICKET, {**TRACE, "source": "X"}], row={"message": "traceid=a"})
    assert run.ok().task("Show").result["msg"] == [
        {
            "label": "Logs to trace",
            "source": "Loki",
            "type": "query",
            "shown": True,
            "missing": [],
            "variables": {"traceID": "a"},
            "used": {"traceID": "a"},
            "target": {"query": "a", "queryType": "traceql", "limit": 20},
        },
        {
            "label": "Ticket ${ticket}",
            "source": "Loki",
            "type": "external",
            "shown": False,
            "missing": ["ticket"],
            "variables": {},
            "used": {},
        },
    ]


def test_preview_warns_of_similar_variables(ansible: Ansible) -> None:
    given = [{**TRACE, "config": {**TRACE["config"], "target": {"query": "${traceId}"}}}]  # type: ignore[dict-item]
    run = previewed(ansible, "given | crosslink.grafana.preview_links({'message': ''})", given=given).ok()
    warning = " ".join(run.stderr.split())  # old versions of ansible-core break lines
    assert "the variable traceId" in warning and "(did you mean 'traceID'?)" in warning


@pytest.mark.parametrize(
    ("expression", "fact"),
    [
        ("[{'source': 'a'}] | crosslink.grafana.preview_links({})", "preview_links: 3 errors: entry 1: "),
        ("{} | crosslink.grafana.preview_links({})", "preview_links: The input must be a list of correlations"),
        (
            "[] | crosslink.grafana.preview_links([])",
            "preview_links: row must be a mapping of names to values, not a list.",
        ),
        ("[] | crosslink.grafana.preview_links({}, 'a')", "preview_links: labels must be a mapping"),
        ("[given] | crosslink.grafana.preview_links({'message': none})", "preview_links: The field message is null"),
    ],
)
def test_what_the_filter_refuses(ansible: Ansible, expression: str, fact: str) -> None:
    config = {"field": "message", "target": {}, "transformations": [{"type": "logfmt"}]}
    run = previewed(ansible, expression, given={**TRACE, "config": config})
    assert run.rc == 2 and fact in run.task("Show").result["msg"]
