# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sentences that several places say."""

from __future__ import annotations

import difflib
import typing as t


def near(word: str, known: t.Iterable[str]) -> str:
    """What to add to "there is no such ...": up to three known words like it, or nothing. Of words that differ in case alone, the first."""
    choices: dict[str, str] = {}
    for choice in known:
        choices.setdefault(choice.lower(), choice)
    found = [choices[match] for match in difflib.get_close_matches(word.lower(), choices, n=3, cutoff=0.7)]
    return " (did you mean %s?)" % " or ".join("'%s'" % choice for choice in found) if found else ""


def is_whole_text(text: str) -> bool:
    """Whether UTF-8 can carry it: JSON and YAML can write half a character (a lone surrogate), and servers replace it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def as_sentence(words: str) -> str:
    """The words with a capital letter in front, unless they begin with an option such as ``config.field``, and a full stop behind."""
    first = words.partition(" ")[0]
    return "%s%s." % (words[:1] if "." in first or "_" in first else words[:1].upper(), words[1:].rstrip("."))


def listed(words: t.Sequence[str], most: int = 10) -> str:
    """``a, b and 3 more``."""
    shown = ", ".join(words[:most])
    return shown if len(words) <= most else "%s and %d more" % (shown, len(words) - most)


def shortened(text: str, most: int = 60) -> str:
    """The text, cut where it is too long for a sentence."""
    return text if len(text) <= most else text[:most] + "..."
