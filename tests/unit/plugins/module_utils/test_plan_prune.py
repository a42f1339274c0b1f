# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is deleted although no entry describes it, and what limits deletions."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._connection import Connection
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_prune import check_plan_options
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import DELETE, PlanOptions
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import (
    as_user,
    connection,
    entry,
    grafana_state,
    row,
)
from ansible_collections.crosslink.grafana.tests.unit.plugins.planning import coded, only_problem, planned, writes

# What is pruned


def where_pruned() -> list[Correlation]:
    return [
        row("mine"),
        row("loki", label="other"),
        row("loki-ro", label="other", read_only=True),
        row("loki-ext", type="external"),
        row("mimir", source="mimir"),
        row("mimir-ro", source="mimir", read_only=True),
        row("gone", source="pyro", target="nowhere"),
    ]


@pytest.mark.parametrize(
    "options, deleted",
    [
        ({}, []),
        ({"prune": "none"}, []),
        ({"prune": "sources"}, ["loki", "loki-ext"]),
        ({"prune": "sources", "prune_sources": ["mimir"]}, ["loki", "loki-ext", "mimir"]),
        ({"prune": "sources", "prune_sources": ["Mimir", "loki"]}, ["loki", "loki-ext", "mimir"]),
        ({"prune": "all"}, ["gone", "loki", "loki-ext", "mimir"]),
        ({"prune": "dangling"}, ["gone"]),
    ],
)
def test_scopes(options, deleted):
    state = grafana_state(*where_pruned(), uids={"Mimir": "mimir"}, missing_data_sources={"nowhere"})
    plan = planned(entry(), state, **options)
    assert writes(plan) == [(DELETE, uid) for uid in deleted]
    assert all(action.entry is None for action in plan.actions)


def test_a_correlation_whose_source_is_gone_dangles_too():
    state = grafana_state(
        row("u1"),
        row("u2", source="nowhere"),
        row("u3", source="nowhere", read_only=True),
        missing_data_sources={"nowhere"},
    )
    assert writes(planned([], state, prune="dangling")) == [(DELETE, "u2")]


def test_a_dangling_correlation_that_an_entry_ignores_is_left():
    state = grafana_state(row("u1", target="nowhere"), missing_data_sources={"nowhere"})
    assert writes(planned(entry(state="ignored", uid="u1", target=None), state, prune="dangling")) == []


@pytest.mark.parametrize("state", ["present", "absent", "ignored"])
def test_every_entry_names_a_source_to_prune(state):
    named = entry(state=state, source="mimir", label="not there")
    assert (DELETE, "mimir") in writes(planned(named, where_pruned(), prune="sources"))
    assert not [
        uid for _kind, uid in writes(planned(named, where_pruned(), prune="sources")) if uid and uid.startswith("loki")
    ]


def test_an_empty_list_prunes_its_prune_sources():
    assert writes(planned([], where_pruned(), prune="sources", prune_sources=["mimir"])) == [(DELETE, "mimir")]


def test_a_source_to_prune_that_does_not_exist():
    hints = {"Mimr": " (did you mean 'Mimir'?)"}
    state = grafana_state(*where_pruned(), uids={"Mimr": None}, did_you_mean=hints)
    plan = planned(entry(), state, prune="sources", prune_sources=["Mimr"])
    assert coded(plan) == [(0, "data_source_not_found")]
    message = only_problem(plan, "data_source_not_found")
    assert "'Mimr' in prune_sources does not exist (did you mean 'Mimir'?)" in message


def test_a_missing_source_of_an_entry_prunes_nothing():
    state = grafana_state(*where_pruned(), uids={"gone": None})
    assert writes(planned(entry(state="absent", source="gone"), state, prune="sources")) == []


# max_deletions


def three_deletions() -> tuple[list[Entry], list[Correlation], dict[str, t.Any]]:
    """One pruned, one absent, one duplicate."""
    entries = [entry(1), entry(2, state="absent", label="gone"), entry(3, source="mimir", state="ignored")]
    correlations = [row("u1"), row("u2"), row("u3", label="gone"), row("u4", source="pyro")]
    return entries, correlations, {"prune": "sources", "prune_sources": ["pyro"], "on_duplicate": "remove"}


@pytest.mark.parametrize("most", [None, 3, 4])
def test_as_many_deletions_as_allowed(most):
    entries, correlations, options = three_deletions()
    assert len(writes(planned(entries, correlations, max_deletions=most, **options))) == 3


@pytest.mark.parametrize("most", [0, 2])
def test_more_deletions_than_allowed(most):
    entries, correlations, options = three_deletions()
    plan = planned(entries, correlations, max_deletions=most, **options)
    assert coded(plan) == [(0, "too_many_deletions")]
    message = only_problem(plan, "too_many_deletions")
    assert message.startswith("3 correlations ")
    assert "max_deletions is %d" % most in message
    assert message.endswith("'gone' (uid 'u3'), 'Logs to traces' (uid 'u2'), 'Logs to traces' (uid 'u4')")


def test_of_too_many_deletions_the_first_ten_are_named():
    correlations = [row("u%02d" % number, label="L" * 59 + "%02d" % number, source="pyro") for number in range(12)]
    message = only_problem(planned([], correlations, prune="all", max_deletions=11), "too_many_deletions")
    named = ", ".join("'%s' (uid 'u%02d')" % ("L" * 59 + "0...", number) for number in range(10))
    assert message.endswith(" %s and 2 more" % named)


def test_duplicates_count_as_deletions_without_prune():
    plan = planned(entry(), [row("u1"), row("u2")], on_duplicate="remove", max_deletions=0)
    assert coded(plan) == [(0, "too_many_deletions")]


def test_deletions_are_not_counted_beside_other_problems():
    """What a misspelt name means is not known."""
    state = grafana_state(row("u1", label="A"), row("u2", label="B"), uids={"nowhere": None})
    plan = planned(entry(target="nowhere"), state, prune="sources", max_deletions=0)
    assert "'nowhere' does not exist" in only_problem(plan, "data_source_not_found")


# Servers whose organizations share correlations


def test_old_servers_refuse_to_prune_all():
    plan = planned(entry(), grafana_state(row(), is_v9=True), prune="all")
    assert coded(plan) == [(0, "prune_refused")]
    assert "use prune: sources" in only_problem(plan, "prune_refused")


def test_old_servers_warn_when_sources_are_pruned():
    plan = planned(entry(), grafana_state(row(), row("u2", label="x"), is_v9=True), prune="sources")
    assert writes(plan) == [(DELETE, "u2")]
    [warning] = plan.warnings
    assert "organizations share correlations" in warning


@pytest.mark.parametrize("is_v9, prune", [(True, "none"), (False, "all"), (False, "sources")])
def test_others_say_nothing(is_v9, prune):
    plan = planned(entry(), grafana_state(row(), is_v9=is_v9), prune=prune)
    assert (writes(plan), plan.warnings) == ([], [])


# Options that are refused before anything is read


def refused(code: str, connection_: Connection | None = None, count: int = 1, **options: t.Any) -> str:
    """The message of the error with this code."""
    with pytest.raises(InputError) as caught:
        check_plan_options(PlanOptions(**options), count, connection_ or connection())
    assert caught.value.code == code
    return str(caught.value)


@pytest.mark.parametrize("prune", ["none", "all", "dangling"])
def test_prune_sources_without_prune_of_sources(prune):
    message = refused("contradiction", prune=prune, prune_sources=["loki"])
    assert "prune_sources" in message
    assert "prune: sources" in message


def test_prune_sources():
    check_plan_options(PlanOptions(prune="sources", prune_sources=["loki"]), 0, connection())


def test_negative_deletions():
    assert "max_deletions" in refused("invalid_value", max_deletions=-1)
    check_plan_options(PlanOptions(max_deletions=0), 1, connection())


@pytest.mark.parametrize("prune, which", [("all", "every correlation"), ("dangling", "every dangling correlation")])
def test_an_empty_list_that_would_delete_everything(prune, which):
    message = refused("prune_refused", count=0, prune=prune)
    assert "prune: %s would delete %s:" % (prune, which) in message
    assert "set max_deletions" in message
    check_plan_options(PlanOptions(prune=prune, max_deletions=0), 0, connection())
    check_plan_options(PlanOptions(prune=prune), 1, connection())


@pytest.mark.parametrize("prune", ["none", "sources"])
def test_other_empty_lists(prune):
    check_plan_options(PlanOptions(prune=prune), 0, as_user())


@pytest.mark.parametrize("prune", ["all", "dangling"])
def test_a_user_has_to_say_which_organization_is_pruned(prune):
    for without in (as_user(), connection(headers={"X-WEBAUTH-USER": "me"}, by_token=False)):
        message = refused("prune_refused", without, prune=prune)
        assert "prune: %s " % prune in message
        assert "requires org_id or org_name" in message
    for organization in ({"org_id": 1}, {"org_name": "Main Org."}):
        check_plan_options(PlanOptions(prune=prune), 1, as_user(**organization))
