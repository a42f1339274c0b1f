# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Formats of variables, as the registry of @grafana/scenes writes them; ``null`` where it raises an error."""

from __future__ import annotations

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError
from ansible_collections.crosslink.grafana.plugins.module_utils._link_formats import formatted
from ansible_collections.crosslink.grafana.tests.unit.plugins.recordings import recorded

CASES = recorded("formats")


@pytest.mark.parametrize("format_", dict.fromkeys(case["format"] for case in CASES))
def test_answers_of_the_registry(format_):
    cases = [case for case in CASES if case["format"] == format_]
    assert len(cases) > 50
    assert [(case["value"], text_or_none(case["value"], format_)) for case in cases] == [
        (case["value"], case["text"]) for case in cases
    ]


def text_or_none(value, format_):
    try:
        return formatted(value, format_)
    except InputError:
        return None


def test_a_mapping_and_the_text_of_a_variable():
    assert formatted({"a": 1}, "json") == formatted({"a": 1}, None) == "[object Object]"
    assert formatted(5, "text", "Raw value") == "Raw value"
    assert formatted(5, "raw", "Raw value") == "5"


@pytest.mark.parametrize(
    "value, format_, fact",
    [
        ("1700000000000", "date:YYYY-MM-DD", "date:YYYY-MM-DD depends on the time zone of the browser: use date:iso"),
        ("1700000000000", "date:HH:mm", "date:HH:mm depends"),
        ("\ud83d", "percentencode", "half of a character"),
        ("\ud83d", "uriencode", "half of a character"),
        ([{}], "lucene", "Explore fails on the format lucene"),
    ],
)
def test_what_no_preview_can_know(value, format_, fact):
    with pytest.raises(InputError, match=fact) as error:
        formatted(value, format_)
    assert error.value.code == "not_previewable"
