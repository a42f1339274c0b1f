# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Outcomes of tests as JUnit XML, which GitLab, Jenkins and others show. Pure."""

from __future__ import annotations

import re
import typing as t
import xml.etree.ElementTree as ET

from ansible_collections.crosslink.grafana.plugins.module_utils._link_test_run import Outcome

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(suite: str, outcomes: t.Sequence[Outcome]) -> str:
    """A report with one suite. Tests are grouped by their source."""
    failed = str(sum(bool(outcome.failures) for outcome in outcomes))
    totals = {"name": _text(suite), "tests": str(len(outcomes)), "failures": failed, "errors": "0", "skipped": "0"}
    root = ET.Element("testsuites", totals)
    element = ET.SubElement(root, "testsuite", totals)
    for outcome in outcomes:
        test = outcome.test
        names = {"classname": _text("%s.%s" % (suite, test.source)), "name": _text(test.name), "time": "0"}
        case = ET.SubElement(element, "testcase", names)
        # Some readers take only one failure of a test.
        if outcome.failures:
            message = "; ".join(failure.problem.message for failure in outcome.failures)
            failure_element = ET.SubElement(case, "failure", {"message": _text(message), "type": "failure"})
            lines = [line for failure in outcome.failures for line in (str(failure.problem), *failure.differences)]
            failure_element.text = _text("\n".join(lines))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _text(text: str) -> str:
    """The text without characters that XML cannot contain."""
    return _NOT_IN_XML.sub("\ufffd", text)
