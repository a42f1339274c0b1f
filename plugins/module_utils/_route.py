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


@dataclasses.dataclass(frozen=True)
class NewCorrelation:
    """A correlation to add: UIDs of data sources (``target`` None when external), all MEMBERS, and the uid if it is chosen."""

    source: str
    target: str | None
    type: str
    members: t.Mapping[str, t.Any]
    uid: str | None = None

    @property
    def base(self) -> tuple[str, str, str | None, str]:
        """As Correlation.base."""
        return (self.source, self.type, self.target, self.members["label"])


class Route(t.Protocol):
    """Reads correlations, and sends single writes, each of which answers with what Grafana shows. All raise HttpError.

    ``validates``: the server refuses what names a data source that is not there, and hides correlations that do.
    Otherwise the uid of a new one may be chosen, too. ``refuses_doubles``: a second POST of the same correlation adds
    nothing. ``statuses_that_prove_nothing``: those that a busy server gives to writes that it would do at the next try.
    """

    validates: bool
    refuses_doubles: bool
    statuses_that_prove_nothing: t.Collection[int]

    def read(self, sources: t.Sequence[str] | None) -> Listing:
        """The rows that start from these data sources; None means all."""

    def reread(self, sources: t.Collection[str]) -> list[Correlation]:
        """The rows that start from these data sources (UIDs), in a way that misses none."""

    def one(self, source: str, uid: str) -> Correlation | None:
        """One row, by the UID of its source and its own; None when it is not there."""

    def is_old(self) -> bool:
        """Whether rows tell neither organisation nor provisioned, asked of a server that showed none."""

    def uids_for(self, new: NewCorrelation) -> t.Iterable[str | None]:
        """The uids to try for a new correlation; None where Grafana chooses."""

    def post(self, new: NewCorrelation) -> Correlation:
        """Add a correlation."""

    def refusal(self, uid: str) -> str | None:
        """Why no correlation can name the data source of this UID, as a sentence without its full stop; None if one can."""

    def posted(self, new: NewCorrelation) -> Correlation | None:
        """What a POST without a usable answer has made all the same; None when it made nothing."""

    def patch(self, existing: Correlation, desired: Correlation, names: t.Collection[str]) -> Correlation:
        """Change the members of these names to what is desired."""

    def remove(self, existing: Correlation) -> None:
        """Delete a correlation."""

    def now(self, existing: Correlation) -> Correlation | None:
        """The correlation as Grafana holds it now; None only when it is gone for certain."""
