# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a module, checked before Ansible does: all at once, and in the words that entries are checked with."""

from __future__ import annotations

import json
import typing as t

from ansible.module_utils.common.validation import check_type_bool, check_type_dict, check_type_int

from ansible_collections.crosslink.grafana.plugins.module_utils._argument_spec import Spec
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Reader, kind_of
from ansible_collections.crosslink.grafana.plugins.module_utils._hints import unknown_member
from ansible_collections.crosslink.grafana.plugins.module_utils._words import is_whole_text

Option = t.Mapping[str, t.Any]


def spellings_of(name: str, option: Option) -> tuple[str, ...]:
    """The name of an option and its aliases."""
    return (name, *option.get("aliases", ()))


def option_mistakes(spec: Spec, given: t.Mapping[str, t.Any], never_empty: t.Mapping[str, str]) -> list[str]:
    """What is wrong with options as the task gave them, a sentence each without its full stop.

    Null counts as not given. ``never_empty`` says of those whose text must not be empty what to give. No sentence quotes
    what may be a secret.
    """
    reader = Reader()
    known = {spelling: name for name, option in spec.items() for spelling in spellings_of(name, option)}
    for spelling, value in given.items():
        if spelling not in known:
            reader.mistakes.append(unknown_member("", str(spelling), known, "this module"))
        elif value is not None:
            _check(reader, spelling, value, spec[known[spelling]], never_empty.get(known[spelling]))
    for name, option in spec.items():
        used = [spelling for spelling in spellings_of(name, option) if given.get(spelling) is not None]
        if len(used) > 1:
            pair = "%s and its alias %s" if used[0] == name else "%%s and %%s, aliases of %s," % name
            reader.mistakes.append("%s are both given: leave one of them out" % (pair % (used[0], used[1])))
    return reader.mistakes


def _check(reader: Reader, name: str, value: t.Any, option: Option, wanted: str | None) -> None:
    kind, alone = option["type"], {name: value}
    if isinstance(value, str) and not is_whole_text(value):
        reader.mistakes.append("%s has half a character (a lone surrogate), which Grafana cannot keep" % name)
    elif isinstance(value, str) and not value.strip() and (wanted or kind not in ("str", "path")):
        reader.mistakes.append("%s is empty: give %s, or leave %s out" % (name, wanted or "a value", name))
    elif "choices" in option:
        reader.choice(alone, name, option["choices"])
    elif kind in ("str", "path"):
        reader.text(alone, name)
    elif kind == "list":
        _check_list(reader, name, value, option["elements"])
    elif kind == "dict" and not isinstance(value, str):
        reader.mapping(alone, name)
    elif kind == "dict" and not _converts(check_type_dict, value):
        reader.mistakes.append("%s must be a mapping (with key=value: JSON text of one)" % name)
    elif kind == "bool" and not _converts(check_type_bool, value):
        reader.mistakes.append("%s must be true or false, not %s" % (name, _shown(value)))
    elif kind == "int" and (isinstance(value, bool) or not _converts(check_type_int, value)):
        reader.mistakes.append("%s must be a whole number, not %s" % (name, _shown(value)))


def _check_list(reader: Reader, name: str, value: t.Any, elements: str) -> None:
    if isinstance(value, str):
        if elements == "raw" and not _converts(list_in, value):
            reader.mistakes.append("%s must be a list (with key=value: JSON text of one)" % name)
    elif not isinstance(value, list):
        reader.mistakes.append("%s must be a list, not %s" % (name, kind_of(value)))
    elif elements == "str":
        for index, element in enumerate(value):
            place = "%s[%d]" % (name, index)
            if element is None:
                reader.mistakes.append("%s must be text, not null" % place)
            reader.text({place: element}, place)


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
