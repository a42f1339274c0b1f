# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a validation returns to Ansible."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Problem, ProblemsFound
from ansible_collections.crosslink.grafana.plugins.module_utils._markdown import code_span
from ansible_collections.crosslink.grafana.plugins.module_utils._validation import Findings


def result_of_validation(findings: Findings, count: int) -> dict[str, t.Any]:
    """The result for ``count`` entries. Raises ProblemsFound if there are errors."""
    errors, warnings = findings.errors, findings.warnings
    headline = "%s, %s%s" % (
        _counted(count, "entry", "entries"),
        _counted(len(errors), "error", "errors"),
        ", " + _counted(len(warnings), "warning", "warnings") if warnings else "",
    )
    problems = [("error", one) for one in errors] + [("warning", one) for one in warnings]
    result = {
        "changed": False,
        "report": "\n".join(
            ["**%s**" % headline, ""] + ["- %s" % _line(level, one) for level, one in problems]
        ).strip(),
        "problems": [{"level": level, **one.as_result()} for level, one in problems],
    }
    if errors:
        raise ProblemsFound(errors, result)
    return {"msg": headline, **result}


def _counted(number: int, one: str, many: str) -> str:
    return "%s %s" % (number or "no", one if number == 1 else many)


def _line(level: str, problem: Problem) -> str:
    return "%s `%s`: %s" % (level, problem.code, code_span(str(problem)))
