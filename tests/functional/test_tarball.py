# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tarball of the collection: what it contains, and that it works where nothing else is installed.

`make matrix` runs those marked "smoke" with the oldest ansible-core too.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import json
import re
import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml

from tests.functional.conftest import Backend
from tests.support.commands import Ansible
from tests.support.modules import PYTHON
from tests.support.simulator import Simulator

CHECKOUT = Path(__file__).parents[2]
# Two thirds of it are the plugins.
BYTES = 250_000
# What it may contain: `*` is part of a name, `**` any names.
CONTENT = [
    "CHANGELOG.md",
    "CODE_OF_CONDUCT.md",
    "README.md",
    "SECURITY.md",
    "SUPPORT.md",
    "FILES.json",
    "MANIFEST.json",
    "LICENSE",
    "requirements.txt",
    "changelogs/changelog.yaml",
    "changelogs/config.yaml",
    "docs/*.md",
    "docs/docsite/*.yml",
    "docs/docsite/rst/*.rst",
    "examples/*.md",
    "examples/*.yml",
    "examples/*/**.yml",
    "meta/execution-environment.yml",
    "meta/runtime.yml",
    "playbooks/*.yml",
    "plugins/doc_fragments/*.py",
    "plugins/filter/*.py",
    "plugins/lookup/*.py",
    "plugins/module_utils/*.py",
    "plugins/modules/*.py",
    "plugins/plugin_utils/*.py",
    "roles/grafana_correlations/README.md",
    "roles/grafana_correlations/meta/*.yml",
    "roles/grafana_correlations/tasks/*.yml",
    "tests/config.yml",
    "tests/sanity/ignore-*.txt",
]
# What tools leave in a checkout.
LEFTOVERS = [
    ".ansible/collections/a.yml",
    ".build/test/lint",
    ".cache/a",
    ".coverage",
    ".hypothesis/unicode_data/a",
    ".mypy_cache/3.9/a.json",
    ".nox/sanity/bin/python",
    ".pytest_cache/v/cache/lastfailed",
    ".ruff_cache/CACHEDIR.TAG",
    ".tox/py311/a",
    ".venv/bin/python",
    ".venv-3.10/bin/python",
    ".vscode/settings.json",
    "build/a.html",
    "changelogs/.plugin-cache.yaml",
    "crosslink-grafana-0.0.1.tar.gz",
    "dist/crosslink-grafana-0.0.1.tar.gz",
    "node_modules/mermaid/package.json",
    "docs/node_modules/mermaid/package.json",
    "playbooks/apply.retry",
    "plugins/filter/__pycache__/preview_links.cpython-311.pyc",
    "plugins/modules/__pycache__/grafana_correlation.py",
    "tests/integration/integration_config.yml",
    "tests/output/junit/a.xml",
    "venv/bin/python",
]
KINDS = {"module": "plugins/modules", "filter": "plugins/filter", "lookup": "plugins/lookup", "role": "roles"}


@dataclasses.dataclass(frozen=True)
class Installed:
    """The collection in ``root``, and an environment in which Ansible finds it there and nowhere else."""

    tarball: Path
    root: Path
    environment: dict[str, str]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The collection, built in a copy of the checkout where many tools have run, and installed elsewhere."""
    folder = tmp_path_factory.mktemp("tarball")
    copy = subprocess.run(
        [CHECKOUT / "tests/tools/copy", folder / "copy"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()
    for name in LEFTOVERS:
        leftover = Path(copy, name)
        leftover.parent.mkdir(parents=True, exist_ok=True)
        leftover.write_text("left over")
    subprocess.run([PYTHON, CHECKOUT / "tests/tools/absolute_links.py", copy], check=True)
    # Ansible would look in its Python's folders too, and there is the checkout.
    environment = {
        "ANSIBLE_COLLECTIONS_PATH": str(folder / "installed"),
        "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "false",
    }

    def galaxy(*arguments: str) -> None:
        Ansible(folder).run("ansible-galaxy", "collection", *arguments, environment=environment).ok()

    galaxy("build", copy, "--output-path", "dist")
    (tarball,) = folder.glob("dist/*.tar.gz")
    galaxy("install", str(tarball), "-p", "installed", "--offline")
    return Installed(tarball, folder / "installed/ansible_collections/crosslink/grafana", environment)


def _allowed(name: str) -> bool:
    return any(
        fnmatch.fnmatchcase(name, pattern) and ("**" in pattern or name.count("/") == pattern.count("/"))
        for pattern in CONTENT
    )


def test_content_and_size(installed: Installed) -> None:
    with tarfile.open(installed.tarball) as tarball:
        names = [member.name for member in tarball if member.isfile()]
        links = [member.name for member in tarball if not member.isfile() and not member.isdir()]
    assert [name for name in names if not _allowed(name)] == [] and links == []
    tracked = subprocess.run(["git", "ls-files"], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True).stdout
    expected = {name for name in tracked.splitlines() if _allowed(name)}
    assert expected - set(names) == set() and len(expected) > 100
    assert installed.tarball.stat().st_size < BYTES


def test_links_lead_to_the_repository(installed: Installed) -> None:
    """Ansible Galaxy shows the pages, but none of the files that they link to."""
    galaxy = yaml.safe_load((CHECKOUT / "galaxy.yml").read_text(encoding="utf-8"))
    pages = [page.read_text(encoding="utf-8") for page in installed.root.rglob("*.md")]
    links = [match[1] for page in pages for match in re.finditer(r"(?:\]\(|<img src=\")([^)\"\s]+)", page)]
    start = re.compile(
        "%s/(raw|blob)/%s/([^#]+)" % tuple(re.escape(galaxy[name]) for name in ("repository", "version"))
    )
    files = [(match[1], match[2]) for match in map(start.match, links) if match]
    assert [link for link in links if not link.startswith(("#", "https://", "http://"))] == []
    assert len(files) > 100 and ("raw", "docs/pictures/link.svg") in files
    assert [name for _kind, name in files if not (CHECKOUT / name).exists()] == []


@pytest.mark.smoke
@pytest.mark.any_server
@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize("kind", KINDS)
def test_ansible_doc(ansible: Ansible, installed: Installed, kind: str) -> None:
    names = {
        "crosslink.grafana." + path.stem
        for path in (CHECKOUT / KINDS[kind]).iterdir()
        if not path.name.startswith(("_", "."))
    }
    listed = ansible.run("ansible-doc", "-t", kind, "-l", "-j", "crosslink.grafana", environment=installed.environment)
    assert set(json.loads(listed.ok().stdout)) == names and "crosslink" not in listed.stderr
    if kind != "role":
        full = ansible.run("ansible-doc", "-t", kind, "-j", *names, environment=installed.environment).ok()
        documents = {name: plugin["doc"] for name, plugin in json.loads(full.stdout).items()}
        assert set(documents) == names and "crosslink" not in full.stderr
        assert all(Path(document["filename"]).is_relative_to(installed.root) for document in documents.values())
        assert kind != "module" or "token" in documents["crosslink.grafana.grafana_correlation"]["options"]
    pages = ansible.run("ansible-doc", "-t", kind, *names, environment=installed.environment).ok()
    assert all(name.upper() in pages.stdout.upper() for name in names)
    assert "crosslink" not in pages.stderr  # ansible-core 2.21 warns about a collection of its own


@pytest.mark.smoke
@pytest.mark.any_server
def test_everything_runs_from_there(
    ansible: Ansible, installed: Installed, backend: Backend, internals: Simulator
) -> None:
    """Role, playbooks, ad hoc commands and filters, with the examples of the tarball."""
    environment = {
        **installed.environment,
        "GRAFANA_URL": backend.grafana.url,
        "GRAFANA_USER": backend.grafana.user,
        "GRAFANA_PASSWORD": backend.grafana.password,
    }
    examples = installed.root / "examples"
    local = ("-c", "local", "-e", "ansible_python_interpreter=" + PYTHON)
    inventory = ("-i", str(examples / "inventory"), *local)

    def play(playbook: str, *arguments: str) -> str:
        run = ansible.playbook(playbook, *arguments, environment=environment).ok()
        assert "WARNING" not in run.output, run.output
        return run.stdout

    def links() -> int:
        return len(backend.grafana.ask("GET", "api", "datasources", "correlations")["correlations"])

    assert "no errors" in play("crosslink.grafana.validate", *inventory)
    assert re.search(r"([1-9]\d*) tests, \1 passed", play("crosslink.grafana.test_links", *inventory))
    play(str(examples / "prepare.yml"), *inventory)
    before = links()
    announced = re.search(r"would create (\d+)", play("crosslink.grafana.apply", *inventory, "--check", "--diff"))
    assert announced and links() == before
    play("crosslink.grafana.apply", *inventory)
    assert links() == before + int(announced[1]) > before
    role = [{"hosts": "all", "gather_facts": False, "roles": ["crosslink.grafana.grafana_correlations"]}]
    assert "changed=0" in play(str(ansible.write("role.yml", role)), *inventory)

    play("crosslink.grafana.export", *inventory, "-e", "grafana_correlations_export_page=true")
    (exported,) = ansible.directory.glob("export/*.yml")
    assert exported.read_text().count("  - source: ") == links() and exported.with_suffix(".md").exists()
    source, written = examples / "provisioning/*.yml", ansible.directory / "imported.yml"
    imported = ["-e", json.dumps({"grafana_correlations_import_src": str(source)})]
    play(
        "crosslink.grafana.import_provisioning",
        "-i",
        "localhost,",
        *imported,
        "-e",
        "grafana_correlations_import_dest=%s" % written,
    )
    assert yaml.safe_load(written.read_text())["grafana_correlations_list"]

    link = 'state=absent source="Example Loki" target="Example Tempo" label=Trace'
    for module, arguments in {"grafana_correlation": link, "grafana_correlation_info": 'source="Example Loki"'}.items():
        run = ansible.adhoc(
            "localhost", *local, "-m", "crosslink.grafana." + module, "-a", arguments, environment=environment
        )
        assert run.ok().of_action(module)[0].status == "ok"
    entries = "[dict(source='A', target='B', label='C', config=dict(field='message', target=dict()))]"
    shown = "msg={{ %s | crosslink.grafana.correlations_mermaid }}" % entries
    assert "flowchart" in ansible.adhoc("localhost", "-m", "debug", "-a", shown, environment=environment).ok().stdout


def test_execution_environment(ansible: Ansible, installed: Installed) -> None:
    """ansible-builder accepts the example, and finds what the collection needs, as it does when it builds the image."""
    example = installed.root / "examples/execution-environment.yml"
    ansible.run("ansible-builder", "create", "-f", str(example), "-c", "context").ok()
    assert "name: crosslink.grafana" in (ansible.directory / "context/_build/requirements.yml").read_text()
    needed = ansible.directory / "needed.txt"
    introspect = "context/_build/scripts/introspect.py"
    collections = str(installed.root.parents[2])
    ansible.run("python", introspect, "introspect", collections, "--write-pip", str(needed)).ok()
    assert re.findall(r"^[^#\s]+", needed.read_text(), re.MULTILINE) == ["requests"]
