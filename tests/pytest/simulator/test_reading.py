# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists and single correlations on ``/api``."""

from __future__ import annotations

from typing import Any

import pytest

LIST = "/api/datasources/correlations"
OF_SOURCE = "/api/datasources/uid/loki/correlations"


def labels(rows: list[dict[str, Any]]) -> list[str]:
    return [row["label"] for row in rows]


def test_a_list_comes_in_pages(grafana):
    for number in range(5):
        grafana.create(label=str(number))
    found = [grafana.ask("GET", LIST, params={"limit": 2, "page": page}).json() for page in (1, 2, 3, 4)]
    assert [labels(page["correlations"]) for page in found] == [["Provisioned link", "0"], ["1", "2"], ["3", "4"], []]
    assert {(page["totalCount"], page["limit"]) for page in found} == {(6, 2)}
    assert [page["page"] for page in found] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "asked, limit", [("5000", 1000), ("1000", 1000), ("0", 100), ("-3", 100), ("x", 100), ("7", 7)]
)
def test_limit_has_a_maximum_and_a_default(grafana, asked, limit):
    assert grafana.ask("GET", LIST, params={"limit": asked}).json()["limit"] == limit


@pytest.mark.parametrize("asked", ["0", "-1", "x"])
def test_page_rubbish_is_page_1(grafana, asked):
    answer = grafana.ask("GET", LIST, params={"page": asked}).json()
    assert answer["page"] == 1 and labels(answer["correlations"]) == ["Provisioned link"]


def test_9_lists_everything_whatever_is_asked_for(grafana9):
    for number in range(3):
        grafana9.create(label=str(number))
    expected = ["0", "1", "2", "Provisioned link"]  # by source
    for params in ({}, {"limit": 1, "page": 9}, {"sourceUID": "prov-loki"}):
        assert labels(grafana9.ask("GET", LIST, params=params).json()) == expected


def test_sources_filter_the_list(grafana):
    grafana.create(label="from loki")
    grafana.create("tempo", targetUID="loki", label="from tempo")

    def found(*sources: str) -> list[str]:
        return labels(grafana.ask("GET", LIST, params=[("sourceUID", uid) for uid in sources]).json()["correlations"])

    assert found("loki") == ["from loki"]
    assert found("tempo", "prov-loki") == ["Provisioned link", "from tempo"]
    assert found("nope") == []


def test_total_count_counts_other_organizations_and_hidden_rows(grafana):
    grafana.seed(
        rows=[{"sourceUID": "loki", "targetUID": "gone"}, {"sourceUID": "loki", "targetUID": "tempo", "orgId": 2}]
    )
    answer = grafana.ask("GET", LIST).json()
    assert (labels(answer["correlations"]), answer["totalCount"]) == (["Provisioned link"], 3)


def test_a_row_deleted_between_two_pages_hides_another(grafana):
    uids = [grafana.create(label=str(number)) for number in range(4)]
    first = grafana.ask("GET", LIST, params={"limit": 2, "page": 1}).json()["correlations"]
    grafana.ask("DELETE", OF_SOURCE + "/" + uids[0])
    second = grafana.ask("GET", LIST, params={"limit": 2, "page": 2}).json()["correlations"]
    assert labels(first) + labels(second) == ["Provisioned link", "0", "2", "3"]


def test_all_of_one_source(either):
    assert either.ask("GET", OF_SOURCE).json() == []
    either.create(label="a")
    either.create("tempo", targetUID="loki", label="b")
    answer = either.ask("GET", OF_SOURCE)
    assert answer.headers["Content-Type"] == "application/json"
    assert labels(answer.json()) == ["a"]
    missing = either.ask("GET", "/api/datasources/uid/nope/correlations")
    assert (missing.status_code, missing.json()["message"]) == (404, "Source data source not found")


def test_one_correlation(either):
    uid = either.create()
    assert either.ask("GET", OF_SOURCE + "/" + uid).json()["uid"] == uid
    for path, text in (
        ("/api/datasources/uid/tempo/correlations/" + uid, "Correlation not found"),
        (OF_SOURCE + "/nope", "Correlation not found"),
        ("/api/datasources/uid/nope/correlations/" + uid, "Source data source not found"),
    ):
        answer = either.ask("GET", path)
        assert (answer.status_code, answer.json()["message"]) == (404, text)


def test_the_members_of_a_row(grafana):
    uid = grafana.create(provisioned=True)
    assert grafana.ask("GET", OF_SOURCE + "/" + uid).json() == {
        "uid": uid,
        "sourceUID": "loki",
        "orgId": 1,
        "targetUID": "tempo",
        "label": "Logs to traces",
        "description": "by trace id",
        "config": {"field": "message", "target": {"query": "${traceID}"}},
        "provisioned": True,
        "type": "query",
    }


def test_the_members_of_a_row_on_9(grafana9):
    uid = grafana9.create(provisioned=True)
    assert grafana9.ask("GET", OF_SOURCE + "/" + uid).json() == {
        "uid": uid,
        "sourceUID": "loki",
        "targetUID": "tempo",
        "label": "Logs to traces",
        "description": "by trace id",
        "config": {"type": "query", "field": "message", "target": {"query": "${traceID}"}},
    }


def test_large_pages_are_complete(grafana):
    grafana.seed(sources=3, correlations=2500, prefix="bench")
    pages = [
        grafana.ask("GET", LIST, params={"limit": 1000, "page": page}).json()["correlations"] for page in (1, 2, 3)
    ]
    assert [len(page) for page in pages] == [1000, 1000, 501]
    assert len({row["uid"] for page in pages for row in page}) == 2501
