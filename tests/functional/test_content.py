# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a correlation holds: the query, transformations, external links; what counts as equal."""

from __future__ import annotations

import json
import typing as t

import pytest

from tests.support.grafana import Org
from tests.support.modules import Module

REGEX = {"type": "regex", "expression": "traceID=(\\w+)", "map_value": "traceID"}
LOGFMT = {"type": "logfmt", "field": "line"}


def query(value: t.Any) -> dict[str, t.Any]:
    """A ``config`` with that query."""
    return {"field": "message", "target": value}


# config.target


def test_the_query_is_replaced_as_a_whole(correlation: Module, org: Org) -> None:
    org.add(config={"target": {"query": "old", "queryType": "traceql", "deep": {"a": 1, "b": 2}}})
    assert correlation(**org.link(config=query({"query": "old", "deep": {"a": 1}}))).changed
    assert org.only().query == {"query": "old", "deep": {"a": 1}}


def test_the_query_is_emptied(correlation: Module, org: Org) -> None:
    org.add(config={"target": {"query": "old"}})
    assert correlation(**org.link(config=query({}))).changed
    assert org.only().query == {}


@pytest.mark.parametrize(
    "value",
    [
        {"number": 1.0},
        {"number": 1},
        {"number": -0.0},
        {"number": 0.1},
        {"number": 1e21},
        {"number": 12345678901234567890},
        {"number": 9007199254740993},
        {"number": 1e-7},
        {"text": "1.0"},
        {"flag": True, "other": False, "nothing": None},
        {"list": [1, 2.0, [], {}, None, "x"]},
        {"expr": '{app="a"} |= "{{ x }}" | json | __value="${__value.raw}"'},
        {"text": "Zwölf <b>&amp;\u2028 日志 \U0001f600 \t\n\"'\\"},
        {"z": 1, "a": {"z": 1, "a": 2}},
        {"": "no name", "a.b": 1},
    ],
    ids=str,
)
def test_whatever_the_server_makes_of_a_query_it_is_changed_once(correlation: Module, org: Org, value: t.Any) -> None:
    """The module is run again and says unchanged, though 1.0 comes back as 1 and big numbers come back rounded."""
    assert correlation(**org.link(config=query(value))).changed
    kept = org.only().query
    assert set(kept) == set(value)
    assert not correlation(**org.link(config=query(kept))).changed


@pytest.mark.parametrize(
    ("kept", "desired"),
    [
        ({"a": 1}, {"a": True}),
        ({"a": 0}, {"a": False}),
        ({"a": "1"}, {"a": 1}),
        ({"a": None}, {}),
        ({"a": ""}, {"a": None}),
        ({"a": []}, {"a": {}}),
        ({"a": [1, 2]}, {"a": [2, 1]}),
        ({"a": "x"}, {"a": "X"}),
        ({"a": "x"}, {"a": "x "}),
        ({"refId": "A"}, {}),
    ],
    ids=str,
)
def test_what_differs_in_the_query_differs(correlation: Module, org: Org, kept: t.Any, desired: t.Any) -> None:
    org.add(config={"target": kept})
    assert correlation(**org.link(config=query(desired))).changed
    assert json.dumps(org.only().query) == json.dumps(desired)


@pytest.mark.parametrize("member", ["datasource", "key"])
def test_what_grafanas_editor_adds_is_left_alone_unless_it_is_given(correlation: Module, org: Org, member: str) -> None:
    org.add(config={"target": {"query": "x", member: {"uid": "editor"}}})
    assert not correlation(**org.link(config=query({"query": "x"}))).changed
    assert not correlation(**org.link(config=query({"query": "x", member: {"uid": "editor"}}))).changed
    assert org.only().query == {"query": "x", member: {"uid": "editor"}}
    result = correlation(**org.link(config=query({"query": "x", member: {"uid": "mine"}})))
    assert result["diff"]["before"]["config"]["target"] == {"query": "x", member: {"uid": "editor"}}
    assert org.only().query == {"query": "x", member: {"uid": "mine"}}


def test_only_the_top_of_the_query_is_the_editors(correlation: Module, org: Org) -> None:
    org.add(config={"target": {"deep": {"key": 1}}})
    assert correlation(**org.link(config=query({"deep": {}}))).changed
    assert org.only().query == {"deep": {}}


def test_the_query_may_be_json_text(correlation: Module, org: Org) -> None:
    """As ad-hoc commands write it."""
    assert correlation(**org.link(config='{"field": "message", "target": {"query": "x"}}')).changed
    assert org.only().query == {"query": "x"}


def test_a_long_query_survives(correlation: Module, org: Org) -> None:
    value = {"query": "x" * 55_000, "list": list(range(2000))}
    assert correlation(**org.link(config=query(value))).changed
    assert org.only().query == value


def test_a_query_that_a_database_would_cut_is_refused_before_any_write(correlation: Module, org: Org) -> None:
    result = correlation.refuses(**org.link(config=query({"query": "<" * 11_000})))
    assert result.codes == ["too_long"] and "shorten config" in result.msg
    assert org.rows() == []


# Descriptions


@pytest.mark.any_server
@pytest.mark.parametrize(
    "description", ["Zwölf", "two\nlines", " ", "0", "null", "{{ x }}", "a" * 5000], ids=lambda text: repr(text[:9])
)
def test_a_description_is_taken_as_it_is(correlation: Module, org: Org, description: str) -> None:
    assert correlation(**org.link(description=description)).changed
    assert org.only().description == description


def test_no_description_and_an_empty_one_are_the_same(correlation: Module, org: Org) -> None:
    org.add()
    assert not correlation(**org.link(config=None, description="")).changed
    assert not correlation(**org.link(config=None), description=None).changed


# Transformations


@pytest.mark.generation(12)
def test_transformations_are_set_changed_and_removed(correlation: Module, org: Org) -> None:
    def transformed(transformations: t.Any) -> t.Any:
        return org.link(config={"field": "message", "target": {"query": "x"}, "transformations": transformations})

    assert correlation(**transformed([REGEX, LOGFMT])).changed
    assert list(org.only().transformations) == [
        {"type": "regex", "expression": "traceID=(\\w+)", "mapValue": "traceID"},
        {"type": "logfmt", "field": "line"},
    ]
    assert correlation(**transformed([LOGFMT, REGEX])).changed
    assert [item["type"] for item in org.only().transformations] == ["logfmt", "regex"]
    assert correlation(**transformed([{**REGEX, "expression": "id=(.*)"}])).changed
    assert [item["expression"] for item in org.only().transformations] == ["id=(.*)"]
    assert correlation(**transformed([])).changed
    assert (list(org.only().transformations), org.only().query) == ([], {"query": "x"})


@pytest.mark.generation(12)
def test_transformations_left_out_stay(correlation: Module, org: Org) -> None:
    org.add(config={"transformations": [{"type": "logfmt"}]})
    assert correlation(**org.link(config=query({"query": "new"}))).changed
    assert (list(org.only().transformations), org.only().query) == ([{"type": "logfmt"}], {"query": "new"})


@pytest.mark.generation(12)
def test_transformations_alone_change(correlation: Module, org: Org) -> None:
    """Grafana takes them only together with something else."""
    uid = org.add(config={"target": {"query": "stays"}})
    assert correlation(**org.link(config={"field": "message", "transformations": [LOGFMT]})).changed
    assert correlation(uid=uid, config={"transformations": [REGEX]}).changed
    assert correlation(uid=uid, config={"transformations": []}).changed
    assert (list(org.only().transformations), org.only().query, org.only().field) == ([], {"query": "stays"}, "message")


@pytest.mark.generation(12)
@pytest.mark.parametrize("empty", ["", None], ids=["empty", "null"])
def test_members_of_a_transformation_that_are_empty_count_as_left_out(
    correlation: Module, org: Org, empty: t.Any
) -> None:
    org.add(config={"transformations": [{"type": "logfmt"}]})
    desired = {"type": "logfmt", "expression": empty, "field": empty, "map_value": empty}
    assert not correlation(**org.link(config={"field": "message", "transformations": [desired]})).changed


@pytest.mark.generation(12)
def test_the_apis_own_spelling_of_map_value(correlation: Module, org: Org) -> None:
    assert correlation(
        **org.link(
            config={"field": "message", "transformations": [{"type": "regex", "expression": "(.*)", "mapValue": "x"}]}
        )
    ).changed
    assert org.only().transformations[0]["mapValue"] == "x"


@pytest.mark.generation(9)
def test_no_transformations_are_no_problem_for_an_old_server(correlation: Module, org: Org) -> None:
    assert correlation(**org.link(config={"field": "message", "transformations": []})).changed


# External links


@pytest.mark.generation(12)
def test_an_external_link(correlation: Module, org: Org) -> None:
    assert correlation(**org.external()).changed
    row = org.only()
    assert (row.type, row.target, row.query) == (
        "external",
        None,
        {"url": "https://tickets.example.com/${__value.raw}"},
    )
    assert correlation(**org.external(config=None, description="new")).changed
    assert correlation(**org.external(config={"field": "ticket", "target": {"url": "https://new.example.com"}})).changed
    assert (org.only().description, org.only().query) == ("new", {"url": "https://new.example.com"})
    assert correlation(state="absent", **org.external(config={"field": "ticket"})).changed
    assert org.rows() == []


@pytest.mark.generation(12)
def test_the_old_place_of_the_type(correlation: Module, org: Org) -> None:
    config = {"type": "external", "field": "ticket", "target": {"url": "https://example.com"}}
    assert correlation(**org.external(type=None, config=config)).changed
    assert org.only().type == "external"


@pytest.mark.generation(12)
def test_type_and_its_old_place_agree(correlation: Module, org: Org) -> None:
    config = {"type": "query", "field": "ticket", "target": {"url": "https://example.com"}}
    result = correlation.refuses(**org.external(config=config))
    assert result.codes == ["contradiction"] and "is external but config.type is query" in result.msg


@pytest.mark.generation(12)
def test_an_external_link_and_a_query_of_one_label_are_two(correlation: Module, org: Org) -> None:
    org.add(label="Open ticket")
    assert correlation(**org.external()).changed
    assert sorted(row.type for row in org.rows()) == ["external", "query"]


@pytest.mark.generation(12)
@pytest.mark.not_on_apis("there the page leaves none")
def test_a_target_that_grafana_left_on_an_external_link_counts_for_nothing(correlation: Module, org: Org) -> None:
    """The web page leaves it on a correlation that was switched to external."""
    uid = org.add(
        label="Open ticket",
        type="external",
        targetUID=org.tempo.uid,
        config={"field": "ticket", "target": {"url": "https://example.com"}},
    )
    assert org.only().target == org.tempo.uid
    options = org.external(config={"field": "ticket", "target": {"url": "https://example.com"}})
    assert not correlation(**options).changed
    assert not correlation(uid=uid, type="external").changed
    assert correlation(description="new", **options).changed and org.only().uid == uid


@pytest.mark.generation(12)
def test_an_external_link_needs_a_url(correlation: Module, org: Org) -> None:
    for target in (None, {}, {"url": ""}, {"url": " "}, {"url": None}, {"ur": "https://example.com"}):
        result = correlation.refuses(**org.external(config={"field": "ticket", "target": target}))
        assert result.codes == ["missing_option"] and "config.target.url" in result.msg


@pytest.mark.generation(12)
@pytest.mark.parametrize("target", [{}, {"url": ""}, {"ur": "x"}], ids=str)
def test_the_url_of_an_external_link_is_not_taken_away(correlation: Module, org: Org, target: t.Any) -> None:
    uid = org.add(
        label="Open ticket", type="external", config={"field": "ticket", "target": {"url": "https://example.com"}}
    )
    for options in (
        org.external(config={"field": "ticket", "target": target}),
        {"uid": uid, "config": {"target": target}},
    ):
        result = correlation.refuses(**options)
        assert result.codes == ["missing_option"] and "config.target.url" in result.msg


# The field


@pytest.mark.any_server
@pytest.mark.parametrize(
    "field", ["a.b", "Zeile", "labels[0]", " ", "{{ field }}", "x" * 500], ids=lambda text: repr(text[:9])
)
def test_a_field_is_taken_as_it_is(correlation: Module, org: Org, field: str) -> None:
    assert correlation(**org.link(config={"field": field})).changed
    assert org.only().field == field
