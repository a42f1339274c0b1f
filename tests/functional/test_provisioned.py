# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Correlations that come from a provisioning file, which the API can neither change nor delete."""

from __future__ import annotations

import typing as t

import pytest

from tests.support.grafana import DataSource, Org
from tests.support.modules import Module
from tests.support.simulator import Simulator

WHICH = "correlation 'Logs to traces' (uid '%s')"


class Provisioned(t.NamedTuple):
    """A read-only correlation, and the data source that it starts from."""

    uid: str
    source: DataSource


@pytest.fixture
def provisioned(org: Org, request: pytest.FixtureRequest) -> Provisioned:
    """On 12.4 a POST can make one; on 9.4 it is the data source that is provisioned, which no request can make."""
    if org.generation != 9:
        return Provisioned(org.add(description="from a file", provisioned=True), org.loki)
    internals: Simulator = request.getfixturevalue("internals")
    source = DataSource(org.prefix + "-file", "File " + org.prefix, "loki")
    internals.seed(
        datasources=[{"uid": source.uid, "name": source.name, "orgId": org.id, "readOnly": True}],
        rows=[
            {
                "sourceUID": source.uid,
                "targetUID": org.tempo.uid,
                "label": "Logs to traces",
                "description": "from a file",
                "config": {"field": "message"},
            }
        ],
    )
    org.data_sources.append(source)
    return Provisioned(org.only().uid, source)


def test_an_equal_one_is_unchanged(correlation: Module, org: Org, provisioned: Provisioned) -> None:
    for options in ({}, {"description": "from a file"}, {"uid": provisioned.uid}):
        assert not correlation(
            **org.link(source=provisioned.source.uid, config={"field": "message"}, **options)
        ).changed


@pytest.mark.not_on_apis("the manager is named")
def test_one_that_differs_fails_before_anything_is_written(
    correlation: Module, org: Org, provisioned: Provisioned
) -> None:
    result = correlation.refuses(
        **org.link(source=provisioned.source.uid, config={"field": "message"}, description="new")
    )
    assert result.codes == ["provisioned"] and WHICH % provisioned.uid in result.msg
    assert "differs in description" in result.msg and "set on_provisioned: skip" in result.msg


@pytest.mark.not_on_apis("the manager is named")
def test_one_that_is_to_be_removed_fails(correlation: Module, org: Org, provisioned: Provisioned) -> None:
    for options in (org.link(source=provisioned.source.uid, config=None), {"uid": provisioned.uid}):
        result = correlation.refuses(state="absent", **options)
        assert result.codes == ["provisioned"] and WHICH % provisioned.uid in result.msg
        assert "to be removed" in result.msg and "set on_provisioned: skip" in result.msg


@pytest.mark.not_on_apis("the manager is named")
def test_one_that_differs_is_skipped_with_a_warning(correlation: Module, org: Org, provisioned: Provisioned) -> None:
    result = correlation(
        on_provisioned="skip", **org.link(source=provisioned.source.uid, config={"field": "message"}, description="new")
    )
    assert not result.changed and org.row(provisioned.uid).description == "from a file"
    assert len(result.warnings) == 1 and result.warnings[0].startswith("Skipped: ")
    assert WHICH % provisioned.uid in result.warnings[0] and "differs in description" in result.warnings[0]
    assert result["diff"]["before"] == result["diff"]["after"]


@pytest.mark.not_on_apis("the manager is named")
def test_one_that_is_to_be_removed_is_skipped_with_a_warning(
    correlation: Module, org: Org, provisioned: Provisioned
) -> None:
    result = correlation(state="absent", on_provisioned="skip", **org.link(source=provisioned.source.uid, config=None))
    assert not result.changed and result["removed"] == [] and org.row(provisioned.uid)
    assert len(result.warnings) == 1 and result.warnings[0].startswith("Skipped: ")
    assert WHICH % provisioned.uid in result.warnings[0] and "to be removed" in result.warnings[0]


@pytest.mark.generation(12)
def test_a_correlation_can_be_added_to_a_provisioned_data_source(
    correlation: Module, org: Org, internals: Simulator
) -> None:
    internals.seed(datasources=[{"uid": "read-only", "orgId": org.id, "readOnly": True}])
    assert correlation(**org.link(source="read-only")).changed
    assert correlation(**org.link(source="read-only", description="new")).changed
    assert correlation(state="absent", **org.link(source="read-only")).changed


@pytest.mark.generation(9)
@pytest.mark.parametrize("by", ["uid", "name"])
def test_nothing_can_be_added_to_a_provisioned_data_source(
    correlation: Module, org: Org, provisioned: Provisioned, by: str
) -> None:
    source = getattr(provisioned.source, by)
    result = correlation.refuses(**org.link(source=source, label="New"))
    assert result.codes == ["provisioned"] and "source '%s'" % provisioned.source.uid in result.msg
    assert "set on_provisioned: skip" in result.msg
    skipped = correlation(on_provisioned="skip", **org.link(source=source, label="New"))
    assert not skipped.changed
    assert len(skipped.warnings) == 1
    assert skipped.warnings[0].startswith("Skipped: source '%s' is provisioned" % provisioned.source.uid)


@pytest.mark.generation(12)
def test_a_provisioned_duplicate_is_the_one_that_is_kept(
    correlation: Module, org: Org, provisioned: Provisioned
) -> None:
    own = org.add(description="from a file")
    result = correlation(on_duplicate="remove", **org.link(config={"field": "message"}))
    assert result["removed"] == [own] and org.only().uid == provisioned.uid


@pytest.mark.not_on_apis("the manager is named")
def test_in_a_list_all_are_named_before_anything_is_written(
    correlations: Module, org: Org, provisioned: Provisioned
) -> None:
    entries = [
        org.link(label="New"),
        org.link(source=provisioned.source.uid, description="other", config={"field": "message", "target": {}}),
        org.link(label="Newer"),
    ]
    result = correlations.refuses(correlations=entries)
    assert result.codes == ["provisioned"] and result.msg.startswith("entry 2 (Logs to traces): ")
    assert WHICH % provisioned.uid in result.msg and "differs in description" in result.msg
    removing = [{"state": "absent", **org.link(source=provisioned.source.uid, config=None)}, org.link(label="New")]
    result = correlations.refuses(correlations=removing)
    assert result.codes == ["provisioned"] and result.msg.startswith("entry 1 (Logs to traces): ")
    assert WHICH % provisioned.uid in result.msg and "to be removed" in result.msg


@pytest.mark.not_on_apis("the manager is named")
def test_in_a_list_it_is_skipped_and_the_rest_is_done(correlations: Module, org: Org, provisioned: Provisioned) -> None:
    entries = [
        org.link(source=provisioned.source.uid, description="other", config={"field": "message", "target": {}}),
        org.link(label="New"),
    ]
    result = correlations(correlations=entries, on_provisioned="skip")
    assert (result["summary"]["created"], result["summary"]["skipped"], result.msg) == (
        1,
        1,
        "1 created; 1 read-only, left",
    )
    skipped = next(item for item in result["entries"] if item["action"] == "skipped")
    reason = skipped.pop("reason")
    assert reason.startswith("it is provisioned and differs in description")
    assert skipped == {"number": 1, "label": "Logs to traces", "action": "skipped", "uid": provisioned.uid}
    left, made = result["diff"]
    assert left["before"] == left["after"] and left["before"]["source"] == provisioned.source.name
    assert left["prepared"].startswith("--- left (Logs to traces: %s → " % provisioned.source.name)
    assert left["prepared"].endswith(", field message): %s\n\n" % reason)
    assert made["after_header"].startswith("create (New: ")
    assert "\n- left `Logs to traces`: `%s` → " % provisioned.source.name in result["report"]
    assert result["report"].endswith(", because `%s`" % reason)
    assert org.labels() == ["Logs to traces", "New"]
    assert len(result.warnings) == 1 and result.warnings[0].startswith("entry 1 (Logs to traces): skipped: ")
    assert WHICH % provisioned.uid in result.warnings[0] and "differs in description" in result.warnings[0]


def test_pruning_leaves_it(correlations: Module, org: Org, provisioned: Provisioned) -> None:
    if provisioned.source == org.loki:
        org.add(label="Doomed")
    result = correlations(correlations=[], prune="sources", prune_sources=[provisioned.source.name, org.loki.name])
    assert result["summary"]["deleted"] == (1 if provisioned.source == org.loki else 0)
    assert org.only().uid == provisioned.uid


def test_info_tells_them_apart(info: Module, org: Org, provisioned: Provisioned) -> None:
    own = org.add(source=org.tempo, target=org.loki, label="Mine")
    for wanted, uid in ((True, provisioned.uid), (False, own)):
        found = [
            item["uid"]
            for item in info.once(provisioned=wanted)["correlations"]
            if item["sourceUID"].startswith(org.prefix)
        ]
        assert found == [uid]
