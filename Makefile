# Everything that stands around the code. `make help` lists what there is.
#
# A fresh machine needs Python 3.11 or newer, make, and a package index that pip can reach.

PYTHON ?= python3
SHARE ?= fixtures/share
WORKERS ?= auto
# Handed to `pii-scan scan` as they are: make scan SHARE=/mnt/hr SCAN="--policy nl-default"
ifeq ($(SHARE),fixtures/share)
SCAN ?= --config fixtures/pii-scan.toml --events fixtures/events.csv --today 2026-11-01
else
SCAN ?=
endif

VENV := .venv
OUT := out
BIN := $(VENV)/bin
STORE := $(OUT)/scan.db
HTML := $(OUT)/report.html
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
INSTALL := $(PIP) install -qq --require-hashes --only-binary :all:
OFFLINE := the line above says why; a package index that pip can reach is needed the first time
SOURCES := $(shell find pii_scan recognizers rules -type f ! -name '*.pyc' 2>/dev/null)
CHECKS := format-check lint types docs pytest

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help scan test $(CHECKS) format generate bench lock clean

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

scan: $(VENV)/for-scan ## scan SHARE (the sample files unless named) into out/, with an HTML report
	@if [ "$(SHARE)" = fixtures/share ]; then \
	    rm -rf fixtures/share && $(BIN)/python fixtures/make.py || exit 1; \
	elif [ ! -e "$(SHARE)" ]; then \
	    echo "make scan: there is no $(SHARE); name a folder: make scan SHARE=folder" >&2; exit 1; \
	fi
	@mkdir -p $(OUT) && chmod 700 $(OUT)
	@$(BIN)/pii-scan scan "$(SHARE)" --store "sqlite:///$(STORE)" $(SCAN); code=$$?; \
	case $$code in \
	    0) meaning="complete: every file was read" ;; \
	    1) meaning="complete, with findings at or above --fail-on" ;; \
	    3) meaning="not complete: some files could not be read in full; the report names them" ;; \
	    *) echo "make scan: pii-scan scan ended with $$code" >&2; exit $$code ;; \
	esac; \
	$(BIN)/pii-scan report --store "sqlite:///$(STORE)" --format html --output "$(HTML)" || exit 1; \
	echo; \
	echo "Scan    $$meaning (exit code $$code)"; \
	echo "Store   $(CURDIR)/$(STORE)"; \
	echo "Report  $(CURDIR)/$(HTML)"

test: $(VENV)/for-dev ## run every check: format, lint, types, generated docs, tests
	@failed=; \
	for check in $(CHECKS); do \
	    echo "== $$check"; \
	    $(MAKE) --no-print-directory $$check || failed="$$failed $$check"; \
	done; \
	echo; \
	if [ -n "$$failed" ]; then echo "Failed:$$failed" >&2; exit 1; fi; \
	echo "All good: $(CHECKS)"

format-check: $(VENV)/for-dev
	@$(BIN)/ruff format --check .

lint: $(VENV)/for-dev
	@$(BIN)/ruff check .

types: $(VENV)/for-dev
	@$(BIN)/mypy

docs: $(VENV)/for-dev
	@PYTHONPATH=.:recognizers $(BIN)/cog --check -c README.md $$(find docs -name '*.md')

pytest: $(VENV)/for-dev
	@PYTHONPATH=.:recognizers $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal

format: $(VENV)/for-dev ## put the code in shape
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

generate: $(VENV)/for-dev ## write the generated parts of README.md and docs/ again
	@PYTHONPATH=.:recognizers $(BIN)/cog -r -c README.md $$(find docs -name '*.md')

bench: $(VENV)/for-dev ## measure speed and accuracy; see bench/
	@ls bench/[a-z]*.py >/dev/null 2>&1 || { echo "make bench: bench/ holds no measurements" >&2; exit 1; }
	@for script in bench/[a-z]*.py; do \
	    echo "== $$script"; PYTHONPATH=.:recognizers $(BIN)/python $$script || exit 1; \
	done

# The locks name no index: pip takes packages from the one that the machine is set up for.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(LOCK)
lock: $(VENV)/for-dev ## choose versions again after a change in pyproject.toml (LOCK=--upgrade: newest)
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) --group fixtures -c requirements.txt -o requirements-fixtures.txt
	$(COMPILE) pyproject.toml --group dev -c requirements.txt -c requirements-fixtures.txt \
	    -o requirements-dev.txt

clean: ## remove the environment, the caches and everything that was made
	rm -rf $(VENV) $(OUT) build dist fixtures/share .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find pii_scan recognizers tests fixtures -name __pycache__ -type d -exec rm -rf {} +

# Environment: a stamp is older than its lock when there is something to install.

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "make: needs Python 3.11 or newer; $(PYTHON) is not. Name one: make PYTHON=python3.12" >&2; \
	    exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "make: $(PYTHON) has no venv module (on Debian: apt-get install python3-venv)" >&2; \
	    exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/for-dev: requirements-dev.txt | $(BIN)/python
	@echo "Installing what development needs (requirements-dev.txt)"
	@$(INSTALL) -r requirements-dev.txt || { echo "make: could not install: $(OFFLINE)" >&2; exit 1; }
	@touch $@

$(VENV)/locked: requirements.txt requirements-fixtures.txt | $(BIN)/python
	@echo "Installing what the program needs (requirements.txt, requirements-fixtures.txt)"
	@$(INSTALL) -r requirements.txt -r requirements-fixtures.txt || { \
	    echo "make: could not install: $(OFFLINE)" >&2; exit 1; }
	@touch $@

$(VENV)/for-scan: $(VENV)/locked pyproject.toml $(wildcard README.md) LICENSE $(SOURCES)
	@echo "Installing pii-scan"
	@$(PIP) install -qq --no-deps --no-build-isolation --force-reinstall .
	@touch $@
