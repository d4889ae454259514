package db_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/db/dbtest"
	"meet-external-api/db/embedded"
	"meet-external-api/refusal"
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

// requireUnavailable asserts that an error is a refusal that callers are told of as 503.
func requireUnavailable(t testing.TB, err error) {
	t.Helper()
	require.True(t, isUnavailable(err), "%v", err)
}

func isUnavailable(err error) bool {
	refused, is := errors.AsType[*refusal.Error](err)
	return is && refused.Kind == refusal.Unavailable
}

// newCaller stores a user and an application that acts for them.
func newCaller(t testing.TB, store *db.DB) db.Caller {
	t.Helper()
	ctx := context.Background()
	address := uuid.NewString() + "@example.com"
	user, err := store.CreateUser(ctx, audit.Source{}, &address, nil)
	require.NoError(t, err)
	application, err := store.CreateApplication(ctx, audit.Source{}, db.NewApplication{Name: "Test", ClientID: uuid.NewString(), Secret: db.NewSecret{Hash: "!"}})
	require.NoError(t, err)
	return db.Caller{ClientID: application.ClientID, Delegated: true, UserID: user.ID}
}

// anyRoom allows what is asked for.
func anyRoom(db.FoundRoom) error { return nil }

// anyRole does the same for a role that is to be taken away.
func anyRole(db.FoundRoom, db.HeldRole) error { return nil }

// runTasks does all that is to be done in the background.
func runTasks(t testing.TB, store *db.DB) {
	t.Helper()
	for _, task := range store.Tasks() {
		for more := true; more; {
			var err error
			more, err = task.Step(context.Background())
			require.NoError(t, err, task.Name)
		}
	}
}

// newRoom is a room to be created with the first of the names that is free.
func newRoom(names ...string) db.NewRoom {
	return db.NewRoom{
		AccessLevel: "trusted", Configuration: json.RawMessage("{}"),
		RandomName: func() string {
			name := names[0]
			if len(names) > 1 {
				names = names[1:]
			}
			return name
		},
	}
}

func TestOtherNamesAreTriedWhereOneIsTaken(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	caller := newCaller(t, store)
	receipts := count(t, dsn, "select count(*) from external_api.write")
	room := newRoom("abc-defg-hij", "abc-defg-hij", "abc-defg-hij", "klm-nopq-rst")
	first, _, err := store.CreateRoom(ctx, caller, room)
	require.NoError(t, err)
	require.Equal(t, "abc-defg-hij", *first.Slug)
	second, _, err := store.CreateRoom(ctx, caller, room)
	require.NoError(t, err)
	require.Equal(t, "klm-nopq-rst", *second.Slug)
	_, _, err = store.CreateRoom(ctx, caller, room)
	require.ErrorIs(t, err, db.ErrConflict)
	for _, table := range []string{"meet_resource", "meet_room", "meet_resource_access", "external_api.room"} {
		require.Equal(t, 2, count(t, dsn, "select count(*) from "+table), "nothing is left of a name that was taken")
	}
	require.Equal(t, receipts+2, count(t, dsn, "select count(*) from external_api.write"))
}

func TestARoomIsMadeWithoutAPINWhereAllAreTaken(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	store := open(t, dbtest.New(t))
	caller := newCaller(t, store)
	for i, pin := range []*string{new("0123456789"), nil} {
		room := newRoom(uuid.NewString())
		room.RandomPIN, room.MaxPINs = func() string { return "0123456789" }, 3
		created, _, err := store.CreateRoom(ctx, caller, room)
		require.NoError(t, err)
		require.Equal(t, pin, created.PinCode, i)
	}
}

func TestARoomNeedsItsOwner(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	caller := newCaller(t, store)
	caller.UserID = uuid.NewString()
	_, _, err := store.CreateRoom(context.Background(), caller, newRoom("abc-defg-hij"))
	require.ErrorIs(t, err, refusal.UserNotFound)
	require.Zero(t, count(t, dsn, "select count(*) from meet_room"))
}

// After a failover the connections to the old primary, now a standby, must not go on failing.
func TestDemotedPrimary(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	options := embedded.Options{Data: t.TempDir(), Bin: os.Getenv("EXTERNAL_API_POSTGRES_BIN"), Fast: true}
	server, err := embedded.Start(ctx, options)
	require.NoError(t, err)
	require.NoError(t, db.CreateMeetTables(ctx, server.DSN()))
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

	_, err = store.CreateUser(ctx, audit.Source{}, &address, nil)

	requireUnavailable(t, err)
	require.Eventually(t, func() bool { return count(t, server.DSN(), connected) == 0 }, 10*time.Second, 10*time.Millisecond)
	execute(t, server.DSN(), `select pg_promote()`)
	_, err = store.CreateUser(ctx, audit.Source{}, &address, nil)
	require.NoError(t, err)
}

// A migration of Meet's changes a column while we run, on many connections, each of which has planned for another one.
func TestPlansThatATableHasOutgrown(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	for _, change := range []string{`select`, `alter table meet_user alter column email type text`, `alter table meet_user alter column email type varchar(254)`} {
		execute(t, dsn, change)
		var group errgroup.Group
		for range 200 {
			group.Go(func() error {
				_, err := store.UsersByEmail(context.Background(), address)
				return err
			})
			group.Go(func() error {
				_, err := store.UserBySub(context.Background(), audit.Source{}, uuid.NewString(), true)
				return err
			})
		}
		require.NoError(t, group.Wait(), change)
	}
}

func TestCallersWhoGiveUp(t *testing.T) {
	t.Parallel()
	store := open(t, dbtest.New(t))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, store.Applications(ctx, db.ApplicationPage{}, nil), context.Canceled)
	_, err := store.CreateUser(ctx, audit.Source{}, &address, nil)
	require.ErrorIs(t, err, context.Canceled)
}

func TestNotPrepared(t *testing.T) {
	t.Parallel()
	store, err := db.Open(dbtest.New(t))
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	requireUnavailable(t, store.Ping(context.Background()))
}

func TestOpenKeepsThePassword(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{"postgres://user:the-password@host:port/db", "password=the-password sslmode=x", "the-password"} {
		_, err := db.Open(dsn)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "the-password")
	}
}
