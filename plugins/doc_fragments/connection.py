# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options."""

from __future__ import annotations


class ModuleDocFragment:
    """How to reach and sign in to one Grafana."""

    DOCUMENTATION = r"""
options:
  url:
    description:
      - Where Grafana is, such as V(https://grafana.example.com), or V(https://example.com/grafana/) where it is served under a path.
        A slash or white space at the end does no harm. The path of Grafana's API (C(/api)) does not belong to it.
      - If not given, the environment variable E(GRAFANA_URL) is used. The environment is that of the host that runs the module.
      - Redirects are not followed, so that credentials reach no other host; the error says where O(url) should point.
    type: str
    aliases: [grafana_url]
  token:
    description:
      - The token of a service account (or an API key), without C(Bearer) in front. It belongs to one organisation.
        White space around it is ignored.
      - If the task gives no credentials at all, E(GRAFANA_TOKEN) is used, or else E(GRAFANA_API_KEY), before user name and password.
      - Cannot be used together with O(url_username) and O(url_password).
    type: str
    aliases: [grafana_api_key]
  url_username:
    description:
      - The name of the user who signs in.
      - If the task gives no O(token), E(GRAFANA_USER) is used. There is no default user.
    type: str
    aliases: [grafana_user]
  url_password:
    description:
      - The password of O(url_username).
      - If the task gives no O(token), E(GRAFANA_PASSWORD) is used.
    type: str
    aliases: [grafana_password]
  org_id:
    description:
      - The number of the organisation to act on, 1 or more. It is chosen for these requests alone; the user's own setting is not touched.
      - If neither this nor O(org_name) is given, E(GRAFANA_ORG_ID) is used, and else the current organisation of the credentials.
        That is the token's own, or the one that the user has last chosen in Grafana's web page.
      - Cannot be used together with O(org_name). With a token, it has to be the token's own organisation.
    type: int
  org_name:
    description:
      - The name of the organisation to act on. It is looked up among those that the credentials belong to, which needs no global permission.
      - E(GRAFANA_ORG_ID) is not used when this is given.
    type: str
  validate_certs:
    description:
      - Whether the server's TLS certificate is checked. V(false) trusts anybody who answers.
    type: bool
    default: true
  ca_path:
    description:
      - A file (or directory) with the certificates of the authorities to trust, in PEM format, instead of those of the system.
    type: path
  client_cert:
    description:
      - A file with the client certificate in PEM format, for servers or proxies that ask for one. It may include the key.
    type: path
  client_key:
    description:
      - A file with the unencrypted key of O(client_cert) in PEM format, if that does not include it.
    type: path
  use_proxy:
    description:
      - Whether the proxies that E(HTTP_PROXY), E(HTTPS_PROXY) and E(NO_PROXY) name are used.
    type: bool
    default: true
  timeout:
    description:
      - How many seconds to wait for a connection, and for each part of an answer.
    type: int
    default: 30
  retries:
    description:
      - How often a request is sent again, with growing pauses, after a broken connection, a timeout, or one of the statuses 429, 502, 503 and 504.
        A pause that the server asks for with C(Retry-After) is obeyed, up to one minute.
      - A correlation is never created twice by this. Where the fate of a request is unknown, it is looked up first.
    type: int
    default: 3
  http_headers:
    description:
      - More headers to send with every request, such as those that a proxy in front of Grafana asks for.
      - C(Authorization) is refused beside O(token) or O(url_username), and C(X-Grafana-Org-Id) beside O(org_id) or O(org_name).
      - Values are hidden in the echo of the options. Those of 8 and more characters are also taken out of all other output.
    type: dict
  api:
    description:
      - Which of Grafana's routes to use. V(legacy) is C(/api/datasources), V(apis) is C(/apis/correlations.grafana.app).
      - V(auto) uses C(/api) as long as the server has that route.
    type: str
    choices: [auto, legacy, apis]
    default: auto
requirements:
  - requests
notes:
  - An empty text for O(url), O(token), O(url_username), O(url_password), O(org_id) or O(org_name) is an error, since it mostly
    comes from a lookup that found nothing. An empty environment variable counts as not set.
  - An option together with its alias is an error.
  - The Python that runs the module needs the library C(requests). A play on C(localhost) may discover another Python than Ansible's own;
    set C(ansible_python_interpreter) to C({{ ansible_playbook_python }}) there.
  - Without O(token) or O(url_username), headers alone (O(http_headers)) or a client certificate (O(client_cert)) are a valid way to sign in,
    for a Grafana behind an authenticating proxy.
"""
