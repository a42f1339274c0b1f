# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text of users in Markdown. Pure."""

from __future__ import annotations

import re

from ansible_collections.crosslink.grafana.plugins.module_utils._text import one_line


def code_span(text: str) -> str:
    """The text as code, in which nothing is markup, a mention or a link."""
    text = one_line(text)
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if "`" in text or not text.strip() else ""
    return fence + space + text + space + fence
