# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hundreds of writes over a network, or to a server, that loses some: none is lost for good, none is done twice."""

from __future__ import annotations

import collections
import typing as t

import pytest

from tests.support.grafana import Org
from tests.support.modules import Module, Result
from tests.support.simulator import Simulator

CONFIG = {"field": "message", "target": {"query": "${traceID}"}}
SHARE = 0.1
AWAY = {"body": "<html>Bad gateway</html>", "content_type": "text/html"}
# What may happen to a write, and whether Grafana has handled it all the same.
LOSSES: dict[str, tuple[str, dict[str, t.Any]]] = {
    "connection drops before it is handled": ("reset_before", {}),
    "connection drops after it is handled": ("reset_after", {}),
    "answer is cut": ("truncate", {}),
    "502 after it is handled": ("status", {"status": 502, "handled": True, **AWAY}),
    "502 before it is handled": ("status", {"status": 502, **AWAY}),
    "504 after it is handled": ("status", {"status": 504, "handled": True, **AWAY}),
    "503 before it is handled": ("status", {"status": 503, **AWAY}),
    "429": ("status", {"status": 429, "body": {"message": "Too many requests"}}),
    "connection closes after the answer": ("close_keepalive", {}),
}
# What SQLite-backed servers answer to writes of rows that they have.
LIES: dict[str, tuple[str, dict[str, t.Any]]] = {
    "false 404": ("status", {"status": 404, "body": {"message": "Correlation not found"}}),
    "500 before it is handled": ("status", {"status": 500, "body": {"message": "database is locked"}}),
    "500 after it is handled": ("status", {"status": 500, "handled": True, "body": {"message": "database is locked"}}),
}


def lose(
    faults: Simulator, method: str, which: t.Iterable[tuple[str, dict[str, t.Any]]], share: float = SHARE, seed: int = 1
) -> None:
    """Let this happen to a share of the writes, all kinds together."""
    rules = list(which)
    for kind, rule in rules:
        faults.fault(kind, seed=seed, method=method, share=share / len(rules), **rule)


def entries(org: Org, count: int, **changes: t.Any) -> list[dict[str, t.Any]]:
    """Links from two data sources in turn."""
    sources = (org.loki.uid, org.prometheus.uid)
    return [
        org.link(source=sources[number % 2], label="%04d" % number, config=CONFIG, **changes) for number in range(count)
    ]


def counted(result: Result) -> dict[str, int]:
    return {name: count for name, count in result["summary"].items() if count}


def assert_exactly(org: Org, count: int, description: str = "") -> None:
    """Each link is there once, as it was asked for."""
    rows = org.rows()
    assert collections.Counter(row.label for row in rows) == collections.Counter(
        "%04d" % number for number in range(count)
    )
    assert {(row.description, row.field, row.query["query"], row.target) for row in rows} == {
        (description, "message", "${traceID}", org.tempo.uid)
    }


# Creates


@pytest.mark.quiet
@pytest.mark.one_generation
@pytest.mark.parametrize("loss", LOSSES)
def test_200_creates_of_which_a_tenth_is_lost(correlations: Module, org: Org, faults: Simulator, loss: str) -> None:
    lose(faults, "POST", [LOSSES[loss]])
    result = correlations.once(correlations=entries(org, 200), concurrency=8)
    assert result.changed and counted(result) == {"created": 200}
    assert {(item["label"], item["uid"]) for item in result["entries"]} == {(row.label, row.uid) for row in org.rows()}
    assert_exactly(org, 200)
    faults.clear_faults()
    assert not correlations.once(correlations=entries(org, 200)).changed


@pytest.mark.parametrize(("seed", "concurrency"), [(1, 1), (2, 4), (3, 8), (4, 16)])
def test_200_creates_of_which_a_tenth_is_lost_in_any_way(
    correlations: Module, org: Org, faults: Simulator, seed: int, concurrency: int
) -> None:
    lose(faults, "POST", LOSSES.values(), seed=seed)
    result = correlations.once(correlations=entries(org, 200), concurrency=concurrency)
    assert result.changed and counted(result) == {"created": 200}
    assert_exactly(org, 200)


def test_creates_whose_answers_come_too_late(correlations: Module, org: Org, faults: Simulator) -> None:
    lose(faults, "POST", [("delay_after", {"seconds": 3})])
    result = correlations.once(correlations=entries(org, 80), concurrency=16, timeout=1)
    assert counted(result) == {"created": 80}
    assert_exactly(org, 80)


# Updates and deletions


@pytest.mark.quiet
@pytest.mark.one_generation
def test_1000_updates_all_land(correlations: Module, org: Org, faults: Simulator) -> None:
    correlations.once(correlations=entries(org, 1000), concurrency=8)
    uids = {row.uid for row in org.rows()}
    lose(faults, "PATCH", [*LOSSES.values(), *LIES.values()], share=0.12)
    faults.reset_counts()
    result = correlations.once(correlations=entries(org, 1000, description="new"), concurrency=8)
    assert result.changed and counted(result) == {"updated": 1000}
    assert faults.counts().by_method.get("POST", 0) == 0
    assert_exactly(org, 1000, "new")
    assert {row.uid for row in org.rows()} == uids


@pytest.mark.quiet
@pytest.mark.one_generation
@pytest.mark.parametrize("lie", LIES)
def test_updates_that_a_busy_server_denies(correlations: Module, org: Org, faults: Simulator, lie: str) -> None:
    correlations.once(correlations=entries(org, 200), concurrency=8)
    uids = {row.uid for row in org.rows()}
    lose(faults, "PATCH", [LIES[lie]])
    result = correlations.once(correlations=entries(org, 200, description="new"), concurrency=8)
    assert counted(result) == {"updated": 200}
    assert_exactly(org, 200, "new")
    assert {row.uid for row in org.rows()} == uids


@pytest.mark.quiet
@pytest.mark.one_generation
@pytest.mark.parametrize("loss", [*LOSSES, *LIES])
def test_200_deletions_of_which_a_tenth_is_lost(correlations: Module, org: Org, faults: Simulator, loss: str) -> None:
    correlations.once(correlations=entries(org, 210), concurrency=8)
    lose(faults, "DELETE", [{**LOSSES, **LIES}[loss]])
    result = correlations.once(correlations=entries(org, 10), prune="sources", concurrency=8)
    assert result.changed and counted(result) == {"deleted": 200, "unchanged": 10}
    assert_exactly(org, 10)


# All at once, and reads as well


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_everything_at_once(correlations: Module, org: Org, faults: Simulator, seed: int) -> None:
    before = entries(org, 300)
    correlations.once(correlations=before[:200], concurrency=8)
    desired = [{**entry, "description": "new"} for entry in before[100:]]
    for method, which in (
        ("POST", LOSSES),
        ("PATCH", {**LOSSES, **LIES}),
        ("DELETE", {**LOSSES, **LIES}),
        ("GET", LOSSES),
    ):
        lose(faults, method, which.values(), seed=seed)
    result = correlations.once(correlations=desired, prune="sources", concurrency=8, retries=8)
    assert counted(result) == {"created": 100, "updated": 100, "deleted": 100}
    faults.clear_faults()
    rows = org.rows()
    assert [row.label for row in rows] == ["%04d" % number for number in range(100, 300)]
    assert {row.description for row in rows} == {"new"}


# Doubts that no list settles


@pytest.mark.quiet
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
@pytest.mark.parametrize("handled", [True, False])
def test_a_503_that_asks_to_come_back_in_an_hour(
    correlations: Module, org: Org, faults: Simulator, method: str, handled: bool
) -> None:
    """It is not waited for; but what it did counts."""
    prune: dict[str, t.Any] = {"prune": "sources", "prune_sources": [org.loki.uid]}
    if method != "POST":
        correlations.once(correlations=entries(org, 1))
    desired = [] if method == "DELETE" else entries(org, 1, description="new")
    faults.fault("status", method=method, status=503, handled=handled, headers={"Retry-After": "3600"}, **AWAY)
    faults.reset_counts()
    result = correlations.run(correlations=desired, **(prune if method == "DELETE" else {}))
    assert faults.counts().methods() == [method], "it was sent again"
    assert (result.failed, result.changed) == (not handled, handled)
    before = [] if method == "POST" else [""]
    assert [row.description for row in org.rows()] == (([] if method == "DELETE" else ["new"]) if handled else before)
    if not handled:
        assert result.codes == ["unavailable"] and "3600 seconds (503)" in result.msg


@pytest.mark.legacy_api
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_doubt_that_cannot_be_looked_into_is_reported(
    correlation: Module, org: Org, faults: Simulator, method: str
) -> None:
    if method != "POST":
        org.add()
    faults.fault("reset_after", method=method)
    faults.fault(
        "status", method="GET", path="/correlations(/|$)", nth=list(range(2, 60)), status=403, body={"message": "No"}
    )
    options = {
        "POST": org.link(),
        "PATCH": org.link(config=None, description="new"),
        "DELETE": {**org.link(config=None), "state": "absent"},
    }[method]
    result = correlation.fails(**options, retries=0)
    assert result.codes == ["connection_broken"]
    assert "reading failed too (" in result.msg and "run again later" in result.msg


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_write_that_never_arrives_is_not_sent_for_ever(
    correlation: Module, org: Org, faults: Simulator, method: str
) -> None:
    org.add()
    faults.fault("status", method=method, status=503, **AWAY)
    faults.reset_counts()
    options = {
        "PATCH": org.link(config=None, description="new"),
        "DELETE": {**org.link(config=None), "state": "absent"},
    }[method]
    correlation.fails(**options, retries=1)
    assert faults.counts().by_method[method] == 4, "two rounds of one write and one retry"


def test_a_defect_in_one_write_hides_no_other(correlations: Module, org: Org, faults: Simulator) -> None:
    """A date that no clock can show was one."""
    faults.fault(
        "status",
        method="POST",
        nth=[3],
        status=429,
        headers={"Retry-After": "Fri, 31 Dec 2026 23:59:59 +99999999999999"},
        **AWAY,
    )
    result = correlations.once(correlations=entries(org, 5), concurrency=1)
    assert counted(result) == {"created": 5}
    assert_exactly(org, 5)
