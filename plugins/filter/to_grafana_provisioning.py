# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list of correlations as the content of a provisioning file of Grafana."""

from __future__ import annotations

DOCUMENTATION = r"""
name: to_grafana_provisioning
short_description: Convert a list of correlations to a provisioning file of Grafana
version_added: 1.0.0
author:
  - crosslink contributors (@crosslink-ansible)
description:
  - Takes entries of M(crosslink.grafana.grafana_correlations) and returns the content of a file from which Grafana
    provisions data sources with these correlations. Every V($) in them is written as V($$).
  - Such a file defines whole data sources, not only their correlations. When Grafana reads it, it sets C(jsonData) and
    the secrets of each data source to what the file has, and removes them if it has none. So pass complete definitions
    in O(data_sources).
  - The same input always results in the same content.
  - A provisioning file cannot have O(crosslink.grafana.grafana_correlations#module:correlations[].uid), nor entries
    with the states V(absent) and V(ignored). They are left out with a warning.
options:
  _input:
    description:
      - The entries.
    type: list
    elements: dict
    required: true
  data_sources:
    description:
      - Definitions of data sources, with the members that they have in a provisioning file. C(name) is required, and
        C(uid) for the targets of correlations. All of them are written, as they are, in this order.
      - C(correlations) in them is replaced with that of the entries.
      - They must all belong to one organization.
      - A data source that is not in this list is written with its C(name) alone, as the entry gives it, and a target
        that is not in it as C(targetUID). Both are warned about.
    type: list
    elements: dict
    default: []
notes:
  - Grafana accepts correlations of type V(external) in provisioning files from version 12.2.
  - Grafana reads C(1e3) and C(0o17) as numbers. C(to_nice_yaml) writes such text without quotes, so use
    V(to_nice_json(ensure_ascii=false\)) if there is any. Grafana reads JSON in files named C(*.yaml).
seealso:
  - plugin: crosslink.grafana.from_grafana_provisioning
    plugin_type: filter
  - module: crosslink.grafana.grafana_correlation_info
"""

EXAMPLES = r"""
- name: Read all correlations
  crosslink.grafana.grafana_correlation_info:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
  register: all

- name: Write them into the file that defines the data sources
  vars:
    file: "{{ lookup('ansible.builtin.file', 'provisioning/datasources.yml') | from_yaml }}"
  ansible.builtin.copy:
    dest: provisioning/datasources.yml
    mode: "0640"
    content: >-
      {{ all.definitions | crosslink.grafana.to_grafana_provisioning(data_sources=file.datasources)
      | to_nice_yaml(sort_keys=false) }}
  delegate_to: localhost
"""

RETURN = r"""
_value:
  description:
    - The content of the file.
  type: dict
  sample:
    apiVersion: 1
    datasources:
      - name: Loki
        uid: loki-uid
        type: loki
        url: http://loki:3100
        correlations:
          - targetUID: tempo-uid
            label: Logs to trace
            description: ""
            config:
              type: query
              field: traceID
              target:
                query: $${__value.raw}
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.crosslink.grafana.plugins.module_utils._entries import checked_entries
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError, InputErrors
from ansible_collections.crosslink.grafana.plugins.module_utils._provisioning_content import ContentWriter
from ansible_collections.crosslink.grafana.plugins.plugin_utils._plain import plain
from ansible_collections.crosslink.grafana.plugins.plugin_utils._warnings import show_warnings


def to_grafana_provisioning(entries: t.Any, data_sources: t.Any = None) -> dict[str, t.Any]:
    """The content of a provisioning file with these entries."""
    try:
        return _content(plain(entries), plain(data_sources))
    except InputError as error:
        raise AnsibleFilterError("to_grafana_provisioning: %s" % error) from None


def _content(entries: t.Any, data_sources: t.Any) -> dict[str, t.Any]:
    if not isinstance(entries, list):
        raise InputError(
            "The input must be a list of entries, such as definitions of grafana_correlation_info.", "invalid_type"
        )
    found = checked_entries(entries)
    writer = ContentWriter(_checked(data_sources or []))
    for entry in found.entries:
        writer.add(entry)
    if writer.validator.problems:
        raise InputErrors(writer.validator.problems)
    show_warnings([*found.warnings, *writer.validator.warnings])
    return writer.content()


def _checked(data_sources: t.Any) -> list[dict[str, t.Any]]:
    """The data sources, each a mapping with a name, of one organization. Raises InputError."""
    if not isinstance(data_sources, list) or not all(isinstance(one, dict) for one in data_sources):
        raise InputError(
            "data_sources must be a list of mappings, such as datasources of a provisioning file.", "invalid_type"
        )
    for index, one in enumerate(data_sources):
        if not isinstance(one.get("name"), str) or not one["name"]:
            raise InputError(
                "data_sources[%d] has no name: Grafana finds a data source of a file by its name." % index,
                "missing_option",
            )
    organizations = sorted({str(one.get("orgId") or 1) for one in data_sources})
    if len(organizations) > 1:
        raise InputError(
            "data_sources are of the organizations %s: give those of one, since entries do not say which they mean."
            % " and ".join(organizations),
            "contradiction",
        )
    return data_sources


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"to_grafana_provisioning": to_grafana_provisioning}
