# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be changed while the stand-in runs, beside its data."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass
class Settings:
    """``header_user`` signs in whoever sends X-WEBAUTH-USER with that name, as behind an auth proxy."""

    anonymous: bool = False
    brute_force: bool = False
    header_user: str | None = None
    quota: int | None = None  # correlations, of all organisations
    datasource_limit: int = 5000
    latency_ms: float = 0
    false_404_share: float = 0  # of the PATCHes of rows that exist
    seed: int = 0  # of the choice of those PATCHes

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def change(self, members: Mapping[str, Any]) -> None:
        unknown = set(members) - {item.name for item in fields(self)}
        if unknown:
            raise ValueError("unknown settings: " + ", ".join(sorted(unknown)))
        for name, value in members.items():
            setattr(self, name, value)
        self._random = random.Random(self.seed)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def next_patch_is_lost(self) -> bool:
        """SQLite-backed servers answer 404 to some parallel PATCHes of existing rows and leave the row as it was.

        Measured on 9.4, 11.6 and 12.4: 4 to 22 of 400.
        """
        return bool(self.false_404_share) and self._random.random() < self.false_404_share
