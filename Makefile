# The commands of this project. `make run` and `make test` do all their own set-up.

SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8000
HOST ?= 127.0.0.1
WORKERS ?= 2
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PIP := $(PY) -m pip --disable-pip-version-check install --quiet --require-hashes

.PHONY: run test check fix lock audit sbom bench screenshots clean
.DEFAULT_GOAL := run

# Mails of a trial lead to where it is served. A real site says itself where that is.
ifneq ($(DJANGO_ENV),production)
run: export SITE_URL ?= http://$(HOST):$(PORT)
endif
run: $(VENV)/runtime
	@$(PY) manage.py prepare
	@echo "Serving http://$(HOST):$(PORT)/ (Ctrl-C stops it)"
	@exec $(PY) manage.py serve --bind $(HOST):$(PORT) --workers $(WORKERS)

test: $(VENV)/development
	@$(PY) -m tests.lanes

check: $(VENV)/development
	@VENV=$(VENV) sh scripts/check

fix: $(VENV)/development
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .
	git ls-files 'templates/*.html' | xargs $(VENV)/bin/djade --target-version 5.2

lock: $(VENV)/development
	$(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml --output-file requirements/runtime.txt
	$(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml --group dev --constraint requirements/runtime.txt --output-file requirements/development.txt
	$(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
		--group audit --constraint requirements/development.txt --output-file requirements/audit.txt

audit: $(VENV)/audit
	@$(PY) scripts/audit.py

sbom: $(VENV)/audit
	@$(VENV)/bin/cyclonedx-py requirements requirements/runtime.txt --pyproject pyproject.toml --output-reproducible --output-file sbom.json
	@echo "The bill of materials is in sbom.json (CycloneDX)."

bench: $(VENV)/development
	@$(PY) -m benchmarks

screenshots: $(VENV)/development
	@$(PY) scripts/screenshots.py

clean:
	rm -rf $(VENV) var

$(VENV)/runtime: requirements/runtime.txt | $(VENV)/bin/python
	@echo "Installing what the site needs (about half a minute)…"
	@$(PIP) -r $<
	@touch $@

$(VENV)/development: requirements/development.txt | $(VENV)/bin/python
	@echo "Installing what the tests and checks need (about a minute)…"
	@$(PIP) -r $<
	@touch $@ $(VENV)/runtime

$(VENV)/audit: requirements/audit.txt | $(VENV)/bin/python
	@echo "Installing what the audit needs…"
	@$(PIP) -r $<
	@touch $@

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "This needs Python 3.11 or newer, and none was found. Install it, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Making a virtual environment in $(VENV) with $(PYTHON)…"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python could not make a virtual environment. On Debian: apt-get install python3-venv" >&2; exit 1; }
