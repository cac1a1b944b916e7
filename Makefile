# Everything here is the `kiosque` command underneath; `make help` lists the targets.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LINT := $(BIN)/ruff check . && $(BIN)/ruff format --check --quiet . && $(BIN)/mypy
# A process for each core; whichever is done first takes tests from the others, so that all end together. Tests start
# Python often: where it keeps no bytecode, each start compiles all of Kiosque.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest --numprocesses=logical --dist=worksteal

.DEFAULT_GOAL := help
.PHONY: help html harvest serve check test hub release bench bench-check bench-deploy bench-harvest bench-hourly bench-linear bench-search bench-soak lock messages screenshots clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

$(VENV)/.run: requirements/run.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Kiosque needs Python 3.11: install it, or name it with PYTHON=..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Kiosque into $(VENV)"
	@$(PIP) install --require-hashes -r requirements/build.txt -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@

html: $(VENV)/.run ## Set up, harvest the demonstration feeds, build the site
	@$(BIN)/kiosque harvest
	@$(BIN)/kiosque build
	@echo "Look at it: make serve, then http://localhost:$(PORT)/"

serve: $(VENV)/.run ## Build, serve on localhost, build again on every change
	@$(BIN)/kiosque serve --port $(PORT)

check: $(VENV)/.test ## Check style and types, and run the tests that need only Python: in a minute
	@$(LINT)
	@$(PYTEST) -m "not outside" $(PYTEST_ARGS)

test: $(VENV)/.test ## Check style and types, and run the whole suite
	@$(LINT)
	@$(PYTEST) -p tests.line_coverage --lines-floor=90 $(PYTEST_ARGS)

hub: $(VENV)/.run ## Start a hub of your own from a few questions: make hub DIR=../mon-kiosque
	@test -n "$(DIR)" || { echo "Name the folder: make hub DIR=../mon-kiosque"; exit 1; }
	@$(BIN)/kiosque init "$(DIR)" $(ANSWERS)
	@echo "Installing Kiosque into $(DIR)/.venv"
	@$(BIN)/python -m venv "$(DIR)/.venv"
	@cd "$(DIR)" && .venv/bin/pip install --disable-pip-version-check --quiet --require-hashes -r requirements.txt
	@cd "$(DIR)" && .venv/bin/kiosque harvest && .venv/bin/kiosque build
	@echo "Look at it: cd $(DIR) && .venv/bin/kiosque serve, then http://localhost:8000/"

release: $(VENV)/.test ## Make sdist, wheel and requirements with their digests into dist/, and try them
	@$(BIN)/python tools/release.py

bench: $(VENV)/.test ## Measure a hub of N entries: make bench N=100000
	@$(BIN)/python benchmarks/build.py $(or $(N),10000)

bench-deploy: $(VENV)/.test ## Measure a deployment from a hub of N entries beside rsync's: make bench-deploy N=100000
	@$(BIN)/python benchmarks/deploy.py $(or $(N),10000)

bench-harvest: $(VENV)/.test ## Measure a harvest of N feeds beside reader's: make bench-harvest N=1000
	@$(BIN)/python benchmarks/harvest.py $(or $(N),1000)

bench-hourly: $(VENV)/.test ## Measure an hourly run of a hub of N entries: make bench-hourly N=100000
	@$(BIN)/python benchmarks/hourly.py $(or $(N),10000)

bench-search: $(VENV)/.test ## Measure the search of a hub of N entries: make bench-search N=100000
	@$(BIN)/python benchmarks/search.py $(or $(N),10000)

bench-check: $(VENV)/.test ## Measure a check of N articles: make bench-check N=1000
	@$(BIN)/python benchmarks/check.py $(or $(N),1000)

bench-linear: $(VENV)/.test ## Whether time grows with a text's length and no faster
	@$(PYTEST) -p no:cacheprovider benchmarks/linear

bench-soak: $(VENV)/.test ## Let a hub run for days among hostile sources: make bench-soak DAYS=24 FEEDS=200
	@$(BIN)/python -m benchmarks.soak --days $(or $(DAYS),24) --feeds $(or $(FEEDS),200)

lock: $(VENV)/.test ## Lock the newest versions that pyproject.toml allows
	@$(PIP) install uv
	@for name in run test build; do $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	  --generate-hashes --no-strip-extras --no-header --no-annotate \
	  $$(case $$name in test) echo --extra test pyproject.toml;; run) echo pyproject.toml;; build) echo requirements/build.in;; esac) \
	  --output-file requirements/$$name.txt; done

screenshots: $(VENV)/.test ## Take pictures of each page type, narrow and wide, light and dark, into screenshots/
	@$(BIN)/python -m tests.screenshots

messages: $(VENV)/.test ## Bring the catalogues up to date with the messages of the code and the theme
	@$(BIN)/python -m tests.messages

clean: ## Remove what can be made again
	@rm -rf output .cache screenshots
