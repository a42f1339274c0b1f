# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text for messages: what several sentences have in common, and what is safe to show. Pure."""

from __future__ import annotations

import difflib
import re
import typing as t

from ansible.module_utils.basic import missing_required_lib

LONGEST_QUOTE = 300  # characters of a server's text
# These begin sentences about options.
_OPTION = re.compile(
    "accept|api|concurrency|config|correlations|description|junit|label|origins|provisioned|prune|retries|source|src|"
    "state|target|tests|timeout|title|token|type|uid|url"
)
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]+")


def one_line(text: str) -> str:
    """The text without line breaks, control and direction characters, which could forge terminal output."""
    return _UNPRINTABLE.sub(" ", text)


def quotable(text: t.Any) -> str:
    """A server's text that is safe to show: one line, cut at 300 characters."""
    return shortened(one_line(str(text)).strip(), LONGEST_QUOTE)


def missing_library(name: str) -> str:
    """A clause about a library, with the Python that lacks it; Ansible's own text goes on with general advice."""
    return str(missing_required_lib(name)).partition(". ")[0]


def did_you_mean(word: str, known: t.Iterable[str], cutoff: float = 0.7) -> str:
    """A suffix for "... does not exist" that names up to three similar words, or nothing.

    Words are similar from ``cutoff`` on; at 1 they differ in case alone. Of such words only the first is named.
    """
    found = similar(word, known, cutoff)
    return " (did you mean %s?)" % " or ".join("'%s'" % choice for choice in found) if found else ""


def similar(word: str, known: t.Iterable[str], cutoff: float = 0.7) -> list[str]:
    """Up to three similar words, as for ``did_you_mean``."""
    choices: dict[str, str] = {}
    for choice in known:
        choices.setdefault(choice.lower(), choice)
    return [choices[match] for match in difflib.get_close_matches(word.lower(), choices, n=3, cutoff=cutoff)]


def is_valid_unicode(text: str) -> bool:
    """Whether UTF-8 can encode the text: JSON and YAML can contain lone surrogates, which servers replace."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def as_sentence(clause: str) -> str:
    """The clause with a full stop and a capital letter, unless it starts with a name such as ``config.field``."""
    first = clause.partition(" ")[0].rstrip(":")
    is_name = any(character in first for character in "._[") or first != first.lower() or _OPTION.fullmatch(first)
    return "%s%s." % (clause[:1] if is_name else clause[:1].upper(), clause[1:].rstrip("."))


def listed(words: t.Sequence[str], most: int = 10) -> str:
    """``a, b and 3 more``."""
    shown = ", ".join(words[:most])
    return shown if len(words) <= most else "%s and %d more" % (shown, len(words) - most)


def shortened(text: str, most: int = 60) -> str:
    """The text, cut where it is too long for a sentence."""
    return text if len(text) <= most else text[:most] + "..."
