# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many write at once."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._write_limiter import (
    FIRST_PATIENCE,
    LONGEST_PATIENCE,
    WriteLimiter,
)


def successes(limiter: WriteLimiter, number: int) -> None:
    for _time in range(number):
        limiter.note_success()


@pytest.mark.parametrize("most, limits", [(1, [1, 1]), (4, [2, 1, 1]), (5, [2, 1]), (16, [8, 4, 2, 1, 1])])
def test_contention_halves_the_number(most, limits):
    limiter, seen = WriteLimiter(most), []
    for _limit in limits:
        limiter.note_contention()
        seen.append(limiter.limit)
    assert seen == limits


def test_it_comes_back_one_at_a_time():
    limiter = WriteLimiter(4)
    limiter.note_contention()
    successes(limiter, 2 * FIRST_PATIENCE - 1)
    assert limiter.limit == 2
    successes(limiter, 1)
    assert limiter.limit == 3
    successes(limiter, 2 * FIRST_PATIENCE)
    assert limiter.limit == 4
    successes(limiter, 20 * FIRST_PATIENCE)
    assert limiter.limit == 4


def test_more_contention_asks_for_more_patience():
    limiter = WriteLimiter(2)
    for patience in (64, 128, 256, 512, 1024, LONGEST_PATIENCE):
        limiter.note_contention()
        successes(limiter, patience - 1)
        assert limiter.limit == 1
        successes(limiter, 1)
        assert limiter.limit == 2


def test_contention_in_between_starts_the_count_again():
    limiter = WriteLimiter(2)
    limiter.note_contention()
    successes(limiter, 2 * FIRST_PATIENCE - 1)
    limiter.note_contention()
    successes(limiter, 2 * FIRST_PATIENCE - 1)
    assert limiter.limit == 1


@pytest.mark.parametrize("most, contention, together", [(4, 0, 4), (4, 1, 2), (4, 2, 1)])
def test_no_more_than_the_limit_have_a_turn(most, contention, together):
    limiter, seen, lock = WriteLimiter(most), [0, 0], threading.Lock()
    for _time in range(contention):
        limiter.note_contention()
    full = threading.Barrier(together, timeout=30)

    def write() -> None:
        with limiter.turn():
            with lock:
                seen[0] += 1
                seen[1] = max(seen)
            full.wait()  # breaks where fewer have a turn
            with lock:
                seen[0] -= 1

    threads = [threading.Thread(target=write) for _thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert seen == [0, together]


def test_a_failed_write_gives_its_turn_back():
    limiter = WriteLimiter(1)
    with pytest.raises(ZeroDivisionError), limiter.turn():
        raise ZeroDivisionError
    with limiter.turn():
        pass
