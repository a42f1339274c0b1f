# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries from provisioning files, for plugins that run on the controller."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import EMPTY_MEMBERS, definition
from ansible_collections.crosslink.grafana.plugins.module_utils._entries import read_entries
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import PRESENT
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import EDITOR_MEMBERS
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError, InputErrors, Origin
from ansible_collections.crosslink.grafana.plugins.module_utils._provisioning import ReadOptions, read_provisioning
from ansible_collections.crosslink.grafana.plugins.module_utils._validator import kind_of
from ansible_collections.crosslink.grafana.plugins.plugin_utils._warnings import show_warnings


def provisioned_entries(files: t.Iterable[tuple[Origin, t.Any]], options: ReadOptions) -> list[dict[str, t.Any]]:
    """The entries of these files, all checked; what is left out becomes an Ansible warning. Raises InputError."""
    provisioned = read_provisioning(files, options)
    found = read_entries(provisioned.lists)
    problems = [*provisioned.problems, *found.problems]
    if problems:
        raise InputErrors(problems)
    show_warnings([*provisioned.warnings, *found.warnings])
    return [
        definition(entry.source, entry.target, str(entry.type), {**EMPTY_MEMBERS, **entry.members}, keep=EDITOR_MEMBERS)
        for entry in found.entries
        if entry.state == PRESENT
    ]


def checked_environment(environment: t.Any) -> dict[str, str]:
    """The variables as texts. Raises InputError."""
    if environment is None:
        return {}
    if not isinstance(environment, dict):
        raise InputError(
            "environment must be a mapping of names to texts, not %s." % kind_of(environment), "invalid_type"
        )
    for name, value in environment.items():
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise InputError(
                "environment: %s must be text, not %s: put it in quotes." % (name, kind_of(value)), "invalid_type"
            )
    return {str(name): str(value) for name, value in environment.items()}


def checked_org_id(org_id: t.Any) -> int | None:
    """The number of an organization, which extra variables give as text. Raises InputError."""
    if org_id is None:
        return None
    if isinstance(org_id, bool) or not str(org_id).isdecimal() or int(org_id) < 1:
        raise InputError("org_id must be the number of an organization, from 1.", "invalid_value")
    return int(org_id)
