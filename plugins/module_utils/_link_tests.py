# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of links that users write: a row, and the links that Explore has to show for it. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._equality import normalize_numbers
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError, InputErrors, Origin, Problem
from ansible_collections.crosslink.grafana.plugins.module_utils._link_preview import read_row
from ansible_collections.crosslink.grafana.plugins.module_utils._link_transformations import Row
from ansible_collections.crosslink.grafana.plugins.module_utils._provisioning import EntryList
from ansible_collections.crosslink.grafana.plugins.module_utils._text import did_you_mean
from ansible_collections.crosslink.grafana.plugins.module_utils._validator import Validator, kind_of, spellings

_TEST = spellings({"name": (), "source": (), "row": (), "labels": (), "expect": ()})
_LINK = spellings({"label": (), "url": (), "target": (), "shown": (), "missing": ()})


@dataclasses.dataclass(frozen=True)
class LinkTest:
    """A test. Each item of ``expect`` has the ``label`` of a link, whether it is ``shown``, and what else must be as
    given: ``url``, ``target`` or ``missing``."""

    origin: Origin
    name: str
    source: str
    row: Row
    labels: Row
    expect: t.Sequence[t.Mapping[str, t.Any]]


def read_tests(lists: t.Iterable[EntryList], sources: t.Collection[str]) -> list[LinkTest]:
    """The tests of all lists, of links that start from one of ``sources``. Raises InputErrors with all errors."""
    tests: list[LinkTest] = []
    problems: list[Problem] = []
    order = 0
    for place, raws in lists:
        for position, raw in enumerate(raws, start=1):
            order += 1
            name = raw.get("name") if isinstance(raw, dict) else None
            origin = Origin(order, position, None, place.variable or "tests", name if isinstance(name, str) else "")
            validator = Validator(origin)
            test = _read(validator, origin, raw, sources)
            problems += validator.problems
            tests += [test] if test else []
    if problems:
        raise InputErrors(problems, consequence=", no link was tested")
    return tests


def _read(validator: Validator, origin: Origin, raw: t.Any, sources: t.Collection[str]) -> LinkTest | None:
    """The test; None if it has errors."""
    if not isinstance(raw, dict):
        validator.error("invalid_type", "it must be a mapping, not %s" % kind_of(raw))
        return None
    given = validator.members(raw, _TEST, "", "a test")
    for required in ("name", "source", "row", "expect"):
        if required not in given:
            validator.missing(required)
    source = validator.text(given, "source")
    if source is not None and source not in sources:
        message = "no entry starts from '%s'%s: write the source as its entries do, by name or UID"
        validator.error("unknown_source", message % (source, did_you_mean(source, sources)))
    row, labels = (_read_row(validator, given.get(name, {}), name) for name in ("row", "labels"))
    links = given.get("expect", [])
    if not isinstance(links, list):
        validator.error("invalid_type", "expect must be a list, not %s" % kind_of(links))
        return None
    expect = [_read_link(validator, link, "expect[%d]" % index) for index, link in enumerate(links)]
    name = validator.text(given, "name")
    return None if validator.problems else LinkTest(origin, name or "", source or "", row, labels, expect)


def _read_row(validator: Validator, value: t.Any, name: str) -> Row:
    try:
        return read_row(value, name)
    except InputError as error:
        validator.error(error.code, str(error).rstrip("."))
        return {}


def _read_link(validator: Validator, raw: t.Any, place: str) -> dict[str, t.Any]:
    """What is expected of one link."""
    if not isinstance(raw, dict):
        validator.error("invalid_type", "%s must be a mapping, not %s" % (place, kind_of(raw)))
        return {}
    where = place + "."
    given = validator.members(raw, _LINK, where, "a link")
    if "label" not in given:
        validator.missing(where + "label")
    shown = given.get("shown", "missing" not in given)
    missing = given.get("missing", [])
    if not isinstance(shown, bool):
        validator.error("invalid_type", "%sshown must be true or false, not %s" % (where, kind_of(shown)))
    if not isinstance(missing, list) or not all(isinstance(name, str) for name in missing):
        validator.error("invalid_type", "%smissing must be a list of names of variables" % where)
    wrong = [name for name in (("missing",) if shown else ("url", "target")) if name in given]
    if len({"url", "target"} & given.keys()) == 2:
        validator.error("contradiction", "%surl and %starget are both given: a link opens one of them" % (where, where))
    elif wrong:
        message = "%s%s does not go with shown: %s" % (where, wrong[0], "true" if shown else "false")
        validator.error("contradiction", message)
    expected = {"label": validator.text(given, "label", where), "shown": shown}
    if "url" in given:
        expected["url"] = validator.text(given, "url", where)
    if "target" in given:
        expected["target"] = normalize_numbers(validator.mapping(given, "target", where))
    if "missing" in given:
        expected["missing"] = missing
    return expected
