# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the pages take for granted from a heading on.

``files`` are the reader's, ``rows`` correlations of the Grafana, and ``faults`` answers that the simulator lacks.
"""

from __future__ import annotations

from tests.support.commands import Members

CONFIG: Members = {"field": "traceID", "target": {"query": "${__value.raw}", "queryType": "traceql"}}
LABELS = ["Logs to trace", "Trace", "Span"]
ENTRY: Members = {"source": "Loki", "target": "Tempo", "label": LABELS[0], "config": CONFIG}
ROW: Members = {"sourceUID": "loki-uid", "targetUID": "tempo-uid", "label": LABELS[0], "config": CONFIG}
TO_PROMETHEUS: Members = {"sourceUID": "loki-uid", "targetUID": "prometheus-uid"}


def external(source: str, label: str, field: str, url: str, *transformations: Members) -> Members:
    config = {"field": field, "target": {"url": url}, "transformations": list(transformations)}
    return {"source": source, "label": label, "type": "external", "config": config}


def hosts(**variables: Members) -> Members:
    return {"grafanas": {"hosts": variables}}


def env(variable: str) -> str:
    return "{{ lookup('ansible.builtin.env', '%s') }}" % variable


ERRORS: Members = {"field": "message", "target": {}}
TRACE_ID: Members = {"type": "regex", "expression": r"traceID=(\w+)", "map_value": "traceID"}

SCENES: dict[str, dict[str, Members]] = {
    "docs/errors.md": {"Troubleshooting": {"files": {"correlations.yml": []}}},
    "docs/grafana-versions.md": {
        "Migrating to /apis": {
            "files": {
                "inventory/hosts.yml": hosts(production={}),
                "inventory/group_vars/all.yml": {"grafana_correlations_list": [ENTRY]},
                "connection/hosts.yml": hosts(production={}),
            },
            "rows": [{**ROW, "label": "Trace"}],
        }
    },
    "docs/key-and-equality.md": {"Matching by uid": {"rows": [{**ROW, "uid": "50xhMlg9k"}]}},
    "docs/lists-and-prune.md": {
        "Provisioning files": {
            "files": {"provisioning/datasources/loki.yml": {"apiVersion": 1, "datasources": [{"name": "Loki"}]}}
        }
    },
    "docs/map.md": {
        "A page for your repository": {"files": {"inventory/hosts.yml": hosts(production={})}, "rows": [ROW]}
    },
    "docs/moving.md": {
        "From the web page to code": {"files": {"inventory/hosts.yml": hosts(production={})}, "rows": [ROW]},
        "From one organization to another": {"rows": [{**ROW, "orgId": 3}]},
    },
    "docs/provisioning.md": {
        "From files to a list": {"files": {"inventory/hosts.yml": hosts(production={})}},
        "Grafana 12": {
            "files": {
                "inventory/hosts.yml": hosts(
                    production={
                        "grafana_correlations_url": "https://grafana.example.com",
                        "grafana_correlations_url_username": "ansible",
                        "grafana_correlations_url_password": env("ANSIBLE_USER_PASSWORD"),
                    }
                )
            },
            "faults": [{"kind": "status", "path": "/api/admin/provisioning/datasources/reload", "status": 200}],
        },
    },
    "docs/recipes.md": {
        "AWX and Automation Controller": {
            "files": {
                "inventory/hosts.yml": hosts(production={}),
                "inventory/group_vars/all.yml": {"grafana_correlations_list": [ENTRY]},
            }
        }
    },
    "docs/reviewing.md": {
        "Diff and report": {
            "files": {
                "inventory/hosts.yml": hosts(production={}),
                "inventory/group_vars/all.yml": {
                    "grafana_correlations_prune": "sources",
                    "grafana_correlations_on_provisioned": "skip",
                    "grafana_correlations_list": [
                        {**ENTRY, "target": "Prometheus", "label": "Errors", "description": "Rate", "config": ERRORS},
                        ENTRY,
                        external("Loki", "Open ticket", "ticket", "https://tickets.example.com/browse/${__value.raw}"),
                    ],
                },
            },
            "rows": [
                {**TO_PROMETHEUS, "label": "Errors", "provisioned": True, "config": ERRORS},
                {**ROW, "config": {"field": "traceID", "target": {"query": "${traceID}", "queryType": "traceql"}}},
                {**TO_PROMETHEUS, "label": "Just a try", "config": {"field": "pod", "target": {"expr": "up"}}},
            ],
        },
        "The report as a file": {
            "files": {"host_vars/localhost.yml": {"grafana_correlations_result": {"report": "### 1 unchanged"}}}
        },
        "Many Grafanas": {
            "files": {
                "inventory/hosts.yml": hosts(
                    apac={"grafana_correlations_token": env("PLATFORM_TOKEN")},
                    americas={"grafana_correlations_token": env("PAYMENTS_TOKEN")},
                    emea={"grafana_correlations_url": "https://emea.example.com", "grafana_correlations_retries": 0},
                ),
                "inventory/group_vars/all.yml": {
                    "grafana_correlations_list": [
                        {**ENTRY, "source": "Prometheus"},
                        *({**ENTRY, "label": label} for label in LABELS),
                    ]
                },
                "inventory/host_vars/apac.yml": {
                    "grafana_correlations_list_apac": [
                        external("Prometheus", "Pager", "pod", "https://pager.example.com/?pod=${__value.raw}")
                    ]
                },
            },
            "rows": [
                {**row, "orgId": org}
                for org in (2, 3)
                for row in [{**ROW, "sourceUID": "prometheus-uid"}, *({**ROW, "label": label} for label in LABELS)]
            ],
        },
        "A drift job": {
            "files": {
                "inventory/hosts.yml": hosts(production={"grafana_correlations_token": env("PLATFORM_TOKEN")}),
                "inventory/host_vars/production.yml": {
                    "grafana_correlations_list_production": [{**ENTRY, "label": "Changed by hand"}]
                },
            },
            "rows": [{**ROW, "orgId": 2, "label": "Changed by hand", "description": "Mine"}],
        },
    },
    "docs/signing-in.md": {
        "Shared connection options": {
            "files": {
                ".ansible/collections/ansible_collections/community/grafana/meta/runtime.yml": {
                    "action_groups": {"grafana": ["grafana_dashboard"]}
                }
            }
        }
    },
    "docs/trying-links.md": {"Tests in the inventory": {"files": {"inventory/hosts.yml": hosts(production={})}}},
    "docs/validating.md": {
        "Checking without Grafana": {
            "files": {
                "inventory/hosts.yml": hosts(production={}),
                "inventory/group_vars/all.yml": {
                    "grafana_correlations_list": [
                        {**ENTRY, "config": {**CONFIG, "transformations": [{**TRACE_ID, "expression": "traceID=("}]}}
                    ],
                    "grafana_correlations_list_payments": [
                        ENTRY,
                        external("Loki", "Open ticket", "ticket", "tickets.example.com/browse?id=${__value.raw}"),
                    ],
                },
            }
        }
    },
    "roles/grafana_correlations/README.md": {
        "Role `crosslink.grafana.grafana_correlations`": {"files": {"inventory": hosts(production={})}}
    },
}
