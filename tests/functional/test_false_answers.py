# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that are not Grafana's, in the middle of a run: one clear error, and nothing is written after it."""

from __future__ import annotations

import typing as t

import pytest

from tests.functional.conftest import Backend
from tests.support.grafana import Org
from tests.support.modules import Module, Result
from tests.support.simulator import Simulator

CONFIG = {"field": "message", "target": {"query": "${traceID}"}}
LISTS = "/correlations$"
HTML = {"content_type": "text/html"}
PAGE = "<html><head><title>Log in</title></head></html>"
STRANGE = ("unexpected_response", "is this Grafana?")
METHODS = ["POST", "PATCH", "DELETE"]
# How a request is answered that Grafana never saw; the code of the failure, and what its message contains.
FALSE: dict[str, tuple[str, dict[str, t.Any], str, str]] = {
    "a login page": (
        "status",
        {"status": 200, "body": PAGE, **HTML},
        "unexpected_response",
        "(status 200, text/html, 'Log in')",
    ),
    "a redirect to a login page": (
        "redirect",
        {"status": 302, "location": "/login"},
        "unexpected_response",
        "/login, so check url",
    ),
    "a redirect to another host": (
        "redirect",
        {"status": 301, "location": "https://other.example.com/x"},
        "unexpected_response",
        "https://other.example.com/x, so check url",
    ),
    "a redirect to https": (
        "redirect",
        {"status": 308, "location": "https://grafana.example.com/"},
        "unexpected_response",
        "https://grafana.example.com/, so check url",
    ),
    "nothing": (
        "status",
        {"status": 200, "body": ""},
        "unexpected_response",
        "(status 200, text/plain, an empty text)",
    ),
    "half a JSON text": (
        "status",
        {"status": 200, "body": '{"result": {"uid"', "content_type": "application/json"},
        "unexpected_response",
        "(status 200, application/json, ",
    ),
    "a list": ("status", {"status": 200, "body": [1]}, *STRANGE),
    "an object": ("status", {"status": 200, "body": {}}, *STRANGE),
    "a correlation without config": (
        "status",
        {"status": 200, "body": {"result": {"uid": "u", "sourceUID": "s", "label": "l"}}},
        *STRANGE,
    ),
    "text of another type": (
        "status",
        {"status": 200, "body": "pong", "content_type": "image/png"},
        "unexpected_response",
        "(status 200, image/png, 'pong')",
    ),
    "401": (
        "status",
        {"status": 401, "body": {"message": "Unauthorized"}},
        "unauthorized",
        "check url_username",
    ),
    "403": (
        "status",
        {"status": 403, "body": {"message": "Permissions needed: datasources:write"}},
        "permission_denied",
        "Permissions needed: datasources:write",
    ),
    "a path that is unknown": (
        "status",
        {"status": 404, "body": {"message": "Not found"}},
        "endpoint_not_found",
        "9.1 or later",
    ),
}
# How one is answered that Grafana has handled.
HANDLED: dict[str, dict[str, t.Any]] = {
    "a login page": {"body": PAGE},
    "nothing": {"body": ""},
    "half a JSON text": {"body": '{"result": {"uid"', "content_type": "application/json"},
    "an object": {"body": "{}", "content_type": "application/json"},
}


def prepare(correlations: Module, org: Org, method: str, count: int = 3) -> dict[str, t.Any]:
    """Options for a run that sends that many writes of that method, one after the other."""
    entries = [org.link(label="%d" % number, config=CONFIG) for number in range(count)]
    if method in ("PATCH", "DELETE"):
        correlations.once(correlations=entries)
    if method == "PATCH":
        entries = [{**entry, "description": "new"} for entry in entries]
    if method == "DELETE":
        return {"correlations": [], "prune": "sources", "prune_sources": [org.loki.uid], "concurrency": 1}
    return {"correlations": entries, "concurrency": 1}


def counted(result: Result) -> dict[str, int]:
    return {name: count for name, count in result["summary"].items() if count}


@pytest.mark.parametrize("name", FALSE)
def test_a_read_that_is_answered_falsely(
    correlations: Module, org: Org, faults: Simulator, backend: Backend, name: str
) -> None:
    options = prepare(correlations, org, "PATCH")
    kind, rule, code, fact = FALSE[name]
    faults.fault(kind, method="GET", path=LISTS, **rule)
    before = faults.state()
    faults.reset_counts()
    result = correlations.fails(**options, retries=1)
    assert not result.changed and faults.counts().writes == 0 and faults.state() == before
    assert len(result.msg.splitlines()) == 1
    if result.codes == ["api_not_available"]:
        # so a run on /apis reads what is no list of resources
        assert backend.options.get("api") == "apis" and name in (
            "a list",
            "an object",
            "a correlation without config",
            "a path that is unknown",
        )
    else:
        assert result.codes == [code] and fact in result.msg


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", FALSE)
def test_a_write_that_is_answered_falsely(
    correlations: Module, org: Org, faults: Simulator, name: str, method: str
) -> None:
    options = prepare(correlations, org, method)
    kind, rule, code, fact = FALSE[name]
    faults.fault(kind, method=method, nth=[1], **rule)
    before = faults.state()
    faults.reset_counts()
    result = correlations.fails(**options, retries=1)
    assert faults.counts().methods() == [method], "something was written after it"
    assert not result.changed and faults.state() == before
    assert counted(result) == {"failed": 1, "not_attempted": 2}
    assert [item["action"] for item in result["entries"]] == ["failed", "not_attempted", "not_attempted"]
    assert result.codes == [code] and fact in result.msg and len(result.msg.splitlines()) == 1


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", HANDLED)
@pytest.mark.quiet
def test_a_write_that_was_done_for_all_the_answer(
    correlations: Module, org: Org, faults: Simulator, name: str, method: str
) -> None:
    options = prepare(correlations, org, method)
    faults.fault("raw_body", method=method, **HANDLED[name])
    faults.reset_counts()
    result = correlations.once(**options)
    assert faults.counts().methods() == [method] * 3, "something was written twice"
    assert counted(result) == {{"POST": "created", "PATCH": "updated", "DELETE": "deleted"}[method]: 3}
    assert [row.description for row in org.rows()] == {"POST": [""] * 3, "PATCH": ["new"] * 3, "DELETE": []}[method]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("message", ["", "the database is full"])
def test_a_500_that_stays(correlations: Module, org: Org, faults: Simulator, method: str, message: str) -> None:
    options = prepare(correlations, org, method, count=1)
    faults.fault("status", method=method, status=500, body={"message": message} if message else "")
    before = faults.state()
    result = correlations.fails(**options, retries=0)
    assert not result.changed and faults.state() == before and result["status"] == 500
    if message:
        assert result.codes == ["request_failed"]
        assert "500 to %s " % method in result.msg and "(Grafana says: %s)" % message in result.msg
    else:
        assert result.codes == ["unexpected_response"] and "(status 500, text/plain, an empty text)" in result.msg


@pytest.mark.any_server
def test_no_credential_follows_a_redirect(
    correlations: Module, org: Org, faults: Simulator, special: t.Callable[..., t.Any]
) -> None:
    """Neither the sign-in nor the headers of the task reach the other server; it is not asked at all."""
    elsewhere = special("--path-prefix", "/elsewhere").simulator
    elsewhere.reset_counts()
    for method in ("GET", "POST"):
        faults.clear_faults()
        faults.fault("redirect", method=method, status=307, location=elsewhere.url + "/api/datasources/correlations")
        result = correlations.fails(correlations=[org.link()], http_headers={"X-Tenant": "a-secret-tenant"})
        assert result.codes == ["unexpected_response"] and result["method"] == method
        assert "redirect (307)" in result.msg
    assert elsewhere.counts().requests == 0
