.DEFAULT_GOAL := help
# The Go of go.mod, also where the installed one is older and GOTOOLCHAIN says local: the go command then fetches it, and says so
# ("go: downloading go1.27.4"). From 1.21 on it can.
export GOTOOLCHAIN = auto
LINT = go tool -modfile=tools/go.mod golangci-lint
# With the Go of go.mod and no later one, since what a release consists of follows from it.
RELEASE = GOTOOLCHAIN=$$(sed -n 's/^toolchain //p' go.mod) go -C tools/release
# What npm and pip bring: the linter of the specifications, and the OAuth libraries and Google's clients that tests use.
NODE = tools/node_modules/installed
PYTHON = tools/.python/installed
# What npm and pip bring: generators of clients, and what makes requests of openapi.yaml.
GENERATORS = tools/generators/.python/installed
CHART = deploy/helm/meet-external-api
# To compile the libraries of Kubernetes takes longer than all that is done with them.
UNOPTIMIZED = -gcflags='k8s.io/...=-N -l'
# What is compared with the last release is tested where git knows it, and not in a copy of the files alone.
HISTORY = $(shell [ ! -e .git ] || echo -tags history)
# The copy that `make postgres` downloads, once it is there.
ifeq ($(EXTERNAL_API_POSTGRES_BIN),)
export EXTERNAL_API_POSTGRES_BIN = $(shell [ ! -x .postgres/bin/initdb ] || echo $(CURDIR)/.postgres/bin)
endif

help: ## list what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile

run: go database build ## start the sandbox: demo data, and faults on request
	@tools/install.sh curl
	@exec bin/meet-external-api sandbox

build: go ## make bin/meet-external-api
	@[ -x bin/meet-external-api ] && echo "compiling" >&2 || echo "compiling, which takes some minutes the first time" >&2
	@CGO_ENABLED=0 go build -trimpath -pgo=cmd/meet-external-api/profile.pgo -ldflags "-X main.version=$$(tools/version.sh)" -o bin/meet-external-api ./cmd/meet-external-api

test: go database compiled $(NODE) $(PYTHON) ## run all tests, on a real PostgreSQL and in a real browser
	@tools/install.sh chromium cc redis-server pgbouncer haproxy prometheus
	@# Without vet, which `make check` has the linter run.
	@# What the race detector still has to report at the end of a program is waited for a tenth of a second, and not a whole one.
	GORACE=atexit_sleep_ms=100 go test -race -vet=off $(HISTORY) -parallel 4 -timeout 15m ./...
	@# The race detector changes what this one measures, which is built without it.
	go test -vet=off -timeout 10m ./cmd/meet-external-api/timing

# What the tests are made of, compiled and not linked: while npm and pip wait for what they download, where make runs several jobs. What does
# not compile is said by the tests.
compiled: go
	@tools/install.sh cc
	@go list -e -race $(HISTORY) -test -export -deps -f '' ./... >/dev/null

check: go $(NODE) $(GENERATORS) ## regenerate, lint, test rules and citations, compare with the last release, and fail on a difference
	@$(MAKE) --no-print-directory generate >/dev/null
	@changed=$$(git status --porcelain -- generated docs/settings.md sdk); [ -z "$$changed" ] || \
		{ echo "generated/, docs/settings.md or sdk/ is not what it is made of, or not committed:" >&2; echo "$$changed" >&2; exit 1; }
	@go mod tidy -diff
	@tools/node_modules/.bin/spectral lint openapi.yaml openapi.google.yaml openapi.operator.yaml --quiet --ruleset tools/spectral.yaml --fail-severity=hint
	@$(LINT) run ./...
	@go test .
	@GOOS=darwin go vet -gcflags='all=-N -l' ./db/embedded
	@$(RELEASE) test ./compatibility && $(RELEASE) run ./compatibility $(CURDIR)

generate: go $(GENERATORS) ## make generated/ and sdk/ from the specifications, and docs/settings.md from the table of settings
	go generate ./generated/... ./cmd/meet-external-api
	@tools/install.sh node python java
	@for generate in sdk/*/generate; do $$generate || exit 1; done

deployment: go $(NODE) ## test deploy/: the Helm chart, rendered and decoded, the Compose files, the dashboard and the alerts
	@tools/install.sh prometheus
	@tools/node_modules/.bin/readme-generator -v $(CHART)/values.yaml -r $(CHART)/README.md >/dev/null
	@changed=$$(git status --porcelain -- $(CHART)/README.md); [ -z "$$changed" ] || \
		{ echo "$(CHART)/README.md is not what values.yaml says, or not committed" >&2; exit 1; }
	@cd deploy && go mod tidy -diff && go test $(UNOPTIMIZED) -count=1 ./...

release: go ## make dist/, all that a release of this commit consists of, twice, and compare
	@rm -rf dist
	@$(RELEASE) run . $(CURDIR) $(CURDIR)/dist
	@# From another place, and with nothing that was compiled before.
	@elsewhere=$$(mktemp -d) && trap 'rm -rf "$$elsewhere"' EXIT && git clone --quiet . "$$elsewhere/checkout" && \
		GOCACHE=$$elsewhere/cache $(RELEASE) run . "$$elsewhere/checkout" "$$elsewhere/dist" && \
		cmp "$$elsewhere/dist/SHA256SUMS" dist/SHA256SUMS
	@ls -l dist

packages: go database ## make what a release has for one platform, twice, and try it
	@tools/install.sh systemd
	@$(RELEASE) test -count=1 .

fuzz: go ## fuzz each target for a short while
	@grep -ro --include=*_test.go '^func Fuzz[A-Za-z]*' auth middleware | while IFS=': ' read -r file _ target; do \
		go test "./$$(dirname "$$file")" -run '^$$' -fuzz "^$$target$$" -fuzztime 20s </dev/null || exit 1; done

bench: go database build ## measure, beside the least that a server must do, and among 1,000,000 users and rooms
	@tools/install.sh redis-server pgbouncer
	@go test ./db ./bench -run '^$$' -bench . -timeout 15m

postgres: ## download a pinned PostgreSQL into .postgres, where none can be installed
	@tools/postgres.sh

snippets: go $(GENERATORS) ## run every example of the documents for callers
	@tools/snippets.sh

screenshots: go database ## make the pictures of docs/applications.md anew
	@tools/screenshots.sh

clients: go $(GENERATORS) ## make clients of openapi.yaml with the quick generators, and use them
	@tools/generators.sh python typescript-fetch openapi-python-client openapi-typescript orval hey-api oapi-codegen

generators: go $(GENERATORS) ## the same with all generators of docs/generators.md, which takes long
	@tools/generators.sh $$(cd tools/generators && ls -d [a-z]*/ | tr -d / | grep -v node_modules)

sdks: go database $(GENERATORS) ## test the clients in sdk/, and run their examples
	@tools/sdks.sh $$(cd sdk && ls -d */test | xargs -n 1 dirname)

schemathesis: go $(GENERATORS) ## make requests of openapi.yaml, good and bad ones, and check the answers
	@tools/schemathesis.sh

tools: $(NODE) $(PYTHON) $(GENERATORS) ## install what npm and pip bring

# A Go that can fetch the one of go.mod.
go:
	@case $$(GOTOOLCHAIN=local go version 2>/dev/null) in \
		*" go1.2"[1-9]* | *" go1."[3-9]? | *" go1."[3-9]?[!0-9]* | *devel*) ;; \
		*) echo "missing: install Go 1.21 or later, from https://go.dev/dl" >&2; exit 1 ;; \
	esac

# A PostgreSQL that is installed, or a downloaded copy.
database:
	@tools/install.sh postgres 2>/dev/null || tools/postgres.sh

try: go ## follow the README as a stranger would
	@tools/try.sh

$(NODE): tools/package-lock.json
	@tools/install.sh node
	@cd tools && npm ci --silent --no-audit --no-fund --ignore-scripts && touch node_modules/installed

$(PYTHON): tools/clients/requirements.txt
	@tools/install.sh python
	@python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-compile --upgrade --require-hashes \
		--target tools/.python -r $< && touch $@

$(GENERATORS): tools/generators/package-lock.json tools/generators/requirements.txt
	@tools/install.sh node python
	@cd tools/generators && npm ci --silent --no-audit --no-fund --ignore-scripts && \
		python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-compile --upgrade --require-hashes \
		--target .python -r requirements.txt && touch .python/installed

.PHONY: help go tools compiled run build test check generate deployment release packages fuzz bench postgres database try snippets screenshots clients generators sdks schemathesis
