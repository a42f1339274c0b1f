# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``--diff`` shows: definitions before and after a write, with a header that says what it does. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._apply import predicted
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import (
    EMPTY_MEMBERS,
    QUERY,
    Correlation,
    definition,
    diff_definition,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import PRESENT, Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import DELETE, Action, Skipped
from ansible_collections.crosslink.grafana.plugins.module_utils._reconcile import Run
from ansible_collections.crosslink.grafana.plugins.module_utils._text import one_line, shortened

DELETE_DUPLICATE, PRUNE = "delete duplicate", "prune"

Names = t.Mapping[str, str]
Definition = t.Dict[str, t.Any]


def diff_of_one(run: Run, correlation: Correlation | None) -> dict[str, t.Any] | list[dict[str, t.Any]]:
    """The diff of a run with one entry; a list of diffs if it changes several correlations."""
    changes = [outcome.action for outcome in run.outcomes if outcome.wrote]
    if len(changes) > 1:
        return diffs_of(run)
    if changes:
        return _diff_of_action(changes[0], run.names)
    unchanged = diff_definition(correlation, run.names)
    return {"before": unchanged, "after": unchanged}


def diffs_of(run: Run, title: str | None = None) -> list[dict[str, t.Any]]:
    """One diff for each write that was made, or would be, and for each skipped entry, in the order of the entries."""
    found = []
    for item in run.items():
        if isinstance(item, Skipped):
            found.append(_diff_of_skipped(item, run.names, title))
        elif item.wrote:
            found.append(_diff_of_action(item.action, run.names, title))
    return found


def _diff_of_action(action: Action, names: Names, title: str | None = None) -> dict[str, t.Any]:
    before, after = before_and_after(action, names)
    header = _header(verb_of(action), link_of(after or before, uid_of_duplicate(action)), title)
    return {"before_header": header, "after_header": header, "before": before, "after": after}


def _diff_of_skipped(skipped: Skipped, names: Names, title: str | None) -> dict[str, t.Any]:
    """Ansible prints ``prepared`` as it is, and nothing of two sides that are equal."""
    there = diff_definition(skipped.existing, names)
    header = _header("left", link_of(there or definition_of_entry(skipped.entry, names)), title)
    prepared = "--- %s: %s\n\n" % (header, one_line(skipped.reason))
    return {"before": there, "after": there, "prepared": prepared}


def _header(verb: str, link: str, title: str | None) -> str:
    # Ansible prints it as it is.
    return one_line("%s%s (%s)" % ("%s: " % title if title else "", verb, link))


def before_and_after(action: Action, names: Names) -> tuple[Definition, Definition]:
    """Both sides of a diff, with the names of data sources; empty where there is no correlation."""
    before = diff_definition(action.existing, names, action.changes)
    after = {} if action.operation == DELETE else diff_definition(predicted(action), names, action.changes)
    return before, after


def verb_of(action: Action) -> str:
    """What the action does: create, update, delete, delete duplicate, or prune."""
    if action.entry is None:
        return PRUNE
    return DELETE_DUPLICATE if uid_of_duplicate(action) else action.operation


def uid_of_duplicate(action: Action) -> str | None:
    """The uid of a duplicate that the action deletes, which alone tells it from the correlation that stays."""
    is_duplicate = action.operation == DELETE and action.entry is not None and action.entry.state == PRESENT
    return action.existing.uid if is_duplicate and action.existing is not None else None


def definition_of_entry(entry: Entry, names: Names) -> Definition:
    """What an entry describes, with the names of data sources where it gives UIDs."""
    source, target = (names.get(name or "", name) for name in (entry.source, entry.target))
    return definition(source, target, entry.type or QUERY, {**EMPTY_MEMBERS, **entry.members})


def link_of(one: Definition, uid: str | None = None, quote: t.Callable[[str], str] = shortened) -> str:
    """``Logs to trace: Loki → Tempo, field traceID``; ``quote`` is for text that users wrote."""
    config = one["config"]
    query = config.get("target")
    target = one["target"] if "target" in one else query.get("url") if isinstance(query, dict) else None
    link = "%s: %s → %s" % tuple(quote(str(text or '""')) for text in (one["label"], one["source"], target))
    link += ", field %s" % quote(config["field"]) if config["field"] else ""
    return link + (", uid %s" % quote(uid) if uid else "")
