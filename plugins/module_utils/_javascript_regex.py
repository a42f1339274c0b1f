# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads regular expressions of JavaScript, which Grafana's web page runs with the flags g and i. Pure.

The grammar is that of ECMAScript without the flag u, as browsers have it (Annex B): what is no quantifier or escape
there is a plain character.
"""

from __future__ import annotations

import functools
import re
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_characters import (
    DIGITS,
    LINE_ENDS,
    SPACES,
    WORD,
    Ranges,
    from_units,
    inverted,
    to_units,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_regex_parts import (
    Characters,
    Choice,
    Group,
    Look,
    Part,
    Position,
    Reference,
    Regex,
    Repeat,
    Sequence,
)

_QUANTIFIER = re.compile(r"(?:[*+?]|\{([0-9]+)(?:(,)([0-9]*))?\})\??")
_NAME = re.compile(r"([^\W\d]|\$)(\w|\$)*")  # as good as JavaScript's identifiers
_MODIFIERS = re.compile(r"\(\?([ims]*)(?:-([ims]*))?:")
_OCTAL = re.compile(r"[0-3]?[0-7]{1,2}")
_PLAIN_PARTS = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]", re.DOTALL)  # where no group begins
_GROUP = re.compile(r"\((?:\?<(?![=!])|(?!\?))")  # one that has a number
_SETS: t.Mapping[str, Ranges] = {
    "d": DIGITS,
    "D": inverted(DIGITS),
    "s": SPACES,
    "S": inverted(SPACES),
    "w": WORD,
    "W": inverted(WORD),
}
_CONTROL = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_NUMBERED = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|c([A-Za-z])")
_NUMBERED_IN_CLASS = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|c([A-Za-z0-9_])")
_GROUP_NUMBER = re.compile(r"[1-9][0-9]*")
_NO_END_OF_CLASS = "it has a '[' without its ']'; a plain one is written '\\['"


class _Invalid(Exception):
    """What is wrong, as the end of a sentence."""


def regex_error(expression: str) -> str | None:
    """Why JavaScript refuses the expression, with the right spelling where one is known; None for a valid one."""
    try:
        read_regex(expression)
    except _Invalid as error:
        return from_units(str(error))
    except RecursionError:
        return "its groups are nested too deeply"
    return None


@functools.lru_cache(maxsize=1000)  # long lists repeat few expressions
def read_regex(expression: str) -> Regex:
    """The parts of an expression without ``regex_error``."""
    return _Reader(to_units(expression)).read()


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, expression: str) -> None:
        self.text = expression
        self.position = 0
        starts = _GROUP.findall(_PLAIN_PARTS.sub("_", expression))
        self.has_names = "(?<" in starts
        self.groups_in_all = len(starts)
        self.groups = 0  # so far
        self.names: dict[str, list[int]] = {}
        self.references: list[str] = []
        self.ignore_case, self.dot_all, self.multiline = True, False, False

    def read(self) -> Regex:
        part, _names = self.alternatives()
        if self.position < len(self.text):
            raise _Invalid("it has a ')' without its '('; a plain one is written '\\)'")
        for reference in self.references:
            if reference not in self.names:
                raise _Invalid("it refers to a group named '%s', which it does not have" % reference)
        return Regex(part, self.groups, self.names)

    def alternatives(self) -> tuple[Part, set[str]]:
        """Read up to a ')' or the end; returns also the names of groups. One name may be in several alternatives."""
        everywhere: set[str] = set()
        names: set[str] = set()
        choices: list[list[Part]] = [[]]
        while self.position < len(self.text) and self.text[self.position] != ")":
            if self.text[self.position] == "|":
                self.position += 1
                everywhere |= names
                names = set()
                choices.append([])
                continue
            part, more = self.term()
            choices[-1].append(part)
            if names & more:
                raise _Invalid("it has two groups named '%s'" % sorted(names & more)[0])
            names |= more
        parts = tuple(Sequence(tuple(sequence)) for sequence in choices)
        return Choice(parts) if len(parts) > 1 else parts[0], everywhere | names

    def term(self) -> tuple[Part, set[str]]:
        """Read one term with its quantifier."""
        character = self.text[self.position]
        quantifier = _QUANTIFIER.match(self.text, self.position)
        if quantifier:
            raise _Invalid(
                "it has '%s' with nothing in front that could be repeated; a plain one is written '\\%s'"
                % (quantifier.group(), character)
            )
        groups_before = self.groups
        names: set[str] = set()
        part: Part
        if character == "(":
            part, names = self.group()
        elif character == "[":
            part = self.character_class()
        elif character == "\\":
            part = self.escape()
        elif character in "^$":
            part = Position(character, self.multiline)
            self.position += 1
        else:
            part = self.characters(inverted(() if self.dot_all else LINE_ENDS) if character == "." else character)
            self.position += 1
        quantifier = _QUANTIFIER.match(self.text, self.position)
        if quantifier and not isinstance(part, Position) and (not isinstance(part, Look) or part.ahead):
            self.position = quantifier.end()
            if self.text.startswith("+", self.position):
                raise _Invalid(
                    "'%s+' is no quantifier of JavaScript: write '%s'" % (quantifier.group(), quantifier.group())
                )
            least, most = _bounds(quantifier)
            greedy = len(quantifier.group()) == 1 or not quantifier.group().endswith("?")
            part = Repeat(part, least, most, greedy, range(groups_before + 1, self.groups + 1))
        return part, names

    def group(self) -> tuple[Part, set[str]]:
        """Read a group; returns also the names of groups."""
        rest = self.text[self.position :]
        flags = self.ignore_case, self.dot_all, self.multiline
        modifiers = _MODIFIERS.match(rest)
        names: set[str] = set()
        number = 0
        if rest.startswith(("(?=", "(?!", "(?:")):
            self.position += 3
        elif rest.startswith(("(?<=", "(?<!")):
            self.position += 4
        elif rest.startswith("(?<"):
            self.position += 3
            name = self.name()
            names = {name}
            number = self.groups = self.groups + 1
            self.names.setdefault(name, []).append(number)
        elif modifiers and _are_modifiers(*modifiers.groups("")) and modifiers.group() != "(?-:":
            self.position += modifiers.end()
            self.set_flags(*modifiers.groups(""))
        elif rest.startswith("(?"):
            raise _Invalid(_foreign_group(rest))
        else:
            self.position += 1
            number = self.groups = self.groups + 1
        part, inner = self.alternatives()
        self.ignore_case, self.dot_all, self.multiline = flags
        if self.position >= len(self.text):
            raise _Invalid("it has a '(' without its ')'; a plain one is written '\\('")
        self.position += 1
        if names & inner:
            raise _Invalid("it has two groups named '%s'" % names.pop())
        if number:
            part = Group(number, part)
        elif rest.startswith(("(?=", "(?!", "(?<")):
            part = Look(part, ahead=rest[2] != "<", negated=rest.startswith(("(?!", "(?<!")))
        return part, names | inner

    def set_flags(self, on: str, off: str) -> None:
        """What ``(?on-off:`` changes inside the group."""
        self.ignore_case = "i" in on or (self.ignore_case and "i" not in off)
        self.dot_all = "s" in on or (self.dot_all and "s" not in off)
        self.multiline = "m" in on or (self.multiline and "m" not in off)

    def name(self) -> str:
        """Read ``name>``."""
        found = _NAME.match(self.text, self.position)
        if not found or not self.text.startswith(">", found.end()):
            raise _Invalid("a group's name must be of letters, digits and underscores, as in (?<traceID>...)")
        self.position = found.end() + 1
        return found.group()

    def characters(self, wanted: str | Ranges) -> Characters:
        """A character, or one of several."""
        return Characters(((ord(wanted), ord(wanted)),) if isinstance(wanted, str) else wanted, self.ignore_case)

    def escape(self) -> Part:
        """Read an escape outside a class."""
        self.position += 1
        if self.position >= len(self.text):
            raise _Invalid("it ends with a single '\\'; a plain one is written '\\\\'")
        character = self.text[self.position]
        if character in "bB":
            self.position += 1
            return Position(character)
        if character == "k" and self.has_names:
            self.position += 1
            if not self.text.startswith("<", self.position):
                raise _Invalid("its '\\k' has no name of a group behind it: write '\\k<traceID>'")
            self.position += 1
            self.references.append(self.name())
            return Reference(self.references[-1], self.ignore_case)
        number = _GROUP_NUMBER.match(self.text, self.position)
        if number and int(number.group()) <= self.groups_in_all:
            self.position = number.end()
            return Reference(int(number.group()), self.ignore_case)
        return self.characters(self.escaped(in_class=False))

    def character_class(self) -> Characters:
        """Read ``[...]``."""
        self.position += 1
        negated = self.text.startswith("^", self.position)
        self.position += negated
        members: list[tuple[int, int]] = []
        first: str | Ranges = ""  # what stands before a '-' that may make a range
        ranged = False
        while True:
            if self.position >= len(self.text):
                raise _Invalid(_NO_END_OF_CLASS)
            if self.text[self.position] == "]":
                self.position += 1
                return Characters(tuple(members), self.ignore_case, negated)
            start = self.position
            member = self.member()
            if ranged and isinstance(first, str) and isinstance(member, str):
                if first > member:
                    raise _Invalid(_out_of_order(first, self.text[start : self.position]))
                members.append((ord(first), ord(member)))
                ranged = False
                continue
            members += [(ord(member), ord(member))] if isinstance(member, str) else member
            if ranged:
                members.append((0x2D, 0x2D))  # beside a set of characters, a '-' stands for itself
                ranged = False
                continue
            first = member
            if self.text.startswith("-", self.position) and not self.text.startswith("-]", self.position):
                self.position += 1
                ranged = True

    def member(self) -> str | Ranges:
        """Read one member of a class: a character or a set of them."""
        character = self.text[self.position]
        self.position += 1
        if character != "\\":
            return character
        if self.position >= len(self.text):
            raise _Invalid(_NO_END_OF_CLASS)
        return self.escaped(in_class=True)

    def escaped(self, in_class: bool) -> str | Ranges:
        """Read what stands behind a backslash, and is a character or a set of them."""
        numbered = (_NUMBERED_IN_CLASS if in_class else _NUMBERED).match(self.text, self.position)
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
        return _SETS.get(character) or _CONTROL.get(character, character)


def _bounds(quantifier: t.Match[str]) -> tuple[int, int | None]:
    """How often a quantifier repeats at least and at most."""
    if quantifier.group()[0] != "{":
        return (1 if quantifier.group()[0] == "+" else 0), (1 if quantifier.group()[0] == "?" else None)
    least, comma, most = quantifier.groups()
    if comma and most and int(most) < int(least):
        raise _Invalid("the numbers in '%s' are out of order" % quantifier.group())
    return int(least), (int(most) if most else None if comma else int(least))


def _out_of_order(first: str, last: str) -> str:
    if "\ud800" <= max(first, last) <= "\udfff":
        return "a range cannot contain characters beyond U+FFFF, such as emoji: write them as (?:a|b)"
    return "the range '%s-%s' is out of order; a plain '-' stands last" % (first, last)


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
