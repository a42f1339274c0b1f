# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Chooses the API of a run."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._api import CorrelationsApi
from ansible_collections.crosslink.grafana.plugins.module_utils._api_kubernetes import KubernetesApi, serves_watch
from ansible_collections.crosslink.grafana.plugins.module_utils._api_legacy import LegacyApi
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._data_sources import DataSources
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import EndpointNotFound, HttpError, InputError
from ansible_collections.crosslink.grafana.plugins.module_utils._http_client import Client
from ansible_collections.crosslink.grafana.plugins.module_utils._organization import current_organization

Found = t.TypeVar("Found")

OTHER_STORE = (
    "This Grafana also serves correlations on /apis, from a separate store, and Explore reads that one: "
    "set api: apis to manage the links that users see, or api: legacy to silence this warning."
)


def read_first(
    client: Client, data_sources: DataSources, read: t.Callable[[CorrelationsApi], Found]
) -> tuple[CorrelationsApi, Found]:
    """Do the first read of a run on the API that the option ``api`` selects; returns the API and what was read.

    ``auto`` is ``/api``, or ``/apis`` where ``/api`` does not exist any more. A run on ``/apis`` needs the number of
    its organization, so it is chosen here if no option does.
    """
    option = client.connection.api
    if option != "apis":
        api: CorrelationsApi = LegacyApi(client)
        try:
            return api, read(api)
        except EndpointNotFound:
            if option == "legacy" or not serves_watch(client):
                raise
    elif not serves_watch(client):
        raise InputError(
            "api: apis does not work with this Grafana: it has no /apis for correlations, or has it on the old "
            "storage, where paging, delete and patch fail. Use api: legacy.",
            "api_not_available",
        )
    if client.org_id is None:
        client.org_id = current_organization(client)
    api = KubernetesApi(client, data_sources, client.org_id)
    return api, read(api)


def other_store_warning(
    client: Client, data_sources: DataSources, api: CorrelationsApi, known: Correlation | None
) -> str | None:
    """A warning that Explore reads another store than the one that this run manages; None if it does not.

    ``known`` is a correlation of the managed store. If ``/apis`` shows it too, there is only one store, as
    administrators can have it from 13.2 on.
    """
    if client.connection.api != "auto" or not isinstance(api, LegacyApi):
        return None
    try:
        if not serves_watch(client, retries=0):
            return None
        if known is not None:
            org_id = current_organization(client) if client.org_id is None else client.org_id
            if KubernetesApi(client, data_sources, org_id).current(known) is not None:
                return None
    except HttpError:
        return None  # only a warning depends on it
    return OTHER_STORE
