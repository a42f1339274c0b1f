# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ways to move correlations, as docs/moving.md describes them: no link is missing or doubled on the way."""

from __future__ import annotations

import typing as t

import pytest
import yaml

from tests.functional.conftest import Backend, NewOrg
from tests.support.apis_org import ApisOrg
from tests.support.commands import Ansible
from tests.support.grafana import Grafana, Org
from tests.support.modules import PYTHON
from tests.support.simulator import Simulators

APPLY = ("crosslink.grafana.apply", "-i", "inventory/hosts.yml")
EXPORT = ("crosslink.grafana.export", "-i", "inventory/hosts.yml")
MODULE = "grafana_correlations"

Members = t.Dict[str, t.Any]
# What the editor of the web page puts into a query.
EDITOR = {"datasource": {"type": "tempo", "uid": "x"}, "key": "Q-1", "refId": "A", "query": "${traceID}"}


def connection(org: Org, **more: t.Any) -> Members:
    """A host of the inventory that is this organization."""
    return {
        "ansible_python_interpreter": PYTHON,
        "grafana_correlations_url": org.grafana.url,
        "grafana_correlations_url_username": org.grafana.user,
        "grafana_correlations_url_password": org.grafana.password,
        "grafana_correlations_org_id": org.id,
        **more,
    }


def write_hosts(ansible: Ansible, **hosts: Members) -> None:
    ansible.write("inventory/hosts.yml", {"all": {"hosts": hosts}})


def counts(ansible: Ansible, *arguments: str) -> dict[str, int]:
    """The summary of a run of the playbook apply that succeeds, without zeros."""
    [task] = ansible.playbook(*APPLY, *arguments).ok().of_action(MODULE)
    return {name: count for name, count in task.result["summary"].items() if count}


@pytest.mark.generation(12)  # with an external correlation
@pytest.mark.one_generation
def test_from_the_web_page_to_code(ansible: Ansible, org: Org, backend: Backend) -> None:
    org.add(label="Trace", config={"field": "message", "target": EDITOR})
    org.add(label="Ticket", type="external", config={"field": "id", "target": {"url": "https://a/${__value.raw}"}})
    before = org.raw_rows()
    write_hosts(ansible, grafana=connection(org, grafana_correlations_api=backend.options.get("api", "auto")))
    ansible.playbook(*EXPORT).ok()
    listed = yaml.safe_load((ansible.directory / "export/grafana.yml").read_text())
    ansible.write("inventory/host_vars/grafana.yml", listed)
    assert counts(ansible) == {"unchanged": 2} and org.raw_rows() == before

    entry = next(entry for entry in listed["grafana_correlations_list"] if entry["label"] == "Trace")
    entry["description"] = "Now in git"
    ansible.write("inventory/host_vars/grafana.yml", listed)
    assert counts(ansible, "-e", "grafana_correlations_prune=sources") == {"updated": 1, "unchanged": 1}
    assert {row.label: row.description for row in org.rows()} == {"Trace": "Now in git", "Ticket": ""}
    assert sorted(row.uid for row in org.rows()) == sorted(row["uid"] for row in before)


@pytest.mark.generation(12)
@pytest.mark.legacy_api
def test_from_one_organization_to_another(ansible: Ansible, org: Org, new_org: NewOrg) -> None:
    other = new_org()
    for source in (org.loki, org.tempo):
        other.add_data_source_as("other-%s" % source.uid, source.name, source.type)
    org.add(label="Trace", config={"field": "message", "target": EDITOR})
    before = org.raw_rows()
    write_hosts(ansible, old=connection(org))
    ansible.playbook(*EXPORT).ok()
    write_hosts(ansible, new=connection(other))
    src = "grafana_correlations_src=%s" % (ansible.directory / "export/old.yml")
    assert counts(ansible, "-e", src, "--check") == {"created": 1} and other.rows() == []
    assert counts(ansible, "-e", src) == {"created": 1}
    assert counts(ansible, "-e", src) == {"unchanged": 1}
    row = other.only()
    assert (row.source, row.target, row.query) == (
        "other-" + org.loki.uid,
        "other-" + org.tempo.uid,
        {"refId": "A", "query": "${traceID}"},
    )
    assert org.raw_rows() == before


@pytest.fixture
def both(simulators: Simulators, prefix: str) -> tuple[Org, ApisOrg]:
    """One organization of a Grafana whose two APIs have a store each: as the first API shows it, and the second."""
    simulator = simulators.fresh("--generation", "12", "--apis", "unified")
    grafana = Grafana(simulator.url, "admin", "admin")
    org = Org(grafana, prefix, 12)
    after = ApisOrg(grafana, prefix, 12, id=org.id)
    after.data_sources = org.data_sources
    after.loki, after.tempo = org.loki, org.tempo
    return org, after


def test_to_the_other_api_before_a_migration(ansible: Ansible, both: tuple[Org, ApisOrg]) -> None:
    org, after = both
    org.add(label="Trace", config={"field": "message", "target": EDITOR})
    org.add(label="Ticket", type="external", config={"field": "id", "target": {"url": "https://a/${__value.raw}"}})
    before = org.raw_rows()
    write_hosts(ansible, grafana=connection(org))
    ansible.playbook(*EXPORT, "-e", "grafana_correlations_api=legacy").ok()
    arguments = ("-e", "grafana_correlations_api=apis", "-e", "grafana_correlations_src=%s/export/grafana.yml")
    arguments = tuple(argument.replace("%s", str(ansible.directory)) for argument in arguments)
    assert counts(ansible, *arguments) == {"created": 2}
    assert counts(ansible, *arguments) == {"unchanged": 2}
    assert after.labels() == ["Ticket", "Trace"] and org.raw_rows() == before


def test_to_the_other_api_after_a_migration(ansible: Ansible, both: tuple[Org, ApisOrg]) -> None:
    """The migration names objects after the uids of the old rows, and marks those from provisioning files."""
    org, after = both
    uid = after.add(label="Trace", config={"field": "message", "target": {"query": "a"}})
    provisioned = after.add(label="From a file", config={"field": "message", "target": {}}, provisioned=True)
    entries = [
        org.link(label="Trace", config={"field": "message", "target": {"query": "b"}}),
        org.link(label="From a file", config={"field": "message", "target": {}}),
    ]
    write_hosts(
        ansible,
        grafana=connection(
            org,
            grafana_correlations_list=entries,
            grafana_correlations_api="apis",
            grafana_correlations_prune="sources",
        ),
    )
    assert counts(ansible) == {"updated": 1, "unchanged": 1}
    assert counts(ansible) == {"unchanged": 2}
    assert {row.uid: row.query for row in after.rows()} == {uid: {"query": "b"}, provisioned: {}}
