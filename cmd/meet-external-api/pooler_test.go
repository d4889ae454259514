// The tests of docs/beside-meet.md, "Connections and poolers": the program behind PgBouncer.

package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"meet-external-api/db/dbtest"
)

// prepareAnything is another program behind the same pooler, whose driver chooses the names "1", "2", … too: it leaves them on the
// connections that the server gets next.
func prepareAnything(ctx context.Context, t *testing.T, dsn string) {
	t.Helper()
	pool, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	defer func() { _ = pool.Close() }()
	for ctx.Err() == nil {
		transaction, err := pool.BeginTx(ctx, nil)
		if err != nil {
			continue
		}
		for parameters := range 12 {
			columns := ""
			for i := range parameters {
				columns += fmt.Sprintf(", cast($%d as text)", i+1)
			}
			_, _ = transaction.PrepareContext(ctx, "select 'foreign'"+columns)
		}
		_ = transaction.Commit()
	}
}

// Two replicas and many callers share few connections with each other and with another program, from the migrations on: every request,
// every act of an operator and the background work do what they say.
func TestBehindAPooler(t *testing.T) {
	t.Parallel()
	for _, pooler := range []struct {
		mode        string
		connections int
	}{
		{"transaction", 1}, {"transaction", 3},
		{"session", 50}, // where each connection of a replica keeps one
	} {
		t.Run(fmt.Sprintf("%s mode, %d connections", pooler.mode, pooler.connections), func(t *testing.T) {
			t.Parallel()
			direct := dbtest.New(t)
			(&instance{t: t, dsn: direct}).sql(`drop schema external_api cascade`)
			dsn := dbtest.NewPooler(t, direct, pooler.mode, pooler.connections)
			ctx, cancel := context.WithCancel(context.Background())
			ended := make(chan struct{})
			go func() { defer close(ended); prepareAnything(ctx, t, dsn) }()
			defer func() { cancel(); <-ended }()
			s, other := startUnready(t, dsn), startUnready(t, dsn)
			for _, replica := range []*instance{s, other} {
				replica.log.wait(t, "ready")
				replica.log.wait(t, "there is a pooler before the database: statements are planned anew each time")
				replica.dsn = direct // for what the test looks at itself
			}
			application := s.application()
			s.user("member@example.com")

			var callers []*caller
			var group errgroup.Group
			for i := range 6 {
				address := fmt.Sprintf("user%d@example.com", i)
				s.user(address)
				c := newCaller(application, address, "member@example.com", s.url, other.url)
				callers = append(callers, c)
				group.Go(func() error {
					defer c.close()
					return errors.Join(c.work(), c.work(), c.work())
				})
			}
			require.NoError(t, group.Wait())
			requireAllWasDone(t, s.pool(), callers...)

			operate(t, s, application)
			expired := s.makeRooms(s.token(application, "user0@example.com"), 3)
			s.expire(expired...)
			s.requireDeleted(expired...)
		})
	}
}

// operate does what operators do by their API.
func operate(t *testing.T, s *instance, application credentials) {
	t.Helper()
	way := s.byOperatorAPI(t)
	id := way.create()
	for _, name := range acts {
		way.acts[name](id)
	}
	o := s.operations()
	_, token := o.operatorToken("--write")
	made := applicationsPath + application.ID
	for _, path := range []string{
		applicationsPath, made + "/", made + "/deletion/", made + "/may-act-for/?email=user0@example.com", made + "/rooms/", made + "/token-counts/", "/users/?search=user0",
	} {
		a := o.get(path, bearer(token))
		require.Equal(t, 200, a.status, "%s: %s", path, a.raw)
	}
	// The acts upon the application that is gone: what is refused is an event too.
	require.Len(t, o.listedEvents(bearer(token), "client_id="+id, 1+len(acts)), 1+len(acts))
}

// Behind a pooler that lets no transaction begin nothing can be stored: the log says what its mode has to be.
func TestBehindAStatementPooler(t *testing.T) {
	t.Parallel()
	s := startUnready(t, dbtest.NewPooler(t, dbtest.New(t), "statement", 3))
	line := s.log.wait(t, "not ready, trying again")
	require.Contains(t, line["error"], "its mode has to be transaction or session")
	ready, _ := s.sendAnywhere(http.MethodGet, "/__heartbeat__", nil)
	require.Equal(t, 503, ready.status)
}
