# One door for developers, and CI uses it (.ci/run is `make test`).

SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install -qq --no-input
# Two of the tests' processes, whatever the machine: some tests wait more than they work, and memory is spent by each.
WORKERS = -n 2
export PYTHON

.PHONY: help demo test long lint words screenshots lock supply clean machine-run machine-test
.DEFAULT_GOAL := help

help:  ## say what make can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

demo: .venv/.run  ## play the person on a practice phone, and the caseworker, in a browser on this machine
	@$(BIN)/python -m tools.words compile
	@$(BIN)/naru demo

test: lint  ## everything a change must pass
	@$(BIN)/python -m pytest -q $(WORKERS) --durations=5 --durations-min=1

long: .venv/.dev  ## the full counts of the same tests (the hour before a release)
	@$(BIN)/python -m tools.words compile
	@NARU_TEST_LONG=1 $(BIN)/python -m pytest -q $(WORKERS) --durations=10

lint: .venv/.dev words  ## words, style, types and import rules, without the tests
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check . || { echo "run: $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/mypy
	@said=$$($(BIN)/lint-imports --no-logo 2>&1) || { echo "$$said"; exit 1; }

words: .venv/.run  ## check and compile the words of every language
	@$(BIN)/python -m tools.words check
	@$(BIN)/python -m tools.words compile

screenshots: .venv/.dev words  ## the pictures of README.md, from a real demo
	@$(BIN)/python -m tools.screenshots

lock: .venv/.dev  ## choose the versions of every library anew, with their hashes
	@$(PIP) uv
	@tools/lock.sh

supply: requirements/supply.txt  ## the bill of materials, and known vulnerabilities (needs the network; fails when it could not ask)
	@test -x .venv-supply/bin/python || $(PYTHON) -m venv .venv-supply
	@PIP_DISABLE_PIP_VERSION_CHECK=1 .venv-supply/bin/python -m pip install -qq --no-input --require-hashes -r requirements/supply.txt
	@.venv-supply/bin/python -m tools.supply bill
	@.venv-supply/bin/python -m tools.supply check

clean:  ## remove what make made
	rm -rf .venv .venv-supply dist bot/locales .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# ------------------------------------------------------------------------------------------------------ what they need

machine-run:
	@tools/machine.sh run

machine-test:
	@tools/machine.sh test

.venv/bin/python: | machine-run
	@$(PYTHON) -m venv .venv

# The libraries by hash, then the project itself without any: nothing that the lock does not name gets in.
.venv/.run: requirements/run.txt requirements/build.txt pyproject.toml tools/hatch_build.py | .venv/bin/python
	@echo "Installing what Naru runs on (once; needs the network)"
	@$(PIP) --require-hashes -r requirements/run.txt -r requirements/build.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements/dev.txt tests/interop/package-lock.json .venv/.run | machine-test
	@echo "Installing what Naru is tested with (once; needs the network)"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@$(BIN)/python -c "from tests.interop.runner import install; install()"
	@touch $@
