# `make` alone lists the targets.  Variables to set on the command line:
#   PYTHON=python3.12   the interpreter that .venv is made with
#   JOBS=1              the number of processes that the tests use
PYTHON ?= python3
JOBS ?= 2

VENV := .venv
BIN := $(VENV)/bin
PAGE := $(CURDIR)/_build/html/index.html
CHAPTERS := $(wildcard chapters/*.ipynb)

# The stamp's name holds the Python version, so that another PYTHON makes
# another environment instead of quietly using the one that is there.
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
STAMP := $(VENV)/made-with-python-$(VERSION)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help book test lab execute lint bench lock clean

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(STAMP): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "The book needs Python 3.11 or newer; '$(PYTHON)' is $(or $(VERSION),not there)."; \
	  echo "Name a newer one, for instance: make $(MAKECMDGOALS) PYTHON=python3.12"; \
	  exit 1; }
	@echo "Making $(VENV) from requirements.lock; this takes a minute or two."
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-build-isolation --no-deps -e .
	@touch $@

book: $(STAMP) ## Build the book and print the page to open.
	$(BIN)/jupyter-book build . -W -n --keep-going
	@echo "Open the book: file://$(PAGE)"

test: $(STAMP) ## Run every test: package, doctests, book and notebooks.
	$(BIN)/python -m pytest -n $(JOBS) --cov
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --nbval chapters

# JupyterLab hides the stored figures of notebooks that are not trusted.
lab: $(STAMP) ## Open the chapters in JupyterLab.
	$(BIN)/jupyter trust $(CHAPTERS)
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/chapters \
	  --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate

execute: $(STAMP) ## Run every chapter again and store its outputs.
	$(BIN)/jupyter nbconvert --to notebook --inplace --execute \
	  --ExecutePreprocessor.kernel_name=python3 \
	  --ExecutePreprocessor.record_timing=False \
	  --ExecutePreprocessor.coalesce_streams=True $(CHAPTERS)
	$(BIN)/nbstripout --keep-output --keep-count --keep-id \
	  --extra-keys metadata.language_info.version $(CHAPTERS)
	$(BIN)/python _ext/made_with.py

lint: $(STAMP) ## Check style and spelling, in code and notebooks.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell

bench: $(STAMP) ## Run the benchmarks, one after another, on an idle machine.
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.silhouette
	$(BIN)/python -m benchmarks.swap
	$(BIN)/python -m benchmarks.criteria

# Pins are kept where they can be.  UPGRADE=--upgrade takes the newest of all,
# UPGRADE="--upgrade-package numpy" that of one package.
lock: ## Work out requirements.lock again from pyproject.toml.
	$(PYTHON) -m venv _build/uv
	_build/uv/bin/python -m pip install --quiet uv
	echo flit_core | _build/uv/bin/uv pip compile --quiet --universal \
	  --python-version 3.11 --fork-strategy fewest --generate-hashes \
	  --no-header --no-annotate --all-extras $(UPGRADE) \
	  --output-file requirements.lock pyproject.toml -

clean: ## Remove the built book, the environment and the caches.
	rm -rf _build $(VENV) .coverage .hypothesis .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -name .ipynb_checkpoints -prune -exec rm -rf {} +
