# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs modules for the tests, each in a process that is forked from this one, which has imported Ansible already.

Starting Python and importing Ansible and requests takes half a second, a fork some hundredths. Reads a job as a line of
JSON from its standard input (``module``, ``arguments``, ``environment``) and answers with a line (``rc``, ``stdout``,
``stderr``). It imports nothing of the tests, so that it runs with any Python that modules run with.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import runpy
import signal
import sys
import tempfile
import traceback
import typing as t

MODULES = "ansible_collections.crosslink.grafana.plugins.modules."
LONGEST_RUN = 120  # seconds


def run(job: dict[str, t.Any]) -> int:
    """Run the module in this process; returns the exit status."""
    from ansible.module_utils import basic

    arguments = {"ANSIBLE_MODULE_ARGS": job["arguments"]}
    basic._ANSIBLE_ARGS = json.dumps(arguments).encode()
    basic._ANSIBLE_PROFILE = "legacy"  # since ansible-core 2.19; earlier ones do not look at it
    try:
        runpy.run_module(MODULES + job["module"], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return int(end.code or 0)
    except BaseException:
        traceback.print_exc()
        return 70
    return 0


def forked(job: dict[str, t.Any]) -> dict[str, t.Any]:
    """Run the module in a child process; returns its exit status and output."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            signal.alarm(LONGEST_RUN)
            for target, source in ((0, os.open(os.devnull, os.O_RDONLY)), (1, out.fileno()), (2, err.fileno())):
                os.dup2(source, target)
            os.environ.clear()
            os.environ.update(job["environment"])
            status = run(job)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        _child, status = os.waitpid(child, 0)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
    return {
        "rc": os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status),
        "stdout": texts[0],
        "stderr": texts[1],
    }


def main() -> None:
    jobs, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    for name in ("grafana_correlation", "grafana_correlation_info", "grafana_correlations"):
        with contextlib.suppress(ImportError):  # then each job says so
            importlib.import_module(MODULES + name)
            del sys.modules[MODULES + name]
    for line in jobs:
        answers.write(json.dumps(forked(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
