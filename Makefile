# Two commands matter: `make demo` and `make test`. Both set up everything they need.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Every Debian/Ubuntu package that the project needs, in this one place.
APT_PACKAGES := $(shell sed -e 's/\#.*//' packaging/apt-packages.txt)
# What the benchmarks alone need.
BENCH_PACKAGES := $(shell sed -e 's/\#.*//' packaging/bench-packages.txt)

.PHONY: demo test bench prove lint format lock clean setup
setup: $(VENV)/.installed

demo: setup
	$(BIN)/python -m demo

test: setup $(VENV)/.receiptio
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not prove" tests

bench: setup $(VENV)/.bench
	$(BIN)/python -m demo.benchmarks

prove: setup $(VENV)/.receiptio
	rm -rf prove-out
	$(BIN)/python -m pytest -m prove tests
	$(BIN)/python tests/fixtures/proofs.py

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/.installed: requirements-dev.txt pyproject.toml packaging/apt-packages.txt packaging/install-apt-packages
	packaging/install-apt-packages $(APT_PACKAGES)
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo "Python 3.11, 3.12 or 3.13 is needed; this is $$($(PYTHON) --version). Say PYTHON=python3.12."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

# An independent ESC/POS client that the tests ask; the demo needs none.
$(VENV)/.receiptio: packaging/npm-packages.txt tests/fixtures/receiptio.py $(VENV)/.installed
	$(BIN)/python tests/fixtures/receiptio.py
	touch $@

# A browser to stand beside. Where it cannot be had the benchmarks say so and go without it.
$(VENV)/.bench: packaging/bench-packages.txt packaging/install-apt-packages $(VENV)/.installed
	if packaging/install-apt-packages $(BENCH_PACKAGES); then touch $@; fi

# The two lock files, from pyproject.toml, with hashes and without addresses.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --quiet \
		--custom-compile-command "make lock" pyproject.toml -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --quiet \
		--custom-compile-command "make lock" pyproject.toml --extra central --group dev -o requirements-dev.txt

clean:
	rm -rf $(VENV) demo-out prove-out bench-out .mypy_cache .ruff_cache .pytest_cache .hypothesis
