# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carries out a plan: creates, then updates, then deletes, so that a link is never missing in between."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import threading
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._api import NewCorrelation
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import differing, normalize_numbers
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import CrosslinkError, InternalError
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import CREATE, DELETE, UPDATE, Action, Plan
from ansible_collections.crosslink.grafana.plugins.module_utils._verified_write import Vanished, VerifiedWriter

FAILED, NOT_ATTEMPTED = "failed", "not_attempted"
DONE = {CREATE: "created", UPDATE: "updated", DELETE: "deleted"}


@dataclasses.dataclass
class Outcome:
    """What became of an action: one of DONE, FAILED or NOT_ATTEMPTED.

    ``correlation`` is as Grafana now holds it, or as it was before its deletion. ``wrote``: Grafana was changed, which
    a failure can have done too.
    """

    action: Action
    state: str
    correlation: Correlation | None = None
    error: CrosslinkError | None = None
    wrote: bool = False


def predict(plan: Plan) -> list[Outcome]:
    """The outcomes that a run would have, for check mode."""
    return [Outcome(action, DONE[action.operation], predicted(action), wrote=True) for action in plan.actions]


def predicted(action: Action) -> Correlation:
    """The correlation after a create or an update; before a delete."""
    members = {**(action.existing.members if action.existing else {}), **action.changes}
    members["config.target"] = normalize_numbers(members["config.target"])
    if action.existing is None:
        return Correlation(action.uid or "", action.source, action.target, action.type, members)
    return dataclasses.replace(action.existing, members=members, raw={})


def apply_plan(plan: Plan, writer: VerifiedWriter, concurrency: int = 1, stop_on_error: bool = True) -> list[Outcome]:
    """Make the writes, up to ``concurrency`` at a time; failures are outcomes, not exceptions."""
    stopped = threading.Event()

    def attempt(action: Action) -> Outcome:
        if stopped.is_set():
            return Outcome(action, NOT_ATTEMPTED, action.existing)
        outcome = _perform(action, writer)
        if outcome.error is not None and stop_on_error:
            stopped.set()
        return outcome

    outcomes: list[Outcome] = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=concurrency) as threads:
        run = threads.map if concurrency > 1 and len(plan.actions) > 1 else map
        for operation in (CREATE, UPDATE, DELETE):
            outcomes += run(attempt, plan.actions_of(operation))
    return outcomes


def _perform(action: Action, writer: VerifiedWriter) -> Outcome:
    existing = action.existing
    try:
        return _write(action, writer)
    except CrosslinkError as error:
        return Outcome(action, FAILED, error.written or existing, error, wrote=error.written is not None)
    except Exception as error:  # a bug: what the other writes have done must be reported all the same
        return Outcome(action, FAILED, existing, InternalError(error))


def _write(action: Action, writer: VerifiedWriter) -> Outcome:
    existing = action.existing
    if existing is None:
        new = NewCorrelation(action.source, action.target, action.type, action.changes, action.uid)
        return Outcome(action, DONE[CREATE], writer.create(new), wrote=True)
    if action.operation == DELETE:
        writer.delete(existing)
        return Outcome(action, DONE[DELETE], existing, wrote=True)
    updated = writer.update(existing, action.changes)
    if updated is not None:
        return Outcome(action, DONE[UPDATE], updated, wrote=True)
    if action.entry is not None and action.entry.uid is not None:
        raise Vanished(existing.uid)
    return _replace(action, {**existing.members, **action.changes}, writer)


def _replace(action: Action, members: t.Mapping[str, t.Any], writer: VerifiedWriter) -> Outcome:
    """A correlation in place of one that vanished: one that is as desired already, or a new one."""
    new = NewCorrelation(action.source, action.target, action.type, members)
    for one in writer.api.list_completely([action.source]):
        if one.key_without_field == new.key_without_field and not differing(members, one.members):
            return Outcome(action, DONE[UPDATE], one, wrote=True)
    return Outcome(action, DONE[CREATE], writer.create(new), wrote=True)
