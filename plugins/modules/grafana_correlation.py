#!/usr/bin/python
# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One Grafana correlation."""

from __future__ import annotations

DOCUMENTATION = r"""
module: grafana_correlation
short_description: Manage one Grafana correlation
version_added: 1.0.0
description:
  - Creates, updates or deletes one correlation, which is a link in Grafana's Explore from the results of one data
    source to another data source or to a URL.
  - Omitted options keep their current value.
  - Source, target and type of an existing correlation cannot change. With another source, target, type, label or field,
    it is another correlation.
  - For more than a few correlations, use M(crosslink.grafana.grafana_correlations), which takes a list and is much
    faster than a loop.
author:
  - crosslink contributors (@crosslink-ansible)
extends_documentation_fragment:
  - crosslink.grafana.correlation
  - crosslink.grafana.conflicts
  - crosslink.grafana.connection
  - crosslink.grafana.attributes
seealso:
  - module: crosslink.grafana.grafana_correlations
  - module: crosslink.grafana.grafana_correlation_info
  - name: Correlations in Grafana's documentation
    description: What correlations are, and what they can contain.
    link: https://grafana.com/docs/grafana/latest/administration/correlations/
"""

EXAMPLES = r"""
- name: Link the trace ID in a log line to its trace
  crosslink.grafana.grafana_correlation:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    source: Loki
    target: Tempo
    label: Logs to trace
    description: Opens the trace that the log line belongs to
    config:
      field: message
      target:
        query: "${traceID}"
        queryType: traceql
      transformations:
        - type: regex
          expression: "traceID=(\\w+)"
          map_value: traceID

- name: Link a ticket number to the ticket system
  crosslink.grafana.grafana_correlation:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    source: Loki
    label: Open ticket
    type: external
    config:
      field: ticket
      target:
        url: https://tickets.example.com/browse/${__value.raw}

- name: Change the description of the correlation with a uid
  crosslink.grafana.grafana_correlation:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    uid: 50xhMlg9k
    description: Logs to traces, by trace ID

- name: Delete a correlation by its key
  crosslink.grafana.grafana_correlation:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    state: absent
    source: Loki
    target: Tempo
    label: Logs to trace
    config:
      field: message

- name: Set the connection once for several tasks
  module_defaults:
    group/crosslink.grafana.grafana:
      url: https://grafana.example.com
      url_username: admin
      url_password: "{{ grafana_password }}"
      org_name: Platform
  block:
    - name: Link a span to the logs of its service
      crosslink.grafana.grafana_correlation:
        source: Tempo
        target: Loki
        label: Logs of this service
        config:
          field: service
          target:
            expr: '{service="${__value.raw}"}'
"""

RETURN = r"""
correlation:
  description:
    - The correlation in the spelling of Grafana's API, as it is now, or as it was before it was deleted.
    - In check mode as it would be; a new one has no C(uid) then.
  returned: success, if there is or was a correlation
  type: dict
  sample:
    uid: 50xhMlg9k
    sourceUID: P8E80F9AEF21F6940
    targetUID: P214B5B846CF3925F
    orgId: 1
    label: Logs to trace
    description: Opens the trace that the log line belongs to
    type: query
    provisioned: false
    config:
      field: message
      target:
        query: "${traceID}"
        queryType: traceql
      transformations:
        - type: regex
          expression: "traceID=(\\w+)"
          mapValue: traceID
removed:
  description: The uids of deleted correlations, absent or duplicate ones.
  returned: success
  type: list
  elements: str
  sample: []
org_id:
  description: The number of the organization, if options or Grafana's answers tell it.
  returned: success, if known
  type: int
  sample: 1
diff:
  description:
    - The correlation before and after; empty where there is none. Data sources have names, or UIDs if the names are not
      known or not unique.
    - If the correlation changes, C(before_header) and C(after_header) contain what is done.
    - A list of such diffs if several correlations change.
  returned: success, with C(--diff) or C(diff=true)
  type: raw
  sample:
    before_header: "create (Logs to trace: Loki → Tempo, field message)"
    after_header: "create (Logs to trace: Loki → Tempo, field message)"
    before: {}
    after:
      source: Loki
      target: Tempo
      label: Logs to trace
      type: query
      config:
        field: message
        target:
          query: "${traceID}"
          queryType: traceql
code:
  description: A stable identifier of the error. The troubleshooting page of the documentation lists all of them.
  returned: failure
  type: str
  sample: permission_denied
errors:
  description: Everything that is wrong with the input.
  returned: when the input is wrong
  type: list
  elements: dict
  contains:
    code:
      description: A stable identifier of the error.
      type: str
    message:
      description: What is wrong and what to do.
      type: str
  sample:
    - code: data_source_not_found
      message: >-
        The target data source 'Tmepo' does not exist in organization 1 at https://grafana.example.com
        (did you mean 'Tempo'?).
status:
  description: The HTTP status of the failed request, if there was an answer.
  returned: when a request failed
  type: int
  sample: 403
method:
  description: The method of the failed request.
  returned: when a request failed
  type: str
  sample: POST
url:
  description: The URL of the failed request, without credentials.
  returned: when a request failed
  type: str
  sample: https://grafana.example.com/api/datasources/uid/P8E80F9AEF21F6940/correlations
grafana_message:
  description: Grafana's own error message.
  returned: when a request failed and Grafana sent a message
  type: str
  sample: "You'll need additional permissions to perform this action. Permissions needed: datasources:write"
"""

import contextlib
import typing as t

from ansible.module_utils.common.validation import check_type_dict

from ansible_collections.crosslink.grafana.plugins.module_utils._argument_spec import (
    conflict_options,
    correlation_options,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import correlation_members, read_entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Origin, warnings_about
from ansible_collections.crosslink.grafana.plugins.module_utils._http_client import Client
from ansible_collections.crosslink.grafana.plugins.module_utils._module import GrafanaModule, run_module
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import PlanOptions
from ansible_collections.crosslink.grafana.plugins.module_utils._reconcile import RunOptions, reconcile
from ansible_collections.crosslink.grafana.plugins.module_utils._result import result_of_one


def work(module: GrafanaModule, client: Client) -> dict[str, t.Any]:
    """Create, update or delete the correlation that the options describe."""
    options = correlation_members(module.given)
    if isinstance(options.get("config"), str):
        options["config"] = check_type_dict(options["config"])
    if isinstance(options.get("config"), dict) and isinstance(options["config"].get("target"), str):
        with contextlib.suppress(TypeError):  # then read_entry says what it is
            options["config"] = {**options["config"], "target": check_type_dict(options["config"]["target"])}
    entry, problems, warnings = read_entry(options, Origin(), in_list=False)
    run = reconcile(
        client,
        [entry] if entry else [],
        problems,
        PlanOptions(on_duplicate=module.params["on_duplicate"], on_provisioned=module.params["on_provisioned"]),
        RunOptions(check_mode=module.check_mode, lock_folder=module.lock_folder, reads_names=module.shows_diff),
    )
    module.warn_all([*warnings_about(warnings), *run.plan.warnings])
    return result_of_one(run, with_diff=module.shows_diff)


def main() -> None:
    """Run as a module."""
    run_module({**correlation_options(), **conflict_options()}, work)


if __name__ == "__main__":
    main()
