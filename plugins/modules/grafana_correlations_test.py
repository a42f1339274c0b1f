#!/usr/bin/python
# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links of Grafana correlations, tested without a Grafana."""

from __future__ import annotations

DOCUMENTATION = r"""
module: grafana_correlations_test
short_description: Test the links that Grafana correlations give, without a Grafana
version_added: 1.0.0
description:
  - Works out the links that Explore shows for rows of results, and compares them with those that you expect.
  - Fails at the end if a link is not as expected, and names all differences.
  - The playbook C(crosslink.grafana.test_links) runs the tests of an inventory.
author:
  - crosslink contributors (@crosslink-ansible)
extends_documentation_fragment:
  - crosslink.grafana.entries
  - crosslink.grafana.entries.offline
  - crosslink.grafana.attributes.without_grafana
attributes:
  check_mode:
    details:
      - In check mode the file O(junit) is not written.
  diff_mode:
    details:
      - This module changes nothing but the file O(junit).
options:
  tests:
    description:
      - The tests. Each has a row of results, and the links that it must give. Required; V([]) tests nothing.
    type: list
    elements: raw
    suboptions:
      name:
        description: What is tested.
        type: str
        required: true
      source:
        description:
          - The data source with the row, by name or UID, as the entries have it in O(correlations[].source). Without
            Grafana, a name and a UID cannot be matched.
        type: str
        required: true
      row:
        description: The fields of the row, as a mapping of their names to their values.
        type: dict
        required: true
      labels:
        description: The labels of a log line, as a mapping of their names to their values.
        type: dict
      expect:
        description:
          - The links that the row must give. A link that is shown and not listed here is an error, so V([]) means that
            there is no link.
        type: list
        elements: dict
        required: true
        suboptions:
          label:
            description:
              - The text of the link, with the values of variables. A variable without a value remains as it is. If the
                correlation has an empty label, it is the name of the target, or the host of the URL.
            type: str
            required: true
          url:
            description: The URL that the link must open.
            type: str
          target:
            description: The query that the link must open.
            type: dict
          shown:
            description:
              - Whether the link must be shown. The default is V(true), or V(false) with O(tests[].expect[].missing).
            type: bool
          missing:
            description: The variables that have no value, in the order of their use.
            type: list
            elements: str
  test_origins:
    description:
      - The variables from which O(tests) was joined, in order. The role
        P(crosslink.grafana.grafana_correlations#role) sets it.
    type: list
    elements: dict
    suboptions:
      variable:
        description: The name of the variable.
        type: str
        required: true
      count:
        description: How many tests it has.
        type: int
        required: true
  junit:
    description:
      - A file for a report in JUnit XML, for CI. Its directories are created. The name of the file without its ending
        is the name of the test suite.
    type: path
seealso:
  - plugin: crosslink.grafana.preview_links
    plugin_type: filter
  - module: crosslink.grafana.grafana_correlations_validate
"""

EXAMPLES = r"""
- name: Test the links of log lines
  crosslink.grafana.grafana_correlations_test:
    src: "{{ playbook_dir }}/correlations/*.yml"
    tests:
      - name: a line with a trace
        source: Loki
        row:
          message: failed traceID=4bf92f3577
        expect:
          - label: Logs to trace
            target:
              query: 4bf92f3577
              queryType: traceql
      - name: a line without a trace
        source: Loki
        row:
          message: started
        expect:
          - label: Logs to trace
            missing: [traceID]
    junit: "{{ playbook_dir }}/reports/links.xml"
  delegate_to: localhost
"""

RETURN = r"""
msg:
  description: The number of tests that passed and failed, and what is wrong.
  returned: always
  type: str
  sample: 2 tests, 2 passed
report:
  description: The number of tests, and the lines in which links differ.
  returned: if the tests could be run
  type: str
  sample: |-
    2 tests, 1 passed, 1 failed

    wrong_link: grafana_correlations_tests[1] (a line with a trace): the link 'Logs to trace' is not as expected
      - target.query: 4bf92f3577
      + target.query: traceID=4bf92f3577
tests:
  description: All tests.
  returned: if the tests could be run
  type: list
  elements: dict
  contains:
    name:
      description: What is tested.
      type: str
    source:
      description: The data source with the row.
      type: str
    variable:
      description: The variable with the test.
      type: str
    position:
      description: The position of the test in its variable, from 1.
      type: int
    passed:
      description: Whether all links are as expected.
      type: bool
    failures:
      description: What is not as expected.
      type: list
      elements: dict
      contains:
        code:
          description: A stable identifier.
          type: str
        message:
          description: Which link is wrong.
          type: str
        differences:
          description: The lines that differ, with C(-) in front of what is expected and C(+) in front of what is.
          type: list
          elements: str
code:
  description: A stable identifier of the error, V(invalid_input) if there are different ones.
  returned: failure
  type: str
  sample: wrong_link
errors:
  description: Everything that is wrong with the input, or all links that are not as expected.
  returned: failure
  type: list
  elements: dict
  contains:
    code:
      description: A stable identifier. The troubleshooting page of the documentation lists all of them.
      type: str
    message:
      description: What is wrong.
      type: str
    variable:
      description: The variable with the entry or test.
      type: str
    file:
      description: The file with the entry, with O(src).
      type: str
    position:
      description: The position of the entry or test in its variable, file or list, from 1.
      type: int
    label:
      description: The label of the entry, or the name of the test.
      type: str
  sample:
    - code: missing_link
      message: No correlation on a field of the row gives the link 'Logs to traces' (did you mean 'Logs to trace'?).
      variable: grafana_correlations_tests
      position: 1
      label: a line without a trace
"""

import os
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._argument_spec import tests_options
from ansible_collections.crosslink.grafana.plugins.module_utils._entries import given_entries, split_by_variable
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import PRESENT
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError, InputErrors, warnings_about
from ansible_collections.crosslink.grafana.plugins.module_utils._junit import junit_xml
from ansible_collections.crosslink.grafana.plugins.module_utils._link_test_result import result_of_tests
from ansible_collections.crosslink.grafana.plugins.module_utils._link_test_run import run_test
from ansible_collections.crosslink.grafana.plugins.module_utils._link_tests import read_tests
from ansible_collections.crosslink.grafana.plugins.module_utils._module import (
    CrosslinkModule,
    run_module_without_grafana,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._report_file import write_file


def work(module: CrosslinkModule) -> dict[str, t.Any]:
    """Compare the links that the tests expect with those that the entries give."""
    params = module.params
    if params["tests"] is None:
        sentence = "No tests are given: set tests, in an inventory grafana_correlations_tests (write [] for none)."
        raise InputError(sentence, "missing_option")
    found = given_entries(params, module.given, params["org_id"])
    module.warn_all(warnings_about(found.warnings))
    if found.problems:
        raise InputErrors(found.problems, consequence=", no link was tested")
    entries = [entry for entry in found.entries if entry.state == PRESENT]
    lists = split_by_variable(params["tests"], params["test_origins"], ("tests", "test_origins"))
    tests = read_tests(lists, {entry.source for entry in entries if entry.source is not None})
    outcomes = [run_test(test, entries) for test in tests]
    changed = False
    if params["junit"]:
        suite = os.path.splitext(os.path.basename(params["junit"]))[0]
        changed = write_file(params["junit"], junit_xml(suite, outcomes), module.check_mode)
    return result_of_tests(outcomes, changed)


def main() -> None:
    """Run as a module."""
    run_module_without_grafana(tests_options(), work)


if __name__ == "__main__":
    main()
