#!/usr/bin/python
# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list of Grafana correlations."""

from __future__ import annotations

DOCUMENTATION = r"""
module: grafana_correlations
short_description: Manage a list of Grafana correlations in one call
version_added: 1.0.0
description:
  - Creates, updates and optionally deletes correlations so that Grafana holds those of a list. A correlation is a link
    in Grafana's Explore from the results of one data source to another data source or to a URL.
  - Checks all entries first and reports all errors together. With any error nothing is written.
  - Reads once, then creates, then updates, then deletes, so that a link is never missing in between.
  - An entry describes the whole correlation. What it omits is empty, except O(correlations[].config.field), which keeps
    its value.
author:
  - crosslink contributors (@crosslink-ansible)
extends_documentation_fragment:
  - crosslink.grafana.entries
  - crosslink.grafana.conflicts
  - crosslink.grafana.connection
  - crosslink.grafana.attributes
options:
  prune:
    description:
      - Whether to delete correlations that no entry describes.
      - V(none) deletes none. V(sources) deletes those that start from a data source of an entry or of O(prune_sources).
        V(all) deletes all others of the organization. V(dangling) deletes those whose source or target does not exist
        any more; only the API V(apis) shows these, Grafana hides them on the other.
      - Provisioned correlations are never pruned.
      - With a user name, V(all) and V(dangling) require O(org_id) or O(org_name), because users can switch
        organizations on the web page. V(all) is an error on Grafana 9, where organizations share correlations.
    type: str
    choices: [none, sources, all, dangling]
    default: none
  prune_sources:
    description:
      - Additional data sources for O(prune=sources), by name or UID.
    type: list
    elements: str
    default: []
  max_deletions:
    description:
      - Write nothing if more correlations than this would be deleted as pruned, absent or duplicates. The default is no
        limit.
      - An empty list with O(prune=all) or O(prune=dangling) is an error unless this is set.
    type: int
  on_error:
    description:
      - Whether to V(stop) or V(continue) after a failed write. The task fails at the end in both cases, and reports
        what was done.
    type: str
    choices: [stop, continue]
    default: stop
  concurrency:
    description:
      - How many writes to make at a time, from 1 to 16. Each has its own connection, which stays open.
    type: int
    default: 4
  title:
    description:
      - A name for this Grafana, which RV(report) and the headers of RV(diff) begin with.
      - The role P(crosslink.grafana.grafana_correlations#role) sets it to the name of the host.
    type: str
notes:
  - You can paste an entry of a Grafana provisioning file and add O(correlations[].source). Such files escape V($) as
    V($$); write V($) here. O(src) takes whole provisioning files as they are.
seealso:
  - module: crosslink.grafana.grafana_correlation
  - module: crosslink.grafana.grafana_correlation_info
"""

EXAMPLES = r"""
- name: Manage all correlations that start from Loki
  crosslink.grafana.grafana_correlations:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    prune: sources
    max_deletions: 10
    correlations:
      - source: Loki
        target: Tempo
        label: Logs to trace
        config:
          field: message
          target:
            query: "${traceID}"
            queryType: traceql
          transformations:
            - type: regex
              expression: "traceID=(\\w+)"
              map_value: traceID
      - source: Loki
        label: Open ticket
        type: external
        config:
          field: ticket
          target:
            url: https://tickets.example.com/browse/${__value.raw}
      - state: ignored
        source: Loki
        target: Prometheus
        label: Created on the web page
        config:
          field: pod

- name: Manage the correlations of all teams, one file per team
  crosslink.grafana.grafana_correlations:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    src: "{{ playbook_dir }}/correlations/*.yml"
  delegate_to: localhost

- name: Show what a list would change
  crosslink.grafana.grafana_correlations:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    correlations: "{{ team_correlations }}"
  check_mode: true
  diff: true
"""

RETURN = r"""
msg:
  description:
    - The number of entries by outcome, such as V(3 created, 1 updated, 996 unchanged; 1 read-only, left).
    - In check mode V(would create 3, update 1; 996 unchanged; 1 read-only, left).
    - On failure, what went wrong.
  returned: always
  type: str
  sample: 1 created, 1 updated, 1 unchanged
summary:
  description: The number of entries by outcome, the same in check mode. C(deleted) counts correlations.
  returned: when the input is right
  type: dict
  sample:
    created: 1
    updated: 1
    deleted: 0
    unchanged: 1
    ignored: 0
    skipped: 0
    failed: 0
    not_attempted: 0
entries:
  description:
    - One item for each write and each skipped entry. Unchanged and ignored entries are only counted.
  returned: when the input is right
  type: list
  elements: dict
  contains:
    number:
      description: The position of the entry in its variable, file or list, from 1; null for a pruned correlation.
      type: int
    variable:
      description: The variable with the entry, with O(origins).
      type: str
    file:
      description: The file with the entry, with O(src).
      type: str
    path:
      description: The list in a provisioning file with the entry, such as C(datasources[0].correlations).
      type: str
    label:
      description: The label of the correlation.
      type: str
    action:
      description: One of C(created), C(updated), C(deleted), C(skipped), C(failed), C(not_attempted).
      type: str
    uid:
      description: The uid of the correlation; null for one that does not exist yet.
      type: str
    changed_members:
      description: The members that differed.
      type: list
      elements: str
    reason:
      description: Why the entry was skipped.
      type: str
    error:
      description: Why the write failed.
      type: str
    code:
      description: A stable identifier of the error.
      type: str
  sample:
    - number: 1
      label: Logs to trace
      action: updated
      uid: 50xhMlg9k
      changed_members:
        - config.target
    - number: 3
      label: Requests of this pod
      action: created
      uid: 50xhMlg9k
org_id:
  description: The number of the organization, if options or Grafana's answers tell it.
  returned: success, if known
  type: int
  sample: 1
report:
  description:
    - What was created, updated and deleted, what failed, and what was left alone and why; in check mode what would be.
      Text for people, in Markdown, for example for a comment on a pull request.
    - At most 25 correlations of a kind (created, updated and so on) and 5 members of an update are listed, the rest is
      counted. Long text is cut.
    - Data sources have names, or UIDs if the names are not known. In check mode and with C(--diff), the module reads
      them.
  returned: when the input is right
  type: str
  sample: |-
    ### `production`: would update 1, delete 1; 2 unchanged
    - update `Logs to trace`: `Loki` → `Tempo`, field `message`
      - `config.target.query`: `${__value.raw}` → `${traceID}`
    - prune `Created on the web page`: `Loki` → `Prometheus`, field `pod`
diff:
  description:
    - The correlations before and after, one item for each change, in the order of the entries; pruned correlations
      come last. Data sources have names, or UIDs if the names are not known or not unique.
    - "The headers contain O(title), what is done (create, update, delete, delete duplicate, or prune), and the link:
      label, source, target and field."
    - A skipped entry is an item with two equal sides, and with C(prepared), which Ansible prints as it is.
  returned: when the input is right, with C(--diff) or C(diff=true)
  type: list
  elements: dict
code:
  description: A stable identifier of the error. The troubleshooting page of the documentation lists all of them.
  returned: failure
  type: str
  sample: data_source_not_found
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
    - code: data_source_not_found
      message: >-
        The target data source 'Tmepo' does not exist in organization 1 at https://grafana.example.com
        (did you mean 'Tempo'?).
      position: 1
      label: Logs to trace
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

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._argument_spec import conflict_options, list_options
from ansible_collections.crosslink.grafana.plugins.module_utils._entries import given_entries
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import warnings_about
from ansible_collections.crosslink.grafana.plugins.module_utils._http_client import Client
from ansible_collections.crosslink.grafana.plugins.module_utils._module import GrafanaModule, run_module
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_prune import check_plan_options
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import PlanOptions
from ansible_collections.crosslink.grafana.plugins.module_utils._reconcile import RunOptions, reconcile
from ansible_collections.crosslink.grafana.plugins.module_utils._result import result_of_list
from ansible_collections.crosslink.grafana.plugins.module_utils._write_limiter import checked_concurrency


def work(module: GrafanaModule, client: Client) -> dict[str, t.Any]:
    """Make Grafana hold the correlations that the list describes."""
    params = module.params
    found = given_entries(params, module.given, client.connection.org_id)
    options = PlanOptions(
        is_list=True,
        on_duplicate=params["on_duplicate"],
        on_provisioned=params["on_provisioned"],
        prune=params["prune"],
        prune_sources=params["prune_sources"],
        max_deletions=params["max_deletions"],
    )
    check_plan_options(options, found.count, client.connection)
    run_options = RunOptions(
        check_mode=module.check_mode,
        concurrency=checked_concurrency(params["concurrency"]),
        stop_on_error=params["on_error"] == "stop",
        lock_folder=module.lock_folder,
        reads_names=module.check_mode or module.shows_diff,
    )
    run = reconcile(client, found.entries, found.problems, options, run_options)
    module.warn_all([*warnings_about(found.warnings), *run.plan.warnings])
    return result_of_list(run, module.shows_diff, params["title"])


def main() -> None:
    """Run as a module."""
    run_module({**list_options(), **conflict_options()}, work)


if __name__ == "__main__":
    main()
