# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run: which requests are made, and what comes of it."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils import _api_legacy
from ansible_collections.crosslink.grafana.plugins.module_utils._api_select import OTHER_STORE
from ansible_collections.crosslink.grafana.plugins.module_utils._apply import predict
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    EndpointNotFound,
    HttpError,
    InputErrors,
    Origin,
    Problem,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import (
    CREATE,
    DELETE,
    Action,
    Plan,
    PlanOptions,
    Skipped,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._reconcile import Run, RunOptions, reconcile
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import (
    LOGFMT,
    api_row,
    codes,
    entry,
    members,
    old_row,
    pinned,
    row,
)
from ansible_collections.crosslink.grafana.tests.unit.plugins.server import Answer, HangUp, Server, message

LIST = "GET /api/datasources/correlations"
OF_LOKI = "GET /api/datasources/uid/loki/correlations"
POST = "POST /api/datasources/uid/loki/correlations"
PATCH = "PATCH /api/datasources/uid/loki/correlations/u1"
DELETION = "DELETE /api/datasources/uid/loki/correlations/u1"
SOURCES = "GET /api/datasources"
LOKI = {"uid": "loki", "name": "Logs", "type": "loki", "readOnly": False}
TEMPO = {"uid": "tempo", "name": "Traces", "type": "tempo", "readOnly": False}
ALL = Answer(200, [LOKI, TEMPO])
MISSING = message(404, "Data source not found")
NO_SOURCE = message(404, "Source data source not found")
# Asked at the end of a run with api: auto.
APIS = "GET /apis/correlations.grafana.app/v0alpha1"


def rows(*found: t.Any) -> Answer:
    return Answer(200, list(found))


def page(*found: t.Any) -> Answer:
    return Answer(200, {"correlations": list(found), "totalCount": 99999})


def written(raw: t.Any) -> Answer:
    return Answer(200, {"result": raw, "message": "done"})


def refused(run: t.Callable[..., Run], *entries: Entry, **more: t.Any) -> InputErrors:
    """The error of a run whose input is wrong."""
    with pytest.raises(InputErrors) as caught:
        run(*entries, **more)
    return caught.value


def wrong(number: int) -> Problem:
    """A problem of this entry, found before the run."""
    return Problem("invalid_value", "wrong", Origin(number, number))


DELETED = Answer(200, {"message": "Correlation deleted"})


@pytest.fixture
def run(make_client: t.Any) -> t.Callable[..., Run]:
    """A run of a list with ``api: legacy``; what is passed goes to PlanOptions or RunOptions."""

    def run_with(*entries: Entry, client: t.Any = None, problems: t.Sequence[Problem] = (), **more: t.Any) -> Run:
        names = [name for name in more if name in PlanOptions.__dataclass_fields__]
        options = PlanOptions(**{"is_list": True, **{name: more.pop(name) for name in names}})
        return reconcile(client or make_client(api="legacy"), entries, problems, options, RunOptions(**more))

    return run_with


def lines(server: Server) -> list[str]:
    return server.lines


# A single correlation


def test_an_unchanged_one_costs_one_request(server, run):
    server.script(rows(api_row()))
    found = run(entry(), is_list=False)
    assert lines(server) == [OF_LOKI]
    assert (found.outcomes, len(found.plan.unchanged), found.org_id) == ([], 1, 1)


def test_a_new_one_costs_two_where_a_correlation_proves_its_source(server, run):
    server.script(rows(api_row(label="other")), written(api_row("new")))
    found = run(entry(), is_list=False)
    assert lines(server) == [OF_LOKI, POST]
    assert [outcome.state for outcome in found.outcomes] == ["created"]
    assert found.org_id == 1


def test_an_update_and_a_removal(server, run):
    server.script(rows(api_row()), written(api_row(description="D")), rows(api_row()), DELETED)
    assert [outcome.state for outcome in run(entry(description="D"), is_list=False).outcomes] == ["updated"]
    assert [outcome.state for outcome in run(entry(state="absent"), is_list=False).outcomes] == ["deleted"]
    assert lines(server) == [OF_LOKI, PATCH, OF_LOKI, DELETION]


def test_names_cost_one_request_and_only_where_something_is_said(server, run):
    server.script(rows(api_row()), written(api_row(description="D")), ALL, rows(api_row(description="D")))
    found = run(entry(description="D"), is_list=False, reads_names=True)
    assert (found.names["loki"], found.names["tempo"]) == ("Logs", "Traces")
    assert run(entry(description="D"), is_list=False, reads_names=True).names == {}
    assert lines(server) == [OF_LOKI, PATCH, SOURCES, OF_LOKI]


def test_names_that_cannot_be_read_are_not_known(server, run):
    server.script(rows(api_row()), written(api_row(description="D")), Answer(500, {"message": "x"}))
    found = run(entry(description="D"), is_list=False, reads_names=True)
    assert [outcome.state for outcome in found.outcomes] == ["updated"]
    assert found.names == {}


def test_names_that_users_wrote_cost_nothing(server, run):
    server.script(NO_SOURCE, ALL, rows(api_row()), written(api_row(description="D")))
    found = run(entry(source="Logs", description="D"), is_list=False)
    assert found.names["loki"] == "Logs"


def test_items_are_in_the_order_of_the_entries_and_pruned_ones_come_last():
    made = [Action(CREATE, entry(3), None, "loki", "tempo", "query", members())]
    made += [Action(DELETE, of, row(), "loki", "tempo", "query", {}) for of in (None, entry(1))]
    skipped = Skipped(entry(2), row(), "R")
    plan = Plan(actions=made, skipped=[skipped])
    created, pruned, deleted = outcomes = predict(plan)
    assert Run(plan, outcomes, None).items() == [deleted, skipped, created, pruned]


def test_a_source_by_name(server, run):
    server.script(NO_SOURCE, ALL, rows(api_row()))
    run(entry(source="Logs"), is_list=False)
    assert lines(server) == ["GET /api/datasources/uid/Logs/correlations", SOURCES, OF_LOKI]


def test_a_target_by_name_is_found_when_the_server_does_not_know_it(server, run):
    server.script(rows(), MISSING, ALL, written(api_row("new")))
    found = run(entry(target="Traces"), is_list=False)
    assert lines(server) == [OF_LOKI, POST, SOURCES, POST]
    assert [asked.body["targetUID"] for asked in server.asked if asked.method == "POST"] == ["Traces", "tempo"]
    assert [outcome.state for outcome in found.outcomes] == ["created"]


def test_a_target_that_is_missing(server, run):
    server.script(rows(), MISSING, ALL, MISSING, MISSING)
    error = refused(run, entry(target="Tracse", origin=Origin()), is_list=False)
    assert codes(error.problems) == ["data_source_not_found"]
    assert "target data source 'Tracse' does not exist at %s (did you mean 'Traces'?)" % server.url in str(error)


def test_a_source_that_is_missing(server, run):
    server.script(NO_SOURCE, ALL, MISSING, MISSING)
    error = refused(run, entry(source="Lgos", origin=Origin()), is_list=False)
    assert codes(error.problems) == ["data_source_not_found"]
    assert "source data source 'Lgos' does not exist at %s (did you mean 'Logs'?)" % server.url in str(error)


def test_a_missing_source_is_fine_for_absent(server, run):
    server.script(NO_SOURCE, ALL, MISSING, MISSING)
    found = run(entry(source="gone", state="absent"), is_list=False)
    assert (found.outcomes, len(found.plan.unchanged), found.org_id) == ([], 1, None)


def test_a_uid_alone_is_looked_for_among_all_correlations(server, run):
    server.script(page(api_row("u1"), api_row("u2", sourceUID="mimir")))
    assert run(pinned("u2"), is_list=False).plan.matched[1].source == "mimir"
    assert lines(server) == [LIST]


def test_a_provisioned_source_of_9_that_the_server_closes(server, run):
    """The server's refusal is looked at more closely, and said as on_provisioned has it."""
    server.script(
        rows(old_row(label="other")),
        message(403, "Data source is read only"),
        Answer(200, [{**LOKI, "readOnly": True}, TEMPO]),
    )
    error = refused(run, entry(origin=Origin()), is_list=False)
    assert error.code == "provisioned"
    assert str(error).startswith("source 'loki' is provisioned")


def test_a_correlation_of_9_that_the_server_calls_read_only_is_skipped_if_asked(server, run):
    server.script(
        rows(old_row()), message(403, "Data source is read only"), Answer(200, [{**LOKI, "readOnly": True}, TEMPO])
    )
    found = run(entry(description="D"), is_list=False, on_provisioned="skip")
    assert (found.outcomes, len(found.plan.skipped)) == ([], 1)


def test_a_write_that_fails_is_an_outcome(server, run):
    server.script(rows(api_row(label="other")), message(400, "bad request data"))
    [outcome] = run(entry(), is_list=False).outcomes
    assert outcome.state == "failed"
    assert "bad request data" in str(outcome.error)


def test_a_read_that_fails_is_raised(server, run):
    server.script(message(401, "no"))
    with pytest.raises(HttpError) as caught:
        run(entry(), is_list=False)
    assert caught.value.status == 401


# Check mode


@pytest.mark.parametrize("is_list", [True, False])
def test_check_mode_sends_no_write(server, run, is_list):
    server.script(rows(api_row()), rows(api_row()))
    found = run(entry(description="D"), is_list=is_list, check_mode=True)
    assert [(outcome.state, outcome.wrote) for outcome in found.outcomes] == [("updated", True)]
    found = run(entry(state="absent"), is_list=is_list, check_mode=True)
    assert [outcome.state for outcome in found.outcomes] == ["deleted"]
    assert lines(server) == [OF_LOKI] * 2


def test_check_mode_finds_a_missing_target_too(server, run):
    server.script(rows(), ALL, MISSING, MISSING)
    assert refused(run, entry(target="gone"), is_list=False, check_mode=True).code == "data_source_not_found"
    assert all(asked.method == "GET" for asked in server.asked)


def test_check_mode_of_a_create(server, run):
    server.script(rows(api_row(label="other")))
    [outcome] = run(entry(), is_list=False, check_mode=True).outcomes
    assert (outcome.state, outcome.correlation.uid if outcome.correlation else None) == ("created", "")


def test_check_mode_finds_closed_sources_of_old_servers(server, run):
    server.script(rows(old_row(label="other")), Answer(200, [{**LOKI, "readOnly": True}, TEMPO]))
    assert refused(run, entry(), is_list=False, check_mode=True).code == "provisioned"


# Lists


def test_a_list_is_read_once_and_written_in_order(server, run):
    there = [api_row("u1"), api_row("u2", label="gone"), api_row("u3", sourceUID="mimir", label="same")]
    server.script(page(*there), written(api_row("new", label="new")), written(api_row("u1", description="D")), DELETED)
    found = run(
        entry(1, description="D"),
        entry(2, label="gone", state="absent"),
        entry(3, label="new"),
        entry(4, source="mimir", label="same"),
    )
    assert lines(server) == [LIST, POST, PATCH, "DELETE /api/datasources/uid/loki/correlations/u2"]
    assert [outcome.state for outcome in found.outcomes] == ["created", "updated", "deleted"]


def test_the_targets_of_a_list_are_looked_up_before_anything_is_written(server, run):
    server.script(rows(api_row()), ALL, MISSING, MISSING)
    error = refused(run, entry(1, description="D"), entry(2, target="gone"))
    assert codes(error.problems) == ["data_source_not_found"]
    assert str(error).startswith("entry 2: ")
    assert "target data source 'gone' does not exist in organization 1 at %s" % server.url in str(error)
    assert all(asked.method == "GET" for asked in server.asked)


def test_problems_found_before_and_here_are_reported_together(server, run):
    server.script(rows(api_row()), ALL, MISSING, MISSING)
    problems = [wrong(3), wrong(1)]
    error = refused(run, entry(2, target="gone"), entry(4, description="D"), problems=problems)
    assert codes(error.problems) == ["invalid_value", "data_source_not_found", "invalid_value"]
    assert [problem.origin for problem in error.problems] == [Origin(number, number) for number in (1, 2, 3)]


def test_with_problems_nothing_is_written_whatever_on_error_says(server, run):
    server.script(rows(api_row()))
    refused(run, entry(description="D"), problems=[wrong(2)], stop_on_error=False)
    assert lines(server) == [OF_LOKI]


def test_problems_keep_options_about_the_whole_list_out_of_the_report(server, run):
    """Without the wrong entries, what prune would delete is not known."""
    server.script(rows(api_row(), api_row("u2", label="other")))
    error = refused(run, entry(), problems=[wrong(2)], prune="sources", max_deletions=0)
    assert error.problems == [wrong(2)]


def test_problems_are_said_even_when_grafana_cannot_be_read(server, run):
    server.script(message(401, "no"))
    assert refused(run, entry(), problems=[wrong(2)]).problems == [wrong(2)]


def test_prune_of_everything_reads_everything(server, run):
    server.script(page(api_row(), api_row("u2", sourceUID="mimir")), DELETED)
    found = run(entry(), prune="all")
    assert lines(server) == [LIST, "DELETE /api/datasources/uid/mimir/correlations/u2"]
    assert [outcome.state for outcome in found.outcomes] == ["deleted"]


def test_prune_sources_are_read_too(server, run):
    server.script(page(api_row(), api_row("u2", sourceUID="mimir")), DELETED)
    run(entry(), prune="sources", prune_sources=["mimir"])
    assert server.asked[0].query[2:] == [("sourceUID", "loki"), ("sourceUID", "mimir")]


def test_an_empty_list_without_prune_sends_nothing(server, run):
    found = run()
    assert (found.outcomes, found.org_id) == ([], None)
    assert lines(server) == []


def test_after_several_pages_a_source_is_read_again_before_something_is_added_to_it(server, run, monkeypatch):
    monkeypatch.setattr(_api_legacy, "PAGE", 2)
    some = [api_row("u%d" % number, label=str(number)) for number in range(5)]
    server.script(page(*some[:2]), page(*some[2:4]), page(), rows(*some[:4], api_row("lost")))
    found = run(entry(), prune="all", check_mode=True)
    assert lines(server) == [LIST, LIST, LIST, OF_LOKI]
    assert found.plan.matched[1].uid == "lost"
    assert {outcome.state for outcome in found.outcomes} == {"deleted"}


def test_after_one_page_nothing_is_read_again(server, run):
    server.script(page(api_row(label="other"), api_row("u2", sourceUID="mimir")), written(api_row("new")))
    run(entry(1), entry(2, source="mimir"))
    assert lines(server) == [LIST, POST]


def test_a_failure_stops_a_list(server, run):
    server.script(rows(api_row(label="other")), message(400, "no"))
    found = run(entry(1, label="a"), entry(2, label="b"))
    assert [outcome.state for outcome in found.outcomes] == ["failed", "not_attempted"]


def test_a_failure_does_not_stop_a_list_that_goes_on(server, run):
    server.script(rows(api_row(label="other")), message(400, "no"), written(api_row("new", label="b")))
    found = run(entry(1, label="a"), entry(2, label="b"), stop_on_error=False)
    assert [outcome.state for outcome in found.outcomes] == ["failed", "created"]


def test_old_servers_are_asked_which_sources_are_read_only(server, run):
    server.script(rows(old_row()), Answer(200, [{**LOKI, "readOnly": True}, TEMPO]))
    error = refused(run, entry(description="D"))
    assert error.code == "provisioned"
    assert "differs in description" in str(error)


def test_what_an_old_server_drops_is_a_failure_that_wrote(server, run, make_client):
    not_v9 = Answer(200, {"correlations": [], "totalCount": 0})
    server.script(rows(), ALL, not_v9, written(old_row("new")), written(old_row("new")))
    [outcome] = run(entry(transformations=[LOGFMT]), client=make_client(api="legacy")).outcomes
    assert (outcome.state, outcome.wrote) == ("failed", True)


# Organization and api


def test_the_organization_is_chosen_first(server, run, make_client):
    server.script(Answer(200, {"id": 3, "name": "Platform"}), rows(api_row()))
    found = run(entry(), client=make_client(org_name="Platform", api="legacy"))
    assert lines(server) == ["GET /api/org", OF_LOKI]
    assert server.asked[1].headers["X-Grafana-Org-Id"] == "3"
    assert found.org_id == 3


def test_a_server_without_the_api(server, run, make_client):
    server.script(message(404, "Not found"))
    with pytest.raises(EndpointNotFound):
        run(entry())


# The store that users see


@pytest.mark.parametrize(
    "answer",
    [
        message(404, "Not found"),
        Answer(200, {"resources": []}),
        message(500, "no"),
        Answer(200, b"<html>"),
        message(403, "no"),
        HangUp(),
    ],
)
def test_the_other_api_is_asked_for_at_the_end(server, run, make_client, answer):
    follow_up = [Answer(304)] if getattr(answer, "status", 0) == 403 else []
    server.script(rows(api_row()), written(api_row(description="D")), answer, *follow_up)
    found = run(entry(description="D"), client=make_client(api="auto", retries=0))
    assert lines(server)[2] == APIS
    assert found.plan.warnings == []
    assert [outcome.state for outcome in found.outcomes] == ["updated"]


WATCHED = Answer(200, {"resources": [{"name": "correlations", "verbs": ["get", "watch"]}]})
OTHER = message(404, 'correlations.correlations.grafana.app "u1" not found')


@pytest.mark.parametrize(
    "description, check_mode, answers",
    [("D", False, [written(api_row(description="D"))]), ("D", True, []), ("", False, []), ("", True, [])],
    ids=["write", "check mode", "nothing to do", "nothing to check"],
)
def test_another_store_is_warned_about(server, run, make_client, description, check_mode, answers):
    server.script(rows(api_row()), *answers, WATCHED, Answer(200, {"id": 1}), OTHER)
    found = run(entry(description=description), client=make_client(api="auto"), check_mode=check_mode)
    assert found.plan.warnings == [OTHER_STORE]


def test_one_store_is_not_warned_about(server, run, make_client):
    same = Answer(200, {"metadata": {"name": "u1"}, "spec": {"source": {"name": "loki"}}})
    server.script(rows(), ALL, written(api_row()), WATCHED, Answer(200, {"id": 1}), same)
    assert run(entry(), client=make_client(api="auto")).plan.warnings == []


def test_where_there_is_nothing_nobody_asks(server, run, make_client):
    server.script(rows())
    run(entry(state="absent"), client=make_client(api="auto"))
    assert lines(server) == [OF_LOKI]
