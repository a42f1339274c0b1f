# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one place that writes to Grafana: a write is done when the server holds what was requested, whatever it answers.

A busy server on SQLite answers a PATCH with 200 and stores a mixture of old and new, or with 404 or 500 and stores
nothing (measured on 9.4, 11.6 and 12.4). Such a write is sent again, after a growing pause, with fewer others at a
time.
"""

from __future__ import annotations

import dataclasses
import itertools
import random
import time
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._api import CorrelationsApi, NewCorrelation
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import differing
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    CrosslinkError,
    HttpError,
    InputError,
    NotFound,
    OutcomeUnknown,
    RetryAfterTooLong,
    TimedOut,
    UnexpectedResponse,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._write_limiter import WriteLimiter

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0  # seconds
# On the busiest server measured, every third PATCH was stored mixed: 16 in a row for one correlation in 10^8.
MOST_TRIES = 15
TRIES_AFTER_500 = 5  # each takes a locked database 5 seconds


class NotKept(CrosslinkError):
    """Grafana holds something else than was sent, after all tries."""

    code = "not_kept"

    def __init__(self, found: Correlation, lost: t.Sequence[str]) -> None:
        # Up to 9.5 Grafana has no transformations. A busy server mixes them with old ones, but drops none.
        self.is_too_old = list(lost) == ["config.transformations"] and not found.members["config.transformations"]
        why = "it stores something else than was sent; check the correlation in Grafana"
        if self.is_too_old:
            why = "this server is too old for them; omit them or upgrade Grafana"
        names = ", ".join(lost)
        super().__init__("Grafana did not keep %s of '%s' (uid '%s'): %s." % (names, found.label, found.uid, why))
        self.written = found


class Vanished(CrosslinkError):
    """The correlation of an entry with a uid does not exist any more."""

    code = "vanished"

    def __init__(self, uid: str) -> None:
        super().__init__("The correlation with uid '%s' was deleted by somebody else during the run: run again." % uid)


def _unknown(error: HttpError, advice: str) -> HttpError:
    """The error of a write that may have been done all the same."""
    return error.reworded("%s It is not known whether the write was done: %s." % (error, advice))


def _unreadable(error: HttpError, reading: HttpError) -> HttpError:
    """The error of an inconclusive write, where Grafana's state cannot be read either."""
    return _unknown(error, "reading failed too (%s), so run again later" % str(reading).rstrip("."))


class VerifiedWriter:
    """Creates, updates and deletes over one API; safe to use from several threads.

    ``retries`` is how often a request is sent again after a fault of the network or of a proxy.
    """

    def __init__(self, api: CorrelationsApi, limiter: WriteLimiter, retries: int) -> None:
        self.api = api
        self._limiter = limiter
        self._retries = retries

    def create(self, new: NewCorrelation) -> Correlation:
        """Create a correlation, never two; returns it as Grafana holds it. Raises HttpError, InputError, NotKept,
        Vanished."""
        for uid in self.api.uids_to_try(new):
            created = self._post(dataclasses.replace(new, uid=uid))
            if created is not None:
                break
        else:
            if new.uid is not None:
                raise InputError(
                    "The uid '%s' belongs to another correlation: choose another one." % new.uid, "uid_taken"
                )
            sentence = "Too many correlations with label '%s' share one key: delete or rename some of them."
            raise InputError(sentence % new.members["label"], "ambiguous")
        desired = dataclasses.replace(created, source=new.source, target=new.target, type=new.type, members=new.members)
        if created.read_only and _lost(created, desired, new.members):
            raise NotKept(created, _lost(created, desired, new.members))
        kept = self._until_kept(created, desired, list(new.members), 1)
        if kept is None:
            raise Vanished(created.uid)
        return kept

    def update(self, existing: Correlation, changes: t.Mapping[str, t.Any]) -> Correlation | None:
        """Change these members; returns the correlation as Grafana holds it, None if it vanished. Raises HttpError,
        NotKept."""
        desired = dataclasses.replace(existing, members={**existing.members, **changes})
        return self._until_kept(existing, desired, list(changes), 0)

    def delete(self, existing: Correlation) -> None:
        """Delete a correlation, unless it does not exist any more. Raises HttpError."""
        for attempt in itertools.count():
            try:
                with self._limiter.turn():
                    self.api.delete(existing)
                return
            except HttpError as error:
                if self._look(error, existing) is None:
                    return
                self._check_tries(error, attempt)
            _pause(attempt)

    def _post(self, new: NewCorrelation) -> Correlation | None:
        """The new correlation; None when its uid is taken by another one."""
        for attempt in itertools.count():
            try:
                with self._limiter.turn():
                    return self.api.post(new)
            except HttpError as error:
                if not self._is_inconclusive(error) or isinstance(error, NotFound):
                    raise
                try:
                    found = self.api.find_posted(new)
                except HttpError as reading:
                    raise _unreadable(error, reading) from None
                if found is not None:
                    return found
                if error.status == 409:
                    return None
                if isinstance(error, TimedOut) and not self.api.rejects_duplicates:
                    raise _unknown(error, "run again, which finds the correlation if it was created") from None
                is_final = isinstance(error, RetryAfterTooLong) or not (
                    isinstance(error, OutcomeUnknown) or error.status == 500
                )
                if is_final or attempt >= self._retries:
                    raise
            _pause(attempt)
        raise AssertionError("unreachable: the loop returns or raises")

    def _until_kept(
        self, found: Correlation, desired: Correlation, names: t.Sequence[str], writes: int
    ) -> Correlation | None:
        """PATCH until the server holds what is desired of these members and of source, target and type; None if the
        correlation vanished. ``writes`` counts the writes before."""
        error: HttpError | None = None
        written = found if writes else None
        for attempt in itertools.count(writes):
            lost = _lost(found, desired, names)
            if not lost:
                if error is None and attempt == 1:
                    self._limiter.note_success()
                return found
            if attempt:
                self._check_tries(error or NotKept(found, lost), attempt - 1)
                _pause(attempt - 1)
            try:
                with self._limiter.turn():
                    error, found = None, self.api.patch(found, desired, [name for name in names if name in lost])
                written = found
            except HttpError as caught:
                caught.written = written
                now = self._look(caught, found)
                if now is None:
                    return None
                if caught.status == 422 and now.version == found.version:
                    raise
                error, found = caught, now
        raise AssertionError("unreachable: the loop returns or raises")

    def _is_inconclusive(self, error: HttpError) -> bool:
        """Whether the write may have been done, or may succeed at the next try."""
        return (
            isinstance(error, (NotFound, OutcomeUnknown, UnexpectedResponse))
            or error.status in self.api.inconclusive_statuses
        )

    def _look(self, error: HttpError, existing: Correlation) -> Correlation | None:
        """The correlation after an inconclusive PATCH or DELETE; raises other errors again."""
        if not self._is_inconclusive(error):
            raise error
        try:
            return self.api.current(existing)
        except HttpError as reading:
            raise _unreadable(error, reading) from None

    def _check_tries(self, error: HttpError | NotKept, attempt: int) -> None:
        """Raise the error if the write is not sent again; otherwise note the contention that it shows."""
        if attempt >= _tries_after(error, self._retries):
            raise error
        if not isinstance(error, (OutcomeUnknown, UnexpectedResponse)):
            self._limiter.note_contention()


def _tries_after(error: HttpError | NotKept, retries: int) -> int:
    """How often a PATCH or DELETE is sent again after this error, while Grafana shows that it was not done."""
    if isinstance(error, NotKept):
        return 1 if error.is_too_old else MOST_TRIES
    if isinstance(error, (TimedOut, RetryAfterTooLong)):
        return 0
    if isinstance(error, OutcomeUnknown):
        return 1  # the client has sent it ``retries`` times more already
    if isinstance(error, UnexpectedResponse):
        return 0 if error.looks_successful else retries
    return TRIES_AFTER_500 if error.status == 500 else MOST_TRIES


def _pause(attempt: int) -> None:
    """Wait longer each time, and for a random time, so that the threads do not collide again."""
    time.sleep(random.uniform(0.5, 1.0) * min(FIRST_PAUSE * 2**attempt, LONGEST_PAUSE))


def _lost(found: Correlation, desired: Correlation, names: t.Iterable[str]) -> list[str]:
    """The names of what differs between the desired correlation and the one found."""
    lost = differing({name: desired.members[name] for name in names}, found.members)
    places = ("source", "target", "type")
    lost += ["config.%s" % name for name, value in desired.unknown.items() if found.unknown.get(name) != value]
    return lost + [place for place in places if getattr(found, place) != getattr(desired, place)]
