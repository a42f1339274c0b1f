# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page that the export can write, and the map in docs/map.md."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest

from tests.support.apis_org import ApisOrg
from tests.support.commands import Ansible
from tests.support.grafana import Grafana, Org
from tests.support.modules import PYTHON
from tests.support.simulator import Simulator, Simulators

COLLECTION = Path(__file__).parents[2]
DOCUMENT = COLLECTION / "docs" / "map.md"
EXPORT = ("crosslink.grafana.export", "-i", "inventory/hosts.yml")
HEAD = ["| from | field | label | to | type | managed by |", "|---|---|---|---|---|---|"]

Inventory = t.Callable[..., None]


@pytest.fixture
def write_inventory(ansible: Ansible) -> Inventory:
    """Writes an inventory with one host, ``grafana``, with these variables of the role; its export writes a page."""

    def write(**variables: t.Any) -> None:
        host = {"grafana_correlations_%s" % name: value for name, value in {"export_page": True, **variables}.items()}
        host.update(ansible_connection="local", ansible_python_interpreter=PYTHON)
        ansible.write("inventory/hosts.yml", {"all": {"hosts": {"grafana": host}}})

    return write


@pytest.fixture
def write_host(write_inventory: Inventory, connection: dict[str, t.Any]) -> Inventory:
    """As ``write_inventory``, with the connection."""
    return lambda **variables: write_inventory(**{**connection, **variables})


def content(ansible: Ansible) -> list[str]:
    """The lines of the page."""
    return (ansible.directory / "export/grafana.md").read_text(encoding="utf-8").split("\n")


@pytest.mark.generation(12)
def test_the_page_tells_what_there_is_and_stays_the_same(ansible: Ansible, org: Org, write_host: Inventory) -> None:
    label = 'a|b `c` <d>\n"e" $f$ \U0001f680'
    org.add(label=label)
    org.add(org.tempo, org.loki, "From a file", provisioned=True)
    org.add(type="external", label="Ticket", config={"target": {"url": "https://tickets.example.com/${__value.raw}"}})
    before = org.raw_rows()
    write_host()
    run = ansible.playbook(*EXPORT, "--check", "--diff").ok()
    assert "+| %s" % org.loki.name in run.stdout and not (ansible.directory / "export").exists()
    run = ansible.playbook(*EXPORT).ok()
    assert run.task("Write the page").changed
    manager = "provisioning file"
    lines = content(ansible)
    assert lines[:8] == [
        "# Correlations of grafana",
        "",
        *HEAD,
        r'| %s | message | a\|b \`c\` \<d\> "e" &#36;f&#36; 🚀 | %s | query |  |' % (org.loki.name, org.tempo.name),
        r"| %s | message | Ticket | https\://tickets.example.com/&#36;{\_\_value.raw} | external |  |" % org.loki.name,
        "| %s | message | From a file | %s | query | %s |" % (org.tempo.name, org.loki.name, manager),
        "",
    ]
    assert lines[8:10] == ["```mermaid", "flowchart LR"] and lines[-2:] == ["```", ""]
    ids = {one: "ds_" + re.sub(r"\W+", "_", one.name.lower())[:20] for one in (org.loki, org.tempo)}
    drawn = (
        r'  %s -->|"a#124;b #96;c#96; #60;d#62; #34;e#34; #36;f#36; 🚀"| %s' % (ids[org.loki], ids[org.tempo]),
        '  %s -->|"Ticket"| url_tickets_example_com' % ids[org.loki],
        '  %s ==>|"From a file"| %s' % (ids[org.tempo], ids[org.loki]),
        '  %s(["%s<br>tempo"])' % (ids[org.tempo], org.tempo.name),
    )
    assert [line for line in drawn if line not in lines] == []
    first = {path.name: path.read_bytes() for path in (ansible.directory / "export").iterdir()}
    assert sorted(first) == ["grafana.md", "grafana.yml"]
    assert not any(task.changed for task in ansible.playbook(*EXPORT).ok().tasks)
    assert {path.name: path.read_bytes() for path in (ansible.directory / "export").iterdir()} == first
    assert org.raw_rows() == before


@pytest.mark.any_server
def test_the_page_without_correlations_and_with_uids(ansible: Ansible, org: Org, write_host: Inventory) -> None:
    write_host()
    ansible.playbook(*EXPORT).ok()
    assert content(ansible) == ["# Correlations of grafana", "", "There are no correlations.", ""]
    org.add()
    write_host(export_names=False)
    ansible.playbook(*EXPORT).ok()
    assert content(ansible)[4] == "| %s | message | Logs to traces | %s | query |  |" % (org.loki.uid, org.tempo.uid)


@pytest.mark.any_server
def test_there_is_no_page_unless_it_is_asked_for(ansible: Ansible, org: Org, write_host: Inventory) -> None:
    write_host(export_page=False)
    ansible.playbook(*EXPORT).ok()
    assert [path.name for path in (ansible.directory / "export").iterdir()] == ["grafana.yml"]


def test_a_missing_data_source(
    ansible: Ansible, simulators: Simulators, prefix: str, write_inventory: Inventory
) -> None:
    """Only /apis shows such a correlation."""
    simulator = simulators.fresh("--generation", "12", "--apis", "unified")
    org = ApisOrg(Grafana(simulator.url, "admin", "admin"), prefix, 12)
    org.add(target=org.prometheus, provisioned=True)
    org.delete_data_source(org.prometheus)
    write_inventory(url=simulator.url, url_username="admin", url_password="admin", org_id=org.id, api="apis")
    ansible.playbook(*EXPORT).ok()
    lines = content(ansible)
    assert lines[4] == "| %s | message | Logs to traces | %s (missing) | query | provisioning file |" % (
        org.loki.name,
        org.prometheus.uid,
    )
    assert any('-.-x|"Logs to traces"| ' in line for line in lines)
    assert '    key_dangling(( )) -.-x|"data source missing"| key_dangling_(( ))' in lines


@pytest.mark.generation(9)
def test_old_correlations_of_a_data_source_from_a_file(
    ansible: Ansible, write_host: Inventory, internals: Simulator
) -> None:
    """Grafana 9 does not mark them; the simulator starts with one in its first organization."""
    write_host(org_id=1)
    ansible.playbook(*EXPORT).ok()
    [line] = [line for line in content(ansible) if line.startswith("| Provisioned")]
    assert line.endswith("| query | provisioning file |")


# The documentation


def blocks(language: str) -> list[str]:
    """The blocks of the document in that language."""
    return re.findall(r"^```%s\n(.*?)^```" % language, DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_map_of_the_example(ansible: Ansible) -> None:
    """The playbook in the document draws the map in the document."""
    playbook = ansible.write("map.yml", blocks("yaml")[0])
    ansible.playbook(str(playbook), "-i", str(COLLECTION / "examples" / "inventory")).ok()
    assert (ansible.directory / "production.mmd").read_text(encoding="utf-8") == blocks("mermaid")[0]
