# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A map of correlations."""

from __future__ import annotations

DOCUMENTATION = r"""
name: correlations_mermaid
short_description: Draw correlations as a Mermaid flowchart
version_added: 1.0.0
author:
  - crosslink contributors (@crosslink-ansible)
description:
  - Returns the text of a Mermaid flowchart with data sources and the hosts of URLs as nodes, and links as arrows with
    their labels. GitHub, GitLab and many other programs draw it if it is in a Markdown block with the language
    C(mermaid).
  - Provisioned correlations, those whose data source is missing, and entries with the state C(absent) or C(ignored)
    have arrows of their own, which a legend explains.
  - An arrow shows the fields of its links if several fields share the label, or the label is empty.
  - The same correlations always result in the same text, in whatever order they are given.
options:
  _input:
    description:
      - A list of entries for M(crosslink.grafana.grafana_correlations), or the whole result of
        M(crosslink.grafana.grafana_correlation_info).
    type: raw
    required: true
  data_sources:
    description:
      - The data sources of the Grafana as a list of mappings with C(uid), C(name) and C(type), such as Grafana returns
        for C(/api/datasources). They give each node its name, its shape and its color.
      - If it is set, data sources that are not in the list are drawn as missing.
      - By default, these are RV(crosslink.grafana.grafana_correlation_info#module:data_sources) of a result. Entries
        appear with the names or UIDs that are written in them.
    type: list
    elements: dict
  merge_above:
    description:
      - If the map would have more arrows than this, links between the same two nodes become one arrow with their
        number.
      - If there are still more, data sources of the same type become one node, and so do the hosts of URLs.
      - Mermaid draws no more than 500 arrows and 50,000 characters. If the map is still larger, the arrows with the
        most links are kept, and a warning and the legend tell how many links are left out.
    type: int
    default: 40
seealso:
  - plugin: crosslink.grafana.correlations_markdown
    plugin_type: filter
  - module: crosslink.grafana.grafana_correlation_info
"""

EXAMPLES = r"""
- name: Read all correlations, with the names and types of data sources
  crosslink.grafana.grafana_correlation_info:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    use_names: true
  register: all

- name: Write a map of them
  ansible.builtin.copy:
    dest: map.mmd
    mode: "0644"
    content: "{{ all | crosslink.grafana.correlations_mermaid }}"
  delegate_to: localhost

- name: Show a map of the entries in a variable, without asking a Grafana
  ansible.builtin.debug:
    msg: "{{ grafana_correlations_list | crosslink.grafana.correlations_mermaid }}"
"""

RETURN = r"""
_value:
  description:
    - The text of the flowchart.
  type: str
  sample: |
    flowchart LR
      ds_loki["Loki"]
      ds_tempo(["Tempo"])
      ds_loki -->|"Logs to trace"| ds_tempo
      classDef logs fill:#dbeafe,stroke:#3b82f6,color:#111827
      class ds_loki logs
      classDef traces fill:#ede9fe,stroke:#8b5cf6,color:#111827
      class ds_tempo traces
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError
from ansible_collections.crosslink.grafana.plugins.plugin_utils._links import links_of
from ansible_collections.crosslink.grafana.plugins.plugin_utils._mermaid import MERGE_ABOVE, flowchart
from ansible_collections.crosslink.grafana.plugins.plugin_utils._plain import plain


def correlations_mermaid(correlations: t.Any, data_sources: t.Any = None, merge_above: int = MERGE_ABOVE) -> str:
    """The text of a flowchart for a list of entries or a result."""
    if isinstance(merge_above, bool) or not isinstance(merge_above, int):
        raise AnsibleFilterError("merge_above must be a whole number: use the filter int if it comes from a template.")
    try:
        text, left_out = flowchart(links_of(plain(correlations), plain(data_sources)), merge_above)
    except InputError as error:
        raise AnsibleFilterError(str(error)) from None
    if left_out:
        Display().warning("The map has no room for all links: it leaves out %d." % left_out)
    return text


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"correlations_mermaid": correlations_mermaid}
