# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Characters as JavaScript's regular expressions see them without the flag u: UTF-16 code units. Pure.

A set of characters is a tuple of ranges, each the first and the last code unit.
"""

from __future__ import annotations

import functools
import struct
import typing as t

Ranges = t.Tuple[t.Tuple[int, int], ...]

LAST = 0xFFFF
DIGITS: Ranges = ((0x30, 0x39),)
WORD: Ranges = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
LINE_ENDS: Ranges = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
SPACES: Ranges = (
    (0x09, 0x0D),
    (0x20, 0x20),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
)


def to_units(text: str) -> str:
    """The text with each character beyond U+FFFF as its two surrogates."""
    if not text or max(text) <= chr(LAST):
        return text
    encoded = text.encode("utf-16-le", "surrogatepass")
    return "".join(map(chr, struct.unpack("<%dH" % (len(encoded) // 2), encoded)))


def from_units(units: str) -> str:
    """The reverse of ``to_units``; half a pair stays what it is."""
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def well_formed(text: str) -> str:
    """The text with U+FFFD for half of a pair, as browsers show it; UTF-8 cannot encode it."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def inverted(ranges: t.Iterable[tuple[int, int]]) -> Ranges:
    """All other characters."""
    found = []
    start = 0
    for first, last in sorted(ranges):
        if first > start:
            found.append((start, first - 1))
        start = max(start, last + 1)
    return (*found, (start, LAST)) if start <= LAST else tuple(found)


def canonical(unit: str) -> str:
    """What a character is compared as when case does not count (ECMAScript's Canonicalize).

    A character whose upper case is longer, or becomes ASCII, stays as it is: the long s is no s.
    """
    upper = unit.upper()
    return unit if len(upper) != 1 or upper > chr(LAST) or (unit > "\x7f" and upper <= "\x7f") else upper


@functools.lru_cache(maxsize=1)
def _equivalents() -> dict[int, list[int]]:
    """For each character that others equal when case does not count: all of these."""
    of_canonical: dict[str, list[int]] = {}
    for code in range(LAST + 1):
        of_canonical.setdefault(canonical(chr(code)), []).append(code)
    return {code: codes for codes in of_canonical.values() if len(codes) > 1 for code in codes}


def ignoring_case(ranges: Ranges) -> Ranges:
    """The characters, and those that equal one of them when case does not count."""
    return tuple(
        dict.fromkeys(
            (
                *ranges,
                *(
                    (other, other)
                    for code, codes in _equivalents().items()
                    if any(first <= code <= last for first, last in ranges)
                    for other in codes
                ),
            )
        )
    )


def python_class(ranges: Ranges) -> str:
    """The characters as a class of Python's regular expressions."""
    return "[%s]" % "".join("\\u%04x-\\u%04x" % each for each in ranges) if ranges else "(?!)"
