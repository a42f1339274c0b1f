# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values in plain Python types instead of Ansible's, which since ansible-core 2.19 carry tags and are lazy."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible.errors import AnsibleFilterError


def plain(value: t.Any) -> t.Any:
    """The value as mappings, lists, text, numbers, booleans and nulls. Raises AnsibleFilterError for anything else."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {plain(name): plain(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if value is None or isinstance(value, bool):
        return value
    raise AnsibleFilterError(
        "The filter takes what JSON can hold, and %.80s is something else: put it in quotes if it is a date." % value
    )
