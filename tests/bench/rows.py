# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list of a thousand in a Grafana that holds many more: what reading costs."""

from __future__ import annotations

import json

from tests.bench import links
from tests.bench.plays import Workspace
from tests.bench.results import Goal, Results
from tests.bench.server import stand_in

PART = "A list of 1,000 in a Grafana with many rows, nothing to change"
LIST = 1000


def measure_rows(workspace: Workspace, results: Results, sizes: list[int]) -> None:
    """Once with a list that starts from all sources, once with one that starts from one of the twenty."""
    everywhere = workspace.write("everywhere.json", links.links(LIST))
    for size in sizes:
        with stand_in() as server:
            assert server.stand_in is not None
            server.stand_in.seed(prefix=links.PREFIX, sources=links.SOURCES, correlations=size, org=1)
            of_one = links.links(size)[:: links.SOURCES][:LIST]
            one = workspace.write("one-source.json", of_one)
            for name, path, count in (("20 sources", everywhere, LIST), ("1 source", one, len(of_one))):
                server.start_counting()
                ran = workspace.run("role", "no list", server.environment, grafana_correlations_src=str(path))
                counts = server.counts()
                if ran.changed or "%d unchanged" % count not in ran.output or counts is None:
                    raise SystemExit("something was changed:\n%s" % ran.output[-2000:])
                read = size if path is everywhere else size // links.SOURCES
                results.add(PART, rows=size, list_from=name, entries=count, rows_read=read, seconds=ran.seconds, MiB=round(ran.mebibytes), requests=counts.requests)
                if path is one:
                    others = [item for item in counts.log if links.source(1) in json.dumps([item["path"], item["query"]])]
                    results.goals.append(Goal("%d rows, list from 1 source: requests for other sources" % size, len(others), most=0))
    read = [record for record in results.parts[PART] if record["list_from"] == "20 sources"]
    results.goals.append(Goal("%d rows: MiB of the largest process" % read[-1]["rows"], read[-1]["MiB"], most=500))
    if len(read) > 1:
        before, last = read[-2:]
        for name in ("seconds", "MiB"):
            title = "%s with %d rows over those with %d" % (name, last["rows"], before["rows"])
            results.goals.append(Goal(title, last[name] / before[name], most=last["rows"] / before["rows"]))
