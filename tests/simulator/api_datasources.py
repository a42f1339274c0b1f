# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/api/datasources``: the data sources themselves."""

from __future__ import annotations

import re
from typing import Any

import busy
from answers import Answer, Refusal, as_json, failure, message
from auth import require
from call import BadRequest, Call, flag, mapping, text
from routing import Routes
from state import DataSource

_UID = re.compile(r"[A-Za-z0-9_-]{0,40}")


def register(routes: Routes) -> None:
    routes.add("GET", "/api/datasources", list_all)
    routes.add("POST", "/api/datasources", create)
    routes.add("GET", "/api/datasources/name/*", read_by_name)
    routes.add("GET", "/api/datasources/uid/*", read)
    routes.add("PUT", "/api/datasources/uid/*", update)
    routes.add("DELETE", "/api/datasources/uid/*", delete)


def list_all(call: Call) -> Answer:
    """By name, and cut at ``datasource_limit`` without a word."""
    require(call, "datasources:read")
    found = call.state.datasources_of(call.identity.org)[: call.settings.datasource_limit]
    return as_json([_in_list(source, call.generation) for source in found])


def read(call: Call) -> Answer:
    require(call, "datasources:read")
    return as_json(_alone(_found(call), call.generation))


def read_by_name(call: Call) -> Answer:
    require(call, "datasources:read")
    source = call.state.datasource_named(call.identity.org, call.params[0])
    return as_json(_alone(source, call.generation)) if source else message(404, "Data source not found")


def create(call: Call) -> Answer:
    require(call, "datasources:create")
    members, org = _members(call), call.identity.org
    uid = members.pop("uid")
    if call.generation != 9 and not _UID.fullmatch(uid):  # measured on 12.4.3
        body = {"statusCode": 400, "messageId": "datasource.uidInvalid", "message": "Invalid datasource UID."}
        return as_json(body, 400)
    if call.state.datasource_named(org, members["name"]):
        return failure(call.generation, 409, "data source with the same name already exists")
    if call.state.datasource(org, uid):
        return failure(call.generation, 409, "data source with the same uid already exists")
    busy.refuse(call, "POST data source " + members["name"], "Failed to add datasource")
    if call.generation != 9 and not call.state.datasources_of(org):
        members["is_default"] = True  # recorded: the first one of an organization
    source = call.state.add_datasource(org, uid=uid, **members)
    return _written(source, call.generation, "Datasource added")


def update(call: Call) -> Answer:
    """A uid can be changed on 9.4 and 11.6; on 12.4 the attempt is a 500."""
    require(call, "datasources:write")
    members = _members(call)
    source = _found(call)
    if source.read_only:
        return failure(call.generation, 403, "Cannot update read-only data source")
    same_name = call.state.datasource_named(source.org, members["name"])
    if same_name not in (None, source):
        text = "Failed to update datasource: data source with the same name already exists"
        return failure(call.generation, 409, text)
    uid = members.pop("uid") or source.uid
    busy.refuse(call, "PUT data source " + source.name, "Failed to update datasource")
    if uid != source.uid:
        if call.generation != 9 or call.state.datasource(source.org, uid):
            return failure(call.generation, 500, "Failed to update datasource")
        call.state.rename_datasource(source, uid)
    for name, value in members.items():
        setattr(source, name, value)
    source.version += 1
    return _written(source, call.generation, "Datasource updated")


def delete(call: Call) -> Answer:
    require(call, "datasources:delete")
    source = _found(call)
    if source.read_only:
        return failure(call.generation, 403, "Cannot delete read-only data source")
    busy.refuse(call, "DELETE data source " + source.name, "Failed to delete datasource")
    call.state.delete_datasource(source)
    return as_json({"id": source.id, "message": "Data source deleted"})


def _found(call: Call) -> DataSource:
    source = call.state.datasource(call.identity.org, call.params[0])
    if source is None:
        raise Refusal(message(404, "Data source not found"))
    return source


def _members(call: Call) -> dict[str, Any]:
    body = call.bind()
    members = {
        "name": text(body, "name"),
        "type": text(body, "type"),
        "access": text(body, "access"),
        "url": text(body, "url") or "",
        "uid": text(body, "uid") or "",
        "is_default": flag(body, "isDefault"),
        "json_data": mapping(body, "jsonData") or {},
    }
    if not (members["name"] and members["type"] and members["access"]):
        raise BadRequest("name, type and access are required")
    return members


def _written(source: DataSource, generation: int, text: str) -> Answer:
    body = {"datasource": _alone(source, generation), "id": source.id, "message": text, "name": source.name}
    return as_json(body)


def _alone(source: DataSource, generation: int) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": source.id,
        "uid": source.uid,
        "orgId": source.org,
        "name": source.name,
        "type": source.type,
        "typeLogoUrl": _logo(source, generation) if generation != 9 else "",
        "access": source.access,
        "url": source.url,
        "user": "",
        "database": "",
        "basicAuth": False,
        "basicAuthUser": "",
        "withCredentials": False,
        "isDefault": source.is_default,
        "jsonData": source.json_data,
        "secureJsonFields": {},
        "version": source.version,
        "readOnly": source.read_only,
    }
    if generation != 9:
        body["apiVersion"] = ""
    return body


def _in_list(source: DataSource, generation: int) -> dict[str, Any]:
    return {
        "id": source.id,
        "uid": source.uid,
        "orgId": source.org,
        "name": source.name,
        "type": source.type,
        "typeName": source.type.capitalize(),
        "typeLogoUrl": _logo(source, generation),
        "access": source.access,
        "url": source.url,
        "user": "",
        "database": "",
        "basicAuth": False,
        "isDefault": source.is_default,
        "jsonData": source.json_data,
        "readOnly": source.read_only,
    }


def _logo(source: DataSource, generation: int) -> str:
    folder = "public/plugins/" if generation != 9 else "public/app/plugins/datasource/"
    return f"{folder}{source.type}/img/{source.type}_logo.svg"
