# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two kinds of PATCH on ``/apis``: JSON Merge Patch (RFC 7386) and JSON Patch (RFC 6902)."""

from __future__ import annotations

import copy
from typing import Any

from gojson import equal


class PatchFailed(ValueError):
    """The patch does not fit the document, or one of its tests failed."""


def merge(document: Any, patch: Any) -> Any:
    """Maps are merged, null removes a member, anything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(document) if isinstance(document, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge(result.get(name), value)
    return result


def apply(document: Any, operations: list[dict[str, Any]]) -> Any:
    """All operations or none; null is a value like any other."""
    holder = {"": copy.deepcopy(document)}  # so that the whole document has a place too
    for operation in operations:
        try:
            _apply_one(holder, operation)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise PatchFailed(f"{operation}: {error}") from error
    return holder[""]


def _apply_one(holder: Any, operation: Any) -> None:
    kind, path = operation["op"], _tokens(operation["path"])
    if kind == "test":
        if not equal(_get(holder, path), operation["value"]):
            raise PatchFailed("testing value failed")
    elif kind == "remove":
        _remove(holder, path)
    elif kind == "replace":
        _remove(holder, path)
        _add(holder, path, operation["value"])
    elif kind == "add":
        _add(holder, path, operation["value"])
    elif kind == "copy":
        _add(holder, path, copy.deepcopy(_get(holder, _tokens(operation["from"]))))
    elif kind == "move":
        _add(holder, path, _remove(holder, _tokens(operation["from"])))
    else:
        raise PatchFailed("unknown operation")


def _tokens(pointer: str) -> list[str]:
    if pointer and not pointer.startswith("/"):
        raise PatchFailed("a path starts with /")
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")]


def _get(container: Any, path: list[str]) -> Any:
    for token in path:
        container = container[_place(container, token)]
    return container


def _remove(container: Any, path: list[str]) -> Any:
    container = _get(container, path[:-1])
    return container.pop(_place(container, path[-1]))


def _add(container: Any, path: list[str], value: Any) -> None:
    container, token = _get(container, path[:-1]), path[-1]
    if not isinstance(container, list):
        container[token] = value
    elif token == "-":
        container.append(value)
    else:
        place = _place(container, token)
        if place > len(container):
            raise PatchFailed("index out of range")
        container.insert(place, value)


def _place(container: Any, token: str) -> Any:
    if not isinstance(container, list):
        return token
    if not token.isdecimal() or (token != "0" and token.startswith("0")):
        raise PatchFailed(token + " is no index")
    return int(token)
