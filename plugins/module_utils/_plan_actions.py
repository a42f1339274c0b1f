# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of an entry: the write that it needs, or why there can be none. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import (
    EMPTY_MEMBERS,
    EXTERNAL,
    QUERY,
    Correlation,
    api_config,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import URL_MISSING, Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import ContentIndex
from ansible_collections.crosslink.grafana.plugins.module_utils._grafana_state import unsupported_on_v9
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_draft import PlanDraft
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_resolve import ResolvedEntry
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import CREATE, UPDATE, Action, Skipped
from ansible_collections.crosslink.grafana.plugins.module_utils._size import too_long


def assign(draft: PlanDraft, resolved: ResolvedEntry, existing: Correlation, changed: t.Sequence[str]) -> None:
    """The correlation belongs to the entry; plan to update the members that differ."""
    entry = resolved.entry
    draft.claimed.add(existing.uid)
    draft.plan.matched[entry.origin.order] = existing
    if entry.uid is not None:
        fix_by_uid(draft, entry, existing, resolved.desired)
    if not changed:
        draft.plan.unchanged.append(entry)
        return
    if not draft.can_write(entry, existing, "differs in %s" % ", ".join(changed)):
        return
    changes = {name: resolved.desired[name] for name in changed}
    reason = unsupported_on_v9(existing.type, changes) if draft.state.is_v9 else None
    if reason is not None:
        draft.error(entry, "not_supported", reason)
        return
    if not _is_storable(draft, entry, changes, {**existing.members, **changes}, existing.unknown):
        return
    if existing.type == EXTERNAL and "config.target" in changes and not changes["config.target"].get("url"):
        draft.error(entry, "missing_option", URL_MISSING)
        return
    # A correlation that was missed while reading may be equal already.
    draft.plan.sources_to_reread.add(existing.source)
    action = Action(UPDATE, entry, existing, existing.source, existing.target, existing.type, changes)
    draft.plan.actions.append(action)


def create(draft: PlanDraft, resolved: ResolvedEntry) -> None:
    """Plan to create the correlation of the entry."""
    entry, source, target = resolved.entry, resolved.source, resolved.target
    members = {**EMPTY_MEMBERS, **resolved.desired}
    type_ = entry.type or QUERY
    draft.plan.sources_to_reread.add(source or "")
    key = resolved.key_without_field
    same = draft.fixed_by_uid[key].equal(members) if key in draft.fixed_by_uid else []
    reasons = draft.state.refused_data_sources
    refused = [reasons[uid] for uid in (source, target) if uid is not None and uid in reasons]
    if same:
        message = "it is the same as the correlation that %s describes by its uid; keep one"
        draft.error(entry, "duplicate_entry", message % same[0].origin)
        return
    if entry.uid is not None:
        draft.fixed_by_uid.setdefault(key, ContentIndex()).add(entry, members)
    if source is None or entry.label is None or (type_ == QUERY and target is None):
        message = "there is no correlation with uid '%s', and a new one needs source, label, config.field and a target"
        draft.error(entry, "correlation_not_found", message % entry.uid)
    elif refused:
        draft.error(entry, "data_source_refused", refused[0])
    elif not members["config.field"]:
        message = "config.field is missing: give the field of the source's results that gets the link"
        draft.error(entry, "missing_option", message)
    elif type_ == EXTERNAL and not members["config.target"].get("url"):
        draft.error(entry, "missing_option", URL_MISSING)
    elif source in draft.state.read_only_sources:
        _cannot_add(draft, entry, source)
    elif draft.state.is_v9 and (reason := unsupported_on_v9(type_, members)):
        draft.error(entry, "not_supported", reason)
    elif _is_storable(draft, entry, members, members, {}):
        draft.plan.actions.append(Action(CREATE, entry, None, source, target, type_, members, entry.uid))


def _cannot_add(draft: PlanDraft, entry: Entry, source: str) -> None:
    reason = "source '%s' is provisioned, and this version of Grafana allows no additions to it" % source
    if draft.options.on_provisioned == "skip":
        draft.skip(Skipped(entry, None, reason), reason)
    else:
        advice = "add the correlation to its provisioning file, or set on_provisioned: skip"
        draft.error(entry, "provisioned", "%s: %s" % (reason, advice))


def _is_storable(
    draft: PlanDraft,
    entry: Entry,
    changes: t.Mapping[str, t.Any],
    members: t.Mapping[str, t.Any],
    unknown: t.Mapping[str, t.Any],
) -> bool:
    """Whether Grafana stores the members with these changes on every database; otherwise it is an error."""
    config = {}
    if any(name.startswith("config.") for name in changes):
        # Grafana writes config as a whole; up to 11.2 it has the type in it.
        config = {**api_config(members), **unknown, **({"type": QUERY} if draft.state.is_v9 else {})}
    message = too_long(changes.get("label", ""), changes.get("description", ""), config)
    if message is not None:
        draft.error(entry, "too_long", message)
    return message is None


def fix_by_uid(draft: PlanDraft, entry: Entry, existing: Correlation, desired: t.Mapping[str, t.Any]) -> None:
    """Remember what an entry with a uid describes, so that no other entry creates the same again."""
    members = {**existing.members, **desired}
    key = (existing.source, existing.type, existing.target, members["label"])
    draft.fixed_by_uid.setdefault(key, ContentIndex()).add(entry, members)
