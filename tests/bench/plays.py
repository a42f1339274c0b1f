# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole runs of ansible-playbook, as a user makes them, with their time and memory."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

import yaml

LIBRARY = Path(__file__).with_name("library")
MEASURE = Path(__file__).with_name("measure.py")
PROGRAMS = Path(sys.executable).parent
PLAYS: dict[str, list[dict[str, t.Any]]] = {
    "empty": [],
    "floor": [{"bench_floor": {"correlations": "{{ grafana_correlations_list }}"}}],
    "role": [
        {"ansible.builtin.include_role": {"name": "crosslink.grafana.grafana_correlations"}},
        {"ansible.builtin.debug": {"var": "grafana_correlations_result.msg"}},
    ],
    "loop of grafana_correlation": [
        {
            "crosslink.grafana.grafana_correlation": {
                "source": "{{ item.source }}",
                "target": "{{ item.target }}",
                "label": "{{ item.label }}",
                "description": "{{ item.description }}",
                "config": "{{ item.config }}",
            },
            "loop": "{{ grafana_correlations_list }}",
            "loop_control": {"label": "{{ item.label }}"},
        }
    ],
    "loop of uri": [
        {
            "ansible.builtin.uri": {
                "url": "{{ url }}/api/datasources/correlations?limit=1000",
                "headers": "{{ headers }}",
            },
            "register": "found",
        },
        {
            "ansible.builtin.uri": {
                "url": "{{ url }}/api/datasources/uid/{{ item.source }}/correlations",
                "method": "POST",
                "headers": "{{ headers }}",
                "body_format": "json",
                "body": {
                    "targetUID": "{{ item.target }}",
                    "label": "{{ item.label }}",
                    "description": "{{ item.description }}",
                    "type": "query",
                    "config": "{{ item.config | combine({'type': 'query'}) }}",
                },
            },
            "changed_when": True,
            "when": "item.label not in (found.json.correlations | map(attribute='label'))",
            "loop": "{{ grafana_correlations_list }}",
            "loop_control": {"label": "{{ item.label }}"},
        },
    ],
}


@dataclasses.dataclass(frozen=True)
class Measured:
    """Seconds from start to end, and MiB of the largest process."""

    seconds: float
    mebibytes: float
    changed: bool
    output: str


class Workspace:
    """A directory with an empty home, the plays, and inventories of one host each."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        shutil.copytree(LIBRARY, directory / "library")
        for name, tasks in PLAYS.items():
            self.write(self._play(name), [{"hosts": "all", "gather_facts": False, "tasks": tasks}])
        self.inventory("no list", None)

    def _play(self, name: str) -> str:
        return name.replace(" ", "-") + ".yml"

    def write(self, name: str, content: t.Any) -> Path:
        """A file of YAML, or of JSON if its name says so."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".json":
            text = json.dumps(content)
        else:
            text = yaml.dump(
                content, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), sort_keys=False, allow_unicode=True
            )
        path.write_text(text, encoding="utf-8")
        return path

    def inventory(self, name: str, entries: t.Any) -> None:
        """An inventory whose host has these entries as its list."""
        host = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        self.write("%s/hosts.yml" % name, {"all": {"hosts": {"grafana": host}}})
        if entries is not None:
            self.write("%s/group_vars/all.yml" % name, {"grafana_correlations_list": entries})

    def run(self, play: str, inventory: str, environment: t.Mapping[str, str], **variables: t.Any) -> Measured:
        """One run of one of PLAYS."""
        return self.playbook([self._play(play), "-i", inventory, "-e", json.dumps(variables)], environment)

    def playbook(self, arguments: t.Sequence[str], environment: t.Mapping[str, str]) -> Measured:
        """One run; it must not fail."""
        clean = {
            "HOME": str(self.directory),
            "PATH": "%s:%s" % (PROGRAMS, os.defpath),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_NOCOLOR": "1",
        }
        output = self.directory / "output"
        with output.open("wb") as stream:
            done = subprocess.run(
                [sys.executable, str(MEASURE), str(PROGRAMS / "ansible-playbook"), *arguments],
                cwd=self.directory,
                env={**clean, **environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stream,
                check=True,
            )
        seconds, kibibytes, status = json.loads(done.stdout)
        text = output.read_text(encoding="utf-8")
        if status:
            raise SystemExit("ansible-playbook %s failed:\n%s" % (" ".join(arguments), text[-3000:]))
        return Measured(seconds, kibibytes / 1024, bool(re.search(r"changed=[1-9]", text)), text)
