# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From entries and correlations to what is written."""

from __future__ import annotations

import cProfile
import pstats
import subprocess
import sys
import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._plan import make_plan
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import CREATE, DELETE, UPDATE, Plan
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import entry, grafana_state, row
from ansible_collections.crosslink.grafana.tests.unit.plugins.planning import coded, planned

# The whole plan


def test_all_problems_are_found_together():
    state = grafana_state(row("u1", label="ro", read_only=True), uids={"gone": None})
    entries = [
        entry(1, target="gone"),
        entry(2, label="ro", description="D"),
        entry(3, field=None, label="new"),
        entry(4),
        entry(5),
    ]
    plan = planned(entries, state, prune="sources", prune_sources=["gone"])
    assert sorted(coded(plan)) == [
        (0, "data_source_not_found"),
        (1, "data_source_not_found"),
        (2, "provisioned"),
        (3, "missing_option"),
        (5, "duplicate_entry"),
    ]


def test_creates_then_updates_then_deletes():
    entries = [
        entry(1, label="gone", state="absent"),
        entry(2, description="D"),
        entry(3, label="new"),
        entry(4, label="b", description="D"),
        entry(5, label="n"),
    ]
    correlations = [row("u1"), row("u2", label="gone"), row("u3", label="b"), row("u4", label="extra")]
    plan = planned(entries, correlations, prune="sources")
    assert [action.operation for action in plan.actions] == [CREATE, CREATE, UPDATE, UPDATE, DELETE, DELETE]
    assert [action.entry.origin.order if action.entry else None for action in plan.actions] == [3, 5, 2, 4, 1, None]
    assert [len(plan.actions_of(kind)) for kind in (CREATE, UPDATE, DELETE)] == [2, 2, 2]


def test_an_empty_list():
    plan = planned([], [row()])
    assert plan == Plan()


def test_sources_of_entries_that_a_missed_correlation_would_change_are_read_again():
    correlations = [row("u1")]
    assert planned(entry(), correlations).sources_to_reread == set()
    assert planned(entry(description="D"), correlations).sources_to_reread == {"loki"}
    assert planned(entry(state="absent"), correlations).sources_to_reread == {"loki"}
    assert planned(entry(source="mimir"), correlations).sources_to_reread == {"mimir"}
    assert planned(entry(source="mimir", state="absent"), correlations).sources_to_reread == {"mimir"}
    assert planned(entry(source="mimir", uid="u9"), correlations).sources_to_reread == {"mimir"}


def test_a_plan_imports_no_requests():
    """A plan can be made where requests is not installed."""
    program = "import sys; sys.path[:] = %r; import %s; assert not {'requests', 'urllib3'} & set(sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program % (sys.path, make_plan.__module__)],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


# Many of one key


MANY = 3000


ONE_KEY: list[
    tuple[str, dict[str, t.Any], t.Callable[[int], dict[str, t.Any]], t.Callable[[int], dict[str, t.Any]]]
] = [
    ("nothing to change", {}, lambda n: {"description": str(n)}, lambda n: {"description": str(n)}),
    ("all change", {}, lambda n: {"description": str(n)}, lambda n: {"description": "was %d" % n}),
    (
        "pruned",
        {"prune": "sources"},
        lambda n: {"description": "even" if n == 0 else str(n)},
        lambda n: {"description": "was %d" % n},
    ),
    (
        "the editor's members",
        {},
        lambda n: {"query": {"n": n, "key": n} if n % 2 else {"n": n}},
        lambda n: {"query": {"n": n, "key": n}},
    ),
    ("all the same", {"on_duplicate": "remove"}, lambda n: {}, lambda n: {}),
    ("absent", {}, lambda n: {"state": "absent", "description": str(n)}, lambda n: {"description": str(n)}),
    (
        "absent, others there",
        {},
        lambda n: {"state": "absent", "description": str(n)},
        lambda n: {"description": "was %d" % n},
    ),
    (
        "ignored",
        {"prune": "sources"},
        lambda n: {"state": "ignored", "description": str(n)},
        lambda n: {"description": "was %d" % n},
    ),
    (
        "by uid and by key",
        {},
        lambda n: {"uid": "u%05d" % n if n % 2 else None, "description": str(n)},
        lambda n: {"description": str(n)},
    ),
    ("fields", {}, lambda n: {"field": str(n)}, lambda n: {"field": str(n)}),
    ("fields to be absent", {}, lambda n: {"field": str(n), "state": "absent"}, lambda n: {"field": str(n)}),
    (
        "contradictions",
        {},
        lambda n: {"state": ("present", "absent", "ignored")[n % 3], "description": str(n)},
        lambda n: {"description": str(n)},
    ),
]


@pytest.mark.parametrize("options, desired, there", [case[1:] for case in ONE_KEY], ids=[case[0] for case in ONE_KEY])
def test_the_work_grows_no_faster_than_the_list(options, desired, there):
    """Counted in calls of Python functions, which is the same on every machine."""

    def calls(size: int) -> int:
        entries, correlations = (
            [entry(n + 1, **desired(n)) for n in range(size)],
            [row("u%05d" % n, **there(n)) for n in range(size)],
        )
        profile = cProfile.Profile()
        profile.runcall(planned, entries, correlations, **options)
        return pstats.Stats(profile).total_calls

    assert calls(MANY) < 4 * calls(MANY // 3)
