# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pairs of key and value in a log line, as the npm package ``logfmt`` that Explore uses reads them. Pure."""

from __future__ import annotations

from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_characters import from_units, to_units


def read_logfmt(line: str) -> dict[str, str]:
    """The pairs of a line. A key without ``=`` has the value ``true``; of equal keys, the last one counts.

    What is odd is the package's: a backslash adds the next character to the value, even in a key; ``=`` in a value is
    dropped; and ``=`` without a key in front sets the previous key.
    """
    units = to_units(line[:-1] if line.endswith("\n") else line)
    found: dict[str, str] = {}
    key = value = ""
    in_key = in_value = in_quotes = False
    position = 0
    while position <= len(units):
        character = units[position : position + 1]  # empty at the end
        if not character or (character == " " and not in_quotes):
            if in_key:
                found[key] = "true"
            elif in_value:
                found[key] = value
                value = ""
            in_key = in_value = in_quotes = False
        elif character == "=" and not in_quotes:
            in_key, in_value = False, True
        elif character == "\\":
            # Behind the last character, the package reads beyond the end and forgets the pair.
            position += 1
            value += units[position : position + 1]
        elif character == '"':
            in_quotes = not in_quotes
        elif in_key:
            key += character
        elif in_value:
            value += character
        elif character != " ":
            in_key, key = True, character
        position += 1
    return {from_units(name): from_units(text) for name, text in found.items()}
