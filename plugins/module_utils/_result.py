# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run returns to Ansible."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._apply import (
    DONE,
    FAILED,
    NOT_ATTEMPTED,
    Outcome,
    predicted,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation, diff_definition
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import PRESENT, Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import PartialFailure
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import CREATE, DELETE, UPDATE, Action
from ansible_collections.crosslink.grafana.plugins.module_utils._reconcile import Run
from ansible_collections.crosslink.grafana.plugins.module_utils._text import one_line

COUNTS = ("created", "updated", "deleted", "unchanged", "ignored", "skipped", "failed", "not_attempted")


def result_of_one(run: Run, with_diff: bool) -> dict[str, t.Any]:
    """The result of a module with one correlation. Raises PartialFailure when a write failed."""
    written = [outcome.correlation for outcome in run.outcomes if outcome.action.operation != DELETE]
    deleted = [outcome.correlation for outcome in run.outcomes if outcome.state == DONE[DELETE] and outcome.correlation]
    correlation = next(iter([*written, *run.plan.matched.values(), *deleted]), None)
    result: dict[str, t.Any] = {"removed": [one.uid for one in deleted], **_common(run)}
    if with_diff:
        result["diff"] = diff_of_one(run, correlation)
    if correlation is not None:
        result["correlation"] = correlation.as_api()
    for outcome in run.outcomes:
        if outcome.error is not None:
            raise PartialFailure(str(outcome.error), outcome.error, result)
    return result


def result_of_list(run: Run, with_diff: bool) -> dict[str, t.Any]:
    """The result of a module with a list. Raises PartialFailure when a write failed."""
    summary = summary_of(run)
    result = {"msg": message_of(summary), "summary": summary, "entries": entries_of(run), **_common(run)}
    if with_diff:
        result["diff"] = diffs_of(run)
    failed = next((outcome for outcome in run.outcomes if outcome.error is not None), None)
    if failed is None or failed.error is None:
        return result
    entry = failed.action.entry
    where = str(entry.origin) if entry else "pruning '%s'" % failed.action.label
    sentence = "Some writes failed (%s). First failure: %s: %s" % (result.pop("msg"), where, failed.error)
    raise PartialFailure(sentence, failed.error, result)


def _common(run: Run) -> dict[str, t.Any]:
    found: dict[str, t.Any] = {"changed": any(outcome.wrote for outcome in run.outcomes)}
    if run.org_id is not None:
        found["org_id"] = run.org_id
    return found


def summary_of(run: Run) -> dict[str, int]:
    """COUNTS: of entries, but ``deleted`` counts correlations."""
    plan = run.plan
    counts = dict.fromkeys(COUNTS, 0)
    counts.update(unchanged=len(plan.unchanged), ignored=len(plan.ignored), skipped=len(plan.skipped))
    for outcome in run.outcomes:
        counts[outcome.state] += 1
    return counts


def message_of(summary: t.Mapping[str, int]) -> str:
    """``3 created, 1 updated, 996 unchanged``."""
    counts = ["%d %s" % (summary[name], name.replace("_", " ")) for name in COUNTS if summary[name]]
    return ", ".join(counts) or "nothing to do"


def entries_of(run: Run) -> list[dict[str, t.Any]]:
    """One item for each write and each skipped entry, in the order of the entries; pruned correlations come last."""
    found = [(outcome.action.entry, _written_item(outcome)) for outcome in run.outcomes]
    for entry, existing in run.plan.skipped:
        label = entry.label or (existing.label if existing else "")
        found.append((entry, _item(entry, label, "skipped", existing)))
    found.sort(key=lambda pair: pair[0].origin.order if pair[0] else 10**9)
    return [item for _entry, item in found]


def _written_item(outcome: Outcome) -> dict[str, t.Any]:
    action = outcome.action
    label = action.label if action.entry is None or action.entry.label is None else action.entry.label
    item = _item(action.entry, label, outcome.state, outcome.correlation)
    if action.operation == UPDATE and outcome.state != DONE[CREATE]:
        item["changed_members"] = list(action.changes)
    if outcome.error is not None:
        item["error"] = str(outcome.error)
        item["code"] = outcome.error.code
    return item


def _item(entry: Entry | None, label: str, state: str, correlation: Correlation | None) -> dict[str, t.Any]:
    item: dict[str, t.Any] = {"number": entry.origin.position if entry else None, "label": label, "action": state}
    item["uid"] = (correlation.uid or None) if correlation else None
    for name in ("file", "path", "variable"):
        if entry and getattr(entry.origin, name):
            item[name] = getattr(entry.origin, name)
    return item


def diff_of_one(run: Run, correlation: Correlation | None) -> dict[str, t.Any] | list[dict[str, t.Any]]:
    """The diff of a run with one entry; a list of diffs with headers if it changes several correlations."""
    changes = [outcome.action for outcome in run.outcomes if outcome.wrote]
    if len(changes) > 1:
        return diffs_of(run)
    if changes:
        before, after = _before_and_after(changes[0])
    else:
        before, after = diff_definition(correlation), diff_definition(correlation)
    return {"before": before, "after": after}


def diffs_of(run: Run) -> list[dict[str, t.Any]]:
    """One diff with headers for each write that was made, or would be."""
    found = []
    for outcome in run.outcomes:
        if outcome.state in (FAILED, NOT_ATTEMPTED) and not outcome.wrote:
            continue
        before, after = _before_and_after(outcome.action)
        header = one_line(_header(outcome.action))  # Ansible shows it as it is
        found.append({"before_header": header, "after_header": header, "before": before, "after": after})
    return found


def _before_and_after(action: Action) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    before = diff_definition(action.existing, action.changes)
    after = {} if action.operation == DELETE else diff_definition(predicted(action), action.changes)
    return before, after


def _header(action: Action) -> str:
    """The entry that a diff is about; of a deleted duplicate also its uid, since an equal correlation stays."""
    if action.entry is None:
        return "pruned (%s)" % action.label
    place = str(action.entry.origin) or action.label
    if action.operation == DELETE and action.entry.state == PRESENT and action.existing is not None:
        return "%s, duplicate with uid '%s'" % (place, action.existing.uid)
    return place
