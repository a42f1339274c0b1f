# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is read for a plan, and when."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._grafana_state import Situation
from ansible_collections.crosslink.grafana.plugins.module_utils._route import Listing
from ansible_collections.crosslink.grafana.plugins.module_utils._survey import reread, sources_to_read, survey
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import entry, pinned, row, situation

READ_ONLY = "read-only"


class Route:
    """Answers from memory, and keeps what it was asked."""

    def __init__(self, *rows: Correlation, validates: bool = True, is_old: bool = False, **listing: t.Any) -> None:
        self.rows = list(rows)
        self.old = is_old
        self.validates = validates
        self.listing = listing
        self.asked: list[tuple[str, t.Any]] = []
        self.refused: tuple[str, ...] = ()

    def read(self, sources: t.Sequence[str] | None) -> Listing:
        self.asked.append(("read", sources))
        return Listing([one for one in self.rows if sources is None or one.source in sources], **self.listing)

    def is_old(self) -> bool:
        self.asked.append(("is_old", None))
        return self.old

    def reread(self, sources: t.Collection[str]) -> list[Correlation]:
        self.asked.append(("reread", sources))
        return [one for one in self.rows if one.source in sources]

    def refusal(self, uid: str) -> str | None:
        return "it is too long" if uid in self.refused else None


class DataSources:
    """The data sources loki, mimir and tempo, with the names Loki, Mimir and Tempo."""

    def __init__(self, *read_only: str) -> None:
        self.read_only = read_only
        self.asked: list[str] = []
        self.near_asked: list[str] = []

    @property
    def is_listed(self) -> bool:
        return bool(self.asked)

    def find(self, given: str) -> dict[str, t.Any] | None:
        self.asked.append(given)
        known = {"loki", "mimir", "tempo"}
        return {"uid": given.lower(), "name": given.title()} if given in known or given.lower() in known and given.istitle() else None

    def of_uid(self, uid: str) -> dict[str, t.Any] | None:
        self.asked.append(uid)
        return self.find(uid) if uid in {"loki", "mimir", "tempo"} else None

    def near(self, given: str) -> str:
        self.near_asked.append(given)
        return " (near %s)" % given

    def where(self, org_id: int | None) -> str:
        return " in organisation %s" % org_id

    def is_read_only(self, uid: str) -> bool:
        self.asked.append("%s of %s" % (READ_ONLY, uid))
        return uid in self.read_only


def surveyed(route: Route, data_sources: DataSources, *entries: t.Any, **more: t.Any) -> Situation:
    """A survey as a run makes it."""
    prune = "dangling" if more.get("dangling") else "none"
    listing = route.read(sources_to_read(t.cast(t.Any, route), entries, prune, more.get("more_sources", ())))
    return survey(t.cast(t.Any, route), listing, t.cast(t.Any, data_sources), entries, **more)


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
    assert sources_to_read(t.cast(t.Any, Route()), entries, prune, prune_sources) == sources


@pytest.mark.parametrize("entries, sources", [([entry()], ["loki"]), ([entry(1), entry(2, uid="u1")], None), ([pinned(source="loki")], None)])
def test_where_uids_may_be_chosen_they_are_looked_for_among_all_rows(entries, sources):
    assert sources_to_read(t.cast(t.Any, Route(validates=False)), entries, "none", []) == sources


# Data sources are only asked for when it matters


def test_rows_prove_their_data_sources():
    route, data_sources = Route(row()), DataSources()
    where = surveyed(route, data_sources, entry())
    assert (where.rows, where.uids, data_sources.asked) == (route.rows, {}, [])
    assert route.asked == [("read", ["loki"])]
    assert where.uid("loki") == "loki"


def test_a_source_that_the_read_proved_is_not_asked_for():
    route, data_sources = Route(sources={"loki"}), DataSources()
    surveyed(route, data_sources, entry(state="absent"))
    assert data_sources.asked == []


def test_a_source_without_rows_is_asked_for():
    data_sources = DataSources()
    where = surveyed(Route(), data_sources, entry(state="absent"))
    assert (where.uids, data_sources.asked) == ({"loki": "loki"}, ["loki"])


def test_the_rows_of_a_source_that_was_named_are_read_by_uid():
    route, data_sources = Route(row(), row("u2", source="mimir")), DataSources()
    where = surveyed(route, data_sources, entry(1, source="Loki"), entry(2, source="Mimir", state="absent"), entry(3, source="Loki", label="x"))
    assert route.asked == [("read", ["Loki", "Mimir"]), ("read", ["loki", "mimir"])]
    assert where.uids == {"Loki": "loki", "Mimir": "mimir"}
    assert [one.uid for one in where.rows] == ["u1", "u2"]
    assert data_sources.asked == ["Loki", "Mimir"]


def test_a_source_by_both_its_names_has_its_rows_once():
    route = Route(row())
    where = surveyed(route, DataSources(), entry(1), entry(2, source="Loki", label="x"))
    assert [one.uid for one in where.rows] == ["u1"]


def test_nothing_is_read_again_when_everything_was():
    route = Route(row(), whole=True)
    surveyed(route, DataSources(), entry(source="Loki"))
    assert route.asked == [("read", ["Loki"])]


def test_prune_sources_are_looked_up_too():
    route, data_sources = Route(row(), row("u2", source="mimir")), DataSources()
    where = surveyed(route, data_sources, entry(), more_sources=["Mimir", "gone"])
    assert where.uids == {"Mimir": "mimir", "gone": None}
    assert where.near == {"gone": " (near gone)"}
    assert [one.uid for one in where.rows] == ["u1", "u2"]


def test_a_source_that_is_not_there():
    data_sources = DataSources()
    where = surveyed(Route(), data_sources, entry(source="gone"))
    assert where.uids == {"gone": None, "tempo": "tempo"}
    assert (where.near, data_sources.near_asked) == ({"gone": " (near gone)"}, ["gone"])
    assert where.uid("gone") is None


# Targets


def test_the_target_of_a_create_is_looked_up_when_it_must_be_sure():
    data_sources = DataSources()
    where = surveyed(Route(row(label="x", target="other")), data_sources, entry())
    assert (where.uids, data_sources.asked) == ({"tempo": "tempo"}, ["tempo"])


def test_the_target_of_a_create_is_left_to_the_server_otherwise():
    data_sources = DataSources()
    where = surveyed(Route(row(label="x", target="other")), data_sources, entry(), thorough=False)
    assert (where.uids, data_sources.asked) == ({}, [])


def test_a_target_is_looked_up_where_that_is_free():
    data_sources = DataSources()
    surveyed(Route(row(label="x")), data_sources, entry(source="Loki", target="Tempo"), thorough=False)
    assert data_sources.asked == ["Loki", "Tempo"]


@pytest.mark.parametrize("thorough", [True, False])
@pytest.mark.parametrize("state", ["present", "absent", "ignored"])
def test_a_target_that_a_fitting_row_may_have_is_looked_up(thorough, state):
    for field in ("message", None):
        data_sources = DataSources()
        surveyed(Route(row()), data_sources, entry(target="Tempo", state=state, field=field), thorough=thorough)
        assert data_sources.asked == ["Tempo"]


@pytest.mark.parametrize("other", [{"label": "x"}, {"field": "x"}, {"type": "external"}])
@pytest.mark.parametrize("state", ["absent", "ignored"])
def test_a_target_without_a_fitting_row_does_not_matter(other, state):
    data_sources = DataSources()
    surveyed(Route(row(target="other", **other) if "type" not in other else row(**other)), data_sources, entry(target="Tempo", state=state))
    assert data_sources.asked == []


@pytest.mark.parametrize("state", ["present", "absent"])
def test_the_target_of_a_pinned_row_is_looked_up(state):
    data_sources = DataSources()
    surveyed(Route(row()), data_sources, pinned("u1", source="loki", target="Tempo", state=state), thorough=False)
    assert data_sources.asked == ["Tempo"]
    data_sources = DataSources()
    surveyed(Route(row()), data_sources, pinned("u9", source="loki", target="Tempo", state="absent"), thorough=False)
    assert data_sources.asked == []


def test_each_target_is_asked_for_once():
    data_sources = DataSources()
    entries = [entry(number, label=str(number), target="Tempo") for number in range(5)]
    surveyed(Route(row()), data_sources, *entries)
    assert data_sources.asked == ["Tempo"]


def test_an_external_one_has_no_target_to_look_up():
    data_sources = DataSources()
    surveyed(Route(row()), data_sources, entry(type="external"))
    assert data_sources.asked == []


# Old servers


def test_on_old_servers_a_read_only_source_has_read_only_rows():
    route, data_sources = Route(row(read_only=None), row("u2", source="mimir", read_only=None), old=True), DataSources("loki")
    where = surveyed(route, data_sources, entry(1), entry(2, source="mimir"))
    assert [(one.uid, one.read_only) for one in where.rows] == [("u1", True), ("u2", False)]
    assert (where.closed, where.old) == ({"loki"}, True)


def test_on_old_servers_a_source_without_rows_may_be_closed():
    where = surveyed(Route(old=True), DataSources("loki"), entry(source="Loki"))
    assert where.closed == {"loki"}


def test_what_a_row_says_itself_counts():
    route = Route(row(read_only=False), row("u2", read_only=None), old=True)
    where = surveyed(route, DataSources("loki"), entry())
    assert [one.read_only for one in where.rows] == [False, True]


@pytest.mark.parametrize("old, thorough", [(True, False), (False, True)])
def test_otherwise_nobody_asks_whether_a_source_is_read_only(old, thorough):
    data_sources = DataSources("loki")
    where = surveyed(Route(row(read_only=None), old=old), data_sources, entry(), thorough=thorough)
    assert where.closed == set()
    assert not [asked for asked in data_sources.asked if READ_ONLY in asked]


@pytest.mark.parametrize("is_old", [True, False])
def test_a_read_only_source_of_a_server_that_shows_no_row(is_old):
    """Only then the server is asked of which kind it is."""
    route = Route(is_old=is_old)
    where = surveyed(route, DataSources("loki"), entry())
    assert ("is_old", None) in route.asked
    assert (where.old, where.closed) == (is_old, {"loki"} if is_old else set())


@pytest.mark.parametrize(
    "route, wanted, more",
    [
        (Route(row()), entry(), {}),
        (Route(), entry(state="absent"), {}),
        (Route(), entry(source="mimir"), {}),
        (Route(old=True), entry(), {}),
        (Route(), entry(), {"thorough": False}),
    ],
    ids=["a row tells it", "absent", "writable source", "known to be old", "not thorough"],
)
def test_otherwise_nobody_asks_of_which_kind_the_server_is(route, wanted, more):
    surveyed(route, DataSources("loki"), wanted, **more)
    assert ("is_old", None) not in route.asked


def test_the_listing_itself_is_left_as_it_was_read():
    route = Route(row(read_only=None), old=True)
    listing = route.read(["loki"])
    survey(t.cast(t.Any, route), listing, t.cast(t.Any, DataSources("loki")), [entry()])
    assert [one.read_only for one in listing.rows] == [None]


# Where the server does not validate


def test_where_nothing_is_validated_rows_prove_nothing():
    data_sources = DataSources()
    where = surveyed(Route(row(), validates=False), data_sources, entry())
    assert (where.uids, where.new_uids) == ({"loki": "loki", "tempo": "tempo"}, True)


def test_where_nothing_is_validated_every_target_of_a_present_entry_is_looked_up():
    data_sources = DataSources()
    surveyed(Route(validates=False), data_sources, entry(), thorough=False)
    assert data_sources.asked == ["loki", "tempo"]


def test_where_nothing_is_validated_names_are_read_at_once():
    route = Route(row(), validates=False)
    surveyed(route, DataSources(), entry(source="Loki"))
    assert route.asked == [("read", ["Loki"])]


@pytest.mark.parametrize("thorough, refused", ((True, {"loki": "it is too long"}), (False, {})))
def test_which_data_sources_the_route_refuses(thorough, refused):
    route = Route(sources={"loki"})
    route.refused = ("loki", "mimir")
    found = surveyed(route, DataSources(), entry(1), entry(2, source="mimir", state="absent"), thorough=thorough)
    assert found.refused == refused


def test_which_data_sources_are_gone():
    route = Route(row(), row("u2", target="gone"), row("u3", source="lost"), row("u4", type="external"), row("u5", target="Tempo"), validates=False)
    assert surveyed(route, DataSources(), dangling=True).gone == {"gone", "lost", "Tempo"}
    assert surveyed(route, DataSources(), entry()).gone == set()


def test_where_the_server_validates_nothing_dangles():
    data_sources = DataSources()
    assert surveyed(Route(row()), data_sources, dangling=True).gone == set()
    assert data_sources.asked == []


# The rest


@pytest.mark.parametrize("partial", [True, False])
def test_whether_rows_may_have_been_missed(partial):
    assert surveyed(Route(row(), partial=partial), DataSources(), entry()).partial is partial


def test_more_rows_that_may_have_been_missed():
    class Second(Route):
        def read(self, sources: t.Sequence[str] | None) -> Listing:
            listing = super().read(sources)
            listing.partial = listing.old = sources == ["loki"]
            return listing

    where = surveyed(Second(row()), DataSources(), entry(source="Loki"))
    assert (where.partial, where.old) == (True, True)


def test_uids_that_were_not_looked_up_are_taken_for_uids():
    where = situation(uids={"Loki": "loki", "gone": None})
    assert [where.uid(given) for given in ("Loki", "gone", "other", None)] == ["loki", None, "other", None]


def test_rows_read_again_replace_those_of_their_sources():
    before = situation(row("u1"), row("u2", source="mimir"), uids={"a": "b"}, partial=True, old=True)
    route = Route(row("u3"), row("u4"), row("u5", source="mimir"))
    after = reread(t.cast(t.Any, route), before, {"loki"}, t.cast(t.Any, None), [])
    assert sorted(one.uid for one in after.rows) == ["u2", "u3", "u4"]
    assert (after.partial, after.old, after.uids) == (False, True, {"a": "b"})
    assert route.asked == [("reread", {"loki"})]
    assert (before.partial, len(before.rows)) == (True, 2)
