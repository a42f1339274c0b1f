# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One correlation, pinned by its uid."""

from __future__ import annotations

import typing as t

import pytest

from tests.support.grafana import Org
from tests.support.modules import Module, Result
from tests.support.simulator import Simulator


def assert_moved(result: Result, uid: str, member: str, now: str, wanted: str) -> None:
    """The failure of an entry that gives the correlation another source, target or type."""
    assert result.codes == ["immutable"]
    assert "'%s'" % uid in result.msg and "%s (is '%s', wanted '%s')" % (member, now, wanted) in result.msg


def test_the_uid_alone_finds_it(correlation: Module, org: Org) -> None:
    uid = org.add(description="old", config={"target": {"query": "stays"}})
    other = org.add()
    result = correlation(uid=uid, description="new")
    assert result.changed and result["correlation"]["uid"] == uid
    assert (org.row(uid).description, org.row(uid).label, org.row(uid).query) == (
        "new",
        "Logs to traces",
        {"query": "stays"},
    )
    assert org.row(other).description == ""


def test_the_label_and_the_field_of_a_pinned_one_can_change(correlation: Module, org: Org) -> None:
    uid = org.add()
    assert correlation(uid=uid, label="Another", config={"field": "another"}).changed
    assert (org.only().uid, org.only().label, org.only().field) == (uid, "Another", "another")
    assert correlation(uid=uid, label="").changed
    assert org.only().label == ""


def test_with_all_that_it_is(correlation: Module, org: Org) -> None:
    uid = org.add(config={"target": {"query": "${traceID}"}})
    assert not correlation(uid=uid, type="query", **org.link()).changed


def test_source_and_target_may_be_names(correlation: Module, org: Org) -> None:
    uid = org.add()
    result = correlation(uid=uid, source=org.loki.name, target=org.tempo.name, description="new")
    assert result.changed and org.row(uid).description == "new"


@pytest.mark.parametrize("with_source", [True, False], ids=["with source", "without source"])
def test_another_target_is_refused(correlation: Module, org: Org, with_source: bool) -> None:
    uid = org.add()
    source = org.loki.uid if with_source else None
    result = correlation.refuses(uid=uid, source=source, target=org.pyroscope.uid, description="new")
    assert_moved(result, uid, "target", org.tempo.uid, org.pyroscope.uid)


def test_another_target_by_name_is_refused(correlation: Module, org: Org) -> None:
    uid = org.add()
    result = correlation.refuses(uid=uid, target=org.pyroscope.name)
    assert_moved(result, uid, "target", org.tempo.uid, org.pyroscope.uid)


def test_another_source_is_refused(correlation: Module, org: Org) -> None:
    """Whether the source lists the correlation or not, it is not one of that source."""
    uid = org.add()
    result = correlation.refuses(uid=uid, source=org.prometheus.uid, description="new")
    assert "'%s'" % uid in result.msg
    assert org.prometheus.uid in result.msg
    # where only the lists of the sources given are read, it is not found at all
    assert result.codes in (["immutable"], ["correlation_not_found"])
    assert "add the new one" in result.msg and "remove the old" in result.msg


def test_another_type_is_refused(correlation: Module, org: Org) -> None:
    uid = org.add()
    result = correlation.refuses(uid=uid, type="external", config={"target": {"url": "https://example.com"}})
    assert_moved(result, uid, "type", "query", "external")
    assert (
        correlation.refuses(uid=uid, config={"type": "external", "target": {"url": "https://example.com"}}).msg
        == result.msg
    )


@pytest.mark.generation(12)
def test_an_external_one_keeps_its_type_without_saying_so(correlation: Module, org: Org) -> None:
    uid = org.add(type="external", config={"target": {"url": "https://old.example.com"}})
    assert correlation(uid=uid, config={"target": {"url": "https://new.example.com"}}).changed
    assert (org.only().type, org.only().query) == ("external", {"url": "https://new.example.com"})
    assert_moved(correlation.refuses(uid=uid, type="query"), uid, "type", "external", "query")


@pytest.mark.generation(12)
def test_a_pinned_external_one_keeps_a_url(correlation: Module, org: Org) -> None:
    uid = org.add(type="external", config={"target": {"url": "https://old.example.com"}})
    result = correlation.refuses(uid=uid, config={"target": {"ur": "https://new.example.com"}})
    assert result.codes == ["missing_option"] and "config.target.url is missing" in result.msg


@pytest.mark.not_on_apis("a uid that is not there is created")
def test_an_unknown_uid_is_no_reason_to_add_one(correlation: Module, org: Org) -> None:
    org.add()
    result = correlation.refuses(uid="unheard-of", **org.link())
    assert result.codes == ["correlation_not_found"]
    assert "uid 'unheard-of' that starts from %s;" % org.loki.uid in result.msg
    result = correlation.refuses(uid="unheard-of", description="x")
    assert result.codes == ["correlation_not_found"] and "uid 'unheard-of';" in result.msg


def test_an_unknown_uid_is_gone_already(correlation: Module, org: Org) -> None:
    uid = org.add()
    assert not correlation(state="absent", uid="unheard-of").changed
    assert not correlation(state="absent", uid="unheard-of", source=org.loki.uid).changed
    assert org.only().uid == uid


def test_removing_by_uid(correlation: Module, org: Org) -> None:
    uid, other = org.add(), org.add()
    result = correlation(state="absent", uid=uid)
    assert result.changed and result["removed"] == [uid] and org.only().uid == other


def test_removing_by_uid_and_source(correlation: Module, org: Org) -> None:
    uid, other = org.add(), org.add()
    assert correlation(state="absent", uid=uid, source=org.loki.name).changed
    assert org.only().uid == other


@pytest.mark.parametrize("what", ["label", "target", "field"])
def test_removing_by_uid_leaves_what_does_not_fit_everything_given(correlation: Module, org: Org, what: str) -> None:
    uid = org.add()
    more = {
        "label": {"label": "Another"},
        "target": {"target": org.pyroscope.uid},
        "field": {"config": {"field": "another"}},
    }[what]
    result = correlation(state="absent", uid=uid, **more)
    assert not result.changed and org.only().uid == uid
    assert len(result.warnings) == 1
    assert "uid '%s'" % uid in result.warnings[0] and "only the key" in result.warnings[0]


@pytest.mark.parametrize("uid", [".", "..", "a/b", "?", "#", "%2e", "ä ö", "a&b"])
def test_a_uid_that_no_path_can_carry_reaches_nothing_else(
    correlation: Module, connection: dict[str, t.Any], org: Org, uid: str
) -> None:
    """``DELETE .../uid/S/correlations/..`` would be ``DELETE .../uid/S/``: the data source itself."""
    org.add()
    # on /apis a uid that is not taken may be chosen, but not this one
    is_choice = connection.get("api") == "apis" and uid in (".", "..")
    for options in ({}, {"source": org.loki.uid}):
        result = correlation.refuses(uid=uid, description="x", **options)
        assert (
            result.codes == ["invalid_value" if is_choice else "correlation_not_found"] and "'%s'" % uid in result.msg
        )
        assert not correlation(state="absent", uid=uid, **options).changed
    assert len(org.rows()) == 1
    assert org.grafana.ask("GET", "api", "datasources", "uid", org.loki.uid, org=org.id)["uid"] == org.loki.uid


@pytest.mark.parametrize("uid", ["", ".", ".."])
def test_a_source_that_no_path_can_carry_reaches_nothing_else(correlation: Module, org: Org, uid: str) -> None:
    existing = org.add()
    result = correlation.refuses(**org.link(source=uid))
    if uid == "":
        assert result.codes == ["empty_option"] and "source" in result.msg
    else:
        assert result.codes == ["data_source_not_found"]
        assert "source data source '%s' does not exist%s" % (uid, org.where) in result.msg
    if uid:
        assert not correlation(state="absent", **org.link(source=uid)).changed
        assert not correlation(state="absent", uid=existing, source=uid).changed
        assert correlation.refuses(uid=existing, source=uid).failed
    assert org.only().uid == existing


@pytest.mark.parametrize("uid", ["", ".", ".."])
def test_a_target_that_no_path_can_carry_is_missing(correlation: Module, org: Org, uid: str) -> None:
    result = correlation.refuses(**org.link(target=uid))
    if uid == "":
        assert result.codes == ["empty_option"] and "target" in result.msg
    else:
        assert result.codes == ["data_source_not_found"]
        assert "target data source '%s' does not exist%s" % (uid, org.where) in result.msg


def test_an_empty_uid_is_an_error_and_no_reason_to_take_the_key(correlation: Module, org: Org) -> None:
    existing = org.add()
    for options in (org.link(), {"state": "absent", "source": org.loki.uid}):
        result = correlation.refuses(uid="", **options)
        assert result.codes == ["empty_option"] and "uid" in result.msg
    assert org.only().uid == existing


@pytest.mark.not_on_apis("a uid that is not there is created")
def test_a_uid_of_another_organization_is_not_found(correlation: Module, org: Org, internals: Simulator) -> None:
    """Two organizations of the simulator; correlations of one are nothing to the other."""
    existing = org.add()
    assert not correlation(state="absent", uid=existing, org_id=1).changed
    result = correlation.refuses(uid=existing, org_id=1, description="x")
    assert result.codes == ["correlation_not_found"] and "uid '%s';" % existing in result.msg
    assert org.only().uid == existing
