package db_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
	"meet-external-api/db/embedded"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

var address = "user@example.com"

func open(t testing.TB, dsn string) *db.DB {
	t.Helper()
	store, err := db.Open(dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	require.NoError(t, store.Prepare(context.Background()))
	return store
}

// execute runs statements past the package under test.
func execute(t testing.TB, dsn string, statements ...string) {
	t.Helper()
	pool, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	defer func() { _ = pool.Close() }()
	for _, statement := range statements {
		_, err = pool.Exec(statement)
		require.NoError(t, err, statement)
	}
}

func count(t *testing.T, dsn, query string) int {
	t.Helper()
	n, err := strconv.Atoi(text(t, dsn, query))
	require.NoError(t, err)
	return n
}

func text(t *testing.T, dsn, query string) (value string) {
	t.Helper()
	pool, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	defer func() { _ = pool.Close() }()
	require.NoError(t, pool.QueryRow(query).Scan(&value))
	return value
}

// newRoom returns what a user and an application that are stored make a room of.
func newRoom(t *testing.T, store *db.DB, names ...string) db.NewRoom {
	t.Helper()
	ctx := context.Background()
	address := uuid.NewString() + "@example.com"
	user, err := store.CreateUser(ctx, &address, nil)
	require.NoError(t, err)
	application, err := store.CreateApplication(ctx, db.NewApplication{Name: "Test", ClientID: uuid.NewString(), SecretHash: "!"})
	require.NoError(t, err)
	return db.NewRoom{
		OwnerID: user.ID, ApplicationID: application.ID, AccessLevel: "trusted", Configuration: json.RawMessage("{}"),
		DrawName: func() string {
			name := names[0]
			if len(names) > 1 {
				names = names[1:]
			}
			return name
		},
	}
}

func TestTakenNamesAreDrawnAgain(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	room := newRoom(t, store, "abc-defg-hij", "abc-defg-hij", "abc-defg-hij", "klm-nopq-rst")
	first, err := store.CreateRoom(context.Background(), room)
	require.NoError(t, err)
	require.Equal(t, "abc-defg-hij", *first.Slug)
	second, err := store.CreateRoom(context.Background(), room)
	require.NoError(t, err)
	require.Equal(t, "klm-nopq-rst", *second.Slug)
	_, err = store.CreateRoom(context.Background(), room)
	require.ErrorIs(t, err, db.ErrConflict)
	for _, table := range []string{"meet_resource", "meet_room", "meet_resource_access", "external_api.room"} {
		require.Equal(t, 2, count(t, dsn, "select count(*) from "+table), "nothing is left of a draw that failed")
	}
}

func TestARoomNeedsItsOwner(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	room := newRoom(t, store, "abc-defg-hij")
	room.OwnerID = uuid.NewString()
	_, err := store.CreateRoom(context.Background(), room)
	require.ErrorIs(t, err, db.ErrConflict)
	require.Zero(t, count(t, dsn, "select count(*) from meet_room"))
}

// interrupter stands between the package and PostgreSQL and cuts the connection at the first COMMIT: before it is passed
// on, or when its answer has come.
type interrupter struct {
	target string
	before bool
	armed  atomic.Bool
}

func (i *interrupter) serve(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("unix", i.target)
		if err != nil {
			_ = conn.Close()
			continue
		}
		go i.forward(conn, server)
	}
}

func (i *interrupter) forward(conn, server net.Conn) {
	var cut atomic.Bool
	go func() {
		buffer := make([]byte, 32<<10)
		for {
			n, err := server.Read(buffer)
			if err != nil || cut.Load() {
				_, _ = conn.Close(), server.Close()
				return
			}
			_, _ = conn.Write(buffer[:n])
		}
	}()
	buffer := make([]byte, 32<<10)
	for {
		n, err := conn.Read(buffer)
		if err != nil {
			_ = server.Close()
			return
		}
		if bytes.Contains(buffer[:n], []byte("COMMIT")) && i.armed.CompareAndSwap(true, false) {
			if i.before {
				_, _ = conn.Close(), server.Close()
				return
			}
			cut.Store(true)
		}
		_, _ = server.Write(buffer[:n])
	}
}

func TestLostAnswerToCommit(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]bool{"COMMIT did not arrive": true, "COMMIT was carried out": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := dbtest.New(t)
			i := &interrupter{target: dbtest.Socket(dsn), before: before}
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			t.Cleanup(func() { _ = listener.Close() })
			go i.serve(listener)
			host, port, err := net.SplitHostPort(listener.Addr().String())
			require.NoError(t, err)
			store := open(t, dsn+" host="+host+" port="+port)
			wanted := newRoom(t, store, "abc-defg-hij")
			i.armed.Store(true)

			room, err := store.CreateRoom(context.Background(), wanted)

			require.False(t, i.armed.Load())
			stored := count(t, dsn, "select count(*) from meet_room")
			if before {
				var unavailable *db.UnavailableError
				require.ErrorAs(t, err, &unavailable)
				require.Zero(t, stored)
				return
			}
			require.NoError(t, err, "what is stored is acknowledged")
			require.Equal(t, 1, stored)
			_, role, err := store.Room(context.Background(), db.RoomFilter{UserID: wanted.OwnerID}, room.ID)
			require.NoError(t, err)
			require.Equal(t, "owner", role)
		})
	}
}

// After a failover the connections to the old primary, now a standby, must not go on failing.
func TestDemotedPrimary(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	options := embedded.Options{Data: t.TempDir(), Bin: os.Getenv("EXTERNAL_API_POSTGRES_BIN"), Fast: true}
	server, err := embedded.Start(ctx, options)
	require.NoError(t, err)
	_, err = db.Migrate(ctx, server.DSN())
	require.NoError(t, err)
	require.NoError(t, server.Stop())
	require.NoError(t, os.WriteFile(filepath.Join(options.Data, "postgres", "standby.signal"), nil, 0o644))
	server, err = embedded.Start(ctx, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Stop()) })
	store := open(t, server.DSN()+" application_name=store")
	connected := `select count(*) from pg_stat_activity where application_name = 'store'`
	require.Equal(t, 1, count(t, server.DSN(), connected))

	_, err = store.CreateUser(ctx, &address, nil)

	var unavailable *db.UnavailableError
	require.ErrorAs(t, err, &unavailable)
	require.Eventually(t, func() bool { return count(t, server.DSN(), connected) == 0 }, 10*time.Second, 10*time.Millisecond)
	execute(t, server.DSN(), `select pg_promote()`)
	_, err = store.CreateUser(ctx, &address, nil)
	require.NoError(t, err)
}

// A migration of Meet's changes a column while we run.
func TestPlansThatATableHasOutgrown(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	_, err := store.Users(context.Background())
	require.NoError(t, err)
	execute(t, dsn, `alter table meet_user alter column email type text`)
	_, err = store.Users(context.Background())
	var unavailable *db.UnavailableError
	require.ErrorAs(t, err, &unavailable)
	_, err = store.Users(context.Background())
	require.NoError(t, err)
}

func TestCallersWhoGiveUp(t *testing.T) {
	t.Parallel()
	store := open(t, dbtest.New(t))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := store.Applications(ctx)
	require.ErrorIs(t, err, context.Canceled)
	_, err = store.CreateUser(ctx, &address, nil)
	require.ErrorIs(t, err, context.Canceled)
}

func TestNotPrepared(t *testing.T) {
	t.Parallel()
	store, err := db.Open(dbtest.New(t))
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	var unavailable *db.UnavailableError
	require.ErrorAs(t, store.Ping(context.Background()), &unavailable)
}

func TestOpenKeepsThePassword(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{"postgres://user:the-password@host:port/db", "password=the-password sslmode=x", "the-password"} {
		_, err := db.Open(dsn)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "the-password")
	}
}

func TestMigrationsAtOnce(t *testing.T) {
	t.Parallel()
	dsn := dbtest.NewEmpty(t)
	pending, err := db.Pending(context.Background(), dsn)
	require.NoError(t, err)
	require.True(t, pending)
	var group sync.WaitGroup
	var applied atomic.Int64
	failures := make([]error, 4)
	for i := range failures {
		group.Go(func() {
			n, err := db.Migrate(context.Background(), dsn)
			applied.Add(int64(n))
			failures[i] = err
		})
	}
	group.Wait()
	require.NoError(t, errors.Join(failures...))
	require.EqualValues(t, 3, applied.Load())
	pending, err = db.Pending(context.Background(), dsn)
	require.NoError(t, err)
	require.False(t, pending)
}
