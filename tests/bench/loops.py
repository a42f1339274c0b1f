# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people do today: a loop. Against one call with the whole list."""

from __future__ import annotations

import statistics

from tests.bench.plays import Workspace
from tests.bench.results import Goal, Results
from tests.bench.server import Server
from tests.bench.sizes import CREATE, UNCHANGED, prepare

SIZE = 100
PART = "Loops, %d links" % SIZE
ROLE, MODULE_LOOP, URI_LOOP = "role", "loop of grafana_correlation", "loop of uri"


def measure_loops(server: Server, workspace: Workspace, results: Results, rounds: int) -> None:
    """Each way creates the links and then finds nothing to change; the quick one several times."""
    prepare(workspace, SIZE)
    seconds: dict[tuple[str, str], float] = {}
    for way in (ROLE, MODULE_LOOP, URI_LOOP):
        found: dict[str, list[float]] = {CREATE: [], UNCHANGED: []}
        for _round in range(rounds if way == ROLE else 1):
            server.empty()
            for case, times in found.items():
                server.start_counting()
                ran = workspace.run(
                    way,
                    "links-%d" % SIZE,
                    server.environment,
                    url=server.url,
                    headers={"Authorization": server.authorization},
                )
                times.append(ran.seconds)
                counts = server.counts()
                rows = len(server.rows())
                if rows != SIZE or ran.changed != (case == CREATE):
                    raise SystemExit(
                        "%s, %s: Grafana holds %d rows, changed is %s.\n%s"
                        % (way, case, rows, ran.changed, ran.output[-2000:])
                    )
                if len(times) == (rounds if way == ROLE else 1):
                    seconds[way, case] = statistics.median(times)
                    results.add(
                        PART,
                        way=way,
                        case=case,
                        seconds=seconds[way, case],
                        over_role=seconds[way, case] / seconds[ROLE, case],
                        requests=counts.requests if counts else None,
                        connections=counts.connections if counts else None,
                    )
    results.goals += [
        Goal("create 100: faster than a loop of uri by", seconds[URI_LOOP, CREATE] / seconds[ROLE, CREATE], least=20),
        Goal(
            "100 unchanged: faster than a loop of grafana_correlation by",
            seconds[MODULE_LOOP, UNCHANGED] / seconds[ROLE, UNCHANGED],
            least=25,
        ),
        Goal(
            "100 unchanged: time over one uri list and a loop that skips",
            seconds[ROLE, UNCHANGED] / seconds[URI_LOOP, UNCHANGED],
            most=1,
        ),
    ]
