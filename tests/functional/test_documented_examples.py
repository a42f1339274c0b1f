# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ansible-doc shows: the examples run, and the samples of results are what they return."""

from __future__ import annotations

import ast
import dataclasses
import json
import re
import typing as t
from pathlib import Path

import pytest
import yaml

from tests.functional.conftest import Backend, NewOrg
from tests.support.commands import Ansible, Run
from tests.support.grafana import Members, Org
from tests.support.modules import PYTHON

PLUGINS = Path(__file__).parents[2] / "plugins"
DOCUMENTED = sorted(path for kind in ("modules", "filter", "lookup") for path in PLUGINS.glob(kind + "/[a-z]*.py"))
MODULES = [path for path in DOCUMENTED if path.parent.name == "modules"]
ENTRY: Members = {
    "source": "Loki",
    "target": "Tempo",
    "label": "Logs to trace",
    "config": {"field": "message", "target": {"query": "${traceID}", "queryType": "traceql"}},
}
TICKET: Members = {
    "source": "Loki",
    "label": "Open ticket",
    "type": "external",
    "config": {"field": "ticket", "target": {"url": "https://tickets.example.com/browse/${ticket}"}},
}
TRACE_ID: Members = {"type": "regex", "expression": r"traceID=(\w+)", "map_value": "traceID"}
VALUE: Members = {
    **ENTRY,
    "config": {"field": "message", "target": {"query": "${__value.raw}", "queryType": "traceql"}},
}
VALUE_IN_URL: Members = {**TICKET, "config": {"field": "ticket", "target": {}}}
VALUE_IN_URL["config"]["target"]["url"] = "https://tickets.example.com/browse/${__value.raw}"
PODS: Members = {"source": "Loki", "target": "Prometheus", "label": "Requests of this pod"}
PODS["config"] = {"field": "pod", "target": {"expr": 'http_requests_total{pod="${__value.raw}"}'}}
LINKED: Members = {
    **ENTRY,
    "config": {**ENTRY["config"], "transformations": [{**TRACE_ID, "expression": r"(traceID=\w+)"}]},
}
NO_LINK: Members = {"name": "a line without a trace", "source": "Loki", "row": {"message": "started"}, "expect": []}
LINK: Members = {
    "name": "a line with a trace",
    "source": "Loki",
    "row": {"message": "failed traceID=4bf92f3577"},
    "expect": [{"label": "Logs to trace", "target": {"query": "4bf92f3577", "queryType": "traceql"}}],
}
MISSING_LINK: Members = {**NO_LINK, "expect": [{"label": "Logs to traces", "missing": ["traceID"]}]}


def of_variable(*tests: Members) -> Members:
    return {"tests": tests, "test_origins": [{"variable": "grafana_correlations_tests", "count": len(tests)}]}


PROVISIONED: Members = {
    "apiVersion": 1,
    "datasources": [
        {
            "name": "Loki",
            "uid": "loki-uid",
            "type": "loki",
            "url": "http://loki:3100",
            "correlations": [
                {
                    "targetUID": "tempo-uid",
                    "label": "Logs to trace",
                    "config": {
                        "type": "query",
                        "field": "message",
                        "target": {"query": "$${traceID}", "queryType": "traceql"},
                        "transformations": [{"type": "regex", "expression": r"traceID=(\w+)", "mapValue": "traceID"}],
                    },
                }
            ],
        },
        {"name": "Tempo", "uid": "tempo-uid", "type": "tempo", "url": "http://tempo:3200"},
        {"name": "Prometheus", "uid": "prometheus-uid", "type": "prometheus", "url": "http://prometheus:9090"},
    ],
}
# By the plugin whose example reads it.
PROVISIONING_FILES = {
    "from_grafana_provisioning": "provisioning/loki.yml",
    "provisioning_files": "provisioning/loki.yml",
    "to_grafana_provisioning": "provisioning/datasources.yml",
}
# Calls for what the examples do not return. With check_mode they are made in check mode.
MORE: dict[str, list[Members]] = {
    "grafana_correlation": [
        {**ENTRY, "target": "Tmepo"},
        {**ENTRY, "label": "Another", "token": "{{ viewer_token }}"},
        ENTRY,
    ],
    "grafana_correlations": [
        {"correlations": [ENTRY]},
        {"correlations": [VALUE, VALUE_IN_URL, PODS]},
        {"correlations": [ENTRY, VALUE_IN_URL, PODS], "prune": "sources", "title": "production", "check_mode": True},
        {"correlations": [{**ENTRY, "target": "Tmepo"}]},
        {"correlations": [{**ENTRY, "label": "Another"}], "token": "{{ viewer_token }}"},
    ],
    "grafana_correlation_info": [
        {"target": "Tempo", "use_names": True},
        {"api": "apis"},
        {"url_username": "nobody", "url_password": "wrong", "token": None},
    ],
    "grafana_correlations_validate": [
        {
            "correlations": [ENTRY, VALUE, TICKET],
            "origins": [{"variable": "grafana_correlations_list_shop", "count": 3}],
        },
        {"correlations": [{"source": "Loki"}]},
        {
            "correlations": [
                {**ENTRY, "config": {**ENTRY["config"], "transformations": [{**TRACE_ID, "expression": "("}]}}
            ]
        },
    ],
    "grafana_correlations_test": [
        {"correlations": [LINKED], **of_variable(MISSING_LINK)},
        {"correlations": [LINKED], **of_variable(NO_LINK, LINK)},
    ],
}
# What gives the samples of the filters, with the variables ``found``, ``provisioned`` and ``entries``.
FILTERED = {
    "correlations_markdown": "found | crosslink.grafana.correlations_markdown(title='Links in our Grafana')",
    "correlations_mermaid": "found | crosslink.grafana.correlations_mermaid",
    "from_grafana_provisioning": "provisioned | crosslink.grafana.from_grafana_provisioning",
    "preview_links": "entries | crosslink.grafana.preview_links({'message': 'failed traceID=4bf92f3577'})",
    "to_grafana_provisioning": "[by_uid] | crosslink.grafana.to_grafana_provisioning(data_sources=[logs])",
    "to_inventory_yaml": "{'grafana_correlations_list': [with_braces]} | crosslink.grafana.to_inventory_yaml",
}
# What Ansible adds to a result, or describes for all modules.
OF_ANSIBLE = {"changed", "failed", "msg", "warnings", "deprecations", "invocation", "exception"}


def documentation(path: Path, name: str) -> t.Any:
    """The content of ``EXAMPLES`` or ``RETURN`` of a plugin."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            return yaml.safe_load(ast.literal_eval(node.value))
    raise AssertionError("%s has no %s" % (path, name))


@dataclasses.dataclass(frozen=True)
class Scene:
    """A Grafana with what the examples name (``variables``, ``replaced``), and a directory with what they read."""

    ansible: Ansible
    variables: Members
    replaced: t.Mapping[str, str]
    sampled: t.Mapping[str, str]

    def play(self, examples: t.Sequence[Members], *arguments: str) -> Run:
        """Run tasks or plays."""
        tasks = [{"hosts": "grafana", "gather_facts": False, "connection": "local", "tasks": examples}]
        text = json.dumps(examples if "hosts" in examples[0] else tasks)
        for placeholder, value in self.replaced.items():
            text = text.replace(placeholder, value)
        return self.ansible.playbook(
            str(self.ansible.write("site.yml", text)), "-i", "inventory.json", "--diff", *arguments
        )

    def as_in_samples(self, value: t.Any) -> t.Any:
        """With the uids, the url and the number of the organization that the samples have."""
        text = json.dumps(value)
        for pattern, sample in self.sampled.items():
            text = re.sub(pattern, sample, text)
        return json.loads(text)


@pytest.fixture
def scene(ansible: Ansible, new_org: NewOrg, org: Org) -> Scene:
    other = new_org()
    for somewhere in (org, other):
        for name in ("Loki", "Tempo", "Prometheus"):
            somewhere.add_data_source_as("%s-uid" % name.lower(), name, name.lower())
    loki, tempo, prometheus = org.data_sources[-3:]
    uid = org.add(loki, tempo, "Logs to traces by ID", config={"target": {"query": "${__value.raw}"}})
    org.add(loki, prometheus, "Created on the web page", config={"field": "pod"})
    variables = {
        "ansible_connection": "local",
        "ansible_python_interpreter": PYTHON,
        "grafana_token": org.add_token(),
        "viewer_token": org.add_token("Viewer"),
        "grafana_password": org.grafana.password,
        "other_grafana_token": other.add_token(),
        "team_correlations": [ENTRY],
        "grafana_correlations_list": [ENTRY, TICKET, {**TICKET, "config": {**TICKET["config"], "field": "Line"}}],
        "grafana_correlations_url": org.grafana.url,
        "grafana_correlations_token": "{{ grafana_token }}",
    }
    ansible.write("inventory.json", {"all": {"hosts": {"grafana": variables}}})
    ansible.write("correlations/shop.yml", [{**ENTRY, "config": {**ENTRY["config"], "transformations": [TRACE_ID]}}])
    ansible.write("data_sources.json", [{"uid": "loki-uid", "name": "Loki"}, {"uid": "tempo-uid", "name": "Tempo"}])
    ansible.write("host_vars/grafana.example/connection.yml", {})
    replaced = {
        "https://grafana.example.com": org.grafana.url,
        "https://other-grafana.example.com": org.grafana.url,  # the token decides which organization is meant
        '"Platform"': json.dumps(org.name),
        "50xhMlg9k": uid,
    }
    sampled = {
        re.escape(org.grafana.url): "https://grafana.example.com",
        r"\b(organization |orgId\": |org_id\": )%d\b" % org.id: r"\g<1>1",
        r"\"uid\": \"[a-z0-9]{14}\"": '"uid": "50xhMlg9k"',
        "loki-uid": "P8E80F9AEF21F6940",
        "tempo-uid": "P214B5B846CF3925F",
    }
    return Scene(ansible, variables, replaced, sampled)


@pytest.mark.any_server
@pytest.mark.generation(12)  # the examples have transformations
@pytest.mark.quiet
@pytest.mark.parametrize("path", DOCUMENTED, ids=lambda path: path.stem)
def test_examples_run(scene: Scene, path: Path) -> None:
    scene.ansible.write(PROVISIONING_FILES.get(path.stem, "unused.yml"), PROVISIONED)
    run = scene.play(documentation(path, "EXAMPLES")).ok()
    assert run.tasks and {task.status for task in run.tasks} == {"ok"}
    assert "[WARNING]" not in run.output and "[DEPRECATION" not in run.output


def paths(value: t.Any, above: str = "") -> set[str]:
    """The members of a value: ``a``, ``a.b``, ``a[].b``."""
    if isinstance(value, dict):
        below = {name: "%s.%s" % (above, name) if above else name for name in value}
        return set(below.values()).union(*(paths(value[name], path) for name, path in below.items()))
    if isinstance(value, list):
        return {member for item in value for member in paths(item, above + "[]")}
    return set()


def described(returns: t.Mapping[str, Members], above: str = "") -> set[str]:
    """The members that ``RETURN`` describes, as ``paths`` spells them."""
    found = set()
    for name, value in returns.items():
        found |= {above + name} | described(
            value.get("contains", {}), "%s%s%s." % (above, name, "[]" if value["type"] == "list" else "")
        )
    return found


@pytest.mark.any_server
@pytest.mark.generation(12)  # the examples have transformations
@pytest.mark.quiet
@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_samples_are_results(scene: Scene, backend: Backend, path: Path) -> None:
    """A sample is what a module returned, and whatever a module returns is described."""
    connection = {"url": scene.replaced["https://grafana.example.com"], "token": "{{ grafana_token }}"}
    more: list[Members] = [
        {
            "crosslink.grafana." + path.stem: {
                name: value
                for name, value in {**(connection if "_correlations_" not in path.stem else {}), **options}.items()
                if value is not None and name != "check_mode"
            },
            "check_mode": "check_mode" in options,
            "ignore_errors": True,
        }
        for options in MORE[path.stem]
    ]
    run = scene.play(documentation(path, "EXAMPLES") + more, "-vvv").ok()  # else Ansible drops diff
    results = [scene.as_in_samples(task.result) for task in run.of_action(path.stem)]
    returns = documentation(path, "RETURN")
    samples = {name: value["sample"] for name, value in returns.items() if "sample" in value}
    for name, sample in samples.items() if backend.simulator else ():  # the words of a real Grafana may be others
        assert sample in [result.get(name) for result in results], name

    real = {name for name in set().union(*map(paths, results)) if name.split(".")[0].split("[")[0] not in OF_ANSIBLE}
    assert {name for name in real if "." not in name} - set(returns) == set()
    with_members = tuple(
        name + ("[]." if value["type"] == "list" else ".") for name, value in returns.items() if "contains" in value
    )
    assert {name for name in real if name.startswith(with_members)} - described(returns) == set()


@pytest.mark.any_server
def test_samples_of_filters_are_what_they_give(ansible: Ansible, backend: Backend) -> None:
    row = {"uid": "a", "sourceUID": "loki", "targetUID": "tempo", "label": "Logs to trace", "type": "query"}
    row["config"] = {"field": "traceID", "target": {"query": "${__value.raw}"}}
    sources = [{"uid": name.lower(), "name": name, "type": name.lower()} for name in ("Loki", "Tempo")]
    logs = {"name": "Loki", "uid": "loki-uid", "type": "loki", "url": "http://loki:3100"}
    expr = """{app="shop"} |= "${__value.raw}" | logfmt | line_format "{{.msg}}\""""
    with_braces = {"source": "Tempo", "target": "Loki", "label": "Logs of this trace", "type": "query"}
    with_braces["config"] = {"field": "traceID", "target": {"expr": {"__ansible_unsafe": expr}}}
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {
            "found": {"correlations": [row], "definitions": [], "data_sources": sources},
            "provisioned": PROVISIONED,
            "entries": documentation(PLUGINS / "filter/preview_links.py", "EXAMPLES")[0]["vars"]["correlations"],
            "by_uid": {**ENTRY, "source": "loki-uid", "target": "tempo-uid", "config": row["config"]},
            "logs": logs,
            "with_braces": with_braces,
        },
        "tasks": [
            {"name": name, "ansible.builtin.debug": {"msg": "{{ %s }}" % expression}}
            for name, expression in FILTERED.items()
        ],
    }
    run = ansible.playbook(str(ansible.write("filters.json", [play])), "-i", "localhost,", "-c", "local").ok()
    for name in FILTERED:
        sample = documentation(PLUGINS / "filter" / (name + ".py"), "RETURN")["_value"]["sample"]
        assert run.task(name).result["msg"] == sample, name
    assert set(FILTERED) == {path.stem for path in DOCUMENTED if path.parent.name == "filter"}


@pytest.mark.any_server
@pytest.mark.generation(12)  # the examples have transformations
@pytest.mark.quiet
def test_samples_of_lookups_are_what_they_give(scene: Scene) -> None:
    variables = {name: text for name, text in scene.variables.items() if not name.startswith("grafana_correlations_l")}
    variables["grafana_correlations_list_payments"] = [PODS]
    variables["grafana_correlations_src"] = "correlations/shop.yml"
    scene.ansible.write("production.json", {"all": {"hosts": {"production": variables}}})
    scene.ansible.write(PROVISIONING_FILES["provisioning_files"], PROVISIONED)
    lookups = {path.stem: "" for path in DOCUMENTED if path.parent.name == "lookup"}
    lookups["provisioning_files"] = ", '%s'" % PROVISIONING_FILES["provisioning_files"]
    play = {
        "hosts": "production",
        "gather_facts": False,
        "roles": ["crosslink.grafana.grafana_correlations"],
        "post_tasks": [
            {"name": name, "ansible.builtin.debug": {"msg": "{{ query('crosslink.grafana.%s'%s) }}" % (name, terms)}}
            for name, terms in lookups.items()
        ],
    }
    run = scene.ansible.playbook(str(scene.ansible.write("site.yml", [play])), "-i", "production.json").ok()
    for name in lookups:
        given = json.dumps(run.task(name).result["msg"]).replace(str(scene.ansible.directory), "/srv")
        assert json.loads(given) == documentation(PLUGINS / "lookup" / (name + ".py"), "RETURN")["_value"]["sample"]
