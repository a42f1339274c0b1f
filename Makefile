# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

# The interpreter for the virtual environment of `make setup`.
PYTHON ?= python3
# How many tests run at the same time (twice as many of those that wait for servers).
JOBS ?= $(shell getconf _NPROCESSORS_ONLN)
# The Python versions of `make matrix`, and those of `make test`.
MATRIX ?= 3.9 3.10 3.11 3.12 3.13
TEST_MATRIX ?= 3.9 3.10 3.13

VENV := .venv
# A moved virtual environment does not work, so the stamp depends on the path.
STAMP := $(VENV)/.setup-$(shell pwd -P | cksum | cut -d' ' -f1)

# The tools call each other (antsibull-docs calls ansible-doc).
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: $(STAMP) ## Create .venv for the other targets

$(STAMP): requirements.txt requirements-dev.txt tests/requirements.txt tests/tools/setup-venv
	@echo "Setting up $(VENV) ..."
	@tests/tools/setup-venv "$(PYTHON)" $(VENV) -r requirements-dev.txt
	@touch $(STAMP)

.PHONY: demo
demo: $(STAMP) ## Demonstrate the collection (GRAFANA_URL: use that Grafana)
	@$(VENV)/bin/python examples/demo.py

.PHONY: test
test: $(STAMP) ## Run all checks, as the workflow tests does
	@tests/tools/test $(JOBS) $(TEST_MATRIX)

.PHONY: lint
lint: $(STAMP) ## Check role, playbooks, examples, documentation, changelog, scripts
	@tests/tools/lint

.PHONY: sanity
sanity: $(STAMP) ## Run ansible-test sanity
	@tests/tools/sanity

.PHONY: ansible-units
ansible-units: $(STAMP) ## Run ansible-test units (ARGS: its arguments)
	@tests/tools/ansible-test units $(ARGS)

.PHONY: ansible-integration
ansible-integration: $(STAMP) ## Run ansible-test integration (ARGS: its arguments)
	@tests/tools/ansible-test integration $(ARGS)

.PHONY: unit
unit: $(STAMP) ## Run the unit tests (ARGS: arguments for pytest)
	@$(VENV)/bin/python -m pytest -n $(JOBS) tests/unit tests/pytest $(ARGS)

.PHONY: integration
integration: $(STAMP) ## Run playbooks against simulators (GRAFANA_URL: against that Grafana)
	@$(VENV)/bin/python -m pytest -n $$(($(JOBS) * 2)) tests/functional $(ARGS)

.PHONY: matrix
matrix: $(STAMP) ## Run unit and smoke tests with each installed Python (MATRIX: versions)
	@tests/tools/matrix $(JOBS) $(MATRIX)

.PHONY: bench
bench: $(STAMP) ## Run the benchmarks (ARGS=--help: options)
	@$(VENV)/bin/python -m tests.bench $(ARGS)

.PHONY: changelog
changelog: $(STAMP) ## Write CHANGELOG.md from the fragments, for the version in galaxy.yml
	@$(VENV)/bin/antsibull-changelog release --update-existing --refresh --reload-plugins

.PHONY: option-tables
option-tables: $(STAMP) ## Write the tables of options and variables in docs/
	@$(VENV)/bin/python tests/tools/option_tables.py

.PHONY: docs
docs: $(STAMP) ## Build the documentation as a website in .build/docs/html
	@tests/tools/docs

.PHONY: build
build: $(STAMP) ## Build the collection in dist/
	@tests/tools/build dist

.PHONY: coverage
coverage: $(STAMP) ## Report which lines and branches the tests reach (ARGS: arguments for pytest)
	@tests/tools/coverage $(JOBS) $(ARGS)

.PHONY: galaxy-importer
galaxy-importer: $(STAMP) ## Build the collection and import it as Ansible Galaxy does
	@tests/tools/galaxy-importer

.PHONY: clean
clean: ## Delete what the other targets created
	rm -rf .venv .venv-* .build .ansible .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache dist tests/output
	find . -name __pycache__ -prune -exec rm -rf {} +
