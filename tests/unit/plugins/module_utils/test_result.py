# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The results of runs."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._apply import (
    DONE,
    FAILED,
    NOT_ATTEMPTED,
    Outcome,
    predict,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    CrosslinkError,
    HttpError,
    Origin,
    PartialFailure,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import CREATE, DELETE, UPDATE, Action, Plan
from ansible_collections.crosslink.grafana.plugins.module_utils._reconcile import Run
from ansible_collections.crosslink.grafana.plugins.module_utils._result import (
    COUNTS,
    diff_of_one,
    diffs_of,
    entries_of,
    message_of,
    result_of_list,
    result_of_one,
    summary_of,
)
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import LOGFMT, URL, api_row, entry, members, row

REFUSED = HttpError("Grafana refuses.", "POST", "https://h/x", 403, "Access denied")


def create(number: int = 1, uid: str | None = None, **more: t.Any) -> Action:
    return Action(CREATE, entry(number, **more), None, "loki", "tempo", "query", members(**more), uid)


def update(there: Correlation, number: int = 1, **changes: t.Any) -> Action:
    changed = {name.replace("config_", "config."): value for name, value in changes.items()}
    return Action(UPDATE, entry(number), there, there.source, there.target, there.type, changed)


def delete(there: Correlation, of: Entry | None = None) -> Action:
    return Action(DELETE, of, there, there.source, there.target, there.type, {})


def run_of(*outcomes: Outcome, org_id: int | None = None, **plan: t.Any) -> Run:
    return Run(Plan(actions=[outcome.action for outcome in outcomes], **plan), list(outcomes), org_id)


def created(action: Action, uid: str = "new") -> Outcome:
    return Outcome(action, "created", row(uid, label=action.changes["label"]), wrote=True)


def updated(action: Action) -> Outcome:
    assert action.existing is not None
    return Outcome(
        action,
        "updated",
        dataclasses.replace(action.existing, members={**action.existing.members, **action.changes}),
        wrote=True,
    )


def deleted(action: Action) -> Outcome:
    return Outcome(action, "deleted", action.existing, wrote=True)


def failed(action: Action, error: CrosslinkError = REFUSED, **more: t.Any) -> Outcome:
    return Outcome(action, FAILED, more.pop("correlation", action.existing), error, **more)


def left(action: Action) -> Outcome:
    return Outcome(action, NOT_ATTEMPTED, action.existing)


PLAIN = {
    "source": "loki",
    "target": "tempo",
    "label": "Logs to traces",
    "type": "query",
    "config": {"field": "message", "target": {}},
}


# Both sides of an action


def sides(action: Action) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """Before and after in the diff of a run that only does this."""
    diff = diff_of_one(run_of(Outcome(action, DONE[action.operation], wrote=True)), None)
    assert isinstance(diff, dict)
    return diff["before"], diff["after"]


def test_sides_of_a_create():
    assert sides(create()) == ({}, PLAIN)


def test_sides_of_a_delete():
    assert sides(delete(row())) == (PLAIN, {})


def test_sides_of_an_update():
    before, after = sides(
        update(
            row(description="old", query={"a": 1}),
            description="new",
            config_transformations=[{"type": "regex", "expression": "x", "mapValue": "v"}],
        )
    )
    assert before == {**PLAIN, "description": "old", "config": {"field": "message", "target": {"a": 1}}}
    assert after == {
        **PLAIN,
        "description": "new",
        "config": {
            "field": "message",
            "target": {"a": 1},
            "transformations": [{"type": "regex", "expression": "x", "map_value": "v"}],
        },
    }


def test_sides_of_an_external_one():
    there = row(type="external")
    before, after = sides(update(there, config_target={"url": "new"}))
    assert (before["config"]["target"], after["config"]["target"]) == (URL, {"url": "new"})
    assert "target" not in before
    assert "target" not in after


def test_sides_show_numbers_as_they_are_kept():
    assert sides(create(query={"a": 1.0, "b": [2.5]}))[1]["config"]["target"] == {"a": 1, "b": [2.5]}


def test_sides_show_members_of_the_editor_only_when_asked_for():
    there = row(query={"expr": "x", "datasource": {"uid": "a"}, "key": "Q"})
    assert sides(delete(there))[0]["config"]["target"] == {"expr": "x"}
    before, after = sides(update(there, config_target={"expr": "y"}))
    assert (before["config"]["target"], after["config"]["target"]) == ({"expr": "x"}, {"expr": "y"})
    before, after = sides(update(there, config_target={"expr": "x", "key": "R"}))
    assert (before["config"]["target"], after["config"]["target"]) == (
        {"expr": "x", "key": "Q"},
        {"expr": "x", "key": "R"},
    )


@pytest.mark.parametrize("action", [create(), update(row(raw=api_row()), description="D"), delete(row())])
def test_no_uid_or_member_of_the_server_in_a_diff(action):
    for side in sides(action):
        assert not {"uid", "orgId", "org_id", "provisioned", "sourceUID", "targetUID"}.intersection(side)


def test_an_update_of_one_member_changes_nothing_else_in_the_diff():
    before, after = sides(update(row(description="old", query={"a": 1.0}, transformations=[LOGFMT]), description="new"))
    assert {name for name in before if before[name] != after[name]} == {"description"}


# One correlation


def test_one_that_was_created():
    run = run_of(created(create()), org_id=3)
    assert result_of_one(run, with_diff=True) == {
        "changed": True,
        "removed": [],
        "org_id": 3,
        "diff": {"before": {}, "after": PLAIN},
        "correlation": row("new").as_api(),
    }


def test_one_that_was_updated():
    there = row(raw=api_row(description="old"))
    result = result_of_one(run_of(updated(update(there, description="new"))), with_diff=True)
    assert result["changed"] is True
    assert result["diff"] == {"before": PLAIN, "after": {**PLAIN, "description": "new"}}
    assert "org_id" not in result


def test_one_that_was_removed():
    there = row(raw=api_row())
    result = result_of_one(run_of(deleted(delete(there, entry(state="absent")))), with_diff=True)
    assert result == {
        "changed": True,
        "removed": ["u1"],
        "diff": {"before": PLAIN, "after": {}},
        "correlation": api_row(),
    }


def test_an_update_that_became_a_create_names_no_changed_members():
    there = row("u1")
    outcome = dataclasses.replace(updated(update(there, description="new")), state="created")
    assert "changed_members" not in result_of_list(run_of(outcome), with_diff=True)["entries"][0]


def test_several_that_were_removed():
    gone = entry(state="absent")
    result = result_of_one(
        run_of(deleted(delete(row("u1"), gone)), deleted(delete(row("u2", description="D"), gone))), with_diff=True
    )
    assert result["removed"] == ["u1", "u2"]
    assert result["diff"] == [
        {"before_header": "entry 1", "after_header": "entry 1", "before": before, "after": {}}
        for before in (PLAIN, {**PLAIN, "description": "D"})
    ]


def test_one_with_a_duplicate_that_was_removed():
    first, second = row("u1"), row("u2")
    result = result_of_one(
        run_of(updated(update(first, description="new")), deleted(delete(second, entry())), matched={1: first}),
        with_diff=True,
    )
    assert result["removed"] == ["u2"]
    assert result["correlation"]["uid"] == "u1"
    assert result["correlation"]["description"] == "new"
    header = "entry 1, duplicate with uid 'u2'"
    assert [one["after_header"] for one in result["diff"]] == ["entry 1", header]
    assert result["diff"][0]["after"] == {**PLAIN, "description": "new"}
    assert result["diff"][1] == {"before_header": header, "after_header": header, "before": PLAIN, "after": {}}


def test_one_that_is_unchanged():
    there = row(raw=api_row())
    result = result_of_one(run_of(matched={1: there}, unchanged=[entry()]), with_diff=True)
    assert result == {
        "changed": False,
        "removed": [],
        "diff": {"before": PLAIN, "after": PLAIN},
        "correlation": api_row(),
    }


def test_one_that_is_absent():
    assert result_of_one(run_of(unchanged=[entry(state="absent")]), with_diff=True) == {
        "changed": False,
        "removed": [],
        "diff": {"before": {}, "after": {}},
    }


def test_one_that_failed():
    with pytest.raises(PartialFailure) as caught:
        result_of_one(run_of(failed(create()), org_id=3), with_diff=True)
    assert str(caught.value) == "Grafana refuses."
    details = caught.value.details()
    assert (details["changed"], details["org_id"], details["removed"]) == (False, 3, [])
    assert {name: details[name] for name in ("code", "status", "method", "url", "grafana_message")} == {
        "code": "request_failed",
        "status": 403,
        "method": "POST",
        "url": "https://h/x",
        "grafana_message": "Access denied",
    }


def test_one_that_was_written_and_not_kept():
    with pytest.raises(PartialFailure) as caught:
        result_of_one(
            run_of(failed(create(), CrosslinkError("Grafana did not keep it."), correlation=row("new"), wrote=True)),
            with_diff=True,
        )
    details = caught.value.details()
    assert (details["changed"], details["correlation"]["uid"]) == (True, "new")


def test_the_diff_of_one_that_failed_shows_no_change_that_was_not_made():
    run = run_of(failed(update(row(), description="new")))
    assert diff_of_one(run, row()) == {"before": PLAIN, "after": PLAIN}


def test_in_check_mode_the_result_is_the_same_but_for_what_only_the_server_knows():
    plan = Plan(actions=[create()])
    predicted_result = result_of_one(Run(plan, predict(plan), None), with_diff=True)
    real = result_of_one(run_of(created(create())), with_diff=True)
    assert predicted_result["diff"] == real["diff"]
    assert predicted_result["changed"] is real["changed"] is True
    assert "uid" not in predicted_result["correlation"]


# A list


def test_counts():
    two = entry(2)
    run = run_of(
        created(create(1)),
        created(create(2)),
        updated(update(row(), 3, description="D")),
        deleted(delete(row("u2"))),
        failed(create(5)),
        left(create(6)),
        unchanged=[two, two, two],
        ignored=[two],
        skipped=[(two, None), (two, row())],
    )
    summary = summary_of(run)
    assert summary == {
        "created": 2,
        "updated": 1,
        "deleted": 1,
        "unchanged": 3,
        "ignored": 1,
        "skipped": 2,
        "failed": 1,
        "not_attempted": 1,
    }
    assert tuple(summary) == COUNTS
    assert (
        message_of(summary)
        == "2 created, 1 updated, 1 deleted, 3 unchanged, 1 ignored, 2 skipped, 1 failed, 1 not attempted"
    )


@pytest.mark.parametrize(
    "counts, text",
    [
        ({}, "nothing to do"),
        ({"created": 3, "updated": 1, "unchanged": 996}, "3 created, 1 updated, 996 unchanged"),
        ({"unchanged": 1}, "1 unchanged"),
    ],
)
def test_messages(counts, text):
    assert message_of({**dict.fromkeys(COUNTS, 0), **counts}) == text


def test_entries_come_in_the_order_of_the_list_and_pruned_correlations_last():
    run = run_of(
        created(create(9, label="nine")),
        updated(update(row("u3"), 3, description="D", config_target={})),
        deleted(delete(row("u2", label="pruned"))),
        deleted(delete(row("u4"), entry(4, state="absent"))),
        failed(create(5, label="five")),
        left(update(row("u6"), 6, description="D")),
        skipped=[(entry(1, label="one"), row("u1")), (entry(2, label="two"), None)],
    )
    assert entries_of(run) == [
        {"number": 1, "label": "one", "action": "skipped", "uid": "u1"},
        {"number": 2, "label": "two", "action": "skipped", "uid": None},
        {
            "number": 3,
            "label": "Logs to traces",
            "action": "updated",
            "uid": "u3",
            "changed_members": ["description", "config.target"],
        },
        {"number": 4, "label": "Logs to traces", "action": "deleted", "uid": "u4"},
        {
            "number": 5,
            "label": "five",
            "action": "failed",
            "uid": None,
            "error": "Grafana refuses.",
            "code": "request_failed",
        },
        {
            "number": 6,
            "label": "Logs to traces",
            "action": "not_attempted",
            "uid": "u6",
            "changed_members": ["description"],
        },
        {"number": 9, "label": "nine", "action": "created", "uid": "new"},
        {"number": None, "label": "pruned", "action": "deleted", "uid": "u2"},
    ]


def test_entries_of_files_have_their_number_there():
    first = dataclasses.replace(create(1), entry=entry(1, origin=Origin(1, 7, file="b.yml")))
    second = dataclasses.replace(create(2), entry=entry(2, origin=Origin(2, 3, variable="a")))
    run = run_of(created(second), created(first))
    assert [(item.get("file"), item.get("variable"), item["number"]) for item in entries_of(run)] == [
        ("b.yml", None, 7),
        (None, "a", 3),
    ]


def test_the_label_of_an_entry_that_gives_none():
    gone = entry(1, label=None, uid="u1", state="absent")
    assert entries_of(run_of(deleted(delete(row("u1", label="there"), gone))))[0]["label"] == "there"
    assert entries_of(run_of(skipped=[(gone, row("u1", label="there"))]))[0]["label"] == "there"


def test_unchanged_entries_are_only_counted():
    assert entries_of(run_of(unchanged=[entry()], ignored=[entry(2)])) == []


def test_a_header_cannot_forge_what_a_terminal_shows():
    [diff] = diffs_of(run_of(Outcome(delete(row("u1", label="x)\n+{}\n\x1b[2Kfine (")), "deleted", wrote=True)))
    assert diff["before_header"] == diff["after_header"] == "pruned (x) +{} [2Kfine ()"


def test_diffs_have_headers_and_leave_out_what_was_not_made():
    run = run_of(
        created(create(1)),
        updated(update(row("u2"), 2, description="D")),
        failed(create(3)),
        failed(create(4), CrosslinkError("not kept"), correlation=row("new"), wrote=True),
        left(create(5)),
        deleted(delete(row("u6", label="extra"))),
    )
    diffs = diffs_of(run)
    assert [(diff["before_header"], diff["after_header"]) for diff in diffs] == [
        ("entry 1", "entry 1"),
        ("entry 2", "entry 2"),
        ("entry 4", "entry 4"),
        ("pruned (extra)", "pruned (extra)"),
    ]
    assert diffs[0] == {"before_header": "entry 1", "after_header": "entry 1", "before": {}, "after": PLAIN}
    assert diffs[1]["after"] == {**PLAIN, "description": "D"}
    assert diffs[3]["after"] == {}


def test_the_result_of_a_list():
    run = run_of(created(create(1)), unchanged=[entry(2)], org_id=3)
    assert result_of_list(run, with_diff=True) == {
        "changed": True,
        "org_id": 3,
        "msg": "1 created, 1 unchanged",
        "summary": summary_of(run),
        "entries": entries_of(run),
        "diff": diffs_of(run),
    }


def test_the_result_of_a_list_that_changes_nothing():
    result = result_of_list(run_of(unchanged=[entry()]), with_diff=True)
    assert (result["changed"], result["msg"], result["entries"], result["diff"]) == (False, "1 unchanged", [], [])
    assert "org_id" not in result


@pytest.mark.parametrize(
    "name", ["results", "failed", "skipped", "exception", "warnings", "invocation", "deprecations"]
)
def test_no_name_that_ansible_uses_itself(name):
    assert name not in result_of_list(run_of(created(create(1))), with_diff=True)
    assert name not in result_of_one(run_of(created(create(1))), with_diff=True)


def test_a_list_that_failed_part_way():
    run = run_of(created(create(1)), failed(create(7)), failed(create(8), CrosslinkError("later")), left(create(9)))
    with pytest.raises(PartialFailure) as caught:
        result_of_list(run, with_diff=True)
    message = str(caught.value)
    assert "(1 created, 2 failed, 1 not attempted)" in message
    assert message.endswith(" entry 7: Grafana refuses.")
    details = caught.value.details()
    assert details["code"] == "request_failed"
    assert "msg" not in details
    assert details["changed"] is True
    assert details["summary"]["failed"] == 2
    assert [item["action"] for item in details["entries"]] == ["created", "failed", "failed", "not_attempted"]
    assert (details["status"], details["grafana_message"]) == (403, "Access denied")


def test_a_list_whose_pruning_failed():
    with pytest.raises(PartialFailure) as caught:
        result_of_list(run_of(failed(delete(row(label="extra")))), with_diff=True)
    assert "(1 failed)" in str(caught.value)
    assert str(caught.value).endswith(" pruning 'extra': Grafana refuses.")
    assert caught.value.details()["changed"] is False


def test_a_list_that_fails_after_a_write_has_changed():
    with pytest.raises(PartialFailure) as caught:
        result_of_list(
            run_of(failed(create(1), CrosslinkError("not kept"), correlation=row("new"), wrote=True)), with_diff=True
        )
    assert caught.value.details()["changed"] is True
    assert len(caught.value.details()["diff"]) == 1
