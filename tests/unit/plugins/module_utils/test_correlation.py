# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One correlation and its forms."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import (
    Correlation,
    api_config,
    definition,
    diff_definition,
    members_of,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import read_entry
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import differing
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Origin
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import (
    LOGFMT,
    URL,
    api_row,
    members,
    old_row,
    row,
)

REGEX = {"type": "regex", "expression": "x", "field": "f", "mapValue": "v"}


def test_members_of_the_api():
    config = {"type": "query", "field": "f", "target": {"a": 1}, "transformations": [{**REGEX, "id": 1}]}
    assert members_of("L", "D", config) == members("L", "D", "f", {"a": 1}, [REGEX])


@pytest.mark.parametrize(
    "config",
    [{}, {"field": None, "target": None, "transformations": None}, {"field": "", "target": {}, "transformations": []}],
)
@pytest.mark.parametrize("text", [None, ""])
def test_members_that_are_missing_null_or_empty(config, text):
    assert members_of(text, text, config) == members("", "", "")


def test_config_in_the_nesting_of_the_api():
    assert api_config(members(transformations=[])) == {"field": "message", "target": {}, "transformations": []}
    assert api_config({"label": "L", "config.target": {"a": 1}}) == {"target": {"a": 1}}
    assert api_config({"label": "L"}) == {}


def test_a_correlation_as_the_server_sent_it():
    raw = api_row(query={"key": "k"}, extra=1)
    assert row(raw=raw).as_api() == raw
    assert row(raw=old_row()).as_api() == {**old_row(), "type": "query"}


def test_a_correlation_as_the_server_would_send_it():
    assert row("u1", query={"a": 1}, transformations=[LOGFMT]).as_api() == api_row(
        "u1", query={"a": 1}, transformations=[LOGFMT]
    )
    assert row("u1", type="external").as_api() == api_row("u1", type="external", targetUID=None, query=URL)


def test_a_correlation_that_is_not_there_yet():
    found = Correlation("", "loki", "tempo", "query", members(), read_only=None).as_api()
    assert not {"uid", "orgId", "provisioned"}.intersection(found)


def test_as_api_gives_no_way_to_change_the_correlation():
    one = row(raw=api_row())
    one.as_api()["label"] = "x"
    assert one.as_api()["label"] == "Logs to traces"


@pytest.mark.parametrize(
    "more, same",
    [
        ({}, True),
        ({"read_only": True, "org_id": None, "raw": {"x": 1}, "manager": "m", "version": "5"}, True),
        ({"query": {}}, True),
        ({"source": "x"}, False),
        ({"target": "x"}, False),
        ({"type": "external"}, False),
        ({"label": "x"}, False),
        ({"description": "x"}, False),
        ({"field": "x"}, False),
        ({"query": {"key": "k"}}, False),
        ({"transformations": [LOGFMT]}, False),
    ],
)
def test_content(more, same):
    assert (row("u2", **more).content() == row("u1").content()) is same


def test_content_tells_numbers_apart_as_the_server_does():
    assert row(query={"a": 1}).content() == row(query={"a": 1.0}).content() != row(query={"a": True}).content()


def test_a_definition_has_nothing_empty():
    assert definition("loki", "tempo", "query", members()) == {
        "source": "loki",
        "target": "tempo",
        "label": "Logs to traces",
        "type": "query",
        "config": {"field": "message", "target": {}},
    }
    assert definition("loki", "tempo", "query", members(label=""))["label"] == ""


def test_a_full_definition():
    found = definition(
        "loki", "tempo", "query", members("L", "D", "f", {"a": 1, "key": "k", "datasource": None}, [REGEX, LOGFMT])
    )
    assert found == {
        "source": "loki",
        "target": "tempo",
        "label": "L",
        "description": "D",
        "type": "query",
        "config": {
            "field": "f",
            "target": {"a": 1},
            "transformations": [
                {"type": "regex", "expression": "x", "field": "f", "map_value": "v"},
                {"type": "logfmt"},
            ],
        },
    }
    assert list(found) == ["source", "target", "label", "description", "type", "config"]


def test_an_external_definition_has_no_target():
    found = definition("loki", None, "external", members(query=URL))
    assert found == {
        "source": "loki",
        "label": "Logs to traces",
        "type": "external",
        "config": {"field": "message", "target": URL},
    }


def test_an_external_definition_without_url():
    found = definition("loki", None, "external", members(query={}))
    assert found["config"] == {"field": "message"}


def test_members_of_the_editor_may_be_kept():
    assert definition("a", "b", "query", members(query={"key": 1, "datasource": 2}), keep=["key"])["config"][
        "target"
    ] == {"key": 1}
    assert definition("a", "b", "query", members(query={"key": 1}))["config"]["target"] == {}


def test_one_side_of_a_diff():
    there = row(query={"a": 1, "key": "k"})
    assert diff_definition(None, {}) == {}
    assert diff_definition(there, {})["config"]["target"] == {"a": 1}
    assert diff_definition(there, {}, {"description": "D"})["config"]["target"] == {"a": 1}
    assert diff_definition(there, {}, {"config.target": {"key": "x"}})["config"]["target"] == {"a": 1, "key": "k"}


def test_one_side_of_a_diff_has_the_names_of_data_sources_that_are_known():
    side = diff_definition(row(), {"tempo": "Tempo"})
    assert (side["source"], side["target"]) == ("loki", "Tempo")
    assert "target" not in diff_definition(row(type="external"), {"loki": "Loki"})


TEXTS = st.text(max_size=5)
EXPRESSIONS = st.sampled_from(["x", "(a|b)", r"(?<id>\w+)", "[^]"])
KEPT_TEXTS = TEXTS.filter(lambda text: "\0" not in text)
VALUES: st.SearchStrategy[t.Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
TRANSFORMATIONS = st.lists(
    st.fixed_dictionaries({"type": st.just("logfmt")}, optional={"field": TEXTS, "mapValue": TEXTS})
    | st.fixed_dictionaries(
        {"type": st.just("regex"), "expression": EXPRESSIONS}, optional={"field": TEXTS, "mapValue": TEXTS}
    ),
    max_size=2,
)


@given(
    KEPT_TEXTS,
    KEPT_TEXTS,
    st.text(min_size=1, max_size=5),
    st.dictionaries(TEXTS, VALUES, max_size=3),
    TRANSFORMATIONS,
    st.booleans(),
)
def test_what_is_read_can_be_written_back(label, description, field, query, transformations, external):
    """A definition of a correlation reads as an entry that does not differ from it."""
    if external:
        query["url"] = "https://h/${__value.raw}"
    held = members_of(label, description, {"field": field, "target": query, "transformations": transformations})
    plain = definition("loki", None if external else "tempo", "external" if external else "query", held)
    entry, problems, _warnings = read_entry(plain, Origin(1, 1), in_list=True)
    assert problems == []
    assert entry is not None
    desired = {**members("", "", ""), **entry.members}
    assert differing(desired, held) == []
    assert (entry.source, entry.target, entry.type) == (
        "loki",
        None if external else "tempo",
        "external" if external else "query",
    )
