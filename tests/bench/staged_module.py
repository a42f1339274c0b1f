# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs grafana_correlations on the options that it reads as JSON, and prints the seconds of each stage as its last
line."""

from __future__ import annotations

import contextlib
import json
import sys
import time
import typing as t

START = time.perf_counter()
STAGES: dict[str, float] = {}


def timed(holder: t.Any, name: str, stage: str) -> None:
    """Add the time of a function, as its module sees it, to a stage."""
    function = getattr(holder, name)

    def run(*arguments: t.Any, **options: t.Any) -> t.Any:
        start = time.perf_counter()
        try:
            return function(*arguments, **options)
        finally:
            STAGES[stage] = STAGES.get(stage, 0.0) + time.perf_counter() - start

    setattr(holder, name, run)


def main() -> None:
    options = sys.stdin.read()
    START_OF_IMPORTS = time.perf_counter()
    from ansible.module_utils import basic

    from ansible_collections.crosslink.grafana.plugins.module_utils import _module, _reconcile
    from ansible_collections.crosslink.grafana.plugins.modules import grafana_correlations

    STAGES["imports"] = time.perf_counter() - START_OF_IMPORTS
    basic._ANSIBLE_ARGS = b'{"ANSIBLE_MODULE_ARGS": %s}' % options.encode()
    basic._ANSIBLE_PROFILE = "legacy"  # since ansible-core 2.19; earlier ones do not look at it
    timed(_module.GrafanaModule, "__init__", "options (Ansible's own)")
    timed(grafana_correlations, "given_entries", "check the entries")
    timed(_reconcile, "read_first", "read")
    timed(_reconcile, "make_plan", "plan")
    timed(grafana_correlations, "result_of_list", "result")
    timed(_module.GrafanaModule, "exit_json", "exit (Ansible's own)")
    with contextlib.suppress(SystemExit):
        grafana_correlations.main()
    print()
    print(json.dumps(STAGES))


if __name__ == "__main__":
    main()
