# The few words of this project. Each makes what it needs first; the second time that takes seconds.

.PHONY: help demo gallery test test-all lint format clean
.DEFAULT_GOAL := help

RUN := .venv/bin/python -m

help: ## show these words
	@sed -n 's/^\([a-z-]*\): .*## /  make \1\t/p' Makefile | expand -t 18

demo: ## play the demo game; without display or sound it plays itself into out/ (ARGS=--help: its options)
	@scripts/setup.sh demo
	@$(RUN) demo_game $(ARGS)

gallery: ## hear and see twelve pieces of a minute over the moods, in out/gallery (ARGS=--help: its options)
	@scripts/setup.sh demo
	@$(RUN) barwise gallery --out out/gallery $(ARGS)

lint: ## formatting, style, types (as Windows and macOS see them, too) and the direction of imports
	@scripts/setup.sh test
	@$(RUN) ruff format --check .
	@$(RUN) ruff check .
	@$(RUN) mypy
	@for other in win32 darwin; do $(RUN) mypy --platform $$other --no-warn-unreachable \
		--cache-dir .mypy_cache/$$other engine/barwise demo_game || exit 1; done
	@.venv/bin/lint-imports --no-logo

test: lint ## lint and every test that takes seconds
	@$(RUN) pytest -n 2 -m "not slow"

test-all: lint ## lint and every test
	@$(RUN) pytest -n 2

format: ## put the code into the house's form
	@scripts/setup.sh test
	@$(RUN) ruff format .
	@$(RUN) ruff check --fix .

clean: ## remove what the other words made
	rm -rf .venv out build dist engine/barwise/sounds .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find engine export demo_game tests -name __pycache__ -prune -exec rm -rf {} +
