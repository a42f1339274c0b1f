# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/apis`` on unified storage, as recorded and measured on 12.4.3.

Names are chosen by the client, versions lock optimistically, and what a correlation says is not validated at all:
unknown data sources, types and transformations are taken.
"""

from __future__ import annotations

import base64
import json
import re
import time
import uuid
from collections.abc import Mapping
from typing import Any, Callable

import gojson
import kubernetes
import patches
import spec
from answers import JSON, Answer, Refusal
from call import BadRequest, Call, mapping, text
from state import State
from store import Stored

Verb = Callable[[Call, str, int], Answer]  # namespace, and the organization that it means

SOURCE_LABEL, TARGET_LABEL = "correlations.grafana.app/sourceDS-ref", "correlations.grafana.app/targetDS-ref"
PROVISIONED_LABEL = "correlations.grafana.app/sourceDSProv-ref"
MANAGER = "grafana.app/managedBy"
CREATED_BY, UPDATED_BY, UPDATED_AT = "grafana.app/createdBy", "grafana.app/updatedBy", "grafana.app/updatedTimestamp"
USUAL_IN_A_PAGE, MOST_BYTES_IN_A_PAGE = 500, 2 * 1024 * 1024
MERGE_PATCH, JSON_PATCH = "application/merge-patch+json", "application/json-patch+json"
_NAME = re.compile(r"[a-zA-Z0-9:\-_.]{1,253}")
_LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?")
_MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"


# verbs


def list_objects(call: Call, namespace: str, org: int) -> Answer:
    """By name, a page at a time. A page is cut first and filtered after that, so it may be empty and not be the last
    one."""
    is_selected = _selection(call)
    left = call.state.objects.after(namespace, _continued_after(call))
    limit = call.query_number("limit")
    found = page(left, limit if limit > 0 else USUAL_IN_A_PAGE)
    token = _token(found[-1]) if len(found) < len(left) else ""
    return _list(call, [stored for stored in found if is_selected(stored)], token)


def read(call: Call, namespace: str, org: int) -> Answer:
    return _answer(_existing(call, namespace))


def create(call: Call, namespace: str, org: int) -> Answer:
    given = _object_of_body(call)
    metadata = _metadata_of(given, namespace)
    name = text(metadata, "name") or _generated(call, text(metadata, "generateName"))
    _check_name(name)
    if call.state.objects.get(namespace, name):
        return kubernetes.already_exists(name)
    return _answer(write(call, namespace, name, given, None), 201)


def replace(call: Call, namespace: str, org: int) -> Answer:
    given, old = _object_of_body(call), _existing(call, namespace)
    return _answer(_changed(call, namespace, given, old))


def patch(call: Call, namespace: str, org: int) -> Answer:
    kind = call.headers.get("Content-Type", "").split(";")[0].strip()
    if kind not in (MERGE_PATCH, JSON_PATCH):
        return _unsupported(JSON_PATCH, MERGE_PATCH)
    change, old = _decoded(call), _existing(call, namespace)
    if kind == JSON_PATCH:
        _check_operations(change)
    try:
        given = (patches.merge if kind == MERGE_PATCH else patches.apply)(old.value, change)
    except patches.PatchFailed:  # the answer does not say why (recorded)
        why = "the server rejected our request due to an error in our request"
        return kubernetes.failure(422, why, "Invalid", {})
    return _answer(_changed(call, namespace, _as_map(given), old))


def delete(call: Call, namespace: str, org: int) -> Answer:
    old = _existing(call, namespace)
    options = _as_map(_decoded(call)) if call.body else {}
    wanted = mapping(options, "preconditions") or {}
    for member in ("uid", "resourceVersion"):
        if text(wanted, member) not in (None, old.metadata[member]):
            why = "the {} in the precondition ({}) does not match the one in record ({})"
            return kubernetes.conflict(call.params[0], why.format(member, wanted[member], old.metadata[member]))
    call.state.objects.delete(namespace, call.params[0])
    return kubernetes.success(call.params[0], old.metadata["uid"])


def delete_all(call: Call, namespace: str, org: int) -> Answer:
    """The answer lists what was there."""
    found = list(filter(_selection(call), call.state.objects.after(namespace, "")))
    for stored in found:
        call.state.objects.delete(namespace, stored.metadata["name"])
    return _list(call, found, "")


VERBS: dict[str, Verb] = {
    "list": list_objects,
    "get": read,
    "create": create,
    "update": replace,
    "patch": patch,
    "delete": delete,
    "deletecollection": delete_all,
}


def insert(state: State, given: Mapping[str, Any]) -> None:
    """Puts an object into the store as it is, for a test to find."""
    metadata = dict(given["metadata"])
    namespace = metadata.setdefault("namespace", "default")
    body = {"metadata": metadata, "spec": spec.parse(given["spec"], state.generation)}
    annotations = metadata.setdefault("annotations", {})
    metadata.setdefault("labels", _labels(body["spec"], annotations, state.generation))
    metadata.update(
        uid=str(uuid.uuid4()), resourceVersion=state.objects.next_version(), generation=1, creationTimestamp=_now()
    )
    head = {"kind": kubernetes.KIND, "apiVersion": kubernetes.API_VERSION}
    state.objects.put(namespace, metadata["name"], {**head, **body})


# reading a request


def _decoded(call: Call) -> Any:
    try:
        return gojson.decode(call.body, integers=True)
    except ValueError as error:
        raise BadRequest(str(error)) from error


def _as_map(value: Any) -> dict[str, Any]:
    return mapping({"body": value}, "body") or {}


def _object_of_body(call: Call) -> dict[str, Any]:
    if call.headers.get("Content-Type", JSON).split(";")[0].strip() != JSON:
        raise Refusal(_unsupported(JSON))
    given = _as_map(_decoded(call))
    for member, wanted in (("kind", kubernetes.KIND), ("apiVersion", kubernetes.API_VERSION)):
        if text(given, member) != wanted:
            raise BadRequest(f"{member} must be {wanted}")
    return given


def _metadata_of(given: Mapping[str, Any], namespace: str) -> dict[str, Any]:
    metadata = mapping(given, "metadata") or {}
    if text(metadata, "namespace") not in (None, "", namespace):
        why = "the namespace of the provided object does not match the namespace sent on the request"
        raise Refusal(kubernetes.bad_request(why))
    return metadata


def _generated(call: Call, prefix: str | None) -> str:
    if not prefix:
        raise Refusal(kubernetes.invalid("", "metadata.name", "Required value: name or generateName is required"))
    return prefix + call.state.new_uid()


def _check_operations(change: Any) -> None:
    """A JSON Patch is a list of objects; what is wrong in them shows when they are applied."""
    why = "error decoding patch: json: cannot unmarshal {} into Go value of type {}"
    if not isinstance(change, list):
        raise Refusal(kubernetes.bad_request(why.format(gojson.kind(change), "[]handlers.jsonPatchOp")))
    for item in change:
        if not isinstance(item, dict):
            raise Refusal(kubernetes.bad_request(why.format(gojson.kind(item), "handlers.jsonPatchOp")))


def _existing(call: Call, namespace: str) -> Stored:
    stored = call.state.objects.get(namespace, call.params[0])
    if stored is None:
        raise Refusal(kubernetes.not_found(call.params[0]))
    return stored


def _selection(call: Call) -> Callable[[Stored], bool]:
    """Whether an object is one that the request selects."""
    check_field_selector(call)
    wanted: list[tuple[str, str]] = []
    for selector in call.query("labelSelector"):
        for requirement in filter(None, selector.split(",")):
            name, equals, value = requirement.replace("==", "=").partition("=")
            if not equals or not _is_label_value(value):
                raise Refusal(kubernetes.bad_request("unable to parse requirement: " + requirement))
            wanted.append((name, value))
    return lambda stored: all(stored.metadata.get("labels", {}).get(name) == value for name, value in wanted)


def page(objects: list[Stored], limit: int) -> list[Stored]:
    """The first of the objects: ``limit`` at most, and no more once they take up 2 MiB."""
    size = 0
    for number, stored in enumerate(objects[:limit], 1):
        size += stored.size()
        if size >= MOST_BYTES_IN_A_PAGE:
            return objects[:number]
    return objects[:limit]


def _token(last: Stored) -> str:
    """What the next page starts after; it is the client's to keep, not to read."""
    return base64.b64encode(json.dumps({"after": last.metadata["name"]}).encode()).decode()


def check_field_selector(call: Call) -> None:
    for selector in filter(None, call.query("fieldSelector")):
        about = "field label not supported for {}, Kind={}: {}"
        field = selector.partition("=")[0]
        raise Refusal(kubernetes.bad_request(about.format(kubernetes.API_VERSION, kubernetes.KIND, field)))


def _continued_after(call: Call) -> str:
    tokens = call.query("continue")
    try:
        return str(json.loads(base64.b64decode(tokens[0], validate=True))["after"]) if tokens else ""
    except (KeyError, TypeError, ValueError):
        raise Refusal(kubernetes.bad_request("invalid continue token")) from None


# writing


def _changed(call: Call, namespace: str, given: Mapping[str, Any], old: Stored) -> Stored:
    """Optimistic locking: whoever says which version he changes must mean the latest."""
    metadata, name = _metadata_of(given, namespace), old.metadata["name"]
    if text(metadata, "name") not in (None, "", name):
        why = "the name of the object ({}) does not match the name on the URL ({})".format(metadata["name"], name)
        raise Refusal(kubernetes.bad_request(why))
    if text(metadata, "resourceVersion") not in (None, "", old.metadata["resourceVersion"]):
        raise Refusal(kubernetes.conflict(name, _MODIFIED))
    if text(metadata, "uid") not in (None, "", old.metadata["uid"]):
        why = "Precondition failed: UID in precondition: {}, UID in object meta: {}"
        raise Refusal(kubernetes.conflict(name, why.format(metadata["uid"], old.metadata["uid"])))
    return write(call, namespace, name, given, old)


def write(call: Call, namespace: str, name: str, given: Mapping[str, Any], old: Stored | None) -> Stored:
    metadata, wanted = mapping(given, "metadata") or {}, spec.parse(mapping(given, "spec") or {}, call.generation)
    annotations, now = _strings(metadata, "annotations"), _now()
    labels = {**_strings(metadata, "labels"), **_labels(wanted, annotations, call.generation)}
    for value in labels.values():
        if not _is_label_value(value):
            why = f'Invalid value: "{value}": must be a valid label value of no more than 63 bytes'
            raise Refusal(kubernetes.invalid(name, "metadata.labels", why))
    made: dict[str, Any] = {"name": name, "namespace": namespace}
    if old is None:
        annotations[CREATED_BY] = _author(call)
        made.update(uid=str(uuid.uuid4()), generation=1, creationTimestamp=now)
    else:
        changed = not gojson.equal(old.value["spec"], wanted)
        for annotation in (CREATED_BY, UPDATED_BY, UPDATED_AT):  # are the server's alone
            annotations.pop(annotation, None)
            if annotation in old.metadata["annotations"]:
                annotations[annotation] = old.metadata["annotations"][annotation]
        if changed:
            annotations.update({UPDATED_BY: _author(call), UPDATED_AT: now})
        elif labels == old.metadata["labels"] and annotations == old.metadata["annotations"]:
            return _without_version(old)
        generation = old.metadata["generation"] + changed
        made.update(uid=old.metadata["uid"], generation=generation, creationTimestamp=old.metadata["creationTimestamp"])
    made.update(resourceVersion=call.state.objects.next_version(), labels=labels, annotations=annotations)
    made["managedFields"] = [
        {
            "manager": call.headers.get("User-Agent", "").split("/")[0],
            "operation": "Update",
            "apiVersion": kubernetes.API_VERSION,
            "time": now,
            "fieldsType": "FieldsV1",
            "fieldsV1": {"f:spec": _fields(wanted)},
        }
    ]
    head = {"kind": kubernetes.KIND, "apiVersion": kubernetes.API_VERSION}
    return call.state.objects.put(namespace, name, {**head, "metadata": made, "spec": wanted})


def _without_version(stored: Stored) -> Stored:
    """What answers a write that changes nothing: nothing is written, and no version is told (recorded)."""
    metadata = {name: value for name, value in stored.metadata.items() if name != "resourceVersion"}
    return Stored({**stored.value, "metadata": metadata})


def _check_name(name: str) -> None:
    """A name that Grafana cannot take is a 500, not a 422 (measured)."""
    if not _NAME.fullmatch(name):
        raise Refusal(kubernetes.failure(500, "invalid resource name: " + name))


def _labels(wanted: Mapping[str, Any], annotations: Mapping[str, str], generation: int) -> dict[str, str]:
    """TYPE.UID of both data sources, by which lists can be filtered; 13 adds whether a manager has the object."""
    labels = {}
    for label, member in ((SOURCE_LABEL, "source"), (TARGET_LABEL, "target")):
        if wanted.get(member):
            labels[label] = "{group}.{name}".format(**wanted[member])
    if generation == 13:
        labels[PROVISIONED_LABEL] = labels[SOURCE_LABEL] + (".true" if MANAGER in annotations else ".false")
    return labels


def _is_label_value(value: str) -> bool:
    return len(value) <= 63 and bool(_LABEL_VALUE.fullmatch(value))


def _strings(metadata: Mapping[str, Any], member: str) -> dict[str, str]:
    members = mapping(metadata, member) or {}
    return {name: text(members, name) or "" for name in members}


def _author(call: Call) -> str:
    identity = call.identity
    if identity.account is not None:
        return "service-account:" + identity.account.uid
    return "user:" + (identity.user.uid if identity.user else "")


def _fields(value: Any) -> dict[str, Any]:
    return {"f:" + name: _fields(item) for name, item in value.items()} if isinstance(value, dict) else {}


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


# answers


def _unsupported(*accepted: str) -> Answer:
    why = "the body of the request was in an unknown format - accepted media types include: " + ", ".join(accepted)
    return kubernetes.failure(415, why, "UnsupportedMediaType")


def _answer(stored: Stored, status: int = 200) -> Answer:
    return Answer(status, stored.text().encode("utf-8", "replace"), JSON)


def _list(call: Call, found: list[Stored], token: str) -> Answer:
    metadata = {"resourceVersion": str(call.state.objects.version), **({"continue": token} if token else {})}
    head = {"kind": kubernetes.KIND + "List", "apiVersion": kubernetes.API_VERSION, "metadata": metadata}
    items = ",".join([stored.text() for stored in found])
    written = gojson.encode(head)[:-1] + ',"items":[' + items + "]}"
    return Answer(200, written.encode("utf-8", "replace"), JSON)
