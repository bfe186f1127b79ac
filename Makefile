# Every target sets up what it needs: uv (through plain python3 when it is missing) and the packages.

SHELL := /bin/sh
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
SYNC := $(UV) sync --frozen --inexact --quiet
RUN := $(UV) run --frozen --no-sync
EMBEDDED := --no-dev --extra embedded

# Where Python may not keep what it has compiled, every process compiles everything anew, and tests
# start many.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo talk test calls test-python check bench stacks soak all-stacks web schema

demo: $(UV)  ## Replay a recorded call and show the conversation
	@$(SYNC) $(EMBEDDED)
	@$(RUN) callwright replay recordings/reception-plain

talk: $(UV)  ## Talk to an agent in the browser
	@$(SYNC) $(EMBEDDED) --extra webrtc
	@$(RUN) callwright talk

test: $(UV)  ## Everything that must hold
	@$(SYNC) --all-extras
	@RUN="$(RUN)" .ci/test

calls: $(UV)  ## Every recorded call on its stacks, against what is expected of it
	@$(SYNC) --all-extras
	@$(RUN) pytest -n 2 recordings

# The other supported Pythons, one at a time: make test-python PYTHON=/path/to/python3.13
test-python: $(UV)  ## The rules, the clock, the record and whole calls on another Python
	@UV_PROJECT_ENVIRONMENT=.venv-other $(UV) sync --frozen --quiet --all-extras --python $(PYTHON)
	@.venv-other/bin/python -m pytest -q -n 2 -p no:cacheprovider \
	  tests/clock tests/calls tests/recorder tests/conversation tests/bot/test_tools.py \
	  tests/bot/test_assemble.py tests/bot/test_failures.py tests/lab/test_caller.py \
	  tests/lab/test_recording.py tests/lab/test_sound.py \
	  recordings/clinic-plain recordings/dispatch-plain recordings/reception-barge-in

check: $(UV)  ## Lint, types, arrows between rooms, declarations
	@$(SYNC) --all-extras
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) pyright
	$(RUN) lint-imports
	$(RUN) callwright check

bench: $(UV)  ## The figures of the README, measured on this machine
	@$(SYNC) --all-extras
	@$(RUN) python -m bench

stacks: $(UV)  ## Hold every stack to the list of features, and write docs/stacks.md
	@$(SYNC) --all-extras
	@$(RUN) python -m bench.conformance

soak: $(UV)  ## The large seeded runs; prints its counts
	@$(SYNC) --all-extras
	@$(RUN) pytest -n 2 -m soak tests
	@$(RUN) python -m bench.soak

all-stacks: $(UV)  ## Every extra
	@$(SYNC) --all-extras

web: ## Build the page of `callwright talk` from its sources (needs Node; the built page is shipped)
	cd callwright/lines/web && npm ci && npm run build

schema: $(UV)  ## JSON Schema of the declarations, for editors
	@$(SYNC) --all-extras
	@$(RUN) python -m callwright.declarations.schema

# A machine with Python but without uv: a venv of its own, or a folder where there is no venv either.
.uv/bin/uv:
	@echo "setting up uv (once)"
	@python3 -m venv .uv >/dev/null 2>&1 && .uv/bin/python -m pip install --quiet uv \
	  || { rm -rf .uv && mkdir -p .uv/bin \
	       && python3 -m pip install --quiet --target .uv/lib uv \
	       && ln -s ../lib/bin/uv .uv/bin/uv; }
