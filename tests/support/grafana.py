# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Grafana's API as the tests use it: to set a scene and to see what is there, never through the modules under test."""

from __future__ import annotations

import dataclasses
import itertools
import random
import time
import typing as t
from urllib.parse import quote

import requests

Members = t.Dict[str, t.Any]
# Before a write is sent again, in seconds: a database that is locked stays so for up to five.
PAUSES = (0.05, 0.1, 0.2, 0.5, 1, 2, 4, 8)


class Refused(AssertionError):
    """An answer that the tests did not expect."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


class Grafana:
    """A server, asked as its administrator unless a token or another user is given."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self.url = url.rstrip("/")
        self.user, self.password = user, password
        self._session = requests.Session()
        self._session.trust_env = False

    def ask(
        self,
        method: str,
        *segments: str,
        body: t.Any = None,
        query: t.Any = None,
        org: int | None = None,
        allowed: t.Container[int] = (200, 201),
    ) -> t.Any:
        """The JSON that ``/segment/segment...`` answers; Refused for another status than those allowed."""
        path = "".join("/" + quote(segment, safe="") for segment in segments)
        headers = {} if org is None else {"X-Grafana-Org-Id": str(org)}
        response = self._session.request(
            method,
            self.url + path,
            json=body,
            params=query,
            headers=headers,
            auth=(self.user, self.password),
            timeout=30,
            allow_redirects=False,
        )
        if response.status_code not in allowed:
            raise Refused(
                "%s %s: %d %s" % (method, path, response.status_code, response.text[:500]), response.status_code
            )
        return response.json()

    def write(self, method: str, *segments: str, done: t.Callable[[], t.Any], **options: t.Any) -> t.Any:
        """As ``ask``. What a busy database refuses is sent again, unless ``done`` finds that it was done all the same:
        then what that returns."""
        for pause in PAUSES:
            try:
                return self.ask(method, *segments, **options)
            except Refused as refused:
                if refused.status != 500:
                    raise
            found = done()
            if found:
                return found
            time.sleep(pause * random.uniform(0.5, 1.5))
        return self.ask(method, *segments, **options)

    def found(self, *segments: str, **options: t.Any) -> t.Any:
        """The JSON at that path; None where there is nothing."""
        try:
            return self.ask("GET", *segments, **options)
        except Refused as refused:
            if refused.status != 404:
                raise
        return None

    def generation(self) -> int:
        """9 for servers that list correlations plainly and know only queries, 12 for later ones."""
        return 9 if isinstance(self.ask("GET", "api", "datasources", "correlations"), list) else 12

    def current_org(self) -> int:
        return int(self.ask("GET", "api", "user")["orgId"])


@dataclasses.dataclass(frozen=True)
class DataSource:
    uid: str
    name: str
    type: str


@dataclasses.dataclass(frozen=True)
class Row:
    """A correlation as the server shows it, in one form for all versions."""

    uid: str
    source: str
    target: str | None
    label: str
    description: str
    type: str | None
    field: str | None
    query: t.Mapping[str, t.Any] | None
    transformations: t.Sequence[t.Mapping[str, t.Any]]
    provisioned: bool | None

    @classmethod
    def of(cls, raw: t.Mapping[str, t.Any]) -> Row:
        config = raw.get("config") or {}
        return cls(
            uid=raw["uid"],
            source=raw["sourceUID"],
            target=raw.get("targetUID"),
            label=raw.get("label") or "",
            description=raw.get("description") or "",
            type=raw.get("type") or config.get("type"),
            field=config.get("field"),
            query=config.get("target"),
            transformations=[
                {name: value for name, value in item.items() if value} for item in config.get("transformations") or ()
            ],
            provisioned=raw.get("provisioned"),
        )


class Org:
    """An organization of a test's own, with four data sources, whose names and uids no other test uses.

    (Up to 9.4 correlations belong to no organization, and are shared by data sources of the same uid.)
    """

    _numbers = itertools.count(1)

    def __init__(self, grafana: Grafana, prefix: str, generation: int, id: int | None = None) -> None:
        self.grafana = grafana
        self.generation = generation
        self.prefix = "%s%d" % (prefix, next(self._numbers))
        self.name = "Org %s" % self.prefix
        self._made = id is None
        self.id: int = self._create() if id is None else id
        self._added: set[str] = set()
        self.data_sources: list[DataSource] = []
        self._users: list[int] = []
        self.loki = self.add_data_source("Logs", "loki")
        self.tempo = self.add_data_source("Traces", "tempo")
        self.prometheus = self.add_data_source("Metrics", "prometheus")
        self.pyroscope = self.add_data_source("Profiles", "grafana-pyroscope-datasource")

    def _create(self) -> int:
        def by_name() -> Members | None:
            found = self.grafana.found("api", "orgs", "name", self.name)
            return found and {"orgId": found["id"]}

        number: int = self.grafana.write("POST", "api", "orgs", body={"name": self.name}, done=by_name)["orgId"]
        return number

    def remove(self) -> None:
        """Everything that was made here."""
        for user in self._users:
            self._delete("api", "admin", "users", str(user), there=("api", "users", str(user)))
        if self._made:
            for source in self.data_sources:
                self.delete_data_source(source)
            self._delete("api", "orgs", str(self.id), there=("api", "orgs", str(self.id)))

    def _delete(self, *segments: str, there: t.Sequence[str], org: int | None = None) -> None:
        def gone() -> bool:
            return self.grafana.found(*there, org=org) is None

        self.grafana.write("DELETE", *segments, done=gone, org=org, allowed=(200, 404))

    # Data sources

    def add_data_source(self, name: str, type: str = "loki", uid: str | None = None) -> DataSource:
        """A data source; its name and (generated) uid get this organization's prefix."""
        source = DataSource(uid or "%s-%s" % (self.prefix, name.lower()), "%s %s" % (name, self.prefix), type)
        return self._add_data_source(source)

    def add_data_source_as(self, uid: str, name: str, type: str = "loki") -> DataSource:
        """A data source of exactly that uid and name."""
        return self._add_data_source(DataSource(uid, name, type))

    def _add_data_source(self, source: DataSource) -> DataSource:
        body = {
            "uid": source.uid,
            "name": source.name,
            "type": source.type,
            "access": "proxy",
            "url": "http://127.0.0.1:9",
        }
        path = ("api", "datasources", "uid", source.uid)
        self.grafana.write(
            "POST", "api", "datasources", body=body, org=self.id, done=lambda: self.grafana.found(*path, org=self.id)
        )
        if source not in self.data_sources:
            self.data_sources.append(source)
        return source

    def delete_data_source(self, source: DataSource) -> None:
        path = ("api", "datasources", "uid", source.uid)
        self._delete(*path, there=path, org=self.id)

    # A definition as tasks write it

    @property
    def where(self) -> str:
        """How a sentence names this organization and its Grafana."""
        return " in organization %d at %s" % (self.id, self.grafana.url)

    def link(self, **changes: t.Any) -> Members:
        """Options for a correlation from logs to traces, with these changes; None takes one away."""
        options: Members = {
            "source": self.loki.uid,
            "target": self.tempo.uid,
            "label": "Logs to traces",
            "config": {"field": "message", "target": {"query": "${traceID}"}},
        }
        return {name: value for name, value in {**options, **changes}.items() if value is not None}

    def external(self, **changes: t.Any) -> Members:
        """Options for a correlation from logs to a URL."""
        config = {"field": "ticket", "target": {"url": "https://tickets.example.com/${__value.raw}"}}
        return self.link(**{"target": None, "type": "external", "label": "Open ticket", "config": config, **changes})

    # Correlations, behind the modules' back

    def add(
        self,
        source: DataSource | None = None,
        target: DataSource | None = None,
        label: str = "Logs to traces",
        type: str = "query",
        config: t.Mapping[str, t.Any] | None = None,
        **members: t.Any,
    ) -> str:
        """A correlation as a page of Grafana would make it, from logs to traces unless said otherwise; its uid."""
        config = {"field": "message", "target": {}, **(config or {})}
        body: Members = {"label": label, "type": type, **members}
        if type == "query":
            body["targetUID"] = (target or self.tempo).uid
            config["type"] = "query"  # where 9.4 looks; later versions allow it
        body["config"] = config
        path = ("api", "datasources", "uid", (source or self.loki).uid, "correlations")

        def made() -> Members | None:
            rows = self.grafana.ask("GET", *path, org=self.id, allowed=(200, 404))
            new = (
                row
                for row in rows
                if isinstance(rows, list) and row["label"] == label and row["uid"] not in self._added
            )
            return next(({"result": row} for row in new), None)

        uid: str = self.grafana.write("POST", *path, body=body, org=self.id, done=made)["result"]["uid"]
        self._added.add(uid)
        return uid

    def raw_rows(self) -> list[Members]:
        """All correlations that start from this organization's data sources, as the server shows them."""
        found: list[Members] = []
        for source in self.data_sources:
            answer = self.grafana.ask(
                "GET", "api", "datasources", "uid", source.uid, "correlations", org=self.id, allowed=(200, 404)
            )
            found += answer if isinstance(answer, list) else []
        return found

    def rows(self) -> list[Row]:
        """All correlations that start from this organization's data sources, ordered by label, field and uid."""
        return sorted((Row.of(raw) for raw in self.raw_rows()), key=lambda row: (row.label, row.field, row.uid))

    def row(self, uid: str) -> Row:
        """The correlation with that uid, which must be there."""
        return next(row for row in self.rows() if row.uid == uid)

    def only(self) -> Row:
        """The one correlation that there is."""
        rows = self.rows()
        assert len(rows) == 1, rows
        return rows[0]

    def labels(self) -> list[str]:
        return [row.label for row in self.rows()]

    # Who may do what

    def add_user(self, role: str, password: str | None = None) -> tuple[str, str]:
        """Login and password of a new user with that role here, and in no other organization that matters."""
        login = "%s-%s" % (self.prefix, role.lower())
        password = password or "pw-%s" % login
        body = {"name": login, "login": login, "password": password, "OrgId": self.id}
        query = {"loginOrEmail": login}
        user: int = self.grafana.write(
            "POST",
            "api",
            "admin",
            "users",
            body=body,
            done=lambda: self.grafana.found("api", "users", "lookup", query=query),
        )["id"]
        self._users.append(user)
        path = ("api", "orgs", str(self.id), "users", str(user))
        self.grafana.write("PATCH", *path, body={"role": role}, done=lambda: None)  # the same however often it is sent
        return login, password

    def add_token(self, role: str = "Admin") -> str:
        """The token of a new service account of this organization."""
        name = "%s-%s" % (self.prefix, role.lower())

        def account() -> Members | None:
            found = self.grafana.found("api", "serviceaccounts", "search", query={"query": name}, org=self.id)
            return next(iter(found["serviceAccounts"]), None) if found else None

        body = {"name": name, "role": role}
        number = self.grafana.write("POST", "api", "serviceaccounts", body=body, done=account, org=self.id)["id"]
        path = ("api", "serviceaccounts", str(number), "tokens")
        # the key of a token is told once, so one that was made all the same is of no use
        key: str = self.grafana.write("POST", *path, body={"name": name}, done=lambda: None, org=self.id)["key"]
        return key
