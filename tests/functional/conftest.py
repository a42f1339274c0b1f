# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the functional tests share.

Each test runs against every backend: a simulator for each generation of Grafana, or, when GRAFANA_URL is set, the real
and throw-away Grafana there, signed in as GRAFANA_USER with GRAFANA_PASSWORD, an administrator of the server (through
/apis if GRAFANA_API is ``apis``). Either way a test gets an organization and data sources of its own (``org``), runs
modules with ``correlation``, ``correlations`` and ``info``, and reads back through Grafana's API itself.

The simulators are busy (see tests/simulator/busy.py) unless a test says that it needs a quiet one: writes that overlap
may go wrong, and tests of lists meet one more where any write may (``busy12``).
"""

from __future__ import annotations

import collections
import dataclasses
import os
import socket
import typing as t
import zlib
from pathlib import Path

import pytest

from tests.support.apis_org import ApisOrg
from tests.support.commands import Ansible, Run
from tests.support.grafana import Grafana, Org
from tests.support.modules import PYTHON, Host, Module
from tests.support.simulator import Simulator, Simulators

REAL_URL = os.environ.get("GRAFANA_URL")

NewOrg = t.Callable[..., Org]


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of server to test against: how to start its simulator, and what every task gives beside the url."""

    arguments: tuple[str, ...] = ()
    options: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    generation: int | None = None  # None: the server's answers tell
    # Of the simulator, unless a test needs a quiet one.
    settings: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)


OVERLAP = {"busy": "overlap"}
BUSIEST = "busy12"
MANY_VALUES = 3  # from so many on, a test does not run with every pair of value and kind of server
SIMULATORS = {
    "grafana12": Kind(("--generation", "12", "--brute-force"), generation=12, settings=OVERLAP),
    "grafana9": Kind(("--generation", "9", "--brute-force"), generation=9, settings=OVERLAP),
    "apis": Kind(("--generation", "12", "--brute-force", "--apis", "unified"), {"api": "apis"}, generation=12),
    BUSIEST: Kind(
        ("--generation", "12", "--brute-force"),
        generation=12,
        settings={"busy": "always", "busy_share": 0.2, "busy_write_ms": 1},
    ),
}
# Other databases than SQLite, for tests of what is kept.
DATABASES = {
    name: Kind(("--generation", "12", "--brute-force", "--database", name), generation=12)
    for name in ("mysql", "postgres")
}
REAL_OPTIONS = {"api": os.environ["GRAFANA_API"]} if os.environ.get("GRAFANA_API") else {}
KINDS = {"real": Kind(options=REAL_OPTIONS)} if REAL_URL else {**SIMULATORS, **DATABASES}


@dataclasses.dataclass(frozen=True)
class Backend:
    """A server under test. ``simulator`` is None for a real one."""

    grafana: Grafana
    generation: int
    options: t.Mapping[str, t.Any]
    simulator: Simulator | None


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "generation(number): only for servers of that generation, 9 or 12")
    config.addinivalue_line("markers", "legacy_api: only for the API /api, of whose paths or words the test speaks")
    config.addinivalue_line(
        "markers", "not_on_apis(reason): the documentation says that this is different on the API /apis"
    )
    config.addinivalue_line(
        "markers", "one_generation: all generations behave alike here, so one kind of server for each API is enough"
    )
    config.addinivalue_line(
        "markers", "quiet: what a busy server would be asked once more is counted, or answered by a fault"
    )
    config.addinivalue_line("markers", "databases: content that depends on the database, so it is tried with each")
    config.addinivalue_line(
        "markers", "any_server: no server is asked, or it does not matter which, so one kind is enough"
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """What the simulators of a worker did is told to the process that reports."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["busy"] = dict(session.config.stash.get(BUSY, {}))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: t.Any) -> None:
    total = node.config.stash.setdefault(BUSY, collections.Counter())
    total.update(getattr(node, "workeroutput", {}).get("busy", {}))


def pytest_terminal_summary(terminalreporter: t.Any, config: pytest.Config) -> None:
    """Say how busy the simulators were."""
    busy = config.stash.get(BUSY, collections.Counter())
    if busy["writes"]:
        wrong = sum(busy[answer] for answer in ("mixed", "404", "500"))
        terminalreporter.write_line(
            "busy: %d of %d writes went wrong (%.1f %%): %d mixed behind a 200, %d denied with 404, %d with 500"
            % (wrong, busy["writes"], 100 * wrong / busy["writes"], busy["mixed"], busy["404"], busy["500"])
        )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that touches a server runs against each kind of server that it is for."""
    if "backend" not in metafunc.fixturenames:
        return
    generations = [mark.args[0] for mark in metafunc.definition.iter_markers("generation")]
    kinds = [
        name
        for name, kind in KINDS.items()
        if kind.generation is None or not generations or kind.generation in generations
    ]
    if any(metafunc.definition.get_closest_marker(name) for name in ("legacy_api", "not_on_apis")):
        kinds = [name for name in kinds if KINDS[name].options.get("api") != "apis"]
    if metafunc.definition.get_closest_marker("one_generation"):
        kinds = [name for name in kinds if KINDS[name].generation != 9]
    if "correlations" not in metafunc.fixturenames or _is_quiet(metafunc.definition):
        kinds = [name for name in kinds if name != BUSIEST]
    if not metafunc.definition.get_closest_marker("databases"):
        kinds = [name for name in kinds if name not in DATABASES]
    if metafunc.definition.get_closest_marker("any_server"):
        kinds = kinds[:1]
    metafunc.parametrize("backend", kinds, indirect=True, scope="function")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-combinations", action="store_true", help="run every value with every kind of server")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run a test of many values with each value once. The kinds of servers take turns, and begin later in each round,
    so that a value of one of several parameters meets each kind."""
    if REAL_URL or config.getoption("--all-combinations"):
        return
    values: dict[tuple[str, str], dict[str, int]] = {}  # test -> value -> its number
    kinds: dict[tuple[str, str], dict[str, int]] = {}  # test -> kind -> its number among those that the test is for
    pairs: dict[pytest.Item, tuple[tuple[str, str], int, int]] = {}
    for item in items:
        if isinstance(item, pytest.Function) and hasattr(item, "callspec") and "backend" in item.callspec.params:
            test, kind = (item.module.__name__, item.originalname), item.callspec.params["backend"]
            of_test, kinds_of_test = values.setdefault(test, {}), kinds.setdefault(test, {})
            value_number = of_test.setdefault(item.callspec.id.replace(kind, "", 1), len(of_test))
            pairs[item] = (test, value_number, kinds_of_test.setdefault(kind, len(kinds_of_test)))
    left_out = [
        item
        for item, (test, value_number, kind_number) in pairs.items()
        if len(values[test]) >= MANY_VALUES
        and (value_number + value_number // len(kinds[test])) % len(kinds[test]) != kind_number
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def _is_quiet(test: t.Any) -> bool:
    return bool(test.get_closest_marker("quiet")) or "counters" in test.fixturenames


# The server

BUSY: pytest.StashKey[collections.Counter[str]] = pytest.StashKey()


@pytest.fixture(scope="session")
def simulators(pytestconfig: pytest.Config) -> t.Iterator[Simulators]:
    """The simulators of this process."""
    running = Simulators()
    yield running
    pytestconfig.stash[BUSY] = running.stop()


@pytest.fixture(scope="session")
def real() -> tuple[Grafana, int]:
    """The real Grafana and its generation."""
    grafana = Grafana(
        REAL_URL or "", os.environ.get("GRAFANA_USER", "admin"), os.environ.get("GRAFANA_PASSWORD", "admin")
    )
    return grafana, grafana.generation()


@pytest.fixture
def backend(request: pytest.FixtureRequest, simulators: Simulators) -> Backend:
    """The server to test against, in the state it has when it is started (a real one: in any)."""
    kind = KINDS[request.param]
    if request.param == "real":
        grafana, generation = request.getfixturevalue("real")
        simulator = None
    else:
        simulator = simulators.fresh(*kind.arguments)
        if kind.settings and not _is_quiet(request.node):
            simulator.set(seed=zlib.crc32(request.node.name.encode()), **kind.settings)
        grafana, generation = Grafana(simulator.url, "admin", "admin"), kind.generation or 12
    generations = [mark.args[0] for mark in request.node.iter_markers("generation")]
    if generations and generation not in generations:
        pytest.skip("is for Grafana of generation %s" % " or ".join(map(str, generations)))
    return Backend(grafana, generation, kind.options, simulator)


def _needed(backend: Backend, what: str) -> Simulator:
    if backend.simulator is None:
        pytest.skip("needs %s" % what)
    return backend.simulator


@pytest.fixture
def counters(backend: Backend) -> Simulator:
    """The simulator, for tests that count requests."""
    return _needed(backend, "the simulator's counters")


@pytest.fixture
def faults(backend: Backend) -> Simulator:
    """The simulator, for tests that make it go wrong."""
    return _needed(backend, "the simulator's faults")


@pytest.fixture
def internals(backend: Backend) -> Simulator:
    """The simulator, for tests of data that no request can put there, or that no request shows."""
    return _needed(backend, "the simulator's own state")


@pytest.fixture
def special(backend: Backend, simulators: Simulators) -> t.Callable[..., Backend]:
    """Another simulator of the same kind, started with more arguments."""
    usual = _needed(backend, "a simulator with other settings").arguments

    def start(*arguments: str) -> Backend:
        simulator = simulators.fresh(*usual, *arguments)
        return Backend(Grafana(simulator.url, "admin", "admin"), backend.generation, backend.options, simulator)

    return start


@pytest.fixture
def nobody() -> str:
    """A url where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return "http://127.0.0.1:%d" % taken.getsockname()[1]


@pytest.fixture(scope="session")
def prefix(worker_id: str) -> str:
    """What the names of everything made here start with; another one in each process and (for a real server) each run.

    It is short, for a data source's uid has no more than 40 characters.
    """
    run = "%d" % os.getppid() if REAL_URL else ""
    return "xl-test%s-%s-" % (run, worker_id)


@pytest.fixture
def new_org(backend: Backend, prefix: str) -> t.Iterator[NewOrg]:
    """Makes organizations, which are removed after the test."""
    made: list[Org] = []

    def make(of: Backend = backend, id: int | None = None) -> Org:
        kind = ApisOrg if of.options.get("api") == "apis" else Org
        made.append(kind(of.grafana, prefix, of.generation, id))
        return made[-1]

    yield make
    for org in made if backend.simulator is None else ():
        org.remove()


@pytest.fixture
def org(new_org: NewOrg) -> Org:
    """An organization of the test's own, with data sources."""
    return new_org()


# The modules


@pytest.fixture(scope="session")
def host() -> t.Iterator[Host]:
    running = Host()
    yield running
    running.stop()


@pytest.fixture
def connection(backend: Backend, org: Org) -> dict[str, t.Any]:
    """The connection options that lead to the test's own organization."""
    grafana = backend.grafana
    return {
        "url": grafana.url,
        "url_username": grafana.user,
        "url_password": grafana.password,
        "org_id": org.id,
        **backend.options,
    }


@pytest.fixture
def module(host: Host, backend: Backend, org: Org, connection: dict[str, t.Any]) -> t.Callable[[str], Module]:
    """The module of that name, with the connection options."""
    simulator = backend.simulator
    snapshot = org.raw_rows if simulator is None else simulator.state
    return lambda name: Module(host, name, connection, snapshot, simulator)


@pytest.fixture
def correlation(module: t.Callable[[str], Module]) -> Module:
    """The module grafana_correlation."""
    return module("grafana_correlation")


@pytest.fixture
def correlations(module: t.Callable[[str], Module]) -> Module:
    """The module grafana_correlations."""
    return module("grafana_correlations")


@pytest.fixture
def info(module: t.Callable[[str], Module]) -> Module:
    """The module grafana_correlation_info."""
    return module("grafana_correlation_info")


# The programs


@pytest.fixture
def ansible(tmp_path: Path) -> Ansible:
    """ansible and ansible-playbook, in a home of their own."""
    return Ansible(tmp_path)


@pytest.fixture
def inventory(ansible: Ansible, connection: dict[str, t.Any]) -> Path:
    """An inventory with one host, ``grafana``, which is this machine."""
    variables = {"ansible_connection": "local", "ansible_python_interpreter": PYTHON}
    return ansible.write("inventory/hosts.yml", {"all": {"hosts": {"grafana": variables}}})


@pytest.fixture
def run_offline(ansible: Ansible) -> t.Iterator[t.Callable[..., Run]]:
    """Run a playbook for a host with these variables, and see that nothing connects to its Grafana."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = "http://127.0.0.1:%d" % listener.getsockname()[1]

        def run(playbook: str, *arguments: str, host: str = "grafana", **variables: t.Any) -> Run:
            variables = {"grafana_correlations_url": url, **variables}
            ansible.write("inventory/hosts.yml", {"all": {"hosts": {host: variables}}})
            done = ansible.playbook(playbook, "-i", "inventory/hosts.yml", *arguments, environment={"GRAFANA_URL": url})
            listener.setblocking(False)
            with pytest.raises(BlockingIOError):
                listener.accept()
            return done

        yield run
