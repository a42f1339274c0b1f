# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Builders for what tests pass to the code: correlations, entries, connections, answers of Grafana."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._api import CorrelationsApi, NewCorrelation
from ansible_collections.crosslink.grafana.plugins.module_utils._connection import Connection
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import EXTERNAL, QUERY, Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import PRESENT, Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Origin, Problem
from ansible_collections.crosslink.grafana.plugins.module_utils._grafana_state import GrafanaState
from ansible_collections.crosslink.grafana.plugins.module_utils._verified_write import VerifiedWriter
from ansible_collections.crosslink.grafana.plugins.module_utils._write_limiter import WriteLimiter

SOURCE, TARGET, LABEL, FIELD = "loki", "tempo", "Logs to traces", "message"
URL = {"url": "https://tickets.example.com/${__value.raw}"}
LOGFMT = {"type": "logfmt"}


def members(
    label: str = LABEL,
    description: str = "",
    field: str = FIELD,
    query: t.Any = None,
    transformations: t.Sequence[t.Mapping[str, t.Any]] = (),
) -> dict[str, t.Any]:
    """All members of a correlation."""
    return {
        "label": label,
        "description": description,
        "config.field": field,
        "config.target": {} if query is None else query,
        "config.transformations": [dict(item) for item in transformations],
    }


def row(uid: str = "u1", **more: t.Any) -> Correlation:
    """A correlation as a server since 11.6 shows it; names that Correlation lacks are those of ``members``."""
    found: dict[str, t.Any] = {"source": SOURCE, "type": QUERY, "read_only": False, "org_id": 1}
    of_members: dict[str, t.Any] = {}
    for name, value in more.items():
        (found if name in Correlation.__dataclass_fields__ else of_members)[name] = value
    found.setdefault("target", TARGET if found["type"] == QUERY else None)
    if found["type"] == EXTERNAL:
        of_members.setdefault("query", dict(URL))
    return Correlation(uid=uid, members=members(**of_members), **found)


def new(type: str = QUERY, source: str = SOURCE, uid: str | None = None, **more: t.Any) -> NewCorrelation:  # pylint: disable=redefined-builtin
    """A correlation to create; names that NewCorrelation lacks are those of ``members``."""
    return NewCorrelation(source, TARGET if type == QUERY else None, type, members(**more), uid)


def writer(api: CorrelationsApi, retries: int = 3, most: int = 1) -> VerifiedWriter:
    """What writes with the API, up to ``most`` at a time."""
    return VerifiedWriter(api, WriteLimiter(most), retries)


def entry(order: int = 1, **more: t.Any) -> Entry:
    """A checked entry of a list with a complete key; None leaves a member out."""
    type_ = more.pop("type", QUERY)
    given = {
        "label": more.pop("label", LABEL),
        "description": more.pop("description", None),
        "config.field": more.pop("field", FIELD),
        "config.target": more.pop("query", dict(URL) if type_ == EXTERNAL else None),
        "config.transformations": more.pop("transformations", None),
    }
    found: dict[str, t.Any] = {
        "origin": Origin(order, order),
        "state": PRESENT,
        "uid": None,
        "source": SOURCE,
        "target": TARGET if type_ == QUERY else None,
        "type": type_,
        "members": {name: value for name, value in given.items() if value is not None},
    }
    return Entry(**{**found, **more})


def pinned(uid: str = "u1", **more: t.Any) -> Entry:
    """An entry of the module for one correlation, with a uid and what is passed."""
    nothing: dict[str, t.Any] = {
        "source": None,
        "target": None,
        "type": None,
        "label": None,
        "field": None,
        "origin": Origin(),
    }
    return entry(uid=uid, **{**nothing, **more})


def grafana_state(
    *correlations: Correlation, uids: t.Mapping[str, str | None] | None = None, **more: t.Any
) -> GrafanaState:
    """What was read of Grafana."""
    return GrafanaState(list(correlations), dict(uids or {}), **more)


def codes(problems: t.Iterable[Problem]) -> list[str]:
    """The codes of the problems, in their order."""
    return [problem.code for problem in problems]


def options(**more: t.Any) -> dict[str, t.Any]:
    """The connection options as a module has them after validation; signed in with a token."""
    found: dict[str, t.Any] = {
        "url": "https://grafana.example.com",
        "token": "glsa_token",
        "url_username": None,
        "url_password": None,
        "org_id": None,
        "org_name": None,
        "validate_certs": True,
        "ca_path": None,
        "client_cert": None,
        "client_key": None,
        "use_proxy": True,
        "timeout": 30,
        "retries": 3,
        "http_headers": None,
        "api": "auto",
    }
    unknown = set(more) - set(found)
    assert not unknown, unknown
    return {**found, **more}


def connection(**more: t.Any) -> Connection:
    """A connection that signs in with a token."""
    found: dict[str, t.Any] = {
        "url": "https://grafana.example.com",
        "headers": {"Authorization": "Bearer glsa_token"},
        "by_token": True,
        "org_id": None,
        "org_name": None,
        "verify": True,
        "cert": None,
        "use_proxy": True,
        "timeout": 30,
        "retries": 3,
        "api": "auto",
        "credentials": "token",
    }
    return Connection(**{**found, **more})


def as_user(**more: t.Any) -> Connection:
    """A connection that signs in with user and password."""
    return connection(**{"headers": {"Authorization": "Basic YWRtaW46YWRtaW4="}, "by_token": False, **more})


def api_row(uid: str = "u1", **more: t.Any) -> dict[str, t.Any]:
    """A correlation as ``/api`` shows it since 11.6."""
    config: dict[str, t.Any] = {"field": more.pop("field", FIELD), "target": more.pop("query", {})}
    if "transformations" in more:
        config["transformations"] = more.pop("transformations")
    found = {
        "uid": uid,
        "sourceUID": SOURCE,
        "orgId": 1,
        "targetUID": TARGET,
        "label": LABEL,
        "description": "",
        "config": config,
        "provisioned": False,
        "type": QUERY,
    }
    return {**found, **more}


def old_row(uid: str = "u1", **more: t.Any) -> dict[str, t.Any]:
    """A correlation as ``/api`` shows it on 9.4."""
    found = api_row(uid, **more)
    for name in ("orgId", "provisioned", "type"):
        del found[name]
    found["config"] = {"type": QUERY, **found["config"]}
    return found
