# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the functional tests share.

Each test runs against every backend: a stand-in for each generation of Grafana, or, when GRAFANA_URL is set, the real and
throw-away Grafana there, signed in as GRAFANA_USER with GRAFANA_PASSWORD, an administrator of the server. Either way a test
gets an organisation and data sources of its own (``org``), runs modules with ``correlation``, ``correlations`` and ``info``,
and reads back through Grafana's API itself.

The stand-ins are busy (see tests/simulator/busy.py) unless a test says that it needs a quiet one: writes that overlap may go
wrong, and tests of lists meet one more where any write may (``busy12``).
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
from tests.support.commands import Ansible
from tests.support.grafana import Grafana, Org
from tests.support.modules import PYTHON, Host, Module
from tests.support.stand_in import StandIn, StandIns

REAL_URL = os.environ.get("GRAFANA_URL")

NewOrg = t.Callable[..., Org]


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of server to run every test against: how to start its stand-in, and what every task says beside the url."""

    arguments: tuple[str, ...] = ()
    options: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    generation: int | None = None  # None: the server's answers tell
    settings: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)  # of the stand-in, unless it is to be quiet


OVERLAP = {"busy": "overlap"}
BUSIEST = "busy12"
STAND_INS = {
    "grafana12": Kind(("--generation", "12", "--brute-force"), generation=12, settings=OVERLAP),
    "grafana9": Kind(("--generation", "9", "--brute-force"), generation=9, settings=OVERLAP),
    "apis": Kind(("--generation", "12", "--brute-force", "--apis", "unified"), {"api": "apis"}, generation=12),
    BUSIEST: Kind(
        ("--generation", "12", "--brute-force"), generation=12, settings={"busy": "always", "busy_share": 0.2, "busy_write_ms": 1}
    ),
}
# Other databases than SQLite, for tests of what is kept.
DATABASES = {
    name: Kind(("--generation", "12", "--brute-force", "--database", name), generation=12) for name in ("mysql", "postgres")
}
# What the documentation says to be different on /apis; test_apis.py has tests of its own for it.
NOT_ON_APIS = {
    "test_a_target_that_grafana_left_on_an_external_link_counts_for_nothing": "there the page leaves none",
    "test_an_awkward_uid_reaches_its_own_data_source": "a label there cannot hold such a UID",
    "test_a_correlation_whose_target_went_is_gone_for_grafana_too": "they are visible there",
    "test_hidden_rows_are_not_pruned": "they are visible there",
    "test_an_unknown_uid_in_a_list": "a uid that is not there is created",
    "test_an_unknown_uid_is_no_reason_to_add_one": "a uid that is not there is created",
    "test_a_uid_of_another_organisation_is_not_found": "a uid that is not there is created",
    "test_mistakes_are_reported_though_the_server_cannot_be_read": "the broken answer is that of /api",
    "test_removing_what_somebody_else_removes_meanwhile": "the broken answer is that of /api",
    "test_what_the_server_does_not_keep_is_an_error": "the broken answer is that of /api",
    "test_a_refused_request_is_described": "the url in the result is another one",
    "test_the_url_of_a_failure_is_without_credentials": "the url in the result is another one",
    "test_a_quota_is_named": "there is no quota",
    "test_the_correlation_is_returned_as_the_api_spells_it": "the organisation is always known",
    "test_the_correlation_is_returned_as_it_was_before_it_was_removed": "the organisation is always known",
    "test_one_that_differs_fails_before_anything_is_written": "the manager is named",
    "test_one_that_is_to_be_removed_fails": "the manager is named",
    "test_one_that_differs_is_skipped_with_a_warning": "the manager is named",
    "test_one_that_is_to_be_removed_is_skipped_with_a_warning": "the manager is named",
    "test_in_a_list_all_are_named_before_anything_is_written": "the manager is named",
    "test_in_a_list_it_is_skipped_and_the_rest_is_done": "the manager is named",
}
KINDS = {"real": Kind()} if REAL_URL else {**STAND_INS, **DATABASES}


@dataclasses.dataclass(frozen=True)
class Backend:
    """A server under test. ``stand_in`` is None for a real one."""

    grafana: Grafana
    generation: int
    options: t.Mapping[str, t.Any]
    stand_in: StandIn | None


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "generation(number): only for servers of that generation, 9 or 12")
    config.addinivalue_line("markers", "api_route: only for the route /api, of whose paths or words the test speaks")
    config.addinivalue_line("markers", "one_generation: all generations behave alike here, so one kind of server for each route is enough")
    config.addinivalue_line("markers", "quiet: what a busy server would be asked once more is counted, or answered by a fault")
    config.addinivalue_line("markers", "databases: content that depends on the database, so it is tried with each")
    config.addinivalue_line("markers", "any_server: no server is asked, or it does not matter which, so one kind is enough")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """What the stand-ins of a worker did is told to the process that reports."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["busy"] = dict(session.config.stash.get(BUSY, {}))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: t.Any) -> None:
    total = node.config.stash.setdefault(BUSY, collections.Counter())
    total.update(getattr(node, "workeroutput", {}).get("busy", {}))


def pytest_terminal_summary(terminalreporter: t.Any, config: pytest.Config) -> None:
    """Say how busy the stand-ins were."""
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
    wanted = [mark.args[0] for mark in metafunc.definition.iter_markers("generation")]
    kinds = [name for name, kind in KINDS.items() if kind.generation is None or not wanted or kind.generation in wanted]
    if metafunc.definition.get_closest_marker("api_route"):
        kinds = [name for name in kinds if KINDS[name].options.get("api") != "apis"]
    if metafunc.definition.originalname in NOT_ON_APIS and "apis" in kinds:
        kinds.remove("apis")
    if metafunc.definition.get_closest_marker("one_generation"):
        kinds = [name for name in kinds if KINDS[name].generation != 9]
    if "correlations" not in metafunc.fixturenames or _is_quiet(metafunc.definition):
        kinds = [name for name in kinds if name != BUSIEST]
    if not metafunc.definition.get_closest_marker("databases"):
        kinds = [name for name in kinds if name not in DATABASES]
    if metafunc.definition.get_closest_marker("any_server"):
        kinds = kinds[:1]
    metafunc.parametrize("backend", kinds, indirect=True, scope="function")


def _is_quiet(test: t.Any) -> bool:
    return bool(test.get_closest_marker("quiet")) or "counters" in test.fixturenames


# The server

BUSY: pytest.StashKey[collections.Counter[str]] = pytest.StashKey()


@pytest.fixture(scope="session")
def stand_ins(pytestconfig: pytest.Config) -> t.Iterator[StandIns]:
    """The stand-ins of this process."""
    running = StandIns()
    yield running
    pytestconfig.stash[BUSY] = running.stop()


@pytest.fixture(scope="session")
def real() -> tuple[Grafana, int]:
    """The real Grafana and its generation."""
    grafana = Grafana(REAL_URL or "", os.environ.get("GRAFANA_USER", "admin"), os.environ.get("GRAFANA_PASSWORD", "admin"))
    return grafana, grafana.generation()


@pytest.fixture
def backend(request: pytest.FixtureRequest, stand_ins: StandIns) -> Backend:
    """The server to test against, in the state it has when it is started (a real one: in any)."""
    kind = KINDS[request.param]
    if request.param == "real":
        grafana, generation = request.getfixturevalue("real")
        stand_in = None
    else:
        stand_in = stand_ins.fresh(*kind.arguments)
        if kind.settings and not _is_quiet(request.node):
            stand_in.set(seed=zlib.crc32(request.node.name.encode()), **kind.settings)
        grafana, generation = Grafana(stand_in.url, "admin", "admin"), kind.generation or 12
    wanted = [mark.args[0] for mark in request.node.iter_markers("generation")]
    if wanted and generation not in wanted:
        pytest.skip("is for Grafana of generation %s" % " or ".join(map(str, wanted)))
    return Backend(grafana, generation, kind.options, stand_in)


def _needed(backend: Backend, what: str) -> StandIn:
    if backend.stand_in is None:
        pytest.skip("needs %s" % what)
    return backend.stand_in


@pytest.fixture
def counters(backend: Backend) -> StandIn:
    """The stand-in, for tests that count requests."""
    return _needed(backend, "the stand-in's counters")


@pytest.fixture
def faults(backend: Backend) -> StandIn:
    """The stand-in, for tests that make it go wrong."""
    return _needed(backend, "the stand-in's faults")


@pytest.fixture
def internals(backend: Backend) -> StandIn:
    """The stand-in, for tests that put data into it that no request can put there, or look at what no request shows."""
    return _needed(backend, "the stand-in's own state")


@pytest.fixture
def special(backend: Backend, stand_ins: StandIns) -> t.Callable[..., Backend]:
    """Another stand-in of the same kind, started with more arguments."""
    usual = _needed(backend, "a stand-in with other settings").arguments

    def start(*arguments: str) -> Backend:
        stand_in = stand_ins.fresh(*usual, *arguments)
        return Backend(Grafana(stand_in.url, "admin", "admin"), backend.generation, backend.options, stand_in)

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
    """Makes organisations, which are removed after the test."""
    made: list[Org] = []

    def make(of: Backend = backend, id: int | None = None) -> Org:
        kind = ApisOrg if of.options.get("api") == "apis" else Org
        made.append(kind(of.grafana, prefix, of.generation, id))
        return made[-1]

    yield make
    for org in made if backend.stand_in is None else ():
        org.remove()


@pytest.fixture
def org(new_org: NewOrg) -> Org:
    """An organisation of the test's own, with data sources."""
    return new_org()


# The modules


@pytest.fixture(scope="session")
def host() -> t.Iterator[Host]:
    running = Host()
    yield running
    running.stop()


@pytest.fixture
def connection(backend: Backend, org: Org) -> dict[str, t.Any]:
    """The connection options that lead to the test's own organisation."""
    grafana = backend.grafana
    return {"url": grafana.url, "url_username": grafana.user, "url_password": grafana.password, "org_id": org.id, **backend.options}


@pytest.fixture
def module(host: Host, backend: Backend, org: Org, connection: dict[str, t.Any]) -> t.Callable[[str], Module]:
    """The module of that name, with the connection options."""
    stand_in = backend.stand_in
    snapshot = org.raw_rows if stand_in is None else stand_in.state
    return lambda name: Module(host, name, connection, snapshot, stand_in)


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
