package db_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

func inviting(room db.NewRoom, addresses ...string) db.NewRoom {
	room.Attendees = &db.Attendees{Invited: addresses}
	return room
}

// What is stored with attendees is stored as a whole or not at all, users included.
func TestAttendeesAreStoredWithTheirRoomOrNotAtAll(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	caller := newCaller(t, store)
	bob := newCaller(t, store).UserID
	room, _, err := store.CreateRoom(ctx, caller, inviting(newRoom("taken", "taken"), "first@example.com"))
	require.NoError(t, err)
	members := func() int {
		return count(t, dsn, "select count(*) from meet_resource_access where role = 'member'")
	}
	guests := func() int {
		return count(t, dsn, "select count(*) from meet_user join external_api.user on user_id = id where provisional and email !~ '^[0-9a-f-]{36}@'")
	}
	require.Equal(t, []int{1, 1}, []int{members(), guests()})

	_, _, err = store.CreateRoom(ctx, caller, inviting(newRoom("taken"), "second@example.com"))
	require.ErrorIs(t, err, db.ErrConflict)
	require.NotErrorIs(t, err, db.ErrAttendeesChanged, "a name that is taken is something else")
	_, _, err = store.CreateRoom(ctx, caller, inviting(newRoom("taken", "free"), "second@example.com"))
	require.NoError(t, err)
	require.Equal(t, []int{2, 2}, []int{members(), guests()})

	level := "restricted"
	for name, attendees := range map[string]db.Attendees{
		"an address that somebody has got": {Members: []string{bob}, Invited: []string{"third@example.com", "FIRST@example.com"}},
		"a user who is gone":               {Members: []string{bob, uuid.NewString()}, Invited: []string{"third@example.com"}},
	} {
		rooms := count(t, dsn, "select count(*) from meet_room")
		wanted := newRoom("another")
		wanted.Attendees = &attendees
		_, _, err = store.CreateRoom(ctx, caller, wanted)
		require.ErrorIs(t, err, db.ErrAttendeesChanged, name)
		_, _, err = store.UpdateRoom(ctx, caller, db.RoomRef{ID: room.ID}, db.RoomChange{AccessLevel: &level, Attendees: &attendees}, anyRoom)
		require.ErrorIs(t, err, db.ErrAttendeesChanged, name)
		require.Equal(t, []int{2, 2, rooms}, []int{members(), guests(), count(t, dsn, "select count(*) from meet_room")}, name)
		require.Zero(t, count(t, dsn, "select count(*) from meet_room where access_level = 'restricted'"), name)
	}
}

func TestAChangeOfTheAttendeesIsOne(t *testing.T) {
	t.Parallel()
	require.True(t, db.RoomChange{}.IsEmpty())
	require.False(t, db.RoomChange{Attendees: &db.Attendees{}}.IsEmpty())
}

// Those who make the same users in different orders do not wait for each other.
func TestAttendeesInAnyOrder(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	caller := newCaller(t, store)
	for round := range 10 {
		addresses := make([]string, 50)
		for i := range addresses {
			addresses[i] = fmt.Sprintf("%d-%d@example.com", round, i)
		}
		backwards := slices.Clone(addresses)
		slices.Reverse(backwards)
		var group errgroup.Group
		for i, invited := range [][]string{addresses, backwards, addresses, backwards} {
			group.Go(func() error {
				_, _, err := store.CreateRoom(ctx, caller, inviting(newRoom(fmt.Sprint(round, i)), invited...))
				return err
			})
		}
		begin := time.Now()
		require.ErrorIs(t, group.Wait(), db.ErrAttendeesChanged, "of all that are made at once, the first one is stored")
		require.Less(t, time.Since(begin), time.Second, "PostgreSQL would end one of two that wait for each other after a second")
		require.Equal(t, round+1, count(t, dsn, "select count(*) from meet_room"))
	}
	require.Zero(t, count(t, dsn, "select deadlocks from pg_stat_database where datname = current_database()"))
}

// A room that Meet is deleting, the accesses first, gets no members any more: its deletion would fail for them.
func TestAttendeesOfARoomThatMeetIsDeleting(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	caller, bob := newCaller(t, store), newCaller(t, store).UserID
	room, _, err := store.CreateRoom(ctx, caller, newRoom("abc-defg-hij"))
	require.NoError(t, err)
	pool, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = pool.Close() })
	deletion, err := pool.BeginTx(ctx, nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = deletion.Rollback() })
	_, err = deletion.ExecContext(ctx, `delete from meet_resource_access where resource_id = $1`, room.ID)
	require.NoError(t, err)

	changed := make(chan error, 1)
	go func() {
		_, _, err := store.UpdateRoom(ctx, caller, db.RoomRef{ID: room.ID}, db.RoomChange{Attendees: &db.Attendees{Members: []string{bob}}}, anyRoom)
		changed <- err
	}()
	awaitWaiting(t, dsn, 1)
	for _, statement := range []string{`delete from meet_room where resource_id = $1`, `delete from meet_resource where id = $1`} {
		_, err = deletion.ExecContext(ctx, statement, room.ID)
		require.NoError(t, err)
	}
	require.NoError(t, deletion.Commit())
	require.ErrorIs(t, <-changed, db.ErrNotFound)
}
