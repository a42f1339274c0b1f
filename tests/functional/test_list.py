# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list of correlations in one call: what it creates, changes and removes, and what it says of that."""

from __future__ import annotations

import typing as t

import pytest

from tests.support.grafana import Org
from tests.support.modules import Module
from tests.support.simulator import Simulator

BARE = {"field": "message", "target": {}}
COUNTS = ("created", "updated", "deleted", "unchanged", "ignored", "skipped", "failed", "not_attempted")


def summary(**counts: int) -> dict[str, int]:
    return {**dict.fromkeys(COUNTS, 0), **counts}


@pytest.mark.smoke
def test_a_list_is_made_true_in_one_call(correlations: Module, org: Org) -> None:
    changed, doomed, kept = org.add(label="Changed", description="old"), org.add(label="Doomed"), org.add(label="Kept")
    untouched = org.add(label="Of others")
    result = correlations(
        correlations=[
            {"state": "absent", **org.link(label="Doomed", config=None)},
            org.link(label="Changed", description="new", config=BARE),
            org.link(label="New", config=BARE),
            org.link(label="Kept", config=BARE),
        ]
    )
    assert result.msg == "1 created, 1 updated, 1 deleted, 1 unchanged"
    assert result["summary"] == summary(created=1, updated=1, deleted=1, unchanged=1)
    new = next(row for row in org.rows() if row.label == "New")
    assert result["entries"] == [
        {"number": 1, "label": "Doomed", "action": "deleted", "uid": doomed},
        {"number": 2, "label": "Changed", "action": "updated", "uid": changed, "changed_members": ["description"]},
        {"number": 3, "label": "New", "action": "created", "uid": new.uid},
    ]
    assert {row.uid for row in org.rows()} == {changed, kept, untouched, new.uid}
    assert org.row(changed).description == "new"


def test_a_second_run_changes_nothing(correlations: Module, org: Org) -> None:
    entries = [
        org.link(label="Link %d" % number, description="d" * (number % 2), config={**BARE, "target": {"n": number / 2}})
        for number in range(20)
    ]
    assert correlations(correlations=entries)["summary"] == summary(created=20)
    result = correlations.once(correlations=list(reversed(entries)))
    assert not result.changed and result.msg == "20 unchanged"
    assert result["entries"] == [] and result["diff"] == []
    assert len(org.rows()) == 20


def test_check_mode_names_new_ones_without_uid(correlations: Module, org: Org) -> None:
    announced = correlations.check(correlations=[org.link()])
    assert announced["entries"] == [{"number": 1, "label": "Logs to traces", "action": "created", "uid": None}]


def test_an_empty_list_does_nothing(correlations: Module, org: Org) -> None:
    org.add()
    result = correlations(correlations=[])
    assert not result.changed and result.msg == "nothing to do" and result["summary"] == summary()


def test_creates_before_updates_before_deletes(correlations: Module, org: Org, counters: Simulator) -> None:
    """So that a link is never missing in between."""
    for number in range(3):
        org.add(label="Doomed %d" % number)
        org.add(label="Changed %d" % number)
    entries = [{"state": "absent", **org.link(label="Doomed %d" % number, config=None)} for number in range(3)]
    entries += [org.link(label="Changed %d" % number, description="new", config=BARE) for number in range(3)]
    entries += [org.link(label="New %d" % number, config=BARE) for number in range(3)]
    counters.reset_counts()
    correlations.once(correlations=entries, concurrency=4)
    assert counters.counts().methods() == ["POST"] * 3 + ["PATCH"] * 3 + ["DELETE"] * 3


# An entry is the whole correlation


def test_what_an_entry_leaves_out_is_emptied(correlations: Module, org: Org) -> None:
    uid = org.add(description="old", config={"target": {"query": "old"}})
    result = correlations(correlations=[org.link(config=BARE)])
    assert result["entries"][0]["changed_members"] == ["description", "config.target"]
    assert (org.row(uid).description, org.row(uid).query) == ("", {})


@pytest.mark.generation(12)
def test_transformations_that_an_entry_leaves_out_are_removed(correlations: Module, org: Org) -> None:
    transformations = [{"type": "logfmt"}]
    org.add(config={"target": {"query": "x"}, "transformations": transformations})
    config: dict[str, t.Any] = {**BARE, "target": {"query": "x"}}
    assert not correlations(correlations=[org.link(config={**config, "transformations": transformations})]).changed
    result = correlations(correlations=[org.link(config=config)])
    assert result["entries"][0]["changed_members"] == ["config.transformations"]
    assert (list(org.only().transformations), org.only().query) == ([], {"query": "x"})


def test_a_field_that_an_entry_leaves_out_is_left_as_it_is(correlations: Module, org: Org) -> None:
    uid = org.add(config={"field": "another"})
    assert correlations(correlations=[org.link(config={"target": {"query": "new"}})]).changed
    assert (org.only().uid, org.only().field, org.only().query) == (uid, "another", {"query": "new"})


def test_what_the_editor_added_is_left_alone(correlations: Module, org: Org) -> None:
    org.add(config={"target": {"query": "x", "datasource": {"uid": "y"}, "key": "Q"}})
    assert not correlations(correlations=[org.link(config={**BARE, "target": {"query": "x"}})]).changed


def test_an_entry_may_give_its_uid(correlations: Module, org: Org) -> None:
    uid = org.add()
    result = correlations(correlations=[org.link(uid=uid, label="Renamed", config=BARE)])
    assert result["entries"] == [
        {"number": 1, "label": "Renamed", "action": "updated", "uid": uid, "changed_members": ["label"]}
    ]
    assert (org.only().uid, org.only().label) == (uid, "Renamed")


def test_removing_by_uid(correlations: Module, org: Org) -> None:
    uid, other = org.add(), org.add()
    result = correlations(correlations=[{"state": "absent", "uid": uid, **org.link(config=None)}])
    assert result["summary"] == summary(deleted=1) and org.only().uid == other


def test_removing_several_with_one_entry_counts_correlations(correlations: Module, org: Org) -> None:
    for field in ("a", "b", "c"):
        org.add(config={"field": field})
    result = correlations(correlations=[{"state": "absent", **org.link(config=None)}])
    assert result["summary"] == summary(deleted=3) and result.msg == "3 deleted"
    assert [item["action"] for item in result["entries"]] == ["deleted"] * 3 and org.rows() == []


def test_removing_what_is_not_there(correlations: Module, org: Org) -> None:
    entries = [
        {"state": "absent", **org.link()},
        {"state": "absent", **org.link(source="nowhere")},
        {"state": "absent", **org.link(target="nowhere")},
    ]
    assert correlations(correlations=entries)["summary"] == summary(unchanged=3)


def test_names_and_uids_mixed(correlations: Module, org: Org) -> None:
    entries = [
        org.link(label="1", source=org.loki.name, config=BARE),
        org.link(label="2", target=org.tempo.name, config=BARE),
        org.link(label="3", source=org.tempo.name, target=org.loki.uid, config=BARE),
        org.link(label="4", source=org.prometheus.uid, target=org.pyroscope.name, config=BARE),
    ]
    assert correlations(correlations=entries)["summary"] == summary(created=4)
    assert [(row.source, row.target) for row in org.rows()] == [
        (org.loki.uid, org.tempo.uid),
        (org.loki.uid, org.tempo.uid),
        (org.tempo.uid, org.loki.uid),
        (org.prometheus.uid, org.pyroscope.uid),
    ]


@pytest.mark.generation(12)
def test_external_links_beside_queries(correlations: Module, org: Org) -> None:
    entries = [org.link(config=BARE), org.external()]
    assert correlations(correlations=entries)["summary"] == summary(created=2)
    assert [row.type for row in org.rows()] == ["query", "external"]


# Entries of one key


def test_entries_of_one_key_are_matched_by_content(correlations: Module, org: Org) -> None:
    first, second = org.add(description="a"), org.add(description="b")
    entries = [org.link(description="b", config=BARE), org.link(description="a", config=BARE)]
    result = correlations(correlations=entries)
    assert result["summary"] == summary(unchanged=2) and result.warnings == []
    assert (org.row(first).description, org.row(second).description) == ("a", "b")


def test_entries_of_one_key_are_created_side_by_side(correlations: Module, org: Org) -> None:
    entries = [org.link(description=description, config=BARE) for description in ("a", "b")]
    assert correlations(correlations=entries)["summary"] == summary(created=2)
    assert sorted(row.description for row in org.rows()) == ["a", "b"]


def test_what_content_leaves_is_matched_one_to_one(correlations: Module, org: Org) -> None:
    same, other = org.add(description="same"), org.add(description="old")
    entries = [org.link(description="new", config=BARE), org.link(description="same", config=BARE)]
    result = correlations(correlations=entries)
    assert result["summary"] == summary(updated=1, unchanged=1) and result["entries"][0]["uid"] == other
    assert (org.row(same).description, org.row(other).description) == ("same", "new")


def test_a_tie_goes_by_uid_and_is_warned_about(correlations: Module, org: Org) -> None:
    low, high = sorted([org.add(description="1"), org.add(description="2")])
    entries = [org.link(description="a", config=BARE), org.link(description="b", config=BARE)]
    announced, result = correlations.check(correlations=entries), correlations.once(correlations=entries)
    assert announced.warnings == result.warnings and len(result.warnings) == 1
    assert result.warnings[0].startswith("entry 1 (Logs to traces), entry 2 (Logs to traces): ")
    assert "order of their uids" in result.warnings[0]
    assert result["summary"] == summary(updated=2)
    assert (org.row(low).description, org.row(high).description) == ("a", "b")
    assert correlations(correlations=entries)["summary"] == summary(unchanged=2)


def test_more_entries_than_correlations(correlations: Module, org: Org) -> None:
    uid = org.add(description="b")
    entries = [org.link(description=description, config=BARE) for description in ("a", "b", "c")]
    assert correlations(correlations=entries)["summary"] == summary(created=2, unchanged=1)
    assert org.row(uid).description == "b" and len(org.rows()) == 3


def test_an_entry_without_field_takes_what_the_others_leave(correlations: Module, org: Org) -> None:
    first, second = org.add(config={"field": "a"}), org.add(config={"field": "b"})
    entries = [
        org.link(config={"target": {}}, description="any"),
        org.link(config={"field": "a", "target": {}}, description="of a"),
    ]
    result = correlations(correlations=entries)
    assert result["summary"] == summary(updated=2)
    assert (org.row(first).description, org.row(second).description) == ("of a", "any")


def test_a_correlation_that_is_claimed_is_not_deleted(correlations: Module, org: Org) -> None:
    kept, doomed = org.add(description="kept"), org.add(config={"field": "another"})
    entries = [{"state": "absent", **org.link(config=None)}, org.link(description="kept", config=BARE)]
    result = correlations(correlations=entries)
    assert result["summary"] == summary(deleted=1, unchanged=1)
    assert org.only().uid == kept and result["entries"][0]["uid"] == doomed


def test_a_correlation_that_is_ignored_is_not_deleted(correlations: Module, org: Org) -> None:
    kept = org.add(description="whatever")
    org.add(config={"field": "another"})
    entries = [{"state": "absent", **org.link(config=None)}, {"state": "ignored", **org.link(config=BARE)}]
    result = correlations(correlations=entries)
    assert result["summary"] == summary(deleted=1, ignored=1) and org.only().uid == kept


def test_ignored_correlations_are_left_as_they_are(correlations: Module, org: Org) -> None:
    uids = sorted([org.add(description="a"), org.add(description="b", config={"field": "another"})])
    result = correlations(correlations=[{"state": "ignored", **org.link(config=None, description="c")}])
    assert result["summary"] == summary(ignored=1) and result["entries"] == []
    assert sorted(row.uid for row in org.rows()) == uids


def test_what_is_ignored_need_not_exist(correlations: Module, org: Org) -> None:
    entries = [
        {"state": "ignored", **org.link()},
        {"state": "ignored", **org.link(source="nowhere")},
        {"state": "ignored", "uid": "unknown", **org.link()},
    ]
    assert correlations(correlations=entries)["summary"] == summary(ignored=3)


# Duplicates


def test_duplicates_in_a_list(correlations: Module, org: Org) -> None:
    uids = sorted(org.add() for _time in range(2))
    result = correlations.refuses(correlations=[org.link(config=BARE)])
    assert result.codes == ["duplicates"] and result.msg.startswith("entry 1 (Logs to traces): ")
    assert "uids %s)" % ", ".join(uids) in result.msg and "set on_duplicate: remove" in result.msg
    result = correlations(correlations=[org.link(config=BARE)], on_duplicate="remove")
    assert result["summary"] == summary(deleted=1, unchanged=1)
    assert org.only().uid in uids


def test_ambiguous_ones_in_a_list(correlations: Module, org: Org) -> None:
    uids = sorted([org.add(description="a"), org.add(description="b")])
    result = correlations.refuses(correlations=[org.link(description="c", config=BARE)], on_duplicate="remove")
    assert result.codes == ["ambiguous"] and result.msg.startswith("entry 1 (Logs to traces): ")
    assert "differ in description (uids %s)" % ", ".join(uids) in result.msg


# Threads and connections


def test_every_thread_keeps_one_connection(correlations: Module, org: Org, counters: Simulator) -> None:
    entries = [org.link(label="Link %d" % number, config=BARE) for number in range(40)]
    counters.set(latency_ms=20)
    counters.reset_counts()
    correlations.once(correlations=entries, concurrency=4)
    counts = counters.counts()
    assert 1 < counts.most_in_flight <= 4
    assert counts.connections <= 5  # the reading one, and one for each thread
    assert len(org.rows()) == 40


@pytest.mark.parametrize(("concurrency", "most"), [(1, 1), (16, 16)])
def test_concurrency_is_bounded(
    correlations: Module, org: Org, counters: Simulator, concurrency: int, most: int
) -> None:
    entries = [org.link(label="Link %d" % number, config=BARE) for number in range(40)]
    counters.set(latency_ms=20)
    counters.reset_counts()
    correlations.once(correlations=entries, concurrency=concurrency)
    assert counters.counts().most_in_flight <= most
    assert len(org.rows()) == 40


def test_updates_that_get_a_false_404_all_land(correlations: Module, org: Org, faults: Simulator) -> None:
    """Servers on SQLite answer 404 to some parallel PATCHes of correlations that exist, and do not change these."""
    for number in range(60):
        org.add(label="Link %d" % number)
    faults.set(busy="always", busy_share=0.2)
    entries = [org.link(label="Link %d" % number, description="new", config=BARE) for number in range(60)]
    result = correlations.once(correlations=entries, concurrency=8)
    assert result["summary"] == summary(updated=60)
    assert [row.description for row in org.rows()] == ["new"] * 60


# Entries with a uid beside others


@pytest.mark.parametrize("state", ["present", "ignored"])
def test_what_is_there_by_uid_is_not_made_again_by_its_key(correlations: Module, org: Org, state: str) -> None:
    uid = org.add()
    link = org.link(config=BARE)
    pinned = {**link, "uid": uid, "state": state}
    result = correlations.refuses(correlations=[pinned, link])
    assert result.codes == ["duplicate_entry"] and result["errors"][0]["position"] == 2
    assert "entry 1 (Logs to traces)" in result.msg and "by its uid" in result.msg
    assert correlations(correlations=[pinned, {**link, "description": "another"}])["summary"]["created"] == 1
