# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exceptions of this collection; only ``_module`` turns them into ``fail_json``."""

from __future__ import annotations

import re
import traceback
import typing as t

# What a server sends is shown without control characters, and no longer than this.
MAXIMUM_QUOTE = 300
# One message names no more mistakes than this; the result holds them all.
MOST_MISTAKES = 20
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]+")


def one_line(text: str) -> str:
    """A text without line breaks and without control and direction characters, which could forge what a terminal shows."""
    return _UNPRINTABLE.sub(" ", text)


def quotable(text: t.Any) -> str:
    """A server's text as it may be shown: one line, no control or direction characters, cut at 300 characters."""
    line = one_line(str(text)).strip()
    return line if len(line) <= MAXIMUM_QUOTE else line[:MAXIMUM_QUOTE] + "..."


class CrosslinkError(Exception):
    """Anything that ends a module: one sentence that says what to do.

    ``written`` is the correlation as Grafana holds it after a write that was done, but not as it should be.
    """

    written: t.Any = None

    def details(self) -> dict[str, t.Any]:
        """What goes beside ``msg`` into the result."""
        return {}


class Mistake(CrosslinkError):
    """The input is wrong, or does not fit what Grafana holds; nothing has been written."""


class Mistakes(Mistake):
    """Several mistakes, reported together; each is a sentence without its full stop."""

    def __init__(self, sentences: list[str]) -> None:
        if len(sentences) == 1:
            text = "%s." % sentences[0]
        else:
            shown = sentences[:MOST_MISTAKES] + (["and %d more" % (len(sentences) - MOST_MISTAKES)] if len(sentences) > MOST_MISTAKES else [])
            text = "%d mistakes, and nothing was written: %s." % (len(sentences), "; ".join(shown))
        super().__init__(text)
        self.sentences = list(sentences)

    def details(self) -> dict[str, t.Any]:
        return {"mistakes": self.sentences}


class Defect(CrosslinkError):
    """An exception that nobody expected, while it is handled."""

    def __init__(self, error: Exception) -> None:
        super().__init__("Unexpected %s: %s. This is a defect of crosslink.grafana; please report it." % (type(error).__name__, error))
        self.traceback = traceback.format_exc()

    def details(self) -> dict[str, t.Any]:
        return {"exception": self.traceback}


class PartFailed(CrosslinkError):
    """Some writes failed; the details are the result of what happened all the same."""

    def __init__(self, sentence: str, result: t.Mapping[str, t.Any]) -> None:
        super().__init__(sentence)
        self.result = dict(result)

    def details(self) -> dict[str, t.Any]:
        return self.result


class HttpError(CrosslinkError):
    """A request that failed: ``status`` is None where there was no answer; ``message`` is Grafana's own text."""

    def __init__(
        self,
        sentence: str,
        method: str,
        url: str,
        status: int | None = None,
        message: str | None = None,
    ) -> None:
        super().__init__(sentence)
        self.method = method
        self.url = url
        self.status = status
        self.message = message

    def details(self) -> dict[str, t.Any]:
        found = {"method": self.method, "url": self.url, "status": self.status, "grafana_message": self.message}
        return {name: value for name, value in found.items() if value is not None}


class NotArrived(HttpError):
    """No connection, or a 429: the request cannot have had an effect."""


class Doubtful(HttpError):
    """The request may have had an effect: no answer after it was sent, or a gateway's 502, 503 or 504."""


class TimedOut(Doubtful):
    """No answer in time, from Grafana or from the gateway (504): the request may still be under way."""


class TooBusy(Doubtful):
    """A 503 that asks to wait longer than we do: not sent again, but it may have had an effect."""


class Unreadable(HttpError):
    """An answer that is not what Grafana sends: a login page, a proxy's error, half a JSON text."""

    @property
    def is_no_refusal(self) -> bool:
        """Whether it looks like a success or a redirect: the same request would be answered alike, so it is not sent again."""
        return self.status is None or self.status < 400


def of_unknown_fate(error: HttpError, advice: str) -> HttpError:
    """The error of a write that may have been done all the same, with what to do about it."""
    sentence = "%s Whether it was done is not known yet: %s." % (error, advice)
    unknown = type(error)(sentence, error.method, error.url, error.status, error.message)
    unknown.written = error.written
    return unknown


def unread(error: HttpError, reading: HttpError) -> HttpError:
    """The error of a write that proves nothing, where what Grafana holds cannot be read either."""
    return of_unknown_fate(error, "reading failed too (%s), so run again later" % str(reading).rstrip("."))


class NotFound(HttpError):
    """Grafana's own 404 for a data source, a correlation or an organisation."""


class NoSuchRoute(HttpError):
    """The server does not know the path at all, as opposed to: the thing asked for is not there."""


class ListFailed(HttpError):
    """Grafana cannot read the correlations that were asked for, since there is one that its database has cut."""


class ReadOnly(HttpError):
    """Grafana says that the correlation, or its source, is provisioned."""
