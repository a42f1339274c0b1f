# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that make a request go wrong, and which requests they are for.

A rule selects requests by ``method`` and by ``path`` (a regular expression searched for in the raw path), and of those
the ``nth`` (list of numbers from 1), ``every`` k-th, a ``share``, or the first ``times``; without any of these, all.

Not handled: ``status`` (unless ``handled`` is true), ``redirect``, ``big``, ``endless`` and ``reset_before``. With all
others the request takes effect: ``delay`` waits before that, ``delay_after`` after it; ``reset_after`` drops the
connection instead of answering, ``truncate`` announces the whole body and sends ``bytes`` of it, ``drip`` sends
``bytes`` at a time, ``close_keepalive`` closes the connection after an answer that did not say so, ``raw_body`` sends
another body under the same status. ``then_delete_row`` and ``then_insert_rows`` are what somebody else does right after
the request was handled.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SELECTORS = ("nth", "every", "share", "times")
# the parameters that each kind of rule takes, and what they are when left out
KINDS: dict[str, dict[str, Any]] = {
    "delay": {"seconds": 1.0},
    "delay_after": {"seconds": 1.0},
    "status": {"status": 503, "headers": {}, "body": "", "content_type": "text/plain", "handled": False},
    "redirect": {"status": 302, "location": "/login"},
    "raw_body": {"body": "", "content_type": "text/html"},
    "big": {"megabytes": 1},
    "endless": {},
    "reset_before": {},
    "reset_after": {},
    "truncate": {"bytes": None},
    "drip": {"bytes": 16, "seconds": 0.05},
    "close_keepalive": {},
    "then_delete_row": {"label": None, "uid": None},
    "then_insert_rows": {"rows": [], "objects": []},
}


@dataclass
class Rule:
    kind: str
    method: str | None
    path: str | None
    selector: str | None
    selected: Any
    parameters: dict[str, Any]
    given: dict[str, Any]
    seen: int = 0
    hits: int = 0
    pattern: re.Pattern[str] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.path is not None:
            self.pattern = re.compile(self.path)

    def __getitem__(self, name: str) -> Any:
        return self.parameters[name]

    def is_for(self, method: str, path: str, choice: random.Random) -> bool:
        if self.method not in (None, method) or (self.pattern is not None and not self.pattern.search(path)):
            return False
        self.seen += 1
        if self.selector == "nth":
            hit = self.seen in self.selected
        elif self.selector == "every":
            hit = self.seen % self.selected == 0
        elif self.selector == "share":
            hit = choice.random() < self.selected
        elif self.selector == "times":
            hit = self.seen <= self.selected
        else:
            hit = True
        self.hits += hit
        return bool(hit)


def parse(given: Mapping[str, Any]) -> Rule:
    """A rule from its JSON form; ValueError says what is wrong with it."""
    kind = given.get("kind")
    if kind not in KINDS:
        raise ValueError("kind must be one of " + ", ".join(KINDS))
    selectors = [name for name in SELECTORS if name in given]
    if len(selectors) > 1:
        raise ValueError("a rule takes one of " + ", ".join(SELECTORS))
    unknown = set(given) - {"kind", "method", "path", *SELECTORS, *KINDS[kind]}
    if unknown:
        raise ValueError("{} does not take {}".format(kind, ", ".join(sorted(unknown))))
    parameters = {name: given.get(name, default) for name, default in KINDS[kind].items()}
    selector = selectors[0] if selectors else None
    return Rule(
        kind,
        given.get("method"),
        given.get("path"),
        selector,
        given.get(selector) if selector else None,
        parameters,
        dict(given),
    )


class Fired:
    """The rules that apply to one request."""

    def __init__(self, rules: list[Rule]) -> None:
        self.rules = rules

    def first(self, *kinds: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.kind in kinds), None)

    def seconds(self, kind: str) -> float:
        return sum(float(rule["seconds"]) for rule in self.rules if rule.kind == kind)


class Faults:
    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._rules: list[Rule] = []
        self._choice = random.Random(0)

    def add(self, rules: list[Mapping[str, Any]], seed: int | None = None) -> None:
        self._rules += [parse(rule) for rule in rules]
        if seed is not None:
            self._choice = random.Random(seed)

    def fire(self, method: str, path: str) -> Fired:
        return Fired([rule for rule in self._rules if rule.is_for(method, path, self._choice)])

    def as_list(self) -> list[dict[str, Any]]:
        return [{**rule.given, "seen": rule.seen, "hits": rule.hits} for rule in self._rules]
