# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values out of mappings that users write."""

from __future__ import annotations

import datetime

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Origin
from ansible_collections.crosslink.grafana.plugins.module_utils._validator import Validator, kind_of
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import codes

CANONICAL = {"a": "a", "alias": "a", "b": "b"}


@pytest.mark.parametrize(
    "value, kind",
    [
        (None, "null"),
        (True, "a boolean"),
        (0, "a number"),
        (1.5, "a number"),
        ("", "text"),
        ([], "a list"),
        ({}, "a mapping"),
        (datetime.date(2024, 1, 1), "a date"),
        (datetime.datetime(2024, 1, 1), "a date"),
        (b"", "bytes"),
    ],
)
def test_kinds(value, kind):
    assert kind_of(value) == kind


@pytest.mark.parametrize("origin", [None, Origin(3, 3)])
def test_a_problem_has_the_origin_of_the_entry(origin):
    validator = Validator(origin)
    validator.error("a_code", "it is wrong")
    [problem] = validator.problems
    assert (problem.code, problem.message, problem.origin) == ("a_code", "it is wrong", origin)


def test_members_have_their_canonical_names():
    validator = Validator()
    assert validator.members({"alias": 1, "b": None}, CANONICAL, "config.") == {"a": 1}
    assert validator.problems == []


def test_of_a_member_that_is_given_twice_the_first_counts():
    validator = Validator()
    assert validator.members({"alias": 1, "a": 2, "c": 3}, CANONICAL, "config.") == {"a": 1}
    twice, unknown = validator.problems
    assert (twice.code, unknown.code) == ("option_given_twice", "unknown_option")
    assert twice.message.startswith("config.a and its alias alias ")
    assert unknown.message.startswith("'config.c' ")


def test_values_of_the_right_type():
    validator = Validator()
    given = {"text": "x", "empty": "", "mapping": {"y": 1}, "null": None}
    assert [validator.text(given, name) for name in ("text", "empty", "null", "missing")] == ["x", "", None, None]
    assert [validator.choice(given, name, ["x"]) for name in ("text", "null", "missing")] == ["x", None, None]
    assert [validator.mapping(given, name) for name in ("mapping", "null", "missing")] == [{"y": 1}, None, None]
    assert validator.problems == []


def test_values_of_the_wrong_type_are_problems_and_count_as_missing():
    validator = Validator()
    given = {"number": 5, "text": "x"}
    assert validator.text(given, "number", "config.") is None
    assert validator.choice(given, "text", ["y", "z"], "config.") is None
    assert validator.choice(given, "number", ["y", "z"], "config.") is None
    assert validator.mapping(given, "text", "config.") is None
    assert codes(validator.problems) == ["invalid_type", "invalid_choice", "invalid_type", "invalid_type"]
    assert [problem.message.split()[0] for problem in validator.problems] == [
        "config.number",
        "config.text",
        "config.number",
        "config.text",
    ]
