# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the modules of this collection without a playbook: options in, result out, in some hundredths of a second.

A module runs in a process of its own (see module_host.py), with an environment that holds only what the test puts
there, so that nothing of one run reaches the next.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

from tests.support.simulator import Simulator

HOST = Path(__file__).with_name("module_host.py")
# An interpreter to run modules with, other than the one of the tests.
PYTHON = os.environ.get("TEST_PYTHON_INTERPRETER") or sys.executable

Members = t.Dict[str, t.Any]


class Result(t.Dict[str, t.Any]):
    """What a module returned."""

    stdout = ""
    stderr = ""

    @property
    def failed(self) -> bool:
        return bool(self.get("failed"))

    @property
    def changed(self) -> bool:
        return bool(self.get("changed"))

    @property
    def msg(self) -> str:
        return str(self["msg"])

    @property
    def codes(self) -> list[str]:
        """The codes of all errors of the input, else the one of the failure."""
        return [error["code"] for error in self.get("errors", ())] or [self["code"]]

    @property
    def warnings(self) -> list[str]:
        # since ansible-core 2.19 a warning is an event
        return [
            warning if isinstance(warning, str) else warning["event"]["msg"] for warning in self.get("warnings", ())
        ]


class Host:
    """The process that runs modules, in a home of its own or in a given one, as several hosts of a local play do."""

    def __init__(self, home: Path | None = None) -> None:
        self._own_home = tempfile.TemporaryDirectory(prefix="crosslink-") if home is None else None
        self.home = Path(self._own_home.name) if self._own_home is not None else home or Path()
        self._process = subprocess.Popen(
            [PYTHON, str(HOST)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=self.home
        )

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        if self._own_home is not None:
            self._own_home.cleanup()

    def run(
        self,
        module: str,
        options: t.Mapping[str, t.Any],
        check: bool = False,
        environment: t.Mapping[str, str] | None = None,
    ) -> Result:
        """What the module returns for these options and environment variables, with diff."""
        assert self._process.stdin is not None and self._process.stdout is not None
        job = {
            "module": module,
            "arguments": {
                "_ansible_remote_tmp": str(self.home),
                "_ansible_diff": True,
                **options,
                "_ansible_check_mode": check,
                "_ansible_verbosity": 3,
            },
            "environment": {"HOME": str(self.home), "PATH": os.defpath, "LC_ALL": "C.UTF-8", **(environment or {})},
        }
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        try:
            result = Result(json.loads(answer["stdout"]))
        except ValueError:
            raise AssertionError(
                "%s did not return JSON:\n%s%s" % (module, answer["stdout"], answer["stderr"])
            ) from None
        result.stdout, result.stderr = answer["stdout"], answer["stderr"]
        assert result.failed == (answer["rc"] != 0), answer
        return result


class Module:
    """One module, with options for the connection that each call may replace (by None, which counts as not given).

    ``snapshot`` reads what the server holds; ``simulator`` is None for a real server.
    """

    def __init__(
        self, host: Host, name: str, options: Members, snapshot: t.Callable[[], t.Any], simulator: Simulator | None
    ) -> None:
        self._host = host
        self._name = name
        self._options = options
        self._snapshot = snapshot
        self._simulator = simulator

    def __call__(self, environment: t.Mapping[str, str] | None = None, **options: t.Any) -> Result:
        """A run that must succeed, between two others: one in check mode, which announces the same and writes nothing,
        and one that has nothing left to do."""
        announced = self.check(environment, **options)
        result = self.once(environment, **options)
        for name in ("changed", "diff", "summary", "removed"):
            assert announced.get(name) == result.get(name), "check mode announced another %s" % name
        assert announced.warnings == result.warnings
        again = self.once(environment, **options)
        assert not again.changed, "a second run changed %s" % again.get("diff")
        return result

    def once(self, environment: t.Mapping[str, str] | None = None, **options: t.Any) -> Result:
        """One run, which must succeed."""
        result = self.run(environment, **options)
        assert not result.failed, result.msg
        return result

    def check(self, environment: t.Mapping[str, str] | None = None, **options: t.Any) -> Result:
        """A run in check mode, which must succeed, and write nothing."""
        result = self._without_write(environment, options, check=True)
        assert not result.failed, result.msg
        return result

    def refuses(self, environment: t.Mapping[str, str] | None = None, **options: t.Any) -> Result:
        """A run that must fail, in check mode too and with the same sentence, with nothing written."""
        in_check_mode = self._without_write(environment, options, check=True)
        # A single create is sent without looking whether its data sources exist: the server refuses it then.
        result = self._without_write(environment, options, check=False, may_try=self._name == "grafana_correlation")
        assert result.failed and not result.changed, result
        assert in_check_mode.failed and in_check_mode.msg == result.msg, in_check_mode
        return result

    def refuses_when_real(self, environment: t.Mapping[str, str] | None = None, **options: t.Any) -> Result:
        """A run that must fail with nothing written, over the answer to a write, which check mode cannot know."""
        result = self._without_write(environment, options, check=False, may_try=True)
        assert result.failed and not result.changed, result
        return result

    def fails(self, environment: t.Mapping[str, str] | None = None, **options: t.Any) -> Result:
        """A run that must fail, maybe after something was written."""
        result = self.run(environment, **options)
        assert result.failed, result
        return result

    def run(self, environment: t.Mapping[str, str] | None = None, check: bool = False, **options: t.Any) -> Result:
        """One run."""
        return self._host.run(self._name, {**self._options, **options}, check, environment)

    def _without_write(
        self, environment: t.Mapping[str, str] | None, options: Members, check: bool, may_try: bool = False
    ) -> Result:
        before = self._snapshot()
        if self._simulator is not None:
            self._simulator.reset_counts()
        result = self.run(environment, check=check, **options)
        if self._simulator is not None:
            counts = self._simulator.counts()
            sent = counts.accepted() if may_try else counts.methods()
            assert sent == [], "something was written"
        assert self._snapshot() == before, "the server holds something else than before"
        return result
