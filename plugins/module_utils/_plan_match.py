# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which correlation each entry describes: by uid, by key and content, or none. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import (
    MEMBERS,
    ContentIndex,
    canonical_json,
    differing,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_actions import assign, create, fix_by_uid
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_draft import PlanDraft
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_resolve import Group, ResolvedEntry
from ansible_collections.crosslink.grafana.plugins.module_utils._text import listed, shortened

Correlations = t.Sequence[Correlation]


def ignore(draft: PlanDraft, group: Group) -> None:
    """Protect the correlations of this key or uid."""
    entry = group[0].entry
    draft.plan.ignored += [resolved.entry for resolved in group]
    covered = draft.covered(group[0])
    found = covered if entry.uid is not None else draft.unclaimed(group[0])
    draft.claimed.update(one.uid for one in found)
    draft.ignored.update((one.uid, entry) for one in found)
    if entry.uid is not None:
        for one in found:
            fix_by_uid(draft, entry, one, {})
    if not covered and draft.options.prune != "none":
        draft.warn([resolved.entry.origin for resolved in group], "state ignored covers no correlation")


def match_by_uid(draft: PlanDraft, resolved: ResolvedEntry) -> None:
    """Find the correlation of a present entry with a uid."""
    entry = resolved.entry
    existing = draft.existing.get(entry.uid or "")
    if existing is not None and existing.uid in draft.ignored:
        message = "%s, which has state ignored, covers it; keep one" % draft.ignored[existing.uid].origin
        draft.error(entry, "contradiction", message)
        return
    if existing is not None:
        draft.claimed.add(existing.uid)
        _assign_by_uid(draft, resolved, existing)
        return
    if resolved.source is not None:
        draft.plan.sources_to_reread.add(resolved.source)
    if draft.state.accepts_client_uid and entry.uid in (".", ".."):
        draft.error(entry, "invalid_value", "uid is '%s', which a URL cannot carry" % entry.uid)
    elif draft.state.accepts_client_uid:
        create(draft, resolved)
    else:
        where = " that starts from %s" % entry.source if entry.source is not None else ""
        message = (
            "there is no correlation with uid '%s'%s; omit uid to add a new one (source, target and type of a "
            "correlation cannot change: to move it, add the new one and remove the old one)"
        )
        draft.error(entry, "correlation_not_found", message % (entry.uid, where))


def _assign_by_uid(draft: PlanDraft, resolved: ResolvedEntry, existing: Correlation) -> None:
    ends = (
        ("source", resolved.source, existing.source),
        ("type", resolved.entry.type, existing.type),
        ("target", resolved.target, existing.target),
    )
    moved = [
        "%s (is %s, wanted '%s')" % (name, "none" if is_now is None else "'%s'" % is_now, wanted)
        for name, wanted, is_now in ends
        if wanted is not None and wanted != is_now
    ]
    if moved:
        message = (
            "the %s of correlation '%s' cannot be changed in place: "
            "add the new one without uid, and remove the old one with state: absent"
        )
        draft.error(resolved.entry, "immutable", message % (" and the ".join(moved), existing.uid))
    else:
        assign(draft, resolved, existing, differing(resolved.desired, existing.members))


def match_by_key(draft: PlanDraft, group: Group) -> None:
    """Match all present entries of one key to correlations: by content first, then in the order of the uids."""
    pruned = draft.is_pruned(group[0].source)
    candidates = draft.unclaimed(group[0])
    free = {one.uid: one for one in candidates}
    unmatched, matched = _match_by_content(draft, group, candidates, free)
    for resolved, existing, equal in matched:
        others = [free.pop(one.uid) for one in equal if one.uid in free]
        if others and not pruned and len(_alike([existing, *others])) > 1:
            _ambiguous(draft, resolved, [existing, *others])
            return
        _handle_duplicates(draft, resolved, existing, others)
    if unmatched:
        _match_in_order(draft, sorted(unmatched, key=lambda one: one.entry.origin.order), list(free.values()), pruned)


def _match_by_content(
    draft: PlanDraft, group: Group, candidates: Correlations, free: dict[str, Correlation]
) -> tuple[Group, list[tuple[ResolvedEntry, Correlation, Correlations]]]:
    """Assign correlations that are equal to an entry; returns the other entries, and the matches with all equal ones.

    Entries with few equal correlations choose first: one without the editor's members may equal those of one with them.
    """
    unmatched: Group = []
    matched: list[tuple[ResolvedEntry, Correlation, Correlations]] = []
    for resolved, equal in sorted(_equal(group, candidates), key=lambda pair: len(pair[1])):
        existing = next((one for one in equal if one.uid in free), None)
        if existing is None:
            unmatched.append(resolved)
        else:
            matched.append((resolved, free.pop(existing.uid), equal))
            assign(draft, resolved, existing, [])
    return unmatched, matched


def _match_in_order(draft: PlanDraft, unmatched: Group, left: Correlations, pruned: bool) -> None:
    """Update the correlations that are left to what the entries describe, and create what is missing."""
    if pruned:
        alike = [[one] for one in sorted(left, key=lambda one: (one.read_only is True, one.uid))]
    else:
        alike = _alike(left)
    if len(alike) > len(unmatched) and not pruned:
        _ambiguous(draft, unmatched[0], left)
        return
    if alike and (len(unmatched) > 1 or len(alike) > 1):
        draft.warn(
            [resolved.entry.origin for resolved in unmatched],
            "several entries or correlations share one key and differ, so they were matched in the order of their "
            "uids; give each its own config.field or label",
        )
    missing: list[list[Correlation]] = [[]] * (len(unmatched) - len(alike))
    for resolved, equal in zip(unmatched, [*alike, *missing]):
        if equal:
            assign(draft, resolved, equal[0], differing(resolved.desired, equal[0].members))
            _handle_duplicates(draft, resolved, equal[0], equal[1:])
        else:
            create(draft, resolved)


def _equal(group: Group, correlations: Correlations) -> list[tuple[ResolvedEntry, list[Correlation]]]:
    """Each entry with the correlations that have all that it desires."""
    if len(group) == 1:
        desired = group[0].desired
        return [(group[0], [one for one in correlations if not differing(desired, one.members)])]
    index: ContentIndex[Correlation] = ContentIndex()
    for one in correlations:
        index.add(one, one.members)
    return [(resolved, index.equal(resolved.desired)) for resolved in group]


def _alike(correlations: Correlations) -> list[list[Correlation]]:
    """The correlations in groups that are equal in every member, in their order."""
    groups: dict[str, list[Correlation]] = {}
    for one in correlations:
        groups.setdefault(one.content(), []).append(one)
    return list(groups.values())


def _ambiguous(draft: PlanDraft, resolved: ResolvedEntry, found: Correlations) -> None:
    held = [{**one.members, **{"config.%s" % name: value for name, value in one.unknown.items()}} for one in found]
    names = [*MEMBERS, *sorted({name for members in held for name in members} - set(MEMBERS))]
    different = [name for name in names if len({canonical_json(members.get(name)) for members in held}) > 1]
    message = "%d correlations match and differ in %s (uids %s): give config.field or a uid, or delete the others"
    what = (len(found), ", ".join(different), listed([one.uid for one in found]))
    draft.error(resolved.entry, "ambiguous", message % what)


def _handle_duplicates(draft: PlanDraft, resolved: ResolvedEntry, kept: Correlation, others: Correlations) -> None:
    """What to do with correlations that are equal to the kept one; where prune reaches, it deletes them."""
    if not others or draft.is_pruned(kept.source):
        return
    if draft.options.on_duplicate == "fail":
        message = "%d correlations are equal (uids %s): delete all but one, or set on_duplicate: remove"
        what: tuple[t.Any, ...] = (len(others) + 1, listed([one.uid for one in (kept, *others)]))
        if kept.read_only:
            message = (
                "the correlation '%s' (uid '%s') is provisioned and has duplicates (uids %s): "
                "delete the duplicates, or set on_duplicate: remove"
            )
            what = (shortened(kept.label), kept.uid, listed([one.uid for one in others]))
        draft.error(resolved.entry, "duplicates", message % what)
        return
    for one in others:
        draft.claimed.add(one.uid)
        if draft.can_write(resolved.entry, one, "is a duplicate of '%s'" % kept.uid):
            draft.delete(resolved.entry, one)


def remove(draft: PlanDraft, group: Group) -> None:
    """Plan to delete the unclaimed correlations that match everything that one of the absent entries gives."""
    found = draft.unclaimed(group[0])
    doomed: set[str] = set()
    for resolved, equal in _equal(group, found):
        entry = resolved.entry
        fitting = [
            one
            for one in equal
            if one.uid not in doomed
            and resolved.source in (None, one.source)
            and entry.type in (None, one.type)
            and resolved.target in (None, one.target)
        ]
        doomed.update(one.uid for one in fitting)
        for one in fitting:
            if draft.can_write(entry, one, "is to be removed"):
                draft.delete(entry, one)
        if not fitting:
            draft.plan.unchanged.append(entry)
        if resolved.source is not None:
            draft.plan.sources_to_reread.add(resolved.source)  # there may be more
    spared = [one for one in found if one.uid not in doomed and not draft.is_pruned(one.source)]
    if spared:
        uids = listed(["uid '%s'" % one.uid for one in spared])
        message = "left in place: %s, because the content differs; give only the key to delete anyway"
        draft.warn([resolved.entry.origin for resolved in group], message % uids)
