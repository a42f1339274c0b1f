# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be known about lists without a Grafana. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import EMPTY_MEMBERS, EXTERNAL, api_config
from ansible_collections.crosslink.grafana.plugins.module_utils._entries import Entries
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import PRESENT, Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError, Problem, in_order
from ansible_collections.crosslink.grafana.plugins.module_utils._external_url import (
    WITH_SPACE,
    WITHOUT_SCHEME,
    check_external_url,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._grafana_state import GrafanaState
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_resolve import (
    group_by_state,
    missing_data_sources,
    resolve,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import Plan, PlanOptions
from ansible_collections.crosslink.grafana.plugins.module_utils._size import too_long
from ansible_collections.crosslink.grafana.plugins.module_utils._text import did_you_mean
from ansible_collections.crosslink.grafana.plugins.module_utils._validator import Validator

ESCAPED_DOLLAR = "escaped_dollar"
# What Grafana takes, but hardly anybody means.
ACCEPTABLE = (ESCAPED_DOLLAR, WITHOUT_SCHEME, WITH_SPACE)


@dataclasses.dataclass
class Findings:
    """What a review has to see: errors have to be corrected, warnings may be right."""

    errors: list[Problem]
    warnings: list[Problem]


def validate(found: Entries, state: GrafanaState, accepted: t.Collection[str] = ()) -> Findings:
    """The errors and warnings of entries that were read; ``accepted`` are those of ACCEPTABLE that are only warnings.

    Without a list of data sources, the state is empty, and every name counts as a UID.
    """
    plan = Plan()
    group_by_state(resolve(found.entries, state, PlanOptions(is_list=True), plan), plan)
    problems = [*found.problems, *plan.problems]
    warnings = list(found.warnings)
    for entry in found.entries:
        if entry.state != PRESENT:
            message = " and ".join(missing_data_sources(entry, state))
            warnings += [Problem("data_source_not_found", message, entry.origin)] if message else []
        elif not entry.has_errors:
            validator = Validator(entry.origin)
            _check_content(validator, entry)
            problems += validator.problems
            warnings += validator.warnings
    all_found = [*problems, *(one for one in warnings if one.code == ESCAPED_DOLLAR)]
    rest = [one for one in warnings if one.code != ESCAPED_DOLLAR]
    return Findings(
        errors=in_order(one for one in all_found if one.code not in accepted),
        warnings=in_order([*rest, *(one for one in all_found if one.code in accepted)]),
    )


def _check_content(validator: Validator, entry: Entry) -> None:
    members = {**EMPTY_MEMBERS, **entry.members}
    if entry.type == EXTERNAL:
        check_external_url(validator, members["config.target"]["url"])
    message = too_long(members["label"], members["description"], api_config(members))
    if message is not None:
        validator.error("too_long", message)


def state_of_data_sources(data_sources: t.Sequence[t.Any] | None, entries: t.Iterable[Entry]) -> GrafanaState:
    """A Grafana that has these data sources (mappings with ``uid`` and ``name``, as its API lists them) and no
    correlations; None if they are not known. Raises InputError."""
    if data_sources is None:
        return GrafanaState([], {})
    if not data_sources:
        raise InputError("data_sources is empty: give the data sources of the Grafana, or omit it.", "empty_option")
    for index, one in enumerate(data_sources):
        if not isinstance(one, dict) or not all(isinstance(one.get(name), str) for name in ("uid", "name")):
            message = "data_sources[%d] has no uid and name: give the items of Grafana's /api/datasources."
            raise InputError(message % index, "invalid_value")
    uids = {one["name"]: one["uid"] for one in data_sources}
    uids.update((one["uid"], one["uid"]) for one in data_sources)  # a UID takes precedence over an equal name
    names = {name for entry in entries for name in (entry.source, entry.target) if name is not None}
    missing = names - uids.keys()
    return GrafanaState(
        [],
        {**uids, **dict.fromkeys(missing, None)},
        did_you_mean={name: did_you_mean(name, uids) for name in missing},
        where=" in data_sources",
    )
