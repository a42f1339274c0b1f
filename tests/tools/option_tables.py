# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the tables of options and variables in the guides.

    option_tables.py [--check]

The source is the documentation of the modules and the role. A row has the first sentence of a description, and the
default, which is the text after "The default is" if the option itself has none. With --check, nothing is written,
and a page whose table differs is an error.
"""

from __future__ import annotations

import re
import sys
import typing as t
from pathlib import Path

import yaml

Options = t.Dict[str, t.Dict[str, t.Any]]

CHECKOUT = Path(__file__).parents[2]
PREFIX = "grafana_correlations_"
TABLE = re.compile(
    r"(?P<start>^<!-- The table (?P<name>\w+) is written by make option-tables. -->\n)"
    r".*?(?P<end>^<!-- End of the table -->)",
    re.MULTILINE | re.DOTALL,
)
PLAYBOOK_ONLY = re.compile(r"Used by the playbooks? (?P<names>[\w, ]+?) only(?P<required>, which needs it)?\. ")
# The argument spec of the role calls them raw, because Ansible would report a wrong type with the whole spec.
TYPES_OF_PLAYBOOK_VARIABLES = {
    "hosts": "str",
    "fail_on_drift": "bool",
    "tests_junit": "path",
    "export_names": "bool",
    "export_page": "bool",
    "import_src": "list of str",
    "import_environment": "dict",
    "import_org_id": "int",
}


def plugin_options(*paths: str) -> Options:
    """The options of modules and documentation fragments, in the order of their documentation."""
    options: Options = {}
    for path in paths:
        text = (CHECKOUT / "plugins" / path).read_text(encoding="utf-8")
        documentation = text.partition('DOCUMENTATION = r"""')[2].partition('"""')[0]
        options.update(yaml.safe_load(documentation)["options"])
    return options


def all_tables() -> dict[str, Options]:
    """The options of each table, by its name."""
    connection = plugin_options("doc_fragments/connection.py")
    lists = plugin_options("doc_fragments/entries.py", "modules/grafana_correlations.py", "doc_fragments/conflicts.py")
    tables = {"connection": connection, "list": lists, "role": {}}

    types = {name: {"type": kind} for name, kind in TYPES_OF_PLAYBOOK_VARIABLES.items()}
    types.update(plugin_options("modules/grafana_correlations_validate.py"))
    types.update({**lists, **connection})
    specs = yaml.safe_load((CHECKOUT / "roles/grafana_correlations/meta/argument_specs.yml").read_text("utf-8"))
    for name, variable in specs["argument_specs"]["main"]["options"].items():
        kind = types.get(name[len(PREFIX) :], variable)
        row = {"description": variable["description"]}
        row.update({member: kind[member] for member in ("type", "elements", "choices") if member in kind})
        only = PLAYBOOK_ONLY.match(variable["description"][0])
        if not only:
            tables["role"][name] = row
            continue
        row["description"] = [variable["description"][0][only.end() :], *variable["description"][1:]]
        row["required"] = bool(only["required"])
        for playbook in re.findall(r"(?!and\b)\b\w+", only["names"]):
            tables.setdefault(playbook, {})[name] = row
    return tables


def markdown(text: str) -> str:
    """Ansible's markup as Markdown."""
    text = re.sub(r"\bO\(([\w.]+)#module:(\w+)\)", r"`\2` of `\1`", text)
    text = re.sub(r"\b(?:RV|[CEMOPV])\((.*?)\)", r"`\1`", text)
    text = re.sub(r"`(\w+)=(\w+)`", r"`\1: \2`", text)
    return text.replace("|", "\\|")


def type_cell(option: dict[str, t.Any]) -> str:
    """The type, or the texts from which to choose."""
    choices = ", ".join("`%s`" % choice for choice in option.get("choices", []))
    if option["type"] != "list":
        return choices or str(option["type"])
    elements = choices or option.get("elements", "raw")
    return "list" if elements == "raw" else "list of " + elements


def default_cell(option: dict[str, t.Any], text: str) -> str:
    """The default; empty if there is none."""
    if option.get("required"):
        return "required"
    default = option.get("default")
    if default is not None:
        return "`%s`" % (str(default).lower() if isinstance(default, bool) else default)
    told = re.search(r"\bThe default is (.*?)\.( |$)", text)
    return markdown(told[1]) if told else ""


def table(heading: str, options: Options) -> str:
    """The lines of a table."""
    lines = ["| %s | type | default | purpose |" % heading, "|---|---|---|---|"]
    for name, option in options.items():
        assert option["type"] != "raw", "%s needs a type in TYPES_OF_PLAYBOOK_VARIABLES" % name
        description = option["description"]
        names = ", ".join("`%s`" % each for each in [name, *option.get("aliases", [])])
        purpose = markdown(re.split(r"(?<=\.) (?=[A-Z])", description[0])[0])
        lines.append(
            "| %s | %s | %s | %s |" % (names, type_cell(option), default_cell(option, " ".join(description)), purpose)
        )
    return "\n%s\n\n" % "\n".join(lines).replace("|  |", "| |")


def main() -> None:
    """Write or check all pages."""
    tables = all_tables()

    def written(found: re.Match[str]) -> str:
        name = found["name"]
        heading = "option" if name in ("connection", "list") else "variable"
        return found["start"] + table(heading, tables[name]) + found["end"]

    for page in sorted(CHECKOUT.glob("docs/*.md")):
        text = page.read_text(encoding="utf-8")
        new = TABLE.sub(written, text)
        if new == text:
            continue
        if "--check" in sys.argv:
            sys.exit("%s has a table that differs: run make option-tables." % page.relative_to(CHECKOUT))
        page.write_text(new, encoding="utf-8")


main()
