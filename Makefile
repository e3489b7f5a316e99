# Everything here runs on this machine alone: no AWS account, no credentials, no Docker. "make help" lists it.
# Deploying for real needs none of it: see README.md.

# Node 24 from node_modules first, whatever the machine has; Go last, from where https://go.dev/doc/install puts it.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH):/usr/local/go/bin
NODE := node --import tsx
# Records of incidents are people's own words, and are not judged.
WRITTEN := ':!docs/incidents/[0-9]*' '*.md' '*.ts' '*.cjs' '*.mjs' '*.php' '*.yaml' '*.yml' '*.sh'
# A tool reads its options from the environment: make hands on what its command line sets. It is also told the names, so that a
# misspelt one is a mistake. Its own exit status is lost here, as make turns every failure into 2: a pipeline calls tools/run itself.
# A make that a tool or a test starts has the outer one's variables too, so only the first one tells.
given = $(if $(filter 0,$(MAKELEVEL)),$(foreach name,$(.VARIABLES),$(if $(filter command line,$(origin $(name))),$(name))))
TOOL = @tools/run $@ --variables "$(given)"
# A text with a dollar, such as "$5", is handed on as it was given.
override MESSAGE := $(value MESSAGE)
override TITLE := $(value TITLE)
override SCRIPT := $(value SCRIPT)
export MESSAGE TITLE SCRIPT
ROOMS := index.ts components stacks examples plugin policies offline testing tools pipelines moodle-image

.PHONY: destroy-rest generate incident actions boundary runbook rotate restore verify test-tools doctor reset-administrator moodle-cli moodle-shell release report gate loadtest loadtest-site loadtest-feed loadtest-rates tracker alarms replay blips calendar calendar-import exemptions sizing capacity import-trace cost bench-scaling sensitivity moodle moodle-lock instance-types plugins-add plugins-update plugins-remove plugins-check outage edge-report file-signing-key help preview up destroy test check check-code check-words bench bench-image mutation setup cli
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
	@$(NODE) testing/run.ts --variables "$(given)"

# macOS has GNU Make 3.81, which cannot keep the lines of two targets apart.
check: setup ## Types, lint, linters of scripts, format, words, generated files
	@$(MAKE) --no-print-directory -j2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=line) check-code check-words

check-code:
	@echo "check: types" && tsc -p .
	@echo "check: lint" && eslint .
	@echo "check: layout" && depcruise --cache .offline/depcruise --output-type err-long $(ROOMS)
	@echo "check: scripts, workflows, Dockerfile, nginx, PHP" && testing/linters/setup && $(NODE) testing/linters/command.ts
	@echo "check: format" && prettier --check --log-level warn .
	@echo "check: generated files" && tools/run generate --check

WORDS := git ls-files -co --exclude-standard --
check-words:
	@echo "check: spelling" && $(WORDS) Makefile '*Dockerfile' $(WRITTEN) | cspell lint --no-progress --no-summary --no-must-find-files --cache --cache-location .offline/cspell --file-list stdin || \
	  { echo "Fix: correct the word, or add it to testing/words/terms.txt when it is a term." >&2; exit 1; }
	@echo "check: terms and sentences" && $(WORDS) $(WRITTEN) ':!testing/words/*.test.ts' | xargs textlint --rulesdir testing/words/rules --cache --cache-location .offline/textlint
	@echo "check: documents" && markdownlint-cli2 2>&1 >/dev/null

generate: ## Write every generated file: documents, schemas, golden lists [ONLY=docs/waf.md] [CHECK=1]
	$(TOOL)

##@ Run a stack on AWS

# Real AWS, read only: docs/doctor.md.
doctor: ## What would stop "pulumi up" of a stack on this account and computer: STACK=... [JSON=1]
	$(TOOL)

# Real AWS: docs/releasing.md.
release: ## Put the stack's new task definitions into operation, and follow it: STACK=... IMAGE=sha256:... [MOODLE_OVERRIDE_FREEZE=...]
	$(TOOL)

boundary: ## The permissions boundary of a stack with a pipeline, as a policy for an administrator to make: STACK=...
	$(TOOL)

# Real AWS: docs/first-sign-in.md.
reset-administrator: ## Open the account admin again, with the password of the stack's secret: STACK=...
	$(TOOL)

moodle-cli: ## Run one of Moodle's command line scripts in a stack, as a task of its own: STACK=... SCRIPT="admin/cli/..."
	$(TOOL)

# Real AWS, read only: docs/runbooks/restore.md.
restore: ## What a restore of a stack to a time needs and loses, and its steps with names and recovery points in them: STACK=... TIME=... [WHAT=database|files|objects|all]
	$(TOOL)

# Real AWS, changes nothing: docs/backups.md.
verify: ## Judge whether a stack's database, files and objects belong together, as a task of its own: STACK=... [FILES=all|...]
	$(TOOL)

# Real AWS: docs/runbooks/shell.md.
moodle-shell: ## Start a task of its own in a stack, and print the command that opens a shell in it: STACK=... [MINUTES=...]
	$(TOOL)

# Real AWS, unless LOCAL=1: docs/outage.md.
outage: ## Turn the outage switch and write the status page: STACK=... STATE=... [more: tools/run outage --help]
	$(TOOL)

# Real AWS, read only: docs/pipelines.md.
drift: ## Compare a stack with what was deployed, and say what somebody has changed by hand: STACK=...
	$(TOOL)

# Real AWS: docs/removing.md.
destroy-rest: ## Delete what a throw-away stack has left after pulumi destroy: snapshots of releases, log groups that AWS made: STACK=... [DRY=1]
	$(TOOL)

# Real AWS: docs/runbooks/secrets.md.
rotate: ## Replace a secret of a stack while the site is open: STACK=... WHAT=database|master|sessions|cache|origin-secret|file-signing-key [LEAKED=1] [SENT=1]
	$(TOOL)

file-signing-key: ## Make a key pair for signed file addresses; prints what to do with each half
	$(TOOL)

##@ Watch a stack

runbook: ## A runbook with this stack's names in its commands, to be pasted: NAME=... STACK=...
	$(TOOL)

alarms: ## The alarms of a stack with thresholds, reasons, runbooks and cost [STACK=...]
	$(TOOL)

replay: ## Run past incidents and four quiet weeks through the alarms of prod
	$(TOOL)

blips: ## Find and explain response-time blips in exported logs: STACK=... FROM=... TO=... LOGS=... [ZONE=...] [OUT=...] [TITLE=...] [FOLDER=...]
	$(TOOL)

incident: ## Begin the record of an incident, whose actions make actions follows: TITLE=... [START=...] [END=...] [SERVICES=...] [FOLDER=...]
	$(TOOL)

actions: ## What is open after incidents, what is overdue, and what waits for a release of Moodle [FOLDER=...] [FOLLOW=1]
	$(TOOL)

##@ Review a change

report: ## What this tree would change in a stack, against another commit; Markdown, a page and a picture: STACK=... BASE=main
	$(TOOL)

gate: ## What make report says, and fails when data would be lost without an acknowledgement, or a policy is broken: STACK=... BASE=main
	$(TOOL)

exemptions: ## What is exempted from the policies, by whom, why, and for how many days yet [FILE=...]
	$(TOOL)

##@ The image

moodle: setup ## Run the image here with a database, caches and a small course [MOODLE_SRC=<a Moodle tree>]
	@moodle-image/local/run

instance-types: ## Write the table of EC2 instance types from the newest data in package registries
	$(TOOL)

moodle-lock: ## Put another release of Moodle into the image's lock file: VERSION=... [SHA256=...]
	$(TOOL)

plugins-add: ## Add a plugin to the image: URL=... [MOODLE=5.0,5.1]
	$(TOOL)

plugins-update: ## Move a plugin to another release: NAME=... URL=... [MOODLE=5.0,5.1]
	$(TOOL)

plugins-remove: ## Take a plugin out of the image: NAME=...
	$(TOOL)

plugins-check: ## Check the plugins' lock file, and that every archive is as it was [MOODLE=4.1|4.5|5.0|5.1|5.2|5.3] [OFFLINE=1]
	$(TOOL)

##@ Plan capacity and cost

calendar: ## The academic year of a stack as a picture and a table, with the planned minimum capacity: STACK=...
	$(TOOL)

calendar-import: ## Entries for stacks/calendar/ from an iCalendar file: FILE=... [ZONE=...] [FROM=...] [TO=...]
	$(TOOL)

sizing: ## From people to settings: what to put into the stack file, and why: USERS=... [EXAM=...] [STACK=...]
	$(TOOL)

capacity: ## Simulate a stack on load traces; fails when a peak would be missed: STACK=... [TRACE=all|exam-gate|...] [ACTIONS=...] [SEED=...]
	$(TOOL)

cost: ## What a stack costs a month, a season and a student, from its plan: STACK=... [STUDENTS=...]
	$(TOOL)

import-trace: ## A load trace from access logs of ALB or CloudFront: LOGS="a.gz b.gz" OUT=week1.json [ZONE=...]
	$(TOOL)

##@ Test the load

# TARGET=local needs root, Debian, and MOODLE_SRC or network.
loadtest: ## One load test, judged: TARGET=local|<stack> SCENARIO=teaching-day|exam-gate|files|forum-burst|dashboard|mobile-app [more: tools/run loadtest --help]
	$(TOOL)

loadtest-site: ## The load tests' course and users in a stack to be thrown away: TARGET=<stack> [USERS=...] [REMOVE=1]
	$(TOOL)

loadtest-feed: ## A run's figures into the capacity model, old and new shown: RUN=last|<id> [DRY=1]
	$(TOOL)

tracker: ## Performance over releases as one page, from the runs stored here [TARGET=<stack>]
	$(TOOL)

##@ Measure

bench: setup cli ## Measure previews, the policy pack, checks and tests (takes half an hour; nothing is asserted)
	@$(NODE) testing/bench/run.ts && $(NODE) policies/bench/run.ts

mutation: setup ## Change one condition of the policy pack at a time, and list what no case notices (30 minutes) [ONLY=network/]
	@$(NODE) policies/mutation/run.ts $(ONLY)

bench-image: setup ## Measure the image's caches beside what people use, on a real Moodle: MOODLE_SRC=<a Moodle tree> (40 minutes)
	@$(NODE) moodle-image/bench/run.ts

bench-scaling: setup ## Our scaling beside the published policies of AWS and Azure, on the same traces
	@$(NODE) testing/bench/scaling.ts --variables "$(given)"

sensitivity: setup ## How much each assumption of the simulator matters
	@$(NODE) testing/bench/sensitivity.ts --variables "$(given)"

loadtest-rates: ## How often the gate of load tests raises false alarms and misses regressions, over many made-up pairs of runs [PAIRS=...]
	$(TOOL)

edge-report: ## What share of requests and bytes CloudFront answers, as a table and as an HTML page
	$(TOOL)

##@ Set-up, which the others do by themselves

setup: ## What the others do first: packages and Node 24, only when something changed
	@offline/setup.sh

# Tools for tests from Debian, PyPI and Go modules, installed before the tests rather than in the first that needs them.
test-tools:
	@testing/setup && tools/loadtest/setup && testing/release/setup && pipelines/test/setup && testing/linters/setup && testing/linters/setup-php && testing/values/setup && testing/languages/setup && testing/runbooks/setup && testing/cloudfront-functions/setup && testing/security/setup

# Before the tests rather than in the first that needs it, which would run out of time if the CLI has to be built.
cli: setup
	@$(NODE) offline/cli/ensure.ts
