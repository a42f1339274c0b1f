# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One correlation, pinned by its uid."""

from __future__ import annotations

import typing as t

import pytest

from tests.support.grafana import Org
from tests.support.modules import Module
from tests.support.stand_in import StandIn

NO_SUCH = (
    "There is no correlation with uid '%s'%s; leave uid out to add a new one (its source, target and type cannot change: "
    "to move it, add the new one and remove the old)."
)
MOVED = (
    "Of the correlation with uid '%s' the %s, and that cannot be changed in place: "
    "add the new one without uid, and remove the old with state: absent."
)


def test_the_uid_alone_finds_it(correlation: Module, org: Org) -> None:
    uid = org.add(description="old", config={"target": {"query": "stays"}})
    other = org.add()
    result = correlation(uid=uid, description="new")
    assert result.changed and result["correlation"]["uid"] == uid
    assert (org.row(uid).description, org.row(uid).label, org.row(uid).query) == ("new", "Logs to traces", {"query": "stays"})
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
    assert result.msg == MOVED % (uid, "target is '%s', not '%s'" % (org.tempo.uid, org.pyroscope.uid))


def test_another_target_by_name_is_refused(correlation: Module, org: Org) -> None:
    uid = org.add()
    result = correlation.refuses(uid=uid, target=org.pyroscope.name)
    assert result.msg == MOVED % (uid, "target is '%s', not '%s'" % (org.tempo.uid, org.pyroscope.uid))


def test_another_source_is_refused(correlation: Module, org: Org) -> None:
    """Whether the source lists the row or not, it is not one of that source."""
    uid = org.add()
    result = correlation.refuses(uid=uid, source=org.prometheus.uid, description="new")
    assert "uid '%s'" % uid in result.msg
    assert org.prometheus.uid in result.msg
    assert "add the new one" in result.msg and "remove the old" in result.msg


def test_another_type_is_refused(correlation: Module, org: Org) -> None:
    uid = org.add()
    result = correlation.refuses(uid=uid, type="external", config={"target": {"url": "https://example.com"}})
    assert result.msg == MOVED % (uid, "type is 'query', not 'external'")
    assert correlation.refuses(uid=uid, config={"type": "external", "target": {"url": "https://example.com"}}).msg == result.msg


@pytest.mark.generation(12)
def test_an_external_one_keeps_its_type_without_saying_so(correlation: Module, org: Org) -> None:
    uid = org.add(type="external", config={"target": {"url": "https://old.example.com"}})
    assert correlation(uid=uid, config={"target": {"url": "https://new.example.com"}}).changed
    assert (org.only().type, org.only().query) == ("external", {"url": "https://new.example.com"})
    assert correlation.refuses(uid=uid, type="query").msg == MOVED % (uid, "type is 'external', not 'query'")


@pytest.mark.generation(12)
def test_a_pinned_external_one_keeps_a_url(correlation: Module, org: Org) -> None:
    uid = org.add(type="external", config={"target": {"url": "https://old.example.com"}})
    result = correlation.refuses(uid=uid, config={"target": {"ur": "https://new.example.com"}})
    assert result.msg == "config.target.url is missing: a correlation of type external needs the URL that it opens."


def test_an_unknown_uid_is_no_reason_to_add_one(correlation: Module, org: Org) -> None:
    org.add()
    assert correlation.refuses(uid="unheard-of", **org.link()).msg == NO_SUCH % ("unheard-of", " that starts at %s" % org.loki.uid)
    assert correlation.refuses(uid="unheard-of", description="x").msg == NO_SUCH % ("unheard-of", "")


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
    more = {"label": {"label": "Another"}, "target": {"target": org.pyroscope.uid}, "field": {"config": {"field": "another"}}}[what]
    result = correlation(state="absent", uid=uid, **more)
    assert not result.changed and org.only().uid == uid
    assert result.warnings == ["Left in place: uid '%s', which is not what the definition describes; give only the key to remove it anyway." % uid]


@pytest.mark.parametrize("uid", [".", "..", "a/b", "?", "#", "%2e", "ä ö", "a&b"])
def test_a_uid_that_no_path_can_carry_reaches_nothing_else(correlation: Module, connection: dict[str, t.Any], org: Org, uid: str) -> None:
    """``DELETE .../uid/S/correlations/..`` would be ``DELETE .../uid/S/``: the data source itself."""
    org.add()
    sentence = "There is no correlation with uid '%s'" % uid
    if connection.get("api") == "apis" and uid in (".", ".."):
        sentence = "Uid is '%s', which no URL can carry." % uid  # there a uid that is not taken may be chosen, but not this one
    for options in ({}, {"source": org.loki.uid}):
        assert correlation.refuses(uid=uid, description="x", **options).msg.startswith(sentence)
        assert not correlation(state="absent", uid=uid, **options).changed
    assert len(org.rows()) == 1
    assert org.grafana.ask("GET", "api", "datasources", "uid", org.loki.uid, org=org.id)["uid"] == org.loki.uid


@pytest.mark.parametrize("uid", ["", ".", ".."])
def test_a_source_that_no_path_can_carry_reaches_nothing_else(correlation: Module, org: Org, uid: str) -> None:
    existing = org.add()
    sentence = "Source is empty." if uid == "" else "The source data source '%s' does not exist%s." % (uid, org.where)
    assert correlation.refuses(**org.link(source=uid)).msg == sentence
    if uid:
        assert not correlation(state="absent", **org.link(source=uid)).changed
        assert not correlation(state="absent", uid=existing, source=uid).changed
        assert correlation.refuses(uid=existing, source=uid).failed
    assert org.only().uid == existing


@pytest.mark.parametrize("uid", ["", ".", ".."])
def test_a_target_that_no_path_can_carry_is_missing(correlation: Module, org: Org, uid: str) -> None:
    sentence = "Target is empty." if uid == "" else "The target data source '%s' does not exist%s." % (uid, org.where)
    assert correlation.refuses(**org.link(target=uid)).msg == sentence


def test_an_empty_uid_is_a_mistake_and_no_reason_to_take_the_key(correlation: Module, org: Org) -> None:
    existing = org.add()
    assert correlation.refuses(uid="", **org.link()).msg == "Uid is empty."
    assert correlation.refuses(state="absent", uid="", source=org.loki.uid).msg == "Uid is empty."
    assert org.only().uid == existing


def test_a_uid_of_another_organisation_is_not_found(correlation: Module, org: Org, internals: StandIn) -> None:
    """Two organisations of the stand-in; correlations of one are nothing to the other."""
    existing = org.add()
    assert not correlation(state="absent", uid=existing, org_id=1).changed
    assert correlation.refuses(uid=existing, org_id=1, description="x").msg == NO_SUCH % (existing, "")
    assert org.only().uid == existing
