# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The arrows of a map, no more of them than can be read. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._entry import PRESENT
from ansible_collections.crosslink.grafana.plugins.module_utils._text import shortened
from ansible_collections.crosslink.grafana.plugins.plugin_utils._links import STATES, Link, Place

LONGEST_FIELDS = 30  # characters


@dataclasses.dataclass(frozen=True)
class Arrow:
    """``count`` links from one place to another. ``state`` is PRESENT where they have several."""

    source: Place
    target: Place
    state: str
    text: str
    count: int


def arrows_of(links: t.Iterable[Link], merge_above: int) -> list[Arrow]:
    """The arrows for links in any order.

    If there would be more than ``merge_above``, links between the same two places become one arrow; if there are still
    more, places of one kind become one place.
    """
    links = sorted(links, key=lambda link: link.order)
    arrows = [_of_one_label(group) for group in _grouped(links, "source", "target", "state", "label")]
    if len(arrows) > merge_above:
        arrows = [_of_two_places(group) for group in _grouped(links, "source", "target")]
    if len(arrows) > merge_above:
        arrows = [_of_two_places(group) for group in _grouped(_between_kinds(links), "source", "target")]
    return arrows


def _grouped(links: t.Iterable[Link], *names: str) -> t.Iterable[list[Link]]:
    """The links that share these members, in the order of the first of each group."""
    groups: dict[tuple[t.Any, ...], list[Link]] = {}
    for link in links:
        groups.setdefault(tuple(getattr(link, name) for name in names), []).append(link)
    return groups.values()


def _of_one_label(links: t.Sequence[Link]) -> Arrow:
    """Explore gives links of several fields one label by default, so only these need their fields."""
    first, text = links[0], links[0].label
    fields = ", ".join(dict.fromkeys(link.field for link in links if link.field))
    if fields and (len(links) > 1 or not text):
        text = "%s (%s)" % (text, shortened(fields, LONGEST_FIELDS))
    return Arrow(first.source, first.target, first.state, text, len(links))


def _of_two_places(links: t.Sequence[Link]) -> Arrow:
    first, text = links[0], links[0].label
    counts = {state: sum(link.state == state for link in links) for state in STATES}
    is_mixed = counts[first.state] < len(links)
    if len(links) > 1:
        text = "%d links" % len(links)
        if is_mixed:
            text += "".join(
                ", %d %s" % (counts[state], state) for state in STATES if state != PRESENT and counts[state]
            )
    return Arrow(first.source, first.target, PRESENT if is_mixed else first.state, text, len(links))


def _between_kinds(links: t.Sequence[Link]) -> list[Link]:
    """The links with one place for all data sources of a kind, one for all hosts, and one for all that are missing."""
    groups: dict[tuple[bool, str, bool], set[Place]] = {}
    for place in {place for link in links for place in (link.source, link.target)}:
        groups.setdefault((place.is_host, place.kind, place.is_missing), set()).add(place)
    merged: dict[Place, Place] = {}
    for (is_host, kind, is_missing), places in groups.items():
        if len(places) > 1 and (is_host or kind or is_missing):
            what = "hosts" if is_host else "data sources"
            merged.update(dict.fromkeys(places, Place(is_host, "%d %s" % (len(places), what), kind, is_missing)))
    found = [
        dataclasses.replace(
            link, source=merged.get(link.source, link.source), target=merged.get(link.target, link.target)
        )
        for link in links
    ]
    return sorted(found, key=lambda link: link.order)
