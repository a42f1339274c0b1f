# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in against the recordings of real servers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONTRACT = Path(os.environ.get("CONTRACT_DIR") or Path(__file__).resolve().parents[4] / "shared" / "contract")


@pytest.mark.parametrize("recording, arguments, closing", [
    ("grafana-12.4.3.json", ("--generation", "12"), "157 agree, 0 differ"),
    ("grafana-12.4.3.json", ("--database", "mysql"), "157 agree, 0 differ"),
    ("grafana-12.4.3-mariadb.json", ("--database", "mysql"), "21 agree, 0 differ"),
    ("grafana-9.4.0.json", ("--generation", "9"), "157 agree, 0 differ"),
    ("grafana-12.4.3-apis.json", ("--generation", "12", "--apis", "unified"), "40 agree, 0 differ"),
    ("grafana-12.4.3-apis-selector.json", ("--generation", "12", "--apis", "unified"), "31 agree, 0 differ"),
    ("grafana-12.4.3-apis-on-legacy-storage.json", ("--generation", "12", "--apis", "legacy"), "42 agree, 0 differ"),
])
def test_every_answer_agrees(start, recording, arguments, closing):
    if not CONTRACT.is_dir():
        pytest.skip("the recordings are not here (set CONTRACT_DIR)")
    simulator = start(*arguments)
    simulator.control("POST", "reset")
    command = [sys.executable, str(CONTRACT / "replay.py"), str(CONTRACT / recording), simulator.url]
    played = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert played.stdout.splitlines()[-1:] == [closing], played.stdout + played.stderr
    assert played.returncode == 0
