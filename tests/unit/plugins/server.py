# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small HTTP server that answers by script."""

from __future__ import annotations

import dataclasses
import http.server
import json
import os
import socket
import ssl
import struct
import threading
import time
import typing as t
from urllib.parse import parse_qsl


@dataclasses.dataclass
class Answer:
    """One answer; ``body`` is sent as JSON unless it is bytes."""

    status: int = 200
    body: t.Any = None
    headers: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    kind: str | None = "application/json; charset=UTF-8"

    def send(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        content = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        handler.send_response(self.status)
        if self.kind is not None:
            handler.send_header("Content-Type", self.kind)
        if self.status != 304 and "Transfer-Encoding" not in self.headers:
            handler.send_header("Content-Length", self.headers.get("Content-Length", str(len(content))))
        for name, value in self.headers.items():
            if name != "Content-Length":
                handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(b"" if self.status == 304 else content)


class HangUp:
    """No answer: the connection is closed, or reset."""

    def __init__(self, reset: bool = False) -> None:
        self.reset = reset

    def send(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        if self.reset:
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()
        else:
            handler.connection.shutdown(socket.SHUT_RDWR)


class Bytes(HangUp):
    """Whatever bytes instead of an HTTP answer, and the end of the connection."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.content = content

    def send(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.wfile.write(self.content)
        handler.wfile.flush()
        super().send(handler)


class Garble(Bytes):
    """The same below TLS, which they are not."""

    def send(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        os.write(handler.connection.fileno(), self.content)
        HangUp.send(self, handler)


class Drip(HangUp):
    """A byte now and then, after what is sent at once; without end."""

    def __init__(self, start: bytes, again: bytes = b" ") -> None:
        super().__init__()
        self.start, self.again = start, again

    def send(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.wfile.write(self.start)
        while True:  # until the client has gone
            time.sleep(0.02)
            handler.wfile.write(self.again)


def message(status: int, text: str, **headers: str) -> Answer:
    """An error of Grafana's; ``Retry_After`` is the header ``Retry-After``."""
    return Answer(status, {"message": text}, {name.replace("_", "-"): value for name, value in headers.items()})


@dataclasses.dataclass
class Asked:
    """A request as it came in; ``target`` is what the request line says."""

    method: str
    target: str
    headers: t.Mapping[str, str]
    content: bytes
    port: int  # the client's: the same for requests over one connection

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(self.target.partition("?")[2], keep_blank_values=True)

    @property
    def body(self) -> t.Any:
        return json.loads(self.content) if self.content else None

    @property
    def line(self) -> str:
        """``GET /path``."""
        return "%s %s" % (self.method, self.path)


Sender = t.Union[Answer, HangUp]


class Server:
    """Listens on a port of its own; ``script`` or ``rule`` say what it answers."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except OSError:
                    self.close_connection = True

            def log_message(self, *_arguments: t.Any) -> None:
                """Say nothing."""

            def answer(self) -> None:
                content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked = Asked(self.command, self.path, dict(self.headers.items()), content, self.client_address[1])
                sender = outer.next_for(asked)
                if not isinstance(sender, Answer) or "Content-Length" in sender.headers:
                    self.close_connection = True
                sender.send(self)
                self.wfile.flush()

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_CONNECT = answer

        class Listener(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, _request: t.Any, _address: t.Any) -> None:
                """A client that refuses our certificate is no news."""

        self.listener = Listener(("127.0.0.1", 0), Handler)
        scheme = "http"
        if context is not None:
            # The handshake is left to the thread of the connection.
            self.listener.socket = context.wrap_socket(
                self.listener.socket, server_side=True, do_handshake_on_connect=False
            )
            scheme = "https"
        self.url = "%s://127.0.0.1:%d" % (scheme, self.listener.server_address[1])
        self.lock = threading.Lock()
        self.reset()
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()

    def reset(self) -> None:
        self.asked: list[Asked] = []
        self.unexpected: list[Asked] = []
        self.left: list[Sender] = []
        self.rule: t.Callable[[Asked], Sender] | None = None

    def script(self, *answers: Sender) -> None:
        """Give these answers in this order."""
        self.left = list(answers)

    def next_for(self, asked: Asked) -> Sender:
        with self.lock:
            self.asked.append(asked)
            if self.left:
                return self.left.pop(0)
            if self.rule is None:
                self.unexpected.append(asked)
                return Answer(418, {"message": "not in the script"})
        return self.rule(asked)  # outside of the lock, for it may wait

    @property
    def lines(self) -> list[str]:
        """The requests as ``GET /path``."""
        return [asked.line for asked in self.asked]

    def check(self) -> None:
        """That there was no request beyond the script, and none too few."""
        assert [asked.line for asked in self.unexpected] == []
        assert self.left == []
