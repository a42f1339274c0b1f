# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user may say of one correlation."""

from __future__ import annotations

import datetime
import types
import typing as t

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.module_utils._entry import DEEPEST_TARGET, Entry, members_given, read_entry
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import as_kept, text_of

OUT = object()  # marks a member to leave out
URL_MISSING = "config.target.url is missing: a correlation of type external needs the URL that it opens"
SOURCE_MISSING = "source is missing: give the UID or the name of the data source where the link starts"
LABEL_MISSING = 'label is missing (an empty one is written label: "")'
TARGET_MISSING = "target is missing: a correlation of type query needs the UID or the name of a data source (a link to a URL is type: external)"
DOLLARS = "it contains '$$': only Grafana's own provisioning files double the dollar sign, here it is written '$'"
NO_TARGET = "a correlation of type external has no target, so the one given counts for nothing"
QUERY_MISSING = "config.target is missing: give the query that the link opens ({} for an empty one)"


def definition(**more: t.Any) -> dict[str, t.Any]:
    """A definition with the smallest whole key and an empty query, changed."""
    config = more.pop("config", None)
    given_config = config if isinstance(config, dict) else {}
    if isinstance(config, dict) or config in (None, OUT):
        config = {"target": {}, **(config if isinstance(config, dict) else {})}
        if "external" in (more.get("type"), config.get("type")) and "target" not in given_config:
            del config["target"]
    return {name: value for name, value in {"source": "loki", "target": "tempo", "label": "L", "config": config, **more}.items() if value is not OUT}


def mistakes_of(raw: t.Any, whole: bool = True) -> list[str]:
    entry, mistakes, _warnings = read_entry(raw, 1, whole)
    assert (entry is None or entry.is_wrong) == bool(mistakes)
    return mistakes


def read(raw: t.Any, whole: bool = True) -> Entry:
    entry, mistakes, warnings = read_entry(raw, 7, whole, place="entry 7")
    assert (mistakes, warnings) == ([], [])
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
        place="entry 7",
        number=7,
        state="absent",
        uid="u1",
        source="loki",
        target="tempo",
        type="query",
        given={
            "label": "L",
            "description": "D",
            "config.field": "f",
            "config.target": {"expr": "x", "n": [1, 2.5, None, True]},
            "config.transformations": [{"type": "regex", "expression": "x", "mapValue": "v"}, {"type": "logfmt", "mapValue": "w"}],
        },
    )
    assert entry.label == "L"


def test_what_is_left_out_is_not_given():
    entry = read(definition())
    assert (entry.state, entry.uid, entry.type) == ("present", None, "query")
    assert entry.given == {"label": "L", "config.target": {}}


def test_null_counts_as_left_out():
    nulls = {"state": None, "uid": None, "description": None, "type": None, "sourceUID": None}
    config = {"config": {"field": None, "target": {}, "transformations": None, "type": None}}
    assert read(definition(**nulls, **config)) == read(definition())
    nothing = {"uid": "u1", "label": "L"}
    assert read({**nothing, "config": None}, whole=False) == read({**nothing, "config": {"target": None}}, whole=False) == read(nothing, whole=False)


@pytest.mark.parametrize("name", ["source", "label", "target"])
def test_a_null_in_the_key_is_a_mistake(name):
    missing = {"source": SOURCE_MISSING, "label": LABEL_MISSING, "target": TARGET_MISSING}
    assert mistakes_of(definition(**{name: None})) == [missing[name]]


def test_what_is_empty_is_given_where_it_can_be():
    entry = read(definition(label="", description="", config={"field": "", "target": {}, "transformations": []}))
    assert entry.given == {"label": "", "description": "", "config.field": "", "config.target": {}, "config.transformations": []}
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
        assert mistakes_of(definition(**{name: value})) == ["%s must be text, not %s: write it in quotes" % (name, kind)]
    config = {"field": value, "transformations": [{"type": "regex", "expression": value, "field": value, "map_value": value}]}
    places = ["transformations[0].expression", "transformations[0].field", "transformations[0].map_value"]
    wrong = ["config.%s must be text, not %s: write it in quotes" % (place, kind) for place in ("field", *places)]
    assert mistakes_of(definition(config=config)) == wrong


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


@pytest.mark.parametrize("raw", [{"uid": "u1"}, {"uid": "u1", "label": "L"}, {"uid": "u1", "target": "tempo"}, {"uid": "u1", "type": "external"}])
def test_a_uid_is_enough_for_a_single_module(raw):
    assert read(raw, whole=False).uid == "u1"


def test_an_entry_of_a_list_needs_source_label_and_query_even_with_uid():
    assert mistakes_of({"uid": "u1"}) == [SOURCE_MISSING, LABEL_MISSING, QUERY_MISSING]


@pytest.mark.parametrize("config", [OUT, None, {}, {"field": "f"}, {"target": None}])
def test_a_list_must_give_the_query_of_what_is_to_be_present(config):
    raw = {"source": "loki", "target": "tempo", "label": "L", "config": config}
    raw = {name: value for name, value in raw.items() if value is not OUT}
    assert mistakes_of(raw) == [QUERY_MISSING]
    assert mistakes_of(raw, whole=False) == []
    assert mistakes_of({**raw, "state": "absent"}) == mistakes_of({**raw, "state": "ignored"}) == []
    assert mistakes_of({**raw, "config": {**(config if isinstance(config, dict) else {}), "target": {}}}) == []


def test_the_data_sources_of_a_wrong_entry_are_known():
    entry, mistakes, _warnings = read_entry({"source": "Lokki", "target": "Tempo"}, 1, True)
    assert entry is not None
    assert (entry.source, entry.target, entry.state, entry.is_wrong) == ("Lokki", "Tempo", "present", True)
    assert mistakes == [LABEL_MISSING, QUERY_MISSING]


@pytest.mark.parametrize("name", ["label", "description"])
def test_a_nul_cannot_be_kept(name):
    assert mistakes_of(definition(**{name: "a\0b"})) == ["%s has a NUL character, which Grafana on PostgreSQL cannot keep: leave it out" % name]
    assert mistakes_of(definition(config={"target": {"expr": "a\0b"}})) == []


@pytest.mark.parametrize(
    "raw", [{"apiVersion": 1, "datasources": []}, {"datasources": []}, {"name": "Loki", "type": "loki", "correlations": [{"label": "L"}]}]
)
def test_a_provisioning_file_is_told_what_to_do(raw):
    [mistake] = mistakes_of(raw)
    assert mistake.startswith("it is a part of a provisioning file of Grafana: give each item of its correlations as an entry, with source added")


def test_what_grafana_answers_is_told_what_to_do():
    [mistake] = mistakes_of({"uid": "u1", "sourceUID": "loki", "targetUID": "tempo", "label": "L", "orgId": 1, "provisioned": False, "config": {}})
    assert mistake == "it is a correlation as Grafana answers it: of the result of grafana_correlation_info, give definitions, not correlations"


@pytest.mark.parametrize("target", ["tempo", "", "gone"])
def test_an_external_one_may_have_a_target_that_counts_for_nothing(target):
    entry, mistakes, warnings = read_entry(definition(type="external", target=target, config={"target": {"url": "u"}}), 1, True)
    assert entry is not None
    assert (entry.target, mistakes, warnings) == (None, [], [NO_TARGET])


@pytest.mark.parametrize("state, expected", [("present", 1), ("absent", 0), ("ignored", 0)])
def test_a_regular_expression_must_be_one_of_javascript(state, expected):
    raw = definition(state=state, config={"transformations": [{"type": "regex", "expression": r"(?P<traceID>\w+)"}]})
    assert mistakes_of(raw) == expected * [
        "config.transformations[0].expression is no regular expression of JavaScript, which Grafana uses: "
        "'(?P<traceID>' is Python's and Go's spelling of a named group: write '(?<traceID>'"
    ]


def test_logfmt_has_no_regular_expression():
    assert mistakes_of(definition(config={"transformations": [{"type": "logfmt", "expression": "("}]})) == []


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_states(state, whole):
    assert read(definition(state=state), whole).state == state


def test_ignored_is_a_state_of_lists_only():
    assert read(definition(state="ignored")).state == "ignored"
    assert mistakes_of(definition(state="ignored"), whole=False) == ["state is 'ignored' but must be one of present, absent"]


def test_the_query_is_a_copy():
    query: dict[str, t.Any] = {"a": {"b": [1]}}
    entry = read(definition(config={"target": query}))
    query["a"]["b"].append(2)
    assert entry.given["config.target"] == {"a": {"b": [1]}}


@pytest.mark.parametrize("config", [OUT, {}, {"field": "f"}])
@pytest.mark.parametrize("state, whole", [("absent", True), ("absent", False), ("ignored", True), ("present", False)])
def test_an_external_one_needs_no_url_to_be_found(config, state, whole):
    assert read(definition(target=OUT, type="external", state=state, config=config), whole).type == "external"


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
    assert entry.given == {
        "label": "Jaeger traces",
        "description": "Related traces stored in Jaeger",
        "config.field": "traceID",
        "config.target": {"expr": '{ job="app" } |= "${traceID}"'},
        "config.transformations": [{"type": "regex", "expression": "(superman|batman)", "field": "host", "mapValue": "name"}, {"type": "logfmt"}],
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
    entry, mistakes, warnings = read_entry(definition(**more), 1, True)
    assert entry is not None
    assert (mistakes, warnings) == ([], [DOLLARS])


@pytest.mark.parametrize("text", ["${id}", "$", "$id", "$ ${id}", "cost: 5$"])
def test_other_dollars_are_not(text):
    assert read(definition(label=text, description=text, config={"target": {"expr": text}})).label == text


def test_warnings_come_with_mistakes_too():
    assert read_entry(definition(label="$${id}", target=OUT), 1, True)[1:] == ([TARGET_MISSING], [DOLLARS])


# Mistakes


@pytest.mark.parametrize(
    "raw, kind",
    [(None, "null"), ("text", "text"), (5, "a number"), (1.5, "a number"), (True, "a boolean"), ([], "a list"), ([{"source": "loki"}], "a list")],
)
@pytest.mark.parametrize("whole", [True, False])
def test_only_a_mapping_is_a_definition(raw, kind, whole):
    assert read_entry(raw, 1, whole) == (None, ["it must be a mapping, not %s" % kind], [])


MISTAKES: list[tuple[dict[str, t.Any], list[str]]] = [
    (definition(source=OUT), [SOURCE_MISSING]),
    (definition(label=OUT), [LABEL_MISSING]),
    (definition(target=OUT), [TARGET_MISSING]),
    (definition(target=OUT, type="query"), [TARGET_MISSING]),
    ({"config": {"target": {}}}, [SOURCE_MISSING, LABEL_MISSING, TARGET_MISSING]),
    (definition(source=""), ["source is empty"]),
    (definition(target=""), ["target is empty"]),
    (definition(uid=""), ["uid is empty"]),
    (definition(target=OUT, type="external", config={"target": {}}), [URL_MISSING]),
    (definition(target=OUT, type="external", config={"target": {"url": ""}}), [URL_MISSING]),
    (definition(target=OUT, type="external", config={"target": {"url": "  "}}), [URL_MISSING]),
    (definition(target=OUT, type="external", config={"target": {"url": 5}}), ["config.target.url must be text, not a number: write it in quotes"]),
    (definition(target=OUT, type="external", config={"target": {"url": None}}), [URL_MISSING]),
    (definition(type="query", config={"type": "external", "target": {"url": "u"}}), ["type is query but config.type is external: leave config.type out"]),
    (definition(type="Query"), ["type is 'Query' but must be one of query, external"]),
    (definition(config={"type": "link"}), ["config.type is 'link' but must be one of query, external"]),
    (definition(state=True), ["state must be text, not a boolean: write it in quotes"]),
    (definition(label=True), ["label must be text, not a boolean: write it in quotes"]),
    (definition(label=1.5), ["label must be text, not a number: write it in quotes"]),
    (definition(label=["x"]), ["label must be text, not a list"]),
    (definition(label={"x": 1}), ["label must be text, not a mapping"]),
    (definition(uid=False), ["uid must be text, not a boolean: write it in quotes"]),
    (definition(source=1.0), ["source must be text, not a number: write it in quotes"]),
    (definition(target=[]), ["target must be text, not a list"]),
    (definition(description={}), ["description must be text, not a mapping"]),
    (definition(config="field=x"), ["config must be a mapping, not text"]),
    (definition(config=[]), ["config must be a mapping, not a list"]),
    (definition(config={"field": False}), ["config.field must be text, not a boolean: write it in quotes"]),
    (definition(config={"field": ["x"]}), ["config.field must be text, not a list"]),
    (definition(config={"target": "expr"}), ["config.target must be a mapping, not text"]),
    (definition(config={"target": [{}]}), ["config.target must be a mapping, not a list"]),
    (definition(config={"target": 5}), ["config.target must be a mapping, not a number"]),
    (definition(config={"transformations": {"type": "logfmt"}}), ["config.transformations must be a list, not a mapping"]),
    (definition(config={"transformations": "logfmt"}), ["config.transformations must be a list, not text"]),
    (definition(config={"transformations": [None]}), ["config.transformations[0] must be a mapping, not null"]),
    (definition(config={"transformations": [{"type": "logfmt"}, "logfmt"]}), ["config.transformations[1] must be a mapping, not text"]),
    (definition(config={"transformations": [{}]}), ["config.transformations[0].type is missing: regex or logfmt"]),
    (definition(config={"transformations": [{"type": None}]}), ["config.transformations[0].type is missing: regex or logfmt"]),
    (definition(config={"transformations": [{"type": "json"}]}), ["config.transformations[0].type is 'json' but must be one of regex, logfmt"]),
    (definition(config={"transformations": [{"type": "regex"}]}), ["config.transformations[0].expression is missing: type regex needs one"]),
    (
        definition(config={"transformations": [{"type": "regex", "expression": ""}]}),
        ["config.transformations[0].expression is missing: type regex needs one"],
    ),
    (
        definition(config={"transformations": [{"type": "logfmt", "field": True}]}),
        ["config.transformations[0].field must be text, not a boolean: write it in quotes"],
    ),
    (
        definition(config={"transformations": [{"type": "logfmt", "map_value": []}]}),
        ["config.transformations[0].map_value must be text, not a list"],
    ),
    (definition(config={"target": {"a": float("nan")}}), ["config.target has a number that JSON cannot carry (.nan or .inf)"]),
    (definition(config={"target": {"a": [float("inf")]}}), ["config.target has a number that JSON cannot carry (.nan or .inf)"]),
    (definition(config={"target": {"a": 10**400}}), ["config.target has a number that is too large for Grafana: write it in quotes"]),
    (definition(config={"target": {"a": -(10**309)}}), ["config.target has a number that is too large for Grafana: write it in quotes"]),
    (definition(config={"target": {"a": datetime.date(2024, 1, 1)}}), ["config.target has a value that JSON cannot carry (date): write it in quotes"]),
    (definition(config={"target": {"a": [{1, 2}]}}), ["config.target has a value that JSON cannot carry (set): write it in quotes"]),
    (definition(config={"target": {"a": b"x"}}), ["config.target has a value that JSON cannot carry (bytes): write it in quotes"]),
    (definition(colour="red"), ["colour is no option of a correlation"]),
    (definition(lable="x"), ["lable is no option of a correlation (did you mean 'label'?)"]),
    (definition(field="x"), ["field stands in the wrong place: write it as config.field"]),
    (definition(url="x"), ["url stands in the wrong place: write it as config.target.url"]),
    (definition(expression="x"), ["expression stands in the wrong place: write it as config.transformations[].expression"]),
    (definition(config={"url": "x"}), ["config.url stands in the wrong place: write it as config.target.url"]),
    (definition(config={"label": "x"}), ["config.label stands in the wrong place: write it as label"]),
    (definition(config={"mapValue": "x"}), ["config.mapValue stands in the wrong place: write it as config.transformations[].mapValue"]),
    (definition(sourceDatasourceUid="x"), ["sourceDatasourceUid is no option of a correlation (did you mean 'sourceUID' or 'source_uid' or 'source'?)"]),
    (definition(target_datasource="x"), ["target_datasource is no option of a correlation (did you mean 'target' or 'target_uid' or 'targetUID'?)"]),
    (definition(**{"type ": "query"}), ["type  is no option of a correlation (did you mean 'type'?)"]),
    (definition(config={"fields": "x"}), ["config.fields is no option of a correlation (did you mean 'field'?)"]),
    (definition(config={"transformation": []}), ["config.transformation is no option of a correlation (did you mean 'transformations'?)"]),
    (
        definition(config={"transformations": [{"type": "logfmt", "mapvalue": "x"}]}),
        ["config.transformations[0].mapvalue is no option of a correlation (did you mean 'mapValue' or 'map_value'?)"],
    ),
    (definition(sourceUID="loki"), ["source and its alias sourceUID are both given"]),
    (definition(target_uid="other"), ["target and its alias target_uid are both given"]),
    (
        definition(config={"transformations": [{"type": "logfmt", "map_value": "a", "mapValue": "a"}]}),
        ["config.transformations[0].map_value and its alias mapValue are both given"],
    ),
]


@pytest.mark.parametrize("raw, expected", MISTAKES)
@pytest.mark.parametrize("whole", [True, False])
def test_mistakes(raw, expected, whole):
    assert mistakes_of(raw, whole) == expected


def test_an_external_one_needs_its_url_in_a_list():
    assert mistakes_of(definition(target=OUT, type="external")) == [URL_MISSING]
    assert mistakes_of(definition(target=OUT, type="external", config={"field": "f"})) == [URL_MISSING]


def test_a_state_that_there_is_not():
    assert mistakes_of(definition(state="gone")) == ["state is 'gone' but must be one of present, absent, ignored"]
    assert mistakes_of(definition(state="gone"), whole=False) == ["state is 'gone' but must be one of present, absent"]


def test_a_number_is_no_state():
    assert mistakes_of(definition(state=1)) == ["state must be text, not a number: write it in quotes"]


def test_what_is_quoted_of_a_wrong_word_is_short():
    assert mistakes_of(definition(type="x" * 1000)) == ["type is '%s' but must be one of query, external" % ("x" * 40)]


def test_the_alias_is_called_so_whichever_comes_first():
    assert mistakes_of({"sourceUID": "loki", **definition()}) == ["source and its alias sourceUID are both given"]


def test_an_alias_beside_null_is_no_contradiction():
    assert read(definition(source=None, sourceUID="loki")).source == "loki"
    assert read({"sourceUID": None, **definition()}).source == "loki"


def test_all_mistakes_are_found_together():
    raw = definition(source=OUT, label=True, colour=1, config={"field": [], "target": [], "transformations": [{"type": "regex"}, 5]})
    assert mistakes_of(raw) == [
        "colour is no option of a correlation",
        "label must be text, not a boolean: write it in quotes",
        "config.field must be text, not a list",
        "config.target must be a mapping, not a list",
        "config.transformations[0].expression is missing: type regex needs one",
        "config.transformations[1] must be a mapping, not a number",
        SOURCE_MISSING,
    ]


def test_a_name_that_is_no_text_is_no_member():
    assert mistakes_of({**definition(), 5: "x", None: "y"}) == ["5 is no option of a correlation", "None is no option of a correlation"]


@pytest.mark.parametrize("odd", [types.MappingProxyType({"a": 1}), object(), 1j])
def test_values_that_only_python_has(odd):
    [mistake] = mistakes_of(definition(config={"target": {"a": odd}}))
    assert mistake == "config.target has a value that JSON cannot carry (%s): write it in quotes" % type(odd).__name__


# How deep


def test_the_deepest_target():
    query = nested(DEEPEST_TARGET)
    entry = read(definition(config={"target": query}))
    assert text_of(entry.given["config.target"]) == text_of(as_kept(query))


@pytest.mark.parametrize("depth", [DEEPEST_TARGET + 1, 10_000])
def test_deeper_than_that(depth):
    assert mistakes_of(definition(config={"target": nested(depth)})) == ["config.target is nested deeper than %d levels" % DEEPEST_TARGET]


def test_lists_count_as_levels():
    value: t.Any = []
    for _level in range(DEEPEST_TARGET):
        value = [value]
    assert mistakes_of(definition(config={"target": {"a": value}})) == ["config.target is nested deeper than %d levels" % DEEPEST_TARGET]


def test_a_target_that_contains_itself():
    query: dict[str, t.Any] = {}
    query["a"] = {"b": [query]}
    assert mistakes_of(definition(config={"target": query})) == ["config.target is nested deeper than %d levels" % DEEPEST_TARGET]


# Whatever comes


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["query", "external", "absent", "regex", "logfmt", "$${"]),
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
        | st.lists(st.fixed_dictionaries({}, optional={name: ANYTHING for name in ("type", "expression", "field", "map_value", "mapValue")}), max_size=2),
    },
)
RAW = st.fixed_dictionaries({}, optional={**{name: ANYTHING for name in NAMES}, "config": ANYTHING | CONFIG})


@given(RAW | ANYTHING, st.booleans())
def test_whatever_is_given_there_is_an_entry_or_a_mistake(raw, whole):
    entry, mistakes, _warnings = read_entry(raw, 1, whole)
    if entry is None or entry.is_wrong:
        assert mistakes
        assert all(mistake and not mistake.endswith(".") for mistake in mistakes)
    else:
        assert mistakes == []
        assert entry.uid is not None or (entry.source and entry.label is not None and entry.type)
        assert not whole or (entry.source and entry.label is not None)
        assert entry.type != "external" or entry.target is None
        assert text_of(entry.given)


# Options of a module


def test_options_that_describe_the_correlation_under_the_names_they_were_given():
    options = {"url": "x", "token": "y", "state": "absent", "sourceUID": "loki", "target": "tempo", "label": "", "config": None, "on_duplicate": "fail"}
    assert members_given(options) == {"state": "absent", "sourceUID": "loki", "target": "tempo", "label": "", "config": None}
