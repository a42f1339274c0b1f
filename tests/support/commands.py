# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs ansible and ansible-playbook as a user does, in a home and a directory that hold nothing else."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import typing as t
from pathlib import Path

CALLBACKS = Path(__file__).with_name("callbacks")
PROGRAMS = Path(sys.executable).parent

Members = t.Dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Task:
    """The result of one task on one host; ``status`` is ``ok``, ``failed``, ``skipped`` or ``unreachable``."""

    status: str
    task: str
    action: str
    host: str
    result: Members

    @property
    def changed(self) -> bool:
        return bool(self.result.get("changed"))


@dataclasses.dataclass(frozen=True)
class Run:
    rc: int
    stdout: str
    stderr: str
    tasks: t.Sequence[Task]

    @property
    def output(self) -> str:
        return self.stdout + self.stderr

    def task(self, name: str) -> Task:
        """The one task of that name."""
        found = [task for task in self.tasks if task.task == name]
        assert len(found) == 1, "%d tasks %r in:\n%s" % (len(found), name, self.output)
        return found[0]

    def of_action(self, action: str) -> list[Task]:
        """The tasks that ran a module of this collection."""
        return [
            task for task in self.tasks if task.action == "crosslink.grafana.%s" % action and task.status != "skipped"
        ]

    def ok(self) -> Run:
        """The run itself, if it succeeded."""
        assert self.rc == 0, self.output
        return self


class Ansible:
    """The programs, with ``directory`` as home and working directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._results = directory / "results.jsonl"
        (directory / "ansible.cfg").write_text("")

    def playbook(self, *arguments: str, environment: t.Mapping[str, str] | None = None) -> Run:
        return self.run("ansible-playbook", *arguments, environment=environment)

    def adhoc(self, *arguments: str, environment: t.Mapping[str, str] | None = None) -> Run:
        return self.run("ansible", *arguments, environment=environment)

    def write(self, name: str, content: t.Any) -> Path:
        """A file of the working directory; what is not text is written as JSON, which is YAML too."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")
        return path

    def run(self, program: str, *arguments: str, environment: t.Mapping[str, str] | None = None) -> Run:
        """A program beside the Python that runs the tests."""
        self._results.unlink(missing_ok=True)
        clean = {
            "HOME": str(self.directory),
            "PATH": "%s:%s" % (PROGRAMS, os.defpath),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_CONFIG": str(self.directory / "ansible.cfg"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_PIPELINING": "1",  # a third faster
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "recorder",
            "ANSIBLE_LOAD_CALLBACK_PLUGINS": "1",  # for ansible, which else loads none
            "RECORDED_RESULTS": str(self._results),
        }
        done = subprocess.run(
            [str(PROGRAMS / program), *arguments],
            cwd=self.directory,
            env={**clean, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        lines = self._results.read_text(encoding="utf-8").splitlines() if self._results.exists() else []
        return Run(done.returncode, done.stdout, done.stderr, [Task(**json.loads(line)) for line in lines])
