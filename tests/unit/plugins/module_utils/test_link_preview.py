# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links of a row, as Explore shows them."""

from __future__ import annotations

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._entries import read_entries
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError, Origin
from ansible_collections.crosslink.grafana.plugins.module_utils._link_preview import links_of, read_row

TRACE = {"type": "regex", "expression": r"trace=(\w+)", "map_value": "traceID"}


def query(target, label="Trace", **config):
    config = {"field": "message", "target": target, **config}
    return {"source": "Loki", "target": "Tempo", "label": label, "config": config}


def external(url, label="Open", **config):
    config = {"field": "message", "target": {"url": url}, **config}
    return {"source": "Loki", "type": "external", "label": label, "config": config}


def links(entries, row, labels=None):
    found = read_entries([(Origin(), entries)])
    assert not found.problems
    return [link.as_result() for link in links_of(found.entries, row, labels or {})]


def link(entry, row, labels=None):
    [found] = links([entry], row, labels)
    return found


def interpolated(text, row, labels=None, **config):
    """What a text of the query becomes."""
    return link(query({"text": text}, **config), row, labels)["target"]["text"]


def missing(text, row, labels=None, **config):
    return link(query({"text": text}, **config), row, labels)["missing"]


def test_a_query():
    entry = query({"query": "${traceID}", "limit": 20}, transformations=[TRACE])
    assert link(entry, {"message": "trace=abc"}) == {
        "label": "Trace",
        "source": "Loki",
        "type": "query",
        "shown": True,
        "missing": [],
        "variables": {"traceID": "abc"},
        "used": {"traceID": "abc"},
        "target": {"query": "abc", "limit": 20},
    }


def test_a_url():
    assert link(external("https://a/${message:percentencode}\n?m=$message", "Go $message"), {"message": "a b\n"}) == {
        "label": "Go a b\n",
        "source": "Loki",
        "type": "external",
        "shown": True,
        "missing": [],
        "variables": {},
        "used": {"message": "a b\n"},
        "url": "https://a/a%20b%0A?m=a b",
    }


def test_a_link_that_is_not_shown():
    entry = query({"query": "$traceID"}, "$b ${traceID}", transformations=[TRACE], field="message")
    assert link(entry, {"message": "none", "a": 1}) == {
        "label": "$b ${traceID}",
        "source": "Loki",
        "type": "query",
        "shown": False,
        "missing": ["traceID", "b"],
        "variables": {},
        "used": {},
    }


def test_which_correlations_a_row_has():
    entries = [
        query({}, "1"),
        query({}, "2", field="Message"),
        {**query({}, "3"), "state": "absent"},
        {**query({}, "4"), "state": "ignored"},
        {"source": "Tempo", "target": "Loki", "label": "5", "uid": "x", "type": "query", "config": {"target": {}}},
        {**query({}, "6"), "source": "Other"},
    ]
    assert [one["label"] for one in links(entries, {"message": "x", "other": 1})] == ["1", "6"]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("$message", "hello"),
        ("${message}", "hello"),
        ("[[message]]", "hello"),
        ("${message:raw}", "hello"),
        ("[[message:doublequote]]", '"hello"'),
        ("${message:nonsense}", "hello"),
        ("$message.x [[message", "hello.x [[message"),
        ("${message.text:singlequote}", "'hello'"),
        ("${message.numeric}", "NaN"),
        ("${n.numeric} $n", "7.5 7.5"),
        ("${t} $f $nothing.", "true false ."),
        ("${list} ${map}", "1,a [object Object]"),
        ("${__value.raw}", "hello"),
        ("${__value.text} ${__value.raw:text}", "hello hello"),
        ("${__value}", "[object Object]"),
        ("${__targetField}", "hello"),
        ("${__data.fields.message}", "hello"),
        ('${__data.fields["my field"]}', "ü &"),
        ('${__data.fields["my field"]:percentencode}', "%C3%BC%20%26"),
        ("${__data.fields[0]}", "hello"),
        ("${__data.fields.n.numeric}", "7.5"),
        ("${__data.fields.message:text}", "Data"),
        ("${__data.fields.unknown}|", "|"),
        ("${__from} ${__to:date} $__interval", "${__from} ${__to:date} $__interval"),
        ("${__data.refId} ${__value.time} ${__field.name}", "${__data.refId} ${__value.time} ${__field.name}"),
        ("${} $ ${a b} ${message", "${} $ ${a b} ${message"),
        ("$größe", "6öße"),
        ("$__proto", "hidden"),
    ],
)
def test_variables(text, expected):
    row = {
        "message": "hello",
        "n": 7.5,
        "t": True,
        "f": False,
        "nothing": None,
        "list": [1, "a"],
        "map": {"a": 1},
        "my field": "ü &",
        "gr": 6,
        "__proto": "hidden",
    }
    assert interpolated(text, row) == expected


@pytest.mark.parametrize(
    "value, text, expected",
    [
        (["a", "b"], "${__value.raw} ${__value.raw:csv} ${__value.raw[1]}", "{a,b} a,b b"),
        ({"a": {"b c": [5]}}, "${__value.raw.a['b c'][0]} ${__value.raw}", "5 [object Object]"),
        (5, "${__value.raw} ${__value.raw:text} ${__value.raw:json}", "5 Raw value 5"),
        (1700000000000, "${__value.raw:date} ${message:date:seconds}", "2023-11-14T22:13:20.000Z 1700000000"),
        (None, "${__value.raw}|${__value.numeric}|${__value.text}|", "|NaN||"),
        ("7", "${__value.numeric:text}", "7"),
        ({"a": 1}, "${__value.raw.b}", "[object Object]"),
    ],
)
def test_values_of_other_types(value, text, expected):
    assert interpolated(text, {"message": value}) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("$b ${a.x} $b [[c]] ${c:raw}", ["b", "a.x", "c"]),
        ("$message ${message.x}", []),  # the first use of a name decides
        ("${message.x} $message", ["message.x"]),
        ("$constructor", ["constructor"]),
        ("$MESSAGE", ["MESSAGE"]),
        ("$__from $timeFilter ${__timezone}", []),
        ("$__dashboard", ["__dashboard"]),
        ("${__data.fields.x}", []),
        ("no $", []),
    ],
)
def test_missing_variables(text, expected):
    assert missing(text, {"message": "hello"}) == expected


def test_what_does_not_change_stays_as_it_was_used():
    assert interpolated("$message ${message.x}", {"message": "hello"}) == "hello ${message.x}"
    assert missing("$message", {"message": "$message"}) == ["message"]


def test_every_text_of_the_query_is_replaced_but_no_name():
    target = {"$a": [1, None, True, 1.5, "$message", {"b": {"c": "$message$message"}}], "d": {}, "datasource": "$x"}
    found = link(query(target), {"message": "m"})
    assert found["target"] == {
        "$a": [1, None, True, 1.5, "m", {"b": {"c": "mm"}}],
        "d": {},
        "datasource": {"uid": "Tempo"},
    }
    assert found["missing"] == []


def test_variables_in_expressions_count_too():
    transformation = {"type": "regex", "expression": r"costs \$(\d+)|^$none", "map_value": "n"}
    assert missing("$n", {"message": "costs $5"}, transformations=[transformation]) == ["none"]


def test_which_value_wins():
    transformation = {"type": "regex", "expression": "(?<message>.)(?<app>.)", "map_value": "traceID"}
    row, labels = {"message": "xy", "pod": "field"}, {"pod": "label", "app": "label", "zone": "label"}
    text = "$message $app $pod $zone"
    assert interpolated(text, row, labels) == "xy label field label"
    assert interpolated(text, row, labels, transformations=[transformation]) == "x y field label"
    entry = external("https://" + text, text, transformations=[transformation])
    found = link(entry, row, labels)
    assert (found["url"], found["label"]) == ("https://xy label field label", "xy label field label")
    assert found["used"] == {"message": "xy", "app": "label", "pod": "field", "zone": "label"}


@pytest.mark.parametrize(
    "entry, label",
    [
        (query({}, ""), "Tempo"),
        (query({}, "$message"), ""),
        (external("https://Grafana.example.com:3000/x?y=1", ""), "grafana.example.com"),
        (external("example.com/x", "$message"), "example.com"),
        (external("https://user@host/$message", ""), "host"),
        (external("/d/abc", ""), "d"),
        (external("/path only", ""), "http://path only"),
        (external("mailto:a", ""), "http://mailto:a"),
        (external("http://[x", ""), "http://[x"),
    ],
)
def test_empty_labels(entry, label):
    assert link(entry, {"message": ""})["label"] == label


def test_values_are_not_replaced_again():
    assert interpolated("$message", {"message": "$a ${b}", "a": 1}) == "$a ${b}"


def test_labels_are_text():
    assert interpolated("$code", {"message": ""}, {"code": 500.0}) == "500"


def test_half_of_an_emoji_is_shown_as_browsers_do():
    transformation = {"type": "regex", "expression": "(.)", "map_value": "half"}
    entry = query({"text": "$half"}, transformations=[transformation])
    assert link(entry, {"message": "\U0001f600"})["target"] == {"text": "\ufffd"}


def test_what_only_grafana_knows():
    entry = {**query({}), "uid": "x"}
    with pytest.raises(InputError, match=r"^entry 1 \(Trace\) has a uid and no type, which only Grafana knows"):
        links([entry], {"message": ""})


def test_rows_as_json_has_them():
    row = {1: {2: None, True: 1.5}, "a": [1]}
    assert read_row(row, "row") == {"1": {"2": None, "true": 1.5}, "a": [1]}


@pytest.mark.parametrize(
    "value, sentence",
    [
        ([], "row must be a mapping of names to values, not a list."),
        (None, "row must be a mapping of names to values, not null."),
        ({"a": [float("nan")]}, "row has a number that JSON does not know, such as .inf."),
    ],
)
def test_what_is_no_row(value, sentence):
    with pytest.raises(InputError) as error:
        read_row(value, "row")
    assert str(error.value) == sentence
