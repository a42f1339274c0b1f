# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A correlation as ``/apis`` knows it: the members that the server's types have, and no others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from call import mapping, sequence, text
from gojson import sort_maps
from rows import TRANSFORMATION_MEMBERS


def parse(given: Mapping[str, Any], generation: int) -> dict[str, Any]:
    """The ``spec`` of an object, its members in the server's order; BadRequest for a member of a wrong type.

    By its sources 13 writes a target that is not there as null, and knows ``config.timeRange``.
    """
    spec: dict[str, Any] = {"type": text(given, "type") or "", "source": _reference(mapping(given, "source") or {})}
    target = mapping(given, "target")
    if target is not None:
        spec["target"] = _reference(target)
    elif generation == 13:
        spec["target"] = None
    description = text(given, "description")
    if description is not None:
        spec["description"] = description
    spec["label"] = text(given, "label") or ""
    config = mapping(given, "config") or {}
    spec["config"] = {"field": text(config, "field") or "", "target": sort_maps(mapping(config, "target"))}
    transformations = sequence(config, "transformations")
    if transformations:
        items = [mapping({"item": item}, "item") or {} for item in transformations]
        # recorded: the members left out come back as empty ones
        spec["config"]["transformations"] = [
            {name: text(item, name) or "" for name in TRANSFORMATION_MEMBERS} for item in items
        ]
    time_range = mapping(config, "timeRange")
    if generation == 13 and time_range is not None:
        spec["config"]["timeRange"] = sort_maps(time_range)
    return spec


def _reference(given: Mapping[str, Any]) -> dict[str, str]:
    return {"group": text(given, "group") or "", "name": text(given, "name") or ""}
