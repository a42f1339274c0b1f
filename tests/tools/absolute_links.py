# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the relative links of Markdown pages lead to the repository, at the tag of the version.

    absolute_links.py DIRECTORY

DIRECTORY is a copy of the checkout, in which the pages are changed in place. Ansible Galaxy and Automation Hub show
the pages, but none of the files that they link to.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import yaml

# The path of a link or picture, without an anchor.
PATH = re.compile(r'(?:(?P<picture>!\[[^\]]*\]\(|<img src=")|\]\()(?P<path>[\w./-]+)')


def main(root: Path) -> None:
    """Change the pages in place."""
    galaxy = yaml.safe_load((root / "galaxy.yml").read_text(encoding="utf-8"))
    for page in root.rglob("*.md"):

        def absolute(match: re.Match[str], page: Path = page) -> str:
            file = (page.parent / match["path"]).resolve()
            if not file.is_relative_to(root) or not file.exists():
                return match[0]
            before = match[0][: -len(match["path"])]
            kind = "raw" if match["picture"] else "blob"
            return "%s%s/%s/%s/%s" % (before, galaxy["repository"], kind, galaxy["version"], file.relative_to(root))

        page.write_text(PATH.sub(absolute, page.read_text(encoding="utf-8")), encoding="utf-8")


main(Path(sys.argv[1]).resolve())
