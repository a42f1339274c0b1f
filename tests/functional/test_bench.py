# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmark runs, does the work that it measures, and counts it; how long it takes is no matter here."""

from __future__ import annotations

import json
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from tests.bench import links
from tests.bench.results import Goal, table

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, t.Any]:
    """The figures of a small run, on a simulator."""
    file = tmp_path_factory.mktemp("bench") / "bench.json"
    options = ["--parts", "sizes", "rows", "stages"]
    options += [
        "--sizes",
        "40",
        "--latencies",
        "0",
        "--threads",
        "2",
        "--rounds",
        "1",
        "--rows",
        "200",
        "--json",
        str(file),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", *options], cwd=ROOT, env={}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(file.read_text(encoding="utf-8"))
    found["output"] = done.stdout
    return found


def test_requests_and_connections_are_counted(measured: dict[str, t.Any]) -> None:
    records = {record["case"]: record for record in measured["Role, floor and bare client"]}
    assert {case: (record["least"], record["requests"]) for case, record in records.items()} == {
        "create all": (41, 43),  # one for the target, and one to choose the API, before the first write
        "nothing to change": (1, 2),  # one to choose the API
        "1 % changed": (2, 3),  # one to choose the API
        "prune half": (21, 22),
    }
    assert records["nothing to change"]["connections"] == 1 and records["create all"]["connections"] <= 3
    for record in records.values():
        assert (
            record["ratio"] == pytest.approx(record["role"] / (record["floor"] + record["bare"])) and record["MiB"] > 10
        )


def test_a_list_reads_only_its_own_sources(measured: dict[str, t.Any]) -> None:
    goals = {goal["name"]: goal for goal in measured["goals"]}
    assert goals["200 rows, list from 1 source: requests for other sources"]["met"]


def test_the_table_is_printed(measured: dict[str, t.Any]) -> None:
    assert "### Role, floor and bare client" in measured["output"] and "| nothing to change |" in measured["output"]


def test_goals() -> None:
    assert Goal("x", 1.2, most=1.2).met and not Goal("x", 1.21, most=1.2).met
    assert Goal("x", 20, least=20).met and not Goal("x", 19.9, least=20).met
    assert Goal("x", 3, least=2).line() == ["x", "at least 2", "3.00", "met"]
    assert Goal("x", 3, most=0).line() == ["x", "at most 0", "3.00", "missed"]


def test_a_table() -> None:
    assert table(["a", "long"], [["1", "2"]]) == "| a | long |\n| - | ---- |\n| 1 | 2    |"


def test_the_lists_differ_as_they_say() -> None:
    base, changed, half = links.links(200), links.changed(200), links.half(200)
    assert [number for number in range(200) if base[number] != changed[number]] == [0, 100]
    assert half == changed[:100] and {entry["source"] for entry in half} == {entry["source"] for entry in base}
