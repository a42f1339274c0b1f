# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Chooses the organization of a run."""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError
from ansible_collections.crosslink.grafana.plugins.module_utils._http_client import Client, expect
from ansible_collections.crosslink.grafana.plugins.module_utils._text import did_you_mean


def choose_organization(client: Client) -> None:
    """Make the client act on the organization that ``org_id`` or ``org_name`` select; without them nothing is sent.

    A header selects the organization, the user is never switched. A token belongs to one organization, and old servers
    ignore the header for it (recorded on 9.4), so the token's own organization is checked first. Raises InputError.
    """
    org_id, org_name = client.connection.org_id, client.connection.org_name
    if org_id is None and org_name is None:
        return
    if client.connection.by_token:
        own = _own(client)
        if org_id not in (None, own["id"]) or org_name not in (None, own.get("name")):
            selected = "organization %d" % org_id if org_id is not None else "organization '%s'" % org_name
            sentence = (
                "The token belongs to organization %s (%s), not to %s: "
                "use a token of that organization, or url_username and url_password."
            )
            raise InputError(sentence % (own["id"], own.get("name"), selected), "organization_not_found")
        client.org_id = own["id"]
    elif org_id is not None:
        client.org_id = org_id
    else:
        client.org_id = _number_of(str(org_name), client)


def current_organization(client: Client) -> int:
    """The number of the organization that the credentials act on."""
    return int(_own(client)["id"])


def _own(client: Client) -> t.Mapping[str, t.Any]:
    own = expect(dict, client.get("api", "org"), "an organization", client)
    expect(int, own.get("id"), "an organization", client)
    return own


def _number_of(name: str, client: Client) -> int:
    answer = expect(list, client.get("api", "user", "orgs"), "a list of organizations", client)
    numbers: dict[str, int] = {
        org["name"]: org["orgId"]
        for org in answer
        if isinstance(org, dict) and isinstance(org.get("orgId"), int) and isinstance(org.get("name"), str)
    }
    if name not in numbers:
        sentence = "These credentials have no access to an organization named '%s'%s."
        raise InputError(sentence % (name, did_you_mean(name, numbers)), "organization_not_found")
    return numbers[name]
