# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of definitions in files, read as they are: nothing in them is a template."""

from __future__ import annotations

import glob
import json
import os
import typing as t

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Mistake, quotable
from ansible_collections.crosslink.grafana.plugins.module_utils._hints import HOW_TO_TAKE_OVER, is_provisioning_file

LIST_NAME = "grafana_correlations_list"
_GLOB = frozenset("*?[")


def files_that_match(pattern: str, folder: str = "") -> list[str]:
    """What a path or glob names, in order; ``**`` stands for any number of folders. Raises Mistake."""
    path = os.path.join(folder, pattern)
    if os.path.exists(path):
        return [path]
    parts = pattern.split(os.sep)
    for number, part in enumerate(parts):
        if "**" in part and part != "**":
            example = os.sep.join([*parts[:number], "**", part.replace("**", "*"), *parts[number + 1 :]])
            raise Mistake("src: in %s the ** must be a folder of its own: write %s." % (pattern, example))
    found = sorted(glob.glob(os.path.join(glob.escape(folder), pattern), recursive=True)) if _GLOB.intersection(pattern) else []
    return [path for path in found if not os.path.isdir(path)] if "**" in parts else found


def paths_of(patterns: t.Iterable[str]) -> list[str]:
    """The files that paths and globs name, those of each in order. Raises Mistake for one that names nothing."""
    found = []
    for pattern in patterns:
        expanded = os.path.expandvars(os.path.expanduser(pattern))
        if os.path.isdir(expanded):
            raise Mistake("src: %s is a directory; name its files, such as %s." % (pattern, os.path.join(pattern, "*.yml")))
        matches = files_that_match(expanded)
        if not matches:
            what = "no file matches" if _GLOB.intersection(expanded) else "there is no file"
            raise Mistake("src: %s %s on the host that runs the module." % (what, pattern))
        for match in matches:
            if not os.path.isfile(match):
                raise Mistake("src: %s is no regular file." % match)  # reading a pipe could wait for ever
        found += matches
    return found


def read_file(path: str) -> list[t.Any]:
    """The entries of one file: a list, or a mapping with grafana_correlations_list. Raises Mistake."""
    try:
        with open(path, "rb") as stream:
            data = json.load(stream, object_pairs_hook=_mapping) if path.endswith(".json") else _read_yaml(stream, path)
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Mistake("src: %s cannot be read: %s." % (path, quotable(reason).rstrip("."))) from None
    if isinstance(data, dict) and LIST_NAME in data:
        data = data[LIST_NAME]
    if isinstance(data, dict) and is_provisioning_file(data):
        raise Mistake("src: %s is a provisioning file of Grafana: %s." % (path, HOW_TO_TAKE_OVER))
    if not isinstance(data, list):
        raise Mistake("src: %s holds neither a list of correlations nor a mapping with %s." % (path, LIST_NAME))
    return data


def _mapping(pairs: t.Sequence[tuple[t.Any, t.Any]]) -> dict[t.Any, t.Any]:
    """A mapping of these pairs. Raises ValueError for a name that is there twice, of which readers silently drop the first."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        raise ValueError("it has '%s' twice in one mapping" % next(name for name in names if names.count(name) > 1))
    return found


def _read_yaml(stream: t.BinaryIO, path: str) -> t.Any:
    """With PyYAML's C loader where there is one; ``!unsafe`` reads as a plain string, as an export writes it."""
    try:
        import yaml
    except ImportError:
        raise Mistake("%s. It is needed to read %s; JSON files need nothing." % (missing_required_lib("PyYAML").rstrip("."), path)) from None

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """A safe loader that knows Ansible's tags."""

    def refuse_vault(_loader: t.Any, _node: t.Any) -> t.NoReturn:
        raise ValueError("it contains !vault, which only Ansible can decrypt; keep secrets out of correlations, or use a variable instead of src")

    def construct_mapping(loader: t.Any, node: t.Any) -> t.Iterator[dict[t.Any, t.Any]]:
        pairs = node.value if isinstance(node, yaml.MappingNode) else ()
        _mapping([(key.value, None) for key, _value in pairs if key.tag == "tag:yaml.org,2002:str"])
        found: dict[t.Any, t.Any] = {}
        yield found  # in two steps, as a mapping may hold itself
        found.update(loader.construct_mapping(node))

    Loader.add_constructor("tag:yaml.org,2002:map", construct_mapping)
    Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))
    Loader.add_constructor("!vault", refuse_vault)
    try:
        return yaml.load(stream, Loader=Loader)  # a subclass of the safe loader
    except yaml.YAMLError as error:
        raise ValueError(error) from None
    except (LookupError, AttributeError, TypeError) as error:  # so PyYAML ends with what is no !!bool, !!int or !!timestamp
        raise ValueError("a value does not fit the tag before it (%s)" % error) from None
