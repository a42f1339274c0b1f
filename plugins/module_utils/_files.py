# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files with entries, read as they are: nothing in them is a template."""

from __future__ import annotations

import glob
import json
import os
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError
from ansible_collections.crosslink.grafana.plugins.module_utils._hints import is_provisioning_file
from ansible_collections.crosslink.grafana.plugins.module_utils._text import listed, one_line, quotable
from ansible_collections.crosslink.grafana.plugins.module_utils._validator import kind_of
from ansible_collections.crosslink.grafana.plugins.module_utils._yaml import mapping_of, read_yaml

LIST_NAME = "grafana_correlations_list"
_GLOB = frozenset("*?[")


def files_that_match(pattern: str, folder: str = "") -> list[str]:
    """What a path or glob names, in order; ``**`` stands for any number of folders. Raises InputError."""
    path = os.path.join(folder, pattern)
    if os.path.exists(path):
        return [path]
    parts = pattern.split(os.sep)
    for number, part in enumerate(parts):
        if "**" in part and part != "**":
            example = os.sep.join([*parts[:number], "**", part.replace("**", "*"), *parts[number + 1 :]])
            raise InputError(
                "src: ** in %s must be a whole path component: write %s." % (pattern, example), "invalid_value"
            )
    found = (
        sorted(glob.glob(os.path.join(glob.escape(folder), pattern), recursive=True))
        if _GLOB.intersection(pattern)
        else []
    )
    return [path for path in found if not os.path.isdir(path)] if "**" in parts else found


def paths_of(patterns: t.Iterable[str], host: str = "the host that runs the module") -> list[str]:
    """The files that paths and globs name, those of each in order; ``host`` is where they are looked up, in words.

    Raises InputError for one that names nothing.
    """
    found = []
    for pattern in patterns:
        expanded = os.path.expandvars(os.path.expanduser(pattern))
        if os.path.isdir(expanded):
            example = os.path.join(pattern, "*.yml")
            raise InputError(
                "src: %s is a directory: give its files, such as %s." % (pattern, example), "invalid_value"
            )
        matches = files_that_match(expanded)
        if not matches:
            what = "no file matches %s" if _GLOB.intersection(expanded) else "the file %s does not exist"
            raise InputError("src: %s on %s." % (what % pattern, host), "file_not_found")
        for match in matches:
            if not os.path.isfile(match):
                raise InputError("src: %s is not a regular file." % match, "invalid_file")  # reading a pipe can block
        found += matches
    return found


def read_file(path: str) -> list[t.Any] | dict[str, t.Any]:
    """The entries of a file with a list, or with a mapping that has grafana_correlations_list; or the content of a
    provisioning file, which is a mapping. Raises InputError."""
    data = read_content(path)
    if isinstance(data, list):
        return data
    if not isinstance(data, dict):
        what = "is empty" if data is None else "contains %s" % kind_of(data)
    elif LIST_NAME in data:
        if isinstance(data[LIST_NAME], list):
            return t.cast("list[t.Any]", data[LIST_NAME])
        what = "has %s in %s" % (kind_of(data[LIST_NAME]), LIST_NAME)
    elif is_provisioning_file(data):
        return data
    else:
        what = "has %s" % listed([str(name) for name in data], most=3) if data else "contains an empty mapping"
    sentence = "src: %s %s: give a list of correlations, a mapping with %s, or a provisioning file."
    raise InputError(sentence % (path, one_line(what), LIST_NAME), "invalid_file")


def read_content(path: str) -> t.Any:
    """The parsed content of a file. Raises InputError."""
    try:
        with open(path, "rb") as stream:
            return (
                json.load(stream, object_pairs_hook=mapping_of) if path.endswith(".json") else read_yaml(stream, path)
            )
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError("src: %s cannot be read: %s." % (path, quotable(reason).rstrip(".")), "invalid_file") from None
