# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which correlation each entry describes."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Origin
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import CREATE, DELETE, UPDATE
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import (
    LOGFMT,
    URL,
    entry,
    grafana_state,
    members,
    pinned,
    row,
)
from ansible_collections.crosslink.grafana.tests.unit.plugins.planning import (
    TOLD_APART,
    changes,
    only_problem,
    planned,
    planned_one,
    writes,
)

# One correlation with the key, or none


@pytest.mark.parametrize("is_list", [True, False])
def test_nothing_fits(is_list):
    desired = entry(description="D", query={"expr": "x"}, transformations=[LOGFMT])
    plan = planned(desired, is_list=is_list)
    [action] = plan.actions
    assert writes(plan) == [(CREATE, None)]
    assert (action.entry, action.existing, action.source, action.target, action.type, action.uid) == (
        desired,
        None,
        "loki",
        "tempo",
        "query",
        None,
    )
    assert action.changes == members(description="D", query={"expr": "x"}, transformations=[LOGFMT])
    assert (plan.unchanged, plan.ignored, plan.skipped, plan.warnings, plan.matched) == ([], [], [], [], {})
    assert action.label == "Logs to traces"


@pytest.mark.parametrize("is_list", [True, False])
def test_a_new_external_one(is_list):
    [action] = planned(entry(type="external"), is_list=is_list).actions
    assert (action.operation, action.target, action.type, action.changes) == (
        CREATE,
        None,
        "external",
        members(query=URL),
    )


@pytest.mark.parametrize("is_list", [True, False])
def test_what_a_new_one_leaves_out_is_empty(is_list):
    [action] = planned(entry(label=""), is_list=is_list).actions
    assert action.changes == members(label="")


@pytest.mark.parametrize("is_list", [True, False])
def test_one_fits_and_is_equal(is_list):
    desired, there = entry(description="D"), row(description="D")
    plan = planned(desired, [there], is_list=is_list)
    assert writes(plan) == []
    assert (plan.unchanged, plan.matched) == ([desired], {1: there})


DIFFERENCES: list[tuple[str, dict[str, t.Any], t.Any]] = [
    ("description", {"description": "D"}, "D"),
    ("config.target", {"query": {"expr": "x"}}, {"expr": "x"}),
    ("config.transformations", {"transformations": [LOGFMT]}, [LOGFMT]),
]


@pytest.mark.parametrize("is_list", [True, False])
@pytest.mark.parametrize("member, more, value", DIFFERENCES)
def test_one_fits_and_differs(member, more, value, is_list):
    desired, there = entry(**more), row()
    plan = planned(desired, [there], is_list=is_list)
    [action] = plan.actions
    assert writes(plan) == [(UPDATE, "u1")]
    assert action.changes == {member: value}
    assert (action.entry, action.existing, action.source, action.target, action.type) == (
        desired,
        there,
        "loki",
        "tempo",
        "query",
    )
    assert (plan.unchanged, plan.matched) == ([], {1: there})


@pytest.mark.parametrize("is_list", [True, False])
@pytest.mark.parametrize(
    "other",
    [
        {"source": "mimir"},
        {"target": "jaeger"},
        {"label": "logs to traces"},
        {"label": ""},
        {"field": "Message"},
        {"field": ""},
        {"type": "external"},
    ],
)
def test_another_key_is_another_correlation(other, is_list):
    assert writes(planned(entry(), [row(**other)], is_list=is_list)) == [(CREATE, None)]


def test_what_the_web_page_leaves_on_an_external_one_counts_for_nothing():
    assert writes(planned(entry(type="external"), [row(type="external")])) == []


def test_an_empty_label_is_a_label():
    correlations = [row("u1"), row("u2", label="")]
    assert planned(entry(label=""), correlations).matched[1].uid == "u2"


def test_numbers_are_compared_as_the_server_keeps_them():
    there = row(query={"a": 12345678901234567000, "b": 1, "c": True})
    assert writes(planned(entry(query={"a": 12345678901234567890, "b": 1.0, "c": True}), [there])) == []
    assert writes(planned(entry(query={"a": 12345678901234567890, "b": 1.0, "c": 1}), [there])) == [(UPDATE, "u1")]


@pytest.mark.parametrize("is_list", [True, False])
def test_what_the_editor_adds_is_no_difference(is_list):
    there = row(query={"expr": "x", "datasource": {"uid": "tempo"}, "key": "Q"})
    assert writes(planned(entry(query={"expr": "x"}), [there], is_list=is_list)) == []
    assert writes(planned(entry(query={"expr": "x", "key": "R"}), [there], is_list=is_list)) == [(UPDATE, "u1")]


@pytest.mark.parametrize("is_list", [True, False])
def test_without_field_any_field_fits(is_list):
    plan = planned(entry(field=None, description="D"), [row(field="other")], is_list=is_list)
    assert changes(plan) == {"description": "D"}


# Several correlations with the key


def test_several_fit_and_exactly_one_equals_all_that_is_given():
    correlations = [
        row("u1", field="a", description="D"),
        row("u2", field="b", description="E"),
        row("u3", field="c", description="D", query={"x": 1}),
    ]
    for desired, uid in ((entry(field=None, description="E"), "u2"), (entry(field=None, query={"x": 1}), "u3")):
        plan = planned_one(desired, correlations, on_duplicate="remove")
        assert writes(plan) == []
        assert plan.matched[1].uid == uid


@pytest.mark.parametrize("is_list", [True, False])
@pytest.mark.parametrize("on_duplicate", ["fail", "remove"])
def test_several_fit_differ_and_none_equals_what_is_given(is_list, on_duplicate):
    correlations = [row("u2", field="b", query={"x": 1}), row("u1", field="a")]
    plan = planned(entry(field=None, description="D"), correlations, is_list=is_list, on_duplicate=on_duplicate)
    message = only_problem(plan, "ambiguous")
    assert message.startswith("entry 1: 2 correlations ")
    assert "differ in config.field, config.target (uids u1, u2)" in message
    assert plan.actions == []


@pytest.mark.parametrize("on_duplicate", ["fail", "remove"])
def test_several_fit_and_more_than_one_equals_what_is_given(on_duplicate):
    correlations = [row("u1", description="D"), row("u2", description="E"), row("u3", transformations=[LOGFMT])]
    plan = planned_one(entry(origin=Origin(), query={}), correlations, on_duplicate=on_duplicate)
    message = only_problem(plan, "ambiguous")
    assert message.startswith("3 correlations ")
    assert "differ in description, config.transformations (uids u1, u2, u3)" in message
    assert plan.actions == []


def test_an_ignored_entry_whose_correlations_another_one_covers_as_well():
    entries = [
        entry(1, state="ignored", field=None),
        entry(2, state="ignored"),
        entry(3, state="ignored", field="other"),
    ]
    [warning] = planned(entries, [row()], prune="sources").warnings
    assert warning.startswith("entry 3: ")
    assert "ignored" in warning


@pytest.mark.parametrize("prune", ["none", "sources"])
@pytest.mark.parametrize("more", [{"datasource": {"uid": "tempo"}}, {"key": "k"}])
@pytest.mark.parametrize("turned", [False, True])
def test_entries_that_differ_in_what_the_editor_adds_each_have_their_correlation(prune, more, turned):
    desired = [entry(1, query={"n": 1}), entry(2, query={"n": 1, **more})]
    correlations = [row("u1", query={"n": 1}), row("u2", query={"n": 1, **more})]
    plan = planned(desired[::-1] if turned else desired, correlations, prune=prune)
    assert (writes(plan), plan.warnings) == ([], [])
    assert {number: found.uid for number, found in plan.matched.items()} == {1: "u1", 2: "u2"}


def test_a_duplicate_beside_entries_that_differ_in_what_the_editor_adds():
    entries = [entry(1, query={"n": 1}), entry(2, query={"n": 1, "key": "k"})]
    correlations = [
        row("u1", query={"n": 1}),
        row("u2", query={"n": 1, "key": "k"}),
        row("u3", query={"n": 1, "key": "k"}),
    ]
    assert writes(planned(entries, correlations, on_duplicate="remove")) == [(DELETE, "u3")]
    message = only_problem(planned(entries, correlations), "duplicates")
    assert message.startswith("entry 2: 2 correlations ")
    assert "(uids u2, u3)" in message


def test_correlations_that_differ_in_what_the_editor_adds_are_no_duplicates():
    correlations = [row("u1", query={"key": "a"}), row("u2", query={"key": "b"})]
    message = only_problem(planned(entry(), correlations, on_duplicate="remove"), "ambiguous")
    assert message.startswith("entry 1: 2 correlations ")
    assert "differ in config.target (uids u1, u2)" in message


@pytest.mark.parametrize("is_list", [True, False])
@pytest.mark.parametrize("more, fits", [({}, True), ({"description": "D"}, False)])
def test_true_duplicates_fail(is_list, more, fits):
    plan = planned(entry(**more), [row("u3"), row("u1"), row("u2")], is_list=is_list)
    message = only_problem(plan, "duplicates")
    assert message.startswith("entry 1: 3 correlations ")
    assert "(uids u1, u2, u3)" in message
    assert "set on_duplicate: remove" in message
    assert len(plan.actions) == (0 if fits else 1)


def test_no_more_than_ten_uids_are_named():
    correlations = [row("u%02d" % number) for number in range(12)]
    message = only_problem(planned(entry(), correlations), "duplicates")
    assert "(uids u00, u01, u02, u03, u04, u05, u06, u07, u08, u09 and 2 more)" in message


@pytest.mark.parametrize("is_list", [True, False])
def test_true_duplicates_are_removed_if_asked(is_list):
    correlations = [row("u2"), row("u3"), row("u1")]
    assert writes(planned(entry(), correlations, is_list=is_list, on_duplicate="remove")) == [
        (DELETE, "u2"),
        (DELETE, "u3"),
    ]
    plan = planned(entry(description="D"), correlations, is_list=is_list, on_duplicate="remove")
    assert writes(plan) == [(UPDATE, "u1"), (DELETE, "u2"), (DELETE, "u3")]
    assert plan.matched[1].uid == "u1"
    assert all(action.entry is not None for action in plan.actions)


def test_of_duplicates_the_provisioned_one_is_kept():
    correlations = [row("u1"), row("u2", read_only=True)]
    plan = planned(entry(), correlations, on_duplicate="remove")
    assert writes(plan) == [(DELETE, "u1")]
    assert plan.matched[1].uid == "u2"


def test_where_a_provisioned_one_is_as_desired_the_others_are_its_duplicates():
    """A provisioned link to a URL may have a target, so they need not be equal in everything."""
    correlations = [row("u1", type="external"), row("u2", type="external", read_only=True), row("u3", type="external")]
    plan = planned(entry(type="external"), correlations)
    message = only_problem(plan, "duplicates")
    assert message.startswith("entry 1: ")
    assert "'Logs to traces' (uid 'u2') is provisioned" in message
    assert "duplicates (uids u1, u3)" in message
    assert "set on_duplicate: remove" in message
    assert plan.matched[1].uid == "u2"


@pytest.mark.parametrize("on_provisioned", ["fail", "skip"])
def test_a_provisioned_duplicate_is_not_removed(on_provisioned):
    correlations = [row("u1", read_only=True), row("u2", read_only=True)]
    plan = planned(entry(), correlations, on_duplicate="remove", on_provisioned=on_provisioned)
    assert plan.actions == []
    if on_provisioned == "skip":
        [message] = plan.warnings
        assert plan.problems == []
        assert message.startswith("entry 1: skipped: ")
    else:
        message = only_problem(plan, "provisioned")
        assert plan.warnings == []
        assert message.startswith("entry 1: ")
        assert "set on_provisioned: skip" in message
    assert "'Logs to traces' (uid 'u2') is provisioned" in message
    assert "duplicate of 'u1'" in message


def test_a_correlation_whose_content_differs_is_never_deleted_as_a_duplicate():
    correlations = [row("u1"), row("u2"), row("u3", description="D")]
    plan = planned(entry(), correlations, on_duplicate="remove")
    assert writes(plan) == [(DELETE, "u2")]
    plan = planned(entry(description="E"), correlations, on_duplicate="remove")
    assert plan.actions == []
    message = only_problem(plan, "ambiguous")
    assert message.startswith("entry 1: 3 correlations ")
    assert "differ in description (" in message


def test_correlations_that_differ_in_what_no_entry_can_say_are_no_duplicates():
    correlations = [row("u1"), row("u2", unknown={"timeRange": {"field": "f"}})]
    plan = planned(entry(), correlations, on_duplicate="remove")
    assert plan.actions == []
    message = only_problem(plan, "ambiguous")
    assert message.startswith("entry 1: 2 correlations ")
    assert "differ in config.timeRange (uids u1, u2)" in message


# What an entry omits


@pytest.mark.parametrize("member, more, value", DIFFERENCES)
def test_left_out_is_unchanged_in_a_single_module_and_empty_in_a_list(member, more, value):
    there = row(**more)
    assert writes(planned_one(entry(), [there])) == []
    empty = {"description": "", "config.target": {}, "config.transformations": []}
    assert changes(planned(entry(), [there])) == {member: empty[member]}


def test_a_field_that_is_left_out_in_a_list_is_unchanged():
    assert writes(planned(entry(field=None), [row(field="any")])) == []
    assert writes(planned(entry(field=None, uid="u1"), [row(field="any")])) == []


@pytest.mark.parametrize("is_list", [True, False])
def test_an_empty_list_removes_transformations(is_list):
    assert changes(planned(entry(transformations=[]), [row(transformations=[LOGFMT])], is_list=is_list)) == {
        "config.transformations": []
    }


def test_a_uid_alone_changes_nothing():
    there = row(description="D", query={"x": 1}, transformations=[LOGFMT])
    plan = planned_one(pinned(), [there])
    assert writes(plan) == []
    assert plan.matched == {1: there}


# By uid


@pytest.mark.parametrize("is_list", [True, False])
def test_a_uid_pins_the_correlation_whose_label_and_field_may_change(is_list):
    correlations = [row("u1"), row("u2")]
    plan = planned(entry(uid="u2", label="new", field="new"), correlations, is_list=is_list)
    assert writes(plan) == [(UPDATE, "u2")]
    assert changes(plan) == {"label": "new", "config.field": "new"}


def test_a_uid_that_does_not_exist():
    plan = planned_one(pinned("u9"), [row()])
    message = only_problem(plan, "correlation_not_found")
    assert message.startswith("There is no correlation with uid 'u9';")
    assert "omit uid" in message
    plan = planned_one(pinned("u9", source="Loki"), [row()])
    assert "uid 'u9' that starts from Loki;" in only_problem(plan, "correlation_not_found")
    message = only_problem(planned(entry(uid="u9"), [row()]), "correlation_not_found")
    assert message.startswith("entry 1: ")
    assert "uid 'u9' that starts from loki;" in message


@pytest.mark.parametrize("is_list", [True, False])
def test_a_uid_that_does_not_exist_is_absent(is_list):
    gone = entry(uid="u9", state="absent")
    plan = planned(gone, [row()], is_list=is_list)
    assert writes(plan) == []
    assert plan.unchanged == [gone]


def test_where_uids_may_be_chosen_a_new_one_gets_the_given_uid():
    [action] = planned(entry(uid="u9"), grafana_state(row(), accepts_client_uid=True)).actions
    assert (action.operation, action.uid, action.source, action.target, action.type) == (
        CREATE,
        "u9",
        "loki",
        "tempo",
        "query",
    )


def test_where_uids_may_be_chosen_the_others_are_not():
    [action] = planned(entry(), grafana_state(accepts_client_uid=True)).actions
    assert action.uid is None


MOVES: list[tuple[dict[str, t.Any], dict[str, t.Any], list[str]]] = [
    ({"source": "mimir"}, {}, ["source (is 'loki', wanted 'mimir')"]),
    ({"target": "jaeger"}, {}, ["target (is 'tempo', wanted 'jaeger')"]),
    ({"type": "external"}, {}, ["type (is 'query', wanted 'external')"]),
    ({"type": "query"}, {"type": "external"}, ["type (is 'external', wanted 'query')"]),
    ({"target": "tempo"}, {"type": "external"}, ["target (is none, wanted 'tempo')"]),
    (
        {"source": "mimir", "target": "jaeger"},
        {},
        ["source (is 'loki', wanted 'mimir')", "target (is 'tempo', wanted 'jaeger')"],
    ),
]


@pytest.mark.parametrize("desired, existing, moved", MOVES)
def test_source_target_and_type_never_change_in_place(desired, existing, moved):
    plan = planned_one(pinned(**desired), [row(**existing)])
    message = only_problem(plan, "immutable")
    assert "correlation 'u1'" in message
    assert message.count("(is ") == len(moved)
    for one in moved:
        assert one in message
    assert plan.actions == []


def test_a_target_that_an_external_one_does_not_have_is_said_in_words():
    message = only_problem(planned_one(pinned(target="tempo"), [row(type="external")]), "immutable")
    assert "target (is none, wanted 'tempo')" in message
    assert "None" not in message


@pytest.mark.parametrize("asked", [{"source": "loki"}, {"source": "Loki"}, {"target": "Tempo"}, {"type": "query"}])
def test_the_same_source_target_and_type_are_fine(asked):
    state = grafana_state(row(), uids={"Loki": "loki", "Tempo": "tempo"})
    assert changes(planned_one(pinned(description="D", **asked), state)) == {"description": "D"}


@pytest.mark.parametrize("state", ["present", "ignored"])
def test_a_pinned_correlation_is_nobody_elses(state):
    by_uid = entry(1, uid="u1", state=state, description="D")
    by_key = entry(2)
    plan = planned([by_key, by_uid], [row("u1", description="D")])
    assert writes(plan) == [(CREATE, None)]
    assert plan.actions[0].entry is by_key


# Absent


@pytest.mark.parametrize("is_list", [True, False])
def test_absent_deletes_every_correlation_of_the_key(is_list):
    correlations = [
        row("u1"),
        row("u2", description="D"),
        row("u3", field="other"),
        row("u4", label="other"),
        row("u5", source="mimir"),
    ]
    gone = entry(state="absent")
    plan = planned(gone, correlations, is_list=is_list)
    assert writes(plan) == [(DELETE, "u1"), (DELETE, "u2")]
    assert [(action.entry, action.source, dict(action.changes)) for action in plan.actions] == [(gone, "loki", {})] * 2
    assert plan.unchanged == []
    assert plan.actions[1].label == "Logs to traces"


def test_absent_without_field_deletes_those_of_every_field():
    correlations = [row("u1"), row("u2", field="other"), row("u3", label="other")]
    assert writes(planned_one(entry(state="absent", field=None), correlations)) == [(DELETE, "u1"), (DELETE, "u2")]


@pytest.mark.parametrize("is_list", [True, False])
def test_absent_leaves_what_does_not_fit_everything_given(is_list):
    correlations = [row("u1", description="D"), row("u2")]
    plan = planned(entry(state="absent", description="D"), correlations, is_list=is_list)
    assert writes(plan) == [(DELETE, "u1")]
    [warning] = plan.warnings
    assert warning.startswith("entry 1: left in place: uid 'u2', ")
    nothing = planned(entry(state="absent", description="E", origin=Origin()), correlations, is_list=is_list)
    assert writes(nothing) == []
    [warning] = nothing.warnings
    assert warning.startswith("Left in place: uid 'u1', uid 'u2', ")
    assert len(nothing.unchanged) == 1


def test_what_other_entries_of_the_key_remove_is_not_said_to_be_left_in_place():
    entries = [entry(1, state="absent", description="D"), entry(2, state="absent", description="E")]
    plan = planned(entries, [row("u1", description="E"), row("u2", description="D"), row("u3", description="F")])
    assert writes(plan) == [(DELETE, "u2"), (DELETE, "u1")]
    [warning] = plan.warnings
    assert warning.startswith("entry 1, entry 2: left in place: uid 'u3', ")


@pytest.mark.parametrize("is_list", [True, False])
def test_nothing_to_remove(is_list):
    gone = entry(state="absent")
    plan = planned(gone, [row(label="other")], is_list=is_list)
    assert writes(plan) == []
    assert (plan.unchanged, plan.warnings) == ([gone], [])


def test_absent_by_uid():
    correlations = [row("u1"), row("u2")]
    assert writes(planned_one(pinned("u2", state="absent"), correlations)) == [(DELETE, "u2")]
    assert writes(planned_one(entry(uid="u2", state="absent"), correlations)) == [(DELETE, "u2")]
    assert writes(planned(entry(uid="u2", state="absent"), correlations)) == [(DELETE, "u2")]


@pytest.mark.parametrize(
    "more",
    [
        {"source": "mimir"},
        {"target": "jaeger"},
        {"type": "external"},
        {"label": "other"},
        {"field": "other"},
        {"description": "D"},
    ],
)
def test_absent_by_uid_leaves_a_correlation_that_is_something_else(more):
    plan = planned_one(pinned("u1", state="absent", **more), [row("u1")])
    assert writes(plan) == []
    [warning] = plan.warnings
    assert warning.startswith("Left in place: uid 'u1', ")


@pytest.mark.parametrize("state", ["present", "ignored"])
@pytest.mark.parametrize("claim", [{"uid": "u1"}, {}])
def test_a_correlation_that_another_entry_claims_is_not_removed(state, claim):
    keeper = entry(1, state=state, **claim)
    for gone in (
        entry(2, state="absent", field=None),
        entry(2, state="absent", uid="u1") if not claim else entry(2, state="absent"),
    ):
        plan = planned([gone, keeper], [row("u1")])
        assert writes(plan) == []
        assert gone in plan.unchanged


def test_what_is_pruned_is_not_said_to_be_left_in_place():
    plan = planned(entry(state="absent", description="E"), [row("u1", description="D")], prune="sources")
    assert (writes(plan), plan.warnings) == ([(DELETE, "u1")], [])


# Several entries of one key


def test_entries_of_one_key_are_matched_by_content_first():
    entries = [entry(1, description="A"), entry(2, description="B"), entry(3, description="C")]
    correlations = [row("u1", description="C"), row("u2", description="A"), row("u3", description="B")]
    plan = planned(entries, correlations)
    assert writes(plan) == []
    assert {number: found.uid for number, found in plan.matched.items()} == {1: "u2", 2: "u3", 3: "u1"}
    assert plan.warnings == []


def test_then_one_to_one_in_the_order_of_uids_with_a_warning():
    entries = [entry(1, description="A"), entry(2, description="B"), entry(3, description="C")]
    correlations = [row("u3", description="Y"), row("u2", description="A"), row("u1", description="X")]
    plan = planned(entries, correlations)
    assert writes(plan) == [(UPDATE, "u1"), (UPDATE, "u3")]
    assert [(action.entry.origin.order if action.entry else 0, dict(action.changes)) for action in plan.actions] == [
        (2, {"description": "B"}),
        (3, {"description": "C"}),
    ]
    [warning] = plan.warnings
    assert warning.startswith("entry 2, entry 3: ")
    assert TOLD_APART in warning


def test_entries_beyond_the_correlations_are_created():
    plan = planned([entry(1, description="A"), entry(2, description="B")], [row("u1", description="X")])
    assert writes(plan) == [(CREATE, None), (UPDATE, "u1")]
    assert [action.entry.origin.order if action.entry else 0 for action in plan.actions] == [2, 1]
    [warning] = plan.warnings
    assert warning.startswith("entry 1, entry 2: ")
    assert TOLD_APART in warning


def test_new_entries_of_one_key_are_all_created_without_a_word():
    plan = planned([entry(1, description="A"), entry(2, description="B")])
    assert writes(plan) == [(CREATE, None), (CREATE, None)]
    assert plan.warnings == []


def test_correlations_beyond_the_entries_are_ambiguous_unless_pruned():
    correlations = [row("u1", description="X"), row("u2", description="Y")]
    message = only_problem(planned(entry(description="A"), correlations), "ambiguous")
    assert message.startswith("entry 1: 2 correlations ")
    assert "differ in description (uids u1, u2)" in message
    for prune in ("sources", "all"):
        plan = planned(entry(description="A"), correlations, prune=prune)
        assert writes(plan) == [(UPDATE, "u1"), (DELETE, "u2")]
        [warning] = plan.warnings
        assert warning.startswith("entry 1: ")
        assert TOLD_APART in warning
        assert plan.actions[1].entry is None


def test_duplicates_are_leftovers_where_pruned():
    plan = planned(entry(), [row("u1"), row("u2")], prune="sources", on_duplicate="fail")
    assert writes(plan) == [(DELETE, "u2")]
    assert (plan.actions[0].entry, plan.warnings) == (None, [])


def test_correlations_that_equal_the_entry_but_for_the_editor_are_leftovers_where_pruned():
    correlations = [row("u1", query={"key": "a"}), row("u2", query={"key": "b"})]
    assert writes(planned(entry(), correlations, prune="sources")) == [(DELETE, "u2")]


def test_where_pruned_the_provisioned_one_that_is_equal_is_kept():
    correlations = [row("u1"), row("u2", read_only=True)]
    plan = planned(entry(), correlations, prune="sources")
    assert writes(plan) == [(DELETE, "u1")]
    assert plan.matched[1].uid == "u2"


def test_where_pruned_a_writable_correlation_is_updated_rather_than_a_provisioned_one():
    correlations = [row("u1", description="X", read_only=True), row("u2", description="Y")]
    assert writes(planned(entry(description="A"), correlations, prune="sources")) == [(UPDATE, "u2")]


def test_entries_without_field_take_what_the_others_leave():
    entries = [entry(1, field=None, description="A"), entry(2, field="b", description="B")]
    correlations = [row("u1", field="b"), row("u2", field="a")]
    plan = planned(entries, correlations)
    assert {number: found.uid for number, found in plan.matched.items()} == {1: "u2", 2: "u1"}


# Ignored


@pytest.mark.parametrize("prune", ["none", "sources", "all"])
@pytest.mark.parametrize("more", [{}, {"field": None}, {"uid": "u1"}])
def test_ignored_correlations_are_left_be_and_never_pruned(prune, more):
    left = entry(state="ignored", description="nothing like it", **more)
    plan = planned(left, [row("u1")], prune=prune)
    assert writes(plan) == []
    assert (plan.ignored, plan.unchanged) == ([left], [])


def test_every_correlation_of_an_ignored_key_is_left_be():
    correlations = [row("u1"), row("u2"), row("u3", description="D"), row("u4", field="other")]
    assert writes(planned(entry(state="ignored"), correlations, prune="sources")) == [(DELETE, "u4")]
    assert writes(planned(entry(state="ignored", field=None), correlations, prune="sources")) == []


def test_a_uid_or_key_that_is_ignored_need_not_be_there():
    for left in (entry(state="ignored"), entry(state="ignored", uid="u9")):
        plan = planned(left, [row("u1", label="other")])
        assert writes(plan) == []
        assert plan.ignored == [left]


def test_an_entry_without_field_does_not_touch_an_ignored_correlation():
    entries = [entry(1, state="ignored", field="a"), entry(2, field=None, description="D")]
    plan = planned(entries, [row("u1", field="a")])
    assert plan.actions == []


def test_an_ignored_entry_without_field_covers_what_others_describe():
    entries = [entry(1), entry(2, state="ignored", field=None)]
    plan = planned(entries, [row("u1"), row("u2")], on_duplicate="remove")
    message = only_problem(plan, "contradiction")
    assert message.startswith("entry 1: entry 2, ")
    assert "state ignored" in message
    assert plan.actions_of(DELETE) == []


@pytest.mark.parametrize("left", [{}, {"field": None}])
def test_a_pinned_correlation_that_is_ignored_by_its_key(left):
    entries = [entry(1, uid="u1", description="D"), entry(2, state="ignored", **left)]
    plan = planned(entries, [row("u1")])
    message = only_problem(plan, "contradiction")
    assert message.startswith("entry 1: entry 2, ")
    assert "state ignored" in message
    assert plan.actions == []


def test_what_is_ignored_without_field_may_be_absent_with_it():
    """The ignored entry wins: nothing is deleted."""
    gone = entry(1, state="absent")
    plan = planned([gone, entry(2, state="ignored", field=None)], [row("u1")])
    assert plan.actions_of(DELETE) == []


@pytest.mark.parametrize("uid", [".", ".."])
def test_a_uid_that_no_url_can_carry_is_not_created(uid):
    plan = planned(entry(uid=uid), grafana_state(accepts_client_uid=True))
    assert "uid is '%s'" % uid in only_problem(plan, "invalid_value")
    plan = planned(entry(uid=uid), grafana_state())
    assert only_problem(plan, "correlation_not_found")


def test_what_an_entry_with_a_uid_describes_is_not_created_again():
    there = row("u1", description="D")
    plan = planned([entry(1, uid="u1", description="D"), entry(2, description="D")], [there])
    assert "it is the same as the correlation that entry 1" in only_problem(plan, "duplicate_entry")
    plan = planned([entry(1, uid="u1", description="D"), entry(2, description="other")], [there])
    assert writes(plan) == [("create", None)]
