# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``src`` of grafana_correlations: lists in files."""

from __future__ import annotations

import json
import os
import typing as t
from pathlib import Path

import pytest

from tests.support.grafana import Org
from tests.support.modules import Module


def write(folder: Path, name: str, content: t.Any) -> str:
    """The path of a file with this content; what is no text or bytes is written as JSON."""
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def test_files_are_joined_with_the_list(correlations: Module, org: Org, tmp_path: Path) -> None:
    paths = [
        write(tmp_path, "a.yml", [org.link(label="A")]),
        write(tmp_path, "b.json", {"grafana_correlations_list": [org.link(label="B")], "other": 1}),
    ]
    result = correlations(src=paths, correlations=[org.link(label="C")])
    assert result.changed and sorted(row.label for row in org.rows()) == ["A", "B", "C"]


@pytest.mark.any_server
def test_one_path_may_contain_a_comma(correlations: Module, org: Org, tmp_path: Path) -> None:
    correlations(src=write(tmp_path, "a,b.yml", [org.link(label="A")]))
    assert org.only().label == "A"


@pytest.mark.any_server
def test_a_glob(correlations: Module, org: Org, tmp_path: Path) -> None:
    for name in ("b.yml", "a.yml", "c.txt"):
        write(tmp_path, name, [org.link(label=name)])
    correlations(src=str(tmp_path / "*.yml"))
    assert sorted(row.label for row in org.rows()) == ["a.yml", "b.yml"]


def test_nothing_is_a_template(correlations: Module, org: Org, tmp_path: Path) -> None:
    text = (
        "- source: %s\n  target: %s\n  label: '{{ label }}'\n"
        "  config:\n    field: m\n    target: {expr: !unsafe '{{ .msg }}', q: '{%% x %%}'}\n"
    )
    correlations(src=write(tmp_path, "a.yml", text % (org.loki.uid, org.tempo.uid)))
    row = org.only()
    assert (row.label, row.query) == ("{{ label }}", {"expr": "{{ .msg }}", "q": "{% x %}"})


@pytest.mark.any_server
def test_an_error_is_named_with_file_and_entry(correlations: Module, org: Org, tmp_path: Path) -> None:
    path = write(tmp_path, "a.yml", [org.link(label="A"), {"source": org.loki.uid}])
    result = correlations.refuses(src=path, correlations=[org.link(label="C")])
    assert "%s entry 2: " % path in result.msg
    assert {(error["file"], error["position"]) for error in result["errors"]} == {(path, 2)}
    assert set(result.codes) == {"missing_option"}


@pytest.mark.any_server
@pytest.mark.parametrize(
    ("name", "content", "fact"),
    [
        ("a.yml", "a: [", "cannot be read: "),
        ("a.json", '[{"label": ', "cannot be read: "),
        ("a.yml", b"\xff\xfe\xfa", "cannot be read: "),
        ("a.json", b"\xff\xfe\xfa", "cannot be read: "),
        ("a.yml", "", "is empty: give a list of correlations, a mapping with grafana_correlations_list"),
        ("a.yml", "text", "contains text: give a list"),
        ("a.json", '{"correlations": []}', "has correlations: give a list"),
        ("a.json", '{"grafana_correlations_list": {}}', "has a mapping in grafana_correlations_list: give a list"),
        ("a.yml", "- !vault x", "contains !vault"),
        ("a.yml", "- !!bool maybe", "the tag before it ('maybe')"),
        ("a.yml", "- !!int ''", "the tag before it (string index out of range)"),
        ("a.yml", "- !!timestamp x", "the tag before it ("),
        ("a.yml", "- !!python/object/apply:os.getcwd []", "could not determine a constructor for the tag"),
    ],
    ids=[
        "yaml",
        "json",
        "yaml bytes",
        "json bytes",
        "empty",
        "text",
        "other name",
        "no list",
        "vault",
        "bool",
        "int",
        "timestamp",
        "object",
    ],
)
def test_files_that_cannot_be_used(
    correlations: Module, org: Org, tmp_path: Path, name: str, content: t.Any, fact: str
) -> None:
    path = write(tmp_path, name, content)
    result = correlations.refuses(src=path, correlations=[org.link(label="C")])
    assert result.codes == ["invalid_file"] and result.msg.startswith("src: %s " % path) and fact in result.msg


@pytest.mark.any_server
@pytest.mark.parametrize(
    ("name", "code", "fact"),
    [
        ("none.yml", "file_not_found", "src: the file %s does not exist"),
        ("*.yaml", "file_not_found", "src: no file matches %s"),
        ("", "invalid_value", "src: %s is a directory"),
    ],
    ids=["file", "glob", "directory"],
)
def test_paths_that_name_nothing(
    correlations: Module, org: Org, tmp_path: Path, name: str, code: str, fact: str
) -> None:
    path = str(tmp_path / name)
    result = correlations.refuses(src=[path], correlations=[org.link(label="C")])
    assert result.codes == [code] and fact % path in result.msg


@pytest.mark.any_server
def test_neither_a_list_nor_files(correlations: Module) -> None:
    result = correlations.refuses()
    assert result.codes == ["missing_option"] and "set correlations, or src" in result.msg


@pytest.mark.any_server
@pytest.mark.parametrize("content", ["[]", '{"grafana_correlations_list": []}'])
def test_an_empty_list_in_a_file_is_one(correlations: Module, org: Org, tmp_path: Path, content: str) -> None:
    org.add(label="B")
    assert not correlations.once(src=write(tmp_path, "a.json", content)).changed
    assert org.only().label == "B"


@pytest.mark.any_server
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.yml", "- label: A\n  source: s\n  label: B\n"),
        ("a.yml", "grafana_correlations_list: []\nlabel: 1\ngrafana_correlations_list: []\n"),
        ("a.json", '[{"label": "A", "label": "B"}]'),
    ],
)
def test_a_name_that_is_there_twice(correlations: Module, org: Org, tmp_path: Path, name: str, content: str) -> None:
    """Of which readers of YAML and JSON silently drop the first."""
    path = write(tmp_path, name, content)
    twice = "grafana_correlations_list" if "list" in content else "label"
    result = correlations.refuses(src=path)
    assert result.codes == ["invalid_file"] and path in result.msg and "'%s' twice" % twice in result.msg


@pytest.mark.any_server
def test_aliases_of_yaml(correlations: Module, org: Org, tmp_path: Path) -> None:
    """A member beside a merge is no second one."""
    text = "- &first {source: %s, target: %s, label: A, config: {field: m, target: {}}}\n- {<<: *first, label: B}\n" % (
        org.loki.uid,
        org.tempo.uid,
    )
    correlations(src=write(tmp_path, "a.yml", text))
    assert org.labels() == ["A", "B"]


@pytest.mark.any_server
def test_a_query_that_holds_itself(correlations: Module, org: Org, tmp_path: Path) -> None:
    text = "- {source: %s, target: %s, label: A, config: {field: m, target: &t {x: *t, y: *t}}}\n" % (
        org.loki.uid,
        org.tempo.uid,
    )
    result = correlations.refuses(src=write(tmp_path, "a.yml", text))
    assert result.codes == ["invalid_value"] and "config.target" in result.msg and "300 levels" in result.msg


@pytest.mark.any_server
def test_what_is_no_file(correlations: Module, org: Org, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yml"
    os.mkfifo(pipe)
    result = correlations.refuses(src=str(pipe))
    assert result.codes == ["invalid_file"] and str(pipe) in result.msg and "regular file" in result.msg
