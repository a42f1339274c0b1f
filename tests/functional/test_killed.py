# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run that is killed leaves what it has done, and the next run does the rest, nothing twice."""

from __future__ import annotations

import json
import signal
import subprocess
import typing as t

import pytest

from tests.support.grafana import Org
from tests.support.modules import PYTHON, Module
from tests.support.simulator import Simulator

PROGRAM = """
import sys
from ansible.module_utils import basic
from ansible_collections.crosslink.grafana.plugins.modules.grafana_correlations import main
basic._ANSIBLE_ARGS = sys.stdin.buffer.read()
basic._ANSIBLE_PROFILE = "legacy"
main()
"""
CONFIG = {"field": "message", "target": {"query": "${traceID}"}}


@pytest.mark.one_generation
@pytest.mark.parametrize(
    ("done", "fault"),
    [
        (0, "delay_after"),
        (36, "delay"),
        (99, "delay_after"),
        (100, "delay"),
        (137, "delay_after"),
        (199, "delay"),
        (217, "delay_after"),
        (299, "delay"),
    ],
)
def test_killed_at_any_point(
    correlations: Module, connection: dict[str, t.Any], org: Org, faults: Simulator, done: int, fault: str
) -> None:
    links = [org.link(label="%03d" % number, config=CONFIG) for number in range(300)]
    correlations.once(correlations=links[:200], concurrency=8)
    desired = [{**entry, "description": "new"} for entry in links[100:]]
    # As many to create, to change and to remove, in this order.
    task = {"correlations": desired, "prune": "sources", "concurrency": 4}
    # The writes that are under way when the run is killed: not handled yet, or handled and not answered.
    faults.fault(
        fault, seconds=60, method=("POST", "PATCH", "DELETE")[done // 100], nth=list(range(done % 100 + 1, 101))
    )
    faults.reset_counts()
    with subprocess.Popen(
        [PYTHON, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin is not None
        process.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": {**connection, **task}}))
        process.stdin.close()
        while faults.counts().writes <= done:
            assert process.poll() is None
        process.kill()
    assert process.returncode == -signal.SIGKILL
    faults.clear_faults()
    assert {row.label for row in org.rows()} >= {entry["label"] for entry in links[100:200]}, (
        "a link was missing in between"
    )

    correlations.once(**task)
    assert [(row.label, row.description) for row in org.rows()] == [(entry["label"], "new") for entry in desired]
    assert not correlations.once(**task).changed
