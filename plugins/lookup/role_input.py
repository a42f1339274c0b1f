# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the variables of a host give the role grafana_correlations to do."""

from __future__ import annotations

DOCUMENTATION = r"""
name: role_input
short_description: Find the lists and files of the role grafana_correlations, and check its variables
version_added: 0.1.0
author:
  - crosslink contributors (@crosslink-ansible)
description:
  - Looks through the variables of the current host. The role P(crosslink.grafana.grafana_correlations#role) uses this plugin; it takes no terms.
  - Lists are the variables named C(grafana_correlations_list), or C(grafana_correlations_list_) and anything after it.
  - Files are those that C(grafana_correlations_src) names by paths and globs. A relative one is looked for on the controller, in the folder of
    the inventory, then in that of the playbook, then in the current one; the first folder that has a match is taken. The folder of this
    collection's own playbooks is passed over. What begins with C(/), C(~) or C($) is left to the module.
  - A variable whose name begins with C(grafana_correlations_) and that the role does not have is a mistake, and so is a value of a wrong type.
options: {}
seealso:
  - module: crosslink.grafana.grafana_correlations
"""

EXAMPLES = r"""
- name: Show which lists and files the role would take
  ansible.builtin.debug:
    msg: "{{ lookup('crosslink.grafana.role_input') }}"
"""

RETURN = r"""
_value:
  description: What was found, as the only element of a list.
  type: list
  elements: dict
  contains:
    origins:
      description: The C(variable) of each list and its C(count) of entries, in the order in which the lists are joined.
      type: list
      elements: dict
    src:
      description: The files, and what is left to the module.
      type: list
      elements: str
    message:
      description: What is wrong with the variables, in one sentence; empty if nothing is.
      type: str
  sample:
    - origins:
        - variable: grafana_correlations_list_payments
          count: 2
      src:
        - /srv/links/shop.yml
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

from ansible_collections.crosslink.grafana.plugins.module_utils._argument_spec import conflict_options, connection_options, list_options
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Mistake, Mistakes, quotable
from ansible_collections.crosslink.grafana.plugins.module_utils._files import files_that_match

PREFIX = "grafana_correlations_"
LIST = PREFIX + "list"
SRC = PREFIX + "src"
RESULT = PREFIX + "result"
COLLECTION = Path(__file__).resolve().parents[2]
SPECS = COLLECTION / "roles" / "grafana_correlations" / "meta" / "argument_specs.yml"
WORDS = {"int": "a whole number", "bool": "true or false", "dict": "a mapping", "list": "a list", "str": "text", "path": "text"}
NO_TEXT = (bool, int, float, datetime.date)

# Raised for a variable that is omitted, since ansible-core 2.19; before, its value is that of the variable omit.
_OMITTED: t.Any = getattr(ansible.errors, "AnsibleValueOmittedError", ())

Variables = t.Mapping[str, t.Any]


def is_list_name(name: str) -> bool:
    """Whether a variable of this name is a list of correlations."""
    return name == LIST or name.startswith(LIST + "_")


def wrong_names(names: t.Iterable[str], known: t.Collection[str]) -> list[str]:
    """A sentence for each variable that seems to be meant for the role, which does not have it: a misspelt limit would be none."""
    found = []
    for name in sorted(names):
        right = PREFIX + name.partition("grafana_correlation_")[2]
        if name.startswith("grafana_correlation_") and (right in known or right.startswith(LIST)):
            near = [right]
        elif name.startswith(PREFIX) and name not in known and not is_list_name(name):
            # Without what they all begin with, or each would be like the other.
            endings = [other[len(PREFIX) :] for other in (*sorted(known), LIST)]
            near = [PREFIX + ending for ending in difflib.get_close_matches(name[len(PREFIX) :], endings, n=1, cutoff=0.7)]
        else:
            continue
        found.append(
            "%s is no variable of this role%s: correct the name (lists are named %s_ and anything after it), or give what is for something "
            "else another name than %s" % (name, " (did you mean %s?)" % near[0] if near else "", LIST, PREFIX)
        )
    return found


def what_it_must_be(option: t.Mapping[str, t.Any], value: t.Any) -> str | None:
    """What the value of a variable must be, where it is something else for the module that gets it."""
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
        return "is '%s' but must be one of %s%s" % (quotable(value), ", ".join(choices), " (did you mean '%s'?)" % near[0] if near else "")
    return None


def find_files(patterns: t.Iterable[str], folders: t.Sequence[str]) -> tuple[list[str], list[str]]:
    """The files that relative patterns name in the first folder that has one, and the patterns that name none. Raises Mistake."""
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


def flat(value: t.Any) -> t.Iterator[t.Any]:
    """The values of a list and of the lists in it, or the one value."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from flat(item)
    else:
        yield value


def dates_in(entries: t.Sequence[t.Any]) -> t.Iterator[tuple[int, datetime.date]]:
    """The dates among the values of entries, with the position of the entry. A module would get them as text, but not as they were written."""
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

    def run(self, terms: t.Sequence[t.Any], variables: Variables | None = None, **kwargs: t.Any) -> list[dict[str, t.Any]]:
        variables = variables or {}
        described = self._loader.load_from_file(str(SPECS))["argument_specs"]["main"]["options"]
        known = {name for name in described if name.isidentifier()} | {RESULT}
        self.mistakes = wrong_names(variables, known)
        src = self._find_src(variables)
        origins = self._find_lists(variables)
        if not origins and src is None and not self.mistakes:
            self.mistakes.append(
                "No list is defined for %s: define %s, or %s_ with any ending (write [] for an empty one), or %s"
                % (variables.get("inventory_hostname"), LIST, LIST, SRC)
            )
        options = {PREFIX + name: option for name, option in {**connection_options(), **conflict_options(), **list_options()}.items()}
        for name in sorted(options.keys() & variables.keys() - {SRC}):
            value = self._value(name, variables)
            wrong = None if value is None else what_it_must_be(options[name], value)
            self.mistakes += ["%s %s" % (name, wrong)] if wrong else []
        return [{"origins": origins, "src": src or [], "message": str(Mistakes(self.mistakes)) if self.mistakes else ""}]

    def _value(self, name: str, variables: Variables) -> t.Any:
        """The value of a variable; None where it is not set, or cannot be told, which is a mistake."""
        try:
            value = self._templar.template(variables.get(name))
        except _OMITTED:
            return None
        except AnsibleError as error:
            # Early ansible-core says some things twice.
            reason = ". ".join(dict.fromkeys(quotable(error).rstrip(".").split(". ")))
            self.mistakes.append("%s cannot be evaluated: %s" % (name, reason))
            return None
        return None if value == variables.get("omit") else value

    def _find_lists(self, variables: Variables) -> list[dict[str, t.Any]]:
        origins = []
        for name in sorted(filter(is_list_name, variables)):
            before = len(self.mistakes)
            # What is a list as it stands is not evaluated here: for a long one that takes seconds.
            value = variables[name] if isinstance(variables[name], list) else self._value(name, variables)
            if isinstance(value, (list, tuple)):
                origins.append({"variable": name, "count": len(value)})
                self.mistakes += ["%s[%d] has the date %s: write it in quotes" % (name, position, date) for position, date in dates_in(value)]
            elif len(self.mistakes) == before:
                self.mistakes.append("%s must be a list of correlations (write [] for an empty one)" % name)
        return origins

    def _find_src(self, variables: Variables) -> list[str] | None:
        """The files; None if none are asked for."""
        value = self._value(SRC, variables)
        if value is None or value == []:
            return None
        patterns = list(flat(value))
        if not all(isinstance(pattern, str) and pattern for pattern in patterns):
            self.mistakes.append("%s must be a path, or a list of paths, none of them empty" % SRC)
            return []
        own = COLLECTION / "playbooks"
        places = [variables.get("inventory_dir"), variables.get("playbook_dir"), os.getcwd()]
        folders = list(dict.fromkeys(place for place in places if place and Path(place).resolve() != own))
        try:
            found, lost = find_files(patterns, folders)
        except Mistake as mistake:
            self.mistakes.append(PREFIX + str(mistake).rstrip("."))
            return []
        if lost:
            self.mistakes.append("%s: there is no file %s in %s" % (SRC, ", ".join(lost), " or ".join(folders)))
        return found
