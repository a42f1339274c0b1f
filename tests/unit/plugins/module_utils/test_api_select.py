# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which API a run uses."""

from __future__ import annotations

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._api import CorrelationsApi
from ansible_collections.crosslink.grafana.plugins.module_utils._api_kubernetes import KubernetesApi
from ansible_collections.crosslink.grafana.plugins.module_utils._api_legacy import LegacyApi
from ansible_collections.crosslink.grafana.plugins.module_utils._api_select import (
    OTHER_STORE,
    other_store_warning,
    read_first,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._data_sources import DataSources
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    CrosslinkError,
    EndpointNotFound,
    HttpError,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._http_client import Client
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import row
from ansible_collections.crosslink.grafana.tests.unit.plugins.server import Answer, HangUp, message

NOTHING = Answer(200, [])
APIS = "GET /apis/correlations.grafana.app/v0alpha1"
OF_LOKI = "GET /api/datasources/uid/loki/correlations"
ON = Answer(200, {"resources": [{"name": "correlations", "verbs": ["list", "watch"]}]})
OFF = Answer(200, {"resources": [{"name": "correlations", "verbs": ["list"]}]})
NONE = Answer(404, b"404 page not found\n", kind="text/plain")
ORG = Answer(200, {"id": 1, "name": "x"})
EMPTY = Answer(200, {"items": [], "metadata": {}})
NO_API = [message(404, "Not found"), message(400, "id is invalid")]


def read(client: Client) -> CorrelationsApi:
    """The API, after a first read of one source."""
    api, listing = read_first(
        client, DataSources(client), lambda one: one.list(["loki"] if isinstance(one, LegacyApi) else None)
    )
    assert listing.correlations == []
    return api


@pytest.mark.parametrize("api", ["auto", "legacy"])
def test_the_old_api_costs_no_request_of_its_own(server, make_client, api):
    server.script(NOTHING)
    assert isinstance(read(make_client(api=api)), LegacyApi)
    assert server.lines == [OF_LOKI]


@pytest.mark.parametrize("answer", NO_API)
def test_the_new_api_where_the_old_one_is_gone(server, make_client, answer):
    server.script(answer, ON, ORG, EMPTY)
    assert isinstance(read(make_client(api="auto")), KubernetesApi)
    assert server.lines[:2] == [OF_LOKI, APIS]


@pytest.mark.parametrize("answer", NO_API)
@pytest.mark.parametrize("other", [OFF, NONE])
def test_neither_api(server, make_client, answer, other):
    server.script(answer, other)
    with pytest.raises(EndpointNotFound) as caught:
        read(make_client(api="auto"))
    assert "/api/datasources/uid/loki/correlations" in str(caught.value)


@pytest.mark.parametrize("answer", NO_API)
def test_the_old_api_if_asked_for(server, make_client, answer):
    server.script(answer)
    with pytest.raises(EndpointNotFound):
        read(make_client(api="legacy"))


@pytest.mark.parametrize("answer", [message(401, "no"), message(500, "no"), message(404, "No such page")])
def test_other_errors_are_no_reason_to_take_the_new_api(server, make_client, answer):
    server.script(answer)
    with pytest.raises(HttpError) as caught:
        read(make_client(api="auto"))
    assert caught.value.status == answer.status


def test_the_new_api_if_asked_for(server, make_client):
    server.script(ON, ORG, EMPTY)
    assert isinstance(read(make_client(api="apis")), KubernetesApi)
    assert server.lines[0] == APIS


def test_the_namespace_of_the_current_organization(server, make_client):
    server.script(ON, Answer(200, {"id": 4, "name": "x"}), EMPTY)
    client = make_client(api="apis")
    read(client)
    assert server.lines[1:] == ["GET /api/org", "GET %s/namespaces/org-4/correlations" % APIS.partition(" ")[2]]
    assert client.org_id == 4


def test_the_namespace_of_a_chosen_organization(server, make_client):
    server.script(ON, EMPTY)
    client = make_client(api="apis")
    client.org_id = 2
    read(client)
    assert server.lines[1:] == ["%s/namespaces/org-2/correlations" % APIS]


@pytest.mark.parametrize("answer", [OFF, NONE])
def test_the_new_api_where_it_cannot_be_used(server, make_client, answer):
    server.script(answer)
    with pytest.raises(CrosslinkError) as caught:
        read(make_client(api="apis"))
    assert caught.value.code == "api_not_available"
    assert "api: apis" in str(caught.value) and "api: legacy" in str(caught.value)


@pytest.mark.parametrize("status", [401, 500])
@pytest.mark.parametrize("api, before", [("apis", []), ("auto", NO_API[:1])])
def test_what_keeps_us_from_knowing_is_said(server, make_client, status, api, before):
    server.script(*before, message(status, "no"))
    with pytest.raises(HttpError) as caught:
        read(make_client(api=api))
    assert caught.value.status == status


# The warning


def warned(client: Client, api: CorrelationsApi | None = None, known: Correlation | None = None) -> str | None:
    return other_store_warning(client, DataSources(client), api or LegacyApi(client), known)


@pytest.mark.parametrize(
    "answer, warning",
    [
        (ON, OTHER_STORE),
        (OFF, None),
        (NONE, None),
        (message(500, "no"), None),
        (message(401, "no"), None),
        (HangUp(), None),
    ],
)
def test_the_store_that_users_see(server, make_client, answer, warning):
    server.script(answer)
    assert warned(make_client(api="auto", retries=0)) == warning


@pytest.mark.parametrize(
    "answer, warning",
    [
        (message(404, 'correlations.correlations.grafana.app "u1" not found'), OTHER_STORE),
        (Answer(200, {"metadata": {"name": "u1"}, "spec": {"source": {"name": "loki"}}}), None),
        (message(403, "no"), None),
    ],
)
def test_one_store_under_both_apis(server, make_client, answer, warning):
    client = make_client(api="auto")
    client.org_id = 2
    server.script(ON, answer, *([Answer(200, [])] if answer.status == 403 else []))
    assert warned(client, known=row("u1")) == warning
    assert server.lines[1] == "%s/namespaces/org-2/correlations/u1" % APIS


@pytest.mark.parametrize("api", ["legacy", "apis"])
def test_who_chose_a_api_is_not_warned(make_client, api):
    assert warned(make_client(api=api)) is None


def test_on_the_new_api_nobody_is_warned(make_client):
    client = make_client(api="auto")
    client.org_id = 1
    assert warned(client, KubernetesApi(client, DataSources(client), 1)) is None


def test_what_is_only_asked_in_order_to_warn_is_asked_once(server, client):
    server.script(message(503, "busy"))
    assert warned(client) is None
    assert len(server.asked) == 1
