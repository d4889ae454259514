package db_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

func TestTransactionPooler(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	for name, c := range map[string]struct {
		dsn    string
		pooled bool
	}{
		"none":                          {dsn, false},
		"one connection":                {dbtest.NewPooler(t, dsn, "transaction", 1), true},
		"several connections":           {dbtest.NewPooler(t, dsn, "transaction", 5), true},
		"in session mode":               {dbtest.NewPooler(t, dsn, "session", 5), true},
		"that ignores every parameter":  {dbtest.NewPooler(t, dsn, "transaction", 1, "ignore_startup_parameters = external_api.session"), true},
		"and a parameter that it knows": {dbtest.NewPooler(t, dsn, "transaction", 1) + " extra_float_digits=3 application_name=x", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := open(t, c.dsn)
			pooled, err := store.TransactionPooler(context.Background())
			require.NoError(t, err)
			require.Equal(t, c.pooled, pooled)
		})
	}
}

// Without transactions nothing can be stored.
func TestStatementPooler(t *testing.T) {
	t.Parallel()
	store := open(t, dbtest.NewPooler(t, dbtest.New(t), "statement", 1))
	_, err := store.TransactionPooler(context.Background())
	requireUnavailable(t, err)
	require.ErrorContains(t, err, "its mode has to be transaction or session")
}

// prepareAnything is another program behind the same pooler, whose driver chooses the names "1", "2", … too: it leaves them on the
// connections that we get next.
func prepareAnything(ctx context.Context, dsn string) error {
	pool, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	for i := 0; ctx.Err() == nil; i++ {
		// Its own errors are its own: another one has prepared the name already.
		if transaction, err := pool.BeginTx(ctx, nil); err == nil {
			for parameters := range 12 {
				columns := make([]string, parameters)
				for i := range columns {
					columns[i] = fmt.Sprintf("cast($%d as text)", i+1)
				}
				_, _ = transaction.PrepareContext(ctx, "select 'foreign' "+strings.Join(append([]string{""}, columns...), ", "))
			}
			_ = transaction.Commit()
		}
	}
	return nil
}

// Each call does what it says, whatever is prepared on the connections that it happens to get.
func TestBehindATransactionPooler(t *testing.T) {
	t.Parallel()
	for _, connections := range []int{1, 3} {
		t.Run(fmt.Sprintf("%d connections", connections), func(t *testing.T) {
			t.Parallel()
			direct := dbtest.New(t)
			execute(t, direct, `drop schema external_api cascade`)
			dsn := dbtest.NewPooler(t, direct, "transaction", connections)
			ctx, cancel := context.WithCancel(context.Background())
			others, othersCtx := errgroup.WithContext(ctx)
			others.Go(func() error { return prepareAnything(othersCtx, dsn) })
			require.NoError(t, db.CreateMeetTables(context.Background(), dsn))
			applied, err := db.Migrate(context.Background(), dsn)
			require.NoError(t, err)
			require.NotZero(t, applied)
			stores := []*db.DB{open(t, dsn), open(t, dsn)}

			const users, rooms = 8, 10
			var group errgroup.Group
			for i := range users {
				group.Go(func() error { return makeRooms(stores[i%len(stores)], rooms) })
			}

			require.NoError(t, group.Wait())
			cancel()
			require.NoError(t, others.Wait())
			require.Equal(t, users*rooms, count(t, direct, "select count(*) from meet_room where access_level = 'restricted'"))
			require.Equal(t, 2*users, count(t, direct, "select count(*) from meet_user"))
			require.Equal(t, 2*users*rooms, count(t, direct, "select count(*) from meet_resource_access"))
			requireNoAdvisoryLock(t, direct)
		})
	}
}

// makeRooms makes an application and a user with that many rooms, changes each, gives another user a role in it, and reads all that.
func makeRooms(store *db.DB, rooms int) error {
	ctx := context.Background()
	address, delegate := uuid.NewString()+"@example.com", uuid.NewString()+"@example.com"
	user, err := store.CreateUser(ctx, audit.Source{}, &address, nil)
	if err != nil {
		return err
	}
	other, err := store.CreateUser(ctx, audit.Source{}, &delegate, nil)
	if err != nil {
		return err
	}
	application, err := store.CreateApplication(ctx, audit.Source{}, db.NewApplication{Name: address, ClientID: uuid.NewString(), Secret: db.NewSecret{Hash: "!"}})
	if err != nil {
		return err
	}
	caller := db.Caller{ClientID: application.ClientID, Delegated: true, UserID: user.ID}
	for i := range rooms {
		if err := makeRoom(ctx, store, caller, other.ID, i); err != nil {
			return err
		}
	}
	listed, total, err := store.Rooms(ctx, caller, db.RoomFilter{}, 100, 0)
	if err == nil && (len(listed) != rooms || int(total) != rooms) {
		err = fmt.Errorf("%d of %d rooms are listed", len(listed), rooms)
	}
	return err
}

func makeRoom(ctx context.Context, store *db.DB, caller db.Caller, other string, number int) error {
	room, _, err := store.CreateRoom(ctx, caller, newRoom(uuid.NewString()))
	if err != nil {
		return err
	}
	level, configuration := "restricted", json.RawMessage(fmt.Sprintf(`{"number": %d}`, number))
	if _, _, err := store.UpdateRoom(ctx, caller, db.RoomRef{ID: room.ID}, db.RoomChange{AccessLevel: &level, Configuration: &configuration}, anyRoom); err != nil {
		return err
	}
	access, err := store.GrantAccess(ctx, caller, room.ID, other, "member")
	if err == nil && access != (db.Access{Role: "member", Created: true}) {
		err = fmt.Errorf("another access was given: %v", access)
	}
	if err != nil {
		return err
	}
	found, err := store.Room(ctx, caller, db.RoomRef{ID: room.ID})
	if err == nil && (found.Name != room.Name || found.Role != "owner" || string(found.Configuration) != string(configuration)) {
		err = fmt.Errorf("another room was found: %v", found)
	}
	return err
}
