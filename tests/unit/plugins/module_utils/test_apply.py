# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carrying out a plan."""

from __future__ import annotations

import dataclasses
import threading
import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._apply import FAILED, NOT_ATTEMPTED, Outcome, apply_plan, predict, predicted
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import CrosslinkError, HttpError, Mistake
from ansible_collections.crosslink.grafana.plugins.module_utils._plan import CREATE, DELETE, UPDATE, Action, Plan
from ansible_collections.crosslink.grafana.plugins.module_utils._route import NewCorrelation
from ansible_collections.crosslink.grafana.plugins.module_utils._verified_write import NotKept
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import LOGFMT, api_row, entry, members, new, row


class Writer:
    """Writes nothing, and answers as for a Grafana that keeps everything."""

    def __init__(self, **fails: Exception) -> None:
        self.fails = fails  # label -> what to raise
        self.calls: list[tuple[t.Any, ...]] = []
        self.threads: set[int] = set()
        self.gone: set[str] = set()
        self.there: list[Correlation] = []
        self.route = self
        self.meet: t.Callable[[], t.Any] = lambda: None

    def note(self, *call: t.Any, label: str) -> None:
        self.calls.append(call)
        self.threads.add(threading.get_ident())
        self.meet()
        if label in self.fails:
            raise self.fails[label]

    def create(self, wanted: NewCorrelation) -> Correlation:
        self.note(CREATE, wanted, label=wanted.members["label"])
        return Correlation(wanted.uid or "new", wanted.source, wanted.target, wanted.type, dict(wanted.members), org_id=1)

    def update(self, there: Correlation, changes: t.Mapping[str, t.Any]) -> Correlation | None:
        self.note(UPDATE, there.uid, dict(changes), label=there.label)
        return None if there.uid in self.gone else dataclasses.replace(there, members={**there.members, **changes})

    def reread(self, sources: t.Sequence[str]) -> list[Correlation]:
        self.calls.append(("reread", sources))
        return self.there

    def delete(self, there: Correlation) -> None:
        self.note(DELETE, there.uid, label=there.label)


def create(number: int = 1, uid: str | None = None, **more: t.Any) -> Action:
    return Action(CREATE, entry(number), None, "loki", "tempo", "query", members(**more), uid)


def update(there: Correlation, **changes: t.Any) -> Action:
    return Action(UPDATE, entry(), there, there.source, there.target, there.type, changes)


def delete(there: Correlation) -> Action:
    return Action(DELETE, None, there, there.source, there.target, there.type, {})


def apply(writer: Writer, *actions: Action, **more: t.Any) -> list[Outcome]:
    return apply_plan(Plan(actions=list(actions)), t.cast(t.Any, writer), **more)


def states(outcomes: t.Iterable[Outcome]) -> list[str]:
    return [outcome.state for outcome in outcomes]


def test_nothing_to_do():
    assert apply(Writer()) == []


def test_each_kind_of_write():
    writer, there, doomed = Writer(), row("u1"), row("u2")
    outcomes = apply(writer, create(), update(there, description="D"), delete(doomed))
    assert writer.calls == [(CREATE, new()), (UPDATE, "u1", {"description": "D"}), (DELETE, "u2")]
    assert states(outcomes) == ["created", "updated", "deleted"]
    assert [outcome.wrote for outcome in outcomes] == [True] * 3
    assert [outcome.error for outcome in outcomes] == [None] * 3
    assert [outcome.row.uid if outcome.row else None for outcome in outcomes] == ["new", "u1", "u2"]
    assert outcomes[1].row is not None
    assert outcomes[1].row.members["description"] == "D"


def test_a_chosen_uid_is_passed_on():
    writer = Writer()
    apply(writer, create(uid="mine"))
    assert writer.calls == [(CREATE, new(uid="mine"))]


@pytest.mark.parametrize("concurrency", [1, 3])
def test_creates_are_done_before_updates_before_deletes(concurrency):
    writer = Writer()
    actions = [delete(row("u1")), update(row("u2"), description="D"), create(1), delete(row("u3")), create(2), update(row("u4"), label="x")]
    outcomes = apply(writer, *actions, concurrency=concurrency)
    assert [call[0] for call in writer.calls] == [CREATE, CREATE, UPDATE, UPDATE, DELETE, DELETE]
    assert [outcome.action.kind for outcome in outcomes] == [CREATE, CREATE, UPDATE, UPDATE, DELETE, DELETE]


def test_several_threads():
    writer, met = Writer(), threading.Barrier(3, timeout=30)
    writer.meet = met.wait
    outcomes = apply(writer, *[create(number, label=str(number)) for number in range(6)], concurrency=3)
    assert states(outcomes) == ["created"] * 6
    assert [outcome.row.label if outcome.row else "" for outcome in outcomes] == [str(number) for number in range(6)]
    assert len(writer.threads) == 3


def test_one_write_needs_no_thread():
    writer = Writer()
    apply(writer, create(), concurrency=16)
    assert writer.threads == {threading.get_ident()}


REFUSED = HttpError("no", "POST", "https://h", 403)


@pytest.mark.parametrize("concurrency", [1, 2])
def test_a_failure_stops_what_has_not_begun(concurrency):
    writer = Writer(bad=REFUSED)
    outcomes = apply(writer, create(1, label="bad"), update(row("u1"), description="D"), delete(row("u2")), concurrency=concurrency)
    assert states(outcomes) == [FAILED, NOT_ATTEMPTED, NOT_ATTEMPTED]
    assert [outcome.error for outcome in outcomes] == [REFUSED, None, None]
    assert [outcome.wrote for outcome in outcomes] == [False] * 3
    assert [outcome.row.uid if outcome.row else None for outcome in outcomes] == [None, "u1", "u2"]
    assert len(writer.calls) == 1


def test_a_failure_stops_the_rest_of_its_kind():
    outcomes = apply(Writer(bad=REFUSED), create(1), create(2, label="bad"), create(3))
    assert states(outcomes) == ["created", FAILED, NOT_ATTEMPTED]


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_failure_stops_nothing_if_so_wished(concurrency):
    writer = Writer(bad=REFUSED)
    actions = [create(1, label="bad"), create(2), update(row("u1", label="bad"), description="D"), update(row("u2"), description="D"), delete(row("u3"))]
    outcomes = apply(writer, *actions, concurrency=concurrency, stop_on_error=False)
    assert states(outcomes) == [FAILED, "created", FAILED, "updated", "deleted"]
    assert len(writer.calls) == 5


def test_a_failed_update_and_delete_keep_their_rows():
    outcomes = apply(Writer(bad=Mistake("no")), update(row("u1", label="bad"), description="D"), delete(row("u2", label="bad")), stop_on_error=False)
    assert [outcome.row.uid if outcome.row else None for outcome in outcomes] == ["u1", "u2"]


def test_a_defect_is_an_outcome_too():
    """What the other writes have done is reported all the same."""
    outcomes = apply(Writer(bad=ZeroDivisionError("oops")), create(label="good"), create(label="bad"), create(label="ugly"))
    assert states(outcomes) == ["created", FAILED, NOT_ATTEMPTED]
    assert str(outcomes[1].error) == "Unexpected ZeroDivisionError: oops. This is a defect of crosslink.grafana; please report it."
    assert "Traceback" in outcomes[1].error.details()["exception"]


def test_an_update_of_a_row_that_is_gone_makes_it_anew():
    writer = Writer()
    writer.gone = {"u1"}
    there = row("u1", description="old", query={"a": 1}, transformations=[LOGFMT])
    [outcome] = apply(writer, update(there, description="new"))
    whole = new(description="new", query={"a": 1}, transformations=[LOGFMT])
    assert writer.calls[1:] == [("reread", ["loki"]), (CREATE, whole)]
    assert (outcome.state, outcome.wrote, outcome.row.uid if outcome.row else None) == ("created", True, "new")


def test_an_update_of_a_row_that_was_replaced_by_its_like_makes_no_double():
    writer = Writer()
    writer.gone = {"u1"}
    writer.there = [row("u3", description="another"), row("u2", description="new")]
    [outcome] = apply(writer, update(row("u1", description="old"), description="new"))
    assert writer.calls[1:] == [("reread", ["loki"])]
    assert (outcome.state, outcome.row.uid if outcome.row else None) == ("updated", "u2")


def test_an_update_by_uid_of_a_row_that_is_gone_fails():
    writer = Writer()
    writer.gone = {"u1"}
    there = row("u1")
    action = dataclasses.replace(update(there, description="new"), entry=entry(uid="u1"))
    [outcome] = apply(writer, action)
    assert (outcome.state, outcome.wrote, len(writer.calls)) == (FAILED, False, 1)
    assert str(outcome.error) == "The correlation with uid 'u1' was removed by somebody else meanwhile: run again."


def test_a_correlation_that_is_not_as_it_should_be_was_written_all_the_same():
    found, error = row("u1", label="theirs"), HttpError("no", "PATCH", "https://h", 400)
    error.written = found
    for error in (error, NotKept(found, ["label"])):
        outcomes = apply(Writer(bad=error), create(1, label="bad"), create(2))
        assert states(outcomes) == [FAILED, NOT_ATTEMPTED]
        assert (outcomes[0].wrote, outcomes[0].row) == (True, found)


# Check mode


def test_predictions():
    actions = [create(), update(row("u1", raw=api_row()), description="D"), delete(row("u2"))]
    outcomes = predict(Plan(actions=actions))
    assert states(outcomes) == ["created", "updated", "deleted"]
    assert [outcome.wrote for outcome in outcomes] == [True] * 3
    assert [outcome.action for outcome in outcomes] == actions
    assert [outcome.row.uid if outcome.row else None for outcome in outcomes] == ["", "u1", "u2"]


def test_a_predicted_create():
    found = predicted(create(query={"a": 1.0, "b": [2.0, 0.5]}))
    assert found == Correlation("", "loki", "tempo", "query", members(query={"a": 1, "b": [2, 0.5]}))
    assert predicted(create(uid="mine")).uid == "mine"


def test_a_predicted_update():
    there = row("u1", description="old", raw=api_row(description="old"))
    found = predicted(update(there, description="new"))
    assert found == dataclasses.replace(there, members=members(description="new"), raw={})
    assert found.as_api() == api_row(description="new")
    assert there.members["description"] == "old"


def test_an_error_is_an_error_of_ours():
    assert issubclass(HttpError, CrosslinkError)
    assert issubclass(Mistake, CrosslinkError)
