# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links as a Mermaid flowchart.

Mermaid 10.9, 11.17 and 12.3 were found to read all of 10,000 charts with the words of HOSTILE in any order, and to show
these texts as they are. What they were given is written down here.
"""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.plugin_utils._links import Link, Place
from ansible_collections.crosslink.grafana.plugins.plugin_utils._mermaid import flowchart, quoted

LOKI, TEMPO = Place(False, "Logs", "loki"), Place(False, "Traces", "tempo")
HOSTILE = (
    '"',
    "'",
    "`",
    "[](){}<>|",
    "#quot;",
    "#35;",
    ";",
    ":::",
    "<script>alert(1)</script>",
    "&lt;",
    "**",
    "_",
    "-->",
    "-.-x",
    "---",
    "%%{init: {}}%%",
    "end",
    "subgraph",
    "style a:b#c;",
    "classDef x:#fff;",
    "direction LR",
    "fa:fa-car",
    "1. ",
    "- ",
    "https://www.example.com/",
    "$$x$$",
    "\\n",
    "\n",
    "\0",
    "\u2028",
    "\ud800",
    "\ufb02\u00b0lt\u00b6\u00df",
    "\U0001f680",
)
# A line of a chart. Between quotes there is nothing that means something to Mermaid, but the numbers of characters.
TEXT = r'"(?:[0-9A-Za-z ,\u00a1-\U0010ffff]|(?<=[0-9A-Za-z])[-._/](?=[0-9A-Za-z]|#100;)|#\d+;|<br>)+"'
NODE = r"(?:ds|url|key)_\w*(?:\[%s\]|\(\[%s\]\)|\[\[%s\]\]|\{\{%s\}\}|\[\(%s\)\]|\[/%s/\])" % ((TEXT,) * 6)
ARROW = r"(?:-->|==>|-\.-x|-\.-o)(?:\|%s\|)?" % TEXT
LINE = re.compile(
    r"flowchart LR|  (?:  )?%(node)s|  \w+ %(arrow)s \w+|    key_\w+\(\( \)\) %(arrow)s key_\w+_\(\( \)\)"
    r'|  subgraph (?:urls|legend) \["(?:URLs|Legend)"\]|    direction LR|  end|  style \w+ [\w:#,]+'
    r"|  linkStyle [\d,]+ [\w:#,-]+|  classDef \w+ [\w:#, -]+|  class [\w,]+ \w+" % {"node": NODE, "arrow": ARROW},
    re.ASCII,
)


def link(
    source: Place = LOKI, target: Place = TEMPO, label: str = "L", field: str = "f", state: str = "present"
) -> Link:
    return Link(source, target, label, field, "", state)


def chart(*links: Link, merge_above: int = 40) -> list[str]:
    text, left_out = flowchart(links, merge_above)
    assert text.endswith("\n") and not left_out
    return text.splitlines()


def test_a_chart_with_everything():
    host, gone = Place(True, "tickets.example.com"), Place(False, "gone", is_missing=True)
    assert flowchart(
        [
            link(label="Logs to trace"),
            link(label="From a file", state="provisioned"),
            link(target=gone, state="dangling"),
            link(target=host, label="Ticket"),
            link(TEMPO, LOKI, state="absent"),
            link(TEMPO, LOKI, state="ignored"),
        ],
        40,
    ) == (
        """\
flowchart LR
  ds_logs["Logs<br>loki"]
  ds_traces(["Traces<br>tempo"])
  ds_gone["gone"]
  subgraph urls ["URLs"]
    url_tickets_example_com[/"tickets.example.com"/]
  end
  style urls fill:none,stroke:#8c959f
  ds_logs -->|"Logs to trace"| ds_traces
  ds_logs ==>|"From a file"| ds_traces
  ds_logs -.-x|"L"| ds_gone
  ds_logs -->|"Ticket"| url_tickets_example_com
  ds_traces -.-o|"L"| ds_logs
  ds_traces -.-x|"L"| ds_logs
  subgraph legend ["Legend"]
    direction LR
    key_provisioned(( )) ==>|"provisioned"| key_provisioned_(( ))
    key_dangling(( )) -.-x|"data source missing"| key_dangling_(( ))
    key_ignored(( )) -.-o|"ignored"| key_ignored_(( ))
    key_absent(( )) -.-x|"absent"| key_absent_(( ))
  end
  style legend fill:none,stroke:#8c959f
  linkStyle 2,7 stroke:#e5534b,stroke-width:2px
  linkStyle 4,5,8,9 stroke:#8c959f,stroke-width:2px
  classDef logs fill:#dbeafe,stroke:#3b82f6,color:#111827
  class ds_logs logs
  classDef traces fill:#ede9fe,stroke:#8b5cf6,color:#111827
  class ds_traces traces
  classDef missing fill:#ffffff,stroke:#d1242f,color:#d1242f,stroke-dasharray:5 3
  class ds_gone missing
  classDef url fill:#fef9c3,stroke:#ca8a04,color:#111827
  class url_tickets_example_com url
""",
        0,
    )


def test_the_legend_has_only_what_occurs():
    assert "Legend" not in "".join(chart(link(), link(target=Place(True, "example.com"))))
    found = chart(link(state="provisioned"))
    assert [line for line in found if "key_" in line] == [
        '    key_provisioned(( )) ==>|"provisioned"| key_provisioned_(( ))'
    ]


def test_nothing():
    assert chart() == ["flowchart LR"]


@pytest.mark.parametrize(
    ("kind", "node"),
    [
        ("elasticsearch", '["N<br>elasticsearch"]'),
        ("grafana-opensearch-datasource", '["N<br>opensearch"]'),
        ("jaeger", '(["N<br>jaeger"])'),
        ("grafana-pyroscope-datasource", '[["N<br>pyroscope"]]'),
        ("prometheus", '{{"N<br>prometheus"}}'),
        ("grafana-postgresql-datasource", '[("N<br>postgresql")]'),
        ("yesoreyeram-infinity-datasource", '["N<br>yesoreyeram-infinity"]'),
        ("", '["N"]'),
        ('"]', '["N<br>#34;#93;"]'),
    ],
)
def test_the_shape_and_second_line_of_a_kind(kind, node):
    place = Place(False, "N", kind)
    assert chart(link(place, place))[1] == "  ds_n" + node


def test_a_name_that_contains_the_kind_needs_no_second_line():
    assert chart(link(Place(False, "Prod Loki", "loki")))[1] == '  ds_prod_loki["Prod Loki"]'


def test_what_has_no_name():
    assert chart(link(Place(False, ""), Place(True, "\n")))[1:4] == [
        '  ds_["unknown"]',
        '  subgraph urls ["URLs"]',
        '    url_[/"unknown"/]',
    ]


def test_what_has_no_label():
    assert '  ds_logs -->|"#40;f#41;"| ds_traces' in chart(link(label=""))
    assert "  ds_logs --> ds_traces" in chart(link(label=" ", field=""))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Logs to trace, 5 of them", "Logs to trace, 5 of them"),
        ("prod-eu.example.com/a_b", "prod-eu.example.com/a_b"),
        ("- a", "#45; a"),
        ("1. a", "1#46; a"),
        ("_a_", "#95;a#95;"),
        ('say "a"', "say #34;a#34;"),
        ("#quot;", "#35;quot#59;"),
        ("<b>&lt;", "#60;b#62;#38;lt#59;"),
        ("a|b`c`", "a#124;b#96;c#96;"),
        ("[](){}", "#91;#93;#40;#41;#123;#125;"),
        ("%%{init: {}}%%", "#37;#37;#123;init#58; #123;#125;#125;#37;#37;"),
        ("style a:b#c;", "style a#58;b#35;c#59;"),
        ("direction  LR", "#100;irection LR"),
        ("directions", "directions"),
        ("fa:fa-car", "fa#58;\u2060fa-car"),
        ("$$x$", "#36;\u2060#36;x#36;"),
        ("a\\n", "a#92;\u2060n"),
        ("\ufb02\u00b0lt\u00b6\u00df", "\ufb02\u2060\u00b0lt\u00b6\u2060\u00df"),
        (" a \r\n\t b\0c\u2028d\u200be\ud800f ", "a b c d e f"),
        ("Stra\u00dfe \u65e5\u8a8c \U0001f680", "Stra\u00dfe \u65e5\u8a8c \U0001f680"),
        ("x" * 60, "x" * 50 + "#46;#46;#46;"),
        ("", ""),
    ],
)
def test_text_in_quotes(text, written):
    assert quoted(text) == '"%s"' % written


def test_names_that_differ_have_ids_that_differ():
    names = ["end", "A B", "a-b", "a_b", "", "!", "\u65e5", "ds_", "x" * 90, "x" * 91, "2"]
    found = chart(*(link(Place(False, name), Place(True, name)) for name in names), merge_above=99)
    ids = [match[1] for line in found if (match := re.match(r" +(\w+)\[", line))]
    assert len(set(ids)) == len(ids) == 2 * len(names)
    assert {"ds_end", "ds_a_b", "ds_a_b__2", "ds_a_b__3", "ds_", "ds___2", "ds_2", "url_end"} <= set(ids)


def test_another_link_leaves_the_lines_of_the_others_as_they_are():
    before = chart(link(), link(TEMPO, LOKI))
    after = chart(link(), link(TEMPO, LOKI), link(Place(False, "A"), LOKI))
    assert [line for line in before if "class" not in line and line not in after] == []


def test_the_order_of_the_links_makes_no_difference():
    chance = random.Random(1)
    words = [*HOSTILE, "a", "b"]
    links = [
        link(Place(False, word), Place(bool(number % 2), chance.choice(words)), chance.choice(words))
        for number, word in enumerate(words)
    ]
    for merge_above in (0, 40):
        expected = chart(*links, merge_above=merge_above)
        for _time in range(5):
            chance.shuffle(links)
            assert chart(*links, merge_above=merge_above) == expected


texts = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=9)), max_size=5).map("".join)
places = st.builds(Place, st.booleans(), texts, texts, st.booleans())
states = st.sampled_from(["present", "provisioned", "dangling", "ignored", "absent"])


@given(st.lists(st.builds(Link, places, places, texts, texts, texts, states), max_size=6), st.integers(0, 6))
def test_no_text_gets_out_of_its_quotes(links, merge_above):
    for line in chart(*links, merge_above=merge_above):
        assert LINE.fullmatch(line), line
        assert not re.search("direction +[A-Z]", line) or line == "    direction LR"


def test_more_than_mermaid_can_draw():
    """Its limits are 500 arrows and 50,000 characters."""
    source = [Place(False, "source %d" % number) for number in range(40)]
    links = [link(one, another) for one in source for another in source]
    links += [link(source[0], source[1], "twice")]
    text, left_out = flowchart(links, 40)
    arrows = [line for line in text.splitlines() if re.search(r"-->", line)]
    assert (len(arrows), left_out) == (450, 40 * 40 + 1 - 451)
    assert '  ds_source_0 -->|"2 links"| ds_source_1' in arrows
    assert '    key_more["links not shown#58; 1150"]' in text.splitlines()
    assert "direction LR" not in text and len(text) < 50_000


def test_longer_than_mermaid_can_draw():
    links = [link(Place(False, "\u65e5%d" % number + ";" * 99), TEMPO, ";" * 99) for number in range(400)]
    text, left_out = flowchart(links, 40)
    assert 0 < left_out < 400 and 40_000 < len(text) < 50_000
    assert "links not shown#58; %d" % left_out in text


def test_ten_thousand_links():
    """Of 60 data sources of 6 kinds."""
    sources = [Place(False, "source %d" % number, "kind%d" % (number % 6)) for number in range(60)]
    links = [link(sources[n % 60], sources[n * n % 59], "L%d" % (n % 30), "f%d" % (n % 7)) for n in range(10_000)]
    found = chart(*links)
    assert sum(int(match[1]) for line in found if (match := re.search(r"(\d+) links", line))) == 10_000
    assert len(found) < 60
