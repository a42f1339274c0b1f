# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interface of Grafana's two APIs for correlations."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation


@dataclasses.dataclass(frozen=True)
class Listing:
    """The result of a read.

    ``existing_sources`` are data sources that the read proved to exist. ``covers_all_sources``: these are the
    correlations of all data sources. ``maybe_incomplete``: some may have been missed. ``is_v9``: the server is one
    whose answers tell neither organization nor provisioned; None if nothing shows it.
    """

    correlations: t.Sequence[Correlation]
    covers_all_sources: bool = False
    existing_sources: t.Collection[str] = ()
    maybe_incomplete: bool = False
    is_v9: bool | None = None


@dataclasses.dataclass(frozen=True)
class NewCorrelation:
    """A correlation to create: UIDs of data sources (``target`` None when external), all MEMBERS, and a chosen uid."""

    source: str
    target: str | None
    type: str
    members: t.Mapping[str, t.Any]
    uid: str | None = None

    @property
    def key_without_field(self) -> tuple[str, str, str | None, str]:
        """As ``Correlation.key_without_field``."""
        return (self.source, self.type, self.target, self.members["label"])


class CorrelationsApi(t.Protocol):
    """Reads correlations, and sends single writes; a write returns what Grafana answered. All methods raise HttpError.

    ``validates_data_sources``: the server refuses missing data sources, and hides correlations with such; otherwise
    a new correlation may get a chosen uid. ``rejects_duplicates``: a POST that is sent twice creates one correlation.
    ``inconclusive_statuses``: a busy server gives these for writes that it would do at the next try.
    """

    validates_data_sources: bool
    rejects_duplicates: bool
    inconclusive_statuses: t.Collection[int]

    def list(self, sources: t.Sequence[str] | None) -> Listing:
        """The correlations that start from these data sources, by name or UID; None means all."""

    def list_completely(self, sources: t.Collection[str]) -> t.Sequence[Correlation]:
        """The correlations that start from these data sources (UIDs), without missing one."""

    def get(self, source: str, uid: str) -> Correlation | None:
        """One correlation, by the UID of its source and its own; None when there is none."""

    def is_v9(self) -> bool:
        """Whether answers tell neither organization nor provisioned; for a server that showed no correlation."""

    def refusal(self, uid: str) -> str | None:
        """A clause that says why no correlation can name the data source of this UID; None if one can."""

    def uids_to_try(self, new: NewCorrelation) -> t.Iterable[str | None]:
        """The uids to try for a new correlation; None where Grafana chooses."""

    def post(self, new: NewCorrelation) -> Correlation:
        """Create a correlation."""

    def find_posted(self, new: NewCorrelation) -> Correlation | None:
        """What a POST without a usable answer has created all the same; None if nothing."""

    def patch(self, existing: Correlation, desired: Correlation, names: t.Collection[str]) -> Correlation:
        """Change the members of these names to what is desired."""

    def delete(self, existing: Correlation) -> None:
        """Delete a correlation."""

    def current(self, existing: Correlation) -> Correlation | None:
        """The correlation as Grafana holds it now; None only when it certainly does not exist."""
