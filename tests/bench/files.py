# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list in a file, which Ansible does not load, against the same list in a variable."""

from __future__ import annotations

import statistics

from tests.bench import links
from tests.bench.plays import Workspace
from tests.bench.results import Goal, Results
from tests.bench.server import Server
from tests.bench.sizes import prepare, reads, send

PART = "Lists in files, nothing to change"
PART_CREATE = "Lists in files, create all"
CONCURRENCY = 4  # the default of the module


def measure_files(server: Server, workspace: Workspace, results: Results, sizes: list[int], rounds: int) -> None:
    """Whole runs with nothing to change, over those of an empty play."""
    empty = statistics.median(workspace.run("empty", "no list", {}).seconds for _round in range(rounds))
    for size in sizes:
        prepare(workspace, size)
        _measure_create(server, workspace, results, size, empty)
        seconds: dict[str, float] = {}
        for way, inventory, variables in (
            ("variable", "links-%d" % size, {}),
            ("JSON", "no list", {"grafana_correlations_src": str(workspace.directory / ("links-%d.json" % size))}),
            ("YAML", "no list", {"grafana_correlations_src": str(workspace.directory / ("links-%d.yml" % size))}),
        ):
            runs = [workspace.run("role", inventory, server.environment, **variables) for _round in range(rounds)]
            if any(run.changed or "%d unchanged" % size not in run.output for run in runs):
                raise SystemExit("%s: something was changed.\n%s" % (way, runs[-1].output[-2000:]))
            seconds[way] = statistics.median(run.seconds for run in runs)
            results.add(
                PART,
                links=size,
                list_in=way,
                seconds=seconds[way],
                over_empty_play=seconds[way] - empty,
                over_variable=seconds[way] / seconds["variable"],
                MiB=round(max(run.mebibytes for run in runs)),
            )
        if size == 10000:
            results.goals += [
                Goal(
                    "10,000 unchanged from JSON: time over the same list from a variable",
                    seconds["JSON"] / seconds["variable"],
                    most=0.5,
                ),
                Goal(
                    "10,000 unchanged from YAML: time over the same list from a variable",
                    seconds["YAML"] / seconds["variable"],
                    most=0.5,
                ),
                Goal("10,000 unchanged from JSON: seconds over an empty play", seconds["JSON"] - empty, most=1.2),
                Goal("10,000 unchanged from YAML: seconds over an empty play", seconds["YAML"] - empty, most=2.0),
            ]


def _measure_create(server: Server, workspace: Workspace, results: Results, size: int, empty: float) -> None:
    """Create all links of a JSON file, compared with an empty play and a bare client with as many threads."""
    writes = [
        ("POST", "/api/datasources/uid/%s/correlations" % entry["source"], links.body(entry))
        for entry in links.links(size)
    ]
    server.empty()
    client = send(server, reads(0), writes, CONCURRENCY)
    server.empty()
    file = str(workspace.directory / ("links-%d.json" % size))
    ran = workspace.run("role", "no list", server.environment, grafana_correlations_src=file)
    if not ran.changed or len(server.rows()) != size:
        raise SystemExit("not all links were created.\n%s" % ran.output[-2000:])
    ratio = ran.seconds / (empty + client)
    results.add(PART_CREATE, links=size, role=ran.seconds, empty_play=empty, bare=client, ratio=ratio)
    if size == 10000:
        results.goals.append(Goal("10,000 created from JSON: time over an empty play + bare client", ratio, most=1.1))
