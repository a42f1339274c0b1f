# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads what a plan needs, and no more: rows once, data sources only where names or unknown UIDs make it necessary."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._datasources import DataSources
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import PRESENT, Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import MOST_MISTAKES
from ansible_collections.crosslink.grafana.plugins.module_utils._grafana_state import Situation
from ansible_collections.crosslink.grafana.plugins.module_utils._route import Listing, Route


def sources_to_read(route: Route, entries: t.Sequence[Entry], prune: str, prune_sources: t.Sequence[str]) -> list[str] | None:
    """The names or UIDs of the data sources whose rows matter; None for all."""
    entries = [entry for entry in entries if not entry.is_wrong]
    if prune in ("all", "dangling") or any(entry.source is None for entry in entries):
        return None
    if not route.validates and (prune == "sources" or any(entry.uid is not None for entry in entries)):
        return None  # there rows may be missed where they are filtered by source, and a uid is taken or free for all sources together
    return list(dict.fromkeys([entry.source for entry in entries if entry.source is not None] + list(prune_sources)))


def survey(
    route: Route,
    listing: Listing,
    data_sources: DataSources,
    entries: t.Sequence[Entry],
    more_sources: t.Sequence[str] = (),
    dangling: bool = False,
    thorough: bool = True,
) -> Situation:
    """Complete what was read of sources_to_read, and find the UIDs of what is named.

    Without ``thorough`` a target that may be a UID is not looked up for a create, unless that is free, nor whether a
    source is read-only: the server decides on the write. ``dangling`` asks which data sources of rows are gone. Raises HttpError.
    """
    named = list(dict.fromkeys([entry.source for entry in entries if entry.source is not None] + list(more_sources)))
    # Where the server validates, the data sources of a row that it shows are there.
    seen = listing.sources | {row.source for row in listing.rows} if route.validates else set()
    uids = {given: _uid(data_sources, given) for given in named if given not in seen}
    by_name = sorted({uid for given, uid in uids.items() if uid is not None and uid != given})
    if by_name and route.validates and not listing.whole:
        _extend(listing, route.read(by_name))
    where = data_sources.where(next((row.org_id for row in listing.rows if row.org_id is not None), None))
    situation = Situation(listing.rows, uids, where=where, partial=listing.partial, old=listing.old, new_uids=not route.validates)

    _look_up_targets(route, situation, data_sources, entries, seen, thorough)
    if thorough and not listing.rows and _shows_nothing(listing, data_sources, entries, situation):
        listing.old = situation.old = route.is_old()
    if thorough and listing.old:
        _mark_read_only(situation, data_sources, entries)
    ends = {situation.uid(given) for entry in entries if entry.state == PRESENT for given in (entry.source, entry.target)} - {None}
    reasons = {uid: route.refusal(uid) for uid in sorted(ends)} if thorough else {}
    situation.refused = {uid: reason for uid, reason in reasons.items() if reason is not None}
    if dangling and not route.validates:
        used = {uid for row in listing.rows for uid in (row.source, row.target) if uid is not None}
        situation.gone = {uid for uid in used if data_sources.of_uid(uid) is None}
    return situation


def reread(
    route: Route, situation: Situation, sources: t.Collection[str], data_sources: DataSources, entries: t.Sequence[Entry], thorough: bool = True
) -> Situation:
    """The situation with these sources' rows read anew, in a way that misses none."""
    rows = [row for row in situation.rows if row.source not in sources] + route.reread(sources)
    found = dataclasses.replace(situation, rows=rows, partial=False)
    _look_up_targets(route, found, data_sources, entries, set(sources) if route.validates else set(), thorough)
    return found


def _look_up_targets(
    route: Route, situation: Situation, data_sources: DataSources, entries: t.Sequence[Entry], seen: set[str], thorough: bool
) -> None:
    """Find the UIDs of targets, and say what is like the names that are not there (of so many as a message shows)."""
    if route.validates:
        seen = seen | {row.target for row in situation.rows if row.target is not None}
    for given in _targets_to_look_up(entries, situation, seen, thorough or data_sources.is_listed or not route.validates):
        situation.uids[given] = _uid(data_sources, given)
    missing = [given for given, uid in situation.uids.items() if uid is None]
    situation.near = {given: data_sources.near(given) for given in missing[:MOST_MISTAKES]}


def _uid(data_sources: DataSources, given: str) -> str | None:
    found = data_sources.find(given)
    return None if found is None else found["uid"]


def _extend(listing: Listing, more: Listing) -> None:
    known = {row.uid for row in listing.rows}
    listing.rows += [row for row in more.rows if row.uid not in known]
    listing.partial |= more.partial
    listing.old |= more.old


def _targets_to_look_up(entries: t.Sequence[Entry], situation: Situation, seen: set[str], thorough: bool) -> list[str]:
    """Targets that no row proves to be UIDs and that make a difference to the plan.

    They do for a create that must be sure, and where a row fits but for its target, which a name may turn out to be.
    """
    uids_of_rows = {row.uid for row in situation.rows}
    fitting = {(row.source, row.type, row.label) for row in situation.rows}
    fitting_fields = {(row.source, row.type, row.label, row.members["config.field"]) for row in situation.rows}
    needed: dict[str, None] = {}
    for entry in entries:
        if entry.target is None or entry.target in seen or entry.target in situation.uids:
            continue
        key = (situation.uid(entry.source), entry.type, entry.label)
        field = entry.given.get("config.field")
        if entry.uid is not None:
            matters = entry.uid in uids_of_rows
        elif key[0] is None:
            matters = entry.state == PRESENT
        else:
            matters = key in fitting if field is None else (*key, field) in fitting_fields
        if matters or (thorough and entry.state == PRESENT):
            needed[entry.target] = None
    return list(needed)


def _shows_nothing(listing: Listing, data_sources: DataSources, entries: t.Sequence[Entry], situation: Situation) -> bool:
    """Whether it matters what kind of server this is, for adding to a provisioned source, and no row tells it."""
    sources = {situation.uid(entry.source) for entry in entries if entry.state == PRESENT} - {None}
    return not listing.old and any(data_sources.is_read_only(source) for source in sources if source)


def _mark_read_only(situation: Situation, data_sources: DataSources, entries: t.Sequence[Entry]) -> None:
    """On servers whose rows do not say so, all rows of a provisioned source are read-only, and none can be added."""
    sources = {row.source for row in situation.rows} | {uid for uid in (situation.uid(entry.source) for entry in entries) if uid is not None}
    situation.closed = {source for source in sources if data_sources.is_read_only(source)}
    situation.rows = [
        dataclasses.replace(row, read_only=row.source in situation.closed) if row.read_only is None else row for row in situation.rows
    ]
