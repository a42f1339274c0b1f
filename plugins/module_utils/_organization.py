# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which organisation a run acts on."""

from __future__ import annotations

from ansible_collections.crosslink.grafana.plugins.module_utils._client import Client, expect
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Mistake
from ansible_collections.crosslink.grafana.plugins.module_utils._words import near


def choose_organization(client: Client) -> None:
    """Make the client act on the organisation that ``org_id`` or ``org_name`` ask for; without them nothing is sent.

    The organisation is chosen by a header, never by switching the user. A token belongs to one organisation, and old
    servers ignore the header for it (recorded on 9.4), so it is asked for its own first.
    """
    wanted_id, wanted_name = client.connection.org_id, client.connection.org_name
    if wanted_id is None and wanted_name is None:
        return
    if client.connection.by_token:
        own = expect(dict, client.get("api", "org"), "the organisation of a token", client)
        if wanted_id not in (None, own.get("id")) or wanted_name not in (None, own.get("name")):
            asked = "organisation %d" % wanted_id if wanted_id is not None else "organisation '%s'" % wanted_name
            raise Mistake(
                "The token belongs to organisation %s (%s), not to %s: use a token of that organisation, or url_username and url_password."
                % (own.get("id"), own.get("name"), asked)
            )
        client.org_id = own.get("id")
    elif wanted_id is not None:
        client.org_id = wanted_id
    else:
        client.org_id = _number_of(str(wanted_name), client)


def _number_of(name: str, client: Client) -> int:
    orgs = expect(list, client.get("api", "user", "orgs"), "a list of organisations", client)
    numbers = {org["name"]: org["orgId"] for org in orgs if isinstance(org, dict) and isinstance(org.get("orgId"), int) and isinstance(org.get("name"), str)}
    if name not in numbers:
        raise Mistake("These credentials belong to no organisation named '%s'%s." % (name, near(name, numbers)))
    return numbers[name]
