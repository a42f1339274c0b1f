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
from tests.support.stand_in import StandIn

LISTED = "/api/datasources/correlations"

pytestmark = pytest.mark.api_route


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers every request in the same way, as a wiki or an appliance may."""

    status = 200
    kind = "text/html; charset=utf-8"
    body = b"<html><head><title>Wiki</title></head><body><h1>Welcome to the wiki</h1></body></html>"
    location: t.Optional[str] = None

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
    assert result.msg == "There is no Grafana at %s%s: Connection refused. Check the url." % (nobody, LISTED)
    assert (result["method"], result["url"]) == ("GET", nobody + LISTED) and "status" not in result
    for module, options in ((correlation, org.link()), (correlations, {"correlations": [org.link()]})):
        result = module.refuses(url=nobody, retries=0, **options)
        assert result.msg.startswith("There is no Grafana at %s/api/datasources" % nobody)


@pytest.mark.any_server
def test_a_host_that_there_is_not(info: Module, org: Org) -> None:
    result = info.fails(url="http://no-such-host.invalid", retries=0)
    assert result.msg.startswith("There is no Grafana at http://no-such-host.invalid%s: " % LISTED) and result.msg.endswith(". Check the url.")


@pytest.mark.any_server
def test_a_page_of_something_else(info: Module, correlation: Module, correlations: Module, org: Org, somebody: t.Callable[..., str]) -> None:
    url = somebody()
    sentence = (
        "%s does not answer as Grafana does (status 200, text/html; charset=utf-8, 'Wiki Welcome to the wiki'): "
        "check the url, and what stands in front of Grafana."
    )
    result = info.fails(url=url)
    assert " ".join(result.msg.split()) == sentence % (url + LISTED) and result["status"] == 200
    result = correlation.refuses(url=url, **org.link())
    assert " ".join(result.msg.split()) == sentence % ("%s/api/datasources/uid/%s/correlations" % (url, org.loki.uid))
    assert correlation.refuses(url=url, state="absent", **org.link()).msg == result.msg
    assert correlations.refuses(url=url, correlations=[org.link()], prune="sources").msg == result.msg


@pytest.mark.any_server
@pytest.mark.parametrize("status", [200, 404, 500])
def test_an_empty_answer(info: Module, org: Org, somebody: t.Callable[..., str], status: int) -> None:
    url = somebody(status=status, body=b"", kind="text/plain")
    assert info.fails(url=url).msg == (
        "%s does not answer as Grafana does (status %d, text/plain, an empty text): check the url, and what stands in front of Grafana."
        % (url + LISTED, status)
    )


@pytest.mark.any_server
@pytest.mark.parametrize("body", [b"{}", b'"text"', b"5", b"null", b'{"correlations": {}}', b'{"correlations": null}', b"[5]", b'[{"uid": 5}]'], ids=str)
def test_json_of_something_else(info: Module, correlation: Module, org: Org, somebody: t.Callable[..., str], body: bytes) -> None:
    """Some answer 200 and JSON to whatever they are asked: that is no empty list."""
    url = somebody(body=body, kind="application/json")
    result = info.fails(url=url)
    assert result.msg.startswith("%s answered something else than " % url) and result.msg.endswith(": is this Grafana?")
    for state in ("present", "absent"):
        result = correlation.refuses(url=url, state=state, **org.link())
        assert result.msg.startswith("%s answered something else than " % url)


@pytest.mark.any_server
def test_a_404_that_is_not_grafanas(correlation: Module, info: Module, org: Org, somebody: t.Callable[..., str]) -> None:
    """A wrong path must not pass for a correlation that is gone."""
    url = somebody(status=404, body=b'{"message": "no such page"}', kind="application/json")
    for module, options in ((info, {}), (correlation, {"state": "absent", **org.link()}), (correlation, org.link())):
        result = module.fails(url=url, **options)
        assert result.msg.endswith(" answers 404 (Grafana says: no such page), which is not Grafana's: check the url and its path.")
        assert result["status"] == 404


def test_a_server_without_the_route(correlation: Module, info: Module, org: Org, special: t.Callable[..., Backend]) -> None:
    """A Grafana before 9.1, for one."""
    url = special("--no-legacy-api").grafana.url
    for module, options in ((info, {}), (correlation, {"state": "absent", **org.link()}), (correlation, org.link())):
        result = module.fails(url=url, org_id=None, **options)
        assert result.msg.startswith("This server has no route %s/api/datasources/" % url)
        assert result.msg.endswith(": does the url lead to a Grafana of version 9.1 or later, with the path it is served under?")


@pytest.mark.any_server
@pytest.mark.parametrize("status", [401, 403])
def test_a_page_that_asks_to_sign_in(info: Module, org: Org, somebody: t.Callable[..., str], status: int) -> None:
    url = somebody(status=status, body=b"<html>Please sign in</html>")
    result = info.fails(url=url)
    assert result["status"] == status
    assert ("did not accept the credentials" if status == 401 else "organisation %d does not exist, or" % org.id) in result.msg


@pytest.mark.any_server
def test_a_redirect_is_not_followed(info: Module, correlation: Module, org: Org, somebody: t.Callable[..., str]) -> None:
    url = somebody(status=302, location="/login", body=b"")
    result = info.fails(url=url)
    assert result.msg == (
        "%s%s answers with a redirect (302), which is not followed: it leads to %s/login, so check the url, "
        "and how a sign-in page in front of Grafana lets programs through." % (url, LISTED, url)
    )
    assert result["status"] == 302
    assert "answers with a redirect (302)" in correlation.refuses(url=url, state="absent", **org.link()).msg


@pytest.mark.any_server
@pytest.mark.parametrize("status", [301, 307, 308])
def test_a_redirect_to_where_grafana_is_says_so(info: Module, org: Org, somebody: t.Callable[..., str], status: int) -> None:
    url = somebody(status=status, location="https://grafana.example.com/g" + LISTED, body=b"")
    assert info.fails(url=url).msg == (
        "%s%s answers with a redirect (%d), which is not followed: set url to https://grafana.example.com/g." % (url, LISTED, status)
    )


def test_grafanas_own_page(info: Module, correlation: Module, org: Org, backend: Backend) -> None:
    """A url that leads to a page for people."""
    result = info.fails(url=backend.grafana.url + "/login")
    assert "/login" in result.msg and ("does not answer as Grafana does" in result.msg or "does the url lead to a Grafana" in result.msg)
    assert correlation.refuses(url=backend.grafana.url + "/login", state="absent", **org.link()).failed


def test_a_wrong_path_below_grafana(info: Module, correlation: Module, org: Org, backend: Backend) -> None:
    for path in ("/api", "/wrong"):
        assert info.fails(url=backend.grafana.url + path).failed
        assert correlation.refuses(url=backend.grafana.url + path, state="absent", **org.link()).failed


def test_a_proxys_error_in_the_middle(correlations: Module, org: Org, faults: StandIn) -> None:
    """A page for people in place of the answer to a write: the row is looked up, and found."""
    faults.fault("raw_body", method="POST", path="correlations", body="<html>oops</html>", times=1)
    assert correlations.once(correlations=[org.link()]).changed
    assert len(org.rows()) == 1


def test_an_answer_that_breaks_off(info: Module, org: Org, faults: StandIn) -> None:
    org.add()
    faults.fault("truncate", method="GET", times=1)
    assert info.once()["count"] == 1
    faults.fault("truncate", method="GET")
    assert "broke: " in info.fails(retries=1).msg


def test_https_spoken_to_a_plain_port(info: Module, org: Org, backend: Backend) -> None:
    if not backend.grafana.url.startswith("http://"):
        pytest.skip("needs a Grafana without TLS")
    result = info.fails(url=backend.grafana.url.replace("http://", "https://"), retries=0)
    assert result.msg.startswith("TLS with https://") and result.msg.endswith(
        "The server does not speak TLS on this port: is the url http:// rather than https://?"
    )
