# Every target installs what it needs. Read the ## comments with `make help`.

ENV ?=
# The CDK CLI would send what it does to AWS.
export CDK_DISABLE_CLI_TELEMETRY := 1
# "yes" lets make deploy delete or replace what cannot be made again.
ALLOW_STATEFUL_LOSS ?=
# One stack, Data or Counter, instead of both (deploy).
STACK ?=
# "yes" lets make destroy delete the records of an environment's own bucket, and its created
# databases.
EMPTY ?=
# A text in the package, file or line of the mutants to run.
ONLY ?=
# Which campaign make faults runs, from which seed, and how often.
CAMPAIGN ?=
SEED ?=
RUNS ?=
# What make diff compares with; how and where it writes. BASE counts on make's command line only.
ifneq ($(origin BASE),command line)
BASE :=
endif
FORMAT ?= text
OUT ?=
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export JSII_NODE := $(CURDIR)/node_modules/.bin/node
# Node keeps the compiled form of the CDK CLI and of CDK: 0.3 s less per synth.
export NODE_COMPILE_CACHE := $(CURDIR)/.cache/node
# What Go compiles does not tell the folder: a fresh clone, and the commit that make diff checks
# out, find in Go's cache what another folder has compiled.
export GOFLAGS := $(filter-out -trimpath,$(shell go env GOFLAGS 2>/dev/null)) -trimpath

# One environment when ENV is given (make synth ENV=prod), all otherwise.
stacks  = $(if $(ENV),'$(ENV)/$(or $(STACK),*)','**')
# JOBS and ENVIRONMENTS count on make's command line only: a shell may have its own.
given   = $(if $(findstring command,$(origin $(1))),$(2)'$($(1))')
# One of the two alone would go with a file of this tree; so would a misspelt one.
outside = $(strip $(foreach name,JOBS ENVIRONMENTS,$(if $(findstring command,$(origin $(name))),$(name))))
ifeq ($(words $(outside)),1)
$(error write JOBS and ENVIRONMENTS, or neither of them; only $(outside) is given)
endif
ifneq ($(and $(outside),$(filter policy,$(MAKECMDGOALS))$(BASE)),)
$(error make policy, and make diff with BASE, look at the files of this tree only; leave JOBS and ENVIRONMENTS out)
endif
context = $(if $(ENV),-c env=$(ENV)) $(call given,JOBS,-c jobs=) $(call given,ENVIRONMENTS,-c environments=)
# The same for the operator's command line.
files   = $(if $(ENV),--env $(ENV)) $(call given,JOBS,--jobs ) $(call given,ENVIRONMENTS,--environments )
cdk     = node_modules/.bin/cdk --app .cache/app
packages = node_modules/.package-lock.json
modules  = .cache/modules
# What is compared with AWS is what is deployed: one synth, in a folder of its own that
# no other make writes to.
out       = .cache/cdk.out/$@-$(ENV)
synth     = $(cdk) synth --quiet --output $(out) $(context) $(stacks)
synthesized = node_modules/.bin/cdk --app $(out)
teardown  = .cache/tally teardown --env $(ENV) --assembly $(out) $(if $(filter yes,$(EMPTY)),--empty)
# After a deploy that was rolled back the monitor must see the old schedules again. There is
# none if the first deploy failed.
resweep   = .cache/tally sweep --if-deployed $(files)
compare   = .cache/tally fetch --env $(ENV) --assembly $(out) --out $(out)-deployed && \
	.cache/diff -env $(ENV) -stack '$(STACK)' -assembly $(out) -deployed $(out)-deployed

# Many packages wait for servers most of the time, so that each core has two of them. The slow
# ones come first, so that none of them is the last one and runs alone. With -trimpath, Go would
# take the results of another folder for those of this one: -count=1 tests in any case.
at_once = $$((2 * $$(getconf _NPROCESSORS_ONLN)))
slow    = $(addprefix ./,test/local test/deploy infra/change/diff lambda/internal/sqlsource test lambda/cmd/tally)

.PHONY: help demo test faults mutants lint synth policy diff deploy verify destroy bootstrap next snapshots schemas rds-ca bench clean app tally mariadb mysql chromium need-env
.DEFAULT_GOAL := help

help: ## Show every target
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  ENV=dev picks one environment (synth, policy, diff, deploy, verify, destroy, bootstrap, next)"
	@echo "  JOBS=file ENVIRONMENTS=folder take others than infra/jobs.yaml and infra/environments (not policy, diff with BASE);"
	@echo "  paths are absolute, or relative to the project's folder"
	@echo "  CAMPAIGN=s3 SEED=7 RUNS=100 makes 100 runs of one campaign, from a seed (faults; kills takes all of kills-…)"
	@echo "  CAMPAIGN=s3 SEED=7 makes one run again; SEED=7 alone makes all runs of all campaigns, from that seed"
	@echo "  BASE=origin/main compares with a commit instead of with AWS, offline (diff; FORMAT=markdown OUT=file)"
	@echo "  ALLOW_STATEFUL_LOSS=yes deploys although a stateful resource would go (deploy)"
	@echo "  STACK=Counter deploys one of the two stacks (deploy), where make deploy says so"
	@echo "  EMPTY=yes deletes the records in an unprotected environment's own bucket, and its created databases (destroy)"
	@echo "  make itself ends with 2 and says \"Error 3\" when a stateful resource would go; .cache/diff ends with 3"

demo: app .cache/tally ## Count 200,000 rows end to end on this machine, without AWS
	@echo "== Building and starting the demo"
	@go run ./test/demo

test: $(packages) $(modules) mariadb mysql chromium ## Run every test (real PostgreSQL, MariaDB, MySQL, S3 protocol, Lambda binary, Chromium)
	@echo "== Testing; the first time compiles CDK and its tests, about 3 minutes on 2 cores"
	@go vet ./...
	@cd test/bench && go vet ./...
	@go test -count=1 -timeout 20m -p $(at_once) $(slow) ./...

mutants: $(packages) $(modules) mariadb ## Change one line at a time, and see that a test fails (ONLY=text for some of them)
	@go run ./test/mutants $(if $(ONLY),-only '$(ONLY)')

faults: $(packages) $(modules) mariadb mysql ## Kill, cut, delay and lose by the thousand, up to an hour; nothing may be lost, doubled or wrong (CAMPAIGN=, SEED=, RUNS=)
	@TALLY_FAULTS=full TALLY_FAULTS_CAMPAIGN='$(CAMPAIGN)' TALLY_FAULTS_SEED='$(SEED)' TALLY_FAULTS_RUNS='$(RUNS)' \
		go test ./lambda/internal/faults -count=1 -v -timeout 90m

lint: export GOFLAGS := $(filter-out -trimpath,$(GOFLAGS))
lint: $(packages) $(modules) ## Check formatting and run the linters
	@test -z "$$(gofmt -l infra lambda test)" || { gofmt -l infra lambda test; echo "run gofmt -w on these"; exit 1; }
	@echo "== Linting; the first time compiles golangci-lint, some minutes on 2 cores"
	@go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run ./...
	@go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

synth: app ## Synthesize the templates into cdk.out (ENV=dev for one environment)
	@$(cdk) synth --quiet $(context) $(stacks)

policy: $(packages) $(modules) ## Print the policy report: every finding, and why it is accepted (ENV=dev)
	@go run ./infra/audit/report $(if $(ENV),-env $(ENV))

ifdef BASE
diff: $(packages) .cache/diff
	@.cache/diff -base '$(BASE)' -format '$(FORMAT)' -env '$(ENV)' -out '$(OUT)'
else
diff: app need-env .cache/diff .cache/tally ## Show what a deploy would change (ENV=dev), or what changed since a commit (BASE=origin/main)
	@$(synth)
	@$(compare) -format '$(FORMAT)' -out '$(OUT)'
endif

deploy: app need-env .cache/diff .cache/tally ## Deploy an environment (ENV=dev); nothing where a stateful resource would go, without ALLOW_STATEFUL_LOSS=yes
	@$(synth) -c deploying=true
	@$(compare) -loss $(if $(filter yes,$(ALLOW_STATEFUL_LOSS)),allow,refuse)
	@$(synthesized) deploy $(if $(CI),--require-approval never) $(if $(STACK),--exclusively) $(stacks) || { $(resweep); exit 1; }
	@$(MAKE) --no-print-directory verify

verify: need-env .cache/tally ## Have the deployed counters prove that they can count every job (ENV=dev; deploy ends with it)
	@.cache/tally verify $(files)

destroy: app need-env .cache/tally ## Delete an environment's stacks (ENV=dev); nothing where records or a created database would go, without EMPTY=yes
	@$(synth)
	@$(teardown)
	@$(synthesized) destroy $(if $(CI),--force) --exclusively $(ENV)/Counter
	@$(if $(filter yes,$(EMPTY)),$(teardown) --now)
	@$(synthesized) destroy $(if $(CI),--force) $(stacks)

bootstrap: app need-env ## Prepare the environment's account and region for CDK, once (ENV=dev)
	@$(cdk) bootstrap $(context) -c deploying=true

next: .cache/tally ## Print when each job runs next (ENV=dev)
	@.cache/tally next $(files)

tally: .cache/tally ## Build the operator's command line, .cache/tally, and say how to call and complete it
	@echo ".cache/tally is built. To call it as tally, link it from a folder of your PATH, such as:"
	@echo "  ln -sf '$(CURDIR)/.cache/tally' ~/.local/bin/tally"
	@echo "To complete commands, jobs and environments, write into the start-up file of your shell:"
	@echo "  bash: source <(tally completion bash)       # with the package bash-completion"
	@echo "  zsh:  source <(tally completion zsh)        # after compinit"
	@echo "  fish: tally completion fish | source"

snapshots: $(packages) $(modules) ## Write the golden templates of test/fixtures again
	@go test ./test -run TestSnapshots -update

schemas: $(modules) ## Write the JSON Schemas that editors check jobs and environments with
	@go run ./infra/schema/write

rds-ca: $(packages) $(modules) ## Write the certificate authorities of RDS from the npm package again
	@go run ./infra/rdsca/write

bench: $(packages) ## Compare with rivals, 15 minutes (cold start, synth, size, cron, SQL, S3)
	@cd test/bench && go run -tags duckdb .

clean: ## Remove what this project made on this machine
	rm -rf cdk.out node_modules .cache /var/cache/tally/mysql "$${XDG_CACHE_HOME:-$$HOME/.cache}/tally/mysql"

# npm may skip install scripts; the node package's brings the Node that jsii supports.
$(packages): package.json package-lock.json
	@echo "== Installing npm packages (CDK CLI, Node, PostgreSQL), about 20 seconds"
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# Downloaded ahead, since "go build" and "go run" print a line for each module.
$(modules): go.mod go.sum
	@echo "== Downloading Go modules, about 20 seconds"
	@go mod download
	@mkdir -p .cache && touch $@

app: $(packages) .cache/app

# The CDK app, compiled: "go run" (cdk.json) would check every package of CDK again
# on each synth. Folders are prerequisites too, so that a deleted file counts; rules,
# queries and scripts are part of the programs.
sources = go.mod go.sum $(shell find infra lambda -type d -o -name '*.go' ! -name '*_test.go' -o -name '*.rego' -o -name '*.sql' -o -name '*.mjs')

.cache/app: $(sources) | $(modules)
	@echo "== Compiling the CDK app (the first time about 2 minutes on 2 cores, then seconds)"
	@mkdir -p .cache
	@go build -o $@ ./infra/app

.cache/diff: $(sources) | $(modules)
	@echo "== Compiling the diff (the first time about 2 minutes on 2 cores, then seconds)" >&2
	@mkdir -p .cache
	@go build -o $@ ./infra/change/diff

.cache/tally: $(sources) | $(modules)
	@echo "== Compiling the command line (the first time about 3 minutes on 2 cores, then seconds)" >&2
	@mkdir -p .cache
	@go build -o $@ ./lambda/cmd/tally

mariadb mysql chromium:
	@test/$@.sh

need-env:
	@test -n "$(ENV)" || { echo "which environment? write for example: make $(MAKECMDGOALS) ENV=dev"; exit 2; }
