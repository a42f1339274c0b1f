# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of one correlation."""

from __future__ import annotations


class ModuleDocFragment:
    """What one correlation is."""

    DOCUMENTATION = r"""
options:
  state:
    description:
      - V(present) creates or updates the correlation.
      - V(absent) deletes the correlations that match all given options. The key is enough.
    type: str
    choices: [present, absent]
    default: present
  uid:
    description:
      - The uid of an existing correlation. Without it, a correlation is found by its key, which consists of O(source),
        O(config.field), O(type), O(target) (if O(type=query)) and O(label).
      - Grafana chooses the uid of a new correlation. With O(state=present), it is an error if O(uid) does not exist.
    type: str
  source:
    description:
      - The UID or the name of the data source that the link starts from. A UID takes precedence over an equal name.
      - Required unless O(uid) is given.
    type: str
    aliases: [source_uid, sourceUID]
  target:
    description:
      - The UID or the name of the data source that the link queries. A UID takes precedence over an equal name.
      - Required for O(type=query) unless O(uid) is given. Has no effect for O(type=external).
    type: str
    aliases: [target_uid, targetUID]
  label:
    description:
      - The text of the link. Grafana allows an empty one.
      - Required unless O(uid) is given.
    type: str
  description:
    description:
      - What the link is for.
    type: str
  type:
    description:
      - V(query) opens a query in the data source O(target). V(external) opens the URL in O(config.target).
      - The default is O(config.type), or else, with O(uid), the type of the existing correlation, or else V(query).
      - Grafana up to 11.2 does not support V(external).
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
          - For O(type=query) the query, in the format of the target's type of data source. For O(type=external) a
            mapping with C(url).
          - A new link without it opens an empty query; for O(type=external) it is required.
          - It can contain variables such as V(${__value.raw}), and those that O(config.transformations) define.
          - It is replaced as a whole. Numbers are compared as Grafana stores them, as 64-bit floats.
          - The members C(datasource) and C(key), which Grafana's editor adds, are only compared if given.
        type: dict
      transformations:
        description:
          - How to extract variables from the field, in this order. An empty list removes existing transformations.
          - Grafana 9 does not store them, which is reported as an error.
        type: list
        elements: dict
        suboptions:
          type:
            description:
              - V(regex) extracts what O(config.transformations[].expression) matches, V(logfmt) extracts pairs such as
                V(key=value).
            type: str
            choices: [regex, logfmt]
            required: true
          expression:
            description:
              - A regular expression of JavaScript. Required for O(config.transformations[].type=regex).
            type: str
          field:
            description:
              - The field to extract from. The default is O(config.field).
            type: str
          map_value:
            description:
              - The name of the variable, if the expression has no named groups.
            type: str
            aliases: [mapValue]
      type:
        description:
          - The former place of O(type), accepted so that entries of Grafana's provisioning files can be pasted.
        type: str
        choices: [query, external]
notes:
  - You can paste an entry of a Grafana provisioning file and add O(source). Such files escape V($) as V($$); write V($)
    here.
"""
