# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/apis`` on the old tables, as recorded on 12.4.3: not usable.

Paging repeats the first page, selectors are ignored, DELETE is a 500, PATCH a 404, a chosen name is ignored and an
unknown one is a 500.
"""

from __future__ import annotations

import base64
from typing import Any

import gojson
import kubernetes
import spec
from answers import Answer, Refusal, as_json
from apis_unified import Verb, check_field_selector
from call import BadRequest, Call, mapping
from rows import Row


def list_rows(call: Call, namespace: str, org: int) -> Answer:
    check_field_selector(call)
    rows, limit = _readable(call.state.visible(org)), call.query_number("limit")
    metadata: dict[str, Any] = {}
    if limit > 0:
        page = _page(call) + 1
        left = len(call.state.rows) - page * limit
        if left > 0:
            metadata = {"continue": base64.b64encode(str(page).encode()).decode(), "remainingItemCount": left}
        rows = rows[:limit]
    head = {"kind": kubernetes.KIND + "List", "apiVersion": kubernetes.API_VERSION, "metadata": metadata}
    return as_json({**head, "items": [_members(call, namespace, org, row) for row in rows]})


def read(call: Call, namespace: str, org: int) -> Answer:
    return _object(call, namespace, org, _visible(call, org, call.params[0]))


def create(call: Call, namespace: str, org: int) -> Answer:
    """What fails after the row was written leaves it behind, hidden."""
    wanted, state = _spec(call), call.state
    quota = call.settings.quota
    if quota is not None and len(state.rows) >= quota:
        return kubernetes.failure(500, "correlations quota reached")
    source = wanted["source"]["name"]
    target = (wanted.get("target") or {}).get("name")
    if not state.datasource(org, source):
        return kubernetes.failure(500, "source data source does not exist")
    if target is not None and not state.datasource(org, target):
        return kubernetes.failure(500, "target data source does not exist")
    row = Row(state.new_uid(), state.row_org(org), source, target, type=wanted["type"], **_editable(wanted))
    state.rows.insert(row)
    return _object(call, namespace, org, _visible(call, org, row.uid), 201)


def replace(call: Call, namespace: str, org: int) -> Answer:
    """Source and target stay; there is no version to be stale."""
    wanted, row = _spec(call), _visible(call, org, call.params[0])
    if row.provisioned:
        return kubernetes.failure(500, "correlation can only be edited via provisioning")
    call.state.rows.change(row, type=wanted["type"], **_editable(wanted))
    return _object(call, namespace, org, _visible(call, org, row.uid))


def patch(call: Call, namespace: str, org: int) -> Answer:
    return kubernetes.not_found(_visible(call, org, call.params[0]).uid)


def delete(call: Call, namespace: str, org: int) -> Answer:
    return kubernetes.failure(500, "source data source does not exist")


def delete_all(call: Call, namespace: str, org: int) -> Answer:
    return kubernetes.failure(500, "DeleteCollection for shorturl not implemented")


VERBS: dict[str, Verb] = {
    "list": list_rows,
    "get": read,
    "create": create,
    "update": replace,
    "patch": patch,
    "delete": delete,
    "deletecollection": delete_all,
}


def _page(call: Call) -> int:
    tokens = call.query("continue")
    try:
        return int(base64.b64decode(tokens[0])) if tokens else 0
    except ValueError:
        raise Refusal(kubernetes.bad_request("invalid continue token")) from None


def _spec(call: Call) -> dict[str, Any]:
    try:
        body = gojson.decode(call.body)
    except ValueError as error:
        raise BadRequest(str(error)) from error
    return spec.parse(mapping(mapping({"body": body}, "body") or {}, "spec") or {}, call.generation)


def _editable(wanted: dict[str, Any]) -> dict[str, Any]:
    config = wanted["config"]
    return {
        "label": wanted["label"],
        "description": wanted.get("description", ""),
        "field": config["field"],
        "query": config["target"] or {},
        "transformations": config.get("transformations", []),
    }


def _visible(call: Call, org: int, uid: str) -> Row:
    found = [row for row in call.state.visible(org) if row.uid == uid]
    if not found:
        raise Refusal(kubernetes.failure(500, "correlation not found"))
    return _readable(found)[0]


def _readable(rows: list[Row]) -> list[Row]:
    if any(row.unreadable for row in rows):
        raise Refusal(kubernetes.failure(500, "unexpected end of JSON input"))
    return rows


def _object(call: Call, namespace: str, org: int, row: Row, status: int = 200) -> Answer:
    head = {"kind": kubernetes.KIND, "apiVersion": kubernetes.API_VERSION}
    return as_json({**head, **_members(call, namespace, org, row)}, status)


def _members(call: Call, namespace: str, org: int, row: Row) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": row.uid, "namespace": namespace}
    if row.provisioned:
        metadata["annotations"] = {"grafana.app/managedBy": "classic-file-provisioning"}
    wanted: dict[str, Any] = {
        "type": row.type,
        "source": _reference(call, org, row.source),
        "label": row.label,
        "config": {"field": row.field, "target": row.query or None, "transformations": row.transformations},
    }
    if row.target is not None:
        wanted["target"] = _reference(call, org, row.target)
    if row.description:
        wanted["description"] = row.description
    return {"metadata": metadata, "spec": spec.parse(wanted, call.generation)}


def _reference(call: Call, org: int, uid: str) -> dict[str, str]:
    source = call.state.datasource(org, uid)
    return {"group": source.type if source else "", "name": uid}
