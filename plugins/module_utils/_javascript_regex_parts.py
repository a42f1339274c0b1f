# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of a regular expression of JavaScript."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_characters import Ranges


@dataclasses.dataclass(frozen=True)
class Characters:
    """One character of a set, or one of no such set."""

    ranges: Ranges
    ignore_case: bool
    negated: bool = False


@dataclasses.dataclass(frozen=True)
class Position:
    """A place without length: ``^`` or ``$``, with the flag m also at line ends, ``b`` or ``B`` of words."""

    kind: str
    multiline: bool = False


@dataclasses.dataclass(frozen=True)
class Reference:
    """What a group has matched, by its number or its name."""

    group: int | str
    ignore_case: bool


@dataclasses.dataclass(frozen=True)
class Sequence:
    """One part after the other."""

    parts: tuple[Part, ...]


@dataclasses.dataclass(frozen=True)
class Choice:
    """The first part that leads to a match."""

    parts: tuple[Part, ...]


@dataclasses.dataclass(frozen=True)
class Group:
    """A part whose match is kept under its number, from 1."""

    number: int
    part: Part


@dataclasses.dataclass(frozen=True)
class Repeat:
    """A part several times; ``groups`` are the numbers of those inside, which each time forgets."""

    part: Part
    least: int
    most: int | None
    greedy: bool
    groups: range


@dataclasses.dataclass(frozen=True)
class Look:
    """A part that must match, or not, ahead of a place or behind it."""

    part: Part
    ahead: bool
    negated: bool


Part = t.Union[Characters, Position, Reference, Sequence, Choice, Group, Repeat, Look]


@dataclasses.dataclass(frozen=True)
class Regex:
    """A whole expression: how many groups it has, and the numbers of those with each name."""

    part: Part
    groups: int
    names: t.Mapping[str, t.Sequence[int]]
