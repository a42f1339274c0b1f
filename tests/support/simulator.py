# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts simulators for Grafana, and talks to the side of them that is no part of Grafana."""

from __future__ import annotations

import collections
import dataclasses
import subprocess
import sys
import typing as t
from pathlib import Path

import requests

PROGRAM = Path(__file__).resolve().parents[1] / "simulator"
Members = t.Dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Counts:
    """What a simulator was asked since its counts were reset. An item of ``log`` has ``method``, ``path``, ``query``,
    ``status``, ``connection``, ``org_header`` and ``authorization_present``. ``busy`` says how many writes a busy
    database could answer wrongly (``writes``), and how it did (``mixed``, ``404``, ``500``)."""

    requests: int
    reads: int
    writes: int
    connections: int
    most_in_flight: int
    by_method: t.Mapping[str, int]
    log: t.Sequence[Members]
    busy: t.Mapping[str, int]

    def methods(self) -> list[str]:
        """The methods of the writes, in the order in which they arrived."""
        return [item["method"] for item in self._writes()]

    def accepted(self) -> list[str]:
        """The methods of the writes that the server did not refuse."""
        return [item["method"] for item in self._writes() if item["status"] is None or item["status"] < 400]

    def _writes(self) -> list[Members]:
        return [item for item in self.log if item["method"] not in ("GET", "HEAD", "OPTIONS")]


class Simulator:
    """A simulator that runs as a process of its own, on a free port."""

    def __init__(self, *arguments: str) -> None:
        self.arguments = arguments
        self._process = subprocess.Popen([sys.executable, str(PROGRAM), *arguments], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        if not self.url:
            raise RuntimeError("the simulator did not start: %s" % " ".join(arguments))
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = False  # it is our own, and may have a certificate that is wrong
        if "--client-ca" in arguments:  # of which its own certificate is, too
            self._session.cert = (
                arguments[arguments.index("--tls-cert") + 1],
                arguments[arguments.index("--tls-key") + 1],
            )

    def stop(self) -> None:
        self._session.close()
        self._process.terminate()
        self._process.wait(10)

    def reset(self) -> None:
        """As it was when it was started, but for the connections that are open."""
        self._control("POST", "reset")

    def counts(self) -> Counts:
        return Counts(**self._control("GET", "counts"))

    def busy(self) -> t.Mapping[str, int]:
        """As ``busy`` of the counts, but since it was started."""
        return t.cast("t.Mapping[str, int]", self._control("GET", "busy"))

    def reset_counts(self) -> None:
        self._control("POST", "counts/reset")

    def state(self) -> Members:
        """Everything it holds: ``orgs``, ``users``, ``datasources``, ``rows`` (hidden ones too), ``objects``."""
        return t.cast(Members, self._control("GET", "state"))

    def seed(self, **members: t.Any) -> None:
        """Put data in that no request could: read-only data sources, rows as they are, many rows."""
        self._control("POST", "seed", members)

    def set(self, **settings: t.Any) -> None:
        self._control("POST", "settings", settings)

    def fault(self, kind: str, seed: int | None = None, **rule: t.Any) -> None:
        """Make requests go wrong from now on; ``rule`` says which (``method``, ``path``, ``nth`` ...) and how;
        ``seed`` begins anew the choice of a ``share``."""
        self._control("POST", "faults", {"rules": [{"kind": kind, **rule}], "seed": seed})

    def clear_faults(self) -> None:
        self._control("DELETE", "faults")

    def _control(self, method: str, path: str, body: t.Any = None) -> t.Any:
        response = self._session.request(method, "%s/_simulator/%s" % (self.url, path), json=body, timeout=60)
        if response.status_code != 200:
            raise ValueError(response.text)
        return response.json()


class Simulators:
    """Keeps one simulator for each set of arguments running, so that a test need not wait for a start."""

    def __init__(self) -> None:
        self._running: dict[tuple[str, ...], Simulator] = {}

    def fresh(self, *arguments: str) -> Simulator:
        """One that holds nothing but what it starts with."""
        if arguments in self._running:
            self._running[arguments].reset()
        else:
            self._running[arguments] = Simulator(*arguments)
        return self._running[arguments]

    def stop(self) -> collections.Counter[str]:
        """End them; returns what their busy databases did."""
        total: collections.Counter[str] = collections.Counter()
        for simulator in self._running.values():
            total.update(simulator.busy())
            simulator.stop()
        return total
