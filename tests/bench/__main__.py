# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Benchmarks of the role: whole runs of ansible-playbook against a simulator, or against the Grafana at GRAFANA_URL.

Figures of one run are comparable with each other and with no other run: look at the ratios.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from tests.bench.files import measure_files
from tests.bench.fleet import measure_fleet
from tests.bench.loops import measure_loops
from tests.bench.plays import Workspace
from tests.bench.queries import measure_queries
from tests.bench.results import Results
from tests.bench.rows import measure_rows
from tests.bench.server import server
from tests.bench.sizes import measure_sizes
from tests.bench.stages import measure_stages

PARTS = ("loops", "sizes", "files", "queries", "rows", "stages", "fleet")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    add = parser.add_argument
    add("--parts", nargs="+", choices=PARTS, default=PARTS)
    add("--sizes", nargs="+", type=int, default=[100, 1000, 10000], help="links in the list")
    add(
        "--latencies",
        nargs="+",
        type=int,
        default=[0, 20, 100],
        help="milliseconds added to each answer (0 with a real Grafana)",
    )
    add("--threads", nargs="+", type=int, default=[1, 4, 8], help="concurrency")
    add("--rows", nargs="+", type=int, default=[10000, 50000, 100000], help="rows in Grafana, for a list of 1,000")
    add("--hosts", nargs="+", type=int, default=[1, 10, 50], help="Grafanas of the fleet")
    add("--rounds", type=int, default=3, help="how often short runs are repeated; the median counts")
    add("--everything", action="store_true", help="also what takes many minutes")
    add("--json", type=Path, default=Path(".build/bench.json"), metavar="FILE")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    results = Results()
    start = time.perf_counter()
    with server() as grafana, tempfile.TemporaryDirectory(prefix="bench-") as directory:
        workspace = Workspace(Path(directory))
        real = grafana.simulator is None
        if real:
            results.left_out.append("latency, counts, many rows, stages and the fleet, which need the simulator")
        if "loops" in options.parts:
            measure_loops(grafana, workspace, results, options.rounds)
        if "sizes" in options.parts:
            latencies = [0] if real else options.latencies
            measure_sizes(
                grafana,
                workspace,
                results,
                options.sizes,
                latencies,
                options.threads,
                options.rounds,
                options.everything,
            )
        if "files" in options.parts:
            measure_files(grafana, workspace, results, [size for size in options.sizes if size >= 1000], options.rounds)
        if "queries" in options.parts:
            measure_queries(grafana, workspace, results, options.threads)
        if "rows" in options.parts and not real:
            measure_rows(workspace, results, options.rows)
        if "stages" in options.parts and not real:
            measure_stages(results, max(options.sizes))
        if "fleet" in options.parts and not real:
            measure_fleet(workspace, results, options.hosts)
    results.write(options.json)
    print("\n%s\n\n%d seconds; all figures are in %s" % (results.text(), time.perf_counter() - start, options.json))


if __name__ == "__main__":
    main()
