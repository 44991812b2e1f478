# The one door to the project. Needs make and Python >= 3.11; everything else is set up on first use.
#
#   PYTHON=python3.12   the interpreter to set up with (default: the first that is >= 3.11)
#   VENV=.venv          where the environment lies

VENV ?= .venv
BIN := $(VENV)/bin
UV = $(if $(wildcard $(BIN)/uv),$(BIN)/uv,uv)

# What `make run` needs is ready much sooner than what tests need. The second includes the first.
RUNTIME := $(VENV)/.runtime-ready
TOOLS := $(VENV)/.tools-ready
# Set-up is made anew when one of these changed, when the interpreter is gone, or when PYTHON names one.
INPUTS := pyproject.toml uv.lock $(if $(shell test -x $(BIN)/python && echo there),,FORCE) $(if $(PYTHON),FORCE)
SETUP = VENV='$(VENV)' PYTHON='$(PYTHON)' sh scripts/setup.sh

export UV_PROJECT_ENVIRONMENT = $(VENV)
export UV_PYTHON_DOWNLOADS = never
unexport VIRTUAL_ENV

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup run quick test check bench calibration torture fuzz audit docs schema FORCE

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

setup: $(TOOLS) ## Set up everything (the other targets do it themselves)

run: $(RUNTIME) ## Run the demonstration
	@$(BIN)/clone-mcp demo

# Most tests wait for servers and programs of their own: a few more at once than there are processors.
WORKERS ?= 3

quick: $(TOOLS) ## Run most tests in under two minutes: SQLite alone, no processes, no servers
	@$(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile -m "not slow" $(ARGS)

test: $(TOOLS) ## Run the tests; narrow them with ARGS="-k name"
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: $(TOOLS) ## Lint, format, types, import rules, lock file, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports
	$(UV) lock --check --quiet --python $(BIN)/python
	$(BIN)/python -m pytest -q tests/architecture
	@echo "check: all good"

bench: $(TOOLS) ## Measure
	@$(BIN)/python -m benchmarks $(ARGS)

calibration: $(TOOLS) ## Measure and write it into the docs: TURNS=, PAIRS=, DECISIONS=, STOPS=, ARGS="--folds FOLDER"
	@test -n '$(TURNS)$(PAIRS)$(DECISIONS)$(STOPS)' || { echo 'Say on what: make calibration TURNS=turns.jsonl'; exit 2; }
	@$(UV) sync --quiet --locked --group train --python $(BIN)/python
	@$(BIN)/python -m scripts.calibration $(if $(TURNS),--turns '$(TURNS)') $(if $(PAIRS),--pairs '$(PAIRS)') \
		$(if $(DECISIONS),--decisions '$(DECISIONS)') $(if $(STOPS),--stops '$(STOPS)') $(ARGS)

torture: $(TOOLS) ## Kill, starve and crowd it on both databases (about five minutes)
	@TEST_LONG=1 TEST_TORTURE_SECONDS=$(or $(SECONDS),60) $(BIN)/python -m pytest -q tests/durability $(ARGS)

# atheris where there is a wheel of it; hypothesis everywhere, and schemathesis for REST.
fuzz: $(TOOLS) ## Search for inputs that break it; more with EXAMPLES=500 (REST) and SECONDS=60 (readers)
	@TEST_LONG=1 $(BIN)/python -m pytest -q tests/fuzz $(ARGS)
	@TEST_FUZZ_EXAMPLES=$(or $(EXAMPLES),50) $(BIN)/python -m pytest -q tests/transports/rest/test_description.py
	@$(UV) run --quiet --isolated --locked --group fuzz --python $(BIN)/python python -m tests.fuzz.search $(or $(SECONDS),20)

audit: $(TOOLS) ## Locked with hashes, licences, known holes, the same wheel twice, bill of materials
	@$(BIN)/python scripts/audit.py $(ARGS)

docs: $(TOOLS) ## Check that links and examples in docs/ hold
	@if [ -d tests/docs ]; then $(BIN)/python -m pytest -q tests/docs; else echo "docs: nothing to check yet"; fi

schema: $(TOOLS) ## Write schema/ from the event models
	@$(BIN)/python scripts/schema.py

plugins: $(TOOLS) ## Write plugins/ from clone_mcp/install
	@$(BIN)/python scripts/plugins.py

clients: $(TOOLS) ## Fetch the real clients that tests/e2e drives (900 MB, kept outside the checkout)
	@VENV='$(VENV)' sh scripts/vendors.sh

$(RUNTIME): $(INPUTS)
	@$(SETUP) --no-dev
	@touch $@

$(TOOLS): $(INPUTS)
	@$(SETUP)
	@touch $@ $(RUNTIME)
