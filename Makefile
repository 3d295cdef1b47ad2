# Two commands for a newcomer: `make run` and `make test`. The rest is for those who change things.
# Installing is repeated only when a lock changes: the stamp carries the lock's fingerprint.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
PYTHON := $(BIN)/python
CORE := .venv/.installed-core-$(shell sha256sum < requirements/core.txt | cut -c1-16)
DEV := .venv/.installed-dev-$(shell cat requirements/core.txt requirements/dev.txt | sha256sum | cut -c1-16)
WORKERS ?= $(shell nproc)
# More arguments for pytest: make test ARGS="-k coverage"
ARGS ?=
# BROWSER=no leaves the browser tests out on purpose, where no Chromium can be had.
BROWSER ?= yes
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --only-binary :all: --custom-compile-command "make lock"

export FLASK_APP := wsgi
export PYTHONUTF8 := 1
# Packages are compiled when they are first imported, not while they are installed.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run ways-in test test-fast check format lock bench bench-scale crash screens catalogues clean

help: ## show the commands
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

run: $(CORE) ## start the demonstration on http://127.0.0.1:8000, and the worker beside it
	@$(PYTHON) -m tools.catalogues build
	@scripts/run.sh

ways-in: $(CORE) ## print new ways into the running demonstration, for each audience
	@TRAINING_DEMO=1 $(BIN)/flask demo ways-in

test: $(DEV) ## the whole suite on SQLite and PostgreSQL, with a real browser
	@$(PYTHON) -m tools.catalogues build
ifeq ($(BROWSER),no)
	@echo "the browser tests are left out, because BROWSER=no"
	@$(BIN)/pytest -n $(WORKERS) --dist loadscope --database both -m "not browser" $(ARGS)
else
	@scripts/packages.sh browser
	@$(BIN)/pytest -n $(WORKERS) --dist loadscope --database both $(ARGS)
endif

test-fast: $(DEV) ## SQLite, without a browser and the long proofs, in about 90 seconds
	@$(PYTHON) -m tools.catalogues build
	@$(BIN)/pytest -n $(WORKERS) --dist loadscope -m "not browser and not thorough" $(ARGS)

check: $(DEV) ## style, types, import contracts, content, translations, templates, architecture
	@echo "== ruff" && $(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .
	@echo "== mypy" && $(BIN)/mypy --no-error-summary
	@echo "== import contracts" && $(BIN)/lint-imports --no-logo
	@echo "== translations" && $(PYTHON) -m tools.catalogues check
	@$(PYTHON) -m tools.catalogues build
	@echo "== templates" && $(BIN)/djlint --quiet --lint training_app
	@echo "== content" && TRAINING_DATA_FOLDER=build/check $(PYTHON) -m tools.keys ensure \
		&& TRAINING_DATA_FOLDER=build/check $(BIN)/flask content check
	@echo "== architecture" && $(BIN)/pytest -q -p no:randomly tests/architecture

format: $(DEV) ## put imports and layout right
	@$(BIN)/ruff check --quiet --fix --unsafe-fixes --select I,UP,COM,Q,W . || true
	@$(BIN)/ruff format .

lock: $(DEV) ## resolve the dependencies of pyproject.toml anew; UPGRADE=--upgrade takes newer ones
	$(COMPILE) $(UPGRADE) pyproject.toml --output-file requirements/core.txt
	$(COMPILE) $(UPGRADE) --group dev --constraint requirements/core.txt --output-file requirements/dev.txt

catalogues: $(CORE) ## merge and compile the translations of all packages
	@$(PYTHON) -m tools.catalogues build

bench: $(DEV) ## measure pages beside their bare minimum and print ratios
	@$(PYTHON) -m tools.catalogues build
	@$(PYTHON) -m bench $(ARGS)

bench-scale: $(DEV) ## rosters of 50,000 rows, 500,000 answers, coverage of the nation; seeds for minutes
	@$(PYTHON) -m tools.catalogues build
	@$(PYTHON) -m bench.rosters
	@$(PYTHON) -m bench.items
	@$(PYTHON) -m bench.coverage $(ARGS)

crash: $(DEV) ## 10,000 kills of the server and faults of the disk, about an hour; needs strace
	@$(PYTHON) -m tools.catalogues build
	@$(PYTHON) -m tools.crash $(ARGS)

screens: $(DEV) ## take the pictures of the README from the demonstration
	@scripts/packages.sh browser
	@$(PYTHON) -m tools.catalogues build
	@$(PYTHON) -m tools.screens $(ARGS)

clean: ## remove what can be made again; instance/ (the data) is never touched
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis htmlcov
	rm -rf training_app/translations
	find . -name __pycache__ -not -path './instance/*' -prune -exec rm -rf {} +

$(CORE):
	@scripts/install.sh $@ requirements/core.txt

$(DEV):
	@scripts/install.sh $@ requirements/core.txt requirements/dev.txt
