# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all tests have in common."""

from __future__ import annotations

import collections
import typing as t


def pytest_terminal_summary(terminalreporter: t.Any) -> None:
    """Say what was left out, and why."""
    reasons: collections.Counter[str] = collections.Counter()
    for report in terminalreporter.stats.get("skipped", ()):
        reasons[report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)] += 1
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line("left out: %d tests: %s" % (count, reason.replace("Skipped: ", "")))
