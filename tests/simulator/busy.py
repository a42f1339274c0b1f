# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A SQLite database that is locked now and then, as one is to which several clients write.

Writes wait for each other, and each holds the database for ``busy_write_ms``. With ``busy: overlap`` a write goes wrong
at the chance ``busy_share`` for each other one that waits beside it. (Measured on 12.4.3: of 200 changed queries 29
with 4 threads and 45 to 72 with 8; the usual share gives 29 and 60.) With ``busy: always`` it does at the chance
``busy_share``, whether others wait or not.

Which writes that are depends on ``seed``, on what a write is for and on how often that was tried, not on the order of
arrival.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from answers import Refusal, failure
from rows import Row

if TYPE_CHECKING:
    from call import Call
    from settings import Settings

OFF, OVERLAP, ALWAYS = "off", "overlap", "always"
KINDS = (OFF, OVERLAP, ALWAYS)
ANSWERS = ("mixed", "404", "500")  # that are wrong


class Busy:
    """``counts`` holds the writes that could go wrong (``writes``) and the wrong answers among them, by kind."""

    def __init__(self, settings: Settings, totals: Counter[str]) -> None:
        self.counts: Counter[str] = Counter()
        self._totals = totals
        self._settings = settings
        self._database = asyncio.Lock()
        self._waiting = 0
        self._tries: Counter[str] = Counter()

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """The time in which a write has the database for itself."""
        self._waiting += 1
        try:
            async with self._database:
                await asyncio.sleep(self._settings.busy_write_ms / 1000)
                yield
        finally:
            self._waiting -= 1

    def goes_wrong(self, what: str) -> bool:
        """Whether the write that has its turn now goes wrong; ``what`` says what it does to what."""
        settings = self._settings
        if settings.busy == OFF:
            return False
        self._tries[what] += 1
        draw = random.Random(f"{settings.seed} {what} {self._tries[what]}").random()
        others = 1 if settings.busy == ALWAYS else self._waiting - 1
        self._count("writes")
        return draw < 1 - (1 - settings.busy_share) ** others

    def answers(self, kind: str) -> None:
        """Counts a wrong answer."""
        self._count(kind)

    def _count(self, name: str) -> None:
        self.counts[name] += 1
        self._totals[name] += 1


def refuse(call: Call, what: str, text: str, status: int = 500) -> None:
    """Ends a write that goes wrong with this answer, and with nothing written."""
    if call.busy.goes_wrong(what):
        call.busy.answers(str(status))
        raise Refusal(failure(call.generation, status, text))


def as_dict(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in ("writes", *ANSWERS)}


def is_missed(row: Row, changes: dict[str, Any]) -> bool:
    """Whether the second try of a PATCH does not find the row.

    It looks for a row that has the changes of the first try already; empty texts do not count. (By the sources of
    12.4.3; measured where a label, description or type changed.)
    """
    return any(changes.get(name) not in (None, "", getattr(row, name)) for name in ("label", "description", "type"))


def mixed(row: Row, changes: dict[str, Any]) -> dict[str, Any]:
    """What the second try of a PATCH stores: it reads the old content into what the first try had put in its place.

    Members of the old ``config.target`` win over new ones, and so do those of an old transformation over those of the
    new one that stands where it stood (measured on 12.4.3).
    """
    result = dict(changes)
    if "query" in changes:
        result["query"] = {**changes["query"], **row.query}
    if "transformations" in changes:
        old = [{name: value for name, value in item.items() if value} for item in row.transformations]
        new = changes["transformations"]
        result["transformations"] = [{**item, **kept} for item, kept in zip(new, old + [{}] * len(new))]
    return result
