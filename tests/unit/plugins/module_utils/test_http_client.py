# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP to one Grafana."""

# pylint: disable=unidiomatic-typecheck,arguments-out-of-order
from __future__ import annotations

import concurrent.futures
import contextlib
import datetime
import email.utils
import gzip
import http.server
import json
import ssl
import threading
import typing as t
from urllib.parse import unquote

import pytest
import requests
import trustme
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ansible_collections.crosslink.grafana.plugins.module_utils import _deadline, _http_client
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    EndpointNotFound,
    HttpError,
    InputError,
    ListFailed,
    NotDelivered,
    NotFound,
    OutcomeUnknown,
    ReadOnly,
    RetryAfterTooLong,
    TimedOut,
    UnexpectedResponse,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._http_client import Client, expect
from ansible_collections.crosslink.grafana.plugins.module_utils._url_path import is_safe_segment, path_of
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import as_user, connection
from ansible_collections.crosslink.grafana.tests.unit.plugins.server import (
    Answer,
    Asked,
    Bytes,
    Drip,
    Garble,
    HangUp,
    Sender,
    Server,
    message,
)

PATH = "/api/datasources"
METHODS = ["GET", "PATCH", "PUT", "DELETE", "POST"]
REPEATED = ["GET", "PATCH", "PUT", "DELETE"]
NOBODY = "http://127.0.0.1:9"  # nothing listens on the port for discarding
OK = Answer(200, {"fine": True})


def fails(client: Client, method: str = "GET", path: str = PATH, **more: t.Any) -> HttpError:
    """The error of a call."""
    with pytest.raises(HttpError) as caught:
        client.call(method, path, **more)
    return caught.value


def breaks(monkeypatch: pytest.MonkeyPatch, *errors: Exception) -> list[str]:
    """Make the transport raise these errors in turn, the last one for ever; returns the methods that were sent."""
    sent: list[str] = []

    def send(_self: t.Any, request: requests.PreparedRequest, **_more: t.Any) -> t.NoReturn:
        sent.append(str(request.method))
        raise errors[min(len(sent), len(errors)) - 1]

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    return sent


# Paths


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4))
@example(["a/b", "a%2Fb", "..%2F", "?x=1", "#x", "a;b", "a\\b", "\x00", "~", "é☃"])
def test_any_segment_stays_one_segment(segments):
    if not all(map(is_safe_segment, segments)):
        segments = [segment for segment in segments if is_safe_segment(segment)] or ["x"]
    path = path_of(*segments)
    assert [unquote(part) for part in path.split("/")[1:]] == segments
    assert set(path).isdisjoint("?#\\; ")
    # What requests makes of it, before it is sent.
    prepared = requests.Request("DELETE", "http://h/base" + path).prepare()
    assert [unquote(part) for part in str(prepared.path_url).split("/")[2:]] == segments


@settings(max_examples=60)
@given(st.text(min_size=1).filter(is_safe_segment))
@example("..%2f..")
@example("%2e%2e")
@example("...")
@example(". .")
def test_any_segment_arrives_whole(servers, segment):
    server = servers[0]
    server.reset()
    server.script(OK)
    Client(connection(url=server.url)).get("api", segment, "end")
    assert [unquote(part) for part in server.asked[0].target.split("/")] == ["", "api", segment, "end"]
    server.reset()


@pytest.mark.parametrize("segment", ["", ".", ".."])
def test_segments_that_reach_another_resource_are_refused(client, segment):
    assert not is_safe_segment(segment)
    with pytest.raises(InputError) as caught:
        client.get("api", "datasources", "uid", segment)
    assert caught.value.code == "invalid_value"
    assert "'%s'" % segment in str(caught.value) and "nothing was sent" in str(caught.value)


@pytest.mark.parametrize("segment", ["a", "...", ". ", "..a", "%2e", "/", "%2e%2e"])
def test_other_segments_are_safe(segment):
    assert is_safe_segment(segment)


def test_a_segment_that_is_no_unicode_is_refused_in_a_sentence(client):
    with pytest.raises(InputError) as caught:
        client.get("api", "\udcff")
    assert caught.value.code == "invalid_value"
    assert "surrogate" in str(caught.value) and "nothing was sent" in str(caught.value)


# One exchange


def test_a_get(server, client):
    server.script(Answer(200, [{"uid": "x", "n": 1.5, "b": True, "z": None}]))
    assert client.get("api", "data sources", query=[("limit", 5), ("name", "a&b"), ("name", "ü")]) == [
        {"uid": "x", "n": 1.5, "b": True, "z": None}
    ]
    [asked] = server.asked
    assert (asked.method, asked.path, asked.content) == ("GET", "/api/data%20sources", b"")
    assert asked.query == [("limit", "5"), ("name", "a&b"), ("name", "ü")]


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_a_body(server, client, method):
    server.script(OK)
    assert client.call(method, PATH, {"label": "ü☃", "n": [1, 2.5, None]}) == {"fine": True}
    [asked] = server.asked
    assert (asked.method, asked.body) == (method, {"label": "ü☃", "n": [1, 2.5, None]})
    assert asked.content.isascii()
    assert asked.headers["Content-Type"] == "application/json"


def test_another_content_type(server, client):
    server.script(OK)
    client.call("PATCH", PATH, [], content_type="application/json-patch+json")
    assert server.asked[0].headers["Content-Type"] == "application/json-patch+json"


@pytest.mark.parametrize("body", [{}, []])
def test_an_empty_body_is_a_body(server, client, body):
    server.script(OK)
    client.call("PATCH", PATH, body)
    assert server.asked[0].body == body


def test_a_number_that_json_does_not_have_is_not_sent(client):
    with pytest.raises(ValueError):
        client.call("POST", PATH, {"a": float("nan")})


def test_headers(server, make_client):
    server.script(OK, OK)
    client = make_client(headers={"Authorization": "Bearer t", "X-One": "ü"})
    client.get("api", "x")
    client.org_id = 7
    client.get("api", "x")
    first, second = (
        {name: value for name, value in asked.headers.items() if name not in ("Host", "Connection")}
        for asked in server.asked
    )
    common = {
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "User-Agent": "crosslink.grafana (ansible)",
        "Authorization": "Bearer t",
        "X-One": "ü",
    }
    assert first == common
    assert second == {**common, "X-Grafana-Org-Id": "7"}


def test_headers_of_the_user_come_first(server, make_client):
    server.script(OK)
    make_client(headers={"User-Agent": "mine"}).get("api", "x")
    assert server.asked[0].headers["User-Agent"] == "mine"


def test_nothing_is_kept_from_one_request_to_the_next(server, client):
    server.script(Answer(200, {}, {"Set-Cookie": "other=x"}), OK)
    client.call("POST", PATH, {"a": 1}, query={"q": "1"})
    client.get("api", "x")
    assert "Content-Type" not in server.asked[1].headers
    assert (server.asked[1].query, server.asked[1].content) == ([], b"")


def test_two_clients_share_nothing(server, make_client):
    server.script(OK, OK)
    one, other = (
        make_client(headers={"Authorization": "Bearer one", "X-One": "1"}),
        make_client(headers={"Authorization": "Bearer other"}),
    )
    one.org_id = 5
    one.get("api", "x")
    other.get("api", "x")
    assert server.asked[1].headers["Authorization"] == "Bearer other"
    assert not {"X-One", "X-Grafana-Org-Id"}.intersection(server.asked[1].headers)


def test_a_connection_is_kept_alive(server, client):
    server.script(OK, message(404, "Data source not found"), OK)
    client.get("api", "x")
    fails(client)
    client.get("api", "x")
    assert len({asked.port for asked in server.asked}) == 1


def test_each_thread_has_a_connection_of_its_own(server, client):
    met = threading.Barrier(2, timeout=30)

    def together(_asked: Asked) -> Sender:
        met.wait()
        return OK

    server.rule = together
    with concurrent.futures.ThreadPoolExecutor(2) as threads:
        assert list(threads.map(lambda _number: client.get("api", "x"), range(6))) == [{"fine": True}] * 6
    assert len({asked.port for asked in server.asked}) == 2


def test_a_compressed_answer(server, client):
    server.script(Answer(200, gzip.compress(b'{"a": 1}'), {"Content-Encoding": "gzip"}))
    assert client.get("api", "x") == {"a": 1}


def test_a_path_in_the_url(server, make_client):
    server.script(OK)
    make_client(url=server.url + "/grafana").get("api", "x")
    assert server.lines == ["GET /grafana/api/x"]


@pytest.mark.parametrize("status", [200, 201, 202])
def test_statuses_that_are_fine(server, client, status):
    server.script(Answer(status, {"fine": True}))
    assert client.call("POST", PATH, {}) == {"fine": True}


def test_a_304_is_an_answer_without_content(server, client):
    server.script(Answer(304), OK)
    assert client.get("api", "user", "orgs") is None
    assert client.get("api", "x") == {"fine": True}


# Again, where that is safe


DOUBTS = [
    Answer(502, b"<h1>Bad Gateway</h1>", kind="text/html"),
    message(503, "database is locked"),
    Answer(504, b""),
    HangUp(),
    HangUp(reset=True),
]
DOUBT_NAMES = ["502", "503", "504", "closed", "reset"]


@pytest.mark.parametrize("doubt", DOUBTS, ids=DOUBT_NAMES)
@pytest.mark.parametrize("method", REPEATED)
def test_reads_patches_and_deletes_are_sent_again_after_a_doubt(server, client, clock, method, doubt):
    server.script(doubt, doubt, doubt, OK)
    assert client.call(method, PATH) == {"fine": True}
    assert server.lines == ["%s %s" % (method, PATH)] * 4
    assert clock.slept == [0.25, 0.5, 1.0]


@pytest.mark.parametrize("doubt", DOUBTS, ids=DOUBT_NAMES)
def test_a_post_is_not_sent_again_after_a_doubt(server, client, clock, doubt):
    server.script(doubt)
    assert isinstance(fails(client, "POST", body={}), OutcomeUnknown)
    assert clock.slept == []


@pytest.mark.parametrize("retries", [0, 1, 3])
@pytest.mark.parametrize("method", METHODS)
def test_a_429_is_sent_again_as_often_as_allowed(server, make_client, clock, method, retries):
    server.script(*[message(429, "too many")] * (retries + 1))
    error = fails(make_client(retries=retries), method)
    assert isinstance(error, NotDelivered)
    assert (error.status, error.code, error.message) == (429, "too_many_requests", "too many")
    assert (error.method, error.url) == (method, server.url + PATH)
    assert clock.slept == [0.25, 0.5, 1.0][:retries]


@pytest.mark.parametrize("method", METHODS)
def test_no_connection_is_tried_again(clock, method):
    error = fails(Client(connection(url=NOBODY, retries=2)), method)
    assert isinstance(error, NotDelivered)
    assert "Connection refused" in str(error)
    assert error.details() == {"code": "connection_failed", "method": method, "url": NOBODY + PATH}
    assert clock.slept == [0.25, 0.5]


def test_a_server_that_comes_back(server, client):
    server.script(HangUp(), message(503, "starting"), message(429, "slowly"), OK)
    assert client.get("api", "x") == {"fine": True}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 412, 422, 500, 501])
@pytest.mark.parametrize("method", METHODS)
def test_nothing_else_is_sent_again(server, client, clock, method, status):
    server.script(message(status, "no"), *([Answer(200, [])] if status == 403 else []))
    assert fails(client, method).status == status
    assert server.lines[:1] == ["%s %s" % (method, PATH)]
    assert clock.slept == []


def test_pauses_grow_up_to_a_minute(client, clock):
    for attempt in (0, 1, 2, 7, 8, 30):
        client.pause(attempt)
    assert clock.slept == [0.25, 0.5, 1.0, 32.0, 60.0, 60.0]


# Retry-After


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("text, seconds", [("7", 7.0), ("0", 0.0), ("60", 60.0), ("  5 ", 5.0)])
def test_retry_after_in_seconds(server, client, clock, status, text, seconds):
    server.script(message(status, "wait", Retry_After=text), OK)
    started = clock.now
    client.get("api", "x")
    assert clock.now - started == max(seconds, 0.25)


@pytest.mark.parametrize("seconds", [-100, 0, 9, 60])
def test_retry_after_as_a_date(server, client, clock, seconds):
    server.script(message(503, "wait", Retry_After=email.utils.formatdate(clock.now + seconds, usegmt=True)), OK)
    started = clock.now
    client.get("api", "x")
    assert clock.now - started == max(seconds, 0.25)


@pytest.mark.parametrize("status, method", [(429, "POST"), (503, "GET")])
@pytest.mark.parametrize("seconds", [61, 86400])
def test_who_asks_for_more_than_a_minute_is_not_waited_for(server, client, clock, status, method, seconds):
    server.script(message(status, "later", Retry_After=str(seconds)))
    error = fails(client, method)
    assert "%d seconds (%d)" % (seconds, status) in str(error)
    assert error.code == ("unavailable" if status == 503 else "too_many_requests")
    assert (error.status, error.message, type(error)) == (
        status,
        "later",
        RetryAfterTooLong if status == 503 else HttpError,
    )
    assert clock.slept == []


def test_a_date_too_far_away(server, client, clock):
    server.script(message(429, "later", Retry_After=email.utils.formatdate(clock.now + 3600, usegmt=True)))
    assert "3600 seconds (429)" in str(fails(client))


@pytest.mark.parametrize(
    "text", ["", "soon", "-5", "1.5", "1e3", "Tue, 99 Foo 2024", "Mon, 01 Jan 0001 00:00:00 -0000", "٣"]
)
def test_a_retry_after_that_says_nothing(server, client, clock, text):
    server.script(message(429, "wait", Retry_After=text.encode().decode("latin-1")), OK)
    client.get("api", "x")
    assert clock.slept == [0.25]


@pytest.mark.parametrize("text", ["9" * 400, "Fri, 31 Dec 9999 23:59:59 -2359"])
def test_a_retry_after_beyond_all_numbers(server, client, text):
    server.script(message(429, "wait", Retry_After=text))
    assert fails(client).status == 429


def test_all_threads_wait_for_one(server, client, clock):
    server.script(message(429, "wait", Retry_After="20"), OK)
    with pytest.raises(HttpError):
        Client.call(_without_retries(client), "POST", PATH, {})
    clock.slept.clear()
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        threads.submit(client.get, "api", "x").result()
    assert clock.slept == [20.0]


def _without_retries(client: Client) -> Client:
    client.connection = connection(url=client.connection.url, retries=0)
    return client


def test_retry_after_of_another_status_means_nothing(server, client, clock):
    server.script(message(500, "no", Retry_After="20"), OK)
    fails(client)
    client.get("api", "x")
    assert clock.slept == []


# Statuses, and what they mean; test_http_errors has the rest


def test_401_of_a_proxy(server, client):
    server.script(Answer(401, b"<html>who?</html>", kind="text/html"))
    error = fails(client)
    assert (error.status, error.code, error.message) == (401, "unauthorized", None)


NEEDED = "You'll need additional permissions to perform this action. Permissions needed: datasources:write"


def test_403_names_the_permission_that_grafana_names(server, client):
    server.script(message(403, NEEDED), Answer(200, []))
    error = fails(client, "POST", body={})
    assert error.code == "permission_denied"
    assert "datasources:write" in str(error)
    assert server.lines == ["POST " + PATH, "GET /api/user/orgs"]
    assert (error.status, error.message) == (403, NEEDED)


@pytest.mark.parametrize(
    "own, code",
    [(Answer(200, []), "permission_denied"), (message(401, "no"), "unauthorized")],
)
def test_who_we_are_is_asked_once(server, client, own, code):
    server.script(message(403, NEEDED), own, message(403, NEEDED), message(403, NEEDED))
    for _time in range(3):
        assert fails(client, "POST", body={}).code == code
    assert server.lines.count("GET /api/user/orgs") == 1


@pytest.mark.parametrize(
    "method, permission", [("GET", "datasources:read"), ("PATCH", "datasources:write"), ("DELETE", "datasources:write")]
)
@pytest.mark.parametrize("body", [{"message": "Access denied"}, {}, [], b"no"])
def test_403_without_the_name_of_a_permission(server, client, method, permission, body):
    server.script(Answer(403, body), Answer(304))
    error = fails(client, method)
    assert error.code == "permission_denied"
    assert permission in str(error)


def test_403_where_an_organization_was_asked_for(server, make_client):
    server.script(message(403, NEEDED), Answer(200, []))
    client = make_client()
    client.org_id = 7
    error = fails(client)
    assert error.code == "permission_denied"
    assert "organization 7" in str(error)


def test_403_of_a_server_that_takes_wrong_credentials_for_nobody(server, client):
    server.script(message(403, NEEDED), message(401, "Unauthorized"))
    error = fails(client, "PATCH")
    assert (error.status, error.code, error.message) == (403, "unauthorized", NEEDED)
    assert (error.method, error.url) == ("PATCH", server.url + PATH)


@pytest.mark.parametrize(
    "follow_up", [message(500, "no"), message(404, "Not found"), HangUp(), Answer(200, b"<html>", kind="text/html")]
)
def test_403_and_a_follow_up_that_tells_nothing(server, client, follow_up):
    server.script(message(403, NEEDED), follow_up)
    error = fails(client)
    assert error.code == "permission_denied"
    assert "datasources:write" in str(error)


def test_403_for_everything(server, client):
    """A firewall or a proxy that refuses whatever is asked."""
    server.rule = lambda _asked: Answer(403, b"<html><h1>403 Forbidden</h1></html>", kind="text/html")
    error = fails(client)
    assert (error.status, error.code) == (403, "permission_denied")
    assert len(server.asked) == 2


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_403_of_what_is_provisioned(server, client, method):
    """Nobody asks then who we are."""
    server.script(message(403, "Data source is read only"))
    error = fails(client, method)
    assert isinstance(error, ReadOnly)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "status, text, kind",
    [
        (404, "Correlation not found", NotFound),
        (404, "Not found", EndpointNotFound),
        (400, "id is invalid", EndpointNotFound),
        (404, "page not found", UnexpectedResponse),
        (500, "Failed to get correlations", ListFailed),
    ],
)
def test_what_grafanas_message_means(server, client, status, text, kind):
    server.script(message(status, text))
    error = fails(client)
    assert (type(error), error.status, error.message) == (kind, status, text)


@pytest.mark.parametrize("body", [{}, {"message": 5}, {"error": "x"}, [], None, "text"])
def test_404_of_somebody_elses_without_a_message(server, client, body):
    server.script(Answer(404, body))
    error = fails(client)
    assert (type(error), error.status, error.message) == (UnexpectedResponse, 404, None)
    assert "Grafana says" not in str(error)


@pytest.mark.parametrize("status", [400, 409, 412, 418, 422, 500, 501])
def test_other_statuses(server, client, status):
    server.script(message(status, "bad request data"), Answer(status, {"message": None}))
    error = fails(client, "POST")
    assert (type(error), error.status, error.message) == (HttpError, status, "bad request data")
    error = fails(client, "POST")
    assert (type(error), error.status, error.message) == (HttpError, status, None)


@pytest.mark.parametrize("status, kind", [(502, OutcomeUnknown), (503, OutcomeUnknown), (504, TimedOut)])
def test_gateways(server, client, status, kind):
    server.script(Answer(status, b"<h1>no</h1>", kind="text/html"), message(status, "no"))
    error = fails(client, "POST")
    assert (type(error), error.status, error.code, error.message) == (kind, status, "unavailable", None)
    error = fails(client, "POST")
    assert (type(error), error.status, error.code, error.message) == (kind, status, "unavailable", "no")


# Not Grafana's


@pytest.mark.parametrize(
    "body, kind, shown",
    [
        (b"<html><h1>Sign in</h1></html>", "text/html; charset=utf-8", "text/html; charset=utf-8, 'Sign in'"),
        (b"", "text/plain", "text/plain, an empty text"),
        (b'{"message": "half', "application/json", 'application/json, \'{"message": "half\''),
        (b"\xff\xfe\x00", "application/octet-stream", "application/octet-stream, '\ufffd\ufffd'"),
        (b"[" * 200_000, "application/json", "application/json, '%s'" % ("[" * 80)),
    ],
)
@pytest.mark.parametrize("status", [200, 404, 500])
def test_an_answer_that_is_no_json(server, client, no_collection, status, body, kind, shown):
    server.script(Answer(status, body, kind=kind))
    error = fails(client)
    assert (type(error), error.status) == (UnexpectedResponse, status)
    assert "(status %d, %s)" % (status, shown) in str(error)


def test_an_answer_without_a_content_type(server, client):
    server.script(Answer(200, b"hello", kind=None))
    assert "(status 200, no content type, 'hello')" in str(fails(client))


@pytest.mark.parametrize("method", METHODS)
def test_what_cannot_be_read_is_not_sent_again(server, client, clock, method):
    server.script(Answer(200, b"hello"))
    fails(client, method)
    assert clock.slept == []


def test_half_an_answer(server, make_client):
    server.script(Answer(200, b'{"a": [1, 2', {"Content-Length": "1000"}))
    error = fails(make_client(retries=0))
    assert isinstance(error, (OutcomeUnknown, UnexpectedResponse))  # the latter where urllib3 does not count the bytes


def test_half_an_answer_in_chunks(server, make_client):
    server.script(Bytes(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n'))
    error = fails(make_client(retries=0))
    assert (type(error), error.code) == (OutcomeUnknown, "connection_broken")


@pytest.mark.parametrize("content", [b"SSH-2.0-OpenSSH_9.2\r\n", b"\x00\x01\x02", b"HTTP/1.1 banana\r\n\r\n"])
def test_what_is_no_http(server, make_client, content):
    server.script(Bytes(content))
    assert type(fails(make_client(retries=0))) is OutcomeUnknown


def test_a_lie_about_compression(server, make_client):
    server.script(Answer(200, b"hello", {"Content-Encoding": "gzip"}))
    assert isinstance(fails(make_client(retries=0)), (OutcomeUnknown, UnexpectedResponse))


def test_an_answer_that_is_too_large(monkeypatch, server, client):
    monkeypatch.setattr(_http_client, "LARGEST_ANSWER", 2 * 1024 * 1024)
    server.script(Answer(200, b" " * (3 * 1024 * 1024)))
    error = fails(client)
    assert type(error) is UnexpectedResponse
    assert "does not end within 2 MiB" in str(error)
    assert error.status == 200


def test_a_compressed_answer_that_is_too_large(monkeypatch, server, client):
    monkeypatch.setattr(_http_client, "LARGEST_ANSWER", 2 * 1024 * 1024)
    server.script(Answer(200, gzip.compress(b" " * (9 * 1024 * 1024)), {"Content-Encoding": "gzip"}))
    assert "does not end within 2 MiB" in str(fails(client))


def test_a_large_answer(monkeypatch, server, client):
    monkeypatch.setattr(_http_client, "LARGEST_ANSWER", 2 * 1024 * 1024)
    server.script(Answer(200, ["x" * (2 * 1024 * 1024 - 10)]))
    assert len(client.get("api", "x")[0]) == 2 * 1024 * 1024 - 10


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ENDLESS = {
    "a body of known length": Drip(HEAD + b"Content-Length: 100000\r\n\r\n["),
    "a body that ends with the connection": Drip(HEAD + b"\r\n["),
    "a body in chunks": Drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "one chunk": Drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\nFFFFF\r\n"),
    "a compressed body": Drip(
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: 100000\r\n\r\n" + gzip.compress(b"[")[:10], b"\0"
    ),
    "a header": Drip(HEAD + b"X-Long: ", b"x"),
    "headers": Drip(HEAD, b"X: x\r\n"),
    "the first line": Drip(b"HTTP/1.1 200 O", b"k"),
}


@pytest.fixture
def hurry(monkeypatch):
    """An answer may take 0.4 seconds in all, though each wait may take a second."""
    monkeypatch.setattr(_http_client, "SLOWEST_ANSWER", 0.4)
    monkeypatch.setattr(_deadline, "LOOK_EVERY", 0.03)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", ENDLESS)
def test_an_answer_that_does_not_end(hurry, server, make_client, name, method):
    server.script(ENDLESS[name])
    error = fails(make_client(timeout=1), method)
    assert type(error) is UnexpectedResponse and error.looks_successful
    assert "does not end within 0 seconds" in str(error)
    assert len(server.asked) == 1


def test_an_answer_that_does_not_end_leaves_the_client_usable(hurry, server, make_client):
    server.script(ENDLESS["one chunk"], OK, ENDLESS["a header"], OK)
    client = make_client(timeout=1)
    for _time in range(2):
        assert "does not end" in str(fails(client))
        assert client.get("api", "datasources") == {"fine": True}


def test_an_answer_that_does_not_end_is_no_matter_to_other_threads(hurry, server, make_client):
    server.rule = lambda asked: ENDLESS["headers"] if asked.path.endswith("/slow") else OK
    client = make_client(timeout=1)
    with concurrent.futures.ThreadPoolExecutor(2) as threads:
        slow = threads.submit(fails, client, "GET", "/api/slow")
        while not slow.done():
            assert client.get("api", "datasources") == {"fine": True}
    assert "does not end" in str(slow.result())


def test_an_answer_under_tls_that_does_not_end(hurry, tls, ca_file):
    for answer in ENDLESS.values():
        tls.script(answer)
        assert "does not end within" in str(fails(Client(connection(url=tls.url, verify=ca_file, timeout=1))))


def test_an_answer_through_a_proxy_that_does_not_end(hurry, monkeypatch, proxy):
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    for answer in (*ENDLESS.values(), ENDLESS["headers"]):
        proxy.script(answer)
        assert "does not end within" in str(
            fails(Client(connection(url="http://grafana.example.com", use_proxy=True, timeout=1)))
        )


@pytest.mark.parametrize(
    "kind, answer, fine",
    [
        (dict, {}, True),
        (list, [], True),
        (dict, [], False),
        (list, {}, False),
        (list, None, False),
        (dict, "text", False),
    ],
)
def test_expect(server, client, kind, answer, fine):
    if fine:
        assert expect(kind, answer, "a thing", client) is answer
        return
    with pytest.raises(UnexpectedResponse) as caught:
        expect(kind, answer, "a thing", client)
    assert "%s answered" % server.url in str(caught.value) and " a thing:" in str(caught.value)


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_redirects_are_not_followed(server, client, method, status):
    server.script(Answer(status, b"", {"Location": "https://grafana.example.com" + PATH}))
    error = fails(client, method)
    assert (type(error), error.status) == (UnexpectedResponse, status)
    assert "set url to https://grafana.example.com." in str(error)
    assert len(server.asked) == 1


@pytest.mark.parametrize("location, shown", [("/login", "{url}/login"), (None, "{url}" + PATH)])
def test_a_redirect_to_somewhere_else(server, client, location, shown):
    server.script(Answer(302, b"", {} if location is None else {"Location": location}))
    assert "leads to %s, " % shown.format(url=server.url) in str(fails(client))


@pytest.mark.parametrize(
    "location", ["http://[", "https://[::1", "http://h:port/", "https://exa\u00c4mple:99999999/", "::", "mailto:x"]
)
def test_a_redirect_to_nowhere(server, client, location):
    server.script(Answer(302, b"", {"Location": location}))
    assert isinstance(fails(client), UnexpectedResponse)


def test_the_advice_of_a_redirect_with_a_query(server, make_client):
    server.script(Answer(301, b"", {"Location": "https://h/g" + PATH + "?limit=5"}))
    assert "set url to https://h/g." in str(fails(make_client(url=server.url + "/old"), query={"limit": 5}))


# No answer


@pytest.mark.parametrize("method", REPEATED)
def test_a_timeout_while_reading(monkeypatch, client, method):
    sent = breaks(
        monkeypatch,
        requests.exceptions.ReadTimeout("HTTPConnectionPool(host='h', port=80): Read timed out. (read timeout=30)"),
    )
    error = fails(client, method)
    assert (type(error), error.code, error.url) == (TimedOut, "timeout", client.connection.url + PATH)
    assert "30 seconds" in str(error)
    assert sent == [method] * 4


def test_a_timeout_of_a_post_is_a_doubt(monkeypatch, client):
    sent = breaks(monkeypatch, requests.exceptions.ReadTimeout("Read timed out."))
    assert type(fails(client, "POST")) is TimedOut
    assert sent == ["POST"]


@pytest.mark.parametrize("method", METHODS)
def test_a_timeout_while_connecting(monkeypatch, client, method):
    sent = breaks(monkeypatch, requests.exceptions.ConnectTimeout("Connection to h timed out. (connect timeout=30)"))
    error = fails(client, method)
    assert (type(error), error.code) == (NotDelivered, "connection_failed")
    assert "30 seconds" in str(error)
    assert len(sent) == 4


def test_the_timeout_is_passed_on(monkeypatch, make_client):
    seen = {}

    def send(_self: t.Any, _request: t.Any, **more: t.Any) -> t.NoReturn:
        seen.update(more)
        raise requests.exceptions.ConnectTimeout()

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    fails(make_client(timeout=17, cert=("c", "k"), verify="ca"))
    assert (seen["timeout"], seen["cert"], seen["verify"]) == (17, ("c", "k"), "ca")


def test_a_name_that_is_not_known():
    error = fails(Client(connection(url="http://grafana.invalid", retries=0)))
    assert (type(error), error.code, error.url) == (NotDelivered, "connection_failed", "http://grafana.invalid" + PATH)


@pytest.mark.parametrize(
    "host", ["*.example.com", "a..example.com", "x" * 64 + ".example.com", ".example.com", "example.com.."]
)
def test_a_host_that_cannot_be(host):
    client = Client(connection(url="http://" + host, retries=0))
    error = fails(client)
    assert (type(error), error.code) == (HttpError, "invalid_url")
    assert "http://%s " % host in str(error)


def test_a_header_that_the_library_refuses_is_not_tried_again(clock, make_client):
    error = fails(make_client(headers={"X-Key": " s3cr3tvalue"}), "GET")
    assert clock.slept == []
    assert error.code == "invalid_value"
    assert "http_headers" in str(error) and "s3cr3t" not in str(error)


def test_an_answer_that_the_library_cannot_read(monkeypatch, clock, make_client):
    breaks(monkeypatch, ValueError("invalid literal"))
    error = fails(make_client())
    assert clock.slept == [] and type(error) is UnexpectedResponse


def test_an_end_without_an_answer_tells_what_may_be_the_matter(server, make_client):
    server.script(HangUp())
    error = fails(make_client(retries=0))
    assert (type(error), error.code) == (OutcomeUnknown, "connection_broken")
    assert "Remote end closed" in str(error)
    assert "https://" in str(error) and "client_cert" in str(error)


def test_any_other_break_is_a_doubt(monkeypatch, client):
    breaks(monkeypatch, requests.exceptions.ConnectionError("strange"))
    error = fails(client, "POST")
    assert (type(error), error.code) == (OutcomeUnknown, "connection_broken")
    assert "strange" in str(error)


def test_no_chain_of_exceptions_that_could_show_more(monkeypatch, client):
    breaks(monkeypatch, requests.exceptions.ConnectionError("http://me:s3cr3t@h"))
    error = fails(client, "POST")
    assert error.__suppress_context__
    assert error.__cause__ is None


# What is shown of a server's text


@pytest.mark.parametrize(
    "text, shown",
    [
        ("a\nb\r\n\tc", "a b c"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("\u202eevil\u200b\ufeff", "evil"),
        ("x" * 301, "x" * 300 + "..."),
        ("x" * 300, "x" * 300),
        ("  ü☃  ", "ü☃"),
    ],
)
def test_a_servers_text_is_shown_in_one_short_line(server, client, text, shown):
    server.script(message(400, text))
    error = fails(client)
    assert error.message == shown
    assert "(Grafana says: %s)" % shown in str(error)


@settings(max_examples=60)
@given(
    st.sampled_from([400, 401, 404, 409, 422, 429, 500, 502, 503, 504, 301, 403]),
    st.text(max_size=400),
    st.sampled_from(["application/json", "text/html"]),
)
def test_whatever_is_answered_the_error_is_a_short_printable_line(servers, status, text, kind):
    server = servers[0]
    server.reset()
    server.rule = lambda asked: (
        Answer(200, []) if asked.path == "/api/user/orgs" else Answer(status, {"message": text}, kind=kind)
    )
    error = fails(Client(connection(url=server.url, retries=0)))
    assert len(str(error)) < 1000
    assert not set(str(error)).intersection(
        [chr(number) for number in [*range(32), *range(0x7F, 0xA0), 0x202E, 0x200B, 0xFEFF]]
    )
    server.reset()


@settings(max_examples=60)
@given(st.binary(max_size=30), st.sampled_from([200, 400, 404, 500]))
def test_whatever_bytes_are_answered_nothing_but_our_errors_comes(servers, content, status):
    server = servers[0]
    server.reset()
    server.script(Answer(status, content))
    with contextlib.suppress(HttpError):
        Client(connection(url=server.url, retries=0)).get("api", "x")
    server.reset()


# Proxies, netrc and certificates from the environment


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy"])
def test_a_proxy(monkeypatch, proxy, name):
    monkeypatch.setenv(name, proxy.url)
    proxy.script(OK)
    assert Client(connection(url="http://grafana.invalid/g")).get("api", "x") == {"fine": True}
    assert proxy.asked[0].target == "http://grafana.invalid/g/api/x"
    assert proxy.asked[0].headers["Authorization"] == "Bearer glsa_token"


def test_a_proxy_with_credentials(monkeypatch, proxy):
    monkeypatch.setenv("HTTP_PROXY", proxy.url.replace("//", "//me:mine@"))
    proxy.script(OK)
    Client(connection(url="http://grafana.invalid")).get("api", "x")
    assert proxy.asked[0].headers["Proxy-Authorization"].startswith("Basic ")
    assert proxy.asked[0].headers["Authorization"] == "Bearer glsa_token"


def test_no_proxy_if_not_wanted(monkeypatch, server, make_client):
    monkeypatch.setenv("HTTP_PROXY", NOBODY)
    server.script(OK)
    assert make_client(use_proxy=False).get("api", "x") == {"fine": True}


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_hosts_without_proxy(monkeypatch, server, make_client, name):
    monkeypatch.setenv("HTTP_PROXY", NOBODY)
    monkeypatch.setenv(name, "example.com,127.0.0.1")
    server.script(OK)
    assert make_client().get("api", "x") == {"fine": True}


@pytest.mark.parametrize("method", METHODS)
def test_a_proxy_that_is_not_there(monkeypatch, clock, method):
    monkeypatch.setenv("HTTP_PROXY", NOBODY.replace("//", "//me:s3cr3t@"))
    error = fails(Client(connection(url="http://grafana.invalid", retries=1)), method)
    assert (type(error), error.code) == (NotDelivered, "proxy_failed")
    assert "Connection refused" in str(error) and "s3cr3t" not in str(error)
    assert clock.slept == [0.25]


def test_a_proxy_that_refuses_a_tunnel(monkeypatch, proxy):
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    proxy.script(Answer(407, b""))
    error = fails(Client(connection(url="https://grafana.invalid", retries=0)))
    assert (type(error), error.code) == (NotDelivered, "proxy_failed")
    assert "407" in str(error)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("url", ["http://grafana.invalid", "https://grafana.invalid"])
def test_a_proxy_that_does_not_use_tls(monkeypatch, method, url):
    """Its own failure, not one of TLS with Grafana."""
    plain = Server()
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, plain.url.replace("http:", "https:"))
    error = fails(Client(connection(url=url, retries=0)), method)
    assert (type(error), error.code) == (OutcomeUnknown, "proxy_failed")
    assert plain.asked == []


def test_a_proxy_whose_address_cannot_be_read_keeps_its_password(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://me:s3cret/proxy@127.0.0.1:1")
    error = fails(Client(connection(url="http://grafana.example.com", use_proxy=True, retries=0)))
    assert (type(error), error.code) == (HttpError, "invalid_url")
    assert "HTTP_PROXY" in str(error) and "s3cret" not in str(error)


@pytest.mark.parametrize("doubt", [HangUp(), HangUp(reset=True)], ids=["closed", "reset"])
def test_a_post_that_breaks_behind_a_proxy_may_have_arrived(monkeypatch, proxy, doubt):
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    proxy.rule = lambda _asked: doubt
    error = fails(Client(connection(url="http://grafana.invalid")), "POST", body={})
    assert isinstance(error, OutcomeUnknown)
    assert len(proxy.asked) == 1


@pytest.mark.parametrize(
    "headers", [{"Authorization": "Bearer mine"}, {"Authorization": "Basic bWU6bWluZQ=="}, {"X-WEBAUTH-USER": "me"}]
)
@pytest.mark.parametrize("where", ["home", "variable"])
def test_netrc_never_replaces_our_credentials(monkeypatch, server, make_client, tmp_path, headers, where):
    path = tmp_path / (".netrc" if where == "home" else "other")
    path.write_text("machine 127.0.0.1 login other password other\ndefault login other password other\n")
    path.chmod(0o600)
    if where == "variable":
        monkeypatch.setenv("NETRC", str(path))
    server.script(OK)
    make_client(headers=headers).get("api", "x")
    assert server.asked[0].headers.get("Authorization") == headers.get("Authorization")


# TLS


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("tls") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def tls_server(certificate: trustme.LeafCert, asks_for: trustme.CA | None = None) -> Server:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    if asks_for is not None:
        asks_for.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    server = Server(context)
    server.rule = lambda _asked: OK
    return server


@pytest.fixture(scope="module")
def tls(authority: trustme.CA) -> Server:
    return tls_server(authority.issue_cert("127.0.0.1"))


def test_tls_with_an_authority_of_ones_own(tls, ca_file):
    assert Client(connection(url=tls.url, verify=ca_file)).get("api", "x") == {"fine": True}


def test_tls_without_verification(tls, recwarn):
    assert Client(connection(url=tls.url, verify=False)).get("api", "x") == {"fine": True}
    assert [warning for warning in recwarn if "Unverified" in str(warning.message)] == []


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_authorities_from_the_environment(monkeypatch, tls, ca_file, name):
    monkeypatch.setenv(name, ca_file)
    assert Client(connection(url=tls.url)).get("api", "x") == {"fine": True}


@pytest.fixture(scope="module")
def stranger_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("tls") / "stranger.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    return str(path)


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_options_win_over_authorities_from_the_environment(monkeypatch, tls, ca_file, stranger_file, name):
    monkeypatch.setenv(name, stranger_file)
    assert Client(connection(url=tls.url, verify=ca_file)).get("api", "x") == {"fine": True}
    assert Client(connection(url=tls.url, verify=False)).get("api", "x") == {"fine": True}
    fails(Client(connection(url=tls.url)))


def tls_fails(server: Server, method: str = "GET", **more: t.Any) -> str:
    error = fails(Client(connection(url=server.url, **more)), method)
    assert (type(error), error.code, error.url) == (HttpError, "tls_failed", server.url + PATH)
    return str(error)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_authority(tls, stranger_file, clock, method):
    assert "ca_path" in tls_fails(tls, method, verify=stranger_file)
    assert clock.slept == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_another_host_name(authority, ca_file, host, method):
    server = tls_server(authority.issue_cert("other.example.com"))
    server.url = server.url.replace("127.0.0.1", host)
    assert "host name in url" in tls_fails(server, method, verify=ca_file)
    assert server.asked == []


def test_an_expired_certificate(authority, ca_file):
    past = datetime.datetime(2020, 1, 1)
    server = tls_server(authority.issue_cert("127.0.0.1", not_before=past, not_after=past + datetime.timedelta(days=1)))
    assert "Renew" in tls_fails(server, verify=ca_file)


def test_plain_http_on_the_port():
    server = Server()
    server.url = server.url.replace("http:", "https:")
    assert "http://" in tls_fails(server)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize(
    "doubt",
    [HangUp(), HangUp(reset=True), Garble(b"\x17\x03\x03\x00\x20" + b"\x00" * 32)],
    ids=["closed", "reset", "bad record"],
)
def test_a_connection_that_breaks_under_tls(authority, ca_file, method, doubt):
    server = tls_server(authority.issue_cert("127.0.0.1"))
    server.rule = lambda _asked: doubt
    error = fails(Client(connection(url=server.url, verify=ca_file, retries=1)), method)
    assert type(error) is OutcomeUnknown
    assert len(server.asked) == (1 if method == "POST" else 2)


class BrokenBody(Garble):
    """Half an answer, and then what is no TLS."""

    def send(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.wfile.write(HEAD + b"Content-Length: 100\r\n\r\n[")
        super().send(handler)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_answer_that_breaks_under_tls(authority, ca_file, method):
    server = tls_server(authority.issue_cert("127.0.0.1"))
    server.rule = lambda _asked: BrokenBody(b"\x17\x03\x03\x00\x20" + b"\x00" * 32)
    error = fails(Client(connection(url=server.url, verify=ca_file, retries=0)), method)
    assert (type(error), error.code) == (OutcomeUnknown, "tls_failed")


def test_a_client_certificate(authority, ca_file, tmp_path):
    server = tls_server(authority.issue_cert("127.0.0.1"), asks_for=authority)
    mine = authority.issue_cert("me@example.com")
    mine.private_key_pem.write_to_path(str(tmp_path / "key"))
    mine.cert_chain_pems[0].write_to_path(str(tmp_path / "cert"))
    mine.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "both"))
    for cert in ((str(tmp_path / "cert"), str(tmp_path / "key")), str(tmp_path / "both")):
        assert Client(connection(url=server.url, verify=ca_file, cert=cert)).get("api", "x") == {"fine": True}


def test_a_bundle_in_the_environment_that_is_not_there(monkeypatch, tls, clock):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/bundle")
    error = fails(Client(connection(url=tls.url)))
    assert (type(error), error.code) == (HttpError, "file_not_found")
    assert "/no/such/bundle" in str(error) and "REQUESTS_CA_BUNDLE" in str(error)
    assert clock.slept == []


@pytest.mark.parametrize("cert", ["/no/such/cert", (__file__, "/no/such/key")])
def test_a_client_certificate_that_is_not_there(tls, ca_file, clock, cert):
    error = fails(Client(connection(url=tls.url, verify=ca_file, cert=cert)), "PATCH")
    assert (type(error), error.code) == (HttpError, "file_not_found")
    assert "/no/such/" in str(error) and "client_cert" in str(error)
    assert clock.slept == []


def test_a_client_certificate_that_is_none(tls, ca_file, clock, tmp_path):
    (tmp_path / "cert").write_text("no certificate")
    assert "client_cert" in tls_fails(tls, verify=ca_file, cert=str(tmp_path / "cert"))
    assert clock.slept == []


# Who signs in


def test_user_and_password_are_sent(server):
    server.script(OK)
    Client(as_user(url=server.url)).get("api", "x")
    assert server.asked[0].headers["Authorization"] == "Basic YWRtaW46YWRtaW4="


def test_the_secrets_are_in_no_error(server, make_client):
    secrets = {"Authorization": "Bearer glsa_s3cr3t", "X-Key": "key-s3cr3t"}
    for sender in (
        message(400, "no"),
        message(401, "no"),
        Answer(200, b"no"),
        HangUp(),
        Answer(302, b"", {"Location": "/x"}),
        message(404, "Not found"),
    ):
        server.script(sender)
        error = fails(make_client(headers=secrets, retries=0), "POST", body={"a": 1})
        assert "s3cr3t" not in "%s %s" % (error, json.dumps(error.details()))
