# Every target but `help` and `clean` first makes .venv, so a fresh clone needs nothing but Python 3.11.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
Q ?= Is my chat history shared?

.PHONY: help setup run ask test check index serve eval eval-accept bench shots web train clean
.DEFAULT_GOAL := help

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 8

setup: $(READY) ## Make .venv and install everything

# torch goes first and by its exact version: anything else may bring gigabytes of CUDA.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

run: index ## Set up, build the index, serve on http://127.0.0.1:8000
	$(BIN)/policy-qa serve

index: setup ## Build the index from policy_sources/
	$(BIN)/policy-qa index

serve: setup ## Serve the index that is there
	$(BIN)/policy-qa serve

ask: setup ## Answer one question: make ask Q="…"
	@$(BIN)/policy-qa index >/dev/null
	@$(BIN)/policy-qa ask "$(Q)"

test: setup ## Run all tests
	$(BIN)/python -m pytest

check: setup ## Lint, types, policy sources, no CUDA
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/policy-qa check
	@! $(BIN)/python -m pip list 2>/dev/null | grep -i '^nvidia-'

eval: setup ## Ask the evaluation questions; fails and says so when anything fell
	$(BIN)/policy-qa eval

eval-accept: setup ## Take what visitors are told now as the baseline: make eval-accept NOTE="…"
	$(BIN)/policy-qa eval-accept $(if $(NOTE),--note "$(NOTE)") $(ACCEPT)

bench: index ## Measure speed beside a bare route, in one run
	$(BIN)/python -m bench

shots: setup ## Take the pictures in docs/images (needs Chromium)
	$(BIN)/python -m tests.browser.shots $(SHOTS)

web: ## Build the chat widget again, needs Node 20; print its size and the lines for a site
	cd qa_service/web/widget && npm ci --ignore-scripts --no-audit --no-fund && node build.mjs

train: setup ## Train the shipped models again: make train DATA=folder
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[train]'
	$(BIN)/python -m qa_service.training.train --data $(DATA) --out qa_service/models

clean: ## Remove .venv, the index and caches
	rm -rf $(VENV) index/current index/[0-9a-f]* index/.building-* .pytest_cache .mypy_cache .ruff_cache .hypothesis
