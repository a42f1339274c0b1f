# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Ansible side of the modules."""

from __future__ import annotations

import contextlib
import json
import typing as t

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common import warnings
from ansible.module_utils.common.parameters import PASS_VARS

from ansible_collections.crosslink.grafana.plugins.module_utils import _module
from ansible_collections.crosslink.grafana.plugins.module_utils._argument_spec import correlation_options, list_options
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    HttpError,
    InputError,
    InputErrors,
    Origin,
    PartialFailure,
    Problem,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._http_client import Client
from ansible_collections.crosslink.grafana.plugins.module_utils._module import GrafanaModule, run_module

try:
    from ansible.module_utils.testing import patch_module_args  # type: ignore[import-not-found]
except ImportError:  # up to 2.18

    @contextlib.contextmanager
    def patch_module_args(args: t.Mapping[str, t.Any]) -> t.Iterator[None]:
        before, basic._ANSIBLE_ARGS = basic._ANSIBLE_ARGS, json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode()
        try:
            yield
        finally:
            basic._ANSIBLE_ARGS = before


STARS = "********"
# What makes a module echo its options; up to 2.20 it always does.
ECHO = {"_ansible_inject_invocation": True} if "inject_invocation" in PASS_VARS else {}
SECRET = "s3cr3tvalue"
Work = t.Callable[[GrafanaModule, Client], t.Dict[str, t.Any]]


class Ran(t.NamedTuple):
    """How a module ended."""

    code: int
    result: dict[str, t.Any]
    text: str  # all that it printed


Run = t.Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a module with options and the work to do."""

    warnings._global_warnings.clear()  # of the tests before

    def run_with(work: Work | None = None, spec: t.Any = None, **options: t.Any) -> Ran:
        done: Work = work or (lambda module, client: {"changed": False})
        given = {"url": "https://grafana.example.com", "token": "glsa_token_of_mine", **ECHO, **options}
        given = {name: value for name, value in given.items() if value is not None}
        with patch_module_args(given), pytest.raises(SystemExit) as caught:
            run_module(correlation_options() if spec is None else spec, done)
        text = "".join(capsys.readouterr())
        return Ran(int(str(caught.value.code)), json.loads(text), text)

    return run_with


def raising(error: Exception) -> Work:
    def work(_module: GrafanaModule, _client: Client) -> dict[str, t.Any]:
        raise error

    return work


# How a module ends


def test_a_result(run):
    ran = run(lambda module, client: {"changed": True, "org_id": 3, "url_of": client.connection.url})
    assert ran.code == 0
    assert (ran.result["changed"], ran.result["org_id"], ran.result["url_of"]) == (
        True,
        3,
        "https://grafana.example.com",
    )


def test_an_input_error(run):
    ran = run(raising(InputError("It is wrong.", "invalid_value")))
    assert (ran.code, ran.result["failed"], ran.result["msg"]) == (1, True, "It is wrong.")
    assert ran.result["code"] == "invalid_value"
    assert ran.result["errors"] == [{"code": "invalid_value", "message": "It is wrong."}]
    assert "exception" not in ran.result


def test_several_problems(run):
    problems = [Problem("ambiguous", "one", Origin(1, 1)), Problem("invalid_type", "two", Origin(2, 2))]
    ran = run(raising(InputErrors(problems)))
    assert ran.result["msg"].endswith(": entry 1: one; entry 2: two.")
    assert ran.result["code"] == "invalid_input"
    assert ran.result["errors"] == [
        {"code": "ambiguous", "message": "One.", "position": 1},
        {"code": "invalid_type", "message": "Two.", "position": 2},
    ]


def test_a_request_that_failed(run):
    ran = run(raising(HttpError("No.", "POST", "https://h/x", 403, "Access denied")))
    assert ran.result["msg"] == "No."
    found = {name: ran.result[name] for name in ("code", "method", "url", "status", "grafana_message")}
    assert found == {
        "code": "request_failed",
        "method": "POST",
        "url": "https://h/x",
        "status": 403,
        "grafana_message": "Access denied",
    }


def test_a_request_without_an_answer(run):
    ran = run(raising(HttpError("No.", "POST", "https://h/x")))
    assert not {"status", "grafana_message"}.intersection(ran.result)


def test_a_failure_part_way(run):
    first = HttpError("No.", "POST", "https://h/x", 403, code="permission_denied")
    ran = run(raising(PartialFailure("Not all.", first, {"changed": True, "entries": [1]})))
    assert (ran.code, ran.result["msg"], ran.result["changed"], ran.result["entries"]) == (1, "Not all.", True, [1])
    assert (ran.result["code"], ran.result["status"]) == ("permission_denied", 403)


def test_a_connection_that_cannot_be(run):
    ran = run(url="https://h/?a=b")
    assert (ran.code, ran.result["code"]) == (1, "invalid_url")
    assert "'?' or '#'" in ran.result["msg"]


def test_a_bug(run):
    ran = run(raising(KeyError("oops")))
    assert (ran.code, ran.result["code"]) == (1, "internal_error")
    assert "KeyError: 'oops'" in ran.result["msg"] and "report it" in ran.result["msg"]


def test_the_traceback_of_a_bug_is_given_to_ansible(run, monkeypatch):
    """Which shows it, censored, or leaves it out, depending on its version and settings."""
    seen: list[t.Any] = []
    fail_json = GrafanaModule.fail_json

    def spy(self: GrafanaModule, msg: str, **more: t.Any) -> t.Any:
        seen.append(more["exception"])
        return fail_json(self, msg, **more)

    monkeypatch.setattr(GrafanaModule, "fail_json", spy)
    run(raising(KeyError("oops")))
    [traceback] = seen
    assert traceback.startswith("Traceback (most recent call last):")
    assert "KeyError: 'oops'" in traceback


def test_a_warning_cannot_forge_what_a_terminal_shows(run):
    def work(module: GrafanaModule, _client: Client) -> dict[str, t.Any]:
        module.warn_all(["The label is \x1b]0;t\x07 and\nmore."])
        return {}

    [warning] = run(work).result["warnings"]
    assert "The label is  ]0;t  and more." in (warning if isinstance(warning, str) else json.dumps(warning))


def test_warnings(run):
    def work(module: GrafanaModule, _client: Client) -> dict[str, t.Any]:
        module.warn_all(["One.", "Two."])
        return {"changed": False}

    warnings = [one if isinstance(one, str) else json.dumps(one) for one in run(work).result["warnings"]]
    assert len(warnings) == 2
    assert "One." in warnings[0]
    assert "Two." in warnings[1]


def test_requests_is_missing(run, monkeypatch):
    monkeypatch.setattr(_module, "REQUESTS_IMPORT_ERROR", ImportError("No module named 'requests'"))
    ran = run()
    assert (ran.code, ran.result["code"]) == (1, "missing_library")
    facts = ["(requests)", "pip install requests", "set ansible_python_interpreter to {{ ansible_playbook_python }}"]
    assert [fact for fact in facts if fact not in ran.result["msg"]] == []


# Options and environment


def test_the_connection_options_reach_the_client(run):
    def work(module: GrafanaModule, client: Client) -> dict[str, t.Any]:
        connection = client.connection
        return {
            "found": [
                connection.by_token,
                connection.timeout,
                connection.retries,
                connection.use_proxy,
                connection.verify,
                connection.api,
            ]
        }

    assert run(work).result["found"] == [True, 30, 3, True, True, "auto"]
    chosen = {"timeout": 5, "retries": "0", "use_proxy": "no", "validate_certs": False, "api": "legacy"}
    assert run(work, **chosen).result["found"] == [True, 5, 0, False, False, "legacy"]


def test_the_environment_is_read(run, monkeypatch):
    monkeypatch.setenv("GRAFANA_URL", "https://env.example.com/")
    monkeypatch.setenv("GRAFANA_TOKEN", "token-of-env")
    ran = run(
        lambda module, client: {"of": client.connection.url, "by": client.connection.by_token}, url=None, token=None
    )
    assert (ran.result["of"], ran.result["by"]) == ("https://env.example.com", True)


def test_check_mode_is_supported(run):
    ran = run(lambda module, client: {"checked": module.check_mode}, _ansible_check_mode=True)
    assert ran.result["checked"] is True


@pytest.mark.parametrize(
    "name, alias",
    [
        ("url", "grafana_url"),
        ("token", "grafana_api_key"),
        ("url_username", "grafana_user"),
        ("url_password", "grafana_password"),
        ("source", "source_uid"),
        ("source", "sourceUID"),
        ("target", "target_uid"),
        ("target", "targetUID"),
    ],
)
def test_an_option_beside_its_alias(run, name, alias):
    ran = run(**{name: "glsa_token_of_mine", alias: "another_one"})
    assert (ran.code, ran.result["code"]) == (1, "option_given_twice")
    assert "%s and its alias %s " % (name[1:], alias) in ran.result["msg"]  # a sentence starts with a capital letter


def test_an_alias_alone(run):
    def work(module: GrafanaModule, client: Client) -> dict[str, t.Any]:
        return {
            "source": module.params["source"],
            "given": sorted(set(module.given) & {"source", "sourceUID"}),
            "by": client.connection.by_token,
        }

    ran = run(work, sourceUID="loki", token=None, grafana_api_key="glsa_token_of_mine")
    assert (ran.result["source"], ran.result["given"], ran.result["by"]) == ("loki", ["sourceUID"], True)


def test_a_block_for_community_grafana(run):
    def work(module: GrafanaModule, client: Client) -> dict[str, t.Any]:
        return {
            "url_of": client.connection.url,
            "sent": client.connection.headers["Authorization"] == "Basic bWU6czNjcjN0dmFsdWU=",
        }

    ran = run(
        work,
        url=None,
        token=None,
        grafana_url="https://grafana.example.com/",
        grafana_user="me",
        grafana_password=SECRET,
    )
    assert (ran.result["url_of"], ran.result["sent"]) == ("https://grafana.example.com", True)


@pytest.mark.parametrize(
    "name", ["url", "token", "url_username", "url_password", "org_id", "org_name", "grafana_url", "grafana_api_key"]
)
def test_what_is_given_but_empty_is_never_taken_from_the_environment(run, monkeypatch, name):
    for variable, value in (
        ("URL", "https://other"),
        ("TOKEN", "other-token"),
        ("USER", "other"),
        ("PASSWORD", "other-pw"),
        ("ORG_ID", "7"),
    ):
        monkeypatch.setenv("GRAFANA_" + variable, value)
    instead = {"grafana_url": {"url": None}, "grafana_api_key": {"token": None}}.get(name, {})
    ran = run(**{**instead, name: ""})
    assert (ran.code, ran.result["code"]) == (1, "empty_option")
    assert ran.result["msg"].endswith(", or leave %s out." % name)


def test_all_problems_in_options_at_once(run):
    ran = run(url="", timeout="soon", lable="x")
    assert ran.result["code"] == "invalid_input"
    errors = {error["code"]: error["message"] for error in ran.result["errors"]}
    assert sorted(errors) == ["empty_option", "invalid_type", "unknown_option"]
    assert "leave url out" in errors["empty_option"]
    assert "'soon'" in errors["invalid_type"]
    assert "did you mean 'label'" in errors["unknown_option"]
    assert "Supported parameters" not in ran.text


def test_given_are_the_options_before_defaults_and_aliases(run):
    def work(module: GrafanaModule, client: Client) -> dict[str, t.Any]:
        return {"given": {name: value for name, value in module.given.items() if name not in {"token", *ECHO}}}

    ran = run(work, state="absent")
    assert ran.result["given"] == {"url": "https://grafana.example.com", "state": "absent"}


@pytest.mark.parametrize("headers", [{"X-One": "1"}, '{"X-One": "1"}', "X-One=1"])
def test_headers_reach_the_client(run, headers):
    ran = run(lambda module, client: {"found": client.connection.headers.get("X-One")}, http_headers=headers)
    assert ran.result["found"] == "1"


# Secrets


def test_the_values_of_headers_are_hidden_in_the_echo(run):
    ran = run(http_headers={"X-Scope-OrgID": "1", "X-Key": SECRET})
    assert ran.result["invocation"]["module_args"]["http_headers"] == {
        "X-Scope-OrgID": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER",
        "X-Key": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER",
    }


def test_short_values_of_headers_do_not_censor_the_result(run):
    ran = run(lambda module, client: {"uid": "u1-11", "count": 1}, http_headers={"X-Scope-OrgID": "1"})
    assert (ran.result["uid"], ran.result["count"]) == ("u1-11", 1)


GIVEN: list[t.Any] = [
    pytest.param({"token": SECRET}, id="token"),
    pytest.param({"token": None, "grafana_api_key": SECRET}, id="alias of token"),
    pytest.param({"token": None, "url_username": "me", "url_password": SECRET}, id="password"),
    pytest.param({"token": None, "grafana_user": "me", "grafana_password": SECRET}, id="alias of password"),
    pytest.param({"token": None, "url": None, "grafana_url": "https://me:%s@h" % SECRET}, id="alias of url"),
    pytest.param({"token": "%s\n" % SECRET}, id="token with a line break"),
    pytest.param({"token": None, "url": "https://me:%s@h" % SECRET}, id="url"),
    pytest.param({"token": None, "url": "https://me:s3cr3t%76alue@h"}, id="quoted in url"),
    pytest.param({"http_headers": {"X-Key": SECRET}}, id="header"),
    pytest.param({"http_headers": "X-Key=%s" % SECRET}, id="header as text"),
    pytest.param({"http_headers": json.dumps({"X-Key": SECRET})}, id="header as JSON"),
]
ENDS: list[t.Any] = [
    pytest.param(lambda module, client: {"changed": False, "echo": "x %s y" % SECRET}, id="result"),
    pytest.param(raising(InputError("It is %s." % SECRET, "invalid_value")), id="input error"),
    pytest.param(raising(HttpError("At %s." % SECRET, "GET", "https://h/%s" % SECRET, 400, SECRET)), id="request"),
    pytest.param(raising(RuntimeError(SECRET)), id="bug"),
]


@pytest.mark.parametrize("options", GIVEN)
@pytest.mark.parametrize("work", ENDS)
def test_no_secret_of_the_options_in_any_output(run, options, work):
    assert SECRET not in run(work, **options).text


@pytest.mark.parametrize("options", GIVEN)
@pytest.mark.parametrize(
    "wrong", [{"timeout": "soon"}, {"colour": "red"}, {"state": "gone"}, {"config": "text"}, {"api": "none"}]
)
def test_no_secret_of_the_options_when_they_are_refused_before_our_code_runs(run, options, wrong):
    ran = run(**{**options, **wrong})
    assert ran.code == 1
    assert SECRET not in ran.text


@pytest.mark.parametrize(
    "options",
    [
        {"token": None, "url": "https://me:%s@[::1" % SECRET},
        {"token": None, "url": "me:%s@h" % SECRET},
        {"token": None, "url": "http:/me:%s@h" % SECRET},
        {"token": None, "url": "https://me:%s@h:port" % SECRET},
        {"http_headers": ["X-Key: %s" % SECRET]},
        {"http_headers": [{"X-Key": SECRET}]},
        {"http_headers": "X-Key: %s" % SECRET},
        {"http_headers": "%s" % SECRET},
        {"http_headers": {"X-Key": [SECRET]}},
        {"http_headers": {"X-Key": {"value": SECRET}}},
        {"http_headers": {"X-Key": SECRET + "\n"}},
        {"token": "Bearer " + SECRET},
        {"token": [SECRET]},
        {"token": SECRET + "\ud800"},
        {"url_pasword": SECRET},
        {"token": None, "url": "\nhttps://me:%s@[::1" % SECRET},
    ],
)
def test_no_secret_in_the_refusal_of_what_holds_it(run, options):
    ran = run(**options)
    assert ran.code == 1
    assert SECRET not in ran.text


def test_no_secret_of_the_environment_in_any_output(run, monkeypatch):
    for name in ("GRAFANA_TOKEN", "GRAFANA_API_KEY", "GRAFANA_PASSWORD"):
        monkeypatch.setenv(name, SECRET + name)
    monkeypatch.setenv("GRAFANA_URL", "https://me:%s@h" % SECRET)
    for work in (
        lambda module, client: {"echo": [SECRET, SECRET + "GRAFANA_API_KEY"]},
        raising(RuntimeError(SECRET + "GRAFANA_PASSWORD")),
    ):
        assert SECRET not in run(work, url=None).text


def test_a_bug_shows_stars(run):
    ran = run(raising(RuntimeError("at %s" % SECRET)), token=SECRET)
    assert SECRET not in ran.text
    assert STARS in ran.result.get("exception", STARS)  # which newer versions of Ansible only show when asked for
    assert "RuntimeError: at %s." % STARS in ran.result["msg"]


def test_what_ansible_will_censor(run):
    values = [["nothing"], {"a": ["x %s y" % SECRET]}, {SECRET: 1}, {"query": 'a"b\\c ü'}, {"number": 1}, {}]

    def work(module: GrafanaModule, _client: Client) -> dict[str, t.Any]:
        return {"found": [module.censors(value) for value in values]}

    assert run(work, token=SECRET).result["found"] == [False, True, True, False, False, False]
    assert run(work, token=None, url_username="me", url_password="b\\c ü").result["found"] == [
        False,
        False,
        False,
        True,
        False,
        False,
    ]


# The list module's spec


def test_the_options_of_a_list(run):
    ran = run(
        lambda module, client: {"found": module.params["correlations"]},
        list_options(),
        correlations=[{"label": 1}, None, "text"],
    )
    assert ran.result["found"] == [{"label": 1}, None, "text"]


def test_an_empty_text_for_headers_is_none_at_all(run):
    ran = run(lambda module, client: {"words": "left as they are"}, http_headers="")
    assert ran.code == 0 and ran.result["words"] == "left as they are"
