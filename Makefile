# `make` alone lists the targets.  Variables to set on the command line:
#   PYTHON=python3.12   the interpreter that .venv is made with
#   JOBS=1              the number of processes that the tests use
#   THREADS="1 2 4"     the numbers of threads that make portable tries
#   CPU=neoverse-n1     the Arm processor that is emulated
JOBS ?= 2
CPU ?= cortex-a72

BIN := .venv/bin
# Everything runs with the book's settings, not with the user's.
RUN := $(BIN)/python -E -m tools.surroundings
UV := _build/uv/bin/uv
LOWEST := _build/lowest
CHAPTERS := $(wildcard chapters/*.ipynb)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help environment book pdf test lowest portable arm lab write execute
.PHONY: lint bench lock clean

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

environment:
	@command -v $(or $(PYTHON),python3) >/dev/null || { \
	  echo "There is no '$(or $(PYTHON),python3)' here; the book needs Python 3.11 or newer."; \
	  echo "Name one, for instance: make $(MAKECMDGOALS) PYTHON=python3.12"; \
	  exit 1; }
	@$(or $(PYTHON),python3) -E tools/environment.py $(PYTHON)

book: environment ## Build the book and print the page to open.
	$(RUN) jupyter-book build . -W -n --keep-going
	@$(BIN)/python -E -c 'from pathlib import Path; \
	  page = Path("_build/html/index.html").resolve().as_uri(); \
	  print("Open the book:", page, "(`make pdf` prints its pages to PDF)")'

pdf: book ## Print every page to a PDF, which the page then offers.
	$(RUN) python -m tools.pdf

test: environment ## Run every test: package, doctests, book and notebooks.
	$(RUN) python -m pytest -n $(JOBS) --cov
	$(RUN) python -m pytest -n $(JOBS) --dist loadfile --nbval chapters

# Old versions use what newer ones of other packages call deprecated.
lowest: $(UV) ## Test the package with the oldest versions that it allows.
	$(UV) venv --quiet --clear --no-python-downloads --python 3.11 $(LOWEST)
	$(UV) pip install --quiet --python $(LOWEST) \
	  --resolution lowest-direct --editable ".[test]"
	$(LOWEST)/bin/python -E -m tools.surroundings python -m pytest \
	  -n $(JOBS) -W default::DeprecationWarning

portable: environment ## Compare every chapter under the processor's other kernels.
	$(RUN) python -m tools.portable --jobs $(JOBS) --threads $(THREADS)

arm: environment ## Compare every chapter on emulated 64-bit Arm, in half an hour.
	$(RUN) python -m tools.arm --jobs $(JOBS) --cpu $(CPU) $(CHAPTERS)

lab: book ## Open the book in JupyterLab, to run it and change it (in lab/).
	$(RUN) python -m tools.lab read

write: environment ## Open the chapters in JupyterLab, to write them.
	$(RUN) python -m tools.lab write

execute: environment ## Run every chapter again and store its outputs.
	$(RUN) python -m tools.execute $(CHAPTERS)

lint: environment ## Check style and spelling, in code and notebooks.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell

bench: environment ## Run the benchmarks, one after another, on an idle machine.
	$(RUN) python -m benchmarks.speed
	$(RUN) python -m benchmarks.silhouette
	$(RUN) python -m benchmarks.starts
	$(RUN) python -m benchmarks.swap
	$(RUN) python -m benchmarks.criteria

$(UV):
	$(or $(PYTHON),python3) -m venv _build/uv
	_build/uv/bin/python -m pip install --quiet uv

# Pins are kept where they can be.  UPGRADE=--upgrade takes the newest of all,
# UPGRADE="--upgrade-package numpy" that of one package.
lock: $(UV) ## Work out requirements.lock again from pyproject.toml.
	echo flit_core | $(UV) pip compile --quiet --universal \
	  --python-version 3.11 --fork-strategy fewest --generate-hashes \
	  --no-header --no-annotate --no-strip-extras --all-extras $(UPGRADE) \
	  --output-file requirements.lock pyproject.toml -
	$(or $(PYTHON),python3) -m tools.made_with

# Not lab/, which holds what a reader wrote.
clean: ## Remove the built book, the environment and the caches.
	rm -rf _build .venv .coverage .coverage.* .hypothesis .pytest_cache
	find . -name .ruff_cache -prune -exec rm -rf {} +
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -name .ipynb_checkpoints -prune -exec rm -rf {} +
