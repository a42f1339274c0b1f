# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that the simulator remembers: organizations, users, service accounts, data sources, correlations."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass, field
from typing import Any

from database import Database
from rows import Row, Table
from store import Store

_ALPHABET = string.ascii_lowercase + string.digits


@dataclass
class User:
    id: int
    uid: str
    login: str
    password: str
    name: str = ""
    email: str = ""
    server_admin: bool = False
    current_org: int = 0
    roles: dict[int, str] = field(default_factory=dict)
    wrong_passwords: list[float] = field(default_factory=list)


@dataclass
class ServiceAccount:
    id: int
    uid: str
    name: str
    login: str
    org: int
    role: str


@dataclass
class DataSource:
    id: int
    uid: str
    org: int
    name: str
    type: str
    access: str = "proxy"
    url: str = ""
    read_only: bool = False
    is_default: bool = False
    json_data: dict[str, Any] = field(default_factory=dict)
    version: int = 1


class State:
    """A fresh server: user admin, organization 1 and, if wanted, the provisioned data of the recordings."""

    def __init__(self, generation: int, provisioned: bool, database: Database, shared: bool = False) -> None:
        self.generation = generation
        self.shared = shared  # both routes are one store
        self.database = database
        self._random = random.Random(1)
        self._ids: dict[str, int] = {}
        self.orgs: dict[int, str] = {}
        self.users: dict[str, User] = {}
        self.accounts: dict[int, ServiceAccount] = {}
        self.tokens: dict[str, ServiceAccount] = {}
        self.datasources: dict[tuple[int, str], DataSource] = {}
        self.rows = Table(database.folded, database.moves_changed_rows)
        self.objects = Store()
        self._visible: dict[int, tuple[int, int, list[Row]]] = {}
        self._datasource_version = 0
        self.add_org("Main Org.")
        admin = self.add_user("admin", "admin", server_admin=True)
        admin.roles, admin.current_org = {1: "Admin"}, 1
        if provisioned:
            self._provision()

    def _provision(self) -> None:
        self.add_datasource(
            1,
            "Provisioned Loki",
            "loki",
            uid="prov-loki",
            url="http://127.0.0.1:9",
            read_only=True,
            is_default=self.generation != 9,
        )
        self.add_datasource(1, "Provisioned Tempo", "tempo", uid="prov-tempo", url="http://127.0.0.1:9", read_only=True)
        self.rows.insert(
            Row(
                self.new_uid(),
                self.row_org(1),
                "prov-loki",
                "prov-tempo",
                "Provisioned link",
                "from a file",
                "message",
                {"query": ""},
                [{"type": "logfmt"}],
                provisioned=True,
            )
        )

    def new_id(self, kind: str) -> int:
        self._ids[kind] = self._ids.get(kind, 0) + 1
        return self._ids[kind]

    def new_uid(self) -> str:
        """A name as Grafana makes them; the same ones in every run."""
        return self._random.choice(string.ascii_lowercase) + "".join(self._random.choices(_ALPHABET, k=13))

    # organizations and who is in them

    def add_org(self, name: str) -> int:
        org = self.new_id("org")
        self.orgs[org] = name
        return org

    def org_named(self, name: str) -> int | None:
        folded = self.database.folded
        return next((org for org, known in self.orgs.items() if folded(known) == folded(name)), None)

    def delete_org(self, org: int) -> None:
        del self.orgs[org]
        for key in [key for key in self.datasources if key[0] == org]:
            del self.datasources[key]
        self._datasource_version += 1
        self.accounts = {number: account for number, account in self.accounts.items() if account.org != org}
        self.tokens = {key: account for key, account in self.tokens.items() if account.org != org}
        for user in self.users.values():
            user.roles.pop(org, None)
            if user.current_org == org:
                user.current_org = min(user.roles, default=0)

    def add_user(self, login: str, password: str, **members: Any) -> User:
        user = User(self.new_id("user"), self.new_uid(), login, password, **members)
        self.users[login] = user
        return user

    def add_account(self, org: int, name: str, role: str) -> ServiceAccount:
        login = f"sa-{name}" if self.generation == 9 else f"sa-{org}-{name}"
        account = ServiceAccount(self.new_id("user"), self.new_uid(), name, login, org, role)
        self.accounts[account.id] = account
        return account

    def add_token(self, account: ServiceAccount) -> str:
        secret = "".join(self._random.choices(string.ascii_letters + string.digits, k=32))
        key = f"glsa_{secret}_{self._random.getrandbits(32):08x}"
        self.tokens[key] = account
        return key

    # data sources

    def add_datasource(self, org: int, name: str, type: str, uid: str = "", **members: Any) -> DataSource:
        source = DataSource(self.new_id("datasource"), uid or self.new_uid(), org, name, type, **members)
        self.datasources[self._key(org, source.uid)] = source
        self._datasource_version += 1
        return source

    def datasource(self, org: int, uid: str | None) -> DataSource | None:
        return self.datasources.get(self._key(org, uid or ""))

    def _key(self, org: int, uid: str) -> tuple[int, str]:
        return (org, self.database.folded(uid))

    def datasources_of(self, org: int) -> list[DataSource]:
        return sorted((item for item in self.datasources.values() if item.org == org), key=lambda item: item.name)

    def datasource_named(self, org: int, name: str) -> DataSource | None:
        folded = self.database.folded
        found = (item for item in self.datasources.values() if item.org == org and folded(item.name) == folded(name))
        return next(found, None)

    def rename_datasource(self, source: DataSource, uid: str) -> None:
        del self.datasources[self._key(source.org, source.uid)]
        source.uid = uid
        self.datasources[self._key(source.org, uid)] = source
        self._datasource_version += 1

    def delete_datasource(self, source: DataSource) -> None:
        """Rows that start from it go with it; on 9.4 (recorded) and where both routes are one store, those that lead to
        it, too."""
        del self.datasources[self._key(source.org, source.uid)]
        self._datasource_version += 1
        for row in self.rows.of_source(self.row_org(source.org), source.uid):
            self.rows.delete(row)
        if self.generation == 9:
            folded = self.database.folded
            for row in self.rows.all():
                if row.target is not None and folded(row.target) == folded(source.uid):
                    self.rows.delete(row)
        for stored in self.objects.all() if self.shared else ():
            spec = stored.value["spec"]
            if source.uid in (spec["source"]["name"], (spec.get("target") or {}).get("name")):
                self.objects.delete(stored.metadata["namespace"], stored.metadata["name"])

    # correlations

    def row_org(self, org: int) -> int:
        """The organization that a row of ``org`` carries: none on 9.4."""
        return 0 if self.generation == 9 else org

    def is_visible(self, org: int, row: Row) -> bool:
        """Whether lists and GET show the row to the organization.

        Hidden: rows of a data source that is not there, query rows whose target is not there and (12.4) rows of a
        type that is neither query nor external.
        """
        if row.org != self.row_org(org) or not self.datasource(org, row.source):
            return False
        if self.generation != 9 and row.type != "query":
            return row.type == "external"
        return self.datasource(org, row.target) is not None

    def visible_of_source(self, org: int, source: str) -> list[Row]:
        return [row for row in self.rows.of_source(self.row_org(org), source) if self.is_visible(org, row)]

    def visible_of_sources(self, org: int, sources: list[str]) -> list[Row]:
        """The rows of some sources, by source: the order in which SQLite gives them (recorded on both versions)."""
        found = sorted(set(map(self.database.folded, sources)))
        return [row for source in found for row in self.visible_of_source(org, source)]

    def visible(self, org: int) -> list[Row]:
        """All rows that the organization sees: in the order of creation on 12.4, by source on 9.4 (recorded)."""
        version = (self.rows.version, self._datasource_version)
        known = self._visible.get(org)
        if known is None or known[:2] != version:
            if self.generation == 9:
                found = self.visible_of_sources(org, [uid for owner, uid in self.datasources if owner == org])
            else:
                found = [row for row in self.rows.all() if self.is_visible(org, row)]
            known = self._visible[org] = (*version, found)
        return known[2]
