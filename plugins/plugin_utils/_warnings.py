# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Warnings of what runs on the controller."""

from __future__ import annotations

import typing as t

from ansible.utils.display import Display

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Problem, warnings_about


def show_warnings(problems: t.Iterable[Problem]) -> None:
    """Show these as warnings of Ansible."""
    for sentence in warnings_about(problems):
        Display().warning(sentence)
