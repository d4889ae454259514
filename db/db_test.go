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
	"strings"
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

func open(t *testing.T, dsn string) *db.DB {
	t.Helper()
	store, err := db.Open(dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	require.NoError(t, store.Prepare(context.Background()))
	return store
}

// execute runs statements past the package under test.
func execute(t *testing.T, dsn string, statements ...string) {
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

// catalogue is all that PostgreSQL knows of Meet's tables, in one text. Foreign keys that refer to them come with triggers of
// PostgreSQL's own, which are not part of the tables.
const catalogue = `select md5(string_agg(line, E'\n' order by line)) from (
	select concat_ws(' ', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) as line
	from pg_class c join pg_attribute a on a.attrelid = c.oid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
	where c.relname like 'meet\_%' and a.attnum > 0
	union all select indexdef from pg_indexes where tablename like 'meet\_%'
	union all select concat_ws(' ', conname, pg_get_constraintdef(oid)) from pg_constraint where conrelid::regclass::text like 'meet\_%'
	union all select pg_get_triggerdef(oid) from pg_trigger where tgrelid::regclass::text like 'meet\_%' and not tgisinternal
	union all select concat_ws(' ', relname, relowner::regrole, relacl) from pg_class where relname like 'meet\_%') as lines`

// Beside Meet, its tables are there as Django makes them, with more in them than this project knows.
func TestMigrationsLeaveMeetAlone(t *testing.T) {
	t.Parallel()
	dsn := dbtest.NewEmpty(t)
	ctx := context.Background()
	_, err := db.Migrate(ctx, dsn)
	require.NoError(t, err)
	execute(t, dsn, `drop schema external_api cascade`, `drop index external_api_meet_user_email`,
		`alter table meet_user add column theme text not null default 'dark'`,
		`create table meet_recording (id uuid primary key, room_id uuid not null references meet_room (resource_id) deferrable initially deferred)`,
		`create index meet_recording_room_id_a1b2c3d4 on meet_recording (room_id)`,
		`insert into meet_resource values (gen_random_uuid(), now(), now())`)
	before := text(t, dsn, catalogue)

	applied, err := db.Migrate(ctx, dsn)

	require.NoError(t, err)
	require.Equal(t, 3, applied)
	require.Equal(t, before, text(t, dsn, catalogue))
	require.Equal(t, 1, count(t, dsn, `select count(*) from meet_resource`))
	open(t, dsn)
	execute(t, dsn, `alter table meet_user alter column theme drop default`)
	require.NotEqual(t, before, text(t, dsn, catalogue), "the comparison sees a difference")
}

func text(t *testing.T, dsn, query string) (value string) {
	t.Helper()
	pool, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	defer func() { _ = pool.Close() }()
	require.NoError(t, pool.QueryRow(query).Scan(&value))
	return value
}

// A row that Meet deletes takes ours along.
func TestMeetDeletes(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	_, err := store.CreateRoom(context.Background(), newRoom(t, store, "abc-defg-hij"))
	require.NoError(t, err)
	execute(t, dsn, `begin; delete from meet_resource_access; delete from meet_room; delete from meet_resource; commit`)
	require.Zero(t, count(t, dsn, `select count(*) from external_api.room`))
}

// Beside Meet, the program may have a role of its own that can do no more than it needs: the one of docs/beside-meet.md.
func TestLeastPrivilege(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	page, err := os.ReadFile("../docs/beside-meet.md")
	require.NoError(t, err)
	_, grants, _ := strings.Cut(string(page), "```sql\n")
	grants, _, _ = strings.Cut(grants, "```")
	role := "role_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	grants = strings.NewReplacer("role external_api", "role "+role, "to external_api", "to "+role, "authorization external_api", "authorization "+role).Replace(grants)
	execute(t, dsn, "drop schema external_api cascade", "revoke all on schema public from public", grants)
	t.Cleanup(func() { execute(t, dsn, "drop owned by "+role+" cascade", "drop role "+role) })
	restricted := dsn + " user=" + role

	applied, err := db.Migrate(ctx, restricted)

	require.NoError(t, err)
	require.Equal(t, 3, applied)
	store := open(t, restricted)
	require.NoError(t, store.CheckSchema(ctx))
	wanted := newRoom(t, store, "abc-defg-hij")
	room, err := store.CreateRoom(ctx, wanted)
	require.NoError(t, err)
	level := "restricted"
	_, changed, err := store.UpdateRoom(ctx, room.ID, db.RoomChange{AccessLevel: &level})
	require.NoError(t, err)
	require.True(t, changed)
	access, err := store.GrantAccess(ctx, room.ID, wanted.OwnerID, "member")
	require.NoError(t, err)
	require.Equal(t, db.Access{Role: "owner"}, access)
	_, err = store.UserBySub(ctx, "subject", true)
	require.NoError(t, err)
	name, visibility := "Renamed", db.VisibilityOwn
	_, err = store.UpdateApplication(ctx, wanted.ApplicationID, db.ApplicationChange{
		Name: &name, Visibility: &visibility, Domains: []string{"example.com"}, RevokeTokens: true,
	})
	require.NoError(t, err)
	require.NoError(t, store.DeleteApplication(ctx, wanted.ApplicationID))
}
