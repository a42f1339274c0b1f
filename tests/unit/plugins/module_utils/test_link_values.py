# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paths into values, as lodash reads them, and the values of fields."""

from __future__ import annotations

import math

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._link_values import Fields, FieldValue, value_at
from ansible_collections.crosslink.grafana.tests.unit.plugins.recordings import recorded

RECORDED = recorded("paths")


@pytest.mark.parametrize("path, expected", RECORDED["found"])
def test_answers_of_lodash(path, expected):
    assert value_at(RECORDED["value"], path) == expected


@pytest.mark.parametrize(
    "path, expected",
    [
        ("fields.pod", FieldValue("shop-1")),
        ('fields["pod name"]', FieldValue(5)),
        ("fields['a.b']", FieldValue(None)),
        ("fields[1]", FieldValue(5)),
        ("fields.pod.text", "shop-1"),
        ('fields["pod name"].numeric', 5.0),
        ("fields[3]", None),
        ("fields.1.5", None),
        ("fields.no", None),
        ("fields.pod.colour", None),
    ],
)
def test_fields(path, expected):
    assert value_at({"fields": Fields({"pod": "shop-1", "pod name": 5, "a.b": None})}, path) == expected


@pytest.mark.parametrize(
    "value, text, number",
    [
        ("12", "12", 12),
        ("a", "a", None),
        ("", "", None),
        (None, "", None),
        (1.50, "1.5", 1.5),
        (True, "true", 1),
        ([1, None], "1,null", None),
        ({"a": 1}, "[object Object]", None),
    ],
)
def test_the_value_of_a_field(value, text, number):
    field = FieldValue(value)
    assert field.text == text
    assert math.isnan(field.number) if number is None else field.number == number
