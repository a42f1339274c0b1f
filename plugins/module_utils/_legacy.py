# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The route ``/api/datasources/...``, on every version since 9.1."""

from __future__ import annotations

import threading
import typing as t
from urllib.parse import quote

from ansible_collections.crosslink.grafana.plugins.module_utils._client import Client, expect, expect_member, is_safe_segment, path_of
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import (
    QUERY,
    Correlation,
    api_config,
    has_usable_config,
    members_of,
    unknown_members,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import differing
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import HttpError, NotFound
from ansible_collections.crosslink.grafana.plugins.module_utils._route import Listing, NewCorrelation

PAGE = 1000  # rows; Grafana cuts larger limits to this (recorded on 12.4)
LONGEST_QUERY = 4000  # characters; proxies refuse request lines of more than 8 KiB


class LegacyRoute:
    """Correlations over ``/api``, told apart by uid."""

    validates = True
    refuses_doubles = False
    statuses_that_prove_nothing = (500,)

    def __init__(self, client: Client) -> None:
        self.client = client
        self._taken: set[str] = set()  # uids that were read before a create, or belong to an entry already
        self._lock = threading.Lock()

    # Reading

    def read(self, sources: t.Sequence[str] | None) -> Listing:
        """The rows that start from these data sources (UIDs, or names that then find nothing); None means all."""
        if sources is not None and len(sources) == 1 and is_safe_segment(sources[0]):
            rows = self.of_source(sources[0])
            listing = Listing([]) if rows is None else Listing(rows, sources={sources[0]})
        else:
            listing = self._pages(sources)
        self._taken.update(row.uid for row in listing.rows)
        listing.old = listing.old or any(row.org_id is None for row in listing.rows)
        return listing

    def reread(self, sources: t.Collection[str]) -> list[Correlation]:
        """The rows of these sources, each read unpaged: between pages rows may have moved while others wrote."""
        rows = [row for source in sources for row in self.of_source(source) or ()]
        self._taken.update(row.uid for row in rows)
        return rows

    def of_source(self, source: str) -> list[Correlation] | None:
        """All rows of one source, unpaged; None when there is no data source of this UID."""
        try:
            answer = self.client.get("api", "datasources", "uid", source, "correlations")
        except NotFound:
            return None
        return [self._row(row) for row in expect(list, answer, "a list of correlations", self.client)]

    def one(self, source: str, uid: str) -> Correlation | None:
        """One row; None when the source or the row is not there."""
        if not (is_safe_segment(source) and is_safe_segment(uid)):
            return next((row for row in self.read([source]).rows if row.uid == uid), None)
        try:
            return self._row(self.client.get("api", "datasources", "uid", source, "correlations", uid))
        except NotFound:
            return None

    def is_old(self) -> bool:
        """Whether the server is of the kind that answers with a plain list (9.4)."""
        return isinstance(self.client.get("api", "datasources", "correlations", query={"limit": 1}), list)

    def _pages(self, sources: t.Sequence[str] | None) -> Listing:
        found: dict[str, Correlation] = {}
        listing = Listing([], whole=sources is None)
        for group in [[]] if sources is None else _groups(sources):
            page = 1
            while True:
                query = [("limit", PAGE), ("page", page)] + [("sourceUID", source) for source in group]
                answer = self.client.get("api", "datasources", "correlations", query=query)
                if isinstance(answer, list):
                    # 9.4 answers with a plain list of everything and knows neither pages nor filters.
                    return Listing([self._row(row) for row in answer], whole=True, old=True)
                answer = expect(dict, answer, "a page of correlations", self.client)
                rows = [self._row(row) for row in expect(list, answer.get("correlations"), "a page of correlations", self.client)]
                fresh = sum(row.uid not in found for row in rows)
                found.update((row.uid, row) for row in rows)
                continues = _continues(answer)
                if continues is False or (continues is None and len(rows) < PAGE):
                    break
                listing.partial = True
                # The count is of every organisation and of hidden rows too, so it never says that there is more;
                # but when no more than this exist at all, the full page was the last one.
                total = answer.get("totalCount")
                if not fresh or (continues is None and isinstance(total, int) and total <= len(found)):
                    break
                page += 1
        listing.rows = list(found.values())
        return listing

    def _row(self, raw: t.Any) -> Correlation:
        config = raw.get("config") if isinstance(raw, dict) else None
        is_one = has_usable_config(config) and all(isinstance(raw.get(name), str) for name in ("uid", "sourceUID"))
        expect(dict, raw if is_one else None, "a correlation", self.client)
        kind = raw.get("type") or config.get("type") or QUERY
        return Correlation(
            uid=raw["uid"],
            source=raw["sourceUID"],
            # The web page leaves targetUID on a row that was switched to external, where it counts for nothing.
            target=raw.get("targetUID") if kind == QUERY else None,
            type=kind,
            members=members_of(raw.get("label"), raw.get("description"), config),
            unknown=unknown_members(config),
            read_only=bool(raw["provisioned"]) if "provisioned" in raw else None,
            org_id=raw.get("orgId"),
            raw=raw,
        )

    # Writing

    def uids_for(self, new: NewCorrelation) -> t.Iterable[str | None]:
        """The uid is Grafana's choice."""
        return [None]

    def post(self, new: NewCorrelation) -> Correlation:
        """Add a correlation with all its members. Raises NotFound without source or target."""
        config = {name: value for name, value in api_config(new.members).items() if value or name != "transformations"}
        body = {"label": new.members["label"], "description": new.members["description"], "type": new.type, "config": config}
        if new.type == QUERY:
            body["targetUID"] = new.target
            config["type"] = QUERY  # required up to 11.2, allowed since; for type external it would be a 500
        try:
            made = self._row(_result(self.client.call("POST", path_of("api", "datasources", "uid", new.source, "correlations"), body)))
        except NotFound as error:
            ends = "source '%s'" % new.source + ("" if new.target is None else " or target '%s'" % new.target)
            sentence = "Grafana finds no data source for %s: check both." % ends
            raise NotFound(sentence, error.method, error.url, error.status, error.message) from None
        except HttpError as error:
            if error.status != 400 or new.type == QUERY:
                raise
            sentence = "Grafana refuses the correlation of type external (%s): versions up to 11.2 do not know that type." % error.message
            raise HttpError(sentence, error.method, error.url, error.status, error.message) from None
        self._take(made)
        return made

    def refusal(self, uid: str) -> str | None:
        """Any data source that is there will do."""
        return None

    def posted(self, new: NewCorrelation) -> Correlation | None:
        """The new one in the source's list, read twice with a pause, for the POST may still be under way."""
        for attempt in range(2):
            for found in self.of_source(new.source) or ():
                if found.base == new.base and _is_as_kept(new, found) and self._take(found):
                    return found
            if attempt == 0:
                self.client.pause(0)
        return None

    def _take(self, made: Correlation) -> bool:
        """Whether no earlier create or read has had it."""
        with self._lock:
            is_free = made.uid not in self._taken
            self._taken.add(made.uid)
        return is_free

    def patch(self, existing: Correlation, desired: Correlation, names: t.Collection[str]) -> Correlation:
        """Change the members of these names; where the server has lost where the correlation leads, that goes along."""
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
        return self._row(_result(self.client.call("PATCH", self._path(existing), body)))

    def remove(self, existing: Correlation) -> None:
        """Delete a correlation."""
        expect_member("message", self.client.call("DELETE", self._path(existing)), "a confirmation of the delete", self.client)

    def now(self, existing: Correlation) -> Correlation | None:
        """By itself first, which costs less; but only a list without it proves that it is gone."""
        found = self.one(existing.source, existing.uid)
        if found is not None:
            return found
        return next((found for found in self.of_source(existing.source) or () if found.uid == existing.uid), None)

    @staticmethod
    def _path(row: Correlation) -> str:
        return path_of("api", "datasources", "uid", row.source, "correlations", row.uid)


def _is_as_kept(new: NewCorrelation, found: Correlation) -> bool:
    """Whether the one found has the new one's members, but for transformations that an old server drops."""
    lost = differing(new.members, found.members)
    return not lost or (found.org_id is None and lost == ["config.transformations"])


def _result(answer: t.Any) -> t.Any:
    """The row in the answer to a write; None where there is none."""
    return answer.get("result") if isinstance(answer, dict) else None


def _continues(page: t.Mapping[str, t.Any]) -> bool | None:
    """Whether there is another page, where the server says so: Grafana 13 does, by its sources, when /api is served from
    unified storage, where pages are not of the size that is asked for."""
    said = next((value for name, value in page.items() if name.lower() == "doescontinue"), None)
    return said if isinstance(said, bool) else None


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
