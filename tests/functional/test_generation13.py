# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Grafana 13 as its sources tell, on the old tables and with one store behind both APIs; no server of it was tried."""

from __future__ import annotations

import typing as t

import pytest

from tests.functional.conftest import Backend
from tests.support.grafana import Grafana, Org
from tests.support.modules import Module
from tests.support.simulator import Simulators

pytestmark = pytest.mark.any_server
TIME_RANGE = {"field": "ts", "range": {"from": "-1h", "to": "+1h"}}


TABLES, SHARED = ("--no-provisioned",), ("--apis", "shared", "--no-provisioned")


@pytest.fixture
def backend(request: pytest.FixtureRequest, simulators: Simulators, stored: tuple[str, ...]) -> Backend:
    """A simulator of generation 13, in place of the one that the test would have got."""
    if request.param == "real":
        pytest.skip("is for a simulator of generation 13")
    simulator = simulators.fresh("--generation", "13", *stored)
    return Backend(Grafana(simulator.url, "admin", "admin"), 13, {}, simulator)


@pytest.fixture
def timed(org: Org) -> str:
    """A correlation with a time range, which this collection does not know; its uid."""
    return org.add(config={"target": {"query": "old"}, "timeRange": TIME_RANGE})


def held(org: Org) -> t.Any:
    """The one correlation, as Grafana holds it."""
    [raw] = org.raw_rows()
    return raw


@pytest.mark.parametrize("stored", [TABLES])
@pytest.mark.parametrize(
    "config",
    [{"field": "message", "target": {"query": "new"}}, {"field": "message", "target": {"query": "old"}}],
    ids=str,
)
def test_what_is_not_known_survives_an_update(
    correlations: Module, org: Org, timed: str, config: dict[str, t.Any]
) -> None:
    assert correlations(correlations=[org.link(description="new", config=config)]).changed
    raw = held(org)
    assert (raw["uid"], raw["description"], raw["targetUID"]) == (timed, "new", org.tempo.uid)
    assert {name: raw["config"][name] for name in ("field", "target", "timeRange")} == {
        **config,
        "timeRange": TIME_RANGE,
    }


@pytest.mark.parametrize("stored", [TABLES])
def test_what_is_not_known_survives_an_update_of_a_part(correlation: Module, org: Org, timed: str) -> None:
    assert correlation(**org.link(config={"field": "message", "transformations": [{"type": "logfmt"}]})).changed
    assert held(org)["config"]["timeRange"] == TIME_RANGE and held(org)["config"]["target"] == {"query": "old"}


@pytest.mark.parametrize("stored", [TABLES, SHARED])
def test_definitions_say_that_it_is_left_out(info: Module, org: Org, timed: str) -> None:
    result = info.once()
    assert "timeRange" not in result["definitions"][0]["config"]
    assert [warning for warning in result.warnings if "without config.timeRange" in warning]


@pytest.mark.parametrize("stored", [SHARED])
def test_an_update_that_one_store_refuses_changes_nothing(correlation: Module, org: Org, timed: str) -> None:
    """By the sources a PATCH on /api has to be whole there, and loses the target."""
    before = held(org)
    result = correlation.fails(**org.link(description="new", config=None))
    assert result.codes == ["request_failed"] and "500 to PATCH " in result.msg
    assert held(org) == before


@pytest.mark.parametrize("stored", [SHARED])
def test_one_store_is_managed_over_the_other_api(correlations: Module, org: Org, timed: str) -> None:
    link = org.link(description="new", config={"field": "message", "target": {"query": "new"}})
    assert correlations.once(correlations=[link], api="apis")["summary"]["updated"] == 1
    raw = held(org)
    assert (raw["uid"], raw["description"], raw["targetUID"]) == (timed, "new", org.tempo.uid)
    assert (raw["config"]["target"], raw["config"]["timeRange"]) == ({"query": "new"}, TIME_RANGE)


@pytest.mark.parametrize("stored", [TABLES])
def test_a_list_is_made_true_there_too(correlations: Module, org: Org) -> None:
    links = [org.link(label="L%d" % number) for number in range(30)]
    assert correlations(correlations=links)["summary"]["created"] == 30
    changed = [
        {**link, "config": {"field": "message", "target": {"other": number}}} for number, link in enumerate(links[:20])
    ]
    result = correlations(correlations=changed, prune="sources")
    assert (result["summary"]["updated"], result["summary"]["deleted"]) == (20, 10)
    assert sorted(row.query["other"] for row in org.rows()) == list(range(20))
