# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several correlations of one key, which Grafana allows: true duplicates, and some that differ."""

from __future__ import annotations

import pytest

from tests.support.grafana import Org
from tests.support.modules import Module, Result


def assert_duplicates(result: Result, uids: list[str]) -> None:
    """The failure over several correlations that are equal."""
    assert result.codes == ["duplicates"] and "uids %s)" % ", ".join(uids) in result.msg
    assert result.msg.startswith("%d correlations " % len(uids)) and "set on_duplicate: remove" in result.msg


def assert_ambiguous(result: Result, members: str, uids: list[str]) -> None:
    """The failure over several correlations that match and differ in these members."""
    assert result.codes == ["ambiguous"] and result.msg.startswith("%d correlations " % len(uids))
    assert "differ in %s (uids %s)" % (members, ", ".join(uids)) in result.msg


# Equal in everything


def test_duplicates_fail_and_are_named(correlation: Module, org: Org) -> None:
    uids = sorted(org.add(description="same") for _time in range(3))
    assert_duplicates(correlation.refuses(**org.link(config={"field": "message"})), uids)
    assert_duplicates(correlation.refuses(**org.link(config={"field": "message"}, description="new")), uids)


@pytest.mark.parametrize("description", ["same", "new"])
def test_all_but_one_of_the_duplicates_are_removed(correlation: Module, org: Org, description: str) -> None:
    uids = {org.add(description="same", config={"target": {"query": "x"}}) for _time in range(3)}
    other = org.add(label="Another", description="same", config={"target": {"query": "x"}})
    result = correlation(on_duplicate="remove", **org.link(config={"field": "message"}, description=description))
    kept = next(row for row in org.rows() if row.label == "Logs to traces")
    assert sorted(row.uid for row in org.rows()) == sorted([kept.uid, other])
    assert kept.uid in uids and kept.description == description
    assert set(result["removed"]) == uids - {kept.uid}
    assert result["correlation"]["uid"] == kept.uid


def test_removing_duplicates_leaves_a_single_one_alone(correlation: Module, org: Org) -> None:
    org.add()
    assert not correlation(on_duplicate="remove", **org.link(config={"field": "message"})).changed
    assert len(org.rows()) == 1


@pytest.mark.parametrize("member", ["description", "target", "editor", "field"])
def test_a_correlation_that_differs_is_never_deleted_as_a_duplicate(correlation: Module, org: Org, member: str) -> None:
    for _time in range(2):
        org.add(description="a", config={"target": {"query": "x"}})
    changed = {
        "description": {"description": "b", "config": {"target": {"query": "x"}}},
        "target": {"description": "a", "config": {"target": {"query": "y"}}},
        "editor": {"description": "a", "config": {"target": {"query": "x", "datasource": {"uid": "z"}}}},
        "field": {"description": "a", "config": {"target": {"query": "x"}, "field": "another"}},
    }[member]
    different = org.add(**changed)
    result = correlation.run(
        on_duplicate="remove", **org.link(description="a", config={"field": "message", "target": {"query": "x"}})
    )
    left = [row.uid for row in org.rows()]
    assert different in left
    # What the editor adds is no reason to choose between them.
    assert (result.failed, len(left)) == ((True, 3) if member == "editor" else (False, 2))


def test_duplicates_are_removed_with_their_key(correlation: Module, org: Org) -> None:
    uids = {org.add() for _time in range(3)}
    result = correlation(state="absent", **org.link(config=None))
    assert set(result["removed"]) == uids and org.rows() == []


def test_a_uid_is_never_a_duplicate(correlation: Module, org: Org) -> None:
    uids = [org.add() for _time in range(2)]
    assert correlation(uid=uids[0], description="new").changed
    assert (org.row(uids[0]).description, org.row(uids[1]).description) == ("new", "")


# Different


def test_different_ones_are_ambiguous(correlation: Module, org: Org) -> None:
    uids = sorted([org.add(description="a"), org.add(description="b")])
    for on_duplicate in ("fail", "remove"):
        result = correlation.refuses(on_duplicate=on_duplicate, **org.link(config={"field": "message"}))
        assert_ambiguous(result, "description", uids)
        result = correlation.refuses(
            on_duplicate=on_duplicate, **org.link(config={"field": "message"}, description="c")
        )
        assert_ambiguous(result, "description", uids)


def test_all_that_differs_is_named(correlation: Module, org: Org) -> None:
    uids = sorted(
        [
            org.add(description="a", config={"field": "a"}),
            org.add(description="b", config={"field": "b", "target": {"query": "b"}}),
        ]
    )
    result = correlation.refuses(**org.link(config=None))
    assert_ambiguous(result, "description, config.field, config.target", uids)


@pytest.mark.generation(12)
def test_transformations_that_differ_are_named(correlation: Module, org: Org) -> None:
    uids = sorted([org.add(), org.add(config={"transformations": [{"type": "logfmt"}]})])
    assert_ambiguous(correlation.refuses(**org.link(config=None)), "config.transformations", uids)


def test_the_one_that_equals_all_that_is_given_is_the_one(correlation: Module, org: Org) -> None:
    org.add(description="a")
    uid = org.add(description="b")
    org.add(description="c")
    result = correlation(**org.link(config={"field": "message"}, description="b"))
    assert not result.changed and result["correlation"]["uid"] == uid
    assert len(org.rows()) == 3


def test_the_one_that_equals_by_its_query_is_the_one(correlation: Module, org: Org) -> None:
    org.add(config={"target": {"query": "a"}})
    uid = org.add(config={"target": {"query": "b"}})
    result = correlation(**org.link(config={"field": "message", "target": {"query": "b"}}))
    assert not result.changed and result["correlation"]["uid"] == uid


def test_several_that_equal_all_that_is_given_and_differ_are_ambiguous(correlation: Module, org: Org) -> None:
    uids = sorted(
        [
            org.add(description="b", config={"target": {"query": "x"}}),
            org.add(description="b", config={"target": {"query": "y"}}),
        ]
    )
    org.add(description="c")
    for on_duplicate in ("fail", "remove"):
        result = correlation.refuses(
            on_duplicate=on_duplicate, **org.link(config={"field": "message"}, description="b")
        )
        assert_ambiguous(result, "config.target", uids)


def test_without_a_field_ones_of_several_fields_are_ambiguous(correlation: Module, org: Org) -> None:
    uids = sorted([org.add(config={"field": "a"}), org.add(config={"field": "b"})])
    assert_ambiguous(correlation.refuses(**org.link(config=None)), "config.field", uids)
    assert not correlation(**org.link(config={"field": "a"})).changed


def test_a_uid_resolves_what_is_ambiguous(correlation: Module, org: Org) -> None:
    org.add(description="a")
    uid = org.add(description="b")
    assert correlation(uid=uid, **org.link(config=None, description="c")).changed
    assert sorted(row.description for row in org.rows()) == ["a", "c"]


def test_removing_takes_only_what_fits_everything_given(correlation: Module, org: Org) -> None:
    uid, other = org.add(description="a"), org.add(description="b")
    result = correlation(state="absent", **org.link(config=None, description="a"))
    assert result["removed"] == [uid] and org.only().uid == other
    assert len(result.warnings) == 1 and "uid '%s'" % other in result.warnings[0]
