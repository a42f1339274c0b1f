# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Grafana behind TLS: an authority of one's own, client certificates, and certificates that are wrong."""

from __future__ import annotations

import datetime
import http.server
import select
import socket
import threading
import typing as t
from pathlib import Path

import pytest
import trustme

from tests.functional.conftest import Backend
from tests.support.modules import Module

LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def files(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The authority, and a client certificate of it, as files."""
    directory = tmp_path_factory.mktemp("tls")
    authority.cert_pem.write_to_path(str(directory / "ca.pem"))
    client = authority.issue_cert("ansible@example.com")
    client.cert_chain_pems[0].write_to_path(str(directory / "client.pem"))
    client.private_key_pem.write_to_path(str(directory / "client.key"))
    trustme.CA().cert_pem.write_to_path(str(directory / "stranger.pem"))
    return directory


@pytest.fixture
def start(authority: trustme.CA, files: Path, special: t.Callable[..., Backend]) -> t.Callable[..., str]:
    """Starts a Grafana with a certificate for these names; its url. (Nothing is asked of it but by the modules.)"""

    def run(*names: str, expires: datetime.datetime | None = None, demand: bool = False) -> str:
        certificate = (
            authority.issue_cert(*names, not_after=expires, not_before=LONG_AGO)
            if expires
            else authority.issue_cert(*names)
        )
        path = files / ("-".join(names) + ("-expired" if expires else ""))
        if not path.exists():
            path.write_bytes(b"".join(pem.bytes() for pem in certificate.cert_chain_pems))
            certificate.private_key_pem.write_to_path(str(path) + ".key")
        arguments = [
            "--tls-cert",
            str(path),
            "--tls-key",
            str(path) + ".key",
            *(["--client-ca", str(files / "ca.pem")] if demand else []),
        ]
        return special(*arguments).grafana.url

    return run


@pytest.fixture
def read(info: Module) -> t.Callable[..., t.Any]:
    """Reads the correlations of the first organization there."""
    return lambda url, environment=None, **options: info.run(environment, url=url, org_id=1, **options)


@pytest.mark.any_server
def test_an_authority_of_ones_own(read: t.Callable[..., t.Any], start: t.Callable[..., str], files: Path) -> None:
    assert not read(start("127.0.0.1"), ca_path=str(files / "ca.pem")).failed
    assert not read(start("127.0.0.1"), {"REQUESTS_CA_BUNDLE": str(files / "ca.pem")}).failed


@pytest.mark.any_server
@pytest.mark.parametrize("stranger", [None, "stranger.pem"])
def test_an_unknown_authority_is_refused_with_advice(
    read: t.Callable[..., t.Any], start: t.Callable[..., str], files: Path, stranger: str | None
) -> None:
    url = start("127.0.0.1")
    result = read(url, **({"ca_path": str(files / stranger)} if stranger else {}))
    assert result.failed and result.codes == ["tls_failed"] and url in result.msg and "ca_path" in result.msg


@pytest.mark.any_server
def test_an_option_wins_over_the_environment(
    read: t.Callable[..., t.Any], start: t.Callable[..., str], files: Path
) -> None:
    url = start("127.0.0.1")
    environment = {"REQUESTS_CA_BUNDLE": str(files / "stranger.pem")}
    assert not read(url, environment, ca_path=str(files / "ca.pem")).failed
    assert not read(url, environment, validate_certs=False).failed
    assert read(url, environment).codes == ["tls_failed"]


@pytest.mark.any_server
def test_another_host_name_is_refused(read: t.Callable[..., t.Any], start: t.Callable[..., str], files: Path) -> None:
    result = read(start("grafana.example.com"), ca_path=str(files / "ca.pem"))
    assert result.failed and result.codes == ["tls_failed"] and "Use the host name" in result.msg


@pytest.mark.any_server
def test_an_expired_certificate_is_refused(
    read: t.Callable[..., t.Any], start: t.Callable[..., str], files: Path
) -> None:
    result = read(start("127.0.0.1", expires=LONG_AGO + datetime.timedelta(days=30)), ca_path=str(files / "ca.pem"))
    assert result.failed and result.codes == ["tls_failed"] and "expired" in result.msg


@pytest.mark.any_server
def test_no_verification_if_not_wanted(read: t.Callable[..., t.Any], start: t.Callable[..., str]) -> None:
    for url in (
        start("127.0.0.1"),
        start("grafana.example.com"),
        start("127.0.0.1", expires=LONG_AGO + datetime.timedelta(days=30)),
    ):
        result = read(url, validate_certs=False)
        assert not result.failed and "InsecureRequestWarning" not in result.stderr


@pytest.mark.any_server
def test_a_client_certificate(read: t.Callable[..., t.Any], start: t.Callable[..., str], files: Path) -> None:
    url = start("127.0.0.1", demand=True)
    trusted = {"ca_path": str(files / "ca.pem")}
    assert not read(url, client_cert=str(files / "client.pem"), client_key=str(files / "client.key"), **trusted).failed
    result = read(url, retries=0, **trusted)
    assert result.failed and url in result.msg
    assert result.codes == ["connection_broken"] or (result.codes == ["tls_failed"] and "certificate" in result.msg)


# Through a proxy


class Tunnel(http.server.BaseHTTPRequestHandler):
    """A proxy that hands bytes on without reading them."""

    asked: t.ClassVar[list[tuple[str, str, list[str]]]]

    def do_CONNECT(self) -> None:
        self.asked.append((self.command, self.path, list(self.headers)))
        host, dummy, port = self.path.partition(":")
        with socket.create_connection((host, int(port))) as server:
            self.send_response(200)
            self.end_headers()
            pairs = {self.connection: server, server: self.connection}
            while True:
                for readable in select.select(list(pairs), [], [])[0]:
                    data = readable.recv(65536)
                    if not data:
                        self.close_connection = True
                        return
                    pairs[readable].sendall(data)

    def do_GET(self) -> None:
        self.asked.append((self.command, self.path, list(self.headers)))
        self.send_error(502)

    def log_message(self, format: str, *args: t.Any) -> None:
        pass


@pytest.fixture
def tunnel() -> t.Iterator[tuple[str, list[tuple[str, str, list[str]]]]]:
    """The url of such a proxy, and what it was asked."""
    asked: list[tuple[str, str, list[str]]] = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Recording", (Tunnel,), {"asked": asked}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield "http://127.0.0.1:%d" % server.server_port, asked
    server.shutdown()
    server.server_close()


@pytest.mark.any_server
def test_a_tunnel_through_a_proxy(
    read: t.Callable[..., t.Any], start: t.Callable[..., str], files: Path, tunnel: t.Any
) -> None:
    url, trusted = start("127.0.0.1"), {"ca_path": str(files / "ca.pem")}
    proxy, asked = tunnel
    assert not read(url, {"HTTPS_PROXY": proxy}, **trusted).failed
    assert [(method, path) for method, path, dummy in asked] == [("CONNECT", url.partition("://")[2])]
    assert "Authorization" not in asked[0][2], "the proxy was shown what only Grafana may see"
    assert read(url, {"HTTPS_PROXY": proxy}).failed, "the certificate is checked behind a proxy too"


@pytest.mark.any_server
@pytest.mark.parametrize("way", ["NO_PROXY", "use_proxy", "HTTP_PROXY"])
def test_a_proxy_that_is_not_meant(
    read: t.Callable[..., t.Any], start: t.Callable[..., str], files: Path, tunnel: t.Any, way: str
) -> None:
    proxy, asked = tunnel
    environment = {
        "HTTP_PROXY" if way == "HTTP_PROXY" else "HTTPS_PROXY": proxy,
        **({"NO_PROXY": "127.0.0.1"} if way == "NO_PROXY" else {}),
    }
    assert not read(start("127.0.0.1"), environment, ca_path=str(files / "ca.pem"), use_proxy=way != "use_proxy").failed
    assert asked == []
