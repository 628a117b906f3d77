# Everything here sets itself up: Python 3.11+ with venv, git and make are enough. Node comes with the locked packages.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Pure functions, which HYPOTHESIS_PROFILE=thorough tries with thousands of examples, others each time.
PROPERTIES := tests/lambdas/domain/test_plan_properties.py tests/lambdas/domain/test_merge.py
export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := 1

.DEFAULT_GOAL := help
.PHONY: help demo sandbox test lint synth bench soak clean

help: ## What can be done here
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: $(VENV)/ready ## The main job, told state by state: a deal becomes a submitted opportunity
	@$(BIN)/python -m cosell demo

sandbox: $(VENV)/ready ## HubSpot, Partner Central and Step Functions on this machine, for boto3, the AWS CLI and you
	@$(BIN)/python -m cosell sandbox

test: $(VENV)/ready ## The whole suite, with branch coverage of what runs in Lambda
	@echo "First everything around it, then what runs in Lambda, with coverage."
	@$(BIN)/python -m pytest -n 2 --dist worksteal -q -m "not measured"
	@$(BIN)/python -m pytest -n 2 --dist worksteal -q -m measured --cov --cov-report=term

lint: $(VENV)/ready ## ruff and mypy, strict
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

synth: $(VENV)/ready ## The CloudFormation templates and the Lambda bundle, into cdk.out; needs no account
	@$(BIN)/python app.py

bench: $(VENV)/ready ## Calls, transitions, cost and import time, as counts and ratios
	@$(BIN)/python -m cosell bench

soak: $(VENV)/ready ## Half an hour: a day of 10,000 deals; a plan's properties by the thousand; 1,000 worlds of edits and faults
	@$(BIN)/python -m cosell soak day
	@echo "The properties of plans and merges, by the thousand: some ten minutes."
	@HYPOTHESIS_PROFILE=thorough $(BIN)/python -m pytest -n 2 --dist worksteal -q $(PROPERTIES)
	@$(BIN)/python -m cosell soak interleavings

clean: ## Forgets the environment and everything built
	rm -rf $(VENV) cdk.out .mypy_cache .pytest_cache .ruff_cache .coverage*

# uv installs exactly what uv.lock says; where the machine has none, it comes into the environment itself.
$(VENV)/ready: uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Cosell needs Python 3.11 or newer. $(PYTHON) is: $$($(PYTHON) -V 2>&1)"; \
		echo "Name another: make PYTHON=python3.13 ..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@UV=$$(command -v uv || echo $(BIN)/uv); \
	if ! test -x "$$UV"; then \
		$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || exit 1; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check uv || { \
			echo "uv could not be installed: the first run needs a package index. Then run make again."; exit 1; }; \
	fi; \
	echo "Installing what uv.lock names ..."; \
	UV_PROJECT_ENVIRONMENT=$(VENV) "$$UV" sync --quiet --frozen --python $(BIN)/python
	@touch $@
