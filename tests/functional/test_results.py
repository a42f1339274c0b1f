# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules return: check mode, diff, the correlation, the organization, and what a failure carries."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from tests.functional.conftest import Backend, NewOrg
from tests.support.commands import Ansible
from tests.support.grafana import Org
from tests.support.modules import Module
from tests.support.simulator import Simulator


def definition(org: Org, **members: object) -> dict[str, object]:
    """A definition as a diff shows it."""
    return {"source": org.loki.name, "target": org.tempo.name, "label": "Logs to traces", "type": "query", **members}


def header(org: Org, verb: str, label: str = "Logs to traces", more: str = "") -> dict[str, str]:
    """The headers of a diff."""
    text = "%s (%s: %s → %s, field message%s)" % (verb, label, org.loki.name, org.tempo.name, more)
    return {"before_header": text, "after_header": text}


# Check mode (each successful call of the other tests is one, too)


@pytest.mark.smoke
def test_check_mode_announces_an_addition_and_writes_nothing(correlation: Module, org: Org) -> None:
    announced = correlation.check(**org.link())
    assert announced.changed and org.rows() == []
    assert "uid" not in announced["correlation"]
    assert announced["correlation"]["label"] == "Logs to traces"


def test_check_mode_announces_a_change_and_writes_nothing(correlation: Module, org: Org) -> None:
    uid = org.add(description="old")
    announced = correlation.check(**org.link(config=None, description="new"))
    assert announced.changed and org.row(uid).description == "old"
    assert (announced["correlation"]["uid"], announced["correlation"]["description"]) == (uid, "new")


def test_check_mode_announces_a_removal_and_writes_nothing(correlation: Module, org: Org) -> None:
    uid = org.add()
    announced = correlation.check(state="absent", **org.link(config=None))
    assert announced.changed and announced["removed"] == [uid] and org.only().uid == uid


def test_check_mode_of_a_list_writes_nothing(correlations: Module, org: Org) -> None:
    kept, doomed = org.add(label="Kept"), org.add(label="Doomed")
    announced = correlations.check(
        correlations=[
            org.link(label="New"),
            org.link(label="Kept", description="new"),
            {"state": "absent", **org.link(label="Doomed", config=None)},
        ]
    )
    assert announced.changed and announced.msg == "would create 1, update 1, delete 1"
    assert {row.uid for row in org.rows()} == {kept, doomed} and org.row(kept).description == ""


def test_check_mode_promises_numbers_as_the_server_keeps_them(correlation: Module, org: Org) -> None:
    options = org.link(config={"field": "message", "target": {"one": 1.0, "big": 12345678901234567890}})
    announced = correlation.check(**options)
    assert announced["correlation"]["config"]["target"]["one"] == 1
    real = correlation.once(**options)
    assert announced["diff"] == real["diff"]


# Diff


def test_the_diff_of_an_addition(correlation: Module, org: Org) -> None:
    result = correlation(**org.link(description="new"))
    assert result["diff"] == {
        **header(org, "create"),
        "before": {},
        "after": definition(org, description="new", config={"field": "message", "target": {"query": "${traceID}"}}),
    }


def test_the_diff_of_a_change_has_names_on_both_sides_and_nothing_of_the_servers(correlation: Module, org: Org) -> None:
    org.add(description="old", config={"target": {"query": "x"}})
    result = correlation(**org.link(source=org.loki.name, target=org.tempo.uid, description="new", config=None))
    config = {"field": "message", "target": {"query": "x"}}
    assert result["diff"] == {
        **header(org, "update"),
        "before": definition(org, description="old", config=config),
        "after": definition(org, description="new", config=config),
    }


def test_the_diff_of_a_removal(correlation: Module, org: Org) -> None:
    org.add(description="old")
    result = correlation(state="absent", **org.link(config=None))
    assert result["diff"] == {
        **header(org, "delete"),
        "before": definition(org, description="old", config={"field": "message", "target": {}}),
        "after": {},
    }


def test_the_diff_of_several_removals(correlation: Module, org: Org) -> None:
    for description in ("a", "b"):
        org.add(description=description)
    diff = correlation(state="absent", **org.link(config=None))["diff"]
    assert sorted(one["before"]["description"] for one in diff) == ["a", "b"]
    deleted = header(org, "delete")
    assert [(one["after_header"], one["after"]) for one in diff] == [(deleted["after_header"], {})] * 2


@pytest.mark.any_server
def test_the_diff_of_several_removals_is_printed(
    ansible: Ansible, org: Org, connection: dict[str, t.Any], inventory: Path
) -> None:
    for description in ("first one", "second one"):
        org.add(description=description)
    arguments = json.dumps({**connection, "state": "absent", **org.link(config=None)})
    run = ansible.adhoc(
        "grafana",
        "-i",
        str(inventory),
        "-m",
        "crosslink.grafana.grafana_correlation",
        "-a",
        arguments,
        "--check",
        "--diff",
    )
    assert run.rc == 0 and "Callback" not in run.output and "callback" not in run.output
    assert '-    "description": "first one"' in run.stdout and '-    "description": "second one"' in run.stdout


def test_without_diff_none_is_returned(correlation: Module, correlations: Module, org: Org) -> None:
    made = correlation.once(**org.link(), _ansible_diff=False)
    assert made.changed and "diff" not in made
    changed = correlations.once(correlations=[org.link(description="new")], _ansible_diff=False)
    assert changed.changed and "diff" not in changed


def test_the_diff_of_nothing(correlation: Module, org: Org) -> None:
    org.add()
    result = correlation(**org.link(config=None))
    by_uid = {"source": org.loki.uid, "target": org.tempo.uid}  # no request for names that nobody sees
    there = definition(org, **by_uid, config={"field": "message", "target": {}})
    assert result["diff"] == {"before": there, "after": there}
    result = correlation(state="absent", **org.link(label="Unknown"))
    assert result["diff"] == {"before": {}, "after": {}}


@pytest.mark.generation(12)
def test_the_diff_shows_transformations_as_tasks_write_them(correlation: Module, org: Org) -> None:
    transformations = [{"type": "regex", "expression": "(.*)", "map_value": "x"}]
    result = correlation(**org.link(config={"field": "message", "transformations": transformations}))
    assert result["diff"]["after"]["config"]["transformations"] == transformations


def test_the_diff_leaves_out_what_the_editor_added(correlation: Module, org: Org) -> None:
    org.add(description="old", config={"target": {"query": "x", "key": "Q", "datasource": {"uid": "y"}}})
    result = correlation(**org.link(config=None, description="new"))
    assert result["diff"]["before"]["config"]["target"] == {"query": "x"} == result["diff"]["after"]["config"]["target"]


def test_the_diff_of_a_list_has_one_item_for_each_change_in_the_order_of_the_list(
    correlations: Module, org: Org
) -> None:
    for label in ("Changed", "Unchanged", "Pruned", "Doomed"):
        org.add(label=label, description="old" if label == "Changed" else "")
    bare = {"field": "message", "target": {}}
    result = correlations(
        correlations=[
            org.link(label="Changed", description="new", config=bare),
            org.link(label="Doomed", state="absent", config=None),
            org.link(label="Unchanged", config=bare),
            org.link(label="New", config=bare),
        ],
        prune="sources",
        title="production",
    )
    assert result["diff"] == [
        {
            **header(org, "production: update", "Changed"),
            "before": definition(org, label="Changed", description="old", config=bare),
            "after": definition(org, label="Changed", description="new", config=bare),
        },
        {
            **header(org, "production: delete", "Doomed"),
            "before": definition(org, label="Doomed", config=bare),
            "after": {},
        },
        {
            **header(org, "production: create", "New"),
            "before": {},
            "after": definition(org, label="New", config=bare),
        },
        {
            **header(org, "production: prune", "Pruned"),
            "before": definition(org, label="Pruned", config=bare),
            "after": {},
        },
    ]


def test_the_diff_of_a_duplicate_names_its_uid(correlation: Module, org: Org) -> None:
    uids = [org.add(), org.add()]
    result = correlation(**org.link(config=None), on_duplicate="remove")
    [gone] = set(uids) - {org.only().uid}
    assert result["diff"] == {
        **header(org, "delete duplicate", more=", uid %s" % gone),
        "before": definition(org, config={"field": "message", "target": {}}),
        "after": {},
    }


# The report


def test_the_report_of_a_list(correlations: Module, org: Org) -> None:
    org.add(label="Changed", description="old")
    org.add(label="Pruned")
    options = {
        "correlations": [
            org.link(label="New", config={"field": "message", "target": {}}),
            org.link(label="Changed", description="new", config={"field": "message", "target": {}}),
        ],
        "prune": "sources",
        "title": "production",
    }
    ends = "`%s` → `%s`, field `message`" % (org.loki.name, org.tempo.name)
    assert correlations.check(**options)["report"].splitlines() == [
        "### `production`: would create 1, update 1, delete 1",
        "- create `New`: %s" % ends,
        "- update `Changed`: %s" % ends,
        "  - `description`: `old` → `new`",
        "- prune `Pruned`: %s" % ends,
    ]
    assert correlations.once(**options)["report"].splitlines() == [
        "### `production`: 1 created, 1 updated, 1 deleted",
        "- created `New`: %s" % ends,
        "- updated `Changed`: %s" % ends,
        "  - `description`: `old` → `new`",
        "- pruned `Pruned`: %s" % ends,
    ]
    assert correlations.once(**options)["report"] == "### `production`: 2 unchanged"


@pytest.mark.generation(12)
@pytest.mark.not_on_apis("data sources are looked up before a write")
def test_names_that_cannot_be_read_fail_nothing(correlations: Module, org: Org, faults: Simulator) -> None:
    org.add()
    faults.fault("status", method="GET", path="/api/datasources$", status=500, body={"message": "x"})
    result = correlations.once(correlations=[org.link(description="new")], retries=0)
    assert result.changed
    assert result["diff"][0]["after"]["source"] == org.loki.uid and "`%s`" % org.loki.uid in result["report"]


# The correlation and the organization


@pytest.mark.not_on_apis("the organization is always known")
def test_the_correlation_is_returned_as_the_api_spells_it(correlation: Module, org: Org) -> None:
    result = correlation(**org.link(description="new"))
    raw = org.raw_rows()[0]
    assert result["correlation"] == {**raw, "type": "query"}


@pytest.mark.not_on_apis("the organization is always known")
def test_the_correlation_is_returned_as_it_was_before_it_was_removed(correlation: Module, org: Org) -> None:
    org.add(description="old")
    raw = org.raw_rows()[0]
    assert correlation(state="absent", **org.link(config=None))["correlation"] == {**raw, "type": "query"}


def test_nothing_is_returned_where_there_is_nothing(correlation: Module, org: Org) -> None:
    assert "correlation" not in correlation(state="absent", **org.link())


def test_the_unchanged_correlation_is_returned_too(correlation: Module, org: Org) -> None:
    uid = org.add()
    assert correlation(**org.link(config=None))["correlation"]["uid"] == uid


def test_org_id_is_returned(correlation: Module, correlations: Module, info: Module, org: Org) -> None:
    assert correlation(**org.link())["org_id"] == org.id
    assert (
        correlations(correlations=[org.link(config={"field": "message", "target": {"query": "${traceID}"}})])["org_id"]
        == org.id
    )
    assert info.once()["org_id"] == org.id


def test_org_id_is_returned_where_only_rows_tell_it(
    correlation: Module, info: Module, new_org: NewOrg, internals: Simulator, backend: Backend
) -> None:
    """Without org_id the current organization is that of the user; 9.4 does not tell which."""
    first = new_org(id=1)
    results = [correlation.once(org_id=None, **first.link()), info.once(org_id=None)]
    assert [result.get("org_id") for result in results] == ([None, None] if backend.generation == 9 else [1, 1])


def test_org_id_is_returned_with_org_name(info: Module, org: Org) -> None:
    assert info.once(org_id=None, org_name=org.name)["org_id"] == org.id


# Failures


@pytest.mark.not_on_apis("the url in the result is another one")
def test_a_refused_request_is_described(correlation: Module, org: Org, backend: Backend) -> None:
    token = org.add_token("Viewer")
    result = correlation.refuses_when_real(url_username=None, url_password=None, token=token, **org.link())
    assert (result["status"], result["method"]) == (403, "POST")
    assert result["url"] == "%s/api/datasources/uid/%s/correlations" % (backend.grafana.url, org.loki.uid)
    assert "Permissions needed" in result["grafana_message"] and "datasources:write" in result["grafana_message"]


@pytest.mark.not_on_apis("the url in the result is another one")
def test_the_url_of_a_failure_is_without_credentials(
    info: Module, org: Org, backend: Backend, faults: Simulator
) -> None:
    faults.fault("status", status=500, body={"message": "Failed to get correlations"})
    url = backend.grafana.url.replace("://", "://admin:admin@")
    result = info.fails(url=url, url_username=None, url_password=None, retries=0)
    assert result["url"] == backend.grafana.url + "/api/datasources/correlations"
    assert result.codes == ["list_failed"]
    assert "%s/api/datasources/correlations answers 500" % backend.grafana.url in result.msg
    assert (result["status"], result["method"], result["grafana_message"]) == (500, "GET", "Failed to get correlations")


@pytest.mark.not_on_apis("there is no quota")
def test_a_quota_is_named(correlation: Module, correlations: Module, org: Org, faults: Simulator) -> None:
    faults.set(quota=len(faults.state()["rows"]))
    for result in (correlation.fails(**org.link()), correlations.fails(correlations=[org.link()])):
        assert result.codes == ["request_failed"] and "Failed to add correlation" in result.msg and not result.changed
        assert (result["status"], result["method"], result["grafana_message"]) == (
            500,
            "POST",
            "Failed to add correlation",
        )
    assert org.rows() == []


def test_an_error_of_the_input_contains_no_request(correlation: Module, org: Org) -> None:
    result = correlation.refuses(**org.link(label=None))
    assert not {"status", "method", "url", "grafana_message"} & set(result)
    [error] = result["errors"]
    assert set(error) == {"code", "message"} and error["code"] == result["code"] == "missing_option"
    assert error["message"] == result.msg and "label is missing" in result.msg
