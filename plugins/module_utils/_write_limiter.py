# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many writes are under way at once: fewer where they get in each other's way, slowly more again."""

from __future__ import annotations

import contextlib
import threading
import typing as t

FIRST_PATIENCE = 32  # writes without contention before one more runs at once
LONGEST_PATIENCE = 1024


class WriteLimiter:
    """Lets up to ``most`` threads write at once; contention halves that, down to one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._limit = most
        self._under_way = 0
        self._clean = 0  # writes since the last contention, or since the limit was raised
        self._patience = FIRST_PATIENCE
        self._changed = threading.Condition()

    @property
    def limit(self) -> int:
        """How many may write at once now. At 1, nobody else of ours writes at the same time."""
        return self._limit

    @contextlib.contextmanager
    def turn(self) -> t.Iterator[None]:
        """Wait until there is room, and take it up for one request."""
        with self._changed:
            self._changed.wait_for(lambda: self._under_way < self._limit)
            self._under_way += 1
        try:
            yield
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    def note_contention(self) -> None:
        """An answer has shown that writes get in each other's way."""
        with self._changed:
            if self._limit > 1:
                self._patience = min(2 * self._patience, LONGEST_PATIENCE)
            self._limit = max(1, self._limit // 2)
            self._clean = 0

    def note_success(self) -> None:
        """A write was kept at the first try."""
        with self._changed:
            self._clean += 1
            if self._limit < self._most and self._clean >= self._patience:
                self._limit += 1
                self._clean = 0
                self._changed.notify_all()
