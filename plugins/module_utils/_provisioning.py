# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The correlations of Grafana's provisioning files, as entries of a list. Pure.

A file means what Grafana makes of it, as its source says (the package that provisions data sources), and as it was
tried on 9.4 and 12.4.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._entry import IGNORED
from ansible_collections.crosslink.grafana.plugins.module_utils._entry_config import is_too_deep
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Origin, Problem
from ansible_collections.crosslink.grafana.plugins.module_utils._expansion import Expander
from ansible_collections.crosslink.grafana.plugins.module_utils._validator import Validator, kind_of

EntryList = t.Tuple[Origin, t.Sequence[t.Any]]  # the file or variable, and the entries as they are written there

MAIN_ORG = 1  # where Grafana puts a data source without orgId
_FILE_MEMBERS = ("apiVersion", "datasources", "deleteDatasources", "delete_datasources", "prune")
_CORRELATION_MEMBERS = ("targetUID", "label", "description", "type", "config")
# Grafana reads what is below config without regard to case.
_CONFIG_MEMBERS = {name.lower(): name for name in ("type", "field", "target", "transformations")}
_TRANSFORMATION_MEMBERS = {name.lower(): name for name in ("type", "expression", "field", "mapValue")}


@dataclasses.dataclass(frozen=True)
class ReadOptions:
    """How to read files: Grafana's ``environment``, and the organization whose correlations are wanted, if it is known.

    ``how_to_give`` says in a clause how to give a variable (``%s``) that the environment lacks; ``org_option`` is the
    name of the option to choose an organization.
    """

    environment: t.Mapping[str, str]
    org_id: int | None
    how_to_give: str
    org_option: str = "org_id"


@dataclasses.dataclass(frozen=True)
class _DataSource:
    """A data source of a file: what identifies it, and its correlations as entries. ``reference`` is its UID, or else
    its name."""

    origin: Origin
    org_id: int
    name: str | None
    reference: str
    entries: list[t.Any]
    problems: list[Problem]
    warnings: list[Problem]


@dataclasses.dataclass
class Provisioned:
    """The entries of provisioning files, one list for each data source; not yet checked as entries."""

    lists: list[EntryList] = dataclasses.field(default_factory=list)
    problems: list[Problem] = dataclasses.field(default_factory=list)
    warnings: list[Problem] = dataclasses.field(default_factory=list)


def read_provisioning(files: t.Iterable[tuple[Origin, t.Any]], options: ReadOptions) -> Provisioned:
    """The correlations in the contents of files, in Grafana's order.

    With an ``org_id``, the data sources of other organizations are left out with a warning; without one, they are an
    error unless they belong to organization 1.
    """
    found = Provisioned()
    defined: dict[tuple[int, str], _DataSource] = {}
    for origin, content in files:
        for source in _data_sources(origin, content, options, found.problems):
            key = (source.org_id, source.name or source.reference)
            earlier = defined.pop(key, None)
            if earlier is not None and earlier.entries:
                message = "%s defines the data source '%s' again, so Grafana drops these correlations"
                found.warnings.append(Problem("defined_twice", message % (source.origin, key[1]), earlier.origin))
            defined[key] = source
    number = 0
    for source in defined.values():
        if source.org_id != (options.org_id or MAIN_ORG):
            _note_other_organization(found, source, options)
            continue
        found.problems += [_with_order(problem, number) for problem in source.problems]
        found.warnings += source.warnings
        origin = dataclasses.replace(source.origin, path="%s.correlations" % source.origin.path)
        found.lists.append((origin, source.entries))
        number += len(source.entries)
    return found


def _with_order(problem: Problem, number: int) -> Problem:
    """The problem in the order of the entries, of which ``number`` are before its list."""
    origin = problem.origin or Origin()
    return dataclasses.replace(problem, origin=dataclasses.replace(origin, order=number + (origin.position or 1)))


def _note_other_organization(found: Provisioned, source: _DataSource, options: ReadOptions) -> None:
    number = len(source.entries)
    if not number:
        return
    what = "%d correlation%s of organization %d" % (number, "" if number == 1 else "s", source.org_id)
    if options.org_id is None:
        message = "it has %s: set %s to the organization whose correlations you want" % (what, options.org_option)
        found.problems.append(Problem("other_organization", message, source.origin))
    else:
        message = "%s left out, because %s is %d" % (what, options.org_option, options.org_id)
        found.warnings.append(Problem("other_organization", message, source.origin))


def _data_sources(
    origin: Origin, content: t.Any, options: ReadOptions, problems: list[Problem]
) -> t.Iterator[_DataSource]:
    """The data sources of one file; what is wrong with the file itself is added to ``problems``."""
    if content is None:  # Grafana takes an empty file for one without data sources
        return
    validator = Validator(origin)
    version, raws = _version_and_data_sources(content, validator)
    problems += validator.problems
    for index, raw in enumerate(raws):
        reader = _SourceReader(dataclasses.replace(origin, path="datasources[%d]" % index), version, options)
        source = reader.read(raw)
        if source is None:
            problems += reader.validator.problems
        else:
            yield source


def _version_and_data_sources(content: t.Any, validator: Validator) -> tuple[int, t.Sequence[t.Any]]:
    if not isinstance(content, dict):
        message = "it is not the content of a provisioning file, which is a mapping, but %s" % kind_of(content)
        validator.error("invalid_file", message)
        return 0, []
    version = content.get("apiVersion") or 0
    if not isinstance(version, int) or isinstance(version, bool):
        validator.error("invalid_file", "apiVersion must be a number, as in apiVersion: 1, not %s" % kind_of(version))
        return 0, []
    sources = content.get("datasources")
    others = sorted(str(name) for name in content if name not in _FILE_MEMBERS)
    if "datasources" not in content and others:
        message = "it provisions no data sources: it has no datasources, but %s" % ", ".join(others)
        validator.error("invalid_file", message)
    elif sources is not None and not isinstance(sources, list):
        validator.error("invalid_file", "datasources must be a list, not %s" % kind_of(sources))
    return version, sources if isinstance(sources, list) else []


class _SourceReader:
    """Reads one data source of a file in the format ``version``."""

    def __init__(self, origin: Origin, version: int, options: ReadOptions) -> None:
        self.validator = Validator(origin)
        self._origin = origin
        self._options = options
        self._expands = version > 0  # Grafana expands nothing in files of the first format
        self._org_member = "orgId" if self._expands else "org_id"
        self._ignored = ("org_id",) if self._expands else ("orgId", "uid")

    def read(self, raw: t.Any) -> _DataSource | None:
        """The data source; None for an error, and for one without correlations that its members do not identify."""
        validator = self.validator
        if not isinstance(raw, dict):
            validator.error("invalid_type", "it must be a mapping, not %s" % kind_of(raw))
            return None
        correlations = raw.get("correlations")
        if correlations is None or correlations == []:
            # Such a data source may use variables, which do not matter here.
            name, org_id = raw.get("name"), raw.get(self._org_member) or MAIN_ORG
            is_known = isinstance(name, str) and isinstance(org_id, int)
            return _DataSource(self._origin, org_id, name, str(name), [], [], []) if is_known else None
        if not isinstance(correlations, list):
            validator.error("invalid_type", "correlations must be a list, not %s" % kind_of(correlations))
            return None
        for member in self._ignored:
            if raw.get(member) is not None:
                with_or_without = "with" if self._expands else "without"
                validator.warn("no_effect", "%s has no effect %s apiVersion: 1" % (member, with_or_without))
        name = self._text(raw, "name")
        reference = (self._text(raw, "uid") if self._expands else None) or name
        org_id = self._org_id(raw)
        if not reference and not validator.problems:
            validator.error("missing_option", "name is missing: Grafana finds a data source of a file by its name")
        if not reference or validator.problems:
            return None
        entries = [self._entry(item, position, reference) for position, item in enumerate(correlations, start=1)]
        return _DataSource(self._origin, org_id, name, reference, entries, validator.problems, validator.warnings)

    def _text(self, raw: t.Mapping[str, t.Any], member: str) -> str | None:
        text = self.validator.text(raw, member)
        if not text or not self._expands:
            return text
        expander = Expander(self._options.environment)
        found = expander.text(text, member)
        self._note_missing(expander, self.validator)
        return found

    def _org_id(self, raw: t.Mapping[str, t.Any]) -> int:
        value = raw.get(self._org_member)
        if isinstance(value, str):
            value = self._text(raw, self._org_member)
        try:
            return int(value or MAIN_ORG)
        except (TypeError, ValueError):
            self.validator.error("invalid_type", "%s must be a number, not %s" % (self._org_member, kind_of(value)))
            return MAIN_ORG

    def _entry(self, raw: t.Any, position: int, source: str) -> t.Any:
        """An entry of a list; what is not a mapping stays as it is, for whoever checks entries."""
        if not isinstance(raw, dict):
            return raw
        label = raw.get("label")
        validator = Validator(
            dataclasses.replace(
                self._origin,
                path="%s.correlations" % self._origin.path,
                position=position,
                label=label if isinstance(label, str) else "",
            )
        )
        entry = {member: raw[member] for member in _CORRELATION_MEMBERS if member in raw}
        for member, value in raw.items():
            if member == "transformations" and value is not None:
                validator.error("invalid_entry", "transformations belongs into config, where Grafana reads it")
            elif member not in _CORRELATION_MEMBERS and value is not None:
                validator.warn("no_effect", "%s has no effect in a provisioning file" % member)
        if entry.get("type") == "":
            del entry["type"]
        entry["config"] = _config(entry.get("config"), entry.get("type"), validator)
        if self._expands:
            expander = Expander(self._options.environment)
            entry = {
                member: value if is_too_deep(value) else expander.value(value, member)
                for member, value in entry.items()
            }
            self._note_missing(expander, validator)
        if isinstance(entry["config"], dict) and entry["config"]["field"] == "":
            # Nothing can create such a correlation, but one that is there must not be pruned.
            entry["state"] = IGNORED
            message = "left out, because it has no config.field: Explore shows no link, and a list cannot create it"
            validator.warn("left_out", message)
        self.validator.problems += validator.problems
        self.validator.warnings += validator.warnings
        return {"source": source, **entry}

    def _note_missing(self, expander: Expander, validator: Validator) -> None:
        for where, name in expander.missing:
            if name.startswith("$__file"):
                message = "%s contains %s, which Grafana replaces with the content of the file: write the content"
                validator.error("environment_variable", message % (where, name))
            else:
                message = "%s contains the variable %s of Grafana's environment: write $$ for a literal $, or %s"
                validator.error("environment_variable", message % (where, name, self._options.how_to_give % name))


def _config(config: t.Any, type_: t.Any, validator: Validator) -> t.Any:
    """``config`` with the members that Grafana adds; what is not a mapping stays as it is."""
    if config is not None and not isinstance(config, dict):
        return config
    found = _members(config or {}, _CONFIG_MEMBERS, "config.", validator)
    if not found.get("type"):
        found.pop("type", None)
    if isinstance(found.get("transformations"), list):
        found["transformations"] = [
            _members(item, _TRANSFORMATION_MEMBERS, "config.transformations[%d]." % index, validator)
            if isinstance(item, dict)
            else item
            for index, item in enumerate(found["transformations"])
        ]
    if found.get("field") is None:
        found["field"] = ""
    if found.get("target") is None and "external" not in (type_, found.get("type")):
        found["target"] = {}
    return found


def _members(
    raw: t.Mapping[t.Any, t.Any], known: t.Mapping[str, str], where: str, validator: Validator
) -> dict[str, t.Any]:
    """The members that Grafana knows, spelled as it spells them."""
    found = {}
    for name, value in raw.items():
        if str(name).lower() in known:
            found[known[str(name).lower()]] = value
        elif value is not None:
            validator.warn("no_effect", "%s%s has no effect in a provisioning file" % (where, name))
    return found
