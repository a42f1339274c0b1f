# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The content of a provisioning file, from entries of a list. Pure."""

from __future__ import annotations

import hashlib
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import (
    EMPTY_MEMBERS,
    EXTERNAL,
    QUERY,
    api_config,
    without_empty_transformations,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import PRESENT, Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._expansion import escaped
from ansible_collections.crosslink.grafana.plugins.module_utils._validator import Validator

NO_SOURCE = (
    "source is not in data_sources, so the file has only its name: complete the definition, because Grafana sets "
    "jsonData and secrets of a data source to what its file has"
)
NO_TARGET = (
    "target is not in data_sources: it must be the UID of a data source, because a provisioning file has no names"
)


class ContentWriter:
    """Collects the correlations of a provisioning file, with its problems and warnings.

    ``data_sources`` are definitions as in a provisioning file, each with its ``name``, which the file will have as they
    are, except that ``correlations`` is that of the entries. Other data sources are written by name alone.
    """

    def __init__(self, data_sources: t.Sequence[t.Mapping[str, t.Any]]) -> None:
        self.validator = Validator()
        self._definitions = [
            {name: value for name, value in one.items() if name != "correlations"} for one in data_sources
        ]
        self._correlations: list[list[dict[str, t.Any]]] = [[] for _one in data_sources]
        # What entries can call them: UIDs after names, so that they replace equal ones.
        self._indexes: dict[str, int] = {
            reference_of(one): index
            for reference_of in (_name_of, _uid_of)
            for index, one in reversed(list(enumerate(data_sources)))
        }

    def add(self, entry: Entry) -> None:
        """Add the correlation of an entry, as far as a file can have it."""
        self.validator.origin = entry.origin
        if entry.state != PRESENT:
            self.validator.warn("left_out", "left out, because a provisioning file cannot say state: %s" % entry.state)
            return
        if entry.uid is not None:
            self.validator.warn("left_out", "uid is left out, because Grafana chooses the uids of a provisioning file")
        if entry.field is None:
            self.validator.error("missing_option", "config.field is missing: a provisioning file needs it")
        type_ = entry.type or QUERY
        members = {**EMPTY_MEMBERS, **entry.members}
        found: dict[str, t.Any] = {"targetUID": self._target_uid(entry)} if type_ == QUERY else {}
        # Grafana stops at a file without label or description. For queries, all versions take the type in its old
        # place, and some only there.
        found.update({"label": members["label"], "description": members["description"]})
        if type_ == EXTERNAL:
            found["type"] = EXTERNAL
        config = {"type": QUERY} if type_ == QUERY else {}
        found["config"] = {**config, **without_empty_transformations(api_config(members))}
        self._correlations[self._source_index(entry)].append(escaped(found))

    def content(self) -> dict[str, t.Any]:
        """The content of the file."""
        sources = [
            {**definition, "correlations": correlations} if correlations else definition
            for definition, correlations in zip(self._definitions, self._correlations)
        ]
        return {"apiVersion": 1, "datasources": sources}

    def _source_index(self, entry: Entry) -> int:
        source = entry.source or ""
        if source not in self._indexes:
            self._indexes[source] = len(self._definitions)
            self._definitions.append({"name": escaped(source)})
            self._correlations.append([])
        index = self._indexes[source]
        if len(self._definitions[index]) == 1:
            self.validator.warn("incomplete", NO_SOURCE)
        return index

    def _target_uid(self, entry: Entry) -> str | None:
        target = entry.target
        if target is None:
            self.validator.error("missing_option", "target is missing: a provisioning file needs it")
            return None
        index = self._indexes.get(target)
        if index is None or len(self._definitions[index]) == 1:
            self.validator.warn("incomplete", NO_TARGET)
            return target
        uid = _uid_of(self._definitions[index])
        if not self._definitions[index].get("uid") and uid != target:
            message = "target '%s' has no uid in data_sources, and a provisioning file names targets by UID: add it"
            self.validator.error("missing_option", message % target)
        return uid


def _name_of(definition: t.Mapping[str, t.Any]) -> str:
    return str(definition["name"]).replace("$$", "$")


def _uid_of(definition: t.Mapping[str, t.Any]) -> str:
    """The UID, or the one that Grafana gives to a new data source of that name in a file."""
    uid = definition.get("uid")
    if uid:
        return str(uid).replace("$$", "$")
    return "P%s" % hashlib.sha256(_name_of(definition).encode("utf-8", "replace")).hexdigest()[:16].upper()
