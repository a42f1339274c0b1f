# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The correlations routes under ``/api`` when they are served from unified storage, so that both routes are one store.

This is Grafana 13 with its switch ``grafana.correlationsSkipLegacy``, which is off by default, by its sources: no such
server was recorded.
"""

from __future__ import annotations

from typing import Any

import api_correlations
import apis_unified
import kubernetes
from answers import Answer, Refusal, as_json, failure
from auth import require
from call import Call
from routing import Routes
from rows import Row
from state import State
from store import Stored

# what a PATCH must hold, for the server takes each of them without looking whether it is there
WHOLE = {"label", "description", "type", "field", "query"}


def register(routes: Routes) -> None:
    routes.add("GET", "/api/datasources/correlations", list_all)
    routes.add("GET", "/api/datasources/uid/*/correlations", list_of_source)
    routes.add("POST", "/api/datasources/uid/*/correlations", create)
    routes.add("GET", "/api/datasources/uid/*/correlations/*", read)
    routes.add("PATCH", "/api/datasources/uid/*/correlations/*", update)
    routes.add("DELETE", "/api/datasources/uid/*/correlations/*", delete)


def migrate(state: State) -> None:
    """Moves the rows of the old tables: uids become names, and what came from files gets its manager."""
    for row in state.rows.all():
        state.rows.delete(row)
        apis_unified.insert(state, _object(state, row))


# the routes


def list_all(call: Call) -> Answer:
    """The last ``limit`` of all rows up to the page's end: a page beyond the end repeats rows."""
    require(call, "datasources:read")
    limit, page = api_correlations.asked_page(call)
    sources = call.query("sourceUID")
    found = [stored for stored in _objects(call) if not sources or _source(stored) in sources]
    listed = apis_unified.page(found, limit * page)
    continues = "true" if len(listed) < len(found) else "false"
    # the store never says how many remain
    end = f'],"totalCount":{len(listed)},"page":{page},"limit":{limit},"doesContinue":{continues}}}'
    rows = [_row(call, stored) for stored in listed[max(len(listed) - limit, 0) :]]
    return api_correlations.listed(call, rows, '{"correlations":[', end)


def list_of_source(call: Call) -> Answer:
    require(call, "datasources:read")
    source = api_correlations.readable_source(call)
    rows = [_row(call, stored) for stored in _objects(call) if _source(stored) == source.uid]
    return api_correlations.listed(call, rows)


def read(call: Call) -> Answer:
    """By name alone: the data source in the path does not matter."""
    require(call, "datasources:read")
    return api_correlations.answer(_row(call, _existing(call)).text(call.generation))


def create(call: Call) -> Answer:
    require(call, "datasources:write")
    row = api_correlations.row_of_body(call)
    if row is None:
        return failure(call.generation, 500, "Failed to add correlation")
    source = api_correlations.writable_source(call)
    if row.target is not None and not call.state.datasource(source.org, row.target):
        return failure(call.generation, 404, "Data source not found")
    return _written(call, row, None, "Failed to add correlation", "Correlation created")


def update(call: Call) -> Answer:
    """A partial PATCH is a 500; a whole one replaces everything, and the target is not among what it may hold.

    With the setting ``lenient_patch`` members that are left out are kept, but for the target.
    """
    require(call, "datasources:write")
    changes = api_correlations.changes_of_body(call)
    if changes is None:
        return failure(call.generation, 400, "At least one of label, description or config is required")
    old = _existing(call)
    if not call.settings.lenient_patch and not set(changes) >= WHOLE:
        return failure(call.generation, 500, "Internal Server Error - Check the Grafana server logs")
    row = _row(call, old)
    row.update(**{"transformations": [], **changes}, target=None, time_range=None)
    return _written(call, row, old, "Failed to update correlation", "Correlation updated")


def delete(call: Call) -> Answer:
    require(call, "datasources:write")
    stored = _existing(call)
    call.state.objects.delete(stored.metadata["namespace"], stored.metadata["name"])
    return as_json({"message": "Correlation deleted"})


# rows and objects


def _objects(call: Call) -> list[Stored]:
    return call.state.objects.after(kubernetes.namespace(call.identity.org), "")


def _existing(call: Call) -> Stored:
    stored = call.state.objects.get(kubernetes.namespace(call.identity.org), call.params[1])
    if stored is None:
        raise Refusal(failure(call.generation, 404, "Correlation not found"))
    return stored


def _source(stored: Stored) -> str:
    uid: str = stored.value["spec"]["source"]["name"]
    return uid


def _row(call: Call, stored: Stored) -> Row:
    spec, config = stored.value["spec"], stored.value["spec"]["config"]
    row = Row(
        stored.metadata["name"],
        call.identity.org,
        _source(stored),
        (spec.get("target") or {}).get("name"),
        spec["label"],
        spec.get("description") or "",
        config["field"],
        config["target"],
        config.get("transformations", ()),
        apis_unified.MANAGER in stored.metadata["annotations"],
        spec["type"],
    )
    row.time_range = config.get("timeRange")
    return row


def _object(state: State, row: Row) -> dict[str, Any]:
    config: dict[str, Any] = {"field": row.field, "target": row.query, "transformations": row.transformations}
    config["timeRange"] = row.time_range
    spec: dict[str, Any] = {"type": row.type, "source": _reference(state, row.org, row.source), "label": row.label}
    spec.update(config=config, target=row.target and _reference(state, row.org, row.target))
    if row.description:
        spec["description"] = row.description
    annotations = {apis_unified.MANAGER: "classic-file-provisioning"} if row.provisioned else {}
    metadata = {"name": row.uid, "namespace": kubernetes.namespace(row.org), "annotations": annotations}
    return {"metadata": metadata, "spec": spec}


def _reference(state: State, org: int, uid: str) -> dict[str, str]:
    source = state.datasource(org, uid)
    return {"group": source.type if source else "", "name": uid}


def _written(call: Call, row: Row, old: Stored | None, failed: str, message: str) -> Answer:
    try:
        stored = apis_unified.write(call, kubernetes.namespace(row.org), row.uid, _object(call.state, row), old)
    except Refusal:  # such as a label that is too long
        return failure(call.generation, 500, failed)
    return api_correlations.written(call, _row(call, stored), message)
