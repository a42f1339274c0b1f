# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all tests of the plugins share."""

from __future__ import annotations

import gc
import typing as t

import pytest
from hypothesis import HealthCheck, Phase, settings

from ansible_collections.crosslink.grafana.plugins.module_utils import _http_client, _verified_write
from ansible_collections.crosslink.grafana.plugins.module_utils._http_client import Client
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import connection
from ansible_collections.crosslink.grafana.tests.unit.plugins.server import Server

settings.register_profile(
    "plugins",
    derandomize=True,
    deadline=None,
    max_examples=100,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("plugins")

ENVIRONMENT = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NETRC",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)


@pytest.fixture
def no_collection() -> t.Iterator[None]:
    """For tests that reach the limit of recursion: garbage that is collected there cannot be finalized, and pytest
    takes that for a failure."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


class Clock:
    """Stands in for the module ``time``, and passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of whatever pauses."""
    found = Clock()
    for module in (_http_client, _verified_write):
        monkeypatch.setattr(module, "time", found)
    return found


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: t.Any) -> None:
    """An environment without anything that the code looks at."""
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("URL", "TOKEN", "API_KEY", "USER", "PASSWORD", "ORG_ID"):
        monkeypatch.delenv("GRAFANA_" + name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture(scope="session")
def servers() -> list[Server]:
    """Two servers for the whole session."""
    return [Server(), Server()]


def _fresh(server: Server) -> t.Iterator[Server]:
    server.reset()
    yield server
    server.check()


@pytest.fixture
def server(servers: list[Server]) -> t.Iterator[Server]:
    """A server without a script."""
    yield from _fresh(servers[0])


@pytest.fixture
def proxy(servers: list[Server]) -> t.Iterator[Server]:
    """Another one."""
    yield from _fresh(servers[1])


MakeClient = t.Callable[..., Client]


@pytest.fixture
def make_client(server: Server) -> MakeClient:
    """A client of the server, with a connection's members to choose."""

    def make(**more: t.Any) -> Client:
        return Client(connection(**{"url": server.url, **more}))

    return make


@pytest.fixture
def client(make_client: MakeClient) -> Client:
    """A client of the server."""
    return make_client()
