# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user writes about one correlation, checked: the options of a module and the entries of a list alike. Pure."""

from __future__ import annotations

import dataclasses
import json
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import EXTERNAL, QUERY
from ansible_collections.crosslink.grafana.plugins.module_utils._entry_config import query_of, transformations_of
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Origin, Problem
from ansible_collections.crosslink.grafana.plugins.module_utils._hints import not_an_entry
from ansible_collections.crosslink.grafana.plugins.module_utils._similar_variables import similar_variables
from ansible_collections.crosslink.grafana.plugins.module_utils._text import is_valid_unicode
from ansible_collections.crosslink.grafana.plugins.module_utils._validator import Validator, kind_of, spellings

PRESENT, ABSENT, IGNORED = "present", "absent", "ignored"
TYPES = (QUERY, EXTERNAL)
URL_MISSING = "config.target.url is missing: a correlation of type external needs a URL to open"

SOURCE_ALIASES = ("source_uid", "sourceUID")
TARGET_ALIASES = ("target_uid", "targetUID")


_ENTRY = spellings(
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
_CONFIG = spellings({"field": (), "target": (), "transformations": (), "type": ()})


@dataclasses.dataclass(frozen=True)
class Entry:
    """A checked entry of a list, or the options of a module. ``source`` and ``target`` are names or UIDs as written.

    ``members`` has those of MEMBERS that are given, under the API's names. ``type`` is None where the correlation that
    ``uid`` names has it. Of an entry that ``has_errors`` only the data sources are looked up, to find all errors at
    once.
    """

    origin: Origin
    state: str
    uid: str | None
    source: str | None
    target: str | None
    type: str | None
    members: t.Mapping[str, t.Any]
    has_errors: bool = False

    @property
    def label(self) -> str | None:
        return self.members.get("label")

    @property
    def field(self) -> str | None:
        return self.members.get("config.field")


def correlation_members(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Those of a module's options that describe the correlation, under the names they were given."""
    return {name: value for name, value in options.items() if name in _ENTRY}


def read_entry(raw: t.Any, origin: Origin, in_list: bool) -> tuple[Entry | None, list[Problem], list[Problem]]:
    """Check what a user wrote; returns the entry, its problems, and its warnings.

    The entry is None where not even its state is known. An entry ``in_list`` needs source and label even with a uid.
    Nothing is asked of Grafana.
    """
    validator = Validator(origin)
    if not isinstance(raw, dict):
        validator.error("invalid_entry", "it must be a mapping, not %s" % kind_of(raw))
        return None, validator.problems, []
    other = not_an_entry(raw) if in_list else None
    if other is not None:
        validator.error("invalid_entry", other)
        return None, validator.problems, []
    options = validator.members(raw, _ENTRY, "")
    config = validator.members(validator.mapping(options, "config") or {}, _CONFIG, "config.")

    states = (PRESENT, ABSENT, IGNORED) if in_list else (PRESENT, ABSENT)
    state = validator.choice(options, "state", states) or (PRESENT if options.get("state") is None else None)
    uid, source, target = (validator.text(options, name) for name in ("uid", "source", "target"))
    members = {
        "label": validator.text(options, "label"),
        "description": validator.text(options, "description"),
        "config.field": validator.text(config, "field", "config."),
        "config.target": query_of(validator, config),
        "config.transformations": transformations_of(validator, config, state == PRESENT),
    }
    type_ = _type(validator, options, config, uid)
    if type_ == EXTERNAL and target is not None:
        # Grafana's API and its provisioning files allow it.
        validator.warn("no_effect", "target has no effect for a correlation of type external")
        target = None
    _check_required(validator, options, config, type_, in_list, state)
    for name, value in (("uid", uid), ("source", source), ("target", target)):
        if value == "":
            validator.error("empty_option", "%s is empty" % name)
    _check_characters(validator, {"uid": uid, "source": source, "target": target, **members})
    if state == PRESENT and not validator.problems:
        _check_variables(validator, members)
    if state is None:
        return None, validator.problems, validator.warnings
    # What cannot be the name of a data source is not looked up.
    source, target = (name if name and is_valid_unicode(name) else None for name in (source, target))
    given = {name: value for name, value in members.items() if value is not None}
    entry = Entry(origin, state, uid, source, target, type_, given, has_errors=bool(validator.problems))
    return entry, validator.problems, validator.warnings


def _check_required(
    validator: Validator,
    options: t.Mapping[str, t.Any],
    config: t.Mapping[str, t.Any],
    type_: str | None,
    in_list: bool,
    state: str | None,
) -> None:
    """Note what is missing, as far as the entry alone tells it."""
    has_uid = options.get("uid") is not None
    if (in_list or not has_uid) and "source" not in options:
        validator.missing("source", ": give the name or UID of the data source that the link starts from")
    if (in_list or not has_uid) and "label" not in options:
        validator.missing("label", ' (for an empty one, write label: "")')
    if type_ == QUERY and not has_uid and "target" not in options:
        advice = ": give the name or UID of the data source to query, or type: external for a URL"
        validator.missing("target", advice)
    if state != PRESENT or not isinstance(options.get("config", {}), dict):
        return
    if in_list and type_ != EXTERNAL and config.get("target") is None:
        validator.missing("config.target", ": give the query of the link ({} for an empty one)")
    if type_ == EXTERNAL:
        _check_url(validator, config.get("target"), needed=in_list)


def _check_characters(validator: Validator, texts: t.Mapping[str, t.Any]) -> None:
    """Note what Grafana, or a database behind it, cannot store, and dollar signs as provisioning files write them."""
    written = json.dumps(texts, ensure_ascii=False)
    if not is_valid_unicode(written):
        names = [name for name, value in texts.items() if not is_valid_unicode(json.dumps(value, ensure_ascii=False))]
        validator.error(
            "invalid_value", "%s contains a lone surrogate, which Grafana cannot store" % " and ".join(names)
        )
    for name in ("label", "description"):
        if "\0" in (texts[name] or ""):
            validator.error("invalid_value", "%s contains a NUL character, which PostgreSQL cannot store" % name)
    if "$$" in written:
        message = "'$$' is taken literally: only Grafana's provisioning files escape '$' as '$$'; write '$'"
        validator.warn("escaped_dollar", message)


def _check_variables(validator: Validator, members: t.Mapping[str, t.Any]) -> None:
    """Warn of variables that look like a misspelled one of a transformation: their link would never be shown."""
    transformations, field = members["config.transformations"], members["config.field"]
    if transformations:
        texts = [members["label"], members["config.target"]]
        for name, hint in similar_variables(texts, transformations, field or ""):
            message = "no transformation gives the variable %s, so the link needs a field with that name%s"
            validator.warn("similar_variable", message % (name, hint))


def _type(
    validator: Validator, options: t.Mapping[str, t.Any], config: t.Mapping[str, t.Any], uid: str | None
) -> str | None:
    type_, of_config = validator.choice(options, "type", TYPES), validator.choice(config, "type", TYPES, "config.")
    if type_ and of_config and type_ != of_config:
        validator.error("contradiction", "type is %s but config.type is %s: leave config.type out" % (type_, of_config))
    return type_ or of_config or (QUERY if uid is None else None)


def _check_url(validator: Validator, query: t.Any, needed: bool) -> None:
    if not isinstance(query, dict):
        if query is None and needed:
            validator.error("missing_option", URL_MISSING)
        return
    url = query.get("url")
    if url is not None and not isinstance(url, str):
        validator.text(query, "url", "config.target.")
    elif not (url or "").strip():
        validator.error("missing_option", URL_MISSING)
