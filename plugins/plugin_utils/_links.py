# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Correlations as links between places, to draw and to list: from entries, or from what was read of a Grafana. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import EXTERNAL
from ansible_collections.crosslink.grafana.plugins.module_utils._entries import checked_entries
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import ABSENT, IGNORED, PRESENT, Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError
from ansible_collections.crosslink.grafana.plugins.module_utils._validator import kind_of

PROVISIONED, DANGLING = "provisioned", "dangling"
STATES = (PRESENT, PROVISIONED, DANGLING, IGNORED, ABSENT)  # in the order in which links are shown
PROVISIONING_FILE = "provisioning file"
_MANAGER_OF_FILES = "classic-file-provisioning"
_HOST = re.compile(r"\s*[a-z][a-z0-9+.-]*://(?:[^/?#]*@)?([^/?#]*)", re.IGNORECASE)

Members = t.Mapping[str, t.Any]


@dataclasses.dataclass(frozen=True, order=True)
class Place:
    """Where links start or lead to: a data source, or the host of a URL.

    ``kind`` is the type of the data source, empty if it is not known. ``is_missing``: it does not exist.
    """

    is_host: bool
    name: str
    kind: str = ""
    is_missing: bool = False


@dataclasses.dataclass(frozen=True)
class Link:
    """One correlation. ``url`` is empty for a query, ``manager`` where everybody with the permission can change it.

    ``state`` is one of STATES: DANGLING where a data source is missing, else PROVISIONED where there is a manager, else
    that of the entry.
    """

    source: Place
    target: Place
    label: str
    field: str
    url: str
    state: str
    manager: str = ""

    @property
    def order(self) -> tuple[t.Any, ...]:
        """Sorts links in the order in which they are shown."""
        state = STATES.index(self.state)
        return (self.source, self.target, state, self.label, self.field, self.url, self.manager)


class _Places:
    """The places of data sources, by UID or name, so that both spellings of one data source are one place."""

    def __init__(self, data_sources: t.Any) -> None:
        self._are_all_known = data_sources is not None
        self._by_uid: dict[str, Place] = {}
        self._by_name: dict[str, Place] = {}
        self._read_only: set[str] = set()
        if not isinstance(data_sources, (list, type(None))):
            raise InputError("data_sources must be a list, not %s." % kind_of(data_sources), "invalid_type")
        for number, one in enumerate(data_sources or (), start=1):
            if not isinstance(one, dict) or not isinstance(one.get("uid"), str):
                message = "Item %d of data_sources has no uid: each item needs uid, name and type."
                raise InputError(message % number, "invalid_value")
            place = Place(False, str(one.get("name") or one["uid"]), str(one.get("type") or ""))
            self._by_uid[one["uid"]] = self._by_name[place.name] = place
            if one.get("readOnly"):
                self._read_only.add(one["uid"])

    def of(self, name: t.Any) -> Place:
        """The place of the data source with that UID, else with that name."""
        name = str(name or "")
        return self._by_uid.get(name) or self._by_name.get(name) or Place(False, name, is_missing=self._are_all_known)

    def is_read_only(self, uid: t.Any) -> bool:
        """Whether the data source itself is provisioned."""
        return uid in self._read_only


def links_of(correlations: t.Any, data_sources: t.Any = None) -> list[Link]:
    """The links of a list of entries, or of a result of the info module. Raises InputError for anything else.

    ``data_sources`` is a list as of ``/api/datasources`` (uid, name, type), and others count as missing. None: those of
    the result, or for entries what is written in them.
    """
    if isinstance(correlations, dict):
        return links_of_result(correlations, data_sources)
    if isinstance(correlations, list):
        return _of_entries(correlations, _Places(data_sources))
    message = "Give a list of entries, or the result of grafana_correlation_info, not %s."
    raise InputError(message % kind_of(correlations), "invalid_type")


def links_of_result(result: t.Any, data_sources: t.Any = None) -> list[Link]:
    """As ``links_of`` for a result alone."""
    correlations = result.get("correlations") if isinstance(result, dict) else None
    if not isinstance(correlations, list) or not all(
        isinstance(one, dict) and isinstance(one.get("config") or {}, dict) for one in correlations
    ):
        message = "Give the whole result of grafana_correlation_info, which has a list of correlations."
        raise InputError(message, "invalid_type")
    places = _Places(result.get("data_sources") if data_sources is None else data_sources)
    return [_of_row(row, places) for row in correlations]


def _of_entries(entries: t.Sequence[t.Any], places: _Places) -> list[Link]:
    return [_of_entry(entry, places) for entry in checked_entries(entries).entries]


def _of_entry(entry: Entry, places: _Places) -> Link:
    query = entry.members.get("config.target")
    url = str(query.get("url") or "") if isinstance(query, dict) else ""
    is_external = entry.type == EXTERNAL or (entry.target is None and bool(url))
    return _link(
        places.of(entry.source),
        _host(url) if is_external else places.of(entry.target),
        entry.label or "",
        entry.field or "",
        url if is_external else "",
        entry.state,
    )


def _of_row(row: Members, places: _Places) -> Link:
    """A correlation in the API's spelling. On Grafana 9, those of a read-only data source are provisioned."""
    is_external = row.get("type") == EXTERNAL
    config = row.get("config") or {}
    query = config.get("target")
    url = str(query.get("url") or "") if is_external and isinstance(query, dict) else ""
    manager = str(row.get("managedBy") or "")
    if manager == _MANAGER_OF_FILES or (
        not manager and row.get("provisioned", places.is_read_only(row.get("sourceUID")))
    ):
        manager = PROVISIONING_FILE
    state = DANGLING if row.get("dangling") else PROVISIONED if manager else PRESENT
    target = _host(url) if is_external else places.of(row.get("targetUID"))
    label, field = str(row.get("label") or ""), str(config.get("field") or "")
    return _link(places.of(row.get("sourceUID")), target, label, field, url, state, manager)


def _link(source: Place, target: Place, label: str, field: str, url: str, state: str, manager: str = "") -> Link:
    if state in (PRESENT, PROVISIONED) and (source.is_missing or target.is_missing):
        state = DANGLING
    return Link(source, target, label, field, url, state, manager)


def _host(url: str) -> Place:
    """The host of a URL, which can contain variables."""
    found = _HOST.match(url)
    return Place(True, found[1].lower() if found else url.partition("/")[0])
