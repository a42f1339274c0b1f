# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator against the recordings of real servers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def replay(recording: str, url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.replay", str(ROOT / "tests" / "recordings" / recording), url, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize(
    "recording, arguments, closing",
    [
        ("grafana-12.4.3.json", ("--generation", "12"), "157 agree, 0 differ"),
        ("grafana-12.4.3.json", ("--database", "mysql"), "157 agree, 0 differ"),
        ("grafana-12.4.3-mariadb.json", ("--database", "mysql"), "21 agree, 0 differ"),
        ("grafana-9.4.0.json", ("--generation", "9"), "157 agree, 0 differ"),
        ("grafana-12.4.3-apis.json", ("--generation", "12", "--apis", "unified"), "40 agree, 0 differ"),
        ("grafana-12.4.3-apis-selector.json", ("--generation", "12", "--apis", "unified"), "31 agree, 0 differ"),
        (
            "grafana-12.4.3-apis-on-legacy-storage.json",
            ("--generation", "12", "--apis", "legacy"),
            "42 agree, 0 differ",
        ),
    ],
)
def test_every_answer_agrees(start, recording, arguments, closing):
    simulator = start(*arguments)
    simulator.control("POST", "reset")
    played = replay(recording, simulator.url)
    assert played.stdout.splitlines() == [closing], played.stdout + played.stderr
    assert played.returncode == 0


def test_answers_of_another_version_differ(start):
    simulator = start("--generation", "12")
    simulator.control("POST", "reset")
    played = replay("grafana-9.4.0.json", simulator.url)
    *lines, closing = played.stdout.splitlines()
    agree, differ = (int(word) for word in closing.split() if word.isdigit())
    assert agree + differ == 157 and differ > 20
    assert len({line.split(",")[0] for line in lines}) == differ
    assert "22, empty, source does not exist: GET /api/datasources/uid/nope/correlations: " in played.stdout
    assert played.returncode == 1


def test_a_recording_needs_a_fresh_server(start):
    simulator = start("--generation", "12")
    simulator.control("POST", "reset")
    assert replay("grafana-12.4.3.json", simulator.url).returncode == 0
    assert replay("grafana-12.4.3.json", simulator.url).returncode == 1


def test_the_administrator(start):
    simulator = start("--generation", "12", "--apis", "unified")
    simulator.control("POST", "reset")
    played = replay("grafana-12.4.3-apis-selector.json", simulator.url, "--user", "admin:wrong")
    assert played.stdout.startswith(
        "1, setup, data source ds-logs: POST /api/datasources: status is 401, recorded 200\n"
    )
    assert played.stdout.endswith("\n0 agree, 31 differ\n")
    simulator.control("POST", "reset")
    played = replay("grafana-12.4.3-apis-selector.json", simulator.url, "--user", "admin:admin")
    assert played.stdout == "31 agree, 0 differ\n"


def test_no_server():
    played = replay("grafana-12.4.3.json", "http://127.0.0.1:9")
    assert played.stderr.startswith("cannot play ") and "Traceback" not in played.stderr
    assert (played.stdout, played.returncode) == ("", 2)
