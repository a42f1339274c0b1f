# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Data sources: by UID and by name, names that are hard to put into a URL, and data sources that are not there."""

from __future__ import annotations

import pytest

from tests.support.grafana import Org
from tests.support.modules import Module, Result
from tests.support.simulator import Simulator

AWKWARD = [
    "a/b",
    "a?b=c",
    "a#b",
    "100%",
    "%2F",
    "a b",
    "Zwölf Läuse",
    "a\\b",
    "a&b;c",
    "日志",
    "..x",
    "+1",
    'a"b',
    "{{ x }}",
]


def assert_missing(result: Result, org: Org, role: str, name: str) -> None:
    """The failure over one data source that is missing."""
    assert result.codes == ["data_source_not_found"]
    assert "%s data source '%s' does not exist%s" % (role, name, org.where) in result.msg


# Names and UIDs


@pytest.mark.smoke
def test_names_instead_of_uids(correlation: Module, org: Org) -> None:
    assert correlation(**org.link(source=org.loki.name, target=org.tempo.name)).changed
    assert (org.only().source, org.only().target) == (org.loki.uid, org.tempo.uid)
    assert not correlation(**org.link()).changed
    assert correlation(state="absent", **org.link(source=org.loki.name, target=org.tempo.name)).changed
    assert org.rows() == []


@pytest.mark.parametrize(("source", "target"), [("uid", "name"), ("name", "uid")])
def test_one_as_name_and_one_as_uid(correlation: Module, org: Org, source: str, target: str) -> None:
    org.add(description="old")
    options = org.link(source=getattr(org.loki, source), target=getattr(org.tempo, target), config=None)
    assert correlation(description="new", **options).changed
    assert org.only().description == "new"


def test_a_uid_wins_over_an_equal_name_as_source(correlation: Module, org: Org) -> None:
    named = org.add_data_source_as(uid=org.prefix + "-named", name=org.loki.uid)
    assert correlation(**org.link()).changed
    assert org.only().source == org.loki.uid
    org.add(source=named, label="Of the other")
    assert not correlation(state="absent", **org.link(label="Of the other")).changed
    assert correlation(state="absent", **org.link()).changed
    assert org.labels() == ["Of the other"]


def test_a_uid_wins_over_an_equal_name_as_target(correlation: Module, org: Org) -> None:
    org.add_data_source_as(uid=org.prefix + "-named", name=org.tempo.uid)
    assert correlation(**org.link()).changed
    assert org.only().target == org.tempo.uid


@pytest.mark.databases
def test_names_are_exact(correlation: Module, org: Org) -> None:
    """Another case is another name, though the message proposes what may be meant; MySQL finds it all the same."""
    for wrong in (org.loki.name.upper(), org.loki.name + " ", org.loki.name[1:]):
        result = correlation.refuses(**org.link(source=wrong))
        assert_missing(result, org, "source", wrong)
        assert "%s (did you mean '%s'" % (org.where, org.loki.name) in result.msg
    assert org.rows() == []


@pytest.mark.parametrize("name", AWKWARD)
def test_an_awkward_name_reaches_its_own_data_source(correlation: Module, org: Org, name: str) -> None:
    source = org.add_data_source_as(uid=org.prefix + "-awkward", name=name + org.prefix)
    target = org.add_data_source_as(uid=org.prefix + "-awkward-target", name=org.prefix + name, type="tempo")
    result = correlation(**org.link(source=source.name, target=target.name))
    assert result.changed and (org.only().source, org.only().target) == (source.uid, target.uid)
    assert correlation(state="absent", **org.link(source=source.name, target=target.name)).changed
    assert org.rows() == []


@pytest.mark.parametrize("uid", AWKWARD)
@pytest.mark.not_on_apis("a label there cannot hold such a UID")
def test_an_awkward_uid_reaches_its_own_data_source(
    correlation: Module, org: Org, internals: Simulator, uid: str
) -> None:
    """Versions before 9 allowed any uid, and such data sources are still around."""
    for number, given in enumerate((uid, uid + "-2")):
        internals.seed(datasources=[{"uid": given, "name": "Awkward %d" % number, "orgId": org.id}])
    result = correlation(**org.link(source=uid, target=uid + "-2"))
    assert result.changed
    assert correlation(description="new", **org.link(source=uid, target=uid + "-2")).changed
    rows = [row for row in internals.state()["rows"] if row["sourceUID"] == uid]
    assert [(row["targetUID"], row["description"]) for row in rows] == [(uid + "-2", "new")]
    assert correlation(state="absent", **org.link(source=uid, target=uid + "-2")).changed
    assert not [row for row in internals.state()["rows"] if row["sourceUID"] == uid]


def test_data_sources_beyond_the_end_of_the_list_are_found(correlation: Module, org: Org, internals: Simulator) -> None:
    """Grafana cuts the list of data sources without a word."""
    internals.set(datasource_limit=1)
    assert correlation(**org.link(source=org.tempo.name, target=org.pyroscope.name)).changed
    assert (org.only().source, org.only().target) == (org.tempo.uid, org.pyroscope.uid)
    assert not correlation(**org.link(source=org.tempo.uid, target=org.pyroscope.uid)).changed


# Missing ones


def test_a_missing_source_is_named(correlation: Module, org: Org) -> None:
    assert_missing(correlation.refuses(**org.link(source="nowhere")), org, "source", "nowhere")


def test_a_missing_target_is_named(correlation: Module, org: Org) -> None:
    assert_missing(correlation.refuses(**org.link(target="nowhere")), org, "target", "nowhere")


def test_both_missing_are_named(correlation: Module, org: Org) -> None:
    result = correlation.refuses(**org.link(source="nowhere", target="elsewhere"))
    assert result.codes == ["data_source_not_found"] * 2
    for role, name in (("source", "nowhere"), ("target", "elsewhere")):
        assert "%s data source '%s' does not exist%s" % (role, name, org.where) in result.msg


def test_names_that_are_near_are_proposed(correlation: Module, org: Org) -> None:
    name = org.tempo.name
    wrong = name.replace("Traces", "Tarces")
    result = correlation.refuses(**org.link(target=wrong))
    assert_missing(result, org, "target", wrong)
    assert "%s (did you mean '%s'" % (org.where, name) in result.msg


def test_uids_that_are_near_are_proposed(correlation: Module, org: Org) -> None:
    wrong = org.tempo.uid.replace("traces", "tarces")
    result = correlation.refuses(**org.link(target=wrong))
    assert org.where + " (did you mean " in result.msg and "'%s'" % org.tempo.uid in result.msg


def test_a_missing_target_of_an_existing_label_is_named(correlation: Module, org: Org) -> None:
    """Correlations of the same source, label and field do not hide the error."""
    org.add()
    assert_missing(correlation.refuses(**org.link(target="nowhere")), org, "target", "nowhere")


@pytest.mark.parametrize("role", ["source", "target"])
def test_nothing_is_to_be_removed_where_a_data_source_is_missing(correlation: Module, org: Org, role: str) -> None:
    org.add()
    result = correlation(state="absent", **org.link(**{role: "nowhere"}))
    assert not result.changed and len(org.rows()) == 1


def test_a_data_source_of_another_organization_is_missing(correlation: Module, org: Org, internals: Simulator) -> None:
    internals.seed(datasources=[{"uid": "of-the-first", "name": "Of the first"}])
    for given in ("of-the-first", "Of the first"):
        assert_missing(correlation.refuses(**org.link(target=given)), org, "target", given)


@pytest.mark.parametrize("name", ["-- Mixed --", "-- Grafana --"])
def test_grafanas_own_pseudo_sources_are_missing(correlation: Module, org: Org, name: str) -> None:
    assert_missing(correlation.refuses(**org.link(target=name)), org, "target", name)


@pytest.mark.generation(12)
@pytest.mark.not_on_apis("they are visible there")
def test_a_correlation_whose_target_went_is_gone_for_grafana_too(correlation: Module, org: Org) -> None:
    """Grafana hides it everywhere: nothing can be removed, and a new one needs the target."""
    org.add()
    org.delete_data_source(org.tempo)
    assert org.rows() == []
    assert not correlation(state="absent", **org.link()).changed
    assert_missing(correlation.refuses(**org.link()), org, "target", org.tempo.uid)


@pytest.mark.generation(12)
def test_a_hidden_correlation_that_comes_back_is_found_again(correlation: Module, org: Org) -> None:
    uid = org.add()
    org.delete_data_source(org.tempo)
    org.add_data_source_as(org.tempo.uid, org.tempo.name, org.tempo.type)
    result = correlation(**org.link(config={"field": "message"}))
    assert not result.changed and org.only().uid == uid
