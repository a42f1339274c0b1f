# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the two routes have in common."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation


@dataclasses.dataclass
class Listing:
    """What a read found.

    ``sources`` are data sources that the read itself proved to exist; ``whole`` says that these are the rows of all sources;
    ``partial`` that rows may have been missed; ``old`` that the server is of the kind whose rows tell neither organisation
    nor provisioned.
    """

    rows: list[Correlation]
    whole: bool = False
    sources: set[str] = dataclasses.field(default_factory=set)
    partial: bool = False
    old: bool = False


class Route(t.Protocol):
    """Reads and writes correlations; a write answers with the row as Grafana keeps it. All raise HttpError.

    ``validates``: the server refuses what names a data source that is not there, and hides rows that do.
    Otherwise the uid of a new row may be chosen, too.
    """

    validates: bool

    def read(self, sources: t.Sequence[str] | None) -> Listing:
        """The rows that start from these data sources; None means all."""

    def reread(self, sources: t.Collection[str]) -> list[Correlation]:
        """The rows that start from these data sources (UIDs), in a way that misses none."""

    def one(self, source: str, uid: str) -> Correlation | None:
        """One row, by the UID of its source and its own; None when it is not there."""

    def is_old(self) -> bool:
        """Whether rows tell neither organisation nor provisioned, asked of a server that showed none."""

    def create(self, source: str, target: str | None, kind: str, members: t.Mapping[str, t.Any], uid: str | None = None) -> Correlation:
        """Add a correlation; never two."""

    def update(self, row: Correlation, changes: t.Mapping[str, t.Any]) -> Correlation | None:
        """Change these members of a row; None when it turns out to be gone."""

    def delete(self, row: Correlation) -> None:
        """Remove a row; that it is gone already is fine."""
