# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables in the texts of a link, such as ``${name}``: which are used, and what takes their place. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_values import members

VALUE, DATA, TARGET_FIELD = "__value", "__data", "__targetField"
_ONLY_IN_EXPLORE = frozenset(
    (
        "__all_variables",
        "__field",
        "__from",
        "__interval",
        "__interval_ms",
        "__org",
        "__range",
        "__rate_interval",
        "__series",
        "__timeFilter",
        "__timezone",
        "__to",
        "__url_time_range",
        "__user",
        "timeFilter",
    )
)
_PATHS_ONLY_IN_EXPLORE = {VALUE: ("time",), DATA: ("name", "refId")}
BUILT_IN = _ONLY_IN_EXPLORE | {VALUE, DATA, TARGET_FIELD}

# Without braces a name ends at the first other character, and has neither path nor format.
VARIABLE = re.compile(
    r"\$(?P<bare>\w+)"
    r"|\[\[(?P<old>\w+)(?::(?P<old_format>\w+))?\]\]"
    r"|\$\{(?P<name>\w+)(?:\.(?P<path>[^:^}]+))?(?::(?P<format>[^}]+))?\}",
    re.ASCII,
)


class Use(t.NamedTuple):
    """One place where a variable is used: ``${name.path:format}``."""

    written: str
    name: str
    path: str | None
    format: str | None

    @property
    def full_name(self) -> str:
        """The name with its path."""
        return "%s.%s" % (self.name, self.path) if self.path else self.name


def only_explore_knows(use: Use) -> bool:
    """Whether the value depends on Explore, such as its time range. Such a variable is never missing."""
    return use.name in _ONLY_IN_EXPLORE or use.path in _PATHS_ONLY_IN_EXPLORE.get(use.name, ())


def uses_in(text: str) -> t.Iterator[Use]:
    """Where the text uses variables, from left to right."""
    return map(use_of, VARIABLE.finditer(text))


def replaced(text: str, replace: t.Callable[[Use], str]) -> str:
    """The text with something in place of each variable."""
    return VARIABLE.sub(lambda found: replace(use_of(found)), text)


def use_of(found: re.Match[str]) -> Use:
    """What a match of VARIABLE uses."""
    name = found["bare"] or found["old"] or found["name"]
    return Use(found.group(), name, found["path"], found["old_format"] or found["format"])


def texts_in(value: t.Any) -> t.Iterator[str]:
    """All text inside a JSON value, except names of members, in JavaScript's order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value if isinstance(value, list) else (inner for _name, inner in members(value)):
            yield from texts_in(inner)


def with_texts(value: t.Any, change: t.Callable[[str], str]) -> t.Any:
    """The JSON value with each text changed, except names of members."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: with_texts(inner, change) for name, inner in value.items()}
    return [with_texts(inner, change) for inner in value] if isinstance(value, list) else value
