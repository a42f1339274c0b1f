# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads what a plan needs, and no more: correlations once, data sources only where the plan depends on them."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._api import CorrelationsApi, Listing
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._data_sources import DataSources
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import PRESENT, Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import MOST_ERRORS_SHOWN
from ansible_collections.crosslink.grafana.plugins.module_utils._grafana_state import GrafanaState, unsupported_on_v9
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import PlanOptions


def sources_to_read(api: CorrelationsApi, entries: t.Sequence[Entry], options: PlanOptions) -> list[str] | None:
    """The names or UIDs of the data sources whose correlations matter; None for all."""
    entries = [entry for entry in entries if not entry.has_errors]
    if options.prune in ("all", "dangling") or any(entry.source is None for entry in entries):
        return None
    has_uid = any(entry.uid is not None for entry in entries)
    if not api.validates_data_sources and (options.prune == "sources" or has_uid):
        return None  # a selected list can miss correlations, and a uid is taken or free for all sources together
    named = [entry.source for entry in entries if entry.source is not None]
    return list(dict.fromkeys([*named, *options.prune_sources]))


def read_state(
    api: CorrelationsApi,
    listing: Listing,
    data_sources: DataSources,
    entries: t.Sequence[Entry],
    options: PlanOptions,
    resolve_all: bool = True,
) -> GrafanaState:
    """Complete a listing of sources_to_read to what a plan needs. Raises HttpError.

    Without ``resolve_all``, targets that can be UIDs and read-only sources are not looked up unless that costs nothing:
    the server decides on the write.
    """
    named = [entry.source for entry in entries if entry.source is not None]
    # A server that validates data sources shows only correlations whose data sources exist.
    proven: set[str] = set()
    if api.validates_data_sources:
        proven = {*listing.existing_sources, *(one.source for one in listing.correlations)}
    unproven = [name for name in dict.fromkeys([*named, *options.prune_sources]) if name not in proven]
    uids = {name: _uid(data_sources, name) for name in unproven}
    listing = _with_sources_by_name(api, listing, uids)
    org_id = next((one.org_id for one in listing.correlations if one.org_id is not None), None)
    state = GrafanaState(
        listing.correlations,
        uids,
        where=data_sources.where(org_id),
        maybe_incomplete=listing.maybe_incomplete,
        is_v9=listing.is_v9,
        accepts_client_uid=not api.validates_data_sources,
    )
    state = _with_targets(api, state, data_sources, entries, proven, resolve_all)
    if resolve_all:
        state = _with_restrictions(api, state, data_sources, entries)
    if options.prune == "dangling" and not api.validates_data_sources:
        ends = {uid for one in state.correlations for uid in (one.source, one.target) if uid is not None}
        missing = {uid for uid in ends if data_sources.of_uid(uid) is None}
        state = dataclasses.replace(state, missing_data_sources=missing)
    return state


def reread(
    api: CorrelationsApi,
    state: GrafanaState,
    sources: t.Collection[str],
    data_sources: DataSources,
    entries: t.Sequence[Entry],
    resolve_all: bool = True,
) -> GrafanaState:
    """The state with the correlations of these sources read again, without missing one."""
    correlations = [one for one in state.correlations if one.source not in sources]
    correlations += api.list_completely(sources)
    found = dataclasses.replace(state, correlations=correlations, maybe_incomplete=False)
    proven = set(sources) if api.validates_data_sources else set()
    return _with_targets(api, found, data_sources, entries, proven, resolve_all)


def _uid(data_sources: DataSources, name: str) -> str | None:
    found = data_sources.find(name)
    return None if found is None else found["uid"]


def _with_sources_by_name(api: CorrelationsApi, listing: Listing, uids: t.Mapping[str, str | None]) -> Listing:
    """The listing with the correlations of sources that were named, which a list by UID did not find."""
    by_name = sorted({uid for name, uid in uids.items() if uid is not None and uid != name})
    if not by_name or listing.covers_all_sources or not api.validates_data_sources:
        return listing
    more = api.list(by_name)
    known = {one.uid for one in listing.correlations}
    return dataclasses.replace(
        listing,
        correlations=[*listing.correlations, *(one for one in more.correlations if one.uid not in known)],
        maybe_incomplete=listing.maybe_incomplete or more.maybe_incomplete,
        is_v9=listing.is_v9 if more.is_v9 is None else more.is_v9,
    )


def _with_targets(
    api: CorrelationsApi,
    state: GrafanaState,
    data_sources: DataSources,
    entries: t.Sequence[Entry],
    proven: set[str],
    resolve_all: bool,
) -> GrafanaState:
    """The state with the UIDs of targets, and with names similar to missing ones (as many as a message shows)."""
    if api.validates_data_sources:
        proven = proven | {one.target for one in state.correlations if one.target is not None}
    resolve_all = resolve_all or data_sources.is_listed or not api.validates_data_sources
    uids = dict(state.data_source_uids)
    for name in _targets_to_resolve(entries, state, proven, resolve_all):
        uids[name] = _uid(data_sources, name)
    missing = [name for name, uid in uids.items() if uid is None][:MOST_ERRORS_SHOWN]
    similar = {name: data_sources.did_you_mean(name) for name in missing}
    return dataclasses.replace(state, data_source_uids=uids, did_you_mean=similar)


def _targets_to_resolve(
    entries: t.Sequence[Entry], state: GrafanaState, proven: set[str], resolve_all: bool
) -> list[str]:
    """Targets that no correlation proves to be UIDs, and that make a difference to the plan.

    They do for a create, and where a correlation matches except for its target, which a name may turn out to be.
    """
    uids = {one.uid for one in state.correlations}
    keys = {(one.source, one.type, one.label) for one in state.correlations}
    keys_with_field = {(one.source, one.type, one.label, one.members["config.field"]) for one in state.correlations}
    needed: dict[str, None] = {}
    for entry in entries:
        if entry.target is None or entry.target in proven or entry.target in state.data_source_uids:
            continue
        key = (state.uid_of(entry.source), entry.type, entry.label)
        if entry.uid is not None:
            matters = entry.uid in uids
        elif key[0] is None:
            matters = entry.state == PRESENT
        else:
            matters = key in keys if entry.field is None else (*key, entry.field) in keys_with_field
        if matters or (resolve_all and entry.state == PRESENT):
            needed[entry.target] = None
    return list(needed)


def _with_restrictions(
    api: CorrelationsApi, state: GrafanaState, data_sources: DataSources, entries: t.Sequence[Entry]
) -> GrafanaState:
    """The state with what is known about read-only correlations and data sources, and about refused ones."""
    present = [entry for entry in entries if entry.state == PRESENT]
    sources = {uid for entry in present if (uid := state.uid_of(entry.source)) is not None}
    targets = {uid for entry in present if (uid := state.uid_of(entry.target)) is not None}
    is_v9 = state.is_v9
    # If no correlation shows it, ask, but only for what such a server refuses.
    if (
        is_v9 is None
        and not state.correlations
        and (
            any(unsupported_on_v9(entry.type, entry.members) for entry in present)
            or any(data_sources.is_read_only(uid) for uid in sorted(sources))
        )
    ):
        is_v9 = api.is_v9()
    state = dataclasses.replace(state, is_v9=is_v9)
    if is_v9:
        state = _with_read_only(state, data_sources, entries)
    reasons = {uid: api.refusal(uid) for uid in sorted(sources | targets)}
    refused = {uid: reason for uid, reason in reasons.items() if reason is not None}
    return dataclasses.replace(state, refused_data_sources=refused)


def _with_read_only(state: GrafanaState, data_sources: DataSources, entries: t.Sequence[Entry]) -> GrafanaState:
    """Where correlations do not tell it, all those of a provisioned source are read-only, and none can be added."""
    sources = {one.source for one in state.correlations}
    sources |= {uid for entry in entries if (uid := state.uid_of(entry.source)) is not None}
    read_only = {source for source in sources if data_sources.is_read_only(source)}

    def marked(one: Correlation) -> Correlation:
        return dataclasses.replace(one, read_only=one.source in read_only) if one.read_only is None else one

    correlations = [marked(one) for one in state.correlations]
    return dataclasses.replace(state, correlations=correlations, read_only_sources=read_only)
