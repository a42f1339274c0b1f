# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many Grafanas at once, and many organizations of one."""

from __future__ import annotations

import contextlib
import itertools
import typing as t
from pathlib import Path

import pytest

from tests.functional.conftest import NewOrg
from tests.support.commands import Ansible
from tests.support.grafana import Grafana, Org
from tests.support.modules import PYTHON
from tests.support.simulator import Simulator

EXAMPLES = Path(__file__).parents[2] / "examples"
ADMIN = {"GRAFANA_USER": "admin", "GRAFANA_PASSWORD": "admin"}
SHARED = ["Logs of this service", "Logs to trace"]
WANTED = {
    "grafana01": [*SHARED, "Pager of EMEA", "Runbook of grafana01"],
    "grafana07": [*SHARED, "Pager of EMEA", "Profile of this service", "Runbook of grafana07"],
    "grafana26": [*SHARED, "Pager of APAC", "Runbook of grafana26"],
}


@pytest.fixture
def fleet() -> t.Iterator[dict[str, Simulator]]:
    """Some of the Grafanas of the example."""
    with contextlib.ExitStack() as stack:
        running = {name: Simulator("--no-provisioned") for name in WANTED}
        for simulator in running.values():
            stack.callback(simulator.stop)
        yield running


def labels(simulator: Simulator) -> list[str]:
    answer = Grafana(simulator.url, "admin", "admin").ask(
        "GET", "api", "datasources", "correlations", query={"limit": 1000}
    )
    return sorted(row["label"] for row in answer["correlations"])


def test_one_that_is_down_fails_alone(ansible: Ansible, fleet: dict[str, Simulator], nobody: str) -> None:
    urls = {**{name: simulator.url for name, simulator in fleet.items()}, "grafana13": nobody}
    arguments = [
        "-i",
        str(EXAMPLES / "fleet"),
        "-e",
        "@" + str(ansible.write("fleet.json", {"fleet_urls": urls})),
        "-f",
        "10",
    ]
    ansible.playbook(str(EXAMPLES / "prepare.yml"), *arguments, "-l", ",".join(WANTED), environment=ADMIN).ok()
    apply = ["crosslink.grafana.apply", *arguments, "-l", ",".join(urls), "-e", "grafana_correlations_retries=0"]
    run = ansible.playbook(*apply, environment=ADMIN)
    tasks = {task.host: task for task in run.of_action("grafana_correlations")}
    assert run.rc != 0 and set(tasks) == set(urls)
    assert {name for name, task in tasks.items() if task.status == "failed"} == {"grafana13"}
    assert tasks["grafana13"].result["code"] == "connection_failed" and nobody in tasks["grafana13"].result["msg"]
    assert {name: labels(simulator) for name, simulator in fleet.items()} == WANTED
    again = {task.host: task for task in ansible.playbook(*apply, environment=ADMIN).of_action("grafana_correlations")}
    assert set(again) == set(urls) and not any(task.changed for task in again.values())


@pytest.mark.generation(12)
def test_two_organizations_at_once_never_mix(
    ansible: Ansible, new_org: NewOrg, connection: dict[str, t.Any], faults: Simulator
) -> None:
    """The same user, the same data sources by name, and links of the same label in both."""
    orgs: dict[str, Org] = {"platform": new_org(), "payments": new_org()}
    hosts: dict[str, t.Any] = {}
    for name, org in orgs.items():
        for kind in ("loki", "tempo"):
            org.add_data_source_as("%s-%s" % (org.prefix, kind), kind.title(), kind)
        hosts[name] = {"grafana_correlations_org_id": org.id}
    shared = [
        {
            "source": "Loki",
            "target": "Tempo",
            "label": "%02d" % number,
            "description": "{{ inventory_hostname }}",
            "config": {"field": "message", "target": {"query": "{{ inventory_hostname }}"}},
        }
        for number in range(40)
    ]
    variables = {"grafana_correlations_%s" % name: value for name, value in connection.items() if name != "org_id"}
    everywhere = {
        **variables,
        "ansible_connection": "local",
        "ansible_python_interpreter": PYTHON,
        "grafana_correlations_list": shared,
    }
    ansible.write("inventory/hosts.yml", {"all": {"hosts": hosts, "vars": everywhere}})
    # The first writes of both wait for each other, so to say.
    faults.fault("delay", method="POST", times=8, seconds=4)
    faults.reset_counts()
    run = ansible.playbook("crosslink.grafana.apply", "-i", "inventory/hosts.yml", "-f", "2").ok()
    assert all(task.changed for task in run.of_action("grafana_correlations"))
    turns = itertools.groupby(item["org_header"] for item in faults.counts().log if item["method"] == "POST")
    assert len(list(turns)) > 2, "the two did not run at the same time"
    for name, org in orgs.items():
        rows = org.rows()
        assert [row.label for row in rows] == [entry["label"] for entry in shared]
        assert {(row.description, row.query["query"], row.source, row.target) for row in rows} == {
            (name, name, "%s-loki" % org.prefix, "%s-tempo" % org.prefix)
        }
