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
      - V(present) makes sure that there is a correlation as described.
      - V(absent) removes the correlations that fit everything given. The key is enough; what else is given must fit too.
    type: str
    choices: [present, absent]
    default: present
  uid:
    description:
      - The uid of an existing correlation, to pin it. Without it, a correlation is found by its key, which is O(source), O(config.field),
        O(type), O(target) (if O(type=query)) and O(label).
      - Grafana chooses the uid of a new correlation. A O(uid) that does not exist is an error with O(state=present).
    type: str
  source:
    description:
      - The UID or the name of the data source where the link starts. A UID wins over an equal name.
      - Required unless O(uid) is given.
    type: str
    aliases: [source_uid, sourceUID]
  target:
    description:
      - The UID or the name of the data source that the link leads to. A UID wins over an equal name.
      - Required for O(type=query) unless O(uid) is given. Does not go with O(type=external).
    type: str
    aliases: [target_uid, targetUID]
  label:
    description:
      - What the link says. An empty label is one too, as Grafana allows it.
      - Required unless O(uid) is given.
    type: str
  description:
    description:
      - What the link is for.
    type: str
  type:
    description:
      - V(query) opens a query in the data source O(target). V(external) opens the URL O(config.target).
      - If left out it is O(config.type), else with O(uid) that of the existing correlation, else V(query).
      - Grafana up to 11.2 does not know V(external).
    type: str
    choices: [query, external]
  config:
    description:
      - What starts the link, and what it opens.
    type: dict
    suboptions:
      field:
        description:
          - The field of the source's results where the link appears. A new correlation needs it.
          - It is part of the key; a definition without it fits every field.
        type: str
      target:
        description:
          - With O(type=query) the query, in the form of the target's kind of data source. With O(type=external) a member C(url).
          - It may contain variables such as V(${__value.raw}), and those that O(config.transformations) make.
          - It is replaced as a whole. Numbers are compared as Grafana keeps them, as 64-bit floats.
          - The members C(datasource) and C(key), which Grafana's own editor adds, are only compared when given.
        type: dict
      transformations:
        description:
          - How to get variables out of the field, in this order. An empty list removes those that are there.
          - Grafana 9 does not keep them, which is then an error.
        type: list
        elements: dict
        suboptions:
          type:
            description:
              - V(regex) takes what O(config.transformations[].expression) matches, V(logfmt) takes pairs such as V(key=value).
            type: str
            choices: [regex, logfmt]
            required: true
          expression:
            description:
              - The regular expression. Required for O(config.transformations[].type=regex).
            type: str
          field:
            description:
              - The field to take the text from, if it is not O(config.field).
            type: str
          map_value:
            description:
              - The name of the variable, if the expression has no named groups.
            type: str
            aliases: [mapValue]
      type:
        description:
          - The old place of O(type). Accepted and checked, so that entries of Grafana's provisioning files can be pasted.
        type: str
        choices: [query, external]
notes:
  - An entry of a Grafana provisioning file can be pasted, with O(source) added. Such files write V($$) for V($); here it is V($).
"""
