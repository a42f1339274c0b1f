# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The links that Explore shows for a row, without Grafana."""

from __future__ import annotations

DOCUMENTATION = r"""
name: preview_links
short_description: Show which links correlations give for a row, without Grafana
version_added: 1.0.0
author:
  - crosslink contributors (@crosslink-ansible)
description:
  - For each correlation on a field of the row, returns whether Explore shows its link, what the link opens, and which
    variables have no value. Explore does not show a link if a variable has no value.
  - Regular expressions match as in JavaScript, and C(logfmt) is read as in Explore.
  - Entries of all sources are tried. To try one source, select its entries first.
  - Entries with C(state=absent) or C(state=ignored), and entries without C(config.field), give no link.
  - Variables such as C(${__from}) whose value depends on Explore remain as they are.
positional: row, labels
options:
  _input:
    description:
      - A list of correlations, with the options of O(crosslink.grafana.grafana_correlations#module:correlations), such
        as C(definitions) of M(crosslink.grafana.grafana_correlation_info).
    type: list
    elements: dict
    required: true
  row:
    description:
      - The fields of one result, as a mapping of their names to their values.
      - Values are used as they are. Explore can show numbers and times in another form.
    type: dict
    required: true
  labels:
    description:
      - The labels of a log line, as a mapping of their names to their values. A field takes precedence over a label.
    type: dict
    default: {}
seealso:
  - module: crosslink.grafana.grafana_correlations_test
  - module: crosslink.grafana.grafana_correlation_info
"""

EXAMPLES = r"""
- name: Show the links of a log line
  vars:
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
        label: Ticket ${ticket}
        type: external
        config:
          field: message
          target:
            url: https://tickets.example.com/browse/${ticket:percentencode}
  ansible.builtin.debug:
    msg: "{{ correlations | crosslink.grafana.preview_links({'message': 'failed traceID=4bf92f3577'}) }}"

- name: Show the variables that links of Loki lack
  ansible.builtin.debug:
    msg: >-
      {{ grafana_correlations_list | selectattr('source', '==', 'Loki')
      | crosslink.grafana.preview_links({'Line': 'level=info'}, labels={'app': 'shop'})
      | rejectattr('shown') | items2dict('label', 'missing') }}
"""

RETURN = r"""
_value:
  description: One item for each correlation on a field of the row, in the order of the correlations.
  type: list
  elements: dict
  contains:
    label:
      description:
        - The text of the link, with the values of variables. If the correlation has an empty label, the name of the
          target, or the host of the URL.
      type: str
    source:
      description: The source of the correlation, as it is written there.
      type: str
    type:
      description: C(query) or C(external).
      type: str
    shown:
      description: Whether Explore shows the link.
      type: bool
    missing:
      description: The variables that have no value, in the order of their use.
      type: list
      elements: str
    variables:
      description: The variables that the transformations extract from the row, and their values.
      type: dict
    used:
      description: The variables that the link uses, and their values, without the format.
      type: dict
    url:
      description: The URL that the link opens.
      type: str
      returned: for a link of type C(external) that is shown
    target:
      description: The query that the link opens.
      type: dict
      returned: for a link of type C(query) that is shown
  sample:
    - label: Logs to trace
      source: Loki
      type: query
      shown: true
      missing: []
      variables:
        traceID: 4bf92f3577
      used:
        traceID: 4bf92f3577
      target:
        query: 4bf92f3577
        queryType: traceql
    - label: Ticket ${ticket}
      source: Loki
      type: external
      shown: false
      missing:
        - ticket
      variables: {}
      used: {}
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.crosslink.grafana.plugins.module_utils._entries import read_entries
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError, InputErrors, Origin
from ansible_collections.crosslink.grafana.plugins.module_utils._link_preview import links_of, read_row
from ansible_collections.crosslink.grafana.plugins.plugin_utils._plain import plain
from ansible_collections.crosslink.grafana.plugins.plugin_utils._warnings import show_warnings


def preview_links(definitions: t.Any, row: t.Any, labels: t.Any = None) -> list[dict[str, t.Any]]:
    """The links of a row, shown or not."""
    try:
        return _links(plain(definitions), plain(row), plain(labels))
    except InputError as error:
        raise AnsibleFilterError("preview_links: %s" % error) from None


def _links(definitions: t.Any, row: t.Any, labels: t.Any) -> list[dict[str, t.Any]]:
    if not isinstance(definitions, list):
        sentence = "The input must be a list of correlations, such as definitions of grafana_correlation_info."
        raise InputError(sentence, "invalid_type")
    found = read_entries([(Origin(), definitions)])
    if found.problems:
        raise InputErrors(found.problems, consequence="")
    show_warnings(found.warnings)
    links = links_of(found.entries, read_row(row, "row"), read_row({} if labels is None else labels, "labels"))
    return [link.as_result() for link in links]


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"preview_links": preview_links}
