# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules, as AnsibleModule takes them; the documentation fragments describe them.

The aliases of connection options are the names that ``community.grafana`` has, so that one block of ``module_defaults``
serves both. ``_entry`` checks what is inside ``config``, and names the place of an error.
"""

from __future__ import annotations

import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._entry import (
    ABSENT,
    PRESENT,
    SOURCE_ALIASES,
    TARGET_ALIASES,
    TYPES,
)

Spec = t.Dict[str, t.Dict[str, t.Any]]


def connection_options() -> Spec:
    """How to reach and sign in to Grafana; the same for every module."""
    return {
        "url": {"type": "str", "aliases": ["grafana_url"]},
        "token": {"type": "str", "no_log": True, "aliases": ["grafana_api_key"]},
        "url_username": {"type": "str", "aliases": ["grafana_user"]},
        "url_password": {"type": "str", "no_log": True, "aliases": ["grafana_password"]},
        "org_id": {"type": "int"},
        "org_name": {"type": "str"},
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "client_cert": {"type": "path"},
        "client_key": {"type": "path", "no_log": False},
        "use_proxy": {"type": "bool", "default": True},
        "timeout": {"type": "int", "default": 30},
        "retries": {"type": "int", "default": 3},
        "http_headers": {"type": "dict"},
        "api": {"type": "str", "choices": ["auto", "legacy", "apis"], "default": "auto"},
    }


def conflict_options() -> Spec:
    """What to do about correlations that cannot simply be compared and updated."""
    return {
        "on_duplicate": {"type": "str", "choices": ["fail", "remove"], "default": "fail"},
        "on_provisioned": {"type": "str", "choices": ["fail", "skip"], "default": "fail"},
    }


def correlation_options() -> Spec:
    """One correlation."""
    return {
        "state": {"type": "str", "choices": [PRESENT, ABSENT], "default": PRESENT},
        "uid": {"type": "str"},
        "source": {"type": "str", "aliases": list(SOURCE_ALIASES)},
        "target": {"type": "str", "aliases": list(TARGET_ALIASES)},
        "label": {"type": "str"},
        "description": {"type": "str"},
        "type": {"type": "str", "choices": list(TYPES)},
        "config": {"type": "dict"},
    }


def entries_options() -> Spec:
    """Lists of correlations; ``_entries`` checks the entries, and names the place of an error."""
    return {
        "correlations": {"type": "list", "elements": "raw"},
        "src": {"type": "list", "elements": "str"},
        "origins": _origins_option(),
    }


def offline_options() -> Spec:
    """Lists of correlations for modules that ask no Grafana."""
    return {**entries_options(), "org_id": {"type": "int"}}


def _origins_option() -> dict[str, t.Any]:
    """The variables from which a list was joined."""
    return {
        "type": "list",
        "elements": "dict",
        "options": {"variable": {"type": "str", "required": True}, "count": {"type": "int", "required": True}},
    }


def tests_options() -> Spec:
    """Tests of the links that lists of correlations give; ``_link_tests`` checks them."""
    return {
        **offline_options(),
        "tests": {"type": "list", "elements": "raw"},
        "test_origins": _origins_option(),
        "junit": {"type": "path"},
    }


def list_options() -> Spec:
    """Lists of correlations, and how to apply them."""
    return {
        **entries_options(),
        "prune": {"type": "str", "choices": ["none", "sources", "all", "dangling"], "default": "none"},
        "prune_sources": {"type": "list", "elements": "str", "default": []},
        "max_deletions": {"type": "int"},
        "on_error": {"type": "str", "choices": ["stop", "continue"], "default": "stop"},
        "concurrency": {"type": "int", "default": 4},
        "title": {"type": "str"},
    }


def filter_options() -> Spec:
    """What to read."""
    described = correlation_options()
    return {
        **{name: described[name] for name in ("source", "target", "label", "uid", "type")},
        "provisioned": {"type": "bool"},
        "use_names": {"type": "bool", "default": False},
    }
