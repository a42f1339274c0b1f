# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests of links return to Ansible."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import MOST_ERRORS_SHOWN, Problem, ProblemsFound
from ansible_collections.crosslink.grafana.plugins.module_utils._link_test_run import Outcome
from ansible_collections.crosslink.grafana.plugins.module_utils._text import listed


class LinksFailed(ProblemsFound):
    """Links that are not as their tests expect."""

    def __init__(self, headline: str, problems: t.Iterable[Problem], result: t.Mapping[str, t.Any]) -> None:
        super().__init__(problems, result)
        self._headline = headline

    def __str__(self) -> str:
        return "%s: %s." % (self._headline, listed([str(problem) for problem in self.problems], MOST_ERRORS_SHOWN))


def result_of_tests(outcomes: t.Sequence[Outcome], changed: bool) -> dict[str, t.Any]:
    """The result; ``changed`` says whether a report was written. Raises LinksFailed if a test has failed."""
    failed = sum(bool(outcome.failures) for outcome in outcomes)
    counts = "%d passed" % (len(outcomes) - failed) + (", %d failed" % failed if failed else "")
    headline = "%d test%s, %s" % (len(outcomes), "" if len(outcomes) == 1 else "s", counts)
    result = {
        "changed": changed,
        "report": "\n".join([headline, *(line for outcome in outcomes for line in _lines(outcome))]),
        "tests": [_as_result(outcome) for outcome in outcomes],
    }
    if failed:
        problems = [failure.problem for outcome in outcomes for failure in outcome.failures]
        raise LinksFailed(headline, problems, result)
    return {"msg": headline, **result}


def _lines(outcome: Outcome) -> t.Iterator[str]:
    for failure in outcome.failures:
        yield ""
        yield "%s: %s" % (failure.problem.code, failure.problem)
        yield from ("  " + line for line in failure.differences)


def _as_result(outcome: Outcome) -> dict[str, t.Any]:
    test = outcome.test
    place = {name: value for name, value in test.origin.as_result().items() if name != "label"}
    return {
        **place,
        "name": test.name,
        "source": test.source,
        "passed": not outcome.failures,
        "failures": [
            {
                "code": failure.problem.code,
                "message": failure.problem.as_result()["message"],
                "differences": list(failure.differences),
            }
            for failure in outcome.failures
        ],
    }
