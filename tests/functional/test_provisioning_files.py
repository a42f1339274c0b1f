# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Grafana's provisioning files: as src, imported into an inventory, and written."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
import yaml

from tests.support.commands import Ansible, Run
from tests.support.grafana import Org
from tests.support.modules import PYTHON, Module
from tests.support.simulator import Simulator

IMPORT = "crosslink.grafana.import_provisioning"
PREFIX = "grafana_correlations_import_"
LINK = {
    "targetUID": "tempo",
    "label": "Logs to trace",
    "description": "costs 5$$",
    "config": {
        "type": "query",
        "field": "message",
        "target": {"query": "$${traceID} {{ .msg }}"},
        "transformations": [{"type": "regex", "expression": "traceID=(\\w+)$$", "mapValue": "traceID"}],
    },
}
TICKET = {
    "label": "Ticket",
    "description": "",
    "type": "external",
    "config": {"field": "ticket", "target": {"url": "$TICKETS/$${__value.raw}"}},
}
ENTRIES = [
    {
        "source": "loki",
        "target": "tempo",
        "label": "Logs to trace",
        "description": "costs 5$",
        "type": "query",
        "config": {
            "field": "message",
            "target": {"query": "${traceID} {{ .msg }}"},
            "transformations": [{"type": "regex", "expression": "traceID=(\\w+)$", "map_value": "traceID"}],
        },
    },
    {
        "source": "loki",
        "label": "Ticket",
        "type": "external",
        "config": {"field": "ticket", "target": {"url": "https://tickets/${__value.raw}"}},
    },
]


def provisioning(*correlations: t.Any, **members: t.Any) -> dict[str, t.Any]:
    """The content of a file with one data source."""
    source = {"name": "Loki", "uid": "loki", "type": "loki", "correlations": list(correlations), **members}
    return {"apiVersion": 1, "datasources": [source]}


def of_org(org: Org, *correlations: t.Any, **members: t.Any) -> dict[str, t.Any]:
    """The same for data sources of a test's organization."""
    moved = [{**one, "targetUID": org.tempo.uid} if "targetUID" in one else one for one in correlations]
    return provisioning(*moved, **{"name": org.loki.name, "uid": org.loki.uid, "orgId": org.id, **members})


class Unsafe(yaml.SafeLoader):
    """Reads what an inventory may contain."""


Unsafe.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def read(path: Path) -> t.Any:
    """The content of an inventory file."""
    return yaml.load(path.read_text(encoding="utf-8"), Unsafe)


# As src


@pytest.mark.generation(12)
def test_src_takes_a_file_as_it_is(correlations: Module, org: Org, tmp_path: Path) -> None:
    path = tmp_path / "loki.yml"
    path.write_text(yaml.safe_dump(of_org(org, LINK)), encoding="utf-8")
    result = correlations(src=str(path))  # runs twice, and the second run must change nothing
    assert result.changed
    row = org.only()
    assert (row.label, row.description, row.query) == ("Logs to trace", "costs 5$", {"query": "${traceID} {{ .msg }}"})
    assert row.transformations == [{"type": "regex", "expression": "traceID=(\\w+)$", "mapValue": "traceID"}]
    assert (row.source, row.target) == (org.loki.uid, org.tempo.uid)


@pytest.mark.legacy_api
@pytest.mark.generation(12)
def test_src_sends_one_request_for_each_new_correlation(
    correlations: Module, org: Org, counters: Simulator, tmp_path: Path
) -> None:
    path = tmp_path / "loki.yml"
    no_field = {"targetUID": org.tempo.uid, "label": "no link", "description": ""}
    path.write_text(yaml.safe_dump(of_org(org, LINK, {**LINK, "label": "B"}, no_field)), encoding="utf-8")
    counters.reset_counts()
    result = correlations.once(src=str(path))
    assert sorted(counters.counts().accepted()) == ["POST", "POST"]
    assert result["summary"]["created"] == 2 and result["summary"]["ignored"] == 1
    assert [item["path"] for item in result["entries"]] == ["datasources[0].correlations"] * 2
    counters.reset_counts()
    assert not correlations.once(src=str(path)).changed
    assert counters.counts().accepted() == []


@pytest.mark.any_server
def test_a_source_without_uid_is_found_by_name(correlations: Module, org: Org, tmp_path: Path) -> None:
    path = tmp_path / "loki.yml"
    link = {**LINK, "config": {"type": "query", "field": "f"}}
    path.write_text(yaml.safe_dump(of_org(org, link, uid=None)), encoding="utf-8")
    correlations(src=str(path))
    assert (org.only().source, org.only().query) == (org.loki.uid, {})


@pytest.mark.any_server
@pytest.mark.generation(12)  # one of the correlations has transformations
def test_errors_name_file_and_position(correlations: Module, org: Org, tmp_path: Path) -> None:
    path = tmp_path / "loki.yml"
    bad = [LINK, {**LINK, "label": "$NOPE"}, {"label": "L", "config": LINK["config"]}]
    path.write_text(yaml.safe_dump(of_org(org, *bad)), encoding="utf-8")
    result = correlations.refuses(src=str(path), environment={"NOPE": "not Grafana's"})
    assert [error["code"] for error in result["errors"]] == ["environment_variable", "missing_option"]
    place = {"file": str(path), "path": "datasources[0].correlations"}
    assert [{name: error[name] for name in place} for error in result["errors"]] == [place, place]
    assert [error["position"] for error in result["errors"]] == [2, 3]
    assert "%s datasources[0].correlations[1] ($NOPE): label contains the variable NOPE" % path in result.msg
    assert "import_provisioning" in result.msg


@pytest.mark.any_server
def test_entries_of_another_organization_are_left_out(correlations: Module, org: Org, tmp_path: Path) -> None:
    path = tmp_path / "loki.yml"
    content = of_org(org, {**LINK, "label": "ours", "config": {"type": "query", "field": "f"}})
    content["datasources"] += of_org(org, LINK, LINK, orgId=org.id + 1)["datasources"]
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    result = correlations(src=str(path))
    assert org.labels() == ["ours"]
    assert result.warnings == [
        "%s datasources[1]: 2 correlations of organization %d left out, because org_id is %d."
        % (path, org.id + 1, org.id)
    ]


# The playbook


def imports(ansible: Ansible, *arguments: str, **variables: t.Any) -> Run:
    """A run of the playbook with these variables of its own."""
    given = {PREFIX + "src": "prov/*.yml", PREFIX + "dest": "out/links.yml"}
    given.update((PREFIX + name, value) for name, value in variables.items())
    more = {"ansible_python_interpreter": PYTHON, **{name: value for name, value in given.items() if value is not None}}
    return ansible.playbook(IMPORT, *arguments, "-e", json.dumps(more))


@pytest.fixture
def files(ansible: Ansible) -> Ansible:
    """A home with two provisioning files."""
    ansible.write("prov/a.yml", provisioning(LINK, TICKET))
    ansible.write("prov/b.yml", {"apiVersion": 1, "datasources": [{"name": "Tempo", "uid": "tempo"}]})
    return ansible


ENVIRONMENT = {"TICKETS": "https://tickets"}


def test_import_writes_an_inventory_file_once(files: Ansible) -> None:
    checked = imports(files, "--check", "--diff", environment=ENVIRONMENT).ok()
    assert checked.task("Write the file").changed
    assert "+grafana_correlations_list:" in checked.stdout and "+    label: Logs to trace" in checked.stdout
    assert not (files.directory / "out").exists()

    assert imports(files, environment=ENVIRONMENT).ok().task("Write the file").changed
    path = files.directory / "out/links.yml"
    assert read(path) == {"grafana_correlations_list": ENTRIES}
    assert "!unsafe" in path.read_text(encoding="utf-8")

    again = imports(files, "--diff", environment=ENVIRONMENT).ok()
    assert [task.changed for task in again.tasks if task.status == "ok"] == [False, False, False]
    # Ansible gives the list to its modules as it was in the files.
    show = files.write(
        "show.yml",
        [
            {
                "hosts": "all",
                "gather_facts": False,
                "tasks": [{"ansible.builtin.debug": {"var": "grafana_correlations_list"}}],
            }
        ],
    )
    run = files.playbook(str(show), "-i", "localhost,", "-c", "local", "-e", "@out/links.yml").ok()
    assert run.tasks[0].result["grafana_correlations_list"] == ENTRIES


def test_import_with_another_variable_and_organization(files: Ansible) -> None:
    files.write("prov/c.yml", provisioning({**LINK, "label": "of 7"}, name="Seven", orgId=7))
    run = imports(files, variable="grafana_correlations_list_seven", org_id="7", environment=ENVIRONMENT).ok()
    found = read(files.directory / "out/links.yml")
    assert [entry["label"] for entry in found["grafana_correlations_list_seven"]] == ["of 7"]
    assert "prov/a.yml datasources[0]: 2 correlations of organization 1 left out" in " ".join(run.output.split())


@pytest.mark.parametrize(
    ("variables", "facts"),
    [
        (
            {},
            [
                "prov/a.yml datasources[0].correlations[1] (Ticket): config.target.url",
                "give TICKETS in " + PREFIX + "environment",
            ],
        ),
        ({"src": None}, ["Set grafana_correlations_import_src"]),
        ({"dest": None}, ["grafana_correlations_import_dest"]),
        ({"variable": "links"}, ["must be grafana_correlations_list, or start with"]),
        ({"src": "prov/*.yaml"}, [PREFIX + "src: no file matches prov/*.yaml on the controller."]),
        ({"src": []}, [PREFIX + "src: it must be a path"]),
        ({"org_id": 0}, [PREFIX + "org_id must be the number of an organization"]),
        ({"environment": ["A"]}, [PREFIX + "environment must be a mapping"]),
        ({"environment": {"A": True}}, [PREFIX + "environment: A must be text, not a boolean"]),
    ],
)
def test_what_import_refuses(files: Ansible, variables: dict[str, t.Any], facts: list[str]) -> None:
    run = imports(files, **variables)
    [failed] = [task for task in run.tasks if task.status == "failed"]
    assert run.rc != 0
    assert [fact for fact in facts if fact not in failed.result["msg"]] == []
    assert not (files.directory / "out").exists()


@pytest.mark.parametrize(
    ("content", "fact"),
    [
        ("providers: []\n", "it provisions no data sources: it has no datasources, but providers"),
        ("apiVersion: v1\nkind: Pod\n", "apiVersion must be a number"),
        ("- a\n", "a mapping, but a list"),
        ("a: [\n", "cannot be read"),
        ("a: 1\na: 2\n", "twice in the mapping that begins in line 1"),
        (
            "apiVersion: 1\ndatasources: [{name: L, correlations: {a: 1}}]\n",
            "datasources[0]: correlations must be a list",
        ),
    ],
)
def test_what_is_no_provisioning_file(ansible: Ansible, content: str, fact: str) -> None:
    ansible.write("prov/a.yml", content)
    run = imports(ansible)
    [failed] = [task for task in run.tasks if task.status == "failed"]
    assert "prov/a.yml" in failed.result["msg"] and fact in failed.result["msg"]


def test_an_empty_file_and_anchors(ansible: Ansible) -> None:
    ansible.write("prov/a.yml", "# nothing\n")
    anchors = """
    apiVersion: 1
    x-query: &query {refId: A}
    datasources:
      - name: Loki
        correlations:
          - &link {targetUID: tempo, label: A, description: "", config: {field: f, target: {<<: *query, expr: x}}}
          - {<<: *link, label: B}
    """
    ansible.write("prov/b.yml", anchors)
    imports(ansible).ok()
    found = read(ansible.directory / "out/links.yml")["grafana_correlations_list"]
    assert [entry["label"] for entry in found] == ["A", "B"]
    assert [entry["config"]["target"] for entry in found] == [{"refId": "A", "expr": "x"}] * 2


# Out, and in again


def templated(ansible: Ansible, expression: str, **values: t.Any) -> Run:
    """A run that shows the value of an expression. Its variables are read from files, since no text is a template."""
    for name, value in values.items():
        ansible.write("%s.json" % name, json.dumps(value))
    variables = {name: "{{ lookup('ansible.builtin.file', '%s.json') | from_json }}" % name for name in values}
    task = {"ansible.builtin.set_fact": {"found": "{{ %s }}" % expression}, "vars": variables}
    path = ansible.write("show.yml", [{"hosts": "localhost", "gather_facts": False, "tasks": [task]}])
    return ansible.playbook(str(path), "-e", json.dumps({"ansible_python_interpreter": PYTHON}))


def value_of(run: Run) -> t.Any:
    return run.ok().tasks[0].result["ansible_facts"]["found"]


def test_the_filters_are_the_inverse_of_each_other(ansible: Ansible) -> None:
    ansible.write("prov.yml", yaml.safe_dump(provisioning(LINK, TICKET, orgId=3, jsonData={"a": "$X"})))
    parsed = "lookup('ansible.builtin.file', 'prov.yml') | from_yaml"
    options = "environment={'TICKETS': 'https://tickets'}, org_id='3'"
    first = "%s | crosslink.grafana.from_grafana_provisioning(%s)" % (parsed, options)
    content = "%s | crosslink.grafana.to_grafana_provisioning(data_sources=(%s).datasources)" % (first, parsed)
    again = "%s | to_nice_yaml | from_yaml | crosslink.grafana.from_grafana_provisioning(org_id=3)" % content
    assert value_of(templated(ansible, first)) == ENTRIES
    [source] = value_of(templated(ansible, content))["datasources"]
    assert (source["jsonData"], source["orgId"], source["name"]) == ({"a": "$X"}, 3, "Loki")
    assert source["correlations"] == [
        LINK,
        {**TICKET, "config": {"field": "ticket", "target": {"url": "https://tickets/$${__value.raw}"}}},
    ]
    assert value_of(templated(ansible, again)) == ENTRIES


def test_a_list_of_parsed_files(ansible: Ansible) -> None:
    files = [
        provisioning(LINK, name="A", uid="a"),
        None,
        provisioning(LINK, {**LINK, "label": "$X"}, name="B", uid="b"),
    ]
    run = templated(ansible, "files | crosslink.grafana.from_grafana_provisioning", files=files)
    message = run.tasks[0].result["msg"]
    assert "file 3 datasources[0].correlations[1] ($X): label contains the variable X" in message
    assert "give X in environment" in message
    files[2]["datasources"][0]["correlations"].pop()
    run = templated(
        ansible, "files | crosslink.grafana.from_grafana_provisioning | map(attribute='source')", files=files
    )
    assert value_of(run) == ["a", "b"]


def test_losses_are_warnings(ansible: Ansible) -> None:
    entries = [*ENTRIES, {"source": "loki", "label": "gone", "target": "tempo", "state": "absent"}]
    run = templated(ansible, "entries | crosslink.grafana.to_grafana_provisioning", entries=entries)
    assert [len(one["correlations"]) for one in value_of(run)["datasources"]] == [2]
    output = " ".join(run.output.split())
    assert "entry 3 (gone): left out, because a provisioning file cannot say state: absent." in output
    assert "entry 1 (Logs to trace), entry 2 (Ticket): source is not in data_sources" in output


@pytest.mark.parametrize(
    ("expression", "fact"),
    [
        ("'text' | crosslink.grafana.to_grafana_provisioning", "must be a list of entries"),
        ("[{'label': 'L'}] | crosslink.grafana.to_grafana_provisioning", "entry 1 (L): source is missing"),
        ("[] | crosslink.grafana.to_grafana_provisioning(data_sources=[{'uid': 'a'}])", "data_sources[0] has no name"),
        ("[] | crosslink.grafana.to_grafana_provisioning(data_sources={'a': 1})", "must be a list of mappings"),
        (
            "[] | crosslink.grafana.to_grafana_provisioning(data_sources=[{'name': 'a'}, {'name': 'b', 'orgId': 2}])",
            "of the organizations 1 and 2",
        ),
        ("'text' | crosslink.grafana.from_grafana_provisioning", "not the content of a provisioning file"),
        ("{} | crosslink.grafana.from_grafana_provisioning(environment=['a'])", "environment must be a mapping"),
        (
            "{} | crosslink.grafana.from_grafana_provisioning(org_id='x')",
            "org_id must be the number of an organization",
        ),
    ],
)
def test_what_the_filters_refuse(ansible: Ansible, expression: str, fact: str) -> None:
    run = templated(ansible, expression)
    assert run.rc != 0 and fact in run.tasks[0].result["msg"]
