# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts of a playbook of this collection."""

from __future__ import annotations

DOCUMENTATION = r"""
name: play_hosts
short_description: The hosts of a playbook of this collection; fails if there are none
version_added: 1.0.0
author:
  - crosslink contributors (@crosslink-ansible)
description:
  - Ansible skips a play without hosts, and the run succeeds. The playbooks of this collection use this plugin for
    C(hosts), so that an inventory or a limit that matches no host is an error.
  - It takes no terms.
options: {}
"""

EXAMPLES = r"""
- name: Apply the correlations of all Grafanas
  hosts: "{{ query('crosslink.grafana.play_hosts') }}"
  gather_facts: false
  connection: local
  roles:
    - crosslink.grafana.grafana_correlations
"""

RETURN = r"""
_value:
  description: The patterns in the variable C(grafana_correlations_hosts), by default C(all).
  type: list
  elements: str
  sample: [all]
"""

import typing as t

from ansible import context
from ansible.errors import AnsibleLookupError
from ansible.plugins.loader import lookup_loader
from ansible.plugins.lookup import LookupBase

HOSTS = "grafana_correlations_hosts"


class LookupModule(LookupBase):
    """The plugin."""

    def run(
        self, terms: t.Sequence[t.Any], variables: t.Mapping[str, t.Any] | None = None, **kwargs: t.Any
    ) -> list[str]:
        variables = variables or {}
        value = variables.get(HOSTS, "all")
        patterns = value if isinstance(value, list) else [str(value)]
        by_name = lookup_loader.get("ansible.builtin.inventory_hostnames", loader=self._loader, templar=self._templar)
        # An empty pattern would match all hosts.
        found = set(by_name.run(patterns, variables)) if patterns and all(patterns) else set()
        limit = variables.get("ansible_limit")
        if limit:
            # The play has no hosts of its own yet, so these are all that the limit leaves.
            found &= set(variables["ansible_play_hosts_all"])
        if not found and not context.CLIARGS.get("syntax"):
            raise AnsibleLookupError(_no_host(patterns, limit))
        return patterns


def _no_host(patterns: t.Sequence[str], limit: str | None) -> str:
    """One sentence."""
    limited = " within --limit '%s'" % limit if limit else ""
    if list(patterns) == ["all"]:
        return "The inventory has no hosts%s: give an inventory with -i." % limited
    return "No host matches %s '%s'%s: correct it, or the inventory (-i)." % (HOSTS, ",".join(patterns), limited)
