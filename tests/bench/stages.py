# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the module spends its time, for a list with nothing to change, and for one whose entries share one key."""

from __future__ import annotations

import json
import subprocess
import sys
import typing as t
from pathlib import Path

from tests.bench import links
from tests.bench.results import Goal, Results
from tests.bench.server import simulator

PROGRAM = Path(__file__).with_name("staged_module.py")
PART = "Stages of the module, nothing to change"


def measure_stages(results: Results, size: int) -> None:
    """The module in a process of its own, with a clock around each stage."""
    with simulator() as server:
        assert server.simulator is not None
        server.simulator.seed(prefix=links.PREFIX, sources=links.SOURCES, correlations=size, org=1)
        arguments = {"url": server.url, "url_username": "admin", "url_password": "admin"}
        stages = _staged({**arguments, "correlations": links.links(size)})
        of_one_key = [{**links.link(0), "description": "Number %d" % number} for number in range(size)]
        plan = _staged({**arguments, "correlations": of_one_key, "_ansible_check_mode": True})["plan"]
    for name, seconds in stages.items():
        results.add(PART, links=size, stage=name, seconds=seconds)
    results.add(PART, links=size, stage="plan, where all entries have one key and are new", seconds=plan)
    results.goals.append(Goal("%d entries of one key: seconds to plan" % size, plan, most=2.0))
    ours = sum(stages[name] for name in ("check the entries", "plan", "result"))
    results.goals.append(
        Goal(
            "%d unchanged: checking, planning and reporting over the whole module" % size,
            ours / sum(stages.values()),
            most=0.5,
        )
    )


def _staged(arguments: dict[str, t.Any]) -> dict[str, float]:
    """The seconds of each stage of a run with these options."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM)], input=json.dumps(arguments), stdout=subprocess.PIPE, text=True, check=True
    )
    stages: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return stages
