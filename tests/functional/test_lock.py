# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of one user on one host that mean the same Grafana and organization write one after the other."""

from __future__ import annotations

import concurrent.futures
import contextlib
import fcntl
import time
import typing as t
from pathlib import Path

import pytest

from tests.functional.conftest import Backend, NewOrg
from tests.support.commands import Ansible
from tests.support.grafana import Org
from tests.support.modules import PYTHON, Host, Module
from tests.support.simulator import Simulator

HOSTS = 6
TRIES = 20
MODULES = ["grafana_correlation", "grafana_correlations"]

Runs = t.Callable[..., t.List[t.Any]]


def options_of(name: str, link: dict[str, t.Any]) -> dict[str, t.Any]:
    return link if name == "grafana_correlation" else {"correlations": [link]}


@pytest.fixture
def at_once(tmp_path: Path, connection: dict[str, t.Any]) -> t.Iterator[Runs]:
    """Runs a module as often as there are options, all at the same time and in one home."""
    hosts = [Host(tmp_path) for _number in range(HOSTS)]

    def run(name: str, runs: t.Sequence[dict[str, t.Any]]) -> list[t.Any]:
        with concurrent.futures.ThreadPoolExecutor(HOSTS) as threads:
            return list(threads.map(lambda host, options: host.run(name, {**connection, **options}), hosts, runs))

    yield run
    for host in hosts:
        host.stop()


@contextlib.contextmanager
def locked(paths: t.Iterable[Path]) -> t.Iterator[None]:
    """Hold these locks."""
    with contextlib.ExitStack() as held:
        for path in paths:
            fcntl.flock(held.enter_context(path.open()), fcntl.LOCK_EX)
        yield


def locks(home: Path) -> set[Path]:
    """All that were ever taken by runs in this home."""
    found = set(home.glob("crosslink-grafana-*.lock"))
    assert found, "no run has taken a lock"
    return found


@pytest.mark.legacy_api
@pytest.mark.one_generation
@pytest.mark.parametrize("name", MODULES)
def test_six_hosts_that_mean_the_same_grafana(at_once: Runs, org: Org, backend: Backend, name: str) -> None:
    if backend.simulator is not None:
        backend.simulator.set(latency_ms=5)
    for number in range(TRIES if name == "grafana_correlations" else 2):
        link = org.link(label="try %d" % number)
        results = at_once(name, [options_of(name, link)] * HOSTS)
        assert not any(result.failed for result in results), [result.get("msg") for result in results]
        assert [result.changed for result in results].count(True) == 1
        assert [row.label for row in org.rows()].count(link["label"]) == 1, "try %d" % number


@pytest.mark.any_server
def test_the_number_of_the_organization_may_be_left_out(at_once: Runs, org: Org, faults: Simulator) -> None:
    """A token knows its organization, and then it is asked for it only where a number is given to compare."""
    token = {"url_username": None, "url_password": None, "token": org.add_token()}
    faults.set(latency_ms=100)
    link = {"correlations": [org.link()]}
    results = at_once(
        "grafana_correlations", [{**link, **token, "org_id": org.id if number % 2 else None} for number in range(HOSTS)]
    )
    assert [result.changed for result in results].count(True) == 1 and len(org.rows()) == 1


@pytest.mark.any_server
def test_six_hosts_of_a_play(ansible: Ansible, org: Org, connection: dict[str, t.Any], backend: Backend) -> None:
    if backend.simulator is not None:
        backend.simulator.set(latency_ms=30)
    variables = {"grafana_correlations_%s" % name: value for name, value in connection.items()}
    shared = {
        **variables,
        "ansible_connection": "local",
        "ansible_python_interpreter": PYTHON,
        "grafana_correlations_list": [org.link()],
    }
    inventory = {"all": {"hosts": {"grafana%d" % number: {} for number in range(HOSTS)}, "vars": shared}}
    ansible.write("inventory.yml", inventory)
    run = ansible.playbook("crosslink.grafana.apply", "-i", "inventory.yml", "--forks", str(HOSTS)).ok()
    assert sorted(task.result["msg"] for task in run.of_action("grafana_correlations")) == ["1 created"] + [
        "1 unchanged"
    ] * (HOSTS - 1)
    assert len(org.rows()) == 1
    assert not any(
        task.changed for task in ansible.playbook("crosslink.grafana.apply", "-i", "inventory.yml").ok().tasks
    )


@pytest.mark.any_server
@pytest.mark.parametrize("name", MODULES)
def test_a_run_waits_before_it_reads(
    module: t.Callable[[str], Module], host: Host, org: Org, counters: Simulator, name: str
) -> None:
    module(name).once(**options_of(name, org.link(label="A")))
    counters.reset_counts()
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        with locked(locks(host.home)):
            running = threads.submit(module(name).once, **options_of(name, org.link(label="B")))
            time.sleep(1)
            assert counters.counts().requests == 0 and not running.done()
        assert running.result(30).changed
    assert org.labels() == ["A", "B"]


@pytest.mark.any_server
@pytest.mark.parametrize("name", MODULES)
def test_what_writes_nothing_waits_for_nobody(
    module: t.Callable[[str], Module], info: Module, host: Host, org: Org, name: str
) -> None:
    module(name).once(**options_of(name, org.link(label="A")))
    with locked(locks(host.home)):
        assert module(name).check(**options_of(name, org.link(label="B"))).changed
        module(name).refuses(**options_of(name, org.link(label="B", state="x")))
        assert info.once()["count"] == 1
    assert org.labels() == ["A"]


@pytest.mark.any_server
def test_another_organization_is_not_waited_for(
    tmp_path: Path, org: Org, new_org: NewOrg, connection: dict[str, t.Any]
) -> None:
    host, other = Host(tmp_path), new_org()

    def apply(whose: Org, **changes: t.Any) -> bool:
        return host.run(
            "grafana_correlations", {**connection, "org_id": whose.id, "correlations": [whose.link(**changes)]}
        ).changed

    assert apply(org)
    before = locks(tmp_path)
    assert apply(other)
    with locked(locks(tmp_path) - before):
        assert apply(org, description="new")
    host.stop()
    assert org.only().description == "new"


@pytest.mark.any_server
def test_a_run_goes_on_where_no_lock_can_be_taken(correlations: Module, host: Host, org: Org, tmp_path: Path) -> None:
    path = tmp_path / "a file"  # below which not even root can make a folder
    path.write_text("")
    result = correlations.once(correlations=[org.link()], _ansible_remote_tmp=str(path / "tmp"))
    [warning] = result.warnings
    assert "lock" in warning and " %s/tmp (" % path in warning
    assert result.changed and len(org.rows()) == 1
