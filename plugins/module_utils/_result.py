# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run returns to Ansible."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._apply import DONE, Outcome
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._diff import diff_of_one, diffs_of
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import PartialFailure
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import CREATE, DELETE, UPDATE, Skipped
from ansible_collections.crosslink.grafana.plugins.module_utils._reconcile import Run
from ansible_collections.crosslink.grafana.plugins.module_utils._report import report_of

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


def result_of_list(run: Run, with_diff: bool, title: str | None = None) -> dict[str, t.Any]:
    """The result of a module with a list; ``title`` names the Grafana. Raises PartialFailure when a write failed."""
    summary = summary_of(run)
    message = message_of(summary, run.check_mode)
    report = report_of(run, message, title)
    result = {"msg": message, "summary": summary, "entries": entries_of(run), "report": report, **_common(run)}
    if with_diff:
        result["diff"] = diffs_of(run, title)
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


def message_of(summary: t.Mapping[str, int], check_mode: bool = False) -> str:
    """``3 created, 1 updated, 996 unchanged; 1 read-only, left``; in check mode ``would create 3, update 1; ...``."""
    changes = {verb: summary[done] for verb, done in DONE.items() if summary[done]}
    others = [
        "%d %s" % (summary[name], name.replace("_", " "))
        for name in COUNTS
        if summary[name] and name not in (*DONE.values(), "skipped")
    ]
    if check_mode:
        parts = ["would " + ", ".join("%s %d" % change for change in changes.items())] if changes else []
        parts += [", ".join(others)]
    else:
        parts = [", ".join(["%d %s" % (count, DONE[verb]) for verb, count in changes.items()] + others)]
    parts += ["%d read-only, left" % summary["skipped"]] if summary["skipped"] else []
    return "; ".join(filter(None, parts)) or "nothing to do"


def entries_of(run: Run) -> list[dict[str, t.Any]]:
    """One item for each write and each skipped entry, in the order of the entries; pruned correlations come last."""
    return [_skipped_item(one) if isinstance(one, Skipped) else _written_item(one) for one in run.items()]


def _skipped_item(skipped: Skipped) -> dict[str, t.Any]:
    entry, existing = skipped.entry, skipped.existing
    label = entry.label or (existing.label if existing else "")
    return {**_item(entry, label, "skipped", existing), "reason": skipped.reason}


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
