# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server must hold before it is recorded: what tests/recordings/provisioning.yml describes, and nothing else."""

from __future__ import annotations

import json
import typing as t

from tests.replay.names import Names
from tests.replay.player import Server
from tests.replay.recording import Request

# Path of a list, the members that count, and what they must be.
INITIAL_STATE: t.Sequence[tuple[str, t.Sequence[str], t.Sequence[t.Sequence[t.Any]]]] = (
    ("/api/orgs", ("id", "name"), [[1, "Main Org."]]),
    (
        "/api/datasources",
        ("uid", "name", "type", "readOnly"),
        [["prov-loki", "Provisioned Loki", "loki", True], ["prov-tempo", "Provisioned Tempo", "tempo", True]],
    ),
    (
        "/api/datasources/uid/prov-loki/correlations",
        ("targetUID", "label", "description"),
        [["prov-tempo", "Provisioned link", "from a file"]],
    ),
)
_APIS = "/apis/correlations.grafana.app"
_SHOWN = 300  # characters of an answer in a message


class NotReady(Exception):
    """The server is not in the state from which it is recorded."""


def check(server: Server, exchanges: t.Iterable[t.Mapping[str, t.Any]]) -> None:
    """Look at organizations, data sources and correlations, and for /apis if one of the exchanges needs it.

    Raises:
        NotReady: One of the lists is not as it must be, or /apis is switched off.
    """
    for path, members, expected in INITIAL_STATE:
        found = [[item.get(name) for name in members] for item in ask(server, path)]
        if sorted(found, key=json.dumps) != expected:
            raise NotReady(
                "GET %s must show %s, but shows %s; start a fresh server with tests/recordings/provisioning.yml"
                % (path, _shown(expected), _shown(found))
            )
    if any(item["request"]["path"].startswith("/apis/") for item in exchanges):
        try:
            ask(server, _APIS)
        except NotReady as error:
            raise NotReady("/apis must be switched on for this recording: %s" % error) from None


def ask(server: Server, path: str) -> t.Any:
    """What the administrator reads there.

    Raises:
        NotReady: It is not there, or the server shows it to others only.
    """
    answer = server.send(Request("GET", path, (), {}, "admin", None, None), Names())
    if answer.status != 200 or answer.is_text:
        raise NotReady(
            "GET %s must answer 200 with JSON, but answers %d: %s" % (path, answer.status, _shown(answer.body))
        )
    return answer.body


def _shown(body: t.Any) -> str:
    text = body.strip() if isinstance(body, str) else json.dumps(body)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
