# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list whose queries change, on a quiet server and on one whose SQLite database is locked now and then."""

from __future__ import annotations

import typing as t

from tests.bench import links
from tests.bench.plays import Workspace
from tests.bench.results import Goal, Results
from tests.bench.server import Server
from tests.bench.sizes import reads

PART = "Changed queries"
SIZE = 1000
SHARES = {"1 %": 100, "100 %": 1}  # every so many links


def measure_queries(server: Server, workspace: Workspace, results: Results, threads: t.Sequence[int]) -> None:
    """Whole runs, from JSON; ``sent again`` counts writes beyond one for each changed link."""
    base = links.links(SIZE)
    for kind in ("quiet", "busy") if server.simulator else ("real",):
        for concurrency in threads:
            server.empty()
            for entry in base:
                server.ask("POST", "/api/datasources/uid/%s/correlations" % entry["source"], links.body(entry))
            if server.simulator is not None:
                server.simulator.set(busy="overlap" if kind == "busy" else "off")
            before = base
            for share, step in SHARES.items():
                wanted = [
                    links.with_query(entry, share) if number % step == 0 else entry
                    for number, entry in enumerate(before)
                ]
                file = workspace.write("list.json", wanted)
                server.start_counting()
                ran = workspace.run(
                    "role",
                    "no list",
                    server.environment,
                    grafana_correlations_src=str(file),
                    grafana_correlations_concurrency=concurrency,
                )
                counts = server.counts()
                if server.queries() != {entry["label"]: entry["config"]["target"] for entry in wanted}:
                    raise SystemExit("not all queries are as the list wants them:\n%s" % ran.output[-2000:])
                changed = len(range(0, SIZE, step))
                wrong = sum(counts.busy[answer] for answer in ("mixed", "404", "500")) if counts else None
                results.add(
                    PART,
                    links=SIZE,
                    server=kind,
                    threads=concurrency,
                    changed=share,
                    seconds=ran.seconds,
                    requests=counts.requests if counts else None,
                    least=len(reads(SIZE)) + changed,
                    sent_again=counts.writes - changed if counts else None,
                    answered_wrongly=wrong,
                )
                before = wanted
            if server.simulator is not None:
                server.simulator.set(busy="off")
    _hold_against_goals(results, threads)


def _hold_against_goals(results: Results, threads: t.Sequence[int]) -> None:
    found = {
        (record["server"], record["threads"]): record["seconds"]
        for record in results.parts[PART]
        if record["changed"] == "100 %"
    }
    alone = found.get(("busy", 1))
    for concurrency in threads:
        several = found.get(("busy", concurrency))
        if alone is not None and several is not None and concurrency > 1:
            name = "all queries changed on a busy server: time with concurrency %d over that with 1" % concurrency
            results.goals.append(Goal(name, several / alone, most=1.1))
