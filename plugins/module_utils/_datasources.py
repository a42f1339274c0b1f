# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names and UIDs of the data sources of one organisation."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._client import Client, expect, is_safe_segment
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import HttpError, NotFound
from ansible_collections.crosslink.grafana.plugins.module_utils._words import near

LONGEST_LIST = 5000  # at which Grafana cuts the list, unless told otherwise (datasource_limit); beyond it a UID may be one's name


class DataSources:
    """Looks data sources up: all in one request, and those that are not in the list one by one.

    The list is no proof that something is not there: Grafana cuts it at 5000 and may filter it by rights.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._listed: dict[str, t.Mapping[str, t.Any]] | None = None
        self._by_name: dict[str, t.Mapping[str, t.Any]] = {}
        self._asked: dict[tuple[str, str], t.Mapping[str, t.Any] | None] = {}  # by "uid" or "name", and what was asked for

    def _list(self) -> dict[str, t.Mapping[str, t.Any]]:
        if self._listed is None:
            try:
                answer = expect(list, self._client.get("api", "datasources"), "a list of data sources", self._client)
            except HttpError as error:
                if error.status != 403:
                    raise
                answer = []
            found = [row for row in answer if isinstance(row, dict) and isinstance(row.get("uid"), str)]
            self._listed = {row["uid"]: row for row in found}
            self._by_name = {str(row.get("name")): row for row in found}
        return self._listed

    def where(self, org_id: int | None) -> str:
        """In which organisation (the one chosen, else the one given, if any) of which Grafana, as an addition to a sentence."""
        org_id = org_id if self._client.org_id is None else self._client.org_id
        return "%s at %s" % ("" if org_id is None else " in organisation %d" % org_id, self._client.connection.url)

    def all(self) -> list[t.Mapping[str, t.Any]]:
        """Those in Grafana's list."""
        return list(self._list().values())

    @property
    def is_listed(self) -> bool:
        """Whether the list has been read, so that looking up what is in it costs nothing."""
        return self._listed is not None

    def find(self, given: str) -> t.Mapping[str, t.Any] | None:
        """The data source with that UID, else with that name; None when there is none.

        One that may not be read is taken for there, with what was given as its UID: creating the link then decides.
        """
        listed = self._list()
        if given in listed:
            return listed[given]
        named = self._by_name.get(given)
        if named is not None and len(listed) < LONGEST_LIST:
            return named
        return self._ask("uid", given) or named or self._ask("name", given)

    def of_uid(self, uid: str) -> t.Mapping[str, t.Any] | None:
        """The data source with that UID, whatever else has it as its name; None when there is none."""
        return self._list().get(uid) or self._ask("uid", uid)

    def _ask(self, kind: str, given: str) -> t.Mapping[str, t.Any] | None:
        if (kind, given) not in self._asked:
            self._asked[kind, given] = self._answer(kind, given) if is_safe_segment(given) else None
        return self._asked[kind, given]

    def _answer(self, kind: str, given: str) -> t.Mapping[str, t.Any] | None:
        try:
            found = expect(dict, self._client.get("api", "datasources", kind, given), "a data source", self._client)
            expect(str, found.get("uid"), "a data source", self._client)
            return found
        except NotFound:
            return None
        except HttpError as error:
            if error.status != 403:
                raise
            return {"uid": given}

    def near(self, given: str) -> str:
        """Names and UIDs that are like one that is not there, as an addition to a sentence."""
        uids = list(self._list())
        return near(given, [*self._by_name, *uids])

    def name_of(self, uid: str) -> str:
        """The name of the data source, or its UID where the name is unknown or is another one's UID."""
        name = (self.of_uid(uid) or {}).get("name")
        return str(name) if name and (str(name) == uid or str(name) not in self._list()) else uid

    def is_read_only(self, uid: str) -> bool:
        """Whether the data source itself is provisioned."""
        return bool((self.of_uid(uid) or {}).get("readOnly"))
