# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The route ``/api/datasources/...``, on every version since 9.1."""

from __future__ import annotations

import threading
import typing as t
from urllib.parse import quote

from ansible_collections.crosslink.grafana.plugins.module_utils._client import Client, expect, expect_member, is_safe_segment, path_of
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import QUERY, Correlation, api_config, has_usable_config, members_of
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import differing
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    Doubtful,
    HttpError,
    NotFound,
    TimedOut,
    TooBusy,
    Unreadable,
    of_unknown_fate,
    unread,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._route import Listing

PAGE = 1000  # rows; Grafana cuts larger limits to this (recorded on 12.4)
LONGEST_QUERY = 4000  # characters; proxies refuse request lines of more than 8 KiB
# SQLite-backed servers answer 404 to up to 6 % of parallel PATCHes and leave the row as it was, so that ten tries
# in a row fail for one row in 10^12.
WRITE_ATTEMPTS = 10


class LegacyRoute:
    """Correlations over ``/api``. Rows are told apart by uid; a write answers with the row as Grafana keeps it."""

    validates = True

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
                found.update((row.uid, row) for row in rows)
                if len(rows) < PAGE:
                    break
                listing.partial = True
                # The count is of every organisation and of hidden rows too, so it never says that there is more;
                # but when no more than this exist at all, the full page was the last one.
                total = answer.get("totalCount")
                if isinstance(total, int) and total <= len(found):
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
            read_only=bool(raw["provisioned"]) if "provisioned" in raw else None,
            org_id=raw.get("orgId"),
            raw=raw,
        )

    # Writing

    def create(self, source: str, target: str | None, kind: str, members: t.Mapping[str, t.Any], uid: str | None = None) -> Correlation:
        """Add a correlation with all its members; the uid is Grafana's choice. Raises NotFound without source or target.

        A POST whose fate is unknown is looked for in the source's list, and sent again only when it is not there: never two.
        """
        config = {name: value for name, value in api_config(members).items() if value or name != "transformations"}
        body = {"label": members["label"], "description": members["description"], "type": kind, "config": config}
        if kind == QUERY:
            body["targetUID"] = target
            config["type"] = QUERY  # required up to 11.2, allowed since; for type external it would be a 500
        path = path_of("api", "datasources", "uid", source, "correlations")
        attempt = 0
        while True:
            try:
                return self._take(self._row(_result(self.client.call("POST", path, body))))
            except NotFound as error:
                sentence = "Grafana finds no data source for source '%s'%s: check both." % (source, "" if target is None else " or target '%s'" % target)
                raise NotFound(sentence, error.method, error.url, error.status, error.message) from None
            except HttpError as error:
                if error.status == 400 and kind != QUERY:
                    sentence = "Grafana refuses the correlation of type external (%s): versions up to 11.2 do not know that type." % error.message
                    raise HttpError(sentence, error.method, error.url, error.status, error.message) from None
                if not isinstance(error, (Doubtful, Unreadable)) and error.status != 500:
                    raise
                row = self._arrived(error, source, target, kind, members)
                if row is not None:
                    return row
                if isinstance(error, TimedOut):
                    raise of_unknown_fate(error, "run again, which will find it if it was") from None
                if attempt == self.client.connection.retries or not isinstance(error, Doubtful) or isinstance(error, TooBusy):
                    raise
            attempt += 1

    def _after(self, error: HttpError, source: str) -> list[Correlation]:
        """The source's rows after a write that failed in a way that proves nothing."""
        try:
            return self.of_source(source) or []
        except HttpError as reading:
            raise unread(error, reading) from None

    def _arrived(self, error: HttpError, source: str, target: str | None, kind: str, members: t.Mapping[str, t.Any]) -> Correlation | None:
        """The new row of a POST whose answer was lost, read twice with a pause, for it may still be under way."""
        for attempt in range(2):
            for row in self._after(error, source):
                if row.base == (source, kind, target, members["label"]) and self._kept_or_old(members, row):
                    with self._lock:
                        if row.uid not in self._taken:
                            self._taken.add(row.uid)
                            return row
            if attempt == 0:
                self.client.pause(attempt + 1)
        return None

    def _kept_or_old(self, members: t.Mapping[str, t.Any], row: Correlation) -> bool:
        """Whether the row is what was sent; old servers drop transformations."""
        lost = differing(members, row.members)
        return not lost or (row.org_id is None and lost == ["config.transformations"])

    def _take(self, row: Correlation) -> Correlation:
        with self._lock:
            self._taken.add(row.uid)
        return row

    def update(self, row: Correlation, changes: t.Mapping[str, t.Any]) -> Correlation | None:
        """Change these members of a row; None when a list shows that the row is gone."""
        config = api_config(changes)
        if set(config) == {"transformations"}:
            config["field"] = row.members["config.field"]  # transformations alone are a 400
        body: dict[str, t.Any] = {name: changes[name] for name in ("label", "description") if name in changes}
        if config:
            body["config"] = config

        def send() -> Correlation:
            return self._row(_result(self.client.call("PATCH", self._path(row), body)))

        def settled(found: Correlation) -> bool:
            return not differing(changes, found.members)

        return self._until_true(row, send, settled)

    def delete(self, row: Correlation) -> None:
        """Remove a row; that it is gone already is fine."""

        def send() -> None:
            expect_member("message", self.client.call("DELETE", self._path(row)), "a confirmation of the delete", self.client)

        self._until_true(row, send, lambda found: False)

    def _until_true(self, row: Correlation, send: t.Callable[[], Correlation | None], settled: t.Callable[[Correlation], bool]) -> Correlation | None:
        """Send a PATCH or DELETE until it is answered, or the source's list shows that it is done.

        A 404 or 500 proves nothing: servers under load give them to rows that are there, and leave these as they were.
        Nor does a page of somebody else; but that is not asked again.
        """
        for attempt in range(WRITE_ATTEMPTS):
            try:
                return send()
            except HttpError as error:
                if not isinstance(error, (NotFound, Doubtful, Unreadable)) and error.status != 500:
                    raise
                found = next((now for now in self._after(error, row.source) if now.uid == row.uid), None)
                if found is None or settled(found):
                    return found
                if attempt >= min(error.rounds, WRITE_ATTEMPTS - 1 if isinstance(error, NotFound) else self.client.connection.retries):
                    raise
            self.client.pause(min(attempt, 2))
        raise AssertionError("unreachable: the last attempt returns or raises")

    @staticmethod
    def _path(row: Correlation) -> str:
        return path_of("api", "datasources", "uid", row.source, "correlations", row.uid)


def _result(answer: t.Any) -> t.Any:
    """The row in the answer to a write; None where there is none."""
    return answer.get("result") if isinstance(answer, dict) else None


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
