# Every target first sets up .venv when it is missing or older than pyproject.toml.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Our modules are compiled once, not by each of the hundreds of processes that a run of the tests starts.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lint otrs test-live replay campaign campaign-live soak bench deb prove-deb clean

$(STAMP): pyproject.toml
	@sh deploy/setup-venv "$(PYTHON)" "$(VENV)"
	@touch $@

demo: $(STAMP)
	@$(BIN)/otrs-bridge demo

# A worker for each processor. A sample of what is long; with OTRS_BRIDGE_TESTS=all, as in .ci/run, all of it.
WORKERS := -n auto --dist worksteal
test: $(STAMP)
	$(BIN)/pytest $(WORKERS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# SERVERS=2: two servers side by side, and the live suite divided among them.
SERVERS ?= 1
otrs: $(STAMP)
	@for number in $${OTRS_BRIDGE_TEST_SERVER:-$$(seq $(SERVERS))}; do OTRS_BRIDGE_TEST_SERVER=$$number tests/live/server/otrs.sh up || exit; done

# OTRS_BRIDGE_TEST_DATABASE=mariadb: `otrs` puts MariaDB beneath, and `test-live` runs there what asks a database or fills it.
CORE := tests/contract/helpdesk $(wildcard tests/contract/otrs/test_search_*.py) \
	tests/live/test_main_job.py tests/live/test_jobs.py tests/live/test_find.py
test-live: $(STAMP)
	$(BIN)/pytest --live $(if $(filter-out 1,$(SERVERS)),-n $(SERVERS) --dist loadfile --no-loadscope-reorder) $(if $(filter mariadb,$(OTRS_BRIDGE_TEST_DATABASE)),$(CORE))

# Two years of 2,000 clients, every day through the whole bridge (docs/jobs.md); `make test` takes a part of them.
CLIENTS ?= 2000
DAYS ?= 731
replay: $(STAMP)
	OTRS_BRIDGE_JOBS_CLIENTS=$(CLIENTS) OTRS_BRIDGE_JOBS_DAYS=$(DAYS) $(BIN)/pytest -s tests/service/jobs/test_replay.py

# Seeded stories of faults, kills, people and second bridges on the sandbox, each with the same promises at its end.
N ?= 300
FIRST ?= 0
campaign: $(STAMP)
	$(BIN)/python -m tests.faults.campaign $(N) $(FIRST)

# The same stories on the real OTRS (`make otrs` first), one after another.
campaign-live: $(STAMP)
	$(BIN)/python -m tests.live.campaign $(N) $(FIRST)

# Traffic, faults and kills on the real OTRS for so many minutes, then the same promises.
MINUTES ?= 45
SEED ?= 1
soak: $(STAMP)
	$(BIN)/python -m tests.live.soak $(MINUTES) $(SEED)

# BENCH: sweep, polite, all_rules, rules, directory, journal, memory, billing, jobs, push
BENCH ?= sweep
bench: $(STAMP) otrs
	$(BIN)/python -m bench.$(BENCH)

# A Debian package that installs without network, with wheels for these versions of Python (docs/install.md).
PYTHONS ?= 3.11 3.13
deb: $(STAMP)
	@sh deploy/deb/build $(BIN)/python $(PYTHONS)

# The package installed, upgraded and removed in a fresh Debian of each kind; as root, with debootstrap.
# OTRS="http://127.0.0.1:18080 USER PASSWORD": doctor looks at it from inside.
SUITES ?= bookworm trixie
prove-deb:
	@for suite in $(SUITES); do sh deploy/deb/prove dist/otrs-bridge_*.deb $$suite $(OTRS) || exit; done

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
