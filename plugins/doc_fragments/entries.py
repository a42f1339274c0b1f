# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the modules that take lists."""

from __future__ import annotations


class ModuleDocFragment:
    """Lists of correlations, in variables and files."""

    DOCUMENTATION = r"""
options:
  correlations:
    description:
      - The correlations, in any order. Entries must not repeat or contradict each other.
      - At least one of O(correlations) and O(src) is required.
    type: list
    elements: raw
    suboptions:
      state:
        description:
          - V(present) creates or updates the correlation.
          - V(absent) deletes the correlations that match all given options and that no other entry describes. The key
            is enough.
          - V(ignored) protects all correlations with this key or uid from changes and pruning.
        type: str
        choices: [present, absent, ignored]
        default: present
      uid:
        description:
          - The uid of an existing correlation. Without it, a correlation is found by its key, which consists of
            O(correlations[].source), O(correlations[].config.field), O(correlations[].type), O(correlations[].target)
            (if O(correlations[].type=query)) and O(correlations[].label).
        type: str
      source:
        description:
          - The UID or the name of the data source that the link starts from. A UID takes precedence over an equal name.
        type: str
        aliases: [source_uid, sourceUID]
        required: true
      target:
        description:
          - The UID or the name of the data source that the link queries. A UID takes precedence over an equal name.
          - Required for O(correlations[].type=query) unless O(correlations[].uid) is given. Has no effect for
            O(correlations[].type=external).
        type: str
        aliases: [target_uid, targetUID]
      label:
        description:
          - The text of the link. Grafana allows an empty one.
        type: str
        required: true
      description:
        description:
          - What the link is for.
        type: str
      type:
        description:
          - V(query) opens a query in another data source. V(external) opens the URL in O(correlations[].config.target).
          - The default is O(correlations[].config.type), or else, with O(correlations[].uid), the type of the existing
            correlation, or else V(query).
        type: str
        choices: [query, external]
      config:
        description:
          - Where the link appears, and what it opens.
        type: dict
        suboptions:
          field:
            description:
              - The field of the source's results that gets the link. Required for a new correlation.
              - It is part of the key; without it, any field matches.
            type: str
          target:
            description:
              - For O(correlations[].type=query) the query, in the format of the target's type of data source, V({}) for
                an empty one. For O(correlations[].type=external) a mapping with C(url).
              - Required for O(correlations[].state=present).
            type: dict
          transformations:
            description:
              - How to extract variables from the field, in this order.
            type: list
            elements: dict
            suboptions:
              type:
                description:
                  - V(regex) extracts what the expression matches, V(logfmt) extracts pairs such as V(key=value).
                type: str
                choices: [regex, logfmt]
                required: true
              expression:
                description:
                  - A regular expression of JavaScript. Required for V(regex).
                type: str
              field:
                description:
                  - The field to extract from. The default is the field of the correlation.
                type: str
              map_value:
                description:
                  - The name of the variable, if the expression has no named groups.
                type: str
                aliases: [mapValue]
          type:
            description:
              - The former place of O(correlations[].type).
            type: str
            choices: [query, external]
  src:
    description:
      - Files with more entries, on the host that runs the module, as a path or glob or a list of these.
      - In a glob, V(**) matches any number of directories, for example V(correlations/**/*.yml).
      - Each file is a list of entries, or a mapping with C(grafana_correlations_list), in YAML, or in JSON if its name
        ends in C(.json). YAML requires the library C(PyYAML) on that host.
      - Files from which Grafana provisions data sources are accepted as they are, with their correlations as entries.
        The source is the C(uid) of the data source, or else its C(name). C(org_id) chooses one of several
        organizations; without it, correlations of an organization other than 1 are an error. Variables of Grafana's
        environment are an error. See P(crosslink.grafana.from_grafana_provisioning#filter).
      - Files are not templated, so V({{ }}) in queries needs no C(!unsafe), and Ansible does not process large files.
        C(!unsafe) is read as plain text. C(!vault) is an error.
      - It is an error if a path or glob matches no file. Relative paths start from the directory where the module runs.
    type: list
    elements: str
  origins:
    description:
      - The variables from which O(correlations) was joined, in order, so that messages and results can name them.
        The role P(crosslink.grafana.grafana_correlations#role) sets it.
    type: list
    elements: dict
    suboptions:
      variable:
        description: The name of the variable.
        type: str
        required: true
      count:
        description: How many entries it has.
        type: int
        required: true
"""

    OFFLINE = r"""
options:
  org_id:
    description:
      - The number of the organization whose correlations to take from provisioning files in O(src).
      - Without it, correlations of an organization other than 1 are an error.
    type: int
requirements:
  - python >= 3.9
"""
