# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Kubernetes-style API ``/apis/correlations.grafana.app/v0alpha1`` on unified storage."""

from __future__ import annotations

import threading
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._api import Listing, NewCorrelation
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import (
    QUERY,
    Correlation,
    api_config,
    has_usable_config,
    members_of,
    unknown_members,
    without_empty_transformations,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._data_sources import DataSources
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    HttpError,
    InputError,
    NotFound,
    UnexpectedResponse,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._http_client import Client, expect, expect_member
from ansible_collections.crosslink.grafana.plugins.module_utils._kubernetes_names import (
    LABEL_VALUE,
    LONGEST_LABEL,
    LONGEST_LABEL_13,
    name_of,
    too_long_for_label,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._text import as_sentence
from ansible_collections.crosslink.grafana.plugins.module_utils._url_path import is_safe_segment, path_of

GROUP = ("apis", "correlations.grafana.app", "v0alpha1")
PAGE = 1000  # correlations
SOURCE_LABEL = "correlations.grafana.app/sourceDS-ref"
MANAGER = "grafana.app/managedBy"
MOST_NUMBERS = 20  # correlations of one key that numbers can distinguish

_MEMBER_PATHS = {
    "label": "/spec/label",
    "description": "/spec/description",
    "config.field": "/spec/config/field",
    "config.target": "/spec/config/target",
    "config.transformations": "/spec/config/transformations",
}


def serves_watch(client: Client, retries: int | None = None) -> bool:
    """Whether the resource list has ``watch``, as only unified storage does; False without the API."""
    try:
        answer = client.get(*GROUP, retries=retries)
    except HttpError as error:
        if error.status != 404:
            raise
        return False
    resources = answer.get("resources") if isinstance(answer, dict) else None
    items = [item for item in resources if isinstance(item, dict)] if isinstance(resources, list) else []
    found = [item.get("verbs") for item in items if item.get("name") == "correlations"]
    return any(isinstance(verbs, list) and "watch" in verbs for verbs in found)


class KubernetesApi:
    """Correlations over ``/apis``. The server validates nothing, and shows correlations whose data sources do not
    exist.

    A correlation's uid is its ``metadata.name``, which the client chooses, so the server rejects a second one. The
    namespace is the organization; the header that selects an organization has no effect.
    """

    validates_data_sources = False
    rejects_duplicates = True
    # A failed test of the version is a 422 in Kubernetes, and a 409 elsewhere.
    inconclusive_statuses: t.Collection[int] = (409, 422, 500)

    def __init__(self, client: Client, data_sources: DataSources, org_id: int) -> None:
        self.client = client
        self.org_id = org_id
        self._data_sources = data_sources
        self._taken: set[str] = set()  # names of correlations that were read, or that this run creates
        self._lock = threading.Lock()
        namespace = "default" if org_id == 1 else "org-%d" % org_id
        self._path = path_of(*GROUP, "namespaces", namespace, "correlations")

    # Reading

    def list(self, sources: t.Sequence[str] | None) -> Listing:
        """The correlations that start from these data sources, by name or UID; None means all.

        Those of a single source are selected by its label. There may be others, because a correlation keeps the label
        of the type that the data source had when it was created; so the listing may be incomplete.
        """
        if sources is None:
            return Listing(self._keep(self._pages()), covers_all_sources=True, is_v9=False)
        found = [self._data_sources.find(source) for source in sources]
        uids = {str(source["uid"]) for source in found if source is not None}
        if not uids:
            return Listing([], is_v9=False)
        label = "%s.%s" % (found[0].get("type"), found[0]["uid"]) if len(found) == 1 and found[0] is not None else ""
        selector = "%s=%s" % (SOURCE_LABEL, label) if LABEL_VALUE.match(label) else None
        correlations = self._keep(one for one in self._pages(selector) if one.source in uids)
        return Listing(correlations, maybe_incomplete=selector is not None, is_v9=False)

    def list_completely(self, sources: t.Collection[str]) -> t.Sequence[Correlation]:
        """Those of these data sources (UIDs) among all correlations."""
        return self._keep(one for one in self._pages() if one.source in sources)

    def get(self, source: str, uid: str) -> Correlation | None:
        """One correlation; None when it does not exist or starts elsewhere (``source`` is a UID)."""
        found = self._get(uid) if is_safe_segment(uid) else None
        return found if found is not None and found.source == source else None

    def is_v9(self) -> bool:
        """Correlations tell here whether they are provisioned."""
        return False

    def _keep(self, correlations: t.Iterable[Correlation]) -> t.Sequence[Correlation]:
        """Note the names as taken."""
        found = list(correlations)
        self._taken.update(one.uid for one in found)
        return found

    def _pages(self, selector: str | None = None) -> t.Iterable[Correlation]:
        """All pages. The server cuts pages before it selects, so others can follow an empty one."""
        found: dict[str, Correlation] = {}
        tokens: set[str] = set()
        query = {"limit": PAGE, **({"labelSelector": selector} if selector else {})}
        token: str | None = None
        while True:
            more = {"continue": token} if token else {}
            answer = expect(dict, self.client.call("GET", self._path, query={**query, **more}), "a list", self.client)
            items = expect(list, answer.get("items"), "a list of correlations", self.client)
            page = {one.uid: one for one in map(self._parse, items)}
            has_new = any(uid not in found for uid in page)
            found.update(page)
            token = expect(dict, answer.get("metadata") or {}, "a list", self.client).get("continue")
            if not token:
                return found.values()
            if token in tokens or (items and not has_new):
                sentence = "This Grafana repeats pages on /apis, so nothing was done: use api: legacy."
                raise UnexpectedResponse(sentence, "GET", self.client.connection.url + self._path)
            tokens.add(token)

    def _get(self, name: str) -> Correlation | None:
        try:
            return self._parse(self.client.call("GET", self._path + path_of(name)))
        except NotFound:
            return None

    def _parse(self, raw: t.Any) -> Correlation:
        def an_object(value: t.Any) -> dict[str, t.Any]:
            return expect(dict, value, "a correlation", self.client)

        spec, metadata = an_object(an_object(raw).get("spec")), an_object(raw.get("metadata"))
        source, target = an_object(spec.get("source")), an_object(spec.get("target") or {})
        config, annotations = spec.get("config") or {}, an_object(metadata.get("annotations") or {})
        an_object(config if has_usable_config(config) else None)
        type_ = spec.get("type") or QUERY
        manager = annotations.get(MANAGER)
        return Correlation(
            uid=expect(str, metadata.get("name"), "a correlation", self.client),
            source=str(source.get("name")),
            target=target.get("name") if type_ == QUERY else None,
            type=type_,
            members=members_of(spec.get("label"), spec.get("description"), config),
            unknown=unknown_members(config),
            read_only=bool(manager),
            manager=manager,
            org_id=self.org_id,
            version=metadata.get("resourceVersion"),
        )

    # Writing

    def uids_to_try(self, new: NewCorrelation) -> t.Iterator[str | None]:
        """The chosen uid, or names made from the key that no correlation has had in this run."""
        if new.uid is not None:
            yield new.uid
            return
        for number in range(1, MOST_NUMBERS + 1):
            name = name_of(new, number)
            with self._lock:
                if name in self._taken:
                    continue
                self._taken.add(name)
            yield name

    def post(self, new: NewCorrelation) -> Correlation:
        """Create a correlation with all its members, under its uid."""
        spec: dict[str, t.Any] = {
            "type": new.type,
            "source": self._reference(new.source),
            "label": new.members["label"],
            "description": new.members["description"],
            "config": without_empty_transformations(api_config(new.members)),
        }
        if new.type == QUERY:
            spec["target"] = self._reference(new.target or "")
        metadata = {"name": new.uid}
        body = {"apiVersion": "/".join(GROUP[1:]), "kind": "Correlation", "metadata": metadata, "spec": spec}
        try:
            return self._parse(self.client.call("POST", self._path, body))
        except HttpError as error:
            reasons = [self._too_long(uid, LONGEST_LABEL_13) for uid in (new.source, new.target) if uid is not None]
            reason = next((reason for reason in reasons if reason is not None), None)
            if error.status != 422 or reason is None:
                raise
            raise error.reworded(as_sentence(reason)) from None

    def refusal(self, uid: str) -> str | None:
        """A clause that says why the server certainly refuses whatever names this data source; None if it does not."""
        return self._too_long(uid, LONGEST_LABEL)

    def _too_long(self, uid: str, most: int) -> str | None:
        return too_long_for_label(uid, (self._data_sources.find(uid) or {}).get("type"), most)

    def _reference(self, uid: str) -> dict[str, t.Any]:
        found = self._data_sources.find(uid)
        if found is None or "type" not in found:
            sentence = (
                "The type of data source '%s' cannot be read, but /apis needs it: "
                "give the credentials the permission datasources:read."
            )
            raise InputError(sentence % uid, "permission_denied")
        return {"group": found["type"], "name": found["uid"]}

    def find_posted(self, new: NewCorrelation) -> Correlation | None:
        """The one of that uid if it has the same key: another run created it, or this one and its answer was lost."""
        found = self._get(new.uid or "")
        if found is None or found.key_without_field != new.key_without_field:
            return None
        return found if found.members["config.field"] == new.members["config.field"] else None

    def patch(self, existing: Correlation, desired: Correlation, names: t.Collection[str]) -> Correlation:
        """Replace the members of these names, provided that the version is still the one that was read."""
        patch: t.List[t.Dict[str, t.Any]] = []
        if existing.version:
            patch.append({"op": "test", "path": "/metadata/resourceVersion", "value": existing.version})
        patch += [
            {"op": "add", "path": path, "value": desired.members[name]}
            for name, path in _MEMBER_PATHS.items()
            if name in names
        ]
        path = self._path + path_of(existing.uid)
        answer = self.client.call("PATCH", path, patch, content_type="application/json-patch+json")
        return self._parse(answer)

    def delete(self, existing: Correlation) -> None:
        """Delete a correlation."""
        answer = self.client.call("DELETE", self._path + path_of(existing.uid))
        expect_member("kind", answer, "a confirmation of the delete", self.client)

    def current(self, existing: Correlation) -> Correlation | None:
        """The correlation of that uid."""
        return self._get(existing.uid)
