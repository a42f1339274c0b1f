# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was recorded of other programs: Grafana 12.4, Node 20, logfmt 1.4, lodash 4.17, @grafana/scenes 6.52."""

from __future__ import annotations

import json
from pathlib import Path


def recorded(name):
    return json.loads((Path(__file__).with_name("recorded") / (name + ".json")).read_text(encoding="utf-8"))
