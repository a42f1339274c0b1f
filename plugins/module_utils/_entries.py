# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of entries from variables and files, checked."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Entry, read_entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError, InputErrors, Origin, Problem
from ansible_collections.crosslink.grafana.plugins.module_utils._files import paths_of, read_file
from ansible_collections.crosslink.grafana.plugins.module_utils._provisioning import (
    EntryList,
    ReadOptions,
    read_provisioning,
)

HOW_TO_GIVE = "convert the file with the playbook crosslink.grafana.import_provisioning, which takes a value for %s"


@dataclasses.dataclass
class Entries:
    """The checked entries of all lists; ``count`` includes those with errors."""

    entries: list[Entry] = dataclasses.field(default_factory=list)
    problems: list[Problem] = dataclasses.field(default_factory=list)
    warnings: list[Problem] = dataclasses.field(default_factory=list)
    count: int = 0


def given_entries(params: t.Mapping[str, t.Any], given: t.Mapping[str, t.Any], org_id: int | None = None) -> Entries:
    """The entries of a module's options ``correlations`` and ``src``; ``given`` has the options as the task gave them.

    Of provisioning files, the entries for the organization are taken. Raises InputError if there is neither option, or
    a file cannot be read.
    """
    if params["correlations"] is None and params["src"] is None:
        raise InputError("No list is given: set correlations, or src to files with lists.", "missing_option")
    src = given.get("src")  # as written, because Ansible splits a path at its commas
    files = paths_of([src] if isinstance(src, str) else params["src"] or [])
    lists = split_by_variable(params["correlations"] or [], params["origins"])
    provisioning_files = []
    for path in files:
        content = read_file(path)
        if isinstance(content, list):
            lists.append((Origin(file=path), content))
        else:
            provisioning_files.append((Origin(file=path), content))
    provisioned = read_provisioning(provisioning_files, ReadOptions({}, org_id, HOW_TO_GIVE))
    found = read_entries([*provisioned.lists, *lists])
    found.problems += provisioned.problems
    found.warnings += provisioned.warnings
    return found


def read_entries(lists: t.Iterable[EntryList]) -> Entries:
    """Check the entries of all lists."""
    found = Entries()
    for source, raws in lists:
        for position, raw in enumerate(raws, start=1):
            found.count += 1
            label = raw.get("label") if isinstance(raw, dict) else None
            origin = dataclasses.replace(
                source, order=found.count, position=position, label=label if isinstance(label, str) else ""
            )
            entry, problems, warnings = read_entry(raw, origin, in_list=True)
            found.problems += problems
            # In a provisioning file, "$$" was "$$$$", and is meant as it is.
            found.warnings += [one for one in warnings if one.code != "escaped_dollar" or not origin.path]
            if entry is not None:
                found.entries.append(entry)
    return found


def checked_entries(given: t.Sequence[t.Any]) -> Entries:
    """The entries of a list without a name. Raises InputErrors if any has errors."""
    found = read_entries([(Origin(), given)])
    if found.problems:
        raise InputErrors(found.problems)
    return found


def split_by_variable(
    items: t.Sequence[t.Any],
    origins: t.Sequence[t.Mapping[str, t.Any]] | None,
    names: tuple[str, str] = ("correlations", "origins"),
) -> list[EntryList]:
    """The items by the variables that ``origins`` name, in order. Raises InputError if the counts do not add up.

    ``names`` are those of the options.
    """
    if not origins:
        return [(Origin(), items)]
    lists: list[EntryList] = []
    start = 0
    for origin in origins:
        end = start + origin["count"]
        lists.append((Origin(variable=origin["variable"]), items[start:end]))
        start = end
    if start != len(items):
        message = "%s count %d entries, but %s has %d: leave %s out."
        raise InputError(message % (names[1], start, names[0], len(items), names[1]), "contradiction")
    return lists
