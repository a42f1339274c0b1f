# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lets the runs of one user on one host write to an organization of a Grafana one after the other.

Nothing is unique on the server, so two runs that read at the same time would both create what is missing.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
import typing as t
from urllib.parse import urlsplit

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import CrosslinkError

try:
    import fcntl

    FCNTL_IMPORT_ERROR = None
except ImportError as error:
    FCNTL_IMPORT_ERROR = error

LOOK_EVERY = 0.1  # seconds
WARN_AFTER = 5  # seconds
LONGEST_WAIT = 15 * 60  # seconds
DEFAULT_PORTS = {"http": 80, "https": 443}


@contextlib.contextmanager
def one_run_at_a_time(folder: str, url: str, org_id: int | None) -> t.Iterator[list[str]]:
    """Hold the lock of this Grafana and organization; gives warnings. The kernel releases it whenever the process ends.

    Without ``org_id`` the organization may be any, so the run waits for those of every organization, and they for it.
    Raises CrosslinkError if another run holds the lock for too long.
    """
    warnings = []
    with contextlib.ExitStack() as held:
        try:
            if FCNTL_IMPORT_ERROR is not None:
                raise OSError("%s" % FCNTL_IMPORT_ERROR)
            started = time.monotonic()
            os.makedirs(folder, mode=0o700, exist_ok=True)
            _lock(_path(folder, url), fcntl.LOCK_EX if org_id is None else fcntl.LOCK_SH, started, held)
            if org_id is not None:
                _lock(_path(folder, url, org_id), fcntl.LOCK_EX, started, held)
            waited = time.monotonic() - started
            if waited > WARN_AFTER:
                warnings.append(
                    "Waited %d seconds for another run on this host that was writing to the same Grafana." % waited
                )
        except OSError as error:
            warnings.append(
                "No lock can be taken in %s (%s), and two runs at the same time can create a correlation twice: "
                "let only one at a time write to this Grafana." % (folder, error.strerror or error)
            )
        yield warnings


def _path(folder: str, url: str, org_id: int | None = None) -> str:
    """The lock file, the same for every spelling of the url; each user has files of their own, since the folder may be
    shared."""
    parts = urlsplit(url)
    port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    what = "%s://%s:%s%s %s" % (
        parts.scheme,
        (parts.hostname or "").rstrip("."),
        port,
        parts.path.rstrip("/"),
        org_id or "",
    )
    return os.path.join(
        folder, "crosslink-grafana-%d-%s.lock" % (os.getuid(), hashlib.sha256(what.encode()).hexdigest()[:16])
    )


def _lock(path: str, kind: int, started: float, held: contextlib.ExitStack) -> None:
    """Take this lock for as long as the stack lasts, waiting for it. Raises OSError and CrosslinkError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    held.callback(os.close, descriptor)
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() - started > LONGEST_WAIT:
                sentence = (
                    "Another run on this host has been writing to the same Grafana for more than %d minutes "
                    "(it holds %s): wait until it ends, or end it, and run again."
                )
                raise CrosslinkError(sentence % (LONGEST_WAIT // 60, path), "locked") from None
        time.sleep(LOOK_EVERY)
