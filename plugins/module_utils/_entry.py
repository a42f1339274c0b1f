# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user says of one correlation, checked; the same for a module's options and for the entries of a list."""

from __future__ import annotations

import dataclasses
import datetime
import json
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import EXTERNAL, QUERY
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import as_floats, plain_transformations
from ansible_collections.crosslink.grafana.plugins.module_utils._hints import unknown_member, wrong_thing
from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_regex import regex_error
from ansible_collections.crosslink.grafana.plugins.module_utils._words import is_whole_text

PRESENT, ABSENT, IGNORED = "present", "absent", "ignored"
TYPES = (QUERY, EXTERNAL)
TRANSFORMATION_TYPES = ("regex", "logfmt")
# Deeper values break JSON encoders on the way; no query of Grafana's comes near.
DEEPEST_TARGET = 300

SOURCE_ALIASES = ("source_uid", "sourceUID")
TARGET_ALIASES = ("target_uid", "targetUID")
MAP_VALUE_ALIASES = ("mapValue",)


def _spellings(names: t.Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The canonical name of each name and alias."""
    return {spelling: name for name, aliases in names.items() for spelling in (name, *aliases)}


_ENTRY = _spellings(
    {
        "state": (),
        "uid": (),
        "source": SOURCE_ALIASES,
        "target": TARGET_ALIASES,
        "label": (),
        "description": (),
        "type": (),
        "config": (),
    }
)
_CONFIG = _spellings({"field": (), "target": (), "transformations": (), "type": ()})
_TRANSFORMATION = _spellings({"type": (), "expression": (), "field": (), "map_value": MAP_VALUE_ALIASES})


@dataclasses.dataclass(frozen=True)
class Origin:
    """Where an entry stands: in which file or variable, if it is known, and at which position there, from 1."""

    position: int = 1
    file: str | None = None
    variable: str | None = None


@dataclasses.dataclass(frozen=True)
class Entry:
    """A checked definition. ``source`` and ``target`` are names or UIDs as given.

    ``given`` holds those of MEMBERS that were given, in the API's spelling. ``type`` is None where it is left to
    the row that ``uid`` names. ``place`` is how to call the entry in a sentence; it is empty for a single module.
    ``number`` counts all entries of a run. ``is_wrong`` is for one with mistakes, of which only the data sources are looked up.
    """

    place: str
    number: int
    state: str
    uid: str | None
    source: str | None
    target: str | None
    type: str | None
    given: t.Mapping[str, t.Any]
    origin: Origin = Origin()
    is_wrong: bool = False

    @property
    def label(self) -> str | None:
        return self.given.get("label")


def members_given(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Those of a module's options that describe the correlation, under the names they were given."""
    return {name: value for name, value in options.items() if name in _ENTRY}


class Reader:
    """Collects mistakes and warnings while it takes members out of a mapping."""

    def __init__(self) -> None:
        self.mistakes: list[str] = []
        self.warnings: list[str] = []

    def members(self, raw: t.Mapping[t.Any, t.Any], canonical: t.Mapping[str, str], where: str) -> dict[str, t.Any]:
        """The given members under their canonical names; null counts as not given."""
        found: dict[str, t.Any] = {}
        spelled: dict[str, str] = {}
        for name, value in raw.items():
            if name not in canonical:
                self.mistakes.append(unknown_member(where, str(name), canonical))
                continue
            if value is None:
                continue
            if canonical[name] in found:
                first, second = sorted((spelled[canonical[name]], name), key=lambda one: one != canonical[name])
                self.mistakes.append("%s%s and its alias %s are both given" % (where, first, second))
            found.setdefault(canonical[name], value)
            spelled[canonical[name]] = name
        return found

    def text(self, members: t.Mapping[str, t.Any], name: str, where: str = "") -> str | None:
        """The text of that name. YAML makes 8 of 010 and 750 of 12:30, so that the digits of a number are not what was written."""
        value = members.get(name)
        if value is None or isinstance(value, str):
            return value
        advice = "" if isinstance(value, (list, dict)) else ": write it in quotes"
        self.mistakes.append("%s%s must be text, not %s%s" % (where, name, kind_of(value), advice))
        return None

    def choice(self, members: t.Mapping[str, t.Any], name: str, choices: t.Sequence[str], where: str = "") -> str | None:
        value = self.text(members, name, where)
        if value is None or value in choices:
            return value
        self.mistakes.append("%s%s is '%s' but must be one of %s" % (where, name, value[:40], ", ".join(choices)))
        return None

    def mapping(self, members: t.Mapping[str, t.Any], name: str, where: str = "") -> t.Mapping[str, t.Any] | None:
        value = members.get(name)
        if value is None or isinstance(value, dict):
            return value
        self.mistakes.append("%s%s must be a mapping, not %s" % (where, name, kind_of(value)))
        return None


def kind_of(value: t.Any) -> str:
    """What a value is, in words for a sentence."""
    names = (
        (bool, "a boolean"),
        ((int, float), "a number"),
        (str, "text"),
        (list, "a list"),
        (dict, "a mapping"),
        (datetime.date, "a date"),
    )
    return next((name for kinds, name in names if isinstance(value, kinds)), type(value).__name__)  # type: ignore[arg-type]


def read_entry(raw: t.Any, number: int, whole: bool, place: str = "", origin: Origin = Origin()) -> tuple[Entry | None, list[str], list[str]]:
    """Check one definition; returns the entry, the mistakes, and the warnings.

    With mistakes the entry is wrong, or None where not even its state is known. ``whole`` is for an entry of a list, which
    needs source and label even with a uid. The sentences are without the place and the full stop. Nothing is asked of Grafana here.
    """
    reader = Reader()
    if not isinstance(raw, dict):
        return None, ["it must be a mapping, not %s" % ("null" if raw is None else kind_of(raw))], []
    wrong = wrong_thing(raw) if whole else None
    if wrong is not None:
        return None, [wrong], []
    members = reader.members(raw, _ENTRY, "")
    config = reader.members(reader.mapping(members, "config") or {}, _CONFIG, "config.")

    states = (PRESENT, ABSENT, IGNORED) if whole else (PRESENT, ABSENT)
    state = reader.choice(members, "state", states) or (PRESENT if members.get("state") is None else None)
    uid, source, target = (reader.text(members, name) for name in ("uid", "source", "target"))
    label = reader.text(members, "label")
    description = reader.text(members, "description")
    kind = _type(reader, members, config, uid)
    if kind == EXTERNAL and target is not None:
        # Grafana's API and its provisioning files have it.
        reader.warnings.append("a correlation of type external has no target, so the one given counts for nothing")
        target = None
    for name, value in (("uid", uid), ("source", source), ("target", target)):
        if value == "":
            reader.mistakes.append("%s is empty" % name)
    given = {
        "label": label,
        "description": description,
        "config.field": reader.text(config, "field", "config."),
        "config.target": _query(reader, config),
        "config.transformations": _transformations(reader, config, state == PRESENT),
    }
    if (whole or uid is None) and "source" not in members:
        reader.mistakes.append("source is missing: give the UID or the name of the data source where the link starts")
    if (whole or uid is None) and "label" not in members:
        reader.mistakes.append("label is missing (an empty one is written label: \"\")")
    if kind == QUERY and uid is None and "target" not in members:
        reader.mistakes.append("target is missing: a correlation of type query needs the UID or the name of a data source (a link to a URL is type: external)")
    if whole and state == PRESENT and kind != EXTERNAL and config.get("target") is None and isinstance(members.get("config", {}), dict):
        reader.mistakes.append("config.target is missing: give the query that the link opens ({} for an empty one)")
    if kind == EXTERNAL and state == PRESENT:
        _check_url(reader, config.get("target"), needed=whole)
    _check_characters(reader, {"uid": uid, "source": source, "target": target, **given})
    # What is no name is not looked up.
    source, target = (name if name and is_whole_text(name) else None for name in (source, target))
    if state is None:
        return None, reader.mistakes, reader.warnings
    kept = {name: value for name, value in given.items() if value is not None}
    return Entry(place, number, state, uid, source, target, kind, kept, origin, bool(reader.mistakes)), reader.mistakes, reader.warnings


def _check_characters(reader: Reader, texts: t.Mapping[str, t.Any]) -> None:
    """What Grafana, or a database behind it, does not keep; and dollar signs as provisioning files have them."""
    written = json.dumps(texts, ensure_ascii=False)
    if not is_whole_text(written):
        broken = [name for name, value in texts.items() if not is_whole_text(json.dumps(value, ensure_ascii=False))]
        reader.mistakes.append("%s has half a character (a lone surrogate), which Grafana cannot keep" % " and ".join(broken))
    for name in ("label", "description"):
        if "\0" in (texts[name] or ""):
            reader.mistakes.append("%s has a NUL character, which Grafana on PostgreSQL cannot keep: leave it out" % name)
    if "$$" in written:
        reader.warnings.append("it contains '$$': only Grafana's own provisioning files double the dollar sign, here it is written '$'")


def _type(reader: Reader, members: t.Mapping[str, t.Any], config: t.Mapping[str, t.Any], uid: str | None) -> str | None:
    kind, old = reader.choice(members, "type", TYPES), reader.choice(config, "type", TYPES, "config.")
    if kind and old and kind != old:
        reader.mistakes.append("type is %s but config.type is %s: leave config.type out" % (kind, old))
    return kind or old or (QUERY if uid is None else None)


def _query(reader: Reader, config: t.Mapping[str, t.Any]) -> dict[str, t.Any] | None:
    """``config.target``, which has to survive as JSON."""
    query = reader.mapping(config, "target", "config.")
    if query is None:
        return None
    if _depth(query) > DEEPEST_TARGET:
        reader.mistakes.append("config.target is nested deeper than %d levels" % DEEPEST_TARGET)
        return None
    try:
        copy = json.loads(json.dumps(query, allow_nan=False))
        as_floats(copy)
    except OverflowError:
        reader.mistakes.append("config.target has a number that is too large for Grafana: write it in quotes")
    except ValueError:
        reader.mistakes.append("config.target has a number that JSON cannot carry (.nan or .inf)")
    except TypeError as error:
        kind = str(error).replace("Object of type ", "").partition(" is ")[0]
        reader.mistakes.append("config.target has a value that JSON cannot carry (%s): write it in quotes" % kind)
    else:
        return copy
    return None


def _depth(value: t.Any) -> int:
    """How deep a value is nested, found without recursion, up to one more than allowed."""
    level, depth = [value], 0
    while level and depth <= DEEPEST_TARGET:
        depth += 1
        inside = (inner for outer in level if isinstance(outer, (list, dict)) for inner in (outer.values() if isinstance(outer, dict) else outer))
        level = list({id(inner): inner for inner in inside}.values())  # each once: aliases in YAML can be many of the same
    return depth


def _transformations(reader: Reader, config: t.Mapping[str, t.Any], must_work: bool) -> list[dict[str, t.Any]] | None:
    given = config.get("transformations")
    if given is None:
        return None
    if not isinstance(given, list):
        reader.mistakes.append("config.transformations must be a list, not %s" % kind_of(given))
        return None
    checked = []
    for index, raw in enumerate(given):
        where = "config.transformations[%d]" % index
        if not isinstance(raw, dict):
            reader.mistakes.append("%s must be a mapping, not %s" % (where, "null" if raw is None else kind_of(raw)))
            continue
        where += "."
        item = reader.members(raw, _TRANSFORMATION, where)
        kind = reader.choice(item, "type", TRANSFORMATION_TYPES, where)
        if "type" not in item:
            reader.mistakes.append("%stype is missing: regex or logfmt" % where)
        expression = reader.text(item, "expression", where)
        if kind == "regex" and not item.get("expression"):
            reader.mistakes.append("%sexpression is missing: type regex needs one" % where)
        elif kind == "regex" and expression is not None and must_work and (error := regex_error(expression)):
            reader.mistakes.append("%sexpression is no regular expression of JavaScript, which Grafana uses: %s" % (where, error))
        checked.append(
            {"type": kind, "expression": expression, "field": reader.text(item, "field", where), "mapValue": reader.text(item, "map_value", where)}
        )
    return plain_transformations(checked)


def _check_url(reader: Reader, query: t.Any, needed: bool) -> None:
    if not isinstance(query, dict):
        reader.mistakes += [URL_MISSING] if query is None and needed else []
        return
    url = query.get("url")
    if url is not None and not isinstance(url, str):
        reader.text(query, "url", "config.target.")
    elif not (url or "").strip():
        reader.mistakes.append(URL_MISSING)


URL_MISSING = "config.target.url is missing: a correlation of type external needs the URL that it opens"
