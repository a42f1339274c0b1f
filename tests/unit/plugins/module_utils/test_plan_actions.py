# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which writes an entry needs, or why there can be none."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Origin
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import CREATE, DELETE, UPDATE
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import (
    LOGFMT,
    URL,
    codes,
    entry,
    grafana_state,
    pinned,
    row,
)
from ansible_collections.crosslink.grafana.tests.unit.plugins.planning import (
    changes,
    only_problem,
    planned,
    planned_one,
    writes,
)

# What a new correlation needs


@pytest.mark.parametrize("is_list", [True, False])
@pytest.mark.parametrize("field", [None, ""])
def test_a_new_one_needs_a_field(is_list, field):
    plan = planned(entry(field=field), is_list=is_list)
    assert only_problem(plan, "missing_option").startswith("entry 1: config.field is missing")
    plan = planned(entry(field=field, origin=Origin()), is_list=is_list)
    assert only_problem(plan, "missing_option").startswith("config.field is missing")


def test_a_new_external_one_needs_a_url():
    plan = planned_one(entry(type="external", query=None))
    assert "config.target.url is missing" in only_problem(plan, "missing_option")


def test_an_external_one_that_is_there_needs_no_url():
    there = row(type="external")
    assert changes(planned_one(entry(type="external", query=None, description="D"), [there])) == {"description": "D"}


@pytest.mark.parametrize("missing", ["source", "label", "target"])
def test_where_uids_may_be_chosen_a_new_one_needs_everything(missing):
    plan = planned_one(entry(uid="u9", **{missing: None}), grafana_state(accepts_client_uid=True))
    message = only_problem(plan, "correlation_not_found")
    assert "uid 'u9'" in message
    assert "source, label, config.field and a target" in message
    assert plan.actions == []


def test_the_url_of_an_external_one_is_not_taken_away():
    there = row(type="external")
    by_list = planned(entry(uid="u1", type=None, target=None), [there])
    assert only_problem(by_list, "missing_option").startswith("entry 1: config.target.url is missing")
    by_module = planned_one(pinned(query={"a": 1}), [there])
    assert only_problem(by_module, "missing_option").startswith("config.target.url is missing")
    assert by_list.actions == by_module.actions == []
    plan = planned_one(pinned(query={"url": "https://new"}), [there])
    assert changes(plan) == {"config.target": {"url": "https://new"}}


# Provisioned


@pytest.mark.parametrize("on_provisioned", ["fail", "skip"])
@pytest.mark.parametrize("is_list", [True, False])
def test_a_provisioned_correlation_that_is_equal_is_unchanged(on_provisioned, is_list):
    plan = planned(entry(), [row(read_only=True)], is_list=is_list, on_provisioned=on_provisioned)
    assert writes(plan) == []
    assert (len(plan.unchanged), plan.warnings) == (1, [])


CONFLICTS: list[tuple[dict[str, t.Any], str]] = [
    ({"description": "D", "query": {"x": 1}}, "differs in description, config.target"),
    ({"state": "absent"}, "to be removed"),
    ({"state": "absent", "uid": "u1"}, "to be removed"),
    ({"uid": "u1", "description": "D"}, "differs in description"),
]


@pytest.mark.parametrize("more, why", CONFLICTS)
@pytest.mark.parametrize("is_list", [True, False])
def test_a_provisioned_correlation_that_is_to_change_fails(more, why, is_list):
    plan = planned(entry(**more), [row(read_only=True)], is_list=is_list)
    message = only_problem(plan, "provisioned")
    assert message.startswith("entry 1: ")
    assert "'Logs to traces' (uid 'u1') is provisioned" in message
    assert "%s: " % why in message
    assert "set on_provisioned: skip" in message
    assert plan.actions == []


@pytest.mark.parametrize("more, why", CONFLICTS)
@pytest.mark.parametrize("is_list", [True, False])
def test_a_provisioned_correlation_that_is_to_change_is_skipped_if_asked(more, why, is_list):
    desired, existing = entry(**more), row(read_only=True)
    plan = planned(desired, [existing], is_list=is_list, on_provisioned="skip")
    assert writes(plan) == []
    [skipped] = plan.skipped
    assert (skipped.entry, skipped.existing) == (desired, existing)
    assert skipped.reason.startswith("it is provisioned and ")
    assert skipped.reason.endswith(why)
    [warning] = plan.warnings
    assert warning.startswith("entry 1: skipped: ")
    assert "'Logs to traces' (uid 'u1') is provisioned" in warning
    assert warning.endswith("%s." % why)
    assert plan.unchanged == []


def test_a_manager_is_named():
    plan = planned(entry(description="D"), [row(read_only=True, manager="terraform")])
    message = only_problem(plan, "provisioned")
    assert "'Logs to traces' (uid 'u1') is managed by 'terraform' " in message
    assert "differs in description:" in message


def test_where_the_server_does_not_say_it_a_correlation_is_taken_for_writable():
    assert writes(planned_one(entry(description="D"), [row(read_only=None)])) == [(UPDATE, "u1")]


@pytest.mark.parametrize("end", ("loki", "tempo"))
def test_nothing_new_can_name_a_data_source_that_the_api_refuses(end):
    reasons = {end: "it is too long"}
    plan = planned(entry(), grafana_state(refused_data_sources=reasons))
    assert only_problem(plan, "data_source_refused") == "entry 1: it is too long"
    assert plan.actions == []
    assert writes(planned(entry(), grafana_state(row(), refused_data_sources=reasons))) == []


def test_nothing_is_added_to_a_read_only_source():
    state = grafana_state(read_only_sources={"loki"})
    message = only_problem(planned(entry(), state), "provisioned")
    assert message.startswith("entry 1: source 'loki' is provisioned")
    assert "set on_provisioned: skip" in message
    desired = entry()
    plan = planned(desired, state, on_provisioned="skip")
    assert writes(plan) == []
    [skipped] = plan.skipped
    assert (skipped.entry, skipped.existing) == (desired, None)
    assert skipped.reason.startswith("source 'loki' is provisioned")
    [warning] = plan.warnings
    assert warning.startswith("entry 1: skipped: source 'loki' is provisioned")
    assert writes(planned(entry(source="mimir"), state)) == [(CREATE, None)]


# Too long for some databases


def long_query(size: int, **more: t.Any) -> dict[str, t.Any]:
    """A config.target whose JSON, as Grafana writes it, has so many bytes."""
    return {**more, "q": "x" * (size - len(json.dumps({**more, "q": ""}, separators=(",", ":"))))}


AROUND = len('{"field":"message","target":}')


@pytest.mark.parametrize("type_", ["query", "external"])
@pytest.mark.parametrize("is_list", [True, False])
def test_a_new_one_that_is_too_long(type_, is_list):
    more = URL if type_ == "external" else {}
    plan = planned(entry(type=type_, query=long_query(65535 - AROUND, **more)), is_list=is_list)
    assert writes(plan) == [(CREATE, None)]
    plan = planned(entry(type=type_, query=long_query(65536 - AROUND, **more)), is_list=is_list)
    assert only_problem(plan, "too_long").startswith("entry 1: config is 65536 bytes")
    assert plan.actions == []


@pytest.mark.parametrize("name", ["label", "description"])
def test_a_new_one_with_a_text_that_is_too_long(name):
    assert writes(planned(entry(**{name: "é" * 32767}))) == [(CREATE, None)]
    message = only_problem(planned(entry(**{name: "é" * 32768})), "too_long")
    assert message.startswith("entry 1: %s is 65536 bytes" % name)


@pytest.mark.parametrize(
    "there, change, size",
    [
        ({}, {"query": long_query(65535 - AROUND)}, 65535),
        ({"query": long_query(65535 - AROUND)}, {"field": "message" + "s"}, 65536),
        (
            {"query": long_query(65535 - AROUND)},
            {"transformations": [LOGFMT]},
            65535 + len(',"transformations":[{"type":"logfmt"}]'),
        ),
        (
            {"transformations": [LOGFMT]},
            {"query": long_query(65535 - AROUND)},
            65535 + len(',"transformations":[{"type":"logfmt"}]'),
        ),
        ({"transformations": [LOGFMT]}, {"query": long_query(65535 - AROUND), "transformations": []}, 65535),
        ({"unknown": {"timeRange": {}}}, {"query": long_query(65535 - AROUND)}, 65535 + len(',"timeRange":{}')),
        ({"query": long_query(70000)}, {"query": {"q": "x"}}, AROUND + 9),
    ],
)
def test_of_an_update_the_whole_config_counts_that_results(there, change, size):
    plan = planned_one(pinned(**change), [row(**there)])
    if size <= 65535:
        assert writes(plan) == [(UPDATE, "u1")]
    else:
        assert only_problem(plan, "too_long").startswith("config is %d bytes" % size)
        assert plan.actions == []


@pytest.mark.parametrize("name", ["label", "description"])
def test_an_update_with_a_text_that_is_too_long(name):
    assert writes(planned_one(pinned(**{name: "x" * 65535}), [row()])) == [(UPDATE, "u1")]
    message = only_problem(planned_one(pinned(**{name: "x" * 65536}), [row()]), "too_long")
    assert message.startswith("%s is 65536 bytes" % name)


def test_what_is_long_and_there_already_may_stay():
    """Other databases keep it."""
    there = row(query=long_query(70000), description="x" * 70000)
    assert writes(planned(entry(query=long_query(70000), description="x" * 70000), [there])) == []
    assert changes(planned_one(pinned(label="new"), [there])) == {"label": "new"}
    assert writes(planned(entry(state="absent"), [there])) == [(DELETE, "u1")]


def test_old_servers_keep_the_type_in_config():
    for size, codes_ in ((65535 - len('"type":"query",'), []), (65536 - len('"type":"query",'), ["too_long"])):
        plan = planned(entry(query=long_query(size - AROUND)), grafana_state(is_v9=True))
        assert codes(plan.problems) == codes_
