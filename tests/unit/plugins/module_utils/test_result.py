# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The results of runs."""

from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._apply import predict
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import CrosslinkError, Origin, PartialFailure
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import Plan, Skipped
from ansible_collections.crosslink.grafana.plugins.module_utils._reconcile import Run
from ansible_collections.crosslink.grafana.plugins.module_utils._result import (
    COUNTS,
    entries_of,
    message_of,
    result_of_list,
    result_of_one,
    summary_of,
)
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import api_row, entry, row
from ansible_collections.crosslink.grafana.tests.unit.plugins.runs import (
    NAMES,
    PLAIN,
    create,
    created,
    delete,
    deleted,
    failed,
    left,
    run_of,
    update,
    updated,
)


def headers(verb: str, more: str = "") -> dict[str, str]:
    """Those of the diff of the usual correlation."""
    header = "%s (Logs to traces: loki → tempo, field message%s)" % (verb, more)
    return {"before_header": header, "after_header": header}


# One correlation


def test_one_that_was_created():
    run = run_of(created(create()), org_id=3)
    assert result_of_one(run, with_diff=True) == {
        "changed": True,
        "removed": [],
        "org_id": 3,
        "diff": {**headers("create"), "before": {}, "after": PLAIN},
        "correlation": row("new").as_api(),
    }


def test_one_that_was_updated():
    there = row(raw=api_row(description="old"))
    result = result_of_one(run_of(updated(update(there, description="new"))), with_diff=True)
    assert result["changed"] is True
    assert result["diff"] == {**headers("update"), "before": PLAIN, "after": {**PLAIN, "description": "new"}}
    assert "org_id" not in result


def test_one_that_was_removed():
    there = row(raw=api_row())
    result = result_of_one(run_of(deleted(delete(there, entry(state="absent")))), with_diff=True)
    assert result == {
        "changed": True,
        "removed": ["u1"],
        "diff": {**headers("delete"), "before": PLAIN, "after": {}},
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
        {**headers("delete"), "before": before, "after": {}} for before in (PLAIN, {**PLAIN, "description": "D"})
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
    assert result["diff"][0] == {**headers("update"), "before": PLAIN, "after": {**PLAIN, "description": "new"}}
    assert result["diff"][1] == {**headers("delete duplicate", ", uid u2"), "before": PLAIN, "after": {}}


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
        skipped=[Skipped(two, None, "R"), Skipped(two, row(), "R")],
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
        == "2 created, 1 updated, 1 deleted, 3 unchanged, 1 ignored, 1 failed, 1 not attempted; 2 read-only, left"
    )
    assert message_of({**summary, "failed": 0, "not_attempted": 0}, check_mode=True) == (
        "would create 2, update 1, delete 1; 3 unchanged, 1 ignored; 2 read-only, left"
    )


@pytest.mark.parametrize(
    "counts, real, check",
    [
        ({}, "nothing to do", "nothing to do"),
        (
            {"created": 3, "updated": 1, "unchanged": 996},
            "3 created, 1 updated, 996 unchanged",
            "would create 3, update 1; 996 unchanged",
        ),
        ({"unchanged": 1}, "1 unchanged", "1 unchanged"),
        ({"deleted": 2}, "2 deleted", "would delete 2"),
        ({"skipped": 1}, "1 read-only, left", "1 read-only, left"),
        (
            {"created": 1, "updated": 1, "deleted": 1, "skipped": 1},
            "1 created, 1 updated, 1 deleted; 1 read-only, left",
            "would create 1, update 1, delete 1; 1 read-only, left",
        ),
    ],
)
def test_messages(counts, real, check):
    summary = {**dict.fromkeys(COUNTS, 0), **counts}
    assert (message_of(summary), message_of(summary, check_mode=True)) == (real, check)


def test_entries_come_in_the_order_of_the_list_and_pruned_correlations_last():
    run = run_of(
        created(create(9, label="nine")),
        updated(update(row("u3"), 3, description="D", config_target={})),
        deleted(delete(row("u2", label="pruned"))),
        deleted(delete(row("u4"), entry(4, state="absent"))),
        failed(create(5, label="five")),
        left(update(row("u6"), 6, description="D")),
        skipped=[Skipped(entry(1, label="one"), row("u1"), "A"), Skipped(entry(2, label="two"), None, "B")],
    )
    assert entries_of(run) == [
        {"number": 1, "label": "one", "action": "skipped", "uid": "u1", "reason": "A"},
        {"number": 2, "label": "two", "action": "skipped", "uid": None, "reason": "B"},
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
    assert entries_of(run_of(skipped=[Skipped(gone, row("u1", label="there"), "R")]))[0]["label"] == "there"


def test_unchanged_entries_are_only_counted():
    assert entries_of(run_of(unchanged=[entry()], ignored=[entry(2)])) == []


def test_the_result_of_a_list():
    run = run_of(created(create(1)), unchanged=[entry(2)], org_id=3, names=NAMES)
    header = "production: create (Logs to traces: Loki → Tempo, field message)"
    after = {**PLAIN, "source": "Loki", "target": "Tempo"}
    expected = {
        "changed": True,
        "org_id": 3,
        "msg": "1 created, 1 unchanged",
        "summary": summary_of(run),
        "entries": entries_of(run),
        "report": "### `production`: 1 created, 1 unchanged\n"
        "- created `Logs to traces`: `Loki` → `Tempo`, field `message`",
    }
    assert result_of_list(run, with_diff=False, title="production") == expected
    assert result_of_list(run, with_diff=True, title="production") == {
        **expected,
        "diff": [{"before_header": header, "after_header": header, "before": {}, "after": after}],
    }


def test_the_result_of_a_list_that_changes_nothing():
    result = result_of_list(run_of(unchanged=[entry()]), with_diff=True)
    assert (result["changed"], result["msg"], result["entries"], result["diff"]) == (False, "1 unchanged", [], [])
    assert result["report"] == "### 1 unchanged"
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
