# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One correlation as Grafana holds it, and its forms: API, definition, diff."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._equality import (
    EDITOR_MEMBERS,
    canonical_json,
    plain_transformations,
    without_editor_members,
)

QUERY, EXTERNAL = "query", "external"
EMPTY_MEMBERS: t.Mapping[str, t.Any] = {
    "label": "",
    "description": "",
    "config.field": "",
    "config.target": {},
    "config.transformations": [],
}
# The members of ``config`` that MEMBERS represent, and ``type`` in its old place.
_CONFIG_MEMBERS = ("field", "target", "transformations", "type")


@dataclasses.dataclass(frozen=True)
class Correlation:
    """``source`` and ``target`` are UIDs (``target`` None when external); ``members`` has all of MEMBERS.

    ``read_only`` and ``org_id`` are None where the server does not tell them (9.4). ``unknown`` has the members of
    ``config`` that no entry can give. Only ``/apis`` tells ``manager`` and ``version``, only ``/api`` sends ``raw``.
    """

    uid: str
    source: str
    target: str | None
    type: str
    members: t.Mapping[str, t.Any]
    read_only: bool | None = False
    org_id: int | None = None
    unknown: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    manager: str | None = None
    version: str | None = None
    raw: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)

    @property
    def label(self) -> str:
        return str(self.members["label"])

    @property
    def key_without_field(self) -> tuple[str, str, str | None, str]:
        """What identifies a correlation, except ``config.field``."""
        return (self.source, self.type, self.target, self.label)

    def content(self) -> str:
        """A text that two correlations share exactly when they are equal in every member."""
        return canonical_json([self.source, self.target, self.type, dict(self.members), dict(self.unknown)])

    def as_api(self) -> dict[str, t.Any]:
        """The spelling of ``/api``: what the server sent, with ``type`` in its present place, or what it would send."""
        if self.raw:
            return dict(self.raw, type=self.type)
        config = without_empty_transformations(api_config(self.members))
        config.update(self.unknown)
        found = {
            "uid": self.uid or None,
            "sourceUID": self.source,
            "orgId": self.org_id,
            "label": self.members["label"],
            "description": self.members["description"],
            "type": self.type,
            "provisioned": self.read_only,
        }
        return {
            **{name: value for name, value in found.items() if value is not None},
            "targetUID": self.target,
            "config": config,
        }


def members_of(label: t.Any, description: t.Any, config: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """MEMBERS from the API's spelling; what is missing or null is empty."""
    target = config.get("target")
    return {
        "label": label or "",
        "description": description or "",
        "config.field": config.get("field") or "",
        "config.target": {} if target is None else target,
        "config.transformations": plain_transformations(config.get("transformations")),
    }


def unknown_members(config: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The members of a server's ``config`` that this collection does not know, such as ``timeRange``."""
    return {name: value for name, value in config.items() if name not in _CONFIG_MEMBERS and value is not None}


def has_usable_config(config: t.Any) -> bool:
    """Whether a server's ``config`` has the form that ``members_of`` needs."""
    transformations = config.get("transformations") if isinstance(config, dict) else None
    return isinstance(config, dict) and (
        transformations is None
        or (isinstance(transformations, list) and all(isinstance(item, dict) for item in transformations))
    )


def api_config(members: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Those of the members that belong below ``config``, in the API's nesting."""
    return {name.partition(".")[2]: value for name, value in members.items() if name.startswith("config.")}


def without_empty_transformations(config: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """A ``config`` as Grafana sends and stores it: no member says that there are no transformations."""
    return {name: value for name, value in config.items() if value or name != "transformations"}


def definition(
    source: str | None,
    target: str | None,
    type_: str,
    members: t.Mapping[str, t.Any],
    keep: t.Container[str] = (),
) -> dict[str, t.Any]:
    """The correlation as an entry of a list: no uid, nothing empty but the query, no members that only the server has.

    ``keep`` names the members of Grafana's editor that stay in ``config.target``.
    """
    found: dict[str, t.Any] = {"source": source}
    if type_ == QUERY:
        found["target"] = target
    found["label"] = members["label"]
    if members["description"]:
        found["description"] = members["description"]
    found["type"] = type_
    config: dict[str, t.Any] = {"field": members["config.field"]}
    query = without_editor_members(members["config.target"], keep)
    if query != {} or type_ == QUERY:
        config["target"] = query
    if members["config.transformations"]:
        config["transformations"] = [
            {"map_value" if name == "mapValue" else name: value for name, value in item.items()}
            for item in members["config.transformations"]
        ]
    found["config"] = config
    return found


def diff_definition(
    correlation: Correlation | None, names: t.Mapping[str, str], desired: t.Mapping[str, t.Any] | None = None
) -> dict[str, t.Any]:
    """One side of a diff, empty for no correlation; the editor's members are shown where they are desired.

    ``names`` are those of the data sources, by UID.
    """
    if correlation is None:
        return {}
    query = (desired or {}).get("config.target")
    keep = [name for name in EDITOR_MEMBERS if isinstance(query, dict) and name in query]
    source, target = (names.get(uid or "", uid) for uid in (correlation.source, correlation.target))
    return definition(source, target, correlation.type, correlation.members, keep)
