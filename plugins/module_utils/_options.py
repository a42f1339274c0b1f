# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks the options of a module before Ansible does: all together, with the messages that entries get. Pure."""

from __future__ import annotations

import json
import typing as t

from ansible.module_utils.common.validation import check_type_bool, check_type_dict, check_type_int

from ansible_collections.crosslink.grafana.plugins.module_utils._argument_spec import Spec
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Problem
from ansible_collections.crosslink.grafana.plugins.module_utils._hints import unknown_option
from ansible_collections.crosslink.grafana.plugins.module_utils._text import is_valid_unicode
from ansible_collections.crosslink.grafana.plugins.module_utils._validator import Validator, kind_of

Option = t.Mapping[str, t.Any]


def spellings_of(name: str, option: Option) -> tuple[str, ...]:
    """The name of an option and its aliases."""
    return (name, *option.get("aliases", ()))


def option_problems(spec: Spec, given: t.Mapping[str, t.Any], never_empty: t.Mapping[str, str]) -> list[Problem]:
    """What is wrong with options as the task gave them; null counts as not given.

    ``never_empty`` says what to give for options whose text must not be empty. No message quotes what may be a secret.
    """
    validator = Validator()
    known = {spelling: name for name, option in spec.items() for spelling in spellings_of(name, option)}
    for spelling, value in given.items():
        if spelling not in known:
            validator.error("unknown_option", unknown_option("", str(spelling), known, "this module"))
        elif value is not None:
            _check(validator, spelling, value, spec[known[spelling]], never_empty.get(known[spelling]))
    for name, option in spec.items():
        used = [spelling for spelling in spellings_of(name, option) if given.get(spelling) is not None]
        if len(used) > 1:
            pair = "%s and its alias %s" if used[0] == name else "%%s and %%s, aliases of %s," % name
            validator.error(
                "option_given_twice", "%s are both given: leave one of them out" % (pair % (used[0], used[1]))
            )
    return validator.problems


def _check(validator: Validator, name: str, value: t.Any, option: Option, wanted: str | None) -> None:
    type_, alone = option["type"], {name: value}
    if isinstance(value, str) and not is_valid_unicode(value):
        validator.error("invalid_value", "%s contains a lone surrogate, which Grafana cannot store" % name)
    elif isinstance(value, str) and not value.strip() and (wanted or type_ not in ("str", "path")):
        validator.error("empty_option", "%s is empty: give %s, or leave %s out" % (name, wanted or "a value", name))
    elif "choices" in option and type_ != "list":
        validator.choice(alone, name, option["choices"])
    elif type_ in ("str", "path"):
        validator.text(alone, name)
    elif type_ == "list":
        _check_list(validator, name, value, option["elements"], option.get("choices"))
    elif type_ == "dict" and not isinstance(value, str):
        validator.mapping(alone, name)
    elif type_ == "dict" and not _converts(check_type_dict, value):
        example = '%s=\'{"name": "value"}\'' % name
        validator.error("invalid_type", "%s must be a mapping (with key=value as JSON, such as %s)" % (name, example))
    elif type_ == "bool" and not _converts(check_type_bool, value):
        validator.error("invalid_type", "%s must be true or false, not %s" % (name, _shown(value)))
    elif type_ == "int" and (isinstance(value, bool) or not _converts(check_type_int, value)):
        validator.error("invalid_type", "%s must be a whole number, not %s" % (name, _shown(value)))


def _check_list(validator: Validator, name: str, value: t.Any, elements: str, choices: t.Sequence[str] | None) -> None:
    if isinstance(value, str):
        if elements == "raw" and not _converts(list_in, value):
            validator.error("invalid_type", "%s must be a list (with key=value as JSON)" % name)
    elif not isinstance(value, list):
        validator.error("invalid_type", "%s must be a list, not %s" % (name, kind_of(value)))
    elif elements == "str":
        for index, element in enumerate(value):
            place = "%s[%d]" % (name, index)
            if element is None:
                validator.error("invalid_type", "%s must be text, not null" % place)
            if choices is None:
                validator.text({place: element}, place)
            else:
                validator.choice({place: element}, place, choices)


def list_in(text: str) -> list[t.Any]:
    """The list that a JSON text is: with key=value a list is text, which Ansible itself would cut at its commas."""
    value = json.loads(text)
    if not isinstance(value, list):
        raise TypeError
    return value


def _converts(convert: t.Callable[[t.Any], t.Any], value: t.Any) -> bool:
    try:
        convert(value)
    except (TypeError, ValueError):
        return False
    return True


def _shown(value: t.Any) -> str:
    return "'%s'" % value[:40] if isinstance(value, str) else kind_of(value)
