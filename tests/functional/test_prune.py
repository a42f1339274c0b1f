# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pruning: what it removes, what it never touches, and what it refuses."""

from __future__ import annotations

import pytest

from tests.functional.conftest import NewOrg
from tests.support.grafana import Org
from tests.support.modules import Module
from tests.support.simulator import Simulator

BARE = {"field": "message", "target": {}}


@pytest.fixture
def rows(org: Org) -> dict[str, str]:
    """Correlations from three sources; their uids by label."""
    return {
        "kept": org.add(label="kept"),
        "from logs": org.add(label="from logs"),
        "from traces": org.add(source=org.tempo, target=org.loki, label="from traces"),
        "from metrics": org.add(source=org.prometheus, label="from metrics"),
    }


def test_without_prune_nothing_is_pruned(correlations: Module, org: Org, rows: dict[str, str]) -> None:
    assert not correlations(correlations=[org.link(label="kept", config=BARE)]).changed
    assert not correlations(correlations=[], prune="none").changed
    assert org.labels() == sorted(rows)


def test_prune_sources_removes_what_starts_from_the_sources_of_the_list(
    correlations: Module, org: Org, rows: dict[str, str]
) -> None:
    result = correlations(correlations=[org.link(label="kept", config=BARE)], prune="sources")
    assert org.labels() == ["from metrics", "from traces", "kept"]
    assert result["entries"] == [{"number": None, "label": "from logs", "action": "deleted", "uid": rows["from logs"]}]
    assert (result["summary"]["deleted"], result["summary"]["unchanged"], result.msg) == (
        1,
        1,
        "1 deleted, 1 unchanged",
    )


@pytest.mark.parametrize("state", ["present", "absent", "ignored"])
def test_every_state_names_a_source(correlations: Module, org: Org, rows: dict[str, str], state: str) -> None:
    correlations(correlations=[{"state": state, **org.link(label="kept", config=BARE)}], prune="sources")
    assert org.labels() == ["from metrics", "from traces"] + ([] if state == "absent" else ["kept"])


def test_a_source_may_be_named_by_name(correlations: Module, org: Org, rows: dict[str, str]) -> None:
    correlations(correlations=[org.link(source=org.loki.name, label="kept", config=BARE)], prune="sources")
    assert org.labels() == ["from metrics", "from traces", "kept"]


@pytest.mark.parametrize("by", ["uid", "name"])
def test_prune_sources_adds_sources_to_the_scope(correlations: Module, org: Org, rows: dict[str, str], by: str) -> None:
    correlations(correlations=[], prune="sources", prune_sources=[getattr(org.tempo, by), getattr(org.prometheus, by)])
    assert org.labels() == ["from logs", "kept"]


def test_an_empty_list_names_no_source(correlations: Module, org: Org, rows: dict[str, str]) -> None:
    assert not correlations(correlations=[], prune="sources").changed
    assert org.labels() == sorted(rows)


@pytest.mark.generation(12)
def test_prune_all_removes_all_others(correlations: Module, org: Org, rows: dict[str, str]) -> None:
    result = correlations(correlations=[org.link(label="kept", config=BARE)], prune="all")
    assert org.only().uid == rows["kept"] and result["summary"]["deleted"] == 3


@pytest.mark.generation(12)
def test_prune_all_with_a_name_for_the_organization(correlations: Module, org: Org, rows: dict[str, str]) -> None:
    correlations(correlations=[org.link(label="kept", config=BARE)], prune="all", org_id=None, org_name=org.name)
    assert org.only().uid == rows["kept"]


@pytest.mark.generation(12)
def test_prune_all_with_a_token(correlations: Module, org: Org, rows: dict[str, str]) -> None:
    token = org.add_token()
    correlations(
        correlations=[org.link(label="kept", config=BARE)],
        prune="all",
        org_id=None,
        url_username=None,
        url_password=None,
        token=token,
    )
    assert org.only().uid == rows["kept"]


@pytest.mark.generation(12)
def test_prune_all_leaves_other_organizations_alone(
    correlations: Module, org: Org, rows: dict[str, str], new_org: NewOrg
) -> None:
    other = new_org()
    uid = other.add()
    correlations(correlations=[org.link(label="kept", config=BARE)], prune="all")
    assert other.only().uid == uid and org.only().uid == rows["kept"]


@pytest.mark.generation(12)
def test_prune_all_of_a_user_needs_an_organization(correlations: Module, org: Org, rows: dict[str, str]) -> None:
    result = correlations.refuses(correlations=[org.link()], prune="all", org_id=None)
    assert result.codes == ["prune_refused"] and "org_id or org_name" in result.msg
    assert org.labels() == sorted(rows)


def test_an_empty_list_with_prune_all_is_refused(correlations: Module, org: Org, rows: dict[str, str]) -> None:
    result = correlations.refuses(correlations=[], prune="all")
    assert result.codes == ["prune_refused"]
    assert "every correlation" in result.msg and "set max_deletions" in result.msg
    assert org.labels() == sorted(rows)


@pytest.mark.generation(12)
def test_an_empty_list_with_prune_all_and_max_deletions_removes_everything(
    correlations: Module, org: Org, rows: dict[str, str]
) -> None:
    assert correlations(correlations=[], prune="all", max_deletions=4)["summary"]["deleted"] == 4
    assert org.rows() == []


@pytest.mark.generation(9)
def test_prune_all_is_refused_where_organizations_share_correlations(
    correlations: Module, org: Org, rows: dict[str, str]
) -> None:
    result = correlations.refuses(correlations=[org.link(label="kept", config=BARE)], prune="all")
    assert result.codes == ["prune_refused"] and "use prune: sources" in result.msg
    assert org.labels() == sorted(rows)


@pytest.mark.generation(9)
@pytest.mark.parametrize("entries", ["empty", "not empty"])
def test_prune_all_is_refused_on_such_a_server_whatever_is_there(correlations: Module, org: Org, entries: str) -> None:
    """Also where no correlation shows how old the server is."""
    result = correlations.refuses(correlations=[] if entries == "empty" else [org.link()], prune="all", max_deletions=0)
    assert result.codes == ["prune_refused"] and "use prune: sources" in result.msg


@pytest.mark.generation(9)
def test_prune_sources_warns_where_organizations_share_correlations(
    correlations: Module, org: Org, rows: dict[str, str]
) -> None:
    entries = [org.link(label="kept", config=BARE)]
    for result in (
        correlations.check(correlations=entries, prune="sources"),
        correlations.once(correlations=entries, prune="sources"),
    ):
        assert len(result.warnings) == 1 and "organizations share correlations" in result.warnings[0]


@pytest.mark.generation(12)
def test_prune_sources_does_not_warn_elsewhere(correlations: Module, org: Org, rows: dict[str, str]) -> None:
    assert correlations(correlations=[org.link(label="kept", config=BARE)], prune="sources").warnings == []


# The guard


@pytest.mark.parametrize("prune", ["none", "sources"])
def test_max_deletions_counts_absent_duplicates_and_pruned_ones(correlations: Module, org: Org, prune: str) -> None:
    for label in ("twice", "twice", "doomed", "pruned"):
        org.add(label=label)
    entries = [
        org.link(label="twice", config=BARE),
        {"state": "absent", **org.link(label="doomed", config=None)},
        org.link(label="new", config=BARE),
    ]
    count = 3 if prune == "sources" else 2
    options = {"correlations": entries, "prune": prune, "on_duplicate": "remove"}
    result = correlations.refuses(max_deletions=count - 1, **options)
    assert result.codes == ["too_many_deletions"] and result.msg.count("(uid '") == count
    assert result.msg.startswith("%d correlations " % count) and "max_deletions is %d" % (count - 1) in result.msg
    assert correlations(max_deletions=count, **options)["summary"]["deleted"] == count


def test_max_deletions_of_zero(correlations: Module, org: Org) -> None:
    uid = org.add(label="doomed")
    result = correlations.refuses(
        correlations=[{"state": "absent", **org.link(label="doomed", config=None)}], max_deletions=0
    )
    assert result.codes == ["too_many_deletions"]
    assert "max_deletions is 0" in result.msg and "'doomed' (uid '%s')" % uid in result.msg
    assert correlations(correlations=[org.link(label="new")], max_deletions=0).changed


# What it leaves


def test_ignored_correlations_are_never_pruned(correlations: Module, org: Org, rows: dict[str, str]) -> None:
    entries = [
        {"state": "ignored", **org.link(label="from logs", config=None)},
        {
            "state": "ignored",
            "uid": rows["from traces"],
            **org.link(source=org.tempo.uid, target=org.loki.uid, label="from traces"),
        },
        {"state": "ignored", **org.link(source=org.prometheus.uid, label="unknown")},
    ]
    correlations(correlations=entries, prune="sources")
    assert org.labels() == ["from logs", "from traces"]


def test_an_error_in_the_list_prunes_nothing(correlations: Module, org: Org, rows: dict[str, str]) -> None:
    correlations.refuses(correlations=[org.link(label="kept", config=BARE), None], prune="sources")
    correlations.refuses(
        correlations=[org.link(label="kept", config=BARE), org.link(target="nowhere")], prune="sources"
    )
    assert org.labels() == sorted(rows)


def test_what_others_have_left_is_pruned_instead_of_failing_as_a_duplicate(correlations: Module, org: Org) -> None:
    for _time in range(3):
        org.add(label="thrice")
    result = correlations(correlations=[org.link(label="thrice", config=BARE)], prune="sources")
    assert (result["summary"]["deleted"], result["summary"]["unchanged"]) == (2, 1)
    assert org.labels() == ["thrice"]


def test_what_differs_is_pruned_instead_of_failing_as_ambiguous(correlations: Module, org: Org) -> None:
    low, _high = sorted([org.add(description="a"), org.add(description="b")])
    result = correlations(correlations=[org.link(description="c", config=BARE)], prune="sources")
    assert (result["summary"]["deleted"], result["summary"]["updated"]) == (1, 1)
    assert org.only().uid == low and org.only().description == "c"


def test_the_one_that_is_as_desired_is_kept(correlations: Module, org: Org) -> None:
    org.add(description="a")
    uid = org.add(description="b")
    org.add(description="c")
    result = correlations(correlations=[org.link(description="b", config=BARE)], prune="sources")
    assert (result["summary"]["deleted"], result["summary"]["unchanged"]) == (2, 1)
    assert org.only().uid == uid


@pytest.mark.generation(12)
@pytest.mark.not_on_apis("they are visible there")
def test_hidden_correlations_are_not_pruned(correlations: Module, org: Org, internals: Simulator) -> None:
    """Grafana shows them to nobody and finds none to delete: a run must not fail over them."""
    org.add(label="hidden", target=org.pyroscope)
    org.add(label="kept")
    org.delete_data_source(org.pyroscope)
    for prune in ("sources", "all"):
        assert not correlations(correlations=[org.link(label="kept", config=BARE)], prune=prune).changed
    assert {row["label"] for row in internals.state()["rows"] if row["sourceUID"] == org.loki.uid} == {"hidden", "kept"}


@pytest.mark.generation(12)
def test_external_links_are_pruned_too(correlations: Module, org: Org) -> None:
    org.add(label="doomed", type="external", config={"target": {"url": "https://example.com"}})
    correlations(correlations=[], prune="sources", prune_sources=[org.loki.uid])
    assert org.rows() == []


@pytest.mark.legacy_api
@pytest.mark.generation(12)
def test_dangling_ones_are_no_matter_of_this_api(
    correlations: Module, org: Org, rows: dict[str, str], internals: Simulator
) -> None:
    """Grafana itself hides correlations whose data source is gone; so none is found, and none that works is touched."""
    org.add(label="hidden", target=org.pyroscope)
    org.delete_data_source(org.pyroscope)
    before = internals.state()["rows"]
    assert not correlations(
        correlations=[org.link(label="kept", config=BARE)], prune="dangling", max_deletions=100
    ).changed
    assert internals.state()["rows"] == before and org.labels() == sorted(rows)


@pytest.mark.parametrize("misspelt", ["source", "target"])
@pytest.mark.parametrize("by_uid", [True, False])
def test_a_typo_in_what_protects_removes_nothing(
    correlations: Module, org: Org, rows: dict[str, str], misspelt: str, by_uid: bool
) -> None:
    entry = {
        **org.link(label="kept", config=BARE),
        misspelt: "no-such",
        "state": "ignored",
        **({"uid": rows["kept"]} if by_uid else {}),
    }
    result = correlations.refuses(correlations=[entry], prune="sources", prune_sources=[org.loki.uid])
    assert result.codes == ["data_source_not_found"]
    assert "state ignored" in result.msg and "the %s data source 'no-such' does not exist" % misspelt in result.msg
    assert org.labels() == sorted(rows)


def test_ignored_that_covers_nothing_is_warned_of(correlations: Module, org: Org, rows: dict[str, str]) -> None:
    entry = {"state": "ignored", **org.link(label="kebt", config=BARE)}
    result = correlations(correlations=[entry, org.link(label="kept", config=BARE)], prune="sources", max_deletions=1)
    assert result.warnings[0].startswith("entry 1 (kebt): ") and "ignored covers no correlation" in result.warnings[0]
    misspelt = {**entry, "source": "no-such"}
    result = correlations(correlations=[misspelt])
    assert len(result.warnings) == 1 and result.warnings[0].startswith("entry 1 (kebt): state ignored ")
    assert "source data source 'no-such' does not exist%s" % org.where in result.warnings[0]


@pytest.mark.parametrize("org_id", [2**64 + 1, 10**20])
def test_an_organization_beyond_all_numbers_is_refused(
    correlations: Module, org: Org, rows: dict[str, str], org_id: int
) -> None:
    """Grafana would take it for the current one."""
    result = correlations.refuses(correlations=[], prune="all", max_deletions=5, org_id=org_id)
    assert result.codes == ["invalid_value"] and "org_id is '%d'" % org_id in result.msg
    assert org.labels() == sorted(rows)
