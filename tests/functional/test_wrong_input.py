# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wrong input to the modules for one correlation and for reading: one clear sentence, and nothing is written.

Errors in the entries of a list are in test_list_errors.py, wrong connection options in test_connection.py.
"""

from __future__ import annotations

import typing as t

import pytest

from tests.support.grafana import Org
from tests.support.modules import Module

BARE = {"field": "message", "target": {}}


@pytest.mark.any_server
@pytest.mark.parametrize(
    ("changes", "code", "fact"),
    [
        ({"source": None}, "missing_option", "Source is missing"),
        ({"source": ""}, "empty_option", "Source"),
        ({"target": None}, "missing_option", "Target is missing"),
        ({"target": ""}, "empty_option", "Target"),
        ({"label": None}, "missing_option", 'label: ""'),
        ({"type": "external", "target": None}, "missing_option", "config.target.url is missing"),
        (
            {"config": {"field": "message", "type": "external"}, "type": "query"},
            "contradiction",
            "is query but config.type is external",
        ),
        (
            {"config": {"field": "message", "transformations": [{"type": "regex"}]}},
            "missing_option",
            "config.transformations[0].expression is missing",
        ),
        (
            {
                "config": {
                    "field": "message",
                    "transformations": [{"type": "logfmt"}, {"type": "regex", "expression": ""}],
                }
            },
            "missing_option",
            "config.transformations[1].expression is missing",
        ),
    ],
    ids=lambda value: str(value)[:70] if isinstance(value, dict) else "",
)
def test_one_error(correlation: Module, org: Org, changes: dict[str, t.Any], code: str, fact: str) -> None:
    result = correlation.refuses(**org.link(**{"config": BARE, **changes}))
    assert result.codes == [code] and fact.lower() in result.msg.lower()
    assert "entry" not in result.msg and "position" not in result["errors"][0]


@pytest.mark.any_server
def test_several_errors_are_reported_together(correlation: Module, org: Org) -> None:
    result = correlation.refuses(target=org.tempo.uid, config=BARE)
    assert result.codes == ["missing_option", "missing_option"] and result["code"] == "missing_option"
    assert result.msg.startswith("2 errors, nothing was written: ")
    assert "source is missing" in result.msg and "label is missing" in result.msg


@pytest.mark.any_server
@pytest.mark.parametrize(
    ("changes", "code", "fact"),
    [
        ({"state": "gone"}, "invalid_choice", "state is 'gone' but must be one of present, absent."),
        ({"state": "ignored"}, "invalid_choice", "state is 'ignored' but must be one of present, absent."),
        ({"type": "banana"}, "invalid_choice", "type is 'banana' but must be one of query, external"),
        (
            {"config": {"type": "banana"}},
            "invalid_choice",
            "config.type is 'banana' but must be one of query, external",
        ),
        (
            {"config": {"transformations": [{"type": "grep"}]}},
            "invalid_choice",
            "config.transformations[0].type is 'grep' but must be one of regex, logfmt",
        ),
        (
            {"config": {"transformations": [{"expression": "x"}]}},
            "missing_option",
            "config.transformations[0].type is missing",
        ),
        ({"config": "text"}, "invalid_type", "config must be a mapping (with key=value as JSON, such as config='{"),
        ({"config": ["x"]}, "invalid_type", "config must be a mapping, not a list"),
        ({"config": {"target": ["x"]}}, "invalid_type", "config.target must be a mapping, not a list"),
        ({"config": {"target": "x"}}, "invalid_type", "config.target must be a mapping, not text"),
        (
            {"config": {"transformations": {"type": "logfmt"}}},
            "invalid_type",
            "config.transformations must be a list, not a mapping",
        ),
        ({"config": {"transformation": []}}, "unknown_option", "(did you mean 'transformations'?)"),
        ({"lable": "x"}, "unknown_option", "'lable' is not an option of this module (did you mean 'label'?)"),
        ({"on_duplicate": "keep"}, "invalid_choice", "on_duplicate is 'keep' but must be one of fail, remove"),
        ({"on_provisioned": "keep"}, "invalid_choice", "on_provisioned is 'keep' but must be one of fail, skip"),
        ({"api": "v2"}, "invalid_choice", "api is 'v2' but must be one of auto, legacy, apis"),
    ],
    ids=lambda value: str(value)[:70],
)
def test_what_ansible_itself_would_refuse(
    correlation: Module, org: Org, changes: dict[str, t.Any], code: str, fact: str
) -> None:
    """In other words, and with all that the module knows."""
    result = correlation.refuses(**org.link(**{"config": BARE, **changes}))
    assert result.codes == [code] and fact.lower() in result.msg.lower()
    assert "Traceback" not in result.stdout + result.stderr


@pytest.mark.any_server
@pytest.mark.parametrize(
    ("options", "code", "fact"),
    [
        ({"correlations": {"source": "a"}}, "invalid_type", "correlations must be a list, not a mapping"),
        (
            {"correlations": [], "prune": "everything"},
            "invalid_choice",
            "prune is 'everything' but must be one of none, sources, all, dangling",
        ),
        ({"correlations": [], "max_deletion": 5}, "unknown_option", "(did you mean 'max_deletions'?)"),
        (
            {"correlations": [], "prune_sources": {"a": 1}},
            "invalid_type",
            "prune_sources must be a list, not a mapping",
        ),
        (
            {"correlations": [], "concurrency": "many"},
            "invalid_type",
            "concurrency must be a whole number, not 'many'",
        ),
    ],
    ids=str,
)
def test_wrong_options_of_a_list(
    correlations: Module, org: Org, options: dict[str, t.Any], code: str, fact: str
) -> None:
    result = correlations.refuses(**options)
    assert result.codes == [code] and fact.lower() in result.msg.lower()


@pytest.mark.any_server
@pytest.mark.parametrize("member", ["label", "description", "source"])
def test_numbers_are_not_taken_as_text(correlation: Module, org: Org, member: str) -> None:
    """For YAML makes 8 of 010."""
    result = correlation.refuses(**org.link(**{member: 8}))
    assert result.codes == ["invalid_type"]
    assert "%s must be text, not a number: put it in quotes" % member in result.msg.lower()


@pytest.mark.generation(12)
def test_a_target_of_an_external_one_counts_for_nothing(correlation: Module, org: Org) -> None:
    result = correlation(**org.external(target=org.tempo.uid))
    assert result.changed and (org.only().type, org.only().target) == ("external", None)
    assert len(result.warnings) == 1 and "target has no effect" in result.warnings[0].lower()


def test_the_unknown_data_source_is_named_beside_another_error(
    correlation: Module, correlations: Module, org: Org
) -> None:
    wrong = org.link(label=None, source="nowhere")
    for result in (correlation.refuses(**wrong), correlations.refuses(correlations=[wrong])):
        assert result.codes == ["missing_option", "data_source_not_found"]
        assert "source data source 'nowhere' does not exist" + org.where in result["errors"][1]["message"]
    assert result["errors"][1]["position"] == 1 and "entry 1: the source" in result.msg


@pytest.mark.any_server
def test_a_number_that_grafana_cannot_keep(correlation: Module, org: Org) -> None:
    result = correlation.refuses(**org.link(config={**BARE, "target": {"n": 10**400}}))
    assert result.codes == ["invalid_value"] and "config.target" in result.msg and "too large" in result.msg
    result = correlation.refuses(**org.link(config={**BARE, "target": {"n": float("nan")}}))
    assert result.codes == ["invalid_value"] and "config.target" in result.msg and ".nan or .inf" in result.msg


def test_a_missing_data_source_in_both_modes(correlation: Module, org: Org) -> None:
    """A typo must not pass check mode in CI."""
    for role in ("source", "target"):
        result = correlation.refuses(**org.link(**{role: org.loki.name.replace("Logs", "Logz")}))
        assert result.codes == ["data_source_not_found"]
        assert "%s data source 'Logz " % role in result.msg and "(did you mean '%s'" % org.loki.name in result.msg


@pytest.mark.any_server
def test_wrong_filters(info: Module, org: Org) -> None:
    result = info.refuses(type="banana")
    assert result.codes == ["invalid_choice"] and "'banana' but must be one of query, external" in result.msg
    result = info.refuses(provisioned="banana")
    assert result.codes == ["invalid_type"] and "must be true or false, not 'banana'" in result.msg
