# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the modules that write."""

from __future__ import annotations


class ModuleDocFragment:
    """What to do about correlations that cannot simply be compared and updated."""

    DOCUMENTATION = r"""
options:
  on_duplicate:
    description:
      - What to do when several correlations have the same key and are equal in everything, as Grafana's web page can
        create them.
      - V(fail) names their uids. V(remove) keeps one and deletes the others. Correlations with different content are
        never deleted as duplicates.
    type: str
    choices: [fail, remove]
    default: fail
  on_provisioned:
    description:
      - What to do when a correlation from a provisioning file, which is read-only, has to be changed or removed.
      - V(fail) fails before anything is written. V(skip) leaves the correlation alone and warns. A provisioned
        correlation that is as desired is unchanged.
    type: str
    choices: [fail, skip]
    default: fail
"""
