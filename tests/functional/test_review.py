# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reviewing changes: what the playbook apply prints and writes, drift, and runs without hosts."""

from __future__ import annotations

import json
import re
import typing as t

import pytest

from tests.functional.conftest import Backend
from tests.support.commands import Ansible, Run
from tests.support.grafana import Org
from tests.support.modules import PYTHON
from tests.support.simulator import Simulator

APPLY = ("crosslink.grafana.apply", "-i", "inventory/hosts.yml")
BARE = {"field": "message", "target": {}}
FAIL_ON_DRIFT = ("-e", "grafana_correlations_fail_on_drift=true")

Variables = t.Dict[str, t.Any]


@pytest.fixture
def write_hosts(ansible: Ansible, connection: Variables) -> t.Callable[..., None]:
    """Writes an inventory with these hosts, each with the connection and its own variables."""

    def write(**hosts: Variables) -> None:
        shared = {"grafana_correlations_%s" % name: value for name, value in connection.items()}
        shared = {"ansible_connection": "local", "ansible_python_interpreter": PYTHON, **shared}
        ansible.write(
            "inventory/hosts.yml", {"all": {"hosts": {host: {**shared, **own} for host, own in hosts.items()}}}
        )

    return write


def reported(run: Run) -> list[str]:
    """The lines of the report, which is shown once, in the last task."""
    assert run.tasks[-1].task == "Show the report"
    return list(run.task("Show the report").result["msg"])


def failures(run: Run) -> dict[str, str]:
    """The messages of the tasks that failed, by host."""
    return {task.host: task.result["msg"] for task in run.tasks if task.status == "failed"}


def writes(simulator: Simulator) -> list[str]:
    return [item["method"] for item in simulator.counts().log if item["method"] != "GET"]


@pytest.mark.smoke
def test_a_change_of_every_kind(
    ansible: Ansible, org: Org, write_hosts: t.Callable[..., None], counters: Simulator
) -> None:
    org.add(label="Changed", description="old", config=BARE)
    org.add(label="Gone", config=BARE)
    org.add(label="Extra", config=BARE)
    entries = [
        org.link(label="Changed", description="new", config=BARE),
        org.link(label="Gone", state="absent", config=None),
        org.link(label="New", config=BARE),
    ]
    write_hosts(production={"grafana_correlations_list": entries, "grafana_correlations_prune": "sources"})
    counters.reset_counts()
    check = ansible.playbook(*APPLY, "--check", "--diff").ok()
    assert writes(counters) == []
    ends = "%s → %s, field message)" % (org.loki.name, org.tempo.name)
    assert re.findall("^--- .*", check.stdout, re.MULTILINE) == [
        "--- before: production: %s: %s" % (verb, ends)
        for verb in ("update (Changed", "delete (Gone", "create (New", "prune (Extra")
    ]
    assert '-    "description": "old",' in check.stdout and '+    "description": "new",' in check.stdout
    assert '"source": "%s"' % org.loki.name in check.stdout and org.loki.uid not in check.stdout
    ends = "`%s` → `%s`, field `message`" % (org.loki.name, org.tempo.name)
    assert reported(check) == [
        "### `production`: would create 1, update 1, delete 2",
        "- create `New`: %s" % ends,
        "- update `Changed`: %s" % ends,
        "  - `description`: `old` → `new`",
        "- delete `Gone`: %s" % ends,
        "- prune `Extra`: %s" % ends,
    ]
    real = ansible.playbook(*APPLY).ok()
    of_check, of_real = (run.of_action("grafana_correlations")[0].result for run in (check, real))
    assert of_check["summary"] == of_real["summary"] and of_check["changed"] and of_real["changed"]
    assert "--- " not in real.stdout
    assert reported(real)[0] == "### `production`: 1 created, 1 updated, 2 deleted"
    assert org.labels() == ["Changed", "New"]
    assert reported(ansible.playbook(*APPLY, "--diff").ok()) == ["### `production`: 3 unchanged"]


@pytest.mark.any_server
def test_no_task_is_skipped(ansible: Ansible, org: Org, write_hosts: t.Callable[..., None]) -> None:
    write_hosts(production={"grafana_correlations_list": [org.link(config=BARE)]})
    for _round in range(2):
        run = ansible.playbook(*APPLY, "--diff").ok()
        assert "skipping:" not in run.stdout and "Validating arguments" not in run.stdout
        assert [(task.status, task.task.rpartition(" : ")[2]) for task in run.tasks] == [
            ("ok", "Find lists and files"),
            ("ok", "Check the role variables"),
            ("ok", "Apply the lists"),
            ("ok", "Check for drift"),
            ("ok", "Show the report"),
        ]


@pytest.mark.any_server
@pytest.mark.parametrize("check", [True, False])
def test_the_report_is_written_if_asked(
    ansible: Ansible, org: Org, write_hosts: t.Callable[..., None], check: bool
) -> None:
    write_hosts(
        good={"grafana_correlations_list": [org.link(label="été → {{ '{{' }} x", config=BARE)]},
        wrong={"grafana_correlations_list": None},
    )
    run = ansible.playbook(*APPLY, "--diff", "--tags", "all,report", *(["--check"] if check else []))
    written = (ansible.directory / "report.md").read_text(encoding="utf-8")
    assert run.rc != 0 and written == "\n".join(reported(run)) + "\n"
    assert "`été → {{ x`" in written and "grafana_correlations_list must be a list" in written
    assert not run.task("Write the report").changed and "+### " not in run.stdout


# Drift


@pytest.mark.any_server
def test_drift_fails_check_mode_only(ansible: Ansible, org: Org, write_hosts: t.Callable[..., None]) -> None:
    write_hosts(production={"grafana_correlations_list": [org.link(config=BARE)]})
    run = ansible.playbook(*APPLY, "--check", *FAIL_ON_DRIFT)
    assert run.rc == 2
    assert failures(run) == {"production": "production differs from the list: would create 1."}
    assert reported(run)[0] == "### `production`: would create 1"
    ansible.playbook(*APPLY, "--check").ok()
    ansible.playbook(*APPLY, "--check", "-e", "grafana_correlations_fail_on_drift=no").ok()
    assert org.rows() == []
    assert ansible.playbook(*APPLY, *FAIL_ON_DRIFT).ok().of_action("grafana_correlations")[0].changed
    ansible.playbook(*APPLY, "--check", *FAIL_ON_DRIFT).ok()


@pytest.mark.any_server
def test_a_wrong_value_for_drift_is_an_error(ansible: Ansible, org: Org, write_hosts: t.Callable[..., None]) -> None:
    write_hosts(production={"grafana_correlations_list": [], "grafana_correlations_fail_on_drift": "maybe"})
    run = ansible.playbook(*APPLY)
    assert failures(run) == {"production": "grafana_correlations_fail_on_drift must be true or false."}


# Several hosts


@pytest.mark.any_server
def test_all_hosts_are_in_the_report_whichever_fail(
    ansible: Ansible, org: Org, write_hosts: t.Callable[..., None], nobody: str
) -> None:
    down = {"grafana_correlations_url": nobody, "grafana_correlations_retries": 0}
    entries = {"grafana_correlations_list": [org.link(config=BARE)]}
    none: Variables = {"grafana_correlations_list": []}
    write_hosts(a_down={**entries, **down}, b_new=entries, c_same=none, d_wrong={})
    run = ansible.playbook(*APPLY, "--check")
    assert run.rc == 2 and set(failures(run)) == {"a_down", "d_wrong"}
    lines = reported(run)
    assert [line for line in lines if line.startswith("#")] == [
        "### `a_down`: failed",
        "### `d_wrong`: failed",
        "### `b_new`: would create 1",
        "### 4 hosts: 1 with drift, 2 failed",
    ]
    assert nobody in lines[1] and "No list is defined for d_wrong" in lines[4]
    assert lines[-4:] == [
        "| a_down  | -      | -      | -      | yes    | ?     |",
        "| b_new   | 1      | 0      | 0      | no     | yes   |",
        "| c_same  | 0      | 0      | 0      | no     | no    |",
        "| d_wrong | -      | -      | -      | yes    | ?     |",
    ]
    # ... one of which, and all of which
    run = ansible.playbook(*APPLY, "--limit", "d_wrong,c_same")
    assert run.rc == 2 and len(reported(run)) > 2
    run = ansible.playbook(*APPLY, "--limit", "a_down,d_wrong")
    assert run.rc == 2 and reported(run)[-1].startswith("| d_wrong")
    assert org.rows() == []


@pytest.mark.generation(12)
def test_a_drift_job_of_a_fleet_names_the_hosts(
    ansible: Ansible, org: Org, write_hosts: t.Callable[..., None], backend: Backend
) -> None:
    org.add(config=BARE)
    same = {"grafana_correlations_list": [org.link(config=BARE)]}
    drifted = {"grafana_correlations_list": [org.link(config=BARE), org.link(label="New", config=BARE)]}
    write_hosts(**{"grafana%02d" % number: drifted if number in (3, 7) else same for number in range(1, 13)})
    run = ansible.playbook(*APPLY, "--check", "--diff", *FAIL_ON_DRIFT, "-f", "4")
    assert run.rc == 2
    assert failures(run) == {
        host: "%s differs from the list: would create 1; 1 unchanged." % host for host in ("grafana03", "grafana07")
    }
    lines = reported(run)
    assert "### 12 hosts: 2 with drift, 0 failed" in lines
    table = [line.split("|")[1:-1] for line in lines if line.startswith("| grafana")]
    assert len(table) == 12
    assert [cells[0].strip() for cells in table if cells[-1].strip() == "yes"] == ["grafana03", "grafana07"]
    assert "--- before: grafana03: create (New: " in run.stdout
    assert len(org.rows()) == 1


# Hosts


@pytest.mark.parametrize("playbook", ["apply", "export", "test_links", "validate"])
@pytest.mark.parametrize(
    "hosts, arguments, sentence",
    [
        ({}, [], "The inventory has no hosts: give an inventory with -i."),
        (
            {"a": {}},
            ["-e", "grafana_correlations_hosts=grafanas"],
            "No host matches grafana_correlations_hosts 'grafanas': correct it, or the inventory (-i).",
        ),
        (
            {"a": {}, "b": {}},
            ["-e", "grafana_correlations_hosts=a", "--limit", "b"],
            "No host matches grafana_correlations_hosts 'a' within --limit 'b': correct it, or the inventory (-i).",
        ),
        (
            {"a": {}},
            ["-e", "grafana_correlations_hosts="],
            "No host matches grafana_correlations_hosts '': correct it, or the inventory (-i).",
        ),
    ],
    ids=["empty", "no such group", "limit", "empty pattern"],
)
@pytest.mark.one_generation
def test_no_host_is_an_error(
    ansible: Ansible,
    write_hosts: t.Callable[..., None],
    playbook: str,
    hosts: dict[str, Variables],
    arguments: list[str],
    sentence: str,
) -> None:
    write_hosts(**hosts)
    run = ansible.playbook("crosslink.grafana.%s" % playbook, *APPLY[1:], *arguments)
    assert run.rc not in (0, 2) and run.tasks == []
    assert sentence in " ".join(run.output.split())


@pytest.mark.any_server
def test_hosts_are_chosen_as_ansible_does(ansible: Ansible, org: Org, write_hosts: t.Callable[..., None]) -> None:
    empty: Variables = {"grafana_correlations_list": []}
    write_hosts(a=empty, b=empty, c=empty)
    for pattern, limit, expected in (
        ("a:b", "all", "ab"),
        ("all:!b", "all", "ac"),
        (["c", "a"], "all", "ac"),
        ("[ab]", "b:c", "b"),
        ("~[bc]", "all", "bc"),
    ):
        variables = json.dumps({"grafana_correlations_hosts": pattern})
        run = ansible.playbook(*APPLY, "-e", variables, "--limit", limit).ok()
        assert {task.host for task in run.of_action("grafana_correlations")} == set(expected)


@pytest.mark.any_server
def test_localhost_needs_no_inventory(ansible: Ansible, org: Org, connection: Variables) -> None:
    variables = {"grafana_correlations_%s" % name: value for name, value in connection.items()}
    variables.update(grafana_correlations_list=[org.link()], grafana_correlations_hosts="localhost")
    path = ansible.write("variables.json", variables)
    ansible.playbook("crosslink.grafana.apply", "-e", "@%s" % path).ok()
    assert len(org.rows()) == 1


def test_the_syntax_check_needs_no_hosts(ansible: Ansible) -> None:
    ansible.playbook("crosslink.grafana.apply", "--syntax-check").ok()
