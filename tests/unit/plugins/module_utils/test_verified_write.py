# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing until Grafana holds what was asked, on servers that answer and store what they like."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._api import CorrelationsApi, Listing, NewCorrelation
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    HttpError,
    InputError,
    NotFound,
    OutcomeUnknown,
    RetryAfterTooLong,
    TimedOut,
    UnexpectedResponse,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._verified_write import (
    LONGEST_PAUSE,
    MOST_TRIES,
    TRIES_AFTER_500,
    NotKept,
    Vanished,
    VerifiedWriter,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._write_limiter import WriteLimiter
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import LOGFMT, new, row, writer

Fault = t.Callable[
    [Correlation, Correlation], Correlation
]  # what is stored, from what was there and what would be right


def fails(kind: type[HttpError] = HttpError, status: int | None = None) -> HttpError:
    return kind("no", "PATCH", "https://h", status)


class FakeApi(CorrelationsApi):
    """Holds one correlation, and keeps writes as it should unless it is told otherwise, one write after the other."""

    validates_data_sources = True
    rejects_duplicates = False
    inconclusive_statuses = (500,)

    def __init__(self, *faults: HttpError | Fault, held: Correlation | None = None) -> None:
        self.held = held
        self.faults = list(faults)
        self.writes: list[t.Any] = []
        self.looks = 0
        self.uids: t.Sequence[str | None] = [None]

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

    def list(self, sources: t.Sequence[str] | None) -> Listing:
        return Listing([] if self.held is None else [self.held])

    def list_completely(self, sources: t.Collection[str]) -> t.Sequence[Correlation]:
        return self.list(None).correlations

    def get(self, source: str, uid: str) -> Correlation | None:
        return self.held

    def is_v9(self) -> bool:
        return False

    def refusal(self, uid: str) -> str | None:
        return None

    def uids_to_try(self, new: NewCorrelation) -> t.Iterable[str | None]:
        return self.uids

    def post(self, new: NewCorrelation) -> Correlation:
        return self._write(
            "POST", row("u1", source=new.source, target=new.target, type=new.type, **_by_name(new.members))
        )

    def find_posted(self, new: NewCorrelation) -> Correlation | None:
        return self.current(row())

    def patch(self, existing: Correlation, desired: Correlation, names: t.Collection[str]) -> Correlation:
        assert existing == self.held
        return self._write(
            sorted(names),
            dataclasses.replace(
                existing, members={**existing.members, **{name: desired.members[name] for name in names}}
            ),
        )

    def delete(self, existing: Correlation) -> None:
        self._write("DELETE", None)

    def current(self, existing: Correlation) -> Correlation | None:
        self.looks += 1
        return self.held


def _by_name(members: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {"query" if name == "config.target" else name.rpartition(".")[2]: value for name, value in members.items()}


def mixed(before: Correlation, right: Correlation) -> Correlation:
    """As SQLite-backed servers mix config.target: a member that was there keeps its old value (measured on 12.4.3)."""
    target = {**right.members["config.target"], **before.members["config.target"]}
    return dataclasses.replace(right, members={**right.members, "config.target": target})


def keeping(**members: t.Any) -> Fault:
    """Other members than those that were sent."""
    return lambda before, right: dataclasses.replace(right, members={**right.members, **members})


OLD = row("u1", query={"a": "old", "c": 1})
CHANGES = {"config.target": {"a": "new", "b": 2}}


@pytest.mark.parametrize("times", [0, 1, 5, MOST_TRIES])
def test_an_update_that_is_stored_mixed_is_sent_until_it_is_right(times):
    api = FakeApi(*[mixed] * times, held=OLD)
    found = writer(api).update(OLD, CHANGES)
    assert found is not None
    assert found.members["config.target"] == {"a": "new", "b": 2}
    assert (api.held, api.looks) == (found, 0)
    assert api.writes == [["config.target"]] * (times + 1)


def test_only_what_is_not_right_yet_is_sent_again():
    api = FakeApi(mixed, held=OLD)
    writer(api).update(OLD, {"label": "new", "description": "D", **CHANGES})
    assert api.writes == [["config.target", "description", "label"], ["config.target"]]


def test_what_is_never_kept_is_an_error_that_names_it():
    api = FakeApi(*[mixed] * 99, held=OLD)
    with pytest.raises(NotKept) as caught:
        writer(api).update(OLD, {"description": "D", **CHANGES})
    assert caught.value.code == "not_kept"
    assert "config.target of 'Logs to traces' (uid 'u1')" in str(caught.value)
    assert "too old" not in str(caught.value)
    assert caught.value.written == api.held
    assert len(api.writes) == MOST_TRIES + 1


def test_pauses_grow_and_differ(clock):
    pauses = []
    for _thread in range(2):
        writer(FakeApi(*[mixed] * 9, held=OLD)).update(OLD, CHANGES)
        pauses.append(clock.slept[:])
        clock.slept.clear()
    for pause, other, most in zip(*pauses, [0.05, 0.1, 0.2, 0.4, 0.8] + [LONGEST_PAUSE] * 4):
        assert most / 2 <= pause <= most
        assert pause != other
    assert len(pauses[0]) == 9


@pytest.mark.parametrize("error", [fails(NotFound, 404), fails(status=500)], ids=["404", "500"])
def test_a_write_that_was_not_done_is_sent_again(error):
    for times in (1, TRIES_AFTER_500):
        api = FakeApi(*[error] * times, held=OLD)
        assert writer(api).update(OLD, CHANGES) is not None
        assert len(api.writes) == times + 1
        api = FakeApi(*[error] * times, held=OLD)
        writer(api).delete(OLD)
        assert (api.held, len(api.writes)) == (None, times + 1)


@pytest.mark.parametrize(
    "error, rounds",
    [
        (fails(NotFound, 404), MOST_TRIES),
        (fails(status=500), TRIES_AFTER_500),
        (fails(OutcomeUnknown, 502), 1),
        (fails(TimedOut, 504), 0),
        (fails(RetryAfterTooLong, 503), 0),
        (fails(UnexpectedResponse, 200), 0),
        (fails(UnexpectedResponse, 404), 2),
    ],
)
def test_no_write_is_sent_for_ever(error, rounds):
    writes: list[t.Callable[[VerifiedWriter], t.Any]] = [
        lambda writing: writing.update(OLD, CHANGES),
        lambda writing: writing.delete(OLD),
    ]
    for write in writes:
        api = FakeApi(*[error] * 99, held=OLD)
        with pytest.raises(HttpError) as caught:
            write(writer(api, retries=2))
        assert caught.value is error
        assert (len(api.writes), api.looks) == (rounds + 1, rounds + 1)


@pytest.mark.parametrize("status", [400, 401, 403, 409, 422])
def test_a_refusal_is_final(status):
    api = FakeApi(fails(status=status), held=OLD)
    with pytest.raises(HttpError):
        writer(api).update(OLD, CHANGES)
    assert (len(api.writes), api.looks) == (1, 0)


def test_a_correlation_that_is_gone(monkeypatch):
    api = FakeApi(fails(NotFound, 404), held=OLD)
    monkeypatch.setattr(api, "current", lambda existing: None)
    assert writer(api).update(OLD, CHANGES) is None
    writer(FakeApi(fails(NotFound, 404))).delete(OLD)


def test_a_state_that_cannot_be_read(monkeypatch):
    api = FakeApi(fails(status=500), held=OLD)

    def current(_existing: Correlation) -> None:
        raise fails(status=401)

    monkeypatch.setattr(api, "current", current)
    with pytest.raises(HttpError) as caught:
        writer(api).update(OLD, CHANGES)
    assert "reading failed too" in str(caught.value)


# Creating


def test_a_create_that_is_stored_otherwise_is_changed_until_it_is_right():
    api = FakeApi(keeping(description="theirs"), keeping(description="theirs"))
    made = writer(api).create(new(description="D", query={"a": 1}))
    assert (made.members["description"], api.held) == ("D", made)
    assert api.writes == ["POST", ["description"], ["description"]]


def test_a_create_that_was_removed_before_it_was_right(monkeypatch):
    api = FakeApi(keeping(description="theirs"), fails(NotFound, 404))
    monkeypatch.setattr(api, "current", lambda existing: None)
    with pytest.raises(Vanished) as caught:
        writer(api).create(new(description="D"))
    assert caught.value.code == "vanished"
    assert "uid 'u1'" in str(caught.value) and "run again" in str(caught.value)


def test_one_of_somebody_else_is_not_changed():
    api = FakeApi(
        lambda before, right: dataclasses.replace(
            right, read_only=True, members={**right.members, "description": "theirs"}
        )
    )
    with pytest.raises(NotKept):
        writer(api).create(new(description="D"))
    assert api.writes == ["POST"]


@pytest.mark.parametrize("place", [{"source": "x"}, {"target": "x"}, {"type": "external"}])
def test_a_server_that_puts_it_somewhere_else(place):
    api = FakeApi(*[lambda before, right: dataclasses.replace(right, **place)] * 99)
    with pytest.raises(NotKept) as caught:
        writer(api).create(new())
    assert caught.value.code == "not_kept"
    assert "%s of 'Logs to traces' (uid 'u1')" % next(iter(place)) in str(caught.value)


def test_a_500_to_a_create_is_sent_again_when_it_made_nothing(monkeypatch):
    for times, right in ((3, True), (4, False)):
        api = FakeApi(*[fails(status=500)] * times)
        try:
            assert writer(api).create(new()) == api.held
        except HttpError:
            assert not right
        assert len(api.writes) == 4


def test_an_error_tells_what_was_written_before_it():
    api = FakeApi(keeping(description="theirs"), fails(status=403))
    with pytest.raises(HttpError) as caught:
        writer(api).create(new())
    assert caught.value.written == api.held
    api = FakeApi(mixed, fails(status=403), held=OLD)
    with pytest.raises(HttpError) as caught:
        writer(api).update(OLD, CHANGES)
    assert caught.value.written == api.held
    api = FakeApi(fails(status=403), held=OLD)
    with pytest.raises(HttpError) as caught:
        writer(api).update(OLD, CHANGES)
    assert caught.value.written is None


# What an old server drops


def dropping(before: Correlation, right: Correlation) -> Correlation:
    """As 9.4 does."""
    return keeping(**{"config.transformations": []})(before, right)


def is_too_old(error: NotKept) -> bool:
    """Whether the error names the transformations, and the age of the server as the cause."""
    assert (error.code, error.is_too_old) == ("not_kept", True)
    return "config.transformations of 'Logs to traces' (uid 'u1')" in str(error) and "too old" in str(error)


def test_what_an_old_server_drops_is_told_after_one_more_try():
    api = FakeApi(*[dropping] * 99)
    with pytest.raises(NotKept) as caught:
        writer(api).create(new(transformations=[LOGFMT]))
    assert is_too_old(caught.value)
    assert api.writes == ["POST", ["config.transformations"]]
    api = FakeApi(*[dropping] * 99, held=OLD)
    with pytest.raises(NotKept) as caught:
        writer(api).update(OLD, {"config.transformations": [LOGFMT]})
    assert is_too_old(caught.value)
    assert len(api.writes) == 2


def test_what_a_busy_server_drops_once_is_kept_at_the_next_try():
    api = FakeApi(dropping)
    assert writer(api).create(new(transformations=[LOGFMT])).members["config.transformations"] == [LOGFMT]


# What equal means is not this module's business, but two things that it must get right


def test_what_was_not_asked_for_is_not_compared():
    api = FakeApi(keeping(label="theirs"), held=OLD)
    assert writer(api).update(OLD, {"description": "D"}) is not None
    assert len(api.writes) == 1


def test_numbers_that_the_server_keeps_as_floats():
    api = FakeApi(keeping(**{"config.target": {"a": 1, "b": 12345678901234567000}}))
    writer(api).create(new(query={"a": 1.0, "b": 12345678901234567890}))
    assert api.writes == ["POST"]


# How many write at once


@pytest.mark.parametrize(
    "faults, limit",
    [
        ([], 16),
        ([mixed], 8),
        ([mixed] * 2, 4),
        ([fails(NotFound, 404)], 8),
        ([fails(status=500)], 8),
        ([fails(OutcomeUnknown, 502)], 16),
        ([fails(UnexpectedResponse, 404)], 16),
    ],
)
def test_contention_lowers_how_many_write_at_once(faults, limit):
    limiter = WriteLimiter(16)
    VerifiedWriter(FakeApi(*faults, held=OLD), limiter, 3).update(OLD, CHANGES)
    assert limiter.limit == limit


def test_writes_that_go_well_raise_it_again():
    limiter = WriteLimiter(2)
    limiter.note_contention()
    for _write in range(32):
        VerifiedWriter(FakeApi(held=OLD), limiter, 3).update(OLD, CHANGES)
        VerifiedWriter(FakeApi(), limiter, 3).create(new())
    assert limiter.limit == 2


# Names that are taken (on /apis)


class TakenNames(FakeApi):
    """Rejects some names, as other correlations have them."""

    inconclusive_statuses = (409, 500)
    rejects_duplicates = True

    def find_posted(self, new: NewCorrelation) -> Correlation | None:
        return None


def test_the_next_name_is_tried_when_one_is_taken():
    api = TakenNames(fails(status=409))
    api.uids = ["a", "a-2"]
    assert writer(api).create(new()).uid == "u1"
    assert len(api.writes) == 2


@pytest.mark.parametrize("uid, code, fact", [("mine", "uid_taken", "'mine'"), (None, "ambiguous", "'Logs to traces'")])
def test_all_names_are_taken(uid, code, fact):
    api = TakenNames(*[fails(status=409)] * 2)
    api.uids = [uid or "a", "a-2"]
    with pytest.raises(InputError) as caught:
        writer(api).create(new(uid=uid))
    assert (caught.value.code, len(api.writes)) == (code, 2)
    assert fact in str(caught.value)


def test_a_name_is_not_taken_because_of_another_failure():
    api = TakenNames(*[fails(status=500)] * 99)
    api.uids = ["a", "a-2"]
    with pytest.raises(HttpError) as caught:
        writer(api, retries=1).create(new())
    assert (caught.value.status, len(api.writes)) == (500, 2)


def test_a_name_is_taken_only_with_409():
    api = TakenNames(fails(status=403))
    api.uids = ["a", "a-2"]
    with pytest.raises(HttpError) as caught:
        writer(api).create(new())
    assert (caught.value.status, len(api.writes)) == (403, 1)


# 422, as /apis answers when somebody else has changed the correlation


@pytest.mark.parametrize("version, writes", [("2", 2), ("0", 2), ("1", 1)])
def test_a_422_is_sent_again_only_if_somebody_else_has_changed_the_correlation(version, writes):
    there = dataclasses.replace(OLD, version="1")

    class Changed(FakeApi):
        inconclusive_statuses = (422,)

        def current(self, existing: Correlation) -> Correlation | None:
            self.held = dataclasses.replace(there, version=version)
            return self.held

    api = Changed(fails(status=422), held=there)
    if writes == 1:
        with pytest.raises(HttpError):
            writer(api).update(there, CHANGES)
    else:
        assert writer(api).update(there, CHANGES) is not None
    assert len(api.writes) == writes
