# Each target does its own set-up first; on a checkout that is set up this adds a fraction of a second.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-run run test test-walks test-training test-chaos check bench docs clean

PYTHON := .venv/bin/python
# The orchestrator and what it starts must not take make's own flags for theirs. Where Python may not keep what it compiled,
# each of the hundreds of processes of the tests compiles all of it again.
WITHOUT_MAKE := env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u MAKEOVERRIDES -u PYTHONDONTWRITEBYTECODE
NOTHING = $$(git hash-object -t tree /dev/null)

help: ## list the targets
	@echo "OpenCode Industrial Orchestrator"
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | awk -F '\t' '{printf "  make %-13s %s\n", $$1, $$2}'

setup: ## install everything that run, test and check need
	@scripts/setup.sh dev

setup-run:
	@scripts/setup.sh run

# `exec` makes the orchestrator make's own child, so that Ctrl-C and SIGTERM reach it with no shell in between.
run: setup-run ## start the orchestrator with its demo (DEMO=0 leaves the demo out)
	@exec $(WITHOUT_MAKE) .venv/bin/orchestrator up $(if $(filter 0 no false,$(DEMO)),--no-demo)

# Three processes for two cores, each with a PostgreSQL of its own: what a walk does is to wait, half of its time.
test: setup ## run the tests, on the real OpenCode, PostgreSQL and git
	@exec $(WITHOUT_MAKE) $(PYTHON) -m pytest -q -n 3 --no-loadscope-reorder $(ARGS)

test-walks: setup ## run the further walks through the product and its pages, which CI runs as well
	@exec $(WITHOUT_MAKE) $(PYTHON) -m pytest -q -n 3 -m walks $(ARGS)

# PyTorch is large, so it has an environment of its own, which is made once for each change of what it is made from.
test-training: export ORCHESTRATOR_TRAINING_ENV ?= $(CURDIR)/.tools/training-env
test-training: setup ## train a small model in earnest, in an environment of about 1.5 GB, which CI does as well
	@$(WITHOUT_MAKE) .venv/bin/orchestrator finetune setup
	@exec $(WITHOUT_MAKE) $(PYTHON) -m pytest -q -m training $(ARGS)

test-chaos: setup ## run the long tests that kill processes
	@exec $(WITHOUT_MAKE) $(PYTHON) -m pytest -q -m chaos $(ARGS)

# TESTED=1 leaves out the tests that `make test` has run already.
check: setup ## lint, formatting, types, import floors, architecture, generated docs
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/basedpyright
	.venv/bin/lint-imports
	$(PYTHON) scripts/gen_docs.py --check
	@$(if $(TESTED),,$(WITHOUT_MAKE) $(PYTHON) -m pytest -q tests/architecture)
	@set -e; for part in check types:check size; do $(WITHOUT_MAKE) npm --prefix dashboard run --silent $$part; done
	@! git rev-parse --git-dir >/dev/null 2>&1 || git diff --check $(NOTHING) -- . ':!*.patch' ':!*.lock'

bench: setup ## measure against plain OpenCode on this machine
	@exec $(WITHOUT_MAKE) $(PYTHON) -m benchmarks $(ARGS)

docs: setup ## write the generated pages of docs/reference again, and the dashboard's types
	$(PYTHON) scripts/gen_docs.py
	@$(WITHOUT_MAKE) npm --prefix dashboard run --silent types

clean: ## remove what the set-up and the checks made here; the data directory stays
	rm -rf .venv .tools node_modules dashboard/node_modules src/orchestrator/web/dist dist build .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
