# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers on SQLite that are busy, where a write may be answered with 200 and stored mixed: one run makes all right."""

from __future__ import annotations

import typing as t

import pytest

from tests.functional.conftest import Backend
from tests.support.grafana import Org
from tests.support.modules import Module

COUNT = 300


def entries(org: Org, word: str, members: t.Sequence[str] = (), **changes: t.Any) -> list[dict[str, t.Any]]:
    """Links whose queries, and transformations where the server knows them, say this word in these members."""
    config: dict[str, t.Any] = {"field": "message", "target": dict.fromkeys(members, word)}
    if org.generation != 9:
        config["transformations"] = [{"type": "regex", "expression": word, "map_value": word}]
    return [org.link(label="%03d" % number, config=config, **changes) for number in range(COUNT)]


def assert_exactly(org: Org, word: str, members: t.Sequence[str], description: str = "") -> None:
    """Nothing is lost, mixed or there twice."""
    rows = org.rows()
    assert [row.label for row in rows] == ["%03d" % number for number in range(COUNT)]
    assert {row.description for row in rows} == {description}
    desired = dict.fromkeys(members, word)
    assert [row.label for row in rows if row.query != desired] == []
    transformations = [] if org.generation == 9 else [{"type": "regex", "expression": word, "mapValue": word}]
    assert [row.label for row in rows if row.transformations != transformations] == []


@pytest.mark.parametrize("concurrency", [4, 8, 16])
def test_300_changed_queries_are_right_after_one_run(
    correlations: Module, org: Org, backend: Backend, concurrency: int
) -> None:
    correlations.once(correlations=entries(org, "old", ["a", "b"]), concurrency=8)
    if backend.simulator is not None:
        backend.simulator.reset_counts()
    result = correlations.once(correlations=entries(org, "new", ["b", "c"]), concurrency=concurrency)
    assert result["summary"]["updated"] == COUNT and result["summary"]["failed"] == 0
    assert "warnings" not in result, result.warnings
    assert_exactly(org, "new", ["b", "c"])
    if backend.simulator is not None and backend.options.get("api") != "apis":
        wrong = backend.simulator.counts().busy
        assert wrong["404" if org.generation == 9 else "mixed"], "none went wrong, so this proves nothing"
    assert not correlations.once(correlations=entries(org, "new", ["b", "c"])).changed


def test_everything_changes_at_once(correlations: Module, org: Org) -> None:
    correlations.once(correlations=entries(org, "old", ["a"], description="old"), concurrency=8)
    new = entries(org, "new", ["b"], description="new")
    result = correlations.once(correlations=new, concurrency=8)
    assert result["summary"]["updated"] == COUNT
    assert_exactly(org, "new", ["b"], "new")
    left = correlations.once(correlations=new[:50], prune="sources", concurrency=8)
    assert (left["summary"]["deleted"], len(org.rows())) == (COUNT - 50, 50)


def test_check_mode_says_the_same_as_the_run(correlations: Module, org: Org) -> None:
    correlations.once(correlations=entries(org, "old", ["a"]), concurrency=8)
    correlations(correlations=entries(org, "new", ["b"]), concurrency=4)
    assert_exactly(org, "new", ["b"])


def test_one_correlation(correlation: Module, org: Org, backend: Backend) -> None:
    if backend.simulator is not None:
        backend.simulator.set(busy="always", busy_share=0.4, busy_write_ms=1)
    for number in range(10):
        target = {"old %d" % number: 1}
        correlation(**org.link(config={"field": "message", "target": target}))
        assert org.only().query == target
