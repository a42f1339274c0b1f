# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing until Grafana holds what was asked, on servers that answer and store what they like."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Doubtful, HttpError, NotFound, TimedOut, TooBusy, Unreadable
from ansible_collections.crosslink.grafana.plugins.module_utils._route import NewCorrelation
from ansible_collections.crosslink.grafana.plugins.module_utils._verified_write import (
    LONGEST_PAUSE,
    MOST_ROUNDS,
    ROUNDS_AFTER_500,
    NotKept,
    Vanished,
    VerifiedWriter,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._write_limiter import WriteLimiter
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import LOGFMT, new, row

Fault = t.Callable[[Correlation, Correlation], Correlation]  # what is stored, from what was there and what would be right


def fails(kind: type[HttpError] = HttpError, status: int | None = None) -> HttpError:
    return kind("no", "PATCH", "https://h", status)


class Route:
    """Holds one correlation, and keeps writes as it should unless it is told otherwise, one write after the other."""

    validates = True
    refuses_doubles = False
    statuses_that_prove_nothing = (500,)

    def __init__(self, *faults: HttpError | Fault, held: Correlation | None = None) -> None:
        self.held = held
        self.faults = list(faults)
        self.writes: list[t.Any] = []
        self.looks = 0

    def _write(self, write: t.Any, right: Correlation | None) -> Correlation:
        self.writes.append(write)
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, HttpError):
            raise fault  # pylint: disable=raising-bad-type
        if fault is not None and right is not None:
            right = fault(self.held or right, right)
        self.held, before = right, self.held
        shown = right or before
        assert shown is not None
        return shown

    def uids_for(self, _wanted: NewCorrelation) -> list[None]:
        return [None]

    def post(self, wanted: NewCorrelation) -> Correlation:
        return self._write("POST", row("u1", source=wanted.source, target=wanted.target, type=wanted.type, **_by_name(wanted.members)))

    def posted(self, _wanted: NewCorrelation) -> Correlation | None:
        return self.now(row())

    def patch(self, existing: Correlation, desired: Correlation, names: t.Collection[str]) -> Correlation:
        assert existing == self.held
        return self._write(sorted(names), dataclasses.replace(existing, members={**existing.members, **{name: desired.members[name] for name in names}}))

    def remove(self, _existing: Correlation) -> None:
        self._write("DELETE", None)

    def now(self, _existing: Correlation) -> Correlation | None:
        self.looks += 1
        return self.held


def _by_name(members: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {"query" if name == "config.target" else name.rpartition(".")[2]: value for name, value in members.items()}


def writing(route: Route, retries: int = 3, most: int = 1) -> VerifiedWriter:
    return VerifiedWriter(t.cast(t.Any, route), WriteLimiter(most), retries)


def mixed(before: Correlation, right: Correlation) -> Correlation:
    """As SQLite-backed servers mix config.target: a member that was there keeps its old value (measured on 12.4.3)."""
    target = {**right.members["config.target"], **before.members["config.target"]}
    return dataclasses.replace(right, members={**right.members, "config.target": target})


def keeping(**members: t.Any) -> Fault:
    """Other members than those that were sent."""
    return lambda before, right: dataclasses.replace(right, members={**right.members, **members})


OLD = row("u1", query={"a": "old", "c": 1})
CHANGES = {"config.target": {"a": "new", "b": 2}}


@pytest.mark.parametrize("times", [0, 1, 5, MOST_ROUNDS])
def test_an_update_that_is_stored_mixed_is_sent_until_it_is_right(times):
    route = Route(*[mixed] * times, held=OLD)
    found = writing(route).update(OLD, CHANGES)
    assert found is not None
    assert found.members["config.target"] == {"a": "new", "b": 2}
    assert (route.held, route.looks) == (found, 0)
    assert route.writes == [["config.target"]] * (times + 1)


def test_only_what_is_not_right_yet_is_sent_again():
    route = Route(mixed, held=OLD)
    writing(route).update(OLD, {"label": "new", "description": "D", **CHANGES})
    assert route.writes == [["config.target", "description", "label"], ["config.target"]]


def test_what_is_never_kept_is_an_error_that_names_it():
    route = Route(*[mixed] * 99, held=OLD)
    with pytest.raises(NotKept) as caught:
        writing(route).update(OLD, {"description": "D", **CHANGES})
    assert str(caught.value) == (
        "Grafana did not keep config.target of 'Logs to traces' (uid 'u1'): it holds something else than was sent; look at the correlation in Grafana."
    )
    assert caught.value.written == route.held
    assert len(route.writes) == MOST_ROUNDS + 1


def test_pauses_grow_and_differ(clock):
    pauses = []
    for _thread in range(2):
        writing(Route(*[mixed] * 9, held=OLD)).update(OLD, CHANGES)
        pauses.append(clock.slept[:])
        clock.slept.clear()
    for pause, other, most in zip(*pauses, [0.05, 0.1, 0.2, 0.4, 0.8] + [LONGEST_PAUSE] * 4):
        assert most / 2 <= pause <= most
        assert pause != other
    assert len(pauses[0]) == 9


@pytest.mark.parametrize("error", [fails(NotFound, 404), fails(status=500)], ids=["404", "500"])
def test_a_write_that_was_not_done_is_sent_again(error):
    for times in (1, ROUNDS_AFTER_500):
        route = Route(*[error] * times, held=OLD)
        assert writing(route).update(OLD, CHANGES) is not None
        assert len(route.writes) == times + 1
        route = Route(*[error] * times, held=OLD)
        writing(route).delete(OLD)
        assert (route.held, len(route.writes)) == (None, times + 1)


@pytest.mark.parametrize(
    "error, rounds",
    [
        (fails(NotFound, 404), MOST_ROUNDS),
        (fails(status=500), ROUNDS_AFTER_500),
        (fails(Doubtful, 502), 1),
        (fails(TimedOut, 504), 0),
        (fails(TooBusy, 503), 0),
        (fails(Unreadable, 200), 0),
        (fails(Unreadable, 404), 2),
    ],
)
def test_no_write_is_sent_for_ever(error, rounds):
    writes: list[t.Callable[[VerifiedWriter], t.Any]] = [lambda writer: writer.update(OLD, CHANGES), lambda writer: writer.delete(OLD)]
    for write in writes:
        route = Route(*[error] * 99, held=OLD)
        with pytest.raises(HttpError) as caught:
            write(writing(route, retries=2))
        assert caught.value is error
        assert (len(route.writes), route.looks) == (rounds + 1, rounds + 1)


@pytest.mark.parametrize("status", [400, 401, 403, 409, 422])
def test_a_refusal_is_final(status):
    route = Route(fails(status=status), held=OLD)
    with pytest.raises(HttpError):
        writing(route).update(OLD, CHANGES)
    assert (len(route.writes), route.looks) == (1, 0)


def test_a_correlation_that_is_gone(monkeypatch):
    route = Route(fails(NotFound, 404), held=OLD)
    monkeypatch.setattr(route, "now", lambda existing: None)
    assert writing(route).update(OLD, CHANGES) is None
    writing(Route(fails(NotFound, 404))).delete(OLD)


def test_a_state_that_cannot_be_read(monkeypatch):
    route = Route(fails(status=500), held=OLD)

    def now(_existing: Correlation) -> None:
        raise fails(status=401)

    monkeypatch.setattr(route, "now", now)
    with pytest.raises(HttpError) as caught:
        writing(route).update(OLD, CHANGES)
    assert "reading failed too" in str(caught.value)


# Creating


def test_a_create_that_is_stored_otherwise_is_changed_until_it_is_right():
    route = Route(keeping(description="theirs"), keeping(description="theirs"))
    made = writing(route).create(new(description="D", query={"a": 1}))
    assert (made.members["description"], route.held) == ("D", made)
    assert route.writes == ["POST", ["description"], ["description"]]


def test_a_create_that_was_removed_before_it_was_right(monkeypatch):
    route = Route(keeping(description="theirs"), fails(NotFound, 404))
    monkeypatch.setattr(route, "now", lambda existing: None)
    with pytest.raises(Vanished) as caught:
        writing(route).create(new(description="D"))
    assert str(caught.value) == "The correlation with uid 'u1' was removed by somebody else meanwhile: run again."


def test_one_of_somebody_else_is_not_changed():
    route = Route(lambda before, right: dataclasses.replace(right, read_only=True, members={**right.members, "description": "theirs"}))
    with pytest.raises(NotKept):
        writing(route).create(new(description="D"))
    assert route.writes == ["POST"]


@pytest.mark.parametrize("place", [{"source": "x"}, {"target": "x"}, {"type": "external"}])
def test_a_server_that_puts_it_somewhere_else(place):
    route = Route(*[lambda before, right: dataclasses.replace(right, **place)] * 99)
    with pytest.raises(NotKept) as caught:
        writing(route).create(new())
    assert str(caught.value).startswith("Grafana did not keep %s of 'Logs to traces' (uid 'u1'): " % next(iter(place)))


def test_a_500_to_a_create_is_sent_again_when_it_made_nothing(monkeypatch):
    for times, right in ((3, True), (4, False)):
        route = Route(*[fails(status=500)] * times)
        try:
            assert writing(route).create(new()) == route.held
        except HttpError:
            assert not right
        assert len(route.writes) == 4


def test_an_error_tells_what_was_written_before_it():
    route = Route(keeping(description="theirs"), fails(status=403))
    with pytest.raises(HttpError) as caught:
        writing(route).create(new())
    assert caught.value.written == route.held
    route = Route(mixed, fails(status=403), held=OLD)
    with pytest.raises(HttpError) as caught:
        writing(route).update(OLD, CHANGES)
    assert caught.value.written == route.held
    route = Route(fails(status=403), held=OLD)
    with pytest.raises(HttpError) as caught:
        writing(route).update(OLD, CHANGES)
    assert caught.value.written is None


# What an old server drops


def dropping(before: Correlation, right: Correlation) -> Correlation:
    """As 9.4 does."""
    return keeping(**{"config.transformations": []})(before, right)


TOO_OLD = (
    "Grafana did not keep config.transformations of 'Logs to traces' (uid 'u1'): this server is too old for them, "
    "so leave them out or upgrade Grafana."
)


def test_what_an_old_server_drops_is_told_after_one_more_try():
    route = Route(*[dropping] * 99)
    with pytest.raises(NotKept) as caught:
        writing(route).create(new(transformations=[LOGFMT]))
    assert (str(caught.value), route.writes) == (TOO_OLD, ["POST", ["config.transformations"]])
    route = Route(*[dropping] * 99, held=OLD)
    with pytest.raises(NotKept) as caught:
        writing(route).update(OLD, {"config.transformations": [LOGFMT]})
    assert (str(caught.value), len(route.writes)) == (TOO_OLD, 2)


def test_what_a_busy_server_drops_once_is_kept_at_the_next_try():
    route = Route(dropping)
    assert writing(route).create(new(transformations=[LOGFMT])).members["config.transformations"] == [LOGFMT]


# What equal means is not this module's business, but two things that it must get right


def test_what_was_not_asked_for_is_not_compared():
    route = Route(keeping(label="theirs"), held=OLD)
    assert writing(route).update(OLD, {"description": "D"}) is not None
    assert len(route.writes) == 1


def test_numbers_that_the_server_keeps_as_floats():
    route = Route(keeping(**{"config.target": {"a": 1, "b": 12345678901234567000}}))
    writing(route).create(new(query={"a": 1.0, "b": 12345678901234567890}))
    assert route.writes == ["POST"]


# How many write at once


@pytest.mark.parametrize(
    "faults, limit",
    [
        ([], 16),
        ([mixed], 8),
        ([mixed] * 2, 4),
        ([fails(NotFound, 404)], 8),
        ([fails(status=500)], 8),
        ([fails(Doubtful, 502)], 16),
        ([fails(Unreadable, 404)], 16),
    ],
)
def test_contention_lowers_how_many_write_at_once(faults, limit):
    limiter = WriteLimiter(16)
    VerifiedWriter(t.cast(t.Any, Route(*faults, held=OLD)), limiter, 3).update(OLD, CHANGES)
    assert limiter.limit == limit


def test_writes_that_go_well_raise_it_again():
    limiter = WriteLimiter(2)
    limiter.note_contention()
    for _write in range(32):
        VerifiedWriter(t.cast(t.Any, Route(held=OLD)), limiter, 3).update(OLD, CHANGES)
        VerifiedWriter(t.cast(t.Any, Route()), limiter, 3).create(new())
    assert limiter.limit == 2
