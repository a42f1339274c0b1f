# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run: read, plan, apply. What the modules that write have in common."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._apply import Outcome, apply_plan, predict
from ansible_collections.crosslink.grafana.plugins.module_utils._client import Client
from ansible_collections.crosslink.grafana.plugins.module_utils._datasources import DataSources
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import HttpError, Mistakes, NotFound, ReadOnly
from ansible_collections.crosslink.grafana.plugins.module_utils._lock import one_run_at_a_time
from ansible_collections.crosslink.grafana.plugins.module_utils._organization import choose_organization
from ansible_collections.crosslink.grafana.plugins.module_utils._plan import DELETE, Plan, Rules, make_plan
from ansible_collections.crosslink.grafana.plugins.module_utils._choose_route import read_on_route, warning_of_another_store
from ansible_collections.crosslink.grafana.plugins.module_utils._survey import reread, sources_to_read, survey
from ansible_collections.crosslink.grafana.plugins.module_utils._verified_write import VerifiedWriter
from ansible_collections.crosslink.grafana.plugins.module_utils._write_limiter import WriteLimiter


@dataclasses.dataclass
class Run:
    """What was planned and what became of it; ``org_id`` where options or rows tell it."""

    plan: Plan
    outcomes: list[Outcome]
    org_id: int | None


def mistakes_in_order(found: t.Iterable[tuple[int, str]]) -> Mistakes:
    """One exception for all mistakes, in the order of the entries."""
    return Mistakes([sentence for _number, sentence in sorted(found, key=lambda mistake: mistake[0])])


def reconcile(
    client: Client,
    entries: t.Sequence[Entry],
    rules: Rules,
    mistakes: t.Sequence[tuple[int, str]] = (),
    check_mode: bool = False,
    concurrency: int = 1,
    stop_on_error: bool = True,
    lock_folder: str | None = None,
) -> Run:
    """Make Grafana hold what the entries say; with ``lock_folder`` one run of this user at a time.

    Raises Mistakes before anything is written: those that were found in the entries before, together with those that
    Grafana's state shows. Raises HttpError when reading fails. Failed writes are among the outcomes.

    For one correlation the server itself checks what would take a request more to look up: the write is tried first,
    and only when the server finds no data source, or a read-only one, is it looked at more closely.
    """
    if mistakes:
        rules = dataclasses.replace(rules, max_deletions=None)  # what would be deleted is known only when all entries are right
    try:
        choose_organization(client)
        writes = not (check_mode or mistakes)
        lock = one_run_at_a_time(lock_folder, client.connection.url, client.org_id) if writes and lock_folder else contextlib.nullcontext([])
        with lock as warnings:
            run = _read_and_apply(client, entries, rules, mistakes, check_mode, concurrency, stop_on_error)
    except HttpError:
        if mistakes:
            raise mistakes_in_order(mistakes) from None
        raise
    run.plan.warnings += warnings
    return run


def _read_and_apply(
    client: Client,
    entries: t.Sequence[Entry],
    rules: Rules,
    mistakes: t.Sequence[tuple[int, str]],
    check_mode: bool,
    concurrency: int,
    stop_on_error: bool,
) -> Run:
    data_sources = DataSources(client)
    route, listing = read_on_route(
        client, data_sources, lambda route: route.read(sources_to_read(route, entries, rules.prune, rules.prune_sources))
    )
    thorough = rules.whole or check_mode or bool(mistakes)
    while True:
        situation = survey(route, listing, data_sources, entries, rules.prune_sources, rules.prune == "dangling", thorough)
        plan = make_plan(entries, situation, rules)
        if situation.partial and plan.unproven:
            situation = reread(route, situation, plan.unproven, data_sources, entries, thorough)
            plan = make_plan(entries, situation, rules)
        if mistakes or plan.mistakes:
            raise mistakes_in_order([*mistakes, *plan.mistakes])
        if check_mode:
            outcomes = predict(plan)
            break
        writer = VerifiedWriter(route, WriteLimiter(concurrency), client.connection.retries)
        outcomes = apply_plan(plan, writer, concurrency, stop_on_error)
        if thorough or not any(isinstance(outcome.error, (NotFound, ReadOnly)) for outcome in outcomes):
            break
        thorough = True
    rows = [*situation.rows, *(outcome.row for outcome in outcomes if outcome.row is not None)]
    deleted = {action.row.uid for action in plan.of_kind(DELETE) if action.row is not None}
    known = next((row for row in rows if row.uid and row.uid not in deleted), None)
    if not listing.old and (known is not None or plan.actions):
        warning = warning_of_another_store(client, data_sources, route, known)
        plan.warnings += [warning] if warning else []
    org_id = client.org_id or next((row.org_id for row in rows if row.org_id is not None), None)
    return Run(plan, outcomes, org_id)
