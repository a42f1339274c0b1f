# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that a server makes up: uids, tokens, versions of objects. Each server makes up others.

In a recording such a value is only a name. Its value on the server at hand is taken from the first answer where the
name was recorded, and replaces the name from then on: in what is sent, and in what is expected.
"""

from __future__ import annotations

import re
import typing as t

# Strings that replaced the value when it was recorded.
_PLACEHOLDER = re.compile(r"uid-[\w-]+|secret-of-token:\w+")
# The places where the value of the recorded server itself is the name, and what it looks like there.
_MADE_UP = (
    (re.compile(r"(?:body|list\.items\[\d+\])\.metadata\.uid|body\.details\.uid"), re.compile(r"[0-9a-f-]{36}")),
    (re.compile(r"(?:body|list\.items\[\d+\])\.metadata\.resourceVersion"), re.compile(r"\d{16,}")),
)
_WORD = re.compile(r"[\w-]+")  # within a text, only a whole word is a name
Recorded = t.TypeVar("Recorded")


def root(recorded: t.Any) -> str:
    """What the places in this body begin with: ``list`` for a list of objects of the /apis route, or ``body``."""
    return "list" if isinstance(recorded, dict) and "items" in recorded else "body"


def is_name(place: str, recorded: t.Any) -> bool:
    """Whether the recorded value in this place is a name for one that the server makes up."""
    if not isinstance(recorded, str):
        return False
    if _PLACEHOLDER.fullmatch(recorded):
        return True
    return any(what.fullmatch(recorded) and where.fullmatch(place) for where, what in _MADE_UP)


class Names:
    """What each name stands for; no two stand for the same value. Immutable: ``learn`` returns a new object."""

    def __init__(self, known: t.Mapping[str, str] | None = None) -> None:
        self._known = dict(known or {})

    def get(self, name: str) -> str | None:
        """The value that the name stands for, if that is known."""
        return self._known.get(name)

    def fill(self, recorded: Recorded) -> Recorded:
        """The same text, list or object with values in the place of the names."""
        if isinstance(recorded, str):
            return t.cast(Recorded, self._fill_text(recorded))
        if isinstance(recorded, list):
            return t.cast(Recorded, [self.fill(item) for item in recorded])
        if isinstance(recorded, dict):
            return t.cast(Recorded, {key: self.fill(value) for key, value in recorded.items()})
        return recorded

    def _fill_text(self, text: str) -> str:
        return _WORD.sub(lambda found: self._known.get(found.group(), found.group()), text)

    def restore(self, text: str, kept: str) -> str:
        """The same text with names in the place of their values, but for values that are a part of ``kept``."""
        names = {value: name for name, value in self._known.items() if value not in kept}
        if not names:
            return text
        values = "|".join(re.escape(value) for value in sorted(names, key=len, reverse=True))
        return re.sub(r"(?<![\w-])(?:%s)(?![\w-])" % values, lambda found: names[found.group()], text)

    def is_value(self, text: str) -> bool:
        """Whether one of the names stands for this."""
        return text in self._known.values()

    def learn(self, recorded: t.Any, body: t.Any) -> Names:
        """These names and those that the body shows for the first time."""
        known = dict(self._known)
        taken = set(known.values())
        for name, value in _shown(recorded, body, root(recorded)):
            if name not in known and value not in taken:
                known[name] = value
                taken.add(value)
        return self if len(known) == len(self._known) else Names(known)


def _shown(recorded: t.Any, body: t.Any, place: str) -> t.Iterator[tuple[str, str]]:
    """Each name in what was recorded, with what the body has in its place."""
    if isinstance(recorded, dict) and isinstance(body, dict):
        for key in recorded:
            if key in body:
                yield from _shown(recorded[key], body[key], "%s.%s" % (place, key))
    elif isinstance(recorded, list) and isinstance(body, list):
        for index, (old, new) in enumerate(zip(recorded, body)):
            yield from _shown(old, new, "%s[%d]" % (place, index))
    elif is_name(place, recorded) and isinstance(body, str):
        yield recorded, body
