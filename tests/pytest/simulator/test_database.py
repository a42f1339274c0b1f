# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What depends on the database: how much it keeps of a text, which texts it takes, and whether case matters."""

from __future__ import annotations

import pytest

LIST = "/api/datasources/correlations"
OF_LOKI, OF_TEMPO = "/api/datasources/uid/loki/correlations", "/api/datasources/uid/tempo/correlations"
NEW = {"targetUID": "tempo", "label": "new", "type": "query", "config": {"type": "query"}}
MOST = 65535
# the JSON of a config with an empty query is this long
BARE = len('{"field":"f","target":{"q":""}}')
TEXTS = {
    "letters": "x",
    "angle brackets": "<>&",
    "umlauts": "ä",
    "emoji": "🧭",
    "line separators": "\u2028",
    "quotes": "\"\\'`",
    "lines": "\r\n\t",
    "controls": "\x01\x1b\x7f",
    "spaces": " ",
    "NUL": "\0",
    "right to left": "\u202e",
    "templates": "{{ x }}",
}


@pytest.fixture
def mysql(start):
    return start("--database", "mysql")


@pytest.fixture
def postgres(start):
    return start("--database", "postgres")


@pytest.fixture(params=["sqlite", "mysql", "postgres"])
def each(request, start):
    return start("--database", request.param)


def outcome(answer):
    return answer.status_code, answer.json()["message"]


def config(text: str) -> dict[str, object]:
    return {"field": "f", "target": {"q": text}}


# how much is kept


def test_a_config_up_to_the_limit_is_kept(each):
    uid = each.create(config=config("x" * (MOST - BARE)))
    assert each.ask("GET", f"{OF_LOKI}/{uid}").json()["config"]["target"]["q"] == "x" * (MOST - BARE)


@pytest.mark.parametrize(
    "text",
    [
        "x" * (MOST - BARE + 1),
        "ä" * ((MOST - BARE) // 2 + 1),
        "<" * ((MOST - BARE) // 6 + 1),
    ],
    ids=["x", "ä", "<"],
)
def test_a_config_beyond_the_limit_spoils_what_reads_it(mysql, text):
    """Counted as the server writes it: < takes six bytes."""
    other = mysql.create("tempo")
    made = mysql.ask("POST", OF_LOKI, {**NEW, "config": config(text)})
    uid = made.json()["result"]["uid"]
    assert made.status_code == 200 and made.json()["result"]["config"]["target"]["q"] == text
    one = f"{OF_LOKI}/{uid}"
    for path in (LIST, OF_LOKI, LIST + "?sourceUID=loki"):
        assert outcome(mysql.ask("GET", path)) == (500, "Failed to get correlations")
    assert outcome(mysql.ask("GET", one)) == (500, "Failed to get correlation")
    for change in ({"label": "x"}, {"config": config("small")}):
        assert outcome(mysql.ask("PATCH", one, change)) == (500, "Failed to update correlation")
    assert outcome(mysql.ask("DELETE", one)) == (500, "Failed to delete correlation")
    for path in (OF_TEMPO, LIST + "?sourceUID=tempo"):
        assert other in mysql.ask("GET", path).text
    # a page that does not meet it is answered
    assert mysql.ask("GET", LIST, params={"limit": 1}).json()["correlations"][0]["label"] == "Provisioned link"
    assert mysql.ask("DELETE", "/api/datasources/uid/loki").status_code == 200
    assert other in mysql.ask("GET", LIST).text


@pytest.mark.parametrize(
    "change",
    [
        {"target": {"q": "x" * (MOST - 100)}},
        {"field": "y" * (MOST - 100)},
    ],
    ids=["target", "field"],
)
def test_a_change_may_spoil_as_well(mysql, change):
    """The whole config counts, though the change names one member."""
    uid = mysql.create(config={"field": "f" * 100, "target": {"q": "z" * 100}})
    assert mysql.ask("PATCH", f"{OF_LOKI}/{uid}", {"config": change}).status_code == 200
    assert outcome(mysql.ask("GET", OF_LOKI)) == (500, "Failed to get correlations")


def test_9_spoils_too_but_deletes_unread(start):
    simulator = start("--database", "mysql", "--generation", "9")
    uid = simulator.create(config={**config("x" * MOST), "type": "query"})
    assert outcome(simulator.ask("GET", LIST)) == (500, "Failed to get correlations")
    assert simulator.ask("DELETE", f"{OF_LOKI}/{uid}").status_code == 200
    assert simulator.ask("GET", LIST).status_code == 200


def test_old_storage_behind_apis_spoils_too(start):
    simulator = start("--database", "mysql", "--apis", "legacy")
    uid = simulator.create(config=config("x" * MOST))
    path = "/apis/correlations.grafana.app/v0alpha1/namespaces/default/correlations"
    assert [simulator.ask("GET", found).status_code for found in (path, f"{path}/{uid}")] == [500, 500]


@pytest.mark.parametrize("member", ["label", "description"])
@pytest.mark.parametrize(
    "text, kept",
    [
        ("x" * MOST, MOST),
        ("x" * (MOST + 1), MOST),
        ("ä" * MOST, MOST // 2),
        ("🧭" * MOST, MOST // 4),
    ],
    ids=["the limit", "one more", "ä", "emoji"],
)
def test_other_texts_are_cut_without_a_word(mysql, member, text, kept):
    made = mysql.ask("POST", OF_LOKI, {**NEW, member: text}).json()["result"]
    assert made[member] == text
    assert mysql.ask("GET", OF_LOKI).json()[0][member] == text[:kept]
    mysql.ask("PATCH", f"{OF_LOKI}/{made['uid']}", {member: ""})
    assert mysql.ask("PATCH", f"{OF_LOKI}/{made['uid']}", {member: text}).json()["result"][member] == text
    assert mysql.ask("GET", OF_LOKI).json()[0][member] == text[:kept]


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_the_others_keep_300000_bytes(start, database):
    simulator = start("--database", database)
    simulator.create(label="x" * 300000, description="ä" * 150000, config=config("<" * 300000))
    row = simulator.ask("GET", OF_LOKI).json()[0]
    assert (row["label"], row["description"], row["config"]) == ("x" * 300000, "ä" * 150000, config("<" * 300000))


# which texts


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_comes_back_as_it_is(each, text):
    hostile = f" a{text}b "
    members = {"label": hostile, "description": hostile} if text != "\0" else {}
    each.create(config={"field": hostile, "target": {hostile: [hostile]}}, **members)
    row = each.ask("GET", OF_LOKI).json()[0]
    assert row["config"] == {"field": hostile, "target": {hostile: [hostile]}}
    assert {name: row[name] for name in members} == members


def test_a_lone_surrogate_is_replaced(each):
    each.create(label="a\ud800b")
    assert each.ask("GET", OF_LOKI).json()[0]["label"] == "a\ufffdb"


@pytest.mark.parametrize("member", ["label", "description"])
def test_postgres_takes_no_nul(postgres, member):
    uid = postgres.create()
    assert outcome(postgres.ask("POST", OF_LOKI, {**NEW, member: "a\0b"})) == (500, "Failed to add correlation")
    changed = postgres.ask("PATCH", f"{OF_LOKI}/{uid}", {member: "a\0b"})
    assert outcome(changed) == (500, "Failed to update correlation")
    assert len(postgres.ask("GET", OF_LOKI).json()) == 1


@pytest.mark.parametrize("database", ["sqlite", "mysql"])
def test_the_others_keep_a_nul(start, database):
    simulator = start("--database", database)
    simulator.create(label="a\0b", description="\0")
    assert [(row["label"], row["description"]) for row in simulator.ask("GET", OF_LOKI).json()] == [("a\0b", "\0")]


# case


def test_mysql_knows_no_case(mysql):
    uid = mysql.create("LoKi", targetUID="TEMPO")
    (row,) = mysql.ask("GET", OF_LOKI).json()
    assert (row["uid"], row["sourceUID"], row["targetUID"]) == (uid, "LoKi", "TEMPO")  # kept as it was given
    assert mysql.ask("GET", "/api/datasources/uid/LOKI/correlations").json() == [row]
    assert mysql.ask("GET", LIST, params={"sourceUID": "LOKI"}).json()["correlations"] == [row]
    assert mysql.ask("GET", f"/api/datasources/uid/LOKI/correlations/{uid.upper()}").json() == row
    changed = mysql.ask("PATCH", f"/api/datasources/uid/loKI/correlations/{uid}", {"label": "x"})
    assert changed.json()["result"]["label"] == "x"
    assert mysql.ask("GET", "/api/datasources/name/LOGS").json()["uid"] == "loki"
    new = {"name": "LOGS", "type": "loki", "access": "proxy"}
    assert mysql.ask("POST", "/api/datasources", new).status_code == 409
    assert mysql.ask("POST", "/api/datasources", {**new, "name": "x", "uid": "LOKI"}).status_code == 409
    assert mysql.ask("GET", "/api/orgs/name/main%20org.").json()["id"] == 1
    assert mysql.ask("DELETE", "/api/datasources/uid/LOKI").status_code == 200
    assert len(mysql.rows()) == 1


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_the_others_do(start, database):
    simulator = start("--database", database)
    assert simulator.ask("GET", "/api/datasources/uid/LOKI/correlations").status_code == 404
    assert outcome(simulator.ask("POST", OF_LOKI, {**NEW, "targetUID": "TEMPO"})) == (404, "Data source not found")


def test_trailing_spaces_are_kept(each):
    each.create(label="x ", description="y ")
    assert [(row["label"], row["description"]) for row in each.ask("GET", OF_LOKI).json()] == [("x ", "y ")]


# order and locks


def test_postgres_lists_what_changed_last(postgres):
    uids = [postgres.create(label=label) for label in "abc"]
    postgres.ask("PATCH", f"{OF_LOKI}/{uids[0]}", {"label": "d"})
    assert [row["label"] for row in postgres.ask("GET", OF_LOKI).json()] == ["b", "c", "d"]
    listed = postgres.ask("GET", LIST).json()["correlations"]
    assert [row["label"] for row in listed] == ["Provisioned link", "b", "c", "d"]


@pytest.mark.parametrize("database", ["mysql", "postgres"])
def test_the_others_are_never_locked(start, database):
    simulator = start("--database", database)
    answer = simulator.session.post(simulator.url + "/_simulator/settings", json={"busy": "always"})
    assert (answer.status_code, answer.json()["error"]) == (400, "ValueError: only sqlite is locked when it is busy")
