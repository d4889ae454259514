// The tests of docs/beside-meet.md, "Connections and poolers": the program behind PgBouncer.

package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"strings"
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

// Two replicas and many callers share few connections with each other and with another program, from the migrations on: every request
// does what it says.
func TestBehindATransactionPooler(t *testing.T) {
	t.Parallel()
	for _, connections := range []int{1, 3} {
		t.Run(fmt.Sprintf("%d connections", connections), func(t *testing.T) {
			t.Parallel()
			direct := dbtest.New(t)
			(&instance{t: t, dsn: direct}).sql(`drop schema external_api cascade`)
			dsn := dbtest.NewPooler(t, direct, "transaction", connections)
			ctx, cancel := context.WithCancel(context.Background())
			ended := make(chan struct{})
			go func() { defer close(ended); prepareAnything(ctx, t, dsn) }()
			defer func() { cancel(); <-ended }()
			replicas := []*instance{startUnready(t, dsn), startUnready(t, dsn)}
			for _, s := range replicas {
				s.log.wait(t, "ready")
				s.log.wait(t, "there is a pooler before the database: statements are planned anew each time")
			}
			s := replicas[0]
			application := s.application()
			s.user("delegate@example.com")

			const users, rooms = 6, 8
			var group errgroup.Group
			for i := range users {
				address := fmt.Sprintf("user%d@example.com", i)
				s.user(address)
				group.Go(func() error { return useRooms(replicas[i%len(replicas)], application, address, rooms) })
			}
			require.NoError(t, group.Wait())

			s.dsn = direct
			for query, wanted := range map[string]int{
				"select count(*) from meet_room where access_level = 'restricted'": users * rooms,
				"select count(*) from meet_resource_access where role = 'owner'":   users * rooms,
				"select count(*) from meet_resource_access where role = 'member'":  users * rooms,
				"select count(*) from meet_user":                                   users + 1,
				"select count(*) from meet_application":                            1,
			} {
				var found int
				require.NoError(t, s.pool().Get(&found, query))
				require.Equal(t, wanted, found, query)
			}
		})
	}
}

// useRooms makes a user's rooms, changes each, gives another user a role in it, and lists them.
func useRooms(s *instance, application credentials, address string, rooms int) error {
	token := s.token(application, address)
	for range rooms {
		room := s.post(roomsPath, `{"configuration": {"everyone_can_mute": false}}`, bearer(token))
		if room.status != 201 {
			return fmt.Errorf("creating: %s", room.raw)
		}
		path := "/rooms/" + room.body["id"].(string) + "/"
		changed := s.patch(path, `{"access_level": "restricted", "configuration": {"everyone_can_mute": true}}`, bearer(token))
		if changed.status != 200 || changed.body["name"] != room.body["name"] || !strings.Contains(string(changed.raw), `"everyone_can_mute":true`) {
			return fmt.Errorf("updating: %s", changed.raw)
		}
		if granted := s.post(path+"grant-access/", `{"email": "delegate@example.com", "role": "member"}`, bearer(token)); granted.status != 201 {
			return fmt.Errorf("giving access: %s", granted.raw)
		}
		if found := s.get(path, bearer(token)); string(found.raw) != string(changed.raw) {
			return fmt.Errorf("retrieving: %s", found.raw)
		}
	}
	if listed := s.get(roomsPath, bearer(token)); listed.body["count"] != float64(rooms) {
		return fmt.Errorf("listing: %s", listed.raw)
	}
	return nil
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
