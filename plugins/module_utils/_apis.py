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
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import (
    QUERY,
    Correlation,
    api_config,
    has_usable_config,
    members_of,
    unknown_members,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._datasources import DataSources
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import CrosslinkError, HttpError, Mistake, NotFound
from ansible_collections.crosslink.grafana.plugins.module_utils._route import Listing, NewCorrelation
from ansible_collections.crosslink.grafana.plugins.module_utils._words import as_sentence

GROUP = ("apis", "correlations.grafana.app", "v0alpha1")
PAGE = 1000  # rows
SOURCE_LABEL = "correlations.grafana.app/sourceDS-ref"
MANAGER = "grafana.app/managedBy"
# A Kubernetes label's value; of anything else Grafana keeps no label to select by.
_LABEL_VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?\Z")
# Bytes of TYPE.UID: a label's value in Kubernetes, and what is left of it beside what Grafana 13 adds, by its sources.
LONGEST_LABEL, LONGEST_LABEL_13 = 63, 57
LONGEST_SLUG = 24  # so that a name stays within the 40 characters that Grafana's own have
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
    refuses_doubles = True
    # A failed test of the version is a 422 in Kubernetes, a stale one elsewhere a 409.
    statuses_that_prove_nothing = (409, 422, 500)

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
        """All pages. The server cuts a page before it selects, so that an empty one may have others after it."""
        rows: dict[str, Correlation] = {}
        seen: set[str] = set()
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
            if more in seen or (found and not fresh):
                raise CrosslinkError("The /apis route of this Grafana repeats pages, so nothing was done: use api: legacy.")
            seen.add(more)

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
            unknown=unknown_members(config),
            read_only=bool(manager),
            manager=manager,
            org_id=self.client.org_id,
            version=metadata.get("resourceVersion"),
        )

    # Writing

    def uids_for(self, new: NewCorrelation) -> t.Iterator[str | None]:
        """The uid that is chosen, or names made from the key that no correlation has had in this run."""
        if new.uid is not None:
            yield new.uid
            return
        for number in range(1, MOST_NUMBERS + 1):
            name = name_of(new.source, new.target, new.type, new.members, number)
            with self._lock:
                if name in self._taken:
                    continue
                self._taken.add(name)
            yield name

    def post(self, new: NewCorrelation) -> Correlation:
        """Add a correlation with all its members, under its uid."""
        spec: dict[str, t.Any] = {
            "type": new.type,
            "source": self._reference(new.source),
            "label": new.members["label"],
            "description": new.members["description"],
            "config": {name: value for name, value in api_config(new.members).items() if value or name != "transformations"},
        }
        if new.type == QUERY:
            spec["target"] = self._reference(new.target or "")
        body = {"apiVersion": "/".join(GROUP[1:]), "kind": "Correlation", "metadata": {"name": new.uid}, "spec": spec}
        try:
            return self._row(self.client.call("POST", self._path, body))
        except HttpError as error:
            too_long = [reason for uid in (new.source, new.target) if uid is not None and (reason := self._too_long(uid, LONGEST_LABEL_13))]
            if error.status != 422 or not too_long:
                raise
            raise HttpError(as_sentence(too_long[0]), error.method, error.url, error.status, error.message) from None

    def refusal(self, uid: str) -> str | None:
        """Why the server refuses whatever names this data source, for certain, as a sentence without its full stop."""
        return self._too_long(uid, LONGEST_LABEL)

    def _too_long(self, uid: str, most: int) -> str | None:
        found = self._data_sources.find(uid) or {}
        label = "%s.%s" % (found.get("type"), uid)
        if "type" not in found or len(label.encode()) <= most:
            return None
        return (
            "Grafana refuses the correlation on /apis, where the type and UID of a data source together, such as '%s' with %d bytes, may have %d bytes, "
            "and %d from Grafana 13 on: give the data source a shorter UID, or use api: legacy"
        ) % (label, len(label.encode()), LONGEST_LABEL, LONGEST_LABEL_13)

    def _reference(self, uid: str) -> dict[str, t.Any]:
        found = self._data_sources.find(uid)
        if found is None or "type" not in found:
            sentence = "The kind of data source '%s' cannot be read, and the /apis route needs it: the credentials lack the permission datasources:read."
            raise Mistake(sentence % uid)
        return {"group": found["type"], "name": found["uid"]}

    def posted(self, new: NewCorrelation) -> Correlation | None:
        """The one of that uid, if it has the same key: made by another run, or by ours before its answer was lost."""
        found = self._get(new.uid or "")
        if found is None or found.base != new.base or found.members["config.field"] != new.members["config.field"]:
            return None
        return found

    def patch(self, existing: Correlation, desired: Correlation, names: t.Collection[str]) -> Correlation:
        """Replace the members of these names whole, provided that it is still the version that was read."""
        patch: list[dict[str, t.Any]] = []
        if existing.version:
            patch.append({"op": "test", "path": "/metadata/resourceVersion", "value": existing.version})
        patch += [{"op": "add", "path": path, "value": desired.members[name]} for name, path in _MEMBER_PATHS.items() if name in names]
        return self._row(self.client.call("PATCH", self._path + path_of(existing.uid), patch, kind="application/json-patch+json"))

    def remove(self, existing: Correlation) -> None:
        """Delete a correlation."""
        answer = self.client.call("DELETE", self._path + path_of(existing.uid))
        expect_member("kind", answer, "a confirmation of the delete", self.client)

    def now(self, existing: Correlation) -> Correlation | None:
        """The one of that uid."""
        return self._get(existing.uid)
