package spec_test

import (
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// room is a package, or several by a pattern of path.Match, what it may import of this program, and the rule.
type room struct {
	packages string
	imports  []string
	rule     string
}

// rooms are the packages and what each may import of this program (docs/contributing.md, "The rooms"): the first line that
// fits a package counts, and "." is the package of openapi.yaml.
var rooms = []room{
	{"refusal", nil, "refusal lies at the ground: it imports nothing of ours"},
	{".", nil, "the package of openapi.yaml imports nothing of ours"},
	{"generated", nil, "generated is made of openapi.yaml alone"},
	{"audit", nil, "audit is a vocabulary: it imports nothing of ours"},
	{"db", []string{"audit", "refusal"}, "db imports nothing of ours but audit and refusal: it knows PostgreSQL, and neither HTTP nor tokens"},
	{"db/embedded", nil, "db/embedded brings a PostgreSQL up, and knows nothing of what is stored in it"},
	{"delegation", []string{"audit", "auth", "db", "refusal"}, "delegation decides for whom an application may act, without HTTP: it imports audit, auth, db and refusal"},
	{"operator", []string{"audit", "auth", "auth/*", "db", "delegation", "refusal"}, "operator is what operators do, without HTTP: it imports audit, auth, db, delegation and refusal"},
	{"operator/api", []string{".", "audit", "auth", "auth/*", "db", "generated/operator", "operator", "refusal"}, "operator/api imports what operator does, operator and generated/operator"},
	{"operator/console", []string{"audit", "auth", "auth/*", "db", "middleware", "operator", "refusal"}, "operator/console imports what operator does, operator and middleware"},
	{"google", []string{"auth", "generated", "generated/google", "handlers", "middleware", "refusal"}, "google puts what handlers do into Google's form: it imports handlers, generated/google, and what both know"},
	{"generated/google", []string{"generated"}, "generated/google is made of openapi.google.yaml, and writes JSON as generated does"},
	{"generated/operator", []string{"generated"}, "generated/operator is made of openapi.operator.yaml, and writes JSON as generated does"},
	{"spectest", nil, "spectest asks a specification what tests have shown of it: it imports nothing of ours"},
	{"db/dbtest", []string{"db", "db/embedded"}, "db/dbtest makes databases for tests"},
	{"auth", []string{"refusal"}, "auth is a vocabulary: it imports nothing of ours but refusal"},
	{"auth/*", []string{"auth", "auth/jose", "refusal"}, "what is below auth imports auth, auth/jose and refusal, and nothing else of ours"},
	{"auth/ratelimit/redistest", nil, "auth/ratelimit/redistest runs Redis for tests, and knows nothing of what is counted"},
	{"reference", nil, "reference makes pages of what it is given: it imports nothing of ours"},
	{"contracttest", []string{"."}, "contracttest asks a server from outside: it imports openapi.yaml alone"},
	{"livekit", []string{"auth/jose"}, "livekit imports auth/jose at most"},
	{"handlers", []string{".", "audit", "auth", "auth/*", "db", "delegation", "generated", "livekit", "reference", "refusal"}, "handlers import audit, auth, db, delegation, livekit, reference, refusal and generated"},
	{"middleware", []string{".", "audit", "auth", "auth/*", "generated", "livekit", "refusal"}, "middleware imports what handlers do, except db and handlers"},
	{"bench", nil, "bench measures the program from outside: it imports nothing of ours"},
	{"cmd/meet-external-api/timing", nil, "cmd/meet-external-api/timing measures the program from outside: it imports nothing of ours"},
	{"cmd/*", []string{"*", "auth/*", "db/embedded", "operator/*", "generated/*"}, "cmd wires everything, except what is for tests"},
}

// libraries are those that a part of the program keeps to itself; within is where the rule holds.
var libraries = []struct {
	library, within string
	packages        []string
	rule            string
}{
	{"net/http", "auth", []string{"auth/introspection"}, "HTTP in auth only in introspection"},
	{"github.com/redis/go-redis", "", []string{"auth/ratelimit", "auth/ratelimit/*"}, "Redis only in auth/ratelimit"},
	{"github.com/prometheus/client_golang", "", []string{"cmd/meet-external-api", "middleware"}, "Prometheus only in cmd and middleware: who counts tells them when asked"},
	{"github.com/getsentry/sentry-go", "", []string{"cmd/meet-external-api"}, "Sentry only in cmd"},
	{"go.opentelemetry.io/otel/sdk", "", []string{"cmd/meet-external-api"}, "what becomes of spans only in cmd"},
	{"go.opentelemetry.io", "", []string{"cmd/meet-external-api", "db", "middleware"}, "spans only in cmd, middleware and db"},
	{"github.com/lestrrat-go/jwx", "", []string{"auth/jose"}, "jwx only in auth/jose, so that its successor is one change"},
	{"github.com/yuin/goldmark", "", []string{"reference"}, "Markdown only in reference"},
	{"net/http", "reference", nil, "no HTTP in reference: handlers answer what it makes"},
	{"database/sql", "", []string{"db", "db/*"}, "SQL only in db"},
	{"github.com/jmoiron/sqlx", "", []string{"db"}, "SQL only in db"},
	{"github.com/lib/pq", "", []string{"db", "db/*"}, "PostgreSQL only in db"},
}

// The rules of the house hold for the imports of each package, those of its tests aside.
func TestRules(t *testing.T) {
	t.Parallel()
	for name, imports := range packages(t) {
		if !assert.NotEqualf(t, -1, roomOf(name), "%s is new: it needs a line in the table", name) {
			continue
		}
		for _, imported := range imports {
			assert.Emptyf(t, brokenRule(name, imported), "%s imports %s", name, imported)
		}
	}
}

// Each rule is one that can be broken.
func TestRulesAreChecked(t *testing.T) {
	t.Parallel()
	for _, imported := range [][2]string{
		{"refusal", ours + "auth"}, {".", ours + "refusal"}, {"generated", ours + "refusal"}, {"db", ours + "auth"},
		{"db/embedded", ours + "db"}, {"db/dbtest", ours + "handlers"}, {"auth", ours + "auth/jose"}, {"auth/token", ours + "auth/secret"},
		{"auth/jose", "net/http"}, {"livekit", ours + "refusal"}, {"handlers", ours + "middleware"}, {"middleware", ours + "db"},
		{"cmd/meet-external-api", ours + "db/dbtest"}, {"auth/token", "github.com/lestrrat-go/jwx/v2/jwt"},
		{"middleware", "github.com/redis/go-redis/v9"}, {"handlers", "database/sql/driver"}, {"cmd/meet-external-api", "github.com/lib/pq"},
		{"db", "github.com/prometheus/client_golang/prometheus"}, {"auth/ratelimit/redistest", ours + "auth/ratelimit"},
		{"handlers", "github.com/getsentry/sentry-go"}, {"db", "go.opentelemetry.io/otel/sdk/trace"}, {"livekit", "go.opentelemetry.io/otel/trace"},
	} {
		require.NotEmpty(t, brokenRule(imported[0], imported[1]), imported)
	}
	require.Equal(t, -1, roomOf("utils"))
	for _, imported := range [][2]string{
		{"auth/introspection", "net/http"}, {"handlers", "net/http"}, {"auth/token", "net/httptest"}, {"cmd/meet-external-api", ours + "middleware"},
		{"handlers", strings.TrimSuffix(ours, "/")},
	} {
		require.Empty(t, brokenRule(imported[0], imported[1]), imported)
	}
}

const ours = "meet-external-api/"

// brokenRule returns the rule that forbids a package to import another one, empty where none does.
func brokenRule(name, imported string) string {
	for _, l := range libraries {
		applies := strings.HasPrefix(name, l.within) && !fits(name, l.packages)
		if applies && strings.HasPrefix(imported+"/", l.library+"/") {
			return l.rule
		}
	}
	other, isOurs := strings.CutPrefix(imported+"/", ours)
	if room := roomOf(name); isOurs && !fits(path.Clean(other), rooms[room].imports) {
		return rooms[room].rule
	}
	return ""
}

// roomOf is the index of the line for a package, -1 where there is none.
func roomOf(name string) int {
	return slices.IndexFunc(rooms, func(r room) bool { return fits(name, []string{r.packages}) })
}

func fits(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { fits, _ := path.Match(pattern, name); return fits })
}

// packages are the imports of each package, by its path in the repository.
func packages(t *testing.T) map[string][]string {
	list := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}} {{.ImportPath}} {{join .Imports \" \"}}", "./...")
	list.Stderr = os.Stderr
	output, err := list.Output()
	require.NoError(t, err)
	all := map[string][]string{}
	for line := range strings.Lines(string(output)) {
		words := strings.Fields(line)
		all[path.Clean(strings.TrimPrefix(words[1]+"/", ours))] = words[2:]
		// What a test reads is what `go test` looks at before it takes the result of the last time for this one.
		_, err := os.ReadDir(words[0])
		require.NoError(t, err)
	}
	require.Greater(t, len(all), 10)
	return all
}
