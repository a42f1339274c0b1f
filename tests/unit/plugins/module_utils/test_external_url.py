# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is probably wrong with the URL of an external correlation."""

from __future__ import annotations

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Origin
from ansible_collections.crosslink.grafana.plugins.module_utils._external_url import check_external_url
from ansible_collections.crosslink.grafana.plugins.module_utils._validator import Validator
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import codes

ORIGIN = Origin(3, 3)


def checked(url: str) -> Validator:
    validator = Validator(ORIGIN)
    check_external_url(validator, url)
    return validator


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "HTTP://example.com/a",
        "mailto:a@example.com",
        "/explore?left=1",
        "${url}",
        "$url",
        "[[url]]/more",
        "https://example.com/${id:percentencode}",
        "https://example.com/[[id:percentencode]]",
        "https://example.com/?${id:queryparam}",
        "https://example.com/${id.path:uriencode}",
        "https://example.com/a$",
        '${__data.fields["a b"]}',
    ],
)
def test_a_url_that_is_right(url):
    validator = checked(url)
    assert (validator.problems, validator.warnings) == ([], [])


@pytest.mark.parametrize(
    "url", ["example.com", "www.example.com/a", "example.com:443/a", " https://a", "1https://a", "//a"]
)
def test_a_url_without_scheme(url):
    validator = checked(url)
    expected = {"example.com:443/a": [], "//a": []}.get(url, ["url_without_scheme"])
    assert [code for code in codes(validator.problems) if code == "url_without_scheme"] == expected


@pytest.mark.parametrize("url", ["https://a/b c", "https://a/b\tc", "https://a/ ", "https://a\n/b", "https://a/\u00a0"])
def test_a_url_with_white_space(url):
    [problem] = checked(url).problems
    assert (problem.code, problem.origin) == ("url_with_space", ORIGIN)
    assert "write %20" in problem.message


def test_all_that_is_wrong_is_found_together():
    validator = checked("example.com/a b/${id}")
    assert codes(validator.problems) == ["url_without_scheme", "url_with_space"]
    assert codes(validator.warnings) == ["variable_not_encoded"]


@pytest.mark.parametrize(
    "url, variables, name",
    [
        ("https://a/$id", "$id", "id"),
        ("https://a/${id}", "${id}", "id"),
        ("https://a/[[id]]", "[[id]]", "id"),
        ("https://a/${__value.raw}", "${__value.raw}", "__value.raw"),
        ("https://a/${id:raw}", "${id:raw}", "id"),
        ("https://a/$id/${b:percentencode}/${c}?$id", "$id and ${c}", "id"),
        ("$base/${id}", "${id}", "id"),
    ],
)
def test_a_variable_that_is_not_encoded(url, variables, name):
    [warning] = checked(url).warnings
    assert (warning.code, warning.origin) == ("variable_not_encoded", ORIGIN)
    assert " %s: write ${%s:percentencode}" % (variables, name) in warning.message
