# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# /// script
# dependencies = ["nox >= 2025.2.9", "antsibull-nox >= 1.9"]
# ///

"""Sessions of nox, as antsibull-nox.toml configures them."""

from __future__ import annotations

import sys

import nox

try:
    import antsibull_nox
except ImportError:
    print("Install antsibull-nox in the environment of nox, or run `pipx run noxfile.py`.")
    sys.exit(1)

antsibull_nox.load_antsibull_nox_toml()

if __name__ == "__main__":
    nox.main()
