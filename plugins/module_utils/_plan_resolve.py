# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries with their data sources as UIDs, and the contradictions between them. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import EMPTY_MEMBERS
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import ABSENT, IGNORED, PRESENT, Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import canonical_json
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Problem, warning_about
from ansible_collections.crosslink.grafana.plugins.module_utils._grafana_state import GrafanaState
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import Plan, PlanOptions

Key = t.Tuple[t.Any, ...]


@dataclasses.dataclass(frozen=True)
class ResolvedEntry:
    """An entry with the UIDs of its data sources. ``desired`` has those of MEMBERS that the correlation should have."""

    entry: Entry
    source: str | None
    target: str | None
    desired: t.Mapping[str, t.Any]

    @property
    def key_without_field(self) -> Key:
        """As ``Correlation.key_without_field``."""
        return (self.source, self.entry.type, self.target, self.entry.label)

    @property
    def key(self) -> Key:
        """What identifies the correlation."""
        if self.entry.uid is not None:
            return ("uid", self.entry.uid)
        return (*self.key_without_field, self.entry.field)


Group = t.List[ResolvedEntry]  # entries of one state that share one key


def resolve(entries: t.Sequence[Entry], state: GrafanaState, options: PlanOptions, plan: Plan) -> list[ResolvedEntry]:
    """The entries that can be planned; adds what there is to say about the others to the plan."""
    may_delete = (
        options.prune != "none" or options.on_duplicate == "remove" or any(entry.state == ABSENT for entry in entries)
    )
    found = []
    for entry in entries:
        missing = missing_data_sources(entry, state)
        # The uid of an ignored entry says by itself what it covers.
        covers_anyway = entry.state == IGNORED and entry.uid is not None and not may_delete
        if missing and not covers_anyway:
            _report_missing(entry, missing, state, may_delete, plan)
        elif not entry.has_errors:
            found.append(_resolved(entry, state, options))
    return found


def _resolved(entry: Entry, state: GrafanaState, options: PlanOptions) -> ResolvedEntry:
    desired = dict(entry.members)
    if options.is_list and entry.state == PRESENT:
        desired = {**EMPTY_MEMBERS, **desired}
        if entry.field is None:
            del desired["config.field"]  # any field will do
    return ResolvedEntry(entry, state.uid_of(entry.source), state.uid_of(entry.target), desired)


def missing_data_sources(entry: Entry, state: GrafanaState) -> list[str]:
    """A clause for each data source of the entry that does not exist."""
    ends = (("source", entry.source), ("target", entry.target))
    return [
        does_not_exist("the %s data source '%s'" % (end, name), name, state)
        for end, name in ends
        if name is not None and state.uid_of(name) is None
    ]


def does_not_exist(what: str, name: str, state: GrafanaState) -> str:
    """A clause with the Grafana that was asked, and with similar names."""
    return "%s does not exist%s%s" % (what, state.where, state.did_you_mean.get(name, ""))


def _report_missing(entry: Entry, missing: list[str], state: GrafanaState, may_delete: bool, plan: Plan) -> None:
    """What a missing data source means for the entry: nothing can start from it or lead to it."""
    code, reason = "data_source_not_found", " and ".join(missing)
    if entry.state == PRESENT:
        plan.problems += [Problem(code, clause, entry.origin) for clause in missing]
    elif entry.state == ABSENT:
        # A name that is similar to another one is rather a typo.
        if any(state.did_you_mean.get(name or "") for name in (entry.source, entry.target)):
            plan.warnings.append(warning_about([entry.origin], "there is nothing to remove, because %s" % reason))
        plan.unchanged.append(entry)
    elif may_delete:
        message = "it is not known what state ignored protects, because %s" % reason
        plan.problems.append(Problem(code, message, entry.origin))
    else:
        plan.ignored.append(entry)
        plan.warnings.append(warning_about([entry.origin], "state ignored covers nothing, because %s" % reason))


def group_by_state(resolved: t.Iterable[ResolvedEntry], plan: Plan) -> dict[str, list[Group]]:
    """The entries by state, in groups of one key; repeated and contradictory entries are problems."""
    by_key: dict[Key, Group] = {}
    for one in resolved:
        by_key.setdefault(one.key, []).append(one)
    found: dict[str, list[Group]] = {PRESENT: [], ABSENT: [], IGNORED: []}
    for group in by_key.values():
        for state, alike in _distinct(group, plan).items():
            found[state].append(alike)
    _check_covered(found, plan)
    return found


def _distinct(group: Group, plan: Plan) -> dict[str, Group]:
    """The entries of one key by state, without repetitions."""
    of_state: dict[str, Group] = {}
    of_content: dict[tuple[str, str], Entry] = {}
    for one in group:
        entry = one.entry
        content = "" if entry.uid is not None or len(group) == 1 else canonical_json(dict(one.desired))
        first = of_content.setdefault((entry.state, content), entry)
        if first is entry:
            of_state.setdefault(entry.state, []).append(one)
        other = next((others[0].entry for state, others in of_state.items() if state != entry.state), None)
        if other is not None:
            message = "it contradicts %s, which has state %s for the same correlation; keep one"
            plan.problems.append(Problem("contradiction", message % (other.origin, other.state), entry.origin))
        elif first is not entry:
            message = "it is the same as %s; keep one" if entry.uid is None else "it has the same uid as %s; keep one"
            plan.problems.append(Problem("duplicate_entry", message % first.origin, entry.origin))
    return of_state


def _check_covered(found: t.Mapping[str, list[Group]], plan: Plan) -> None:
    """An ignored entry without config.field covers every field; what it covers cannot be managed beside it."""
    covering = {
        group[0].key_without_field: group[0].entry
        for group in found[IGNORED]
        if group[0].entry.uid is None and group[0].entry.field is None
    }
    for group in found[PRESENT] if covering else ():
        if group[0].key_without_field in covering and group[0].entry.uid is None and group[0].entry.field is not None:
            for one in group:
                message = "%s, which has state ignored, covers it; keep one" % covering[one.key_without_field].origin
                plan.problems.append(Problem("contradiction", message, one.entry.origin))
