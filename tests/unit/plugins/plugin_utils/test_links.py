# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Correlations as links between places."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError
from ansible_collections.crosslink.grafana.plugins.plugin_utils._links import Link, Place, links_of, links_of_result
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import api_row, old_row

LOKI = Place(False, "Logs", "loki")
TEMPO = Place(False, "Traces", "tempo")
DATA_SOURCES = [
    {"uid": "loki", "name": "Logs", "type": "loki", "readOnly": False},
    {"uid": "tempo", "name": "Traces", "type": "tempo"},
]


def entry(**more: t.Any) -> dict[str, t.Any]:
    return {"source": "loki", "target": "tempo", "label": "L", "config": {"field": "f", "target": {}}, **more}


def external(url: str, **more: t.Any) -> dict[str, t.Any]:
    found = entry(type="external", config={"field": "f", "target": {"url": url}}, **more)
    del found["target"]
    return found


def of_entry(data_sources: t.Any = None, **more: t.Any) -> Link:
    [link] = links_of([entry(**more)], data_sources)
    return link


def of_row(row: t.Mapping[str, t.Any], **result: t.Any) -> Link:
    [link] = links_of({"correlations": [row], **result})
    return link


def test_an_entry():
    assert of_entry() == Link(Place(False, "loki"), Place(False, "tempo"), "L", "f", "", "present")


def test_a_data_source_has_one_place_whatever_it_is_called():
    for source in ("loki", "Logs"):
        assert of_entry(DATA_SOURCES, source=source, target="Traces").source == LOKI


def test_a_uid_wins_over_an_equal_name():
    named_like = [*DATA_SOURCES, {"uid": "other", "name": "loki", "type": "mysql"}]
    assert of_entry(named_like).source == LOKI
    assert of_entry(named_like, source="other").source == Place(False, "loki", "mysql")


def test_a_data_source_may_have_neither_name_nor_type():
    assert of_entry([{"uid": "loki"}, {"uid": "tempo"}]).source == Place(False, "loki")


def test_what_is_not_among_the_data_sources_is_missing():
    link = of_entry(DATA_SOURCES, target="nowhere")
    assert (link.target, link.state) == (Place(False, "nowhere", is_missing=True), "dangling")
    assert of_entry([], state="absent").state == "absent"


@pytest.mark.parametrize("state", ["absent", "ignored"])
def test_the_state_of_an_entry(state):
    link = of_entry(state=state, target=None, uid="u1", config=None)
    assert (link.state, link.target.name, link.field) == (state, "", "")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://tickets.example.com/browse/${__value.raw}?a=b#c", "tickets.example.com"),
        ("HTTPS://Tickets.Example.com:8443", "tickets.example.com:8443"),
        ("https://user:secret@example.com/", "example.com"),
        ("http://[::1]:80/", "[::1]:80"),
        ("http://[", "["),
        ("https://${host:percentencode}/x", "${host:percentencode}"),
        ("${__value.raw}", "${__value.raw}"),
        ("/d/dashboard", ""),
        ("tickets.example.com/x", "tickets.example.com"),
        ("mailto:a@example.com", "mailto:a@example.com"),
    ],
)
def test_a_url_leads_to_its_host(url, host):
    [link] = links_of([external(url)])
    assert (link.target, link.url) == (Place(True, host), url)


def test_an_entry_that_leaves_its_type_to_the_correlation():
    found = external("https://example.com/", uid="u1", state="absent")
    del found["type"]
    assert links_of([found])[0].target == Place(True, "example.com")


def test_a_row_without_data_sources():
    assert of_row(api_row()) == Link(
        Place(False, "loki"), Place(False, "tempo"), "Logs to traces", "message", "", "present"
    )


def test_a_row_with_the_data_sources_of_the_result_or_with_others():
    assert of_row(api_row(), data_sources=DATA_SOURCES).source == LOKI
    [link] = links_of({"correlations": [api_row()], "data_sources": DATA_SOURCES}, [{"uid": "tempo"}])
    assert link.source.is_missing and not link.target.is_missing


def test_an_external_row_has_no_target_but_its_host():
    row = api_row(type="external", query={"url": "https://example.com/x"}, targetUID="tempo")
    assert of_row(row).target == Place(True, "example.com")


@pytest.mark.parametrize(
    ("row", "state", "manager"),
    [
        (api_row(), "present", ""),
        (api_row(provisioned=True), "provisioned", "provisioning file"),
        (api_row(provisioned=True, managedBy="classic-file-provisioning"), "provisioned", "provisioning file"),
        (api_row(provisioned=True, managedBy="terraform"), "provisioned", "terraform"),
        (api_row(provisioned=True, dangling=True), "dangling", "provisioning file"),
        (old_row(), "present", ""),
        (old_row(sourceUID="from-file"), "provisioned", "provisioning file"),
        (api_row(sourceUID="from-file"), "present", ""),
    ],
)
def test_who_manages_a_row(row, state, manager):
    sources = [*DATA_SOURCES, {"uid": "from-file", "name": "F", "type": "loki", "readOnly": True}]
    link = of_row({**row, "type": "query"}, data_sources=sources)
    assert (link.state, link.manager) == (state, manager)


def test_a_row_with_the_least_that_a_server_sends():
    link = of_row({"uid": "u1", "sourceUID": "loki", "targetUID": None, "config": None, "dangling": True})
    assert (link.target, link.label, link.field, link.state) == (Place(False, ""), "", "", "dangling")


@pytest.mark.parametrize("value", ["text", None, 1, True, {}, {"correlations": 1}, {"correlations": ["x"]}])
def test_what_is_neither_entries_nor_a_result(value):
    with pytest.raises(InputError, match="grafana_correlation_info"):
        links_of(value)
    with pytest.raises(InputError, match="^Give the whole result of grafana_correlation_info"):
        links_of_result(value)


def test_a_result_with_a_config_that_is_none():
    with pytest.raises(InputError, match="^Give the whole result"):
        links_of({"correlations": [api_row(config="x")]})


def test_wrong_entries_are_named():
    with pytest.raises(InputError, match=r"^2 errors, .* entry 2 \(B\): target is missing.*; entry 3: it must be a"):
        links_of([entry(), entry(label="B", target=None), None])


def test_the_correlations_of_a_result_without_the_result():
    with pytest.raises(InputError, match="use definitions of grafana_correlation_info"):
        links_of([api_row()])


@pytest.mark.parametrize("value", [{}, "text", 1, [1], [{}], [{"uid": 1}], [{"name": "Logs"}]])
def test_data_sources_that_are_none(value):
    with pytest.raises(InputError, match="data_sources"):
        links_of([entry()], value)


def test_nothing():
    assert links_of([]) == links_of({"correlations": []}) == []
