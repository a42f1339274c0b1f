# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The expansion of ``$`` in provisioning files. What is not obvious was seen on Grafana 9.4 and 12.4."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.module_utils._expansion import Expander, escaped

ENVIRONMENT = {
    "HOST": "h",
    "N": "7",
    "PI": "3.5",
    "YES": "true",
    "UNDERSCORE": "1_0",
    "BIG": "9223372036854775808",
    "EMPTY": "",
    "NESTED": "$HOST",
    "1": "one",
}


def expanded(value):
    expander = Expander(ENVIRONMENT)
    found = expander.value(value, "m")
    assert list(expander.missing) == []
    return found


@pytest.mark.parametrize(
    "text, expected",
    [
        ("plain", "plain"),
        ("", ""),
        ("$$", "$"),
        ("$$$$", "$$"),
        ("$${__value.raw}", "${__value.raw}"),
        ("a$HOST-b", "ah-b"),
        ("${HOST}HOST", "hHOST"),
        ("$__env{HOST}", "h"),
        ("$$$HOST", "$h"),
        ("$HOST$$HOST", "h$HOST"),
        ("(a|b$)", "(a|b$)"),
        ("end$", "end$"),
        ("$ $.", "$ $."),
        ("x$1y", "xoney"),
        ("${}z", "z"),
        ("z${", "z"),
        ("${EMPTY}", ""),
        ("${NESTED}", "h"),
    ],
)
def test_texts(text, expected):
    assert expanded(text) == expected
    assert Expander(ENVIRONMENT).text(text, "m") == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("$N", 7),
        ("1$N", 17),
        ("-$N", -7),
        ("$PI", 3.5),
        ("${N}e2", 700.0),
        ("$YES", True),
        ("$UNDERSCORE", "1_0"),
        ("$BIG", 9223372036854775808.0),
        ("$N s", "7 s"),
        ("7", "7"),
        ("$${N}7", "${N}7"),
        ("$$7$N", "$77"),
    ],
)
def test_a_text_with_a_variable_alone_can_become_a_number_or_a_boolean(text, expected):
    found = expanded(text)
    assert (found, type(found)) == (expected, type(expected))
    assert isinstance(Expander(ENVIRONMENT).text(text, "m"), str)


def test_values_in_any_depth_but_no_names():
    value = {"$HOST": ["$HOST", {"a": "$N", "b": None, "c": 1, "d": True}]}
    assert expanded(value) == {"$HOST": ["h", {"a": 7, "b": None, "c": 1, "d": True}]}


@pytest.mark.parametrize(
    "value, missing",
    [
        ("$NOPE ${NOPE} $OTHER", [("m", "NOPE"), ("m", "OTHER")]),
        ({"a": ["x", {"b": "${__value.raw}"}]}, [("m.a[1].b", "__value.raw")]),
        ("$__file{/run/secret} $HOST", [("m", "$__file{/run/secret}")]),
        ("$__vault{x}", [("m", "__vault")]),
        ("$-", [("m", "-")]),
        ("$$NOPE", []),
    ],
)
def test_what_is_missing(value, missing):
    expander = Expander(ENVIRONMENT)
    expander.value(value, "m")
    assert sorted(expander.missing) == sorted(missing)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.sampled_from("$${}_ae1.é\n"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
@example({"$a": ["$", "$$", "${", "$HOST", "7"]})
def test_what_is_escaped_expands_to_itself(value):
    expander = Expander({})
    assert expander.value(escaped(value), "") == value
    assert not expander.missing
