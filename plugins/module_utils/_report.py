# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a run, for people: Markdown that also reads well on a terminal. Pure.

Text that is not ours is in code spans, where Markdown has no meaning: it cannot become a link, HTML or a mention.
"""

from __future__ import annotations

import itertools
import json
import os
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._apply import DONE, FAILED, NOT_ATTEMPTED, Outcome
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import diff_definition
from ansible_collections.crosslink.grafana.plugins.module_utils._diff import (
    Definition,
    Names,
    before_and_after,
    definition_of_entry,
    link_of,
    uid_of_duplicate,
    verb_of,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import same_json
from ansible_collections.crosslink.grafana.plugins.module_utils._markdown import code_span
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import CREATE, DELETE, UPDATE, Skipped
from ansible_collections.crosslink.grafana.plugins.module_utils._reconcile import Run
from ansible_collections.crosslink.grafana.plugins.module_utils._text import LONGEST_QUOTE, one_line, shortened

MOST_OF_A_KIND = 25  # created, updated, ... correlations
MOST_MEMBERS = 5  # of one update
LONGEST_VALUE = 60  # characters
_CONTEXT = 20  # characters in front of the first difference

_PAST = {"create": "created", "update": "updated", "delete": "deleted", "prune": "pruned"}


def report_of(run: Run, message: str, title: str | None = None) -> str:
    """What was or would be created, updated, deleted, failed, and left alone; ``message`` has the counts."""
    lines = [heading(message, title)]
    items = run.items()
    for state in (DONE[CREATE], DONE[UPDATE], DONE[DELETE], FAILED, NOT_ATTEMPTED):
        outcomes = [item for item in items if isinstance(item, Outcome) and item.state == state]
        lines += cut(outcomes, lambda outcome: _written(outcome, run.names, run.check_mode))
    lines += cut(run.plan.skipped, lambda skipped: [_skipped(skipped, run.names)])
    lines += cut(run.plan.ignored, lambda entry: [_ignored(entry, run.names)])
    return "\n".join(lines)


def heading(message: str, title: str | None) -> str:
    """The first line of a report."""
    return "### %s%s" % ("%s: " % code(title) if title else "", message)


def code(text: str, most: int = LONGEST_VALUE) -> str:
    """The text as a code span of Markdown, on one line and not too long."""
    return code_span(shortened(one_line(text), most) or '""')


Item = t.TypeVar("Item")


def cut(items: t.Sequence[Item], lines_of: t.Callable[[Item], list[str]]) -> list[str]:
    """The lines of the first 25 items, and how many more there are."""
    lines = list(itertools.chain.from_iterable(map(lines_of, items[:MOST_OF_A_KIND])))
    more = len(items) - MOST_OF_A_KIND
    return [*lines, "- and %d more" % more] if more > 0 else lines


def _written(outcome: Outcome, names: Names, check_mode: bool) -> list[str]:
    action = outcome.action
    before, after = before_and_after(action, names)
    link = link_of(after or before, uid_of_duplicate(action), code)
    verb = CREATE if outcome.state == DONE[CREATE] else verb_of(action)
    if outcome.state == FAILED:
        return ["- failed to %s %s: %s" % (verb, link, code(str(outcome.error), LONGEST_QUOTE))]
    if outcome.state == NOT_ATTEMPTED:
        return ["- did not try to %s %s" % (verb, link)]
    first, _space, rest = verb.partition(" ")
    done = verb if check_mode else " ".join(filter(None, [_PAST[first], rest]))
    return ["- %s %s" % (done, link), *(_changed_members(before, after) if verb == UPDATE else [])]


def _skipped(skipped: Skipped, names: Names) -> str:
    there = diff_definition(skipped.existing, names) or definition_of_entry(skipped.entry, names)
    return "- left %s, because %s" % (link_of(there, quote=code), code(skipped.reason, LONGEST_QUOTE))


def _ignored(entry: Entry, names: Names) -> str:
    return "- left %s, because its entry has state ignored" % link_of(definition_of_entry(entry, names), quote=code)


def _changed_members(before: Definition, after: Definition) -> list[str]:
    """One line for each member that differs."""
    old, new = dict(_members(before)), dict(_members(after))
    differing = [
        name for name in {**old, **new} if not (name in old and name in new and same_json(old[name], new[name]))
    ]
    lines = ["  - %s: %s → %s" % (code(name), *_change(name, old, new)) for name in differing[:MOST_MEMBERS]]
    more = len(differing) - MOST_MEMBERS
    return [*lines, "  - and %d more" % more] if more > 0 else lines


def _members(value: t.Any, name: str = "") -> t.Iterator[tuple[str, t.Any]]:
    """The values of nested mappings, with names such as ``config.target.expr``."""
    if not isinstance(value, dict):
        yield name, value
        return
    for inner, one in value.items():
        yield from _members(one, "%s.%s" % (name, inner) if name else inner)


def _change(name: str, old: Definition, new: Definition) -> list[str]:
    """Both values of a member, from shortly before their first difference if one is too long."""
    if name not in old or name not in new:
        return [code(_text(side[name])) if name in side else "not set" for side in (old, new)]
    text = _text if isinstance(new[name], type(old[name])) else _json  # whose quotes tell "1" from 1
    before, after = text(old[name]), text(new[name])
    start = 0
    if max(len(before), len(after)) > LONGEST_VALUE:
        start = max(0, len(os.path.commonprefix([before, after])) - _CONTEXT)
    return [code("..." + side[start:] if start else side) for side in (before, after)]


def _text(value: t.Any) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: t.Any) -> str:
    return json.dumps(value, ensure_ascii=False)
