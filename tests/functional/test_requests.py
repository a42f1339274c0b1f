# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many requests a run may cost, as the simulator counts them."""

from __future__ import annotations

import typing as t

import pytest

from tests.functional.conftest import Backend
from tests.support.grafana import Org
from tests.support.modules import Module, Result
from tests.support.simulator import Simulator

BARE = {"field": "message", "target": {}}

pytestmark = pytest.mark.legacy_api


@pytest.fixture
def connection(connection: dict[str, t.Any]) -> dict[str, t.Any]:
    """The figures are those of api: legacy; auto asks once more before the first write, which test_apis.py counts."""
    return {**connection, "api": "legacy"}


@pytest.fixture
def cost(counters: Simulator) -> t.Callable[..., int]:
    """How many requests a run without diff sends; it must do what it says."""

    def count(module: Module, changed: bool, **options: t.Any) -> int:
        counters.reset_counts()
        result: Result = module.once(**{"_ansible_diff": False, **options})
        assert result.changed is changed
        return counters.counts().requests

    return count


# One correlation


@pytest.mark.smoke
def test_one_by_uids(correlation: Module, org: Org, cost: t.Callable[..., int]) -> None:
    absent = {"state": "absent", **org.link(config=None)}
    assert cost(correlation, False, **absent) == 1
    assert cost(correlation, True, **org.link()) == 2
    assert cost(correlation, False, **org.link()) == 1
    assert cost(correlation, True, **org.link(description="new")) == 2
    assert cost(correlation, True, **absent) == 2


def test_one_by_names(correlation: Module, org: Org, cost: t.Callable[..., int]) -> None:
    options = org.link(source=org.loki.name, target=org.tempo.name)
    assert cost(correlation, True, **options) <= 4
    assert cost(correlation, False, **options) <= 3
    assert cost(correlation, True, **{**options, "description": "new"}) <= 4
    assert cost(correlation, True, state="absent", **options) <= 4


def test_one_with_an_organization_by_name(correlation: Module, org: Org, cost: t.Callable[..., int]) -> None:
    org.add()
    assert cost(correlation, False, org_id=None, org_name=org.name, **org.link(config=None)) == 2


def test_one_with_a_token_and_its_organization(correlation: Module, org: Org, cost: t.Callable[..., int]) -> None:
    org.add()
    token = {"url_username": None, "url_password": None, "token": org.add_token()}
    assert cost(correlation, False, org_id=None, **token, **org.link(config=None)) == 1
    assert cost(correlation, False, **token, **org.link(config=None)) == 2


def test_one_by_uid_and_source(correlation: Module, org: Org, cost: t.Callable[..., int]) -> None:
    uid = org.add()
    pinned = {"uid": uid, "source": org.loki.uid}
    assert cost(correlation, False, **pinned) == 1
    assert cost(correlation, True, description="new", **pinned) == 2
    assert cost(correlation, True, state="absent", **pinned) == 2


def test_check_mode_costs_no_more(correlation: Module, org: Org, counters: Simulator) -> None:
    uid = org.add()
    for options in (
        org.link(label="New"),
        org.link(config=None, description="new"),
        {"state": "absent", "uid": uid, "source": org.loki.uid},
    ):
        counters.reset_counts()
        assert correlation.check(**options, _ansible_diff=False).changed
        assert counters.counts().requests <= 2


def test_names_for_a_diff_cost_one_request(
    correlation: Module, correlations: Module, org: Org, cost: t.Callable[..., int], counters: Simulator
) -> None:
    assert cost(correlation, True, _ansible_diff=True, **org.link()) == 3
    assert cost(correlation, False, _ansible_diff=True, **org.link()) == 1
    entries = [org.link(config=BARE), org.link(label="New", config=BARE)]
    counters.reset_counts()
    assert correlations.check(correlations=entries, _ansible_diff=False).changed
    for_check = counters.counts().requests
    counters.reset_counts()
    assert correlations.check(correlations=entries).changed
    assert counters.counts().requests == for_check
    without = cost(correlations, True, correlations=entries)
    changed = [{**entry, "description": "new"} for entry in entries]
    assert cost(correlations, True, correlations=changed, _ansible_diff=True) <= without + 1
    assert cost(correlations, False, correlations=changed, _ansible_diff=True) <= without - 2


def test_the_version_is_never_asked(
    correlation: Module, correlations: Module, info: Module, org: Org, counters: Simulator
) -> None:
    counters.reset_counts()
    correlation(**org.link())
    correlations(correlations=[org.link(label="Another")], prune="sources")
    info.once(use_names=True)
    paths = {item["path"] for item in counters.counts().log}
    assert paths and not [
        path for path in paths if "health" in path or "settings" in path or "version" in path.replace("/v0alpha1", "")
    ]


# Lists


def entries_of(rows: t.Sequence[t.Mapping[str, t.Any]], names: t.Mapping[str, str]) -> list[dict[str, t.Any]]:
    """Entries that describe rows exactly, with data sources as ``names`` calls them."""
    return [
        {
            "source": names.get(row["sourceUID"], row["sourceUID"]),
            "target": names.get(row["targetUID"], row["targetUID"]),
            "label": row["label"],
            "description": row["description"],
            "config": row["config"],
        }
        for row in rows
    ]


def seeded(internals: Simulator, org: Org, sources: int, count: int) -> list[dict[str, t.Any]]:
    """Many correlations as the simulator holds them."""
    internals.seed(sources=sources, correlations=count, org=org.id, prefix=org.prefix)
    return [row for row in internals.state()["rows"] if row["sourceUID"].startswith(org.prefix + "-src")]


# With the simulator's own provisioned one, 999 make 1000: Grafana's largest page.
@pytest.mark.parametrize(("sources", "count"), [(1, 1), (1, 1000), (20, 999)])
def test_an_unchanged_list_by_uids(
    correlations: Module,
    org: Org,
    counters: Simulator,
    cost: t.Callable[..., int],
    backend: Backend,
    sources: int,
    count: int,
) -> None:
    rows = seeded(counters, org, sources, count)
    if backend.generation == 9:
        for row in rows:
            row["config"].pop("transformations", None)
    entries = entries_of(rows, {})
    allowed = 2 if backend.generation == 9 else 1
    assert cost(correlations, False, correlations=entries) <= allowed


def test_an_unchanged_list_by_names(
    correlations: Module, org: Org, counters: Simulator, cost: t.Callable[..., int], backend: Backend
) -> None:
    made = [org.add_data_source("Source %d" % number, uid="%s-s%d" % (org.prefix, number)) for number in range(20)]
    counters.seed(
        rows=[
            {
                "sourceUID": source.uid,
                "targetUID": org.tempo.uid,
                "label": "Link %d" % number,
                "config": BARE,
                "orgId": org.id,
            }
            for source in made
            for number in range(10)
        ]
    )
    names = {source.uid: source.name for source in org.data_sources}
    rows = [row for row in counters.state()["rows"] if row["sourceUID"].startswith(org.prefix + "-s")]
    assert len(rows) == 200
    assert cost(correlations, False, correlations=entries_of(rows, names)) <= (2 if backend.generation == 9 else 1) + 2


def test_each_change_costs_one_request(
    correlations: Module, org: Org, counters: Simulator, cost: t.Callable[..., int], backend: Backend
) -> None:
    for number in range(5):
        org.add(label="changed %d" % number)
        org.add(label="doomed %d" % number)
    entries = [org.link(label="changed %d" % number, description="new", config=BARE) for number in range(5)]
    entries += [org.link(label="new %d" % number, config=BARE) for number in range(5)]
    read = 2 if backend.generation == 9 else 1
    assert cost(correlations, True, correlations=entries, prune="sources") <= read + 15


def test_an_unknown_data_source_costs_at_most_two_requests_each(
    correlations: Module, org: Org, counters: Simulator
) -> None:
    counters.reset_counts()
    correlations.fails(correlations=[org.link(target="nowhere %d" % number, config=BARE) for number in range(3)])
    assert counters.counts().requests <= 2 + 2 * 3


# Reading


def test_reading(info: Module, org: Org, cost: t.Callable[..., int]) -> None:
    org.add()
    assert cost(info, False) == 1
    assert cost(info, False, source=org.loki.uid) == 1
    assert cost(info, False, use_names=True) == 2
    assert cost(info, False, source=org.loki.name) <= 3


@pytest.mark.generation(12)
def test_many_rows_are_read_in_pages_of_a_thousand(
    info: Module, org: Org, counters: Simulator, cost: t.Callable[..., int]
) -> None:
    seeded(counters, org, 1, 2500)
    assert cost(info, False) == 3
    assert info.once()["count"] == 2500


def test_a_full_last_page_is_no_reason_for_another(
    info: Module, org: Org, counters: Simulator, cost: t.Callable[..., int]
) -> None:
    """Where no other organization and no hidden correlation makes the server's total larger."""
    counters.seed(
        sources=1, correlations=999, org=org.id, prefix=org.prefix
    )  # with the simulator's own provisioned one: 1000
    assert cost(info, False) == 1
