# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Matches regular expressions as JavaScript does. Pure.

Python's ``re`` cannot stand in: it sees no UTF-16 code units, takes other characters for equal in case, keeps what a
group inside a repetition matched before, and has no lookbehind of variable width. So the parts of an expression become
a program for a small machine that tries alternatives in the order of ECMAScript. ``re`` only tells whether one
character belongs to a set.
"""

from __future__ import annotations

import functools
import re
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_characters import (
    LINE_ENDS,
    WORD,
    canonical,
    from_units,
    ignoring_case,
    inverted,
    python_class,
    to_units,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_regex import read_regex
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

Instruction = t.Tuple[t.Any, ...]
# For each group where it begins and ends, then for each repetition how often it was done and where it began last.
Slots = t.Tuple[t.Optional[int], ...]

_IN_WORD = re.compile(python_class(WORD))
_AT_LINE_END = re.compile(python_class(LINE_ENDS))


class Match(t.NamedTuple):
    """The whole match, its groups (None for one that took no part), and the groups with names."""

    text: str
    groups: tuple[str | None, ...]
    named: t.Mapping[str, str | None]


# What the instructions do; what else is in one is in brackets.
_CHARACTER = 1  # take one of a set [matches, forward]
_RUN = 2  # take several of a set, forward [matches all, least, most, greedy]
_SPLIT = 3  # go on behind this one, later perhaps elsewhere [elsewhere]
_JUMP = 4  # go on elsewhere [elsewhere]
_SAVE = 5  # remember the position [slot]
_START = 6  # prepare a repetition [count slot]
_REPEAT = (
    7  # repeat once more, or go on behind [count slot, least, most, greedy, behind, first group slot, end of these]
)
_AGAIN = 8  # back to the repetition [count slot, least, its REPEAT]
_POSITION = 9  # go on if this is such a position [test]
_LOOK = 10  # go on behind if the program between matches, or not [negated, behind]
_REFERENCE = 11  # take what a group has matched [groups, ignore case, forward]
_ACCEPT = 12


class _Program:
    """The instructions for an expression."""

    def __init__(self, regex: Regex) -> None:
        self.regex = regex
        self.code: list[Instruction] = []
        self.slots = 2 * regex.groups + 2  # those of group 0 are not used
        self.add(regex.part, True)
        self.code.append((_ACCEPT,))

    def add(self, part: Part, forward: bool) -> None:
        """The instructions for a part, in the direction that a lookbehind reverses."""
        code = self.code
        if isinstance(part, Characters):
            code.append((_CHARACTER, _class_of(part).match, forward))
        elif isinstance(part, Sequence):
            for inner in part.parts if forward else reversed(part.parts):
                self.add(inner, forward)
        elif isinstance(part, Choice):
            self.add_choice(part, forward)
        elif isinstance(part, Group):
            slots = (2 * part.number, 2 * part.number + 1)
            code.append((_SAVE, slots[not forward]))
            self.add(part.part, forward)
            code.append((_SAVE, slots[forward]))
        elif isinstance(part, Repeat):
            self.add_repeat(part, forward)
        elif isinstance(part, Look):
            start = self.placeholder()
            self.add(part.part, part.ahead)
            code.append((_ACCEPT,))
            code[start] = (_LOOK, part.negated, len(code))
        elif isinstance(part, Reference):
            groups = [part.group] if isinstance(part.group, int) else self.regex.names[part.group]
            code.append((_REFERENCE, groups, part.ignore_case, forward))
        else:
            code.append((_POSITION, _test_of(part)))

    def placeholder(self) -> int:
        """A place for an instruction that is known later."""
        self.code.append((_ACCEPT,))
        return len(self.code) - 1

    def add_choice(self, part: Choice, forward: bool) -> None:
        ends = []
        for inner in part.parts[:-1]:
            split = self.placeholder()
            self.add(inner, forward)
            ends.append(self.placeholder())
            self.code[split] = (_SPLIT, len(self.code))
        self.add(part.parts[-1], forward)
        for end in ends:
            self.code[end] = (_JUMP, len(self.code))

    def add_repeat(self, part: Repeat, forward: bool) -> None:
        if forward and isinstance(part.part, Characters):
            matches_all = re.compile("(?:%s)*" % _class_of(part.part).pattern).match
            self.code.append((_RUN, matches_all, part.least, part.most, part.greedy))
            return
        count, self.slots = self.slots, self.slots + 2
        self.code.append((_START, count))
        start = self.placeholder()
        self.add(part.part, forward)
        self.code.append((_AGAIN, count, part.least, start))
        slots = (2 * part.groups.start, 2 * part.groups.stop)
        self.code[start] = (_REPEAT, count, part.least, part.most, part.greedy, len(self.code), *slots)


@functools.lru_cache(maxsize=1000)
def _class_of(characters: Characters) -> re.Pattern[str]:
    ranges = ignoring_case(characters.ranges) if characters.ignore_case else characters.ranges
    return re.compile(python_class(inverted(ranges) if characters.negated else ranges))


def _test_of(position: Position) -> t.Callable[[str, int], bool]:
    """Whether a place in a text is such a position."""

    def in_word(text: str, at: int) -> bool:
        return 0 <= at < len(text) and _IN_WORD.match(text, at) is not None

    def at_word_boundary(text: str, at: int) -> bool:
        return in_word(text, at - 1) != in_word(text, at)

    if position.kind == "b":
        return at_word_boundary
    if position.kind == "B":
        return lambda text, at: not at_word_boundary(text, at)
    if position.kind == "^":
        return lambda text, at: at == 0 or (position.multiline and _AT_LINE_END.match(text, at - 1) is not None)
    return lambda text, at: at == len(text) or (position.multiline and _AT_LINE_END.match(text, at) is not None)


@functools.lru_cache(maxsize=1000)  # long lists repeat few expressions
def _program_of(expression: str) -> _Program:
    return _Program(read_regex(expression))


def match_all(expression: str, text: str) -> t.Iterator[Match]:
    """All matches from left to right (``matchAll`` with the flags g and i) of an expression without ``regex_error``."""
    program = _program_of(expression)
    units = to_units(text)
    start = 0
    while start <= len(units):
        found = _run(program.code, units, 0, start, (None,) * program.slots)
        if found is None:
            start += 1
            continue
        end, slots = found
        groups = tuple(_group(units, slots, number) for number in range(1, program.regex.groups + 1))
        named = {
            name: next((groups[number - 1] for number in numbers if groups[number - 1] is not None), None)
            for name, numbers in program.regex.names.items()
        }
        yield Match(from_units(units[start:end]), groups, named)
        start = max(end, start + 1)


def _group(units: str, slots: Slots, number: int) -> str | None:
    begin, end = slots[2 * number], slots[2 * number + 1]
    return None if begin is None or end is None else from_units(units[begin:end])


def _run(code: t.Sequence[Instruction], text: str, start: int, at: int, slots: Slots) -> tuple[int, Slots] | None:
    """Where the first match of the instructions from ``start`` ends, and its slots; None if there is none."""
    # What to try next: where, with which position and slots; of a RUN also its last position, and the way to it.
    untried: list[tuple[int, int, Slots, int, int]] = []
    place = start
    while True:
        instruction = code[place]
        do = instruction[0]
        place += 1
        failed = False
        if do == _CHARACTER:
            _do, matches, forward = instruction
            if forward:
                failed = at >= len(text) or not matches(text, at)
                at += 1
            else:
                failed = at == 0 or not matches(text, at - 1)
                at -= 1
        elif do == _SPLIT:
            untried.append((instruction[1], at, slots, at, 0))
        elif do == _JUMP:
            place = instruction[1]
        elif do == _SAVE:
            slots = _with(slots, instruction[1], at)
        elif do == _RUN:
            _do, matches_all, least, most, greedy = instruction
            farthest = matches_all(text, at).end()
            if most is not None:
                farthest = min(farthest, at + most)
            nearest = at + least
            failed = farthest < nearest
            if nearest < farthest:
                first, last, step = (farthest, nearest, -1) if greedy else (nearest, farthest, 1)
                untried.append((place, first + step, slots, last, step))
                at = first
            else:
                at = farthest
        elif do == _START:
            slots = _with(slots, instruction[1], 0)
        elif do == _REPEAT:
            _do, count, least, most, greedy, behind, first_slot, end_slot = instruction
            done = slots[count] or 0
            forgotten = (*slots[:first_slot], *(None,) * (end_slot - first_slot), *slots[end_slot:])
            again = _with(_with(forgotten, count, done + 1), count + 1, at)
            if most is not None and done >= most:
                place = behind
            elif done < least:
                slots = again
            elif greedy:
                untried.append((behind, at, slots, at, 0))
                slots = again
            else:
                # The body begins behind this instruction.
                untried.append((place, at, again, at, 0))
                place = behind
        elif do == _AGAIN:
            _do, count, least, place = instruction
            # A repetition beyond the least number that takes nothing counts for nothing.
            failed = slots[count + 1] == at and (slots[count] or 0) > least
        elif do == _POSITION:
            failed = not instruction[1](text, at)
        elif do == _LOOK:
            _do, negated, behind = instruction
            found = _run(code, text, place, at, slots)
            failed = (found is None) != negated
            if found is not None and not negated:
                slots = found[1]
            place = behind
        elif do == _REFERENCE:
            _do, groups, ignore_case, forward = instruction
            wanted = next(
                filter(None, (text[slots[2 * n] : slots[2 * n + 1]] for n in groups if _took_part(slots, n))), ""
            )
            begin = at if forward else at - len(wanted)
            failed = begin < 0 or not _equal(text[begin : begin + len(wanted)], wanted, ignore_case)
            at = begin + len(wanted) if forward else begin
        else:
            return at, slots
        if failed:
            if not untried:
                return None
            place, at, slots, last, step = untried.pop()
            if at != last:
                untried.append((place, at + step, slots, last, step))


def _with(slots: Slots, index: int, value: int) -> Slots:
    return (*slots[:index], value, *slots[index + 1 :])


def _took_part(slots: Slots, group: int) -> bool:
    return slots[2 * group] is not None and slots[2 * group + 1] is not None


def _equal(one: str, other: str, ignore_case: bool) -> bool:
    return one == other or (ignore_case and [*map(canonical, one)] == [*map(canonical, other)])
