# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Grafana makes of ``$`` in the texts of its provisioning files, and how to write a literal ``$`` there. Pure.

The rules are those of Grafana's own package for values in provisioning files, and were tried on 9.4 and 12.4: ``$$`` is
a literal ``$``; ``$NAME``, ``${NAME}`` and ``$__env{NAME}`` are environment variables, and ``$__file{PATH}`` is the
content of a file. Names of members are not expanded.
"""

from __future__ import annotations

import re
import typing as t

_BRACED = re.compile(r"\$(|__\w+)\{([^}]+)\}", re.ASCII)
# As a shell: "${" without an end, and "${}", are dropped; of "$12", "$1" is a variable; any other "$" stays.
_SHELL = re.compile(r"\$(?:\{([^}]*)\}|(\{)|([*#$@!?0-9-]|[A-Za-z0-9_]+))")
_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
_FLOAT = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\Z")
_BOOLEANS = {
    **dict.fromkeys(("t", "T", "TRUE", "true", "True"), True),
    **dict.fromkeys(("f", "F", "FALSE", "false", "False"), False),
}


class Expander:
    """Expands texts as a Grafana with this environment does.

    ``missing`` collects what it lacks: the place of a text, and a variable such as ``NAME`` or ``$__file{PATH}``.
    """

    def __init__(self, environment: t.Mapping[str, str]) -> None:
        self.missing: dict[tuple[str, str], None] = {}
        self._environment = environment
        self._where = ""

    def text(self, text: str, where: str) -> str:
        """The text of a member that Grafana reads as text, such as the name of a data source."""
        self._where = where
        return "$".join(self._expand(part) for part in text.split("$$")) if "$" in text else text

    def value(self, value: t.Any, where: str) -> t.Any:
        """A value, in any depth. A text with variables becomes a number or a boolean if it then looks like one."""
        if isinstance(value, dict):
            return {name: self.value(member, "%s.%s" % (where, name)) for name, member in value.items()}
        if isinstance(value, list):
            return [self.value(item, "%s[%d]" % (where, index)) for index, item in enumerate(value)]
        if not isinstance(value, str) or "$" not in value:
            return value
        expanded = self.text(value, where)
        return expanded if "$$" in value or expanded == value else _typed(expanded)

    def _expand(self, text: str) -> str:
        for function, name in _BRACED.findall(text):
            value = None
            if function in ("", "__env"):
                value = self._variable(name)
            elif function == "__file":
                value = self._note("$__file{%s}" % name)
            if value is not None:
                text = text.replace("$%s{%s}" % (function, name), value, 1)
        return _SHELL.sub(lambda match: self._variable(match[1] or match[3]) if match[1] or match[3] else "", text)

    def _variable(self, name: str) -> str:
        return self._environment[name] if name in self._environment else self._note(name)

    def _note(self, missing: str) -> str:
        self.missing[self._where, missing] = None
        return ""


def _typed(text: str) -> t.Any:
    if _INTEGER.match(text) and -(2**63) <= int(text) < 2**63:
        return int(text)
    return float(text) if _FLOAT.match(text) else _BOOLEANS.get(text, text)


def escaped(value: t.Any) -> t.Any:
    """The value with every ``$`` in its texts doubled, which Grafana reads as what it was."""
    if isinstance(value, dict):
        return {name: escaped(member) for name, member in value.items()}
    if isinstance(value, list):
        return [escaped(item) for item in value]
    return value.replace("$", "$$") if isinstance(value, str) else value
