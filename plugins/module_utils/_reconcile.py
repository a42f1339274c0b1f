# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run of a module that writes: read, plan, apply."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._api_select import other_store_warning, read_first
from ansible_collections.crosslink.grafana.plugins.module_utils._apply import Outcome, apply_plan, predict
from ansible_collections.crosslink.grafana.plugins.module_utils._data_sources import DataSources
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    HttpError,
    InputErrors,
    NotFound,
    Problem,
    ReadOnly,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._grafana_state import GrafanaState
from ansible_collections.crosslink.grafana.plugins.module_utils._http_client import Client
from ansible_collections.crosslink.grafana.plugins.module_utils._lock import one_run_at_a_time
from ansible_collections.crosslink.grafana.plugins.module_utils._organization import choose_organization
from ansible_collections.crosslink.grafana.plugins.module_utils._plan import make_plan
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import DELETE, Plan, PlanOptions, Skipped
from ansible_collections.crosslink.grafana.plugins.module_utils._read_state import read_state, reread, sources_to_read
from ansible_collections.crosslink.grafana.plugins.module_utils._verified_write import VerifiedWriter
from ansible_collections.crosslink.grafana.plugins.module_utils._write_limiter import WriteLimiter


@dataclasses.dataclass(frozen=True)
class RunOptions:
    """How to carry out a plan; ``lock_folder`` is where runs of one user on this host wait for each other.

    With ``reads_names``, the names of the data sources are worth a request.
    """

    check_mode: bool = False
    reads_names: bool = False
    concurrency: int = 1
    stop_on_error: bool = True
    lock_folder: str | None = None


@dataclasses.dataclass
class Run:
    """What was planned and what became of it; ``org_id`` where options or answers tell it.

    ``names`` are those of data sources, by UID, as far as they are known, if there is anything to say about them.
    """

    plan: Plan
    outcomes: list[Outcome]
    org_id: int | None
    names: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    check_mode: bool = False

    def items(self) -> list[Outcome | Skipped]:
        """The writes and the skipped entries in the order of the entries; pruned correlations come last."""
        found: list[tuple[Entry | None, Outcome | Skipped]] = [(one.action.entry, one) for one in self.outcomes]
        found += [(one.entry, one) for one in self.plan.skipped]
        found.sort(key=lambda pair: pair[0].origin.order if pair[0] else 10**9)
        return [item for _entry, item in found]


def reconcile(
    client: Client,
    entries: t.Sequence[Entry],
    problems: t.Sequence[Problem],
    options: PlanOptions,
    run_options: RunOptions,
) -> Run:
    """Make Grafana hold what the entries describe.

    ``problems`` are those that the entries alone show; they are reported together with those that Grafana's state
    shows. Raises InputErrors before anything is written, and HttpError when reading fails. Failed writes are outcomes.
    """
    if problems:
        options = dataclasses.replace(options, max_deletions=None)  # with errors, the number of deletions is not known
    try:
        choose_organization(client)
        lock: t.ContextManager[t.Sequence[str]] = contextlib.nullcontext(())
        if run_options.lock_folder and not run_options.check_mode and not problems:
            lock = one_run_at_a_time(run_options.lock_folder, client.connection.url, client.org_id)
        with lock as warnings:
            run = _run(client, entries, problems, options, run_options)
    except HttpError:
        if problems:
            raise InputErrors(problems) from None
        raise
    run.plan.warnings += warnings
    return run


def _run(
    client: Client,
    entries: t.Sequence[Entry],
    problems: t.Sequence[Problem],
    options: PlanOptions,
    run_options: RunOptions,
) -> Run:
    data_sources = DataSources(client)
    api, listing = read_first(client, data_sources, lambda api: api.list(sources_to_read(api, entries, options)))

    def plan_from_state(resolve_all: bool) -> tuple[Plan, GrafanaState]:
        state = read_state(api, listing, data_sources, entries, options, resolve_all)
        plan = make_plan(entries, state, options)
        if state.maybe_incomplete and plan.sources_to_reread:
            state = reread(api, state, plan.sources_to_reread, data_sources, entries, resolve_all)
            plan = make_plan(entries, state, options)
        if problems or plan.problems:
            raise InputErrors([*problems, *plan.problems])
        return plan, state

    if run_options.check_mode:
        plan, state = plan_from_state(resolve_all=True)
        outcomes = predict(plan)
    else:
        writer = VerifiedWriter(api, WriteLimiter(run_options.concurrency), client.connection.retries)
        resolve_all = options.is_list or bool(problems)
        plan, state = plan_from_state(resolve_all)
        outcomes = apply_plan(plan, writer, run_options.concurrency, run_options.stop_on_error)
        if not resolve_all and any(isinstance(outcome.error, (NotFound, ReadOnly)) for outcome in outcomes):
            # For one correlation the server checks the data sources on the write, which costs no request; only when it
            # refuses one is it worth to find out which, and to say it as a list does.
            plan, state = plan_from_state(resolve_all=True)
            outcomes = apply_plan(plan, writer, run_options.concurrency, run_options.stop_on_error)
    found = [*state.correlations, *(outcome.correlation for outcome in outcomes if outcome.correlation is not None)]
    deleted = {action.existing.uid for action in plan.actions_of(DELETE) if action.existing is not None}
    known = next((one for one in found if one.uid and one.uid not in deleted), None)
    if not state.is_v9 and (known is not None or plan.actions):
        warning = other_store_warning(client, data_sources, api, known)
        plan.warnings += [warning] if warning else []
    org_id = client.org_id or next((one.org_id for one in found if one.org_id is not None), None)
    names = _names(data_sources, state, run_options.reads_names) if plan.actions or plan.skipped else {}
    return Run(plan, outcomes, org_id, names, run_options.check_mode)


def _names(data_sources: DataSources, state: GrafanaState, may_read: bool) -> dict[str, str]:
    """The names of data sources, by UID: those that are listed or that users wrote."""
    if may_read:
        with contextlib.suppress(HttpError):  # then UIDs are shown
            data_sources.all()
    as_written = {uid: name for name, uid in state.data_source_uids.items() if uid is not None and uid != name}
    return {**as_written, **data_sources.listed_names()}
