# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run returns to Ansible."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._apply import DONE, FAILED, NOT_ATTEMPTED, Outcome, predicted
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation, diff_definition
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import PRESENT, Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import PartFailed, one_line
from ansible_collections.crosslink.grafana.plugins.module_utils._plan import CREATE, DELETE, UPDATE, Action
from ansible_collections.crosslink.grafana.plugins.module_utils._reconcile import Run

COUNTS = ("created", "updated", "deleted", "unchanged", "ignored", "skipped", "failed", "not_attempted")


def sides(action: Action) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """The definitions before and after an action; empty where there is no correlation."""
    before = diff_definition(action.row, action.members)
    after = {} if action.kind == DELETE else diff_definition(predicted(action), action.members)
    return before, after


def diff_of_one(run: Run, row: Correlation | None) -> dict[str, t.Any] | list[dict[str, t.Any]]:
    """The diff of a run with one entry; a list of diffs with headers where it changes several rows."""
    changes = [outcome.action for outcome in run.outcomes if outcome.wrote]
    if len(changes) > 1:
        return diffs_of(run)
    before, after = sides(changes[0]) if changes else (diff_definition(row), diff_definition(row))
    return {"before": before, "after": after}


def summary_of(run: Run) -> dict[str, int]:
    """COUNTS: entries, but for deleted, which counts rows."""
    plan = run.plan
    counts = {**dict.fromkeys(COUNTS, 0), "unchanged": len(plan.unchanged), "ignored": len(plan.ignored), "skipped": len(plan.skipped)}
    for outcome in run.outcomes:
        counts[outcome.state] += 1
    return counts


def message_of(summary: t.Mapping[str, int]) -> str:
    """``3 created, 1 updated, 996 unchanged``."""
    return ", ".join("%d %s" % (summary[name], name.replace("_", " ")) for name in COUNTS if summary[name]) or "nothing to do"


def entries_of(run: Run) -> list[dict[str, t.Any]]:
    """One item for each write and each skipped entry, in the order of the list; pruned rows come last, without number."""
    found = [(outcome.action.entry, _item(outcome.action.entry, _label(outcome.action), outcome.state, outcome.row, outcome)) for outcome in run.outcomes]
    found += [(entry, _item(entry, entry.label or (row.label if row else ""), "skipped", row)) for entry, row in run.plan.skipped]
    return [item for _entry, item in sorted(found, key=lambda pair: pair[0].number if pair[0] else 10**9)]


def _item(entry: Entry | None, label: str, action: str, row: Correlation | None, outcome: Outcome | None = None) -> dict[str, t.Any]:
    item: dict[str, t.Any] = {"number": entry.origin.position if entry else None, "label": label, "action": action}
    item["uid"] = (row.uid or None) if row else None
    for name in ("file", "variable"):
        if entry and getattr(entry.origin, name):
            item[name] = getattr(entry.origin, name)
    if outcome is not None and outcome.action.kind == UPDATE and action != DONE[CREATE]:
        item["changed_members"] = list(outcome.action.members)
    if outcome is not None and outcome.error is not None:
        item["error"] = str(outcome.error)
    return item


def _label(action: Action) -> str:
    return action.label if action.entry is None or action.entry.label is None else action.entry.label


def diffs_of(run: Run) -> list[dict[str, t.Any]]:
    """One diff with headers for each write that was made, or would be."""
    found = []
    for outcome in run.outcomes:
        if outcome.state in (FAILED, NOT_ATTEMPTED) and not outcome.wrote:
            continue
        before, after = sides(outcome.action)
        header = one_line(_header(outcome.action))  # which Ansible shows as it is
        found.append({"before_header": header, "after_header": header, "before": before, "after": after})
    return found


def _header(action: Action) -> str:
    """What a diff is about: the entry; of a duplicate that is removed which one, since its like stays."""
    if action.entry is None:
        return "pruned (%s)" % action.label
    place = action.entry.place or action.label
    if action.kind == DELETE and action.entry.state == PRESENT and action.row is not None:
        return "%s, duplicate with uid '%s'" % (place, action.row.uid)
    return place


def result_of_one(run: Run, with_diff: bool) -> dict[str, t.Any]:
    """The result of a run with one entry, with its diff if that is asked for. Raises PartFailed when a write failed."""
    kept = [outcome.row for outcome in run.outcomes if outcome.action.kind != DELETE]
    removed = [outcome.row for outcome in run.outcomes if outcome.state == DONE[DELETE] and outcome.row]
    row = next(iter([*kept, *run.plan.rows.values(), *removed]), None)
    result: dict[str, t.Any] = {"removed": [gone.uid for gone in removed], **_common(run)}
    if with_diff:
        result["diff"] = diff_of_one(run, row)
    if row is not None:
        result["correlation"] = row.as_api()
    for outcome in run.outcomes:
        if outcome.error is not None:
            raise PartFailed(str(outcome.error), {**result, **outcome.error.details()})
    return result


def result_of_list(run: Run, with_diff: bool) -> dict[str, t.Any]:
    """The result of a run with a list, with its diffs if they are asked for. Raises PartFailed when a write failed."""
    summary = summary_of(run)
    result = {"msg": message_of(summary), "summary": summary, "entries": entries_of(run), **_common(run)}
    if with_diff:
        result["diff"] = diffs_of(run)
    failed = [outcome for outcome in run.outcomes if outcome.error is not None]
    if not failed:
        return result
    first = failed[0]
    where = first.action.entry.place if first.action.entry else "pruning '%s'" % first.action.label
    sentence = "%s (%s). First failure: %s: %s" % ("Not all was done", result.pop("msg"), where, first.error)
    raise PartFailed(sentence, {**result, **(first.error.details() if first.error else {})})


def _common(run: Run) -> dict[str, t.Any]:
    found: dict[str, t.Any] = {"changed": any(outcome.wrote for outcome in run.outcomes)}
    if run.org_id is not None:
        found["org_id"] = run.org_id
    return found
