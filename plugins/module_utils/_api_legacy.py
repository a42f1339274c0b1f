# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API ``/api/datasources/...``, on every version since 9.1."""

from __future__ import annotations

import dataclasses
import itertools
import threading
import typing as t
from urllib.parse import quote

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
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import differing
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import HttpError, NotFound
from ansible_collections.crosslink.grafana.plugins.module_utils._http_client import Client, expect, expect_member
from ansible_collections.crosslink.grafana.plugins.module_utils._url_path import is_safe_segment, path_of

PAGE = 1000  # correlations; Grafana cuts larger limits to this (recorded on 12.4)
LONGEST_QUERY = 4000  # characters; proxies refuse request lines of more than 8 KiB


class LegacyApi:
    """Correlations over ``/api``, identified by uid."""

    validates_data_sources = True
    rejects_duplicates = False
    inconclusive_statuses: t.Collection[int] = (500,)

    def __init__(self, client: Client) -> None:
        self.client = client
        self._taken: set[str] = set()  # uids that were read before a create, or belong to an entry already
        self._lock = threading.Lock()

    # Reading

    def list(self, sources: t.Sequence[str] | None) -> Listing:
        """The correlations that start from these data sources (UIDs; a name finds nothing); None means all."""
        if sources is not None and len(sources) == 1 and is_safe_segment(sources[0]):
            found = self.list_of(sources[0])
            listing = Listing([]) if found is None else Listing(found, existing_sources=(sources[0],))
        else:
            listing = self._pages(sources)
        self._taken.update(one.uid for one in listing.correlations)
        if listing.is_v9 is None and listing.correlations:
            return dataclasses.replace(listing, is_v9=any(one.org_id is None for one in listing.correlations))
        return listing

    def list_completely(self, sources: t.Collection[str]) -> t.Sequence[Correlation]:
        """Those of each source without paging: between pages correlations can move while others write."""
        found = [one for source in sources for one in self.list_of(source) or ()]
        self._taken.update(one.uid for one in found)
        return found

    def list_of(self, source: str) -> t.Sequence[Correlation] | None:
        """All correlations of one source, without paging; None when there is no data source of this UID."""
        try:
            answer = self.client.get("api", "datasources", "uid", source, "correlations")
        except NotFound:
            return None
        return [self._parse(one) for one in expect(list, answer, "a list of correlations", self.client)]

    def get(self, source: str, uid: str) -> Correlation | None:
        """One correlation; None when there is no such source or correlation."""
        if not (is_safe_segment(source) and is_safe_segment(uid)):
            return next((one for one in self.list([source]).correlations if one.uid == uid), None)
        try:
            return self._parse(self.client.get("api", "datasources", "uid", source, "correlations", uid))
        except NotFound:
            return None

    def is_v9(self) -> bool:
        """Whether the server answers with a plain list, as 9.4 does."""
        return isinstance(self.client.get("api", "datasources", "correlations", query={"limit": 1}), list)

    def _pages(self, sources: t.Sequence[str] | None) -> Listing:
        found: dict[str, Correlation] = {}
        maybe_incomplete = False
        for group in [[]] if sources is None else _groups(sources):
            for page_number in itertools.count(1):
                query = [("limit", PAGE), ("page", page_number)] + [("sourceUID", source) for source in group]
                answer = self.client.get("api", "datasources", "correlations", query=query)
                if isinstance(answer, list):
                    # 9.4 answers with a plain list of everything, without pages or filters.
                    return Listing([self._parse(one) for one in answer], covers_all_sources=True, is_v9=True)
                answer = expect(dict, answer, "a page of correlations", self.client)
                raw = expect(list, answer.get("correlations"), "a page of correlations", self.client)
                page = {one.uid: one for one in map(self._parse, raw)}
                has_new = any(uid not in found for uid in page)
                found.update(page)
                continues = _continues(answer)
                if continues is False or (continues is None and len(raw) < PAGE):
                    break
                maybe_incomplete = True
                # The count includes other organizations and hidden correlations, so it does not prove that there are
                # more; but when no more than these exist at all, the full page was the last one.
                total = answer.get("totalCount")
                if not has_new or (continues is None and isinstance(total, int) and total <= len(found)):
                    break
        is_v9 = any(one.org_id is None for one in found.values())
        return Listing(list(found.values()), sources is None, maybe_incomplete=maybe_incomplete, is_v9=is_v9)

    def _parse(self, raw: t.Any) -> Correlation:
        config = raw.get("config") if isinstance(raw, dict) else None
        has_names = isinstance(raw, dict) and all(isinstance(raw.get(name), str) for name in ("uid", "sourceUID"))
        config = expect(dict, config if has_names and has_usable_config(config) else None, "a correlation", self.client)
        type_ = raw.get("type") or config.get("type") or QUERY
        return Correlation(
            uid=raw["uid"],
            source=raw["sourceUID"],
            # The web page leaves targetUID on a correlation that was switched to external, where it has no effect.
            target=raw.get("targetUID") if type_ == QUERY else None,
            type=type_,
            members=members_of(raw.get("label"), raw.get("description"), config),
            unknown=unknown_members(config),
            read_only=bool(raw["provisioned"]) if "provisioned" in raw else None,
            org_id=raw.get("orgId"),
            raw=raw,
        )

    # Writing

    def uids_to_try(self, new: NewCorrelation) -> t.Iterable[str | None]:
        """Grafana chooses the uid."""
        return [None]

    def post(self, new: NewCorrelation) -> Correlation:
        """Create a correlation with all its members. Raises NotFound without source or target."""
        config = without_empty_transformations(api_config(new.members))
        body = {
            "label": new.members["label"],
            "description": new.members["description"],
            "type": new.type,
            "config": config,
        }
        if new.type == QUERY:
            body["targetUID"] = new.target
            config["type"] = QUERY  # required up to 11.2, allowed since; for type external it would be a 500
        path = path_of("api", "datasources", "uid", new.source, "correlations")
        try:
            created = self._parse(_result(self.client.call("POST", path, body)))
        except NotFound as error:
            ends = "source '%s'" % new.source + ("" if new.target is None else " or target '%s'" % new.target)
            raise error.reworded("Grafana finds no data source for %s: check both." % ends) from None
        except HttpError as error:
            if error.status != 400 or new.type == QUERY:
                raise
            sentence = (
                "Grafana refuses a correlation of type external (%s): versions up to 11.2 do not support that type."
            )
            raise error.reworded(sentence % error.message) from None
        self._take(created)
        return created

    def refusal(self, uid: str) -> str | None:
        """Any data source that is there will do."""
        return None

    def find_posted(self, new: NewCorrelation) -> Correlation | None:
        """The new one in the source's list, read twice with a pause, because the POST may still be in progress."""
        for attempt in range(2):
            for found in self.list_of(new.source) or ():
                if found.key_without_field == new.key_without_field and _has_content(new, found) and self._take(found):
                    return found
            if attempt == 0:
                self.client.pause(0)
        return None

    def _take(self, created: Correlation) -> bool:
        """Whether no earlier create or read has had it."""
        with self._lock:
            is_free = created.uid not in self._taken
            self._taken.add(created.uid)
        return is_free

    def patch(self, existing: Correlation, desired: Correlation, names: t.Collection[str]) -> Correlation:
        """Change the members of these names, and type and target where the server has lost them."""
        config = api_config({name: desired.members[name] for name in names})
        if set(config) == {"transformations"}:
            config["field"] = desired.members["config.field"]  # transformations alone are a 400
        body: dict[str, t.Any] = {name: desired.members[name] for name in ("label", "description") if name in names}
        if existing.unknown != desired.unknown:
            config.setdefault("field", desired.members["config.field"])
        if config:
            body["config"] = {**desired.unknown, **config}  # or a server that replaces config would lose them
        if (existing.type, existing.target) != (desired.type, desired.target):
            body.update(type=desired.type, targetUID=desired.target)
        return self._parse(_result(self.client.call("PATCH", self._path(existing), body)))

    def delete(self, existing: Correlation) -> None:
        """Delete a correlation."""
        expect_member(
            "message", self.client.call("DELETE", self._path(existing)), "a confirmation of the delete", self.client
        )

    def current(self, existing: Correlation) -> Correlation | None:
        """Ask for the correlation first, which costs less; but only a list without it proves that it does not exist."""
        found = self.get(existing.source, existing.uid)
        if found is not None:
            return found
        return next((one for one in self.list_of(existing.source) or () if one.uid == existing.uid), None)

    @staticmethod
    def _path(existing: Correlation) -> str:
        return path_of("api", "datasources", "uid", existing.source, "correlations", existing.uid)


def _has_content(new: NewCorrelation, found: Correlation) -> bool:
    """Whether the one found has the members of the new one, except transformations that an old server drops."""
    different = differing(new.members, found.members)
    return not different or (found.org_id is None and different == ["config.transformations"])


def _result(answer: t.Any) -> t.Any:
    """The correlation in the answer to a write; None where there is none."""
    return answer.get("result") if isinstance(answer, dict) else None


def _continues(page: t.Mapping[str, t.Any]) -> bool | None:
    """Whether there is another page, if the server says so: by its sources, Grafana 13 does when it serves /api from
    unified storage, where pages can have other sizes than requested."""
    value = next((value for name, value in page.items() if name.lower() == "doescontinue"), None)
    return value if isinstance(value, bool) else None


def _groups(sources: t.Sequence[str]) -> list[list[str]]:
    """The sources, split so that each group fits into one query string."""
    groups: list[list[str]] = []
    room = 0
    for source in sources:
        size = len("&sourceUID=") + len(quote(source, safe=""))
        if size > room:
            groups.append([])
            room = LONGEST_QUERY
        groups[-1].append(source)
        room -= size
    return groups
