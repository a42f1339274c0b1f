#!/usr/bin/python
# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read Grafana correlations."""

from __future__ import annotations

DOCUMENTATION = r"""
module: grafana_correlation_info
short_description: Read Grafana correlations
version_added: 1.0.0
description:
  - Returns all correlations of a Grafana organization, or those that match the given options, in the spelling of
    Grafana's API and as entries for M(crosslink.grafana.grafana_correlations).
  - If nothing matches, the result is an empty list, not an error.
author:
  - crosslink contributors (@crosslink-ansible)
extends_documentation_fragment:
  - crosslink.grafana.connection
  - crosslink.grafana.attributes.info
options:
  source:
    description:
      - Only correlations that start from this data source, by UID or name.
    type: str
    aliases: [source_uid, sourceUID]
  target:
    description:
      - Only correlations that query this data source, by UID or name.
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
      - Only correlations from provisioning files (V(true)), or only others (V(false)).
    type: bool
  use_names:
    description:
      - Whether RV(definitions) contain the names of data sources, which also exist on another Grafana, instead of their
        UIDs.
      - A name that is also the UID of another data source is not used.
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

- name: Read the correlations that start from Loki, with the names of data sources
  crosslink.grafana.grafana_correlation_info:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    source: Loki
    use_names: true
  register: from_loki

- name: Create the same correlations on another Grafana
  crosslink.grafana.grafana_correlations:
    url: https://other-grafana.example.com
    token: "{{ other_grafana_token }}"
    correlations: "{{ from_loki.definitions }}"
"""

RETURN = r"""
correlations:
  description:
    - The correlations in the spelling of Grafana's API, ordered by source, label and uid.
    - On C(/apis), C(managedBy) is what manages the correlation, such as C(classic-file-provisioning), and C(dangling)
      is V(true) if a data source does not exist.
  returned: success
  type: list
  elements: dict
  sample:
    - uid: 50xhMlg9k
      sourceUID: P8E80F9AEF21F6940
      targetUID: P214B5B846CF3925F
      orgId: 1
      label: Logs to traces by ID
      description: ""
      type: query
      provisioned: false
      config:
        field: message
        target:
          query: "${__value.raw}"
definitions:
  description:
    - The same correlations as entries for M(crosslink.grafana.grafana_correlations) and the role, without uid,
      organization and provisioned.
    - Correlations that are equal, except for what Grafana's editor adds to their queries, become one entry.
    - The order depends on the content alone, so two Grafanas with the same correlations give the same entries.
    - Correlations that a list cannot contain, such as one with an empty C(config.field) from a provisioning file, are
      omitted with a warning. So are members of C(config) that this collection does not support.
  returned: success
  type: list
  elements: dict
  sample:
    - source: Loki
      target: Tempo
      label: Logs to traces by ID
      type: query
      config:
        field: message
        target:
          query: "${__value.raw}"
data_sources:
  description:
    - The data sources that the correlations start from and query, with C(uid), C(name), C(type) and C(readOnly) in the
      spelling of Grafana's API, as far as the credentials can read them. Those that do not exist are omitted.
    - P(crosslink.grafana.correlations_mermaid#filter) and P(crosslink.grafana.correlations_markdown#filter) use them.
  returned: success, with use_names=true
  type: list
  elements: dict
  sample:
    - uid: P8E80F9AEF21F6940
      name: Loki
      type: loki
      readOnly: false
    - uid: P214B5B846CF3925F
      name: Tempo
      type: tempo
      readOnly: false
count:
  description: The number of correlations.
  returned: success
  type: int
  sample: 1
org_id:
  description: The number of the organization, if options or Grafana's answers tell it.
  returned: success, if known
  type: int
  sample: 1
code:
  description: A stable identifier of the error. The troubleshooting page of the documentation lists all of them.
  returned: failure
  type: str
  sample: unauthorized
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
    - code: api_not_available
      message: >-
        api: apis does not work with this Grafana: it has no /apis for correlations, or has it on the old storage, where
        paging, delete and patch fail. Use api: legacy.
status:
  description: The HTTP status of the failed request, if there was an answer.
  returned: when a request failed
  type: int
  sample: 401
method:
  description: The method of the failed request.
  returned: when a request failed
  type: str
  sample: GET
url:
  description: The URL of the failed request, without credentials.
  returned: when a request failed
  type: str
  sample: https://grafana.example.com/api/datasources/correlations
grafana_message:
  description: Grafana's own error message.
  returned: when a request failed and Grafana sent a message
  type: str
  sample: Invalid username or password
"""

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._argument_spec import filter_options
from ansible_collections.crosslink.grafana.plugins.module_utils._http_client import Client
from ansible_collections.crosslink.grafana.plugins.module_utils._module import GrafanaModule, run_module
from ansible_collections.crosslink.grafana.plugins.module_utils._query import query


def work(module: GrafanaModule, client: Client) -> dict[str, t.Any]:
    """Read the correlations that match the options."""
    result = query(client, module.params)
    module.warn_all(result.pop("warnings"))
    if module.censors([result[name] for name in ("correlations", "definitions", "data_sources") if name in result]):
        module.warn(
            "The correlations contain a secret of this task, which Ansible replaces with stars: "
            "do not write these definitions to a Grafana."
        )
    return result


def main() -> None:
    """Run as a module."""
    run_module(filter_options(), work)


if __name__ == "__main__":
    main()
