# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret in any output: not in a result, an error, a traceback, nor in what ``-vvv`` prints."""

from __future__ import annotations

import base64
import json
import typing as t
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests.functional.conftest import Backend
from tests.support.commands import Ansible
from tests.support.grafana import Org
from tests.support.modules import PYTHON, Module
from tests.support.simulator import Simulator

PLAYBOOKS = Path(__file__).with_name("playbooks")
PASSWORD = "Ge heim/7%41ß"
HEADER = "header-value-of-8-and-more"
NOBODY = {"url_username": None, "url_password": None}


def forms(secret: str, user: str = "") -> set[str]:
    """How a secret may look in a text."""
    found = {
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        repr(secret)[1:-1],
    }
    for plain in (secret, "%s:%s" % (user, secret)):
        found.add(base64.b64encode(plain.encode()).decode().rstrip("="))
    return found


def shown(text: str, *secrets: str, user: str = "") -> list[str]:
    """Those forms of the secrets that occur in a text."""
    return [form for secret in secrets for form in forms(secret, user) if form in text]


def test_the_search_itself_finds_what_it_looks_for() -> None:
    for form in forms(PASSWORD, "me"):
        assert shown("... %s ..." % form, PASSWORD, user="me")


# What a module returns


@pytest.fixture
def failures(org: Org) -> t.Sequence[tuple[str, dict[str, t.Any]]]:
    """Ways to fail: the module, and options beside those that sign in."""
    return [
        ("grafana_correlation_info", {"unknown_option": 1}),
        ("grafana_correlation_info", {"org_id": "text"}),
        ("grafana_correlation_info", {"org_id": 0}),
        ("grafana_correlation_info", {"timeout": 0}),
        ("grafana_correlation_info", {"org_id": 999999}),
        ("grafana_correlation_info", {"ca_path": "/nowhere"}),
        ("grafana_correlation_info", {"org_name": "Nobody's", "org_id": None}),
        ("grafana_correlation", {**org.link(), "target": "nowhere"}),
        ("grafana_correlation", {**org.link(), "config": "text"}),
        ("grafana_correlation", {**org.link(), "label": None}),
        ("grafana_correlation", {**org.link(), "config": {"transformations": [{"type": "x"}]}}),
        ("grafana_correlations", {"correlations": [None]}),
        ("grafana_correlations", {"correlations": [org.link(target="nowhere")]}),
        ("grafana_correlations", {"correlations": {}}),
    ]


@pytest.mark.parametrize("way", ["password", "token", "alias", "url", "header", "authorization"])
def test_failures_show_no_secret(
    module: t.Callable[[str], Module], org: Org, backend: Backend, failures: t.Any, way: str
) -> None:
    user, password = org.add_user("Admin", PASSWORD)
    token = org.add_token()
    basic = base64.b64encode(("%s:%s" % (user, password)).encode()).decode()
    options: dict[str, t.Any] = {
        "password": {"url_username": user, "url_password": password},
        "token": {**NOBODY, "token": token},
        "alias": {**NOBODY, "grafana_api_key": token},
        "url": {**NOBODY, "url": backend.grafana.url.replace("://", "://%s:%s@" % (user, quote(password, safe="")))},
        "header": {"url_username": user, "url_password": password, "http_headers": {"X-Secret": HEADER}},
        "authorization": {**NOBODY, "http_headers": {"Authorization": "Basic " + basic}},
    }[way]
    for name, more in failures:
        result = module(name).fails(**{**options, **more})
        assert "Traceback" not in result.stdout + result.stderr
        assert shown(result.stdout + result.stderr, password, token, HEADER, user=user) == []


@pytest.mark.parametrize("way", ["password", "token", "url", "header"])
def test_successes_show_no_secret(module: t.Callable[[str], Module], org: Org, backend: Backend, way: str) -> None:
    user, password = org.add_user("Admin", PASSWORD)
    token = org.add_token()
    options: dict[str, t.Any] = {
        "password": {"url_username": user, "url_password": password},
        "token": {**NOBODY, "token": token},
        "url": {**NOBODY, "url": backend.grafana.url.replace("://", "://%s:%s@" % (user, quote(password, safe="")))},
        "header": {"url_username": user, "url_password": password, "http_headers": {"X-Secret": HEADER}},
    }[way]
    for name, more in (
        ("grafana_correlation", org.link(description="%s and %s and %s" % (PASSWORD, token, HEADER))),
        ("grafana_correlation_info", {}),
        ("grafana_correlations", {"correlations": [org.link()]}),
    ):
        result = module(name).once(**options, **more)
        secrets = {"password": [password], "token": [token], "url": [password], "header": [password, HEADER]}[way]
        assert shown(result.stdout + result.stderr, *secrets, user=user) == []


@pytest.mark.any_server
@pytest.mark.parametrize("way", ["password", "token", "url"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_failures_of_server_and_network_show_no_secret(
    correlations: Module, org: Org, backend: Backend, faults: Simulator, way: str, method: str
) -> None:
    """Also where the answer says all that it was sent."""
    user, password = org.add_user("Admin", PASSWORD)
    token = org.add_token()
    pair = base64.b64encode(("%s:%s" % (user, password)).encode()).decode()
    echo = "You sent Basic %s or Bearer %s, %s and %s" % (pair, token, HEADER, password)
    location = backend.grafana.url.replace(
        "://", "://%s:%s@" % (user, quote(password, safe=""))
    ) + "/login?token=%s&pair=%s" % (token, pair)
    options: dict[str, t.Any] = {
        "password": {"url_username": user, "url_password": password},
        "token": {**NOBODY, "token": token},
        "url": {**NOBODY, "url": backend.grafana.url.replace("://", "://%s:%s@" % (user, quote(password, safe="")))},
    }[way]
    secrets = [HEADER, token if way == "token" else password]
    for kind, rule in (
        *(
            ("status", {"status": status, "body": {"message": echo}})
            for status in (400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504)
        ),
        *(
            ("status", {"status": status, "body": echo, "content_type": "text/html"})
            for status in (200, 401, 403, 404, 500, 502)
        ),
        ("redirect", {"status": 302, "location": location}),
        ("raw_body", {"body": json.dumps([echo]), "content_type": echo}),
        ("status", {"status": 503, "headers": {"Retry-After": "3600"}, "body": {"message": echo}}),
        ("truncate", {}),
        ("reset_before", {}),
        ("reset_after", {}),
        ("delay_after", {"seconds": 2}),
    ):
        faults.clear_faults()
        faults.fault(kind, method=method, **rule)
        for check in (False, True) if method == "GET" else (False,):
            result = correlations.run(
                correlations=[org.link(label=kind)],
                retries=0,
                timeout=1,
                http_headers={"X-Secret": HEADER},
                check=check,
                **options,
            )
            assert shown(result.stdout + result.stderr, *secrets, user=user) == [], (kind, rule)
            # A create that was done behind a broken answer is found.
            assert result.failed or (
                method == "POST" and kind in ("raw_body", "truncate", "reset_after", "delay_after")
            ), (kind, rule)


def test_secrets_of_the_environment_are_hidden_too(
    info: Module, correlation: Module, org: Org, backend: Backend
) -> None:
    user, password = org.add_user("Viewer", PASSWORD)
    token = org.add_token()
    org.add(description="%s %s" % (password, token))
    for environment in (
        {"GRAFANA_USER": user, "GRAFANA_PASSWORD": password},
        {"GRAFANA_TOKEN": token},
        {"GRAFANA_API_KEY": token},
        {"GRAFANA_URL": backend.grafana.url.replace("://", "://%s:%s@" % (user, quote(password, safe="")))},
    ):
        options: dict[str, t.Any] = {**NOBODY, "url": None} if "GRAFANA_URL" in environment else dict(NOBODY)
        secret = token if token in environment.values() else password
        result = info.once(environment, **options)
        assert result["count"] == 1
        assert shown(result.stdout + result.stderr, secret, user=user) == []


def test_headers_are_hidden_in_the_invocation(info: Module, org: Org) -> None:
    result = info.once(http_headers={"X-Scope-OrgID": "1", "X-Secret": HEADER})
    echoed = result["invocation"]["module_args"]["http_headers"]
    assert set(echoed) == {"X-Scope-OrgID", "X-Secret"} and "1" not in echoed.values() and HEADER not in echoed.values()
    assert HEADER not in result.stdout


def test_short_headers_do_not_censor_the_rest(correlation: Module, info: Module, org: Org) -> None:
    """A tenant "1" must not turn every 1 of the result into stars."""
    options: dict[str, t.Any] = {"http_headers": {"X-Scope-OrgID": "1"}}
    result = correlation.once(
        **org.link(description="1 and 11", config={"field": "message", "target": {"n": 1}}), **options
    )
    assert result["correlation"]["description"] == "1 and 11" and result["correlation"]["config"]["target"] == {"n": 1}
    read = info.once(**options)
    assert read["definitions"][0]["description"] == "1 and 11" and read.warnings == []


def test_a_servers_own_words_are_censored(info: Module, org: Org, faults: Simulator) -> None:
    """A proxy may send back what it was sent."""
    token = org.add_token()
    faults.fault("status", status=500, body="You sent Bearer %s" % token)
    result = info.fails(**NOBODY, token=token, retries=0)
    assert shown(result.stdout + result.stderr, token) == []


# What Ansible prints


@pytest.mark.any_server
def test_playbooks_print_no_secret(ansible: Ansible, org: Org, backend: Backend, inventory: Path) -> None:
    user, password = org.add_user("Admin", PASSWORD)
    token = org.add_token()
    with_password = backend.grafana.url.replace("://", "://%s:%s@" % (user, quote(password, safe="")))
    secrets = [password, token, HEADER, "a-password-that-is-wrong", "a-token-that-is-wrong"]
    ansible.write(
        "inventory/host_vars/grafana.yml",
        {
            "grafana_url": backend.grafana.url,
            "url_with_password": with_password,
            "nowhere_with_password": "http://%s:%s@127.0.0.1:1" % (user, quote(password, safe="")),
            "user": user,
            "password": password,
            "wrong_password": secrets[3],
            "token": token,
            "wrong_token": secrets[4],
            "header": HEADER,
            "org_id": org.id,
            "source": org.loki.uid,
            "target": org.tempo.uid,
        },
    )
    run = ansible.playbook(
        str(PLAYBOOKS / "secrets.yml"), "-i", str(inventory.parent), "-vvv", environment={"ANSIBLE_PIPELINING": "0"}
    ).ok()
    failed = [task.task for task in run.tasks if task.status == "failed"]
    assert len(failed) == 9 and len(run.tasks) == 13
    assert run.stdout.count('"invocation"') == 13
    assert shown(run.output, *secrets, user=user) == []


@pytest.mark.any_server
@pytest.mark.parametrize(
    "more",
    [
        [],
        ["--check", "--diff"],
        ["--diff"],
        ["-e", "grafana_correlations_timeout=0"],
        ["-e", "grafana_correlations_prune=nonsense"],
    ],
    ids=" ".join,
)
def test_the_role_prints_no_secret(
    ansible: Ansible, org: Org, backend: Backend, inventory: Path, more: list[str]
) -> None:
    user, password = org.add_user("Admin", PASSWORD)
    token = org.add_token()
    signing_in: dict[str, dict[str, t.Any]] = {
        "password": {"url": backend.grafana.url, "url_username": user, "url_password": password},
        "token": {"url": backend.grafana.url, "token": token},
        "url": {"url": backend.grafana.url.replace("://", "://%s:%s@" % (user, quote(password, safe="")))},
    }
    hosts = {
        name: {
            "grafana_correlations_%s" % option: value
            for option, value in {**options, "http_headers": {"X-Secret": HEADER}}.items()
        }
        for name, options in signing_in.items()
    }
    variables = {
        "ansible_connection": "local",
        "ansible_python_interpreter": PYTHON,
        "grafana_correlations_list": [org.link()],
    }
    ansible.write("role/hosts.yml", {"all": {"hosts": hosts, "vars": variables}})
    run = ansible.playbook("crosslink.grafana.apply", "-i", "role/hosts.yml", "-vvvv", *more)
    # The role's own specification refuses what is no choice.
    assert len(run.of_action("grafana_correlations")) == (0 if "nonsense" in run.output else 3)
    assert shown(run.output, password, token, HEADER, user=user) == []


@pytest.mark.any_server
def test_a_defect_of_ours_shows_no_secret(ansible: Ansible, org: Org, backend: Backend, inventory: Path) -> None:
    """A traceback, made by a library that does not behave, passes the same censor."""
    library = ansible.write(
        "broken/requests/__init__.py", "raise RuntimeError('a library that does not behave')\n"
    ).parent.parent
    token = org.add_token()
    run = ansible.adhoc(
        "grafana",
        "-i",
        str(inventory),
        "-vvv",
        "-m",
        "crosslink.grafana.grafana_correlation_info",
        "-a",
        json.dumps({"url": backend.grafana.url, "token": token}),
        environment={"PYTHONPATH": str(library)},
    )
    assert run.rc != 0 and "a library that does not behave" in run.output
    assert shown(run.output, token) == []
