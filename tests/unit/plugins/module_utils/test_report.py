# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reports of runs."""

from __future__ import annotations

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import CrosslinkError
from ansible_collections.crosslink.grafana.plugins.module_utils._plan_types import Skipped
from ansible_collections.crosslink.grafana.plugins.module_utils._reconcile import Run
from ansible_collections.crosslink.grafana.plugins.module_utils._report import code, report_of
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import entry, row
from ansible_collections.crosslink.grafana.tests.unit.plugins.runs import (
    NAMES,
    checked,
    create,
    created,
    delete,
    deleted,
    failed,
    left,
    run_of,
    update,
    updated,
)

LINK = "`Logs to traces`: `Loki` → `Tempo`, field `message`"


def lines(run: Run) -> list[str]:
    """The report without its heading."""
    first, *others = report_of(run, "MESSAGE").splitlines()
    assert first == "### MESSAGE"
    return others


def changes(run: Run) -> list[str]:
    """What the report says about the members of the only update."""
    first, *others = lines(run)
    assert first.startswith("- update")
    return [line[len("  - ") :] for line in others]


def test_the_heading():
    assert report_of(run_of(unchanged=[entry()]), "1 unchanged") == "### 1 unchanged"
    assert report_of(run_of(), "nothing to do", "production") == "### `production`: nothing to do"


def test_what_would_be_done_is_grouped_by_what_it_is_and_in_the_order_of_the_entries():
    run = checked(
        create(3, label="Three"),
        create(1, label="One"),
        update(row("u4"), 4, description="D"),
        delete(row("u9", label="Extra")),
        delete(row("u2"), entry(2, state="absent")),
        delete(row("u5"), entry(4)),
        skipped=[Skipped(entry(6), row("u6"), "it is provisioned and differs in label")],
        ignored=[entry(7, label="By hand")],
        unchanged=[entry(8)],
    )
    assert lines(run) == [
        "- create `One`: `Loki` → `Tempo`, field `message`",
        "- create `Three`: `Loki` → `Tempo`, field `message`",
        "- update %s" % LINK,
        "  - `description`: not set → `D`",
        "- delete %s" % LINK,
        "- delete duplicate %s, uid `u5`" % LINK,
        "- prune `Extra`: `Loki` → `Tempo`, field `message`",
        "- left %s, because `it is provisioned and differs in label`" % LINK,
        "- left `By hand`: `Loki` → `Tempo`, field `message`, because its entry has state ignored",
    ]


def test_what_was_done():
    run = run_of(
        created(create(1)),
        updated(update(row(), 2, description="D")),
        deleted(delete(row("u3"), entry(3, state="absent"))),
        deleted(delete(row("u4"), entry(2))),
        deleted(delete(row("u5"))),
        failed(create(6), CrosslinkError("Grafana refuses.")),
        left(update(row("u7"), 7, description="D")),
        names=NAMES,
    )
    assert lines(run) == [
        "- created %s" % LINK,
        "- updated %s" % LINK,
        "  - `description`: not set → `D`",
        "- deleted duplicate %s, uid `u4`" % LINK,
        "- deleted %s" % LINK,
        "- pruned %s" % LINK,
        "- failed to create %s: `Grafana refuses.`" % LINK,
        "- did not try to update %s" % LINK,
    ]


def test_what_cannot_be_created_is_left():
    [line] = lines(run_of(skipped=[Skipped(entry(), None, "source 'loki' is provisioned")], names=NAMES))
    assert line == "- left %s, because `source 'loki' is provisioned`" % LINK


@pytest.mark.parametrize(
    "before, after, said",
    [
        ({"expr": "a"}, {"expr": "b"}, ["`config.target.expr`: `a` → `b`"]),
        ({"limit": 20}, {"limit": "20"}, ['`config.target.limit`: `20` → `"20"`']),
        ({"on": 1}, {"on": True}, ["`config.target.on`: `1` → `true`"]),
        ({"a": 1}, {"b": None}, ["`config.target.a`: `1` → not set", "`config.target.b`: not set → `null`"]),
        ({"a": {"b": [1]}}, {"a": {"b": [2.5]}}, ["`config.target.a.b`: `[1]` → `[2.5]`"]),
        ({"a": "x"}, {"a": ""}, ['`config.target.a`: `x` → `""`']),
        ({"text": "été"}, {"text": "→"}, ["`config.target.text`: `été` → `→`"]),
    ],
)
def test_members_that_change(before, after, said):
    assert changes(checked(update(row(query=before), config_target=after))) == said


def test_other_members_that_change():
    there = row(label="Old", field="a", transformations=[{"type": "logfmt"}])
    new = {
        "label": "New",
        "config_field": "b",
        "config_transformations": [{"type": "regex", "expression": "x", "mapValue": "v"}],
    }
    assert changes(checked(update(there, **new))) == [
        "`label`: `Old` → `New`",
        "`config.field`: `a` → `b`",
        '`config.transformations`: `[{"type": "logfmt"}]` → `[{"type": "regex", "expression": "x", "map_value": "v"}]`',
    ]


def test_a_long_value_is_shown_where_it_differs():
    before, after = "x" * 100 + "old" + "y" * 100, "x" * 100 + "new" + "y" * 100
    assert changes(checked(update(row(description=before), description=after))) == [
        "`description`: `...%sold%s...` → `...%snew%s...`" % (2 * ("x" * 20, "y" * 34))
    ]


def test_long_lists_are_cut():
    there = row(query={"m%d" % number: 0 for number in range(7)})
    run = checked(
        *(create(number) for number in range(1, 10_001)),
        update(there, 10_001, config_target={"m%d" % number: 1 for number in range(7)}),
        delete(row("u2")),
    )
    found = lines(run)
    assert found[:25] == 25 * ["- create %s" % LINK]
    assert found[25:27] == ["- and 9975 more", "- update %s" % LINK]
    assert found[27:32] == ["  - `config.target.m%d`: `0` → `1`" % number for number in range(5)]
    assert found[32:] == ["  - and 2 more", "- prune %s" % LINK]


@pytest.mark.parametrize(
    "text, span",
    [
        ("Logs to trace", "`Logs to trace`"),
        ("", '`""`'),
        ("a `b` c", "`` a `b` c ``"),
        ("`", "`` ` ``"),
        ("``x", "``` ``x ```"),
        ("a\nb\r\n# c\x1b[2K", "`a b # c [2K`"),
        ("<b>@me</b> | [x](y)", "`<b>@me</b> | [x](y)`"),
        (61 * "x", "`%s...`" % (60 * "x")),
    ],
)
def test_code_spans(text, span):
    assert code(text) == span


def test_no_label_breaks_the_list():
    label = "x`\n- forged ``\r\n# <!-- @all"
    report = report_of(checked(create(label=label), delete(row(label=label))), "MESSAGE", "`a`\n")
    assert report.splitlines() == [
        "### `` `a`  ``: MESSAGE",
        "- create ``` x` - forged `` # <!-- @all ```: `Loki` → `Tempo`, field `message`",
        "- prune ``` x` - forged `` # <!-- @all ```: `Loki` → `Tempo`, field `message`",
    ]
