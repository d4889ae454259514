package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/handlers"
)

// bench is what is measured: a database with one application and one user who has some rooms, and a request for each
// operation.
type bench struct {
	*instance
	clientID   string
	user       string
	operations []operation
	// flooded is the client id of an application whose hash is Meet's.
	flooded string
}

// operation is a request. Where its body has numberMark in it, each request has another number there.
type operation struct {
	name, method, path, body, token string
	first                           int // the number before the first one
}

const numberMark = "NUMBER"

func (o operation) request() *http.Request {
	request := httptest.NewRequest(o.method, "http://localhost"+handlers.BasePath+o.path, strings.NewReader(o.body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+o.token)
	return request
}

// millionRounds is of djangoSecret, as Django 5.2 writes it.
const millionRounds = "pbkdf2_sha256$1000000$fveIWRFo6uumjZHIbawXEW$R4DLGPo2vsRo/+mTaJfEL5QajQU0TgXgZSkFZ5d3gvA="

func tokenOperation(b *testing.B, name string, c credentials) operation {
	b.Helper()
	body, err := json.Marshal(tokenRequest(c, nil))
	require.NoError(b, err)
	return operation{name: name, method: http.MethodPost, path: tokenPath, body: string(body)}
}

func newBench(b *testing.B) bench {
	b.Helper()
	s := start(b)
	application := s.application()
	user := s.user("user@example.com")
	token := s.token(application, "user@example.com")
	var room string
	for i := range 100 {
		room = s.seed(user, "owner", fmt.Sprintf("room %03d", i))
	}
	meets := s.application()
	s.sql(`update meet_application set client_secret = $1 where client_id = $2`, millionRounds, meets.ID)
	meets.Secret = djangoSecret
	s.sql("analyze")
	return bench{instance: s, clientID: application.ID, user: user, flooded: meets.ID, operations: []operation{
		tokenOperation(b, "token", application),
		tokenOperation(b, "token-of-meets-hash", meets),
		{"list", http.MethodGet, "/rooms/", "", token, 0},
		{"retrieve", http.MethodGet, "/rooms/" + room + "/", "", token, 0},
		{"create", http.MethodPost, "/rooms/", "{}", token, 0},
	}}
}

// firstTokens are the first ones of so many applications each: of some whose hash is made here (cold), and of some whose hash is
// Meet's (slow), which is what each token costs where nothing is remembered.
func (m bench) firstTokens(b *testing.B, cold, slow int) (coldToken, slowToken operation) {
	b.Helper()
	copies := func(prefix string, count int, c credentials) operation {
		m.copyApplication(c.ID, prefix, count)
		return tokenOperation(b, "token-"+prefix, credentials{ID: prefix + numberMark, Secret: c.Secret})
	}
	made := m.application()
	coldToken = copies("cold", cold, made)
	slowToken = copies("slow", slow, credentials{ID: m.flooded, Secret: djangoSecret})
	m.sql("analyze")
	return coldToken, slowToken
}

// copyApplication makes others with the same secret, whose client ids are the prefix and numbers from 0 to the count.
func (m bench) copyApplication(clientID, prefix string, count int) {
	m.t.Helper()
	m.sql(`insert into meet_application (id, created_at, updated_at, name, is_active, client_id, client_secret, scopes)
		select gen_random_uuid(), now(), now(), 'x', true, $1 || n, client_secret, scopes
		from meet_application, generate_series(0, $2) as n where client_id = $3`, prefix, count, clientID)
}

func openStore(b *testing.B, dsn string) *db.DB {
	b.Helper()
	store, err := db.Open(dsn)
	require.NoError(b, err)
	b.Cleanup(func() { _ = store.Close() })
	require.NoError(b, store.Prepare(context.Background()))
	return store
}

func benchSettings(b *testing.B) (settings, *auth.Tokens) {
	b.Helper()
	s, err := readSettings(getenv(map[string]string{
		"APPLICATION_JWT_SECRET_KEY": testKey, "EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE": "0",
	}))
	require.NoError(b, err)
	tokens, err := s.tokens()
	require.NoError(b, err)
	return s, tokens
}

func benchServer(b *testing.B, store *db.DB) http.Handler {
	b.Helper()
	s, _ := benchSettings(b)
	log := slog.New(slog.DiscardHandler)
	attempts, err := s.newAttempts(log)
	require.NoError(b, err)
	server, err := newServer(parts{settings: s, store: store, attempts: attempts, ready: store.Ping, log: log})
	require.NoError(b, err)
	return server
}

// serve makes a request to a handler, without the network.
func (o operation) serve(b *testing.B, handler http.Handler) {
	b.Helper()
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, o.request())
	if recorder.Code >= 300 {
		b.Fatal(recorder.Code, recorder.Body)
	}
}

// BenchmarkHandler measures one request after the other without the network: time and allocations, beside the bare handler.
func BenchmarkHandler(b *testing.B) {
	measured := newBench(b)
	store := openStore(b, measured.dsn)
	_, tokens := benchSettings(b)
	this, bare := benchServer(b, store), newBare(store, tokens, measured.clientID, measured.user)
	for _, operation := range measured.operations {
		for name, handler := range map[string]http.Handler{"this": this, "bare": bare} {
			b.Run(operation.name+"/"+name, func(b *testing.B) {
				operation.serve(b, handler)
				b.ReportAllocs()
				for b.Loop() {
					operation.serve(b, handler)
				}
			})
		}
	}
}
