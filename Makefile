# followthru. `make demo` shows it, `make test` proves it, `make help` lists the rest.
# Everything runs from one virtual environment with all extras and the developers' tools.

SHELL := /bin/sh
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.complete
PYTHONS := $(or $(PYTHON),python3.13 python3.12 python3.11 python3)
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test check fix mutants bench torture torture-store torture-sync torture-mail torture-whole torture-daemon
.PHONY: torture-work lock
.PHONY: contract contract-davical contract-cyrus contract-jmap contract-sogo contract-radicale contract-xandikos show-khal screenshots mails pictures pages wheel

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(STAMP)  ## make the virtual environment, or bring it up to date
	@$(BIN)/python -m compileall -q src daemon tui

demo: setup  ## start the sandbox; without a terminal, or with ARGS=--tour, walk the road as text
	@$(BIN)/followthru demo $(ARGS)

test: setup  ## run the suite (ARGS="tests/store -x" for a part of it)
	@$(BIN)/python -m pytest $(or $(ARGS),-n auto --dist worksteal tests)

check: $(STAMP)  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports --no-cache

fix: $(STAMP)  ## format, and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

mutants: setup  ## break the product in one small place after the other, and see whether a test notices (ARGS=--help)
	@$(BIN)/python -c 'import cosmic_ray' 2>/dev/null || PIP_CONSTRAINT=constraints.txt URLLIB3_NO_OVERRIDE=1 \
	  $(BIN)/python -m pip install -qq --disable-pip-version-check --editable '.[mutants]'
	@$(BIN)/python -m tests.mutants $(ARGS)

bench: setup  ## measure everything beside the peers, and write docs/reference/performance.md (ARGS="sync mail" prints parts)
	@$(BIN)/python -m tests.bench $(ARGS)

torture: torture-store torture-sync torture-mail torture-daemon torture-whole torture-work  ## what takes hours: thousands of crashes and interleavings

# A test here takes minutes: the stacks that are printed of one that seems to hang are read beside running threads, which
# has ended the interpreter.
LONG := -m torture -o faulthandler_timeout=0

torture-store: $(STAMP)  ## kill processes on a store a thousand times, and let several hammer it
	@$(BIN)/python -m pytest $(LONG) tests/store tests/test_hostile.py $(ARGS)

torture-sync: $(STAMP)  ## kill syncs a thousand times, and try for minutes to lose an edit (ARGS="-k kills")
	@$(BIN)/python -m pytest $(LONG) -s tests/torture tests/calendars tests/acceptance --ignore tests/torture/test_mail_kills.py --ignore tests/torture/test_whole.py --ignore tests/torture/test_month.py $(ARGS)

torture-mail: $(STAMP)  ## fail the mail server and kill senders for a thousand rounds, with the server's log as the judge
	@$(BIN)/python -m pytest $(LONG) -s tests/torture/test_mail_kills.py $(ARGS)

torture-daemon: $(STAMP)  ## two months of a daemon in which everything goes wrong, and sixty races to start (TORTURE_DAYS, TORTURE_SEED)
	@$(BIN)/python -m pytest $(LONG) -s tests/torture/test_month.py tests/daemon $(ARGS)

torture-whole: $(STAMP)  ## kill command line, screen and daemon for a thousand rounds while people work (TORTURE_SEED=7 for other ones)
	@$(BIN)/python -m pytest $(LONG) -s tests/torture/test_whole.py $(ARGS)

torture-work: $(STAMP)  ## ask a thousand examples of each property that lives a whole store or two sides of a calendar (TORTURE_EXAMPLES)
	@TORTURE_EXAMPLES=$${TORTURE_EXAMPLES:-1000} $(BIN)/python -m pytest -m at_length -o faulthandler_timeout=0 tests/actions tests/calendars $(ARGS)

week: setup  ## live a working week of three practices through the real program, on two calendar servers
	@$(BIN)/python -m pytest tests/acceptance/test_working_week.py $(ARGS)

contract: setup  ## hold calendar servers to their contract: ours, or the one in FOLLOWTHRU_TEST_CALDAV_URL, _USER, _PASSWORD
	@$(BIN)/python -m pytest tests/contract -m contract $(ARGS)

# As root: each installs a Debian package where it is missing and runs it on loopback while the tests last.
contract-davical: setup
	@tests/servers/davical.sh $(BIN)/python -m pytest tests/contract -m contract $(ARGS)

contract-cyrus: setup
	@tests/servers/cyrus.sh $(BIN)/python -m pytest tests/contract -m contract $(ARGS)

contract-jmap: setup
	@tests/servers/cyrus-jmap.sh $(BIN)/python -m pytest tests/contract/test_jmap.py -m contract $(ARGS)

contract-sogo: setup
	@tests/servers/sogo.sh $(BIN)/python -m pytest tests/contract -m contract $(ARGS)

contract-radicale: setup
	@tests/servers/radicale.sh $(BIN)/python -m pytest tests/contract -m contract $(ARGS)

contract-xandikos: setup
	@tests/servers/xandikos.sh $(BIN)/python -m pytest tests/contract -m contract $(ARGS)

show-khal: setup
	@tests/servers/khal.sh $(BIN)/python

screenshots: setup  ## export the screens that the documentation shows
	@$(BIN)/python -m tests.tui.screenshot

mails: setup  ## paint the sample mails that the documentation shows (needs chromium)
	@$(BIN)/python -m tests.updates.mails

pages: setup  ## write what is made from the program's own tables: reference, manual pages, import graph, notices
	@$(BIN)/python -m tests.docs.made

wheel: setup  ## build wheel and sdist into dist/, and live a day with the wheel on every Python there is (ARGS="-k 3.12")
	@$(BIN)/python -m build --no-isolation --outdir dist
	@$(BIN)/python -m pytest $(LONG) tests/packaging $(ARGS)

pictures: screenshots mails  ## export the screens and paint the mails anew

lock: $(STAMP)  ## write constraints.txt anew (ARGS=--upgrade for newer versions)
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --extra demo --extra desktop --extra dev --extra mutants \
	  --build-deps-for editable --strip-extras --no-annotate --no-emit-options --no-emit-index-url \
	  --no-emit-find-links --no-emit-trusted-host $(ARGS) --output-file constraints.txt pyproject.toml
	@if grep -nE '://|^ *-' constraints.txt; then echo "constraints.txt names an index or a path" >&2; exit 1; fi

$(BIN)/python:
	@old=; for name in $(PYTHONS); do \
	  $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  old=$$name; $$name -c 'import ensurepip, venv' 2>/dev/null || continue; \
	  echo "Making $(VENV) with $$name."; exec $$name -m venv --clear $(VENV); \
	done; \
	if [ -n "$$old" ]; then \
	  echo "$$old cannot make a virtual environment. Install its venv package (Debian, Ubuntu: apt install python3-venv)."; \
	else \
	  echo "followthru needs Python 3.11 or newer; none of these is: $(PYTHONS). Name one: make PYTHON=/path/to/python3"; \
	fi >&2; exit 1

# The pins hold for what is built as well. urllib3-future, which caldav's HTTP stack needs, is built
# from source with its own switch, because its wheel replaces urllib3 and slows every start of Python.
$(STAMP): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into $(VENV); the first time takes a minute or two."
	@PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt URLLIB3_NO_OVERRIDE=1 \
	  $(BIN)/python -m pip install -qq --disable-pip-version-check --no-binary urllib3-future \
	  --editable '.[demo,desktop,dev]'
	@touch $@
