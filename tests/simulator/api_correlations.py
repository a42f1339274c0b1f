# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The correlations routes under ``/api/datasources``, as recorded on 9.4.0 and 12.4.3."""

from __future__ import annotations

from typing import Any

import busy
import gojson
from answers import JSON, Answer, Refusal, as_json, failure
from auth import require
from call import BadRequest, Call, flag, mapping, sequence, text
from routing import Routes
from rows import TRANSFORMATION_MEMBERS, Row
from state import DataSource

MOST_IN_A_PAGE, USUAL_IN_A_PAGE = 1000, 100


def register(routes: Routes) -> None:
    routes.add("GET", "/api/datasources/correlations", list_all)
    routes.add("GET", "/api/datasources/uid/*/correlations", list_of_source)
    routes.add("POST", "/api/datasources/uid/*/correlations", create)
    routes.add("GET", "/api/datasources/uid/*/correlations/*", read)
    routes.add("PATCH", "/api/datasources/uid/*/correlations/*", update)
    routes.add("DELETE", "/api/datasources/uid/*/correlations/*", delete)


# reading


def list_all(call: Call) -> Answer:
    """Pages on 12.4; on 9.4 a plain list of everything, whatever page, limit and sourceUID say."""
    require(call, "datasources:read")
    org = call.identity.org
    if call.generation == 9:
        return listed(call, call.state.visible(org))
    limit, page = asked_page(call)
    sources = call.query("sourceUID")
    rows = call.state.visible_of_sources(org, sources) if sources else call.state.visible(org)
    # totalCount counts every organization, and hidden rows as well
    end = f'],"totalCount":{len(call.state.rows)},"page":{page},"limit":{limit}}}'
    return listed(call, rows[(page - 1) * limit : page * limit], '{"correlations":[', end)


def asked_page(call: Call) -> tuple[int, int]:
    """How many rows are in a page, and which page."""
    limit, page = call.query_number("limit"), max(call.query_number("page"), 1)
    return min(limit, MOST_IN_A_PAGE) if limit > 0 else USUAL_IN_A_PAGE, page


def list_of_source(call: Call) -> Answer:
    require(call, "datasources:read")
    source = readable_source(call)
    return listed(call, call.state.visible_of_source(source.org, source.uid))


def read(call: Call) -> Answer:
    require(call, "datasources:read")
    source = readable_source(call)
    row = call.state.rows.get(call.state.row_org(source.org), source.uid, call.params[1])
    if row is None or not call.state.is_visible(source.org, row):
        return failure(call.generation, 404, "Correlation not found")
    _check_readable(call, "Failed to get correlation", row)
    return answer(row.text(call.generation))


# writing


def create(call: Call) -> Answer:
    require(call, "datasources:write")
    row = row_of_body(call)
    quota = call.settings.quota
    if quota is not None and len(call.state.rows) >= quota:
        return failure(call.generation, 500, "Failed to add correlation")
    if row is None:
        return failure(call.generation, 500, "Failed to add correlation")
    source = writable_source(call)
    if row.target is not None and not call.state.datasource(source.org, row.target):
        return failure(call.generation, 404, "Data source not found")
    if not call.state.database.takes(row.label, row.description):
        return failure(call.generation, 500, "Failed to add correlation")
    call.state.rows.insert(row)
    return written(call, row, "Correlation created")


def update(call: Call) -> Answer:
    """Source and target never change: ``targetUID`` is not read, yet the answer is 200."""
    require(call, "datasources:write")
    changes = changes_of_body(call)
    if changes is None:
        return failure(call.generation, 400, "At least one of label, description or config is required")
    source = writable_source(call)
    row = call.state.rows.get(call.state.row_org(source.org), source.uid, call.params[1])
    if row is None:
        return failure(call.generation, 404, "Correlation not found")
    _check_readable(call, "Failed to update correlation", row)
    if call.generation != 9 and row.provisioned:
        return failure(call.generation, 403, "Correlation can only be edited via provisioning")
    if not call.state.database.takes(changes.get("label"), changes.get("description")):
        return failure(call.generation, 500, "Failed to update correlation")
    if call.generation == 9 or busy.is_missed(row, changes):
        busy.refuse(call, "PATCH " + row.uid, "Correlation not found", 404)
    elif call.busy.goes_wrong("PATCH " + row.uid):
        asked, changes = changes, busy.mixed(row, changes)
        if changes != asked:
            call.busy.answers("mixed")
    call.state.rows.change(row, **changes)
    return written(call, row, "Correlation updated")


def delete(call: Call) -> Answer:
    """Hidden rows are 404 on 12.4; 9.4 deletes them."""
    require(call, "datasources:write")
    source = writable_source(call)
    row = call.state.rows.get(call.state.row_org(source.org), source.uid, call.params[1])
    if row is None or (call.generation != 9 and not call.state.is_visible(source.org, row)):
        return failure(call.generation, 404, "Correlation not found")
    if call.generation != 9:  # 9.4 deletes without reading first
        _check_readable(call, "Failed to delete correlation", row)
    if call.generation != 9 and row.provisioned:
        return failure(call.generation, 403, "Correlation can only be edited via provisioning")
    status, text = (404, "Correlation not found") if call.generation == 9 else (500, "Failed to delete correlation")
    busy.refuse(call, "DELETE " + row.uid, text, status)
    call.state.rows.delete(row)
    return as_json({"message": "Correlation deleted"})


# data sources


def readable_source(call: Call) -> DataSource:
    source = call.state.datasource(call.identity.org, call.params[0])
    if source is None:
        raise Refusal(failure(call.generation, 404, "Source data source not found"))
    return source


def writable_source(call: Call) -> DataSource:
    """12.4 lets correlations of a read-only source be written, 9.4 does not."""
    source = call.state.datasource(call.identity.org, call.params[0])
    if source is None:
        raise Refusal(failure(call.generation, 404, "Data source not found"))
    if call.generation == 9 and source.read_only:
        raise Refusal(failure(call.generation, 403, "Data source is read only"))
    return source


# bodies


def row_of_body(call: Call) -> Row | None:
    """The row that a POST asks for; None for a ``config.type`` that 12.4 answers with 500."""
    body = call.bind()
    config = mapping(body, "config") or {}
    target, kind = text(body, "targetUID"), text(config, "type") or ""
    row = Row(
        call.state.new_uid(),
        call.state.row_org(call.identity.org),
        call.params[0],
        target,
        text(body, "label") or "",
        text(body, "description") or "",
        text(config, "field") or "",
        mapping(config, "target"),
    )
    if call.generation == 9:  # knows neither type nor provisioned, and drops transformations
        if kind != "query" or target is None:
            raise BadRequest("config.type must be query, with a target")
        return row
    row.type, row.provisioned = text(body, "type") or "", flag(body, "provisioned")
    if call.generation == 13:
        row.time_range = mapping(config, "timeRange")
    row.transformations = _transformations(config) or []
    if row.type not in ("query", "external") or (row.type == "query" and target is None):
        raise BadRequest("type must be query, with a target, or external")
    for item in row.transformations:
        if item["type"] not in ("regex", "logfmt") or (item["type"] == "regex" and not item["expression"]):
            raise BadRequest("unknown transformation, or regex without expression")
    if kind == "query":
        row.type = "query"
    return row if kind in ("", "query") else None


def changes_of_body(call: Call) -> dict[str, Any] | None:
    """The members of the row that a PATCH changes: neither type nor transformations are validated.

    None when the body holds nothing that counts: ``config.transformations`` alone does not.
    """
    body = call.bind()
    config = mapping(body, "config") or {}
    asked: dict[str, Any] = {
        "label": text(body, "label"),
        "description": text(body, "description"),
        "field": text(config, "field"),
        "query": mapping(config, "target"),
    }
    if call.generation == 9:
        kind = text(config, "type")
        if kind not in (None, "query"):
            raise BadRequest("config.type must be query")
        changes = {name: value for name, value in asked.items() if value is not None}
        return None if not changes and kind is None else changes
    asked["type"], transformations = text(body, "type"), _transformations(config)
    changes = {name: value for name, value in asked.items() if value is not None}
    if transformations is not None:
        if "field" not in changes and "query" not in changes:
            return None  # recorded where nothing else changes; what a real server does beside a label is not known
        changes["transformations"] = transformations
    return changes or None


def _transformations(config: dict[str, Any]) -> list[dict[str, str]] | None:
    items = sequence(config, "transformations")
    if items is None:
        return None
    members = [mapping({"item": item}, "item") or {} for item in items]
    return [{name: text(item, name) or "" for name in TRANSFORMATION_MEMBERS} for item in members]


# answers


def answer(written: str) -> Answer:
    return Answer(200, written.encode("utf-8", "replace"), JSON)


def _check_readable(call: Call, text: str, *rows: Row) -> None:
    """One row whose ``config`` is no JSON any more spoils every answer that meets it."""
    if any(row.unreadable for row in rows):
        raise Refusal(failure(call.generation, 500, text))


def listed(call: Call, rows: list[Row], start: str = "[", end: str = "]") -> Answer:
    generation = call.generation
    _check_readable(call, "Failed to get correlations", *rows)
    return answer(start + ",".join([row.text(generation) for row in rows]) + end)


def written(call: Call, row: Row, message: str) -> Answer:
    """The whole row, whatever the database cuts of it."""
    result = answer('{"result":' + row.text(call.generation) + ',"message":' + gojson.encode(message) + "}")
    call.state.database.cut(row, call.generation)
    return result
