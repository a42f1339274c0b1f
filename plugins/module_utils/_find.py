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
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import text_of
from ansible_collections.crosslink.grafana.plugins.module_utils._organization import choose_organization
from ansible_collections.crosslink.grafana.plugins.module_utils._route import Route


def find(client: Client, filters: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The result of the info module for its filters; those that are None do not filter."""
    choose_organization(client)
    data_sources = DataSources(client)
    route, rows = read_on_route(client, data_sources, lambda route: _of_source(route, data_sources, filters["source"], filters["uid"]))
    rows = sorted((row for row in rows if _fits(row, filters, data_sources)), key=lambda row: (row.source, row.label, row.uid))
    # Where the server validates, it shows no row whose data sources are gone, or that has none.
    dangling = set() if route.validates else {row.uid for row in rows if _dangles(row, data_sources)}
    definitions = {}
    for row in rows:
        if row.uid not in dangling:
            name = data_sources.name_of if filters["names"] else str
            plain = definition(name(row.source), None if row.target is None else name(row.target), row.type, row.members)
            definitions.setdefault(text_of(plain), plain)
    result: dict[str, t.Any] = {
        "correlations": [{**row.as_api(), "dangling": True} if row.uid in dangling else row.as_api() for row in rows],
        "definitions": list(definitions.values()),
        "count": len(rows),
    }
    org_id = client.org_id or next((row.org_id for row in rows if row.org_id is not None), None)
    return {**result, "org_id": org_id} if org_id is not None else result


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
