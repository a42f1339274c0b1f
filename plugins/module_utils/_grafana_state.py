# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Grafana holds, as far as a plan asks: read by _survey, so that the plan itself knows nothing of HTTP."""

from __future__ import annotations

import dataclasses

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation


@dataclasses.dataclass
class Situation:
    """What Grafana holds, as far as a plan asks.

    ``uids`` maps each name or UID that was given to the data source's UID, or to None where there is no such data
    source; ``near`` what to say of these, and ``where`` in which Grafana they were looked for. ``closed`` are sources to which
    nothing can be added (provisioned, up to 9.4). ``gone`` are the UIDs in rows whose data source is not there, if asked for.
    ``refused`` says of the UIDs of data sources that no new correlation can name why that is so.
    ``partial`` means that rows may have been missed; ``old`` that they are of no organisation; ``new_uids`` that the uid of a
    new row may be chosen.
    """

    rows: list[Correlation]
    uids: dict[str, str | None]
    near: dict[str, str] = dataclasses.field(default_factory=dict)
    where: str = ""
    closed: set[str] = dataclasses.field(default_factory=set)
    refused: dict[str, str] = dataclasses.field(default_factory=dict)
    gone: set[str] = dataclasses.field(default_factory=set)
    partial: bool = False
    old: bool = False
    new_uids: bool = False

    def uid(self, given: str | None) -> str | None:
        """The UID of a data source as given; one that was not looked up is taken for a UID."""
        return None if given is None else self.uids.get(given, given)
