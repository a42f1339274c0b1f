# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables of transformations, as Grafana and Node found them."""

from __future__ import annotations

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError
from ansible_collections.crosslink.grafana.plugins.module_utils._link_transformations import transformed
from ansible_collections.crosslink.grafana.tests.unit.plugins.recordings import recorded

TRACE = {"type": "regex", "expression": r"trace=(\w+)", "mapValue": "traceID"}
USER = {"type": "regex", "expression": r"user=(?<user>\w+)", "field": "who"}
LOGFMT = {"type": "logfmt"}


@pytest.mark.parametrize("recording, number", [("grafana_transformations", 45), ("javascript_transformations", 382)])
def test_recorded_answers(recording, number):
    cases = recorded(recording)
    assert len(cases) >= number
    assert [(case, found) for case in cases if (found := answer(case)) != case["variables"]] == []


def answer(case):
    """The variables of a recorded case."""
    return transformed([case_transformation(case)], case["field"], {case["field"]: case["value"]})


def case_transformation(case):
    """In these recordings, ``field`` is that of the correlation."""
    return {name: case[name] for name in ("type", "expression", "mapValue") if name in case}


def test_each_transformation_reads_its_own_field_and_later_ones_win():
    row = {"line": "trace=a user=b", "who": "user=c"}
    assert transformed([TRACE, USER], "line", row) == {"traceID": "a", "user": "c"}
    assert transformed([TRACE, {**TRACE, "expression": "user=(.)"}], "line", row) == {"traceID": "b"}


def test_a_variable_without_a_name_has_that_of_the_correlations_field():
    transformation = {"type": "regex", "expression": "user=(.)", "field": "who"}
    assert transformed([transformation], "line", {"line": "", "who": "user=c"}) == {"line": "c"}


def test_a_field_that_the_row_lacks():
    assert transformed([{**TRACE, "field": "no"}, {**LOGFMT, "field": "no"}], "line", {"line": "trace=a"}) == {}
    assert transformed([{"type": "regex", "expression": "x*", "field": "no"}], "line", {"line": "x"}) == {"line": ""}


@pytest.mark.parametrize("value, word", [(None, "null"), (["a=1"], "a list")])
def test_what_explore_fails_on(value, word):
    with pytest.raises(InputError, match="^The field line is %s, on which Explore fails" % word) as error:
        transformed([LOGFMT], "line", {"line": value})
    assert error.value.code == "not_previewable"
