# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The blocks of a Markdown page, and a reader who follows it: writes its files and runs its commands."""

from __future__ import annotations

import dataclasses
import json
import re
import textwrap
import typing as t
from pathlib import Path

import yaml

from tests.support.commands import Ansible, Run

PARTS = re.compile(
    r"^#+ (?P<heading>[^\n]*)$|^(?P<indent> *)```(?P<kind>\w*)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL
)
# A command goes on after a backslash and in quotes. What it prints is below it.
STEPS = re.compile(r"^\$ (?P<command>(?:.*\\\n|'[^']*'|[^'\n])*)\n(?P<shown>(?:(?!\$ ).*\n)*)", re.MULTILINE)
FILE_NAME = re.compile(r"# ([\w./-]+\.ya?ml)(?:,.*)?\n")
# Stands for any lines or, within a line, for any text.
LEFT_OUT = "..."
# What Grafana chooses at random.
UID = r"\b(?=[a-z]*[0-9])[a-z0-9]{14}\b"
RUNS_TASKS = re.compile(r"(^|\s)ansible(-playbook)? ")
# How an output tells that the exit status is not 0.
FAILURE = re.compile(r"FAILED!|failed=[1-9]|[1-9] (failed|errors?)\b|: failed")
# What Ansible says where a play is for localhost, and no inventory is given.
WITHOUT_INVENTORY = re.compile(
    r"^\[WARNING\]: (No inventory was parsed|provided hosts list is empty).*\n", re.MULTILINE
)
PLAY_OF_TASKS = """
- hosts: localhost
  gather_facts: false
  tasks:
%s"""
PLAY_OF_ENTRIES = """
- hosts: localhost
  gather_facts: false
  vars:
    entries:
%s
  tasks:
    - crosslink.grafana.grafana_correlations:
        correlations: "{{ entries }}"
"""


class Loader(yaml.SafeLoader):
    """YAML with the tags of Ansible, of which the text is taken."""


Loader.add_multi_constructor("!", lambda loader, tag, node: loader.construct_scalar(node))


@dataclasses.dataclass(frozen=True)
class Step:
    """A command, and what the page shows of its output."""

    command: str
    shown: str


@dataclasses.dataclass(frozen=True)
class Block:
    """``kind`` is what the page says after the backticks, ``heading`` the text of the heading above."""

    heading: str
    kind: str
    text: str

    @property
    def steps(self) -> list[Step]:
        """Those of a block of the kind ``console``."""
        if self.kind != "console":
            return []
        steps = [Step(step["command"], step["shown"]) for step in STEPS.finditer(self.text)]
        assert "".join("$ %s\n%s" % (step.command, step.shown) for step in steps) == self.text, self.text
        return steps

    @property
    def file_name(self) -> str | None:
        """The name of the file whose content the block is: its first line is a comment with the name."""
        found = FILE_NAME.match(self.text)
        return found and found[1]

    @property
    def playbook(self) -> str | None:
        """A playbook with the plays, the tasks or the list of correlations of a block of YAML; None for other YAML."""
        if self.kind != "yaml":
            return None
        content = yaml.load(self.text, Loader)
        if not isinstance(content, list):
            assert isinstance(content, dict), self.text
            return None
        members = {name for item in content for name in item}
        if members & {"hosts", "ansible.builtin.import_playbook"}:
            return self.text
        if "source" in members:
            return PLAY_OF_ENTRIES % textwrap.indent(self.text, "      ")
        return PLAY_OF_TASKS % textwrap.indent(self.text, "    ")


def blocks(page: Path) -> t.Iterator[Block]:
    heading = ""
    for part in PARTS.finditer(page.read_text(encoding="utf-8")):
        heading = part["heading"] or heading
        if part["kind"] is not None:
            yield Block(heading, part["kind"], textwrap.dedent(part["text"]))


def shows(shown: str, output: str) -> bool:
    """Whether a page shows this output.

    All uids are the same. Spaces at the end of lines do not count, nor do empty lines at the beginning and the end.
    """
    output = re.sub(" +$", "", output, flags=re.MULTILINE).strip("\n") + "\n"
    parts = re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE)
    position = 0
    for number, part in enumerate(parts):
        pattern = "".join(
            ".*?" if text == LEFT_OUT else "[a-z0-9]{14}" if re.fullmatch(UID, text) else re.escape(text)
            for text in re.split("(%s|%s)" % (re.escape(LEFT_OUT), UID), part)
        )
        last = number == len(parts) - 1
        found = re.compile("(?m:^)" + pattern + (r"\Z" if last else "")).search(output, position)
        if not found or (number == 0 and found.start() != 0):
            return False
        position = found.end()
    return True


class Reader:
    """Does what a page says, in an empty directory.

    ``places`` are the urls of the pages and what they are here; of those that are the same, outputs show the first.
    ``secrets`` replace the ``...`` of ``export NAME=...``; those that no page exports are there at once.
    """

    def __init__(self, ansible: Ansible, places: t.Mapping[str, str], secrets: t.Mapping[str, str]) -> None:
        self._ansible = ansible
        self._places = places
        self._secrets = secrets
        self._warned = False  # the page has shown a warning, so there may be more
        self._environment = {name: text for name, text in secrets.items() if not name.startswith("GRAFANA_")}

    def write(self, name: str, content: t.Any) -> None:
        """Write a file; what is not text is written as JSON, which is YAML too."""
        self._ansible.write(name, self._here(content if isinstance(content, str) else json.dumps(content)))

    def run(self, command: str) -> Run:
        """Run a command in bash. Variables that it exports stay."""
        command = re.sub(r"\b(\w+)=\.\.\.", lambda found: found[1] + "=" + self._secrets[found[1]], self._here(command))
        script = "exec 2>&1\nset -o pipefail\n%s\nstatus=$?\nenv -0 >.environment\nexit $status" % command
        run = self._ansible.run("/bin/bash", "-c", script, environment=self._environment)
        exported = (self._ansible.directory / ".environment").read_text(encoding="utf-8").split("\0")
        self._environment = dict(variable.split("=", 1) for variable in exported if variable)
        return dataclasses.replace(run, stdout=WITHOUT_INVENTORY.sub("", self._in_the_page(run.stdout)))

    def play(self, name: str) -> None:
        """Run a playbook that no command of the page runs."""
        inventory = "-i inventory" if (self._ansible.directory / "inventory").exists() else ""
        self.follow(Step("ansible-playbook %s %s" % (name, inventory), ""))

    def follow(self, step: Step) -> None:
        """Run the command, which prints what the page shows."""
        run = self.run(step.command)
        seen = "%s\nends with %d and prints:\n%s\nBut the page shows:\n%s" % (
            step.command,
            run.rc,
            run.stdout,
            step.shown,
        )
        assert (run.rc != 0) == bool(FAILURE.search(step.shown)), seen
        assert not step.shown or shows(step.shown, run.stdout), seen
        assert bool(run.tasks) == bool(RUNS_TASKS.search(step.command)), seen
        self._warned |= "[WARNING]" in step.shown
        assert self._warned or "[WARNING]" not in run.stdout, seen

    def _here(self, text: str) -> str:
        for place, here in self._places.items():
            text = text.replace(place, here)
        return text

    def _in_the_page(self, text: str) -> str:
        for place, here in self._places.items():
            text = text.replace(here, place)
        return text
