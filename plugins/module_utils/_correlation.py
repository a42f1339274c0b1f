# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One correlation as Grafana holds it, and its forms: API, definition, diff."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._equality import (
    EDITOR_MEMBERS,
    plain_transformations,
    text_of,
    without_editor_members,
)

QUERY, EXTERNAL = "query", "external"
# The members of ``config`` that MEMBERS, or ``type`` in its old place, stand for.
_CONFIG_MEMBERS = ("field", "target", "transformations", "type")


@dataclasses.dataclass(frozen=True)
class Correlation:
    """A row. ``source`` and ``target`` are UIDs (``target`` None when external); ``members`` holds all of MEMBERS.

    ``read_only`` is None where the server does not say (9.4); ``org_id`` likewise. ``unknown`` holds the members of ``config``
    that no entry can give. ``manager`` and ``version`` are only known on ``/apis``. ``raw`` is what the server sent in the
    spelling of ``/api``, if it did.
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
        return self.members["label"]

    @property
    def base(self) -> tuple[str, str, str | None, str]:
        """What must agree for a row to be found by its key, but for ``config.field``."""
        return (self.source, self.type, self.target, self.label)

    def content(self) -> str:
        """A text that two rows share exactly when they are equal in every member."""
        return text_of([self.source, self.target, self.type, dict(self.members), dict(self.unknown)])

    def as_api(self) -> dict[str, t.Any]:
        """The API's own spelling: what the server sent, with ``type`` in its present place; or what it would send."""
        if self.raw:
            return dict(self.raw, type=self.type)
        config = {name: value for name, value in api_config(self.members).items() if value or name != "transformations"}
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
        return {**{name: value for name, value in found.items() if value is not None}, "targetUID": self.target, "config": config}


def members_of(label: t.Any, description: t.Any, config: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """MEMBERS from the API's spelling, with what is missing or null as empty."""
    target = config.get("target")
    return {
        "label": label or "",
        "description": description or "",
        "config.field": config.get("field") or "",
        "config.target": {} if target is None else target,
        "config.transformations": plain_transformations(config.get("transformations")),
    }


def unknown_members(config: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The members of a ``config`` that a server sent that this collection does not know, such as ``timeRange``."""
    return {name: value for name, value in config.items() if name not in _CONFIG_MEMBERS and value is not None}


def has_usable_config(config: t.Any) -> bool:
    """Whether a ``config`` that a server sent is of the form that members_of takes."""
    transformations = config.get("transformations") if isinstance(config, dict) else None
    return isinstance(config, dict) and (
        transformations is None or (isinstance(transformations, list) and all(isinstance(item, dict) for item in transformations))
    )


def api_config(members: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The members below ``config`` in the API's nesting: those that are there, empty transformations too."""
    return {name.partition(".")[2]: value for name, value in members.items() if name.startswith("config.")}


def definition(
    source: str | None,
    target: str | None,
    kind: str,
    members: t.Mapping[str, t.Any],
    keep: t.Container[str] = (),
) -> dict[str, t.Any]:
    """The correlation as ``grafana_correlations`` takes it: no uid, nothing empty but the query, nothing of the server's own.

    ``keep`` names the members of Grafana's editor to leave in ``config.target``.
    """
    found: dict[str, t.Any] = {"source": source}
    if kind == QUERY:
        found["target"] = target
    found["label"] = members["label"]
    if members["description"]:
        found["description"] = members["description"]
    found["type"] = kind
    config: dict[str, t.Any] = {"field": members["config.field"]}
    query = without_editor_members(members["config.target"], keep)
    if query != {} or kind == QUERY:
        config["target"] = query
    if members["config.transformations"]:
        config["transformations"] = [
            {"map_value" if name == "mapValue" else name: value for name, value in item.items()} for item in members["config.transformations"]
        ]
    found["config"] = config
    return found


def diff_definition(correlation: Correlation | None, wanted: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
    """One side of a diff; ``wanted`` decides whether the editor's members are shown. Empty for no correlation."""
    if correlation is None:
        return {}
    asked = (wanted or {}).get("config.target")
    keep = [name for name in EDITOR_MEMBERS if isinstance(asked, dict) and name in asked]
    return definition(correlation.source, correlation.target, correlation.type, correlation.members, keep)
