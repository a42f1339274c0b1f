# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which runs wait for each other, and what they say."""

from __future__ import annotations

import contextlib
import stat
import typing as t
from pathlib import Path

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils import _lock
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import CrosslinkError
from ansible_collections.crosslink.grafana.plugins.module_utils._lock import LONGEST_WAIT, WARN_AFTER, one_run_at_a_time

URL = "https://grafana.example.com/grafana"
Held = t.Tuple[str, t.Optional[int]]


@pytest.fixture(autouse=True)
def waiting(clock: t.Any, monkeypatch: pytest.MonkeyPatch) -> t.Any:
    """The clock of the lock; ``on_sleep`` is called with the seconds that have passed."""
    monkeypatch.setattr(_lock, "time", clock)
    return clock


def waits(folder: Path, first: Held, second: Held) -> bool:
    """Whether the second run waits for the first one."""
    with one_run_at_a_time(str(folder), *first):
        try:
            with one_run_at_a_time(str(folder), *second):
                return False
        except CrosslinkError:
            return True


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((URL, None), (URL, None)),
        ((URL, 1), (URL, 1)),
        ((URL, None), (URL, 1)),
        ((URL, 1), (URL, None)),
        ((URL, 1), ("https://Grafana.EXAMPLE.com:443/grafana/", 1)),
        (("http://127.0.0.1", None), ("http://127.0.0.1:80/", None)),
        (("http://[::1]:3000", 1), ("http://[::1]:3000/", 1)),
    ],
    ids=["no number", "number", "first unknown", "second unknown", "spelling", "port", "ipv6"],
)
def test_runs_that_may_mean_the_same(tmp_path: Path, first: Held, second: Held) -> None:
    assert waits(tmp_path, first, second)


@pytest.mark.parametrize(
    "second",
    [
        (URL, 2),
        (URL + "2", 1),
        ("https://other.example.com/grafana", 1),
        ("https://grafana.example.com:8443/grafana", 1),
    ],
    ids=["organization", "path", "host", "port"],
)
def test_runs_that_mean_something_else(tmp_path: Path, second: Held) -> None:
    assert not waits(tmp_path, (URL, 1), second)


def test_the_lock_is_free_after_the_run_and_after_its_failure(tmp_path: Path) -> None:
    for org_id in (None, 1):
        with contextlib.suppress(ZeroDivisionError), one_run_at_a_time(str(tmp_path), URL, org_id):
            raise ZeroDivisionError
        with one_run_at_a_time(str(tmp_path), URL, org_id) as warnings:
            assert warnings == []


@pytest.mark.parametrize(("seconds", "told"), [(WARN_AFTER - 1, False), (WARN_AFTER + 7, True)])
def test_a_long_wait_is_told(tmp_path: Path, waiting: t.Any, seconds: int, told: bool) -> None:
    first = contextlib.ExitStack()
    first.enter_context(one_run_at_a_time(str(tmp_path), URL, None))
    started, sleep = waiting.now, waiting.sleep

    def until_the_first_ends(pause: float) -> None:
        sleep(pause)
        if waiting.now - started >= seconds:
            first.close()

    waiting.sleep = until_the_first_ends
    with one_run_at_a_time(str(tmp_path), URL, 1) as warnings:
        assert len(warnings) == int(told)
        assert all("%d seconds" % seconds in warning for warning in warnings)


def test_the_wait_has_an_end(tmp_path: Path, waiting: t.Any) -> None:
    started = waiting.now
    first, second = (one_run_at_a_time(str(tmp_path), URL, 1) for _run in range(2))
    with first, pytest.raises(CrosslinkError) as caught:
        second.__enter__()
    assert caught.value.code == "locked"
    assert "15 minutes" in str(caught.value) and "run again" in str(caught.value)
    assert [path for path in tmp_path.iterdir() if str(path) in str(caught.value)] != []
    assert LONGEST_WAIT <= waiting.now - started < LONGEST_WAIT + 1


def test_the_folder_is_made_and_only_the_user_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / ".ansible" / "tmp"
    with one_run_at_a_time(str(folder), URL, 1) as warnings:
        assert warnings == []
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700 and modes == {0o600}


def says(warnings: t.Sequence[str], folder: t.Any, reason: str) -> bool:
    """Whether the one warning names the folder and the reason, and what can happen."""
    [warning] = warnings
    return "%s (%s)" % (folder, reason) in warning and "create a correlation twice" in warning


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = str(tmp_path / "file" / "tmp")
    with one_run_at_a_time(folder, URL, None) as warnings:
        assert says(warnings, folder, "Not a directory")


def test_a_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(descriptor: int, kind: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(_lock.fcntl, "flock", flock)
    with one_run_at_a_time(str(tmp_path), URL, 1) as warnings:
        assert says(warnings, tmp_path, "No locks available")


def test_a_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_lock, "FCNTL_IMPORT_ERROR", ImportError("No module named 'fcntl'"))
    with one_run_at_a_time(str(tmp_path), URL, 1) as warnings:
        assert says(warnings, tmp_path, "No module named 'fcntl'")


def test_a_link_in_a_shared_folder_is_not_followed(tmp_path: Path) -> None:
    """Another user could have the file of somebody emptied or locked with one."""
    folder = tmp_path / "shared"
    with one_run_at_a_time(str(folder), URL, None):
        pass
    [path] = folder.iterdir()
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    with one_run_at_a_time(str(folder), URL, None) as warnings:
        assert says(warnings, folder, "Too many levels of symbolic links")
    assert not (tmp_path / "elsewhere").exists()
