# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One correlation, found by its key: added, changed, removed."""

from __future__ import annotations

import pytest

from tests.functional.conftest import Backend
from tests.support.grafana import Org
from tests.support.modules import Module
from tests.support.simulator import Simulator

# Adding


@pytest.mark.smoke
def test_a_correlation_is_added_once(correlation: Module, org: Org) -> None:
    result = correlation(**org.link(description="By trace ID"))
    assert result.changed
    row = org.only()
    assert (row.source, row.target, row.type) == (org.loki.uid, org.tempo.uid, "query")
    assert (row.label, row.description, row.field, row.query) == (
        "Logs to traces",
        "By trace ID",
        "message",
        {"query": "${traceID}"},
    )
    assert result["correlation"]["uid"] == row.uid


def test_a_new_one_needs_no_more_than_the_key(correlation: Module, org: Org) -> None:
    correlation(**org.link(config={"field": "message"}))
    assert (org.only().description, org.only().query) == ("", {})


def test_aliases_of_source_and_target(correlation: Module, org: Org) -> None:
    for source, target in (("source_uid", "target_uid"), ("sourceUID", "targetUID")):
        correlation(**org.link(source=None, target=None, label=source, **{source: org.loki.uid, target: org.tempo.uid}))
    assert [(row.label, row.source, row.target) for row in org.rows()] == [
        ("sourceUID", org.loki.uid, org.tempo.uid),
        ("source_uid", org.loki.uid, org.tempo.uid),
    ]


def test_an_entry_of_a_provisioning_file_can_be_pasted(correlation: Module, org: Org) -> None:
    """Such an entry has targetUID, and maybe the old config.type."""
    entry = {
        "targetUID": org.tempo.uid,
        "label": "Logs to traces",
        "config": {"type": "query", "field": "message", "target": {"query": ""}},
    }
    correlation(source=org.loki.uid, **entry)
    assert (org.only().target, org.only().type, org.only().query) == (org.tempo.uid, "query", {"query": ""})


@pytest.mark.parametrize(
    ("member", "value"),
    [("description", "$${x}"), ("label", "$${x}"), ("config", {"field": "message", "target": {"query": "$${x}"}})],
)
def test_doubled_dollars_of_provisioning_files_are_warned_about(
    correlation: Module, org: Org, member: str, value: object
) -> None:
    result = correlation(**org.link(**{member: value}))
    assert len(result.warnings) == 1 and "'$$'" in result.warnings[0] and "write '$'" in result.warnings[0]
    assert "$${x}" in (org.only().label, org.only().description, org.only().query["query"])


def test_two_of_one_source_and_target_differ_by_label(correlation: Module, org: Org) -> None:
    correlation(**org.link(label="One"))
    correlation(**org.link(label="Two"))
    assert org.labels() == ["One", "Two"]


@pytest.mark.parametrize(
    "label", ["logs to traces", " Logs to traces", "Logs to traces ", "Lögs → traces", "*", "{{ label }}", "1"]
)
def test_a_label_is_taken_as_it_is(correlation: Module, org: Org, label: str) -> None:
    org.add(label="Logs to traces")
    correlation(**org.link(label=label))
    assert sorted(org.labels()) == sorted(["Logs to traces", label])


def test_an_empty_label_is_a_label(correlation: Module, org: Org) -> None:
    org.add(label="Logs to traces")
    result = correlation(**org.link(label=""))
    assert result.changed and org.labels() == ["", "Logs to traces"]
    removed = correlation(state="absent", **org.link(label=""))
    assert removed.changed and org.labels() == ["Logs to traces"]


def test_one_label_on_several_fields(correlation: Module, org: Org) -> None:
    """The label that Grafana's editor suggests is the same for every link between two data sources."""
    for field in ("message", "traceID", "line"):
        correlation(**org.link(config={"field": field}))
    assert [row.field for row in org.rows()] == ["line", "message", "traceID"]
    correlation(**org.link(description="of the line", config={"field": "line"}))
    assert [(row.field, row.description) for row in org.rows()] == [
        ("line", "of the line"),
        ("message", ""),
        ("traceID", ""),
    ]


def test_another_target_is_another_correlation(correlation: Module, org: Org) -> None:
    correlation(**org.link())
    correlation(**org.link(target=org.pyroscope.uid))
    assert {row.target for row in org.rows()} == {org.tempo.uid, org.pyroscope.uid}


def test_another_source_is_another_correlation(correlation: Module, org: Org) -> None:
    correlation(**org.link())
    correlation(**org.link(source=org.prometheus.uid))
    assert {row.source for row in org.rows()} == {org.loki.uid, org.prometheus.uid}


def test_a_data_source_may_lead_to_itself(correlation: Module, org: Org) -> None:
    correlation(**org.link(target=org.loki.uid))
    assert org.only().target == org.loki.uid


# Changing


@pytest.mark.smoke
def test_what_differs_is_changed(correlation: Module, org: Org) -> None:
    uid = org.add(description="old", config={"field": "message", "target": {"query": "old"}})
    result = correlation(**org.link(description="new", config={"field": "message", "target": {"query": "new"}}))
    assert result.changed and result["correlation"]["uid"] == uid
    row = org.only()
    assert (row.uid, row.description, row.query) == (uid, "new", {"query": "new"})


def test_what_is_left_out_is_left_unchanged(correlation: Module, org: Org) -> None:
    uid = org.add(description="stays", config={"target": {"query": "stays"}})
    assert not correlation(**org.link(config={"field": "message"})).changed
    assert correlation(**org.link(description="changed", config={"field": "message"})).changed
    assert (org.row(uid).description, org.row(uid).query) == ("changed", {"query": "stays"})
    assert correlation(**org.link(config={"field": "message", "target": {"query": "changed"}})).changed
    assert (org.row(uid).description, org.row(uid).query) == ("changed", {"query": "changed"})


def test_without_config_at_all(correlation: Module, org: Org) -> None:
    uid = org.add(config={"target": {"query": "stays"}})
    assert not correlation(**org.link(config=None)).changed
    assert correlation(**org.link(config=None, description="changed")).changed
    assert (org.row(uid).description, org.row(uid).query, org.row(uid).field) == (
        "changed",
        {"query": "stays"},
        "message",
    )


def test_an_entry_without_field_fits_every_field(correlation: Module, org: Org) -> None:
    uid = org.add(config={"field": "unheard of"})
    assert correlation(**org.link(config={"target": {"query": "new"}})).changed
    assert (org.only().uid, org.only().field, org.only().query) == (uid, "unheard of", {"query": "new"})


def test_a_new_one_needs_a_field(correlation: Module, org: Org) -> None:
    for config in (None, {}, {"target": {"query": ""}}, {"field": ""}):
        result = correlation.refuses(**org.link(config=config))
        assert result.codes == ["missing_option"] and "config.field" in result.msg


def test_a_description_is_emptied_but_not_by_leaving_it_out(correlation: Module, org: Org) -> None:
    uid = org.add(description="old")
    assert not correlation(**org.link(config=None)).changed
    assert correlation(**org.link(config=None, description="")).changed
    assert org.row(uid).description == ""


def test_null_counts_as_left_out(correlation: Module, org: Org) -> None:
    """As of a template that gives nothing."""
    uid = org.add(description="stays", config={"target": {"query": "stays"}})
    nulls = {"field": "message", "target": None, "transformations": None}
    assert not correlation(**org.link(config=nulls), description=None, uid=None).changed
    assert (org.row(uid).description, org.row(uid).query) == ("stays", {"query": "stays"})


def test_several_members_change_at_once(correlation: Module, org: Org) -> None:
    uid = org.add(description="old", config={"target": {"query": "old"}})
    result = correlation(**org.link(description="new", config={"field": "message", "target": {"expr": "new"}}))
    assert result["diff"]["before"]["description"] == "old" and result["diff"]["after"]["config"]["target"] == {
        "expr": "new"
    }
    assert (org.row(uid).description, org.row(uid).query) == ("new", {"expr": "new"})


# Removing


@pytest.mark.smoke
def test_the_key_is_enough_to_remove_it(correlation: Module, org: Org) -> None:
    uid = org.add(description="whatever", config={"target": {"query": "whatever"}})
    other = org.add(label="Another")
    result = correlation(state="absent", **org.link(config={"field": "message"}))
    assert result.changed and result["removed"] == [uid]
    assert [row.uid for row in org.rows()] == [other]


def test_removing_what_is_not_there(correlation: Module, org: Org) -> None:
    org.add(label="Another")
    result = correlation(state="absent", **org.link())
    assert not result.changed and result["removed"] == []
    assert org.labels() == ["Another"]


def test_removing_without_a_field_removes_those_of_every_field(correlation: Module, org: Org) -> None:
    doomed = {org.add(config={"field": field}) for field in ("message", "line")}
    org.add(label="Another")
    result = correlation(state="absent", **org.link(config=None))
    assert set(result["removed"]) == doomed
    assert org.labels() == ["Another"]


def test_removing_with_a_field_leaves_the_other_fields(correlation: Module, org: Org) -> None:
    for field in ("message", "line"):
        org.add(config={"field": field})
    correlation(state="absent", **org.link(config={"field": "line"}))
    assert org.only().field == "message"


@pytest.mark.parametrize(
    "more",
    [{"description": "another"}, {"config": {"field": "message", "target": {"query": "another"}}}],
    ids=["description", "target"],
)
def test_removing_leaves_what_does_not_fit_everything_given(
    correlation: Module, org: Org, more: dict[str, object]
) -> None:
    uid = org.add(description="mine", config={"target": {"query": "mine"}})
    result = correlation(state="absent", **org.link(**{"config": {"field": "message"}, **more}))
    assert not result.changed and org.only().uid == uid
    assert len(result.warnings) == 1
    assert "uid '%s'" % uid in result.warnings[0] and "only the key" in result.warnings[0]


@pytest.mark.not_on_apis("the broken answer is that of /api")
def test_removing_what_somebody_else_removes_meanwhile(correlation: Module, org: Org, faults: Simulator) -> None:
    uid = org.add()
    faults.fault("then_delete_row", method="GET", path="correlations", uid=uid, times=1)
    result = correlation.once(state="absent", **org.link(config=None))
    assert result.changed and org.rows() == []


def test_changing_what_somebody_else_removes_meanwhile_adds_it_again(
    correlation: Module, org: Org, faults: Simulator
) -> None:
    uid = org.add(description="old")
    faults.fault("then_delete_row", method="GET", path="correlations", uid=uid, times=1)
    result = correlation.once(**org.link(description="new", config={"field": "message"}))
    assert result.changed and org.only().description == "new" and org.only().uid != uid


# What the server loses or cannot do


@pytest.mark.generation(9)
def test_transformations_that_the_server_drops_are_an_error(correlation: Module, org: Org) -> None:
    config = {"field": "message", "transformations": [{"type": "logfmt"}]}
    result = correlation.fails(**org.link(config=config))
    uid = org.only().uid
    assert result.codes == ["not_kept"] and result.changed
    assert "config.transformations" in result.msg and "uid '%s'" % uid in result.msg and "too old" in result.msg
    again = correlation.refuses(**org.link(config=config))
    assert again.codes == ["not_supported"] and org.only().uid == uid


@pytest.mark.generation(9)
@pytest.mark.parametrize("kind", ["transformations", "external"])
def test_check_mode_knows_what_an_old_server_cannot_do(correlation: Module, org: Org, kind: str) -> None:
    config = {"field": "message", "transformations": [{"type": "logfmt"}]}
    options = org.external() if kind == "external" else org.link(config=config)
    result = correlation.run(check=True, **options)
    assert result.failed and result.codes == ["not_supported"] and org.rows() == []


@pytest.mark.generation(9)
def test_external_links_that_the_server_does_not_know_are_an_error(correlation: Module, org: Org) -> None:
    result = correlation.fails(**org.external())
    assert result.codes == ["request_failed"] and "external" in result.msg and "11.2" in result.msg
    assert (result["status"], result["method"], result["grafana_message"]) == (400, "POST", "bad request data")
    assert not result.changed and org.rows() == []


@pytest.mark.not_on_apis("the broken answer is that of /api")
def test_what_the_server_does_not_keep_is_an_error(
    correlation: Module, org: Org, faults: Simulator, backend: Backend
) -> None:
    uid = org.add()
    row = {
        "uid": uid,
        "sourceUID": org.loki.uid,
        "targetUID": org.tempo.uid,
        "label": "Logs to traces",
        "description": "mangled",
    }
    row["config"] = {"type": "query", "field": "message", "target": {}}
    if backend.generation != 9:
        row.update(type="query", orgId=org.id, provisioned=False)
    faults.fault("status", method="PATCH", status=200, body={"message": "Correlation updated", "result": row})
    result = correlation.fails(**org.link(description="asked for", config=None))
    assert result.codes == ["not_kept"] and result.changed
    assert "description of 'Logs to traces' (uid '%s')" % uid in result.msg and "too old" not in result.msg
