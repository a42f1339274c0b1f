# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text of users in Markdown."""

from __future__ import annotations

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._markdown import code_span


@pytest.mark.parametrize(
    "text, span",
    [
        ("a", "`a`"),
        ("<b> *c* @d [e](f) | g", "`<b> *c* @d [e](f) | g`"),
        ("a\n# b", "`a # b`"),
        ("a `b` c", "`` a `b` c ``"),
        ("``a", "``` ``a ```"),
        ("", "`  `"),
    ],
)
def test_code_span(text, span):
    assert code_span(text) == span
