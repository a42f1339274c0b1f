# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Data sources of entries, and entries that repeat or contradict each other."""

from __future__ import annotations

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import CREATE, DELETE
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import entry, grafana_state, row
from ansible_collections.crosslink.grafana.tests.unit.plugins.planning import coded, only_problem, planned, writes

# Names


def test_names_are_looked_up():
    state = grafana_state(row(), uids={"Loki": "loki", "Tempo": "tempo"})
    assert writes(planned(entry(source="Loki", target="Tempo"), state)) == []
    [action] = planned(entry(source="Loki", target="Tempo", label="new"), state).actions
    assert (action.source, action.target) == ("loki", "tempo")


# Missing data sources


@pytest.mark.parametrize(
    "uids, hints, clauses",
    [
        (
            {"loki": None},
            {"loki": " (did you mean 'Loki'?)"},
            ["source data source 'loki' does not exist (did you mean 'Loki'?)"],
        ),
        ({"tempo": None}, {}, ["target data source 'tempo' does not exist"]),
        (
            {"loki": None, "tempo": None},
            {},
            ["source data source 'loki' does not exist", "target data source 'tempo' does not exist"],
        ),
    ],
)
def test_missing_data_sources(uids, hints, clauses):
    state = grafana_state(uids=uids, did_you_mean=hints)
    for is_list in (True, False):
        plan = planned(entry(), state, is_list=is_list)
        assert coded(plan) == [(1, "data_source_not_found")] * len(clauses)
        for problem, clause in zip(plan.problems, clauses):
            assert str(problem).startswith("entry 1: ")
            assert str(problem).endswith(clause)
        for more in ({}, {"uid": "u1"}):
            gone = entry(state="absent", **more)
            plan = planned(gone, state, is_list=is_list)
            assert (writes(plan), plan.unchanged) == ([], [gone])
            # A name that is similar to another one is rather a typo.
            assert len(plan.warnings) == (1 if hints else 0)
            for warning in plan.warnings:
                assert warning.startswith("entry 1: ")
                assert all(clause in warning for clause in clauses)
    ignored = entry(state="ignored")
    plan = planned(ignored, state)
    assert (writes(plan), plan.ignored, plan.unchanged) == ([], [ignored], [])
    [warning] = plan.warnings
    assert warning.startswith("entry 1: state ignored ")
    assert all(clause in warning for clause in clauses)


@pytest.mark.parametrize("uid", [None, "u1"])
@pytest.mark.parametrize(
    "more, options",
    [
        ([], {"prune": "sources"}),
        ([], {"prune": "all"}),
        ([], {"prune": "dangling"}),
        ([], {"on_duplicate": "remove"}),
        ([entry(2, state="absent")], {}),
    ],
)
def test_a_typo_in_what_protects_is_a_problem_where_anything_could_be_removed(more, options, uid):
    state = grafana_state(
        row(),
        row("u2", label="x"),
        uids={"Lokii": None},
        did_you_mean={"Lokii": " (did you mean 'Loki'?)"},
        where=" at https://h",
    )
    plan = planned([entry(1, state="ignored", source="Lokii", label="x", uid=uid), *more], state, **options)
    message = only_problem(plan, "data_source_not_found")
    assert message.startswith("entry 1: ")
    assert "state ignored" in message
    assert "source data source 'Lokii' does not exist at https://h (did you mean 'Loki'?)" in message


def test_it_is_said_where_data_sources_were_looked_for():
    where = " in organization 3 of https://h"
    hints = {"tempo": " (did you mean 'Tempo'?)"}
    state = grafana_state(uids={"loki": None, "tempo": None}, did_you_mean=hints, where=where)
    plan = planned(entry(), state, prune="sources", prune_sources=["tempo"])
    assert coded(plan) == [(number, "data_source_not_found") for number in (1, 1, 0)]
    source, target, pruned = map(str, plan.problems)
    assert "source data source 'loki' does not exist%s" % where in source
    assert "target data source 'tempo' does not exist%s (did you mean 'Tempo'?)" % where in target
    assert "'tempo' in prune_sources does not exist%s (did you mean 'Tempo'?)" % where in pruned


# Entries that repeat or contradict each other


@pytest.mark.parametrize(
    "first, second", [("present", "absent"), ("absent", "present"), ("present", "ignored"), ("ignored", "absent")]
)
@pytest.mark.parametrize("more", [{}, {"uid": "u1"}, {"field": None}])
def test_two_states_for_one_correlation(first, second, more):
    entries = [entry(4, state=first, **more), entry(9, state=second, description="D", **more)]
    plan = planned(entries, [row("u1")])
    assert (9, "contradiction") in coded(plan)
    [message] = [str(problem) for problem in plan.problems if "has state %s" % first in problem.message]
    assert message.startswith("entry 9: ")
    assert "entry 4" in message


@pytest.mark.parametrize("state", ["present", "absent", "ignored"])
def test_the_same_twice(state):
    plan = planned([entry(4, state=state), entry(9, state=state)])
    message = only_problem(plan, "duplicate_entry")
    assert message.startswith("entry 9: ")
    assert "the same as entry 4" in message


def test_the_same_with_a_name_and_with_empty_members():
    state = grafana_state(uids={"Loki": "loki"})
    entries = [entry(1), entry(2, source="Loki", description="", query={}, transformations=[])]
    assert coded(planned(entries, state)) == [(2, "duplicate_entry")]


def test_the_same_as_the_server_keeps_numbers():
    same = [entry(1, query={"a": 1}), entry(2, query={"a": 1.0})]
    assert coded(planned(same)) == [(2, "duplicate_entry")]
    other = [entry(1, query={"a": 1}), entry(2, query={"a": True})]
    assert writes(planned(other)) == [(CREATE, None), (CREATE, None)]


def test_one_uid_twice():
    plan = planned([entry(4, uid="u1"), entry(9, uid="u1", label="other")], [row()])
    message = only_problem(plan, "duplicate_entry")
    assert message.startswith("entry 9: ")
    assert "the same uid as entry 4" in message


def test_entries_of_other_keys_are_no_contradiction():
    others = [
        entry(2, label="x"),
        entry(3, field="x"),
        entry(4, target="x"),
        entry(5, source="x"),
        entry(6, type="external"),
    ]
    plan = planned([entry(1, state="absent"), *others, entry(7, state="absent", field=None)])
    assert writes(plan) == [(CREATE, None)] * 5


def test_what_is_to_be_absent_may_be_described_twice():
    entries = [entry(1, state="absent", description="D"), entry(2, state="absent", description="E")]
    assert writes(planned(entries, [row("u1", description="E"), row("u2", description="D")])) == [
        (DELETE, "u2"),
        (DELETE, "u1"),
    ]
