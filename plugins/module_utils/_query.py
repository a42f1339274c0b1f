# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads correlations by filters, and turns them into entries of a list."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._api import CorrelationsApi
from ansible_collections.crosslink.grafana.plugins.module_utils._api_legacy import LegacyApi
from ansible_collections.crosslink.grafana.plugins.module_utils._api_select import read_first
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import QUERY, Correlation, definition
from ansible_collections.crosslink.grafana.plugins.module_utils._data_sources import DataSources
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import read_entry
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import canonical_json
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import HttpError, ListFailed, Origin
from ansible_collections.crosslink.grafana.plugins.module_utils._http_client import Client
from ansible_collections.crosslink.grafana.plugins.module_utils._organization import choose_organization
from ansible_collections.crosslink.grafana.plugins.module_utils._text import listed, shortened

_DATA_SOURCE = ("uid", "name", "type", "readOnly")

Filters = t.Mapping[str, t.Any]  # the options of the info module; None does not filter


def query(client: Client, filters: Filters) -> dict[str, t.Any]:
    """The result of the info module; its ``warnings`` are sentences. Raises HttpError and InputError."""
    choose_organization(client)
    data_sources = DataSources(client)
    source, uid = filters["source"], filters["uid"]
    try:
        api, found = read_first(client, data_sources, lambda api: _of_source(api, data_sources, source, uid))
    except ListFailed as error:
        raise (error if source is not None else _narrowed_down(error, LegacyApi(client), data_sources)) from None
    matching = [one for one in found if _matches(one, filters, data_sources)]
    matching.sort(key=lambda one: (one.source, one.label, one.uid))
    # A server that validates data sources shows no correlation without them.
    dangling = set()
    if not api.validates_data_sources:
        dangling = {one.uid for one in matching if _dangles(one, data_sources)}
    name = data_sources.name_of if filters["use_names"] else str
    definitions, warnings = definitions_of([one for one in matching if one.uid not in dangling], name)
    if not matching and data_sources.is_listed:
        warnings += [
            "The data source '%s' of option %s does not exist%s."
            % (filters[end], end, data_sources.did_you_mean(filters[end]))
            for end in ("source", "target")
            if filters[end] is not None and data_sources.find(filters[end]) is None
        ]
    result: dict[str, t.Any] = {
        "correlations": [_as_result(one, one.uid in dangling) for one in matching],
        "definitions": definitions,
        "count": len(matching),
        "warnings": warnings,
    }
    if filters["use_names"]:
        result["data_sources"] = _data_sources_of(matching, data_sources)
    org_id = client.org_id or next((one.org_id for one in matching if one.org_id is not None), None)
    return {**result, "org_id": org_id} if org_id is not None else result


def definitions_of(
    correlations: t.Iterable[Correlation], name: t.Callable[[str], str]
) -> tuple[list[dict[str, t.Any]], list[str]]:
    """The entries that create these correlations elsewhere, and a sentence for each that is left out or incomplete.

    The order depends on the content alone: two Grafanas with the same correlations give the same entries.
    """
    found: dict[str, dict[str, t.Any]] = {}
    warnings = []
    for one in correlations:
        entry = definition(name(one.source), None if one.target is None else name(one.target), one.type, one.members)
        reasons = [problem.message for problem in read_entry(entry, Origin(), in_list=True)[1]]
        if not one.members["config.field"]:
            reasons.append("config.field is empty")
        what = "correlation '%s' (uid '%s', source '%s')" % (shortened(one.label), one.uid, entry["source"])
        if reasons:
            warnings.append("definitions omit %s, which a list cannot contain: %s." % (what, "; ".join(reasons)))
            continue
        if one.unknown:
            names = ", ".join("config.%s" % member for member in sorted(one.unknown))
            warnings.append(
                "definitions contain %s without %s, which this collection does not support." % (what, names)
            )
        found.setdefault(canonical_json(entry), entry)
    order = sorted(found, key=lambda text: (found[text]["source"], found[text]["label"], text))
    return [found[text] for text in order], warnings


def _as_result(one: Correlation, is_dangling: bool) -> dict[str, t.Any]:
    """The spelling of ``/api``, with what only this collection tells."""
    found = one.as_api()
    if one.manager is not None:
        found["managedBy"] = one.manager
    if is_dangling:
        found["dangling"] = True
    return found


def _data_sources_of(correlations: t.Iterable[Correlation], data_sources: DataSources) -> list[dict[str, t.Any]]:
    """The data sources at both ends that exist, with what is known of them, ordered by UID.

    Names were looked up for the definitions, so this asks for nothing.
    """
    uids = {uid for one in correlations for uid in (one.source, one.target) if uid is not None}
    found = [source for uid in sorted(uids) if (source := data_sources.of_uid(uid)) is not None]
    return [{name: source[name] for name in _DATA_SOURCE if name in source} for source in found]


def _narrowed_down(error: ListFailed, api: LegacyApi, data_sources: DataSources) -> ListFailed:
    """The error of a list of all, with the data sources whose own lists fail; asks for each."""
    try:
        failing = [
            "'%s' (uid '%s')" % (source.get("name"), source["uid"])
            for source in data_sources.all()
            if _list_fails(api, source["uid"])
        ]
    except HttpError:
        return error
    sentence = "%s The list of each data source by itself can be read: run again." % error
    if failing:
        sentence = (
            "Grafana cannot read the correlations of %s, and therefore no list of all: MySQL or MariaDB has probably "
            "cut one that is longer than 65,535 bytes. Delete the data source, or the row in the database; "
            "see docs/errors.md."
        ) % listed(failing)
    return t.cast(ListFailed, error.reworded(sentence))


def _list_fails(api: LegacyApi, source: str) -> bool:
    try:
        api.list_of(source)
    except ListFailed:
        return True
    return False


def _of_source(
    api: CorrelationsApi, data_sources: DataSources, source: str | None, uid: str | None
) -> t.Sequence[Correlation]:
    """The correlations of a source, by name or UID; all for None."""
    if source is None:
        return api.list(None).correlations
    if uid is not None:
        one = api.get(source, uid)
        if one is not None:
            return [one]
    listing = api.list([source])
    if source in listing.existing_sources:
        return listing.correlations
    found = data_sources.find(source)
    if found is None and api.validates_data_sources:
        return []
    return api.list_completely([source if found is None else found["uid"]])


def _dangles(one: Correlation, data_sources: DataSources) -> bool:
    ends = (one.source, one.target) if one.type == QUERY else (one.source,)
    return any(uid is None or data_sources.of_uid(uid) is None for uid in ends)


def _matches(one: Correlation, filters: Filters, data_sources: DataSources) -> bool:
    exact = ((filters["label"], one.label), (filters["uid"], one.uid), (filters["type"], one.type))
    if any(wanted not in (None, value) for wanted, value in exact):
        return False
    target = filters["target"]
    is_target = target in (None, one.target)
    if not is_target and (one.target is None or (data_sources.find(target) or {}).get("uid") != one.target):
        return False
    if filters["provisioned"] is None:
        return True
    read_only = data_sources.is_read_only(one.source) if one.read_only is None else one.read_only
    return bool(read_only == filters["provisioned"])
