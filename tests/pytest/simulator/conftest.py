# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulators for the tests in this folder: real processes, asked over HTTP."""

from __future__ import annotations

import base64
import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest
import requests

PROGRAM = Path(__file__).resolve().parents[2] / "simulator"
ADMIN = ("admin", "admin")
QUERY = {
    "targetUID": "tempo",
    "label": "Logs to traces",
    "description": "by trace id",
    "type": "query",
    "config": {"type": "query", "field": "message", "target": {"query": "${traceID}"}},
}


class Running:
    """A simulator that runs, with as much of a client as the tests need."""

    def __init__(self, arguments: tuple[str, ...]) -> None:
        self.process = subprocess.Popen([sys.executable, str(PROGRAM), *arguments], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        self.session = requests.Session()
        self.session.trust_env = False

    def stop(self) -> int:
        self.session.close()
        self.process.terminate()
        return self.process.wait(10)

    def ask(
        self, method: str, path: str, body: Any = None, auth: Any = ADMIN, org: str | None = None, **options: Any
    ) -> requests.Response:
        """A Grafana request; ``auth`` is user and password, a token, or None."""
        headers = dict(options.pop("headers", {}))
        if isinstance(auth, str):
            headers["Authorization"] = "Bearer " + auth
            auth = None
        if org is not None:
            headers["X-Grafana-Org-Id"] = org
        options.setdefault("allow_redirects", False)
        options.setdefault("timeout", 20)
        if body is not None:
            options["data"] = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        return self.session.request(method, self.url + path, auth=auth, headers=headers, **options)

    def ask_raw(self, method: str, target: str) -> tuple[int, Any]:
        """A request whose path is sent as it is; clients of a higher level tidy it."""
        connection = http.client.HTTPConnection(self.url.split("/")[2], timeout=20)
        credentials = base64.b64encode(":".join(ADMIN).encode()).decode()
        connection.request(method, target, headers={"Authorization": "Basic " + credentials})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, json.loads(body)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        response = self.session.request(method, self.url + "/_simulator/" + path, json=body, timeout=60)
        assert response.status_code == 200, response.text
        return response.json()

    def rows(self) -> list[dict[str, Any]]:
        """All rows of the old tables, hidden ones as well."""
        found: list[dict[str, Any]] = self.control("GET", "state")["rows"]
        return found

    def seed(self, **members: Any) -> None:
        self.control("POST", "seed", members)

    def create(self, source: str = "loki", org: str | None = None, **members: Any) -> str:
        """A correlation as an administrator would make it; its uid."""
        response = self.ask("POST", f"/api/datasources/uid/{source}/correlations", {**QUERY, **members}, org=org)
        assert response.status_code == 200, response.text
        uid: str = response.json()["result"]["uid"]
        return uid

    def token(self, role: str, org: str | None = None) -> str:
        """The token of a new service account."""
        account = self.ask("POST", "/api/serviceaccounts", {"name": "sa-" + role, "role": role}, org=org).json()
        path = "/api/serviceaccounts/{}/tokens".format(account["id"])
        key: str = self.ask("POST", path, {"name": "t"}, org=org).json()["key"]
        return key

    def second_org(self) -> str:
        """An organization with a data source ``loki`` as the first one has it, and another target."""
        org = str(self.ask("POST", "/api/orgs", {"name": "Second org"}).json()["orgId"])
        self.seed(
            datasources=[{"uid": "loki", "orgId": int(org)}, {"uid": "tempo-2", "type": "tempo", "orgId": int(org)}]
        )
        return org


Start = Callable[..., Running]


@pytest.fixture(scope="session")
def processes() -> Iterator[dict[tuple[str, ...], Running]]:
    running: dict[tuple[str, ...], Running] = {}
    yield running
    for simulator in running.values():
        simulator.stop()


@pytest.fixture
def start(processes: dict[tuple[str, ...], Running]) -> Start:
    """A fresh simulator with data sources ``loki`` and ``tempo``, started once for each set of arguments."""

    def fresh(*arguments: str) -> Running:
        if arguments not in processes:
            processes[arguments] = Running(arguments)
        simulator = processes[arguments]
        simulator.control("POST", "reset")
        simulator.seed(
            datasources=[{"uid": "loki", "name": "Logs"}, {"uid": "tempo", "name": "Traces", "type": "tempo"}]
        )
        simulator.control("POST", "counts/reset")
        return simulator

    return fresh


@pytest.fixture
def grafana(start: Start) -> Running:
    """As 12.4.3."""
    return start()


@pytest.fixture
def grafana9(start: Start) -> Running:
    """As 9.4.0."""
    return start("--generation", "9")


@pytest.fixture(params=["12", "9"])
def either(request: pytest.FixtureRequest, start: Start) -> Running:
    """As each of the two."""
    return start("--generation", request.param)
