# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters on the controller: what they take, and how they refuse it.

Not among the unit tests, for the reason in test_role_input.py.
"""

from __future__ import annotations

import typing as t

import pytest
import yaml
from ansible.errors import AnsibleFilterError

from ansible_collections.crosslink.grafana.plugins.filter import correlations_markdown as of_markdown
from ansible_collections.crosslink.grafana.plugins.filter import correlations_mermaid as of_mermaid
from ansible_collections.crosslink.grafana.plugins.filter import from_grafana_provisioning as of_provisioning
from ansible_collections.crosslink.grafana.plugins.filter import preview_links as of_preview
from ansible_collections.crosslink.grafana.plugins.filter import to_grafana_provisioning as to_provisioning
from ansible_collections.crosslink.grafana.plugins.filter import to_inventory_yaml as of_yaml
from ansible_collections.crosslink.grafana.tests.unit.plugins.builders import api_row

draw = of_mermaid.FilterModule().filters()["correlations_mermaid"]
describe = of_markdown.FilterModule().filters()["correlations_markdown"]
preview = of_preview.FilterModule().filters()["preview_links"]
read_content = of_provisioning.FilterModule().filters()["from_grafana_provisioning"]
write_content = to_provisioning.FilterModule().filters()["to_grafana_provisioning"]
write_yaml = of_yaml.FilterModule().filters()["to_inventory_yaml"]
ENTRY = {"source": "loki", "target": "tempo", "label": "L", "config": {"field": "f", "target": {}}}


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The warnings that are shown."""
    shown: list[str] = []

    class Recorder:
        def warning(self, text: str) -> None:
            shown.append(text)

    monkeypatch.setattr(of_mermaid, "Display", Recorder)
    return shown


def test_entries_and_a_result(warnings):
    drawn = draw([ENTRY])
    assert '\n  ds_loki -->|"L"| ds_tempo\n' in drawn
    assert draw({"correlations": [api_row(label="L")]}) == drawn
    assert draw([ENTRY], data_sources=[{"uid": "loki", "name": "Logs", "type": "loki"}]) != drawn
    assert draw([ENTRY, dict(ENTRY, label="M")], merge_above=1).splitlines()[3] == '  ds_loki -->|"2 links"| ds_tempo'
    assert warnings == []


def test_a_page():
    assert describe({"correlations": []}, title="Links") == "# Links\n\nThere are no correlations.\n"
    assert describe({"correlations": [api_row()]}).startswith("# Correlations\n\n| from |")


def test_text_of_ansible_is_text():
    class Tagged(str):
        """As ansible-core passes it on."""

    assert draw([{Tagged(name): value for name, value in ENTRY.items()}]) == draw([ENTRY])
    assert draw((dict(ENTRY, label=Tagged("L")),)) == draw([ENTRY])


@pytest.mark.parametrize("value", ["text", None, 7, {"msg": "failed"}, [None], [{"source": "loki"}], [[ENTRY]]])
def test_wrong_input_is_one_sentence(value: t.Any):
    with pytest.raises(AnsibleFilterError) as caught:
        draw(value)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


@pytest.mark.parametrize("value", ["text", None, [], [ENTRY], {"msg": "failed"}, {"correlations": [None]}])
def test_a_page_needs_a_result(value: t.Any):
    with pytest.raises(AnsibleFilterError, match="^Give the whole result of grafana_correlation_info"):
        describe(value)


@pytest.mark.parametrize("value", ["40", 4.5, None, True])
def test_merge_above_must_be_a_number(value: t.Any):
    with pytest.raises(AnsibleFilterError, match="^merge_above must be a whole number"):
        draw([ENTRY], merge_above=value)


def test_links_without_room_are_warned_about(warnings):
    draw([dict(ENTRY, source="s%d" % number, target="t%d" % number) for number in range(451)])
    [warning] = warnings
    assert warning.startswith("The map has no room for all links: it leaves out ")


def test_provisioning_files_and_numbers():
    """Integers, floats, booleans and nulls stay what they are."""
    query = {"expr": "up", "step": 5, "share": 0.5, "instant": True, "legend": None}
    entry = {"source": "Loki", "target": "tempo", "label": "L", "config": {"field": "f", "target": query}}
    content = write_content([entry], data_sources=[{"name": "Loki", "uid": "loki", "type": "loki"}])
    assert content["datasources"][0]["correlations"][0]["config"]["target"] == query
    for given in (content, [content]):
        [found] = read_content(given)
        assert (found["label"], found["config"]["target"]) == ("L", query)


def test_what_no_provisioning_file_can_hold():
    with pytest.raises(AnsibleFilterError, match="entry 1 .L.: config.field is missing: a provisioning file needs it"):
        write_content([dict(ENTRY, config={"target": {}})])


@pytest.mark.parametrize("text", ["a\rb", "a\x85b", "a\u2028b\u2029", "a\nb\rc"])
def test_line_breaks_that_yaml_would_change(text: str):
    assert yaml.safe_load(write_yaml({"x": text})) == {"x": text}


@pytest.mark.parametrize(
    ("definitions", "sentence"),
    [
        ({"label": "L"}, "preview_links: The input must be a list of correlations"),
        ([{**ENTRY, "colour": 1}, {**ENTRY, "label": None}], "preview_links: 2 errors: entry 1 .L.: .*; entry 2: "),
    ],
)
def test_previews_need_correlations(definitions: t.Any, sentence: str):
    with pytest.raises(AnsibleFilterError, match=sentence):
        preview(definitions, {"f": "x"})
