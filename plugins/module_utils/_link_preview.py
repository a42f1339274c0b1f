# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The link that Explore makes of a correlation and a row of its source's results. Pure.

Where facts come from: the web page of Grafana 12.4.
"""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t
import urllib.parse

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import EXTERNAL
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import PRESENT, Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError
from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_characters import well_formed
from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_values import text_of
from ansible_collections.crosslink.grafana.plugins.module_utils._link_formats import formatted
from ansible_collections.crosslink.grafana.plugins.module_utils._link_transformations import Row, transformed
from ansible_collections.crosslink.grafana.plugins.module_utils._link_values import Fields, FieldValue, value_at
from ansible_collections.crosslink.grafana.plugins.module_utils._link_variables import (
    DATA,
    TARGET_FIELD,
    VALUE,
    Use,
    only_explore_knows,
    replaced,
    texts_in,
    uses_in,
    with_texts,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._validator import kind_of

# What the format ``text`` shows instead of a value inside these, unless it is text.
_TITLES = {DATA: "Data", VALUE: "Raw value"}

Scope = t.Mapping[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Link:
    """A link, shown or not; ``opens`` is the URL or the query, None if it is not shown.

    ``missing`` names the variables without a value. ``variables`` are those of the transformations, ``used`` those that
    the link uses and that have a value.
    """

    entry: Entry
    label: str
    missing: list[str]
    variables: t.Mapping[str, str]
    used: t.Mapping[str, str]
    opens: t.Any = None

    @property
    def shown(self) -> bool:
        return not self.missing

    def as_result(self) -> dict[str, t.Any]:
        found = {
            "label": self.label,
            "source": self.entry.source,
            "type": self.entry.type,
            "shown": self.shown,
            "missing": self.missing,
            "variables": dict(self.variables),
            "used": dict(self.used),
        }
        return {**found, "url" if self.entry.type == EXTERNAL else "target": self.opens} if self.shown else found


def read_row(value: t.Any, name: str) -> Row:
    """A mapping of fields, or of labels, as JSON has it: with names that are text. Raises InputError."""
    if not isinstance(value, dict):
        message = "%s must be a mapping of names to values, not %s." % (name, kind_of(value))
        raise InputError(message, "invalid_type")
    try:
        read: Row = json.loads(json.dumps(value, allow_nan=False))
    except ValueError:
        raise InputError("%s has a number that JSON does not know, such as .inf." % name, "invalid_value") from None
    return read


def links_of(entries: t.Iterable[Entry], row: Row, labels: Row) -> list[Link]:
    """The links of a row: one for each entry on one of its fields. Raises InputError for what no preview can know."""
    return [_link(entry, row, labels) for entry in entries if entry.state == PRESENT and entry.field in row]


def _link(entry: Entry, row: Row, labels: Row) -> Link:
    field = entry.field or ""
    if entry.type is None:
        message = "%s has a uid and no type, which only Grafana knows: give type." % entry.origin
        raise InputError(message, "missing_option")
    transformations = entry.members.get("config.transformations", ())
    variables = transformed(transformations, field, row)
    fields = {
        VALUE: {"raw": row[field]},
        DATA: {"fields": Fields(row)},
        **{name: text_of(value) for name, value in labels.items()},
        **{name: FieldValue(value) for name, value in row.items()},
        TARGET_FIELD: FieldValue(row[field]),
    }
    scope: Scope = {**fields, **variables}
    target = entry.members.get("config.target", {})
    if entry.type == EXTERNAL:
        label, opens = entry.label or "", target["url"]
    else:
        label, opens = entry.label or entry.target or "", _aimed(target, entry.target)
    # Explore looks for variables in everything that belongs to the link, so in expressions too.
    texts = [*texts_in(opens), *texts_in(label), *texts_in(list(transformations))]
    uses = list(uses_in(" ".join(texts)))
    missing = _missing(uses, scope)
    if entry.type == EXTERNAL:
        scope = {**variables, **fields}  # here, fields win over variables of transformations
    label = _interpolated(label, scope)
    if missing:
        opens = None
    elif entry.type == EXTERNAL:
        opens = _interpolated(opens, scope).replace("\n", "").replace("\r", "")
        label = label or _host_of(opens)
    else:
        opens = with_texts(opens, lambda text: _interpolated(text, scope))
    shown = {"label": label, "missing": missing, "variables": variables, "used": _used(uses, scope), "opens": opens}
    return Link(entry, **with_texts(shown, well_formed))


def _aimed(query: t.Any, target: str | None) -> t.Any:
    """The query with the data source that it is sent to."""
    return {**query, "datasource": {"uid": target}} if "datasource" in query else query


def _missing(uses: t.Iterable[Use], scope: Scope) -> list[str]:
    """The variables without a value. The first use of a name decides for all."""
    first_uses: dict[str, Use] = {}
    for use in uses:
        first_uses.setdefault(use.name, use)
    return [
        use.full_name
        for use in first_uses.values()
        if _value_of(use, scope) in (None, use.written) and not only_explore_knows(use)
    ]


def _used(uses: t.Iterable[Use], scope: Scope) -> dict[str, str]:
    """The other variables with their values, without their formats."""
    values = {use.full_name: _value_of(use._replace(format=None), scope) for use in uses}
    return {name: value for name, value in values.items() if value is not None}


def _interpolated(text: str, scope: Scope) -> str:
    def value_or_itself(use: Use) -> str:
        value = _value_of(use, scope)
        return use.written if value is None else value

    return replaced(text, value_or_itself)


def _value_of(use: Use, scope: Scope) -> str | None:
    """What takes the place of a variable; None if it has no value."""
    holder = scope.get(use.name)
    value = holder if use.path is None else value_at(holder, use.path)
    if value is not None:
        title = None if isinstance(value, str) else _TITLES.get(use.name)
        return formatted(value.text if isinstance(value, FieldValue) else value, use.format, title)
    if use.path is None or only_explore_knows(use):
        return None
    if use.name == DATA:
        return ""
    if use.name == VALUE:
        shown = scope[TARGET_FIELD]
        known = {"raw": "", "numeric": shown.number}  # the raw value is null here
        return formatted(known.get(use.path, shown.text), use.format)
    return None


def _host_of(url: str) -> str:
    """The host of a URL; without one, what the web page takes for a URL."""
    url = re.sub(r"(?<=:)[/\\]+", "//", url if "://" in url else "http://" + url, count=1)
    try:
        parts = urllib.parse.urlsplit(url)
        host, _port = parts.hostname or "", parts.port  # a port that is no number raises an error
    except ValueError:
        return url
    return host if host and " " not in host else url
