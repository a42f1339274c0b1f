# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From entries and rows to what is written."""

from __future__ import annotations

import cProfile
import json
import pstats
import subprocess
import sys
import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._plan import CREATE, DELETE, UPDATE, Plan, Rules, make_plan, said
from ansible_collections.crosslink.grafana.plugins.module_utils._grafana_state import Situation
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import LOGFMT, URL, entry, members, pinned, row, situation

URL_MISSING = "config.target.url is missing: a correlation of type external needs the URL that it opens"
FIELD_MISSING = "config.field is missing: a new correlation needs the field of the source's results that it starts from"
TOLD_APART = (
    "several entries or correlations share one key and differ, so they were matched in the order of their uids; "
    "a config.field or label of its own tells each apart."
)

Rows = t.Sequence[Correlation]


def planned(entries: Entry | t.Sequence[Entry], where: Situation | Rows = (), **rules: t.Any) -> Plan:
    """The plan of a list."""
    rules.setdefault("whole", True)
    found = where if isinstance(where, Situation) else situation(*where)
    return make_plan([entries] if isinstance(entries, Entry) else entries, found, Rules(**rules))


def one(entry_: Entry, where: Situation | Rows = (), **rules: t.Any) -> Plan:
    """The plan of a single module."""
    return planned(entry_, where, whole=False, **rules)


def writes(plan: Plan) -> list[tuple[str, str | None]]:
    """The actions as kind and uid; in a plan without mistakes."""
    assert plan.mistakes == []
    return [(action.kind, action.row.uid if action.row else None) for action in plan.actions]


def sentences(plan: Plan) -> list[str]:
    return [sentence for _number, sentence in plan.mistakes]


def changes(plan: Plan) -> dict[str, t.Any]:
    """The members that the only action of the plan changes."""
    [action] = plan.actions
    assert action.kind == UPDATE
    return dict(action.members)


# The key: one row or none


@pytest.mark.parametrize("whole", [True, False])
def test_nothing_fits(whole):
    wanted = entry(description="D", query={"expr": "x"}, transformations=[LOGFMT])
    plan = planned(wanted, whole=whole)
    [action] = plan.actions
    assert writes(plan) == [(CREATE, None)]
    assert (action.entry, action.row, action.source, action.target, action.type, action.uid) == (wanted, None, "loki", "tempo", "query", None)
    assert action.members == members(description="D", query={"expr": "x"}, transformations=[LOGFMT])
    assert (plan.unchanged, plan.ignored, plan.skipped, plan.warnings, plan.rows) == ([], [], [], [], {})
    assert action.label == "Logs to traces"


@pytest.mark.parametrize("whole", [True, False])
def test_a_new_external_one(whole):
    [action] = planned(entry(type="external"), whole=whole).actions
    assert (action.kind, action.target, action.type, action.members) == (CREATE, None, "external", members(query=URL))


@pytest.mark.parametrize("whole", [True, False])
def test_what_a_new_one_leaves_out_is_empty(whole):
    [action] = planned(entry(label=""), whole=whole).actions
    assert action.members == members(label="")


@pytest.mark.parametrize("whole", [True, False])
def test_one_fits_and_is_equal(whole):
    wanted, there = entry(description="D"), row(description="D")
    plan = planned(wanted, [there], whole=whole)
    assert writes(plan) == []
    assert (plan.unchanged, plan.rows) == ([wanted], {1: there})


DIFFERENCES: list[tuple[str, dict[str, t.Any], t.Any]] = [
    ("description", {"description": "D"}, "D"),
    ("config.target", {"query": {"expr": "x"}}, {"expr": "x"}),
    ("config.transformations", {"transformations": [LOGFMT]}, [LOGFMT]),
]


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("member, more, value", DIFFERENCES)
def test_one_fits_and_differs(member, more, value, whole):
    wanted, there = entry(**more), row()
    plan = planned(wanted, [there], whole=whole)
    [action] = plan.actions
    assert writes(plan) == [(UPDATE, "u1")]
    assert action.members == {member: value}
    assert (action.entry, action.row, action.source, action.target, action.type) == (wanted, there, "loki", "tempo", "query")
    assert (plan.unchanged, plan.rows) == ([], {1: there})


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(
    "other",
    [{"source": "mimir"}, {"target": "jaeger"}, {"label": "logs to traces"}, {"label": ""}, {"field": "Message"}, {"field": ""}, {"type": "external"}],
)
def test_another_key_is_another_correlation(other, whole):
    assert writes(planned(entry(), [row(**other)], whole=whole)) == [(CREATE, None)]


def test_what_the_web_page_leaves_on_an_external_one_counts_for_nothing():
    assert writes(planned(entry(type="external"), [row(type="external")])) == []


def test_an_empty_label_is_a_label():
    rows = [row("u1"), row("u2", label="")]
    assert planned(entry(label=""), rows).rows[1].uid == "u2"


def test_numbers_are_compared_as_the_server_keeps_them():
    there = row(query={"a": 12345678901234567000, "b": 1, "c": True})
    assert writes(planned(entry(query={"a": 12345678901234567890, "b": 1.0, "c": True}), [there])) == []
    assert writes(planned(entry(query={"a": 12345678901234567890, "b": 1.0, "c": 1}), [there])) == [(UPDATE, "u1")]


@pytest.mark.parametrize("whole", [True, False])
def test_what_the_editor_adds_is_no_difference(whole):
    there = row(query={"expr": "x", "datasource": {"uid": "tempo"}, "key": "Q"})
    assert writes(planned(entry(query={"expr": "x"}), [there], whole=whole)) == []
    assert writes(planned(entry(query={"expr": "x", "key": "R"}), [there], whole=whole)) == [(UPDATE, "u1")]


@pytest.mark.parametrize("whole", [True, False])
def test_without_field_any_field_fits(whole):
    plan = planned(entry(field=None, description="D"), [row(field="other")], whole=whole)
    assert changes(plan) == {"description": "D"}


@pytest.mark.parametrize("whole, place", [(True, "entry 1: "), (False, "")])
def test_a_new_one_needs_a_field(whole, place):
    without = entry(field=None) if whole else entry(field=None, place="")
    assert sentences(planned(without, whole=whole)) == [place + FIELD_MISSING]
    assert sentences(planned(entry(field=""), whole=whole)) == ["entry 1: " + FIELD_MISSING]


def test_a_new_external_one_needs_a_url():
    assert sentences(one(entry(type="external", query=None, place=""))) == [URL_MISSING]


def test_an_external_one_that_is_there_needs_no_url():
    there = row(type="external")
    assert changes(one(entry(type="external", query=None, description="D"), [there])) == {"description": "D"}


def test_names_are_looked_up():
    where = situation(row(), uids={"Loki": "loki", "Tempo": "tempo"})
    assert writes(planned(entry(source="Loki", target="Tempo"), where)) == []
    [action] = planned(entry(source="Loki", target="Tempo", label="new"), where).actions
    assert (action.source, action.target) == ("loki", "tempo")


# The key: several rows


def test_several_fit_and_exactly_one_equals_all_that_is_given():
    rows = [row("u1", field="a", description="D"), row("u2", field="b", description="E"), row("u3", field="c", description="D", query={"x": 1})]
    for wanted, uid in ((entry(field=None, description="E"), "u2"), (entry(field=None, query={"x": 1}), "u3")):
        plan = one(wanted, rows, on_duplicate="remove")
        assert writes(plan) == []
        assert plan.rows[1].uid == uid


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("on_duplicate", ["fail", "remove"])
def test_several_fit_differ_and_none_equals_what_is_given(whole, on_duplicate):
    rows = [row("u2", field="b", query={"x": 1}), row("u1", field="a")]
    plan = planned(entry(field=None, description="D"), rows, whole=whole, on_duplicate=on_duplicate)
    assert sentences(plan) == [
        "entry 1: 2 correlations fit it and differ in config.field, config.target (uids u1, u2): "
        "give config.field, or the uid of the one that is meant, or delete the others"
    ]
    assert plan.actions == []


@pytest.mark.parametrize("on_duplicate", ["fail", "remove"])
def test_several_fit_and_more_than_one_equals_what_is_given(on_duplicate):
    rows = [row("u1", description="D"), row("u2", description="E"), row("u3", transformations=[LOGFMT])]
    plan = one(entry(place="", query={}), rows, on_duplicate=on_duplicate)
    assert sentences(plan) == [
        "3 correlations fit it and differ in description, config.transformations (uids u1, u2, u3): "
        "give config.field, or the uid of the one that is meant, or delete the others"
    ]
    assert plan.actions == []


def test_an_ignored_entry_whose_rows_another_one_covers_as_well():
    wanted = [entry(1, state="ignored", field=None), entry(2, state="ignored"), entry(3, state="ignored", field="other")]
    plan = planned(wanted, [row()], prune="sources")
    assert plan.warnings == ["entry 3: state ignored covers no correlation."]


@pytest.mark.parametrize("prune", ["none", "sources"])
@pytest.mark.parametrize("more", [{"datasource": {"uid": "tempo"}}, {"key": "k"}])
@pytest.mark.parametrize("turned", [False, True])
def test_entries_that_differ_in_what_the_editor_adds_each_have_their_row(prune, more, turned):
    wanted = [entry(1, query={"n": 1}), entry(2, query={"n": 1, **more})]
    rows = [row("u1", query={"n": 1}), row("u2", query={"n": 1, **more})]
    plan = planned(wanted[::-1] if turned else wanted, rows, prune=prune)
    assert (writes(plan), plan.warnings) == ([], [])
    assert {number: found.uid for number, found in plan.rows.items()} == {1: "u1", 2: "u2"}


def test_a_duplicate_beside_entries_that_differ_in_what_the_editor_adds():
    wanted = [entry(1, query={"n": 1}), entry(2, query={"n": 1, "key": "k"})]
    rows = [row("u1", query={"n": 1}), row("u2", query={"n": 1, "key": "k"}), row("u3", query={"n": 1, "key": "k"})]
    assert writes(planned(wanted, rows, on_duplicate="remove")) == [(DELETE, "u3")]
    assert sentences(planned(wanted, rows)) == [
        "entry 2: 2 correlations are equal to each other in everything (uids u2, u3): delete all but one, or set on_duplicate: remove"
    ]


def test_rows_that_differ_in_what_the_editor_adds_are_no_duplicates():
    rows = [row("u1", query={"key": "a"}), row("u2", query={"key": "b"})]
    [sentence] = sentences(planned(entry(), rows, on_duplicate="remove"))
    assert sentence.startswith("entry 1: 2 correlations fit it and differ in config.target (uids u1, u2): ")


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("more, fits", [({}, True), ({"description": "D"}, False)])
def test_true_duplicates_fail(whole, more, fits):
    plan = planned(entry(**more), [row("u3"), row("u1"), row("u2")], whole=whole)
    assert sentences(plan) == [
        "entry 1: 3 correlations are equal to each other in everything (uids u1, u2, u3): delete all but one, or set on_duplicate: remove"
    ]
    assert len(plan.actions) == (0 if fits else 1)


def test_no_more_than_ten_uids_are_named():
    rows = [row("u%02d" % number) for number in range(12)]
    [sentence] = sentences(planned(entry(), rows))
    assert "(uids u00, u01, u02, u03, u04, u05, u06, u07, u08, u09 and 2 more)" in sentence


@pytest.mark.parametrize("whole", [True, False])
def test_true_duplicates_are_removed_if_asked(whole):
    rows = [row("u2"), row("u3"), row("u1")]
    assert writes(planned(entry(), rows, whole=whole, on_duplicate="remove")) == [(DELETE, "u2"), (DELETE, "u3")]
    plan = planned(entry(description="D"), rows, whole=whole, on_duplicate="remove")
    assert writes(plan) == [(UPDATE, "u1"), (DELETE, "u2"), (DELETE, "u3")]
    assert plan.rows[1].uid == "u1"
    assert all(action.entry is not None for action in plan.actions)


def test_of_duplicates_the_provisioned_one_is_kept():
    rows = [row("u1"), row("u2", read_only=True)]
    plan = planned(entry(), rows, on_duplicate="remove")
    assert writes(plan) == [(DELETE, "u1")]
    assert plan.rows[1].uid == "u2"


def test_where_a_provisioned_one_is_as_wanted_the_others_are_its_duplicates():
    """A provisioned link to a URL may have a target, so they need not be equal in everything."""
    rows = [row("u1", type="external"), row("u2", type="external", read_only=True), row("u3", type="external")]
    plan = planned(entry(type="external"), rows)
    assert sentences(plan) == [
        "entry 1: the correlation 'Logs to traces' (uid 'u2') is provisioned and has duplicates (uids u1, u3): "
        "delete these, or set on_duplicate: remove"
    ]
    assert plan.rows[1].uid == "u2"


@pytest.mark.parametrize("rule", ["fail", "skip"])
def test_a_provisioned_duplicate_is_not_removed(rule):
    rows = [row("u1", read_only=True), row("u2", read_only=True)]
    plan = planned(entry(), rows, on_duplicate="remove", on_provisioned=rule)
    what = "the correlation 'Logs to traces' (uid 'u2') is provisioned and is a duplicate of 'u1'"
    assert plan.actions == []
    if rule == "skip":
        assert plan.warnings == ["entry 1: skipped: %s." % what]
    else:
        assert sentences(plan) == ["entry 1: %s: change it where it is provisioned, or set on_provisioned: skip to leave it" % what]


def test_a_row_whose_content_differs_is_never_deleted_as_a_duplicate():
    rows = [row("u1"), row("u2"), row("u3", description="D")]
    plan = planned(entry(), rows, on_duplicate="remove")
    assert writes(plan) == [(DELETE, "u2")]
    assert sentences(planned(entry(description="E"), rows, on_duplicate="remove"))[0].startswith("entry 1: 3 correlations fit it and differ in description")


def test_rows_that_differ_in_what_no_entry_can_say_are_no_duplicates():
    rows = [row("u1"), row("u2", unknown={"timeRange": {"field": "f"}})]
    assert sentences(planned(entry(), rows, on_duplicate="remove")) == [
        "entry 1: 2 correlations fit it and differ in config.timeRange (uids u1, u2): "
        "give config.field, or the uid of the one that is meant, or delete the others"
    ]


# What is left out


@pytest.mark.parametrize("member, more, value", DIFFERENCES)
def test_left_out_is_unchanged_in_a_single_module_and_empty_in_a_list(member, more, value):
    there = row(**more)
    assert writes(one(entry(), [there])) == []
    empty = {"description": "", "config.target": {}, "config.transformations": []}
    assert changes(planned(entry(), [there])) == {member: empty[member]}


def test_a_field_that_is_left_out_in_a_list_is_unchanged():
    assert writes(planned(entry(field=None), [row(field="any")])) == []
    assert writes(planned(entry(field=None, uid="u1"), [row(field="any")])) == []


@pytest.mark.parametrize("whole", [True, False])
def test_an_empty_list_removes_transformations(whole):
    assert changes(planned(entry(transformations=[]), [row(transformations=[LOGFMT])], whole=whole)) == {"config.transformations": []}


def test_a_uid_alone_changes_nothing():
    there = row(description="D", query={"x": 1}, transformations=[LOGFMT])
    plan = one(pinned(), [there])
    assert writes(plan) == []
    assert plan.rows == {1: there}


# By uid


@pytest.mark.parametrize("whole", [True, False])
def test_a_uid_pins_the_row_whose_label_and_field_may_change(whole):
    rows = [row("u1"), row("u2")]
    plan = planned(entry(uid="u2", label="new", field="new"), rows, whole=whole)
    assert writes(plan) == [(UPDATE, "u2")]
    assert changes(plan) == {"label": "new", "config.field": "new"}


def test_a_uid_that_does_not_exist():
    rest = "leave uid out to add a new one (its source, target and type cannot change: to move it, add the new one and remove the old)"
    assert sentences(one(pinned("u9"), [row()])) == ["There is no correlation with uid 'u9'; " + rest]
    assert sentences(one(pinned("u9", source="Loki"), [row()])) == ["There is no correlation with uid 'u9' that starts at Loki; " + rest]
    assert sentences(planned(entry(uid="u9"), [row()])) == ["entry 1: there is no correlation with uid 'u9' that starts at loki; " + rest]


@pytest.mark.parametrize("whole", [True, False])
def test_a_uid_that_does_not_exist_is_absent(whole):
    gone = entry(uid="u9", state="absent")
    plan = planned(gone, [row()], whole=whole)
    assert writes(plan) == []
    assert plan.unchanged == [gone]


def test_where_uids_may_be_chosen_a_new_one_gets_the_given_uid():
    [action] = planned(entry(uid="u9"), situation(row(), new_uids=True)).actions
    assert (action.kind, action.uid, action.source, action.target, action.type) == (CREATE, "u9", "loki", "tempo", "query")


@pytest.mark.parametrize("missing", ["source", "label", "target"])
def test_where_uids_may_be_chosen_a_new_one_needs_everything(missing):
    plan = one(entry(uid="u9", place="", **{missing: None}), situation(new_uids=True))
    assert sentences(plan) == ["There is no correlation with uid 'u9', and a new one needs source, label, config.field and a target"]


def test_where_uids_may_be_chosen_the_others_are_not():
    [action] = planned(entry(), situation(new_uids=True)).actions
    assert action.uid is None


MOVES: list[tuple[dict[str, t.Any], dict[str, t.Any], str]] = [
    ({"source": "mimir"}, {}, "source is 'loki', not 'mimir'"),
    ({"target": "jaeger"}, {}, "target is 'tempo', not 'jaeger'"),
    ({"type": "external"}, {}, "type is 'query', not 'external'"),
    ({"type": "query"}, {"type": "external"}, "type is 'external', not 'query'"),
    ({"source": "mimir", "target": "jaeger"}, {}, "source is 'loki', not 'mimir' and the target is 'tempo', not 'jaeger'"),
]


@pytest.mark.parametrize("asked, there, what", MOVES)
def test_source_target_and_type_never_change_in_place(asked, there, what):
    rest = "and that cannot be changed in place: add the new one without uid, and remove the old with state: absent"
    plan = one(pinned(**asked), [row(**there)])
    assert sentences(plan) == ["Of the correlation with uid 'u1' the %s, %s" % (what, rest)]
    assert plan.actions == []


def test_a_target_that_an_external_one_does_not_have_is_said_in_words():
    [sentence] = sentences(one(pinned(target="tempo"), [row(type="external")]))
    assert "cannot be changed in place" in sentence
    assert "None" not in sentence


@pytest.mark.parametrize("asked", [{"source": "loki"}, {"source": "Loki"}, {"target": "Tempo"}, {"type": "query"}])
def test_the_same_source_target_and_type_are_fine(asked):
    where = situation(row(), uids={"Loki": "loki", "Tempo": "tempo"})
    assert changes(one(pinned(description="D", **asked), where)) == {"description": "D"}


def test_the_url_of_an_external_one_is_not_taken_away():
    there = row(type="external")
    assert sentences(planned(entry(uid="u1", type=None, target=None), [there])) == ["entry 1: " + URL_MISSING]
    assert sentences(one(pinned(query={"a": 1}), [there])) == [URL_MISSING]
    assert changes(one(pinned(query={"url": "https://new"}), [there])) == {"config.target": {"url": "https://new"}}


@pytest.mark.parametrize("state", ["present", "ignored"])
def test_a_pinned_row_is_nobody_elses(state):
    by_uid = entry(1, uid="u1", state=state, description="D")
    by_key = entry(2)
    plan = planned([by_key, by_uid], [row("u1", description="D")])
    assert writes(plan) == [(CREATE, None)]
    assert plan.actions[0].entry is by_key


# Absent


@pytest.mark.parametrize("whole", [True, False])
def test_absent_deletes_every_row_of_the_key(whole):
    rows = [row("u1"), row("u2", description="D"), row("u3", field="other"), row("u4", label="other"), row("u5", source="mimir")]
    gone = entry(state="absent")
    plan = planned(gone, rows, whole=whole)
    assert writes(plan) == [(DELETE, "u1"), (DELETE, "u2")]
    assert [(action.entry, action.source, dict(action.members)) for action in plan.actions] == [(gone, "loki", {})] * 2
    assert plan.unchanged == []
    assert plan.actions[1].label == "Logs to traces"


def test_absent_without_field_deletes_those_of_every_field():
    rows = [row("u1"), row("u2", field="other"), row("u3", label="other")]
    assert writes(one(entry(state="absent", field=None), rows)) == [(DELETE, "u1"), (DELETE, "u2")]


@pytest.mark.parametrize("whole", [True, False])
def test_absent_leaves_what_does_not_fit_everything_given(whole):
    rows = [row("u1", description="D"), row("u2")]
    plan = planned(entry(state="absent", description="D"), rows, whole=whole)
    assert writes(plan) == [(DELETE, "u1")]
    assert plan.warnings == [
        "entry 1: left in place: uid 'u2', which is not what the definition describes; give only the key to remove it anyway."
    ]
    nothing = planned(entry(state="absent", description="E", place=""), rows, whole=whole)
    assert writes(nothing) == []
    assert nothing.warnings == ["Left in place: uid 'u1', uid 'u2', which is not what the definition describes; give only the key to remove it anyway."]
    assert len(nothing.unchanged) == 1


def test_what_other_entries_of_the_key_remove_is_not_said_to_be_left_in_place():
    entries = [entry(1, state="absent", description="D"), entry(2, state="absent", description="E")]
    plan = planned(entries, [row("u1", description="E"), row("u2", description="D"), row("u3", description="F")])
    assert writes(plan) == [(DELETE, "u2"), (DELETE, "u1")]
    assert plan.warnings == [
        "entry 1, entry 2: left in place: uid 'u3', which is not what the definitions describe; give only the key to remove it anyway."
    ]


@pytest.mark.parametrize("whole", [True, False])
def test_nothing_to_remove(whole):
    gone = entry(state="absent")
    plan = planned(gone, [row(label="other")], whole=whole)
    assert writes(plan) == []
    assert (plan.unchanged, plan.warnings) == ([gone], [])


def test_absent_by_uid():
    rows = [row("u1"), row("u2")]
    assert writes(one(pinned("u2", state="absent"), rows)) == [(DELETE, "u2")]
    assert writes(one(entry(uid="u2", state="absent"), rows)) == [(DELETE, "u2")]
    assert writes(planned(entry(uid="u2", state="absent"), rows)) == [(DELETE, "u2")]


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
def test_absent_by_uid_leaves_a_row_that_is_something_else(more):
    plan = one(pinned("u1", state="absent", **more), [row("u1")])
    assert writes(plan) == []
    assert plan.warnings == ["Left in place: uid 'u1', which is not what the definition describes; give only the key to remove it anyway."]


@pytest.mark.parametrize("state", ["present", "ignored"])
@pytest.mark.parametrize("claim", [{"uid": "u1"}, {}])
def test_a_row_that_another_entry_claims_is_not_removed(state, claim):
    keeper = entry(1, state=state, **claim)
    for gone in (entry(2, state="absent", field=None), entry(2, state="absent", uid="u1") if not claim else entry(2, state="absent")):
        plan = planned([gone, keeper], [row("u1")])
        assert writes(plan) == []
        assert gone in plan.unchanged


def test_what_is_pruned_is_not_said_to_be_left_in_place():
    plan = planned(entry(state="absent", description="E"), [row("u1", description="D")], prune="sources")
    assert (writes(plan), plan.warnings) == ([(DELETE, "u1")], [])


# Provisioned


@pytest.mark.parametrize("rule", ["fail", "skip"])
@pytest.mark.parametrize("whole", [True, False])
def test_a_provisioned_row_that_is_equal_is_unchanged(rule, whole):
    plan = planned(entry(), [row(read_only=True)], whole=whole, on_provisioned=rule)
    assert writes(plan) == []
    assert (len(plan.unchanged), plan.warnings) == (1, [])


CONFLICTS: list[tuple[dict[str, t.Any], str]] = [
    ({"description": "D", "query": {"x": 1}}, "differs in description, config.target"),
    ({"state": "absent"}, "is to be removed"),
    ({"state": "absent", "uid": "u1"}, "is to be removed"),
    ({"uid": "u1", "description": "D"}, "differs in description"),
]


@pytest.mark.parametrize("more, why", CONFLICTS)
@pytest.mark.parametrize("whole", [True, False])
def test_a_provisioned_row_that_is_to_change_fails(more, why, whole):
    plan = planned(entry(**more), [row(read_only=True)], whole=whole)
    assert plan.mistakes == [
        (
            1,
            "entry 1: the correlation 'Logs to traces' (uid 'u1') is provisioned and %s: "
            "change it where it is provisioned, or set on_provisioned: skip to leave it" % why,
        )
    ]
    assert plan.actions == []


@pytest.mark.parametrize("more, why", CONFLICTS)
@pytest.mark.parametrize("whole", [True, False])
def test_a_provisioned_row_that_is_to_change_is_skipped_if_asked(more, why, whole):
    wanted, there = entry(**more), row(read_only=True)
    plan = planned(wanted, [there], whole=whole, on_provisioned="skip")
    assert writes(plan) == []
    assert plan.skipped == [(wanted, there)]
    assert plan.warnings == ["entry 1: skipped: the correlation 'Logs to traces' (uid 'u1') is provisioned and %s." % why]
    assert plan.unchanged == []


def test_a_manager_is_named():
    [sentence] = sentences(planned(entry(description="D"), [row(read_only=True, manager="terraform")]))
    assert sentence.startswith("entry 1: the correlation 'Logs to traces' (uid 'u1') is managed by 'terraform' and differs in description: ")


def test_where_the_server_does_not_say_it_a_row_is_taken_for_writable():
    assert writes(one(entry(description="D"), [row(read_only=None)])) == [(UPDATE, "u1")]


@pytest.mark.parametrize("end", ("loki", "tempo"))
def test_nothing_new_can_name_a_data_source_that_the_route_refuses(end):
    where = situation(refused={end: "it is too long"})
    plan = planned(entry(), where)
    assert sentences(plan) == ["entry 1: it is too long"] and plan.actions == []
    where.rows.append(row())
    assert writes(planned(entry(), where)) == []


def test_nothing_is_added_to_a_closed_source():
    where = situation(closed={"loki"})
    what = "source 'loki' is provisioned, and this version of Grafana lets nothing be added to it"
    assert sentences(planned(entry(), where)) == ["entry 1: %s: add the link to its provisioning file, or set on_provisioned: skip" % what]
    wanted = entry()
    plan = planned(wanted, where, on_provisioned="skip")
    assert writes(plan) == []
    assert (plan.skipped, plan.warnings) == ([(wanted, None)], ["entry 1: skipped: %s." % what])
    assert writes(planned(entry(source="mimir"), where)) == [(CREATE, None)]


# What is too long for some databases


def long_query(size: int, **more: t.Any) -> dict[str, t.Any]:
    """A config.target whose JSON, as Grafana writes it, has so many bytes."""
    return {**more, "q": "x" * (size - len(json.dumps({**more, "q": ""}, separators=(",", ":"))))}


AROUND = len('{"field":"message","target":}')
TOO_LONG = "config is 65536 bytes as JSON"


@pytest.mark.parametrize("kind", ["query", "external"])
@pytest.mark.parametrize("whole", [True, False])
def test_a_new_one_that_is_too_long(kind, whole):
    more = URL if kind == "external" else {}
    assert writes(planned(entry(type=kind, query=long_query(65535 - AROUND, **more)), whole=whole)) == [(CREATE, None)]
    plan = planned(entry(type=kind, query=long_query(65536 - AROUND, **more)), whole=whole)
    assert (plan.actions, [sentence.startswith("entry 1: " + TOO_LONG) for sentence in sentences(plan)]) == ([], [True])


@pytest.mark.parametrize("name", ["label", "description"])
def test_a_new_one_with_a_text_that_is_too_long(name):
    assert writes(planned(entry(**{name: "é" * 32767}))) == [(CREATE, None)]
    [sentence] = sentences(planned(entry(**{name: "é" * 32768})))
    assert sentence.startswith("entry 1: %s is 65536 bytes" % name)


@pytest.mark.parametrize(
    "there, change, size",
    [
        ({}, {"query": long_query(65535 - AROUND)}, 65535),
        ({"query": long_query(65535 - AROUND)}, {"field": "message" + "s"}, 65536),
        ({"query": long_query(65535 - AROUND)}, {"transformations": [LOGFMT]}, 65535 + len(',"transformations":[{"type":"logfmt"}]')),
        ({"transformations": [LOGFMT]}, {"query": long_query(65535 - AROUND)}, 65535 + len(',"transformations":[{"type":"logfmt"}]')),
        ({"transformations": [LOGFMT]}, {"query": long_query(65535 - AROUND), "transformations": []}, 65535),
        ({"unknown": {"timeRange": {}}}, {"query": long_query(65535 - AROUND)}, 65535 + len(',"timeRange":{}')),
        ({"query": long_query(70000)}, {"query": {"q": "x"}}, AROUND + 9),
    ],
)
def test_of_an_update_the_whole_config_counts_that_results(there, change, size):
    plan = one(pinned(**change), [row(**there)])
    if size <= 65535:
        assert writes(plan) == [(UPDATE, "u1")]
    else:
        [sentence] = sentences(plan)
        assert (sentence.startswith("Config is %d bytes as JSON" % size), plan.actions) == (True, [])


@pytest.mark.parametrize("name", ["label", "description"])
def test_an_update_with_a_text_that_is_too_long(name):
    assert writes(one(pinned(**{name: "x" * 65535}), [row()])) == [(UPDATE, "u1")]
    [sentence] = sentences(one(pinned(**{name: "x" * 65536}), [row()]))
    assert sentence.startswith("%s is 65536 bytes" % name.capitalize())


def test_what_is_long_and_there_already_may_stay():
    """Other databases keep it."""
    there = row(query=long_query(70000), description="x" * 70000)
    assert writes(planned(entry(query=long_query(70000), description="x" * 70000), [there])) == []
    assert changes(one(pinned(label="new"), [there])) == {"label": "new"}
    assert writes(planned(entry(state="absent"), [there])) == [(DELETE, "u1")]


def test_old_servers_keep_the_type_in_config():
    for size, fits in ((65535 - len('"type":"query",'), True), (65536 - len('"type":"query",'), False)):
        plan = planned(entry(query=long_query(size - AROUND)), situation(old=True))
        assert (plan.mistakes == []) is fits


# Missing data sources


@pytest.mark.parametrize(
    "uids, near, sentence",
    [
        ({"loki": None}, {"loki": " (did you mean 'Loki'?)"}, "the source data source 'loki' does not exist (did you mean 'Loki'?)"),
        ({"tempo": None}, {}, "the target data source 'tempo' does not exist"),
        ({"loki": None, "tempo": None}, {}, "the source data source 'loki' does not exist; the target data source 'tempo' does not exist"),
    ],
)
def test_missing_data_sources(uids, near, sentence):
    where = situation(uids=uids, near=near)
    for whole in (True, False):
        assert sentences(planned(entry(), where, whole=whole)) == ["entry 1: " + sentence]
        for more in ({}, {"uid": "u1"}):
            gone = entry(state="absent", **more)
            plan = planned(gone, where, whole=whole)
            assert (writes(plan), plan.unchanged) == ([], [gone])
            said_so = "entry 1: there is nothing to remove, because %s." % sentence.replace("; ", " and ")
            assert plan.warnings == ([said_so] if near else []), "what is like another name is rather a typo"
    left = entry(state="ignored")
    plan = planned(left, where)
    assert (writes(plan), plan.ignored, plan.unchanged) == ([], [left], [])
    assert plan.warnings == ["entry 1: state ignored covers nothing, because %s." % sentence.replace("; ", " and ")]


@pytest.mark.parametrize("uid", [None, "u1"])
@pytest.mark.parametrize(
    "more, rules",
    [([], {"prune": "sources"}), ([], {"prune": "all"}), ([], {"prune": "dangling"}), ([], {"on_duplicate": "remove"}), ([entry(2, state="absent")], {})],
)
def test_a_typo_in_what_protects_is_a_mistake_where_anything_could_be_removed(more, rules, uid):
    where = situation(row(), row("u2", label="x"), uids={"Lokii": None}, near={"Lokii": " (did you mean 'Loki'?)"}, where=" at https://h")
    plan = planned([entry(1, state="ignored", source="Lokii", label="x", uid=uid), *more], where, **rules)
    assert sentences(plan) == [
        "entry 1: what state ignored is to protect is not known, "
        "because the source data source 'Lokii' does not exist at https://h (did you mean 'Loki'?)"
    ]


def test_it_is_said_where_data_sources_were_looked_for():
    where = situation(uids={"loki": None, "tempo": None}, near={"tempo": " (did you mean 'Tempo'?)"}, where=" in organisation 3 of https://h")
    assert sentences(planned(entry(), where, prune="sources", prune_sources=["tempo"])) == [
        "entry 1: the source data source 'loki' does not exist in organisation 3 of https://h; "
        "the target data source 'tempo' does not exist in organisation 3 of https://h (did you mean 'Tempo'?)",
        "The data source 'tempo' in prune_sources does not exist in organisation 3 of https://h (did you mean 'Tempo'?)",
    ]


# Lists: contradictions


@pytest.mark.parametrize("first, second", [("present", "absent"), ("absent", "present"), ("present", "ignored"), ("ignored", "absent")])
@pytest.mark.parametrize("more", [{}, {"uid": "u1"}, {"field": None}])
def test_two_states_for_one_correlation(first, second, more):
    plan = planned([entry(4, state=first, **more), entry(9, state=second, description="D", **more)], [row("u1")])
    assert (9, "entry 9: it contradicts entry 4, which has state %s for the same correlation; keep one" % first) in plan.mistakes


@pytest.mark.parametrize("state", ["present", "absent", "ignored"])
def test_the_same_twice(state):
    plan = planned([entry(4, state=state), entry(9, state=state)])
    assert plan.mistakes == [(9, "entry 9: it is the same as entry 4; keep one")]


def test_the_same_with_a_name_and_with_empty_members():
    where = situation(uids={"Loki": "loki"})
    entries = [entry(1), entry(2, source="Loki", description="", query={}, transformations=[])]
    assert sentences(planned(entries, where)) == ["entry 2: it is the same as entry 1; keep one"]


def test_the_same_as_the_server_keeps_numbers():
    same = [entry(1, query={"a": 1}), entry(2, query={"a": 1.0})]
    assert sentences(planned(same)) == ["entry 2: it is the same as entry 1; keep one"]
    other = [entry(1, query={"a": 1}), entry(2, query={"a": True})]
    assert writes(planned(other)) == [(CREATE, None), (CREATE, None)]


def test_one_uid_twice():
    plan = planned([entry(4, uid="u1"), entry(9, uid="u1", label="other")], [row()])
    assert plan.mistakes == [(9, "entry 9: it has the same uid as entry 4; keep one")]


def test_entries_of_other_keys_are_no_contradiction():
    others = [entry(2, label="x"), entry(3, field="x"), entry(4, target="x"), entry(5, source="x"), entry(6, type="external")]
    plan = planned([entry(1, state="absent"), *others, entry(7, state="absent", field=None)])
    assert writes(plan) == [(CREATE, None)] * 5


def test_what_is_to_be_absent_may_be_described_twice():
    entries = [entry(1, state="absent", description="D"), entry(2, state="absent", description="E")]
    assert writes(planned(entries, [row("u1", description="E"), row("u2", description="D")])) == [(DELETE, "u2"), (DELETE, "u1")]


def test_all_mistakes_are_found_together():
    where = situation(row("u1", label="ro", read_only=True), uids={"gone": None})
    entries = [entry(1, target="gone"), entry(2, label="ro", description="D"), entry(3, field=None, label="new"), entry(4), entry(5)]
    plan = planned(entries, where, prune="sources", prune_sources=["gone"])
    assert sorted(number for number, _sentence in plan.mistakes) == [0, 1, 2, 3, 5]


# Lists: matching


def test_entries_of_one_key_are_matched_by_content_first():
    entries = [entry(1, description="A"), entry(2, description="B"), entry(3, description="C")]
    rows = [row("u1", description="C"), row("u2", description="A"), row("u3", description="B")]
    plan = planned(entries, rows)
    assert writes(plan) == []
    assert {number: found.uid for number, found in plan.rows.items()} == {1: "u2", 2: "u3", 3: "u1"}
    assert plan.warnings == []


def test_then_one_to_one_in_the_order_of_uids_with_a_warning():
    entries = [entry(1, description="A"), entry(2, description="B"), entry(3, description="C")]
    rows = [row("u3", description="Y"), row("u2", description="A"), row("u1", description="X")]
    plan = planned(entries, rows)
    assert writes(plan) == [(UPDATE, "u1"), (UPDATE, "u3")]
    assert [(action.entry.number if action.entry else 0, dict(action.members)) for action in plan.actions] == [
        (2, {"description": "B"}),
        (3, {"description": "C"}),
    ]
    assert plan.warnings == ["entry 2, entry 3: " + TOLD_APART]


def test_entries_beyond_the_rows_are_created():
    plan = planned([entry(1, description="A"), entry(2, description="B")], [row("u1", description="X")])
    assert writes(plan) == [(CREATE, None), (UPDATE, "u1")]
    assert [action.entry.number if action.entry else 0 for action in plan.actions] == [2, 1]
    assert plan.warnings == ["entry 1, entry 2: " + TOLD_APART]


def test_new_entries_of_one_key_are_all_created_without_a_word():
    plan = planned([entry(1, description="A"), entry(2, description="B")])
    assert writes(plan) == [(CREATE, None), (CREATE, None)]
    assert plan.warnings == []


def test_rows_beyond_the_entries_are_ambiguous_unless_pruned():
    rows = [row("u1", description="X"), row("u2", description="Y")]
    assert sentences(planned(entry(description="A"), rows))[0].startswith("entry 1: 2 correlations fit it and differ in description (uids u1, u2)")
    for more in ({"prune": "sources"}, {"prune": "all"}):
        plan = planned(entry(description="A"), rows, **more)
        assert writes(plan) == [(UPDATE, "u1"), (DELETE, "u2")]
        assert plan.warnings == ["entry 1: " + TOLD_APART]
        assert plan.actions[1].entry is None


def test_duplicates_are_leftovers_where_pruned():
    plan = planned(entry(), [row("u1"), row("u2")], prune="sources", on_duplicate="fail")
    assert writes(plan) == [(DELETE, "u2")]
    assert (plan.actions[0].entry, plan.warnings) == (None, [])


def test_rows_that_equal_the_entry_but_for_the_editor_are_leftovers_where_pruned():
    rows = [row("u1", query={"key": "a"}), row("u2", query={"key": "b"})]
    assert writes(planned(entry(), rows, prune="sources")) == [(DELETE, "u2")]


def test_where_pruned_the_provisioned_one_that_is_equal_is_kept():
    rows = [row("u1"), row("u2", read_only=True)]
    plan = planned(entry(), rows, prune="sources")
    assert writes(plan) == [(DELETE, "u1")]
    assert plan.rows[1].uid == "u2"


def test_where_pruned_a_writable_row_is_updated_rather_than_a_provisioned_one():
    rows = [row("u1", description="X", read_only=True), row("u2", description="Y")]
    assert writes(planned(entry(description="A"), rows, prune="sources")) == [(UPDATE, "u2")]


def test_entries_without_field_take_what_the_others_leave():
    entries = [entry(1, field=None, description="A"), entry(2, field="b", description="B")]
    rows = [row("u1", field="b"), row("u2", field="a")]
    plan = planned(entries, rows)
    assert {number: found.uid for number, found in plan.rows.items()} == {1: "u2", 2: "u1"}


# Lists: ignored


@pytest.mark.parametrize("prune", ["none", "sources", "all"])
@pytest.mark.parametrize("more", [{}, {"field": None}, {"uid": "u1"}])
def test_ignored_rows_are_left_be_and_never_pruned(prune, more):
    left = entry(state="ignored", description="nothing like it", **more)
    plan = planned(left, [row("u1")], prune=prune)
    assert writes(plan) == []
    assert (plan.ignored, plan.unchanged) == ([left], [])


def test_every_row_of_an_ignored_key_is_left_be():
    rows = [row("u1"), row("u2"), row("u3", description="D"), row("u4", field="other")]
    assert writes(planned(entry(state="ignored"), rows, prune="sources")) == [(DELETE, "u4")]
    assert writes(planned(entry(state="ignored", field=None), rows, prune="sources")) == []


def test_a_uid_or_key_that_is_ignored_need_not_be_there():
    for left in (entry(state="ignored"), entry(state="ignored", uid="u9")):
        plan = planned(left, [row("u1", label="other")])
        assert writes(plan) == []
        assert plan.ignored == [left]


def test_an_entry_without_field_does_not_touch_an_ignored_row():
    entries = [entry(1, state="ignored", field="a"), entry(2, field=None, description="D")]
    plan = planned(entries, [row("u1", field="a")])
    assert plan.actions == []


def test_an_ignored_entry_without_field_covers_what_others_describe():
    entries = [entry(1), entry(2, state="ignored", field=None)]
    plan = planned(entries, [row("u1"), row("u2")], on_duplicate="remove")
    assert sentences(plan) == ["entry 1: entry 2, which has state ignored, covers it; keep one"]
    assert plan.of_kind(DELETE) == []


@pytest.mark.parametrize("left", [{}, {"field": None}])
def test_a_pinned_row_that_is_ignored_by_its_key(left):
    entries = [entry(1, uid="u1", description="D"), entry(2, state="ignored", **left)]
    plan = planned(entries, [row("u1")])
    assert sentences(plan) == ["entry 1: entry 2, which has state ignored, covers it; keep one"]
    assert plan.actions == []


def test_what_is_ignored_without_field_may_be_absent_with_it():
    """The ignored entry wins: nothing is deleted."""
    gone = entry(1, state="absent")
    plan = planned([gone, entry(2, state="ignored", field=None)], [row("u1")])
    assert plan.of_kind(DELETE) == []


# Lists: prune


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
    "rules, deleted",
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
def test_scopes(rules, deleted):
    where = situation(*where_pruned(), uids={"Mimir": "mimir"}, gone={"nowhere"})
    plan = planned(entry(), where, **rules)
    assert writes(plan) == [(DELETE, uid) for uid in deleted]
    assert all(action.entry is None for action in plan.actions)


def test_a_row_whose_source_is_gone_dangles_too():
    where = situation(row("u1"), row("u2", source="nowhere"), row("u3", source="nowhere", read_only=True), gone={"nowhere"})
    assert writes(planned([], where, prune="dangling")) == [(DELETE, "u2")]


def test_a_dangling_row_that_an_entry_ignores_is_left():
    where = situation(row("u1", target="nowhere"), gone={"nowhere"})
    assert writes(planned(entry(state="ignored", uid="u1", target=None), where, prune="dangling")) == []


@pytest.mark.parametrize("state", ["present", "absent", "ignored"])
def test_every_entry_names_a_source_to_prune(state):
    named = entry(state=state, source="mimir", label="not there")
    assert (DELETE, "mimir") in writes(planned(named, where_pruned(), prune="sources"))
    assert not [uid for _kind, uid in writes(planned(named, where_pruned(), prune="sources")) if uid and uid.startswith("loki")]


def test_an_empty_list_prunes_its_prune_sources():
    assert writes(planned([], where_pruned(), prune="sources", prune_sources=["mimir"])) == [(DELETE, "mimir")]


def test_a_source_to_prune_that_does_not_exist():
    where = situation(*where_pruned(), uids={"Mimr": None}, near={"Mimr": " (did you mean 'Mimir'?)"})
    plan = planned(entry(), where, prune="sources", prune_sources=["Mimr"])
    assert plan.mistakes == [(0, "The data source 'Mimr' in prune_sources does not exist (did you mean 'Mimir'?)")]


def test_a_missing_source_of_an_entry_prunes_nothing():
    where = situation(*where_pruned(), uids={"gone": None})
    assert writes(planned(entry(state="absent", source="gone"), where, prune="sources")) == []


# Lists: max_deletions


def three_deletions() -> tuple[list[Entry], list[Correlation], dict[str, t.Any]]:
    """One pruned, one absent, one duplicate."""
    entries = [entry(1), entry(2, state="absent", label="gone"), entry(3, source="mimir", state="ignored")]
    rows = [row("u1"), row("u2"), row("u3", label="gone"), row("u4", source="pyro")]
    return entries, rows, {"prune": "sources", "prune_sources": ["pyro"], "on_duplicate": "remove"}


@pytest.mark.parametrize("most", [None, 3, 4])
def test_as_many_deletions_as_allowed(most):
    entries, rows, rules = three_deletions()
    assert len(writes(planned(entries, rows, max_deletions=most, **rules))) == 3


@pytest.mark.parametrize("most", [0, 2])
def test_more_deletions_than_allowed(most):
    entries, rows, rules = three_deletions()
    plan = planned(entries, rows, max_deletions=most, **rules)
    assert plan.mistakes == [
        (
            0,
            "3 correlations would be deleted, more than max_deletions allows (%d): look at them with --check --diff and a larger max_deletions; "
            "they are 'gone' (uid 'u3'), 'Logs to traces' (uid 'u2'), 'Logs to traces' (uid 'u4')" % most,
        )
    ]


def test_of_too_many_deletions_the_first_ten_are_named():
    rows = [row("u%02d" % number, label="L" * 59 + "%02d" % number, source="pyro") for number in range(12)]
    [sentence] = sentences(planned([], rows, prune="all", max_deletions=11))
    named = ", ".join("'%s' (uid 'u%02d')" % ("L" * 59 + "0...", number) for number in range(10))
    assert sentence.endswith("a larger max_deletions; they are %s and 2 more" % named)


def test_duplicates_count_as_deletions_without_prune():
    plan = planned(entry(), [row("u1"), row("u2")], on_duplicate="remove", max_deletions=0)
    assert len(plan.mistakes) == 1


# Old servers


def test_old_servers_refuse_to_prune_all():
    plan = planned(entry(), situation(row(), old=True), prune="all")
    assert plan.mistakes == [
        (0, "Prune: all is refused, because this version of Grafana shares correlations between organisations; use prune: sources")
    ]


def test_old_servers_warn_when_sources_are_pruned():
    plan = planned(entry(), situation(row(), row("u2", label="x"), old=True), prune="sources")
    assert writes(plan) == [(DELETE, "u2")]
    assert plan.warnings == [
        "This version of Grafana shares correlations between organisations that have data sources of the same UID; prune removes them for all."
    ]


@pytest.mark.parametrize("old, prune", [(True, "none"), (False, "all"), (False, "sources")])
def test_others_say_nothing(old, prune):
    plan = planned(entry(), situation(row(), old=old), prune=prune)
    assert (writes(plan), plan.warnings) == ([], [])


# The whole


def test_creates_then_updates_then_deletes():
    entries = [
        entry(1, label="gone", state="absent"),
        entry(2, description="D"),
        entry(3, label="new"),
        entry(4, label="b", description="D"),
        entry(5, label="n"),
    ]
    rows = [row("u1"), row("u2", label="gone"), row("u3", label="b"), row("u4", label="extra")]
    plan = planned(entries, rows, prune="sources")
    assert [action.kind for action in plan.actions] == [CREATE, CREATE, UPDATE, UPDATE, DELETE, DELETE]
    assert [action.entry.number if action.entry else None for action in plan.actions] == [3, 5, 2, 4, 1, None]
    assert [len(plan.of_kind(kind)) for kind in (CREATE, UPDATE, DELETE)] == [2, 2, 2]


def test_an_empty_list():
    plan = planned([], [row()])
    assert plan == Plan()


def test_sources_of_entries_that_a_missed_row_would_change_are_unproven():
    rows = [row("u1")]
    assert planned(entry(), rows).unproven == set()
    assert planned(entry(description="D"), rows).unproven == {"loki"}
    assert planned(entry(state="absent"), rows).unproven == {"loki"}
    assert planned(entry(source="mimir"), rows).unproven == {"mimir"}
    assert planned(entry(source="mimir", state="absent"), rows).unproven == {"mimir"}
    assert planned(entry(source="mimir", uid="u9"), rows).unproven == {"mimir"}


def test_what_is_said_of_an_entry():
    assert said("entry 3", "it is wrong") == "entry 3: it is wrong"
    assert said("", "it is wrong") == "It is wrong"


def test_deletions_are_not_counted_beside_other_mistakes():
    """What a misspelt name means is not known."""
    where = situation(row("u1", label="A"), row("u2", label="B"), uids={"nowhere": None})
    plan = planned(entry(target="nowhere"), where, prune="sources", max_deletions=0)
    assert sentences(plan) == ["entry 1: the target data source 'nowhere' does not exist"]


def test_it_needs_no_http():
    """A plan can be made where requests is not installed."""
    program = "import sys; sys.path[:] = %r; import %s; assert not {'requests', 'urllib3'} & set(sys.modules), 'it imports requests'"
    done = subprocess.run([sys.executable, "-c", program % (sys.path, make_plan.__module__)], stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 0, done.stderr


# Many of one key


MANY = 3000
ONE_KEY: list[tuple[str, dict[str, t.Any], t.Callable[[int], dict[str, t.Any]], t.Callable[[int], dict[str, t.Any]]]] = [
    ("nothing to change", {}, lambda n: {"description": str(n)}, lambda n: {"description": str(n)}),
    ("all change", {}, lambda n: {"description": str(n)}, lambda n: {"description": "was %d" % n}),
    ("pruned", {"prune": "sources"}, lambda n: {"description": "even" if n == 0 else str(n)}, lambda n: {"description": "was %d" % n}),
    ("the editor's members", {}, lambda n: {"query": {"n": n, "key": n} if n % 2 else {"n": n}}, lambda n: {"query": {"n": n, "key": n}}),
    ("all the same", {"on_duplicate": "remove"}, lambda n: {}, lambda n: {}),
    ("absent", {}, lambda n: {"state": "absent", "description": str(n)}, lambda n: {"description": str(n)}),
    ("absent, others there", {}, lambda n: {"state": "absent", "description": str(n)}, lambda n: {"description": "was %d" % n}),
    ("ignored", {"prune": "sources"}, lambda n: {"state": "ignored", "description": str(n)}, lambda n: {"description": "was %d" % n}),
    ("by uid and by key", {}, lambda n: {"uid": "u%05d" % n if n % 2 else None, "description": str(n)}, lambda n: {"description": str(n)}),
    ("fields", {}, lambda n: {"field": str(n)}, lambda n: {"field": str(n)}),
    ("fields to be absent", {}, lambda n: {"field": str(n), "state": "absent"}, lambda n: {"field": str(n)}),
    ("contradictions", {}, lambda n: {"state": ("present", "absent", "ignored")[n % 3], "description": str(n)}, lambda n: {"description": str(n)}),
]


@pytest.mark.parametrize("rules, wanted, there", [case[1:] for case in ONE_KEY], ids=[case[0] for case in ONE_KEY])
def test_the_work_grows_no_faster_than_the_list(rules, wanted, there):
    """Counted in calls of Python functions, which is the same on every machine."""

    def calls(size: int) -> int:
        entries, rows = [entry(n + 1, **wanted(n)) for n in range(size)], [row("u%05d" % n, **there(n)) for n in range(size)]
        profile = cProfile.Profile()
        profile.runcall(planned, entries, rows, **rules)
        return pstats.Stats(profile).total_calls

    assert calls(MANY) < 4 * calls(MANY // 3)
