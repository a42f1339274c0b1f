# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan, and the options that it depends on: plain data."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Problem

CREATE, UPDATE, DELETE = "create", "update", "delete"


@dataclasses.dataclass(frozen=True)
class PlanOptions:
    """``is_list``: entries describe everything, so what they omit is empty; otherwise it keeps its value.

    ``prune`` says which correlations are deleted though no entry describes them: ``none``; ``sources``: those that
    start from the entries' sources and ``prune_sources``; ``all``; ``dangling``: those whose data sources do not exist.
    """

    is_list: bool = False
    on_duplicate: str = "fail"
    on_provisioned: str = "fail"
    prune: str = "none"
    prune_sources: t.Sequence[str] = ()
    max_deletions: int | None = None


@dataclasses.dataclass(frozen=True)
class Action:
    """One write. ``entry`` is None for a pruned correlation; ``existing`` is None for a create, whose ``changes`` are
    all of MEMBERS; those of an update are the members that change."""

    operation: str
    entry: Entry | None
    existing: Correlation | None
    source: str
    target: str | None
    type: str
    changes: t.Mapping[str, t.Any]
    uid: str | None = None  # of a create with a chosen uid

    @property
    def label(self) -> str:
        """The label as the correlation has it; of a create, the new one."""
        return self.existing.label if self.existing is not None else self.changes["label"]


@dataclasses.dataclass(frozen=True)
class Skipped:
    """An entry that is left out because Grafana does not allow the write; ``reason`` is a clause."""

    entry: Entry
    existing: Correlation | None
    reason: str


@dataclasses.dataclass
class Plan:
    """The writes in their order, and the entries that need none. With any problem nothing may be written.

    ``matched`` has the correlation of each entry, by ``Origin.order``. ``sources_to_reread`` are sources for which it
    matters whether a correlation was missed while reading.
    """

    actions: list[Action] = dataclasses.field(default_factory=list)
    problems: list[Problem] = dataclasses.field(default_factory=list)
    warnings: list[str] = dataclasses.field(default_factory=list)
    unchanged: list[Entry] = dataclasses.field(default_factory=list)
    ignored: list[Entry] = dataclasses.field(default_factory=list)
    skipped: list[Skipped] = dataclasses.field(default_factory=list)
    matched: dict[int, Correlation] = dataclasses.field(default_factory=dict)
    sources_to_reread: set[str] = dataclasses.field(default_factory=set)

    def actions_of(self, operation: str) -> list[Action]:
        """The actions that create, update or delete."""
        return [action for action in self.actions if action.operation == operation]
