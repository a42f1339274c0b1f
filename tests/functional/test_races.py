# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Somebody else changes Grafana while a run is at work."""

from __future__ import annotations

import collections
import concurrent.futures
import typing as t

import pytest

from tests.support.grafana import Org
from tests.support.modules import Host, Module
from tests.support.simulator import Simulator

CONFIG = {"field": "message", "target": {"query": "${traceID}"}}
LISTS = "/correlations$"  # the path of a list, on each API


def entries(org: Org, count: int, **changes: t.Any) -> list[dict[str, t.Any]]:
    return [org.link(label="%03d" % number, config=CONFIG, **changes) for number in range(count)]


# Rows that go or come between reading and writing


def test_a_row_that_goes_before_its_update_is_created_again(correlations: Module, org: Org, faults: Simulator) -> None:
    correlations.once(correlations=entries(org, 3))
    kept = {row.uid for row in org.rows() if row.label != "001"}
    faults.fault("then_delete_row", method="GET", path=LISTS, times=1, label="001")
    result = correlations.once(correlations=entries(org, 3, description="new"))
    assert {name: count for name, count in result["summary"].items() if count} == {"created": 1, "updated": 2}
    assert [(row.label, row.description, row.query) for row in org.rows()] == [
        (label, "new", CONFIG["target"]) for label in ("000", "001", "002")
    ]
    assert kept < {row.uid for row in org.rows()}


def test_only_a_list_without_the_row_is_a_proof_that_it_went(correlation: Module, org: Org, faults: Simulator) -> None:
    uid = org.add(description="old")
    faults.fault("status", method="PATCH", status=404, body={"message": "Correlation not found"}, times=3)
    faults.reset_counts()
    assert correlation.once(**org.link(config=None, description="new")).changed
    log = [
        item
        for item in faults.counts().log
        if item["method"] in ("PATCH", "POST") or item["path"].endswith("/correlations") or uid in item["path"]
    ]
    first = next(number for number, item in enumerate(log) if item["status"] == 404)
    assert log[first + 1]["method"] == "GET", "the row was not looked for"
    assert faults.counts().by_method.get("POST", 0) == 0 and org.only().uid == uid and org.only().description == "new"


def test_a_row_that_goes_before_its_deletion_is_fine(correlations: Module, org: Org, faults: Simulator) -> None:
    correlations.once(correlations=entries(org, 3))
    faults.fault("then_delete_row", method="GET", path=LISTS, times=1, label="001")
    result = correlations.once(correlations=entries(org, 1), prune="sources")
    assert result.changed and result["summary"]["deleted"] == 2 and org.labels() == ["000"]


@pytest.mark.legacy_api
def test_a_row_that_comes_is_not_pruned(correlations: Module, org: Org, faults: Simulator) -> None:
    correlations.once(correlations=entries(org, 2))
    theirs = {
        "uid": "theirs",
        "orgId": org.id,
        "sourceUID": org.loki.uid,
        "targetUID": org.tempo.uid,
        "label": "theirs",
        "config": CONFIG,
    }
    faults.fault("then_insert_rows", method="GET", path=LISTS, times=1, rows=[theirs])
    correlations.once(correlations=entries(org, 1), prune="sources")
    assert org.labels() == ["000", "theirs"]


# Rows that go between two pages


@pytest.mark.generation(12)
@pytest.mark.parametrize("page", [1, 2])
def test_a_row_that_goes_between_two_pages(
    correlations: Module, org: Org, internals: Simulator, connection: dict[str, t.Any], page: int
) -> None:
    on_apis = connection.get("api") == "apis"
    internals.seed(prefix="many", sources=2, correlations=2500, org=org.id, store="objects" if on_apis else "rows")
    transformations = [{"type": "regex", "expression": "traceID=(\\w+)", "field": "message", "mapValue": "traceID"}]
    query = {"limit": 20, "query": "${traceID}", "queryType": "traceql", "refId": "A"}
    desired = [
        {
            "source": "many-src-%d" % (number % 2),
            "target": "many-target",
            "label": "many link %d" % number,
            "description": "Opens the trace of the log line",
            "config": {"field": "message", "target": query, "transformations": transformations},
        }
        for number in range(2500)
    ]

    def labels() -> collections.Counter[str]:
        state = internals.state()
        return (
            collections.Counter(item["spec"]["label"] for item in state["objects"])
            if on_apis
            else collections.Counter(row["label"] for row in state["rows"] if row["orgId"] == org.id)
        )

    # One of the first page, so that each later row moves up and one is on no page.
    internals.fault("then_delete_row", method="GET", path=LISTS, nth=[page], label="many link 4")
    assert not correlations.once(correlations=desired, prune="all")["summary"]["deleted"]
    assert set(labels().values()) == {1} and len(labels()) >= 2499
    internals.clear_faults()
    correlations.once(correlations=desired, prune="all")
    assert set(labels().values()) == {1} and len(labels()) == 2500
    assert not correlations.once(correlations=desired, prune="all").changed


# Two runs at the same time


@pytest.fixture
def both(host: Host, connection: dict[str, t.Any], faults: Simulator) -> t.Iterator[t.Callable[..., list[t.Any]]]:
    """Runs the list module twice at the same time, in two processes."""
    second = Host()
    runners = [Module(each, "grafana_correlations", connection, faults.state, faults) for each in (host, second)]

    def run(**options: t.Any) -> list[t.Any]:
        with concurrent.futures.ThreadPoolExecutor(2) as threads:
            return list(threads.map(lambda runner: runner.run(**options), runners))

    yield run
    second.stop()


def test_two_runs_that_create(
    both: t.Callable[..., list[t.Any]], correlations: Module, org: Org, faults: Simulator, connection: dict[str, t.Any]
) -> None:
    """Nothing is unique on ``/api``, so there each run may make its own; they are alike, and the next run can remove
    the doubles."""
    desired = entries(org, 150)
    faults.set(latency_ms=1)
    results = both(correlations=desired, concurrency=8)
    assert not any(result.failed for result in results), [result.get("msg") for result in results]
    assert set(org.labels()) == {entry["label"] for entry in desired}
    if connection.get("api") == "apis":
        assert len(org.rows()) == 150, (
            "there the name of a correlation is made from its key, so that the server refuses a second one"
        )
    faults.set(latency_ms=0)
    correlations.once(correlations=desired, on_duplicate="remove")
    assert org.labels() == [entry["label"] for entry in desired]
    assert not correlations.once(correlations=desired).changed


def test_two_runs_that_change(
    both: t.Callable[..., list[t.Any]], correlations: Module, org: Org, faults: Simulator
) -> None:
    correlations.once(correlations=entries(org, 150), concurrency=8)
    uids = {row.uid for row in org.rows()}
    faults.set(latency_ms=1)
    assert not any(result.failed for result in both(correlations=entries(org, 150, description="new"), concurrency=8))
    assert {row.uid for row in org.rows()} == uids and {row.description for row in org.rows()} == {"new"}


def test_two_runs_that_remove(
    both: t.Callable[..., list[t.Any]], correlations: Module, org: Org, faults: Simulator
) -> None:
    correlations.once(correlations=entries(org, 150), concurrency=8)
    faults.set(latency_ms=1)
    results = both(correlations=entries(org, 10), prune="sources", concurrency=8)
    assert not any(result.failed for result in results) and org.labels() == ["%03d" % number for number in range(10)]


@pytest.mark.parametrize("name", ["grafana_correlation", "grafana_correlations"])
def test_a_correlation_that_is_named_by_its_uid_is_not_made_anew(
    module: t.Callable[[str], Module], org: Org, faults: Simulator, name: str
) -> None:
    uid = org.add()
    entry = {**org.link(config=CONFIG), "uid": uid, "description": "new"}
    faults.fault("then_delete_row", method="GET", path=LISTS, times=1)
    result = module(name).fails(**({"correlations": [entry]} if name == "grafana_correlations" else entry))
    assert result.codes == ["vanished"] and "uid '%s'" % uid in result.msg and "run again" in result.msg
    assert not result.changed and org.rows() == []


@pytest.mark.legacy_api
def test_a_correlation_that_is_replaced_by_its_like_makes_no_double(
    correlations: Module, org: Org, faults: Simulator
) -> None:
    org.add(label="000", config=CONFIG)
    like = {
        "uid": "like",
        "orgId": org.id,
        "sourceUID": org.loki.uid,
        "targetUID": org.tempo.uid,
        "label": "000",
        "description": "new",
        "config": CONFIG,
    }
    faults.fault("then_delete_row", method="GET", path=LISTS, times=1, label="000")
    faults.fault("then_insert_rows", method="GET", path=LISTS, times=1, rows=[like])
    result = correlations.once(correlations=entries(org, 1, description="new"))
    assert org.only().uid == "like" and result["entries"][0]["uid"] == "like"


@pytest.mark.generation(12)
@pytest.mark.legacy_api
def test_a_correlation_that_two_pages_hide_is_found_before_another_is_changed(
    correlations: Module, org: Org, internals: Simulator
) -> None:
    def of(uid: str, label: str, description: str = "") -> dict[str, t.Any]:
        whose = {"orgId": org.id, "sourceUID": org.loki.uid, "targetUID": org.tempo.uid}
        return {"uid": uid, "label": label, "description": description, "config": CONFIG, **whose}

    fillers = [of("n%04d" % number, "filler %d" % number) for number in range(999)]
    internals.seed(rows=[of("differs", "A", "other"), *fillers, of("equal", "A", "desired")])
    internals.fault(
        "then_delete_row", method="GET", path=LISTS, nth=[1], uid="n0003"
    )  # so that the last one is on no page
    desired = [org.link(label="A", description="desired", config=CONFIG), org.link(label="filler 1", config=CONFIG)]
    desired += [org.link(source=org.tempo.uid, label="B", config=CONFIG)]  # so that pages are read, and not one source
    correlations.once(correlations=desired)
    rows = {row.uid: row.description for row in org.rows() if row.label == "A"}
    assert rows == {"differs": "other", "equal": "desired"}
