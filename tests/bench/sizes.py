# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role against a bare client and against Ansible's own floor, for several sizes, latencies and threads."""

from __future__ import annotations

import dataclasses
import json
import math
import statistics
import subprocess
import sys
import typing as t
from pathlib import Path

from tests.bench import links
from tests.bench.plays import Measured, Workspace
from tests.bench.results import Goal, Record, Results
from tests.bench.server import PAGE, Server

BARE = Path(__file__).with_name("bare.py")
CREATE, UNCHANGED, CHANGED, PRUNE = "create all", "nothing to change", "1 % changed", "prune half"
LONGEST_CREATE = 110  # seconds of latency alone; what takes longer is left out unless everything is asked for
PART = "Role, floor and bare client"


@dataclasses.dataclass(frozen=True)
class Case:
    """A list to apply, and what a client has to write for it."""

    name: str
    inventory: str
    writes: t.Callable[[t.Mapping[str, str]], list[t.Any]]
    prune: str = "none"


@dataclasses.dataclass(frozen=True)
class _Run:
    """One run of a case: the role, and what it is held against, in seconds."""

    role: Measured
    floor: float
    client: float
    counts: t.Any


def cases(size: int) -> list[Case]:
    """In the order in which they follow each other, starting with an empty Grafana."""
    base, changed, half = links.links(size), links.changed(size), links.half(size)
    updates = [entry for entry, before in zip(changed, base) if entry != before]
    return [
        Case(
            CREATE,
            "links",
            lambda rows: [
                ("POST", "/api/datasources/uid/%s/correlations" % entry["source"], links.body(entry)) for entry in base
            ],
        ),
        Case(UNCHANGED, "links", lambda rows: []),
        Case(
            CHANGED,
            "changed",
            lambda rows: [("PATCH", rows[entry["label"]], {"description": entry["description"]}) for entry in updates],
        ),
        Case(
            PRUNE,
            "half",
            lambda rows: [("DELETE", rows[entry["label"]], None) for entry in base[len(half) :]],
            prune="sources",
        ),
    ]


def prepare(workspace: Workspace, size: int) -> None:
    """The inventories of that size, and the list as files."""
    for name, entries in (("links", links.links(size)), ("changed", links.changed(size)), ("half", links.half(size))):
        workspace.inventory("%s-%d" % (name, size), entries)
    for suffix in ("json", "yml"):
        workspace.write("links-%d.%s" % (size, suffix), links.links(size))


def reads(rows: int) -> list[str]:
    """The least reads that show all rows, a thousand each."""
    return [
        "/api/datasources/correlations?limit=%d&page=%d" % (PAGE, page)
        for page in range(1, max(1, math.ceil(rows / PAGE)) + 1)
    ]


def send(server: Server, reading: list[str], writing: list[t.Any], concurrency: int) -> float:
    """The seconds that a bare client needs for these requests."""
    job = {
        "url": server.url,
        "authorization": server.authorization,
        "concurrency": concurrency,
        "reads": reading,
        "writes": writing,
    }
    return float(
        subprocess.run(
            [sys.executable, str(BARE)], input=json.dumps(job), stdout=subprocess.PIPE, text=True, check=True
        ).stdout
    )


def measure_sizes(
    server: Server,
    workspace: Workspace,
    results: Results,
    sizes: t.Sequence[int],
    latencies: t.Sequence[int],
    threads: t.Sequence[int],
    rounds: int,
    everything: bool,
) -> None:
    """All combinations."""
    for size in sizes:
        prepare(workspace, size)
        for latency in latencies:
            for concurrency in threads:
                if size * latency / 1000 / concurrency > LONGEST_CREATE and not everything:
                    results.left_out.append(
                        "%d links, %d ms, concurrency %d (make bench ARGS=--everything)" % (size, latency, concurrency)
                    )
                    continue
                # Short runs vary more, and cost less to repeat.
                times = rounds if size <= 1000 and latency == 0 else 1
                _measure(server, workspace, results, size, latency, concurrency, times)
    _hold_against_goals(results)


def _measure(
    server: Server, workspace: Workspace, results: Results, size: int, latency: int, concurrency: int, rounds: int
) -> None:
    found: dict[str, list[_Run]] = {}
    plan = cases(size)
    for _round in range(rounds):
        # All three within a minute, because the speed of a machine can drift:
        # a play that passes the same list to a module that does nothing,
        floor = workspace.run("floor", "links-%d" % size, {}).seconds
        server.empty()  # a bare client,
        clients: dict[str, float] = {}
        for case in plan:
            server.set_latency(0)
            rows = server.rows()
            server.set_latency(latency)
            clients[case.name] = send(server, reads(len(rows)), case.writes(rows), concurrency)
        server.empty()  # and the role
        for case in plan:
            server.set_latency(latency)
            server.start_counting()
            ran = workspace.run(
                "role",
                "%s-%d" % (case.inventory, size),
                server.environment,
                grafana_correlations_concurrency=concurrency,
                grafana_correlations_prune=case.prune,
            )
            counts = server.counts()
            server.set_latency(0)
            _check(server, case, size, ran)
            found.setdefault(case.name, []).append(_Run(ran, floor, clients[case.name], counts))
    before = 0
    for case in plan:
        runs = found[case.name]
        counts = runs[-1].counts
        writes = {CREATE: size, UNCHANGED: 0, CHANGED: math.ceil(size / 100), PRUNE: size - size // 2}[case.name]
        least = len(reads(before)) + writes
        before = size
        results.add(
            PART,
            links=size,
            ms=latency,
            threads=concurrency,
            case=case.name,
            role=statistics.median(run.role.seconds for run in runs),
            floor=statistics.median(run.floor for run in runs),
            bare=statistics.median(run.client for run in runs),
            ratio=statistics.median(run.role.seconds / (run.floor + run.client) for run in runs),
            requests=counts.requests if counts else None,
            least=least,
            connections=counts.connections if counts else None,
            MiB=round(max(run.role.mebibytes for run in runs)),
        )


def _check(server: Server, case: Case, size: int, ran: Measured) -> None:
    """A figure counts only if the work was done."""
    rows = len(server.rows())
    if rows != (size // 2 if case.name == PRUNE else size) or ran.changed != (case.name != UNCHANGED):
        raise SystemExit(
            "%s with %d links: Grafana holds %d rows, changed is %s.\n%s"
            % (case.name, size, rows, ran.changed, ran.output[-2000:])
        )


def _hold_against_goals(results: Results) -> None:
    records = results.parts.get(PART, [])

    def of(**members: t.Any) -> list[Record]:
        return [record for record in records if all(record[name] == value for name, value in members.items())]

    for size, most in ((1000, 1.2), (10000, 1.5)):
        found = of(links=size, case=UNCHANGED, ms=0)
        if found:
            ratio = statistics.median(record["ratio"] for record in found)
            results.goals.append(
                Goal("nothing to change, %d links: time over floor + bare client" % size, ratio, most=most)
            )
        if found and found[0]["requests"] is not None:
            more = max(record["requests"] - record["least"] for record in found)
            results.goals.append(
                Goal("nothing to change, %d links: requests over the least possible" % size, more, most=0)
            )
    for record in of(links=1000, case=CREATE, ms=0):
        name = "create 1,000, concurrency %d: " % record["threads"]
        results.goals.append(Goal(name + "time over floor + bare client", record["ratio"], most=1.25))
        if record["connections"] is not None:
            results.goals.append(Goal(name + "connections", record["connections"], most=record["threads"] + 1))
    one, eight = of(links=1000, case=CREATE, ms=100, threads=1), of(links=1000, case=CREATE, ms=100, threads=8)
    if one and eight:
        results.goals.append(
            Goal(
                "create 1,000 at 100 ms: concurrency 8 is faster than 1 by", one[0]["role"] / eight[0]["role"], least=6
            )
        )
