# Each goal sets up what it needs by itself; the second time that takes no time.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help setup run test test-all lint bench audit lock docs

PYTEST := .venv/bin/python -m pytest
REPORTS ?= examples/reports
ENTERPRISES ?= examples/enterprises
RULE ?= tech_sme_national
OUT ?= out
PORT ?= 8000
export PYTHON UPGRADE
# Thousands of modules are started again and again: what Python made of them is worth keeping.
unexport PYTHONDONTWRITEBYTECODE

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## .venv with the locked packages and .venv/bin/kechuang
	@scripts/setup dev

run: ## read and judge the examples into out/, build the made-up city and serve it (REPORTS=, PORT=, …)
	@scripts/setup run
	@scripts/run "$(REPORTS)" "$(OUT)" "$(ENTERPRISES)" "$(RULE)" "$(PORT)"

lint: ## formatting, types and import rules
	@scripts/setup dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/pyright
	.venv/bin/lint-imports

test: lint ## lint, then all tests that take less than a minute; where SQL differs on PostgreSQL too
	@scripts/system_packages
	$(PYTEST) -n auto -m "not slow"
	KECHUANG_TEST_DATABASE=postgres $(PYTEST) -n auto -m "both_databases and not slow" tests/office

test-all: lint ## lint, then every test; those of the office on SQLite and on PostgreSQL
	@scripts/system_packages
	HYPOTHESIS_PROFILE=thorough $(PYTEST) -n auto
	KECHUANG_TEST_DATABASE=postgres $(PYTEST) -n auto tests/office

bench: ## speed and agreement beside the nearest peers
	@scripts/setup bench
	.venv/bin/python -m bench

docs: ## run the examples in the documents and write in what they really print
	@scripts/setup dev
	.venv/bin/python scripts/documents.py

audit: ## ask the advisory service about the packages that an installation runs with
	@scripts/setup dev
	@scripts/audit

lock: ## write requirements/*.txt anew from pyproject.toml (UPGRADE=1: newest versions)
	@scripts/lock
