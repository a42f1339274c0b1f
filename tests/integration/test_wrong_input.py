# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wrong input to the modules for one correlation and for reading: one clear sentence, and nothing is written.

Mistakes in the entries of a list are in test_list_mistakes.py, wrong connection options in test_connection.py.
"""

from __future__ import annotations

import typing as t

import pytest

from tests.support.grafana import Org
from tests.support.modules import Module

BARE = {"field": "message"}


@pytest.mark.any_server
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"source": None}, "Source is missing: give the UID or the name of the data source where the link starts."),
        ({"source": ""}, "Source is empty."),
        (
            {"target": None},
            "Target is missing: a correlation of type query needs the UID or the name of a data source (a link to a URL is type: external).",
        ),
        ({"target": ""}, "Target is empty."),
        ({"label": None}, 'Label is missing (an empty one is written label: "").'),
        ({"type": "external"}, "Target does not go with type external: leave it out, and give config.target.url."),
        (
            {"type": "external", "target": None},
            "config.target.url is missing: a correlation of type external needs the URL that it opens.",
        ),
        ({"config": {"field": "message", "type": "external"}, "type": "query"}, "Type is query but config.type is external: leave config.type out."),
        (
            {"config": {"field": "message", "transformations": [{"type": "regex"}]}},
            "config.transformations[0].expression is missing: type regex needs one.",
        ),
        (
            {"config": {"field": "message", "transformations": [{"type": "logfmt"}, {"type": "regex", "expression": ""}]}},
            "config.transformations[1].expression is missing: type regex needs one.",
        ),
    ],
    ids=lambda value: str(value)[:70] if isinstance(value, dict) else "",
)
def test_one_mistake(correlation: Module, org: Org, changes: dict[str, t.Any], sentence: str) -> None:
    assert correlation.refuses(**org.link(**{"config": BARE, **changes})).msg == sentence


@pytest.mark.any_server
def test_several_mistakes_are_reported_together(correlation: Module, org: Org) -> None:
    result = correlation.refuses(target=org.tempo.uid, config=BARE)
    assert result["mistakes"] == [
        "Source is missing: give the UID or the name of the data source where the link starts",
        'Label is missing (an empty one is written label: "")',
    ]
    assert result.msg == "2 mistakes, and nothing was written: %s." % "; ".join(result["mistakes"])


@pytest.mark.any_server
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": "gone"}, "value of state must be one of: present, absent, got: gone"),
        ({"state": "ignored"}, "value of state must be one of: present, absent, got: ignored"),
        ({"type": "banana"}, "value of type must be one of: query, external, got: banana"),
        ({"config": {"type": "banana"}}, "value of type must be one of: query, external, got: banana found in config"),
        ({"config": {"transformations": [{"type": "grep"}]}}, "value of type must be one of: regex, logfmt, got: grep found in config -> transformations"),
        ({"config": {"transformations": [{"expression": "x"}]}}, "missing required arguments: type found in config -> transformations"),
        ({"config": "text"}, "config must be a mapping (with key=value: JSON text of one)."),
        ({"config": ["x"]}, "config must be a mapping (with key=value: JSON text of one)."),
        ({"config": {"target": ["x"]}}, "target"),
        ({"config": {"transformations": {"type": "logfmt"}}}, "transformations"),
        ({"config": {"transformation": []}}, "Unsupported parameters"),
        ({"labell": "x"}, "Unsupported parameters"),
        ({"on_duplicate": "keep"}, "value of on_duplicate must be one of: fail, remove, got: keep"),
        ({"on_provisioned": "keep"}, "value of on_provisioned must be one of: fail, skip, got: keep"),
        ({"api": "v2"}, "value of api must be one of: auto, legacy, apis, got: v2"),
    ],
    ids=lambda value: str(value)[:70],
)
def test_what_ansible_itself_refuses(correlation: Module, org: Org, changes: dict[str, t.Any], words: str) -> None:
    result = correlation.refuses(**org.link(**{"config": BARE, **changes}))
    assert words in result.msg
    assert "Traceback" not in result.stdout + result.stderr


@pytest.mark.any_server
@pytest.mark.parametrize("member", ["label", "description", "source"])
def test_numbers_are_taken_as_text(correlation: Module, org: Org, member: str) -> None:
    """As of a name such as 4711 that nobody quotes."""
    if member == "source":
        org.add_data_source_as("4711", "Number " + org.prefix)
    assert correlation(**org.link(**{member: 4711})).changed
    assert str(getattr(org.only(), member)) == "4711"
    assert correlation(state="absent", **org.link(**{member: "4711"})).changed


@pytest.mark.any_server
def test_a_number_that_grafana_cannot_keep(correlation: Module, org: Org) -> None:
    result = correlation.refuses(**org.link(config={**BARE, "target": {"n": 10**400}}))
    assert result.msg == "config.target has a number that is too large for Grafana; quote it."
    result = correlation.refuses(**org.link(config={**BARE, "target": {"n": float("nan")}}))
    assert result.msg == "config.target has a number that JSON cannot carry (.nan or .inf)."


def test_a_missing_data_source_in_both_modes(correlation: Module, org: Org) -> None:
    """A typo must not pass check mode in CI."""
    for role in ("source", "target"):
        result = correlation.refuses(**org.link(**{role: getattr(org, "loki").name.replace("Logs", "Logz")}))
        assert result.msg.startswith("The %s data source 'Logz " % role) and "(did you mean '%s'" % org.loki.name in result.msg


@pytest.mark.parametrize("what", ["type", "provisioned"])
@pytest.mark.any_server
def test_wrong_filters(info: Module, org: Org, what: str) -> None:
    assert what in info.refuses(**{what: "banana"}).msg
