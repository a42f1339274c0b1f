# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The example inventory of fifty Grafanas: what one, ten and fifty of them take with forks 10."""

from __future__ import annotations

import contextlib
from pathlib import Path

from tests.bench.plays import Measured, Workspace
from tests.bench.results import Results
from tests.bench.server import Server, simulator

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PART = "Fleet, forks 10"


def measure_fleet(workspace: Workspace, results: Results, sizes: list[int]) -> None:
    """Simulators on this machine, so that they share its processors with Ansible."""
    with contextlib.ExitStack() as stack:
        servers = {"grafana%02d" % number: stack.enter_context(simulator()) for number in range(1, max(sizes) + 1)}
        workspace.write("fleet.json", {"fleet_urls": {name: server.url for name, server in servers.items()}})
        environment = next(iter(servers.values())).environment
        _play(workspace, str(EXAMPLES / "prepare.yml"), environment, max(sizes))
        for size in sizes:
            chosen = list(servers.values())[:size]
            for case, changed in (("create all", True), ("nothing to change", False)):
                for server in chosen:
                    if changed:
                        _without_links(server)
                    server.start_counting()
                ran = _play(workspace, "crosslink.grafana.apply", environment, size)
                if ran.changed != changed or ran.output.count("failed=0") != size:
                    raise SystemExit(ran.output[-3000:])
                counts = [server.counts() for server in chosen]
                results.add(
                    PART,
                    hosts=size,
                    case=case,
                    seconds=ran.seconds,
                    seconds_per_host=ran.seconds / size,
                    requests=sum(count.requests for count in counts if count),
                    MiB=round(ran.mebibytes),
                )


def _play(workspace: Workspace, play: str, environment: dict[str, str], hosts: int) -> Measured:
    return workspace.playbook(
        [play, "-i", str(EXAMPLES / "fleet"), "-l", "grafanas[0:%d]" % (hosts - 1), "-f", "10", "-e", "@fleet.json"],
        environment,
    )


def _without_links(server: Server) -> None:
    answer = server.ask("GET", "/api/datasources/correlations?limit=1000")
    for row in answer["correlations"]:
        server.ask("DELETE", "/api/datasources/uid/%s/correlations/%s" % (row["sourceUID"], row["uid"]))
