# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Sphinx builds the website (see tests/tools/docs)."""

from __future__ import annotations

import typing as t

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

project = html_title = "crosslink.grafana"
copyright = "crosslink contributors"

# The copy of docs/docsite/index.md.
root_doc = "index"
include_patterns = ["*.md", "docs/*.md", "examples/*.md", "tests/recordings/README.md", "reference/**"]
exclude_patterns = ["README.md"]  # part of index.md

extensions = ["myst_parser", "sphinx_antsibull_ext"]
# Headings have the anchors that GitHub gives them.
myst_heading_anchors = 4
myst_enable_extensions = ["html_image"]
antsibull_ext_color_scheme = "default-autodark"
# Examples that are shortened with "...", and the language Mermaid.
suppress_warnings = ["misc.highlighting_failure"]

html_theme = "furo"
html_static_path = ["website.css"]
html_css_files = ["website.css"]
html_copy_source = False

# Pages of Ansible's documentation to which generated pages refer. Its own index
# (intersphinx) would need the network.
ANSIBLE_PAGES = {
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html",
    "unsafe_strings": "playbook_guide/playbooks_advanced_syntax.html",
}


def link_to_ansible(app: Sphinx, environment: t.Any, node: pending_xref, text: nodes.Element) -> nodes.Element | None:
    """A reference to Ansible's documentation, for a label that is not defined here."""
    page = ANSIBLE_PAGES.get(node["reftarget"])
    if page is None:
        return None
    return nodes.reference("", "", text, refuri="https://docs.ansible.com/ansible/latest/" + page, internal=False)


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("missing-reference", link_to_ansible)
