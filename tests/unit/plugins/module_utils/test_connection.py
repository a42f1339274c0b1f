# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How options and environment become a connection."""

from __future__ import annotations

import base64
import dataclasses
import typing as t

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.module_utils._connection import Connection, connection_from
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError
from ansible_collections.crosslink.grafana.plugins.module_utils._secrets import option_secrets
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import options

HEADER = "X-Grafana-Org-Id"
USER = {"token": None, "url_username": "admin", "url_password": "secret"}


def connect(environ: t.Mapping[str, str] | None = None, **more: t.Any) -> Connection:
    return connection_from(options(**more), environ or {})


def nobody(environ: t.Mapping[str, str] | None = None, **more: t.Any) -> Connection:
    """A connection for options without credentials."""
    return connect(environ, **{"token": None, **more})


def refused(code: str, environ: t.Mapping[str, str] | None = None, **more: t.Any) -> str:
    """The message that refuses the options, with this code."""
    with pytest.raises(InputError) as caught:
        connect(environ, **more)
    assert caught.value.code == code
    return str(caught.value)


def has(message: str, *facts: str) -> bool:
    """Whether the message contains them all."""
    return [fact for fact in facts if fact not in message] == []


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(("%s:%s" % (user, password)).encode()).decode()


# The whole


def test_with_a_token():
    assert connect() == Connection(
        url="https://grafana.example.com",
        headers={"Authorization": "Bearer glsa_token"},
        by_token=True,
        org_id=None,
        org_name=None,
        verify=True,
        cert=None,
        use_proxy=True,
        timeout=30,
        retries=3,
        api="auto",
        credentials="token",
    )


def test_with_everything(tmp_path):
    for name in ("ca", "cert", "key"):
        (tmp_path / name).write_text("PEM")
    found = connect(
        url="http://h:3000/g/",
        org_id=7,
        ca_path=str(tmp_path / "ca"),
        client_cert=str(tmp_path / "cert"),
        client_key=str(tmp_path / "key"),
        use_proxy=False,
        timeout=1,
        retries=0,
        http_headers={"X-One": "1", "X-Two": 2},
        api="legacy",
        **USER,
    )
    assert found == Connection(
        url="http://h:3000/g",
        headers={"X-One": "1", "X-Two": "2", "Authorization": basic("admin", "secret")},
        by_token=False,
        org_id=7,
        org_name=None,
        verify=str(tmp_path / "ca"),
        cert=(str(tmp_path / "cert"), str(tmp_path / "key")),
        use_proxy=False,
        timeout=1,
        retries=0,
        api="legacy",
        credentials="url_username and url_password",
    )


def test_options_are_not_changed():
    given_ones = options(http_headers={"X-One": "1"})
    connection_from(given_ones, {})
    assert given_ones == options(http_headers={"X-One": "1"})


# The url


@pytest.mark.parametrize(
    "given_url, url",
    [
        ("https://h", "https://h"),
        ("https://h/", "https://h"),
        ("https://h//", "https://h"),
        ("http://h:3000", "http://h:3000"),
        ("https://h/grafana", "https://h/grafana"),
        ("https://h/grafana/", "https://h/grafana"),
        ("https://h/a/b/", "https://h/a/b"),
        ("HTTPS://h", "https://h"),
        ("https://[::1]:3000/x/", "https://[::1]:3000/x"),
        ("https://127.0.0.1", "https://127.0.0.1"),
        ("https://h/?", "https://h"),
        (" https://h/ \n", "https://h"),
        ("https://h\r\n", "https://h"),
        ("https://h/api/grafana", "https://h/api/grafana"),
        ("https://h/apiary", "https://h/apiary"),
    ],
)
def test_urls(given_url, url):
    assert connect(url=given_url).url == url


def test_the_url_from_the_environment():
    environ = {"GRAFANA_URL": "https://env/"}
    assert connect(environ, url=None).url == "https://env"
    assert connect({"GRAFANA_URL": " https://env/\n"}, url=None).url == "https://env"
    assert connect(environ).url == "https://grafana.example.com"


@pytest.mark.parametrize("environ", [{}, {"GRAFANA_URL": ""}, {"GRAFANA_URL": "\n"}])
def test_no_url(environ):
    assert has(refused("missing_option", environ, url=None), "url", "GRAFANA_URL")


@pytest.mark.parametrize("url", ["https://[::1", "https://h:port", "https://h:99999", "https://h:0", "https://h:-1"])
def test_urls_that_cannot_be_read(url):
    message = refused("invalid_url", url=url)
    assert has(message, "not valid", "https://grafana.example.com") and url not in message


@pytest.mark.parametrize(
    "url",
    ["https://", "https:///path", "https://:3000", "https://h h", "https://h/a b", "https://h/\x07", "https://h\n/x"],
)
def test_urls_without_a_valid_host(url):
    assert has(refused("invalid_url", url=url), "host name")


@pytest.mark.parametrize(
    "url, shown",
    [
        ("grafana.example.com", "grafana.example.com"),
        ("grafana.example.com/path", "grafana.example.com/path"),
        ("//grafana.example.com/path", "//grafana.example.com/path"),
        ("ftp://grafana.example.com/path", "ftp://grafana.example.com/path"),
        ("ftp://user:secret@grafana.example.com/path", "ftp://grafana.example.com/path"),
        ("user:secret@grafana.example.com", "..."),
        ("user:sec@ret@grafana.example.com", "..."),
        ("/grafana", "/grafana"),
    ],
)
def test_urls_without_http(url, shown):
    assert has(refused("invalid_url", url=url), "'%s'" % shown, "http://")


@pytest.mark.parametrize("url", ["localhost:3000", "grafana.example.com:3000", "grafana.example.com:3000/path"])
def test_a_host_with_a_port_is_shown_whole(url):
    assert has(refused("invalid_url", url=url), "'%s'" % url, "http://")


@pytest.mark.parametrize("url", ["https://h/?orgId=1", "https://h/path#x", "https://h?a=b"])
def test_urls_with_more_than_a_path(url):
    assert has(refused("invalid_url", url=url), "'?' or '#'")


@pytest.mark.parametrize(
    "url, path",
    [
        ("https://h/api", "/api"),
        ("https://h/api/", "/api"),
        ("https://h/grafana/api", "/api"),
        ("https://h/apis", "/apis"),
        ("https://h/api/datasources", "/api/datasources"),
        ("https://h/g/api/datasources/correlations/", "/api/datasources/correlations"),
        ("https://h/apis/correlations.grafana.app/v0alpha1", "/apis/correlations.grafana.app/v0alpha1"),
    ],
)
def test_urls_with_the_path_of_the_api(url, path):
    message = refused("invalid_url", url=url)
    assert has(message, "remove %s." % path)
    assert refused("invalid_url", {"GRAFANA_URL": url}, url=None) == message


# Credentials


def test_user_and_password():
    found = connect(**USER)
    assert (found.headers, found.by_token) == ({"Authorization": basic("admin", "secret")}, False)


def test_password_beyond_ascii():
    found = connect(token=None, url_username="jürgen", url_password="pässwörd:☃")
    assert found.headers == {"Authorization": basic("jürgen", "pässwörd:☃")}


ENVIRON = {
    "GRAFANA_TOKEN": "env-token",
    "GRAFANA_API_KEY": "env-key",
    "GRAFANA_USER": "env-user",
    "GRAFANA_PASSWORD": "env-pass",
}


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in ENVIRON.items() if name not in names}


@pytest.mark.parametrize(
    "environ, given_ones, authorization",
    [
        # nothing from the task: a token wins, then the old name, then user and password
        (ENVIRON, {}, "Bearer env-token"),
        (without("GRAFANA_TOKEN"), {}, "Bearer env-key"),
        ({**ENVIRON, "GRAFANA_TOKEN": ""}, {}, "Bearer env-key"),
        (without("GRAFANA_TOKEN", "GRAFANA_API_KEY"), {}, basic("env-user", "env-pass")),
        ({**ENVIRON, "GRAFANA_TOKEN": "", "GRAFANA_API_KEY": ""}, {}, basic("env-user", "env-pass")),
        # a token from the task
        (ENVIRON, {"token": "mine"}, "Bearer mine"),
        # one kind from the task: only its missing half comes from the environment
        (ENVIRON, {"url_username": "me"}, basic("me", "env-pass")),
        (ENVIRON, {"url_password": "mine"}, basic("env-user", "mine")),
        (ENVIRON, {"url_username": "me", "url_password": "mine"}, basic("me", "mine")),
        # white space at the ends of a token does not belong to it
        (ENVIRON, {"token": "mine\n"}, "Bearer mine"),
        ({"GRAFANA_TOKEN": "env-token\r\n"}, {}, "Bearer env-token"),
        ({"GRAFANA_TOKEN": "\n", "GRAFANA_API_KEY": " env-key"}, {}, "Bearer env-key"),
    ],
)
def test_credentials_from_the_environment(environ, given_ones, authorization):
    found = nobody(environ, **given_ones)
    assert found.headers == {"Authorization": authorization}
    assert found.by_token == authorization.startswith("Bearer")


GIVEN_USER = ("url_username is given without url_password", "GRAFANA_PASSWORD")
GIVEN_PASSWORD = ("url_password is given without url_username", "GRAFANA_USER")


@pytest.mark.parametrize(
    "environ, given_ones, facts",
    [
        ({}, {"url_username": "me"}, GIVEN_USER),
        ({}, {"url_password": "x"}, GIVEN_PASSWORD),
        ({"GRAFANA_USER": "me"}, {}, GIVEN_USER),
        ({"GRAFANA_PASSWORD": "x", "GRAFANA_USER": ""}, {}, GIVEN_PASSWORD),
        ({"GRAFANA_TOKEN": "env-token"}, {"url_username": "me"}, GIVEN_USER),
    ],
)
def test_half_of_the_credentials(environ, given_ones, facts):
    assert has(refused("missing_option", environ, **{"token": None, **given_ones}), *facts)


@pytest.mark.parametrize("environ", [{}, {"GRAFANA_TOKEN": "", "GRAFANA_USER": ""}])
def test_no_credentials(environ):
    names = ("token", "url_username", "url_password", "GRAFANA_TOKEN", "GRAFANA_USER", "GRAFANA_PASSWORD")
    assert has(refused("missing_option", environ, token=None), "No credentials", *names)


@pytest.mark.parametrize(
    "more", [{"url_username": "me"}, {"url_password": "x"}, {"url_username": "me", "url_password": "x"}]
)
def test_both_kinds_of_credentials(more):
    assert has(refused("contradiction", **more), "token", "url_username", "url_password", "remove one")


@pytest.mark.parametrize("token", ["glsa_ü", "☃"])
def test_a_token_beyond_ascii(token):
    message = refused("invalid_value", token=token)
    assert has(message, "token contains characters") and token not in message


@pytest.mark.parametrize("token", ["glsa_\nx", "a\rb", "a\x00b"])
def test_a_token_with_a_line_break(token):
    message = refused("invalid_value", token=token)
    assert has(message, "token contains a line break") and token not in message


@pytest.mark.parametrize("token", ["Bearer glsa_x", "bearer glsa_x", " Bearer  glsa_x\n", "Bearer ", "Bearer"])
def test_a_token_with_the_word_in_front(token):
    for message, where in (
        (refused("invalid_value", token=token), "token"),
        (refused("invalid_value", {"GRAFANA_TOKEN": token}, token=None), "GRAFANA_TOKEN in the environment"),
        (refused("invalid_value", {"GRAFANA_API_KEY": token}, token=None), "GRAFANA_API_KEY in the environment"),
    ):
        assert message.startswith("%s starts with 'Bearer '" % where)
        assert "glsa_x" not in message


def test_a_token_that_starts_like_the_word():
    assert connect(token="bearer_x").headers == {"Authorization": "Bearer bearer_x"}


def test_a_user_with_a_colon():
    assert has(refused("invalid_value", token=None, url_username="a:b", url_password="x"), "url_username", "colon")


# Credentials in the url


@pytest.mark.parametrize(
    "url, user, password",
    [
        ("https://me:mine@h/x", "me", "mine"),
        ("https://m%40e:p%3Aw%2F%40@h/x", "m@e", "p:w/@"),
        ("https://me:p:w@h/x", "me", "p:w"),
        ("https://me:p@w@h/x", "me", "p@w"),
    ],
)
def test_credentials_in_the_url(url, user, password):
    found = nobody(url=url)
    assert (found.url, found.headers, found.by_token) == (
        "https://h/x",
        {"Authorization": basic(user, password)},
        False,
    )


def test_credentials_in_the_url_win_over_the_environment():
    assert nobody(ENVIRON, url="https://me:mine@h").headers == {"Authorization": basic("me", "mine")}
    assert nobody(ENVIRON, url="https://me@h").headers == {"Authorization": basic("me", "env-pass")}


@pytest.mark.parametrize("url", ["https://me:@h", "https://:mine@h", "https://:@h", "https://@h"])
def test_empty_credentials_in_the_url(url):
    """As a lookup that finds nothing makes them."""
    message = refused("invalid_url", ENVIRON, url=url, token=None)
    assert has(message, "empty user name or password")
    assert refused("invalid_url", {**ENVIRON, "GRAFANA_URL": url}, url=None, token=None) == message


def test_credentials_in_the_url_of_the_environment():
    assert nobody({"GRAFANA_URL": "https://me:mine@h"}, url=None).headers == {"Authorization": basic("me", "mine")}


@pytest.mark.parametrize(
    "more", [{"token": "x"}, {"token": None, "url_username": "x"}, {"token": None, "url_password": "x"}]
)
def test_credentials_in_the_url_beside_others(more):
    message = refused("contradiction", url="https://me:mine@h", **more)
    assert has(message, "url contains a user name or password", "remove them from the url") and "mine" not in message


def test_a_user_in_the_url_without_password():
    assert has(refused("missing_option", token=None, url="https://me@h"), *GIVEN_USER)


# Headers


def test_headers_alone_are_a_way_to_sign_in():
    found = nobody(http_headers={"X-WEBAUTH-USER": "me", "X-Number": 5, "X-Truth": True, "X-Empty": ""})
    assert found.headers == {"X-WEBAUTH-USER": "me", "X-Number": "5", "X-Truth": "True", "X-Empty": ""}
    assert not found.by_token


def test_a_client_certificate_alone_is_a_way_to_sign_in(tmp_path):
    (tmp_path / "cert").write_text("PEM")
    found = nobody(client_cert=str(tmp_path / "cert"))
    assert (found.headers, found.cert) == ({}, str(tmp_path / "cert"))


def test_headers_beside_a_token():
    assert connect(http_headers={"X-One": "1"}).headers == {"X-One": "1", "Authorization": "Bearer glsa_token"}


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
def test_authorization_of_ones_own(name):
    """Nothing but the organization comes from the environment then."""
    found = nobody({**ENVIRON, "GRAFANA_ORG_ID": "3"}, http_headers={name: "Bearer mine"})
    assert (found.headers, found.org_id) == ({name: "Bearer mine"}, 3)


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
@pytest.mark.parametrize("value, by_token", [("Bearer mine", True), ("Basic bWU6bWluZQ==", False)])
def test_a_token_in_a_header_is_a_token(name, value, by_token):
    assert nobody(http_headers={name: value}).by_token is by_token


@pytest.mark.parametrize("more", [{}, USER, {"token": None, "url": "https://me:mine@h"}])
@pytest.mark.parametrize("name", ["Authorization", "authorization"])
def test_authorization_twice(name, more):
    message = refused("contradiction", http_headers={name: "Bearer mine"}, **more)
    assert has(message, "http_headers contains Authorization", "token", "url_username")


@pytest.mark.parametrize(
    "name, shown",
    [
        ("X One", "'X One'"),
        ("", "''"),
        ("X:", "'X:'"),
        ("X\n", r"'X\n'"),
        ("Ü", "'Ü'"),
        ("x" * 41 + " ", "'%s'" % ("x" * 40)),
    ],
)
def test_names_that_no_header_can_have(name, shown):
    assert has(refused("invalid_value", http_headers={name: "x"}), "http_headers", "header name: %s." % shown)


@pytest.mark.parametrize("value", [None, {"a": 1}, ["a"]])
def test_values_that_are_no_text(value):
    assert has(refused("invalid_type", http_headers={"X-One": value}), "http_headers: the value of X-One", "text")


@pytest.mark.parametrize("value", ["a\nb", "a\r", "\x00"])
def test_values_with_a_line_break(value):
    message = refused("invalid_value", http_headers={"X-One": value})
    assert has(message, "http_headers: the value of X-One contains a line break")


def test_values_that_no_header_can_carry():
    message = refused("invalid_value", http_headers={"X-One": "☃"})
    assert has(message, "http_headers: the value of X-One contains characters") and "☃" not in message
    assert connect(http_headers={"X-One": "ü"}).headers["X-One"] == "ü"


# The organization


@pytest.mark.parametrize(
    "environ, more, org_id, org_name",
    [
        ({}, {}, None, None),
        ({}, {"org_id": 2}, 2, None),
        ({}, {"org_name": "Main Org."}, None, "Main Org."),
        ({"GRAFANA_ORG_ID": "5"}, {}, 5, None),
        ({"GRAFANA_ORG_ID": ""}, {}, None, None),
        ({"GRAFANA_ORG_ID": "5"}, {"org_id": 2}, 2, None),
        ({"GRAFANA_ORG_ID": "5"}, {"org_name": "Main Org."}, None, "Main Org."),
        ({"GRAFANA_ORG_ID": "rubbish"}, {"org_name": "Main Org."}, None, "Main Org."),
        ({"GRAFANA_ORG_ID": "rubbish"}, {"org_id": 2}, 2, None),
        ({"GRAFANA_ORG_ID": "5"}, {"http_headers": {HEADER: "7"}}, 7, None),
        ({}, {"http_headers": {HEADER.lower(): 7}}, 7, None),
    ],
)
def test_organizations(environ, more, org_id, org_name):
    found = connect(environ, **more)
    assert (found.org_id, found.org_name) == (org_id, org_name)


@pytest.mark.parametrize("number", [0, -1])
def test_organizations_are_numbered_from_1(number):
    assert has(refused("invalid_value", org_id=number), "org_id is '%d'" % number, "from 1")


@pytest.mark.parametrize("text", ["0", "-1", "x", " 1", "1.0", "1\n", "٣", "+1", "current"])
def test_what_the_server_would_take_for_the_current_organization(text):
    message = refused("invalid_value", {"GRAFANA_ORG_ID": text})
    assert has(message, "GRAFANA_ORG_ID in the environment is '%s'" % text, "from 1")
    if "\n" not in text and text != "٣":
        message = refused("invalid_value", http_headers={HEADER: text})
        assert has(message, "http_headers: X-Grafana-Org-Id is '%s'" % text, "from 1")


def test_an_empty_header_is_no_organization_either():
    message = refused("invalid_value", {"GRAFANA_ORG_ID": "5"}, http_headers={HEADER: ""})
    assert has(message, "http_headers: X-Grafana-Org-Id is ''")


def test_what_is_quoted_of_a_number_is_short():
    assert has(refused("invalid_value", {"GRAFANA_ORG_ID": "x" * 99}), " is '%s'" % ("x" * 40))


def test_both_ways_to_name_an_organization():
    assert has(refused("contradiction", org_id=1, org_name="Main Org."), "org_id", "org_name")


@pytest.mark.parametrize("more", [{"org_id": 1}, {"org_name": "Main Org."}])
@pytest.mark.parametrize("name", [HEADER, HEADER.upper()])
def test_an_organization_and_its_header(name, more):
    message = refused("contradiction", http_headers={name: "1"}, **more)
    assert has(message, "http_headers", "X-Grafana-Org-Id", "org_id or org_name")


# TLS


@pytest.mark.parametrize(
    "validate, ca, verify",
    [(True, None, True), (False, None, False), (True, ".", "."), (False, ".", False), (True, "", True)],
)
def test_what_is_verified(validate, ca, verify):
    assert connect(validate_certs=validate, ca_path=ca).verify == verify


def test_a_key_without_a_certificate():
    assert has(refused("missing_option", client_key=__file__), "client_key", "client_cert")


@pytest.mark.parametrize("name", ["ca_path", "client_cert", "client_key"])
def test_files_that_are_not_there(name):
    more = {"client_cert": __file__, name: "/no/such/file"}
    message = refused("file_not_found", **more)
    assert message.startswith("%s: " % name) and "/no/such/file" in message


# Numbers


@pytest.mark.parametrize("timeout", [0, -5])
def test_timeouts(timeout):
    assert has(refused("invalid_value", timeout=timeout), "timeout", "1 to 86400")


def test_retries():
    assert has(refused("invalid_value", retries=-1), "retries", "negative")


@pytest.mark.parametrize("name", ["Content-Length", "transfer-encoding"])
def test_a_header_that_is_not_for_a_user_to_say(name):
    assert has(refused("invalid_value", http_headers={name: "5"}), "http_headers contains %s" % name)


def test_a_token_in_a_header_is_one_in_any_case():
    assert connect(token=None, http_headers={"authorization": "bearer x"}).by_token


def test_a_timeout_beyond_all_clocks():
    assert has(refused("invalid_value", timeout=86401), "timeout", "1 to 86400")


@pytest.mark.parametrize("text", ["9" * 19, "9" * 5000])
def test_an_organization_beyond_all_numbers(text):
    assert has(refused("invalid_value", {"GRAFANA_ORG_ID": text}), "GRAFANA_ORG_ID in the environment is '999")


@pytest.mark.parametrize(
    "url",
    [
        "https://me:s3cr3t@[::1",
        "https://me:s3cr3t@h:port",
        "https://me:s3cr3t@h:99999/",
        "https://me:s3cr3t@h h",
        "https://me:s3cr3t@exa\u2100mple.com",
        "me:s3cr3t@h",
        "//me:s3cr3t@h",
        "ftp://me:s3cr3t@h",
        "http:/me:s3cr3t@h",
    ],
)
def test_the_secret_of_a_url_that_will_be_refused(url):
    assert "s3cr3t" in option_secrets(url, None)
    with pytest.raises(InputError) as caught:
        connection_from(options(url=url, token=None), {})
    assert "s3cr3t" not in str(caught.value)


# Whatever comes


@given(
    st.text(max_size=30)
    | st.builds("{}://{}:{}@{}{}".format, st.sampled_from(["http", "https"]), *[st.text(max_size=5)] * 4)
)
@example("https://[::1")
@example("https://h]")
@example("https://me:mine@h:٣")
def test_any_url_is_taken_or_refused(url):
    assert isinstance(option_secrets(url, None), set)
    try:
        found = connection_from(options(url=url, token=None, http_headers={"X-User": "me"}), {})
    except InputError as error:
        assert "\n" not in str(error) or "\n" in url
    else:
        assert found.url.startswith(("http://", "https://"))
        assert "@" not in found.url.split("/")[2]
        assert not found.url.endswith("/")


@given(
    st.dictionaries(
        st.text(max_size=5),
        st.none() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=1),
        max_size=2,
    )
)
def test_any_headers_are_taken_or_refused(headers):
    try:
        found = connection_from(options(http_headers=headers), {})
    except InputError:
        return
    for name, value in found.headers.items():
        name.encode("ascii")
        value.encode("latin-1")
        assert not set("\r\n\x00").intersection(name + value)


def test_a_connection_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        connect().url = "https://other"  # type: ignore[misc]


# Where to look if Grafana does not accept the credentials


@pytest.mark.parametrize(
    "options, environ, where",
    [
        ({"token": "t"}, {"GRAFANA_USER": "u", "GRAFANA_PASSWORD": "p"}, "token"),
        ({}, {"GRAFANA_TOKEN": "t"}, "GRAFANA_TOKEN in the environment"),
        ({}, {"GRAFANA_API_KEY": "t"}, "GRAFANA_API_KEY in the environment"),
        ({}, {"GRAFANA_USER": "u", "GRAFANA_PASSWORD": "p"}, "GRAFANA_USER and GRAFANA_PASSWORD in the environment"),
        ({"url_username": "u", "url_password": "p"}, {"GRAFANA_TOKEN": "t"}, "url_username and url_password"),
        (
            {"url_username": "u"},
            {"GRAFANA_USER": "v", "GRAFANA_PASSWORD": "p"},
            "url_username, and GRAFANA_PASSWORD in the environment",
        ),
        ({"url_password": "p"}, {"GRAFANA_USER": "v"}, "url_password, and GRAFANA_USER in the environment"),
        ({"url": "https://u:p@h"}, {}, "the user name and password in url"),
        ({"url": "https://u@h"}, {"GRAFANA_PASSWORD": "p"}, "url_username, and GRAFANA_PASSWORD in the environment"),
        ({"http_headers": {"Authorization": "Bearer x"}}, {"GRAFANA_TOKEN": "t"}, "http_headers"),
        ({"http_headers": {"X-WEBAUTH-USER": "x"}}, {}, "http_headers"),
        ({"http_headers": {"X-Scope": "1"}, "token": "t"}, {}, "token"),
    ],
)
def test_where_the_credentials_are_from(options, environ, where):
    found = connect(environ, **{"token": None, **options})
    assert found.credentials == where
