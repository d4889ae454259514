package db_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// A room is created by one statement, without a transaction. The driver sends it again where the connection was closed, and does not
// where it was reset. With a key it is the same, and whatever the caller was told, a repeated creation leaves one room; only where the
// statement was sent again while it ran, its caller is told what those who repeat it are told.
func TestCreateRoomStatement(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]outcome{
		"its answer is lost":      {answerLost, "", long, long, true, ""},
		"its answer is cut short": {answerCutShort, "", long, long, true, ""},
		"it comes late":           {deliveredLate, "returned", long, long, false, "database_unavailable"},
		"it never comes":          {neverDelivered, "", long, long, false, "database_unavailable"},
		"it is still running":     {connectionLost, "both waiting", long, long, true, ""},
	} {
		for _, reset := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, reset %t", name, reset), func(t *testing.T) {
				t.Parallel()
				createThroughProxy(t, o, reset, nil)
			})
			if sentTwice := o.release == "both waiting" && !reset; sentTwice {
				continue // TestARepeatableCreationIsSentAgainWhileItRuns
			}
			t.Run(fmt.Sprintf("%s, reset %t, repeatable", name, reset), func(t *testing.T) {
				t.Parallel()
				createThroughProxy(t, o, reset, repeatable("a-key", "the request"))
			})
		}
	}
}

// createThroughProxy creates a room while something happens to the statement, and then, where it has a key, once more.
func createThroughProxy(t *testing.T, o outcome, reset bool, r *db.Repeatable) {
	t.Helper()
	dsn := dbtest.New(t)
	p := &proxy{dsn: dsn, message: executeMessage, happens: o.happens, reset: reset}
	s := newSubject(t, p.open(t))
	s.store.SetTimeouts(o.idle, o.confirm)
	if o.release == "both waiting" {
		commit := hold(t, dsn, "select from meet_user where id = '"+s.caller.UserID+"' for update")
		go func() { <-p.release; commit() }()
	}
	room := newRoom(s.name, "of the repetition")
	room.Repeatable = r

	var before *db.Answer
	result, err := p.interfere(t, o, func(ctx context.Context) (made any, err error) {
		made, before, err = s.store.CreateRoom(ctx, s.caller, room)
		return made, err
	})

	require.Nil(t, before, "it is the first one")
	stored, code := o.stored, o.code
	if !reset {
		stored, code = true, ""
	}
	requireCode(t, code, err)
	if stored {
		found, err := s.store.Room(context.Background(), s.caller, db.RoomRef{ID: result.(db.Room).ID})
		require.NoError(t, err)
		require.Equal(t, s.name, *found.Slug)
		require.Equal(t, "owner", found.Role)
	}
	requireRooms(t, dsn, 1+map[bool]int{true: 1}[stored])
	if r != nil {
		again, first, err := s.store.CreateRoom(context.Background(), s.caller, room)
		require.NoError(t, err)
		require.Equal(t, stored, first != nil)
		if stored {
			require.Equal(t, result.(db.Room).ID, first.RoomID)
		} else {
			require.NotEmpty(t, again.ID)
		}
		requireRooms(t, dsn, 2)
	}
}

// requireRooms asserts that there are so many rooms, each with all that belongs to it.
func requireRooms(t *testing.T, dsn string, rooms int) {
	t.Helper()
	for _, table := range []string{"meet_resource", "meet_room", "meet_resource_access where role = 'owner'", "external_api.room"} {
		require.Equal(t, rooms, count(t, dsn, "select count(*) from "+table), table)
	}
}

// requireNoAdvisoryLock looks at the locks of one database: pg_locks shows those of the whole cluster, and so of other tests.
func requireNoAdvisoryLock(t *testing.T, dsn string) {
	t.Helper()
	require.Zero(t, count(t, dsn, `select count(*) from pg_locks
		where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`))
}
