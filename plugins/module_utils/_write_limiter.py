# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many writes run at a time: fewer when they collide on the server, slowly more again."""

from __future__ import annotations

import contextlib
import threading
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError

MOST_CONCURRENCY = 16
FIRST_PATIENCE = 32  # writes without contention before one more may run at a time
LONGEST_PATIENCE = 1024


def checked_concurrency(concurrency: int) -> int:
    """The number of writes at a time. Raises InputError out of range."""
    if not 1 <= concurrency <= MOST_CONCURRENCY:
        sentence = "concurrency is %d but must be from 1 to %d." % (concurrency, MOST_CONCURRENCY)
        raise InputError(sentence, "invalid_value")
    return concurrency


class WriteLimiter:
    """Lets up to ``most`` threads write at a time; contention halves the number, down to one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._limit = most
        self._under_way = 0
        self._clean = 0  # writes since the last contention, or since the limit was raised
        self._patience = FIRST_PATIENCE
        self._changed = threading.Condition()

    @property
    def limit(self) -> int:
        """How many threads may write at a time now."""
        return self._limit

    @contextlib.contextmanager
    def turn(self) -> t.Iterator[None]:
        """Wait for a free turn, and hold it during one request."""
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
        """Reduce the number: an answer has shown that writes collide."""
        with self._changed:
            if self._limit > 1:
                self._patience = min(2 * self._patience, LONGEST_PATIENCE)
            self._limit = max(1, self._limit // 2)
            self._clean = 0

    def note_success(self) -> None:
        """Count a write that was kept at the first try."""
        with self._changed:
            self._clean += 1
            if self._limit < self._most and self._clean >= self._patience:
                self._limit += 1
                self._clean = 0
                self._changed.notify_all()
