# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import io

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.module_utils._yaml import read_yaml

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.dates() | st.text()
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner), max_leaves=20
)


def read(text):
    return read_yaml(io.BytesIO(text.encode()), "list.yml")


@given(DATA)
def test_data_is_read_as_it_was_written(data):
    assert read(yaml.safe_dump(data, allow_unicode=True)) == data


@pytest.mark.parametrize(
    "text",
    (
        "",
        "- a\n- 1\n- 0x1F\n- 1.5\n- yes\n- ~\n- 2026-11-27\n- 2026-11-27 10:00:00",
        "- '1'\n- !!str 1\n- !!int '1'\n- !!float 1\n- !!binary aGk=",
        "1: a\ntrue: b\nnull: c\n2026-11-27: d",
        "base: &b {x: 1, y: {z: 2}}\none: {<<: *b, x: 3}\ntwo: {<<: [*b, {w: 4}]}\nthree: *b",
        "!!set {a, b}",
        "!!omap [a: 1, b: 2]",
        "!!pairs [a: 1, a: 2]",
        "- &a [1, &s text, *s]\n- *a",
        "=: value",
        "a: {}\nb: []\nc: ''",
    ),
)
def test_it_reads_what_pyyaml_reads(text):
    assert read(text) == yaml.safe_load(text)


def test_an_alias_is_the_same_value():
    first, second = read("- &a {x: [1]}\n- *a")
    assert first is second


def test_what_holds_itself():
    found = read("&a [{me: *a}]")
    assert found[0]["me"] is found


@pytest.mark.parametrize(
    "text", ("{a: 1, a: 2}", "[{a: 1, b: {c: 1, c: 2}}]", "{<<: {b: 1}, a: 1, a: 2}", "&x {a: 1, 'a': 2, 1: *x}")
)
def test_a_name_that_is_there_twice(text):
    with pytest.raises(ValueError, match="it has '[ac]' twice in the mapping that begins in line 1"):
        read(text)


@pytest.mark.parametrize(
    "text",
    (
        "!!str [a]",
        "!!map [a]",
        "!!seq {a: b}",
        "!!int x",
        "{[a]: b}",
        "{!!str [a]: b}",
        "!unknown a",
        "a: b: c",
        "[",
        "a\n---\nb",
    ),
)
def test_what_cannot_be_read(text):
    with pytest.raises(ValueError):
        read(text)


def test_tags_of_ansible():
    assert read("a: !unsafe '{{ x }}'") == {"a": "{{ x }}"}
    with pytest.raises(ValueError, match="only Ansible can decrypt"):
        read("a: !vault |\n  x")


@pytest.mark.parametrize(
    ("written", "in_a_list", "in_a_provisioning_file"),
    [
        ("yes", True, "yes"),
        ("OFF", False, "OFF"),
        ("true", True, True),
        ("FALSE", False, False),
        ("12:30", 750, "12:30"),
        ("1:2.5", 62.5, "1:2.5"),
        ("1e3", "1e3", 1000.0),
        ("-1.5E2", "-1.5E2", -150.0),
        ("+.5e1", "+.5e1", 5.0),
        ("08", "08", 8.0),
        ("0o17", "0o17", 15),
        ("010", 8, 8),
        ("0x1F", 31, 31),
        ("1_000", 1000, 1000),
        ("~", None, None),
        ("5e", "5e", "5e"),
        ("'1e3'", "1e3", "1e3"),
        ('"yes"', "yes", "yes"),
    ],
)
def test_grafana_reads_words_and_numbers_in_its_own_way(written, in_a_list, in_a_provisioning_file):
    """Seen on Grafana 12.4, in a query of a provisioning file."""
    assert read("[%s]" % written) == [in_a_list]
    file = read("datasources: [{&a x: [%s], y: *a}]" % written)
    found = file["datasources"][0]["x"]
    assert (found, file["datasources"][0]["y"]) == ([in_a_provisioning_file], "x")
    assert type(found[0]) is type(in_a_provisioning_file)
    assert read("datasources: {%s: 1}" % written)["datasources"] == {in_a_provisioning_file: 1}
