# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Provisioning files as entries of a list."""

from __future__ import annotations

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._entries import read_entries
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Origin, warnings_about
from ansible_collections.crosslink.grafana.plugins.module_utils._provisioning import ReadOptions, read_provisioning

CONFIG = {"type": "query", "field": "message", "target": {"expr": "$${x}"}}
LINK = {"targetUID": "tempo", "label": "L", "description": "d", "config": CONFIG}
FILE = Origin(file="a.yml")
HOW = "give %s here"


def source(*correlations, **members):
    return {"name": "Loki", "type": "loki", "url": "$URL", "correlations": list(correlations), **members}


def content(*sources, **members):
    return {"apiVersion": 1, "datasources": list(sources), **members}


def read(*contents, org_id=None, **environment):
    files = [(Origin(file="%s.yml" % "abc"[number]), one) for number, one in enumerate(contents)]
    return read_provisioning(files, ReadOptions(environment, org_id, HOW))


def entries_of(found):
    assert found.problems == []
    return [entry for _origin, entries in found.lists for entry in entries]


def only(*arguments, **options):
    [entry] = entries_of(read(*arguments, **options))
    return entry


def problems_of(found):
    return [(problem.code, str(problem)) for problem in found.problems]


def test_a_correlation():
    found = read(content(source(LINK, uid="loki")))
    assert entries_of(found) == [
        {
            "source": "loki",
            "targetUID": "tempo",
            "label": "L",
            "description": "d",
            "config": {"type": "query", "field": "message", "target": {"expr": "${x}"}},
        }
    ]
    assert found.warnings == []
    [entry] = read_entries(found.lists).entries
    assert (entry.source, entry.target, entry.type, entry.label) == ("loki", "tempo", "query", "L")
    assert str(entry.origin) == "a.yml datasources[0].correlations[0] (L)"
    assert entry.origin.as_result() == {
        "file": "a.yml",
        "path": "datasources[0].correlations",
        "position": 1,
        "label": "L",
    }


@pytest.mark.parametrize("members, reference", [({}, "Loki"), ({"uid": ""}, "Loki"), ({"uid": "u$$1"}, "u$1")])
def test_the_source_is_the_uid_or_else_the_name(members, reference):
    assert only(content(source(LINK, **members)))["source"] == reference


def test_variables_in_names():
    link = {**LINK, "label": "L", "targetUID": "${TEMPO}"}
    entry = only(
        content(source(link, name="$LOKI", uid="$UID", orgId="$ORG")), LOKI="l", UID="5", ORG="1", TEMPO="tempo"
    )
    assert (entry["source"], entry["targetUID"]) == ("5", "tempo")


@pytest.mark.parametrize(
    "link, config",
    [
        ({"config": None}, {"field": "", "target": {}}),
        ({}, {"field": "", "target": {}}),
        ({"config": {"field": "f"}}, {"field": "f", "target": {}}),
        (
            {"config": {"Type": "query", "FIELD": "f", "Target": {"A": 1}}},
            {"type": "query", "field": "f", "target": {"A": 1}},
        ),
        ({"type": "", "config": {"type": "", "field": "f"}}, {"field": "f", "target": {}}),
        ({"type": "external", "config": {"field": "f"}}, {"field": "f"}),
        (
            {"config": {"field": "f", "transformations": [{"type": "regex", "expression": "a$$", "mapvalue": "b"}]}},
            {"field": "f", "target": {}, "transformations": [{"type": "regex", "expression": "a$", "mapValue": "b"}]},
        ),
    ],
)
def test_what_grafana_adds_to_config(link, config):
    assert only(content(source({"label": "L", "targetUID": "t", **link})))["config"] == config


def test_a_missing_description_is_none_and_a_missing_label_is_an_error():
    found = read(content(source({"targetUID": "t", "config": CONFIG})))
    problems = read_entries(found.lists).problems
    assert [str(problem) for problem in problems] == [
        'a.yml datasources[0].correlations[0]: label is missing (for an empty one, write label: "")'
    ]


def test_an_external_correlation_with_a_target():
    link = {**LINK, "type": "external", "config": {"field": "f", "target": {"url": "http://x/$${y}"}}}
    found = read_entries(read(content(source(link))).lists)
    [entry] = found.entries
    assert (entry.type, entry.target, entry.members["config.target"]) == ("external", None, {"url": "http://x/${y}"})
    assert warnings_about(found.warnings) == [
        "a.yml datasources[0].correlations[0] (L): target has no effect for a correlation of type external."
    ]


@pytest.mark.parametrize(
    "link, name",
    [
        ({"uid": "u"}, "uid"),
        ({"provisioned": False}, "provisioned"),
        ({"config": {**CONFIG, "timeRange": {}}}, "config.timeRange"),
        (
            {"config": {**CONFIG, "transformations": [{"type": "logfmt", "variable": "x"}]}},
            "config.transformations[0].variable",
        ),
    ],
)
def test_what_grafana_ignores_is_left_out_with_a_warning(link, name):
    found = read(content(source({**LINK, **link})))
    assert warnings_about(found.warnings) == [
        "a.yml datasources[0].correlations[0] (L): %s has no effect in a provisioning file." % name
    ]
    assert read_entries(found.lists).problems == []


def test_what_grafana_ignores_is_no_warning_if_it_is_null():
    link = {**LINK, "uid": None, "config": {**CONFIG, "timeRange": None}}
    assert read(content(source(link))).warnings == []


@pytest.mark.parametrize("config", [None, {"target": {}}, {"field": "", "target": {}}, {"field": "$F", "target": {}}])
def test_a_correlation_without_field_is_protected_but_not_created(config):
    """Such a correlation shows no link, and nobody but a provisioning file can create it."""
    found = read(content(source({**LINK, "config": config}, LINK)), F="")
    [warning] = found.warnings
    assert (warning.code, warning.origin.position) == ("left_out", 1)
    assert "no config.field" in warning.message
    assert [entry.state for entry in read_entries(found.lists).entries] == ["ignored", "present"]


def test_escaped_dollars_are_meant():
    link = {**LINK, "config": {"field": "f", "target": {"a": "$$$$x"}}}
    found = read_entries(read(content(source(link))).lists)
    assert found.entries[0].members["config.target"] == {"a": "$$x"}
    assert found.warnings == []
    [warning] = read_entries([(Origin(), entries_of(read(content(source(link)))))]).warnings
    assert warning.code == "escaped_dollar"


@pytest.mark.parametrize(
    "link, member, name",
    [
        ({"label": "$NOPE"}, "label", "NOPE"),
        ({"config": {"field": "f", "target": {"a": [{"b": "${__value.raw}"}]}}}, "config.target.a[0].b", "__value.raw"),
    ],
)
def test_a_variable_that_is_not_given_is_refused_by_name(monkeypatch, link, member, name):
    monkeypatch.setenv(name, "from Ansible's own environment")
    found = read(content(source({**LINK, **link})))
    [(code, message)] = problems_of(found)
    assert code == "environment_variable"
    assert "datasources[0].correlations[0]" in message
    assert "%s contains the variable %s of Grafana's environment" % (member, name) in message
    assert message.endswith("write $$ for a literal $, or give %s here" % name)
    assert entries_of(read(content(source({**LINK, **link})), **{name: "x"}))


def test_a_file_that_grafana_would_read_is_refused():
    [(code, message)] = problems_of(read(content(source({**LINK, "label": "$__file{/run/x}"}))))
    assert code == "environment_variable" and "$__file{/run/x}" in message and "environment:" not in message


def test_a_data_source_without_correlations_may_use_any_variable():
    assert entries_of(read(content({"name": "$NOPE", "uid": "$NOPE", "orgId": "$NOPE"}))) == []


def test_the_first_format_expands_nothing_and_has_other_names():
    old = {"datasources": [source({**LINK, "label": "$HOME $$"}, uid="u", org_id=1, orgId=7)]}
    found = read(old)
    [entry] = entries_of(found)
    assert (entry["source"], entry["label"], entry["config"]["target"]) == ("Loki", "$HOME $$", {"expr": "$${x}"})
    assert [warning.message for warning in found.warnings] == [
        "orgId has no effect without apiVersion: 1",
        "uid has no effect without apiVersion: 1",
    ]


@pytest.mark.parametrize(
    "empty", [None, {"apiVersion": 1}, content(), {"apiVersion": 1, "datasources": None, "prune": True}]
)
def test_files_without_correlations(empty):
    assert entries_of(read(empty, content({"name": "Loki"}, {"name": "B", "correlations": None}))) == []


@pytest.mark.parametrize(
    "wrong, code, facts",
    [
        (["a"], "invalid_file", ["a.yml: ", "a mapping, but a list"]),
        ("text", "invalid_file", ["but text"]),
        ({"apiVersion": 1, "providers": [], "groups": []}, "invalid_file", ["groups, providers", "no data sources"]),
        ({"apiVersion": "v1", "kind": "Pod"}, "invalid_file", ["apiVersion must be a number"]),
        ({"apiVersion": "1", "datasources": []}, "invalid_file", ["apiVersion must be a number", "not text"]),
        ({"apiVersion": 1, "datasources": {}}, "invalid_file", ["datasources must be a list"]),
        (content(None), "invalid_type", ["a.yml datasources[0]: it must be a mapping, not null"]),
        (
            content({"name": "L", "correlations": {"a": 1}}),
            "invalid_type",
            ["datasources[0]: correlations must be a list"],
        ),
        (content({"correlations": [LINK]}), "missing_option", ["datasources[0]: name is missing"]),
        (content(source(LINK, uid=12)), "invalid_type", ["uid must be text, not a number: put it in quotes"]),
        (content(source(LINK, orgId="x")), "invalid_type", ["orgId must be a number, not text"]),
        (
            content(source({**LINK, "transformations": []})),
            "invalid_entry",
            ["correlations[0] (L): transformations belongs"],
        ),
    ],
)
def test_what_cannot_be_taken_over(wrong, code, facts):
    [(found, message)] = problems_of(read(wrong))
    assert found == code
    assert [fact for fact in facts if fact not in message] == []


def test_items_that_are_no_correlations_are_told_with_the_entries():
    links = ["text", None, LINK, {**LINK, "config": "text"}]
    problems = read_entries(read(content(source(*links))).lists).problems
    assert [str(problem) for problem in problems] == [
        "a.yml datasources[0].correlations[0]: it must be a mapping, not text",
        "a.yml datasources[0].correlations[1]: it must be a mapping, not null",
        "a.yml datasources[0].correlations[3] (L): config must be a mapping, not text",
    ]


def test_problems_are_in_the_order_of_the_entries():
    bad = {**LINK, "label": "$A"}
    found = read(content(source(LINK, bad), source(LINK, {**bad, "label": "$B"}, name="Other")))
    assert [problem.origin.order for problem in found.problems] == [2, 4]


@pytest.mark.parametrize("later", [(LINK,), ()])
def test_of_two_definitions_of_a_data_source_the_last_counts(later):
    first = content(source({**LINK, "label": "A"}, {**LINK, "label": "B"}), {"name": "Tempo"})
    found = read(first, content(source(*later, uid="loki")))
    assert [entry["label"] for entry in entries_of(found)] == ["L" for _link in later]
    [warning] = found.warnings
    assert (warning.code, str(warning)) == (
        "defined_twice",
        "a.yml datasources[0]: b.yml datasources[0] defines the data source 'Loki' again, so Grafana drops these "
        "correlations",
    )
    assert entries_of(read(content(source(uid="loki")), content(source(LINK, uid="loki"))))


def test_data_sources_of_one_name_in_two_organizations_are_two():
    both = content(source(LINK), source({**LINK, "label": "M"}, orgId=2))
    [(code, message)] = problems_of(read(both))
    assert code == "other_organization"
    assert message == (
        "a.yml datasources[1]: it has 1 correlation of organization 2: "
        "set org_id to the organization whose correlations you want"
    )
    for org_id, label, other in ((1, "L", 2), (2, "M", 1)):
        found = read(both, org_id=org_id)
        assert [entry["label"] for entry in entries_of(found)] == [label]
        assert [warning.message for warning in found.warnings] == [
            "1 correlation of organization %d left out, because org_id is %d" % (other, org_id)
        ]


@pytest.mark.parametrize("org_id", [None, 0, 1, "1"])
def test_organization_1_is_that_of_most_files(org_id):
    assert entries_of(read(content(source(LINK, orgId=org_id))))


def test_what_contains_itself_is_left_to_the_check_of_entries():
    query = {}
    query["again"] = query
    found = read(content(source({**LINK, "config": {"field": "f", "target": query}})))
    [problem] = read_entries(found.lists).problems
    assert "nested deeper" in problem.message
