# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unified storage: the objects of ``/apis``, which share nothing with the old tables (measured on 12.4.3)."""

from __future__ import annotations

import bisect
import time
from typing import Any

import gojson


class Stored:
    """An object as it is at one version; a change puts another in its place."""

    __slots__ = ("value", "_text", "_size")

    def __init__(self, value: dict[str, Any]) -> None:
        self.value = value
        self._text: str | None = None
        self._size = 0

    @property
    def metadata(self) -> dict[str, Any]:
        result: dict[str, Any] = self.value["metadata"]
        return result

    def text(self) -> str:
        if self._text is None:
            self._text = gojson.encode(self.value)
        return self._text

    def size(self) -> int:
        """In bytes, as pages are measured."""
        if not self._size:
            self._size = len(self.text().encode("utf-8", "replace"))
        return self._size


class Store:
    """Objects by namespace and name, listed by name."""

    def __init__(self) -> None:
        self.version = 1
        self._objects: dict[str, dict[str, Stored]] = {}
        self._names: dict[str, list[str]] = {}

    def next_version(self) -> str:
        self.version = max(self.version + 1, int(time.time() * 1000000))
        return str(self.version)

    def get(self, namespace: str, name: str) -> Stored | None:
        return self._objects.get(namespace, {}).get(name)

    def put(self, namespace: str, name: str, value: dict[str, Any]) -> Stored:
        objects = self._objects.setdefault(namespace, {})
        if name not in objects:
            bisect.insort(self._names.setdefault(namespace, []), name)
        objects[name] = stored = Stored(value)
        return stored

    def delete(self, namespace: str, name: str) -> None:
        del self._objects[namespace][name]
        names = self._names[namespace]
        del names[bisect.bisect_left(names, name)]
        self.next_version()

    def after(self, namespace: str, name: str) -> list[Stored]:
        """The objects whose names come after ``name``, by name."""
        names, objects = self._names.get(namespace, []), self._objects.get(namespace, {})
        return [objects[found] for found in names[bisect.bisect_right(names, name) :]]

    def all(self) -> list[Stored]:
        return [stored for namespace in self._objects for stored in self.after(namespace, "")]
