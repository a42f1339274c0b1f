# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user may write about one correlation."""

from __future__ import annotations

import datetime
import types
import typing as t

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Entry, correlation_members, read_entry
from ansible_collections.crosslink.grafana.plugins.module_utils._entry_config import DEEPEST_TARGET
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import canonical_json, normalize_numbers
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Origin
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import codes

OUT = object()  # marks a member to leave out
URL_MISSING = ("missing_option", "config.target.url is missing")
SOURCE_MISSING = ("missing_option", "source is missing")
LABEL_MISSING = ("missing_option", "label is missing")
TARGET_MISSING = ("missing_option", "target is missing")
QUERY_MISSING = ("missing_option", "config.target is missing")


def definition(**more: t.Any) -> dict[str, t.Any]:
    """A definition with the smallest complete key and an empty query, changed."""
    config = more.pop("config", None)
    given_config = config if isinstance(config, dict) else {}
    if isinstance(config, dict) or config in (None, OUT):
        config = {"target": {}, **(config if isinstance(config, dict) else {})}
        if "external" in (more.get("type"), config.get("type")) and "target" not in given_config:
            del config["target"]
    return {
        name: value
        for name, value in {"source": "loki", "target": "tempo", "label": "L", "config": config, **more}.items()
        if value is not OUT
    }


def check(raw: t.Any, expected: t.Sequence[tuple[str, str]], in_list: bool = True) -> None:
    """That these are the problems, in this order: for each its code, and how its message begins."""
    entry, problems, _warnings = read_entry(raw, Origin(7, 7), in_list)
    assert (entry is None or entry.has_errors) == bool(problems)
    assert codes(problems) == [code for code, _start in expected]
    for problem, (_code, start) in zip(problems, expected):
        assert problem.message.startswith(start)
        assert problem.origin == Origin(7, 7)


def message_of(raw: t.Any, code: str, in_list: bool = True) -> str:
    """The message of the only problem, which has this code."""
    entry, problems, _warnings = read_entry(raw, Origin(7, 7), in_list)
    assert entry is None or entry.has_errors
    [problem] = problems
    assert problem.code == code
    return problem.message


def read(raw: t.Any, in_list: bool = True) -> Entry:
    """The entry of what has neither problems nor warnings."""
    entry, problems, warnings = read_entry(raw, Origin(7, 7), in_list)
    assert (problems, warnings) == ([], [])
    assert entry is not None
    return entry


def nested(depth: int, innermost: t.Any = 0) -> dict[str, t.Any]:
    """A mapping of so many levels, the innermost value counted."""
    value: t.Any = innermost
    for _level in range(depth - 1):
        value = {"a": value}
    return value


# What is read


def test_everything_that_can_be_given():
    entry = read(
        {
            "state": "absent",
            "uid": "u1",
            "source": "loki",
            "target": "tempo",
            "label": "L",
            "description": "D",
            "type": "query",
            "config": {
                "type": "query",
                "field": "f",
                "target": {"expr": "x", "n": [1, 2.5, None, True]},
                "transformations": [
                    {"type": "regex", "expression": "x", "field": "", "map_value": "v"},
                    {"type": "logfmt", "expression": None, "mapValue": "w"},
                ],
            },
        }
    )
    assert entry == Entry(
        origin=Origin(7, 7),
        state="absent",
        uid="u1",
        source="loki",
        target="tempo",
        type="query",
        members={
            "label": "L",
            "description": "D",
            "config.field": "f",
            "config.target": {"expr": "x", "n": [1, 2.5, None, True]},
            "config.transformations": [
                {"type": "regex", "expression": "x", "mapValue": "v"},
                {"type": "logfmt", "mapValue": "w"},
            ],
        },
    )
    assert entry.label == "L"


def test_what_is_left_out_is_not_given():
    entry = read(definition())
    assert (entry.state, entry.uid, entry.type) == ("present", None, "query")
    assert entry.members == {"label": "L", "config.target": {}}


def test_null_counts_as_left_out():
    nulls = {"state": None, "uid": None, "description": None, "type": None, "sourceUID": None}
    config = {"config": {"field": None, "target": {}, "transformations": None, "type": None}}
    assert read(definition(**nulls, **config)) == read(definition())
    nothing = {"uid": "u1", "label": "L"}
    assert (
        read({**nothing, "config": None}, in_list=False)
        == read({**nothing, "config": {"target": None}}, in_list=False)
        == read(nothing, in_list=False)
    )


@pytest.mark.parametrize("name", ["source", "label", "target"])
def test_a_null_in_the_key_is_a_problem(name):
    missing = {"source": SOURCE_MISSING, "label": LABEL_MISSING, "target": TARGET_MISSING}
    check(definition(**{name: None}), [missing[name]])


def test_what_is_empty_is_given_where_it_can_be():
    entry = read(definition(label="", description="", config={"field": "", "target": {}, "transformations": []}))
    assert entry.members == {
        "label": "",
        "description": "",
        "config.field": "",
        "config.target": {},
        "config.transformations": [],
    }
    assert entry.label == ""


@pytest.mark.parametrize("name", ["source", "source_uid", "sourceUID"])
def test_names_of_source(name):
    assert read({**definition(source=OUT), name: "x"}).source == "x"


@pytest.mark.parametrize("name", ["target", "target_uid", "targetUID"])
def test_names_of_target(name):
    assert read({**definition(target=OUT), name: "x"}).target == "x"


@pytest.mark.parametrize(
    "value, kind",
    [(8, "a number"), (750, "a number"), (1.5, "a number"), (True, "a boolean"), (datetime.date(2024, 1, 1), "a date")],
)
def test_what_yaml_makes_of_text_without_quotes_is_not_taken_as_text(value, kind):
    for name in ("uid", "source", "target", "label", "description"):
        message = message_of(definition(**{name: value}), "invalid_type")
        assert message.startswith("%s must be text, not %s" % (name, kind))
        assert "in quotes" in message
    config = {
        "field": value,
        "transformations": [{"type": "regex", "expression": value, "field": value, "map_value": value}],
    }
    places = ["transformations[0].expression", "transformations[0].field", "transformations[0].map_value"]
    wrong = ["config.%s must be text, not %s" % (place, kind) for place in ("field", *places)]
    check(definition(config=config), [("invalid_type", start) for start in wrong])


@pytest.mark.parametrize(
    "raw, kind",
    [
        (definition(), "query"),
        (definition(config={"type": "query"}), "query"),
        (definition(type="query", config={"type": "query"}), "query"),
        (definition(target=OUT, config={"type": "external", "target": {"url": "u"}}), "external"),
        (definition(target=OUT, type="external", config={"type": "external", "target": {"url": "u"}}), "external"),
        (definition(uid="u1", target=OUT), None),
        (definition(uid="u1", target=OUT, type="query"), "query"),
        (definition(uid="u1", target=OUT, config={"type": "external", "target": {"url": "u"}}), "external"),
    ],
)
def test_type(raw, kind):
    assert read(raw).type == kind


@pytest.mark.parametrize(
    "raw",
    [{"uid": "u1"}, {"uid": "u1", "label": "L"}, {"uid": "u1", "target": "tempo"}, {"uid": "u1", "type": "external"}],
)
def test_a_uid_is_enough_for_a_single_module(raw):
    assert read(raw, in_list=False).uid == "u1"


def test_an_entry_of_a_list_needs_source_label_and_query_even_with_uid():
    check({"uid": "u1"}, [SOURCE_MISSING, LABEL_MISSING, QUERY_MISSING])


@pytest.mark.parametrize("config", [OUT, None, {}, {"field": "f"}, {"target": None}])
def test_a_list_must_give_the_query_of_what_is_to_be_present(config):
    raw = {"source": "loki", "target": "tempo", "label": "L", "config": config}
    raw = {name: value for name, value in raw.items() if value is not OUT}
    check(raw, [QUERY_MISSING])
    check(raw, [], in_list=False)
    check({**raw, "state": "absent"}, [])
    check({**raw, "state": "ignored"}, [])
    check({**raw, "config": {**(config if isinstance(config, dict) else {}), "target": {}}}, [])


def test_the_data_sources_of_a_wrong_entry_are_known():
    raw = {"source": "Lokki", "target": "Tempo"}
    check(raw, [LABEL_MISSING, QUERY_MISSING])
    entry, _problems, _warnings = read_entry(raw, Origin(1, 1), True)
    assert entry is not None
    assert (entry.source, entry.target, entry.state, entry.has_errors) == ("Lokki", "Tempo", "present", True)


@pytest.mark.parametrize("name", ["label", "description"])
def test_a_nul_cannot_be_kept(name):
    message = message_of(definition(**{name: "a\0b"}), "invalid_value")
    assert message.startswith("%s contains a NUL" % name)
    check(definition(config={"target": {"expr": "a\0b"}}), [])


@pytest.mark.parametrize(
    "raw",
    [
        {"apiVersion": 1, "datasources": []},
        {"datasources": []},
        {"name": "Loki", "type": "loki", "correlations": [{"label": "L"}]},
    ],
)
def test_a_provisioning_file_is_told_what_to_do(raw):
    message = message_of(raw, "invalid_entry")
    assert "provisioning file" in message
    assert "give the whole file as src" in message and "from_grafana_provisioning" in message


def test_what_grafana_answers_is_told_what_to_do():
    raw = {
        "uid": "u1",
        "sourceUID": "loki",
        "targetUID": "tempo",
        "label": "L",
        "orgId": 1,
        "provisioned": False,
        "config": {},
    }
    message = message_of(raw, "invalid_entry")
    assert "Grafana's API" in message
    assert "grafana_correlation_info" in message
    assert "definitions" in message


@pytest.mark.parametrize("target", ["tempo", "", "gone"])
def test_an_external_one_may_have_a_target_that_has_no_effect(target):
    raw = definition(type="external", target=target, config={"target": {"url": "u"}})
    entry, problems, [warning] = read_entry(raw, Origin(1, 1), True)
    assert entry is not None
    assert (entry.target, problems) == (None, [])
    assert (warning.code, warning.origin) == ("no_effect", Origin(1, 1))
    assert warning.message.startswith("target has no effect")


@pytest.mark.parametrize("state, expected", [("present", 1), ("absent", 0), ("ignored", 0)])
def test_a_regular_expression_must_be_one_of_javascript(state, expected):
    raw = definition(state=state, config={"transformations": [{"type": "regex", "expression": r"(?P<traceID>\w+)"}]})
    if expected:
        message = message_of(raw, "invalid_regex")
        assert message.startswith("config.transformations[0].expression is not a valid regular expression")
        assert "write '(?<traceID>'" in message
    else:
        check(raw, [])


def test_logfmt_has_no_regular_expression():
    check(definition(config={"transformations": [{"type": "logfmt", "expression": "("}]}), [])


@pytest.mark.parametrize("in_list", [True, False])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_states(state, in_list):
    assert read(definition(state=state), in_list).state == state


def test_ignored_is_a_state_of_lists_only():
    assert read(definition(state="ignored")).state == "ignored"
    message = message_of(definition(state="ignored"), "invalid_choice", in_list=False)
    assert message == "state is 'ignored' but must be one of present, absent"


def test_the_query_is_a_copy():
    query: dict[str, t.Any] = {"a": {"b": [1]}}
    entry = read(definition(config={"target": query}))
    query["a"]["b"].append(2)
    assert entry.members["config.target"] == {"a": {"b": [1]}}


@pytest.mark.parametrize("config", [OUT, {}, {"field": "f"}])
@pytest.mark.parametrize("state, in_list", [("absent", True), ("absent", False), ("ignored", True), ("present", False)])
def test_an_external_one_needs_no_url_to_be_found(config, state, in_list):
    assert read(definition(target=OUT, type="external", state=state, config=config), in_list).type == "external"


def test_an_entry_of_a_provisioning_file_can_be_pasted():
    """But for the source, and for ``$$``."""
    text = """
    targetUID: gdev-jaeger-uid
    label: "Jaeger traces"
    description: "Related traces stored in Jaeger"
    config:
      type: query
      target:
        expr: '{ job="app" } |= "${traceID}"'
      field: "traceID"
      transformations:
        - type: regex
          expression: "(superman|batman)"
          mapValue: name
          field: host
        - type: logfmt
    """
    entry = read({"source": "loki", **yaml.safe_load(text)})
    assert (entry.source, entry.target, entry.type) == ("loki", "gdev-jaeger-uid", "query")
    assert entry.members == {
        "label": "Jaeger traces",
        "description": "Related traces stored in Jaeger",
        "config.field": "traceID",
        "config.target": {"expr": '{ job="app" } |= "${traceID}"'},
        "config.transformations": [
            {"type": "regex", "expression": "(superman|batman)", "field": "host", "mapValue": "name"},
            {"type": "logfmt"},
        ],
    }


# Warnings


@pytest.mark.parametrize(
    "more",
    [
        {"label": "to $${id}"},
        {"label": "$$"},
        {"config": {"target": {"url": "https://x.example.com/?a=$$traceID"}}},
        {"description": "$${id}"},
        {"config": {"target": {"a": [{"b": "x$${id}"}]}}},
        {"config": {"transformations": [{"type": "regex", "expression": "$${id}"}]}},
    ],
)
def test_doubled_dollars_are_warned_about(more):
    entry, problems, [warning] = read_entry(definition(**more), Origin(1, 1), True)
    assert entry is not None
    assert problems == []
    assert (warning.code, warning.origin) == ("escaped_dollar", Origin(1, 1))
    assert warning.message.startswith("'$$'")


@pytest.mark.parametrize("text", ["${id}", "$", "$id", "$ ${id}", "cost: 5$"])
def test_other_dollars_are_not(text):
    assert read(definition(label=text, description=text, config={"target": {"expr": text}})).label == text


def test_warnings_come_with_problems_too():
    entry, problems, [warning] = read_entry(definition(label="$${id}", target=OUT), Origin(1, 1), True)
    assert codes(problems) == ["missing_option"]
    assert (warning.code, warning.origin) == ("escaped_dollar", Origin(1, 1))
    assert warning.message.startswith("'$$'")


@pytest.mark.parametrize(
    "more",
    [
        {"label": "Trace ${traceId}"},
        {"config": {"target": {"query": {"in": ["$trace_id"]}}}},
        {"type": "external", "target": OUT, "config": {"target": {"url": "https://example.com/[[TraceID]]"}}},
    ],
)
def test_variables_that_resemble_those_of_a_transformation_are_warned_about(more):
    transformation = {"type": "regex", "expression": r"(\w+)", "map_value": "traceID"}
    config = {"field": "f", "target": {}, "transformations": [transformation], **more.get("config", {})}
    _entry, problems, [warning] = read_entry(definition(**{**more, "config": config}), Origin(1, 1), True)
    assert (problems, warning.code, warning.origin) == ([], "similar_variable", Origin(1, 1))
    assert warning.message.endswith("(did you mean 'traceID'?)")


def test_variables_of_a_wrong_entry_are_not_looked_at():
    transformation = {"type": "regex", "expression": "(", "map_value": "traceID"}
    config = {"field": "f", "target": {"query": "$traceId"}, "transformations": [transformation]}
    _entry, problems, warnings = read_entry(definition(config=config), Origin(1, 1), True)
    assert (codes(problems), warnings) == (["invalid_regex"], [])


# Problems


@pytest.mark.parametrize(
    "raw, kind",
    [
        (None, "null"),
        ("text", "text"),
        (5, "a number"),
        (1.5, "a number"),
        (True, "a boolean"),
        ([], "a list"),
        ([{"source": "loki"}], "a list"),
    ],
)
@pytest.mark.parametrize("in_list", [True, False])
def test_only_a_mapping_is_an_entry(raw, kind, in_list):
    entry, [problem], warnings = read_entry(raw, Origin(7, 7), in_list)
    assert (entry, problem.code, problem.origin, warnings) == (None, "invalid_entry", Origin(7, 7), [])
    assert problem.message.endswith("must be a mapping, not %s" % kind)


PROBLEMS: list[tuple[dict[str, t.Any], list[tuple[str, str]]]] = [
    (definition(source=OUT), [SOURCE_MISSING]),
    (definition(label=OUT), [LABEL_MISSING]),
    (definition(target=OUT), [TARGET_MISSING]),
    (definition(target=OUT, type="query"), [TARGET_MISSING]),
    ({"config": {"target": {}}}, [SOURCE_MISSING, LABEL_MISSING, TARGET_MISSING]),
    (definition(source=""), [("empty_option", "source ")]),
    (definition(target=""), [("empty_option", "target ")]),
    (definition(uid=""), [("empty_option", "uid ")]),
    (definition(target=OUT, type="external", config={"target": {}}), [URL_MISSING]),
    (definition(target=OUT, type="external", config={"target": {"url": ""}}), [URL_MISSING]),
    (definition(target=OUT, type="external", config={"target": {"url": "  "}}), [URL_MISSING]),
    (definition(target=OUT, type="external", config={"target": {"url": None}}), [URL_MISSING]),
    (
        definition(target=OUT, type="external", config={"target": {"url": 5}}),
        [("invalid_type", "config.target.url must be text, not a number")],
    ),
    (
        definition(type="query", config={"type": "external", "target": {"url": "u"}}),
        [("contradiction", "type is query but config.type is external")],
    ),
    (definition(type="Query"), [("invalid_choice", "type is 'Query' but must be one of query, external")]),
    (
        definition(config={"type": "link"}),
        [("invalid_choice", "config.type is 'link' but must be one of query, external")],
    ),
    (definition(state=True), [("invalid_type", "state must be one of present, absent")]),
    (definition(label=True), [("invalid_type", "label must be text, not a boolean")]),
    (definition(label=1.5), [("invalid_type", "label must be text, not a number")]),
    (definition(label=["x"]), [("invalid_type", "label must be text, not a list")]),
    (definition(label={"x": 1}), [("invalid_type", "label must be text, not a mapping")]),
    (definition(uid=False), [("invalid_type", "uid must be text, not a boolean")]),
    (definition(source=1.0), [("invalid_type", "source must be text, not a number")]),
    (definition(target=[]), [("invalid_type", "target must be text, not a list")]),
    (definition(description={}), [("invalid_type", "description must be text, not a mapping")]),
    (definition(config="field=x"), [("invalid_type", "config must be a mapping, not text")]),
    (definition(config=[]), [("invalid_type", "config must be a mapping, not a list")]),
    (definition(config={"field": False}), [("invalid_type", "config.field must be text, not a boolean")]),
    (definition(config={"field": ["x"]}), [("invalid_type", "config.field must be text, not a list")]),
    (definition(config={"target": "expr"}), [("invalid_type", "config.target must be a mapping, not text")]),
    (definition(config={"target": [{}]}), [("invalid_type", "config.target must be a mapping, not a list")]),
    (definition(config={"target": 5}), [("invalid_type", "config.target must be a mapping, not a number")]),
    (
        definition(config={"transformations": {"type": "logfmt"}}),
        [("invalid_type", "config.transformations must be a list, not a mapping")],
    ),
    (
        definition(config={"transformations": "logfmt"}),
        [("invalid_type", "config.transformations must be a list, not text")],
    ),
    (
        definition(config={"transformations": [None]}),
        [("invalid_type", "config.transformations[0] must be a mapping, not null")],
    ),
    (
        definition(config={"transformations": [{"type": "logfmt"}, "logfmt"]}),
        [("invalid_type", "config.transformations[1] must be a mapping, not text")],
    ),
    (
        definition(config={"transformations": [{}]}),
        [("missing_option", "config.transformations[0].type is missing")],
    ),
    (
        definition(config={"transformations": [{"type": None}]}),
        [("missing_option", "config.transformations[0].type is missing")],
    ),
    (
        definition(config={"transformations": [{"type": "json"}]}),
        [("invalid_choice", "config.transformations[0].type is 'json' but must be one of regex, logfmt")],
    ),
    (
        definition(config={"transformations": [{"type": "regex"}]}),
        [("missing_option", "config.transformations[0].expression is missing")],
    ),
    (
        definition(config={"transformations": [{"type": "regex", "expression": ""}]}),
        [("missing_option", "config.transformations[0].expression is missing")],
    ),
    (
        definition(config={"transformations": [{"type": "logfmt", "field": True}]}),
        [("invalid_type", "config.transformations[0].field must be text, not a boolean")],
    ),
    (
        definition(config={"transformations": [{"type": "logfmt", "map_value": []}]}),
        [("invalid_type", "config.transformations[0].map_value must be text, not a list")],
    ),
    (definition(sourceUID="loki"), [("option_given_twice", "source and its alias sourceUID ")]),
    (definition(target_uid="other"), [("option_given_twice", "target and its alias target_uid ")]),
    (
        definition(config={"transformations": [{"type": "logfmt", "map_value": "a", "mapValue": "a"}]}),
        [("option_given_twice", "config.transformations[0].map_value and its alias mapValue ")],
    ),
]


@pytest.mark.parametrize("raw, expected", PROBLEMS)
@pytest.mark.parametrize("in_list", [True, False])
def test_problems(raw, expected, in_list):
    check(raw, expected, in_list)


@pytest.mark.parametrize("value, quoted", [(5, True), (True, True), (["x"], False), ({"x": 1}, False)])
def test_only_a_single_value_can_be_put_in_quotes(value, quoted):
    assert ("in quotes" in message_of(definition(label=value), "invalid_type")) is quoted


UNSTORABLE: list[tuple[t.Any, str]] = [
    (float("nan"), ".nan or .inf"),
    ([float("inf")], ".nan or .inf"),
    (10**400, "number too large"),
    (-(10**309), "number too large"),
    (datetime.date(2024, 1, 1), "(date)"),
    ([{1, 2}], "(set)"),
    (b"x", "(bytes)"),
]


@pytest.mark.parametrize("value, fact", UNSTORABLE)
@pytest.mark.parametrize("in_list", [True, False])
def test_values_that_json_cannot_represent(value, fact, in_list):
    message = message_of(definition(config={"target": {"a": value}}), "invalid_value", in_list)
    assert message.startswith("config.target contains ")
    assert fact in message


UNKNOWN: list[tuple[dict[str, t.Any], str, str]] = [
    (definition(colour="red"), "colour", ""),
    (definition(lable="x"), "lable", "'label'"),
    (definition(sourceDatasourceUid="x"), "sourceDatasourceUid", "'sourceUID' or 'source_uid' or 'source'"),
    (definition(target_datasource="x"), "target_datasource", "'target' or 'target_uid' or 'targetUID'"),
    (definition(**{"type ": "query"}), "type ", "'type'"),
    (definition(label=OUT, Label="x"), "Label", "'label'"),
    (definition(source=OUT, datasource="x"), "datasource", "'source'"),
    ({**definition(), "config": {"targt": {}}}, "config.targt", "'target'"),
    (definition(config={"transformations": [{"typ": "logfmt"}]}), "config.transformations[0].typ", "'type'"),
    (definition(config={"fields": "x"}), "config.fields", "'field'"),
    (definition(config={"transformation": []}), "config.transformation", "'transformations'"),
    (
        definition(config={"transformations": [{"type": "logfmt", "mapvalue": "x"}]}),
        "config.transformations[0].mapvalue",
        "'mapValue' or 'map_value'",
    ),
]


@pytest.mark.parametrize("raw, name, similar", UNKNOWN)
@pytest.mark.parametrize("in_list", [True, False])
def test_names_that_no_member_has(raw, name, similar, in_list):
    message = message_of(raw, "unknown_option", in_list)
    assert message.startswith("'%s' is not an option of a correlation" % name)
    assert message.endswith("(did you mean %s?)" % similar if similar else "a correlation")


MISPLACED: list[tuple[dict[str, t.Any], str, str]] = [
    (definition(field="x"), "field", "config.field"),
    (definition(url="x"), "url", "config.target.url"),
    (definition(expression="x"), "expression", "config.transformations[].expression"),
    (definition(config={"url": "x"}), "config.url", "config.target.url"),
    (definition(config={"label": "x"}), "config.label", "label"),
    (definition(config={"mapValue": "x"}), "config.mapValue", "config.transformations[].mapValue"),
]


@pytest.mark.parametrize("raw, name, place", MISPLACED)
@pytest.mark.parametrize("in_list", [True, False])
def test_members_in_the_wrong_place(raw, name, place, in_list):
    message = message_of(raw, "unknown_option", in_list)
    assert message.startswith("'%s' is in the wrong place" % name)
    assert message.endswith(" %s" % place)


def test_an_external_one_needs_its_url_in_a_list():
    check(definition(target=OUT, type="external"), [URL_MISSING])
    check(definition(target=OUT, type="external", config={"field": "f"}), [URL_MISSING])


def test_a_state_that_there_is_not():
    gone = definition(state="gone")
    assert message_of(gone, "invalid_choice") == "state is 'gone' but must be one of present, absent, ignored"
    assert message_of(gone, "invalid_choice", False) == "state is 'gone' but must be one of present, absent"


def test_a_number_is_no_state():
    check(definition(state=1), [("invalid_type", "state must be one of present, absent, ignored, not a number")])


def test_what_is_quoted_of_a_wrong_word_is_short():
    assert message_of(definition(type="x" * 1000), "invalid_choice").startswith("type is '%s' " % ("x" * 40))


def test_the_alias_is_called_so_whichever_comes_first():
    raw = {"sourceUID": "loki", **definition()}
    check(raw, [("option_given_twice", "source and its alias sourceUID ")])


def test_an_alias_beside_null_is_no_contradiction():
    assert read(definition(source=None, sourceUID="loki")).source == "loki"
    assert read({"sourceUID": None, **definition()}).source == "loki"


def test_all_problems_are_found_together():
    raw = definition(
        source=OUT, label=True, colour=1, config={"field": [], "target": [], "transformations": [{"type": "regex"}, 5]}
    )
    check(
        raw,
        [
            ("unknown_option", "'colour' "),
            ("invalid_type", "label must be text, not a boolean"),
            ("invalid_type", "config.field must be text, not a list"),
            ("invalid_type", "config.target must be a mapping, not a list"),
            ("missing_option", "config.transformations[0].expression is missing"),
            ("invalid_type", "config.transformations[1] must be a mapping, not a number"),
            SOURCE_MISSING,
        ],
    )


def test_a_name_that_is_no_text_is_no_member():
    check({**definition(), 5: "x", None: "y"}, [("unknown_option", "'5' "), ("unknown_option", "'None' ")])


@pytest.mark.parametrize("odd", [types.MappingProxyType({"a": 1}), object(), 1j])
def test_values_that_only_python_has(odd):
    message = message_of(definition(config={"target": {"a": odd}}), "invalid_value")
    assert message.startswith("config.target ")
    assert "(%s)" % type(odd).__name__ in message


# How deep


def test_the_deepest_target():
    query = nested(DEEPEST_TARGET)
    entry = read(definition(config={"target": query}))
    assert canonical_json(entry.members["config.target"]) == canonical_json(normalize_numbers(query))


TOO_DEEP = [("invalid_value", "config.target is nested deeper than %d levels" % DEEPEST_TARGET)]


@pytest.mark.parametrize("depth", [DEEPEST_TARGET + 1, 10_000])
def test_deeper_than_that(depth):
    check(definition(config={"target": nested(depth)}), TOO_DEEP)


def test_lists_count_as_levels():
    value: t.Any = []
    for _level in range(DEEPEST_TARGET):
        value = [value]
    check(definition(config={"target": {"a": value}}), TOO_DEEP)


def test_a_target_that_contains_itself():
    query: dict[str, t.Any] = {}
    query["a"] = {"b": [query]}
    check(definition(config={"target": query}), TOO_DEEP)


# Whatever comes


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["query", "external", "absent", "regex", "logfmt", "$${"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = ["state", "uid", "source", "sourceUID", "target", "target_uid", "label", "description", "type"]
CONFIG = st.fixed_dictionaries(
    {},
    optional={
        "field": ANYTHING,
        "type": ANYTHING,
        "target": ANYTHING,
        "transformations": ANYTHING
        | st.lists(
            st.fixed_dictionaries(
                {}, optional=dict.fromkeys(("type", "expression", "field", "map_value", "mapValue"), ANYTHING)
            ),
            max_size=2,
        ),
    },
)
RAW = st.fixed_dictionaries({}, optional={**dict.fromkeys(NAMES, ANYTHING), "config": ANYTHING | CONFIG})


@given(RAW | ANYTHING, st.booleans())
def test_whatever_is_given_there_is_an_entry_or_a_problem(raw, in_list):
    entry, problems, _warnings = read_entry(raw, Origin(1, 1), in_list)
    if entry is None or entry.has_errors:
        assert problems
        assert all(problem.message and not problem.message.endswith(".") for problem in problems)
    else:
        assert problems == []
        assert entry.uid is not None or (entry.source and entry.label is not None and entry.type)
        assert not in_list or (entry.source and entry.label is not None)
        assert entry.type != "external" or entry.target is None
        assert canonical_json(entry.members)


# Options of a module


def test_options_that_describe_the_correlation_under_the_names_they_were_given():
    options = {
        "url": "x",
        "token": "y",
        "state": "absent",
        "sourceUID": "loki",
        "target": "tempo",
        "label": "",
        "config": None,
        "on_duplicate": "fail",
    }
    assert correlation_members(options) == {
        "state": "absent",
        "sourceUID": "loki",
        "target": "tempo",
        "label": "",
        "config": None,
    }
