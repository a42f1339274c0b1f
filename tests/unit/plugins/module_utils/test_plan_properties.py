# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for every plan, tried on a Grafana in memory."""

from __future__ import annotations

import collections
import dataclasses
import itertools
import typing as t

from hypothesis import assume, event, example, given, settings
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import (
    canonical_json,
    differing,
    without_editor_members,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._plan import make_plan
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import (
    CREATE,
    DELETE,
    UPDATE,
    Plan,
    PlanOptions,
)
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import LOGFMT, URL, entry, grafana_state, row

SOURCES = ["loki", "mimir"]
EMPTY = {"label": "", "description": "", "config.target": {}, "config.transformations": []}

KEYS = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["loki", "loki", "mimir"]),
        "label": st.sampled_from(["a", "a", "b", ""]),
        "type": st.sampled_from(["query", "query", "external"]),
    }
)
FIELDS = st.sampled_from(["f", "f", "g"])
DESCRIPTIONS = st.sampled_from(["", "x", "y"])
QUERIES = st.sampled_from([{}, {}, {"n": 1}, {"n": 1.0}, {"n": True}, {"n": 1, "key": "k"}])
TRANSFORMATIONS = st.sampled_from([[], [], [LOGFMT]])
STATES = st.sampled_from(["present", "present", "present", "absent", "ignored"])
UIDS = st.sampled_from(["u0", "u1", "u2", "u9"])
CHANCE = st.integers(0, 4).map(lambda number: number == 4)


@st.composite
def correlations(draw: t.Any, read_only: bool = True, most: int = 6) -> list[Correlation]:
    """Correlations with uids u0, u1, ..."""
    found = []
    for number in range(draw(st.integers(0, most))):
        more = draw(KEYS)
        if more["type"] == "external":
            more["query"] = {**URL, **draw(QUERIES)}
        else:
            more["query"] = draw(QUERIES)
        more["read_only"] = read_only and draw(CHANCE)
        found.append(
            row(
                "u%d" % number,
                field=draw(FIELDS),
                description=draw(DESCRIPTIONS),
                transformations=draw(TRANSFORMATIONS),
                **more,
            )
        )
    return found


@st.composite
def entries(
    draw: t.Any, states: st.SearchStrategy[str] = STATES, plain: bool = False, least: int = 0, most: int = 5
) -> list[Entry]:
    """Entries numbered from 1; plain ones have a field and no uid."""
    found = []
    for number in range(1, draw(st.integers(least, most)) + 1):
        more: dict[str, t.Any] = {**draw(KEYS), "state": draw(states), "field": draw(FIELDS)}
        if not plain and draw(CHANCE):
            more["field"] = None
        if not plain and draw(CHANCE):
            more["uid"] = draw(UIDS)
        if draw(st.booleans()):
            more["description"] = draw(DESCRIPTIONS)
        if draw(st.booleans()):
            query = draw(QUERIES)
            more["query"] = {**URL, **query} if more["type"] == "external" else query
        if draw(st.booleans()):
            more["transformations"] = draw(TRANSFORMATIONS)
        found.append(entry(number, **more))
    return found


@st.composite
def options(draw: t.Any, prune: t.Sequence[str] = ("none", "sources", "all")) -> PlanOptions:
    chosen = draw(st.sampled_from(prune))
    return PlanOptions(
        is_list=True,
        on_duplicate=draw(st.sampled_from(["fail", "remove"])),
        on_provisioned=draw(st.sampled_from(["fail", "skip"])),
        prune=chosen,
        prune_sources=draw(st.sampled_from([[], ["mimir"]])) if chosen == "sources" else [],
    )


def applied(plan: Plan, there: t.Sequence[Correlation]) -> list[Correlation]:
    """What Grafana holds after the plan."""
    held = {one.uid: one for one in there}
    numbers = itertools.count()
    for action in plan.actions:
        if action.operation == CREATE:
            uid = action.uid or "n%d" % next(numbers)
            assert uid not in held
            held[uid] = Correlation(uid, action.source, action.target, action.type, dict(action.changes), org_id=1)
        else:
            assert action.existing is not None
            assert held[action.existing.uid] == action.existing
            if action.operation == UPDATE:
                held[action.existing.uid] = dataclasses.replace(
                    action.existing, members={**action.existing.members, **action.changes}
                )
            else:
                del held[action.existing.uid]
    return list(held.values())


def covers(one: Entry, there: Correlation) -> bool:
    """Whether the correlation has the key or the uid of the entry."""
    if one.uid is not None:
        return one.uid == there.uid
    return there.key_without_field == (one.source, one.type, one.target, one.label) and one.members.get(
        "config.field"
    ) in (None, there.members["config.field"])


def in_scope(source: str, desired: t.Sequence[Entry], chosen: PlanOptions) -> bool:
    return chosen.prune == "all" or (
        chosen.prune == "sources" and source in {*chosen.prune_sources, *(one.source for one in desired)}
    )


def content(source: str, target: str | None, kind: str, members: t.Mapping[str, t.Any]) -> str:
    """What tells two correlations apart, without what the editor adds."""
    return canonical_json(
        [source, target, kind, {**members, "config.target": without_editor_members(members["config.target"])}]
    )


def without_ignored(desired: t.Sequence[Entry]) -> list[Entry]:
    return [one for one in desired if one.state != "ignored"]


def plan_without_problems(desired: t.Sequence[Entry], there: t.Sequence[Correlation], chosen: PlanOptions) -> Plan:
    plan = make_plan(desired, grafana_state(*there), chosen)
    assume(not plan.problems)
    event("%d writes" % len(plan.actions))
    return plan


@settings(max_examples=250)
@given(entries(), correlations(), options())
@example([entry(1, query={"n": 1}), entry(2, query={"n": 1, "key": "k"})], [], PlanOptions(is_list=True))
@example(
    [entry(1, query={"n": 1}), entry(2, query={"n": 1, "key": "k"})], [], PlanOptions(is_list=True, prune="sources")
)
def test_after_a_plan_there_is_nothing_left_to_do(desired, there, chosen):
    plan = plan_without_problems(desired, there, chosen)
    again = make_plan(desired, grafana_state(*applied(plan, there)), chosen)
    assert (again.actions, again.problems) == ([], [])
    assert len(again.skipped) == len(plan.skipped)


@settings(max_examples=150)
@given(entries(least=1, most=1, states=st.sampled_from(["present", "absent"])), correlations(), options(prune=["none"]))
def test_the_same_for_a_single_module(desired, there, chosen):
    chosen = dataclasses.replace(chosen, is_list=False)
    plan = plan_without_problems(desired, there, chosen)
    again = make_plan(desired, grafana_state(*applied(plan, there)), chosen)
    assert (again.actions, again.problems) == ([], [])


@settings(max_examples=150)
@given(entries(), correlations(), options())
def test_every_present_entry_is_there_afterwards_or_skipped(desired, there, chosen):
    plan = plan_without_problems(desired, there, chosen)
    after = applied(plan, there)
    skipped = {one.entry.origin.order for one in plan.skipped}
    used: list[str] = []
    for one in desired:
        done = [action for action in plan.actions if action.entry is one and action.operation != DELETE]
        if one.state != "present":
            assert done == []
            continue
        fates = len(done) + plan.unchanged.count(one)
        if one.origin.order not in skipped:
            assert fates == 1
            equal = [
                now.uid for now in after if covers(one, now) and not differing({**EMPTY, **one.members}, now.members)
            ]
            if one.origin.order in plan.matched:
                assert plan.matched[one.origin.order].uid in equal
                used.append(plan.matched[one.origin.order].uid)
            else:
                assert any(uid.startswith("n") for uid in equal)
        else:
            assert fates <= 1
    assert len(used) == len(set(used)), "two entries share a correlation"


@settings(max_examples=150)
@given(entries(), correlations(), options())
def test_what_is_out_of_scope_is_never_touched(desired, there, chosen):
    plan = plan_without_problems(desired, there, chosen)
    active = without_ignored(desired)
    for action in plan.actions:
        assert action.existing is None or not action.existing.read_only
        if action.existing is not None and not any(covers(one, action.existing) for one in active):
            assert action.operation == DELETE
            assert action.entry is None
            assert in_scope(action.existing.source, desired, chosen)
        if action.entry is None:
            assert action.operation == DELETE
            assert chosen.prune != "none"
        else:
            assert action.existing is None or covers(action.entry, action.existing)


@settings(max_examples=150)
@given(entries(), correlations(), options())
def test_no_correlation_that_a_present_entry_has_is_deleted(desired, there, chosen):
    plan = plan_without_problems(desired, there, chosen)
    deleted = [action.existing.uid for action in plan.actions_of(DELETE) if action.existing]
    assert len(deleted) == len(set(deleted))
    assert not {found.uid for found in plan.matched.values()}.intersection(deleted)


@settings(max_examples=250)
@given(entries(), correlations(), options())
def test_a_correlation_of_an_ignored_key_or_uid_is_never_touched(desired, there, chosen):
    plan = plan_without_problems(desired, there, chosen)
    ignored = [one for one in desired if one.state == "ignored"]
    assert sorted(one.origin.order for one in plan.ignored) == [one.origin.order for one in ignored]
    pins = {one.uid for one in desired if one.uid is not None and one.state == "present"}
    for action in plan.actions:
        if action.existing is not None and action.existing.uid not in pins:
            assert not any(covers(one, action.existing) for one in ignored)


@given(entries(), correlations(), options())
def test_creates_come_before_updates_before_deletes(desired, there, chosen):
    plan = make_plan(desired, grafana_state(*there), chosen)
    operations = [action.operation for action in plan.actions]
    assert operations == sorted(operations, key=(CREATE, UPDATE, DELETE).index)


@given(entries(), correlations(), options(), st.randoms(use_true_random=False))
def test_the_order_of_correlations_means_nothing(desired, there, chosen, random):
    shuffled = list(there)
    random.shuffle(shuffled)
    assert make_plan(desired, grafana_state(*shuffled), chosen) == make_plan(desired, grafana_state(*there), chosen)


@given(entries(), correlations(), options(), st.integers(0, 6))
def test_max_deletions_only_ever_adds_a_problem(desired, there, chosen, most):
    free = make_plan(desired, grafana_state(*there), chosen)
    bound = make_plan(desired, grafana_state(*there), dataclasses.replace(chosen, max_deletions=most))
    assert bound.actions == free.actions
    assert bound.problems[: len(free.problems)] == free.problems
    assert len(bound.problems) - len(free.problems) == (
        1 if len(free.actions_of(DELETE)) > most and not free.problems else 0
    )


def desired_contents(desired: t.Sequence[Entry]) -> t.Counter[str]:
    return collections.Counter(
        content(str(one.source), one.target, str(one.type), {**EMPTY, **one.members})
        for one in desired
        if one.state == "present"
    )


@settings(max_examples=250)
@given(
    entries(states=st.sampled_from(["present", "present", "present", "absent"]), plain=True),
    correlations(read_only=False),
    options(prune=["sources", "all"]),
)
def test_in_the_scope_of_prune_exactly_what_is_wanted_remains(desired, there, chosen):
    plan = plan_without_problems(desired, there, chosen)
    remaining = [now for now in applied(plan, there) if in_scope(now.source, desired, chosen)]
    found = collections.Counter(content(now.source, now.target, now.type, now.members) for now in remaining)
    assert found == desired_contents(desired)


@settings(max_examples=250)
@given(entries(plain=True), correlations(), options(prune=["sources", "all"]))
def test_in_the_scope_of_prune_the_rest_is_wanted_provisioned_or_ignored(desired, there, chosen):
    plan = plan_without_problems(desired, there, chosen)
    left = desired_contents(desired)
    for now in applied(plan, there):
        if (
            in_scope(now.source, desired, chosen)
            and not now.read_only
            and not any(one.state == "ignored" and covers(one, now) for one in desired)
        ):
            left.subtract([content(now.source, now.target, now.type, now.members)])
    assert all(count >= 0 for count in left.values())


@settings(max_examples=150)
@given(
    entries(states=st.just("present"), plain=True), correlations(read_only=False), st.sampled_from(["sources", "all"])
)
def test_within_prune_a_list_of_different_entries_never_fails(desired, there, prune):
    seen: dict[str, Entry] = {}
    for one in desired:
        seen.setdefault(content(str(one.source), one.target, str(one.type), {**EMPTY, **one.members}), one)
    assert make_plan(list(seen.values()), grafana_state(*there), PlanOptions(is_list=True, prune=prune)).problems == []
