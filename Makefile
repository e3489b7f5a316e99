# Everything here runs on this machine alone: no AWS account, no credentials, no Docker. "make help" lists it.
# Deploying for real needs none of it: see README.md.

# Node 24 from node_modules first, whatever the machine has; Go last, from where https://go.dev/doc/install puts it.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH):/usr/local/go/bin
NODE := node --import tsx
WRITTEN := '*.md' '*.ts' '*.cjs' '*.mjs' '*.php' '*.yaml' '*.yml' '*.sh'
ROOMS := index.ts components stacks policies offline testing tools pipelines moodle-image

.PHONY: generate test-tools doctor reset-administrator moodle-cli release report gate loadtest loadtest-site loadtest-feed loadtest-setup loadtest-rates tracker alarms replay blips calendar calendar-import exemptions sizing capacity import-trace cost bench-scaling sensitivity moodle plugins-add plugins-update plugins-remove plugins-check outage edge-report file-signing-key help preview up destroy test check check-code check-words bench bench-image setup cli
.DEFAULT_GOAL := help

##@ Try it here

help: ## This list
	@awk -F ':.*## ' '/^##@ / { printf "\n%s\n", substr($$0, 5) } /^[a-z-]+:.*## / { printf "  make %-22s %s\n", $$1 ($$1 ~ /^(preview|up|destroy)$$/ ? " STACK=..." : ""), $$2 }' Makefile
	@offline/setup.sh stacks

preview: ## Plan a stack on the real engine with stand-in providers, judged by the policies
	@offline/setup.sh stack preview "$(STACK)" && $(NODE) offline/run.ts preview "$(STACK)"

up: ## The same, carried out: the state is kept in .offline/
	@offline/setup.sh stack up "$(STACK)" && $(NODE) offline/run.ts up "$(STACK)"

destroy: ## Delete all that "make up" made
	@offline/setup.sh stack destroy "$(STACK)" && $(NODE) offline/run.ts destroy "$(STACK)"

##@ Work on this repository

test: $(if $(ONLY)$(FAST),setup,test-tools check cli) ## Check, then all tests. Without the check: ONLY=<folder or file>, FAST=1
	@ONLY="$(ONLY)" FAST="$(FAST)" $(NODE) testing/run.ts

check: setup loadtest-setup ## Types, lint, linters of scripts, format, words, generated files
	@$(MAKE) --no-print-directory -j2 --output-sync=line check-code check-words

check-code:
	@echo "check: types" && tsc -p .
	@echo "check: lint" && eslint .
	@echo "check: layout" && depcruise --cache .offline/depcruise --output-type err-long $(ROOMS)
	@echo "check: scripts, workflows, Dockerfile, nginx, PHP" && testing/linters/setup && $(NODE) testing/linters/command.ts
	@echo "check: format" && prettier --check --log-level warn .
	@echo "check: generated files" && $(NODE) tools/generate/command.ts --check

WORDS := git ls-files -co --exclude-standard --
check-words:
	@echo "check: spelling" && $(WORDS) Makefile '*Dockerfile' $(WRITTEN) | cspell lint --no-progress --no-summary --no-must-find-files --cache --cache-location .offline/cspell --file-list stdin || \
	  { echo "Fix: correct the word, or add it to testing/words/terms.txt when it is a term." >&2; exit 1; }
	@echo "check: terms and sentences" && $(WORDS) $(WRITTEN) ':!testing/words/*.test.ts' | xargs textlint --rulesdir testing/words/rules --cache --cache-location .offline/textlint
	@echo "check: documents" && markdownlint-cli2 2>&1 >/dev/null

generate: setup cli ## Write every generated file: documents, schemas, golden lists [ONLY=docs/waf.md]
	@ONLY="$(ONLY)" $(NODE) tools/generate/command.ts

##@ Run a stack on AWS

# Real AWS, read only: docs/doctor.md.
doctor: ## What would stop "pulumi up" of a stack on this account and computer: STACK=... [JSON=1]
	@offline/setup.sh stack doctor "$(STACK)" && STACK="$(STACK)" JSON="$(JSON)" $(NODE) tools/doctor/command.ts

# Real AWS: docs/releasing.md.
release: setup ## Put the stack's new task definitions into operation, and follow it: STACK=... IMAGE=sha256:...
	@STACK="$(STACK)" IMAGE="$(IMAGE)" $(NODE) tools/release/command.ts

# Real AWS: docs/first-sign-in.md. What the command line sets comes by the environment, as below.
reset-administrator: setup ## Open the account admin again, with the password of the stack's secret: STACK=...
	@$(NODE) tools/reset-administrator/command.ts

moodle-cli: setup ## Run one of Moodle's command line scripts in a stack, as a task of its own: STACK=... SCRIPT="admin/cli/..."
	@$(NODE) tools/moodle-cli/command.ts

# A text with a dollar, such as "$5", is handed on as it was given.
override MESSAGE := $(value MESSAGE)
override TITLE := $(value TITLE)
export MESSAGE TITLE
# The words come by the environment: make hands on what its command line sets. Real AWS, unless LOCAL=1: docs/outage.md.
outage: setup ## Turn the outage switch and write the status page: STACK=... STATE=off|planned|outage|announce [MESSAGE=...]
	@$(NODE) tools/outage/command.ts

file-signing-key: setup ## Make a key pair for signed file addresses; prints what to do with each half
	@$(NODE) tools/file-signing-key/command.ts

##@ Watch a stack

alarms: setup ## The alarms of a stack with thresholds, reasons, runbooks and cost [STACK=prod]
	@STACK="$(STACK)" $(NODE) tools/alarms/command.ts

replay: setup ## Run past incidents and four quiet weeks through the alarms
	@$(NODE) tools/replay/command.ts

blips: setup ## Find and explain response-time blips in exported logs: STACK=... FROM=... TO=... LOGS=<folder> [ZONE=...] [OUT=...]
	@$(NODE) tools/blips/command.ts

##@ Review a change

report: ## What this tree would change in a stack, against another commit: STACK=... BASE=main; Markdown, a page and a picture
	@offline/setup.sh stack report "$(STACK)" && $(NODE) tools/report/command.ts report "$(STACK)" "$(BASE)"

gate: ## The same, and fails when data would be lost without an acknowledgement, or a policy is broken: STACK=... BASE=main
	@offline/setup.sh stack gate "$(STACK)" && $(NODE) tools/report/command.ts gate "$(STACK)" "$(BASE)"

exemptions: setup ## What is exempted from the policies, by whom, why, and for how many days yet
	@$(NODE) policies/scripts/exemptions.ts

##@ The image

moodle: setup ## Run the image here with a database, caches and a small course [MOODLE_SRC=<a Moodle tree>]
	@moodle-image/local/run

plugins-add: setup ## Add a plugin to the image: URL=... [MOODLE=5.0,5.1]
	@$(NODE) moodle-image/plugins/cli.ts add "$(URL)"

plugins-update: setup ## Move a plugin to another release: NAME=... URL=...
	@$(NODE) moodle-image/plugins/cli.ts update "$(NAME)" "$(URL)"

plugins-remove: setup ## Take a plugin out of the image: NAME=...
	@$(NODE) moodle-image/plugins/cli.ts remove "$(NAME)"

plugins-check: setup ## Check the plugins' lock file, and that every archive is as it was
	@$(NODE) moodle-image/plugins/cli.ts check

##@ Plan capacity and cost

calendar: setup ## The academic year of a stack as a picture and a table, with the planned minimum capacity: STACK=...
	@$(NODE) tools/calendar/command.ts "$(STACK)"

calendar-import: setup ## Entries for stacks/calendar/ from an iCalendar file: FILE=... [ZONE=Europe/London] [FROM=2026-08-01] [TO=2027-07-31]
	@$(NODE) tools/calendar-import/command.ts "$(FILE)" "$(ZONE)" "$(FROM)" "$(TO)"

sizing: setup ## From people to settings: USERS=43000 EXAM=4000 [STACK=...]
	@USERS="$(USERS)" EXAM="$(or $(EXAM),0)" STACK="$(STACK)" $(NODE) tools/sizing/command.ts

capacity: setup ## Simulate a stack on load traces; fails when a peak would be missed: STACK=... [TRACE=all|exam-gate|...]
	@STACK="$(STACK)" TRACE="$(TRACE)" ACTIONS="$(ACTIONS)" $(NODE) tools/capacity/command.ts

cost: setup cli ## What a stack costs a month, a season and a student, from its plan: STACK=... [STUDENTS=43000]
	@STACK="$(STACK)" STUDENTS="$(or $(STUDENTS),43000)" $(NODE) tools/cost/command.ts

import-trace: setup ## A load trace from access logs of ALB or CloudFront: LOGS="a.gz b.gz" OUT=week1.json [ZONE=Europe/London]
	@LOGS="$(LOGS)" OUT="$(OUT)" ZONE="$(ZONE)" $(NODE) tools/import-trace/command.ts

##@ Test the load

# What the command line sets comes by the environment, as above. TARGET=local needs root, Debian, and MOODLE_SRC or network.
loadtest: loadtest-setup ## One load test, judged: TARGET=local|<stack> SCENARIO=exam-gate USERS=20 DURATION=180 [PACE=...] [WORKERS=...]
	@$(NODE) tools/loadtest/run/command.ts

loadtest-site: loadtest-setup ## The load tests' course and users in a stack to be thrown away: TARGET=... USERS=... [REMOVE=1]
	@$(NODE) tools/loadtest/run/siteCommand.ts

loadtest-feed: setup ## A run's figures into the capacity model, old and new shown: RUN=last|<id> [DRY=1]
	@$(NODE) tools/loadtest/run/feedCommand.ts

tracker: setup ## Performance over releases as one page, from the runs stored here [TARGET=<stack> for its bucket too]
	@$(NODE) tools/loadtest/run/trackerCommand.ts

##@ Measure

bench: setup cli ## Measure previews, the policy pack and the unit tests (takes some minutes; nothing is asserted)
	@$(NODE) testing/bench/run.ts && $(NODE) policies/bench/run.ts

bench-image: setup ## Measure the image's caches beside what people use, on a real Moodle: MOODLE_SRC=<a Moodle tree> (40 minutes)
	@$(NODE) moodle-image/bench/run.ts

bench-scaling: setup ## Our scaling beside the published policies of AWS and Azure, on the same traces
	@STACK="$(or $(STACK),prod)" $(NODE) testing/bench/scaling.ts

sensitivity: setup ## How much each assumption of the simulator matters
	@STACK="$(or $(STACK),prod)" $(NODE) testing/bench/sensitivity.ts

loadtest-rates: setup ## How often the gate raises false alarms and misses regressions, over many made-up pairs of runs
	@$(NODE) tools/loadtest/gate/rates.ts

edge-report: setup ## What share of requests and bytes CloudFront answers, as a table and as an HTML page
	@$(NODE) tools/edge-report/command.ts

##@ Set-up, which the others do by themselves

setup: ## What the others do first: packages and Node 24, only when something changed
	@offline/setup.sh

# What tests need of Debian, PyPI and Go modules, before the tests rather than in the first that needs it.
test-tools:
	@testing/setup && testing/release/setup && pipelines/test/setup && testing/linters/setup && testing/linters/setup-php && testing/values/setup && testing/cloudfront-functions/setup && testing/security/setup

# Artillery, which only the load tests need. Tests and types need it too.
loadtest-setup: setup
	@tools/loadtest/setup

# Before the tests rather than in the first that needs it, which would run out of time if the CLI has to be built.
cli: setup
	@$(NODE) offline/cli/ensure.ts
