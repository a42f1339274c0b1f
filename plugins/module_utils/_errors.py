# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exceptions of this collection. Only ``_module`` turns them into ``fail_json``.

Every exception has a stable code, which docs/errors.md lists.
"""

from __future__ import annotations

import dataclasses
import traceback
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._text import as_sentence, listed, shortened

# One message shows no more errors than this; the result contains all of them.
MOST_ERRORS_SHOWN = 20


@dataclasses.dataclass(frozen=True)
class Origin:
    """Where an entry is written.

    ``order`` counts the entries of a run from 1. ``position`` is the place in its own list, from 1; None for the
    options of a module, which are no list. ``path`` is the place of that list in its file, such as
    ``datasources[2].correlations``, if the file is not a list itself.
    """

    order: int = 1
    position: int | None = None
    file: str | None = None
    variable: str | None = None
    label: str = ""
    path: str | None = None

    def __str__(self) -> str:
        """``team.yml entry 3 (Label)``; with an index ``team_list[2]`` and ``a.yml datasources[0].correlations[2]``."""
        where, label = self.variable or self.path or "", ""
        if self.position is not None:
            where = "%s[%d]" % (where, self.position - 1) if where else "entry %d" % self.position
            label = "(%s)" % shortened(self.label) if self.label else ""
        return " ".join(filter(None, (self.file, where, label)))

    def as_result(self) -> dict[str, t.Any]:
        """The known parts, for a result."""
        found = {
            "variable": self.variable,
            "file": self.file,
            "path": self.path,
            "position": self.position,
            "label": self.label or None,
        }
        return {name: value for name, value in found.items() if value is not None}


def with_origin(origin: Origin | None, clause: str) -> str:
    """The clause with its origin in front; without one, as the beginning of a sentence."""
    place = "" if origin is None else str(origin)
    return "%s: %s" % (place, clause) if place else as_sentence(clause)[:-1]


def warning_about(origins: t.Iterable[Origin], clause: str) -> str:
    """One sentence about all these entries."""
    places = [str(origin) for origin in origins if str(origin)]
    return "%s: %s." % (listed(places), clause) if places else as_sentence(clause)


@dataclasses.dataclass(frozen=True)
class Problem:
    """One error or warning about the input: a stable code, and a clause without its full stop that says what to do."""

    code: str
    message: str
    origin: Origin | None = None

    def __str__(self) -> str:
        return with_origin(self.origin, self.message)

    def as_result(self) -> dict[str, t.Any]:
        """An item of ``errors`` in a result."""
        place = {} if self.origin is None else self.origin.as_result()
        return {"code": self.code, "message": as_sentence(self.message), **place}


def in_order(problems: t.Iterable[Problem]) -> list[Problem]:
    """The problems in the order of their entries, those of no entry first."""
    return sorted(problems, key=lambda problem: problem.origin.order if problem.origin else 0)


def warnings_about(problems: t.Iterable[Problem]) -> list[str]:
    """The sentences for warnings; one that holds for many entries is given once."""
    origins_of: dict[str, list[Origin]] = {}
    for problem in problems:
        origins_of.setdefault(problem.message, []).extend([problem.origin] if problem.origin else [])
    return [warning_about(origins, message) for message, origins in origins_of.items()]


class CrosslinkError(Exception):
    """Ends a module: one sentence that says what to do.

    ``written`` is the correlation as Grafana holds it after a write that was done, but not as requested.
    """

    code = "failed"
    written: t.Any = None

    def __init__(self, sentence: str, code: str | None = None) -> None:
        super().__init__(sentence)
        if code is not None:
            self.code = code

    def details(self) -> dict[str, t.Any]:
        """What a result has beside ``msg``."""
        return {"code": self.code}


class InputError(CrosslinkError):
    """The input is wrong, or does not fit what Grafana holds. Nothing was written."""

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence, code)

    def details(self) -> dict[str, t.Any]:
        return {"code": self.code, "errors": [{"code": self.code, "message": str(self)}]}


class InputErrors(InputError):
    """All problems of the input together, in the order of the entries; the code is theirs if they share one."""

    def __init__(self, problems: t.Iterable[Problem], consequence: str = ", nothing was written") -> None:
        self.problems = in_order(problems)
        shown = [str(problem) for problem in self.problems[:MOST_ERRORS_SHOWN]]
        more = len(self.problems) - len(shown)
        text = "; ".join(shown + (["and %d more" % more] if more else []))
        codes = {problem.code for problem in self.problems}
        super().__init__(
            "%s." % text if len(self.problems) == 1 else "%d errors%s: %s." % (len(self.problems), consequence, text),
            code=codes.pop() if len(codes) == 1 else "invalid_input",
        )

    def details(self) -> dict[str, t.Any]:
        return {"code": self.code, "errors": [problem.as_result() for problem in self.problems]}


class ProblemsFound(InputErrors):
    """Problems that a module is there to find, with the rest of its result."""

    def __init__(self, problems: t.Iterable[Problem], result: t.Mapping[str, t.Any]) -> None:
        super().__init__(problems, consequence="")
        self._result = result

    def details(self) -> dict[str, t.Any]:
        return {**self._result, **super().details()}


class InternalError(CrosslinkError):
    """An unexpected exception, wrapped while it is handled."""

    code = "internal_error"

    def __init__(self, error: Exception) -> None:
        name = type(error).__name__
        super().__init__("Unexpected %s: %s. This is a bug in crosslink.grafana; please report it." % (name, error))
        self.traceback = traceback.format_exc()

    def details(self) -> dict[str, t.Any]:
        return {"code": self.code, "exception": self.traceback}


class PartialFailure(CrosslinkError):
    """Some writes failed. ``result`` says what was done; the code is that of the first failure."""

    def __init__(self, sentence: str, first: CrosslinkError, result: t.Mapping[str, t.Any]) -> None:
        super().__init__(sentence, first.code)
        self.result = {**result, **first.details()}

    def details(self) -> dict[str, t.Any]:
        return self.result


class HttpError(CrosslinkError):
    """A request that failed: ``status`` is None where there was no answer; ``message`` is Grafana's own text."""

    code = "request_failed"

    def __init__(
        self,
        sentence: str,
        method: str,
        url: str,
        status: int | None = None,
        message: str | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(sentence, code)
        self.method = method
        self.url = url
        self.status = status
        self.message = message

    def details(self) -> dict[str, t.Any]:
        found = {
            "code": self.code,
            "method": self.method,
            "url": self.url,
            "status": self.status,
            "grafana_message": self.message,
        }
        return {name: value for name, value in found.items() if value is not None}

    def reworded(self, sentence: str) -> HttpError:
        """The same error with another sentence."""
        error = type(self)(sentence, self.method, self.url, self.status, self.message, self.code)
        error.written = self.written
        return error


class NotDelivered(HttpError):
    """No connection, or a 429: the request cannot have had an effect."""

    code = "connection_failed"


class OutcomeUnknown(HttpError):
    """The request may have had an effect: no answer after it was sent, or a 502, 503 or 504 of a gateway."""

    code = "connection_broken"


class TimedOut(OutcomeUnknown):
    """No answer in time, from Grafana or from the gateway (504): the server may still handle the request."""

    code = "timeout"


class RetryAfterTooLong(OutcomeUnknown):
    """A 503 that asks for a longer pause than we make: it is not sent again, but may have had an effect."""

    code = "unavailable"


class UnexpectedResponse(HttpError):
    """An answer that Grafana does not send: a login page, a proxy's error page, half a JSON text."""

    code = "unexpected_response"

    @property
    def looks_successful(self) -> bool:
        """Whether the status is that of a success or a redirect, which another try would give again."""
        return self.status is None or self.status < 400


class NotFound(HttpError):
    """Grafana's own 404 for a data source, a correlation or an organization."""

    code = "not_found"


class EndpointNotFound(HttpError):
    """The server does not have the path at all."""

    code = "endpoint_not_found"


class ListFailed(HttpError):
    """Grafana cannot read the correlations, because its database has cut one of them."""

    code = "list_failed"


class ReadOnly(HttpError):
    """Grafana says that the correlation, or its source, is provisioned."""

    code = "provisioned"
