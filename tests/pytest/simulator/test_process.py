# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the simulator starts, where it listens and how it ends."""

from __future__ import annotations

import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import trustme

PROGRAM = Path(__file__).resolve().parents[2] / "simulator"
HEALTH = "/api/health"


def launch(*arguments: str, **options) -> subprocess.Popen[str]:
    command = [sys.executable, str(PROGRAM), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def test_it_starts_anywhere_and_ends_on_sigterm(tmp_path, session):
    process = launch(cwd=str(tmp_path))
    url = process.stdout.readline().strip()
    assert url.startswith("http://127.0.0.1:")
    assert session.get(url + HEALTH, timeout=5).status_code == 200
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=5)
    assert (process.returncode, out, err) == (0, "", "")


def test_it_ends_while_requests_are_under_way():
    process = launch()
    url = process.stdout.readline().strip()
    requests.post(url + "/_simulator/faults", json=[{"kind": "delay", "seconds": 60}, {"kind": "endless"}], timeout=5)

    def ask():
        with pytest.raises(requests.RequestException):
            requests.get(url + HEALTH, timeout=20)

    thread = threading.Thread(target=ask)
    thread.start()
    while not requests.get(url + "/_simulator/counts", timeout=5).json()["requests"]:
        pass
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=5)
    thread.join()
    assert process.returncode == 0


def test_a_given_port(session):
    first = launch()
    port = first.stdout.readline().strip().rpartition(":")[2]
    first.terminate()
    first.communicate(timeout=5)
    second = launch("--port", port)
    assert second.stdout.readline().strip() == "http://127.0.0.1:" + port
    second.terminate()
    second.communicate(timeout=5)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--generation", "10"),
        ("--apis", "shared"),
        ("--apis", "unified", "--generation", "9"),
        ("--database", "mysql", "--busy", "always"),
        ("--nope",),
    ],
)
def test_arguments_it_does_not_take(arguments):
    process = launch(*arguments)
    _unused, err = process.communicate(timeout=20)
    assert process.returncode == 2 and "error:" in err


def test_a_path_prefix(start):
    simulator = start("--path-prefix", "/grafana/")
    assert simulator.url.endswith("/grafana")
    uid = simulator.create()
    assert simulator.ask("GET", "/api/datasources/uid/loki/correlations").json()[0]["uid"] == uid
    root = simulator.url[: -len("/grafana")]
    for path in ("/api/health", "/grafanax", "/"):
        answer = simulator.session.get(root + path, allow_redirects=False, timeout=5)
        assert (answer.status_code, answer.headers["Location"]) == (301, "/grafana" + path)
    assert simulator.session.get(root + "/_simulator/counts", timeout=5).status_code == 200
    assert simulator.ask("GET", "/", auth=None).headers["Location"] == "/grafana/login"
    assert simulator.control("GET", "counts")["log"][0]["path"] == "/grafana/api/datasources/uid/loki/correlations"


def test_without_provisioned_data(start):
    simulator = start("--no-provisioned")
    assert simulator.rows() == []
    assert len(simulator.ask("GET", "/api/datasources").json()) == 2
    assert len(start("--provisioned").rows()) == 1


class Certificates:
    def __init__(self, folder: Path) -> None:
        self.authority = trustme.CA()
        self.ca, self.cert, self.key = (str(folder / name) for name in ("ca.pem", "cert.pem", "key.pem"))
        self.client = str(folder / "client.pem")
        self.authority.cert_pem.write_to_path(self.ca)
        server = self.authority.issue_cert("127.0.0.1")
        server.private_key_pem.write_to_path(self.key)
        for part in server.cert_chain_pems:
            part.write_to_path(self.cert, append=True)
        self.authority.issue_cert("client@example.com").private_key_and_cert_chain_pem.write_to_path(self.client)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("tls"))


def test_tls(certificates, session):
    process = launch("--tls-cert", certificates.cert, "--tls-key", certificates.key)
    url = process.stdout.readline().strip()
    assert url.startswith("https://127.0.0.1:")
    assert session.get(url + HEALTH, verify=certificates.ca, timeout=5).status_code == 200
    with pytest.raises(requests.exceptions.SSLError):
        session.get(url + HEALTH, timeout=5)
    session.post(url + "/_simulator/faults", json=[{"kind": "reset_before"}], verify=certificates.ca, timeout=5)
    with pytest.raises(requests.ConnectionError):
        session.get(url + HEALTH, verify=certificates.ca, timeout=5)
    process.terminate()
    process.communicate(timeout=5)
    assert process.returncode == 0


def test_a_client_certificate(certificates, session):
    process = launch("--tls-cert", certificates.cert, "--tls-key", certificates.key, "--client-ca", certificates.ca)
    url = process.stdout.readline().strip()
    assert session.get(url + HEALTH, verify=certificates.ca, cert=certificates.client, timeout=5).status_code == 200
    with pytest.raises((requests.ConnectionError, ssl.SSLError)):
        requests.get(url + HEALTH, verify=certificates.ca, timeout=5)
    process.terminate()
    process.communicate(timeout=5)
    assert process.returncode == 0
