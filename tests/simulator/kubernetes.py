# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Grafana's ``/apis`` has from Kubernetes: names, and the Status object that says how a call went."""

from __future__ import annotations

from typing import Any

from answers import Answer, as_json

GROUP = "correlations.grafana.app"
VERSION = "v0alpha1"
API_VERSION = GROUP + "/" + VERSION
RESOURCE = "correlations"
KIND = "Correlation"
_FULL_NAME = RESOURCE + "." + GROUP


def namespace(org: int) -> str:
    return "default" if org == 1 else f"org-{org}"


def failure(code: int, text: str, reason: str | None = None, details: dict[str, Any] | None = None) -> Answer:
    body: dict[str, Any] = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": text}
    if reason:
        body["reason"] = reason
    if details is not None:
        body["details"] = details
    body["code"] = code
    return as_json(body, code)


def success(name: str, uid: str) -> Answer:
    details = {**_details(name), "uid": uid}
    return as_json({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details})


def bad_request(text: str) -> Answer:
    return failure(400, text, "BadRequest")


def not_found(name: str) -> Answer:
    return failure(404, f'{_FULL_NAME} "{name}" not found', "NotFound", _details(name))


def already_exists(name: str) -> Answer:
    return failure(409, f'{_FULL_NAME} "{name}" already exists', "AlreadyExists", _details(name))


def conflict(name: str, why: str) -> Answer:
    text = f'Operation cannot be fulfilled on {_FULL_NAME} "{name}": {why}'
    return failure(409, text, "Conflict", _details(name))


def invalid(name: str, member: str, why: str) -> Answer:
    causes: list[dict[str, str]] = [{"reason": "FieldValueInvalid", "message": why, "field": member}]
    details = {"name": name, "group": GROUP, "kind": KIND, "causes": causes}
    return failure(422, f'{KIND}.{GROUP} "{name}" is invalid: {member}: {why}', "Invalid", details)


def forbidden(name: str, why: str) -> Answer:
    subject = _FULL_NAME + (f' "{name}"' if name else "")
    return failure(403, f"{subject} is forbidden: {why}", "Forbidden", _details(name))


def unauthorized() -> Answer:
    return failure(401, "Unauthorized", "Unauthorized")


def no_such_path() -> Answer:
    return Answer(404, b"404 page not found\n", "text/plain; charset=utf-8")


def _details(name: str) -> dict[str, Any]:
    return {**({"name": name} if name else {}), "group": GROUP, "kind": RESOURCE}
