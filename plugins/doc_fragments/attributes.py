# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Attributes that all modules share."""

from __future__ import annotations


class ModuleDocFragment:
    """What every module can do."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
  diff_mode:
    support: full
    description: >-
      Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
  action_group:
    support: full
    description: >-
      Use C(group/crosslink.grafana.grafana) in C(module_defaults) to set the connection options once for several tasks.
    membership:
      - crosslink.grafana.grafana
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    details:
      - This module only reads, also outside of check mode.
  diff_mode:
    support: N/A
    description: >-
      Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    details:
      - This module only reads.
  action_group:
    support: full
    description: >-
      Use C(group/crosslink.grafana.grafana) in C(module_defaults) to set the connection options once for several tasks.
    membership:
      - crosslink.grafana.grafana
"""

    WITHOUT_GRAFANA = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    details:
      - This module changes nothing, also outside of check mode.
  diff_mode:
    support: N/A
    description: >-
      Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    details:
      - This module changes nothing.
"""
