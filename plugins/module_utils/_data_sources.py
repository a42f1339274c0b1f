# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names and UIDs of the data sources of one organization."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import HttpError, NotFound
from ansible_collections.crosslink.grafana.plugins.module_utils._http_client import Client, expect
from ansible_collections.crosslink.grafana.plugins.module_utils._text import did_you_mean
from ansible_collections.crosslink.grafana.plugins.module_utils._url_path import is_safe_segment

LONGEST_LIST = 5000  # where Grafana cuts the list by default (datasource_limit)

DataSource = t.Mapping[str, t.Any]  # as Grafana's API returns it; at least ``uid``


class DataSources:
    """Looks data sources up: all in one request, and those that are not in the list one by one.

    The list does not prove that a data source does not exist: Grafana cuts it at 5000 and can filter it by permissions.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._listed: dict[str, DataSource] | None = None
        self._by_name: dict[str, DataSource] = {}
        self._asked: dict[tuple[str, str], DataSource | None] = {}  # by ("uid" or "name", its value)

    def _list(self) -> dict[str, DataSource]:
        if self._listed is None:
            try:
                answer = self._client.get("api", "datasources")
                expect(list, answer, "a list of data sources", self._client)
            except HttpError as error:
                if error.status != 403:
                    raise
                answer = []
            found = [one for one in answer if isinstance(one, dict) and isinstance(one.get("uid"), str)]
            self._listed = {one["uid"]: one for one in found}
            self._by_name = {str(one.get("name")): one for one in found}
        return self._listed

    def where(self, org_id: int | None) -> str:
        """A suffix for "... does not exist": the organization (the chosen one, else the given one) and the Grafana."""
        org_id = org_id if self._client.org_id is None else self._client.org_id
        organization = "" if org_id is None else " in organization %d" % org_id
        return "%s at %s" % (organization, self._client.connection.url)

    def all(self) -> list[DataSource]:
        """Those in Grafana's list."""
        return list(self._list().values())

    @property
    def is_listed(self) -> bool:
        """Whether the list has been read, so that a lookup costs no request."""
        return self._listed is not None

    def find(self, name: str) -> DataSource | None:
        """The data source with that UID, else with that name; None when there is none.

        If the credentials may not read it, it counts as existing, with the name as its UID; the write then decides.
        """
        listed = self._list()
        if name in listed:
            return listed[name]
        named = self._by_name.get(name)
        if named is not None and len(listed) < LONGEST_LIST:
            return named
        # Beyond the list there may be one whose UID is another one's name.
        return self._ask("uid", name) or named or self._ask("name", name)

    def of_uid(self, uid: str) -> DataSource | None:
        """The data source with that UID; None when there is none."""
        return self._list().get(uid) or self._ask("uid", uid)

    def _ask(self, by: str, value: str) -> DataSource | None:
        """Look up by ``uid`` or ``name``, once."""
        if (by, value) not in self._asked:
            self._asked[by, value] = self._answer(by, value) if is_safe_segment(value) else None
        return self._asked[by, value]

    def _answer(self, by: str, value: str) -> DataSource | None:
        try:
            found = expect(dict, self._client.get("api", "datasources", by, value), "a data source", self._client)
            expect(str, found.get("uid"), "a data source", self._client)
            return found if found.get(by) == value else None  # MySQL compares without case
        except NotFound:
            return None
        except HttpError as error:
            if error.status != 403:
                raise
            return {"uid": value}

    def did_you_mean(self, name: str) -> str:
        """A suffix for "... does not exist" with similar names and UIDs."""
        uids = list(self._list())
        return did_you_mean(name, [*self._by_name, *uids])

    def name_of(self, uid: str) -> str:
        """The name of the data source, or its UID if the name is unknown or is also another one's UID."""
        found = self.of_uid(uid)
        return uid if found is None else self._unambiguous_name(found)

    def listed_names(self) -> dict[str, str]:
        """The names of all in Grafana's list, by UID; empty if it has not been read. Makes no request."""
        return {uid: self._unambiguous_name(one) for uid, one in (self._listed or {}).items()}

    def _unambiguous_name(self, one: DataSource) -> str:
        name = str(one.get("name") or one["uid"])
        return name if name == one["uid"] or name not in self._list() else one["uid"]

    def is_read_only(self, uid: str) -> bool:
        """Whether the data source itself is provisioned."""
        return bool((self.of_uid(uid) or {}).get("readOnly"))
