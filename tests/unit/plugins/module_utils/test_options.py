# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of a module's options."""

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
from ansible_collections.crosslink.grafana.plugins.module_utils._options import option_mistakes

ONE: Spec = {**connection_options(), **correlation_options(), **conflict_options()}
LIST: Spec = {**connection_options(), **list_options(), **conflict_options()}
INFO: Spec = {**connection_options(), **filter_options()}


def mistakes_of(spec: Spec, **given: t.Any) -> list[str]:
    return option_mistakes(spec, given, NEVER_EMPTY)


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
    assert mistakes_of(spec, **given) == []


@pytest.mark.parametrize(
    "spec, name, words",
    [
        (ONE, "lable", "lable is no option of this module (did you mean 'label'?)"),
        (
            ONE,
            "sourceUid",
            "sourceUid is no option of this module (did you mean 'sourceUID' or 'source_uid' or 'source'?)",
        ),
        (ONE, "url_pasword", "url_pasword is no option of this module (did you mean 'url_password'?)"),
        (ONE, "prune", "prune is no option of this module"),
        (LIST, "max_deletion", "max_deletion is no option of this module (did you mean 'max_deletions'?)"),
        (INFO, "colour", "colour is no option of this module"),
    ],
)
@pytest.mark.parametrize("value", [None, "", "x", 1])
def test_names_that_no_option_has(spec, name, words, value):
    assert mistakes_of(spec, **{name: value}) == [words]


@pytest.mark.parametrize(
    "name, wanted",
    [
        ("url", "where Grafana is"),
        ("grafana_url", "where Grafana is"),
        ("token", "the token"),
        ("grafana_api_key", "the token"),
        ("url_username", "the user's name"),
        ("grafana_user", "the user's name"),
        ("url_password", "the password"),
        ("grafana_password", "the password"),
        ("org_id", "the organisation's number"),
        ("org_name", "the organisation's name"),
    ],
)
@pytest.mark.parametrize("text", ["", " ", "\n"])
@pytest.mark.parametrize("spec", [ONE, LIST, INFO])
def test_connection_options_that_must_not_be_empty(spec, name, wanted, text):
    assert mistakes_of(spec, **{name: text}) == ["%s is empty: give %s, or leave %s out" % (name, wanted, name)]


@pytest.mark.parametrize(
    "spec, name",
    [(ONE, "timeout"), (ONE, "use_proxy"), (ONE, "config"), (LIST, "correlations"), (LIST, "prune_sources")],
)
def test_an_empty_text_is_no_number_list_or_mapping(spec, name):
    assert mistakes_of(spec, **{name: ""}) == ["%s is empty: give a value, or leave %s out" % (name, name)]


@pytest.mark.parametrize(
    "spec, given, sentence",
    [
        (ONE, {"state": "gone"}, "state is 'gone' but must be one of present, absent"),
        (ONE, {"api": "v2"}, "api is 'v2' but must be one of auto, legacy, apis"),
        (LIST, {"prune": "everything"}, "prune is 'everything' but must be one of none, sources, all, dangling"),
        (LIST, {"prune": ""}, "prune is '' but must be one of none, sources, all, dangling"),
        (LIST, {"prune": ["all"]}, "prune must be text, not a list"),
        (ONE, {"url": ["https://h"]}, "url must be text, not a list"),
        (ONE, {"ca_path": {}}, "ca_path must be text, not a mapping"),
        (ONE, {"timeout": "soon"}, "timeout must be a whole number, not 'soon'"),
        (ONE, {"timeout": 1.5}, "timeout must be a whole number, not a number"),
        (ONE, {"timeout": [1]}, "timeout must be a whole number, not a list"),
        (ONE, {"org_id": True}, "org_id must be a whole number, not a boolean"),
        (ONE, {"retries": "x" * 99}, "retries must be a whole number, not '%s'" % ("x" * 40)),
        (ONE, {"use_proxy": "maybe"}, "use_proxy must be true or false, not 'maybe'"),
        (ONE, {"use_proxy": 7}, "use_proxy must be true or false, not a number"),
        (ONE, {"use_proxy": []}, "use_proxy must be true or false, not a list"),
        (ONE, {"config": "text"}, "config must be a mapping (with key=value: JSON text of one)"),
        (ONE, {"config": "{text"}, "config must be a mapping (with key=value: JSON text of one)"),
        (ONE, {"config": ["x"]}, "config must be a mapping, not a list"),
        (ONE, {"http_headers": 5}, "http_headers must be a mapping, not a number"),
        (LIST, {"correlations": {"source": "a"}}, "correlations must be a list, not a mapping"),
        (LIST, {"correlations": "a,b"}, "correlations must be a list (with key=value: JSON text of one)"),
        (LIST, {"correlations": '{"source": "a"}'}, "correlations must be a list (with key=value: JSON text of one)"),
        (LIST, {"correlations": 5}, "correlations must be a list, not a number"),
        (LIST, {"prune_sources": {"a": 1}}, "prune_sources must be a list, not a mapping"),
        (LIST, {"src": ["a", ["b"]]}, "src[1] must be text, not a list"),
        (LIST, {"prune_sources": [None]}, "prune_sources[0] must be text, not null"),
        (ONE, {"label": "\ud800"}, "label has half a character (a lone surrogate), which Grafana cannot keep"),
        (ONE, {"token": "\ud800"}, "token has half a character (a lone surrogate), which Grafana cannot keep"),
        (ONE, {"url": "a", "grafana_url": "a"}, "url and its alias grafana_url are both given: leave one of them out"),
        (
            ONE,
            {"source_uid": "a", "sourceUID": "b"},
            "source_uid and sourceUID, aliases of source, are both given: leave one of them out",
        ),
    ],
)
def test_values_that_are_wrong(spec, given, sentence):
    assert mistakes_of(spec, **given) == [sentence]


def test_all_at_once():
    found = mistakes_of(LIST, url="", prune="x", max_deletion=1, correlations={})
    assert found == [
        "url is empty: give where Grafana is, or leave url out",
        "prune is 'x' but must be one of none, sources, all, dangling",
        "max_deletion is no option of this module (did you mean 'max_deletions'?)",
        "correlations must be a list, not a mapping",
    ]


@pytest.mark.parametrize("name", ["token", "url_password", "grafana_api_key", "grafana_password"])
@pytest.mark.parametrize("value", [["s3cr3tvalue"], {"s3cr3tvalue": "s3cr3tvalue"}, "s3cr3tvalue\ud800"])
def test_a_secret_is_not_quoted(name, value):
    [sentence] = mistakes_of(ONE, **{name: value})
    assert "s3cr3t" not in sentence
