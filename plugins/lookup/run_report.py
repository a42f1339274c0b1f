# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a run of the playbook apply, over all hosts."""

from __future__ import annotations

DOCUMENTATION = r"""
name: run_report
short_description: The report of the role grafana_correlations over all hosts of a play
version_added: 1.0.0
author:
  - crosslink contributors (@crosslink-ansible)
description:
  - Reads the results of the role P(crosslink.grafana.grafana_correlations#role) on all hosts of the play, also on those
    that failed. It takes no terms.
  - For one host, it is RV(crosslink.grafana.grafana_correlations#module:report).
  - For several hosts, it is the reports of those that failed, were changed, or have skipped or ignored entries, at most
    20, and a table of all hosts at the end.
  - It is Markdown that also reads well on a terminal.
options: {}
seealso:
  - module: crosslink.grafana.grafana_correlations
"""

EXAMPLES = r"""
- name: Show the report
  ansible.builtin.debug:
    msg: "{{ query('crosslink.grafana.run_report') }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The lines of the report.
  type: list
  elements: str
  sample:
    - "### `production`: 2 created"
    - "- created `Requests of this pod`: `Loki` → `Prometheus`, field `pod`"
    - "- created `Logs to trace`: `Loki` → `Tempo`, field `message`"
"""

import typing as t

from ansible.plugins.lookup import LookupBase

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Origin
from ansible_collections.crosslink.grafana.plugins.module_utils._report import code, cut, heading
from ansible_collections.crosslink.grafana.plugins.module_utils._text import LONGEST_QUOTE

RESULT = "grafana_correlations_result"
MOST_REPORTS = 20
NO_RESULT = {"failed": True, "msg": "There is no result: see the error of this host."}

Result = t.Mapping[str, t.Any]


class LookupModule(LookupBase):
    """The plugin."""

    def run(
        self, terms: t.Sequence[t.Any], variables: t.Mapping[str, t.Any] | None = None, **kwargs: t.Any
    ) -> list[str]:
        variables = variables or {}
        # Without templating, which takes long for results and has nothing to do there.
        read = variables["hostvars"].raw_get
        results = {host: read(host).get(RESULT, NO_RESULT) for host in variables["ansible_play_hosts_all"]}
        return run_report(results, variables["ansible_check_mode"])


def run_report(results: t.Mapping[str, Result], check_mode: bool) -> list[str]:
    """The lines of the report about these hosts."""
    # Those that failed come first, because not all reports may be shown.
    ordered = sorted(results.items(), key=lambda item: not item[1].get("failed"))
    reports = [_report(host, result) for host, result in ordered]
    if len(reports) == 1:
        return reports[0]
    telling = [report for report in reports if len(report) > 1]
    lines = [line for report in telling[:MOST_REPORTS] for line in [*report, ""]]
    more = len(telling) - MOST_REPORTS
    return [*lines, *(["%d more hosts: see the table." % more, ""] if more > 0 else []), *_table(results, check_mode)]


def _report(host: str, result: Result) -> list[str]:
    if "report" in result:
        return str(result["report"]).splitlines()
    errors = result.get("errors") or [{"message": result["msg"]}]
    return [heading("failed", host), *cut(errors, lambda error: [_error(error)])]


def _error(error: t.Mapping[str, t.Any]) -> str:
    place = str(Origin(**{name: error[name] for name in ("position", "file", "variable", "label") if name in error}))
    return "- %s" % code("%s: %s" % (place, error["message"]) if place else str(error["message"]), LONGEST_QUOTE)


def _table(results: t.Mapping[str, Result], check_mode: bool) -> list[str]:
    """A heading, and a Markdown table with one row for each host."""
    done = ["created", "updated", "deleted"]
    rows = [["host", *(["create", "update", "delete"] if check_mode else done), "failed", "drift"]]
    for host, result in results.items():
        summary = result.get("summary")
        counts = [str(summary[name]) if summary else "-" for name in done]
        drift = _yes(result["changed"]) if summary else "?"
        rows.append([host.replace("|", "\\|"), *counts, _yes(result.get("failed")), drift])
    widths = [max(map(len, column)) for column in zip(*rows)]
    aligned = ["| %s |" % " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) for row in rows]
    ruler = "|%s|" % "|".join("-" * (width + 2) for width in widths)
    drifted, failed = (sum(row[column] == "yes" for row in rows) for column in (5, 4))
    title = "%d hosts: %d %s, %d failed" % (len(results), drifted, "with drift" if check_mode else "changed", failed)
    return [heading(title, None), "", aligned[0], ruler, *aligned[1:]]


def _yes(value: t.Any) -> str:
    return "yes" if value else "no"
