# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hints for what users write in place of an entry or of its options."""

from __future__ import annotations

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._hints import (
    HOW_TO_CONVERT,
    is_provisioning_file,
    not_an_entry,
    unknown_option,
)

KNOWN = ("config", "label", "source", "sourceUID", "target")


@pytest.mark.parametrize(
    "where, name, known, place",
    [
        ("", "field", KNOWN, "config.field"),
        ("", "refId", KNOWN, "config.target.refId"),
        ("config.", "label", ("field",), "label"),
        ("config.transformations[1].", "targetUID", ("type",), "targetUID"),
    ],
)
def test_an_option_in_the_wrong_place(where, name, known, place):
    message = unknown_option(where, name, known, "a correlation")
    assert message.startswith("'%s%s' is in the wrong place" % (where, name))
    assert message.endswith(" %s" % place)


def test_without_config_there_is_no_other_place():
    message = unknown_option("", "field", ("correlations", "prune"), "this module")
    assert message == "'field' is not an option of this module"


def test_a_part_of_a_mapping():
    message = unknown_option("", "config.field", ("label", "config"), "this module")
    assert message == (
        "'config.field' is not an option of this module: it is a part of config, a mapping "
        "(with key=value as JSON, such as config='{\"field\": ...}')"
    )


@pytest.mark.parametrize(
    "name, hint",
    [("lable", "'label'"), ("datasource_target", "'target'"), ("targetDatasource", "'target'"), ("colour", None)],
)
def test_similar_options(name, hint):
    message = unknown_option("", name, KNOWN, "a correlation")
    assert message.startswith("'%s' is not an option of a correlation" % name)
    assert ("did you mean" in message) is (hint is not None)
    assert hint is None or hint in message


@pytest.mark.parametrize("name", ["orgId", "provisioned", "dangling"])
def test_an_answer_of_grafana_is_no_entry(name):
    message = not_an_entry({"label": "L", name: False})
    assert message is not None
    assert "definitions" in message


@pytest.mark.parametrize(
    "mapping, is_file",
    [({"datasources": []}, True), ({"apiVersion": 1}, True), ({"name": "Loki", "correlations": []}, False)],
)
def test_a_provisioning_file_is_no_entry(mapping, is_file):
    message = not_an_entry(mapping)
    assert message is not None
    assert message.endswith(HOW_TO_CONVERT)
    assert is_provisioning_file(mapping) is is_file


@pytest.mark.parametrize("mapping", [{}, {"label": "L"}, {"correlations": "text"}])
def test_what_may_be_an_entry(mapping):
    assert not_an_entry(mapping) is None
    assert not is_provisioning_file(mapping)
