# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes that fail: the result stays true to what happened, and nothing is ever created twice."""

from __future__ import annotations

import pytest

from tests.functional.conftest import Backend
from tests.support.grafana import Org
from tests.support.modules import Module
from tests.support.simulator import Simulator

BARE = {"field": "message", "target": {}}
REFUSED = {"status": 403, "body": {"message": "Not today"}}


@pytest.fixture
def entries(org: Org) -> list[dict[str, object]]:
    """Two new ones from logs, one from traces between them, one to change and one to remove."""
    org.add(label="changed", description="old")
    org.add(label="doomed")
    return [
        org.link(label="new 1", config=BARE),
        org.link(label="new 2", source=org.tempo.uid, target=org.loki.uid, config=BARE),
        org.link(label="new 3", config=BARE),
        org.link(label="changed", description="new", config=BARE),
        {"state": "absent", **org.link(label="doomed", config=None)},
    ]


# One after the other


@pytest.mark.legacy_api
def test_stop_leaves_the_rest_and_says_so(
    correlations: Module, org: Org, faults: Simulator, entries: list[dict[str, object]], backend: Backend
) -> None:
    faults.fault("status", method="POST", nth=[2], **REFUSED)
    result = correlations.fails(correlations=entries, concurrency=1)
    assert result.changed
    assert {name: count for name, count in result["summary"].items() if count} == {
        "created": 1,
        "failed": 1,
        "not_attempted": 3,
    }
    assert org.labels() == ["changed", "doomed", "new 1"] and org.rows()[0].description == "old"
    first = next(row for row in org.rows() if row.label == "new 1")
    url = "%s/api/datasources/uid/%s/correlations" % (backend.grafana.url, org.tempo.uid)
    by_number = {item["number"]: item for item in result["entries"]}
    assert by_number[1] == {"number": 1, "label": "new 1", "action": "created", "uid": first.uid}
    error = by_number[2].pop("error")
    assert by_number[2] == {
        "number": 2,
        "label": "new 2",
        "action": "failed",
        "uid": None,
        "code": "permission_denied",
    }
    assert "POST %s: organization %d" % (url, org.id) in error
    assert "permission datasources:write" in error and "Grafana says: Not today" in error
    assert [by_number[number]["action"] for number in (3, 4, 5)] == ["not_attempted"] * 3
    assert result.codes == ["permission_denied"] and "(1 created, 1 failed, 3 not attempted)" in result.msg
    assert result.msg.endswith(": entry 2 (new 2): %s" % error)
    assert (result["status"], result["method"], result["url"], result["grafana_message"]) == (
        403,
        "POST",
        url,
        "Not today",
    )
    assert [item["after"]["label"] for item in result["diff"]] == ["new 1"]
    assert result["report"].splitlines()[0] == "### 1 created, 1 failed, 3 not attempted"
    assert "\n- failed to create `new 2`: " in result["report"] and error[:100] in result["report"]
    assert "\n- did not try to update `changed`: " in result["report"]


def test_continue_does_the_rest_and_fails_at_the_end(
    correlations: Module, org: Org, faults: Simulator, entries: list[dict[str, object]]
) -> None:
    faults.fault("status", method="POST", nth=[2], **REFUSED)
    result = correlations.fails(correlations=entries, concurrency=1, on_error="continue")
    assert result.changed
    assert {name: count for name, count in result["summary"].items() if count} == {
        "created": 2,
        "updated": 1,
        "deleted": 1,
        "failed": 1,
    }
    assert org.labels() == ["changed", "new 1", "new 3"] and org.rows()[0].description == "new"
    assert [item["after_header"].partition(":")[0] for item in result["diff"]] == [
        "create (new 1",
        "create (new 3",
        "update (changed",
        "delete (doomed",
    ]
    assert result.codes == ["permission_denied"]
    assert "(2 created, 1 updated, 1 deleted, 1 failed)" in result.msg and ": entry 2 (new 2): " in result.msg


def test_nothing_changed_where_the_first_write_fails(correlations: Module, org: Org, faults: Simulator) -> None:
    faults.fault("status", method="POST", **REFUSED)
    result = correlations.fails(correlations=[org.link()], concurrency=1)
    assert not result.changed and result["diff"] == [] and org.rows() == []


def test_a_failed_update_and_a_failed_deletion(
    correlations: Module, org: Org, faults: Simulator, entries: list[dict[str, object]]
) -> None:
    for method in ("PATCH", "DELETE"):
        faults.fault("status", method=method, **REFUSED)
    result = correlations.fails(correlations=entries, on_error="continue")
    assert {name: count for name, count in result["summary"].items() if count} == {"created": 3, "failed": 2}
    rows = {row.label: row for row in org.rows()}
    failed = [item for item in result["entries"] if item["action"] == "failed"]
    assert [(item["number"], item["uid"], item.get("changed_members")) for item in failed] == [
        (4, rows["changed"].uid, ["description"]),
        (5, rows["doomed"].uid, None),
    ]
    assert rows["changed"].description == "old"


def test_a_failed_pruning_is_named(correlations: Module, org: Org, faults: Simulator) -> None:
    uid = org.add(label="pruned")
    faults.fault("status", method="DELETE", **REFUSED)
    result = correlations.fails(correlations=[], prune="sources", prune_sources=[org.loki.uid])
    assert result.codes == ["permission_denied"] and "(1 failed)" in result.msg
    assert "pruning 'pruned': " in result.msg and "DELETE" in result.msg
    item = result["entries"][0]
    assert (item["number"], item["label"], item["action"], item["uid"]) == (None, "pruned", "failed", uid)
    assert not result.changed and org.only().uid == uid


@pytest.mark.generation(9)
@pytest.mark.parametrize("rows", [0, 1])
def test_what_an_old_server_drops_or_refuses_is_found_before_anything_is_written(
    correlations: Module, org: Org, rows: int
) -> None:
    before = [org.add(label="there", config=BARE) for _number in range(rows)]
    changed = [org.link(label="there", config={**BARE, "transformations": [{"type": "logfmt"}]})] * rows
    entries = [
        org.link(label="good", config=BARE),
        org.link(label="new", config={**BARE, "transformations": [{"type": "logfmt"}]}),
        org.external(),
        *changed,
    ]
    result = correlations.refuses(correlations=entries)
    assert set(result.codes) == {"not_supported"} and len(result["errors"]) == 2 + rows
    assert "(new): this version of Grafana does not store config.transformations" in result.msg
    assert "(Open ticket): this version of Grafana does not support type external" in result.msg
    assert [row.uid for row in org.rows()] == before


# Several at a time


@pytest.mark.parametrize("concurrency", [2, 8])
def test_with_several_threads_the_result_is_true_to_what_happened(
    correlations: Module, org: Org, faults: Simulator, concurrency: int
) -> None:
    faults.fault("status", method="POST", nth=[5], **REFUSED)
    result = correlations.fails(
        correlations=[org.link(label="%02d" % number, config=BARE) for number in range(20)], concurrency=concurrency
    )
    created = {item["label"]: item["uid"] for item in result["entries"] if item["action"] == "created"}
    assert created == {row.label: row.uid for row in org.rows()}
    summary = result["summary"]
    assert summary["created"] == len(created) and summary["failed"] == 1
    assert summary["created"] + summary["failed"] + summary["not_attempted"] == 20 == len(result["entries"])


def test_with_several_threads_continue_goes_on(correlations: Module, org: Org, faults: Simulator) -> None:
    faults.fault("status", method="POST", nth=[2, 5, 11], **REFUSED)
    entries = [org.link(label="%02d" % number, config=BARE) for number in range(20)]
    result = correlations.fails(correlations=entries, concurrency=8, on_error="continue")
    assert {name: count for name, count in result["summary"].items() if count} == {"created": 17, "failed": 3}
    failed = {item["label"] for item in result["entries"] if item["action"] == "failed"}
    assert len(failed) == 3 and not failed & set(org.labels())
    faults.clear_faults()
    assert correlations(correlations=entries)["summary"]["created"] == 3
    assert len(org.rows()) == 20


# Answers that prove nothing


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("status", [500, 404])
def test_a_write_that_was_not_done_is_done_again(
    correlation: Module, org: Org, faults: Simulator, method: str, status: int
) -> None:
    uid = org.add(description="old")
    faults.fault("status", method=method, status=status, body={"message": "Correlation not found"}, times=2)
    if method == "PATCH":
        assert correlation.once(**org.link(config=None, description="new")).changed
        assert org.row(uid).description == "new"
    else:
        assert correlation.once(state="absent", **org.link(config=None))["removed"] == [uid]
        assert org.rows() == []


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_write_whose_answer_is_lost_was_done(correlation: Module, org: Org, faults: Simulator, method: str) -> None:
    uid = org.add(description="old")
    faults.fault("reset_after", method=method, times=1)
    if method == "PATCH":
        assert correlation.once(**org.link(config=None, description="new")).changed
        assert org.row(uid).description == "new"
    else:
        assert correlation.once(state="absent", **org.link(config=None)).changed
        assert org.rows() == []


@pytest.mark.parametrize("kind", ["reset_after", "truncate"])
def test_a_create_whose_answer_is_lost_is_not_sent_twice(
    correlation: Module, org: Org, faults: Simulator, kind: str
) -> None:
    faults.fault(kind, method="POST", times=1)
    faults.reset_counts()
    result = correlation.once(**org.link())
    assert result.changed and result["correlation"]["uid"] == org.only().uid
    assert faults.counts().methods() == ["POST"]
    assert not correlation.once(**org.link()).changed


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_create_that_was_done_behind_a_bad_answer_is_not_sent_twice(
    correlation: Module, org: Org, faults: Simulator, status: int
) -> None:
    faults.fault(
        "status",
        method="POST",
        path="correlations",
        status=status,
        handled=True,
        body="<html>busy</html>",
        content_type="text/html",
        times=1,
    )
    assert correlation.once(**org.link()).changed
    assert len(org.rows()) == 1


def test_a_create_that_cannot_have_arrived_is_sent_again(correlation: Module, org: Org, faults: Simulator) -> None:
    faults.fault("status", method="POST", path="correlations", status=429, body={"message": "slow down"}, times=1)
    assert correlation.once(**org.link()).changed
    assert len(org.rows()) == 1


@pytest.mark.parametrize("status", [502, 503, 504, 429])
def test_reads_are_repeated(correlation: Module, org: Org, faults: Simulator, status: int) -> None:
    uid = org.add()
    faults.fault("status", method="GET", status=status, times=2)
    assert correlation.once(**org.link(config=None))["correlation"]["uid"] == uid


@pytest.mark.legacy_api
def test_retries_can_be_turned_off(info: Module, org: Org, faults: Simulator, backend: Backend) -> None:
    faults.fault("status", method="GET", status=503, body={"message": "starting"})
    faults.reset_counts()
    result = info.fails(retries=0)
    assert faults.counts().requests == 1
    assert result.codes == ["unavailable"] and "(Grafana says: starting)" in result.msg
    assert "%s/api/datasources/correlations answers 503" % backend.grafana.url in result.msg
    faults.reset_counts()
    assert info.fails(retries=2)["status"] == 503
    assert faults.counts().requests == 3


def test_a_rejected_password_is_not_tried_again(info: Module, org: Org, counters: Simulator) -> None:
    """Five wrong ones lock the login."""
    counters.reset_counts()
    assert info.fails(url_password="wrong")["status"] == 401
    assert counters.counts().requests == 1
