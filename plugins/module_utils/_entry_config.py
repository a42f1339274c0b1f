# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The query and the transformations of an entry, checked. Pure."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._equality import as_floats, plain_transformations
from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_regex import regex_error
from ansible_collections.crosslink.grafana.plugins.module_utils._validator import Validator, kind_of, spellings

TRANSFORMATION_TYPES = ("regex", "logfmt")
# Deeper values break JSON encoders on the way; no query of Grafana's comes near.
DEEPEST_TARGET = 300

MAP_VALUE_ALIASES = ("mapValue",)
_TRANSFORMATION = spellings({"type": (), "expression": (), "field": (), "map_value": MAP_VALUE_ALIASES})


def query_of(validator: Validator, config: t.Mapping[str, t.Any]) -> dict[str, t.Any] | None:
    """``config.target``, if JSON can represent it."""
    query = validator.mapping(config, "target", "config.")
    if query is None:
        return None
    if is_too_deep(query):
        validator.error("invalid_value", "config.target is nested deeper than %d levels" % DEEPEST_TARGET)
        return None
    try:
        copy = json.loads(json.dumps(query, allow_nan=False))
        as_floats(copy)
    except OverflowError:
        validator.error("invalid_value", "config.target contains a number too large for Grafana: put it in quotes")
    except ValueError:
        validator.error("invalid_value", "config.target contains .nan or .inf, which JSON cannot represent")
    except TypeError as error:
        type_name = str(error).replace("Object of type ", "").partition(" is ")[0]
        message = "config.target contains a value that JSON cannot represent (%s): put it in quotes" % type_name
        validator.error("invalid_value", message)
    else:
        return t.cast("dict[str, t.Any]", copy)
    return None


def is_too_deep(value: t.Any) -> bool:
    """Whether a value is nested deeper than DEEPEST_TARGET, or contains itself; found without recursion."""
    level, depth = [value], 0
    while level and depth <= DEEPEST_TARGET:
        depth += 1
        containers = [value for value in level if isinstance(value, (list, dict))]
        inner = (item for value in containers for item in (value.values() if isinstance(value, dict) else value))
        level = list({id(item): item for item in inner}.values())  # each once: YAML aliases can repeat one many times
    return depth > DEEPEST_TARGET


def transformations_of(
    validator: Validator, config: t.Mapping[str, t.Any], must_work: bool
) -> list[dict[str, t.Any]] | None:
    given = config.get("transformations")
    if given is None:
        return None
    if not isinstance(given, list):
        validator.error("invalid_type", "config.transformations must be a list, not %s" % kind_of(given))
        return None
    checked = []
    for index, raw in enumerate(given):
        where = "config.transformations[%d]" % index
        if isinstance(raw, dict):
            checked.append(_transformation(validator, raw, where + ".", must_work))
        else:
            validator.error("invalid_type", "%s must be a mapping, not %s" % (where, kind_of(raw)))
    return plain_transformations(checked)


def _transformation(
    validator: Validator, raw: t.Mapping[str, t.Any], where: str, must_work: bool
) -> dict[str, str | None]:
    options = validator.members(raw, _TRANSFORMATION, where)
    type_ = validator.choice(options, "type", TRANSFORMATION_TYPES, where)
    if "type" not in options:
        validator.missing(where + "type", ": give regex or logfmt")
    expression = validator.text(options, "expression", where)
    if type_ == "regex" and not options.get("expression"):
        validator.missing(where + "expression", ": type regex needs one")
    elif type_ == "regex" and expression is not None and must_work and (error := regex_error(expression)):
        message = "%sexpression is not a valid regular expression in JavaScript, which Grafana uses: %s"
        validator.error("invalid_regex", message % (where, error))
    return {
        "type": type_,
        "expression": expression,
        "field": validator.text(options, "field", where),
        "mapValue": validator.text(options, "map_value", where),
    }
