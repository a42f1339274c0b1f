# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What prune deletes, and how much may be deleted. Pure."""

from __future__ import annotations

from ansible_collections.crosslink.grafana.plugins.module_utils._connection import Connection
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_draft import PlanDraft
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_resolve import does_not_exist
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import DELETE, PlanOptions
from ansible_collections.crosslink.grafana.plugins.module_utils._text import listed, shortened


def check_plan_options(options: PlanOptions, count: int, connection: Connection) -> None:
    """Refuse to prune more than anybody can intend; ``count`` is that of the entries. Raises InputError."""
    if options.prune_sources and options.prune != "sources":
        raise InputError("prune_sources requires prune: sources.", "contradiction")
    if options.max_deletions is not None and options.max_deletions < 0:
        raise InputError("max_deletions must not be negative.", "invalid_value")
    if options.prune not in ("all", "dangling"):
        return
    if count == 0 and options.max_deletions is None:
        which = "every correlation" if options.prune == "all" else "every dangling correlation"
        message = "An empty list with prune: %s would delete %s: to do so, set max_deletions to the number you expect."
        raise InputError(message % (options.prune, which), "prune_refused")
    if not connection.by_token and connection.org_id is None and connection.org_name is None:
        message = (
            "prune: %s with a user name requires org_id or org_name, "
            "because users can switch organizations on the web page."
        )
        raise InputError(message % options.prune, "prune_refused")


def prune(draft: PlanDraft) -> None:
    """Delete the correlations in the scope of prune that no entry claims."""
    options, state = draft.options, draft.state
    for name in options.prune_sources:
        if state.uid_of(name) is None:
            message = does_not_exist("the data source '%s' in prune_sources" % name, name, state)
            draft.error(None, "data_source_not_found", message)
    if state.is_v9 and options.prune == "all":
        message = (
            "prune: all is refused, because organizations share correlations in this version of Grafana; "
            "use prune: sources"
        )
        draft.error(None, "prune_refused", message)
    elif state.is_v9 and options.prune == "sources":
        draft.plan.warnings.append(
            "In this version of Grafana, organizations share correlations of data sources with the same UID: "
            "prune deletes them for all."
        )
    for one in draft.existing.values():
        ends = (one.source, one.target or "")
        dangles = options.prune == "dangling" and any(uid in state.missing_data_sources for uid in ends)
        if one.uid not in draft.claimed and not one.read_only and (dangles or draft.is_pruned(one.source)):
            draft.delete(None, one)


def check_deletions(draft: PlanDraft) -> None:
    """Refuse a plan that deletes more than max_deletions. Beside other errors the number is not known."""
    most = draft.options.max_deletions
    doomed = [action.existing for action in draft.plan.actions_of(DELETE) if action.existing is not None]
    if most is None or len(doomed) <= most or draft.plan.problems:
        return
    message = (
        "%d %s would be deleted, but max_deletions is %d: review them with --check --diff and a larger "
        "max_deletions: %s"
    )
    names = listed(["'%s' (uid '%s')" % (shortened(one.label), one.uid) for one in doomed])
    draft.error(
        None,
        "too_many_deletions",
        message % (len(doomed), "correlation" if len(doomed) == 1 else "correlations", most, names),
    )
