# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists with mistakes: all are reported together, each with its place, and nothing is written."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from tests.support.grafana import Org
from tests.support.modules import Module
from tests.support.stand_in import StandIn

ANSWERED = "it is a correlation as Grafana answers it: of the result of grafana_correlation_info, give definitions, not correlations"
BARE = {"field": "message", "target": {}}


def test_all_mistakes_are_reported_together(correlations: Module, org: Org) -> None:
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
    assert result["mistakes"] == [
        'entry 2: label is missing (an empty one is written label: "")',
        "entry 3: it must be a mapping, not null",
        "entry 4 (Wrong target): the target data source 'nowhere' does not exist" + org.where,
        "entry 5 (Twice): 2 correlations are equal to each other in everything (uids %s): delete all but one, or set on_duplicate: remove" % duplicates,
        "entry 6 (No field): config.field is missing: a new correlation needs the field of the source's results that it starts from",
        "entry 7 (Fine): it is the same as entry 1 (Fine); keep one",
        "entry 8 (Fine): it contradicts entry 1 (Fine), which has state present for the same correlation; keep one",
        "entry 9: it must be a mapping, not text",
        "entry 10 (Wrong members): config.targt is no option of a correlation (did you mean 'target'?)",
        "entry 10 (Wrong members): config.target must be a mapping, not a number",
    ]
    assert result.msg == "10 mistakes, and nothing was written: %s." % "; ".join(result["mistakes"])


def test_on_error_continue_does_not_go_past_a_mistake(correlations: Module, org: Org) -> None:
    result = correlations.refuses(correlations=[org.link(label="Fine"), org.link(target="nowhere")], on_error="continue")
    assert result.msg == "entry 2 (Logs to traces): the target data source 'nowhere' does not exist%s." % org.where


@pytest.mark.any_server
def test_more_than_twenty_mistakes_are_counted(correlations: Module, org: Org) -> None:
    result = correlations.refuses(correlations=[None] * 25)
    assert len(result["mistakes"]) == 25
    shown = "; ".join("entry %d: it must be a mapping, not null" % number for number in range(1, 21))
    assert result.msg == "25 mistakes, and nothing was written: %s; and 5 more." % shown


@pytest.mark.any_server
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"source": None}, "source is missing: give the UID or the name of the data source where the link starts"),
        ({"source": ""}, "source is empty"),
        ({"uid": ""}, "uid is empty"),
        (
            {"target": None},
            "target is missing: a correlation of type query needs the UID or the name of a data source (a link to a URL is type: external)",
        ),
        ({"target": ""}, "target is empty"),
        ({"label": None}, 'label is missing (an empty one is written label: "")'),
        ({"label": ["x"]}, "label must be text, not a list"),
        ({"label": True}, "label must be text, not a boolean: write it in quotes"),
        ({"label": 1.5}, "label must be text, not a number: write it in quotes"),
        ({"description": {}}, "description must be text, not a mapping"),
        ({"type": "extern"}, "type is 'extern' but must be one of query, external"),
        ({"type": "banana"}, "type is 'banana' but must be one of query, external"),
        ({"state": "gone"}, "state is 'gone' but must be one of present, absent, ignored"),
        ({"state": []}, "state must be text, not a list"),
        ({"labell": "x"}, "labell is no option of a correlation (did you mean 'label'?)"),
        ({"orgId": 1}, ANSWERED),
        ({"provisioned": True}, ANSWERED),
        ({"sourceUID": "x"}, "source and its alias sourceUID are both given"),
        ({"target_uid": "x"}, "target and its alias target_uid are both given"),
        ({"type": "external"}, "config.target.url is missing: a correlation of type external needs the URL that it opens"),
        ({"config": "text"}, "config must be a mapping, not text"),
        ({"config": []}, "config must be a mapping, not a list"),
        ({"config": {"field": []}}, "config.field must be text, not a list"),
        ({"config": {"field": True}}, "config.field must be text, not a boolean: write it in quotes"),
        ({"config": {"target": "text"}}, "config.target must be a mapping, not text"),
        ({"config": {"target": []}}, "config.target must be a mapping, not a list"),
        ({"config": {"transformation": []}}, "config.transformation is no option of a correlation (did you mean 'transformations'?)"),
        ({"config": {"transformations": {}}}, "config.transformations must be a list, not a mapping"),
        ({"config": {"transformations": [None]}}, "config.transformations[0] must be a mapping, not null"),
        ({"config": {"transformations": ["logfmt"]}}, "config.transformations[0] must be a mapping, not text"),
        ({"config": {"transformations": [{}]}}, "config.transformations[0].type is missing: regex or logfmt"),
        (
            {"config": {"transformations": [{"type": "logfmt"}, {"type": "grep"}]}},
            "config.transformations[1].type is 'grep' but must be one of regex, logfmt",
        ),
        ({"config": {"transformations": [{"type": "regex"}]}}, "config.transformations[0].expression is missing: type regex needs one"),
        ({"config": {"transformations": [{"type": "regex", "expression": ""}]}}, "config.transformations[0].expression is missing: type regex needs one"),
        (
            {"config": {"transformations": [{"type": "logfmt", "map_value": "a", "mapValue": "b"}]}},
            "config.transformations[0].map_value and its alias mapValue are both given",
        ),
        (
            {"config": {"transformations": [{"type": "logfmt", "mapvalue": "a"}]}},
            "config.transformations[0].mapvalue is no option of a correlation (did you mean 'mapValue' or 'map_value'?)",
        ),
        ({"config": {"type": "external", "target": {"url": "u"}}, "type": "query"}, "type is query but config.type is external: leave config.type out"),
    ],
    ids=lambda value: str(value)[:60] if isinstance(value, dict) else "",
)
def test_a_mistake_in_an_entry(correlations: Module, org: Org, changes: dict[str, t.Any], sentence: str) -> None:
    entry = {name: value for name, value in {**org.link(config=BARE), **changes}.items() if value is not None}
    if isinstance(entry["config"], dict):
        entry["config"].setdefault("target", {})
    label = " (Logs to traces)" if entry.get("label") == "Logs to traces" else ""
    result = correlations.refuses(correlations=[org.link(label="Fine"), entry])
    assert result["mistakes"] == ["entry 2%s: %s" % (label, sentence)]
    assert result.msg == "entry 2%s: %s." % (label, sentence)


@pytest.mark.generation(12)
def test_an_external_entry_without_url(correlations: Module, org: Org) -> None:
    result = correlations.refuses(correlations=[org.external(config={"field": "ticket"})])
    assert result.msg == "entry 1 (Open ticket): config.target.url is missing: a correlation of type external needs the URL that it opens."


@pytest.mark.any_server
def test_a_number_that_grafana_cannot_keep(correlations: Module, org: Org) -> None:
    result = correlations.refuses(correlations=[org.link(config={**BARE, "target": {"n": 10**400}})])
    assert result.msg == "entry 1 (Logs to traces): config.target has a number that is too large for Grafana: write it in quotes."


@pytest.mark.any_server
@pytest.mark.parametrize("value", [float("nan"), float("inf")], ids=str)
def test_a_number_that_json_cannot_carry(correlations: Module, org: Org, value: float) -> None:
    result = correlations.refuses(correlations=[org.link(config={**BARE, "target": {"n": value}})])
    assert result.msg == "entry 1 (Logs to traces): config.target has a number that JSON cannot carry (.nan or .inf)."


@pytest.mark.any_server
def test_a_query_that_is_nested_too_deep(correlations: Module, org: Org, tmp_path: Path) -> None:
    deep = '{"a":' * 320 + "1" + "}" * 320
    file = tmp_path / "deep.json"
    file.write_text(json.dumps([org.link(config={**BARE, "target": "DEEP"})]).replace('"DEEP"', deep))
    result = correlations.refuses(src=[str(file)])
    assert result.msg == "%s entry 1 (Logs to traces): config.target is nested deeper than 300 levels." % file
    result = correlations.refuses(correlations=json.loads(file.read_text()))
    assert result.msg == "entry 1 (Logs to traces): config.target is nested deeper than 300 levels."


def test_a_uid_needs_source_label_and_query_in_a_list(correlations: Module, org: Org) -> None:
    uid = org.add()
    result = correlations.refuses(correlations=[{"uid": uid}])
    assert result["mistakes"] == [
        "entry 1: source is missing: give the UID or the name of the data source where the link starts",
        'entry 1: label is missing (an empty one is written label: "")',
        "entry 1: config.target is missing: give the query that the link opens ({} for an empty one)",
    ]


def test_an_unknown_uid_in_a_list(correlations: Module, org: Org) -> None:
    result = correlations.refuses(correlations=[org.link(uid="unknown")])
    assert result.msg == (
        "entry 1 (Logs to traces): there is no correlation with uid 'unknown' that starts at %s; leave uid out to add a new one "
        "(its source, target and type cannot change: to move it, add the new one and remove the old)." % org.loki.uid
    )


def test_two_entries_of_one_uid(correlations: Module, org: Org) -> None:
    uid = org.add()
    result = correlations.refuses(correlations=[org.link(uid=uid), org.link(uid=uid, label="Another")])
    assert result.msg == "entry 2 (Another): it has the same uid as entry 1 (Logs to traces); keep one."


def test_an_entry_by_uid_and_one_by_key_for_the_same_row(correlations: Module, org: Org) -> None:
    """The row is the one's that pins it; the other one gets a row of its own, or is told."""
    uid = org.add(description="a")
    correlations.run(correlations=[org.link(uid=uid, description="b", config=BARE), org.link(description="c", config=BARE)])
    rows = {row.uid: row.description for row in org.rows()}
    assert rows[uid] == "b" and sorted(rows.values()) == ["b", "c"]


def test_identical_entries_by_name_and_by_uid(correlations: Module, org: Org) -> None:
    entries = [org.link(), org.link(source=org.loki.name, target=org.tempo.name)]
    assert correlations.refuses(correlations=entries).msg == "entry 2 (Logs to traces): it is the same as entry 1 (Logs to traces); keep one."


def test_identical_entries_but_for_how_a_number_is_written(correlations: Module, org: Org) -> None:
    entries = [org.link(config={**BARE, "target": {"n": number}}) for number in (1, 1.0)]
    assert correlations.refuses(correlations=entries).msg == "entry 2 (Logs to traces): it is the same as entry 1 (Logs to traces); keep one."


def test_identical_entries_are_a_mistake_where_the_row_exists_too(correlations: Module, org: Org) -> None:
    org.add()
    entries = [org.link(config=BARE), org.link(config=BARE)]
    assert correlations.refuses(correlations=entries).msg == "entry 2 (Logs to traces): it is the same as entry 1 (Logs to traces); keep one."


@pytest.mark.parametrize(("first", "second"), [("present", "absent"), ("absent", "present"), ("ignored", "present"), ("absent", "ignored")])
def test_contradicting_states(correlations: Module, org: Org, first: str, second: str) -> None:
    entries = [{"state": first, **org.link(config=BARE)}, {"state": second, **org.link(config=BARE)}]
    result = correlations.refuses(correlations=entries)
    assert result.msg == (
        "entry 2 (Logs to traces): it contradicts entry 1 (Logs to traces), which has state %s for the same correlation; keep one." % first
    )


@pytest.mark.any_server
def test_a_long_label_is_cut_in_the_place(correlations: Module, org: Org) -> None:
    result = correlations.refuses(correlations=[org.link(label="x" * 100, target="nowhere")])
    assert result.msg == "entry 1 (%s...): the target data source 'nowhere' does not exist%s." % ("x" * 60, org.where)


def test_dollars_of_provisioning_files_are_warned_about_with_the_place(correlations: Module, org: Org) -> None:
    result = correlations(correlations=[org.link(label="Fine"), org.link(description="$${x}")])
    sentence = "it contains '$$': only Grafana's own provisioning files double the dollar sign, here it is written '$'."
    assert result.warnings == ["entry 2 (Logs to traces): " + sentence]


# The list as a whole


def test_a_list_that_is_none(correlations: Module, org: Org) -> None:
    sentence = "No list is given: set correlations, or src to files that hold lists."
    assert correlations.refuses().msg == correlations.refuses(correlations=None).msg == sentence


def test_something_else_than_a_list(correlations: Module, org: Org) -> None:
    assert "correlations" in correlations.refuses(correlations={}).msg
    assert correlations.refuses(correlations="{ oops }").msg == "correlations must be a list (with key=value: JSON text of one)."
    assert correlations.refuses(correlations="[5]").msg == "entry 1: it must be a mapping, not a number."


def test_a_list_as_json_text(correlations: Module, org: Org) -> None:
    """Which is what key=value on a command line can give."""
    correlations(correlations=json.dumps([org.link(label="a, b"), org.link(label="c")]))
    assert org.labels() == ["a, b", "c"]


@pytest.mark.any_server
@pytest.mark.parametrize("concurrency", [0, 17, -1])
def test_concurrency_out_of_range(correlations: Module, org: Org, concurrency: int) -> None:
    assert correlations.refuses(correlations=[org.link()], concurrency=concurrency).msg == "concurrency is %d but must be from 1 to 16." % concurrency


def test_prune_sources_without_prune_sources(correlations: Module, org: Org) -> None:
    for prune in ("none", "all"):
        result = correlations.refuses(correlations=[org.link()], prune=prune, prune_sources=[org.loki.uid])
        assert result.msg == "prune_sources only goes with prune: sources."


def test_an_unknown_data_source_in_prune_sources(correlations: Module, org: Org) -> None:
    org.add(label="Doomed")
    result = correlations.refuses(correlations=[org.link()], prune="sources", prune_sources=["nowhere"])
    assert result.msg == "The data source 'nowhere' in prune_sources does not exist%s." % org.where


@pytest.mark.any_server
def test_max_deletions_below_zero(correlations: Module, org: Org) -> None:
    assert correlations.refuses(correlations=[], max_deletions=-1).msg == "max_deletions must not be negative."


def test_mistakes_are_reported_though_the_server_cannot_be_read(correlations: Module, org: Org, faults: StandIn) -> None:
    faults.fault("status", status=500)
    assert correlations.refuses(correlations=[None]).msg == "entry 1: it must be a mapping, not null."
