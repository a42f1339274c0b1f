# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carrying out a plan."""

from __future__ import annotations

import dataclasses
import threading
import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._api import CorrelationsApi, NewCorrelation
from ansible_collections.crosslink.grafana.plugins.module_utils._apply import (
    FAILED,
    NOT_ATTEMPTED,
    Outcome,
    apply_plan,
    predict,
    predicted,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import CrosslinkError, HttpError, InputError
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import CREATE, DELETE, UPDATE, Action, Plan
from ansible_collections.crosslink.grafana.plugins.module_utils._verified_write import NotKept, VerifiedWriter
from ansible_collections.crosslink.grafana.plugins.module_utils._write_limiter import WriteLimiter
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import LOGFMT, api_row, entry, members, new, row


class FakeApi(CorrelationsApi):
    """Of reading, only what the writer of a plan needs."""

    def __init__(self, calls: list[tuple[t.Any, ...]]) -> None:
        self.calls = calls
        self.found: list[Correlation] = []

    def list_completely(self, sources: t.Collection[str]) -> t.Sequence[Correlation]:
        self.calls.append(("list_completely", sources))
        return self.found


class FakeWriter(VerifiedWriter):
    """Writes nothing, and answers as for a Grafana that keeps everything."""

    def __init__(self, **fails: Exception) -> None:
        self.calls: list[tuple[t.Any, ...]] = []
        self.fake = FakeApi(self.calls)  # type: ignore[abstract]
        super().__init__(self.fake, WriteLimiter(1), 0)
        self.fails = fails  # label -> what to raise
        self.threads: set[int] = set()
        self.vanished: set[str] = set()
        self.meet: t.Callable[[], t.Any] = lambda: None

    def note(self, *call: t.Any, label: str) -> None:
        self.calls.append(call)
        self.threads.add(threading.get_ident())
        self.meet()
        if label in self.fails:
            raise self.fails[label]

    def create(self, new: NewCorrelation) -> Correlation:
        self.note(CREATE, new, label=new.members["label"])
        return Correlation(new.uid or "new", new.source, new.target, new.type, dict(new.members), org_id=1)

    def update(self, existing: Correlation, changes: t.Mapping[str, t.Any]) -> Correlation | None:
        self.note(UPDATE, existing.uid, dict(changes), label=existing.label)
        if existing.uid in self.vanished:
            return None
        return dataclasses.replace(existing, members={**existing.members, **changes})

    def delete(self, existing: Correlation) -> None:
        self.note(DELETE, existing.uid, label=existing.label)


def create(number: int = 1, uid: str | None = None, **more: t.Any) -> Action:
    return Action(CREATE, entry(number), None, "loki", "tempo", "query", members(**more), uid)


def update(existing: Correlation, **changes: t.Any) -> Action:
    return Action(UPDATE, entry(), existing, existing.source, existing.target, existing.type, changes)


def delete(existing: Correlation) -> Action:
    return Action(DELETE, None, existing, existing.source, existing.target, existing.type, {})


def apply(writer: FakeWriter, *actions: Action, **more: t.Any) -> list[Outcome]:
    return apply_plan(Plan(actions=list(actions)), writer, **more)


def states(outcomes: t.Iterable[Outcome]) -> list[str]:
    return [outcome.state for outcome in outcomes]


def test_nothing_to_do():
    assert apply(FakeWriter()) == []


def test_each_kind_of_write():
    writer, existing, doomed = FakeWriter(), row("u1"), row("u2")
    outcomes = apply(writer, create(), update(existing, description="D"), delete(doomed))
    assert writer.calls == [(CREATE, new()), (UPDATE, "u1", {"description": "D"}), (DELETE, "u2")]
    assert states(outcomes) == ["created", "updated", "deleted"]
    assert [outcome.wrote for outcome in outcomes] == [True] * 3
    assert [outcome.error for outcome in outcomes] == [None] * 3
    assert [outcome.correlation.uid if outcome.correlation else None for outcome in outcomes] == ["new", "u1", "u2"]
    assert outcomes[1].correlation is not None
    assert outcomes[1].correlation.members["description"] == "D"


def test_a_chosen_uid_is_passed_on():
    writer = FakeWriter()
    apply(writer, create(uid="mine"))
    assert writer.calls == [(CREATE, new(uid="mine"))]


@pytest.mark.parametrize("concurrency", [1, 3])
def test_creates_are_done_before_updates_before_deletes(concurrency):
    writer = FakeWriter()
    actions = [
        delete(row("u1")),
        update(row("u2"), description="D"),
        create(1),
        delete(row("u3")),
        create(2),
        update(row("u4"), label="x"),
    ]
    outcomes = apply(writer, *actions, concurrency=concurrency)
    assert [call[0] for call in writer.calls] == [CREATE, CREATE, UPDATE, UPDATE, DELETE, DELETE]
    assert [outcome.action.operation for outcome in outcomes] == [CREATE, CREATE, UPDATE, UPDATE, DELETE, DELETE]


def test_several_threads():
    writer, met = FakeWriter(), threading.Barrier(3, timeout=30)
    writer.meet = met.wait
    outcomes = apply(writer, *[create(number, label=str(number)) for number in range(6)], concurrency=3)
    assert states(outcomes) == ["created"] * 6
    assert [outcome.correlation.label if outcome.correlation else "" for outcome in outcomes] == [
        str(number) for number in range(6)
    ]
    assert len(writer.threads) == 3


def test_one_write_needs_no_thread():
    writer = FakeWriter()
    apply(writer, create(), concurrency=16)
    assert writer.threads == {threading.get_ident()}


REFUSED = HttpError("no", "POST", "https://h", 403)


@pytest.mark.parametrize("concurrency", [1, 2])
def test_a_failure_stops_what_has_not_begun(concurrency):
    writer = FakeWriter(bad=REFUSED)
    outcomes = apply(
        writer, create(1, label="bad"), update(row("u1"), description="D"), delete(row("u2")), concurrency=concurrency
    )
    assert states(outcomes) == [FAILED, NOT_ATTEMPTED, NOT_ATTEMPTED]
    assert [outcome.error for outcome in outcomes] == [REFUSED, None, None]
    assert [outcome.wrote for outcome in outcomes] == [False] * 3
    assert [outcome.correlation.uid if outcome.correlation else None for outcome in outcomes] == [None, "u1", "u2"]
    assert len(writer.calls) == 1


def test_a_failure_stops_the_rest_of_its_kind():
    outcomes = apply(FakeWriter(bad=REFUSED), create(1), create(2, label="bad"), create(3))
    assert states(outcomes) == ["created", FAILED, NOT_ATTEMPTED]


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_failure_stops_nothing_if_the_rest_is_to_be_done(concurrency):
    writer = FakeWriter(bad=REFUSED)
    actions = [
        create(1, label="bad"),
        create(2),
        update(row("u1", label="bad"), description="D"),
        update(row("u2"), description="D"),
        delete(row("u3")),
    ]
    outcomes = apply(writer, *actions, concurrency=concurrency, stop_on_error=False)
    assert states(outcomes) == [FAILED, "created", FAILED, "updated", "deleted"]
    assert len(writer.calls) == 5


def test_a_failed_update_and_delete_keep_their_correlations():
    outcomes = apply(
        FakeWriter(bad=InputError("no", "invalid_value")),
        update(row("u1", label="bad"), description="D"),
        delete(row("u2", label="bad")),
        stop_on_error=False,
    )
    assert [outcome.correlation.uid if outcome.correlation else None for outcome in outcomes] == ["u1", "u2"]


def test_a_defect_is_an_outcome_too():
    """What the other writes have done is reported all the same."""
    outcomes = apply(
        FakeWriter(bad=ZeroDivisionError("oops")), create(label="good"), create(label="bad"), create(label="ugly")
    )
    assert states(outcomes) == ["created", FAILED, NOT_ATTEMPTED]
    error = outcomes[1].error
    assert error is not None
    assert error.code == "internal_error"
    assert "ZeroDivisionError: oops" in str(error)
    assert "Traceback" in error.details()["exception"]


def test_an_update_of_a_correlation_that_is_gone_makes_it_anew():
    writer = FakeWriter()
    writer.vanished = {"u1"}
    existing = row("u1", description="old", query={"a": 1}, transformations=[LOGFMT])
    [outcome] = apply(writer, update(existing, description="new"))
    whole = new(description="new", query={"a": 1}, transformations=[LOGFMT])
    assert writer.calls[1:] == [("list_completely", ["loki"]), (CREATE, whole)]
    assert (outcome.state, outcome.wrote, outcome.correlation.uid if outcome.correlation else None) == (
        "created",
        True,
        "new",
    )


def test_an_update_of_a_correlation_that_was_replaced_by_its_like_makes_no_double():
    writer = FakeWriter()
    writer.vanished = {"u1"}
    writer.fake.found = [row("u3", description="another"), row("u2", description="new")]
    [outcome] = apply(writer, update(row("u1", description="old"), description="new"))
    assert writer.calls[1:] == [("list_completely", ["loki"])]
    assert (outcome.state, outcome.correlation.uid if outcome.correlation else None) == ("updated", "u2")


def test_an_update_by_uid_of_a_correlation_that_is_gone_fails():
    writer = FakeWriter()
    writer.vanished = {"u1"}
    existing = row("u1")
    action = dataclasses.replace(update(existing, description="new"), entry=entry(uid="u1"))
    [outcome] = apply(writer, action)
    assert (outcome.state, outcome.wrote, len(writer.calls)) == (FAILED, False, 1)
    assert outcome.error is not None
    assert outcome.error.code == "vanished"
    assert "uid 'u1'" in str(outcome.error) and "run again" in str(outcome.error)


def test_a_correlation_that_is_not_as_it_should_be_was_written_all_the_same():
    found, refused = row("u1", label="theirs"), HttpError("no", "PATCH", "https://h", 400)
    refused.written = found
    for error in (refused, NotKept(found, ["label"])):
        outcomes = apply(FakeWriter(bad=error), create(1, label="bad"), create(2))
        assert states(outcomes) == [FAILED, NOT_ATTEMPTED]
        assert (outcomes[0].wrote, outcomes[0].correlation) == (True, found)


# Check mode


def test_predictions():
    actions = [create(), update(row("u1", raw=api_row()), description="D"), delete(row("u2"))]
    outcomes = predict(Plan(actions=actions))
    assert states(outcomes) == ["created", "updated", "deleted"]
    assert [outcome.wrote for outcome in outcomes] == [True] * 3
    assert [outcome.action for outcome in outcomes] == actions
    assert [outcome.correlation.uid if outcome.correlation else None for outcome in outcomes] == ["", "u1", "u2"]


def test_a_predicted_create():
    found = predicted(create(query={"a": 1.0, "b": [2.0, 0.5]}))
    assert found == Correlation("", "loki", "tempo", "query", members(query={"a": 1, "b": [2, 0.5]}))
    assert predicted(create(uid="mine")).uid == "mine"


def test_a_predicted_update():
    existing = row("u1", description="old", raw=api_row(description="old"))
    found = predicted(update(existing, description="new"))
    assert found == dataclasses.replace(existing, members=members(description="new"), raw={})
    assert found.as_api() == api_row(description="new")
    assert existing.members["description"] == "old"


def test_an_error_is_an_error_of_ours():
    assert issubclass(HttpError, CrosslinkError)
    assert issubclass(InputError, CrosslinkError)
