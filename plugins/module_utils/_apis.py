# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The route ``/apis/correlations.grafana.app/v0alpha1``, Kubernetes style, on unified storage."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._client import Client, expect, expect_member, is_safe_segment, path_of
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import QUERY, Correlation, api_config, has_usable_config, members_of
from ansible_collections.crosslink.grafana.plugins.module_utils._datasources import DataSources
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import differing
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    CrosslinkError,
    Doubtful,
    HttpError,
    Mistake,
    NotFound,
    TooBusy,
    Unreadable,
    unread,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._route import Listing

GROUP = ("apis", "correlations.grafana.app", "v0alpha1")
PAGE = 1000  # rows
SOURCE_LABEL = "correlations.grafana.app/sourceDS-ref"
MANAGER = "grafana.app/managedBy"
# A Kubernetes label's value; of anything else Grafana keeps no label to select by.
_LABEL_VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?\Z")
LONGEST_SLUG = 24  # so that a name stays within the 40 characters that Grafana's own have
WRITE_ATTEMPTS = 5  # how often a change is tried again after somebody else's
MOST_NUMBERS = 20  # how many correlations of one key are told apart by number

_MEMBER_PATHS = {
    "label": "/spec/label",
    "description": "/spec/description",
    "config.field": "/spec/config/field",
    "config.target": "/spec/config/target",
    "config.transformations": "/spec/config/transformations",
}


def serves_watch(client: Client, retries: int | None = None) -> bool:
    """Whether the resource list holds ``watch``, which it does only when unified storage answers; False without the route."""
    try:
        answer = client.get(*GROUP, retries=retries)
    except HttpError as error:
        if error.status != 404:
            raise
        return False
    resources = answer.get("resources") if isinstance(answer, dict) else None
    found = [item for item in resources if isinstance(item, dict) and item.get("name") == "correlations"] if isinstance(resources, list) else []
    return any(isinstance(item.get("verbs"), list) and "watch" in item["verbs"] for item in found)


def name_of(source: str, target: str | None, kind: str, members: t.Mapping[str, t.Any], number: int = 1) -> str:
    """The name of a new correlation, made from its key: the same for the same key, valid in Kubernetes, readable."""
    key = json.dumps([source, members["config.field"], kind, target, members["label"]])
    slug = re.sub(r"[^a-z0-9]+", "-", members["label"].lower())[:LONGEST_SLUG].strip("-") or "link"
    name = "%s-%s" % (slug, hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:10])
    return name if number == 1 else "%s-%d" % (name, number)


class ApisRoute:
    """Correlations over ``/apis``. The server validates nothing there, and shows rows whose data sources are gone.

    A correlation's uid is its ``metadata.name``, which we choose, so that the server itself refuses a second one.
    """

    validates = False

    def __init__(self, client: Client, data_sources: DataSources) -> None:
        self.client = client
        self._data_sources = data_sources
        self._taken: set[str] = set()  # names of rows that were read, and of those that this run makes
        self._lock = threading.Lock()
        if client.org_id is None:
            # The header for an organisation is ignored here: the namespace rules.
            client.org_id = expect(dict, client.get("api", "org"), "an organisation", client).get("id")
        namespace = "default" if client.org_id == 1 else "org-%s" % client.org_id
        self._path = path_of(*GROUP, "namespaces", namespace, "correlations")

    # Reading

    def read(self, sources: t.Sequence[str] | None) -> Listing:
        """The rows that start from these data sources, given as names or UIDs; None means all.

        Those of a single source are selected by its label. That is no proof that there are no others, since rows keep
        the label of the type that the data source had when they were made; so the listing counts as partial.
        """
        if sources is None:
            return self._listing(self._list(), whole=True)
        found = [self._data_sources.find(source) for source in sources]
        uids = {str(row["uid"]) for row in found if row is not None}
        if not uids:
            return Listing([])
        label = "%s.%s" % (found[0].get("type"), found[0]["uid"]) if len(found) == 1 and found[0] is not None else ""
        selector = "%s=%s" % (SOURCE_LABEL, label) if _LABEL_VALUE.match(label) else None
        return self._listing([row for row in self._list(selector) if row.source in uids], partial=selector is not None)

    def reread(self, sources: t.Collection[str]) -> list[Correlation]:
        """The rows that start from these data sources (UIDs), looked for among all rows."""
        return self._listing([row for row in self._list() if row.source in sources]).rows

    def one(self, source: str, uid: str) -> Correlation | None:
        """One row; None when it is not there or starts elsewhere (``source`` is a UID)."""
        if not is_safe_segment(uid):
            return None
        row = self._get(uid)
        return row if row is not None and row.source == source else None

    def is_old(self) -> bool:
        """Rows on this route tell whether they are provisioned."""
        return False

    def _listing(self, rows: list[Correlation], whole: bool = False, partial: bool = False) -> Listing:
        self._taken.update(row.uid for row in rows)
        return Listing(rows, whole=whole, partial=partial)

    def _list(self, selector: str | None = None) -> list[Correlation]:
        rows: dict[str, Correlation] = {}
        query = {"limit": PAGE, **({"labelSelector": selector} if selector else {})}
        more: str | None = None
        while True:
            page = expect(dict, self.client.call("GET", self._path, query={**query, **({"continue": more} if more else {})}), "a list", self.client)
            found = [self._row(item) for item in expect(list, page.get("items"), "a list of correlations", self.client)]
            fresh = [row for row in found if row.uid not in rows]
            rows.update((row.uid, row) for row in fresh)
            more = expect(dict, page.get("metadata") or {}, "a list", self.client).get("continue")
            if not more:
                return list(rows.values())
            if not fresh:
                raise CrosslinkError("The /apis route of this Grafana repeats pages, so nothing was done: use api: legacy.")

    def _get(self, name: str) -> Correlation | None:
        try:
            return self._row(self.client.call("GET", "%s%s" % (self._path, path_of(name))))
        except NotFound:
            return None

    def _row(self, raw: t.Any) -> Correlation:
        def an_object(value: t.Any) -> dict[str, t.Any]:
            return expect(dict, value, "a correlation", self.client)

        spec, metadata = an_object(an_object(raw).get("spec")), an_object(raw.get("metadata"))
        source, target = an_object(spec.get("source")), an_object(spec.get("target") or {})
        config, annotations = spec.get("config") or {}, an_object(metadata.get("annotations") or {})
        an_object(config if has_usable_config(config) else None)
        kind = spec.get("type") or QUERY
        manager = annotations.get(MANAGER)
        return Correlation(
            uid=expect(str, metadata.get("name"), "a correlation", self.client),
            source=str(source.get("name")),
            target=target.get("name") if kind == QUERY else None,
            type=kind,
            members=members_of(spec.get("label"), spec.get("description"), config),
            read_only=bool(manager),
            manager=manager,
            org_id=self.client.org_id,
            version=metadata.get("resourceVersion"),
        )

    # Writing

    def create(self, source: str, target: str | None, kind: str, members: t.Mapping[str, t.Any], uid: str | None = None) -> Correlation:
        """Add a correlation with all its members, under a name made from its key, or under the given uid.

        A name that is there already and has our key was made by another run, or by ours before its answer was lost:
        it is the one. A name whose row has become another correlation is passed over.
        """
        spec: dict[str, t.Any] = {
            "type": kind,
            "source": self._reference(source),
            "label": members["label"],
            "description": members["description"],
            "config": {name: value for name, value in api_config(members).items() if value or name != "transformations"},
        }
        if kind == QUERY:
            spec["target"] = self._reference(target or "")
        for name in [uid] if uid is not None else self._free_names(source, target, kind, members):
            body = {"apiVersion": "/".join(GROUP[1:]), "kind": "Correlation", "metadata": {"name": name}, "spec": spec}
            row = self._post(name, body)
            if row.base == (source, kind, target, members["label"]) and row.members["config.field"] == members["config.field"]:
                lost = differing(members, row.members)
                return (self.update(row, {member: members[member] for member in lost}) or row) if lost and not row.read_only else row
        raise Mistake("There are too many correlations named '%s': remove or rename some of them." % name_of(source, target, kind, members))

    def _reference(self, uid: str) -> dict[str, t.Any]:
        found = self._data_sources.find(uid)
        if found is None or "type" not in found:
            sentence = "The kind of data source '%s' cannot be read, and the /apis route needs it: the credentials lack the permission datasources:read."
            raise Mistake(sentence % uid)
        return {"group": found["type"], "name": found["uid"]}

    def _free_names(self, source: str, target: str | None, kind: str, members: t.Mapping[str, t.Any]) -> t.Iterator[str]:
        for number in range(1, MOST_NUMBERS + 1):
            name = name_of(source, target, kind, members, number)
            with self._lock:
                if name in self._taken:
                    continue
                self._taken.add(name)
            yield name

    def _post(self, name: str, body: t.Mapping[str, t.Any]) -> Correlation:
        """The row of that name: ours, or the one that was there before. Sent again after a doubt: a second one is refused."""
        for attempt in range(self.client.connection.retries + 1):
            try:
                return self._row(self.client.call("POST", self._path, body))
            except HttpError as error:
                if not isinstance(error, (Doubtful, Unreadable)) and error.status not in (409, 500):
                    raise
                found = self._after(error, name)
                if found is not None:
                    return found
                is_final = error.status == 500 or isinstance(error, TooBusy) or (isinstance(error, Unreadable) and error.is_no_refusal)
                if is_final or attempt == self.client.connection.retries:
                    raise
            self.client.pause(attempt)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _after(self, error: HttpError, name: str) -> Correlation | None:
        """The row of that name after a write that failed in a way that proves nothing."""
        try:
            return self._get(name)
        except HttpError as reading:
            raise unread(error, reading) from None

    def update(self, row: Correlation, changes: t.Mapping[str, t.Any]) -> Correlation | None:
        """Change these members of a row, if it is still as it was read, else of what it has become; None when it is gone."""
        current = row
        for attempt in range(WRITE_ATTEMPTS):
            try:
                patch = _json_patch(current, {member: changes[member] for member in differing(changes, current.members)})
                return self._row(self.client.call("PATCH", self._path + path_of(row.uid), patch, kind="application/json-patch+json"))
            except HttpError as error:
                # A failed test of the version is a 422 in Kubernetes, a stale one elsewhere a 409.
                if not isinstance(error, (NotFound, Doubtful, Unreadable)) and error.status not in (409, 422, 500):
                    raise
                found = self._after(error, row.uid)
                if found is None or not differing(changes, found.members):
                    return found
                if attempt >= min(error.rounds, WRITE_ATTEMPTS - 1) or (error.status == 422 and found.version == current.version):
                    raise
                current = found
            self.client.pause(min(attempt, 2))
        raise AssertionError("unreachable: the last attempt returns or raises")

    def delete(self, row: Correlation) -> None:
        """Remove a row; that it is gone already is fine."""
        for attempt in range(WRITE_ATTEMPTS):
            try:
                expect_member("kind", self.client.call("DELETE", self._path + path_of(row.uid)), "a confirmation of the delete", self.client)
                return
            except HttpError as error:
                if not isinstance(error, (NotFound, Doubtful, Unreadable)) and error.status not in (409, 500):
                    raise
                if self._after(error, row.uid) is None:
                    return
                if attempt >= min(error.rounds, WRITE_ATTEMPTS - 1):
                    raise
            self.client.pause(min(attempt, 2))


def _json_patch(row: Correlation, changes: t.Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """Replace whole members, provided that the row is still the version that was read."""
    test = [{"op": "test", "path": "/metadata/resourceVersion", "value": row.version}] if row.version else []
    return test + [{"op": "add", "path": _MEMBER_PATHS[member], "value": value} for member, value in changes.items()]
