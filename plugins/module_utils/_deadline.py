# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ends what takes too long as a whole: a timeout of ``requests`` only bounds each wait for the next bytes."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import typing as t

LOOK_EVERY = 0.5  # seconds


class Deadline:
    """Breaks the connection of any thread whose exchange lasts longer than so many seconds.

    An exchange begins when the request is sent and ends with the last byte of the answer. A server that sends a byte
    now and then, of the headers or of the body, would otherwise hold a run for ever.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._sockets: dict[int, t.Any] = {}  # by thread: the one that it opened last
        self._ends: dict[int, float] = {}  # by thread: time.monotonic() at which its exchange is broken off
        self._broken: set[int] = set()  # threads whose exchange was
        self._is_watched = False

    def cover(self, manager: t.Any) -> None:
        """Know the connections that this PoolManager of urllib3 will make."""
        manager.pool_classes_by_scheme = {
            scheme: self._covered(pool_class) for scheme, pool_class in manager.pool_classes_by_scheme.items()
        }

    def _covered(self, pool_class: t.Any) -> t.Callable[..., t.Any]:
        sockets = self._sockets

        def keep(connection: t.Any, name: str, value: t.Any) -> None:
            # A connection that will not be used again drops its socket before the body is read.
            if name == "sock" and value is not None:
                sockets[threading.get_ident()] = value
            object.__setattr__(connection, name, value)

        def new_pool(*arguments: t.Any, **options: t.Any) -> t.Any:
            pool = pool_class(*arguments, **options)
            pool.ConnectionCls = type("Covered", (pool.ConnectionCls,), {"__setattr__": keep})
            return pool

        return new_pool

    @contextlib.contextmanager
    def exchange(self) -> t.Iterator[t.Callable[[], bool]]:
        """One exchange of this thread; gives what tells whether it was broken off."""
        thread = threading.get_ident()
        with self._lock:
            self._ends[thread] = time.monotonic() + self._seconds
            self._broken.discard(thread)
            if not self._is_watched:
                self._is_watched = True
                threading.Thread(target=self._watch, daemon=True).start()
        try:
            yield lambda: thread in self._broken
        finally:
            with self._lock:
                del self._ends[thread]

    def _watch(self) -> None:
        """Look at all exchanges now and then, until there is none."""
        while True:
            time.sleep(LOOK_EVERY)
            with self._lock:
                if not self._ends:
                    self._is_watched = False
                    return
                for thread in [thread for thread, end in self._ends.items() if time.monotonic() >= end]:
                    self._broken.add(thread)
                    # Not the method of a TLS socket, which drops the state that the thread still reads.
                    with contextlib.suppress(KeyError, OSError, TypeError):
                        socket.socket.shutdown(self._sockets[thread], socket.SHUT_RDWR)
