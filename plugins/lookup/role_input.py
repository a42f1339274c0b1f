# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lists and files of the role grafana_correlations, from the variables of a host."""

from __future__ import annotations

DOCUMENTATION = r"""
name: role_input
short_description: Find the lists and files of the role grafana_correlations, and check its variables
version_added: 1.0.0
author:
  - crosslink contributors (@crosslink-ansible)
description:
  - Reads the variables of the current host for the role P(crosslink.grafana.grafana_correlations#role). It takes no
    terms.
  - Lists are the variables named C(grafana_correlations_list), or starting with C(grafana_correlations_list_). Tests
    are those named C(grafana_correlations_tests), or starting with C(grafana_correlations_tests_).
  - Files are those that match the paths and globs in C(grafana_correlations_src). Relative paths are looked up on the
    controller, in the directory of the inventory, then in the directory of the playbook, then in the current directory.
    The first directory with a match is used. The directory of this collection's own playbooks is skipped. Paths that
    start with C(/), C(~) or C($) are passed to the module unchanged.
  - It is an error if a variable that starts with C(grafana_correlations_) is not a variable of the role, or if a value
    has the wrong type.
options: {}
seealso:
  - module: crosslink.grafana.grafana_correlations
"""

EXAMPLES = r"""
- name: Show which lists and files the role uses
  ansible.builtin.debug:
    msg: "{{ lookup('crosslink.grafana.role_input') }}"
"""

RETURN = r"""
_value:
  description: The result, as the only element of a list.
  type: list
  elements: dict
  contains:
    origins:
      description: The C(variable) of each list and its C(count) of entries, in the order in which they are joined.
      type: list
      elements: dict
    test_origins:
      description: The C(variable) of each list of tests and its C(count), in the order in which they are joined.
      type: list
      elements: dict
    src:
      description: The files that were found, and the paths that are passed to the module unchanged.
      type: list
      elements: str
    message:
      description: All errors in the variables, in one sentence; empty if there are none.
      type: str
  sample:
    - origins:
        - variable: grafana_correlations_list_payments
          count: 1
      test_origins: []
      src:
        - /srv/correlations/shop.yml
      message: ""
"""

import datetime
import difflib
import os
import typing as t
from collections.abc import Mapping
from pathlib import Path

import ansible.errors
from ansible.errors import AnsibleError
from ansible.module_utils.common.parameters import DEFAULT_TYPE_VALIDATORS
from ansible.plugins.lookup import LookupBase

from ansible_collections.crosslink.grafana.plugins.module_utils._argument_spec import (
    conflict_options,
    connection_options,
    list_options,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError, InputErrors, Problem
from ansible_collections.crosslink.grafana.plugins.module_utils._files import files_that_match
from ansible_collections.crosslink.grafana.plugins.module_utils._text import quotable

PREFIX = "grafana_correlations_"
LIST = PREFIX + "list"
TESTS = PREFIX + "tests"
JUNIT = PREFIX + "tests_junit"  # no list of tests
SRC = PREFIX + "src"
RESULT = PREFIX + "result"
COLLECTION = Path(__file__).resolve().parents[2]
SPECS = COLLECTION / "roles" / "grafana_correlations" / "meta" / "argument_specs.yml"
WORDS = {
    "int": "a whole number",
    "bool": "true or false",
    "dict": "a mapping",
    "list": "a list",
    "str": "text",
    "path": "text",
}
OWN = {"fail_on_drift": {"type": "bool"}, "tests_junit": {"type": "path"}}  # no options of the module
NO_TEXT = (bool, int, float, datetime.date)

# ansible-core 2.19 and later raises this for an omitted variable; before, its value is that of the variable omit.
_OMITTED: t.Any = getattr(ansible.errors, "AnsibleValueOmittedError", ())

Variables = t.Mapping[str, t.Any]


def is_list_name(name: str) -> bool:
    """Whether a variable of this name is a list of correlations."""
    return name == LIST or name.startswith(LIST + "_")


def is_tests_name(name: str) -> bool:
    """Whether a variable of this name is a list of tests."""
    return name == TESTS or (name.startswith(TESTS + "_") and name != JUNIT)


def wrong_names(names: t.Iterable[str], known: t.Collection[str]) -> list[str]:
    """A sentence for each variable that looks like one of the role but is not: a misspelled limit would have no
    effect."""
    found = []
    for name in sorted(names):
        right = PREFIX + name.partition("grafana_correlation_")[2]
        if name.startswith("grafana_correlation_") and (right in known or right.startswith(LIST)):
            near = [right]
        elif name.startswith(PREFIX) and name not in known and not is_list_name(name) and not is_tests_name(name):
            # Compare without the common prefix, which would make all names similar.
            endings = [other[len(PREFIX) :] for other in (*sorted(known), LIST, TESTS)]
            near = [
                PREFIX + ending for ending in difflib.get_close_matches(name[len(PREFIX) :], endings, n=1, cutoff=0.7)
            ]
        else:
            continue
        found.append(
            "%s is not a variable of this role%s: correct the name (lists are named %s_ with any ending); "
            "names of other variables must not start with %s"
            % (name, " (did you mean %s?)" % near[0] if near else "", LIST, PREFIX)
        )
    return found


def what_it_must_be(option: t.Mapping[str, t.Any], value: t.Any) -> str | None:
    """A clause that says what the value of a variable must be; None if it is valid for the module."""
    kind = option["type"]
    choices = option.get("choices")
    if kind in ("str", "path"):
        if isinstance(value, NO_TEXT):
            return "must be text: write it in quotes"
        if isinstance(value, (Mapping, list, tuple)):
            return "must be text"
    else:
        try:
            if isinstance(value, bool) and kind == "int":
                raise TypeError
            items = DEFAULT_TYPE_VALIDATORS[kind](value)
        except (TypeError, ValueError):
            return "must be %s" % WORDS[kind]
        if kind == "list" and any(isinstance(item, NO_TEXT) for item in items):
            return "must be a list of text: write its items in quotes"
    if choices and value not in choices:
        near = difflib.get_close_matches(str(value), choices, n=1)
        return "is '%s' but must be one of %s%s" % (
            quotable(value),
            ", ".join(choices),
            " (did you mean '%s'?)" % near[0] if near else "",
        )
    return None


def find_files(patterns: t.Iterable[str], folders: t.Sequence[str]) -> tuple[list[str], list[str]]:
    """The files that match relative patterns, each in the first folder with a match, and the patterns without any.
    Raises InputError."""
    found: list[str] = []
    lost = []
    for pattern in patterns:
        if pattern[0] in "/~$":
            found.append(pattern)
            continue
        matches = next(filter(None, (files_that_match(os.path.expandvars(pattern), folder) for folder in folders)), [])
        found += matches
        lost += [] if matches else [pattern]
    return found, lost


def joined(messages: t.Sequence[str]) -> str:
    """The messages as one; empty if there are none."""
    return str(InputErrors(Problem("invalid_value", message) for message in messages)) if messages else ""


def flat(value: t.Any) -> t.Iterator[t.Any]:
    """The values of a list and its nested lists, or the single value."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from flat(item)
    else:
        yield value


def dates_in(entries: t.Sequence[t.Any]) -> t.Iterator[tuple[int, datetime.date]]:
    """The dates in entries, with the position of the entry. A module would receive them as text that differs from what
    was written."""
    for position, entry in enumerate(entries):
        values = [entry]
        while values:
            value = values.pop()
            if isinstance(value, Mapping):
                values += value.values()
            elif isinstance(value, (list, tuple)):
                values += value
            elif isinstance(value, datetime.date):
                yield position, value


class LookupModule(LookupBase):
    """The plugin."""

    def run(
        self, terms: t.Sequence[t.Any], variables: Variables | None = None, **kwargs: t.Any
    ) -> list[dict[str, t.Any]]:
        variables = variables or {}
        described = self._loader.load_from_file(str(SPECS))["argument_specs"]["main"]["options"]
        known = {name for name in described if name.isidentifier()} | {RESULT}
        self.messages = wrong_names(variables, known)
        src = self._find_src(variables)
        origins = self._find_lists(variables, is_list_name, "correlations")
        test_origins = self._find_lists(variables, is_tests_name, "tests")
        if not origins and src is None and not self.messages:
            self.messages.append(
                "No list is defined for %s: define %s, or %s_ with any ending (write [] for an empty one), or %s"
                % (variables.get("inventory_hostname"), LIST, LIST, SRC)
            )
        options = {
            PREFIX + name: option
            for name, option in {**connection_options(), **conflict_options(), **list_options(), **OWN}.items()
        }
        for name in sorted(options.keys() & variables.keys() - {SRC}):
            value = self._value(name, variables)
            wrong = None if value is None else what_it_must_be(options[name], value)
            self.messages += ["%s %s" % (name, wrong)] if wrong else []
        message = joined(self.messages)
        return [{"origins": origins, "test_origins": test_origins, "src": src or [], "message": message}]

    def _value(self, name: str, variables: Variables) -> t.Any:
        """The value of a variable; None if it is not set, or cannot be evaluated, which is an error."""
        try:
            value = self._templar.template(variables.get(name))
        except _OMITTED:
            return None
        except AnsibleError as error:
            # Old versions of ansible-core repeat some sentences.
            reason = ". ".join(dict.fromkeys(quotable(error).rstrip(".").split(". ")))
            self.messages.append("%s cannot be evaluated: %s" % (name, reason))
            return None
        return None if value == variables.get("omit") else value

    def _find_lists(self, variables: Variables, is_name: t.Callable[[str], bool], items: str) -> list[dict[str, t.Any]]:
        """The variables whose names are those of lists, each with its number of items."""
        origins = []
        for name in sorted(filter(is_name, variables)):
            before = len(self.messages)
            # Do not evaluate what is already a list: for a long list, that takes seconds.
            value = variables[name] if isinstance(variables[name], list) else self._value(name, variables)
            if isinstance(value, (list, tuple)):
                origins.append({"variable": name, "count": len(value)})
                self.messages += [
                    "%s[%d] has the date %s: write it in quotes" % (name, position, date)
                    for position, date in dates_in(value)
                ]
            elif len(self.messages) == before:
                self.messages.append("%s must be a list of %s (write [] for an empty one)" % (name, items))
        return origins

    def _find_src(self, variables: Variables) -> list[str] | None:
        """The files; None if the variable is not set."""
        value = self._value(SRC, variables)
        if value is None or value == []:
            return None
        patterns = list(flat(value))
        if not all(isinstance(pattern, str) and pattern for pattern in patterns):
            self.messages.append("%s must be a path, or a list of paths, none of them empty" % SRC)
            return []
        own = COLLECTION / "playbooks"
        places = [variables.get("inventory_dir"), variables.get("playbook_dir"), os.getcwd()]
        folders = list(dict.fromkeys(place for place in places if place and Path(place).resolve() != own))
        try:
            found, lost = find_files(patterns, folders)
        except InputError as error:
            self.messages.append(PREFIX + str(error).rstrip("."))
            return []
        if lost:
            self.messages.append("%s: there is no file %s in %s" % (SRC, ", ".join(lost), " or ".join(folders)))
        return found
