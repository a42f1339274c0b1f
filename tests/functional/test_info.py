# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading correlations: filters, definitions, and that nothing found is no error."""

from __future__ import annotations

import typing as t

import pytest

from tests.functional.conftest import NewOrg
from tests.support.grafana import Org
from tests.support.modules import Module
from tests.support.simulator import Simulator


@pytest.fixture
def rows(org: Org) -> dict[str, str]:
    """Correlations of several kinds; their uids by label."""
    found = {
        "a": org.add(label="a", description="first", config={"target": {"query": "x"}}),
        "b": org.add(label="b", target=org.pyroscope),
        "c": org.add(label="c", source=org.tempo, target=org.loki),
        "": org.add(label="", source=org.tempo, target=org.loki),
    }
    if org.generation != 9:
        found["url"] = org.add(label="url", type="external", config={"target": {"url": "https://example.com"}})
    return found


def labels(info: Module, org: Org, **filters: t.Any) -> list[str]:
    """The labels that a read returns, of this organization (on 9.4 other organizations' rows may be among them)."""
    result = info.once(**filters)
    assert not result.changed and result["count"] == len(result["correlations"])
    return sorted(item["label"] for item in result["correlations"] if item["sourceUID"].startswith(org.prefix))


@pytest.mark.smoke
def test_everything(info: Module, org: Org, rows: dict[str, str]) -> None:
    assert labels(info, org) == sorted(rows)


@pytest.mark.legacy_api
def test_correlations_are_as_the_server_spells_them(info: Module, org: Org, rows: dict[str, str]) -> None:
    assert {row["uid"]: row for row in info.once()["correlations"]} == {
        row["uid"]: {**row, "type": row.get("type", "query")} for row in org.raw_rows()
    }


def test_they_are_in_order(info: Module, org: Org, rows: dict[str, str]) -> None:
    found = [(row["sourceUID"], row["label"]) for row in info.once()["correlations"]]
    assert found == sorted(found) and len(found) == len(rows)


def test_by_source(info: Module, org: Org, rows: dict[str, str]) -> None:
    for source in (org.tempo.uid, org.tempo.name):
        assert labels(info, org, source=source) == ["", "c"]
        assert labels(info, org, source_uid=source) == labels(info, org, sourceUID=source) == ["", "c"]
    assert labels(info, org, source=org.pyroscope.uid) == []


def test_by_target(info: Module, org: Org, rows: dict[str, str]) -> None:
    for target in (org.pyroscope.uid, org.pyroscope.name):
        assert (
            labels(info, org, target=target)
            == labels(info, org, target_uid=target)
            == labels(info, org, targetUID=target)
            == ["b"]
        )
    assert labels(info, org, source=org.tempo.uid, target=org.tempo.uid) == []


def test_by_label(info: Module, org: Org, rows: dict[str, str]) -> None:
    assert labels(info, org, label="a") == ["a"]
    assert labels(info, org, label="A") == []
    assert labels(info, org, label="") == [""]


def test_by_uid(info: Module, org: Org, rows: dict[str, str]) -> None:
    assert labels(info, org, uid=rows["b"]) == ["b"]
    assert labels(info, org, uid=rows["b"], source=org.loki.uid) == ["b"]
    assert labels(info, org, uid=rows["b"], source=org.loki.name) == ["b"]
    assert labels(info, org, uid=rows["b"], source=org.tempo.uid) == []


@pytest.mark.generation(12)
def test_by_type(info: Module, org: Org, rows: dict[str, str]) -> None:
    assert labels(info, org, type="external") == ["url"]
    assert labels(info, org, type="query") == ["", "a", "b", "c"]


@pytest.mark.generation(9)
def test_by_type_where_there_is_but_one(info: Module, org: Org, rows: dict[str, str]) -> None:
    assert labels(info, org, type="external") == []
    assert labels(info, org, type="query") == ["", "a", "b", "c"]


def test_filters_go_together(info: Module, org: Org, rows: dict[str, str]) -> None:
    assert labels(info, org, source=org.loki.uid, target=org.tempo.uid, label="a", type="query", provisioned=False) == [
        "a"
    ]
    assert labels(info, org, source=org.loki.uid, target=org.tempo.uid, label="b") == []


@pytest.mark.parametrize(
    "filters",
    [{"uid": uid} for uid in ("unknown", "", ".", "..", "a/b")]
    + [{"source": source} for source in ("nowhere", "", ".", "..", "a/b", "?")]
    + [
        {"source": "nowhere", "uid": ".."},
        {"target": "nowhere"},
        {"target": ".."},
        {"target": ""},
        {"label": "unknown"},
    ],
    ids=str,
)
def test_nothing_found_is_an_empty_list(info: Module, org: Org, rows: dict[str, str], filters: dict[str, str]) -> None:
    result = info.once(**filters)
    assert (result["correlations"], result["definitions"], result["count"]) == ([], [], 0)
    assert result["org_id"] == org.id


@pytest.mark.parametrize("end", ["source", "target"])
def test_a_data_source_that_does_not_exist_is_warned_about(
    info: Module, org: Org, rows: dict[str, str], end: str
) -> None:
    result = info.once(**{end: org.loki.name[:-1]})
    [warning] = result.warnings
    assert result["count"] == 0
    assert warning.startswith("The data source '%s' of option %s does not exist" % (org.loki.name[:-1], end))
    assert "'%s'" % org.loki.name in warning


def test_an_empty_organization(info: Module, org: Org) -> None:
    assert info.once()["count"] == 0


def test_it_writes_nothing_in_any_mode(info: Module, org: Org, rows: dict[str, str]) -> None:
    announced, result = info.check(), info.once()
    assert announced["correlations"] == result["correlations"] and not announced.changed


# Definitions


@pytest.mark.parametrize("use_names", [True, False])
def test_definitions_fed_back_are_unchanged(
    info: Module, correlations: Module, correlation: Module, org: Org, rows: dict[str, str], use_names: bool
) -> None:
    definitions = info.once(use_names=use_names)["definitions"]
    assert len(definitions) == len(rows)
    assert not correlations(correlations=definitions, prune="sources").changed
    for definition in definitions:
        assert not correlation.once(**definition).changed


@pytest.mark.generation(12)
def test_definitions_hold_everything(info: Module, org: Org) -> None:
    transformations = [{"type": "regex", "expression": "(.*)", "field": "line", "mapValue": "x"}, {"type": "logfmt"}]
    org.add(description="d", config={"target": {"query": "x", "n": 1}, "transformations": transformations})
    org.add(label="url", type="external", config={"field": "ticket", "target": {"url": "https://example.com"}})
    assert info.once()["definitions"] == [
        {
            "source": org.loki.uid,
            "target": org.tempo.uid,
            "label": "Logs to traces",
            "description": "d",
            "type": "query",
            "config": {
                "field": "message",
                "target": {"query": "x", "n": 1},
                "transformations": [
                    {"type": "regex", "expression": "(.*)", "field": "line", "map_value": "x"},
                    {"type": "logfmt"},
                ],
            },
        },
        {
            "source": org.loki.uid,
            "label": "url",
            "type": "external",
            "config": {"field": "ticket", "target": {"url": "https://example.com"}},
        },
    ]


def test_definitions_leave_out_what_is_empty_but_the_query_and_what_is_the_servers(info: Module, org: Org) -> None:
    org.add(config={"target": {"key": "Q", "datasource": {"uid": "x"}}})
    assert info.once()["definitions"] == [
        {
            "source": org.loki.uid,
            "target": org.tempo.uid,
            "label": "Logs to traces",
            "type": "query",
            "config": {"field": "message", "target": {}},
        }
    ]


def test_definitions_with_names(info: Module, org: Org) -> None:
    org.add()
    assert [(one["source"], one["target"]) for one in info.once(use_names=True)["definitions"]] == [
        (org.loki.name, org.tempo.name)
    ]
    assert [(one["source"], one["target"]) for one in info.once(use_names=False)["definitions"]] == [
        (org.loki.uid, org.tempo.uid)
    ]
    assert info.once()["definitions"] == info.once(use_names=False)["definitions"]


def test_a_name_that_is_anothers_uid_is_not_used(info: Module, org: Org) -> None:
    misleading = org.add_data_source_as(org.prefix + "-misleading", org.tempo.uid)
    org.add(target=misleading)
    assert info.once(use_names=True)["definitions"][0]["target"] == misleading.uid


def test_definitions_with_names_hold_on_another_grafana(
    info: Module, correlations: Module, org: Org, new_org: NewOrg
) -> None:
    """Data sources of the same names, with other uids."""
    other = new_org()
    twins = {
        source.name: other.add_data_source_as("twin-" + source.uid, source.name, source.type)
        for source in org.data_sources
    }
    org.add(description="moved", config={"target": {"query": "x"}})
    definitions = info.once(use_names=True)["definitions"]
    assert correlations(correlations=definitions, org_id=other.id).changed
    row = other.only()
    assert (row.source, row.target) == (twins[org.loki.name].uid, twins[org.tempo.name].uid)
    assert (row.description, row.query) == ("moved", {"query": "x"})


def test_equal_correlations_are_one_definition(info: Module, org: Org) -> None:
    for description in ("a", "a", "b"):
        org.add(description=description)
    result = info.once()
    assert (result["count"], [one["description"] for one in result["definitions"]]) == (3, ["a", "b"])


def test_a_secret_among_the_definitions_is_warned_about(info: Module, org: Org) -> None:
    """Ansible replaces it by stars, and stars must not be written back."""
    token = org.add_token()
    org.add(description="the token is %s" % token)
    result = info.once(url_username=None, url_password=None, token=token)
    assert token not in result.stdout
    [warning] = result.warnings
    assert "secret" in warning and "do not write these definitions" in warning


@pytest.mark.legacy_api
def test_many_rows_of_many_sources(info: Module, org: Org, internals: Simulator) -> None:
    internals.seed(sources=30, correlations=2100, org=org.id, prefix=org.prefix)
    result = info.once()
    assert result["count"] == 2100 == len({row["uid"] for row in result["correlations"]}) == len(result["definitions"])
