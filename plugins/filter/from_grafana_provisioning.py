# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The correlations of Grafana's provisioning files as entries of a list."""

from __future__ import annotations

DOCUMENTATION = r"""
name: from_grafana_provisioning
short_description: Convert provisioning files of Grafana to a list of correlations
version_added: 1.0.0
author:
  - crosslink contributors (@crosslink-ansible)
description:
  - Takes the parsed content of files from which Grafana provisions data sources, and returns their correlations as
    entries for M(crosslink.grafana.grafana_correlations).
  - Reads a file as Grafana does. The source is the C(uid) of the data source, or else its C(name). V($$) becomes V($).
  - All errors are reported together, each with its place in the file. What has no effect in Grafana is left out with a
    warning.
  - To read files by path, use P(crosslink.grafana.provisioning_files#lookup), or
    O(crosslink.grafana.grafana_correlations#module:src), which needs no conversion.
options:
  _input:
    description:
      - The parsed content of a file, or a list of these. If several define the same data source, the last one counts,
        as in Grafana.
    type: raw
    required: true
  environment:
    description:
      - The variables of Grafana's environment that the files use as C($NAME), C(${NAME}) or C($__env{NAME}). Any other
        variable is an error. The environment of Ansible is not used.
    type: dict
    default: {}
  org_id:
    description:
      - The number of the organization whose correlations to return. Others are left out with a warning.
      - Without it, correlations of an organization other than 1 are an error. Data sources without C(orgId) belong to
        organization 1.
    type: int
notes:
  - C(from_yaml) reads C(yes) and C(12:30) without quotes as a boolean and a number, but Grafana reads them as text, and
    so do O(crosslink.grafana.grafana_correlations#module:src) and P(crosslink.grafana.provisioning_files#lookup).
seealso:
  - plugin: crosslink.grafana.provisioning_files
    plugin_type: lookup
  - plugin: crosslink.grafana.to_grafana_provisioning
    plugin_type: filter
  - module: crosslink.grafana.grafana_correlations
"""

EXAMPLES = r"""
- name: Apply the correlations of a provisioning file
  crosslink.grafana.grafana_correlations:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    correlations: >-
      {{ lookup('ansible.builtin.file', 'provisioning/loki.yml') | from_yaml
      | crosslink.grafana.from_grafana_provisioning(environment={'TICKETS': 'https://tickets.example.com'}) }}
"""

RETURN = r"""
_value:
  description:
    - The entries, in the order of the files.
  type: list
  elements: dict
  sample:
    - source: loki-uid
      target: tempo-uid
      label: Logs to trace
      type: query
      config:
        field: message
        target:
          query: ${traceID}
          queryType: traceql
        transformations:
          - type: regex
            expression: traceID=(\w+)
            map_value: traceID
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError, Origin
from ansible_collections.crosslink.grafana.plugins.module_utils._provisioning import ReadOptions
from ansible_collections.crosslink.grafana.plugins.plugin_utils._plain import plain
from ansible_collections.crosslink.grafana.plugins.plugin_utils._provisioned import (
    checked_environment,
    checked_org_id,
    provisioned_entries,
)

HOW_TO_GIVE = "give %s in environment"


def from_grafana_provisioning(parsed: t.Any, environment: t.Any = None, org_id: t.Any = None) -> list[dict[str, t.Any]]:
    """The entries of one parsed file, or of a list of them."""
    contents = plain(parsed)
    if isinstance(contents, list):
        files = [(Origin(file="file %d" % number), content) for number, content in enumerate(contents, start=1)]
    else:
        files = [(Origin(), contents)]
    try:
        options = ReadOptions(checked_environment(plain(environment)), checked_org_id(plain(org_id)), HOW_TO_GIVE)
        return provisioned_entries(files, options)
    except InputError as error:
        raise AnsibleFilterError("from_grafana_provisioning: %s" % error) from None


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"from_grafana_provisioning": from_grafana_provisioning}
