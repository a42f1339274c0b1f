# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes values out of mappings that users write, and collects what is wrong with them. Pure."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Origin, Problem
from ansible_collections.crosslink.grafana.plugins.module_utils._hints import unknown_option
from ansible_collections.crosslink.grafana.plugins.module_utils._text import similar


def kind_of(value: t.Any) -> str:
    """What a value is, in words for a message."""
    kinds = (
        (type(None), "null"),
        (bool, "a boolean"),
        ((int, float), "a number"),
        (str, "text"),
        (list, "a list"),
        (dict, "a mapping"),
        (datetime.date, "a date"),
    )
    return next((name for types, name in kinds if isinstance(value, types)), type(value).__name__)


def spellings(names: t.Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The canonical name of each name and alias."""
    return {spelling: name for name, aliases in names.items() for spelling in (name, *aliases)}


class Validator:
    """Collects problems and warnings while members are read; null counts as not given."""

    def __init__(self, origin: Origin | None = None) -> None:
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.origin = origin
        self._misspelled: set[str] = set()  # what unknown members were probably meant to be

    def error(self, code: str, message: str) -> None:
        """Note a problem; the message is a clause without its full stop."""
        self.problems.append(Problem(code, message, self.origin))

    def missing(self, name: str, advice: str = "") -> None:
        """Note that a member is missing, unless it was probably misspelled, which is an error already."""
        if name not in self._misspelled:
            self.error("missing_option", "%s is missing%s" % (name, advice))

    def warn(self, code: str, message: str) -> None:
        """Note what is allowed but probably not meant; the message is a clause without its full stop."""
        self.warnings.append(Problem(code, message, self.origin))

    def members(
        self, raw: t.Mapping[t.Any, t.Any], canonical: t.Mapping[str, str], where: str, thing: str = "a correlation"
    ) -> dict[str, t.Any]:
        """The members of a thing under their canonical names; ``where`` is a prefix such as ``config.``."""
        found: dict[str, t.Any] = {}
        spelled: dict[str, str] = {}
        for name, value in raw.items():
            if name not in canonical:
                self.error("unknown_option", unknown_option(where, str(name), canonical, thing))
                self._misspelled.update(where + canonical[near] for near in similar(str(name), canonical))
                continue
            if value is None:
                continue
            if canonical[name] in found:
                first, second = sorted((spelled[canonical[name]], name), key=lambda one: one != canonical[name])
                self.error("option_given_twice", "%s%s and its alias %s are both given" % (where, first, second))
            found.setdefault(canonical[name], value)
            spelled[canonical[name]] = name
        return found

    def text(self, members: t.Mapping[str, t.Any], name: str, where: str = "") -> str | None:
        """The text of that name. YAML reads 010 as 8 and 12:30 as 750, so a number is not what was written."""
        value = members.get(name)
        if value is None or isinstance(value, str):
            return value
        advice = "" if isinstance(value, (list, dict)) else ": put it in quotes"
        self.error("invalid_type", "%s%s must be text, not %s%s" % (where, name, kind_of(value), advice))
        return None

    def choice(
        self, members: t.Mapping[str, t.Any], name: str, choices: t.Sequence[str], where: str = ""
    ) -> str | None:
        """The text of that name, which must be one of the choices."""
        value = members.get(name)
        if value is None or value in choices:
            return value
        rule = "must be one of %s" % ", ".join(choices)
        if isinstance(value, str):
            self.error("invalid_choice", "%s%s is '%s' but %s" % (where, name, value[:40], rule))
        else:
            self.error("invalid_type", "%s%s %s, not %s" % (where, name, rule, kind_of(value)))
        return None

    def mapping(self, members: t.Mapping[str, t.Any], name: str, where: str = "") -> t.Mapping[str, t.Any] | None:
        """The mapping of that name."""
        value = members.get(name)
        if value is None or isinstance(value, dict):
            return value
        self.error("invalid_type", "%s%s must be a mapping, not %s" % (where, name, kind_of(value)))
        return None
