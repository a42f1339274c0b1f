#!/usr/bin/python
# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of Grafana correlations, checked without a Grafana."""

from __future__ import annotations

DOCUMENTATION = r"""
module: grafana_correlations_validate
short_description: Check lists of Grafana correlations without a Grafana
version_added: 1.0.0
description:
  - Reports everything about the lists that is wrong without asking a Grafana, for example in a pull request.
  - These are the errors that M(crosslink.grafana.grafana_correlations) reports about entries, and mistakes that Grafana
    accepts, such as a URL without a scheme. With O(data_sources), also data sources that do not exist.
  - The playbook C(crosslink.grafana.validate) checks all lists and files of an inventory.
author:
  - crosslink contributors (@crosslink-ansible)
extends_documentation_fragment:
  - crosslink.grafana.entries
  - crosslink.grafana.entries.offline
  - crosslink.grafana.attributes.without_grafana
options:
  data_sources:
    description:
      - The data sources of the Grafana, as C(/api/datasources) lists them. Each has a C(uid) and a C(name); other
        members have no effect.
      - If it is not set, any name counts as an existing data source.
    type: list
    elements: raw
  accept:
    description:
      - The codes of errors that are only warnings here, because Grafana accepts them.
    type: list
    elements: str
    choices: [escaped_dollar, url_without_scheme, url_with_space]
    default: []
seealso:
  - module: crosslink.grafana.grafana_correlations
"""

EXAMPLES = r"""
- name: Check the files of all teams
  crosslink.grafana.grafana_correlations_validate:
    src: "{{ playbook_dir }}/correlations/*.yml"
  delegate_to: localhost

- name: Check a list and the names of its data sources
  crosslink.grafana.grafana_correlations_validate:
    correlations: "{{ team_correlations }}"
    data_sources: "{{ lookup('ansible.builtin.file', 'data_sources.json') | from_json }}"
"""

RETURN = r"""
msg:
  description: The number of errors and warnings, or, if there are errors, what is wrong.
  returned: always
  type: str
  sample: 3 entries, no errors, 1 warning
report:
  description: The number of errors and warnings, and one line for each, as Markdown for a comment on a pull request.
  returned: if the lists can be read
  type: str
  sample: "**3 entries, no errors, 1 warning**\n\n- warning `variable_not_encoded`: `grafana_correlations_list_shop[2]
    (Open ticket): config.target.url does not encode ${ticket}: write ${ticket:percentencode}, unless the value is part
    of a URL`"
problems:
  description: All errors and warnings.
  returned: if the lists can be read
  type: list
  elements: dict
  contains:
    level:
      description: V(error) or V(warning). With an error the module fails.
      type: str
    code:
      description: A stable identifier. The troubleshooting page of the documentation lists all of them.
      type: str
    message:
      description: What is wrong and what to do.
      type: str
    variable:
      description: The variable with the entry, with O(origins).
      type: str
    file:
      description: The file with the entry, with O(src).
      type: str
    path:
      description: The list in a provisioning file with the entry, such as C(datasources[0].correlations).
      type: str
    position:
      description: The position of the entry in its variable, file or list, from 1.
      type: int
    label:
      description: The label of the entry.
      type: str
  sample:
    - level: warning
      code: variable_not_encoded
      message: >-
        config.target.url does not encode ${ticket}: write ${ticket:percentencode}, unless the value is part of a URL.
      variable: grafana_correlations_list_shop
      position: 3
      label: Open ticket
code:
  description: A stable identifier of the error, V(invalid_input) if there are different ones.
  returned: failure
  type: str
  sample: invalid_regex
errors:
  description: The RV(problems) of level V(error), without RV(problems[].level).
  returned: failure
  type: list
  elements: dict
"""

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._argument_spec import Spec, offline_options
from ansible_collections.crosslink.grafana.plugins.module_utils._entries import given_entries
from ansible_collections.crosslink.grafana.plugins.module_utils._module import (
    CrosslinkModule,
    run_module_without_grafana,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._validation import (
    ACCEPTABLE,
    state_of_data_sources,
    validate,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._validation_result import result_of_validation


def work(module: CrosslinkModule) -> dict[str, t.Any]:
    """Find what is wrong with the lists."""
    params = module.params
    found = given_entries(params, module.given, params["org_id"])
    findings = validate(found, state_of_data_sources(params["data_sources"], found.entries), params["accept"])
    return result_of_validation(findings, found.count)


def main() -> None:
    """Run as a module."""
    options: Spec = {
        "data_sources": {"type": "list", "elements": "raw"},
        "accept": {"type": "list", "elements": "str", "choices": list(ACCEPTABLE), "default": []},
    }
    run_module_without_grafana({**offline_options(), **options}, work)


if __name__ == "__main__":
    main()
