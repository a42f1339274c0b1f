# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes files with reports."""

from __future__ import annotations

import os

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError


def write_file(path: str, text: str, check_mode: bool) -> bool:
    """Write a file, with its directories, unless it has that text; returns whether it had not. Raises InputError."""
    content = text.encode()
    try:
        if os.path.exists(path):
            with open(path, "rb") as stream:
                if stream.read() == content:
                    return False
        if not check_mode:
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            with open(path, "wb") as stream:
                stream.write(content)
    except OSError as error:
        raise InputError("%s cannot be written: %s." % (path, error.strerror), "invalid_file") from None
    return True
