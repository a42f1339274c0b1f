# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A map of links as a Mermaid flowchart. Pure.

The text is for Mermaid 10, 11 and 12 with their default limits, which GitHub and GitLab do not let anybody change: 500
arrows and 50,000 characters. More is an error there.
"""

from __future__ import annotations

import collections
import re
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._entry import ABSENT, IGNORED, PRESENT
from ansible_collections.crosslink.grafana.plugins.module_utils._text import one_line, shortened
from ansible_collections.crosslink.grafana.plugins.plugin_utils._links import DANGLING, PROVISIONED, STATES, Link, Place
from ansible_collections.crosslink.grafana.plugins.plugin_utils._map_arrows import Arrow, arrows_of

MERGE_ABOVE = 40  # arrows: more of them cannot be read
NOTHING = '""'
LONGEST_TEXT, LONGEST_ID = 50, 20  # characters
MOST_ARROWS, MOST_CHARACTERS = 450, 45_000  # the rest is for the legend and the styles

# The arrow of each state, its line style, and its text in the legend.
_ARROWS = {
    PRESENT: ("-->", "", ""),
    PROVISIONED: ("==>", "", "provisioned"),
    DANGLING: ("-.-x", "stroke:#e5534b,stroke-width:2px", "data source missing"),
    IGNORED: ("-.-o", "stroke:#8c959f,stroke-width:2px", "ignored"),
    ABSENT: ("-.-x", "stroke:#8c959f,stroke-width:2px", "absent"),
}
# The class of nodes for types of data sources that contain one of these words; the first one that fits.
_WORDS = {
    "logs": ("loki", "elasticsearch", "opensearch", "logs", "splunk"),
    "traces": ("tempo", "jaeger", "zipkin", "x-ray", "traces"),
    "profiles": ("pyroscope", "phlare", "parca"),
    "metrics": ("prometheus", "mimir", "graphite", "influxdb", "opentsdb", "cloudwatch", "metrics"),
    "database": ("sql", "postgres", "clickhouse", "oracle", "mongo", "bigquery", "athena", "snowflake"),
}
# The shape and the colors of each class of nodes. Colors are for light and dark backgrounds.
_CLASSES = {
    "logs": ("[%s]", "fill:#dbeafe,stroke:#3b82f6,color:#111827"),
    "traces": ("([%s])", "fill:#ede9fe,stroke:#8b5cf6,color:#111827"),
    "profiles": ("[[%s]]", "fill:#fce7f3,stroke:#ec4899,color:#111827"),
    "metrics": ("{{%s}}", "fill:#ffedd5,stroke:#f97316,color:#111827"),
    "database": ("[(%s)]", "fill:#dcfce7,stroke:#22c55e,color:#111827"),
    "other": ("[%s]", "fill:#f3f4f6,stroke:#6b7280,color:#111827"),
    "missing": ("[%s]", "fill:#ffffff,stroke:#d1242f,color:#d1242f,stroke-dasharray:5 3"),
    "url": ("[/%s/]", "fill:#fef9c3,stroke:#ca8a04,color:#111827"),
}
_BOX = "fill:none,stroke:#8c959f"

# What is written as itself: letters, digits, spaces, commas, and some punctuation between letters or digits. Everything
# else has its number, so that no text ends its quotes, or is a tag, Markdown, a comment or a directive. Mermaid takes
# "direction LR" for a directive even within quotes.
_ESCAPED = re.compile(r"[^0-9A-Za-z ,\u00a1-\U0010ffff]|d(?=irection )")
_PLAIN = re.compile(r"(?<=[0-9A-Za-z])[-._/](?=[0-9A-Za-z])")
# What Mermaid looks for after it has replaced the numbers, unless something is in between: icons, formulas, line
# breaks, and what it writes in place of the numbers meanwhile.
_PAIRS = re.compile(r":(?=fa-)|\$(?=\$)|\\(?=n)|\ufb02(?=\u00b0)|\u00b6(?=\u00df)")
_WORD_JOINER = "\u2060"  # has no width


def flowchart(links: t.Iterable[Link], merge_above: int) -> tuple[str, int]:
    """The flowchart of links in any order, and the number of links for which Mermaid has no room.

    See ``arrows_of`` for ``merge_above``. The same links always give the same text.
    """
    arrows = arrows_of(links, merge_above)
    names = _names({place for arrow in arrows for place in (arrow.source, arrow.target)})
    nodes = {place: _node(place, name) for place, name in names.items()}
    drawn = {arrow: _drawn(arrow, names) for arrow in arrows}
    shown = _fitting(drawn, nodes)
    left_out = sum(arrow.count for arrow in arrows) - sum(arrow.count for arrow in shown)
    ends = {place for arrow in shown for place in (arrow.source, arrow.target)}
    places = [place for place in names if place in ends]

    lines = ["flowchart LR"]
    lines += ["  " + nodes[place] for place in places if not place.is_host]
    lines += _box("urls", "URLs", [nodes[place] for place in places if place.is_host])
    lines += ["  " + drawn[arrow] for arrow in shown]
    states = [state for state in STATES if state != PRESENT and any(arrow.state == state for arrow in shown)]
    legend = ["direction LR"] if states else []
    legend += ["key_%s(( )) %s key_%s_(( ))" % (state, _arrow(state, _ARROWS[state][2]), state) for state in states]
    if left_out:
        legend.append("key_more[%s]" % quoted("links not shown: %d" % left_out))
    lines += _box("legend", "Legend", legend)
    lines += _line_styles([*(arrow.state for arrow in shown), *states])
    for name, (_shape, style) in _CLASSES.items():
        members = [names[place] for place in places if _class(place) == name]
        if members:
            lines += ["  classDef %s %s" % (name, style), "  class %s %s" % (",".join(members), name)]
    return "\n".join(lines) + "\n", left_out


def quoted(text: str) -> str:
    """The text in quotes, on one line, shortened, and with the numbers of all characters that can mean something."""
    text = shortened(" ".join(one_line(text).split()), LONGEST_TEXT)
    text = _PAIRS.sub(lambda match: match[0] + _WORD_JOINER, text)
    plain = {match.start() for match in _PLAIN.finditer(text)}
    return '"%s"' % _ESCAPED.sub(lambda match: match[0] if match.start() in plain else "#%d;" % ord(match[0]), text)


def _names(places: t.Iterable[Place]) -> dict[Place, str]:
    """The ids of the nodes. Their prefixes make sure that none is a word of Mermaid, such as ``end``."""
    found: dict[Place, str] = {}
    counts: collections.Counter[str] = collections.Counter()
    for place in sorted(places):
        words = "_".join(re.findall("[0-9a-z]+", place.name.lower()))[:LONGEST_ID]
        name = ("url_" if place.is_host else "ds_") + words
        counts[name] += 1
        found[place] = name if counts[name] == 1 else "%s__%d" % (name, counts[name])
    return found


def _class(place: Place) -> str:
    if place.is_host:
        return "url"
    if place.is_missing:
        return "missing"
    kind = place.kind.lower()
    return next((name for name, words in _WORDS.items() if any(word in kind for word in words)), "other")


def _node(place: Place, name: str) -> str:
    """The name of the place, and its kind unless the name contains it."""
    text = quoted(place.name)
    text = quoted("unknown") if text == NOTHING else text
    kind = re.sub("^grafana-|-datasource$", "", place.kind)
    if kind.lower() not in place.name.lower():
        text = "%s<br>%s" % (text[:-1], quoted(kind)[1:])
    return name + _CLASSES[_class(place)][0] % text


def _arrow(state: str, text: str) -> str:
    text = quoted(text)
    return _ARROWS[state][0] + ("" if text == NOTHING else "|%s|" % text)


def _drawn(arrow: Arrow, names: t.Mapping[Place, str]) -> str:
    return "%s %s %s" % (names[arrow.source], _arrow(arrow.state, arrow.text), names[arrow.target])


def _box(name: str, title: str, lines: t.Sequence[str]) -> list[str]:
    """A box around these lines, unless there are none."""
    if not lines:
        return []
    inner = ["    " + line for line in lines]
    return ['  subgraph %s ["%s"]' % (name, title), *inner, "  end", "  style %s %s" % (name, _BOX)]


def _line_styles(states: t.Sequence[str]) -> list[str]:
    """The styles of arrows, which Mermaid counts from 0 in the order in which they are written."""
    numbers: dict[str, list[str]] = {}
    for number, state in enumerate(states):
        if _ARROWS[state][1]:
            numbers.setdefault(_ARROWS[state][1], []).append(str(number))
    return ["  linkStyle %s %s" % (",".join(of_style), style) for style, of_style in numbers.items()]


def _fitting(drawn: t.Mapping[Arrow, str], nodes: t.Mapping[Place, str]) -> list[Arrow]:
    """The arrows for which Mermaid has room, in their order: those with the most links."""
    fitting: set[Arrow] = set()
    ends: set[Place] = set()
    size = 0
    for arrow in sorted(drawn, key=lambda arrow: -arrow.count):
        new = {arrow.source, arrow.target} - ends
        # Beside its own line, a node is in that of its class, and an arrow in that of its style.
        size += len(drawn[arrow]) + 10 + sum(len(nodes[place]) + LONGEST_ID + 20 for place in new)
        if size > MOST_CHARACTERS or len(fitting) == MOST_ARROWS:
            break
        fitting.add(arrow)
        ends |= new
    return [arrow for arrow in drawn if arrow in fitting]
