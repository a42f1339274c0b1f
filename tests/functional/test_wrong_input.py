# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wrong input to the modules for one correlation and for reading: one clear sentence, and nothing is written.

Mistakes in the entries of a list are in test_list_mistakes.py, wrong connection options in test_connection.py.
"""

from __future__ import annotations

import typing as t

import pytest

from tests.support.grafana import Org
from tests.support.modules import Module

BARE = {"field": "message", "target": {}}


@pytest.mark.any_server
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"source": None}, "Source is missing: give the UID or the name of the data source where the link starts."),
        ({"source": ""}, "Source is empty."),
        (
            {"target": None},
            "Target is missing: a correlation of type query needs the UID or the name of a data source (a link to a URL is type: external).",
        ),
        ({"target": ""}, "Target is empty."),
        ({"label": None}, 'Label is missing (an empty one is written label: "").'),
        (
            {"type": "external", "target": None},
            "config.target.url is missing: a correlation of type external needs the URL that it opens.",
        ),
        ({"config": {"field": "message", "type": "external"}, "type": "query"}, "Type is query but config.type is external: leave config.type out."),
        (
            {"config": {"field": "message", "transformations": [{"type": "regex"}]}},
            "config.transformations[0].expression is missing: type regex needs one.",
        ),
        (
            {"config": {"field": "message", "transformations": [{"type": "logfmt"}, {"type": "regex", "expression": ""}]}},
            "config.transformations[1].expression is missing: type regex needs one.",
        ),
    ],
    ids=lambda value: str(value)[:70] if isinstance(value, dict) else "",
)
def test_one_mistake(correlation: Module, org: Org, changes: dict[str, t.Any], sentence: str) -> None:
    assert correlation.refuses(**org.link(**{"config": BARE, **changes})).msg == sentence


@pytest.mark.any_server
def test_several_mistakes_are_reported_together(correlation: Module, org: Org) -> None:
    result = correlation.refuses(target=org.tempo.uid, config=BARE)
    assert result["mistakes"] == [
        "Source is missing: give the UID or the name of the data source where the link starts",
        'Label is missing (an empty one is written label: "")',
    ]
    assert result.msg == "2 mistakes, and nothing was written: %s." % "; ".join(result["mistakes"])


@pytest.mark.any_server
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"state": "gone"}, "state is 'gone' but must be one of present, absent."),
        ({"state": "ignored"}, "state is 'ignored' but must be one of present, absent."),
        ({"type": "banana"}, "type is 'banana' but must be one of query, external."),
        ({"config": {"type": "banana"}}, "config.type is 'banana' but must be one of query, external."),
        (
            {"config": {"transformations": [{"type": "grep"}]}},
            "config.transformations[0].type is 'grep' but must be one of regex, logfmt.",
        ),
        (
            {"config": {"transformations": [{"expression": "x"}]}},
            "config.transformations[0].type is missing: regex or logfmt.",
        ),
        ({"config": "text"}, "config must be a mapping (with key=value: JSON text of one)."),
        ({"config": ["x"]}, "config must be a mapping, not a list."),
        ({"config": {"target": ["x"]}}, "config.target must be a mapping, not a list."),
        ({"config": {"target": "x"}}, "config.target must be a mapping, not text."),
        ({"config": {"transformations": {"type": "logfmt"}}}, "config.transformations must be a list, not a mapping."),
        (
            {"config": {"transformation": []}},
            "config.transformation is no option of a correlation (did you mean 'transformations'?).",
        ),
        ({"lable": "x"}, "lable is no option of this module (did you mean 'label'?)."),
        ({"on_duplicate": "keep"}, "on_duplicate is 'keep' but must be one of fail, remove."),
        ({"on_provisioned": "keep"}, "on_provisioned is 'keep' but must be one of fail, skip."),
        ({"api": "v2"}, "api is 'v2' but must be one of auto, legacy, apis."),
    ],
    ids=lambda value: str(value)[:70],
)
def test_what_ansible_itself_would_refuse(
    correlation: Module, org: Org, changes: dict[str, t.Any], sentence: str
) -> None:
    """In other words, and with all that the module knows."""
    result = correlation.refuses(**org.link(**{"config": BARE, **changes}))
    assert result.msg == sentence
    assert "Traceback" not in result.stdout + result.stderr


@pytest.mark.any_server
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"correlations": {"source": "a"}}, "correlations must be a list, not a mapping."),
        (
            {"correlations": [], "prune": "everything"},
            "prune is 'everything' but must be one of none, sources, all, dangling.",
        ),
        (
            {"correlations": [], "max_deletion": 5},
            "max_deletion is no option of this module (did you mean 'max_deletions'?).",
        ),
        ({"correlations": [], "prune_sources": {"a": 1}}, "prune_sources must be a list, not a mapping."),
        ({"correlations": [], "concurrency": "many"}, "concurrency must be a whole number, not 'many'."),
    ],
    ids=str,
)
def test_wrong_options_of_a_list(correlations: Module, org: Org, options: dict[str, t.Any], sentence: str) -> None:
    assert correlations.refuses(**options).msg == sentence


@pytest.mark.any_server
@pytest.mark.parametrize("member", ["label", "description", "source"])
def test_numbers_are_not_taken_as_text(correlation: Module, org: Org, member: str) -> None:
    """For YAML makes 8 of 010."""
    assert "%s must be text, not a number: write it in quotes" % member in correlation.refuses(**org.link(**{member: 8})).msg


@pytest.mark.generation(12)
def test_a_target_of_an_external_one_counts_for_nothing(correlation: Module, org: Org) -> None:
    result = correlation(**org.external(target=org.tempo.uid))
    assert result.changed and (org.only().type, org.only().target) == ("external", None)
    assert result.warnings == ["A correlation of type external has no target, so the one given counts for nothing."]


def test_the_unknown_data_source_is_told_beside_another_mistake(correlation: Module, correlations: Module, org: Org) -> None:
    wrong = org.link(label=None, source="nowhere")
    missing = "the source data source 'nowhere' does not exist" + org.where
    assert correlation.refuses(**wrong)["mistakes"][1] == missing.replace("the", "The", 1)
    assert correlations.refuses(correlations=[wrong])["mistakes"][1] == "entry 1: " + missing


@pytest.mark.any_server
def test_a_number_that_grafana_cannot_keep(correlation: Module, org: Org) -> None:
    result = correlation.refuses(**org.link(config={**BARE, "target": {"n": 10**400}}))
    assert result.msg == "config.target has a number that is too large for Grafana: write it in quotes."
    result = correlation.refuses(**org.link(config={**BARE, "target": {"n": float("nan")}}))
    assert result.msg == "config.target has a number that JSON cannot carry (.nan or .inf)."


def test_a_missing_data_source_in_both_modes(correlation: Module, org: Org) -> None:
    """A typo must not pass check mode in CI."""
    for role in ("source", "target"):
        result = correlation.refuses(**org.link(**{role: getattr(org, "loki").name.replace("Logs", "Logz")}))
        assert result.msg.startswith("The %s data source 'Logz " % role) and "(did you mean '%s'" % org.loki.name in result.msg


@pytest.mark.any_server
def test_wrong_filters(info: Module, org: Org) -> None:
    assert info.refuses(type="banana").msg == "type is 'banana' but must be one of query, external."
    assert info.refuses(provisioned="banana").msg == "provisioned must be true or false, not 'banana'."
