# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the documentation keeps up with the code."""

from __future__ import annotations

import ast
import re
import typing as t
from pathlib import Path

COLLECTION = Path(__file__).parents[3]
# Calls whose argument at this position is a code.
CODE_ARGUMENTS = {"Problem": 0, "error": 0, "warn": 0, "InputError": 1}


def strings(node: ast.AST) -> t.Iterator[str]:
    """The texts that an expression can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from strings(node.body)
        yield from strings(node.orelse)


def codes_in(tree: ast.AST) -> t.Iterator[str]:
    """The codes of errors and warnings that a module gives."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            position = CODE_ARGUMENTS.get(name)
            if position is not None and len(node.args) > max(1, position):
                argument = node.args[position]
                if name == "error" and isinstance(argument, (ast.Constant, ast.Name)) and len(node.args) == 3:
                    argument = node.args[1]  # PlanDraft.error(entry, code, message)
                yield from strings(argument)
            for keyword in node.keywords:
                if keyword.arg == "code":
                    yield from strings(keyword.value)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id == "code" for target in targets) and node.value:
                yield from strings(node.value)


def test_every_code_is_documented() -> None:
    page = (COLLECTION / "docs/errors.md").read_text()
    documented = set(re.findall(r"^\| `([a-z0-9_]+)` \|", page, re.MULTILINE)) - {"code"} | {"invalid_input"}
    sources = [path.read_text() for path in sorted((COLLECTION / "plugins").glob("*/*.py"))]
    used = {code for source in sources for code in codes_in(ast.parse(source))}
    assert len(used) > 40
    assert used - documented == {"failed"}  # of the base class, which nothing raises by itself
    assert {code for code in documented if not any('"%s"' % code in source for source in sources)} == set()
