# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text that means to be something else: a path, a header, a template, a terminal's command."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest

from tests.support.commands import Ansible
from tests.support.grafana import Org
from tests.support.modules import Module
from tests.support.simulator import Simulator

PATHS = [
    ".",
    "..",
    "../..",
    "../../..",
    "%2e%2e",
    "%2E%2E%2F",
    "..%2f..",
    "a/../b",
    "/",
    "//",
    "/api/orgs/1",
    "?",
    "#",
    ";",
    "\\..",
    " ",
    ".\n",
    "%00",
]
# The only kinds of resources that a module has to do with, as they are on the wire.
OWN_PATHS = re.compile(
    r"/api/(org|user/orgs|datasources(/correlations|/name/[^/]+|/uid/[^/]+(/correlations(/[^/]+)?)?)?)\Z"
    r"|/apis/correlations\.grafana\.app/v0alpha1(/namespaces/[a-z0-9-]+/correlations(/[^/]+)?)?\Z"
)
TEXTS = {
    "separators": "/ ? # % & + ; = ..\\ ../ %2F",
    "quotes": '" \' ` \\ \\" $(id) <b>&amp;</b>',
    "templates": "{{ lookup('pipe', 'id') }} {% raw %} {# no #} ${__value.raw} $${x}",
    "yaml": "!unsafe & * - : | > yes 1.0 ~",
    "lines": "one\ntwo\r\nthree\ttab\u2028\u2029\u0085",
    "controls": "\x01\x1b[31mred\x07\x7f",
    "emoji": "🧭 👩‍👩‍👧 e\u0301 \U0001f3f4\U000e0067",
    "right to left": "\u202eabc\u202c \u200f\u0627\u0644",
    "spaces around": "  a  ",
    "numbers": "1e3",
    "32 KiB": "ä" * 16000,
}


def everything(simulator: Simulator) -> t.Any:
    """Every organization, data source and correlation."""
    state = simulator.state()
    return {name: state[name] for name in ("orgs", "datasources", "rows", "objects")}


def nothing_else_was_reached(simulator: Simulator) -> None:
    for item in simulator.counts().log:
        assert OWN_PATHS.match(item["path"]), item


# Paths

# Each path with each option. The calls take turns, two by two, because the two kinds of servers do too.
CALLS = [(name, state) for name in ("grafana_correlation", "grafana_correlations") for state in ("present", "absent")]


@pytest.mark.one_generation
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("option", ["uid", "source", "target", "label", "type", "org_name"])
def test_reading_reaches_nothing_else(info: Module, org: Org, internals: Simulator, option: str, path: str) -> None:
    org.add()
    before = everything(internals)
    internals.reset_counts()
    result = info.run(**{option: path, **({"org_id": None} if option == "org_name" else {})})
    assert result.failed if option in ("type", "org_name") else result["count"] == 0, result
    assert everything(internals) == before and internals.counts().writes == 0
    nothing_else_was_reached(internals)


@pytest.mark.one_generation
@pytest.mark.parametrize(
    ("option", "path", "name", "state"),
    [
        (option, path, *CALLS[(number // 2 + turn) % len(CALLS)])
        for turn, option in enumerate(["uid", "source", "target"])
        for number, path in enumerate(PATHS)
    ],
)
def test_writing_reaches_nothing_else(
    module: t.Callable[[str], Module], org: Org, internals: Simulator, name: str, option: str, state: str, path: str
) -> None:
    org.add()
    before = everything(internals)
    internals.reset_counts()
    entry = org.link(state=state, **{option: path})
    result = module(name).run(**({"correlations": [entry]} if name == "grafana_correlations" else entry))
    assert (result.failed, result.changed) == (state == "present", False), result
    assert everything(internals) == before
    nothing_else_was_reached(internals)


@pytest.mark.one_generation
@pytest.mark.parametrize("path", PATHS)
def test_pruning_reaches_nothing_else(correlations: Module, org: Org, internals: Simulator, path: str) -> None:
    org.add()
    before = everything(internals)
    internals.reset_counts()
    assert correlations.run(correlations=[], prune="sources", prune_sources=[path]).failed
    assert everything(internals) == before and internals.counts().writes == 0
    nothing_else_was_reached(internals)


@pytest.mark.one_generation
@pytest.mark.parametrize("path", PATHS)
def test_a_data_source_of_such_a_name_is_found_by_it(
    correlation: Module, org: Org, internals: Simulator, path: str
) -> None:
    named = org.add_data_source_as("%s-plain" % org.prefix, path)
    others = everything(internals)["datasources"]
    internals.reset_counts()
    correlation(**org.link(source=path))
    assert [row.source for row in org.rows()] == [named.uid]
    correlation(state="absent", **org.link(source=path, config=None))
    assert org.rows() == [] and everything(internals)["datasources"] == others
    nothing_else_was_reached(internals)


# Text


@pytest.mark.databases
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_is_kept_as_it_is(correlation: Module, info: Module, org: Org, text: str) -> None:
    field = text[:500]
    link = org.link(
        label=text, description=text, config={"field": field, "target": {"expr": text, text[:100]: [text[:100]]}}
    )
    correlation(**link)
    row = org.only()
    assert (row.label, row.description, row.field, row.query) == (text, text, field, link["config"]["target"])
    assert info.once(label=text)["count"] == 1
    correlation(**org.link(label=text, config={"field": field}), state="absent")
    assert org.rows() == []


@pytest.mark.one_generation
@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
@pytest.mark.parametrize("member", ["label", "description", "source", "target", "config.field", "config.target"])
def test_half_a_character_is_refused(
    correlation: Module, correlations: Module, org: Org, member: str, text: str
) -> None:
    config = {"config.field": {"field": text, "target": {}}, "config.target": {"field": "x", "target": {"expr": text}}}
    link = org.link(**({"config": config[member]} if member in config else {member: text}))
    for result in (correlation.refuses(**link), correlations.refuses(correlations=[link])):
        assert result.codes == ["invalid_value"] and "%s contains a lone surrogate" % member[1:] in result.msg


@pytest.mark.databases
@pytest.mark.parametrize("character, bytes_each", [("x", 1), ("<", 6), ("ä", 2)])
def test_a_config_as_long_as_every_database_keeps(
    correlation: Module, org: Org, character: str, bytes_each: int
) -> None:
    rest = len('{"field":"x","target":{"expr":""}}')
    fits = (65_535 - rest) // bytes_each
    correlation(**org.link(config={"field": "x", "target": {"expr": character * fits}}))
    assert org.only().query == {"expr": character * fits}
    longer = org.link(label="Longer", config={"field": "x", "target": {"expr": character * (fits + 1)}})
    result = correlation.refuses(**longer)
    assert result.codes == ["too_long"] and "shorten config" in result.msg


@pytest.mark.databases
@pytest.mark.parametrize("member", ["label", "description"])
def test_a_nul_is_refused(correlation: Module, org: Org, member: str) -> None:
    result = correlation.refuses(**org.link(**{member: "a\0b"}))
    assert result.codes == ["invalid_value"] and "%s contains a NUL" % member in result.msg


@pytest.mark.databases
def test_a_query_two_hundred_levels_deep(correlation: Module, org: Org) -> None:
    deep: t.Any = "end"
    for number in range(200):
        deep = [deep] if number % 2 else {"a": deep}
    correlation(**org.link(config={"field": "x", "target": {"deep": deep}}))
    assert org.only().query == {"deep": deep}


# Headers


@pytest.mark.any_server
@pytest.mark.parametrize("end", ["\n", "\r", "\r\nX-Grafana-Org-Id: 1", "\0"])
@pytest.mark.parametrize(
    "option", ["token", "url_username", "url_password", "org_name", "http_headers", "the name of a header"]
)
def test_no_header_can_be_smuggled_in(info: Module, internals: Simulator, option: str, end: str) -> None:
    text = "abcdefgh" + end + "ijkl"
    nobody = {"url_username": None, "url_password": None}
    options: dict[str, t.Any] = {
        "token": {**nobody, "token": text},
        "org_name": {"org_id": None, "org_name": text},
        "http_headers": {"http_headers": {"X-Tenant": text}},
        "the name of a header": {"http_headers": {"X-Ten%sant" % end: "1"}},
    }.get(option, {option: text})
    internals.reset_counts()
    result = info.fails(**options)
    log = internals.counts().log
    assert all(item["org_header"] in (None, "2") for item in log)
    if option in ("org_name", "url_username", "url_password"):
        assert all(item["path"] == "/api/user/orgs" for item in log) or result.codes == ["unauthorized"]
    else:
        assert log == [] and result.codes == ["invalid_value"]
    assert len(result.msg.splitlines()) == 1


# What a server says


WORDS = "\x1b[31m{{ lookup('pipe', 'touch %s') }}\x07\r\n" + "long " * 1000


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_a_servers_words_are_shown_in_one_short_line(info: Module, org: Org, faults: Simulator, status: int) -> None:
    faults.fault("status", status=status, body={"message": WORDS})
    result = info.fails()
    assert result.msg.isprintable() and len(result.msg) < 1000, result.msg
    assert "\x1b" not in result.stdout


@pytest.mark.any_server
def test_nothing_of_a_server_is_templated(
    ansible: Ansible, org: Org, connection: dict[str, t.Any], inventory: Path, faults: Simulator
) -> None:
    touched = ansible.directory / "touched"
    bomb = "{{ lookup('ansible.builtin.pipe', 'touch %s') }}" % touched
    org.add(label=bomb, description=bomb, config={"target": {"expr": bomb}})
    tasks: list[dict[str, t.Any]] = [
        {"name": "Read", "crosslink.grafana.grafana_correlation_info": connection, "register": "found"},
        {"name": "Show", "ansible.builtin.debug": {"msg": "{{ found.definitions }}"}},
        {
            "name": "Write",
            "crosslink.grafana.grafana_correlations": {**connection, "correlations": "{{ found.definitions }}"},
            "register": "written",
        },
        {"name": "Show again", "ansible.builtin.debug": {"msg": "{{ written.msg }}"}},
    ]
    ansible.write("play.yml", [{"hosts": "grafana", "gather_facts": False, "tasks": tasks}])
    run = ansible.playbook("play.yml", "-i", str(inventory)).ok()
    assert run.task("Show").result["msg"][0]["label"] == bomb and not run.task("Write").changed
    faults.fault("status", status=500, body={"message": bomb})
    tasks[0]["ignore_errors"] = True
    tasks[1:] = [{"name": "Say", "ansible.builtin.debug": {"msg": "{{ found.msg }}"}}]
    ansible.write("play.yml", [{"hosts": "grafana", "gather_facts": False, "tasks": tasks}])
    assert bomb in ansible.playbook("play.yml", "-i", str(inventory)).ok().task("Say").result["msg"]
    assert not touched.exists()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_answer_of_50_megabytes(correlation: Module, org: Org, faults: Simulator, method: str) -> None:
    faults.fault("big", method=method, megabytes=50)
    result = correlation.fails(**org.link())
    assert len(result.msg) < 500 and len(result.stdout) < 20000
    faults.clear_faults()
    assert org.rows() == []


@pytest.mark.any_server
@pytest.mark.parametrize(("kind", "rule"), [("endless", {}), ("drip", {"bytes": 1, "seconds": 0.6})])
def test_an_answer_without_end(info: Module, org: Org, faults: Simulator, kind: str, rule: dict[str, t.Any]) -> None:
    org.add()
    faults.fault(kind, **rule)
    result = info.fails(timeout=1, retries=0)
    assert result.codes == ["unexpected_response"]
    # a slow machine does not read 256 MiB in ten times the timeout
    assert "10 seconds" in result.msg or (kind == "endless" and "256 MiB" in result.msg)
