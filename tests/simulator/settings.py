# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be changed while the simulator runs, beside its data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import busy


@dataclass
class Settings:
    """``header_user`` signs in whoever sends X-WEBAUTH-USER with that name, as behind an auth proxy. ``busy``: see
    busy.py."""

    anonymous: bool = False
    brute_force: bool = False
    header_user: str | None = None
    quota: int | None = None  # correlations, of all organizations
    datasource_limit: int = 5000
    latency_ms: float = 0
    lenient_patch: bool = False  # on /api of one store (api_shared.py)
    busy: str = busy.OFF
    busy_share: float = 0.05
    busy_write_ms: float = 5
    seed: int = 0  # of the choice of what goes wrong while it is busy

    def change(self, members: Mapping[str, Any]) -> None:
        unknown = set(members) - {item.name for item in fields(self)}
        if unknown:
            raise ValueError("unknown settings: " + ", ".join(sorted(unknown)))
        if members.get("busy", busy.OFF) not in busy.KINDS:
            raise ValueError("busy must be one of " + ", ".join(busy.KINDS))
        for name, value in members.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
