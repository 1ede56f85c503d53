# Two commands do it all: `make figures` and `make test`. Plain `make` lists the others.

PYTHON ?= python3
CORES ?= all
# A Python with the packages of benchmarks/requirements.txt; made when missing.
PEER_PYTHON ?= .venv-bench/bin/python

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Results go into a between-workflow cache only where the user has named a place for it.
CACHE_FLAG := $(if $(SNAKEMAKE_OUTPUT_CACHE),--cache)
SNAKEMAKE := $(BIN)/python workflow/run.py $(BIN)/snakemake --cores $(CORES) $(CACHE_FLAG)

.DEFAULT_GOAL := help
.PHONY: help setup figures smoke paper verify test bench format lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s  %s\n", $$1, $$2 }' Makefile
	@echo "Settings: CORES=2 (default: all), PYTHON=python3.12 (for the first setup; default: python3)"

setup: $(READY) ## Install the pinned packages into .venv (about a minute, once)
	@echo "Ready: $$($(BIN)/python --version) with the pinned packages in $(VENV)"

figures: $(READY) ## Make every figure, the ledger and the report at the standard size
	$(SNAKEMAKE) -- all

smoke: $(READY) ## The same at the smallest size, to see that all works
	$(SNAKEMAKE) --configfile config/smoke.yaml -- all

paper: $(READY) ## The same at the papers' own sizes
	$(SNAKEMAKE) --configfile config/paper.yaml -- all

verify: $(READY) ## Hold the standard results against the committed verdicts and numbers
	$(SNAKEMAKE) -- verify

test: $(READY) ## Check style and workflow, then run all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest --durations=10

bench: $(READY) $(PEER_PYTHON) ## Measure our engines beside NumPy, PyTorch and JAX (10 minutes)
	$(BIN)/python benchmarks/run.py --peer-python $(PEER_PYTHON) $(BENCH_FLAGS)

format: $(READY) ## Bring code and rules into the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/snakefmt Snakefile workflow
	$(BIN)/python workflow/document.py

lock: ## Renew both locks (needs uv; LOCK_FLAGS=--upgrade takes the newest versions)
	@command -v uv >/dev/null || { echo "make lock needs the command uv; nothing else here does" >&2; exit 1; }
	uv pip compile pyproject.toml --extra figures --extra workflow --extra report --extra test --extra build \
		--universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --quiet $(LOCK_FLAGS) -o requirements.lock
	uv pip compile benchmarks/requirements.in \
		--universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --quiet $(LOCK_FLAGS) -o benchmarks/requirements.txt

clean: ## Remove results and logs (the committed figures stay)
	rm -rf results logs .snakemake figures/smoke figures/paper

.venv-bench/bin/python: benchmarks/requirements.txt
	$(PYTHON) -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# Two stamps, so that an interrupted setup goes on where it stopped and a half-made
# environment is never taken for a whole one.
$(VENV)/.made:
	@command -v $(PYTHON) >/dev/null || { \
		echo "There is no $(PYTHON) here. Name a Python >= 3.11: make setup PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "genprior needs \
	Python >= 3.11, and $(PYTHON) is " + sys.version.split()[0] + ". Name another: make setup PYTHON=python3.12")'
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(READY): $(VENV)/.made requirements.lock pyproject.toml
	@echo "Installing the pinned packages into $(VENV): about a minute, once"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
