# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report over all hosts of a play.

Not among the unit tests: the controller's code changes how Ansible's module code in the same process reads its options.
"""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.lookup.run_report import NO_RESULT, run_report


def result(name: str, *lines: str, failed: bool = False, **counts: int) -> dict[str, t.Any]:
    """What the role stores of a host."""
    summary = {"created": 0, "updated": 0, "deleted": 0, **counts}
    report = "\n".join(["### `%s`: MESSAGE" % name, *lines])
    return {"changed": bool(counts), "failed": failed, "summary": summary, "report": report}


def test_of_one_host_its_own_report_is_all():
    assert run_report({"a": result("a", "- line", created=1)}, True) == ["### `a`: MESSAGE", "- line"]
    assert run_report({"a": result("a")}, False) == ["### `a`: MESSAGE"]
    assert run_report({"a": {"failed": True, "msg": "No `list`.\nReally."}}, False) == [
        "### `a`: failed",
        "- `` No `list`. Really. ``",
    ]


def test_all_errors_of_the_input():
    errors = [
        {"code": "a", "message": "Label is missing.", "variable": "grafana_correlations_list", "position": 3},
        {"code": "b", "message": "No.", "file": "team.yml", "position": 1, "label": "Logs"},
        {"code": "c", "message": "The list is wrong."},
    ]
    assert run_report(
        {"a": {"failed": True, "msg": "3 errors, ...", "errors": [*errors, *(30 * errors[2:])]}}, False
    ) == [
        "### `a`: failed",
        "- `grafana_correlations_list[2]: Label is missing.`",
        "- `team.yml entry 1 (Logs): No.`",
        *(23 * ["- `The list is wrong.`"]),
        "- and 8 more",
    ]


def test_several_hosts():
    results = {
        "production": result("production", "- create x", created=12, deleted=1),
        "quiet": result("quiet"),
        "down": {"failed": True, "msg": "There is no Grafana.", "code": "connection_failed"},
        "half": result("half", "- failed to create y", failed=True, updated=1),
        "lost": NO_RESULT,
        "a|b": result("a|b"),
    }
    assert run_report(results, True) == [
        "### `down`: failed",
        "- `There is no Grafana.`",
        "",
        "### `half`: MESSAGE",
        "- failed to create y",
        "",
        "### `lost`: failed",
        "- `There is no result: see the error of this host.`",
        "",
        "### `production`: MESSAGE",
        "- create x",
        "",
        "### 6 hosts: 2 with drift, 3 failed",
        "",
        "| host       | create | update | delete | failed | drift |",
        "|------------|--------|--------|--------|--------|-------|",
        "| production | 12     | 0      | 1      | no     | yes   |",
        "| quiet      | 0      | 0      | 0      | no     | no    |",
        "| down       | -      | -      | -      | yes    | ?     |",
        "| half       | 0      | 1      | 0      | yes    | yes   |",
        "| lost       | -      | -      | -      | yes    | ?     |",
        "| a\\|b       | 0      | 0      | 0      | no     | no    |",
    ]
    real = run_report({"a": result("a"), "b": result("b", created=1)}, False)
    assert real[0] == "### 2 hosts: 1 changed, 0 failed"
    assert real[2] == "| host | created | updated | deleted | failed | drift |"


def test_many_reports_are_cut_and_failures_come_first():
    results = {"h%02d" % number: result("h%02d" % number, "- line", created=1) for number in range(30)}
    results["z"] = {"failed": True, "msg": "No."}
    lines = run_report(results, True)
    headings = [line for line in lines if line.startswith("### `")]
    assert headings == ["### `z`: failed"] + ["### `h%02d`: MESSAGE" % number for number in range(19)]
    assert "11 more hosts: see the table." in lines
    assert [line.split()[1] for line in lines if line.startswith("| h") and "host" not in line] == list(results)[:30]
