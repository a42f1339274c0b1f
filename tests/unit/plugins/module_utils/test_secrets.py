# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible must hide."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.module_utils._connection import connection_from
from ansible_collections.crosslink.grafana.plugins.module_utils._secrets import (
    SHORTEST_SECRET,
    environment_secrets,
    forms_of_secret,
    option_secrets,
    sent_secrets,
    url_credentials,
)
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import options

ENVIRON = {
    "GRAFANA_TOKEN": "env-token",
    "GRAFANA_API_KEY": "env-key",
    "GRAFANA_USER": "env-user",
    "GRAFANA_PASSWORD": "env-pass",
    "GRAFANA_URL": "https://me:mine@h",
    "GRAFANA_ORG_ID": "1",
    "OTHER": "x",
}


@pytest.mark.parametrize(
    "url, found",
    [
        ("https://me:mine@h", ("me", "mine")),
        ("https://me@h", ("me", None)),
        ("https://:mine@h", (None, "mine")),
        ("https://m%20e:a%2Fb@h", ("m e", "a/b")),
        ("https://h", (None, None)),
        ("https://[::1", (None, None)),
        ("", (None, None)),
        (None, (None, None)),
        (5, (None, None)),
        (["https://me:mine@h"], (None, None)),
    ],
)
def test_url_credentials(url, found):
    assert url_credentials(url) == found


@pytest.mark.parametrize(
    "url, headers, secrets",
    [
        ("https://h", None, set()),
        ("https://me@h", None, set()),
        ("https://me:mine@h", None, {"mine", "me:mine"}),
        (" https://me:mine@h\n", None, {"mine", "me:mine"}),
        ("https://me:a%2Fb@h", None, {"a/b", "a%2Fb", "me:a%2Fb"}),
        ("https://:mine@h", None, {"mine", ":mine"}),
        (None, None, set()),
        (5, "text", set()),
        ("https://h", {"X-Scope-OrgID": "1", "X-Key": "1234567"}, set()),
        ("https://h", {"X-Key": "12345678", "X-Number": 123456789, "X-Short": "x"}, {"12345678", "123456789"}),
        ("https://h:port", None, set()),
    ],
)
def test_secrets_of_the_options(url, headers, secrets):
    assert option_secrets(url, headers) == secrets


@pytest.mark.parametrize(
    "url, secret",
    [
        ("http://admin:s3cret/pw@127.0.0.1:3", "s3cret/pw"),
        ("http://admin:/s3cretpw@h", "/s3cretpw"),
        ("http://admin:12/s3cretpw@h", "12/s3cretpw"),
        ("http://admin:s3cr%40/et@pw@h", "s3cr%40/et@pw"),
        ("admin:s3cr/et@h", "s3cr/et"),
        ("admin:s3:cret@h", "s3:cret"),
    ],
)
def test_a_password_that_should_have_been_quoted(url, secret):
    assert secret in option_secrets(url, None)


@pytest.mark.parametrize("url", ["https://h:3000/x", "https://h/a", "h:3000"])
def test_no_password_no_secret(url):
    assert option_secrets(url, None) == set()


def test_how_long_a_header_is_a_secret():
    assert option_secrets(None, {"X": "x" * SHORTEST_SECRET}) == {"x" * SHORTEST_SECRET}
    assert option_secrets(None, {"X": "x" * (SHORTEST_SECRET - 1)}) == set()


def test_secrets_of_the_environment():
    assert environment_secrets(ENVIRON) == {"env-token", "env-key", "env-pass", "mine", "me:mine"}
    assert environment_secrets({}) == environment_secrets({"GRAFANA_TOKEN": ""}) == set()


@pytest.mark.parametrize(
    "value, forms",
    [
        ("tok", {"tok"}),
        ("tok\n", {"tok\n", "tok"}),
        ("Bearer tok\n", {"Bearer tok\n", "Bearer tok", "tok"}),
        (123, {"123"}),
        ("", set()),
        (None, set()),
        ("\ud800", set()),
    ],
)
def test_the_forms_of_a_secret(value, forms):
    assert forms_of_secret(value) == forms
    if isinstance(value, str):
        assert (
            environment_secrets({"GRAFANA_TOKEN": value}) == environment_secrets({"GRAFANA_PASSWORD": value}) == forms
        )


def test_what_is_sent_is_a_secret():
    by_user = {"token": None, "url_username": "me", "url_password": "mine"}
    by_header = {"token": None, "http_headers": {"X-WEBAUTH-USER": "me"}}
    assert sent_secrets(connection_from(options(token="tok"), {}).headers) == {"tok"}
    assert sent_secrets(connection_from(options(**by_user), {}).headers) == {"bWU6bWluZQ"}
    assert sent_secrets(connection_from(options(**by_header), {}).headers) == set()


@given(
    st.text(max_size=30)
    | st.builds("{}://{}:{}@{}{}".format, st.sampled_from(["http", "https"]), *[st.text(max_size=5)] * 4)
)
@example("https://[::1")
@example("https://h]")
@example("https://me:mine@h:٣")
def test_any_url_has_secrets_or_none(url):
    assert all(isinstance(secret, str) for secret in option_secrets(url, None))
