# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role, and the playbooks that apply and export, run by ansible-playbook with an inventory."""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

import pytest
import yaml

from tests.support.commands import Ansible, Run
from tests.support.grafana import Org
from tests.support.modules import PYTHON

COLLECTION = Path(__file__).parents[2]
APPLY = ("crosslink.grafana.apply", "-i", "inventory/hosts.yml")
EXPORT = ("crosslink.grafana.export", "-i", "inventory/hosts.yml")
MODULE = "grafana_correlations"

Variables = t.Dict[str, t.Any]


@pytest.fixture
def variables(connection: Variables) -> Variables:
    """The connection as variables of the role."""
    return {"grafana_correlations_%s" % name: value for name, value in connection.items()}


@pytest.fixture
def write_host(ansible: Ansible, variables: Variables) -> t.Callable[..., None]:
    """Writes an inventory with one host, ``grafana``, that has these variables."""

    def write(**more: t.Any) -> None:
        host = {"ansible_connection": "local", "ansible_python_interpreter": PYTHON, **variables, **more}
        ansible.write("inventory/hosts.yml", {"all": {"hosts": {"grafana": host}}})

    return write


def message(run: Run) -> str:
    """What the one task that failed says."""
    failed = [task for task in run.tasks if task.status == "failed"]
    assert run.rc != 0 and len(failed) == 1, run.output
    return failed[0].result["msg"]


# Lists in variables


@pytest.mark.smoke
@pytest.mark.one_generation
def test_all_lists_are_joined_and_the_second_run_changes_nothing(
    ansible: Ansible, org: Org, write_host: t.Callable[..., None]
) -> None:
    write_host(
        grafana_correlations_list=[org.link(label="A")],
        grafana_correlations_list_b=[org.link(label="B")],
        grafana_correlations_list_c=[org.link(label="C"), org.link(label="D", state="absent")],
        correlations_list=[org.link(label="not a list of ours")],
    )
    first = ansible.playbook(*APPLY).ok().of_action(MODULE)
    assert len(first) == 1 and first[0].changed
    assert sorted(row.label for row in org.rows()) == ["A", "B", "C"]
    before = org.raw_rows()
    assert not ansible.playbook(*APPLY).ok().of_action(MODULE)[0].changed
    assert org.raw_rows() == before


@pytest.mark.any_server
def test_check_mode_shows_what_would_be_done(ansible: Ansible, org: Org, write_host: t.Callable[..., None]) -> None:
    write_host(grafana_correlations_list=[org.link(label="A")])
    run = ansible.playbook(*APPLY, "--check", "--diff").ok()
    assert run.of_action(MODULE)[0].changed and "+" in run.stdout and '"label": "A"' in run.stdout
    assert org.rows() == []


@pytest.mark.any_server
def test_pruning_with_its_guard(ansible: Ansible, org: Org, write_host: t.Callable[..., None]) -> None:
    org.add(label="B")
    org.add(label="C")
    options = {"grafana_correlations_prune": "sources", "grafana_correlations_list": [org.link(label="A")]}
    write_host(grafana_correlations_max_deletions=1, **options)
    run = ansible.playbook(*APPLY)
    said = message(run)
    assert said.startswith("2 correlations ") and "max_deletions is 1" in said
    assert run.of_action(MODULE)[0].result["code"] == "too_many_deletions"
    assert sorted(row.label for row in org.rows()) == ["B", "C"]
    write_host(grafana_correlations_max_deletions=2, **options)
    ansible.playbook(*APPLY).ok()
    assert org.only().label == "A"


@pytest.mark.any_server
@pytest.mark.parametrize(
    ("more", "fact"),
    [
        ({}, "for grafana: define grafana_correlations_list"),
        ({"grafana_correlations_list_b": "text"}, "grafana_correlations_list_b must be a list"),
        ({"grafana_correlations_list_b": {"label": "A"}}, "grafana_correlations_list_b must be a list"),
        (
            {"grafana_correlations_list_b": None, "grafana_correlations_list": []},
            "grafana_correlations_list_b must be a list",
        ),
    ],
    ids=["none", "text", "mapping", "null"],
)
def test_what_is_no_list(
    ansible: Ansible, org: Org, write_host: t.Callable[..., None], more: Variables, fact: str
) -> None:
    write_host(**more)
    assert fact in message(ansible.playbook(*APPLY))
    assert org.rows() == []


@pytest.mark.any_server
@pytest.mark.parametrize(
    "name, near",
    [
        ("grafana_correlations_max_deletion", " (did you mean grafana_correlations_max_deletions?)"),
        ("grafana_correlations_quux", ""),
        ("grafana_correlation_list_x", " (did you mean grafana_correlations_list_x?)"),
        ("grafana_correlations_listing", " (did you mean grafana_correlations_list?)"),
    ],
)
def test_a_misspelt_variable(
    ansible: Ansible, org: Org, write_host: t.Callable[..., None], name: str, near: str
) -> None:
    """A misspelt limit would be none."""
    org.add(label="B")
    write_host(grafana_correlations_list=[org.link(label="A")], grafana_correlations_prune="sources", **{name: []})
    said = message(ansible.playbook(*APPLY))
    assert said.startswith("%s is " % name) and "variable of this role%s: " % near in said
    assert org.only().label == "B"


@pytest.mark.any_server
def test_an_empty_list_is_one(ansible: Ansible, org: Org, write_host: t.Callable[..., None]) -> None:
    org.add(label="B")
    write_host(grafana_correlations_list=[])
    assert not ansible.playbook(*APPLY).ok().of_action(MODULE)[0].changed
    assert org.only().label == "B"


@pytest.mark.any_server
def test_a_host_that_fails_leaves_the_others_alone(
    ansible: Ansible, org: Org, write_host: t.Callable[..., None], variables: Variables
) -> None:
    write_host(grafana_correlations_list=[org.link(label="A")])
    path = ansible.directory / "inventory/hosts.yml"
    inventory = json.loads(path.read_text())
    hosts = inventory["all"]["hosts"]
    hosts["down"] = {
        **hosts["grafana"],
        "grafana_correlations_url": "http://127.0.0.1:1",
        "grafana_correlations_retries": 0,
    }
    path.write_text(json.dumps(inventory))
    run = ansible.playbook(*APPLY)
    assert "http://127.0.0.1:1" in message(run)
    assert {task.host: task.result.get("code") for task in run.of_action(MODULE)} == {
        "grafana": None,
        "down": "connection_failed",
    }
    assert {task.host: task.changed for task in run.of_action(MODULE)} == {"grafana": True, "down": False}
    assert org.only().label == "A"


OF_ROLE = (
    "fail_on_drift",
    "hosts",
    "export_dir",
    "export_names",
    "export_page",
    "import_src",
    "import_dest",
    "import_environment",
    "import_org_id",
    "import_variable",
    "data_sources",
    "accept",
    "tests*",
    "tests_junit",
)
OWN = {"correlations", "src", "origins", "title"}  # options that the role sets itself


def test_every_option_of_the_module_is_passed_on() -> None:
    """By name: grafana_correlations_X for X, in the task, the argument specs and the module alike."""
    role = COLLECTION / "roles" / "grafana_correlations"
    tasks = yaml.safe_load((role / "tasks" / "main.yml").read_text())
    task = next(item for item in tasks if "crosslink.grafana.grafana_correlations" in item)[
        "crosslink.grafana.grafana_correlations"
    ]
    for name in set(task) - OWN:
        assert task[name] == "{{ grafana_correlations_%s | default(omit) }}" % name
    specs = yaml.safe_load((role / "meta" / "argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
    assert set(specs) == {"grafana_correlations_%s" % name for name in {*task, *OF_ROLE} - (OWN - {"src"})} | {
        "grafana_correlations_list*"
    }
    options = {}
    for part in (
        "modules/grafana_correlations.py",
        "doc_fragments/entries.py",
        "doc_fragments/connection.py",
        "doc_fragments/conflicts.py",
    ):
        text = (COLLECTION / "plugins" / part).read_text().split('DOCUMENTATION = r"""')[1].split('"""')[0]
        options.update(yaml.safe_load(text)["options"])
    assert set(options) == set(task)
    for name in set(task) - OWN:
        spec = specs["grafana_correlations_%s" % name]
        # What may not fit is raw and has no choices here: the plugin role_input says what is wrong, in one sentence.
        assert spec["type"] in (options[name]["type"], "raw") and "choices" not in spec, name


def test_the_export_passes_on_every_connection_option() -> None:
    [play] = yaml.safe_load((COLLECTION / "playbooks" / "export.yml").read_text())
    found = [task["crosslink.grafana.grafana_correlation_info"] for task in play["tasks"][:1]]
    documentation = (COLLECTION / "plugins/doc_fragments/connection.py").read_text().split('"""')
    options = yaml.safe_load(next(text for text in documentation if text.startswith("\noptions:")))["options"]
    passed = {name: value for name, value in found[0].items() if name != "use_names"}
    assert passed == {name: "{{ grafana_correlations_%s | default(omit) }}" % name for name in options}


# Lists in files


@pytest.mark.any_server
@pytest.mark.parametrize("where", ["inventory", "playbook", "current", "absolute"])
def test_files_beside_the_inventory_or_the_playbook(
    ansible: Ansible, org: Org, write_host: t.Callable[..., None], where: str
) -> None:
    playbook = ansible.write(
        "plays/site.yml", [{"hosts": "all", "gather_facts": False, "roles": ["crosslink.grafana.grafana_correlations"]}]
    )
    ansible.write("plays/deep/down/d.yml", [org.link(label="D")])
    folder = {"inventory": "inventory", "playbook": "plays", "current": ".", "absolute": "elsewhere"}[where]
    ansible.write("%s/links/a.yml" % folder, [org.link(label="A", description="{{ not a template }}")])
    ansible.write("%s/links/b.json" % folder, {"grafana_correlations_list": [org.link(label="B")]})
    prefix = "%s/elsewhere/" % ansible.directory if where == "absolute" else ""
    write_host(
        grafana_correlations_src=[prefix + "links/*.yml", prefix + "links/b.json", "deep/*/d.yml"],
        grafana_correlations_list=[org.link(label="C")],
    )
    run = ansible.playbook(str(playbook), *APPLY[1:]).ok()
    assert "Unable to find" not in run.output
    assert run.of_action(MODULE)[0].changed
    rows = {row.label: row.description for row in org.rows()}
    assert sorted(rows) == ["A", "B", "C", "D"] and rows["A"] == "{{ not a template }}"
    assert not ansible.playbook(str(playbook), *APPLY[1:]).ok().of_action(MODULE)[0].changed


@pytest.mark.any_server
@pytest.mark.parametrize(
    "pattern, labels", [("links/*/deep.yml", ["A"]), ("links/**/deep.yml", ["A", "B"]), ("links/**/*.yml", ["A", "B"])]
)
def test_wildcards_in_folders(
    ansible: Ansible, org: Org, write_host: t.Callable[..., None], pattern: str, labels: list[str]
) -> None:
    ansible.write("links/one/deep.yml", [org.link(label="A")])
    ansible.write("links/one/two/deep.yml", [org.link(label="B")])
    write_host(grafana_correlations_src=pattern)
    ansible.playbook(*APPLY).ok()
    assert org.labels() == labels


@pytest.mark.any_server
def test_an_error_names_the_variable_or_the_file(ansible: Ansible, org: Org, write_host: t.Callable[..., None]) -> None:
    wrong = org.link(label="Wrong", colour="red")
    ansible.write("links.yml", [org.link(label="A"), wrong])
    lists = {
        "grafana_correlations_list_a": [org.link(label="C")],
        "grafana_correlations_list_b": [org.link(label="B"), wrong],
    }
    write_host(grafana_correlations_src="links.yml", **lists)
    run = ansible.playbook(*APPLY)
    said = message(run)
    assert said.startswith("2 errors, nothing was written: grafana_correlations_list_b[1] (Wrong): 'colour' ")
    assert "; %s/links.yml entry 2 (Wrong): 'colour' " % ansible.directory in said
    [task] = run.of_action(MODULE)
    errors = task.result["errors"]
    assert [(error["code"], error["position"]) for error in errors] == [("unknown_option", 2)] * 2
    assert errors[0]["variable"] == "grafana_correlations_list_b" and "file" not in errors[0]
    assert errors[1]["file"] == "%s/links.yml" % ansible.directory and "variable" not in errors[1]
    assert org.rows() == []


@pytest.mark.any_server
@pytest.mark.parametrize(
    "more, sentence",
    [
        (
            {"grafana_correlations_list": "{{ nope }}"},
            "grafana_correlations_list cannot be evaluated: .*'nope' is undefined",
        ),
        (
            {"grafana_correlations_prune": "source"},
            "grafana_correlations_prune is 'source' .*\\(did you mean 'sources'\\?\\)",
        ),
        ({"grafana_correlations_org_name": 7}, "grafana_correlations_org_name must be text"),
    ],
    ids=["undefined list", "prune", "number"],
)
def test_a_variable_that_is_wrong(
    ansible: Ansible, org: Org, write_host: t.Callable[..., None], more: Variables, sentence: str
) -> None:
    org.add()
    write_host(**{"grafana_correlations_list": [], "grafana_correlations_prune": "sources", **more})
    assert re.search(sentence, message(ansible.playbook(*APPLY)))
    assert len(org.rows()) == 1


@pytest.mark.any_server
def test_a_file_that_is_not_there(ansible: Ansible, org: Org, write_host: t.Callable[..., None]) -> None:
    write_host(grafana_correlations_src=["links.yml", "more/*.yml"], grafana_correlations_list=[org.link(label="C")])
    said = message(ansible.playbook(*APPLY))
    assert "grafana_correlations_src" in said and "links.yml, more/*.yml" in said
    assert "%s/inventory or " % ansible.directory in said and said.endswith(" or %s." % ansible.directory)
    assert org.rows() == []
    write_host(grafana_correlations_src="/no/links.yml")
    run = ansible.playbook(*APPLY)
    assert "src: the file /no/links.yml does not exist" in message(run)
    assert run.of_action(MODULE)[0].result["code"] == "file_not_found"


# Export


@pytest.mark.one_generation
def test_what_is_exported_applies_without_a_change(
    ansible: Ansible, org: Org, write_host: t.Callable[..., None]
) -> None:
    odd = '{a="${__value.raw}"} | line_format "{{ .level }} {% x %} {# y #}"\n  next: line\n'
    labels = ["yes", "1.0", " leading", 'it\'s "quoted"', "emoji \U0001f680", "{{ label }}", "# no comment", "a: b"]
    for label in labels:
        org.add(
            label=label, config={"field": "message", "target": {"expr": odd, "n": 1000.0, "on": True, "none": None}}
        )
    before = org.raw_rows()
    write_host()
    ansible.playbook(*EXPORT, "--check", "--diff").ok()
    assert not (ansible.directory / "export").exists()
    ansible.playbook(*EXPORT).ok()
    exported = ansible.directory / "export" / "grafana.yml"
    assert org.loki.name in exported.read_text()
    assert not any(task.changed for task in ansible.playbook(*EXPORT).ok().tasks)

    for use in ("variables", "src"):
        if use == "variables":
            write_host()
            ansible.write("inventory/host_vars/grafana.yml", exported.read_text())
        else:
            (ansible.directory / "inventory/host_vars/grafana.yml").unlink()
            write_host(grafana_correlations_src=str(exported))
        run = ansible.playbook(*APPLY, "--diff").ok()
        assert not run.of_action(MODULE)[0].changed, run.output
        assert len(run.of_action(MODULE)) == 1 and org.raw_rows() == before


@pytest.mark.any_server
def test_an_export_by_uid_applies_as_well(ansible: Ansible, org: Org, write_host: t.Callable[..., None]) -> None:
    org.add()
    write_host(grafana_correlations_export_names=False)
    ansible.playbook(*EXPORT).ok()
    exported = (ansible.directory / "export" / "grafana.yml").read_text()
    assert org.loki.uid in exported and org.loki.name not in exported
    ansible.write("inventory/host_vars/grafana.yml", exported)
    assert not ansible.playbook(*APPLY).ok().of_action(MODULE)[0].changed


@pytest.mark.any_server
def test_an_export_with_a_secret_in_it_is_refused(
    ansible: Ansible, org: Org, write_host: t.Callable[..., None]
) -> None:
    user, password = org.add_user("Admin", "a-secret-of-the-connection")
    org.add(description="see %s" % password)
    write_host(grafana_correlations_url_username=user, grafana_correlations_url_password=password)
    run = ansible.playbook(*EXPORT)
    assert "export with other credentials" in message(run)
    assert not (ansible.directory / "export").exists() and password not in run.output


@pytest.mark.any_server
def test_the_filter_says_what_it_cannot_write(ansible: Ansible, org: Org, write_host: t.Callable[..., None]) -> None:
    """A date is one in YAML without quotes."""
    write_host()
    task = {"ansible.builtin.debug": {"msg": "{{ day | crosslink.grafana.to_inventory_yaml }}"}}
    play = json.dumps([{"hosts": "all", "gather_facts": False, "vars": {"day": "DAY"}, "tasks": [task]}])
    ansible.write("play.yml", play.replace('"DAY"', "2026-01-31"))
    run = ansible.playbook("play.yml", "-i", "inventory/hosts.yml")
    [failed] = [task for task in run.tasks if task.status == "failed"]
    assert "2026-01-31" in failed.result["msg"] and "put it in quotes" in failed.result["msg"]
