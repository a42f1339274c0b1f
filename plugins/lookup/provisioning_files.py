# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The correlations of provisioning files, which are found by path."""

from __future__ import annotations

DOCUMENTATION = r"""
name: provisioning_files
short_description: Read the correlations of Grafana's provisioning files
version_added: 1.0.0
author:
  - crosslink contributors (@crosslink-ansible)
description:
  - Reads files from which Grafana provisions data sources, and converts their correlations to entries for
    M(crosslink.grafana.grafana_correlations), as P(crosslink.grafana.from_grafana_provisioning#filter) does. Errors and
    warnings name the file.
  - The playbook C(crosslink.grafana.import_provisioning) uses it, and messages name the variables of that playbook.
options:
  _terms:
    description:
      - Paths and globs on the controller, or lists of these. Relative paths start from the current directory. In a
        glob, V(**) matches any number of directories. It is an error if one matches no file.
    required: true
  environment:
    description:
      - The variables of Grafana's environment that the files use. See
        O(crosslink.grafana.from_grafana_provisioning#filter:environment).
    type: dict
    default: {}
  org_id:
    description:
      - The number of the organization whose correlations to return. See
        O(crosslink.grafana.from_grafana_provisioning#filter:org_id).
    type: int
seealso:
  - plugin: crosslink.grafana.from_grafana_provisioning
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Count the correlations of all provisioning files
  ansible.builtin.debug:
    msg: "{{ (query('crosslink.grafana.provisioning_files', 'provisioning/*.yml') | first).entries | length }}"
"""

RETURN = r"""
_value:
  description: The result, as the only element of a list.
  type: list
  elements: dict
  contains:
    entries:
      description: The entries, in the order of the files; empty if there are errors.
      type: list
      elements: dict
    message:
      description: All errors in one sentence; empty if there are none.
      type: str
  sample:
    - entries:
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
      message: ""
"""

import typing as t

from ansible.plugins.lookup import LookupBase

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError, InputErrors, Origin
from ansible_collections.crosslink.grafana.plugins.module_utils._files import paths_of, read_content
from ansible_collections.crosslink.grafana.plugins.module_utils._provisioning import ReadOptions
from ansible_collections.crosslink.grafana.plugins.plugin_utils._plain import plain
from ansible_collections.crosslink.grafana.plugins.plugin_utils._provisioned import (
    checked_environment,
    checked_org_id,
    provisioned_entries,
)

PREFIX = "grafana_correlations_import_"
HOW_TO_GIVE = "give %s in " + PREFIX + "environment"


class LookupModule(LookupBase):
    """The plugin."""

    def run(self, terms: t.Sequence[t.Any], variables: t.Any = None, **kwargs: t.Any) -> list[dict[str, t.Any]]:
        patterns = plain(self._flatten(terms))
        try:
            if not patterns or not all(isinstance(pattern, str) and pattern for pattern in patterns):
                raise InputError("src: it must be a path, or a list of paths, none of them empty.", "invalid_value")
            files = [(Origin(file=path), read_content(path)) for path in paths_of(patterns, "the controller")]
            environment = checked_environment(plain(kwargs.get("environment")))
            org_id = checked_org_id(plain(kwargs.get("org_id")))
            options = ReadOptions(environment, org_id, HOW_TO_GIVE, PREFIX + "org_id")
            return [{"entries": provisioned_entries(files, options), "message": ""}]
        except InputErrors as error:
            return [{"entries": [], "message": str(error)}]
        except InputError as error:
            return [{"entries": [], "message": PREFIX + str(error)}]
