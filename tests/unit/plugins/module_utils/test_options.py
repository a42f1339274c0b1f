# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The check of a module's options."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._argument_spec import (
    Spec,
    conflict_options,
    connection_options,
    correlation_options,
    filter_options,
    list_options,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._connection import NEVER_EMPTY
from ansible_collections.crosslink.grafana.plugins.module_utils._options import option_problems

ONE: Spec = {**connection_options(), **correlation_options(), **conflict_options()}
LIST: Spec = {**connection_options(), **list_options(), **conflict_options()}
INFO: Spec = {**connection_options(), **filter_options()}


def problems_of(spec: Spec, **given: t.Any) -> list[tuple[str, str]]:
    """Code and message of each problem."""
    return [(problem.code, problem.message) for problem in option_problems(spec, given, NEVER_EMPTY)]


def only_problem(spec: Spec, code: str, **given: t.Any) -> str:
    """The message of the only problem, which has this code."""
    [(found, message)] = problems_of(spec, **given)
    assert found == code, message
    return message


@pytest.mark.parametrize(
    "spec, given",
    [
        (ONE, {}),
        (ONE, {"source": "a", "targetUID": "b", "label": "", "config": {"anything": 1}, "state": "absent"}),
        (ONE, {"config": '{"field": "x"}', "http_headers": "X-One=1"}),
        (ONE, {"ca_path": "", "label": "", "description": ""}),
        (ONE, {"timeout": "5", "retries": 0, "use_proxy": "no", "validate_certs": 0, "api": "legacy"}),
        (ONE, dict.fromkeys(ONE)),
        (ONE, {"url": "https://h", "grafana_url": None}),
        (LIST, {"correlations": [None, 1, {}], "src": "a,b", "prune_sources": ["a", "b"], "max_deletions": "3"}),
        (LIST, {"correlations": '[{"label": "a,b"}]', "src": ["a"], "prune_sources": "a,b"}),
        (INFO, {"provisioned": "yes", "label": "", "type": "query"}),
    ],
)
def test_what_is_right(spec, given):
    assert problems_of(spec, **given) == []


@pytest.mark.parametrize(
    "spec, name, hint",
    [
        (ONE, "lable", "(did you mean 'label'?)"),
        (ONE, "sourceUid", "(did you mean 'sourceUID' or 'source_uid' or 'source'?)"),
        (ONE, "url_pasword", "(did you mean 'url_password'?)"),
        (ONE, "prune", None),
        (LIST, "max_deletion", "(did you mean 'max_deletions'?)"),
        (INFO, "colour", None),
    ],
)
@pytest.mark.parametrize("value", [None, "", "x", 1])
def test_names_that_no_option_has(spec, name, hint, value):
    message = only_problem(spec, "unknown_option", **{name: value})
    assert message.startswith("'%s' is not an option of this module" % name)
    assert message.endswith(hint or "this module")


@pytest.mark.parametrize(
    "name, option",
    [
        ("url", "url"),
        ("grafana_url", "url"),
        ("token", "token"),
        ("grafana_api_key", "token"),
        ("url_username", "url_username"),
        ("grafana_user", "url_username"),
        ("url_password", "url_password"),
        ("grafana_password", "url_password"),
        ("org_id", "org_id"),
        ("org_name", "org_name"),
    ],
)
@pytest.mark.parametrize("text", ["", " ", "\n"])
@pytest.mark.parametrize("spec", [ONE, LIST, INFO])
def test_connection_options_that_must_not_be_empty(spec, name, option, text):
    message = only_problem(spec, "empty_option", **{name: text})
    assert message.startswith("%s is empty: give %s, " % (name, NEVER_EMPTY[option]))
    assert message.endswith(" %s out" % name)


@pytest.mark.parametrize(
    "spec, name",
    [(ONE, "timeout"), (ONE, "use_proxy"), (ONE, "config"), (LIST, "correlations"), (LIST, "prune_sources")],
)
def test_an_empty_text_is_no_number_list_or_mapping(spec, name):
    assert only_problem(spec, "empty_option", **{name: ""}).startswith("%s is empty: " % name)


PRUNE = "must be one of none, sources, all, dangling"
WRONG: list[tuple[Spec, dict[str, t.Any], str, list[str]]] = [
    (ONE, {"state": "gone"}, "invalid_choice", ["state is 'gone'", "must be one of present, absent"]),
    (ONE, {"api": "v2"}, "invalid_choice", ["api is 'v2'", "must be one of auto, legacy, apis"]),
    (LIST, {"prune": "everything"}, "invalid_choice", ["prune is 'everything'", PRUNE]),
    (LIST, {"prune": ""}, "invalid_choice", ["prune is ''", PRUNE]),
    (LIST, {"prune": ["all"]}, "invalid_type", ["prune must be one of none, sources", "not a list"]),
    (LIST, {"prune": True}, "invalid_type", ["prune must be one of none, sources, all, dangling", "not a boolean"]),
    (ONE, {"url": ["https://h"]}, "invalid_type", ["url must be text", "not a list"]),
    (ONE, {"ca_path": {}}, "invalid_type", ["ca_path must be text", "not a mapping"]),
    (ONE, {"timeout": "soon"}, "invalid_type", ["timeout must be a whole number", "not 'soon'"]),
    (ONE, {"timeout": 1.5}, "invalid_type", ["timeout must be a whole number", "not a number"]),
    (ONE, {"timeout": [1]}, "invalid_type", ["timeout must be a whole number", "not a list"]),
    (ONE, {"org_id": True}, "invalid_type", ["org_id must be a whole number", "not a boolean"]),
    (ONE, {"retries": "x" * 99}, "invalid_type", ["retries must be a whole number", "not '%s'" % ("x" * 40)]),
    (ONE, {"use_proxy": "maybe"}, "invalid_type", ["use_proxy must be true or false", "not 'maybe'"]),
    (ONE, {"use_proxy": 7}, "invalid_type", ["use_proxy must be true or false", "not a number"]),
    (ONE, {"use_proxy": []}, "invalid_type", ["use_proxy must be true or false", "not a list"]),
    (ONE, {"config": "text"}, "invalid_type", ["config must be a mapping", "JSON"]),
    (ONE, {"config": "{text"}, "invalid_type", ["config must be a mapping", "JSON"]),
    (ONE, {"config": ["x"]}, "invalid_type", ["config must be a mapping", "not a list"]),
    (ONE, {"http_headers": 5}, "invalid_type", ["http_headers must be a mapping", "not a number"]),
    (LIST, {"correlations": {"source": "a"}}, "invalid_type", ["correlations must be a list", "not a mapping"]),
    (LIST, {"correlations": "a,b"}, "invalid_type", ["correlations must be a list", "JSON"]),
    (LIST, {"correlations": '{"source": "a"}'}, "invalid_type", ["correlations must be a list", "JSON"]),
    (LIST, {"correlations": 5}, "invalid_type", ["correlations must be a list", "not a number"]),
    (LIST, {"prune_sources": {"a": 1}}, "invalid_type", ["prune_sources must be a list", "not a mapping"]),
    (LIST, {"src": ["a", ["b"]]}, "invalid_type", ["src[1] must be text", "not a list"]),
    (LIST, {"prune_sources": [None]}, "invalid_type", ["prune_sources[0] must be text", "not null"]),
    (ONE, {"label": "\ud800"}, "invalid_value", ["label contains a lone surrogate"]),
    (ONE, {"token": "\ud800"}, "invalid_value", ["token contains a lone surrogate"]),
    (ONE, {"url": "a", "grafana_url": "a"}, "option_given_twice", ["url and its alias grafana_url"]),
    (
        ONE,
        {"source_uid": "a", "sourceUID": "b"},
        "option_given_twice",
        ["source_uid and sourceUID, aliases of source,"],
    ),
]


@pytest.mark.parametrize("spec, given, code, facts", WRONG)
def test_values_that_are_wrong(spec, given, code, facts):
    message = only_problem(spec, code, **given)
    assert message.startswith(facts[0])
    assert all(fact in message for fact in facts)


def test_all_at_once():
    found = problems_of(LIST, url="", prune="x", max_deletion=1, correlations={})
    assert [(code, message.split()[0]) for code, message in found] == [
        ("empty_option", "url"),
        ("invalid_choice", "prune"),
        ("unknown_option", "'max_deletion'"),
        ("invalid_type", "correlations"),
    ]


@pytest.mark.parametrize("name", ["token", "url_password", "grafana_api_key", "grafana_password"])
@pytest.mark.parametrize("value", [["s3cr3tvalue"], {"s3cr3tvalue": "s3cr3tvalue"}, "s3cr3tvalue\ud800"])
def test_a_secret_is_not_quoted(name, value):
    [(_code, message)] = problems_of(ONE, **{name: value})
    assert name in message
    assert "s3cr3t" not in message
