# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists in files: what only this process can bring about; the rest is tried with real files and plays."""

from __future__ import annotations

import sys

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import Mistake
from ansible_collections.crosslink.grafana.plugins.module_utils._files import read_file


def test_without_pyyaml(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "yaml", None)
    path, other = tmp_path / "a.yml", tmp_path / "a.json"
    path.write_text("[]")
    other.write_text("[]")
    with pytest.raises(Mistake) as caught:
        read_file(str(path))
    assert str(caught.value).startswith("Failed to import the required Python library (PyYAML) on ")
    assert str(caught.value).endswith(". It is needed to read %s; JSON files need nothing." % path)
    assert read_file(str(other)) == []
