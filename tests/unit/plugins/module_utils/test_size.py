# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long a correlation may be."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.module_utils._size import MOST_BYTES, json_bytes, too_long

EMPTY_CONFIG = {"field": "f", "target": {"q": ""}, "transformations": []}


# What encoding/json of Go 1.26 writes for these.
@pytest.mark.parametrize(
    "text, size",
    [
        ('"a<b>&c"', 23),
        ('"\\u2028\\u2029\\u2027"', 17),
        ('"\\u0000\\u001f\\u007f\\b\\f\\n\\r\\t\\"\\\\/"', 30),
        ('"é漢😀"', 11),
        ('{"a":1,"b":[1.0,1e21,1e20,0.000001,1e-7,-0.0,12345678901234567890,0.1]}', 85),
        ('{"<":null,"é":[true,false,{}],"":[]}', 42),
    ],
)
def test_the_bytes_of_json_as_grafana_writes_it(text, size):
    assert json_bytes(json.loads(text)) == size


TEXTS = st.text("ab é漢😀\n", max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=5,
)


@given(VALUES)
def test_where_nothing_is_escaped_it_is_plain_json(value):
    assert json_bytes(value) == len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def config_of(size: int, character: str = "x", weight: int = 1) -> dict[str, object]:
    """A config of so many bytes."""
    most, rest = divmod(size - len('{"field":"f","target":{"q":""}}'), weight)
    return {**EMPTY_CONFIG, "target": {"q": character * most + "x" * rest}}


@pytest.mark.parametrize(
    "character, weight",
    [("x", 1), ("<", 6), (">", 6), ("&", 6), ("\u2028", 6), ("\u2029", 6), ("é", 2), ("😀", 4), ('"', 2), ("\x01", 6)],
)
def test_the_longest_config(character, weight):
    assert too_long("", "", config_of(MOST_BYTES, character, weight)) is None
    message = too_long("", "", config_of(MOST_BYTES + 1, character, weight))
    assert message is not None
    assert message.startswith("config is 65536 bytes ")
    assert "only 65535" in message


def test_all_of_config_counts():
    config = config_of(MOST_BYTES)
    for more in ({"transformations": [{"type": "logfmt"}]}, {"timeRange": {}}, {"type": "query"}):
        assert too_long("", "", {**config, **more}) is not None
        assert too_long("", "", {**EMPTY_CONFIG, **more}) is None


@pytest.mark.parametrize("name", ["label", "description"])
@pytest.mark.parametrize("character, weight", [("x", 1), ("<", 1), ("é", 2), ("漢", 3), ("😀", 4)])
def test_the_longest_text(name, character, weight):
    longest = character * (MOST_BYTES // weight) + "x" * (MOST_BYTES % weight)
    texts = {"label": "", "description": "", name: longest}
    assert too_long(**texts, config={}) is None
    message = too_long(**{**texts, name: longest + "x"}, config={})
    assert message is not None
    assert message.startswith("%s is 65536 bytes" % name)
    assert "only 65535" in message
