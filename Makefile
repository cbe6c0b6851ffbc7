# Two commands for a newcomer: `make run`, `make test`. Both make .venv by themselves; a second run needs no network.
# ARGS goes to the command: make run ARGS=--exit     PYTHON chooses the interpreter: make run PYTHON=python3.13
BIN := .venv/bin
unexport PYTHONDONTWRITEBYTECODE # each process would compile every module anew
PYTEST = $(BIN)/python -m pytest
UV := 0.13.9
MUTMUT := 3.8.1
APART := kafka or compose or upgrade or drill

.PHONY: help run up test check check-style check-types check-imports check-unit check-parts check-laws test-kafka test-compose test-upgrade bench mutants drill lock clean
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 20

run: .venv/run.done ## start everything and play the example year (ARGS=--exit ends it)
	@exec $(BIN)/python -m deploy.cli demo $(ARGS)

up: .venv/run.done ## start everything, play nothing
	@exec $(BIN)/python -m deploy.cli up $(ARGS)

# Three at two cores: they wait more than they work.
test: .venv/test.done ## every test but those that need Java, Docker or a browser
	$(PYTEST) -m "not ($(APART))" -n 3 --dist loadscope $(ARGS)

check: .venv/test.done ## the house's rules and the tests that need no server, in a minute
	@$(MAKE) --no-print-directory -k -j2 --output-sync=target check-laws check-parts check-types check-unit check-style check-imports

check-style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-types:
	$(BIN)/mypy services shared deploy tests

check-imports:
	$(BIN)/lint-imports

# Every branch of the pure rooms is reached by the tests of single rooms; that is measured. A process each: what is
# collected, imported and measured is then no more than what runs; a folder for itself would take longer. A loop that is
# to be compiled for moments needs no optimiser; in make test it has one.
SERVERLESS = $(PYTEST) -m "not (server or $(APART))" --hypothesis-profile=quick

check-unit:
	$(SERVERLESS) tests/unit -p tests.kit.measuring --cov --cov-report=term-missing:skip-covered

check-parts:
	$(SERVERLESS) tests/integration

check-laws:
	NUMBA_OPT=0 $(SERVERLESS) tests/house tests/contract tests/golden tests/property

test-kafka: .venv/test.done ## the bus and the year on a real Apache Kafka (needs Java 17 and Maven)
	@for tool in java mvn; do command -v $$tool >/dev/null || { \
	  echo "$$tool: apt install openjdk-17-jre-headless maven" >&2; exit 1; }; done
	$(PYTEST) -m "kafka and not drill" -n 2 --dist loadscope $(ARGS)

test-compose: .venv/test.done ## docker compose: built, started, killed, scaled (needs a Docker engine and the images)
	@docker compose version >/dev/null 2>&1 && docker info >/dev/null 2>&1 || { \
	  echo "make test-compose needs a running Docker engine with Compose v2, and this machine has none." >&2; exit 1; }
	$(PYTEST) -m compose $(ARGS)

test-upgrade: .venv/test.done ## what every release kept, gone on with by today's code; two releases side by side
	$(PYTEST) -m upgrade $(ARGS)

bench: .venv/test.done ## figures beside limits of the same run: engines, append, trip, start, peak (ARGS picks some; --kafka: the real broker)
	$(BIN)/python -m tests.bench $(ARGS)

# The tool in an environment of its own, which sees the tests' one; what it found before it keeps in mutants/.
mutants: .venv/mutants.done ## what the tests miss: the exact rooms altered in thousands of ways, one at a time (ARGS='shared.ruleset.exact*')
	PYTHONPATH="$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" .venv/mutants/bin/mutmut run $(ARGS)
	.venv/mutants/bin/mutmut results --all true | $(BIN)/python -m tests.mutants

# Each round has a seed of its own, counted on from SEED: one that failed is repeated by it alone, with ROUNDS=1.
ROUNDS := 50
SEED := $(shell date +%s)
BROKER := tansu
drill: .venv/test.done ## years under random mishaps on real processes, and the whole year at leaf level (ROUNDS=50 SEED=… BROKER=tansu|kafka)
	$(PYTEST) tests/drill tests/e2e -m $(if $(filter kafka,$(BROKER)),drill,"drill and not kafka") -v --durations=0 --rounds=$(ROUNDS) --seed=$(SEED) --broker=$(BROKER) $(ARGS)

lock: .venv/run.done ## pin the dependencies of pyproject.toml again, with hashes
	$(BIN)/python -m venv .venv/lock && .venv/lock/bin/python -m pip install --quiet uv==$(UV)
	for what in run test image; do \
	  case $$what in run) of="--extra standalone";; test) of="--extra standalone --extra fast --extra test";; image) of="--extra image";; esac; \
	  .venv/lock/bin/uv pip compile pyproject.toml $$of --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-emit-index-url --quiet --output-file requirements/$$what.txt $(ARGS) >/dev/null || exit 1; \
	done
	echo "mutmut==$(MUTMUT)" | .venv/lock/bin/uv pip compile - --constraints requirements/test.txt --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-emit-index-url --quiet --output-file requirements/mutants.txt $(ARGS) >/dev/null

clean: ## remove .venv and what the tools keep; data stay
	rm -rf .venv mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage

.venv/%.done: requirements/%.txt deploy/standalone/install.sh
	@sh deploy/standalone/install.sh $*
	@touch $@

.venv/mutants.done: requirements/mutants.txt .venv/test.done
	$(BIN)/python -m venv .venv/mutants
	.venv/mutants/bin/python -m pip install --quiet --no-deps --require-hashes --only-binary :all: -r $<
	@touch $@
