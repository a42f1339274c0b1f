# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables that look like a misspelled one of a transformation."""

from __future__ import annotations

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._similar_variables import similar_variables

TRACE = {"type": "regex", "expression": r"trace=(\w+)", "mapValue": "traceID"}
USER = {"type": "regex", "expression": r"user=(?<user>\w+)", "field": "who"}
LOGFMT = {"type": "logfmt"}


@pytest.mark.parametrize(
    "texts, names",
    [
        ("${traceId}", ["traceId"]),
        ({"expr": ["$trace_id", "[[TRACEID]] $trace_id"]}, ["trace_id", "TRACEID"]),
        ("${traceid.x:raw}", ["traceid"]),
        ("${traceID} ${spanID} ${trace} ${x}", []),
        ({"${traceId}": "x"}, []),
        ("traceId", []),
        ("", []),
    ],
)
def test_similar_variables(texts, names):
    assert list(similar_variables(texts, [TRACE], "line")) == [(name, " (did you mean 'traceID'?)") for name in names]


@pytest.mark.parametrize(
    "texts, transformations, field",
    [
        ("$traceId", [TRACE], "traceId"),
        ("$traceId", [{**TRACE, "field": "traceId"}], "line"),
        ("$traceId", [TRACE, LOGFMT], "line"),
        ("$traceId", [], "line"),
        ("${__value.raw} $__to", [{**TRACE, "mapValue": "__values"}, {**TRACE, "mapValue": "_to"}], "line"),
        ("$user", [USER], "line"),
    ],
)
def test_variables_that_may_be_meant(texts, transformations, field):
    assert not list(similar_variables(texts, transformations, field))


def test_names_of_groups_and_of_the_field_are_known():
    assert list(similar_variables("$users $Line", [USER, {"type": "regex", "expression": "x"}], "line")) == [
        ("users", " (did you mean 'user'?)"),
        ("Line", " (did you mean 'line'?)"),
    ]
