# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be known about lists without a Grafana."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._entries import read_entries
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError, Origin, ProblemsFound
from ansible_collections.crosslink.grafana.plugins.module_utils._validation import (
    Findings,
    state_of_data_sources,
    validate,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._validation_result import result_of_validation
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import codes

GOOD = {"source": "Loki", "target": "Tempo", "label": "L", "config": {"field": "f", "target": {}}}
LIST = Origin(variable="grafana_correlations_list_a")
DATA_SOURCES = [{"uid": "loki", "name": "Loki", "type": "loki"}, {"uid": "tempo", "name": "Tempo"}]


def findings(*raws: t.Any, data_sources: t.Any = None, accepted: t.Collection[str] = ()) -> Findings:
    found = read_entries([(LIST, raws)])
    return validate(found, state_of_data_sources(data_sources, found.entries), accepted)


def external(url: str, **more: t.Any) -> dict[str, t.Any]:
    return {
        "source": "Loki",
        "label": "L",
        "type": "external",
        "config": {"field": "f", "target": {"url": url}},
        **more,
    }


def test_nothing_is_wrong():
    found = findings(GOOD, external("https://a"), {**GOOD, "state": "absent", "label": "M"}, data_sources=DATA_SOURCES)
    assert (found.errors, found.warnings) == ([], [])


@pytest.mark.parametrize(
    "raws, errors",
    [
        ([None], ["invalid_entry"]),
        ([{**GOOD, "colour": 1, "label": None}], ["unknown_option", "missing_option"]),
        ([GOOD, GOOD], ["duplicate_entry"]),
        ([GOOD, {**GOOD, "state": "absent"}], ["contradiction"]),
        ([{**GOOD, "description": "$${x}"}], ["escaped_dollar"]),
        ([external("example.com")], ["url_without_scheme"]),
        ([external("https://a/b c")], ["url_with_space"]),
        ([{**GOOD, "label": "x" * 65_536}], ["too_long"]),
        ([{**GOOD, "config": {"field": "f", "target": {"q": "x" * 65_536}}}], ["too_long"]),
        (
            [{**GOOD, "config": {**GOOD["config"], "transformations": [{"type": "regex", "expression": "("}]}}],
            ["invalid_regex"],
        ),
    ],
)
def test_errors(raws, errors):
    found = findings(*raws)
    assert (codes(found.errors), found.warnings) == (errors, [])
    assert all(one.origin.variable == LIST.variable for one in found.errors)


@pytest.mark.parametrize(
    "raw, warning",
    [
        (external("https://a/${id}"), "variable_not_encoded"),
        (external("https://a", target="Tempo"), "no_effect"),
    ],
)
def test_warnings(raw, warning):
    found = findings(raw)
    assert (found.errors, codes(found.warnings)) == ([], [warning])


def test_errors_are_in_the_order_of_the_entries():
    found = findings(GOOD, {**GOOD, "description": "$$"}, {**GOOD, "x": 1}, GOOD)
    assert [one.origin.position for one in found.errors] == [2, 3, 4]


@pytest.mark.parametrize("state", ["absent", "ignored"])
def test_only_what_is_present_needs_a_url_that_works(state):
    found = findings(external("example.com/a b/${id}", state=state))
    assert (found.errors, found.warnings) == ([], [])


def test_accepted_errors_are_warnings():
    raws = [external("example.com"), {**GOOD, "description": "$$"}, {**GOOD, "x": 1}]
    found = findings(*raws, accepted=["escaped_dollar", "url_without_scheme"])
    assert (codes(found.errors), codes(found.warnings)) == (
        ["unknown_option"],
        ["url_without_scheme", "escaped_dollar"],
    )


def test_without_data_sources_any_name_exists():
    assert findings({**GOOD, "source": "Lokki"}).errors == []


def test_names_that_do_not_exist_are_found_with_similar_ones():
    found = findings({**GOOD, "source": "Lokki", "target": "x"}, data_sources=DATA_SOURCES)
    assert codes(found.errors) == ["data_source_not_found"] * 2
    assert "'Lokki' does not exist in data_sources (did you mean 'Loki'?)" in found.errors[0].message
    assert found.errors[1].message == "the target data source 'x' does not exist in data_sources"


@pytest.mark.parametrize("state", ["absent", "ignored"])
def test_a_missing_data_source_of_what_is_not_present_is_a_warning(state):
    found = findings({**GOOD, "source": "Lokki", "state": state}, data_sources=DATA_SOURCES)
    assert (found.errors, codes(found.warnings)) == ([], ["data_source_not_found"])


def test_name_and_uid_mean_the_same_data_source():
    found = findings(GOOD, {**GOOD, "source": "loki", "target": "tempo"}, data_sources=DATA_SOURCES)
    assert codes(found.errors) == ["duplicate_entry"]
    assert findings(GOOD, {**GOOD, "source": "loki", "target": "tempo"}).errors == []


def test_a_uid_takes_precedence_over_an_equal_name():
    swapped = [{"uid": "Loki", "name": "Tempo"}, {"uid": "Tempo", "name": "Loki"}]
    assert state_of_data_sources(swapped, []).data_source_uids == {"Loki": "Loki", "Tempo": "Tempo"}


@pytest.mark.parametrize(
    "data_sources, fact",
    [
        ([], "is empty"),
        (["loki"], "data_sources[0] has no uid and name"),
        ([DATA_SOURCES[0], {"uid": "x"}], "data_sources[1] has no uid and name"),
        ([{"uid": 1, "name": "x"}], "data_sources[0] has no uid and name"),
    ],
)
def test_data_sources_that_are_none(data_sources, fact):
    with pytest.raises(InputError, match="data_sources") as caught:
        state_of_data_sources(data_sources, [])
    assert fact in str(caught.value)


# What is returned


def test_a_result_without_errors():
    result = result_of_validation(findings(external("https://a/$id")), 12)
    assert (result["msg"], result["changed"]) == ("12 entries, no errors, 1 warning", False)
    headline, empty, line = result["report"].split("\n")
    assert (headline, empty) == ("**12 entries, no errors, 1 warning**", "")
    assert line.startswith("- warning `variable_not_encoded`: `grafana_correlations_list_a[0] (L): ")
    [problem] = result["problems"]
    assert problem["message"].startswith("config.target.url does not encode $id: ")
    del problem["message"]
    assert problem == {
        "level": "warning",
        "code": "variable_not_encoded",
        "variable": LIST.variable,
        "position": 1,
        "label": "L",
    }


def test_nothing_to_report():
    assert result_of_validation(findings(GOOD), 1)["report"] == "**1 entry, no errors**"


def test_a_result_with_errors():
    with pytest.raises(ProblemsFound) as caught:
        result_of_validation(findings({**GOOD, "x": 1}, {**GOOD, "label": 2}, external("https://a/$id")), 3)
    result = caught.value.details()
    assert str(caught.value).startswith("2 errors: grafana_correlations_list_a[0] (L): 'x' is not ")
    assert result["report"].startswith("**3 entries, 2 errors, 1 warning**\n\n- error `unknown_option`: `")
    assert [one["level"] for one in result["problems"]] == ["error", "error", "warning"]
    assert [one["code"] for one in result["errors"]] == ["unknown_option", "invalid_type"]
    assert result["code"] == "invalid_input" and "level" not in result["errors"][0]


def test_one_line_of_code_for_each_problem():
    label = "a\nb <img> `*c*`"
    report = result_of_validation(findings(external("https://a/$id", label=label)), 1)["report"]
    [_headline, _empty, line] = report.split("\n")
    assert line.startswith("- warning `variable_not_encoded`: `` grafana_correlations_list_a[0] (a b <img> `*c*`): ")
    assert line.endswith(" ``")
