# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists in files: what only this process can bring about; the rest is tried with real files and plays."""

from __future__ import annotations

import json
import os
import sys
import typing as t
from pathlib import Path

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError
from ansible_collections.crosslink.grafana.plugins.module_utils._files import paths_of, read_file


def test_without_pyyaml(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "yaml", None)
    path, other = tmp_path / "a.yml", tmp_path / "a.json"
    path.write_text("[]")
    other.write_text("[]")
    with pytest.raises(InputError) as caught:
        read_file(str(path))
    assert caught.value.code == "missing_library"
    assert "PyYAML" in str(caught.value) and str(path) in str(caught.value)
    assert read_file(str(other)) == []


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with files in three levels."""
    for name in ("a.yml", "one/b.yml", "one/two/c.yml", "one/two/d.json", "other/e.yml", "[x]/f.yml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("[]")
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("a.yml", ["a.yml"]),
        ("*/*.yml", ["[x]/f.yml", "one/b.yml", "other/e.yml"]),
        ("**/*.yml", ["[x]/f.yml", "a.yml", "one/b.yml", "one/two/c.yml", "other/e.yml"]),
        ("one/**/*.yml", ["one/b.yml", "one/two/c.yml"]),
        ("one/**", ["one/b.yml", "one/two/c.yml", "one/two/d.json"]),
        ("one/**/*", ["one/b.yml", "one/two/c.yml", "one/two/d.json"]),
        ("**/two/*.json", ["one/two/d.json"]),
        ("[x]/f.yml", ["[x]/f.yml"]),
    ],
)
def test_what_a_pattern_names(tree: Path, pattern: str, names: t.Sequence[str]) -> None:
    assert [os.path.relpath(path, tree) for path in paths_of([str(tree / pattern)])] == names


@pytest.mark.parametrize(
    ("pattern", "code", "fact"),
    [
        ("**.yml", "invalid_value", "write {0}/**/*.yml."),
        ("one**/b.yml", "invalid_value", "write {0}/**/one*/b.yml."),
        ("**/*.yaml", "file_not_found", "{0}/**/*.yaml"),
        ("*", "invalid_file", "{0}/[x]"),
    ],
)
def test_what_a_pattern_must_not_pass_over(tree: Path, pattern: str, code: str, fact: str) -> None:
    """Files that are silently left out are pruned links."""
    with pytest.raises(InputError) as caught:
        paths_of([str(tree / pattern)])
    assert caught.value.code == code
    assert str(caught.value).startswith("src: ") and fact.format(tree) in str(caught.value)


def test_what_a_file_contains(tmp_path: Path) -> None:
    """A list, or the content of a provisioning file."""
    path = tmp_path / "a.yml"
    entries = [{"label": "L"}]
    for content, expected in [
        (entries, entries),
        ({"grafana_correlations_list": entries, "datasources": []}, entries),
        ({"apiVersion": 1}, {"apiVersion": 1}),
        ({"datasources": [{"name": "Loki"}]}, {"datasources": [{"name": "Loki"}]}),
    ]:
        path.write_text(json.dumps(content), encoding="utf-8")
        assert read_file(str(path)) == expected


@pytest.mark.parametrize("content", ["", "text", "{}", "correlations: []", "providers: []"])
def test_a_file_without_a_list(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_file(str(path))
    assert caught.value.code == "invalid_file"
    facts = [str(path), "list of correlations", "grafana_correlations_list", "provisioning file"]
    assert [fact for fact in facts if fact not in str(caught.value)] == []
