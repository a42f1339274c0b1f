# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compares an answer with the recorded one. Everything counts, but for the few values that no two servers share."""

from __future__ import annotations

import json
import re
import typing as t

from tests.replay.names import Names, is_name, root
from tests.replay.recording import Answer

# Compared by presence and JSON type. These values are others in each answer: they depend on the time or the user.
VOLATILE = re.compile(
    r"body\.(?:accessErrorId|traceID)"
    r"|list\.metadata\.resourceVersion"
    r"|(?:body|list\.items\[\d+\])\.metadata"
    r"\.(?:creationTimestamp|managedFields|annotations\.grafana\.app/(?:createdBy|updatedBy|updatedTimestamp))"
)
# And these depend on the build.
_OF_THE_BUILD = re.compile(r"body\.(?:commit|version)|body(?:\[\d+\]|\.datasource)?\.typeLogoUrl")
_SHOWN = 100  # characters of a value in a message


def differences(recorded: Answer, answer: Answer, names: Names) -> list[str]:
    """What differs, a line for each; ``names`` has learned from the answer."""
    found = []
    if answer.status != recorded.status:
        found.append("status is %d, recorded %d" % (answer.status, recorded.status))
    if answer.content_type != recorded.content_type:
        found.append("content type is %s, recorded %s" % (answer.content_type, recorded.content_type))
    if answer.is_text != recorded.is_text:
        kinds = [("text" if one.is_text else "JSON", _shown(one.body)) for one in (answer, recorded)]
        return [*found, "body is %s: %s, recorded %s: %s" % (*kinds[0], *kinds[1])]
    return [*found, *_values(recorded.body, answer.body, root(recorded.body), names)]


def _values(recorded: t.Any, value: t.Any, place: str, names: Names) -> t.Iterator[str]:
    if type(recorded) is not type(value):  # 1, 1.0 and true differ in JSON
        yield _differs(place, value, recorded)
    elif isinstance(recorded, dict):
        yield from _members(recorded, value, place, names)
    elif VOLATILE.fullmatch(place) or _OF_THE_BUILD.fullmatch(place):
        return
    elif isinstance(recorded, list):
        yield from _items(recorded, value, place, names)
    elif is_name(place, recorded):
        yield from _named(recorded, value, place, names)
    elif names.fill(recorded) != value:
        yield _differs(place, value, names.fill(recorded))


def _members(recorded: dict[str, t.Any], value: dict[str, t.Any], place: str, names: Names) -> t.Iterator[str]:
    for key, expected in recorded.items():
        where = "%s.%s" % (place, key)
        if key in value:
            yield from _values(expected, value[key], where, names)
        else:
            yield "%s is missing, recorded %s" % (where, _shown(names.fill(expected)))
    for key in value:
        if key not in recorded:
            yield "%s.%s is %s, not recorded" % (place, key, _shown(value[key]))


def _items(recorded: list[t.Any], value: list[t.Any], place: str, names: Names) -> t.Iterator[str]:
    if len(recorded) != len(value):
        yield "%s has %d items, recorded %d" % (place, len(value), len(recorded))
        return
    for index, (expected, item) in enumerate(zip(recorded, value)):
        yield from _values(expected, item, "%s[%d]" % (place, index), names)


def _named(name: str, value: str, place: str, names: Names) -> t.Iterator[str]:
    expected = names.get(name)
    if expected is None:
        yield "%s is %s, which stands for something other than %s already" % (place, _shown(value), name)
    elif expected != value:
        yield "%s is %s, recorded %s, which is %s here" % (place, _shown(value), _shown(name), _shown(expected))


def _differs(place: str, value: t.Any, recorded: t.Any) -> str:
    """Long texts are shown from shortly before the place where they part."""
    start = 0
    if isinstance(value, str) and isinstance(recorded, str):
        same = next(
            (index for index, (one, other) in enumerate(zip(value, recorded)) if one != other),
            min(len(value), len(recorded)),
        )
        if same > _SHOWN // 2:
            start = same - _SHOWN // 4
            place = "%s, from character %d on," % (place, start + 1)
            value, recorded = value[start:], recorded[start:]
    return "%s is %s, recorded %s" % (place, _shown(value), _shown(recorded))


def _shown(value: t.Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else "%s... (%d characters)" % (text[:_SHOWN], len(text))
