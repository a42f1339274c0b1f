# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes a plan: what to create, update and delete so that Grafana holds what the entries describe. Pure: no I/O."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._entry import ABSENT, IGNORED, PRESENT, Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._grafana_state import GrafanaState
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_draft import PlanDraft
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_match import (
    ignore,
    match_by_key,
    match_by_uid,
    remove,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_prune import check_deletions, prune
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_resolve import group_by_state, resolve
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import (
    CREATE,
    DELETE,
    UPDATE,
    Plan,
    PlanOptions,
)


def make_plan(entries: t.Sequence[Entry], state: GrafanaState, options: PlanOptions) -> Plan:
    """The plan for checked entries and the correlations that were read; the same input gives the same plan.

    All problems are found together. Of entries with errors only the data sources are looked at.
    """
    sources = {uid for entry in entries if (uid := state.uid_of(entry.source)) is not None}
    draft = PlanDraft(state, options, sources)
    groups = group_by_state(resolve(entries, state, options, draft.plan), draft.plan)
    for group in groups[IGNORED]:
        ignore(draft, group)
    for group in groups[PRESENT]:
        if group[0].entry.uid is not None:
            match_by_uid(draft, group[0])
    by_key = [group for group in groups[PRESENT] if group[0].entry.uid is None]
    for group in sorted(by_key, key=lambda group: group[0].entry.field is None):
        match_by_key(draft, group)  # those without config.field take what the others leave
    for group in groups[ABSENT]:
        remove(draft, group)
    prune(draft)
    check_deletions(draft)
    draft.plan.actions.sort(key=lambda action: (CREATE, UPDATE, DELETE).index(action.operation))
    return draft.plan
