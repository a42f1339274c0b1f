# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The arrows of a map."""

from __future__ import annotations

import random
import typing as t

from ansible_collections.crosslink.grafana.plugins.plugin_utils._links import Link, Place
from ansible_collections.crosslink.grafana.plugins.plugin_utils._map_arrows import Arrow, arrows_of

LOKI, LOKI_2 = Place(False, "Loki", "loki"), Place(False, "Loki 2", "loki")
TEMPO, TEMPO_2 = Place(False, "Tempo", "tempo"), Place(False, "Tempo 2", "tempo")
MANY = 1000


def link(
    source: Place = LOKI, target: Place = TEMPO, label: str = "L", field: str = "f", state: str = "present"
) -> Link:
    return Link(source, target, label, field, "", state)


def texts(links: t.Sequence[Link], merge_above: int) -> list[str]:
    return [arrow.text for arrow in arrows_of(links, merge_above)]


def test_each_label_is_an_arrow():
    assert arrows_of([link(label="b"), link(label="a")], MANY) == [
        Arrow(LOKI, TEMPO, "present", "a", 1),
        Arrow(LOKI, TEMPO, "present", "b", 1),
    ]


def test_fields_are_told_where_the_label_alone_does_not_tell_them():
    assert texts([link(field="b"), link(field="a"), link(field="a")], MANY) == ["L (a, b)"]
    assert texts([link(label="")], MANY) == [" (f)"]
    assert texts([link(field=""), link(field="")], MANY) == ["L"]
    assert texts([link(label="", field="")], MANY) == [""]


def test_many_fields_are_shortened():
    [text] = texts([link(field="field%d" % number) for number in range(9)], MANY)
    assert text == "L (field0, field1, field2, field3...)"


def test_states_have_arrows_of_their_own():
    found = arrows_of(
        [link(state=state) for state in ("absent", "provisioned", "present", "ignored", "dangling")], MANY
    )
    assert [arrow.state for arrow in found] == ["present", "provisioned", "dangling", "ignored", "absent"]


def test_too_many_are_merged_by_their_ends():
    links = [link(label="a"), link(label="b", state="provisioned"), link(TEMPO, LOKI, "back")]
    assert texts(links, 3) == ["a", "b", "back"]
    assert arrows_of(links, 2) == [
        Arrow(LOKI, TEMPO, "present", "2 links, 1 provisioned", 2),
        Arrow(TEMPO, LOKI, "present", "back", 1),
    ]


def test_merged_links_that_share_a_state_keep_it():
    links = [link(label="a", state="provisioned"), link(label="b", state="provisioned")]
    assert arrows_of(links, 1) == [Arrow(LOKI, TEMPO, "provisioned", "2 links", 2)]


def test_still_too_many_are_merged_by_the_kind_of_their_ends():
    links = [
        link(LOKI, TEMPO),
        link(LOKI_2, TEMPO_2),
        link(LOKI, Place(True, "a.example.com")),
        link(LOKI_2, Place(True, "b.example.com")),
        link(LOKI, Place(False, "x", is_missing=True), state="dangling"),
        link(LOKI_2, Place(False, "y", is_missing=True), state="dangling"),
        link(Place(False, "of unknown kind"), TEMPO),
        link(Place(False, "another"), Place(False, "Orders", "mysql")),
    ]
    assert len(texts(links, 8)) == 8
    loki, tempo = Place(False, "2 data sources", "loki"), Place(False, "2 data sources", "tempo")
    assert arrows_of(links, 7) == [
        Arrow(loki, Place(False, "2 data sources", is_missing=True), "dangling", "2 links", 2),
        Arrow(loki, tempo, "present", "2 links", 2),
        Arrow(loki, Place(True, "2 hosts"), "present", "2 links", 2),
        Arrow(Place(False, "another"), Place(False, "Orders", "mysql"), "present", "L", 1),
        Arrow(Place(False, "of unknown kind"), tempo, "present", "L", 1),
    ]


def test_the_order_of_the_links_makes_no_difference():
    chance = random.Random(1)
    links = [
        link(LOKI if number % 3 else LOKI_2, TEMPO if number % 2 else TEMPO_2, "L%d" % (number % 4), "f%d" % number)
        for number in range(60)
    ]
    for merge_above in (0, 4, MANY):
        expected = arrows_of(links, merge_above)
        for _time in range(5):
            chance.shuffle(links)
            assert arrows_of(links, merge_above) == expected
