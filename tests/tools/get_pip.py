# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make ansible-test work where its own copy of get-pip.py cannot be downloaded.

ansible-test downloads it from a host of the Ansible project to ~/.ansible/test/cache,
and runs it in each virtual environment that it creates. If the host cannot be reached,
for example in a network with only a package mirror, this script puts a replacement
there that uses the pip included in Python. An existing copy is kept, and if the
download works, the downloaded file is used.
"""

from __future__ import annotations

import re
import urllib.request
from pathlib import Path

import ansible_test

FALLBACK = """\
# Started by ansible-test in place of get-pip.py, which could not be downloaded.
import subprocess
import sys

arguments = [argument for argument in sys.argv[1:] if argument not in ('--no-setuptools', '--no-wheel')]
subprocess.check_call([sys.executable, '-m', 'ensurepip'], stdout=subprocess.DEVNULL)
subprocess.check_call([sys.executable, '-m', 'pip', 'install', '--quiet'] + arguments)
"""


def main() -> None:
    internals = Path(ansible_test.__file__).parent
    wanted = set(re.findall(r"\bpip='([0-9.]+)'", (internals / "_internal/python_requirements.py").read_text()))
    url = re.search(r"'(https://\S+/get-pip-)%s\.py'", (internals / "_util/target/setup/requirements.py").read_text())
    cache = Path("~/.ansible/test/cache").expanduser()

    for version in sorted(wanted):
        script = cache / f"get_pip_{version.replace('.', '_')}.py"
        if script.exists() or not url:
            continue
        try:
            with urllib.request.urlopen(f"{url[1]}{version}.py", timeout=15) as download:
                content = download.read().decode()
        except OSError:
            content = FALLBACK
        cache.mkdir(parents=True, exist_ok=True)
        script.write_text(content)


if __name__ == "__main__":
    main()
