# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

# The interpreter of the virtual environment that `make setup` makes.
PYTHON ?= python3
# How many tests run at once (of those that wait for servers, twice as many).
JOBS ?= $(shell getconf _NPROCESSORS_ONLN)
# The Pythons of `make matrix`, and those of them that `make test` tries.
MATRIX ?= 3.9 3.10 3.11 3.12 3.13
TEST_MATRIX ?= 3.9 3.10 3.13

VENV := .venv
# A virtual environment does not survive being moved, so neither does its stamp.
STAMP := $(VENV)/.setup-$(shell pwd -P | cksum | cut -d' ' -f1)

# The tools call each other (antsibull-docs calls ansible-doc).
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: $(STAMP) ## Make .venv with everything the other targets need

$(STAMP): requirements.txt requirements-dev.txt tests/requirements.txt tests/tools/setup-venv
	@echo "Setting up $(VENV) ..."
	@tests/tools/setup-venv "$(PYTHON)" $(VENV) -r requirements-dev.txt
	@touch $(STAMP)

.PHONY: demo
demo: $(STAMP) ## Show the collection at work (GRAFANA_URL: with that Grafana)
	@$(VENV)/bin/python examples/demo.py

.PHONY: test
test: $(STAMP) ## Everything below, as CI runs it
	@tests/tools/test $(JOBS) $(TEST_MATRIX)

.PHONY: lint
lint: $(STAMP) ## Role, playbooks, examples, documentation, changelog, scripts
	@tests/tools/lint

.PHONY: sanity
sanity: $(STAMP) ## ansible-test sanity
	@tests/tools/sanity

.PHONY: ansible-units
ansible-units: $(STAMP) ## ansible-test units (ARGS: more arguments for it)
	@tests/tools/ansible-test units $(ARGS)

.PHONY: ansible-integration
ansible-integration: $(STAMP) ## ansible-test integration (ARGS: more arguments for it)
	@tests/tools/ansible-test integration $(ARGS)

.PHONY: unit
unit: $(STAMP) ## Unit tests (ARGS: more arguments for pytest)
	@$(VENV)/bin/python -m pytest -n $(JOBS) tests/unit tests/pytest $(ARGS)

.PHONY: integration
integration: $(STAMP) ## Playbooks against a Grafana: a stand-in, or the one at GRAFANA_URL
	@$(VENV)/bin/python -m pytest -n $$(($(JOBS) * 2)) tests/functional $(ARGS)

.PHONY: matrix
matrix: $(STAMP) ## Unit and smoke tests with every Python (MATRIX) of this machine
	@tests/tools/matrix $(JOBS) $(MATRIX)

.PHONY: bench
bench: $(STAMP) ## What it costs, with how many links (ARGS=--help: what can be chosen)
	@$(VENV)/bin/python -m tests.bench $(ARGS)

.PHONY: changelog
changelog: $(STAMP) ## Write CHANGELOG.md for the version in galaxy.yml from the fragments
	@$(VENV)/bin/antsibull-changelog release --update-existing --refresh --reload-plugins

.PHONY: build
build: $(STAMP) ## Build the collection into dist/
	@$(VENV)/bin/ansible-galaxy collection build --force --output-path dist

.PHONY: clean
clean: ## Remove what the other targets made
	rm -rf .venv .venv-* .build .ansible .cache .hypothesis .pytest_cache dist tests/output
	find . -name __pycache__ -prune -exec rm -rf {} +
