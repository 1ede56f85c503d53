# Two commands do it all: `make figures` and `make test`. Plain `make` lists the others.

PYTHON ?= python3
CORES ?= all
# What claim, verify, publish, site and archive are about: smoke, standard or paper.
SIZE ?= standard
# A configuration of your own, for run; for site and archive, too.
CONFIG ?=
# A Python with the packages of benchmarks/requirements.txt; made when missing.
PEER_PYTHON ?= .venv-bench/bin/python

VENV := .venv
BIN := $(VENV)/bin

# Results go into a between-workflow cache only where the user has named a place for it.
CACHE_FLAG := $(if $(SNAKEMAKE_OUTPUT_CACHE),--cache)
# -E -s: nothing of the user's reaches the Python that then makes an environment of its own.
CLEAN := $(BIN)/python -E -s workflow/surroundings.py
# Likewise, for scripts that import those beside them.
SCRIPT := $(CLEAN) python -E
# One line a job, or with VERBOSE=1 all that Snakemake says.
LOGGER := $(if $(VERBOSE),,--logger genprior)
SNAKEMAKE := $(BIN)/python -E -s workflow/run.py --cores $(CORES) $(CACHE_FLAG) $(LOGGER)
CHOSEN := $(or $(CONFIG),config/$(SIZE).yaml)
# What is committed is of these sizes; a configuration of one's own is held against nothing.
PUBLISHED := smoke standard paper
COMMITTED = $(if $(filter $(SIZE),$(PUBLISHED)),,$(error SIZE=$(SIZE) is no published size: $(PUBLISHED)))

.DEFAULT_GOAL := help
.PHONY: help environment setup figures smoke paper run claim verify publish site docs archive test bench format lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s  %s\n", $$1, $$2 }' Makefile
	@echo "Settings: CORES=2 (default: all), PYTHON=python3.12 (for the first setup; default: python3)," \
		"SIZE=smoke (for claim, verify, publish, site and archive; default: standard)," \
		"CONFIG=mine.yaml (for run, site and archive)," \
		"VERBOSE=1 (all that Snakemake says)"

setup: environment ## Install the pinned packages into .venv (about a minute, once)
	@echo "Ready: $$($(BIN)/python --version) with the pinned packages in $(VENV)"

figures: environment ## Make every figure, the ledger and the report at the standard size
	$(SNAKEMAKE) -- all
	@$(SCRIPT) workflow/found.py standard

smoke: environment ## The same at the smallest size, to see that all works
	$(SNAKEMAKE) --configfile config/smoke.yaml -- all
	@$(SCRIPT) workflow/found.py smoke

paper: environment ## The same at the papers' own sizes
	$(SNAKEMAKE) --configfile config/paper.yaml -- all
	@$(SCRIPT) workflow/found.py paper

run: environment ## Run a configuration of your own: make run CONFIG=mine.yaml (five lines do)
	@$(SCRIPT) workflow/found.py --can "$(CONFIG)"
	$(SNAKEMAKE) --configfile "$(CONFIG)" -- all
	@$(SCRIPT) workflow/found.py "$(CONFIG)"

claim: environment ## Compute and judge one claim alone: make claim ID=HV-rho [SIZE=smoke]
	@$(CLEAN) python workflow/claim.py --size "$(SIZE)" --cores $(CORES) $(CACHE_FLAG) -- $(ID)

verify: environment ## Compare the standard results with the committed verdicts, numbers and figures
	$(COMMITTED)$(SNAKEMAKE) --configfile config/$(SIZE).yaml -- verify
	@$(SCRIPT) workflow/verify.py $(SIZE)

publish: environment ## Take the standard results and figures as those that are committed
	$(COMMITTED)$(SNAKEMAKE) --configfile config/$(SIZE).yaml -- all
	@$(SCRIPT) workflow/publish.py $(SIZE)

site: environment ## Write site/, a folder to be served as it is: page, figures, notebooks, API
	$(SNAKEMAKE) --configfile "$(CHOSEN)" -- site

docs: environment ## Write pages/: the documentation with pages of the package, to be served as it is
	@rm -rf pages
	$(CLEAN) sphinx-build --quiet --fail-on-warning --doctree-dir .snakemake/doctrees docs pages
	@echo "Open pages/index.html"

archive: environment ## Write genprior-standard.zip to deposit: results, figures, page, checksums
	$(SNAKEMAKE) --configfile "$(CHOSEN)" -- archive

test: environment ## Check style and workflow, then run all tests
	$(CLEAN) ruff check .
	$(CLEAN) ruff format --check .
	$(CLEAN) snakefmt --check Snakefile workflow
	$(CLEAN) snakemake --lint
	$(CLEAN) python -m pytest --durations=10

bench: environment $(PEER_PYTHON) ## Measure our engines beside NumPy, PyTorch and JAX (10 minutes)
	$(BIN)/python benchmarks/run.py --peer-python $(PEER_PYTHON) $(BENCH_FLAGS)

format: environment ## Bring code and rules into the project's style
	$(CLEAN) ruff check --fix .
	$(CLEAN) ruff format .
	$(CLEAN) snakefmt Snakefile workflow
	$(CLEAN) python workflow/document.py

lock: ## Renew both locks (needs uv; LOCK_FLAGS=--upgrade takes the newest versions)
	@command -v uv >/dev/null || { echo "make lock needs the command uv; nothing else here does" >&2; exit 1; }
	uv pip compile pyproject.toml --extra figures --extra workflow --extra report --extra docs --extra test --extra build \
		--universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --quiet $(LOCK_FLAGS) -o requirements.lock
	uv pip compile benchmarks/requirements.in \
		--universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --quiet $(LOCK_FLAGS) -o benchmarks/requirements.txt

clean: ## Remove results and logs (what is committed stays)
	rm -rf results logs .snakemake site pages genprior-*.zip

.venv-bench/bin/python: benchmarks/requirements.txt
	$(PYTHON) -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# Asked every time, for a moment: an environment works in one folder and with one Python alone, and
# a folder can be copied or moved and a Python replaced. Where none works yet, $(PYTHON) makes it.
NAMED := $(if $(filter command,$(firstword $(origin PYTHON))),--python $(PYTHON))
RECENT := import sys; sys.exit(sys.version_info < (3, 11))
environment:
	@python=$(BIN)/python; if ! $$python -E -s -c '$(RECENT)' 2>/dev/null; then \
		python=$(PYTHON); $$python -E -s -c '$(RECENT)' 2>/dev/null || { \
			echo "Python >= 3.11 is needed, and $$python is $$($$python --version 2>/dev/null || echo missing)." \
				"Name another: make setup PYTHON=python3.12" >&2; exit 1; }; fi; \
	$$python -E -s workflow/install.py --unless $(PYTHON) $(NAMED)
