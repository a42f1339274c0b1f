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
      - The URL of Grafana, such as V(https://grafana.example.com), or V(https://example.com/grafana/) if Grafana is
        served under a path. A trailing slash or white space does no harm. Omit the path of Grafana's API (C(/api)).
      - The default is E(GRAFANA_URL). The environment is that of the host that runs the module.
      - Redirects are not followed, so that no other host receives the credentials; the error says what to set O(url)
        to.
    type: str
    aliases: [grafana_url]
  token:
    description:
      - The token of a service account (or an API key), without C(Bearer). It belongs to one organization.
        Surrounding white space is ignored.
      - The default is E(GRAFANA_TOKEN), or else E(GRAFANA_API_KEY). They are used if the task gives no credentials at
        all, and before E(GRAFANA_USER).
      - Cannot be used together with O(url_username) and O(url_password).
    type: str
    aliases: [grafana_api_key]
  url_username:
    description:
      - The name of the user who signs in.
      - The default is E(GRAFANA_USER). It is used if there is no O(token).
    type: str
    aliases: [grafana_user]
  url_password:
    description:
      - The password of O(url_username).
      - The default is E(GRAFANA_PASSWORD). It is used if there is no O(token).
    type: str
    aliases: [grafana_password]
  org_id:
    description:
      - The number of the organization to act on, at least 1. Only the requests of this task use it; the user is not
        switched.
      - The default is E(GRAFANA_ORG_ID), or else the current organization of the credentials. That is the token's own,
        or the one that the user last chose on Grafana's web page.
      - Cannot be used together with O(org_name). With a token, it must be the token's own organization.
    type: int
  org_name:
    description:
      - The name of the organization to act on. It is looked up among the organizations of the user, which requires no
        global permission.
      - E(GRAFANA_ORG_ID) is not used if this is given.
    type: str
  validate_certs:
    description:
      - Whether to check the server's TLS certificate. V(false) accepts any certificate.
    type: bool
    default: true
  ca_path:
    description:
      - A file (or directory) with the certificates of trusted authorities in PEM format.
      - The default is E(REQUESTS_CA_BUNDLE) or E(CURL_CA_BUNDLE), or else what C(requests) trusts.
    type: path
  client_cert:
    description:
      - A file with a client certificate in PEM format, for servers or proxies that require one. It can include the key.
    type: path
  client_key:
    description:
      - A file with the unencrypted key of O(client_cert) in PEM format, if O(client_cert) does not include it.
    type: path
  use_proxy:
    description:
      - Whether to use the proxies in E(HTTP_PROXY), E(HTTPS_PROXY) and E(NO_PROXY).
    type: bool
    default: true
  timeout:
    description:
      - How many seconds to wait for a connection, and for each part of an answer.
    type: int
    default: 30
  retries:
    description:
      - How often to send a request again, with growing pauses, after a broken connection, a timeout, or one of the
        statuses 429, 502, 503 and 504. A pause that the server requests with C(Retry-After) is respected up to one
        minute.
      - This never creates a correlation twice. If it is not known whether a request was handled, Grafana's state is
        read first.
    type: int
    default: 3
  http_headers:
    description:
      - Additional headers for every request, such as those that a proxy in front of Grafana requires.
      - C(Authorization) cannot be used together with O(token) or O(url_username), nor C(X-Grafana-Org-Id) with
        O(org_id) or O(org_name).
      - Values are hidden when Ansible shows the options. Values of 8 or more characters are hidden in all output.
    type: dict
  api:
    description:
      - Which of Grafana's APIs to use. V(legacy) is C(/api/datasources), V(apis) is C(/apis/correlations.grafana.app).
      - V(auto) uses C(/api) as long as the server has it.
    type: str
    choices: [auto, legacy, apis]
    default: auto
requirements:
  - python >= 3.9
  - requests >= 2.25
notes:
  - An empty text for O(url), O(token), O(url_username), O(url_password), O(org_id) or O(org_name) is an error, because
    it usually comes from a lookup that found nothing. An empty environment variable counts as not set.
  - It is an error to give an option together with its alias.
  - The Python that runs the module needs the library C(requests). On C(localhost), Ansible can choose another Python
    than its own; set C(ansible_python_interpreter) to C({{ ansible_playbook_python }}) there.
  - Without O(token) or O(url_username), headers alone (O(http_headers)) or a client certificate (O(client_cert)) can
    sign in, for a Grafana behind an authenticating proxy.
"""
