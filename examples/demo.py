#!/usr/bin/env python3
# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Import a provisioning file into an inventory, check and apply it, change a link by hand, and let Ansible correct it.

Without GRAFANA_URL, the demo starts a simulated Grafana. With it, the demo uses that Grafana, with the credentials in
GRAFANA_TOKEN, or in GRAFANA_USER and GRAFANA_PASSWORD, and deletes what it created at the end.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parent.parent
CHANGED_LABEL = "Logs of this service"


class Demo:
    """One Grafana, and a copy of the example inventory."""

    def __init__(self, url: str, workspace: Path) -> None:
        self.url = url.rstrip("/")
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Content-Type"] = "application/json"
        if os.environ.get("GRAFANA_TOKEN"):
            self.session.headers["Authorization"] = "Bearer " + os.environ["GRAFANA_TOKEN"]
        else:
            self.session.auth = (os.environ.get("GRAFANA_USER", ""), os.environ.get("GRAFANA_PASSWORD", ""))
        self.environment = {
            **os.environ,
            "GRAFANA_URL": self.url,
            "ANSIBLE_HOME": str(workspace / "ansible"),
            "ANSIBLE_NOCOWS": "1",
        }
        # Grafana 9 answers with a plain list, and supports neither transformations nor type external.
        old = isinstance(self.request("GET", "/api/datasources/correlations"), list)
        self.layers = ["inventory", "inventory-9"] if old else ["inventory"]
        self.inventory = workspace / "inventory"
        for layer in self.layers:
            shutil.copytree(ROOT / "examples" / layer, self.inventory, dirs_exist_ok=True)
        self.sources = {source["uid"] for source in self.request("GET", "/api/datasources")}

    def request(self, method: str, path: str, body: t.Any = None) -> t.Any:
        """The answer of Grafana."""
        try:
            response = self.session.request(method, self.url + path, json=body, timeout=30)
        except requests.RequestException as error:
            sys.exit(
                "There is no Grafana at %s (%s): check GRAFANA_URL, or unset it to use the simulator."
                % (self.url, type(error).__name__)
            )
        if response.status_code in (401, 403):
            sys.exit("Grafana refuses %s %s: set GRAFANA_TOKEN, or GRAFANA_USER and GRAFANA_PASSWORD." % (method, path))
        if not response.ok:
            sys.exit("%s %s answers %d: %s" % (method, path, response.status_code, response.text[:200]))
        return response.json()

    def play(self, title: str, *arguments: str, changed: int, show: str) -> None:
        """Run ansible-playbook, print the relevant lines, and stop if the result is not the expected one."""
        print("\n=== %s" % title)
        inventories = " ".join("-i examples/%s" % layer for layer in self.layers)
        shown = " ".join(self._shown(argument) for argument in arguments)
        print("$ ansible-playbook %s %s\n" % (inventories, shown), flush=True)
        program = Path(sys.executable).with_name("ansible-playbook")
        command = [str(program), "-i", str(self.inventory), *arguments]
        run = subprocess.run(
            command,
            env=self.environment,
            cwd=self.inventory.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        recap = re.search(r"changed=(\d+) .*failed=(\d+)", run.stdout)
        if run.returncode or recap is None or int(recap.group(1)) != changed:
            sys.exit("%s\nThe demo expected changed=%d here." % (run.stdout, changed))
        for block in re.split(r"\n(?=TASK |PLAY )", run.stdout):
            if re.match(show + "|PLAY RECAP", block):
                print(block.strip(), end="\n\n", flush=True)

    def _shown(self, argument: str) -> str:
        """An argument as a user would write it in the checkout."""
        workspace = str(self.inventory.parent) + "/"
        return (
            argument.replace(str(self.inventory), "examples/inventory")
            .replace(workspace, "")
            .replace(str(ROOT) + "/", "")
        )

    def show_file(self, path: Path, lines: int) -> None:
        """Print the first lines of a file."""
        print("$ head -n %d %s\n" % (lines, self._shown(str(path))))
        print("\n".join(path.read_text().splitlines()[:lines]), end="\n\n", flush=True)

    def change_by_hand(self) -> None:
        """Change a link as a user of the web page would."""
        path = "/api/datasources/uid/example-tempo/correlations"
        row = next(row for row in self.request("GET", path) if row["label"] == CHANGED_LABEL)
        self.request(
            "PATCH",
            "%s/%s" % (path, row["uid"]),
            {"description": "changed by hand", "config": {"target": {"expr": "{}"}}},
        )

    def count(self) -> int:
        """The number of links that start from the data sources of the examples."""
        return len(self.links())

    def links(self) -> list[str]:
        """The paths of these links in Grafana's API."""
        sources = [one["uid"] for one in self.request("GET", "/api/datasources") if one["uid"].startswith("example-")]
        paths = ["/api/datasources/uid/%s/correlations" % source for source in sources]
        return ["%s/%s" % (path, row["uid"]) for path in paths for row in self.request("GET", path)]

    def clean_up(self) -> None:
        """Delete the links and the data sources that the demo created."""
        for link in self.links():
            self.request("DELETE", link)
        for source in self.request("GET", "/api/datasources"):
            if source["uid"] not in self.sources and source["uid"].startswith("example-"):
                self.request("DELETE", "/api/datasources/uid/%s" % source["uid"])


def run(demo: Demo) -> None:
    """All steps."""
    apply, task, shown = (
        "crosslink.grafana.apply",
        r"TASK \[crosslink.grafana.grafana_correlations : Apply the",
        r"TASK \[Show the report",
    )
    imported = demo.inventory / "group_vars/grafanas/imported.yml"
    demo.play(
        "Import a provisioning file of Grafana into the inventory",
        "crosslink.grafana.import_provisioning",
        "-e",
        "grafana_correlations_import_src=%s" % (ROOT / "examples/provisioning/*.yml"),
        "-e",
        "grafana_correlations_import_dest=%s" % imported,
        "-e",
        "grafana_correlations_import_variable=grafana_correlations_list_imported",
        changed=1,
        show="TASK .*Write the file",
    )
    demo.show_file(imported, 12)
    demo.play(
        "Check all lists without a Grafana", "crosslink.grafana.validate", changed=0, show="TASK .*Show the errors"
    )
    demo.play(
        "Test without a Grafana which links a log line gives",
        "crosslink.grafana.test_links",
        changed=0,
        show="TASK .*Show the report",
    )

    missing = {"example-loki", "example-tempo", "example-prometheus", "example-pyroscope"} - demo.sources
    demo.play(
        "Create the data sources that the links need",
        str(ROOT / "examples/prepare.yml"),
        changed=bool(missing),
        show="TASK .*Create",
    )
    demo.play("First run: create the links", apply, changed=1, show=shown)
    made = demo.count()
    demo.play("Second run: nothing to change", apply, changed=0, show=shown)

    print("\n=== Somebody changes a link on the web page\n\nThe query of '%s' is now {}." % CHANGED_LABEL)
    demo.change_by_hand()
    demo.play(
        "Check mode: show what Ansible would change", apply, "--check", "--diff", changed=1, show=task + "|" + shown
    )
    demo.play("Next run: correct the link", apply, changed=1, show=shown)

    (demo.inventory / "host_vars/production/tickets.yml").unlink()
    print("\n=== Remove one link from the inventory (host_vars/production/tickets.yml)")
    demo.play("Without prune, Grafana keeps it", apply, changed=0, show=shown)
    prune = ("-e", "grafana_correlations_prune=sources", "-e", "grafana_correlations_max_deletions=1")
    demo.play("With prune, it is deleted", apply, *prune, changed=1, show=shown)
    demo.play("Again: nothing to change", apply, *prune, changed=0, show=shown)
    after = demo.count()
    if after != made - 1:
        sys.exit("The demo expected one link fewer than %d, but there are %d." % (made, after))

    export = demo.inventory.parent / "export"
    demo.play(
        "Write a page with a table and a map",
        "crosslink.grafana.export",
        "-e",
        "grafana_correlations_export_dir=%s" % export,
        "-e",
        "grafana_correlations_export_page=true",
        changed=3,
        show="TASK .*Write",
    )
    demo.show_file(export / "production.md", 36)
    print("\n%d links created, 1 corrected, 1 pruned: Grafana holds %d." % (made, after))


@contextlib.contextmanager
def grafana() -> t.Iterator[str]:
    """The URL of the Grafana to use."""
    if os.environ.get("GRAFANA_URL"):
        print("GRAFANA_URL is set: the demo creates data sources and links there, and deletes them at the end.")
        yield os.environ["GRAFANA_URL"]
        return
    for name in [name for name in os.environ if name.startswith("GRAFANA_")]:
        del os.environ[name]
    os.environ.update(GRAFANA_USER="admin", GRAFANA_PASSWORD="admin")
    print("GRAFANA_URL is not set: a simulated Grafana is started.")
    with subprocess.Popen(
        [sys.executable, str(ROOT / "tests/simulator")], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def main() -> None:
    """Run the demo against the Grafana of the environment, or against a simulator."""
    with grafana() as url, tempfile.TemporaryDirectory(prefix="crosslink-demo-") as workspace:
        print("Grafana is at %s" % url)
        demo = Demo(url, Path(workspace))
        try:
            run(demo)
        finally:
            demo.clean_up()


if __name__ == "__main__":
    main()
