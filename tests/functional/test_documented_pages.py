# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Markdown pages: who follows one sees what it shows, and the variables that it names exist."""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

import pytest
import yaml

from tests.functional.conftest import REAL_URL
from tests.functional.page_scenes import SCENES
from tests.support.commands import Ansible
from tests.support.grafana import Grafana
from tests.support.pages import Reader, Step, blocks
from tests.support.simulator import Simulator, Simulators

CHECKOUT = Path(__file__).parents[2]
PAGES = sorted(
    [
        CHECKOUT / "README.md",
        *CHECKOUT.glob("docs/*.md"),
        *CHECKOUT.glob("examples/*.md"),
        *CHECKOUT.glob("roles/*/*.md"),
    ]
)
ON_EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
RESULT = "grafana_correlations_result"
# What is not run: how the command, or the block of YAML, begins, and why.
NOT_RUN = {
    "git clone ": "needs the network",
    "cd crosslink.grafana": "is the clone",
    "make ": "runs this test, or takes minutes",
    "pip install ": "needs the network",
    "ansible-galaxy collection install ": "needs the network; test_tarball.py installs the collection",
    "ansible-builder ": "needs the network and podman; test_tarball.py creates an execution environment",
    "podman ": "needs a registry",
    "npx ": "needs the network",
    ".venv/bin/python tests/simulator --generation 9 --port 3000": "does not end",
    "ansible-playbook crosslink.grafana.apply -i examples/fleet ": "has hosts that do not exist; see test_fleet.py",
    'content: "{{ all | ': "replaces a line of the playbook above it",
}
DATA_SOURCES = {"Loki": "loki", "Tempo": "tempo", "Prometheus": "prometheus"}
# By organization, the variables with its token. (Two play Grafanas of their own.)
TOKENS = {
    "Main Org.": ["GRAFANA_TOKEN", "PRODUCTION_TOKEN", "OLD_TOKEN"],
    "Platform": ["PLATFORM_TOKEN"],
    "Payments": ["PAYMENTS_TOKEN"],
    "Staging": ["STAGING_TOKEN"],
    "New": ["NEW_TOKEN"],
}
WEBSITE = re.compile(r"https://crosslink-ansible\.github\.io/crosslink\.grafana/([^\s)#]*)")
PASSWORD = "admin"


@pytest.fixture
def simulator(simulators: Simulators, page: Path) -> Simulator:
    if REAL_URL:
        pytest.skip("the pages need a Grafana that has nothing but what they name, so they run with a simulator only")
    return simulators.fresh("--no-provisioned", "--apis", "unified" if page.stem == "grafana-versions" else "off")


@pytest.fixture
def secrets(simulator: Simulator) -> dict[str, str]:
    """Make organizations with data sources, for an Admin ``ansible``; returns tokens and passwords by variable."""
    grafana = Grafana(simulator.url, "admin", PASSWORD)
    user = grafana.ask("POST", "api", "admin", "users", body={"login": "ansible", "password": PASSWORD})["id"]
    secrets = {"GRAFANA_PASSWORD": PASSWORD, "ANSIBLE_USER_PASSWORD": PASSWORD}
    for number, (name, variables) in enumerate(TOKENS.items(), 1):
        path = ("api", "orgs", str(number), "users")
        if number == 1:
            grafana.ask("PATCH", *path, str(user), body={"role": "Admin"})
        else:
            assert grafana.ask("POST", "api", "orgs", body={"name": name})["orgId"] == number
            grafana.ask("POST", *path, body={"loginOrEmail": "ansible", "role": "Admin"})
        for source, type in DATA_SOURCES.items():
            simulator.seed(datasources=[{"uid": type + "-uid", "name": source, "type": type, "orgId": number}])
        body = {"name": "ansible", "role": "Admin"}
        account = grafana.ask("POST", "api", "serviceaccounts", body=body, org=number)["id"]
        path = ("api", "serviceaccounts", str(account), "tokens")
        token = grafana.ask("POST", *path, body={"name": "ansible"}, org=number)["key"]
        secrets.update(dict.fromkeys(variables, token))
    return secrets


@pytest.fixture
def reader(ansible: Ansible, simulator: Simulator, secrets: dict[str, str], nobody: str) -> Reader:
    """In a directory that looks like a checkout as well."""
    for name in ("examples", "tests", ".venv"):
        (ansible.directory / name).symlink_to(CHECKOUT / name)
    places = {
        "https://grafana.example.com": simulator.url,
        "https://staging-grafana.example.com": simulator.url,
        "https://new-grafana.example.com": simulator.url,
        "http://127.0.0.1:3000": simulator.url,
        "http://grafana.internal:3000": simulator.url,
        "https://emea.example.com": nobody,
    }
    return Reader(ansible, places, secrets)


@ON_EACH_PAGE
def test_what_a_page_shows_is_what_happens(reader: Reader, simulator: Simulator, page: Path) -> None:
    on_page = list(blocks(page))
    commands = [step.command for block in on_page for step in block.steps]
    if not any(re.search("export .*GRAFANA_(TOKEN|USER)=", command) for command in commands):
        reader.run("export GRAFANA_URL=https://grafana.example.com GRAFANA_TOKEN=...")
    scenes = dict(SCENES.get(str(page.relative_to(CHECKOUT)), {}))
    for block in on_page:
        set_the_scene(reader, simulator, **scenes.pop(block.heading, {}))
        for step in block.steps:
            if not step.command.startswith(tuple(NOT_RUN)):
                reader.follow(step)
        if block.kind == "mermaid":
            reader.follow(Step("cat *.mmd", block.text))
        if block.file_name:
            reader.write(block.file_name, block.text)
            if block.playbook == block.text and not any(block.file_name in command.split() for command in commands):
                reader.play(block.file_name)
        elif block.playbook and not block.text.startswith(tuple(NOT_RUN)):
            reader.write("unnamed.yml", block.playbook)
            reader.play("unnamed.yml")
    assert not scenes, "the page has no such headings"


def set_the_scene(
    reader: Reader,
    simulator: Simulator,
    files: t.Mapping[str, t.Any] | None = None,
    rows: t.Sequence[t.Any] = (),
    faults: t.Sequence[t.Any] = (),
) -> None:
    for name, content in (files or {}).items():
        reader.write(name, content)
    simulator.seed(rows=rows)
    for fault in faults:
        simulator.fault(**fault)


def test_what_is_not_run_is_on_a_page() -> None:
    on_pages = [block for page in PAGES for block in blocks(page)]
    texts = [step.command for block in on_pages for step in block.steps] + [block.text for block in on_pages]
    assert [start for start in NOT_RUN if not any(text.startswith(start) for text in texts)] == []
    targets = re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    made = {text.split()[1] for text in texts if text.startswith("make ")}
    assert made - set(targets) == set()


@ON_EACH_PAGE
def test_variables_exist(page: Path) -> None:
    specs = yaml.safe_load((CHECKOUT / "roles/grafana_correlations/meta/argument_specs.yml").read_text())
    known = [name.replace("*", "(_[a-z0-9_]*)?") for name in specs["argument_specs"]["main"]["options"]]
    known += [path.stem for path in CHECKOUT.glob("plugins/modules/*.py")] + ["grafana_correlations", RESULT]
    text = WEBSITE.sub("", page.read_text(encoding="utf-8"))
    used = set(re.findall(r"\bgrafana_correlations(?:_[a-z0-9_]+)?\b(?![*<])", text))
    assert [name for name in sorted(used) if not any(re.fullmatch(pattern, name) for pattern in known)] == []


@ON_EACH_PAGE
def test_links_to_the_website_name_what_exists(page: Path) -> None:
    """The page of a module, a filter or the role; other links are relative."""
    for link in WEBSITE.findall(page.read_text(encoding="utf-8")):
        found = re.fullmatch(r"reference/(\w+)_(module|filter|lookup|role)\.html", link)
        if found and found[2] == "role":
            assert (CHECKOUT / "roles" / found[1]).is_dir(), link
        elif found:
            folder = "modules" if found[2] == "module" else found[2]
            assert (CHECKOUT / "plugins" / folder / (found[1] + ".py")).exists(), link
        else:
            assert link in ("", "reference/index.html"), link


def test_the_role_tells_the_defaults_of_its_module(ansible: Ansible) -> None:
    """As text, because with ``default`` the role would pass them, and hide what the environment says."""
    name = "crosslink.grafana.grafana_correlations"
    module = json.loads(ansible.run("ansible-doc", "-j", name).ok().stdout)[name]["doc"]["options"]
    role = json.loads(ansible.run("ansible-doc", "-j", "-t", "role", name).ok().stdout)[name]
    variables = role["entry_points"]["main"]["options"]
    defaults = {option: value["default"] for option, value in module.items() if value.get("default") is not None}
    assert len(defaults) > 8
    for option, default in defaults.items():
        shown = "V(%s)" % (default if isinstance(default, str) else json.dumps(default))
        assert "The default is %s." % shown in " ".join(variables["grafana_correlations_" + option]["description"])
