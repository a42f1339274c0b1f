# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists with errors: all are reported together, each with its place, and nothing is written."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from tests.support.grafana import Org
from tests.support.modules import Module
from tests.support.simulator import Simulator

BARE = {"field": "message", "target": {}}


def test_all_errors_are_reported_together(correlations: Module, org: Org) -> None:
    org.add(label="Twice")
    org.add(label="Twice")
    duplicates = ", ".join(sorted(row.uid for row in org.rows()))
    entries: list[t.Any] = [
        org.link(label="Fine", config=BARE),
        org.link(label=None, config=BARE),
        None,
        org.link(label="Wrong target", target="nowhere", config=BARE),
        org.link(label="Twice", config=BARE),
        org.link(label="No field", config={"target": {}}),
        org.link(label="Fine", config=BARE),
        {"state": "absent", **org.link(label="Fine", config=BARE)},
        "text",
        org.link(label="Wrong members", config={"field": "message", "targt": {}, "target": 5}),
    ]
    result = correlations.refuses(correlations=entries)
    found = [(error["position"], error.get("label"), error["code"]) for error in result["errors"]]
    assert found == [
        (2, None, "missing_option"),
        (3, None, "invalid_entry"),
        (4, "Wrong target", "data_source_not_found"),
        (5, "Twice", "duplicates"),
        (6, "No field", "missing_option"),
        (7, "Fine", "duplicate_entry"),
        (8, "Fine", "contradiction"),
        (9, None, "invalid_entry"),
        (10, "Wrong members", "unknown_option"),
        (10, "Wrong members", "invalid_type"),
    ]
    facts = (
        'label: ""',
        "a mapping, not null",
        "target data source 'nowhere' does not exist" + org.where,
        "uids %s)" % duplicates,
        "config.field",
        "entry 1 (Fine)",
        "entry 1 (Fine), which has state present",
        "a mapping, not text",
        "'config.targt' is not an option of a correlation (did you mean 'target'?)",
        "config.target must be a mapping, not a number",
    )
    for error, fact in zip(result["errors"], facts):
        assert fact in error["message"]
        assert error["message"][1:].rstrip(".") in result.msg
    assert result["code"] == "invalid_input" and result.msg.startswith("10 errors, nothing was written: entry 2: ")
    assert "; entry 4 (Wrong target): the target" in result.msg


def test_on_error_continue_does_not_go_past_an_error(correlations: Module, org: Org) -> None:
    result = correlations.refuses(
        correlations=[org.link(label="Fine"), org.link(target="nowhere")], on_error="continue"
    )
    assert result.codes == ["data_source_not_found"]
    assert (
        result.msg.startswith("entry 2 (Logs to traces): ") and "'nowhere' does not exist%s" % org.where in result.msg
    )


@pytest.mark.any_server
def test_more_than_twenty_errors_are_counted(correlations: Module, org: Org) -> None:
    result = correlations.refuses(correlations=[None] * 25)
    assert result.codes == ["invalid_entry"] * 25
    assert [error["position"] for error in result["errors"]] == list(range(1, 26))
    assert result.msg.startswith("25 errors, ") and result.msg.endswith("; and 5 more.")
    assert "; entry 20: " in result.msg and "entry 21" not in result.msg


@pytest.mark.any_server
@pytest.mark.parametrize(
    ("changes", "code", "fact"),
    [
        ({"source": None}, "missing_option", "source is missing"),
        ({"source": ""}, "empty_option", "source"),
        ({"uid": ""}, "empty_option", "uid"),
        ({"target": None}, "missing_option", "target is missing"),
        ({"target": ""}, "empty_option", "target"),
        ({"label": None}, "missing_option", 'label: ""'),
        ({"label": ["x"]}, "invalid_type", "label must be text, not a list"),
        ({"label": True}, "invalid_type", "label must be text, not a boolean: put it in quotes"),
        ({"label": 1.5}, "invalid_type", "label must be text, not a number: put it in quotes"),
        ({"description": {}}, "invalid_type", "description must be text, not a mapping"),
        ({"type": "extern"}, "invalid_choice", "type is 'extern' but must be one of query, external"),
        ({"type": "banana"}, "invalid_choice", "type is 'banana' but must be one of query, external"),
        ({"state": "gone"}, "invalid_choice", "state is 'gone' but must be one of present, absent, ignored"),
        ({"state": []}, "invalid_type", "state must be one of present, absent, ignored, not a list"),
        ({"labell": "x"}, "unknown_option", "'labell' is not an option of a correlation (did you mean 'label'?)"),
        ({"orgId": 1}, "invalid_entry", "use definitions"),
        ({"provisioned": True}, "invalid_entry", "use definitions"),
        ({"sourceUID": "x"}, "option_given_twice", "source and its alias sourceUID"),
        ({"target_uid": "x"}, "option_given_twice", "target and its alias target_uid"),
        ({"type": "external"}, "missing_option", "config.target.url is missing"),
        ({"config": "text"}, "invalid_type", "config must be a mapping, not text"),
        ({"config": []}, "invalid_type", "config must be a mapping, not a list"),
        ({"config": {"field": []}}, "invalid_type", "config.field must be text, not a list"),
        ({"config": {"field": True}}, "invalid_type", "config.field must be text, not a boolean: put it in quotes"),
        ({"config": {"target": "text"}}, "invalid_type", "config.target must be a mapping, not text"),
        ({"config": {"target": []}}, "invalid_type", "config.target must be a mapping, not a list"),
        ({"config": {"transformation": []}}, "unknown_option", "(did you mean 'transformations'?)"),
        (
            {"config": {"transformations": {}}},
            "invalid_type",
            "config.transformations must be a list, not a mapping",
        ),
        (
            {"config": {"transformations": [None]}},
            "invalid_type",
            "config.transformations[0] must be a mapping, not null",
        ),
        (
            {"config": {"transformations": ["logfmt"]}},
            "invalid_type",
            "config.transformations[0] must be a mapping, not text",
        ),
        ({"config": {"transformations": [{}]}}, "missing_option", "config.transformations[0].type is missing"),
        (
            {"config": {"transformations": [{"type": "logfmt"}, {"type": "grep"}]}},
            "invalid_choice",
            "config.transformations[1].type is 'grep' but must be one of regex, logfmt",
        ),
        (
            {"config": {"transformations": [{"type": "regex"}]}},
            "missing_option",
            "config.transformations[0].expression is missing",
        ),
        (
            {"config": {"transformations": [{"type": "regex", "expression": ""}]}},
            "missing_option",
            "config.transformations[0].expression is missing",
        ),
        (
            {"config": {"transformations": [{"type": "logfmt", "map_value": "a", "mapValue": "b"}]}},
            "option_given_twice",
            "config.transformations[0].map_value and its alias mapValue",
        ),
        (
            {"config": {"transformations": [{"type": "logfmt", "mapvalue": "a"}]}},
            "unknown_option",
            "(did you mean 'mapValue' or 'map_value'?)",
        ),
        (
            {"config": {"type": "external", "target": {"url": "u"}}, "type": "query"},
            "contradiction",
            "type is query but config.type is external",
        ),
    ],
    ids=lambda value: str(value)[:60] if isinstance(value, dict) else "",
)
def test_an_error_in_an_entry(correlations: Module, org: Org, changes: dict[str, t.Any], code: str, fact: str) -> None:
    entry = {name: value for name, value in {**org.link(config=BARE), **changes}.items() if value is not None}
    if isinstance(entry["config"], dict):
        entry["config"].setdefault("target", {})
    label = " (Logs to traces)" if entry.get("label") == "Logs to traces" else ""
    result = correlations.refuses(correlations=[org.link(label="Fine"), entry])
    assert result.codes == [code] and result["errors"][0]["position"] == 2
    assert result.msg.startswith("entry 2%s: " % label) and fact in result.msg


@pytest.mark.generation(12)
def test_an_external_entry_without_url(correlations: Module, org: Org) -> None:
    result = correlations.refuses(correlations=[org.external(config={"field": "ticket"})])
    assert result.codes == ["missing_option"] and "entry 1 (Open ticket): config.target.url" in result.msg


@pytest.mark.any_server
def test_a_number_that_grafana_cannot_keep(correlations: Module, org: Org) -> None:
    result = correlations.refuses(correlations=[org.link(config={**BARE, "target": {"n": 10**400}})])
    assert result.codes == ["invalid_value"]
    assert result.msg.startswith("entry 1 (Logs to traces): config.target ") and "too large" in result.msg


@pytest.mark.any_server
@pytest.mark.parametrize("value", [float("nan"), float("inf")], ids=str)
def test_a_number_that_json_cannot_carry(correlations: Module, org: Org, value: float) -> None:
    result = correlations.refuses(correlations=[org.link(config={**BARE, "target": {"n": value}})])
    assert result.codes == ["invalid_value"]
    assert result.msg.startswith("entry 1 (Logs to traces): config.target ") and ".nan or .inf" in result.msg


@pytest.mark.any_server
def test_a_query_that_is_nested_too_deep(correlations: Module, org: Org, tmp_path: Path) -> None:
    deep = '{"a":' * 320 + "1" + "}" * 320
    file = tmp_path / "deep.json"
    file.write_text(json.dumps([org.link(config={**BARE, "target": "DEEP"})]).replace('"DEEP"', deep))
    result = correlations.refuses(src=[str(file)])
    assert result.codes == ["invalid_value"] and result["errors"][0]["file"] == str(file)
    assert result.msg.startswith("%s entry 1 (Logs to traces): config.target " % file) and "300 levels" in result.msg
    result = correlations.refuses(correlations=json.loads(file.read_text()))
    assert result.codes == ["invalid_value"] and "file" not in result["errors"][0]
    assert result.msg.startswith("entry 1 (Logs to traces): config.target ") and "300 levels" in result.msg


def test_a_uid_needs_source_label_and_query_in_a_list(correlations: Module, org: Org) -> None:
    uid = org.add()
    result = correlations.refuses(correlations=[{"uid": uid}])
    assert result.codes == ["missing_option"] * 3
    for what in ("source is missing", "label is missing", "config.target is missing"):
        assert "entry 1: %s" % what in result.msg


@pytest.mark.not_on_apis("a uid that is not there is created")
def test_an_unknown_uid_in_a_list(correlations: Module, org: Org) -> None:
    result = correlations.refuses(correlations=[org.link(uid="unknown")])
    assert result.codes == ["correlation_not_found"] and result.msg.startswith("entry 1 (Logs to traces): ")
    assert "uid 'unknown' that starts from %s;" % org.loki.uid in result.msg and "omit uid" in result.msg


def test_two_entries_of_one_uid(correlations: Module, org: Org) -> None:
    uid = org.add()
    result = correlations.refuses(correlations=[org.link(uid=uid), org.link(uid=uid, label="Another")])
    assert result.codes == ["duplicate_entry"]
    assert result.msg.startswith("entry 2 (Another): ") and "same uid as entry 1 (Logs to traces)" in result.msg


def test_an_entry_by_uid_and_one_by_key_for_the_same_correlation(correlations: Module, org: Org) -> None:
    """It belongs to the entry with its uid; the other entry gets one of its own, or is refused."""
    uid = org.add(description="a")
    correlations.run(
        correlations=[org.link(uid=uid, description="b", config=BARE), org.link(description="c", config=BARE)]
    )
    rows = {row.uid: row.description for row in org.rows()}
    assert rows[uid] == "b" and sorted(rows.values()) == ["b", "c"]


def test_identical_entries_by_name_and_by_uid(correlations: Module, org: Org) -> None:
    entries = [org.link(), org.link(source=org.loki.name, target=org.tempo.name)]
    result = correlations.refuses(correlations=entries)
    assert result.codes == ["duplicate_entry"]
    assert result.msg.startswith("entry 2 (Logs to traces): ") and "same as entry 1 (Logs to traces)" in result.msg


def test_identical_entries_but_for_how_a_number_is_written(correlations: Module, org: Org) -> None:
    entries = [org.link(config={**BARE, "target": {"n": number}}) for number in (1, 1.0)]
    result = correlations.refuses(correlations=entries)
    assert result.codes == ["duplicate_entry"]
    assert result.msg.startswith("entry 2 (Logs to traces): ") and "same as entry 1 (Logs to traces)" in result.msg


def test_identical_entries_are_an_error_where_the_correlation_exists_too(correlations: Module, org: Org) -> None:
    org.add()
    entries = [org.link(config=BARE), org.link(config=BARE)]
    result = correlations.refuses(correlations=entries)
    assert result.codes == ["duplicate_entry"]
    assert result.msg.startswith("entry 2 (Logs to traces): ") and "same as entry 1 (Logs to traces)" in result.msg


@pytest.mark.parametrize(
    ("first", "second"), [("present", "absent"), ("absent", "present"), ("ignored", "present"), ("absent", "ignored")]
)
def test_contradicting_states(correlations: Module, org: Org, first: str, second: str) -> None:
    entries = [{"state": first, **org.link(config=BARE)}, {"state": second, **org.link(config=BARE)}]
    result = correlations.refuses(correlations=entries)
    assert result.codes == ["contradiction"] and result.msg.startswith("entry 2 (Logs to traces): ")
    assert "entry 1 (Logs to traces), which has state %s" % first in result.msg


@pytest.mark.any_server
def test_a_long_label_is_cut_in_the_place(correlations: Module, org: Org) -> None:
    result = correlations.refuses(correlations=[org.link(label="x" * 100, target="nowhere")])
    assert result.codes == ["data_source_not_found"] and result.msg.startswith("entry 1 (%s...): " % ("x" * 60))


def test_dollars_of_provisioning_files_are_warned_about_with_the_place(correlations: Module, org: Org) -> None:
    result = correlations(correlations=[org.link(label="Fine"), org.link(description="$${x}")])
    assert len(result.warnings) == 1
    assert result.warnings[0].startswith("entry 2 (Logs to traces): ") and "'$$'" in result.warnings[0]


# The list as a whole


def test_a_list_that_is_none(correlations: Module, org: Org) -> None:
    result = correlations.refuses()
    assert result.codes == ["missing_option"] and "set correlations, or src" in result.msg
    assert correlations.refuses(correlations=None).msg == result.msg


def test_something_else_than_a_list(correlations: Module, org: Org) -> None:
    for text in ({}, "{ oops }"):
        result = correlations.refuses(correlations=text)
        assert result.codes == ["invalid_type"] and "orrelations must be a list" in result.msg
    result = correlations.refuses(correlations="[5]")
    assert result.codes == ["invalid_entry"] and "entry 1: it must be a mapping, not a number" in result.msg


def test_a_list_as_json_text(correlations: Module, org: Org) -> None:
    """Which is what key=value on a command line can give."""
    correlations(correlations=json.dumps([org.link(label="a, b"), org.link(label="c")]))
    assert org.labels() == ["a, b", "c"]


@pytest.mark.any_server
@pytest.mark.parametrize("concurrency", [0, 17, -1])
def test_concurrency_out_of_range(correlations: Module, org: Org, concurrency: int) -> None:
    result = correlations.refuses(correlations=[org.link()], concurrency=concurrency)
    assert result.codes == ["invalid_value"]
    assert "concurrency is %d " % concurrency in result.msg and "1 to 16" in result.msg


def test_prune_sources_without_prune_sources(correlations: Module, org: Org) -> None:
    for prune in ("none", "all"):
        result = correlations.refuses(correlations=[org.link()], prune=prune, prune_sources=[org.loki.uid])
        assert result.codes == ["contradiction"] and "prune_sources" in result.msg and "prune: sources" in result.msg


def test_an_unknown_data_source_in_prune_sources(correlations: Module, org: Org) -> None:
    org.add(label="Doomed")
    result = correlations.refuses(correlations=[org.link()], prune="sources", prune_sources=["nowhere"])
    assert result.codes == ["data_source_not_found"]
    assert "'nowhere' in prune_sources does not exist%s" % org.where in result.msg


@pytest.mark.any_server
def test_max_deletions_below_zero(correlations: Module, org: Org) -> None:
    result = correlations.refuses(correlations=[], max_deletions=-1)
    assert result.codes == ["invalid_value"] and "max_deletions" in result.msg


@pytest.mark.not_on_apis("the broken answer is that of /api")
def test_errors_are_reported_though_the_server_cannot_be_read(
    correlations: Module, org: Org, faults: Simulator
) -> None:
    faults.fault("status", status=500)
    result = correlations.refuses(correlations=[None])
    assert result.codes == ["invalid_entry"] and "entry 1: " in result.msg
