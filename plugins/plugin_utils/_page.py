# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links as a page in GitHub Flavored Markdown. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import EXTERNAL, QUERY
from ansible_collections.crosslink.grafana.plugins.module_utils._text import quotable
from ansible_collections.crosslink.grafana.plugins.plugin_utils._links import Link, Place
from ansible_collections.crosslink.grafana.plugins.plugin_utils._mermaid import MERGE_ABOVE, flowchart

COLUMNS = ("from", "field", "label", "to", "type", "managed by")
# What can mean something in a table or heading of GitHub or GitLab. A dollar sign begins a formula; there, a backslash
# would not help. Between letters or digits an underscore means nothing; "www." begins a link.
_ESCAPED = re.compile(r"[\\`*\[\]<>#|~&!@:$]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])|(?<=www)\.", re.IGNORECASE)


def page(links: t.Iterable[Link], title: str) -> str:
    """A page with a table and a map of links in any order."""
    rows = [_cells(link) for link in sorted(links, key=lambda link: link.order)]
    if not rows:
        return "# %s\n\nThere are no correlations.\n" % escaped(title)
    table = [_row(COLUMNS), "|---" * len(COLUMNS) + "|", *(_row(map(escaped, cells)) for cells in rows)]
    chart, _left_out = flowchart(links, MERGE_ABOVE)
    return "# %s\n\n%s\n\n```mermaid\n%s```\n" % (escaped(title), "\n".join(table), chart)


def escaped(text: str) -> str:
    """The text as Markdown that shows it as it is, on one line and cut where it is very long."""
    return _ESCAPED.sub(lambda match: "&#36;" if match[0] == "$" else "\\" + match[0], quotable(text))


def _cells(link: Link) -> tuple[str, ...]:
    to, type_ = (link.url, EXTERNAL) if link.target.is_host else (_name(link.target), QUERY)
    return (_name(link.source), link.field, link.label, to, type_, link.manager)


def _name(place: Place) -> str:
    return place.name + " (missing)" if place.is_missing else place.name


def _row(cells: t.Iterable[str]) -> str:
    return "| %s |" % " | ".join(cells)
