# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Grafana that is measured with: a simulator of generation 12, or the real one at GRAFANA_URL."""

from __future__ import annotations

import base64
import contextlib
import os
import typing as t

import requests

from tests.bench import links
from tests.support.simulator import Counts, Simulator

PAGE = 1000


class Server:
    """``simulator`` is None for a real one, where nothing is counted and no latency can be added."""

    def __init__(self, url: str, environment: t.Mapping[str, str], simulator: Simulator | None = None) -> None:
        self.url, self.environment, self.simulator = url.rstrip("/"), {**environment, "GRAFANA_URL": url}, simulator
        self.authorization = _authorization(environment)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = self.authorization

    def ask(self, method: str, path: str, body: t.Any = None, allowed: t.Container[int] = (200,)) -> t.Any:
        response = self._session.request(method, self.url + path, json=body, timeout=120)
        if response.status_code not in allowed:
            raise SystemExit("%s %s answers %d: %s" % (method, path, response.status_code, response.text[:200]))
        return response.json()

    def empty(self) -> None:
        """Data sources without links: made anew, since Grafana removes the links that start from one that goes."""
        self.set_latency(0)
        self.remove()
        for number in range(links.SOURCES):
            self._add(links.source(number), "loki")
        self._add(links.TARGET, "tempo")

    def remove(self) -> None:
        """All that the benchmark made."""
        for uid in [links.source(number) for number in range(links.SOURCES)] + [links.TARGET]:
            self.ask("DELETE", "/api/datasources/uid/" + uid, allowed=(200, 404))

    def _add(self, uid: str, kind: str) -> None:
        self.ask(
            "POST",
            "/api/datasources",
            {"uid": uid, "name": uid, "type": kind, "access": "proxy", "url": "http://127.0.0.1:9"},
        )

    def rows(self) -> dict[str, str]:
        """The links that there are: the path of each, by label."""
        return {
            row["label"]: "/api/datasources/uid/%s/correlations/%s" % (row["sourceUID"], row["uid"])
            for row in self._read()
        }

    def queries(self) -> dict[str, t.Any]:
        """The query of each link, by label."""
        return {row["label"]: row["config"]["target"] for row in self._read()}

    def _read(self) -> t.Iterator[dict[str, t.Any]]:
        for number in range(links.SOURCES):
            answer = self.ask(
                "GET", "/api/datasources/uid/%s/correlations" % links.source(number), allowed=(200, 404)
            )  # 404: none, on some versions
            yield from answer if isinstance(answer, list) else []

    def set_latency(self, milliseconds: float) -> None:
        if self.simulator is not None:
            self.simulator.set(latency_ms=milliseconds)

    def start_counting(self) -> None:
        if self.simulator is not None:
            self.simulator.reset_counts()

    def counts(self) -> Counts | None:
        return None if self.simulator is None else self.simulator.counts()


def _authorization(environment: t.Mapping[str, str]) -> str:
    if environment.get("GRAFANA_TOKEN"):
        return "Bearer " + environment["GRAFANA_TOKEN"]
    pair = "%s:%s" % (environment.get("GRAFANA_USER", ""), environment.get("GRAFANA_PASSWORD", ""))
    return "Basic " + base64.b64encode(pair.encode()).decode()


@contextlib.contextmanager
def server() -> t.Iterator[Server]:
    """The one to measure with; what was made in it is removed at the end."""
    if os.environ.get("GRAFANA_URL"):
        names = ("GRAFANA_TOKEN", "GRAFANA_USER", "GRAFANA_PASSWORD")
        real = Server(os.environ["GRAFANA_URL"], {name: os.environ[name] for name in names if os.environ.get(name)})
        try:
            yield real
        finally:
            real.remove()
    else:
        with simulator() as started:
            yield started


@contextlib.contextmanager
def simulator() -> t.Iterator[Server]:
    """A simulator of its own."""
    process = Simulator("--no-provisioned")
    try:
        yield Server(process.url, {"GRAFANA_USER": "admin", "GRAFANA_PASSWORD": "admin"}, process)
    finally:
        process.stop()
