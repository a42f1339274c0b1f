# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list of a thousand in a Grafana that holds many more: what reading costs."""

from __future__ import annotations

import json

from tests.bench import links
from tests.bench.plays import Workspace
from tests.bench.results import Goal, Results
from tests.bench.server import simulator
from tests.bench.sizes import reads, send

PART = "A list of 1,000 in a Grafana with many rows, nothing to change"
LIST = 1000


def measure_rows(workspace: Workspace, results: Results, sizes: list[int]) -> None:
    """Once with a list that starts from all sources, once with one that starts from one of the twenty."""
    for size in sizes:
        with simulator() as server:
            assert server.simulator is not None
            server.simulator.seed(prefix=links.PREFIX, sources=links.SOURCES, correlations=size, org=1)
            lists = {"20 sources": links.links(min(LIST, size)), "1 source": links.links(size)[:: links.SOURCES][:LIST]}
            for name, entries in lists.items():
                file = workspace.write("list.json", entries)
                server.start_counting()
                ran = workspace.run("role", "no list", server.environment, grafana_correlations_src=str(file))
                counts = server.counts()
                if ran.changed or "%d unchanged" % len(entries) not in ran.output or counts is None:
                    raise SystemExit("something was changed:\n%s" % ran.output[-2000:])
                rows_read = size if name == "20 sources" else size // links.SOURCES
                # As the role asks, for what a filter costs the simulator grows with its rows.
                filters = "".join("&sourceUID=%s" % links.source(number) for number in range(links.SOURCES))
                least = send(server, [path + filters for path in reads(size)], [], 1) if name == "20 sources" else None
                results.add(
                    PART,
                    rows=size,
                    list_from=name,
                    entries=len(entries),
                    rows_read=rows_read,
                    seconds=ran.seconds,
                    bare=least,
                    MiB=round(ran.mebibytes),
                    requests=counts.requests,
                )
                if name == "1 source":
                    others = [
                        item for item in counts.log if links.source(1) in json.dumps([item["path"], item["query"]])
                    ]
                    results.goals.append(
                        Goal("%d rows, list from 1 source: requests for other sources" % size, len(others), most=0)
                    )
    read = [record for record in results.parts[PART] if record["list_from"] == "20 sources"]
    results.goals.append(Goal("%d rows: MiB of the largest process" % read[-1]["rows"], read[-1]["MiB"], most=500))
    if len(read) > 1:
        before, last = (
            {"seconds beyond a bare client": record["seconds"] - record["bare"], "MiB": record["MiB"]}
            for record in read[-2:]
        )
        for name, value in last.items():
            title = "%s with %d rows over those with %d" % (name, read[-1]["rows"], read[-2]["rows"])
            results.goals.append(Goal(title, value / before[name], most=read[-1]["rows"] / read[-2]["rows"]))
