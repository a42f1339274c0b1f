# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No Grafana there, or something that is not Grafana: the sentence says what was found and what to check."""

from __future__ import annotations

import http.server
import threading
import typing as t

import pytest

from tests.functional.conftest import Backend
from tests.support.grafana import Org
from tests.support.modules import Module
from tests.support.simulator import Simulator

LISTED = "/api/datasources/correlations"

pytestmark = pytest.mark.legacy_api


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers every request in the same way, as a wiki or an appliance may."""

    status = 200
    kind = "text/html; charset=utf-8"
    body = b"<html><head><title>Wiki</title></head><body><h1>Welcome to the wiki</h1></body></html>"
    location: str | None = None

    def answer(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Type", self.kind)
        self.send_header("Content-Length", str(len(self.body)))
        if self.location is not None:
            self.send_header("Location", self.location)
        self.end_headers()
        self.wfile.write(self.body)

    do_GET = do_POST = answer

    def log_message(self, format: str, *arguments: t.Any) -> None:
        """Say nothing."""


@pytest.fixture
def somebody() -> t.Iterator[t.Callable[..., str]]:
    """Starts a server that answers every request in the same way; gives its url."""
    running: list[http.server.ThreadingHTTPServer] = []

    def start(**members: t.Any) -> str:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("These", (Answers,), members))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return "http://127.0.0.1:%d" % server.server_port

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.mark.any_server
def test_nothing_listens(info: Module, correlation: Module, correlations: Module, org: Org, nobody: str) -> None:
    result = info.fails(url=nobody, retries=0)
    assert result.codes == ["connection_failed"]
    assert "%s%s: Connection refused" % (nobody, LISTED) in result.msg and "Check url" in result.msg
    assert (result["method"], result["url"]) == ("GET", nobody + LISTED) and "status" not in result
    for module, options in ((correlation, org.link()), (correlations, {"correlations": [org.link()]})):
        result = module.refuses(url=nobody, retries=0, **options)
        assert result.codes == ["connection_failed"] and "%s/api/datasources" % nobody in result.msg


@pytest.mark.any_server
def test_a_host_that_there_is_not(info: Module, org: Org) -> None:
    result = info.fails(url="http://no-such-host.invalid", retries=0)
    assert result.codes == ["connection_failed"] and "http://no-such-host.invalid%s: " % LISTED in result.msg


@pytest.mark.any_server
def test_a_page_of_something_else(
    info: Module, correlation: Module, correlations: Module, org: Org, somebody: t.Callable[..., str]
) -> None:
    url = somebody()
    fact = "(status 200, text/html; charset=utf-8, 'Wiki Welcome to the wiki')"
    result = info.fails(url=url)
    assert result.codes == ["unexpected_response"] and result["status"] == 200
    assert result.msg.startswith(url + LISTED) and fact in " ".join(result.msg.split())
    result = correlation.refuses(url=url, **org.link())
    assert result.codes == ["unexpected_response"] and fact in " ".join(result.msg.split())
    assert result.msg.startswith("%s/api/datasources/uid/%s/correlations" % (url, org.loki.uid))
    assert correlation.refuses(url=url, state="absent", **org.link()).msg == result.msg
    assert correlations.refuses(url=url, correlations=[org.link()], prune="sources").msg == result.msg


@pytest.mark.any_server
@pytest.mark.parametrize("status", [200, 404, 500])
def test_an_empty_answer(info: Module, org: Org, somebody: t.Callable[..., str], status: int) -> None:
    url = somebody(status=status, body=b"", kind="text/plain")
    result = info.fails(url=url)
    assert result.codes == ["unexpected_response"] and result["url"] == url + LISTED
    assert "(status %d, text/plain, an empty text)" % status in result.msg


@pytest.mark.any_server
@pytest.mark.parametrize(
    "body",
    [b"{}", b'"text"', b"5", b"null", b'{"correlations": {}}', b'{"correlations": null}', b"[5]", b'[{"uid": 5}]'],
    ids=str,
)
def test_json_of_something_else(
    info: Module, correlation: Module, org: Org, somebody: t.Callable[..., str], body: bytes
) -> None:
    """Some answer 200 and JSON to whatever they are asked: that is no empty list."""
    url = somebody(body=body, kind="application/json")
    result = info.fails(url=url)
    assert result.codes == ["unexpected_response"] and url in result.msg and "is this Grafana?" in result.msg
    for state in ("present", "absent"):
        result = correlation.refuses(url=url, state=state, **org.link())
        assert result.codes == ["unexpected_response"] and url in result.msg


@pytest.mark.any_server
def test_a_404_that_is_not_grafanas(
    correlation: Module, info: Module, org: Org, somebody: t.Callable[..., str]
) -> None:
    """A wrong path must not pass for a correlation that is gone."""
    url = somebody(status=404, body=b'{"message": "no such page"}', kind="application/json")
    for module, options in ((info, {}), (correlation, {"state": "absent", **org.link()}), (correlation, org.link())):
        result = module.fails(url=url, **options)
        assert result.codes == ["unexpected_response"] and result["status"] == 404
        assert "no such page" in result.msg


def test_a_server_without_the_endpoint(
    correlation: Module, info: Module, org: Org, special: t.Callable[..., Backend]
) -> None:
    """A Grafana before 9.1, for one."""
    url = special("--no-legacy-api").grafana.url
    for module, options in ((info, {}), (correlation, {"state": "absent", **org.link()}), (correlation, org.link())):
        result = module.fails(url=url, org_id=None, **options)
        assert result.codes == ["endpoint_not_found"]
        assert "%s/api/datasources/" % url in result.msg and "9.1 or later" in result.msg


@pytest.mark.any_server
@pytest.mark.parametrize("status", [401, 403])
def test_a_page_that_asks_to_sign_in(info: Module, org: Org, somebody: t.Callable[..., str], status: int) -> None:
    url = somebody(status=status, body=b"<html>Please sign in</html>")
    result = info.fails(url=url)
    assert result["status"] == status
    if status == 401:
        assert result.codes == ["unauthorized"]
    else:
        assert result.codes == ["permission_denied"] and "organization %d does not exist, or" % org.id in result.msg


@pytest.mark.any_server
def test_a_redirect_is_not_followed(
    info: Module, correlation: Module, org: Org, somebody: t.Callable[..., str]
) -> None:
    url = somebody(status=302, location="/login", body=b"")
    result = info.fails(url=url)
    assert result.codes == ["unexpected_response"] and result["status"] == 302
    assert "redirect (302)" in result.msg and "leads to %s/login," % url in result.msg
    result = correlation.refuses(url=url, state="absent", **org.link())
    assert result.codes == ["unexpected_response"] and "redirect (302)" in result.msg


@pytest.mark.any_server
@pytest.mark.parametrize("status", [301, 307, 308])
def test_a_redirect_to_where_grafana_is_says_so(
    info: Module, org: Org, somebody: t.Callable[..., str], status: int
) -> None:
    url = somebody(status=status, location="https://grafana.example.com/g" + LISTED, body=b"")
    result = info.fails(url=url)
    assert result.codes == ["unexpected_response"] and "redirect (%d)" % status in result.msg
    assert "set url to https://grafana.example.com/g." in result.msg


def test_grafanas_own_page(info: Module, correlation: Module, org: Org, backend: Backend) -> None:
    """A url that leads to a page for people."""
    result = info.fails(url=backend.grafana.url + "/login")
    assert result.codes in (["unexpected_response"], ["endpoint_not_found"]) and "/login" in result.msg
    assert correlation.refuses(url=backend.grafana.url + "/login", state="absent", **org.link()).failed


def test_a_wrong_path_below_grafana(info: Module, correlation: Module, org: Org, backend: Backend) -> None:
    for path in ("/api", "/wrong"):
        assert info.fails(url=backend.grafana.url + path).failed
        assert correlation.refuses(url=backend.grafana.url + path, state="absent", **org.link()).failed


def test_a_proxys_error_in_the_middle(correlations: Module, org: Org, faults: Simulator) -> None:
    """A page for people in place of the answer to a write: the correlation is looked up, and found."""
    faults.fault("raw_body", method="POST", path="correlations", body="<html>oops</html>", times=1)
    assert correlations.once(correlations=[org.link()]).changed
    assert len(org.rows()) == 1


def test_an_answer_that_breaks_off(info: Module, org: Org, faults: Simulator) -> None:
    org.add()
    faults.fault("truncate", method="GET", times=1)
    assert info.once()["count"] == 1
    faults.fault("truncate", method="GET")
    assert info.fails(retries=1).codes == ["connection_broken"]


def test_https_spoken_to_a_plain_port(info: Module, org: Org, backend: Backend) -> None:
    if not backend.grafana.url.startswith("http://"):
        pytest.skip("needs a Grafana without TLS")
    result = info.fails(url=backend.grafana.url.replace("http://", "https://"), retries=0)
    assert result.codes == ["tls_failed"] and "start with http://?" in result.msg
