# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Markdown page about the correlations of a Grafana."""

from __future__ import annotations

DOCUMENTATION = r"""
name: correlations_markdown
short_description: Describe correlations on a Markdown page, with a table and a map
version_added: 1.0.0
author:
  - crosslink contributors (@crosslink-ansible)
description:
  - Returns a page in GitHub Flavored Markdown with a heading, a table of the correlations, and their map as a Mermaid
    flowchart, which P(crosslink.grafana.correlations_mermaid#filter) draws.
  - The same correlations always result in the same text.
  - The playbook C(crosslink.grafana.export) can write such a page for each host.
options:
  _input:
    description:
      - The whole result of M(crosslink.grafana.grafana_correlation_info). With
        O(crosslink.grafana.grafana_correlation_info#module:use_names=true), the page contains the names of data
        sources, otherwise their UIDs.
    type: dict
    required: true
  title:
    description:
      - The heading of the page.
    type: str
    default: Correlations
seealso:
  - plugin: crosslink.grafana.correlations_mermaid
    plugin_type: filter
  - module: crosslink.grafana.grafana_correlation_info
"""

EXAMPLES = r"""
- name: Read all correlations
  crosslink.grafana.grafana_correlation_info:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    use_names: true
  register: all

- name: Write a page about them
  ansible.builtin.copy:
    dest: correlations.md
    mode: "0644"
    content: "{{ all | crosslink.grafana.correlations_markdown(title='Links in our Grafana') }}"
  delegate_to: localhost
"""

RETURN = r"""
_value:
  description:
    - The text of the page.
  type: str
  sample: |
    # Links in our Grafana

    | from | field | label | to | type | managed by |
    |---|---|---|---|---|---|
    | Loki | traceID | Logs to trace | Tempo | query |  |

    ```mermaid
    flowchart LR
      ds_loki["Loki"]
      ds_tempo(["Tempo"])
      ds_loki -->|"Logs to trace"| ds_tempo
      classDef logs fill:#dbeafe,stroke:#3b82f6,color:#111827
      class ds_loki logs
      classDef traces fill:#ede9fe,stroke:#8b5cf6,color:#111827
      class ds_tempo traces
    ```
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError
from ansible_collections.crosslink.grafana.plugins.plugin_utils._links import links_of_result
from ansible_collections.crosslink.grafana.plugins.plugin_utils._page import page
from ansible_collections.crosslink.grafana.plugins.plugin_utils._plain import plain


def correlations_markdown(result: t.Any, title: str = "Correlations") -> str:
    """The text of a page about a result of the info module."""
    try:
        return page(links_of_result(plain(result)), str(title))
    except InputError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"correlations_markdown": correlations_markdown}
