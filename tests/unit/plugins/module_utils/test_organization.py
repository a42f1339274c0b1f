# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which organization a run acts on."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import HttpError, InputError, UnexpectedResponse
from ansible_collections.crosslink.grafana.plugins.module_utils._http_client import Client
from ansible_collections.crosslink.grafana.plugins.module_utils._organization import choose_organization
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import as_user, connection
from ansible_collections.crosslink.grafana.tests.unit.plugins.server import Answer, Server, message

OWN = Answer(200, {"id": 3, "name": "Platform", "address": {}})
ORGS = Answer(
    200, [{"orgId": 1, "name": "Main Org.", "role": "Admin"}, {"orgId": 7, "name": "Platform", "role": "Viewer"}]
)


def by_token(server: Server, **more: t.Any) -> Client:
    return Client(connection(url=server.url, **more))


def by_user(server: Server, **more: t.Any) -> Client:
    return Client(as_user(url=server.url, **more))


@pytest.mark.parametrize("make", [by_token, by_user])
def test_without_a_choice_nothing_is_sent(server, make):
    client = make(server)
    choose_organization(client)
    assert client.org_id is None
    assert server.lines == []


def test_the_number_for_a_user_costs_no_request(server):
    client = by_user(server, org_id=7)
    choose_organization(client)
    assert client.org_id == 7
    assert server.lines == []


def test_the_name_for_a_user_is_looked_up_among_the_users_own(server):
    server.script(ORGS)
    client = by_user(server, org_name="Platform")
    choose_organization(client)
    assert client.org_id == 7
    assert server.lines == ["GET /api/user/orgs"]
    assert "X-Grafana-Org-Id" not in server.asked[0].headers


@pytest.mark.parametrize(
    "name, near",
    [
        ("Platfrom", " (did you mean 'Platform'?)"),
        ("platform", " (did you mean 'Platform'?)"),
        ("Other", ""),
        ("Main Org", " (did you mean 'Main Org.'?)"),
    ],
)
def test_a_name_that_is_not_among_them(server, name, near):
    server.script(ORGS)
    client = by_user(server, org_name=name)
    with pytest.raises(InputError) as caught:
        choose_organization(client)
    assert caught.value.code == "organization_not_found"
    assert str(caught.value).endswith("'%s'%s." % (name, near))
    assert client.org_id is None


@pytest.mark.parametrize("answer", [Answer(304), Answer(200, {"orgs": []}), Answer(200, "text")])
def test_an_answer_that_is_no_list_of_organizations(server, answer):
    server.script(answer)
    with pytest.raises(UnexpectedResponse) as caught:
        choose_organization(by_user(server, org_name="Platform"))
    assert " a list of organizations:" in str(caught.value)


def test_rubbish_among_the_organizations(server):
    server.script(Answer(200, [None, "x", {"name": "Platform"}, {"orgId": 5}, {"orgId": 7, "name": "Platform"}]))
    client = by_user(server, org_name="Platform")
    choose_organization(client)
    assert client.org_id == 7


@pytest.mark.parametrize("chosen", [{"org_id": 3}, {"org_name": "Platform"}])
def test_a_token_of_that_organization(server, chosen):
    server.script(OWN)
    client = by_token(server, **chosen)
    choose_organization(client)
    assert client.org_id == 3
    assert server.lines == ["GET /api/org"]
    assert "X-Grafana-Org-Id" not in server.asked[0].headers


@pytest.mark.parametrize(
    "chosen, asked",
    [
        ({"org_id": 1}, "organization 1"),
        ({"org_name": "platform"}, "organization 'platform'"),
        ({"org_name": "Main Org."}, "organization 'Main Org.'"),
    ],
)
def test_a_token_of_another_organization(server, chosen, asked):
    server.script(OWN)
    client = by_token(server, **chosen)
    with pytest.raises(InputError) as caught:
        choose_organization(client)
    assert caught.value.code == "organization_not_found"
    assert "organization 3 (Platform), not to %s:" % asked in str(caught.value)
    assert "url_username" in str(caught.value)
    assert client.org_id is None


def test_a_token_whose_organization_may_not_be_read(server):
    server.script(message(403, "Permissions needed: orgs:read"), Answer(304))
    with pytest.raises(HttpError) as caught:
        choose_organization(by_token(server, org_id=3))
    assert caught.value.code == "permission_denied"
    assert "orgs:read" in str(caught.value)


def test_what_is_no_organization(server):
    server.script(Answer(200, []))
    with pytest.raises(UnexpectedResponse) as caught:
        choose_organization(by_token(server, org_id=3))
    assert " an organization:" in str(caught.value)
