# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is read for a plan, and when."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._api import CorrelationsApi, Listing, NewCorrelation
from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._data_sources import DataSource, DataSources
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._grafana_state import GrafanaState
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import PlanOptions
from ansible_collections.crosslink.grafana.plugins.module_utils._read_state import read_state, reread, sources_to_read
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import entry, grafana_state, pinned, row

READ_ONLY = "read-only"


class FakeApi(CorrelationsApi):
    """Answers from memory, and keeps what it was asked. It can only read."""

    rejects_duplicates = True
    inconclusive_statuses = ()

    def __init__(
        self, *held: Correlation, validates: bool = True, server_is_v9: bool = False, **listing: t.Any
    ) -> None:
        self.held = list(held)
        self.server_is_v9 = server_is_v9
        self.validates_data_sources = validates
        self.listing = listing
        self.asked: list[tuple[str, t.Any]] = []
        self.refused: tuple[str, ...] = ()

    def list(self, sources: t.Sequence[str] | None) -> Listing:
        self.asked.append(("list", sources))
        return Listing([one for one in self.held if sources is None or one.source in sources], **self.listing)

    def is_v9(self) -> bool:
        self.asked.append(("is_v9", None))
        return self.server_is_v9

    def list_completely(self, sources: t.Collection[str]) -> t.Sequence[Correlation]:
        self.asked.append(("list_completely", sources))
        return [one for one in self.held if one.source in sources]

    def refusal(self, uid: str) -> str | None:
        return "it is too long" if uid in self.refused else None

    def get(self, source: str, uid: str) -> Correlation | None:
        raise NotImplementedError

    def uids_to_try(self, new: NewCorrelation) -> t.Iterable[str | None]:
        raise NotImplementedError

    def post(self, new: NewCorrelation) -> Correlation:
        raise NotImplementedError

    def find_posted(self, new: NewCorrelation) -> Correlation | None:
        raise NotImplementedError

    def patch(self, existing: Correlation, desired: Correlation, names: t.Collection[str]) -> Correlation:
        raise NotImplementedError

    def delete(self, existing: Correlation) -> None:
        raise NotImplementedError

    def current(self, existing: Correlation) -> Correlation | None:
        raise NotImplementedError


class FakeDataSources(DataSources):
    """The data sources loki, mimir and tempo, with the names Loki, Mimir and Tempo; keeps what it was asked."""

    def __init__(self, *read_only: str) -> None:
        self.read_only = read_only
        self.asked: list[str] = []
        self.hints_asked: list[str] = []

    @property
    def is_listed(self) -> bool:
        return bool(self.asked)

    def find(self, name: str) -> DataSource | None:
        self.asked.append(name)
        known = {"loki", "mimir", "tempo"}
        is_name = name.lower() in known and name.istitle()
        return {"uid": name.lower(), "name": name.title()} if name in known or is_name else None

    def of_uid(self, uid: str) -> DataSource | None:
        self.asked.append(uid)
        return self.find(uid) if uid in {"loki", "mimir", "tempo"} else None

    def did_you_mean(self, name: str) -> str:
        self.hints_asked.append(name)
        return " (near %s)" % name

    def where(self, org_id: int | None) -> str:
        return " in organization %s" % org_id

    def is_read_only(self, uid: str) -> bool:
        self.asked.append("%s of %s" % (READ_ONLY, uid))
        return uid in self.read_only


def state_of(
    api: FakeApi, data_sources: DataSources, *entries: Entry, resolve_all: bool = True, **options: t.Any
) -> GrafanaState:
    """What a run reads for these entries."""
    plan_options = PlanOptions(**options)
    listing = api.list(sources_to_read(api, entries, plan_options))
    return read_state(api, listing, data_sources, entries, plan_options, resolve_all)


# Which sources are read


@pytest.mark.parametrize(
    "entries, prune, prune_sources, sources",
    [
        ([], "none", [], []),
        ([entry()], "none", [], ["loki"]),
        ([entry(1), entry(2, label="x"), entry(3, source="mimir")], "none", [], ["loki", "mimir"]),
        ([entry(source="mimir")], "sources", ["loki", "mimir", "x"], ["mimir", "loki", "x"]),
        ([entry()], "all", [], None),
        ([entry()], "dangling", [], None),
        ([], "all", [], None),
        ([pinned()], "none", [], None),
        ([pinned(source="loki")], "none", [], ["loki"]),
        ([entry(state="absent")], "none", [], ["loki"]),
        ([entry(state="ignored")], "none", [], ["loki"]),
    ],
)
def test_sources_to_read(entries, prune, prune_sources, sources):
    options = PlanOptions(prune=prune, prune_sources=prune_sources)
    assert sources_to_read(FakeApi(), entries, options) == sources


@pytest.mark.parametrize(
    "entries, sources", [([entry()], ["loki"]), ([entry(1), entry(2, uid="u1")], None), ([pinned(source="loki")], None)]
)
def test_where_uids_may_be_chosen_they_are_looked_for_among_all_correlations(entries, sources):
    assert sources_to_read(FakeApi(validates=False), entries, PlanOptions()) == sources


# Data sources are only asked for when it matters


def test_correlations_prove_their_data_sources():
    api, data_sources = FakeApi(row()), FakeDataSources()
    state = state_of(api, data_sources, entry())
    assert (state.correlations, state.data_source_uids, data_sources.asked) == (api.held, {}, [])
    assert api.asked == [("list", ["loki"])]
    assert state.uid_of("loki") == "loki"


def test_a_source_that_the_read_proved_is_not_asked_for():
    api, data_sources = FakeApi(existing_sources={"loki"}), FakeDataSources()
    state_of(api, data_sources, entry(state="absent"))
    assert data_sources.asked == []


def test_a_source_without_correlations_is_asked_for():
    data_sources = FakeDataSources()
    state = state_of(FakeApi(), data_sources, entry(state="absent"))
    assert (state.data_source_uids, data_sources.asked) == ({"loki": "loki"}, ["loki"])


def test_the_correlations_of_a_source_that_was_named_are_read_by_uid():
    api, data_sources = FakeApi(row(), row("u2", source="mimir")), FakeDataSources()
    state = state_of(
        api,
        data_sources,
        entry(1, source="Loki"),
        entry(2, source="Mimir", state="absent"),
        entry(3, source="Loki", label="x"),
    )
    assert api.asked == [("list", ["Loki", "Mimir"]), ("list", ["loki", "mimir"])]
    assert state.data_source_uids == {"Loki": "loki", "Mimir": "mimir"}
    assert [one.uid for one in state.correlations] == ["u1", "u2"]
    assert data_sources.asked == ["Loki", "Mimir"]


def test_a_source_by_both_its_names_has_its_correlations_once():
    api = FakeApi(row())
    state = state_of(api, FakeDataSources(), entry(1), entry(2, source="Loki", label="x"))
    assert [one.uid for one in state.correlations] == ["u1"]


def test_nothing_is_read_again_when_everything_was():
    api = FakeApi(row(), covers_all_sources=True)
    state_of(api, FakeDataSources(), entry(source="Loki"))
    assert api.asked == [("list", ["Loki"])]


def test_prune_sources_are_looked_up_too():
    api, data_sources = FakeApi(row(), row("u2", source="mimir")), FakeDataSources()
    state = state_of(api, data_sources, entry(), prune="sources", prune_sources=["Mimir", "gone"])
    assert state.data_source_uids == {"Mimir": "mimir", "gone": None}
    assert state.did_you_mean == {"gone": " (near gone)"}
    assert [one.uid for one in state.correlations] == ["u1", "u2"]


def test_a_source_that_is_not_there():
    data_sources = FakeDataSources()
    state = state_of(FakeApi(), data_sources, entry(source="gone"))
    assert state.data_source_uids == {"gone": None, "tempo": "tempo"}
    assert (state.did_you_mean, data_sources.hints_asked) == ({"gone": " (near gone)"}, ["gone"])
    assert state.uid_of("gone") is None


# Targets


def test_the_target_of_a_create_is_looked_up_when_it_must_be_sure():
    data_sources = FakeDataSources()
    state = state_of(FakeApi(row(label="x", target="other")), data_sources, entry())
    assert (state.data_source_uids, data_sources.asked) == ({"tempo": "tempo"}, ["tempo"])


def test_the_target_of_a_create_is_left_to_the_server_otherwise():
    data_sources = FakeDataSources()
    state = state_of(FakeApi(row(label="x", target="other")), data_sources, entry(), resolve_all=False)
    assert (state.data_source_uids, data_sources.asked) == ({}, [])


def test_a_target_is_looked_up_where_that_is_free():
    data_sources = FakeDataSources()
    state_of(FakeApi(row(label="x")), data_sources, entry(source="Loki", target="Tempo"), resolve_all=False)
    assert data_sources.asked == ["Loki", "Tempo"]


@pytest.mark.parametrize("resolve_all", [True, False])
@pytest.mark.parametrize("state", ["present", "absent", "ignored"])
def test_a_target_that_a_fitting_correlation_may_have_is_looked_up(resolve_all, state):
    for field in ("message", None):
        data_sources = FakeDataSources()
        state_of(FakeApi(row()), data_sources, entry(target="Tempo", state=state, field=field), resolve_all=resolve_all)
        assert data_sources.asked == ["Tempo"]


@pytest.mark.parametrize("other", [{"label": "x"}, {"field": "x"}, {"type": "external"}])
@pytest.mark.parametrize("state", ["absent", "ignored"])
def test_a_target_without_a_fitting_correlation_does_not_matter(other, state):
    data_sources = FakeDataSources()
    state_of(
        FakeApi(row(target="other", **other) if "type" not in other else row(**other)),
        data_sources,
        entry(target="Tempo", state=state),
    )
    assert data_sources.asked == []


@pytest.mark.parametrize("state", ["present", "absent"])
def test_the_target_of_a_pinned_correlation_is_looked_up(state):
    data_sources = FakeDataSources()
    state_of(FakeApi(row()), data_sources, pinned("u1", source="loki", target="Tempo", state=state), resolve_all=False)
    assert data_sources.asked == ["Tempo"]
    data_sources = FakeDataSources()
    state_of(
        FakeApi(row()), data_sources, pinned("u9", source="loki", target="Tempo", state="absent"), resolve_all=False
    )
    assert data_sources.asked == []


def test_each_target_is_asked_for_once():
    data_sources = FakeDataSources()
    entries = [entry(number, label=str(number), target="Tempo") for number in range(5)]
    state_of(FakeApi(row()), data_sources, *entries)
    assert data_sources.asked == ["Tempo"]


def test_an_external_one_has_no_target_to_look_up():
    data_sources = FakeDataSources()
    state_of(FakeApi(row()), data_sources, entry(type="external"))
    assert data_sources.asked == []


# Old servers


def test_on_old_servers_a_read_only_source_has_read_only_correlations():
    api, data_sources = (
        FakeApi(row(read_only=None), row("u2", source="mimir", read_only=None), is_v9=True),
        FakeDataSources("loki"),
    )
    state = state_of(api, data_sources, entry(1), entry(2, source="mimir"))
    assert [(one.uid, one.read_only) for one in state.correlations] == [("u1", True), ("u2", False)]
    assert (state.read_only_sources, state.is_v9) == ({"loki"}, True)


def test_on_old_servers_a_source_without_correlations_may_be_closed():
    state = state_of(FakeApi(is_v9=True), FakeDataSources("loki"), entry(source="Loki"))
    assert state.read_only_sources == {"loki"}


def test_what_a_correlation_says_itself_counts():
    api = FakeApi(row(read_only=False), row("u2", read_only=None), is_v9=True)
    state = state_of(api, FakeDataSources("loki"), entry())
    assert [one.read_only for one in state.correlations] == [False, True]


@pytest.mark.parametrize("is_v9, resolve_all", [(True, False), (False, True)])
def test_otherwise_nobody_asks_whether_a_source_is_read_only(is_v9, resolve_all):
    data_sources = FakeDataSources("loki")
    state = state_of(FakeApi(row(read_only=None), is_v9=is_v9), data_sources, entry(), resolve_all=resolve_all)
    assert not state.read_only_sources
    assert not [asked for asked in data_sources.asked if READ_ONLY in asked]


@pytest.mark.parametrize("is_v9", [True, False])
def test_a_read_only_source_of_a_server_that_shows_no_correlation(is_v9):
    """Only then the server is asked of which kind it is."""
    api = FakeApi(server_is_v9=is_v9)
    state = state_of(api, FakeDataSources("loki"), entry())
    assert ("is_v9", None) in api.asked
    assert (state.is_v9, set(state.read_only_sources)) == (is_v9, {"loki"} if is_v9 else set())


@pytest.mark.parametrize(
    "api, wanted, more",
    [
        (FakeApi(row()), entry(), {}),
        (FakeApi(), entry(state="absent"), {}),
        (FakeApi(), entry(source="mimir"), {}),
        (FakeApi(is_v9=True), entry(), {}),
        (FakeApi(), entry(), {"resolve_all": False}),
    ],
    ids=["a correlation tells it", "absent", "writable source", "known to be old", "resolve_all=False"],
)
def test_otherwise_nobody_asks_of_which_kind_the_server_is(api, wanted, more):
    state_of(api, FakeDataSources("loki"), wanted, **more)
    assert ("is_v9", None) not in api.asked


def test_the_listing_itself_is_left_as_it_was_read():
    api = FakeApi(row(read_only=None), is_v9=True)
    listing = api.list(["loki"])
    read_state(api, listing, FakeDataSources("loki"), [entry()], PlanOptions())
    assert [one.read_only for one in listing.correlations] == [None]


# Where the server does not validate


def test_where_nothing_is_validated_correlations_prove_nothing():
    data_sources = FakeDataSources()
    state = state_of(FakeApi(row(), validates=False), data_sources, entry())
    assert (state.data_source_uids, state.accepts_client_uid) == ({"loki": "loki", "tempo": "tempo"}, True)


def test_where_nothing_is_validated_every_target_of_a_present_entry_is_looked_up():
    data_sources = FakeDataSources()
    state_of(FakeApi(validates=False), data_sources, entry(), resolve_all=False)
    assert data_sources.asked == ["loki", "tempo"]


def test_where_nothing_is_validated_names_are_read_at_once():
    api = FakeApi(row(), validates=False)
    state_of(api, FakeDataSources(), entry(source="Loki"))
    assert api.asked == [("list", ["Loki"])]


@pytest.mark.parametrize("resolve_all, refused", ((True, {"loki": "it is too long"}), (False, {})))
def test_which_data_sources_the_api_refuses(resolve_all, refused):
    api = FakeApi(existing_sources={"loki"})
    api.refused = ("loki", "mimir")
    found = state_of(
        api, FakeDataSources(), entry(1), entry(2, source="mimir", state="absent"), resolve_all=resolve_all
    )
    assert found.refused_data_sources == refused


def test_which_data_sources_are_gone():
    api = FakeApi(
        row(),
        row("u2", target="gone"),
        row("u3", source="lost"),
        row("u4", type="external"),
        row("u5", target="Tempo"),
        validates=False,
    )
    assert state_of(api, FakeDataSources(), prune="dangling").missing_data_sources == {"gone", "lost", "Tempo"}
    assert not state_of(api, FakeDataSources(), entry()).missing_data_sources


def test_where_the_server_validates_nothing_dangles():
    data_sources = FakeDataSources()
    assert not state_of(FakeApi(row()), data_sources, prune="dangling").missing_data_sources
    assert data_sources.asked == []


# The rest


@pytest.mark.parametrize("partial", [True, False])
def test_whether_correlations_may_have_been_missed(partial):
    assert state_of(FakeApi(row(), maybe_incomplete=partial), FakeDataSources(), entry()).maybe_incomplete is partial


def test_more_correlations_that_may_have_been_missed():
    class Second(FakeApi):
        def list(self, sources: t.Sequence[str] | None) -> Listing:
            is_second = sources == ["loki"]
            return dataclasses.replace(super().list(sources), maybe_incomplete=is_second, is_v9=is_second)

    state = state_of(Second(row()), FakeDataSources(), entry(source="Loki"))
    assert (state.maybe_incomplete, state.is_v9) == (True, True)


def test_uids_that_were_not_looked_up_are_taken_for_uids():
    state = grafana_state(uids={"Loki": "loki", "gone": None})
    assert [state.uid_of(given) for given in ("Loki", "gone", "other", None)] == ["loki", None, "other", None]


def test_correlations_read_again_replace_those_of_their_sources():
    before = grafana_state(row("u1"), row("u2", source="mimir"), uids={"a": "b"}, maybe_incomplete=True, is_v9=True)
    api = FakeApi(row("u3"), row("u4"), row("u5", source="mimir"))
    data_sources = FakeDataSources()
    after = reread(api, before, {"loki"}, data_sources, [])
    assert data_sources.asked == []
    assert sorted(one.uid for one in after.correlations) == ["u2", "u3", "u4"]
    assert (after.maybe_incomplete, after.is_v9, after.data_source_uids) == (False, True, {"a": "b"})
    assert api.asked == [("list_completely", {"loki"})]
    assert (before.maybe_incomplete, len(before.correlations)) == (True, 2)
