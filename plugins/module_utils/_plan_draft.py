# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan while it is made: which correlations are taken, and what each entry becomes. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import ContentIndex
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Origin, Problem, warning_about
from ansible_collections.crosslink.grafana.plugins.module_utils._grafana_state import GrafanaState
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_resolve import Key, ResolvedEntry
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import (
    DELETE,
    Action,
    Plan,
    PlanOptions,
    Skipped,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._text import shortened


class PlanDraft:
    """What the steps of planning share.

    ``existing`` has the correlations by uid, read-only ones first. ``claimed`` are the uids that belong to an entry,
    and ``ignored`` those that an entry protects. Ten thousand entries and correlations may share one key, so nothing
    here compares each with each.
    """

    def __init__(self, state: GrafanaState, options: PlanOptions, sources: t.Collection[str]) -> None:
        self.plan = Plan()
        self.state = state
        self.options = options
        ordered = sorted(state.correlations, key=lambda one: (one.read_only is not True, one.uid))
        self.existing = {one.uid: one for one in ordered}
        self.by_key: dict[Key, list[Correlation]] = {}  # with the field, and with None for any field
        for one in self.existing.values():
            self.by_key.setdefault((*one.key_without_field, None), []).append(one)
            self.by_key.setdefault((*one.key_without_field, one.members["config.field"]), []).append(one)
        self.claimed: set[str] = set()
        self.ignored: dict[str, Entry] = {}
        self.fixed_by_uid: dict[Key, ContentIndex[Entry]] = {}  # by key without field: what entries with a uid describe
        self._pruned_sources = {*sources, *(state.uid_of(name) for name in options.prune_sources)}

    def error(self, entry: Entry | None, code: str, message: str) -> None:
        """Note a problem of the entry; None for the list as a whole."""
        self.plan.problems.append(Problem(code, message, None if entry is None else entry.origin))

    def warn(self, origins: t.Sequence[Origin], message: str) -> None:
        """Note one warning for these entries."""
        self.plan.warnings.append(warning_about(origins, message))

    def covered(self, resolved: ResolvedEntry) -> list[Correlation]:
        """All correlations with the key or the uid of the entry."""
        uid = resolved.entry.uid
        if uid is not None:
            return [self.existing[uid]] if uid in self.existing else []
        return self.by_key.get(resolved.key, [])

    def unclaimed(self, resolved: ResolvedEntry) -> list[Correlation]:
        """Those covered that belong to no entry yet."""
        return [one for one in self.covered(resolved) if one.uid not in self.claimed]

    def is_pruned(self, source: str | None) -> bool:
        """Whether correlations from this source that no entry describes are deleted."""
        prune = self.options.prune
        return prune == "all" or (prune == "sources" and source in self._pruned_sources)

    def can_write(self, entry: Entry, existing: Correlation, why: str) -> bool:
        """Whether the correlation may be changed; a provisioned one is an error or is skipped."""
        if not existing.read_only:
            return True
        by = "provisioned" if existing.manager is None else "managed by '%s'" % existing.manager
        reason = "is %s and %s" % (by, why)
        what = "the correlation '%s' (uid '%s') %s" % (shortened(existing.label), existing.uid, reason)
        if self.options.on_provisioned == "skip":
            self.skip(Skipped(entry, existing, "it %s" % reason), what)
        else:
            advice = "change it where it is provisioned, or set on_provisioned: skip to leave it alone"
            self.error(entry, "provisioned", "%s: %s" % (what, advice))
        return False

    def skip(self, skipped: Skipped, what: str) -> None:
        """Leave the entry out, with a warning that says what is not written."""
        self.plan.skipped.append(skipped)
        self.warn([skipped.entry.origin], "skipped: %s" % what)

    def delete(self, entry: Entry | None, existing: Correlation) -> None:
        """Plan to delete the correlation."""
        self.claimed.add(existing.uid)
        action = Action(DELETE, entry, existing, existing.source, existing.target, existing.type, {})
        self.plan.actions.append(action)
