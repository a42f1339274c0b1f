# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables as YAML that Ansible reads back unchanged."""

from __future__ import annotations

DOCUMENTATION = r"""
name: to_inventory_yaml
short_description: Convert variables to YAML for an inventory, with !unsafe where needed
version_added: 1.0.0
author:
  - crosslink contributors (@crosslink-ansible)
description:
  - Returns YAML in block style, for example for a file in C(host_vars).
  - Adds the tag C(!unsafe) to text that Ansible would treat as a template because it contains C({{), C({%) or C({#),
    for example LogQL with C(line_format). See R(Unsafe strings, unsafe_strings).
  - Keeps the order of members. The same variables always result in the same text.
options:
  _input:
    description:
      - The variables, or any other value that consists of mappings, lists, text, numbers, booleans and nulls.
    type: raw
    required: true
seealso:
  - module: crosslink.grafana.grafana_correlation_info
"""

EXAMPLES = r"""
- name: Read all correlations
  crosslink.grafana.grafana_correlation_info:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    use_names: true
  register: all

- name: Write them to a variables file of the host
  ansible.builtin.copy:
    dest: host_vars/grafana.example/correlations.yml
    mode: "0644"
    content: "{{ {'grafana_correlations_list': all.definitions} | crosslink.grafana.to_inventory_yaml }}"
  delegate_to: localhost
"""

RETURN = r"""
_value:
  description:
    - The YAML text, without document markers.
  type: str
  sample: |
    grafana_correlations_list:
      - source: Tempo
        target: Loki
        label: Logs of this trace
        type: query
        config:
          field: traceID
          target:
            expr: !unsafe '{app="shop"} |= "${__value.raw}" | logfmt | line_format "{{.msg}}"'
"""

import math
import typing as t

import yaml

from ansible_collections.crosslink.grafana.plugins.plugin_utils._plain import plain

TEMPLATES = ("{{", "{%", "{#")
UNSAFE = "!unsafe"
LINE_BREAKS = ("\r", "\x85", "\u2028", "\u2029")  # YAML changes these unless they are escaped
PLAIN = "tag:yaml.org,2002:str"


class _Dumper(yaml.SafeDumper):
    """Block style, with lists indented below their member."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: t.Any) -> bool:
        return True

    def represent_text(self, text: str) -> yaml.Node:
        tag = UNSAFE if any(opening in text for opening in TEMPLATES) else PLAIN
        style = "|" if "\n" in text.strip() else None
        if any(character in text for character in LINE_BREAKS):
            style = '"'
        return self.represent_scalar(tag, text, style=style)


_Dumper.add_representer(str, _Dumper.represent_text)


def to_inventory_yaml(value: t.Any) -> str:
    """YAML with the tag !unsafe on text that Ansible would template."""
    return yaml.dump(
        plain(value), Dumper=_Dumper, default_flow_style=False, sort_keys=False, allow_unicode=True, width=math.inf
    )


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"to_inventory_yaml": to_inventory_yaml}
