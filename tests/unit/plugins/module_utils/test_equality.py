# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What equal means."""

from __future__ import annotations

import decimal
import json
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.module_utils._equality import (
    MEMBERS,
    ContentIndex,
    as_floats,
    canonical_json,
    differing,
    normalize_numbers,
    plain_transformations,
    same_json,
    same_member,
    without_editor_members,
)
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import members

NUMBERS = (
    st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([2**53 - 1, 2**53, 2**53 + 1, -0.0])
)
LEAVES = st.none() | st.booleans() | NUMBERS | st.text(max_size=5)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def through_go(value: t.Any) -> t.Any:
    """The value after Go's JSON has read and written it, with every number a 64-bit float."""
    if isinstance(value, dict):
        return {name: through_go(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [through_go(inner) for inner in value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    number = float(value)
    shortest = decimal.Decimal(repr(number))
    return int(shortest) if number.is_integer() and abs(number) < 1e21 else number


def tagged(value: t.Any) -> t.Any:
    """The value in a form whose ``==`` tells true from 1."""
    if isinstance(value, dict):
        return ("mapping", frozenset((name, tagged(inner)) for name, inner in value.items()))
    if isinstance(value, list):
        return ("list", tuple(tagged(inner) for inner in value))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return ("number", float(value))
    return (type(value).__name__, value)


@pytest.mark.parametrize(
    "one, other",
    [
        (1, 1.0),
        (0, -0.0),
        (-0.0, 0.0),
        (12345678901234567890, 12345678901234567000),
        (2**53, 2**53 + 1),
        (0.1, 0.1),
        (1e3, 1000),
        (10**22, 1e22),
        ({"a": 1, "b": [2.0]}, {"b": [2], "a": 1.0}),
        ({}, {}),
        (None, None),
        ("é", "é"),
    ],
)
def test_the_same_for_the_server(one, other):
    assert same_json(one, other) and same_json(other, one)  # pylint: disable=arguments-out-of-order
    assert canonical_json(one) == canonical_json(other)


@pytest.mark.parametrize(
    "one, other",
    [
        (True, 1),
        (False, 0),
        ({"a": True}, {"a": 1.0}),
        (1, "1"),
        (0.1, 0.10000000000000002),
        (2**53, 2**53 + 2),
        (None, ""),
        (None, {}),
        (None, False),
        ({}, []),
        ({"a": None}, {}),
        ([1, 2], [2, 1]),
        ("a", "A"),
        ("a", "a "),
    ],
)
def test_not_the_same_for_the_server(one, other):
    assert not same_json(one, other) and not same_json(other, one)  # pylint: disable=arguments-out-of-order
    assert canonical_json(one) != canonical_json(other)


@given(VALUES)
def test_what_the_server_gives_back_is_the_same(value):
    kept = json.loads(json.dumps(through_go(value)))
    assert same_json(value, kept)
    assert same_json(kept, value)
    assert same_member("config.target", {"member": value}, {"member": kept})


@given(VALUES, VALUES)
def test_same_exactly_when_equal_with_numbers_as_floats(one, other):
    assert same_json(one, other) == (tagged(one) == tagged(other))
    assert (canonical_json(one) == canonical_json(other)) == (tagged(one) == tagged(other))


@given(VALUES, st.data())
def test_one_changed_leaf_is_a_difference(value, data):
    old, new = data.draw(st.tuples(LEAVES, LEAVES).filter(lambda pair: tagged(pair[0]) != tagged(pair[1])))
    assert not same_json({"a": [value, old]}, {"a": [value, new]})


@given(VALUES)
def test_as_kept_keeps_equality(value):
    assert same_json(normalize_numbers(value), value)
    assert tagged(normalize_numbers(value)) == tagged(value)
    assert normalize_numbers(normalize_numbers(value)) == normalize_numbers(value)


@pytest.mark.parametrize(
    "given_value, shown",
    [(1.0, 1), (-0.0, 0), (0.5, 0.5), (True, True), ({"a": [3.0, "3.0", None]}, {"a": [3, "3.0", None]})],
)
def test_as_kept_shows_whole_numbers_without_a_point(given_value, shown):
    assert json.dumps(normalize_numbers(given_value)) == json.dumps(shown)


def test_numbers_too_large_for_a_float_are_an_error():
    with pytest.raises(OverflowError):
        as_floats({"a": [10**400]})


@pytest.mark.parametrize("name", ["label", "description", "config.field"])
def test_texts_missing_empty_and_null_are_the_same(name):
    assert same_member(name, "", None) and same_member(name, None, "") and same_member(name, None, None)
    assert not same_member(name, "", "x") and not same_member(name, "x", None) and not same_member(name, "x", "X")


@pytest.mark.parametrize(
    "wanted, kept, same",
    [
        ({}, {"datasource": {"uid": "a"}, "key": "Q-1"}, True),
        ({"expr": "x"}, {"expr": "x", "key": "Q-1"}, True),
        ({"expr": "x"}, {"expr": "x", "refId": "A"}, False),
        ({"key": "Q-1"}, {"key": "Q-1", "datasource": None}, True),
        ({"key": "Q-1"}, {"key": "Q-2"}, False),
        ({"key": "Q-1"}, {}, False),
        ({"datasource": {"uid": "a"}}, {"datasource": {"uid": "b"}}, False),
        ({"a": {"key": 1}}, {"a": {}}, False),
        ({"a": {}}, {"a": {"datasource": 1}}, False),
        ({}, {"a": None}, False),
        ({"a": None}, {}, False),
    ],
)
def test_members_of_the_editor_count_only_when_given_and_only_on_top(wanted, kept, same):
    assert same_member("config.target", wanted, kept) is same


@pytest.mark.parametrize(
    "wanted, kept, same", [([], [], True), ([{"type": "logfmt"}], [], False), ([], [{"type": "logfmt"}], False)]
)
def test_transformations(wanted, kept, same):
    assert same_member("config.transformations", wanted, kept) is same


def test_the_order_of_transformations_counts():
    one, other = {"type": "logfmt"}, {"type": "regex", "expression": "x"}
    assert not same_member("config.transformations", [one, other], [other, one])


def test_plain_transformations_lack_what_is_missing_empty_or_unknown():
    given_ones = [
        {"type": "regex", "expression": "x", "field": "", "mapValue": None, "id": 7},
        {"type": "logfmt", "field": "f", "mapValue": "v"},
    ]
    assert plain_transformations(given_ones) == [
        {"type": "regex", "expression": "x"},
        {"type": "logfmt", "field": "f", "mapValue": "v"},
    ]


@pytest.mark.parametrize("nothing", [None, [], ()])
def test_no_transformations(nothing):
    assert plain_transformations(nothing) == []


def test_members_of_the_editor_are_taken_out_but_for_those_to_keep():
    target = {"datasource": 1, "key": 2, "refId": "A"}
    assert without_editor_members(target) == {"refId": "A"}
    assert without_editor_members(target, keep=["key"]) == {"key": 2, "refId": "A"}
    assert target == {"datasource": 1, "key": 2, "refId": "A"}


@pytest.mark.parametrize("odd", [None, "text", ["datasource"], 1])
def test_a_target_that_is_no_mapping_is_left_as_it_is(odd):
    assert without_editor_members(odd) == odd


CHANGES = {
    "label": "x",
    "description": "x",
    "config.field": "x",
    "config.target": {"expr": "x"},
    "config.transformations": [{"type": "logfmt"}],
}


@pytest.mark.parametrize("name", MEMBERS)
def test_differing_names_the_member(name):
    assert differing({name: CHANGES[name]}, members()) == [name]
    assert differing({**members(), name: CHANGES[name]}, members()) == [name]


def test_differing_looks_at_given_members_only_and_names_them_in_order():
    assert differing({}, members()) == []
    assert differing(members(), members()) == []
    assert differing(dict(reversed(list(CHANGES.items()))), members()) == list(MEMBERS)


def test_content_is_found_without_what_the_editor_adds():
    index: ContentIndex[str] = ContentIndex()
    kept = {
        "label": "L",
        "description": "",
        "config.field": "f",
        "config.target": {"q": 1, "key": "Q", "datasource": {"uid": "x"}},
        "config.transformations": [],
    }
    index.add("edited", kept)
    index.add("other", {**kept, "config.target": {"q": 2}})
    assert index.equal({**kept, "config.target": {"q": 1.0}}) == ["edited"]
    assert index.equal({**kept, "config.target": {"q": 1, "key": "Q"}}) == ["edited"]
    assert index.equal({**kept, "config.target": {"q": 1, "key": "R"}}) == []
    index.add("later", {**kept, "config.target": {"q": 1, "key": "P"}})
    assert index.equal({**kept, "config.target": {"q": 1}}) == ["edited", "later"]


@pytest.mark.parametrize("number, shown", [(1000.0, "1000"), (-(2.0**52), str(-(2**52))), (2.0**53, str(2.0**53))])
def test_whole_numbers_are_shown_as_such_while_they_are_exact(number, shown):
    assert json.dumps(normalize_numbers(number)) == shown
