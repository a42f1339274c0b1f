# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs with what was planned and what became of it, for tests of what they return."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._apply import FAILED, NOT_ATTEMPTED, Outcome, predict
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import CrosslinkError, HttpError
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import CREATE, DELETE, UPDATE, Action, Plan
from ansible_collections.crosslink.grafana.plugins.module_utils._reconcile import Run
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import entry, members, row

NAMES = {"loki": "Loki", "tempo": "Tempo"}
PLAIN = {
    "source": "loki",
    "target": "tempo",
    "label": "Logs to traces",
    "type": "query",
    "config": {"field": "message", "target": {}},
}
REFUSED = HttpError("Grafana refuses.", "POST", "https://h/x", 403, "Access denied")


def create(number: int = 1, uid: str | None = None, **more: t.Any) -> Action:
    return Action(CREATE, entry(number, **more), None, "loki", "tempo", "query", members(**more), uid)


def update(there: Correlation, number: int = 1, **changes: t.Any) -> Action:
    changed = {name.replace("config_", "config."): value for name, value in changes.items()}
    return Action(UPDATE, entry(number), there, there.source, there.target, there.type, changed)


def delete(there: Correlation, of: Entry | None = None) -> Action:
    return Action(DELETE, of, there, there.source, there.target, there.type, {})


def run_of(
    *outcomes: Outcome, org_id: int | None = None, names: t.Mapping[str, str] | None = None, **plan: t.Any
) -> Run:
    return Run(Plan(actions=[outcome.action for outcome in outcomes], **plan), list(outcomes), org_id, names or {})


def checked(*actions: Action, **plan: t.Any) -> Run:
    """A run in check mode, which knows the names of data sources."""
    made = Plan(actions=list(actions), **plan)
    return Run(made, predict(made), None, NAMES, check_mode=True)


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
