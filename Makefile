.DEFAULT_GOAL := help
LINT = go tool -modfile=tools/go.mod golangci-lint
# What npm and pip bring: the linter of openapi.yaml, and the OAuth libraries that tests use.
NODE = tools/node_modules/installed
PYTHON = tools/.python/installed
# The copy that `make postgres` downloads, once it is there.
ifeq ($(EXTERNAL_API_POSTGRES_BIN),)
export EXTERNAL_API_POSTGRES_BIN = $(shell [ ! -x .postgres/bin/initdb ] || echo $(CURDIR)/.postgres/bin)
endif

help: ## list what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile

run: database build ## serve with an embedded database, a demo application and a demo user
	@tools/install.sh curl openssl
	@exec tools/demo.sh

build: ## make bin/meet-external-api
	@CGO_ENABLED=0 go build -trimpath -ldflags "-X main.version=$$(git describe --tags --always --dirty 2>/dev/null || echo development)" -o bin/meet-external-api ./cmd/meet-external-api

test: database $(NODE) $(PYTHON) ## run all tests, on a real PostgreSQL and in a real browser
	@tools/install.sh chromium cc redis-server
	go test -race -timeout 10m -skip AlikeInTime ./...
	go test -timeout 10m -run AlikeInTime ./cmd/...

check: $(NODE) ## regenerate, lint, and fail on a difference
	@go generate ./generated
	@changed=$$(git status --porcelain -- generated); [ -z "$$changed" ] || \
		{ echo "generated/ is not what openapi.yaml makes, or not committed:" >&2; echo "$$changed" >&2; exit 1; }
	@go mod tidy -diff
	@tools/node_modules/.bin/spectral lint openapi.yaml --quiet --ruleset tools/spectral.yaml --fail-severity=hint
	@$(LINT) run ./...
	@GOOS=darwin go vet ./db/embedded

generate: ## make generated/ from openapi.yaml
	go generate ./generated

fuzz: ## fuzz each target for a short while
	@for target in FuzzVerify FuzzAssertion FuzzDecodeJSON FuzzSecretMatches FuzzEmail; do \
		go test ./auth -run '^$$' -fuzz "^$$target$$" -fuzztime 20s || exit 1; done

bench: database ## measure, beside a bare Echo handler that runs the same SQL, and among 1,000,000 users
	@tools/install.sh wrk
	@go test ./db ./cmd/meet-external-api -run '^$$' -bench . -timeout 20m

postgres: ## download a pinned PostgreSQL into .postgres, where none can be installed
	@tools/install.sh curl openssl
	@tools/postgres.sh

snippets: ## run every example of docs/callers.md
	@tools/snippets.sh

# A PostgreSQL that is installed, or a downloaded copy.
database:
	@tools/install.sh postgres 2>/dev/null || tools/postgres.sh

try: ## follow the README as a stranger would
	@tools/try.sh

$(NODE): tools/package-lock.json
	@tools/install.sh node
	@cd tools && npm ci --silent --no-audit --no-fund --ignore-scripts && touch node_modules/installed

$(PYTHON): tools/clients/requirements.txt
	@tools/install.sh python
	@python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --upgrade --require-hashes \
		--target tools/.python -r $< && touch $@

.PHONY: help run build test check generate fuzz bench postgres database try snippets
