#!/usr/bin/python
# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list of Grafana correlations."""

from __future__ import annotations

DOCUMENTATION = r"""
module: grafana_correlations
short_description: Manage a list of Grafana correlations in one call
version_added: 0.1.0
description:
  - Makes a Grafana hold the correlations of a list, and optionally no others. A correlation is a link in Grafana's Explore from the
    results of one data source to another data source or to a URL.
  - All entries are checked first, and all mistakes are reported together. With any mistake nothing is written.
  - Reads once, then creates, then updates, then deletes, so that a link is never missing in between.
  - An entry describes the whole correlation. What it leaves out is empty, but for O(correlations[].config.field), which is then left as it is.
author:
  - crosslink contributors (@crosslink-ansible)
extends_documentation_fragment:
  - crosslink.grafana.conflicts
  - crosslink.grafana.connection
  - crosslink.grafana.attributes
options:
  correlations:
    description:
      - The correlations, in any order. Two entries must not say the same, or contradict each other.
      - At least one of O(correlations) and O(src) is required.
    type: list
    elements: raw
    suboptions:
      state:
        description:
          - V(present) makes sure that there is a correlation as described.
          - V(absent) removes the correlations that fit everything given and that no other entry describes. The key is enough.
          - V(ignored) leaves every correlation of that key or uid be. It is not pruned either.
        type: str
        choices: [present, absent, ignored]
        default: present
      uid:
        description:
          - The uid of an existing correlation, to pin it. Without it, a correlation is found by its key, which is
            O(correlations[].source), O(correlations[].config.field), O(correlations[].type), O(correlations[].target)
            (if O(correlations[].type=query)) and O(correlations[].label).
        type: str
      source:
        description:
          - The UID or the name of the data source where the link starts. A UID wins over an equal name.
        type: str
        aliases: [source_uid, sourceUID]
        required: true
      target:
        description:
          - The UID or the name of the data source that the link leads to. A UID wins over an equal name.
          - Required for O(correlations[].type=query) unless O(correlations[].uid) is given. Does not go with O(correlations[].type=external).
        type: str
        aliases: [target_uid, targetUID]
      label:
        description:
          - What the link says. An empty label is one too.
        type: str
        required: true
      description:
        description:
          - What the link is for.
        type: str
      type:
        description:
          - V(query) opens a query in another data source. V(external) opens the URL O(correlations[].config.target).
          - If left out it is O(correlations[].config.type), else with O(correlations[].uid) that of the existing correlation, else V(query).
        type: str
        choices: [query, external]
      config:
        description:
          - What starts the link, and what it opens.
        type: dict
        suboptions:
          field:
            description:
              - The field of the source's results where the link appears. A new correlation needs it.
              - It is part of the key; an entry without it fits every field.
            type: str
          target:
            description:
              - With O(correlations[].type=query) the query, in the form of the target's kind of data source.
                With O(correlations[].type=external) a member C(url).
            type: dict
          transformations:
            description:
              - How to get variables out of the field, in this order.
            type: list
            elements: dict
            suboptions:
              type:
                description:
                  - V(regex) takes what the expression matches, V(logfmt) takes pairs such as V(key=value).
                type: str
                choices: [regex, logfmt]
                required: true
              expression:
                description:
                  - The regular expression. Required for V(regex).
                type: str
              field:
                description:
                  - The field to take the text from, if it is another one.
                type: str
              map_value:
                description:
                  - The name of the variable, if the expression has no named groups.
                type: str
                aliases: [mapValue]
          type:
            description:
              - The old place of O(correlations[].type). Accepted and checked.
            type: str
            choices: [query, external]
  src:
    description:
      - Files with more entries, on the host that runs the module, as one path or glob or a list of these.
      - In a glob, V(**) stands for any number of folders, such as in V(correlations/**/*.yml).
      - Each file is a list of entries, or a mapping with C(grafana_correlations_list), in YAML, or in JSON if its name ends in C(.json).
        YAML needs the library C(PyYAML) on that host.
      - They are not templated, so that V({{ }}) in queries needs no C(!unsafe) and ten thousand entries cost Ansible nothing.
        C(!unsafe) is read as plain text. C(!vault) is refused.
      - A path or glob that names no file is an error. Relative paths are relative to the directory where the module runs.
    type: list
    elements: str
  origins:
    description:
      - From which variables O(correlations) was joined, in order, so that messages and results can name them.
        The role P(crosslink.grafana.grafana_correlations#role) gives it.
    type: list
    elements: dict
    suboptions:
      variable:
        description: The name of the variable.
        type: str
        required: true
      count:
        description: How many entries come from it.
        type: int
        required: true
  prune:
    description:
      - Whether correlations that no entry describes are removed.
      - V(none) removes none. V(sources) removes those that start from a data source that an entry or O(prune_sources) names.
        V(all) removes all others of the organisation. V(dangling) removes those whose source or target does not exist any more,
        which only the route V(apis) shows; on the other, Grafana hides them.
      - Provisioned correlations are never pruned.
      - V(all) and V(dangling) need O(org_id) or O(org_name) when signing in as a user, whose current organisation is whatever the web page has last chosen.
        V(all) is refused on Grafana 9, where organisations share correlations.
    type: str
    choices: [none, sources, all, dangling]
    default: none
  prune_sources:
    description:
      - More data sources, as names or UIDs, for O(prune=sources).
    type: list
    elements: str
    default: []
  max_deletions:
    description:
      - Refuse to write anything if more correlations than this would be deleted, whether pruned, absent or duplicates.
      - An empty list with O(prune=all) or O(prune=dangling) is refused unless this is set.
    type: int
  on_error:
    description:
      - Whether to V(stop) or to V(continue) when a write fails. The task fails at the end in both cases, and reports what was done.
    type: str
    choices: [stop, continue]
    default: stop
  concurrency:
    description:
      - How many writes to make at a time, from 1 to 16. Each has a connection of its own, which is kept alive.
    type: int
    default: 4
notes:
  - An entry of a Grafana provisioning file can be pasted, with O(correlations[].source) added. Such files write V($$) for V($); here it is V($).
seealso:
  - module: crosslink.grafana.grafana_correlation
  - module: crosslink.grafana.grafana_correlation_info
"""

EXAMPLES = r"""
- name: Have these correlations, and no others that start from Loki
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
        label: Made by hand
        config:
          field: pod

- name: Have the correlations of all teams, each in a file of its own
  crosslink.grafana.grafana_correlations:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    src: "{{ playbook_dir }}/correlations/*.yml"
  delegate_to: localhost

- name: See what a list would change, without changing anything
  crosslink.grafana.grafana_correlations:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    correlations: "{{ team_correlations }}"
  check_mode: true
  diff: true
"""

RETURN = r"""
msg:
  description: What was done, in numbers.
  returned: always
  type: str
  sample: 3 created, 1 updated, 996 unchanged
summary:
  description: How many entries there were of each kind. C(deleted) counts correlations.
  returned: when the list was right
  type: dict
  sample:
    created: 3
    updated: 1
    deleted: 0
    unchanged: 996
    ignored: 0
    skipped: 0
    failed: 0
    not_attempted: 0
entries:
  description:
    - What was done, one item for each write or skipped entry. Unchanged and ignored entries are only counted.
  returned: when the list was right
  type: list
  elements: dict
  contains:
    number:
      description: Where the entry is in the list, or in its file or variable, from 1; null for a pruned correlation.
      type: int
    variable:
      description: The variable that the entry comes from, with O(origins).
      type: str
    file:
      description: The file that the entry comes from, with O(src).
      type: str
    label:
      description: The label of the correlation.
      type: str
    action:
      description: One of C(created), C(updated), C(deleted), C(skipped), C(failed), C(not_attempted).
      type: str
    uid:
      description: The uid of the correlation; null for one that is not there yet.
      type: str
    changed_members:
      description: What differed.
      type: list
      elements: str
    error:
      description: Why it failed.
      type: str
  sample:
    - number: 7
      label: Logs to trace
      action: updated
      uid: 50xhMlg9k
      changed_members:
        - config.target
org_id:
  description: The number of the organisation, where options or Grafana's answers tell it.
  returned: success, if known
  type: int
  sample: 1
diff:
  description: Definitions before and after, one item for each changed entry, with data sources as UIDs.
  returned: when the list was right, with C(--diff) or C(diff=true)
  type: list
  elements: dict
mistakes:
  description: All that is wrong with the list, a sentence each.
  returned: when the list is wrong
  type: list
  elements: str
  sample:
    - "entry 7 (Logs to trace): the target data source 'Tmepo' does not exist (did you mean 'Tempo'?)"
status:
  description: The HTTP status of the first request that failed, if there was an answer.
  returned: when a request failed
  type: int
  sample: 403
method:
  description: The method of the first request that failed.
  returned: when a request failed
  type: str
  sample: POST
url:
  description: The URL of the first request that failed, without credentials.
  returned: when a request failed
  type: str
  sample: https://grafana.example.com/api/datasources/uid/P8E80F9AEF21F6940/correlations
grafana_message:
  description: What Grafana said.
  returned: when a request failed and Grafana gave a message
  type: str
  sample: bad request data
"""

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._argument_spec import conflict_options, list_options
from ansible_collections.crosslink.grafana.plugins.module_utils._client import Client
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Origin
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Mistake
from ansible_collections.crosslink.grafana.plugins.module_utils._files import paths_of, read_file
from ansible_collections.crosslink.grafana.plugins.module_utils._list import check_rules, lists_of, read_definitions
from ansible_collections.crosslink.grafana.plugins.module_utils._module import GrafanaModule, run_module
from ansible_collections.crosslink.grafana.plugins.module_utils._plan import Rules
from ansible_collections.crosslink.grafana.plugins.module_utils._reconcile import reconcile
from ansible_collections.crosslink.grafana.plugins.module_utils._report import result_of_list


def work(module: GrafanaModule, client: Client) -> dict[str, t.Any]:
    """Make Grafana hold the correlations that the list describes."""
    params = module.params
    if params["correlations"] is None and params["src"] is None:
        raise Mistake("No list is given: set correlations, or src to files that hold lists.")
    src = module.given.get("src")  # as given, for Ansible would split a path at its commas
    files = paths_of([src] if isinstance(src, str) else params["src"] or [])
    lists = [*lists_of(params["correlations"] or [], params["origins"]), *((Origin(file=path), read_file(path)) for path in files)]
    rules = Rules(
        whole=True,
        on_duplicate=params["on_duplicate"],
        on_provisioned=params["on_provisioned"],
        prune=params["prune"],
        prune_sources=params["prune_sources"],
        max_deletions=params["max_deletions"],
    )
    definitions = read_definitions(lists)
    check_rules(rules, definitions.count, params["concurrency"], client.connection)
    run = reconcile(
        client,
        definitions.entries,
        rules,
        mistakes=definitions.mistakes,
        check_mode=module.check_mode,
        concurrency=params["concurrency"],
        stop_on_error=params["on_error"] == "stop",
        lock_folder=module.lock_folder,
    )
    module.warn_of([*definitions.warnings, *run.plan.warnings])
    return result_of_list(run, with_diff=module.shows_diff)


def main() -> None:
    """Run as a module."""
    run_module({**list_options(), **conflict_options()}, work)


if __name__ == "__main__":
    main()
