# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signing in: options, environment, precedence; the url; headers; what is refused before anything is sent."""

from __future__ import annotations

import base64
import typing as t

import pytest

from tests.functional.conftest import Backend, NewOrg
from tests.support.grafana import Org
from tests.support.modules import Host, Module, Result
from tests.support.simulator import Simulator

NOBODY = {"url_username": None, "url_password": None}
BASIC = "Basic " + base64.b64encode(b"admin:admin").decode()


def rejected(result: Result) -> bool:
    """Whether the server did not accept the credentials that were sent."""
    return result.get("status") == 401 and result.codes == ["unauthorized"]


@pytest.fixture
def sent_nothing(counters: Simulator) -> t.Iterator[None]:
    """For tests of what is refused before any request."""
    counters.reset_counts()
    yield
    assert counters.counts().requests == 0


# Options


def test_user_and_password(info: Module, org: Org) -> None:
    user, password = org.add_user("Viewer")
    assert info.once(url_username=user, url_password=password)["count"] == 0


def test_a_password_beyond_ascii(info: Module, org: Org) -> None:
    user, password = org.add_user("Viewer", "Zwölf€: ")
    assert info.once(url_username=user, url_password=password)["count"] == 0


def test_a_token(info: Module, org: Org) -> None:
    org.add()
    for option in ("token", "grafana_api_key"):
        assert (
            info.once(**NOBODY, org_id=None, **{option: org.add_token("Viewer" if option == "token" else "Admin")})[
                "count"
            ]
            == 1
        )


@pytest.mark.any_server
def test_a_token_and_its_alias_are_an_error(info: Module, org: Org, sent_nothing: None) -> None:
    result = info.fails(**NOBODY, token="one-token", grafana_api_key="another-token")
    assert result.codes == ["option_given_twice"] and "oken and its alias grafana_api_key" in result.msg


@pytest.mark.any_server
@pytest.mark.parametrize("alias", ["source_uid", "sourceUID"])
def test_source_and_its_alias_are_an_error(
    correlation: Module, info: Module, org: Org, sent_nothing: None, alias: str
) -> None:
    for module in (correlation, info):
        result = module.fails(source="a", **{alias: "b"})
        assert result.codes == ["option_given_twice"] and "ource and its alias %s" % alias in result.msg


@pytest.mark.any_server
@pytest.mark.parametrize("alias", ["target_uid", "targetUID"])
def test_target_and_its_alias_are_an_error(
    correlation: Module, info: Module, org: Org, sent_nothing: None, alias: str
) -> None:
    for module in (correlation, info):
        result = module.fails(target="a", **{alias: "b"})
        assert result.codes == ["option_given_twice"] and "arget and its alias %s" % alias in result.msg


@pytest.mark.any_server
def test_two_aliases_of_one_option_are_an_error(correlation: Module, org: Org, sent_nothing: None) -> None:
    result = correlation.fails(
        source_uid=org.loki.uid, sourceUID=org.tempo.uid, target=org.tempo.uid, label="x", config={"field": "f"}
    )
    assert result.codes == ["option_given_twice"]
    assert "source_uid and sourceUID, aliases of source" in result.msg


@pytest.mark.any_server
def test_two_aliases_of_a_filter_are_an_error(info: Module, org: Org, sent_nothing: None) -> None:
    result = info.fails(source_uid=org.loki.uid, sourceUID=org.tempo.uid)
    assert result.codes == ["option_given_twice"]
    assert "source_uid and sourceUID, aliases of source" in result.msg


@pytest.mark.any_server
def test_map_value_and_its_alias_are_an_error(correlation: Module, org: Org) -> None:
    transformation = {"type": "logfmt", "map_value": "a", "mapValue": "b"}
    result = correlation.refuses(**org.link(config={"field": "message", "transformations": [transformation]}))
    assert result.codes == ["option_given_twice"]
    assert "config.transformations[0].map_value and its alias mapValue" in result.msg


@pytest.mark.any_server
@pytest.mark.parametrize(
    "more", [{"url_username": "admin"}, {"url_password": "x"}, {"url_username": "admin", "url_password": "x"}], ids=str
)
def test_a_token_beside_user_or_password_is_refused(
    info: Module, org: Org, sent_nothing: None, more: dict[str, str]
) -> None:
    result = info.fails(**{**NOBODY, "token": "a-token", **more})
    assert result.codes == ["contradiction"] and "token and url_username/url_password" in result.msg


@pytest.mark.any_server
def test_no_credentials(info: Module, org: Org, sent_nothing: None) -> None:
    result = info.fails(**NOBODY)
    assert (
        result.codes == ["missing_option"]
        and "set token (in an inventory grafana_correlations_token), or url_username and " in result.msg
    )
    assert "GRAFANA_TOKEN" in result.msg and "GRAFANA_USER and GRAFANA_PASSWORD" in result.msg


@pytest.mark.any_server
@pytest.mark.parametrize(
    "name",
    ["url", "token", "url_username", "url_password", "org_id", "org_name"],
)
def test_an_empty_option_is_refused(
    info: Module,
    correlation: Module,
    correlations: Module,
    org: Org,
    backend: Backend,
    sent_nothing: None,
    name: str,
) -> None:
    """It is a lookup that found nothing; what the environment has may be another Grafana's."""
    environment = {
        "GRAFANA_URL": backend.grafana.url,
        "GRAFANA_USER": backend.grafana.user,
        "GRAFANA_PASSWORD": backend.grafana.password,
        "GRAFANA_ORG_ID": str(org.id),
    }
    for module, more in ((info, {}), (correlation, org.link()), (correlations, {"correlations": []})):
        result = module.fails(environment, **{**more, name: ""})
        assert result.codes == ["empty_option"] and "leave %s out" % name in result.msg


def test_the_names_that_community_grafana_has(correlation: Module, org: Org, backend: Backend) -> None:
    grafana = backend.grafana
    names = {
        "url": None,
        **NOBODY,
        "grafana_url": grafana.url,
        "grafana_user": grafana.user,
        "grafana_password": grafana.password,
    }
    assert correlation(**names, **org.link()).changed
    assert len(org.rows()) == 1


@pytest.mark.any_server
def test_half_of_the_credentials(info: Module, org: Org, sent_nothing: None) -> None:
    result = info.fails(url_password=None)
    assert result.codes == ["missing_option"]
    assert "set url_password too" in result.msg and "GRAFANA_PASSWORD" in result.msg
    result = info.fails(url_username=None)
    assert result.codes == ["missing_option"]
    assert "set url_username too" in result.msg and "GRAFANA_USER" in result.msg


def test_a_wrong_password(info: Module, org: Org, backend: Backend) -> None:
    result = info.fails(url_password="wrong-password")
    assert rejected(result)
    assert backend.grafana.url in result.msg and "(Grafana says: " in result.msg
    assert "check url_username and url_password" in result.msg
    assert "wrong-password" not in result.stdout


def test_a_wrong_token(info: Module, org: Org, backend: Backend) -> None:
    result = info.fails(**NOBODY, org_id=None, token="glsa_wrong_token")
    assert rejected(result) and "Grafana at %s did not accept" % backend.grafana.url in result.msg


@pytest.mark.any_server
def test_white_space_around_url_and_token_does_no_harm(info: Module, org: Org, backend: Backend) -> None:
    """As a file or a variable in a CI ends with a line break."""
    org.add()
    options = {**NOBODY, "org_id": None, "url": " %s/\r\n" % backend.grafana.url, "token": "%s\n" % org.add_token()}
    assert info.once(**options)["count"] == 1
    environment = {"GRAFANA_URL": options["url"], "GRAFANA_TOKEN": options["token"]}
    assert info.once(environment, **{**options, "url": None, "token": None})["count"] == 1


@pytest.mark.any_server
def test_a_token_that_starts_with_bearer(info: Module, org: Org, sent_nothing: None) -> None:
    result = info.fails(**NOBODY, token="Bearer a-secret-token")
    assert result.codes == ["invalid_value"] and "token starts with 'Bearer '" in result.msg
    assert "a-secret-token" not in result.stdout


@pytest.mark.any_server
def test_a_url_with_the_path_of_the_api(info: Module, org: Org, backend: Backend, sent_nothing: None) -> None:
    for end in ("/api", "/api/", "/api\n"):
        result = info.fails(url=backend.grafana.url + end)
        assert result.codes == ["invalid_url"] and "remove /api." in result.msg


@pytest.mark.any_server
@pytest.mark.parametrize(
    ("token", "fact"),
    [
        ("line\nbreak", "contains a line break or a NUL"),
        ("nul\0l", "contains a line break or a NUL"),
        ("Zwölf", "contains characters"),
    ],
)
def test_a_token_that_no_header_can_carry(info: Module, org: Org, sent_nothing: None, token: str, fact: str) -> None:
    result = info.fails(**NOBODY, token=token)
    assert result.codes == ["invalid_value"] and "token %s" % fact in result.msg


@pytest.mark.any_server
def test_a_user_name_with_a_colon(info: Module, org: Org, sent_nothing: None) -> None:
    result = info.fails(url_username="a:b")
    assert result.codes == ["invalid_value"] and "url_username contains a colon" in result.msg


@pytest.mark.legacy_api
def test_a_token_without_the_right_to_write(correlation: Module, correlations: Module, org: Org) -> None:
    for role in ("Viewer", "Editor"):
        token = {**NOBODY, "token": org.add_token(role), "org_id": None}
        result = correlation.refuses_when_real(**token, **org.link())
        assert result["status"] == 403 and result.codes == ["permission_denied"]
        assert "permission datasources:write" in result.msg and "Permissions needed: " in result.msg
        result = correlations.refuses_when_real(correlations=[org.link()], **token)
        assert result.codes == ["permission_denied"] and "permission datasources:write" in result.msg


@pytest.mark.legacy_api
def test_wrong_credentials_where_anybody_may_read(
    correlation: Module, org: Org, special: t.Callable[..., Backend], new_org: NewOrg
) -> None:
    """12.4 takes them for an anonymous visitor: reads succeed, writes are refused."""
    open_to_all = special("--anonymous")
    first: Org = new_org(open_to_all, 1)
    wrong = {"url": open_to_all.grafana.url, "url_password": "wrong", "org_id": None}
    result = correlation.fails(**wrong, **first.link())
    if open_to_all.generation == 9:
        assert rejected(result)
    else:
        assert result["status"] == 403 and result.codes == ["unauthorized"]
        assert open_to_all.grafana.url in result.msg and "anonymous" in result.msg
    assert first.rows() == []


# The environment


def test_everything_from_the_environment(info: Module, org: Org, backend: Backend) -> None:
    org.add()
    environment = {
        "GRAFANA_URL": backend.grafana.url,
        "GRAFANA_USER": backend.grafana.user,
        "GRAFANA_PASSWORD": backend.grafana.password,
        "GRAFANA_ORG_ID": str(org.id),
    }
    result = info.once(environment, url=None, **NOBODY, org_id=None)
    assert (result["count"], result["org_id"]) == (1, org.id)


@pytest.mark.parametrize("name", ["GRAFANA_TOKEN", "GRAFANA_API_KEY"])
def test_a_token_from_the_environment(info: Module, org: Org, name: str) -> None:
    org.add()
    assert info.once({name: org.add_token()}, **NOBODY, org_id=None)["count"] == 1


def test_grafana_token_comes_before_grafana_api_key(info: Module, org: Org) -> None:
    token = org.add_token()
    assert not info.run({"GRAFANA_TOKEN": token, "GRAFANA_API_KEY": "wrong"}, **NOBODY, org_id=None).failed
    assert rejected(info.run({"GRAFANA_TOKEN": "wrong", "GRAFANA_API_KEY": token}, **NOBODY, org_id=None))
    assert not info.run({"GRAFANA_TOKEN": "", "GRAFANA_API_KEY": token}, **NOBODY, org_id=None).failed


def test_the_task_comes_before_the_environment(info: Module, org: Org, backend: Backend) -> None:
    wrong = {
        "GRAFANA_URL": "http://127.0.0.1:1",
        "GRAFANA_USER": "nobody",
        "GRAFANA_PASSWORD": "wrong",
        "GRAFANA_ORG_ID": "999999",
    }
    assert info.once(wrong)["org_id"] == org.id


def test_a_token_of_the_environment_comes_before_user_and_password_of_the_environment(
    info: Module, org: Org, backend: Backend
) -> None:
    user = {"GRAFANA_USER": backend.grafana.user, "GRAFANA_PASSWORD": backend.grafana.password}
    assert rejected(info.run({**user, "GRAFANA_TOKEN": "wrong"}, **NOBODY, org_id=None))
    wrong_user = {"GRAFANA_USER": "nobody", "GRAFANA_PASSWORD": "wrong"}
    assert not info.run({**wrong_user, "GRAFANA_TOKEN": org.add_token()}, **NOBODY, org_id=None).failed


@pytest.mark.any_server
def test_user_and_password_of_the_task_keep_a_token_of_the_environment_out(info: Module, org: Org) -> None:
    assert not info.run({"GRAFANA_TOKEN": "wrong", "GRAFANA_API_KEY": "wrong"}).failed


@pytest.mark.any_server
def test_a_token_of_the_task_keeps_user_and_password_of_the_environment_out(info: Module, org: Org) -> None:
    wrong = {"GRAFANA_USER": "nobody", "GRAFANA_PASSWORD": "wrong"}
    assert not info.run(wrong, **NOBODY, org_id=None, token=org.add_token()).failed


@pytest.mark.any_server
def test_the_missing_half_comes_from_the_environment(info: Module, org: Org, backend: Backend) -> None:
    token = {"GRAFANA_TOKEN": "wrong"}
    assert not info.run({"GRAFANA_PASSWORD": backend.grafana.password, **token}, url_password=None).failed
    assert not info.run({"GRAFANA_USER": backend.grafana.user, **token}, url_username=None).failed
    assert rejected(info.run({"GRAFANA_PASSWORD": "wrong"}, url_password=None))


@pytest.mark.any_server
@pytest.mark.parametrize("name", ["GRAFANA_TOKEN", "GRAFANA_API_KEY", "GRAFANA_ORG_ID"])
def test_an_empty_variable_is_none(info: Module, org: Org, backend: Backend, name: str) -> None:
    pair = {"GRAFANA_USER": backend.grafana.user, "GRAFANA_PASSWORD": backend.grafana.password}
    assert not info.run({**pair, name: ""}, **NOBODY, org_id=None).failed


@pytest.mark.any_server
@pytest.mark.parametrize("name", ["GRAFANA_USER", "GRAFANA_PASSWORD", "GRAFANA_API_KEY", "GRAFANA_ORG_ID"])
def test_an_empty_variable_beside_a_token_is_none(info: Module, org: Org, name: str) -> None:
    assert not info.run({"GRAFANA_TOKEN": org.add_token(), name: ""}, **NOBODY, org_id=None).failed


@pytest.mark.any_server
def test_without_url_anywhere(info: Module, org: Org, sent_nothing: None) -> None:
    for environment in ({}, {"GRAFANA_URL": ""}):
        result = info.fails(environment, url=None)
        assert (
            result.codes == ["missing_option"]
            and "set url (in an inventory grafana_correlations_url), or GRAFANA_URL" in result.msg
        )


def test_a_netrc_file_does_not_replace_our_credentials(info: Module, org: Org, host: Host) -> None:
    file = host.home / ".netrc"
    file.write_text("machine 127.0.0.1 login nobody password wrong\ndefault login nobody password wrong\n")
    file.chmod(0o600)
    try:
        assert not info.run().failed
        assert not info.run(**NOBODY, org_id=None, token=org.add_token()).failed
    finally:
        file.unlink()


# The url


@pytest.mark.parametrize("end", ["", "/", "//"])
def test_slashes_at_the_end_do_no_harm(correlation: Module, org: Org, backend: Backend, end: str) -> None:
    assert correlation(url=backend.grafana.url + end, **org.link()).changed
    assert len(org.rows()) == 1


@pytest.mark.parametrize("end", ["", "/"])
def test_a_grafana_under_a_path(
    correlation: Module, org: Org, special: t.Callable[..., Backend], new_org: NewOrg, end: str
) -> None:
    below = special("--path-prefix", "/grafana")
    assert below.grafana.url.endswith("/grafana")
    there: Org = new_org(below)
    options = {"url": below.grafana.url + end, "org_id": there.id}
    assert correlation.once(**options, **there.link(source=there.loki.name)).changed
    assert there.only().label == "Logs to traces"
    assert correlation.once(state="absent", **options, **there.link()).changed


def test_the_path_is_missing_in_the_url(info: Module, org: Org, special: t.Callable[..., Backend]) -> None:
    below = special("--path-prefix", "/grafana")
    result = info.fails(url=below.grafana.url[: -len("/grafana")])
    assert result.codes == ["unexpected_response"]
    assert "redirect (301)" in result.msg and "set url to %s." % below.grafana.url in result.msg


@pytest.mark.any_server
def test_credentials_in_the_url(info: Module, org: Org, backend: Backend) -> None:
    url = backend.grafana.url.replace("://", "://admin:admin@")
    assert not info.run(url=url, **NOBODY).failed
    assert rejected(info.run(url=backend.grafana.url.replace("://", "://admin:wr%20ong@"), **NOBODY))


@pytest.mark.any_server
def test_credentials_in_the_url_beside_others(info: Module, org: Org, backend: Backend, sent_nothing: None) -> None:
    url = backend.grafana.url.replace("://", "://admin:admin@")
    result = info.fails(url=url)
    assert result.codes == ["contradiction"] and "remove them from the url" in result.msg


@pytest.mark.any_server
@pytest.mark.parametrize(
    ("url", "fact"),
    [
        ("grafana.example.com", "'grafana.example.com' does not start with http:// or https://"),
        ("localhost:3000", "http:// or https://: write https://localhost:3000 (or http://localhost:3000)"),
        ("user:password@grafana.example.com", "'...' does not start with http:// or https://"),
        ("ftp://grafana.example.com", "'ftp://grafana.example.com' does not start with http:// or https://"),
        ("//grafana.example.com", "'//grafana.example.com' does not start with http:// or https://"),
        ("http://", "no valid host name"),
        ("http:///path", "no valid host name"),
        ("http://graf ana", "no valid host name"),
        ("http://grafana:port", "is not valid"),
        ("http://[::1", "is not valid"),
        ("http://grafana?orgId=1", "remove '?' or '#'"),
        ("http://grafana/#x", "remove '?' or '#'"),
    ],
)
def test_a_url_that_is_none(info: Module, org: Org, sent_nothing: None, url: str, fact: str) -> None:
    result = info.fails(url=url)
    assert result.codes == ["invalid_url"] and fact in result.msg


# Headers


def test_headers_reach_the_server(info: Module, org: Org, backend: Backend) -> None:
    """Authorization as a header of its own, in place of the options for it."""
    assert not info.run(**NOBODY, http_headers={"Authorization": BASIC}).failed
    assert not info.run(**NOBODY, http_headers='{"authorization": "%s"}' % BASIC).failed
    assert rejected(info.run(**NOBODY, http_headers={"Authorization": "Basic d3Jvbmc6d3Jvbmc="}))


def test_an_authorization_header_keeps_the_environment_out(info: Module, org: Org) -> None:
    wrong = {
        "GRAFANA_USER": "nobody",
        "GRAFANA_PASSWORD": "wrong",
        "GRAFANA_TOKEN": "wrong",
        "GRAFANA_API_KEY": "wrong",
    }
    assert not info.run(wrong, **NOBODY, http_headers={"Authorization": BASIC}).failed


@pytest.mark.any_server
@pytest.mark.parametrize(
    "credentials", [{}, {"url_username": None, "url_password": None, "token": "a-token"}], ids=["user", "token"]
)
def test_authorization_beside_credentials_is_refused(
    info: Module, org: Org, sent_nothing: None, credentials: dict[str, t.Any]
) -> None:
    result = info.fails(http_headers={"authorization": "Bearer another-token"}, **credentials)
    assert result.codes == ["contradiction"]
    assert "http_headers contains Authorization" in result.msg and "token or url_username" in result.msg


@pytest.mark.any_server
def test_an_organization_header_beside_the_option_is_refused(info: Module, org: Org, sent_nothing: None) -> None:
    for more in ({}, {"org_id": None, "org_name": "x"}):
        result = info.fails(http_headers={"x-grafana-org-id": "1"}, **more)
        assert result.codes == ["contradiction"]
        assert "http_headers contains X-Grafana-Org-Id" in result.msg and "org_id or org_name" in result.msg


@pytest.mark.any_server
@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", " "])
def test_an_organization_header_that_the_server_would_ignore_is_refused(
    info: Module, org: Org, sent_nothing: None, value: str
) -> None:
    result = info.fails(org_id=None, http_headers={"X-Grafana-Org-Id": value})
    assert result.codes == ["invalid_value"] and "http_headers: X-Grafana-Org-Id is '%s'" % value in result.msg


def test_an_organization_header_alone(info: Module, org: Org) -> None:
    org.add()
    assert info.once(org_id=None, http_headers={"X-Grafana-Org-Id": str(org.id)})["count"] == 1


@pytest.mark.any_server
@pytest.mark.parametrize(
    ("headers", "code", "fact"),
    [
        ({"X-A": None}, "invalid_type", "the value of X-A must be text"),
        ({"X-A": ["x"]}, "invalid_type", "the value of X-A must be text"),
        ({"X-A": {}}, "invalid_type", "the value of X-A must be text"),
        ({"X-A": "a\r\nX-B: c"}, "invalid_value", "the value of X-A contains a line break"),
        ({"X-A": "日志"}, "invalid_value", "the value of X-A contains characters"),
        ({"X A": "x"}, "invalid_value", "header name: 'X A'"),
        ({"X-A\n": "x"}, "invalid_value", "header name: 'X-A\\n'"),
        ({"": "x"}, "invalid_value", "header name: ''"),
    ],
    ids=str,
)
def test_headers_that_are_none(
    info: Module, org: Org, sent_nothing: None, headers: dict[str, t.Any], code: str, fact: str
) -> None:
    result = info.fails(http_headers=headers)
    assert result.codes == [code] and "http_headers" in result.msg and fact in result.msg


def test_headers_alone_sign_in(
    correlation: Module, org: Org, special: t.Callable[..., Backend], new_org: NewOrg
) -> None:
    """Behind a proxy that has signed the user in already."""
    behind = special("--header-user", "proxy-user")
    first: Org = new_org(behind, 1)
    options = {**NOBODY, "url": behind.grafana.url, "org_id": None}
    assert correlation.once(http_headers={"X-WEBAUTH-USER": "proxy-user"}, **options, **first.link()).changed
    assert first.only().label == "Logs to traces"
    assert rejected(correlation.run(http_headers={"X-WEBAUTH-USER": "somebody"}, **options, **first.link()))


# Other options


@pytest.mark.any_server
@pytest.mark.parametrize(
    ("options", "code", "fact"),
    [
        ({"timeout": 0}, "invalid_value", "timeout must be from 1 to 86400"),
        ({"retries": -1}, "invalid_value", "retries must not be negative"),
        ({"client_key": "/nowhere"}, "missing_option", "client_key is given without client_cert"),
        ({"client_cert": "/nowhere"}, "file_not_found", "client_cert: the file /nowhere"),
        ({"ca_path": "/nowhere"}, "file_not_found", "ca_path: the file /nowhere"),
    ],
    ids=str,
)
def test_other_options_that_are_wrong(
    info: Module, org: Org, sent_nothing: None, options: dict[str, t.Any], code: str, fact: str
) -> None:
    result = info.fails(**options)
    assert result.codes == [code] and fact in result.msg


@pytest.mark.any_server
@pytest.mark.parametrize("option", ["timeout", "retries", "org_id"])
def test_numbers_that_are_none(info: Module, org: Org, sent_nothing: None, option: str) -> None:
    result = info.fails(**{option: "many"})
    assert result.codes == ["invalid_type"] and option in result.msg.lower() and "'many'" in result.msg


@pytest.mark.any_server
def test_a_proxy_is_used_unless_it_is_turned_off(info: Module, org: Org) -> None:
    nowhere = {"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1"}
    result = info.fails(nowhere, retries=0)
    assert result.codes == ["proxy_failed"] and "set use_proxy: false" in result.msg
    assert not info.run(nowhere, use_proxy=False).failed
    assert not info.run({**nowhere, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}).failed


@pytest.mark.any_server
def test_an_unknown_option_is_refused(info: Module, org: Org, sent_nothing: None) -> None:
    result = info.fails(grafana_ulr="http://127.0.0.1")
    assert result.codes == ["unknown_option"]
    assert "grafana_ulr" in result.msg and "(did you mean 'grafana_url' or 'grafana_user'?)" in result.msg
