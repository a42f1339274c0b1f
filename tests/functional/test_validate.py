# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook that checks the lists of an inventory without a Grafana."""

from __future__ import annotations

import functools
import json
import typing as t

import pytest

from tests.support.commands import Ansible, Run

VALIDATE = ("crosslink.grafana.validate", "-i", "inventory/hosts.yml")
MODULE = "grafana_correlations_validate"
GOOD = {"source": "Loki", "target": "Tempo", "label": "Trace", "config": {"field": "f", "target": {}}}
TICKET = {
    "source": "Loki",
    "label": "Ticket",
    "type": "external",
    "config": {"field": "f", "target": {"url": "https://tickets.example.com/${id}"}},
}


@pytest.fixture
def validate(run_offline: t.Callable[..., Run]) -> t.Callable[..., Run]:
    """Run the playbook for the host ``grafana`` with these variables."""
    return functools.partial(run_offline, "crosslink.grafana.validate")


def codes(run: Run) -> list[tuple[str, str]]:
    return [(one["level"], one["code"]) for one in run.of_action(MODULE)[0].result["problems"]]


def test_right_lists(validate: t.Callable[..., Run]) -> None:
    run = validate(grafana_correlations_list=[GOOD], grafana_correlations_list_b=[TICKET]).ok()
    assert codes(run) == [("warning", "variable_not_encoded")]
    assert "**2 entries, no errors, 1 warning**" in run.stdout
    assert "grafana_correlations_list_b[0] (Ticket)" in run.stdout
    assert not any(task.changed for task in run.tasks)


def test_all_errors_of_lists_and_files_are_reported_together(validate: t.Callable[..., Run], ansible: Ansible) -> None:
    ansible.write("team/a.yml", [GOOD, {**GOOD, "label": "Other", "colour": 1}])
    run = validate(
        "--check",
        grafana_correlations_list=[GOOD, {**TICKET, "config": {"field": "f", "target": {"url": "example.com/a b"}}}],
        grafana_correlations_src="team/*.yml",
    )
    assert run.rc == 2
    result = run.of_action(MODULE)[0].result
    assert [(one.get("variable", "file"), one["position"], one["code"]) for one in result["errors"]] == [
        ("grafana_correlations_list", 2, "url_without_scheme"),
        ("grafana_correlations_list", 2, "url_with_space"),
        ("file", 1, "duplicate_entry"),
        ("file", 2, "unknown_option"),
    ]
    assert result["code"] == "invalid_input"
    failed = [task for task in run.tasks if task.status == "failed"]
    assert [task.result["msg"] for task in failed] == [result["report"].splitlines()]
    assert "a.yml entry 2 (Other): 'colour' is not an option of a correlation" in run.stdout


def test_unknown_data_sources(validate: t.Callable[..., Run]) -> None:
    data_sources = [{"uid": "loki", "name": "Loki", "type": "loki", "id": 1}, {"uid": "tempo", "name": "Tmpo"}]
    run = validate(grafana_correlations_list=[GOOD], grafana_correlations_data_sources=data_sources)
    assert (run.rc, codes(run)) == (2, [("error", "data_source_not_found")])
    assert "(did you mean 'tempo' or 'Tmpo'?)" in run.stdout


def test_accepted_codes(validate: t.Callable[..., Run]) -> None:
    entry = {**GOOD, "description": "costs $$5"}
    assert validate(grafana_correlations_list=[entry]).rc == 2
    run = validate(grafana_correlations_list=[entry], grafana_correlations_accept=["escaped_dollar"]).ok()
    assert codes(run) == [("warning", "escaped_dollar")]


@pytest.mark.parametrize(
    ("variables", "fact"),
    [
        ({"grafana_correlations_list": None}, "grafana_correlations_list must be a list"),
        ({"grafana_correlations_lists": []}, "did you mean grafana_correlations_list?"),
        ({"grafana_correlations_list": [], "grafana_correlations_accept": ["a"]}, "accept[0] is 'a' but must be one"),
        ({"grafana_correlations_list": [], "grafana_correlations_data_sources": []}, "data_sources is empty"),
        ({"grafana_correlations_list": [], "grafana_correlations_data_sources": {}}, "data_sources must be a list"),
    ],
)
def test_wrong_variables(validate: t.Callable[..., Run], variables: dict[str, t.Any], fact: str) -> None:
    run = validate(**variables)
    assert run.rc == 2 and fact in json.dumps([task.result.get("msg") for task in run.tasks])


def test_each_host_has_its_own_result(ansible: Ansible) -> None:
    hosts = {
        "good": {"grafana_correlations_list": [GOOD]},
        "bad": {"grafana_correlations_list": [{**GOOD, "label": 1}]},
    }
    ansible.write("inventory/hosts.yml", {"all": {"hosts": hosts}})
    run = ansible.playbook(*VALIDATE)
    assert run.rc == 2
    assert {task.host for task in run.tasks if task.status == "failed"} == {"bad"}


def test_the_module_by_itself(ansible: Ansible) -> None:
    arguments = json.dumps({"correlations": [{**GOOD, "state": "gone"}]})
    run = ansible.adhoc("localhost", "-m", "crosslink.grafana." + MODULE, "-a", arguments)
    [task] = run.of_action(MODULE)
    assert (run.rc, task.status, task.result["code"]) == (2, "failed", "invalid_choice")
    assert task.result["msg"].startswith("entry 1 (Trace): state is 'gone' but must be one of ")


PROVISIONED = {
    "apiVersion": 1,
    "datasources": [
        {
            "name": "Loki",
            "orgId": 2,
            "correlations": [{"targetUID": "tempo", "label": "Trace", "config": {"field": "f", "target": {}}}],
        }
    ],
}


def test_the_organization_of_a_provisioning_file(validate: t.Callable[..., Run], ansible: Ansible) -> None:
    path = str(ansible.write("provisioning/loki.yml", PROVISIONED))
    run = validate(grafana_correlations_src=path)
    assert (run.rc, codes(run)) == (2, [("error", "other_organization")])
    assert codes(validate(grafana_correlations_src=path, grafana_correlations_org_id=2).ok()) == []
