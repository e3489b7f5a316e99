# Everything here runs on this machine alone: no AWS account, no credentials, no Docker. "make help" lists it.
# Deploying for real needs none of it: see README.md.

# Node 24 from node_modules first, whatever the machine has.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
NODE := node --import tsx
TESTS := "components/**/*.test.ts" "stacks/**/*.test.ts" "policies/**/*.test.ts" "offline/**/*.test.ts" "testing/**/*.test.ts"

.PHONY: help preview up destroy test check bench setup cli
.DEFAULT_GOAL := help

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-22s %s\n", $$1 ($$1 ~ /^(preview|up|destroy)$$/ ? " STACK=..." : ""), $$2 }' Makefile
	@offline/setup.sh stacks

preview: ## Plan a stack on the real engine with stand-in providers, judged by the policies
	@offline/setup.sh stack preview "$(STACK)" && $(NODE) offline/run.ts preview "$(STACK)"

up: ## The same, carried out: the state is kept in .offline/
	@offline/setup.sh stack up "$(STACK)" && $(NODE) offline/run.ts up "$(STACK)"

destroy: ## Delete all that "make up" made
	@offline/setup.sh stack destroy "$(STACK)" && $(NODE) offline/run.ts destroy "$(STACK)"

test: check cli ## Check, then all tests
	@mocha $(TESTS)

check: setup ## Types, lint, format, generated files
	@echo "check: types" && tsc -p .
	@echo "check: lint" && eslint .
	@echo "check: format" && prettier --check --log-level warn .
	@echo "check: generated files" && $(NODE) stacks/settings/generate.ts --check

bench: setup ## Measure previews and the unit tests (takes a minute or two; nothing is asserted)
	@$(NODE) bench/run.ts

setup: ## What the others do first: packages and Node 24, only when something changed
	@offline/setup.sh

# Before the tests rather than in the first that needs it, which would run out of time if the CLI has to be built.
cli: setup
	@$(NODE) offline/cli/ensure.ts
