// The tests of docs/operate.md, "A read replica": a standby that answers, and its promotion while requests come in.

package main

import (
	"fmt"
	"math"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

func TestReadReplicaNeedsADatabase(t *testing.T) {
	t.Parallel()
	env := map[string]string{"EXTERNAL_API_READ_DATABASE_URL": "host=standby", "APPLICATION_JWT_SECRET_KEY": testKey, "EXTERNAL_API_LISTEN": "127.0.0.1:0",
		"EXTERNAL_API_DATA": t.TempDir()}
	const fault = "EXTERNAL_API_READ_DATABASE_URL: it makes sense only with DATABASE_URL or DB_HOST, which are missing: the embedded database has no standby"
	require.Equal(t, []string{fault}, faults(t, env))
	done := command(env, "serve")
	require.Equal(t, 1, done.code)
	require.Contains(t, done.stderr, fault)
}

// failover is a server on a primary and a standby that takes its place. Its address of the primary goes on leading there, wherever that
// is brought up.
type failover struct {
	*instance
	primary, standby *dbtest.Cluster
	toPrimary        *gate
	credentials      credentials
	token            string
	// oldPrimary is for looking at the primary, past the server, while it is one.
	oldPrimary *sqlx.DB
	promoted   atomic.Bool

	// created are the rooms whose creation was answered, with a position in the old primary's write-ahead log that is behind it.
	mutex   sync.Mutex
	created map[string]walPosition
	// answered are those creations, and settled those of them whose COMMIT the old primary did not answer any more; refused are the requests
	// of any kind that were answered with 503.
	answered, settled, refused atomic.Int64
}

// walPosition is one in a write-ahead log; 0: before all that is looked at.
type walPosition uint64

// unknownPosition is behind everything: nobody can say where the old primary was, as it had ended.
const unknownPosition = walPosition(math.MaxUint64)

func parsePosition(t testing.TB, text string) walPosition {
	t.Helper()
	var high, low uint64
	_, err := fmt.Sscanf(text, "%X/%X", &high, &low)
	require.NoError(t, err)
	return walPosition(high<<32 | low)
}

// startFailover starts it. A synchronous standby has replayed what the primary answers.
func startFailover(t *testing.T, synchronous bool) *failover {
	t.Helper()
	primary, standby := dbtest.NewPair(t)
	if synchronous {
		primary.Execute(`alter database meet set synchronous_commit = remote_apply`)
		primary.Execute(`alter system set synchronous_standby_names = '*'`)
		primary.Execute(`select pg_reload_conf()`)
	}
	f := &failover{primary: primary, standby: standby, created: map[string]walPosition{}}
	var err error
	f.oldPrimary, err = sqlx.Open("postgres", primary.DSN)
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.oldPrimary.Close() })
	f.toPrimary, _ = newGate(t, primary.DSN, true)
	_, port, err := net.SplitHostPort(f.toPrimary.listener.Addr().String())
	require.NoError(t, err)
	both := fmt.Sprintf("%s host=127.0.0.1,%s port=%s,5432", standby.DSN, strings.TrimSuffix(dbtest.Socket(standby.DSN), "/.s.PGSQL.5432"), port)
	f.instance = startUnready(t, both+" target_session_attrs=read-write", map[string]string{
		"EXTERNAL_API_READ_DATABASE_URL": both + " target_session_attrs=standby",
	})
	f.log.wait(t, "ready")
	f.log.wait(t, "the read replica is used")
	f.credentials = f.application()
	f.user("user@example.com")
	f.token = f.instance.token(f.credentials, "user@example.com")
	return f
}

// load sends requests until it is over: creations, each with a key and repeated until its answer is known, lists and tokens.
func (f *failover) load(over *atomic.Bool) *errgroup.Group {
	var group errgroup.Group
	for range 3 {
		group.Go(func() error {
			for !over.Load() {
				if err := f.create(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for _, ask := range []func() answer{
		func() answer { return f.get("/rooms/?page_size=5", bearer(f.token)) },
		func() answer {
			return f.post("/application/token/", map[string]any{"client_id": f.credentials.ID, "client_secret": f.credentials.Secret,
				"grant_type": "client_credentials", "scope": "user@example.com"})
		},
	} {
		group.Go(func() error {
			for !over.Load() {
				if a := ask(); a.status != 200 && !f.isRefused(a) {
					return fmt.Errorf("%d: %s", a.status, a.raw)
				}
			}
			return nil
		})
	}
	return &group
}

func (f *failover) isRefused(a answer) bool {
	if a.status == 503 && a.header.Get("Retry-After") != "" {
		f.refused.Add(1)
		return true
	}
	return false
}

func (f *failover) create() error {
	name := key(uuid.NewString())
	for attempts := 0; ; attempts++ {
		toNewPrimary := f.promoted.Load()
		a := f.post(roomsPath, "{}", bearer(f.token), name)
		switch {
		case a.status == 201:
			var position walPosition
			if !toNewPrimary {
				position = f.written()
			}
			if position == unknownPosition && attempts == 0 {
				f.settled.Add(1)
			}
			f.mutex.Lock()
			f.created[a.body["id"].(string)] = position
			f.mutex.Unlock()
			f.answered.Add(1)
			return nil
		case a.status != 409 && !f.isRefused(a): // 409: its first attempt is under way
			return fmt.Errorf("%d: %s", a.status, a.raw)
		}
	}
}

// written is how far the old primary's write-ahead log goes.
func (f *failover) written() walPosition {
	var text string
	if err := f.oldPrimary.Get(&text, `select pg_current_wal_insert_lsn()`); err != nil {
		return unknownPosition
	}
	return parsePosition(f.t, text)
}

// awaitAnswered returns when so many more creations have been answered.
func (f *failover) awaitAnswered(more int64) {
	wanted := f.answered.Load() + more
	dbtest.Await(f.t, func() bool { return f.answered.Load() >= wanted })
}

func TestPromotion(t *testing.T) {
	t.Parallel()
	for name, synchronous := range map[string]bool{"asynchronous": false, "synchronous": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := startFailover(t, synchronous)
			f.testFitReplica(t)
			var over atomic.Bool
			load := f.load(&over)
			f.awaitAnswered(50)
			if synchronous { // all creations wait for the answer to their COMMIT, which the standby has received
				f.standby.Execute(`select pg_wal_replay_pause()`)
				dbtest.Await(t, func() bool {
					return f.primary.Ask(`select cast(count(*) >= 3 as text) from pg_stat_activity where wait_event = 'SyncRep'`) == "true"
				})
			}

			f.primary.Kill()
			received := unknownPosition
			if !synchronous {
				received = parsePosition(t, f.standby.Ask(`select cast(pg_last_wal_receive_lsn() as text)`))
			}
			f.standby.Execute(`select pg_promote()`)
			f.promoted.Store(true)

			f.awaitAnswered(50)
			require.Positive(t, f.refused.Load())
			if synchronous {
				require.Positive(t, f.settled.Load())
			}
			// The old primary comes back, as a standby that has gone another way.
			f.primary.BeStandby()
			f.primary.Start()
			f.toPrimary.lead(f.primary.DSN)
			const rooms = `select coalesce(string_agg(cast(resource_id as text), ' ' order by resource_id), '') from meet_room`
			before := f.primary.Ask(rooms)
			f.log.waitFor(t, "the read replica is not used, the primary answers", map[string]any{"reason": db.ReplicaTimeline})
			f.awaitAnswered(50)
			over.Store(true)
			require.NoError(t, load.Wait())
			require.Equal(t, before, f.primary.Ask(rooms))
			// All that was answered is there, but for what the standby had not received; and nothing twice for one key.
			there := strings.Fields(f.standby.Ask(rooms))
			for id, position := range f.created {
				if position <= received {
					require.Contains(t, there, id)
				}
			}
			for _, id := range there {
				require.Contains(t, f.created, id)
			}
		})
	}
}

// testFitReplica looks at the server while all is well.
func (f *failover) testFitReplica(t *testing.T) {
	require.Equal(t, 200, f.get(roomsPath, bearer(f.token)).status)
	metrics := f.metrics(f.visitor(t))
	for _, sample := range []string{
		`meet_external_api_read_replica_used{reason=""} 1`, `meet_external_api_read_replica_lag_bytes 0`, `meet_external_api_read_replica_lag_seconds 0.`,
		`meet_external_api_read_replica_requests_total{outcome="behind"} `, `meet_external_api_read_replica_requests_total{outcome="answered"} `,
		`meet_external_api_database_connections_max{pool="replica"} 10`,
	} {
		require.Contains(t, metrics, "\n"+sample)
	}
	require.Empty(t, faults(t, f.env))
	env := together(f.env, map[string]string{"EXTERNAL_API_READ_DATABASE_URL": f.primary.DSN})
	require.Equal(t, []*finding{{Code: codeReplica, Setting: "EXTERNAL_API_READ_DATABASE_URL",
		Text: "EXTERNAL_API_READ_DATABASE_URL: it is not a standby: name a standby of the database, or none"}}, checked(t, env).Faults)
}
