# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a regular expression is one of JavaScript's, which Grafana's web page runs with the flags g and i. Pure.

The grammar is that of ECMAScript without the flag u, as browsers have it (Annex B): what is no quantifier or escape
there is a plain character.
"""

from __future__ import annotations

import functools
import re

_QUANTIFIER = re.compile(r"(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??")
_NAME = re.compile(r"([^\W\d]|\$)(\w|\$)*")  # as good as JavaScript's identifiers
_MODIFIERS = re.compile(r"\(\?([ims]*)(?:-([ims]*))?:")
_OCTAL = re.compile(r"[0-3]?[0-7]{1,2}")
_PLAIN_PARTS = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]", re.DOTALL)  # where no group begins
_CLASS_ESCAPES = frozenset("dDsSwW")
_CONTROL = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_NUMBERED = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|c([A-Za-z])")


class _Invalid(Exception):
    """What is wrong, as the end of a sentence."""


@functools.lru_cache(maxsize=1000)  # long lists repeat few expressions
def regex_error(expression: str) -> str | None:
    """Why JavaScript refuses the expression, with the right spelling where one is known; None for a valid one."""
    try:
        _Reader(expression).read()
    except _Invalid as error:
        return str(error)
    except RecursionError:
        return "its groups are nested too deeply"
    return None


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, expression: str) -> None:
        self.text = expression
        self.position = 0
        self.has_names = "(?<" in _PLAIN_PARTS.sub("", expression).replace("(?<=", "").replace("(?<!", "")
        self.references: list[str] = []

    def read(self) -> None:
        names = self.alternatives()
        if self.position < len(self.text):
            raise _Invalid("it has a ')' without its '('; a plain one is written '\\)'")
        for reference in self.references:
            if reference not in names:
                raise _Invalid("it refers to a group named '%s', which it does not have" % reference)

    def alternatives(self) -> set[str]:
        """Read up to a ')' or the end; returns the names of groups. One name may be in several alternatives."""
        everywhere: set[str] = set()
        names: set[str] = set()
        while self.position < len(self.text) and self.text[self.position] != ")":
            if self.text[self.position] == "|":
                self.position += 1
                everywhere |= names
                names = set()
                continue
            more = self.term()
            if names & more:
                raise _Invalid("it has two groups named '%s'" % sorted(names & more)[0])
            names |= more
        return everywhere | names

    def term(self) -> set[str]:
        """Read one term with its quantifier."""
        character = self.text[self.position]
        quantifier = _QUANTIFIER.match(self.text, self.position)
        if quantifier:
            raise _Invalid(
                "it has '%s' with nothing in front that could be repeated; a plain one is written '\\%s'"
                % (quantifier.group(), character)
            )
        may_repeat = True
        names: set[str] = set()
        if character == "(":
            may_repeat, names = self.group()
        elif character == "[":
            self.character_class()
        elif character == "\\":
            may_repeat = self.escape()
        else:
            may_repeat = character not in "^$"
            self.position += 1
        quantifier = _QUANTIFIER.match(self.text, self.position)
        if quantifier and may_repeat:
            least, comma, most = quantifier.groups()
            if comma and most and int(most) < int(least):
                raise _Invalid("the numbers in '%s' are out of order" % quantifier.group())
            self.position = quantifier.end()
            if self.text.startswith("+", self.position):
                raise _Invalid(
                    "'%s+' is no quantifier of JavaScript: write '%s'" % (quantifier.group(), quantifier.group())
                )
        return names

    def group(self) -> tuple[bool, set[str]]:
        """Read a group; returns whether it may be repeated, and the names of groups."""
        start, may_repeat, names = self.position, True, set()
        rest = self.text[start:]
        modifiers = _MODIFIERS.match(rest)
        if rest.startswith(("(?=", "(?!", "(?:")):
            self.position += 3
        elif rest.startswith(("(?<=", "(?<!")):
            self.position += 4
            may_repeat = False
        elif rest.startswith("(?<"):
            self.position += 3
            names = {self.name()}
        elif modifiers and _are_modifiers(*modifiers.groups("")) and modifiers.group() != "(?-:":
            self.position += modifiers.end()
        elif rest.startswith("(?"):
            raise _Invalid(_foreign_group(rest))
        else:
            self.position += 1
        inner = self.alternatives()
        if self.position >= len(self.text):
            raise _Invalid("it has a '(' without its ')'; a plain one is written '\\('")
        self.position += 1
        if names & inner:
            raise _Invalid("it has two groups named '%s'" % names.pop())
        return may_repeat, names | inner

    def name(self) -> str:
        """Read ``name>``."""
        found = _NAME.match(self.text, self.position)
        if not found or not self.text.startswith(">", found.end()):
            raise _Invalid("a group's name must be of letters, digits and underscores, as in (?<traceID>...)")
        self.position = found.end() + 1
        return found.group()

    def escape(self) -> bool:
        """Read an escape outside a class; returns whether it may be repeated."""
        self.position += 1
        if self.position >= len(self.text):
            raise _Invalid("it ends with a single '\\'; a plain one is written '\\\\'")
        character = self.text[self.position]
        self.position += 1
        if character == "k" and self.has_names:
            if not self.text.startswith("<", self.position):
                raise _Invalid("its '\\k' has no name of a group behind it: write '\\k<traceID>'")
            self.position += 1
            self.references.append(self.name())
        return character not in "bB"

    def character_class(self) -> None:
        """Read ``[...]``."""
        self.position += 1
        if self.text.startswith("^", self.position):
            self.position += 1
        first: str | None = None  # the character before a '-' that may make a range
        ranged = False
        while True:
            if self.position >= len(self.text):
                raise _Invalid("it has a '[' without its ']'; a plain one is written '\\['")
            if self.text[self.position] == "]":
                self.position += 1
                return
            start = self.position
            character = self.member()
            if ranged:
                if first is not None and character is not None and first > character:
                    raise _Invalid(
                        "the range '%s-%s' is out of order; a plain '-' stands last"
                        % (first, self.text[start : self.position])
                    )
                first, ranged = None, False
                continue
            first = character
            if self.text.startswith("-", self.position) and not self.text.startswith("-]", self.position):
                self.position += 1
                ranged = True

    def member(self) -> str | None:
        """Read one member of a class; returns the character, None for a set of characters."""
        character = self.text[self.position]
        self.position += 1
        if character != "\\":
            return character
        if self.position >= len(self.text):
            raise _Invalid("it has a '[' without its ']'; a plain one is written '\\['")
        numbered = _NUMBERED.match(self.text, self.position)
        if numbered:
            self.position = numbered.end()
            hexadecimal = numbered.group(1) or numbered.group(2)
            return chr(int(hexadecimal, 16)) if hexadecimal else chr(ord(numbered.group(3)) % 32)
        octal = _OCTAL.match(self.text, self.position)
        if octal:
            self.position = octal.end()
            return chr(int(octal.group(), 8))
        character = self.text[self.position]
        if character == "c":
            return "\\"  # which stands for itself there, as does the c
        self.position += 1
        if character in _CLASS_ESCAPES:
            return None
        return _CONTROL.get(character, character)


def _are_modifiers(on: str, off: str) -> bool:
    return len(set(on + off)) == len(on + off)


def _foreign_group(rest: str) -> str:
    """What to say of a group that begins in a way of other languages."""
    python_name = re.match(r"\(\?P<(\w+)>", rest)
    if python_name:
        return "'(?P<%s>' is Python's and Go's spelling of a named group: write '(?<%s>'" % (
            python_name.group(1),
            python_name.group(1),
        )
    python_reference = re.match(r"\(\?P=(\w+)\)", rest)
    if python_reference:
        return "'%s' is Python's spelling of a reference: write '\\k<%s>'" % (
            python_reference.group(),
            python_reference.group(1),
        )
    flags = re.match(r"\(\?[a-zA-Z]+\)", rest)
    if flags:
        return "'%s' is not known in JavaScript: leave it out (case never counts in Grafana)" % flags.group()
    return "a group that begins with '%s' is not known in JavaScript" % rest[:3]
