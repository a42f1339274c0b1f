# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of each playbook are in its comment, in the role's argument specs, and in a guide."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).parents[2]
PLAYBOOKS = sorted(CHECKOUT.glob("playbooks/*.yml"))
ONLY = re.compile(r"Used by the playbooks? ([\w, ]+?) only\b")


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda playbook: playbook.stem)
def test_variables_are_documented(playbook: Path) -> None:
    specs = yaml.safe_load((CHECKOUT / "roles/grafana_correlations/meta/argument_specs.yml").read_text("utf-8"))
    described = set()
    for name, variable in specs["argument_specs"]["main"]["options"].items():
        only = ONLY.match(variable["description"][0])
        if only and re.search(r"\b%s\b" % playbook.stem, only[1]):
            described.add(name.rstrip("*"))
    commented = set(re.findall(r"^# (grafana_correlations_\w+)  ", playbook.read_text("utf-8"), re.MULTILINE))
    assert commented and commented == described
    guides = "".join(page.read_text("utf-8") for page in CHECKOUT.glob("docs/*.md"))
    assert {name for name in described if name not in guides} == set()
