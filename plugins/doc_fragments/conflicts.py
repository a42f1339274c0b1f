# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the modules that write."""

from __future__ import annotations


class ModuleDocFragment:
    """What to do about rows that cannot simply be compared and updated."""

    DOCUMENTATION = r"""
options:
  on_duplicate:
    description:
      - What to do when several correlations have the same key and are equal to each other in everything, as Grafana's own page can make them.
      - V(fail) names their uids. V(remove) keeps one and deletes the others. One whose content differs is never deleted as a duplicate.
    type: str
    choices: [fail, remove]
    default: fail
  on_provisioned:
    description:
      - What to do when a correlation that comes from a provisioning file, and is read-only, differs from what is wanted or is to be removed.
      - V(fail) names it before anything is written. V(skip) leaves it and warns. One that is as wanted is simply unchanged.
    type: str
    choices: [fail, skip]
    default: fail
"""
