#!/usr/bin/python
# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read Grafana correlations."""

from __future__ import annotations

DOCUMENTATION = r"""
module: grafana_correlation_info
short_description: Read Grafana correlations
version_added: 0.1.0
description:
  - Returns the correlations of a Grafana, all of them or those that fit the given options, in the spelling of Grafana's API
    and as definitions that M(crosslink.grafana.grafana_correlations) takes.
  - Nothing found is an empty list, never an error.
author:
  - crosslink contributors (@crosslink-ansible)
extends_documentation_fragment:
  - crosslink.grafana.connection
  - crosslink.grafana.attributes.info
options:
  source:
    description:
      - Only correlations that start from this data source, given as UID or name.
    type: str
    aliases: [source_uid, sourceUID]
  target:
    description:
      - Only correlations that lead to this data source, given as UID or name.
    type: str
    aliases: [target_uid, targetUID]
  label:
    description:
      - Only correlations with exactly this label.
    type: str
  uid:
    description:
      - Only the correlation with this uid.
    type: str
  type:
    description:
      - Only correlations of this type.
    type: str
    choices: [query, external]
  provisioned:
    description:
      - Only correlations that come from a provisioning file (V(true)), or only others (V(false)).
    type: bool
  names:
    description:
      - Whether RV(definitions) have the names of data sources, which hold on another Grafana too, rather than their UIDs.
      - A name that is the UID of another data source is not used.
    type: bool
    default: false
seealso:
  - module: crosslink.grafana.grafana_correlation
  - module: crosslink.grafana.grafana_correlations
"""

EXAMPLES = r"""
- name: Read all correlations
  crosslink.grafana.grafana_correlation_info:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
  register: all

- name: Read those that start from Loki, as definitions with names
  crosslink.grafana.grafana_correlation_info:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    source: Loki
    names: true
  register: from_loki

- name: Have the same on another Grafana
  crosslink.grafana.grafana_correlations:
    url: https://other-grafana.example.com
    token: "{{ other_grafana_token }}"
    correlations: "{{ from_loki.definitions }}"
"""

RETURN = r"""
correlations:
  description: The correlations in the spelling of Grafana's API, ordered by source, label and uid.
  returned: success
  type: list
  elements: dict
  sample:
    - uid: 50xhMlg9k
      sourceUID: P8E80F9AEF21F6940
      targetUID: P214B5B846CF3925F
      orgId: 1
      label: Logs to trace
      description: ""
      type: query
      provisioned: false
      config:
        field: message
        target:
          query: "${__value.raw}"
definitions:
  description:
    - The same as M(crosslink.grafana.grafana_correlations) and the role take them, without uid, organisation and provisioned.
    - Correlations that are equal in everything, but for what Grafana's editor adds to their queries, are one definition.
    - They are ordered by what they hold, so that two Grafanas with the same correlations give the same.
    - A correlation that no list can have, such as one with an empty C(config.field) from a provisioning file, is left out with a warning.
      So are members of C(config) that this collection does not know.
  returned: success
  type: list
  elements: dict
  sample:
    - source: Loki
      target: Tempo
      label: Logs to trace
      type: query
      config:
        field: message
        target:
          query: "${__value.raw}"
count:
  description: How many correlations there are.
  returned: success
  type: int
  sample: 1
org_id:
  description: The number of the organisation, where options or Grafana's answers tell it.
  returned: success, if known
  type: int
  sample: 1
status:
  description: The HTTP status of the request that failed, if there was an answer.
  returned: when a request failed
  type: int
  sample: 403
method:
  description: The method of the request that failed.
  returned: when a request failed
  type: str
  sample: GET
url:
  description: The URL of the request that failed, without credentials.
  returned: when a request failed
  type: str
  sample: https://grafana.example.com/api/datasources/correlations
grafana_message:
  description: What Grafana said.
  returned: when a request failed and Grafana gave a message
  type: str
"""

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._argument_spec import filter_options
from ansible_collections.crosslink.grafana.plugins.module_utils._client import Client
from ansible_collections.crosslink.grafana.plugins.module_utils._module import GrafanaModule, run_module
from ansible_collections.crosslink.grafana.plugins.module_utils._find import find


def work(module: GrafanaModule, client: Client) -> dict[str, t.Any]:
    """Read the correlations that fit the options."""
    result = find(client, module.params)
    module.warn_of(result.pop("warnings"))
    if module.censors([result["correlations"], result["definitions"]]):
        module.warn(
            "A secret of this task occurs in the correlations, so Ansible replaces it by stars: do not write these definitions back to a Grafana."
        )
    return result


def main() -> None:
    """Run as a module."""
    run_module(filter_options(), work)


if __name__ == "__main__":
    main()
