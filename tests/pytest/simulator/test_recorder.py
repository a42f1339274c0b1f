# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings of the simulator, made with the command that records a Grafana."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
RECORDINGS = ROOT / "tests" / "recordings"
CORRELATIONS = "/api/datasources/uid/prov-loki/correlations"


def run(recording: Path, url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.replay", str(recording), url, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture
def fresh(start):
    """A simulator as it starts, without the data sources of other tests."""

    def started(*arguments):
        simulator = start(*arguments)
        simulator.control("POST", "reset")
        return simulator

    return started


def written(path: Path, exchanges: list[dict[str, Any]]) -> Path:
    path.write_text(json.dumps({"server": "Grafana", "version": "0", "exchanges": exchanges}), encoding="utf-8")
    return path


def request(why: str, method: str, path: str, **members: Any) -> dict[str, Any]:
    """An exchange without a response."""
    return {"scenario": "mine", "why": why, "request": {"method": method, "path": path, "auth": "admin", **members}}


def failure(url: str) -> str:
    """What the message begins with if the requests for Grafana 12.4.3 are not recorded."""
    return "cannot record %s against %s" % (RECORDINGS / "grafana-12.4.3.json", url)


def answers(path: Path) -> list[tuple[int, Any]]:
    """Status and body of each answer in a recording."""
    responses = [item["response"] for item in json.loads(path.read_text(encoding="utf-8"))["exchanges"]]
    return [(response["status"], response["body"]) for response in responses]


def paths(path: Path) -> list[str]:
    """The path of each request in a recording."""
    return [item["request"]["path"] for item in json.loads(path.read_text(encoding="utf-8"))["exchanges"]]


def without_build(value: Any) -> Any:
    """A recording without what depends on the build."""
    if isinstance(value, dict):
        kept = value.keys() - {"version", "commit", "typeLogoUrl"}
        return {key: without_build(value[key]) for key in kept}
    return [without_build(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "name, arguments",
    [
        ("grafana-12.4.3.json", ()),
        ("grafana-9.4.0.json", ("--generation", "9")),
        ("grafana-12.4.3-mariadb.json", ("--database", "mysql")),
        ("grafana-12.4.3-apis.json", ("--apis", "unified")),
        ("grafana-12.4.3-apis-selector.json", ("--apis", "unified")),
        ("grafana-12.4.3-apis-on-legacy-storage.json", ("--apis", "legacy")),
    ],
)
def test_the_same_answers_make_the_same_file(fresh, tmp_path, name, arguments):
    made = tmp_path / name
    recorded = run(RECORDINGS / name, fresh(*arguments).url, "--record", str(made))
    assert (recorded.returncode, recorded.stderr) == (0, "")
    assert recorded.stdout.endswith(" recorded in %s\n" % made)
    text = made.read_text(encoding="utf-8")
    expected = json.loads((RECORDINGS / name).read_text(encoding="utf-8"))
    assert without_build(json.loads(text)) == without_build(expected)
    assert text == json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n"


def test_another_version_answers_otherwise(fresh, tmp_path):
    made = tmp_path / "made.json"
    old = RECORDINGS / "grafana-9.4.0.json"
    recorded = run(old, fresh().url, "--record", str(made))
    assert recorded.stdout == "157 exchanges with Grafana 12.4.3 recorded in %s\n" % made
    assert json.loads(made.read_text(encoding="utf-8"))["version"] == "12.4.3"
    lists = [index for index, path in enumerate(paths(old)) if path == "/api/datasources/correlations"]
    before, after = ([answers(path)[index] for index in lists] for path in (old, made))
    assert {type(body) for status, body in before if status == 200} == {list}
    assert {type(body) for status, body in after if status == 200} == {dict}
    assert run(made, fresh().url).stdout == "157 agree, 0 differ\n"


def test_exchanges_of_your_own(fresh, tmp_path):
    """A name that you choose stands for a uid in later requests; for other values, the recorder makes names."""
    link = {"targetUID": "prov-tempo", "type": "query", "config": {"field": "message", "target": {}}}
    path = written(
        tmp_path / "mine.json",
        [
            {
                **request("one whose uid is needed", "POST", CORRELATIONS, body={**link, "label": "One"}),
                "response": {"body": {"result": {"uid": "uid-one"}}},
            },
            request("another one", "POST", CORRELATIONS, body={**link, "label": "Two"}),
            request("the first one", "GET", CORRELATIONS + "/uid-one"),
            request("an account", "POST", "/api/serviceaccounts", body={"name": "mine", "role": "Viewer"}),
            request("its token", "POST", "/api/serviceaccounts/2/tokens", body={"name": "mine"}),
            request("the token in use", "GET", "/api/org", auth="token:3"),
            request("all of the source", "GET", CORRELATIONS, headers={"Accept": "application/json"}),
        ],
    )
    simulator = fresh()
    played = run(path, simulator.url)
    assert (played.returncode, played.stdout) == (2, "")
    assert played.stderr.endswith(": exchange 1 has no response yet; record it with --record\n")

    assert run(path, simulator.url, "--record", str(path)).stdout == (
        "7 exchanges with Grafana 12.4.3 recorded in %s\n" % path
    )
    made = answers(path)
    assert [status for status, body in made] == [200, 200, 200, 201, 200, 200, 200]
    assert made[0][1]["result"]["uid"] == made[2][1]["uid"] == "uid-one"
    assert (made[3][1]["name"], made[3][1]["uid"]) == ("mine", "uid-auto-2")
    assert made[4][1]["key"] == "secret-of-token:3"
    assert [row["uid"] for row in made[6][1]] == ["uid-auto-4", "uid-one", "uid-auto-1"]
    assert {row["sourceUID"] for row in made[6][1]} == {"prov-loki"}
    assert list(json.loads(path.read_text(encoding="utf-8"))["exchanges"][1]["request"].items()) == [
        ("method", "POST"),
        ("path", CORRELATIONS),
        ("query", None),
        ("headers", {}),
        ("auth", "admin"),
        ("body", {**link, "label": "Two"}),
        ("raw", None),
    ]
    assert run(path, fresh().url).stdout == "7 agree, 0 differ\n"


@pytest.mark.parametrize(
    "method, path, body, sentence",
    [
        ("POST", "/api/orgs", {"name": "Mine"}, 'GET /api/orgs must show [[1, "Main Org."]], but shows '),
        (
            "POST",
            "/api/datasources",
            {"name": "Mine", "type": "loki", "uid": "mine", "access": "proxy"},
            "GET /api/datasources must show ",
        ),
        (
            "POST",
            CORRELATIONS,
            {"targetUID": "prov-tempo", "label": "Mine", "type": "query", "config": {"field": "f", "target": {}}},
            "GET %s must show " % CORRELATIONS,
        ),
    ],
)
def test_a_server_that_is_not_fresh(fresh, tmp_path, method, path, body, sentence):
    simulator = fresh()
    assert simulator.ask(method, path, body).status_code == 200
    made = tmp_path / "made.json"
    recorded = run(RECORDINGS / "grafana-12.4.3.json", simulator.url, "--record", str(made))
    assert (recorded.returncode, recorded.stdout) == (2, "")
    assert recorded.stderr.startswith("%s: %s" % (failure(simulator.url), sentence))
    assert recorded.stderr.endswith("]; start a fresh server with tests/recordings/provisioning.yml\n")
    assert "Mine" in recorded.stderr and len(recorded.stderr.splitlines()) == 1
    assert not made.exists()


def test_a_server_without_the_api_of_the_recording(fresh, tmp_path):
    simulator = fresh()
    made = tmp_path / "made.json"
    recorded = run(RECORDINGS / "grafana-12.4.3-apis.json", simulator.url, "--record", str(made))
    assert recorded.returncode == 2
    assert recorded.stderr == (
        "cannot record %s against %s: /apis must be switched on for this recording: GET /apis/correlations.grafana.app "
        "must answer 200 with JSON, but answers 404: 404 page not found\n"
        % (RECORDINGS / "grafana-12.4.3-apis.json", simulator.url)
    )
    assert not made.exists()


def test_a_wrong_password(fresh, tmp_path):
    simulator = fresh()
    arguments = ("--record", str(tmp_path / "made.json"), "--user", "admin:wrong")
    recorded = run(RECORDINGS / "grafana-12.4.3.json", simulator.url, *arguments)
    assert recorded.returncode == 2
    assert "GET /api/orgs must answer 200 with JSON, but answers 401: " in recorded.stderr


def test_no_server(tmp_path):
    made = tmp_path / "made.json"
    recorded = run(RECORDINGS / "grafana-12.4.3.json", "http://127.0.0.1:9", "--record", str(made))
    assert (recorded.returncode, recorded.stdout) == (2, "")
    assert recorded.stderr.startswith(failure("http://127.0.0.1:9")) and "Traceback" not in recorded.stderr
    assert not made.exists()


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("{", "it is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("[]", "it has no exchanges"),
        ('{"exchanges": [{"scenario": "s"}]}', "exchange 1 has no why, request, request.method, request.path"),
        (
            '{"exchanges": [{"scenario": "s", "why": "w", "request": {"method": "GET", "path": "/", "header": {}}}]}',
            "exchange 1 has an unknown member: request.header",
        ),
    ],
)
def test_not_a_recording(tmp_path, text, sentence):
    path = tmp_path / "mine.json"
    path.write_text(text, encoding="utf-8")
    for arguments, doing in ((), "play"), (("--record", str(path)), "record"):
        played = run(path, "http://127.0.0.1:9", *arguments)
        assert (played.returncode, played.stdout) == (2, "")
        assert played.stderr == "cannot %s %s against http://127.0.0.1:9: %s\n" % (doing, path, sentence)
    assert path.read_text(encoding="utf-8") == text
