# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of definitions and the rules for them."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._connection import Connection
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Origin
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Mistake
from ansible_collections.crosslink.grafana.plugins.module_utils._list import check_rules, lists_of, read_definitions
from ansible_collections.crosslink.grafana.plugins.module_utils._plan import Rules
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import as_user, connection

GOOD = {"source": "loki", "target": "tempo", "label": "L", "config": {"target": {}}}
DOLLARS = "it contains '$$': only Grafana's own provisioning files double the dollar sign, here it is written '$'"
VARIABLE = Origin(variable="grafana_correlations_list_a")
TEAM, OTHER = Origin(file="team.yml"), Origin(file="other.json")


def test_an_empty_list():
    found = read_definitions([(Origin(), [])])
    assert (found.entries, found.mistakes, found.warnings, found.count) == ([], [], [], 0)


def test_entries_are_numbered_through_and_placed_in_their_lists():
    lists = [(VARIABLE, [GOOD, {**GOOD, "label": ""}]), (TEAM, [GOOD]), (OTHER, [{**GOOD, "label": "M"}, {**GOOD, "label": "7"}])]
    found = read_definitions(lists)
    assert [(one.number, one.place, one.origin) for one in found.entries] == [
        (1, "grafana_correlations_list_a[0] (L)", VARIABLE),
        (2, "grafana_correlations_list_a[1]", Origin(2, variable="grafana_correlations_list_a")),
        (3, "team.yml entry 1 (L)", TEAM),
        (4, "other.json entry 1 (M)", OTHER),
        (5, "other.json entry 2 (7)", Origin(2, file="other.json")),
    ]
    assert (found.count, found.mistakes, found.warnings) == (5, [], [])


def test_entries_are_whole():
    [mistake] = read_definitions([(Origin(), [{**GOOD, "uid": "u1", "label": None}])]).mistakes
    assert mistake == (1, 'entry 1: label is missing (an empty one is written label: "")')
    assert read_definitions([(Origin(), [{**GOOD, "state": "ignored"}])]).entries[0].state == "ignored"


def test_all_mistakes_with_their_places():
    long = {"label": "x" * 70, "source": "loki", "colour": 1, "config": {"target": {}}}
    lists = [(Origin(), [GOOD, None, long]), (TEAM, ["text", GOOD, {**GOOD, "state": "gone"}])]
    found = read_definitions(lists)
    place = "entry 3 (%s...)" % ("x" * 60)
    assert found.mistakes == [
        (2, "entry 2: it must be a mapping, not null"),
        (3, place + ": colour is no option of a correlation"),
        (
            3,
            place + ": target is missing: a correlation of type query needs the UID or the name of a data source (a link to a URL is type: external)",
        ),
        (4, "team.yml entry 1: it must be a mapping, not text"),
        (6, "team.yml entry 3 (L): state is 'gone' but must be one of present, absent, ignored"),
    ]
    assert [(one.number, one.is_wrong) for one in found.entries] == [(1, False), (3, True), (5, False)]
    assert found.count == 6


def test_a_label_of_60_characters_is_shown_whole():
    assert read_definitions([(Origin(), [{**GOOD, "label": "x" * 60}])]).entries[0].place == "entry 1 (%s)" % ("x" * 60)


def test_warnings_with_their_places():
    found = read_definitions([(TEAM, [{**GOOD, "description": "$${x}"}, {**GOOD, "description": "$${x}", "colour": 1}])])
    assert found.warnings == ["team.yml entry 1 (L), team.yml entry 2 (L): %s." % DOLLARS]


def test_lists_by_their_variables():
    counts = [{"variable": "a", "count": 2}, {"variable": "b", "count": 0}, {"variable": "c", "count": 1}]
    expected = [(Origin(variable="a"), [1, 2]), (Origin(variable="b"), []), (Origin(variable="c"), [3])]
    assert lists_of([1, 2, 3], counts) == expected
    assert lists_of([1, 2], None) == lists_of([1, 2], []) == [(Origin(), [1, 2])]


@pytest.mark.parametrize("count", [1, 3])
def test_origins_of_other_lists(count):
    with pytest.raises(Mistake, match="^origins are of %d entries, but correlations has 2: leave origins out.$" % count):
        lists_of([1, 2], [{"variable": "a", "count": count}])


# Rules


def refused(connection_: Connection | None = None, count: int = 1, concurrency: int = 4, **rules: t.Any) -> str:
    with pytest.raises(Mistake) as caught:
        check_rules(Rules(**rules), count, concurrency, connection_ or connection())
    return str(caught.value)


@pytest.mark.parametrize("concurrency", [1, 4, 16])
def test_concurrency(concurrency):
    check_rules(Rules(), 0, concurrency, connection())


@pytest.mark.parametrize("concurrency", [0, -1, 17])
def test_concurrency_out_of_range(concurrency):
    assert refused(concurrency=concurrency) == "concurrency is %d but must be from 1 to 16." % concurrency


@pytest.mark.parametrize("prune", ["none", "all", "dangling"])
def test_prune_sources_without_prune_of_sources(prune):
    assert refused(prune=prune, prune_sources=["loki"]) == "prune_sources only goes with prune: sources."


def test_prune_sources():
    check_rules(Rules(prune="sources", prune_sources=["loki"]), 0, 4, connection())


def test_negative_deletions():
    assert refused(max_deletions=-1) == "max_deletions must not be negative."
    check_rules(Rules(max_deletions=0), 1, 4, connection())


@pytest.mark.parametrize("prune, which", [("all", "every correlation"), ("dangling", "every dangling correlation")])
def test_an_empty_list_that_would_delete_everything(prune, which):
    assert refused(count=0, prune=prune) == (
        "An empty list with prune: %s would delete %s: if that is meant, set max_deletions to how many there may be." % (prune, which)
    )
    check_rules(Rules(prune=prune, max_deletions=0), 0, 4, connection())
    check_rules(Rules(prune=prune), 1, 4, connection())


@pytest.mark.parametrize("prune", ["none", "sources"])
def test_other_empty_lists(prune):
    check_rules(Rules(prune=prune), 0, 4, as_user())


@pytest.mark.parametrize("prune", ["all", "dangling"])
def test_a_user_has_to_say_which_organisation_is_pruned(prune):
    sentence = "prune: %s with a user needs org_id or org_name, because a user's current organisation is whatever the web page has last chosen."
    assert refused(as_user(), prune=prune) == sentence % prune
    assert refused(connection(headers={"X-WEBAUTH-USER": "me"}, by_token=False), prune=prune) == sentence % prune
    for wish in ({"org_id": 1}, {"org_name": "Main Org."}):
        check_rules(Rules(prune=prune), 1, 4, as_user(**wish))
