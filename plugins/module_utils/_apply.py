# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carries out a plan: creates, then updates, then deletes, so that a link is never missing in between."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import threading
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import as_kept, differing
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import CrosslinkError, Defect
from ansible_collections.crosslink.grafana.plugins.module_utils._plan import CREATE, DELETE, UPDATE, Action, Plan
from ansible_collections.crosslink.grafana.plugins.module_utils._route import NewCorrelation
from ansible_collections.crosslink.grafana.plugins.module_utils._verified_write import Vanished, VerifiedWriter

FAILED, NOT_ATTEMPTED = "failed", "not_attempted"
DONE = {CREATE: "created", UPDATE: "updated", DELETE: "deleted"}


@dataclasses.dataclass
class Outcome:
    """What became of an action: one of DONE, FAILED or NOT_ATTEMPTED. ``row`` is the row as Grafana now holds it, or
    that was deleted; ``wrote`` whether Grafana was changed, which a failure may have done too."""

    action: Action
    state: str
    row: Correlation | None = None
    error: CrosslinkError | None = None
    wrote: bool = False


def predict(plan: Plan) -> list[Outcome]:
    """The outcomes that a run would have, for check mode."""
    return [Outcome(action, DONE[action.kind], predicted(action), wrote=True) for action in plan.actions]


def predicted(action: Action) -> Correlation:
    """The row as it will be after a create or an update; of a delete, the row as it is."""
    members = {**(action.row.members if action.row else {}), **action.members}
    members["config.target"] = as_kept(members["config.target"])
    if action.row is None:
        return Correlation(action.uid or "", action.source, action.target, action.type, members)
    return dataclasses.replace(action.row, members=members, raw={})


def apply_plan(plan: Plan, writer: VerifiedWriter, concurrency: int = 1, stop_on_error: bool = True) -> list[Outcome]:
    """Make the writes, up to ``concurrency`` at a time; failures are outcomes, not exceptions."""
    stopped = threading.Event()

    def attempt(action: Action) -> Outcome:
        if stopped.is_set():
            return Outcome(action, NOT_ATTEMPTED, action.row)
        outcome = _perform(action, writer)
        if outcome.error is not None and stop_on_error:
            stopped.set()
        return outcome

    outcomes: list[Outcome] = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=concurrency) as threads:
        run = threads.map if concurrency > 1 and len(plan.actions) > 1 else map
        for kind in (CREATE, UPDATE, DELETE):
            outcomes += run(attempt, plan.of_kind(kind))
    return outcomes


def _again(action: Action, members: t.Mapping[str, t.Any], writer: VerifiedWriter) -> tuple[str, Correlation]:
    """A correlation in place of one that is gone: one that is as wanted already, or a new one."""
    new = NewCorrelation(action.source, action.target, action.type, members)
    for found in writer.route.reread([action.source]):
        if found.base == new.base and not differing(members, found.members):
            return DONE[UPDATE], found
    return DONE[CREATE], writer.create(new)


def _perform(action: Action, writer: VerifiedWriter) -> Outcome:
    state, existing = DONE[action.kind], action.row
    try:
        if existing is None:
            kept = writer.create(NewCorrelation(action.source, action.target, action.type, action.members, action.uid))
        elif action.kind == DELETE:
            writer.delete(existing)
            kept = existing
        else:
            updated = writer.update(existing, action.members)
            if updated is None and action.entry is not None and action.entry.uid is not None:
                raise Vanished(existing.uid)
            if updated is None:  # the entry wants it there
                state, updated = _again(action, {**existing.members, **action.members}, writer)
            kept = updated
    except CrosslinkError as error:
        return Outcome(action, FAILED, error.written or existing, error, wrote=error.written is not None)
    except Exception as error:  # a defect of ours: what the other writes have done must be reported all the same
        return Outcome(action, FAILED, existing, Defect(error))
    return Outcome(action, state, kept, wrote=True)
