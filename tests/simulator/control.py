# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/_simulator/...``: looking into the simulator and changing it, without signing in and without being counted.

GET counts            requests, reads, writes, connections, most_in_flight, by_method, log (see counts.py), busy POST
counts/reset     starts counting anew GET busy              writes that a busy database could answer wrongly, and the
wrong answers: mixed, 404, 500; as in counts, but since the start of the process, whatever is reset GET state
orgs, users, datasources, rows (all of them, hidden ones marked), objects (unified storage) POST seed
datasources [{uid, name, type, orgId, readOnly}], rows and objects as the API writes them and whatever they say; or many
at once: {prefix, sources, correlations, org, store: rows|objects} POST reload           the provisioning files, which
hold these rows of prov-loki now (see provisioning.py) GET, POST settings    see settings.py; a POST changes the members
it names GET, POST, DELETE faults    a POST adds a list of rules, or {rules, seed}; see faults.py POST reset
as it was when it was started: state, settings, faults and counts
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Callable

import api_shared
import apis_unified
import busy
import gojson
import kubernetes
import provisioning
from answers import JSON, Answer
from rows import Row
from state import State

if TYPE_CHECKING:
    from simulator import Simulator

PREFIX = "/_simulator/"


def answer(simulator: Simulator, method: str, path: str, body: bytes) -> Answer:
    action = _ACTIONS.get((method, path[len(PREFIX) :]))
    if action is None:
        return _json({"error": f"there is no {method} {path}"}, 404)
    try:
        return _json(action(simulator, json.loads(body) if body else {}))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return _json({"error": f"{type(error).__name__}: {error}"}, 400)


def _json(value: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value).encode(), JSON)


def _counts(simulator: Simulator, body: Any) -> Any:
    return {**simulator.counts.as_dict(), "busy": busy.as_dict(simulator.busy.counts)}


def _reset_counts(simulator: Simulator, body: Any) -> Any:
    simulator.counts.reset()
    simulator.busy.counts.clear()
    return {}


def _busy_totals(simulator: Simulator, body: Any) -> Any:
    return busy.as_dict(simulator.busy_totals)


def _reset(simulator: Simulator, body: Any) -> Any:
    simulator.reset()
    return {}


def _settings(simulator: Simulator, body: Mapping[str, Any]) -> Any:
    if body.get("busy", busy.OFF) != busy.OFF and not simulator.state.database.locks:
        raise ValueError("only sqlite is locked when it is busy")
    simulator.settings.change(body)
    return simulator.settings.as_dict()


def _faults(simulator: Simulator, body: Any) -> Any:
    if isinstance(body, list):
        body = {"rules": body}
    simulator.faults.add(body.get("rules", []), body.get("seed"))
    return simulator.faults.as_list()


def _clear_faults(simulator: Simulator, body: Any) -> Any:
    simulator.faults.clear()
    return []


def _state(simulator: Simulator, body: Any) -> Any:
    state = simulator.state
    return {
        "orgs": [{"id": org, "name": name} for org, name in state.orgs.items()],
        "users": [
            {"id": user.id, "login": user.login, "currentOrg": user.current_org, "roles": user.roles}
            for user in state.users.values()
        ],
        "datasources": [
            {"uid": item.uid, "name": item.name, "type": item.type, "orgId": item.org, "readOnly": item.read_only}
            for item in state.datasources.values()
        ],
        "rows": [_raw(simulator, row) for row in state.rows.all()],
        "objects": [stored.value for stored in state.objects.all()],
    }


def _raw(simulator: Simulator, row: Row) -> dict[str, Any]:
    """All members, whatever the API of this generation shows of them."""
    org = row.org or None
    shown = any(simulator.state.is_visible(owner, row) for owner in simulator.state.orgs)
    return {**row.as_dict(12), "orgId": org, "hidden": not shown}


def _seed(simulator: Simulator, body: Mapping[str, Any]) -> Any:
    unknown = set(body) - {"sources", "correlations", "prefix", "org", "rows", "objects", "datasources", "store"}
    if unknown:
        raise ValueError("seed does not take " + ", ".join(sorted(unknown)))
    state = simulator.state
    for item in body.get("datasources", []):
        _add_datasource(
            simulator,
            item.get("orgId", 1),
            item["uid"],
            item.get("name", item["uid"]),
            item.get("type", "loki"),
            item.get("readOnly", False),
        )
    insert(simulator, body.get("rows", []), body.get("objects", []))
    if "correlations" in body or "sources" in body:
        store = {"rows": False, "objects": True}[body.get("store", "rows")]
        _fill(
            simulator,
            body.get("prefix", "bench"),
            body.get("sources", 1),
            body.get("correlations", 0),
            body.get("org", 1),
            store,
        )
    if state.shared:
        api_shared.migrate(state)
    return {"datasources": len(state.datasources), "rows": len(state.rows), "objects": len(state.objects.all())}


def _add_datasource(simulator: Simulator, org: int, uid: str, name: str, type: str, read_only: bool = False) -> None:
    state = simulator.state
    if org not in state.orgs or state.datasource(org, uid) or state.datasource_named(org, name):
        raise ValueError(f"no place for a data source {uid} in organization {org}")
    state.add_datasource(org, name, type, uid=uid, read_only=read_only)


def insert(simulator: Simulator, rows: list[Mapping[str, Any]], objects: list[Mapping[str, Any]]) -> None:
    """Rows as ``/api`` writes them and objects as ``/apis`` does, stored as they are: nothing is validated."""
    state = simulator.state
    for given in rows:
        state.rows.insert(_row(state, given))
    for given in objects:
        apis_unified.insert(state, given)


def _row(state: State, given: Mapping[str, Any]) -> Row:
    config = given.get("config") or {}
    query = gojson.decode(json.dumps(config.get("target")).encode())  # no row holds a number that is not a float
    return Row(
        given.get("uid") or state.new_uid(),
        state.row_org(given.get("orgId", 1)),
        given["sourceUID"],
        given.get("targetUID"),
        given.get("label", ""),
        given.get("description", ""),
        config.get("field", ""),
        query,
        config.get("transformations") or [],
        given.get("provisioned", False),
        given.get("type", "query"),
    )


def _reload(simulator: Simulator, body: list[Mapping[str, Any]]) -> Any:
    state = simulator.state
    if state.shared:
        raise ValueError("there are no old tables to load into")
    source = {"sourceUID": provisioning.SOURCE, "provisioned": state.generation != 9}
    provisioning.reload(state, [_row(state, {**given, **source}) for given in body])
    return {}


def delete(simulator: Simulator, label: str | None, uid: str | None) -> None:
    """Deletes, as somebody else would, what has the label or the uid (both, if both are given), on both routes."""
    state = simulator.state
    for row in state.rows.all():
        if label in (None, row.label) and uid in (None, row.uid):
            state.rows.delete(row)
    for stored in state.objects.all():
        name = stored.metadata["name"]
        if label in (None, stored.value["spec"]["label"]) and uid in (None, name):
            state.objects.delete(stored.metadata["namespace"], name)


def _fill(simulator: Simulator, prefix: str, sources: int, correlations: int, org: int, unified: bool) -> None:
    """Many correlations of a usual size, in the old tables or in unified storage."""
    state, target = simulator.state, prefix + "-target"
    names = [f"{prefix}-src-{number}" for number in range(sources)]
    for name in names:
        _add_datasource(simulator, org, name, name, "loki")
    _add_datasource(simulator, org, target, target, "tempo")
    namespace = kubernetes.namespace(org)
    for number in range(correlations):
        source, label, description = (
            names[number % sources],
            f"{prefix} link {number}",
            "Opens the trace of the log line",
        )
        query = {"limit": 20, "query": "${traceID}", "queryType": "traceql", "refId": "A"}
        transformations = [{"type": "regex", "expression": "traceID=(\\w+)", "field": "message", "mapValue": "traceID"}]
        if unified:
            apis_unified.insert(
                state,
                {
                    "metadata": {"name": state.new_uid(), "namespace": namespace},
                    "spec": {
                        "type": "query",
                        "source": {"group": "loki", "name": source},
                        "target": {"group": "tempo", "name": target},
                        "description": description,
                        "label": label,
                        "config": {"field": "message", "target": query, "transformations": transformations},
                    },
                },
            )
        else:
            state.rows.insert(
                Row(
                    state.new_uid(),
                    state.row_org(org),
                    source,
                    target,
                    label,
                    description,
                    "message",
                    query,
                    transformations,
                )
            )


_ACTIONS: dict[tuple[str, str], Callable[[Simulator, Any], Any]] = {
    ("GET", "counts"): _counts,
    ("POST", "counts/reset"): _reset_counts,
    ("GET", "busy"): _busy_totals,
    ("GET", "state"): _state,
    ("POST", "seed"): _seed,
    ("POST", "reload"): _reload,
    ("POST", "reset"): _reset,
    ("GET", "settings"): _settings,
    ("POST", "settings"): _settings,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _faults,
    ("DELETE", "faults"): _clear_faults,
}
