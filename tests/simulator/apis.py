# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/apis/correlations.grafana.app``: what all forms of it have in common, as recorded on 12.4.3.

Off by default. On unified storage it works; switched on without that (``legacy``) it is broken, and its resource list
lacks the verb ``watch``. ``shared`` is unified storage from which 13 serves ``/api`` as well (api_shared.py).
"""

from __future__ import annotations

import re

import apis_legacy
import apis_unified
import kubernetes
from answers import Answer, Refusal, as_json, not_found
from auth import ADMINS, READERS, identify
from call import BadRequest, Call

FORMS: dict[str, dict[str, apis_unified.Verb]] = {
    "off": {},
    "legacy": apis_legacy.VERBS,
    "unified": apis_unified.VERBS,
    "shared": apis_unified.VERBS,
}
WRITERS = ("Editor", "Admin")
ONE = {"GET": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
ALL = {"GET": "list", "POST": "create", "DELETE": "deletecollection"}


def answer(call: Call, form: str) -> Answer:
    if call.generation == 9:
        return not_found()  # any path that starts with /api and leads nowhere
    if form == "off" or call.segments[1:2] != [kubernetes.GROUP]:
        return kubernetes.no_such_path()
    try:
        call.identity = identify(call)
    except Refusal:
        return kubernetes.unauthorized()
    rest = call.segments[2:]
    if call.method == "GET" and not rest:
        return as_json(_group())
    if call.method == "GET" and rest == [kubernetes.VERSION]:
        return as_json(_resources(form))
    if rest[:2] != [kubernetes.VERSION, "namespaces"] or rest[3:4] != [kubernetes.RESOURCE] or len(rest) > 5:
        return kubernetes.no_such_path()
    return _on_correlations(call, form, rest[2], rest[4] if len(rest) == 5 else "")


def _on_correlations(call: Call, form: str, namespace: str, name: str) -> Answer:
    verb = (ONE if name else ALL).get(call.method)
    if verb is None:
        text = "the server does not allow this method on the requested resource"
        return kubernetes.failure(405, text, "MethodNotAllowed")
    org = _org(namespace)
    if org:
        _authorize(call, verb, namespace, name, org)
    elif form != "legacy":
        return kubernetes.failure(500, "namespace mismatch")
    call.params = [name]
    try:
        return FORMS[form][verb](call, namespace, org)
    except BadRequest as error:
        text = '{0} in version "{1}" cannot be handled as a {0}: {2}'
        return kubernetes.bad_request(text.format(kubernetes.KIND, kubernetes.VERSION, error))


def _org(namespace: str) -> int:
    """The organization of a namespace, 0 for a malformed one: the header that selects one elsewhere is ignored."""
    if namespace == "default":
        return 1
    match = re.fullmatch(r"org-([0-9]{1,18})", namespace)
    return int(match.group(1)) if match and int(match.group(1)) > 1 else 0


def _authorize(call: Call, verb: str, namespace: str, name: str, org: int) -> None:
    """By role alone: who may read here, and that an Editor may write (on ``/api`` only an Admin may), was measured."""
    role = call.identity.role_in(org)
    if role in (READERS if verb in ("get", "list") else ADMINS if verb == "deletecollection" else WRITERS):
        return
    why = (
        'User "{login}" cannot {verb} resource "{resource}" in API group "{group}" in the namespace "{namespace}": '
        "Grafana org role ({role}) didn't allow {verb} access on requested resource={resource}, path={path}"
    ).format(
        login=call.identity.login,
        verb=verb,
        resource=kubernetes.RESOURCE,
        group=kubernetes.GROUP,
        namespace=namespace,
        role=role,
        path="/" + "/".join(call.segments),
    )
    raise Refusal(kubernetes.forbidden(name, why))


def _group() -> dict[str, object]:
    version = {"groupVersion": kubernetes.API_VERSION, "version": kubernetes.VERSION}
    return {
        "kind": "APIGroup",
        "apiVersion": "v1",
        "name": kubernetes.GROUP,
        "versions": [version],
        "preferredVersion": version,
    }


def _resources(form: str) -> dict[str, object]:
    verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update"]
    if form != "legacy":
        verbs.append("watch")
    resource = {
        "name": kubernetes.RESOURCE,
        "singularName": "correlation",
        "namespaced": True,
        "kind": kubernetes.KIND,
        "verbs": verbs,
    }
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": kubernetes.API_VERSION,
        "resources": [resource],
    }
