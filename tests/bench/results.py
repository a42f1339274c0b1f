# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was measured: records for the JSON file, tables for people."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import typing as t
from pathlib import Path

import ansible
import requests

Record = t.Dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Goal:
    """What is aimed at; ``most`` or ``least`` bounds the value."""

    name: str
    value: float
    least: float | None = None
    most: float | None = None

    @property
    def met(self) -> bool:
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    def line(self) -> list[str]:
        bound = "at least %g" % self.least if self.least is not None else "at most %g" % (self.most or 0)
        return [self.name, bound, "%.2f" % self.value, "met" if self.met else "missed"]


@dataclasses.dataclass
class Results:
    """Records by part, and the goals that they were held against."""

    parts: dict[str, list[Record]] = dataclasses.field(default_factory=dict)
    goals: list[Goal] = dataclasses.field(default_factory=list)
    left_out: list[str] = dataclasses.field(default_factory=list)

    def add(self, part: str, **record: t.Any) -> Record:
        """Keep a record, and show that it is there."""
        self.parts.setdefault(part, []).append(record)
        print(
            "%s: %s"
            % (part, ", ".join("%s %s" % (name, shown(value)) for name, value in record.items() if value is not None)),
            flush=True,
        )
        return record

    def write(self, path: Path) -> None:
        """All of it, with what it was measured on."""
        about = {
            "python": platform.python_version(),
            "ansible-core": ansible.__version__,
            "requests": requests.__version__,
            "processors": os.cpu_count(),
            "machine": platform.machine(),
        }
        goals = [{**dataclasses.asdict(goal), "met": goal.met} for goal in self.goals]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            json.dumps({"measured_on": about, **self.parts, "goals": goals, "left_out": self.left_out}, indent=1)
            + "\n",
            encoding="utf-8",
        )

    def text(self) -> str:
        """Tables in Markdown."""
        blocks = [
            "### %s\n\n%s"
            % (part, table(list(records[0]), [[shown(value) for value in record.values()] for record in records]))
            for part, records in self.parts.items()
        ]
        if self.goals:
            blocks.append(
                "### Goals\n\n" + table(["goal", "bound", "measured", ""], [goal.line() for goal in self.goals])
            )
        blocks += ["left out: " + sentence for sentence in self.left_out]
        return "\n\n".join(blocks)


def shown(value: t.Any) -> str:
    """A value of a table."""
    if value is None:
        return "-"
    return "%.2f" % value if isinstance(value, float) else str(value)


def table(head: t.Sequence[str], lines: t.Sequence[t.Sequence[str]]) -> str:
    """A table in Markdown, with its columns aligned."""
    widths = [max(len(line[column]) for line in [head, *lines]) for column in range(len(head))]
    rows = [head, ["-" * width for width in widths], *lines]
    return "\n".join("| %s |" % " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) for row in rows)
