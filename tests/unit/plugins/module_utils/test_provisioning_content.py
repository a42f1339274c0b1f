# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries as the content of a provisioning file, and back."""

from __future__ import annotations

import copy

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import EMPTY_MEMBERS
from ansible_collections.crosslink.grafana.plugins.module_utils._entries import read_entries
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Origin, warnings_about
from ansible_collections.crosslink.grafana.plugins.module_utils._provisioning import ReadOptions, read_provisioning
from ansible_collections.crosslink.grafana.plugins.module_utils._provisioning_content import ContentWriter

LOKI = {"name": "Loki", "uid": "loki", "type": "loki", "url": "$URL"}
TEMPO = {"name": "Tempo", "uid": "te$$mpo", "type": "tempo"}
LINK = {"source": "Loki", "target": "Tempo", "label": "L", "config": {"field": "f", "target": {}}}


def written(entries, data_sources=()):
    found = read_entries([(Origin(), entries)])
    assert found.problems == []
    writer = ContentWriter(data_sources)
    for entry in found.entries:
        writer.add(entry)
    return writer


def content_of(entries, data_sources=()):
    writer = written(entries, data_sources)
    assert writer.validator.problems == []
    return writer.content()


def test_a_file():
    sources = [{**LOKI, "correlations": ["old"]}, {"name": "Other", "orgId": 1, "correlations": ["old"]}, TEMPO]
    before = copy.deepcopy(sources)
    writer = written(
        [
            {
                **LINK,
                "description": "costs 5$",
                "config": {
                    "field": "$f",
                    "target": {"query": "${x} $$", "$n": [1, True, None]},
                    "transformations": [{"type": "regex", "expression": "a$", "map_value": "x"}],
                },
            },
            {
                "source": "te$mpo",
                "label": "",
                "type": "external",
                "config": {"field": "f", "target": {"url": "http://x/${y}"}, "transformations": []},
            },
        ],
        sources,
    )
    assert (writer.validator.problems, writer.validator.warnings) == ([], [])
    assert writer.content() == {
        "apiVersion": 1,
        "datasources": [
            {
                **LOKI,
                "correlations": [
                    {
                        "targetUID": "te$$mpo",
                        "label": "L",
                        "description": "costs 5$$",
                        "config": {
                            "type": "query",
                            "field": "$$f",
                            "target": {"query": "$${x} $$$$", "$n": [1, True, None]},
                            "transformations": [{"type": "regex", "expression": "a$$", "mapValue": "x"}],
                        },
                    }
                ],
            },
            {"name": "Other", "orgId": 1},
            {
                **TEMPO,
                "correlations": [
                    {
                        "label": "",
                        "description": "",
                        "type": "external",
                        "config": {"field": "f", "target": {"url": "http://x/$${y}"}},
                    }
                ],
            },
        ],
    }
    assert sources == before


def test_a_uid_wins_over_an_equal_name():
    sources = [{"name": "a", "uid": "b"}, {"name": "b", "uid": "c"}]
    found = content_of([{**LINK, "source": "b", "target": "a"}], sources)["datasources"]
    assert ["correlations" in one for one in found] == [True, False]
    assert found[0]["correlations"][0]["targetUID"] == "b"


def test_a_data_source_without_uid_has_the_one_that_grafana_makes_of_its_name():
    """Seen on Grafana 12.4: Prometheus becomes PBFA97CFB590B2093."""
    made = "PBFA97CFB590B2093"
    links = [{**LINK, "source": made, "target": "Loki"}, {**LINK, "label": "M", "target": made}]
    found = content_of(links, [{"name": "Prometheus", "type": "prometheus"}, LOKI])["datasources"]
    assert [one["name"] for one in found] == ["Prometheus", "Loki"]
    assert "uid" not in found[0]
    assert found[1]["correlations"][0]["targetUID"] == made


def test_data_sources_that_are_not_given_are_written_by_name():
    writer = written([LINK, {**LINK, "source": "M$"}, {**LINK, "label": "M", "target": "M$"}], [TEMPO])
    content = writer.content()
    assert [one["name"] for one in content["datasources"]] == ["Tempo", "Loki", "M$$"]
    assert content["datasources"][1]["correlations"][1]["targetUID"] == "M$$"
    sources, targets = warnings_about(writer.validator.warnings)
    assert sources.startswith("entry 1 (L), entry 2 (L), entry 3 (M): ") and "jsonData" in sources
    assert targets.startswith("entry 3 (M): target is not in data_sources")


def test_what_a_file_cannot_say_is_left_out_with_a_warning():
    entries = [
        {**LINK, "state": "absent"},
        {**LINK, "state": "ignored", "label": "I"},
        {**LINK, "uid": "u1", "label": "U"},
    ]
    writer = written(entries, [LOKI, TEMPO])
    assert [one["label"] for one in writer.content()["datasources"][0]["correlations"]] == ["U"]
    assert warnings_about(writer.validator.warnings) == [
        "entry 1 (L): left out, because a provisioning file cannot say state: absent.",
        "entry 2 (I): left out, because a provisioning file cannot say state: ignored.",
        "entry 3 (U): uid is left out, because Grafana chooses the uids of a provisioning file.",
    ]


@pytest.mark.parametrize(
    "entry, source, fact",
    [
        ({"config": {"target": {}}}, LOKI, "config.field is missing"),
        ({"target": None, "uid": "u"}, LOKI, "target is missing"),
        ({"target": "Old"}, {"name": "Old"}, "target is not in data_sources"),
        ({"target": "Old"}, {"name": "Old", "type": "x"}, "target 'Old' has no uid in data_sources"),
    ],
)
def test_what_a_file_needs(entry, source, fact):
    validator = written([{**LINK, **entry}], [LOKI, TEMPO, source]).validator
    assert fact in str([*validator.problems, *validator.warnings][0])
    assert str([*validator.problems, *validator.warnings][0]).startswith("entry 1 (L): ")


TEXTS = st.text(st.sampled_from("$${}aE1 é\n"), max_size=6)
NAMES = st.sampled_from(["loki", "te$mpo", "other", "$x", "${y}"])
QUERIES = st.dictionaries(
    TEXTS, st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | TEXTS, st.lists, max_leaves=4), max_size=3
)
TRANSFORMATIONS = st.lists(
    st.fixed_dictionaries(
        {"type": st.just("logfmt")}, optional={"field": TEXTS, "mapValue": TEXTS, "expression": TEXTS}
    ),
    max_size=2,
)


@st.composite
def entries(draw):
    config = {"field": "f" + draw(TEXTS), "target": draw(QUERIES), "transformations": draw(TRANSFORMATIONS)}
    entry = {"source": draw(NAMES), "label": draw(TEXTS), "description": draw(TEXTS), "config": config}
    if draw(st.booleans()):
        return {**entry, "target": draw(NAMES), "type": "query"}
    config["target"] = {**config["target"], "url": "http://x/" + draw(TEXTS)}
    return {**entry, "type": "external"}


def in_order_of_sources(found):
    """What identifies and describes the entries, by source in order of its first use."""
    sources = list(dict.fromkeys(entry.source for entry in found))
    ordered = sorted(found, key=lambda entry: sources.index(entry.source))
    return [(one.source, one.target, one.type, {**EMPTY_MEMBERS, **one.members}) for one in ordered]


@given(st.lists(entries(), max_size=5), st.booleans())
@example([{**LINK, "source": "loki", "target": "te$mpo"}], True)
def test_out_and_in_again_gives_the_same_entries_and_the_same_file(given_entries, with_data_sources):
    data_sources = [LOKI, TEMPO] if with_data_sources else []
    content = content_of(given_entries, data_sources)
    options = ReadOptions({}, None, "%s")
    read = read_provisioning([(Origin(), content)], options)
    again = read_entries(read.lists)
    assert read.problems == again.problems == []
    expected = in_order_of_sources(read_entries([(Origin(), given_entries)]).entries)
    order = {"loki": 0, "te$mpo": 1} if with_data_sources else {}
    expected.sort(key=lambda one: order.get(one[0], 2) if order else 0)
    assert in_order_of_sources(again.entries) == expected
    writer = ContentWriter(content["datasources"])
    for entry in again.entries:
        writer.add(entry)
    assert writer.content() == content
