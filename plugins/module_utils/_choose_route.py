# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of Grafana's routes a run uses."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._apis import ApisRoute, serves_watch
from ansible_collections.crosslink.grafana.plugins.module_utils._client import Client
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._datasources import DataSources
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import CrosslinkError, HttpError, NoSuchRoute
from ansible_collections.crosslink.grafana.plugins.module_utils._legacy import LegacyRoute
from ansible_collections.crosslink.grafana.plugins.module_utils._route import Route

Found = t.TypeVar("Found")

OTHER_STORE = (
    "This Grafana serves correlations on /apis too, from a store of its own, and its Explore reads that one: "
    "set api: apis to manage the links that users see, or api: legacy to silence this."
)


def read_on_route(client: Client, data_sources: DataSources, read: t.Callable[[Route], Found]) -> tuple[Route, Found]:
    """Do the first read of a run on the route that the option ``api`` asks for; returns the route and what was read.

    ``auto`` is ``/api``, and ``/apis`` only where ``/api`` is no route any more.
    """
    api = client.connection.api
    if api != "apis":
        route: Route = LegacyRoute(client)
        try:
            return route, read(route)
        except NoSuchRoute:
            if api == "legacy" or not serves_watch(client):
                raise
    elif not serves_watch(client):
        raise CrosslinkError(
            "api: apis cannot be used with this Grafana: its /apis route for correlations is missing, or stands on the old storage, "
            "where paging, delete and patch do not work. Use api: legacy."
        )
    route = ApisRoute(client, data_sources)
    return route, read(route)


def warning_of_another_store(client: Client, data_sources: DataSources, route: Route, known: Correlation | None) -> str | None:
    """What to warn of in a run: that users may see another store than the one that it manages.

    ``known`` is a correlation of that store. If ``/apis`` shows it too, there is only one store, as from 13.2 on where an
    administrator has it so.
    """
    if client.connection.api != "auto" or not isinstance(route, LegacyRoute):
        return None
    try:
        if not serves_watch(client, retries=0) or (known is not None and ApisRoute(client, data_sources).now(known) is not None):
            return None
    except HttpError:
        return None  # this was only asked in order to warn
    return OTHER_STORE
