# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reload of provisioning files does to the correlations of the data source that they list (measured)."""

from __future__ import annotations

from rows import Row
from state import State

SOURCE = "prov-loki"


def reload(state: State, entries: list[Row]) -> None:
    """The file lists these correlations of ``prov-loki`` now, which get new uids.

    On 9.4 all rows of the data source are deleted first. Later ones delete those that came from the file, and an entry
    adopts a row that is equal to it, which is then read-only (by the sources of 12.4.3 its config does not matter).
    """
    for row in state.rows.of_source(state.row_org(1), SOURCE):
        if state.generation == 9 or row.provisioned:
            state.rows.delete(row)
    for entry in entries:
        equal = (row for row in state.rows.of_source(entry.org, SOURCE) if _is_adopted(row, entry))
        found = next(equal, None)
        if found is not None and state.generation != 9:
            state.rows.change(found, provisioned=True)
        else:
            state.rows.insert(entry)


def _is_adopted(row: Row, entry: Row) -> bool:
    texts = ((entry.label, row.label), (entry.description, row.description))
    same_texts = all(wanted in ("", found) for wanted, found in texts)  # an empty one is not looked at
    return not row.provisioned and same_texts and (row.target, row.type) == (entry.target, entry.type)
