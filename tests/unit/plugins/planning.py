# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of plans share: makes plans, and shows what is in them."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._grafana_state import GrafanaState
from ansible_collections.crosslink.grafana.plugins.module_utils._plan import make_plan
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import UPDATE, Plan, PlanOptions
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import grafana_state

TOLD_APART = "its own config.field or label"  # what a warning about matches in the order of uids asks for


def planned(
    entries: Entry | t.Sequence[Entry], state: GrafanaState | t.Sequence[Correlation] = (), **options: t.Any
) -> Plan:
    """The plan of a list."""
    options.setdefault("is_list", True)
    found = state if isinstance(state, GrafanaState) else grafana_state(*state)
    return make_plan([entries] if isinstance(entries, Entry) else entries, found, PlanOptions(**options))


def planned_one(entry: Entry, state: GrafanaState | t.Sequence[Correlation] = (), **options: t.Any) -> Plan:
    """The plan of the module for one correlation."""
    return planned(entry, state, is_list=False, **options)


def writes(plan: Plan) -> list[tuple[str, str | None]]:
    """Operation and uid of each action; the plan must have no problems."""
    assert plan.problems == []
    return [(action.operation, action.existing.uid if action.existing else None) for action in plan.actions]


def changes(plan: Plan) -> dict[str, t.Any]:
    """The members that the only action of the plan changes."""
    [action] = plan.actions
    assert action.operation == UPDATE
    return dict(action.changes)


def coded(plan: Plan) -> list[tuple[int, str]]:
    """Order of the entry and code of each problem; 0 for the list as a whole."""
    return [(problem.origin.order if problem.origin else 0, problem.code) for problem in plan.problems]


def only_problem(plan: Plan, code: str) -> str:
    """The only problem of the plan, which has this code, as a message shows it."""
    [problem] = plan.problems
    assert problem.code == code, problem
    return str(problem)
