# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reload of the provisioning files."""

from __future__ import annotations

OF_SOURCE = "/api/datasources/uid/prov-loki/correlations"
ENTRY = {
    "targetUID": "prov-tempo",
    "label": "Provisioned link",
    "description": "from a file",
    "config": {"field": "message"},
}


def reload(simulator, *entries) -> None:
    simulator.control("POST", "reload", list(entries))


def listed(simulator) -> list[tuple[str, str]]:
    return [(row["uid"], row["label"]) for row in simulator.ask("GET", OF_SOURCE).json()]


def test_rows_of_the_file_get_new_uids(either):
    before = listed(either)
    reload(either, ENTRY)
    after = listed(either)
    assert [label for _uid, label in after] == ["Provisioned link"] and after != before
    reload(either)
    assert listed(either) == []


def test_rows_that_were_added_stay_on_12(grafana):
    uid = grafana.create("prov-loki", label="mine")
    reload(grafana, ENTRY)
    assert (uid, "mine") in listed(grafana) and len(listed(grafana)) == 2


def test_rows_that_were_added_go_on_9(grafana9):
    grafana9.seed(rows=[{"sourceUID": "prov-loki", "targetUID": "tempo", "label": "mine"}])
    reload(grafana9, ENTRY)
    assert [label for _uid, label in listed(grafana9)] == ["Provisioned link"]


def test_an_entry_adopts_an_equal_row_on_12(grafana):
    """Which is read-only from then on, and goes when the entry leaves the file."""
    reload(grafana)
    uid = grafana.create("prov-loki", **{**ENTRY, "config": {"field": "other"}})
    other = grafana.create("prov-loki", **{**ENTRY, "label": "another"})
    reload(grafana, ENTRY)
    assert {found for found, _label in listed(grafana)} == {uid, other}
    refused = grafana.ask("PATCH", f"{OF_SOURCE}/{uid}", {"label": "x"})
    assert (refused.status_code, refused.json()["message"]) == (403, "Correlation can only be edited via provisioning")
    reload(grafana)
    assert listed(grafana) == [(other, "another")]
