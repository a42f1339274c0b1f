# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Markdown pages and the variables of the role: the blocks of the pages are right, and name what exists."""

from __future__ import annotations

import json
import re
import shlex
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible.cli import CLI
from ansible.cli.adhoc import AdHocCLI
from ansible.cli.playbook import PlaybookCLI

from tests.support.commands import Ansible

CHECKOUT = Path(__file__).parents[2]
PAGES = sorted(
    [
        CHECKOUT / "README.md",
        *CHECKOUT.glob("docs/*.md"),
        *CHECKOUT.glob("examples/*.md"),
        *CHECKOUT.glob("roles/*/*.md"),
    ]
)
BLOCK = re.compile(r"^(?P<indent> *)```(?P<kind>\w+)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
ON_EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
RESULT = "grafana_correlations_result"
PROGRAMS: dict[str, type[CLI]] = {"ansible": AdHocCLI, "ansible-playbook": PlaybookCLI}


class Loader(yaml.SafeLoader):
    """YAML with the tags of Ansible, of which the text is taken."""


Loader.add_multi_constructor("!", lambda loader, tag, node: loader.construct_scalar(node))


def blocks(page: Path, kind: str) -> list[str]:
    """The texts of the blocks of a kind, without what they are indented by."""
    found = []
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        if block["kind"] == kind:
            found.append(re.sub("^" + block["indent"], "", block["text"], flags=re.MULTILINE))
    return found


def commands(page: Path) -> list[list[str]]:
    """The words of the commands, up to a pipe, and without variables in front."""
    found = []
    for block in blocks(page, "console"):
        for line in re.findall(r"^\$ ((?:.*\\\n)*(?:[^'\n]|'[^']*')*)$", block, re.MULTILINE):
            words = shlex.split(re.sub(r"\\\n", " ", line.replace("$PWD", "/home")))
            while words and re.match(r"[A-Z_]+=", words[0]):
                del words[0]
            end = min((words.index(sign) for sign in ("|", ">", "&&") if sign in words), default=len(words))
            found.append(words[:end])
    return found


def files(page: Path) -> set[str]:
    """The files whose content a page gives: the first line of a block is a comment with the name."""
    return {
        name
        for block in blocks(page, "yaml")
        for name in re.findall(r"\A# ([\w./-]+\.yml)(?:,.*)?$", block, re.MULTILINE)
    }


def as_plays(content: t.Any) -> list[t.Any]:
    """The plays of a block, with tasks in a play; empty if it is something else, such as variables or entries."""
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        return []
    if any("hosts" in item or "ansible.builtin.import_playbook" in item for item in content):
        return content
    if any("block" in item or any(str(name).startswith("crosslink.grafana.") for name in item) for item in content):
        return [{"hosts": "all", "tasks": content}]
    return []


@ON_EACH_PAGE
def test_yaml_is_right(ansible: Ansible, page: Path) -> None:
    contents = [yaml.load(block, Loader) for block in blocks(page, "yaml")]
    assert all(isinstance(content, (dict, list)) for content in contents)
    plays = [as_plays(content) for content in contents]
    if any("community.grafana" in json.dumps(content) for content in plays):
        plays = [content for content in plays if "community.grafana" not in json.dumps(content)]  # not installed
    names = [str(ansible.write("%d.yml" % number, content)) for number, content in enumerate(filter(None, plays))]
    if names:
        ansible.playbook("-i", "grafanas,", "--syntax-check", *names).ok()


@ON_EACH_PAGE
def test_commands_name_what_exists(page: Path) -> None:
    for program, *arguments in commands(page):
        if program == "make":
            targets = re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE)
            assert {name for name in arguments if "=" not in name} <= set(targets), arguments
        elif program in PROGRAMS:
            cli = PROGRAMS[program]([program, *arguments])
            cli.init_parser()
            options = cli.parser.parse_args(arguments)  # exits where an option does not exist
            if program == "ansible-playbook":
                assert options.args and all(_is_playbook(name, page) for name in options.args), arguments
            else:
                assert (CHECKOUT / "plugins/modules" / (options.module_name.rpartition(".")[2] + ".py")).exists()
        for name in arguments:
            if name.startswith(("examples/", "tests/")):
                assert (CHECKOUT / name).exists(), name


def _is_playbook(name: str, page: Path) -> bool:
    if name.startswith("crosslink.grafana."):
        return (CHECKOUT / "playbooks" / (name.rpartition(".")[2] + ".yml")).exists()
    return name in files(page) or (CHECKOUT / name).exists()


@ON_EACH_PAGE
def test_variables_exist(page: Path) -> None:
    specs = yaml.safe_load((CHECKOUT / "roles/grafana_correlations/meta/argument_specs.yml").read_text())
    known = [name.replace("*", "(_[a-z0-9_]*)?") for name in specs["argument_specs"]["main"]["options"]]
    known += [path.stem for path in CHECKOUT.glob("plugins/modules/*.py")] + ["grafana_correlations", RESULT]
    text = page.read_text(encoding="utf-8")
    used = set(re.findall(r"\bgrafana_correlations(?:_[a-z0-9_]+)?\b(?![*<])", text))
    assert [name for name in sorted(used) if not any(re.fullmatch(pattern, name) for pattern in known)] == []


def test_the_role_tells_the_defaults_of_its_module(ansible: Ansible) -> None:
    """As text, because with ``default`` the role would pass them, and hide what the environment says."""
    name = "crosslink.grafana.grafana_correlations"
    module = json.loads(ansible.run("ansible-doc", "-j", name).ok().stdout)[name]["doc"]["options"]
    role = json.loads(ansible.run("ansible-doc", "-j", "-t", "role", name).ok().stdout)[name]
    variables = role["entry_points"]["main"]["options"]
    defaults = {option: value["default"] for option, value in module.items() if value.get("default") is not None}
    assert len(defaults) > 8
    for option, default in defaults.items():
        shown = "V(%s)" % (default if isinstance(default, str) else json.dumps(default))
        assert "The default is %s." % shown in " ".join(variables["grafana_correlations_" + option]["description"])
