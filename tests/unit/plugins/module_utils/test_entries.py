# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of entries from variables and files."""

from __future__ import annotations

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._entries import read_entries, split_by_variable
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError, Origin, warnings_about
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import codes

GOOD = {"source": "loki", "target": "tempo", "label": "L", "config": {"target": {}}}
VARIABLE = Origin(variable="grafana_correlations_list_a")
TEAM, OTHER = Origin(file="team.yml"), Origin(file="other.json")


def test_an_empty_list():
    found = read_entries([(Origin(), [])])
    assert (found.entries, found.problems, found.warnings, found.count) == ([], [], [], 0)


def test_entries_are_counted_through_and_placed_in_their_lists():
    lists = [
        (VARIABLE, [GOOD, {**GOOD, "label": ""}]),
        (TEAM, [GOOD]),
        (OTHER, [{**GOOD, "label": "M"}, {**GOOD, "label": "7"}]),
    ]
    found = read_entries(lists)
    assert [one.origin for one in found.entries] == [
        Origin(1, 1, variable="grafana_correlations_list_a", label="L"),
        Origin(2, 2, variable="grafana_correlations_list_a"),
        Origin(3, 1, file="team.yml", label="L"),
        Origin(4, 1, file="other.json", label="M"),
        Origin(5, 2, file="other.json", label="7"),
    ]
    assert [str(one.origin) for one in found.entries] == [
        "grafana_correlations_list_a[0] (L)",
        "grafana_correlations_list_a[1]",
        "team.yml entry 1 (L)",
        "other.json entry 1 (M)",
        "other.json entry 2 (7)",
    ]
    assert (found.count, found.problems, found.warnings) == (5, [], [])


def test_entries_are_checked_as_those_of_a_list():
    [problem] = read_entries([(Origin(), [{**GOOD, "uid": "u1", "label": None}])]).problems
    assert problem.code == "missing_option"
    assert str(problem).startswith("entry 1: label is missing")
    assert read_entries([(Origin(), [{**GOOD, "state": "ignored"}])]).entries[0].state == "ignored"


def test_all_problems_with_their_origins():
    long = {"label": "x" * 70, "source": "loki", "colour": 1, "config": {"target": {}}}
    lists = [(Origin(), [GOOD, None, long]), (TEAM, ["text", GOOD, {**GOOD, "state": "gone"}])]
    found = read_entries(lists)
    expected = [
        ("invalid_entry", Origin(2, 2), "entry 2: ", "not null"),
        ("unknown_option", Origin(3, 3, label="x" * 70), "entry 3 (%s...): " % ("x" * 60), "colour"),
        ("missing_option", Origin(3, 3, label="x" * 70), "entry 3 (%s...): " % ("x" * 60), "target is missing"),
        ("invalid_entry", Origin(4, 1, file="team.yml"), "team.yml entry 1: ", "not text"),
        ("invalid_choice", Origin(6, 3, file="team.yml", label="L"), "team.yml entry 3 (L): ", "state is 'gone'"),
    ]
    assert codes(found.problems) == [code for code, *_rest in expected]
    for problem, (_code, origin, place, fact) in zip(found.problems, expected):
        assert problem.origin == origin
        assert str(problem).startswith(place)
        assert fact in problem.message
    assert [(one.origin.order, one.has_errors) for one in found.entries] == [(1, False), (3, True), (5, False)]
    assert found.count == 6


@pytest.mark.parametrize("label", [7, True, None, ["L"]])
def test_a_label_that_is_no_text_is_not_shown(label):
    [problem] = read_entries([(Origin(), [{**GOOD, "label": label}])]).problems
    assert problem.origin == Origin(1, 1)
    assert str(problem).startswith("entry 1: label ")


def test_a_label_of_60_characters_is_shown_in_full():
    [one] = read_entries([(Origin(), [{**GOOD, "label": "x" * 60}])]).entries
    assert str(one.origin) == "entry 1 (%s)" % ("x" * 60)


def test_a_warning_of_several_entries_is_given_once_with_their_places():
    entries = [{**GOOD, "description": "$${x}"}, {**GOOD, "description": "$${x}", "colour": 1}, GOOD]
    [warning] = warnings_about(read_entries([(TEAM, entries)]).warnings)
    assert warning.startswith("team.yml entry 1 (L), team.yml entry 2 (L): '$$'")
    assert warning.endswith(".")


def test_lists_by_their_variables():
    counts = [{"variable": "a", "count": 2}, {"variable": "b", "count": 0}, {"variable": "c", "count": 1}]
    expected = [(Origin(variable="a"), [1, 2]), (Origin(variable="b"), []), (Origin(variable="c"), [3])]
    assert split_by_variable([1, 2, 3], counts) == expected
    assert split_by_variable([1, 2], None) == split_by_variable([1, 2], []) == [(Origin(), [1, 2])]


@pytest.mark.parametrize("count", [1, 3])
def test_origins_of_other_lists(count):
    with pytest.raises(InputError) as caught:
        split_by_variable([1, 2], [{"variable": "a", "count": count}])
    assert "origins count %d entries" % count in str(caught.value)
    assert "correlations has 2" in str(caught.value)
