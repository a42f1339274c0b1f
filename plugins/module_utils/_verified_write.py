# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one place that writes to Grafana: a write is done when the server holds what was asked, whatever it answers.

A server on SQLite that is busy answers 200 to a PATCH and stores old and new mixed, or 404 or 500 and stores nothing
(measured on 9.4, 11.6 and 12.4). Such a write is sent again, after a growing pause, with fewer others beside it.
"""

from __future__ import annotations

import dataclasses
import itertools
import random
import time
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import differing
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    CrosslinkError,
    Doubtful,
    HttpError,
    Mistake,
    NotFound,
    TimedOut,
    TooBusy,
    Unreadable,
    of_unknown_fate,
    unread,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._route import NewCorrelation, Route
from ansible_collections.crosslink.grafana.plugins.module_utils._write_limiter import WriteLimiter

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0  # seconds
# On the busiest server measured, every third PATCH was stored mixed: 16 in a row for one correlation in 10^8.
MOST_ROUNDS = 15
ROUNDS_AFTER_500 = 5  # a locked database takes 5 seconds for each


class NotKept(CrosslinkError):
    """Grafana holds something else than was sent, however often."""

    def __init__(self, found: Correlation, lost: t.Sequence[str]) -> None:
        self.written = found
        # Up to 9.5 Grafana knows no transformations. A busy server mixes them with old ones, but drops none.
        self.is_too_old = list(lost) == ["config.transformations"] and not found.members["config.transformations"]
        why = "it holds something else than was sent; look at the correlation in Grafana"
        if self.is_too_old:
            why = "this server is too old for them, so leave them out or upgrade Grafana"
        super().__init__("Grafana did not keep %s of '%s' (uid '%s'): %s." % (", ".join(lost), found.label, found.uid, why))


class Vanished(CrosslinkError):
    """The correlation is gone, and only one of its uid would do."""

    def __init__(self, uid: str) -> None:
        super().__init__("The correlation with uid '%s' was removed by somebody else meanwhile: run again." % uid)


class VerifiedWriter:
    """Creates, updates and deletes over one route; safe to use from several threads.

    ``retries`` is how often a request is sent again after a fault of the network or of a proxy.
    """

    def __init__(self, route: Route, limiter: WriteLimiter, retries: int) -> None:
        self.route = route
        self._limiter = limiter
        self._retries = retries

    def create(self, new: NewCorrelation) -> Correlation:
        """Add a correlation, never two; returns it as Grafana holds it. Raises HttpError, Mistake, NotKept, Vanished."""
        for uid in self.route.uids_for(new):
            made = self._post(dataclasses.replace(new, uid=uid))
            if made is not None:
                break
        else:
            if new.uid is not None:
                raise Mistake("The uid '%s' belongs to another correlation: choose another one." % new.uid)
            raise Mistake("There are too many correlations labelled '%s' with the same key: remove or rename some of them." % new.members["label"])
        desired = dataclasses.replace(made, source=new.source, target=new.target, type=new.type, members=new.members)
        if made.read_only and _lost(made, desired, new.members):
            raise NotKept(made, _lost(made, desired, new.members))
        kept = self._until_kept(made, desired, list(new.members), 1)
        if kept is None:
            raise Vanished(made.uid)
        return kept

    def update(self, existing: Correlation, changes: t.Mapping[str, t.Any]) -> Correlation | None:
        """Change these members; returns the correlation as Grafana holds it, None when it is gone. Raises HttpError, NotKept."""
        desired = dataclasses.replace(existing, members={**existing.members, **changes})
        return self._until_kept(existing, desired, list(changes), 0)

    def delete(self, existing: Correlation) -> None:
        """Remove a correlation; that it is gone already is fine. Raises HttpError."""
        for attempt in itertools.count():
            try:
                with self._limiter.turn():
                    self.route.remove(existing)
                return
            except HttpError as error:
                if self._look(error, existing) is None:
                    return
                self._check_rounds(error, attempt)
            self._pause(attempt)

    def _post(self, new: NewCorrelation) -> Correlation | None:
        """The new correlation; None when its uid is taken by another one."""
        for attempt in itertools.count():
            try:
                with self._limiter.turn():
                    return self.route.post(new)
            except HttpError as error:
                if not self._proves_nothing(error) or isinstance(error, NotFound):
                    raise
                try:
                    found = self.route.posted(new)
                except HttpError as reading:
                    raise unread(error, reading) from None
                if found is not None:
                    return found
                if error.status == 409:
                    return None
                if isinstance(error, TimedOut) and not self.route.refuses_doubles:
                    raise of_unknown_fate(error, "run again, which will find it if it was") from None
                is_final = isinstance(error, TooBusy) or not (isinstance(error, Doubtful) or error.status == 500)
                if is_final or attempt >= self._retries:
                    raise
            self._pause(attempt)
        raise AssertionError("unreachable: the loop returns or raises")

    def _until_kept(self, found: Correlation, desired: Correlation, names: t.Sequence[str], attempt: int) -> Correlation | None:
        """PATCH until the server holds what is desired of these members and of the place; None when the
        correlation is gone. ``attempt`` is how many writes there were before."""
        error: HttpError | None = None
        written = found if attempt else None
        for attempt in itertools.count(attempt):
            lost = _lost(found, desired, names)
            if not lost:
                if error is None and attempt == 1:
                    self._limiter.note_success()
                return found
            if attempt:
                self._check_rounds(error or NotKept(found, lost), attempt - 1)
                self._pause(attempt - 1)
            try:
                with self._limiter.turn():
                    error, found = None, self.route.patch(found, desired, [name for name in names if name in lost])
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

    def _proves_nothing(self, error: HttpError) -> bool:
        """Whether the write may have been done, or may be done at the next try, after all."""
        return isinstance(error, (NotFound, Doubtful, Unreadable)) or error.status in self.route.statuses_that_prove_nothing

    def _look(self, error: HttpError, existing: Correlation) -> Correlation | None:
        """The correlation as it is after a PATCH or DELETE that failed in a way that proves nothing; raises other errors again."""
        if not self._proves_nothing(error):
            raise error
        try:
            return self.route.now(existing)
        except HttpError as reading:
            raise unread(error, reading) from None

    def _check_rounds(self, error: HttpError | NotKept, attempt: int) -> None:
        """Raise the error of a write that is not to be sent again; otherwise note contention where it shows some."""
        if attempt >= self._rounds(error):
            raise error
        if not isinstance(error, (Doubtful, Unreadable)):
            self._limiter.note_contention()

    def _rounds(self, error: HttpError | NotKept) -> int:
        """How often a PATCH or DELETE is sent again after this, while Grafana shows that it was not done."""
        if isinstance(error, NotKept):
            return 1 if error.is_too_old else MOST_ROUNDS
        if isinstance(error, (TimedOut, TooBusy)):
            return 0
        if isinstance(error, Doubtful):
            return 1  # it has been sent ``retries`` times more already
        if isinstance(error, Unreadable):
            return 0 if error.is_no_refusal else self._retries
        return ROUNDS_AFTER_500 if error.status == 500 else MOST_ROUNDS

    @staticmethod
    def _pause(attempt: int) -> None:
        """Longer each time, and of different length in each thread, so that they do not meet again."""
        time.sleep(random.uniform(0.5, 1.0) * min(FIRST_PAUSE * 2**attempt, LONGEST_PAUSE))


def _lost(found: Correlation, desired: Correlation, names: t.Iterable[str]) -> list[str]:
    """What of the desired correlation is not so in the one found."""
    lost = differing({name: desired.members[name] for name in names}, found.members)
    places = ("source", "target", "type")
    lost += ["config.%s" % name for name, value in desired.unknown.items() if found.unknown.get(name) != value]
    return lost + [place for place in places if getattr(found, place) != getattr(desired, place)]
