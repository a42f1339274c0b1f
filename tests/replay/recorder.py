# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records a server: the requests of a recording with the answers of this server.

What the server makes up is called what the recording calls it, and gets a new name where the recording has none.
"""

from __future__ import annotations

import itertools
import json
import re
import typing as t

from tests.replay.comparison import VOLATILE
from tests.replay.initial_state import INITIAL_STATE
from tests.replay.names import Names, is_name, root
from tests.replay.player import Server
from tests.replay.recording import Answer, read_body, read_request, written

# Where a server shows what it has made up, and what that is called.
_MADE_UP = (
    (re.compile(r".+\.uid|.+\.metadata\.(?:name|continue)"), "uid-auto-%d"),
    (re.compile(r".+\.key"), "secret-of-token:%d"),
)
Change = t.Callable[[str, t.Any], t.Any]


def record(document: t.Mapping[str, t.Any], server: Server) -> t.Iterator[dict[str, t.Any]]:
    """Each exchange of the recording with the answer of this server, sent once the one before it is answered."""
    exchanges = document["exchanges"]
    given = json.dumps([INITIAL_STATE, *(item["request"] for item in exchanges)], ensure_ascii=False)
    new_names = _NewNames(json.dumps(exchanges), given)
    names = Names()
    for item in exchanges:
        answer = server.send(read_request(item["request"]), names)
        before = read_body((item["response"] or {}).get("body"))[0]
        known = names.learn(before, answer.body)
        known = known.learn(new_names.give(answer.body, known), answer.body)
        body = _recordable(answer.body, before, known, given)
        names = names.learn(body, answer.body)  # as a replay of the new recording will
        yield {**item, "response": written(Answer(answer.status, answer.content_type, body, answer.is_text))}


class _NewNames:
    """Gives names to what has none. ``taken`` has the names that exist, ``given`` what no server has made up."""

    def __init__(self, taken: str, given: str) -> None:
        self._taken = taken
        self._given = given
        self._numbers = itertools.count(1)

    def give(self, body: t.Any, known: Names) -> t.Any:
        """The body with a new name in each place that shows something made up and not known yet."""

        def change(place: str, value: t.Any) -> t.Any:
            if not isinstance(value, str) or value in self._given or known.is_value(value) or is_name(place, value):
                return value
            return next((self._free(name) for where, name in _MADE_UP if where.fullmatch(place)), value)

        return _changed(body, root(body), change)

    def _free(self, name: str) -> str:
        return next(name % number for number in self._numbers if name % number not in self._taken)


def _recordable(body: t.Any, before: t.Any, names: Names, given: str) -> t.Any:
    """The body with names for what the server made up. Values that differ in each answer stay as they were recorded."""
    recorded = dict(_places(before, root(before)))

    def change(place: str, value: t.Any) -> t.Any:
        old = recorded.get(place)
        if VOLATILE.fullmatch(place) and type(old) is type(value):
            return old
        return names.restore(value, given) if isinstance(value, str) else value

    return _changed(body, root(body), change)


def _changed(value: t.Any, place: str, change: Change) -> t.Any:
    """What ``change`` makes of the value in this place, or else of those within it."""
    changed = change(place, value)
    if changed is not value:
        return changed
    if isinstance(value, dict):
        return {key: _changed(member, "%s.%s" % (place, key), change) for key, member in value.items()}
    if isinstance(value, list):
        return [_changed(item, "%s[%d]" % (place, index), change) for index, item in enumerate(value)]
    return value


def _places(value: t.Any, place: str) -> t.Iterator[tuple[str, t.Any]]:
    """Every value of the body, with its place."""
    yield place, value
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _places(member, "%s.%s" % (place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, "%s[%d]" % (place, index))
