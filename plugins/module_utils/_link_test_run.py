# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs tests of links. Pure."""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._entry import PRESENT, Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import normalize_numbers
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError, Problem
from ansible_collections.crosslink.grafana.plugins.module_utils._link_preview import Link, links_of
from ansible_collections.crosslink.grafana.plugins.module_utils._link_tests import LinkTest
from ansible_collections.crosslink.grafana.plugins.module_utils._text import did_you_mean

Expected = t.Mapping[str, t.Any]

_PLAIN_NAME = re.compile(r"[\w$-]+")


@dataclasses.dataclass(frozen=True)
class Failure:
    """What is wrong with a link, and the lines that differ: ``- expected``, ``+ actual``."""

    problem: Problem
    differences: t.Sequence[str] = ()


@dataclasses.dataclass(frozen=True)
class Outcome:
    """A test that was run; without failures it has passed."""

    test: LinkTest
    failures: t.Sequence[Failure]


def run_test(test: LinkTest, entries: t.Iterable[Entry]) -> Outcome:
    """Compare the links that the entries of the test's source give with those that it expects."""
    of_source = [entry for entry in entries if entry.source == test.source and entry.state == PRESENT]
    try:
        links = links_of(of_source, test.row, test.labels)
    except InputError as error:
        return Outcome(test, [Failure(Problem(error.code, str(error).rstrip("."), test.origin))])
    found, rest = _paired(test.expect, links)
    failures = [
        _missing(test, expected["label"], links, of_source) if link is None else _wrong(test, expected, link)
        for expected, link in zip(test.expect, found)
    ]
    unexpected = [
        Failure(
            Problem("unexpected_link", "the link '%s' is shown, but not expected" % link.label, test.origin),
            ["+ %s" % line for line in _lines(_opened(link))],
        )
        for link in rest
        if link.shown
    ]
    return Outcome(test, [failure for failure in failures if failure] + unexpected)


def _paired(expect: t.Sequence[Expected], links: t.Iterable[Link]) -> tuple[list[Link | None], list[Link]]:
    """For each expected link the actual one of its label, and the links that are left."""
    rest = list(links)
    found: list[Link | None] = [None] * len(expect)
    # Several links can have one label, so those that are as expected come first.
    for only_equal in (True, False):
        for index, expected in enumerate(expect):
            same_label = [link for link in rest if link.label == expected["label"]]
            fitting = [link for link in same_label if not (only_equal and _differences(expected, link))]
            if fitting and found[index] is None:
                found[index] = fitting[0]
                rest.remove(fitting[0])
    return found, rest


def _missing(test: LinkTest, label: str, links: t.Iterable[Link], entries: t.Iterable[Entry]) -> Failure:
    elsewhere = next((entry.field for entry in entries if entry.label == label and entry.field not in test.row), None)
    if elsewhere is not None:
        message = "the link '%s' is on the field '%s', which the row does not have" % (label, elsewhere)
        hint = did_you_mean(elsewhere, test.row)
    else:
        message = "no correlation on a field of the row gives the link '%s'" % label
        hint = did_you_mean(label, [link.label for link in links])
    return Failure(Problem("missing_link", message + hint, test.origin))


def _wrong(test: LinkTest, expected: Expected, link: Link) -> Failure | None:
    label = expected["label"]
    differences = _differences(expected, link)
    if not differences:
        return None
    if link.shown == expected["shown"]:
        message = "the link '%s' is not as expected" % label
    elif link.shown:
        message = "the link '%s' is shown" % label
    else:
        message = "the link '%s' is not shown, because these variables have no value: %s" % (
            label,
            ", ".join(link.missing),
        )
    return Failure(Problem("wrong_link", message, test.origin), differences)


def _opened(link: Link) -> dict[str, t.Any]:
    """What a link opens, as an expectation gives it; nothing if it is not shown."""
    result = link.as_result()
    return {name: normalize_numbers(result[name]) for name in ("url", "target") if name in result}


def _differences(expected: Expected, link: Link) -> list[str]:
    """The lines in which an expectation differs from a link; only members that are given count."""
    actual = {"label": link.label, "shown": link.shown, "missing": link.missing, **_opened(link)}
    old = _lines(expected)
    new = _lines({name: actual[name] for name in expected if name in actual})
    return ["- %s" % line for line in old if line not in new] + ["+ %s" % line for line in new if line not in old]


def _lines(value: t.Any, path: str = "") -> list[str]:
    """A JSON value, one line for each text or number in it: ``target.refId: A``."""
    if isinstance(value, dict) and value:
        return [line for name, inner in value.items() for line in _lines(inner, _path_to(path, name))]
    if isinstance(value, list) and value:
        return [line for index, inner in enumerate(value) for line in _lines(inner, "%s[%d]" % (path, index))]
    return ["%s: %s" % (path, _shown(value))]


def _path_to(path: str, name: str) -> str:
    if not _PLAIN_NAME.fullmatch(name):
        return "%s[%s]" % (path, json.dumps(name, ensure_ascii=False))
    return "%s.%s" % (path, name) if path else name


def _shown(value: t.Any) -> str:
    """A value for a person: text without quotes, unless these make a difference."""
    if isinstance(value, str) and value.isprintable() and value == value.strip() and not _is_json(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return text == ""
    return True
