# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the tests themselves write to a server that is busy: again, until it is done, and nothing twice."""

from __future__ import annotations

import collections
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import grafana as support
from tests.support.grafana import Grafana, Org, Refused
from tests.support.simulator import Simulator

GENERATIONS = (9, 12)


@pytest.fixture(scope="module")
def running() -> Iterator[dict[int, Simulator]]:
    simulators = {number: Simulator("--generation", str(number)) for number in GENERATIONS}
    yield simulators
    for simulator in simulators.values():
        simulator.stop()


@pytest.fixture(params=GENERATIONS)
def simulator(
    request: pytest.FixtureRequest, running: dict[int, Simulator], monkeypatch: pytest.MonkeyPatch
) -> Simulator:
    monkeypatch.setattr(support, "PAUSES", (0.001,) * 8)
    running[request.param].reset()
    return running[request.param]


def new_org(simulator: Simulator) -> Org:
    return Org(Grafana(simulator.url, "admin", "admin"), "prefix-", 12)


def held(simulator: Simulator) -> dict[str, Any]:
    state = simulator.state()
    return {name: state[name] for name in ("orgs", "datasources", "rows")}


def test_what_a_busy_server_refuses_is_sent_again(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    before = held(simulator)
    # Which writes go wrong depends on the uids that the server chooses; in 99.9 % of the runs it is one or more.
    simulator.set(busy="always", busy_share=0.45, busy_write_ms=0)
    monkeypatch.setattr(support, "PAUSES", (0.001,) * 20)
    org = new_org(simulator)
    extra = org.add_data_source("Extra")
    org.add(extra)
    org.add_user("Viewer")
    assert org.add_token().startswith("glsa_")
    assert [source["uid"] for source in held(simulator)["datasources"][2:]] == [
        source.uid for source in org.data_sources
    ]
    org.remove()
    assert held(simulator) == before
    assert simulator.counts().busy["500"] >= 1


@pytest.mark.parametrize("path", ["/api/orgs$", "/api/datasources$", "/correlations$"])
def test_what_was_done_all_the_same_is_not_done_twice(simulator: Simulator, path: str) -> None:
    simulator.fault("status", method="POST", path=path, status=500, body={"message": "x"}, handled=True)
    org = new_org(simulator)
    uids = [org.add(), org.add()]
    state = held(simulator)
    assert [found["id"] for found in state["orgs"]] == [1, org.id]
    assert [found["uid"] for found in state["datasources"][2:]] == [source.uid for source in org.data_sources]
    assert [row["uid"] for row in state["rows"][1:]] == uids
    assert set(collections.Counter(uids).values()) == {1}


def test_a_removal_that_was_done_all_the_same(simulator: Simulator) -> None:
    before, org = held(simulator), new_org(simulator)
    simulator.fault("status", method="DELETE", status=500, body={"message": "x"}, handled=True)
    simulator.reset_counts()
    org.remove()
    assert held(simulator) == before
    assert simulator.counts().by_method["DELETE"] == 5


def test_it_ends(simulator: Simulator) -> None:
    simulator.fault("status", method="POST", status=500, body={"message": "x"})
    with pytest.raises(Refused, match="POST /api/orgs: 500"):
        new_org(simulator)
    assert simulator.counts().writes == 9


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
def test_other_answers_are_final(simulator: Simulator, status: int) -> None:
    simulator.fault("status", method="POST", status=status, body={"message": "x"})
    with pytest.raises(Refused, match=str(status)):
        new_org(simulator)
    assert simulator.counts().writes == 1
