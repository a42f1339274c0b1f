# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list of definitions, and the rules that hold for the list as a whole."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._connection import Connection
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Entry, Origin, read_entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Mistake
from ansible_collections.crosslink.grafana.plugins.module_utils._plan import Rules
from ansible_collections.crosslink.grafana.plugins.module_utils._words import listed, shortened

MOST_CONCURRENCY = 16


@dataclasses.dataclass
class Definitions:
    """The checked entries, and what is to be said of the others; sentences carry the entry's place."""

    entries: list[Entry] = dataclasses.field(default_factory=list)
    mistakes: list[tuple[int, str]] = dataclasses.field(default_factory=list)  # with the entry's number
    warnings: list[str] = dataclasses.field(default_factory=list)
    count: int = 0  # of all entries, wrong ones too


def read_definitions(lists: t.Iterable[tuple[Origin, t.Sequence[t.Any]]]) -> Definitions:
    """Check all entries of lists, each given with where its first entry stands."""
    found = Definitions()
    warned: dict[str, list[str]] = {}  # sentence -> places
    everything = ((origin, position, raw) for origin, raws in lists for position, raw in enumerate(raws, start=origin.position))
    for number, (origin, position, raw) in enumerate(everything, start=1):
        origin = Origin(position, origin.file, origin.variable)
        place = _place(origin, raw.get("label") if isinstance(raw, dict) else None)
        entry, mistakes, warnings = read_entry(raw, number, whole=True, place=place, origin=origin)
        found.mistakes += [(number, "%s: %s" % (place, mistake)) for mistake in mistakes]
        for warning in warnings:
            warned.setdefault(warning, []).append(place)
        if entry is not None:
            found.entries.append(entry)
        found.count = number
    found.warnings = ["%s: %s." % (listed(places), warning) for warning, places in warned.items()]
    return found


def _place(origin: Origin, label: t.Any) -> str:
    """``team.yml entry 3 (Logs to trace)``; of a variable as Ansible counts, ``grafana_correlations_list_team[2] (Logs to trace)``."""
    where = "%s[%d]" % (origin.variable, origin.position - 1) if origin.variable else "entry %d" % origin.position
    name = " (%s)" % shortened(label) if isinstance(label, str) and label else ""
    return "%s%s%s" % (origin.file + " " if origin.file else "", where, name)


def lists_of(correlations: t.Sequence[t.Any], origins: t.Sequence[t.Mapping[str, t.Any]] | None) -> list[tuple[Origin, t.Sequence[t.Any]]]:
    """The entries by the variables that they come from. Raises Mistake where origins are not of as many."""
    if not origins:
        return [(Origin(), correlations)]
    found: list[tuple[Origin, t.Sequence[t.Any]]] = []
    start = 0
    for origin in origins:
        found.append((Origin(variable=origin["variable"]), correlations[start : start + origin["count"]]))
        start += origin["count"]
    if start != len(correlations):
        raise Mistake("origins are of %d entries, but correlations has %d: leave origins out." % (start, len(correlations)))
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
