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
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import differing, text_of, without_editor_members
from ansible_collections.crosslink.grafana.plugins.module_utils._plan import CREATE, DELETE, UPDATE, Plan, Rules, make_plan
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import LOGFMT, URL, entry, row, situation

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
def rows(draw: t.Any, read_only: bool = True, most: int = 6) -> list[Correlation]:
    """Rows with uids u0, u1, ..."""
    found = []
    for number in range(draw(st.integers(0, most))):
        more = draw(KEYS)
        if more["type"] == "external":
            more["query"] = {**URL, **draw(QUERIES)}
        else:
            more["query"] = draw(QUERIES)
        more["read_only"] = read_only and draw(CHANCE)
        found.append(
            row("u%d" % number, field=draw(FIELDS), description=draw(DESCRIPTIONS), transformations=draw(TRANSFORMATIONS), **more)
        )
    return found


@st.composite
def entries(draw: t.Any, states: st.SearchStrategy[str] = STATES, plain: bool = False, least: int = 0, most: int = 5) -> list[Entry]:
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
def rules(draw: t.Any, prune: t.Sequence[str] = ("none", "sources", "all")) -> Rules:
    chosen = draw(st.sampled_from(prune))
    return Rules(
        whole=True,
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
        if action.kind == CREATE:
            uid = action.uid or "n%d" % next(numbers)
            assert uid not in held
            held[uid] = Correlation(uid, action.source, action.target, action.type, dict(action.members), org_id=1)
        else:
            assert action.row is not None
            assert held[action.row.uid] == action.row
            if action.kind == UPDATE:
                held[action.row.uid] = dataclasses.replace(action.row, members={**action.row.members, **action.members})
            else:
                del held[action.row.uid]
    return list(held.values())


def covers(one: Entry, there: Correlation) -> bool:
    """Whether the row is of the entry's key or uid."""
    if one.uid is not None:
        return one.uid == there.uid
    return there.base == (one.source, one.type, one.target, one.label) and one.given.get("config.field") in (None, there.members["config.field"])


def in_scope(source: str, wanted: t.Sequence[Entry], chosen: Rules) -> bool:
    return chosen.prune == "all" or (chosen.prune == "sources" and source in {*chosen.prune_sources, *(one.source for one in wanted)})


def content(source: str, target: str | None, kind: str, members: t.Mapping[str, t.Any]) -> str:
    """What tells two correlations apart, without what the editor adds."""
    return text_of([source, target, kind, {**members, "config.target": without_editor_members(members["config.target"])}])


def without_ignored(wanted: t.Sequence[Entry]) -> list[Entry]:
    return [one for one in wanted if one.state != "ignored"]


def plan_without_mistakes(wanted: t.Sequence[Entry], there: t.Sequence[Correlation], chosen: Rules) -> Plan:
    plan = make_plan(wanted, situation(*there), chosen)
    assume(not plan.mistakes)
    event("%d writes" % len(plan.actions))
    return plan


@settings(max_examples=250)
@given(entries(), rows(), rules())
@example([entry(1, query={"n": 1}), entry(2, query={"n": 1, "key": "k"})], [], Rules(whole=True))
@example([entry(1, query={"n": 1}), entry(2, query={"n": 1, "key": "k"})], [], Rules(whole=True, prune="sources"))
def test_after_a_plan_there_is_nothing_left_to_do(wanted, there, chosen):
    plan = plan_without_mistakes(wanted, there, chosen)
    again = make_plan(wanted, situation(*applied(plan, there)), chosen)
    assert (again.actions, again.mistakes) == ([], [])
    assert len(again.skipped) == len(plan.skipped)


@settings(max_examples=150)
@given(entries(least=1, most=1, states=st.sampled_from(["present", "absent"])), rows(), rules(prune=["none"]))
def test_the_same_for_a_single_module(wanted, there, chosen):
    chosen = dataclasses.replace(chosen, whole=False)
    plan = plan_without_mistakes(wanted, there, chosen)
    again = make_plan(wanted, situation(*applied(plan, there)), chosen)
    assert (again.actions, again.mistakes) == ([], [])


@settings(max_examples=150)
@given(entries(), rows(), rules())
def test_every_present_entry_is_there_afterwards_or_skipped(wanted, there, chosen):
    plan = plan_without_mistakes(wanted, there, chosen)
    after = applied(plan, there)
    skipped = {one.number for one, _row in plan.skipped}
    used: list[str] = []
    for one in wanted:
        done = [action for action in plan.actions if action.entry is one and action.kind != DELETE]
        if one.state != "present":
            assert done == []
            continue
        fates = len(done) + plan.unchanged.count(one)
        if one.number not in skipped:
            assert fates == 1
            equal = [now.uid for now in after if covers(one, now) and not differing({**EMPTY, **one.given}, now.members)]
            if one.number in plan.rows:
                assert plan.rows[one.number].uid in equal
                used.append(plan.rows[one.number].uid)
            else:
                assert any(uid.startswith("n") for uid in equal)
        else:
            assert fates <= 1
    assert len(used) == len(set(used)), "two entries share a row"


@settings(max_examples=150)
@given(entries(), rows(), rules())
def test_what_is_out_of_scope_is_never_touched(wanted, there, chosen):
    plan = plan_without_mistakes(wanted, there, chosen)
    active = without_ignored(wanted)
    for action in plan.actions:
        assert action.row is None or not action.row.read_only
        if action.row is not None and not any(covers(one, action.row) for one in active):
            assert action.kind == DELETE
            assert action.entry is None
            assert in_scope(action.row.source, wanted, chosen)
        if action.entry is None:
            assert action.kind == DELETE
            assert chosen.prune != "none"
        else:
            assert action.row is None or covers(action.entry, action.row)


@settings(max_examples=150)
@given(entries(), rows(), rules())
def test_no_row_that_a_present_entry_has_is_deleted(wanted, there, chosen):
    plan = plan_without_mistakes(wanted, there, chosen)
    deleted = [action.row.uid for action in plan.of_kind(DELETE) if action.row]
    assert len(deleted) == len(set(deleted))
    assert not {found.uid for found in plan.rows.values()}.intersection(deleted)


@settings(max_examples=250)
@given(entries(), rows(), rules())
def test_a_row_of_an_ignored_key_or_uid_is_never_touched(wanted, there, chosen):
    plan = plan_without_mistakes(wanted, there, chosen)
    ignored = [one for one in wanted if one.state == "ignored"]
    assert sorted(one.number for one in plan.ignored) == [one.number for one in ignored]
    pins = {one.uid for one in wanted if one.uid is not None and one.state == "present"}
    for action in plan.actions:
        if action.row is not None and action.row.uid not in pins:
            assert not any(covers(one, action.row) for one in ignored)


@given(entries(), rows(), rules())
def test_creates_come_before_updates_before_deletes(wanted, there, chosen):
    plan = make_plan(wanted, situation(*there), chosen)
    kinds = [action.kind for action in plan.actions]
    assert kinds == sorted(kinds, key=(CREATE, UPDATE, DELETE).index)


@given(entries(), rows(), rules(), st.randoms(use_true_random=False))
def test_the_order_of_rows_means_nothing(wanted, there, chosen, random):
    shuffled = list(there)
    random.shuffle(shuffled)
    assert make_plan(wanted, situation(*shuffled), chosen) == make_plan(wanted, situation(*there), chosen)


@given(entries(), rows(), rules(), st.integers(0, 6))
def test_max_deletions_only_ever_adds_a_mistake(wanted, there, chosen, most):
    free = make_plan(wanted, situation(*there), chosen)
    bound = make_plan(wanted, situation(*there), dataclasses.replace(chosen, max_deletions=most))
    assert bound.actions == free.actions
    assert bound.mistakes[: len(free.mistakes)] == free.mistakes
    assert len(bound.mistakes) - len(free.mistakes) == (1 if len(free.of_kind(DELETE)) > most and not free.mistakes else 0)


def wanted_contents(wanted: t.Sequence[Entry]) -> t.Counter[str]:
    return collections.Counter(
        content(str(one.source), one.target, str(one.type), {**EMPTY, **one.given}) for one in wanted if one.state == "present"
    )


@settings(max_examples=250)
@given(entries(states=st.sampled_from(["present", "present", "present", "absent"]), plain=True), rows(read_only=False), rules(prune=["sources", "all"]))
def test_in_the_scope_of_prune_exactly_what_is_wanted_remains(wanted, there, chosen):
    plan = plan_without_mistakes(wanted, there, chosen)
    remaining = [now for now in applied(plan, there) if in_scope(now.source, wanted, chosen)]
    found = collections.Counter(content(now.source, now.target, now.type, now.members) for now in remaining)
    assert found == wanted_contents(wanted)


@settings(max_examples=250)
@given(entries(plain=True), rows(), rules(prune=["sources", "all"]))
def test_in_the_scope_of_prune_the_rest_is_wanted_provisioned_or_ignored(wanted, there, chosen):
    plan = plan_without_mistakes(wanted, there, chosen)
    left = wanted_contents(wanted)
    for now in applied(plan, there):
        if in_scope(now.source, wanted, chosen) and not now.read_only and not any(one.state == "ignored" and covers(one, now) for one in wanted):
            left.subtract([content(now.source, now.target, now.type, now.members)])
    assert all(count >= 0 for count in left.values())


@settings(max_examples=150)
@given(entries(states=st.just("present"), plain=True), rows(read_only=False), st.sampled_from(["sources", "all"]))
def test_within_prune_a_list_of_different_entries_never_fails(wanted, there, prune):
    seen: dict[str, Entry] = {}
    for one in wanted:
        seen.setdefault(content(str(one.source), one.target, str(one.type), {**EMPTY, **one.given}), one)
    assert make_plan(list(seen.values()), situation(*there), Rules(whole=True, prune=prune)).mistakes == []
