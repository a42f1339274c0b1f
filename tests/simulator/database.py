# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What depends on the database that keeps the old tables, as measured on 12.4.3 with SQLite, PostgreSQL and MariaDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gojson

if TYPE_CHECKING:
    from rows import Row

SQLITE, MYSQL, POSTGRES = "sqlite", "mysql", "postgres"
DATABASES = (SQLITE, MYSQL, POSTGRES)
MOST_BYTES = 65535  # in a column of MySQL's type TEXT


class Database:
    """``locks``: it may be locked while it is busy. ``moves_changed_rows``: what changes goes behind the others."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.locks = kind == SQLITE
        self.moves_changed_rows = kind == POSTGRES

    def folded(self, text: str) -> str:
        """The same for names and uids that the database takes for equal: MySQL compares without case."""
        return text.casefold() if self._kind == MYSQL else text

    def takes(self, *texts: str | None) -> bool:
        """PostgreSQL keeps no NUL in a label or description."""
        return self._kind != POSTGRES or not any("\0" in (text or "") for text in texts)

    def cut(self, row: Row, generation: int) -> None:
        """MySQL keeps 65,535 bytes of each text without a word; a ``config`` that was cut is no JSON any more."""
        if self._kind == MYSQL:
            row.unreadable = len(gojson.encode(row.as_dict(generation)["config"]).encode()) > MOST_BYTES
            row.update(label=_cut(row.label), description=_cut(row.description))


def _cut(text: str) -> str:
    return text.encode()[:MOST_BYTES].decode("utf-8", "ignore")
