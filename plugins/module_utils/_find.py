# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads correlations by filters, and turns them into definitions."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._choose_route import read_on_route
from ansible_collections.crosslink.grafana.plugins.module_utils._client import Client
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import QUERY, Correlation, definition
from ansible_collections.crosslink.grafana.plugins.module_utils._datasources import DataSources
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import read_entry
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import text_of
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import HttpError, ListFailed
from ansible_collections.crosslink.grafana.plugins.module_utils._legacy import LegacyRoute
from ansible_collections.crosslink.grafana.plugins.module_utils._organization import choose_organization
from ansible_collections.crosslink.grafana.plugins.module_utils._route import Route
from ansible_collections.crosslink.grafana.plugins.module_utils._words import listed, shortened


def find(client: Client, filters: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The result of the info module for its filters; those that are None do not filter. ``warnings`` are sentences."""
    choose_organization(client)
    data_sources = DataSources(client)
    try:
        route, rows = read_on_route(client, data_sources, lambda route: _of_source(route, data_sources, filters["source"], filters["uid"]))
    except ListFailed as error:
        raise (error if filters["source"] is not None else _narrowed_down(error, LegacyRoute(client), data_sources)) from None
    rows = sorted((row for row in rows if _fits(row, filters, data_sources)), key=lambda row: (row.source, row.label, row.uid))
    # Where the server validates, it shows no row whose data sources are gone, or that has none.
    dangling = set() if route.validates else {row.uid for row in rows if _dangles(row, data_sources)}
    definitions, warnings = definitions_of([row for row in rows if row.uid not in dangling], data_sources.name_of if filters["names"] else str)
    result: dict[str, t.Any] = {
        "correlations": [{**row.as_api(), "dangling": True} if row.uid in dangling else row.as_api() for row in rows],
        "definitions": definitions,
        "count": len(rows),
        "warnings": warnings,
    }
    org_id = client.org_id or next((row.org_id for row in rows if row.org_id is not None), None)
    return {**result, "org_id": org_id} if org_id is not None else result


def definitions_of(rows: t.Iterable[Correlation], name: t.Callable[[str], str]) -> tuple[list[dict[str, t.Any]], list[str]]:
    """What a list needs to make these correlations elsewhere, and a sentence for each that is left out or not whole.

    Two Grafanas with the same correlations give the same, so the order depends on nothing else.
    """
    found: dict[str, dict[str, t.Any]] = {}
    warnings = []
    for row in rows:
        plain = definition(name(row.source), None if row.target is None else name(row.target), row.type, row.members)
        reasons = read_entry(plain, 1, whole=True)[1]
        if not row.members["config.field"]:
            reasons.append("config.field is empty")
        if reasons:
            warnings.append("definitions are without %s, which no list can have: %s." % (_named(row, plain), "; ".join(reasons)))
            continue
        if row.unknown:
            names = ", ".join("config.%s" % member for member in sorted(row.unknown))
            warnings.append("definitions have %s without %s, which this collection does not know." % (_named(row, plain), names))
        found.setdefault(text_of(plain), plain)
    order = sorted(found, key=lambda text: (found[text]["source"], found[text]["label"], text))
    return [found[text] for text in order], warnings


def _named(row: Correlation, plain: t.Mapping[str, t.Any]) -> str:
    """What to call the correlation with this definition in a sentence."""
    return "the correlation '%s' (uid '%s', source '%s')" % (shortened(row.label), row.uid, plain["source"])


def _narrowed_down(error: ListFailed, route: LegacyRoute, data_sources: DataSources) -> ListFailed:
    """The error of a list of all with the data sources whose own lists fail, found by a request for each."""
    try:
        failing = ["'%s' (uid '%s')" % (source.get("name"), source["uid"]) for source in data_sources.all() if _list_fails(route, source["uid"])]
    except HttpError:
        return error
    if not failing:
        sentence = "%s The list of each data source by itself can be read: run again." % error
    else:
        sentence = (
            "Grafana cannot read the correlations of %s, and so no list of all: most likely its MySQL or MariaDB has cut one of more than "
            "65,535 bytes. Only deleting the data source, or the row in the database, removes it; docs/errors.md shows how." % listed(failing)
        )
    return ListFailed(sentence, error.method, error.url, error.status, error.message)


def _list_fails(route: LegacyRoute, source: str) -> bool:
    try:
        route.of_source(source)
    except ListFailed:
        return True
    return False


def _of_source(route: Route, data_sources: DataSources, source: str | None, uid: str | None) -> list[Correlation]:
    """The rows of a source that is given as UID or name; all rows for None."""
    if source is None:
        return route.read(None).rows
    if uid is not None:
        row = route.one(source, uid)
        if row is not None:
            return [row]
    listing = route.read([source])
    if source in listing.sources:
        return listing.rows
    found = data_sources.find(source)
    if found is None and route.validates:
        return []
    return route.reread([source if found is None else found["uid"]])


def _dangles(row: Correlation, data_sources: DataSources) -> bool:
    return any(uid is None or data_sources.of_uid(uid) is None for uid in ((row.source, row.target) if row.type == QUERY else (row.source,)))


def _fits(row: Correlation, filters: t.Mapping[str, t.Any], data_sources: DataSources) -> bool:
    if filters["label"] not in (None, row.label) or filters["uid"] not in (None, row.uid) or filters["type"] not in (None, row.type):
        return False
    if filters["target"] is not None and filters["target"] != row.target and (row.target is None or _uid(data_sources, filters["target"]) != row.target):
        return False
    if filters["provisioned"] is None:
        return True
    read_only = data_sources.is_read_only(row.source) if row.read_only is None else row.read_only
    return read_only == filters["provisioned"]


def _uid(data_sources: DataSources, given: str) -> t.Any:
    return (data_sources.find(given) or {}).get("uid")
