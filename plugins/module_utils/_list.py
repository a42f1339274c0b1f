# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list of definitions, and the rules that hold for the list as a whole."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._connection import Connection
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Entry, read_entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Mistake
from ansible_collections.crosslink.grafana.plugins.module_utils._plan import Rules


MOST_CONCURRENCY = 16


@dataclasses.dataclass
class Definitions:
    """The checked entries, and what is to be said of the others; sentences carry the entry's place."""

    entries: list[Entry] = dataclasses.field(default_factory=list)
    mistakes: list[tuple[int, str]] = dataclasses.field(default_factory=list)  # with the entry's number
    warnings: list[str] = dataclasses.field(default_factory=list)
    count: int = 0  # of all entries, wrong ones too


def read_definitions(lists: t.Iterable[tuple[str | None, t.Sequence[t.Any]]]) -> Definitions:
    """Check all entries of lists, each given with the file that it comes from, or None."""
    found = Definitions()
    everything = ((file, position, raw) for file, raws in lists for position, raw in enumerate(raws, start=1))
    for number, (file, position, raw) in enumerate(everything, start=1):
        place = "%sentry %d" % ("%s " % file if file else "", position)
        label = raw.get("label") if isinstance(raw, dict) else None
        if isinstance(label, str) and label:
            place += " (%s)" % (label if len(label) <= 60 else label[:60] + "...")
        entry, mistakes, warnings = read_entry(raw, number, whole=True, place=place, origin=(file, position))
        found.mistakes += [(number, "%s: %s" % (place, mistake)) for mistake in mistakes]
        found.warnings += ["%s: %s." % (place, warning) for warning in warnings]
        if entry is not None:
            found.entries.append(entry)
        found.count = number
    return found


def check_rules(rules: Rules, count: int, concurrency: int, connection: Connection) -> None:
    """Refuse what would prune more than anybody can want, and numbers out of range. Raises Mistake."""
    if not 1 <= concurrency <= MOST_CONCURRENCY:
        raise Mistake("concurrency is %d but must be from 1 to %d." % (concurrency, MOST_CONCURRENCY))
    if rules.prune_sources and rules.prune != "sources":
        raise Mistake("prune_sources only goes with prune: sources.")
    if rules.max_deletions is not None and rules.max_deletions < 0:
        raise Mistake("max_deletions must not be negative.")
    if rules.prune not in ("all", "dangling"):
        return
    if count == 0 and rules.max_deletions is None:
        which = "every correlation" if rules.prune == "all" else "every dangling correlation"
        raise Mistake("An empty list with prune: %s would delete %s: if that is meant, set max_deletions to how many there may be." % (rules.prune, which))
    if not connection.by_token and connection.org_id is None and connection.org_name is None:
        raise Mistake(
            "prune: %s with a user needs org_id or org_name, because a user's current organisation is whatever the web page has last chosen."
            % rules.prune
        )
