# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The diffs of runs."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._apply import DONE, Outcome
from ansible_collections.crosslink.grafana.plugins.module_utils._diff import diff_of_one, diffs_of
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import CrosslinkError
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import Action, Skipped
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import LOGFMT, URL, api_row, entry, row
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


def test_the_diff_of_one_that_failed_shows_no_change_that_was_not_made():
    run = run_of(failed(update(row(), description="new")))
    assert diff_of_one(run, row()) == {"before": PLAIN, "after": PLAIN}


def test_a_header_cannot_forge_what_a_terminal_shows():
    [diff] = diffs_of(run_of(Outcome(delete(row("u1", label="x)\n+{}\n\x1b[2Kfine (")), "deleted", wrote=True)))
    assert diff["before_header"] == diff["after_header"] == ("prune (x) +{} [2Kfine (: loki → tempo, field message)")


def test_diffs_are_in_the_order_of_the_entries_and_leave_out_what_was_not_made():
    run = run_of(
        created(create(5, label="five")),
        failed(create(3)),
        failed(create(4, label="four"), CrosslinkError("not kept"), correlation=row("new"), wrote=True),
        updated(update(row("u2"), 2, description="D")),
        left(update(row("u9"), 9, description="D")),
        deleted(delete(row("u6", label="extra"))),
        deleted(delete(row("u1"), entry(1, state="absent"))),
        deleted(delete(row("u7"), entry(2))),
        names=NAMES,
    )
    named = {**PLAIN, "source": "Loki", "target": "Tempo"}
    of_labels = {
        "delete (Logs to traces: Loki → Tempo, field message)": (named, {}),
        "update (Logs to traces: Loki → Tempo, field message)": (named, {**named, "description": "D"}),
        "delete duplicate (Logs to traces: Loki → Tempo, field message, uid u7)": (named, {}),
        "create (four: Loki → Tempo, field message)": ({}, {**named, "label": "four"}),
        "create (five: Loki → Tempo, field message)": ({}, {**named, "label": "five"}),
        "prune (extra: Loki → Tempo, field message)": ({**named, "label": "extra"}, {}),
    }
    assert diffs_of(run) == [
        {"before_header": header, "after_header": header, "before": before, "after": after}
        for header, (before, after) in of_labels.items()
    ]


def header(action: Action, title: str | None = None) -> str:
    """That of the diff of a run that only does this."""
    [diff] = diffs_of(run_of(Outcome(action, DONE[action.operation], wrote=True)), title)
    assert diff["before_header"] == diff["after_header"]
    return diff["before_header"]


def test_a_header_begins_with_the_title():
    assert header(create(), "production") == "production: create (Logs to traces: loki → tempo, field message)"


def test_a_header_shows_where_an_external_link_leads():
    url = "https://tickets.example.com/browse/" + 60 * "x"
    there = row(type="external", query={"url": url})
    assert header(delete(there)) == "prune (Logs to traces: loki → %s..., field message)" % url[:60]
    odd = row(type="external", query="text")
    assert header(delete(odd)) == 'prune (Logs to traces: loki → "", field message)'


def test_a_header_shows_what_the_correlation_becomes():
    assert header(update(row(), label="New", config_field="pod")) == "update (New: loki → tempo, field pod)"


def test_a_header_without_a_label_or_a_field():
    assert header(delete(row(label="", field=""))) == 'prune ("": loki → tempo)'


def test_a_long_label_is_cut():
    assert header(delete(row(label=100 * "x"))) == "prune (%s...: loki → tempo, field message)" % (60 * "x")


def test_a_skipped_entry_is_shown_though_nothing_changes():
    there = {**PLAIN, "source": "Loki", "target": "Tempo"}
    run = run_of(
        deleted(delete(row("u2"))),
        names=NAMES,
        skipped=[
            Skipped(entry(2), row("u1"), "it is provisioned and differs in description"),
            Skipped(entry(1, label="New"), None, "source 'loki'\nis provisioned"),
        ],
    )
    new, provisioned, pruned = diffs_of(run, "production")
    assert new == {
        "before": {},
        "after": {},
        "prepared": "--- production: left (New: Loki → Tempo, field message): source 'loki' is provisioned\n\n",
    }
    assert provisioned == {
        "before": there,
        "after": there,
        "prepared": "--- production: left (Logs to traces: Loki → Tempo, field message): "
        "it is provisioned and differs in description\n\n",
    }
    assert pruned["after"] == {}


def test_uids_where_names_are_not_known():
    before, _after = sides(delete(row(source="other", target="tempo")))
    assert (before["source"], before["target"]) == ("other", "tempo")
    [diff] = diffs_of(run_of(deleted(delete(row(source="other", target="tempo"))), names=NAMES))
    assert (diff["before"]["source"], diff["before"]["target"]) == ("other", "Tempo")
    assert diff["before_header"] == "prune (Logs to traces: other → Tempo, field message)"
