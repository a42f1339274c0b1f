# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Origins, problems, and what errors say together."""

from __future__ import annotations

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    MOST_ERRORS_SHOWN,
    InputError,
    InputErrors,
    Origin,
    Problem,
    with_origin,
)


@pytest.mark.parametrize(
    "origin, place",
    [
        (Origin(), ""),
        (Origin(label="L"), ""),
        (Origin(7, 3), "entry 3"),
        (Origin(7, 3, label="L"), "entry 3 (L)"),
        (Origin(7, 3, file="team.yml", label="L"), "team.yml entry 3 (L)"),
        (Origin(7, 3, variable="list_a", label="L"), "list_a[2] (L)"),
        (Origin(7, 1, label="x" * 60), "entry 1 (%s)" % ("x" * 60)),
        (Origin(7, 1, label="x" * 61), "entry 1 (%s...)" % ("x" * 60)),
    ],
)
def test_where_an_entry_is(origin, place):
    assert str(origin) == place


def test_a_clause_with_its_origin():
    assert with_origin(Origin(3, 3), "it is wrong") == "entry 3: it is wrong"
    assert with_origin(Origin(), "it is wrong") == with_origin(None, "it is wrong") == "It is wrong"


def test_a_problem_in_a_result():
    origin = Origin(7, 3, file="team.yml", label="L")
    place = {"file": "team.yml", "position": 3, "label": "L"}
    assert Problem("a_code", "it is wrong", origin).as_result() == {
        "code": "a_code",
        "message": "It is wrong.",
        **place,
    }
    assert Problem("a_code", "it is wrong").as_result() == {"code": "a_code", "message": "It is wrong."}


def test_problems_come_in_the_order_of_the_entries():
    problems = [
        Problem("b", "second", Origin(2, 2)),
        Problem("list", "of all"),
        Problem("a", "first", Origin(1, 1)),
        Problem("c", "third", Origin(2, 2)),
    ]
    error = InputErrors(problems)
    assert [problem.code for problem in error.problems] == ["list", "a", "b", "c"]
    assert error.details() == {
        "code": "invalid_input",
        "errors": [problem.as_result() for problem in error.problems],
    }
    assert str(error).startswith("4 errors, ")
    assert str(error).endswith(": Of all; entry 1: first; entry 2: second; entry 2: third.")


def test_one_problem_is_a_sentence_with_its_code():
    error = InputErrors([Problem("a", "it is wrong", Origin(1, 1))])
    assert (str(error), error.code) == ("entry 1: it is wrong.", "a")


def test_problems_that_share_a_code_give_it_to_the_error():
    assert InputErrors([Problem("a", "it is wrong"), Problem("a", "it is wrong, too")]).code == "a"


@pytest.mark.parametrize("more", [0, 3])
def test_a_message_shows_only_so_many_problems(more):
    count = MOST_ERRORS_SHOWN + more
    error = InputErrors([Problem("a", "wrong", Origin(number, number)) for number in range(1, count + 1)])
    assert len(error.details()["errors"]) == count
    assert str(error).startswith("%d errors, " % count)
    assert "entry %d: wrong" % MOST_ERRORS_SHOWN in str(error)
    assert "entry %d: wrong" % (MOST_ERRORS_SHOWN + 1) not in str(error)
    assert str(error).endswith("; and 3 more." if more else "wrong.")


def test_a_single_input_error_lists_itself():
    error = InputError("It is wrong.", "a_code")
    assert error.details() == {"code": "a_code", "errors": [{"code": "a_code", "message": "It is wrong."}]}
