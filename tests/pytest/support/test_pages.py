# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What counts as a command of a page, and as the output that it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.pages import Block, Step, blocks, shows

OUTPUT = "\nPLAY\nok: (uid 'rm5yr9i0dg6h1v') \n3 created\nPLAY\n\n"


@pytest.mark.parametrize(
    "shown",
    [
        "PLAY\nok: (uid 'rm5yr9i0dg6h1v')\n3 created\nPLAY\n",
        "...\n",
        "PLAY\n...\n",
        "...\nok: (uid 'fsorbbz9vogs91')\n...\n",
        "...\nok: ...\n3 created\nPLAY\n",
        "PLAY\n...\nPLAY\n",
    ],
)
def test_is_shown(shown: str) -> None:
    assert shows(shown, OUTPUT)


@pytest.mark.parametrize(
    "shown",
    [
        "PLAY\n",
        "...\nok: ...\n",
        "ok: ...\n...\n",
        "...\n2 created\n...\n",
        "...\n3 create\n...\n",
        "...\ncreated\n...\n",
        "...\n3 created\n...\nok: ...\n...\n",
        "...\nok: (uid '...')\n...\n3 created\n...\nPLAY\n...\nPLAY\n",
    ],
)
def test_is_not_shown(shown: str) -> None:
    assert not shows(shown, OUTPUT)


def test_a_command_may_have_several_lines() -> None:
    text = "$ ansible \\\n    -a '{\n         \"a\": 1}' && echo\n1\n\n2\n$ cat a\n"
    steps = [Step("ansible \\\n    -a '{\n         \"a\": 1}' && echo", "1\n\n2\n"), Step("cat a", "")]
    assert Block("", "console", text).steps == steps


def test_a_line_above_the_first_command_is_no_step() -> None:
    with pytest.raises(AssertionError, match="cat a"):
        print(Block("", "console", "cat a\n$ cat a\n").steps)


def test_blocks_have_the_heading_above_and_no_indent(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A\n```yaml\n# b.yml\n- c\n```\n## D\n1. E\n\n   ```console\n   $ f\n   ```\n")
    assert list(blocks(page)) == [Block("A", "yaml", "# b.yml\n- c\n"), Block("D", "console", "$ f\n")]
