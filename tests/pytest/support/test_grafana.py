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
from tests.support.stand_in import StandIn

GENERATIONS = (9, 12)


@pytest.fixture(scope="module")
def running() -> Iterator[dict[int, StandIn]]:
    stand_ins = {number: StandIn("--generation", str(number)) for number in GENERATIONS}
    yield stand_ins
    for stand_in in stand_ins.values():
        stand_in.stop()


@pytest.fixture(params=GENERATIONS)
def stand_in(request: pytest.FixtureRequest, running: dict[int, StandIn], monkeypatch: pytest.MonkeyPatch) -> StandIn:
    monkeypatch.setattr(support, "PAUSES", (0.001,) * 8)
    running[request.param].reset()
    return running[request.param]


def new_org(stand_in: StandIn) -> Org:
    return Org(Grafana(stand_in.url, "admin", "admin"), "prefix-", 12)


def held(stand_in: StandIn) -> dict[str, Any]:
    state = stand_in.state()
    return {name: state[name] for name in ("orgs", "datasources", "rows")}


def test_what_a_busy_server_refuses_is_sent_again(stand_in: StandIn) -> None:
    before = held(stand_in)
    stand_in.set(busy="always", busy_share=0.4, busy_write_ms=0)
    org = new_org(stand_in)
    extra = org.add_data_source("Extra")
    org.add(extra)
    org.add_user("Viewer")
    assert org.add_token().startswith("glsa_")
    assert [source["uid"] for source in held(stand_in)["datasources"][2:]] == [source.uid for source in org.data_sources]
    org.remove()
    assert held(stand_in) == before
    assert stand_in.counts().busy["500"] > 3


@pytest.mark.parametrize("path", ["/api/orgs$", "/api/datasources$", "/correlations$"])
def test_what_was_done_all_the_same_is_not_done_twice(stand_in: StandIn, path: str) -> None:
    stand_in.fault("status", method="POST", path=path, status=500, body={"message": "x"}, handled=True)
    org = new_org(stand_in)
    uids = [org.add(), org.add()]
    state = held(stand_in)
    assert [found["id"] for found in state["orgs"]] == [1, org.id]
    assert [found["uid"] for found in state["datasources"][2:]] == [source.uid for source in org.data_sources]
    assert [row["uid"] for row in state["rows"][1:]] == uids
    assert set(collections.Counter(uids).values()) == {1}


def test_a_removal_that_was_done_all_the_same(stand_in: StandIn) -> None:
    before, org = held(stand_in), new_org(stand_in)
    stand_in.fault("status", method="DELETE", status=500, body={"message": "x"}, handled=True)
    stand_in.reset_counts()
    org.remove()
    assert held(stand_in) == before
    assert stand_in.counts().by_method["DELETE"] == 5


def test_it_ends(stand_in: StandIn) -> None:
    stand_in.fault("status", method="POST", status=500, body={"message": "x"})
    with pytest.raises(Refused, match="POST /api/orgs: 500"):
        new_org(stand_in)
    assert stand_in.counts().writes == 9


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
def test_other_answers_are_final(stand_in: StandIn, status: int) -> None:
    stand_in.fault("status", method="POST", status=status, body={"message": "x"})
    with pytest.raises(Refused, match=str(status)):
        new_org(stand_in)
    assert stand_in.counts().writes == 1
