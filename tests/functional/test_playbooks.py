# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbooks and ad-hoc commands, run as users run them."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
import yaml

from tests.functional.conftest import Backend
from tests.support.commands import Ansible
from tests.support.grafana import Org

PLAYBOOKS = Path(__file__).with_name("playbooks")
COLLECTION = Path(__file__).parents[2]
MODULE = "crosslink.grafana.grafana_correlation"


@pytest.fixture
def signed_in(connection: dict[str, t.Any], backend: Backend) -> dict[str, str]:
    """The connection as environment variables."""
    return {
        "GRAFANA_URL": connection["url"],
        "GRAFANA_USER": connection["url_username"],
        "GRAFANA_PASSWORD": connection["url_password"],
        "GRAFANA_ORG_ID": str(connection["org_id"]),
    }


@pytest.mark.smoke
@pytest.mark.legacy_api
def test_the_life_of_a_few_correlations(ansible: Ansible, org: Org, backend: Backend, inventory: Path) -> None:
    ansible.write(
        "inventory/host_vars/grafana.yml",
        {
            "grafana_url": backend.grafana.url,
            "grafana_user": backend.grafana.user,
            "grafana_password": backend.grafana.password,
            "grafana_org_id": org.id,
            "logs_uid": org.loki.uid,
            "logs_name": org.loki.name,
            "traces_uid": org.tempo.uid,
            "traces_name": org.tempo.name,
        },
    )
    run = ansible.playbook(str(PLAYBOOKS / "lifecycle.yml"), "-i", str(inventory.parent)).ok()
    assert run.tasks[-1].action == "ansible.builtin.assert" and run.tasks[-1].status == "ok"
    assert org.rows() == []
    # what --diff shows is readable YAML or JSON of definitions
    assert "--- before: prune (Another: " in run.stdout and '"label": "Another"' in run.stdout


def test_the_action_group_is_exactly_the_modules_with_a_connection() -> None:
    group = yaml.safe_load((COLLECTION / "meta" / "runtime.yml").read_text())["action_groups"]["grafana"]
    modules = sorted(
        path.stem
        for path in (COLLECTION / "plugins" / "modules").glob("*.py")
        if "crosslink.grafana.connection" in path.read_text()
    )
    assert modules and sorted(group) == modules


@pytest.mark.any_server
def test_module_defaults_of_the_environment_and_a_task(
    ansible: Ansible, org: Org, inventory: Path, signed_in: dict[str, str], backend: Backend
) -> None:
    """A token that module_defaults give is left alone by user and password in the environment."""
    play = {
        "hosts": "grafana",
        "gather_facts": False,
        "module_defaults": {
            "group/crosslink.grafana.grafana": {"token": org.add_token(), "api": backend.options.get("api", "auto")}
        },
        "tasks": [{"crosslink.grafana.grafana_correlation": org.link(), "name": "Add"}],
    }
    playbook = ansible.write("site.yml", [play])
    run = ansible.playbook(
        str(playbook),
        "-i",
        str(inventory),
        environment={**signed_in, "GRAFANA_USER": "nobody", "GRAFANA_PASSWORD": "wrong"},
    ).ok()
    assert run.task("Add").changed and org.only().label == "Logs to traces"


# Ad-hoc commands


@pytest.mark.any_server
def test_adhoc_with_key_and_value(ansible: Ansible, org: Org, inventory: Path, signed_in: dict[str, str]) -> None:
    config = json.dumps({"field": "message", "target": {"query": "a b"}})
    arguments = "source=%s target='%s' label='Logs to traces' config='%s'" % (org.loki.uid, org.tempo.name, config)
    run = ansible.adhoc("grafana", "-i", str(inventory), "-m", MODULE, "-a", arguments, environment=signed_in).ok()
    assert run.of_action("grafana_correlation")[0].changed
    assert (org.only().label, org.only().query) == ("Logs to traces", {"query": "a b"})
    arguments = "state=absent source=%s target='%s' label='Logs to traces'" % (org.loki.uid, org.tempo.name)
    ansible.adhoc("grafana", "-i", str(inventory), "-m", MODULE, "-a", arguments, environment=signed_in).ok()
    assert org.rows() == []


@pytest.mark.smoke
@pytest.mark.any_server
def test_adhoc_with_json(ansible: Ansible, org: Org, inventory: Path, signed_in: dict[str, str]) -> None:
    arguments = json.dumps(org.link(config={"field": "message", "target": {"expr": '{app="a"}', "n": 1}}))
    run = ansible.adhoc(
        "grafana", "-i", str(inventory), "-m", MODULE, "-a", arguments, "--check", "--diff", environment=signed_in
    ).ok()
    assert run.of_action("grafana_correlation")[0].changed and org.rows() == []
    assert "+" in run.stdout and '"label": "Logs to traces"' in run.stdout
    ansible.adhoc("grafana", "-i", str(inventory), "-m", MODULE, "-a", arguments, environment=signed_in).ok()
    assert org.only().query == {"expr": '{app="a"}', "n": 1}
    run = ansible.adhoc(
        "grafana", "-i", str(inventory), "-m", MODULE + "_info", "-a", "use_names=true", environment=signed_in
    ).ok()
    assert run.of_action("grafana_correlation_info")[0].result["definitions"][0]["source"] == org.loki.name


@pytest.mark.any_server
def test_adhoc_with_a_list(ansible: Ansible, org: Org, inventory: Path, signed_in: dict[str, str]) -> None:
    org.add(label="Doomed")
    arguments = json.dumps({"correlations": [org.link()], "prune": "sources"})
    run = ansible.adhoc(
        "grafana", "-i", str(inventory), "-m", MODULE + "s", "-a", arguments, environment=signed_in
    ).ok()
    assert run.of_action("grafana_correlations")[0].result["msg"] == "1 created, 1 deleted"
    assert org.labels() == ["Logs to traces"]


@pytest.mark.any_server
def test_a_list_that_is_undefined(ansible: Ansible, org: Org, inventory: Path, signed_in: dict[str, str]) -> None:
    arguments = json.dumps({"correlations": "{{ no_such_variable }}", "prune": "sources"})
    run = ansible.adhoc("grafana", "-i", str(inventory), "-m", MODULE + "s", "-a", arguments, environment=signed_in)
    assert run.rc != 0 and "'no_such_variable' is undefined" in run.output


# What people look at


@pytest.mark.any_server
def test_warnings_and_failures_are_readable(
    ansible: Ansible, org: Org, inventory: Path, signed_in: dict[str, str]
) -> None:
    play = {
        "hosts": "grafana",
        "gather_facts": False,
        "tasks": [
            {"name": "Warn", "crosslink.grafana.grafana_correlation": org.link(description="$${x}")},
            {
                "name": "Fail",
                "crosslink.grafana.grafana_correlations": {
                    "correlations": [org.link(target="nowhere"), org.link(state="x")]
                },
            },
        ],
    }
    playbook = ansible.write("site.yml", [play])
    run = ansible.playbook(str(playbook), "-i", str(inventory), environment=signed_in)
    assert run.rc == 2
    words = " ".join(run.output.split())
    assert "[WARNING]: '$$' " in words
    assert "2 errors, " in words and ": entry 1 (Logs to traces): the target data source 'nowhere' " in words
    assert "%s; entry 2 (Logs to traces): state is 'x'" % org.where in words
    assert run.task("Fail").result["code"] == "invalid_input"
