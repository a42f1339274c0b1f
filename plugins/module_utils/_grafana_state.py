# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Grafana holds, as far as a plan needs it: plain data, which ``_read_state`` reads."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import EXTERNAL, Correlation


def unsupported_on_v9(type_: str | None, members: t.Mapping[str, t.Any]) -> str | None:
    """A clause about what Grafana 9 refuses or drops (measured on 9.4); None if there is nothing."""
    if type_ == EXTERNAL:
        return "this version of Grafana does not support type external, which needs 11.3 or later"
    if members.get("config.transformations"):
        return "this version of Grafana does not store config.transformations, which need 10 or later"
    return None


@dataclasses.dataclass(frozen=True)
class GrafanaState:
    """``data_source_uids`` maps names and UIDs as users wrote them to UIDs; None where there is no such data source.

    For these, ``did_you_mean`` has a suffix with similar names, and ``where`` says in which organization of which
    Grafana they were looked for. ``read_only_sources`` are data sources to which nothing can be added (provisioned, up
    to 9.4), ``refused_data_sources`` those that no new correlation can name, with the reason as a clause,
    ``missing_data_sources`` the UIDs in correlations whose data source does not exist (if asked for).
    ``maybe_incomplete``: correlations may have been missed while reading. ``is_v9``: correlations belong to no
    organization; None if nothing shows it. ``accepts_client_uid``: a new correlation may get a chosen uid.
    """

    correlations: t.Sequence[Correlation]
    data_source_uids: t.Mapping[str, str | None]
    did_you_mean: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    where: str = ""
    read_only_sources: t.Collection[str] = ()
    refused_data_sources: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    missing_data_sources: t.Collection[str] = ()
    maybe_incomplete: bool = False
    is_v9: bool | None = None
    accepts_client_uid: bool = False

    def uid_of(self, name: str | None) -> str | None:
        """The UID of a data source as written; one that was not looked up is a UID already."""
        return None if name is None else self.data_source_uids.get(name, name)
