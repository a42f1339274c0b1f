# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role finds in the variables of a host.

Not among the unit tests: the controller's code changes how Ansible's module code in the same process reads its options.
"""

from __future__ import annotations

import datetime
import typing as t
from pathlib import Path

import ansible.template
import pytest
from ansible.parsing.dataloader import DataLoader

from ansible_collections.crosslink.grafana.plugins.lookup.role_input import (
    LookupModule,
    find_files,
    what_it_must_be,
    wrong_names,
)

TEXT, NUMBER, SWITCH, PATHS = {"type": "str"}, {"type": "int"}, {"type": "bool"}, {"type": "list"}
TEMPLATE = getattr(
    ansible.template, "trust_as_template", str
)  # since ansible-core 2.19 text of a file is marked as one
CHOICE = {"type": "str", "choices": ["none", "sources", "all"]}


def found(**variables: t.Any) -> dict[str, t.Any]:
    """What the plugin finds in these variables of the host ``production``, of which text may be a template."""
    variables = {name: TEMPLATE(value) if isinstance(value, str) else value for name, value in variables.items()}
    loader = DataLoader()
    everything = {"inventory_hostname": "production", **variables}
    [result] = LookupModule(loader=loader, templar=ansible.template.Templar(loader=loader, variables=everything)).run(
        [], everything
    )
    return result


@pytest.mark.parametrize(
    "name, near",
    [
        ("grafana_correlations_max_deletion", " (did you mean grafana_correlations_max_deletions?)"),
        ("grafana_correlations_lists", " (did you mean grafana_correlations_list?)"),
        ("grafana_correlation_max_deletions", " (did you mean grafana_correlations_max_deletions?)"),
        ("grafana_correlation_list_team", " (did you mean grafana_correlations_list_team?)"),
        ("grafana_correlations_colour", ""),
    ],
)
def test_a_name_that_the_role_does_not_have(name, near):
    [sentence] = wrong_names([name], {"grafana_correlations_max_deletions", "grafana_correlations_url"})
    assert sentence.startswith("%s is " % name) and "variable of this role%s: " % near in sentence


@pytest.mark.parametrize(
    "name",
    [
        "grafana_correlations_url",
        "grafana_correlations_list",
        "grafana_correlations_list_a",
        "grafana_url",
        "grafana_correlation",
    ],
)
def test_names_that_are_right_or_not_meant(name):
    assert wrong_names([name], {"grafana_correlations_url"}) == []


@pytest.mark.parametrize(
    "option, value, facts",
    [
        (TEXT, "x", None),
        (TEXT, 10, ["text", "in quotes"]),
        (TEXT, True, ["text", "in quotes"]),
        (TEXT, datetime.date(2024, 1, 1), ["text", "in quotes"]),
        (TEXT, ["x"], ["text"]),
        (NUMBER, 3, None),
        (NUMBER, "3", None),
        (NUMBER, True, ["a whole number"]),
        (NUMBER, "many", ["a whole number"]),
        (SWITCH, "no", None),
        (SWITCH, "maybe", ["true or false"]),
        (PATHS, ["a"], None),
        (PATHS, [1], ["a list of text", "in quotes"]),
        (CHOICE, "all", None),
        (CHOICE, "source", ["'source'", "none, sources, all (did you mean 'sources'?)"]),
        (CHOICE, "x", ["'x'", "none, sources, all"]),
    ],
)
def test_values(option, value, facts):
    clause = what_it_must_be(option, value)
    if facts is None:
        assert clause is None
    else:
        assert clause is not None and all(fact in clause for fact in facts)
        assert ("in quotes" in clause) == ("in quotes" in facts) and ("did you mean" in clause) == (value == "source")


def test_the_first_folder_that_has_a_match_is_taken(tmp_path: Path):
    first, second = tmp_path / "first", tmp_path / "second"
    for file in (first / "a" / "links.yml", second / "b" / "links.yml", second / "b" / "c" / "deep.yml"):
        file.parent.mkdir(parents=True)
        file.write_text("[]")
    folders = [str(first), str(second)]
    assert find_files(["*/links.yml"], folders) == ([str(first / "a" / "links.yml")], [])
    assert find_files(["**/deep.yml", "no.yml", "/abs.yml", "~/x.yml"], folders) == (
        [str(second / "b" / "c" / "deep.yml"), "/abs.yml", "~/x.yml"],
        ["no.yml"],
    )


def test_lists_in_the_order_of_their_names():
    result = found(
        grafana_correlations_list_b=[{}, {}],
        grafana_correlations_list=[],
        grafana_correlations_list_a="{{ of_a }}",
        of_a=[{}],
    )
    assert result == {
        "origins": [
            {"variable": "grafana_correlations_list", "count": 0},
            {"variable": "grafana_correlations_list_a", "count": 1},
            {"variable": "grafana_correlations_list_b", "count": 2},
        ],
        "test_origins": [],
        "src": [],
        "message": "",
    }


def test_lists_of_tests():
    result = found(
        grafana_correlations_list=[],
        grafana_correlations_tests_b=[{}, {}],
        grafana_correlations_tests="{{ more }}",
        grafana_correlations_tests_junit="links.xml",
        more=[{}],
    )
    assert (result["test_origins"], result["message"]) == (
        [
            {"variable": "grafana_correlations_tests", "count": 1},
            {"variable": "grafana_correlations_tests_b", "count": 2},
        ],
        "",
    )
    message = found(grafana_correlations_list=[], grafana_correlations_tests_a={"name": "x"})["message"]
    assert message.startswith("grafana_correlations_tests_a must be a list of tests")


@pytest.mark.parametrize("value", [None, "text", {"label": "x"}, 5])
def test_what_is_no_list(value):
    message = found(grafana_correlations_list_a=value)["message"]
    assert message.startswith("grafana_correlations_list_a must be a list")


def test_dates_are_no_text():
    entries = [
        {"label": "2024-01-01"},
        {"label": datetime.date(2024, 1, 1), "config": {"target": {"from": [datetime.datetime(2024, 1, 1, 10)]}}},
    ]
    message = found(grafana_correlations_list_a=entries)["message"]
    assert message.startswith("2 errors, ") and message.count("grafana_correlations_list_a[1] ") == 2
    assert "date 2024-01-01 10:00:00:" in message and "date 2024-01-01:" in message and "in quotes" in message


@pytest.mark.parametrize("value, reason", [("{{ nope }}", "nope"), ("{{ {}['away'] }}", "away")])
def test_what_cannot_be_evaluated_is_reported_with_ansibles_reason(value, reason):
    message = found(grafana_correlations_list=value, grafana_correlations_prune="all")["message"]
    assert message.startswith("grafana_correlations_list cannot be ")
    assert reason in message and "[]" not in message


def test_nothing_to_apply():
    message = found()["message"]
    assert "production" in message and "define grafana_correlations_list, " in message


def test_all_errors_are_reported_together():
    wrong = {
        "grafana_correlations_prune": "source",
        "grafana_correlations_timeout": "soon",
        "grafana_correlations_x": 1,
    }
    message = found(grafana_correlations_list=None, **wrong)["message"]
    assert message.startswith("4 errors, ") and all(name in message for name in ["grafana_correlations_list", *wrong])


@pytest.mark.parametrize("value", ["", [""], [1], {"a": 1}])
def test_paths_that_are_none(value):
    message = found(grafana_correlations_src=value)["message"]
    assert message.startswith("grafana_correlations_src must be a path, or a list of paths")


def test_a_path_that_cannot_be_right():
    assert found(grafana_correlations_src="links/**.yml")["message"] == (
        "grafana_correlations_src: ** in links/**.yml must be a whole path component: write links/**/*.yml."
    )


def test_what_is_omitted_is_not_set():
    omitted = "{{ nothing | default(omit) }}"
    result = found(
        omit="__omit_place_holder__",
        grafana_correlations_list=[],
        grafana_correlations_url=omitted,
        grafana_correlations_src=omitted,
    )
    assert (result["message"], result["src"]) == ("", [])
