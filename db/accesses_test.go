package db_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
	"meet-external-api/refusal"
)

// Of owners who remove each other and themselves at the same time, one stays.
func TestTheLastOwnerStays(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	owners := []db.Caller{newCaller(t, store), newCaller(t, store), newCaller(t, store)}
	for round := range 20 {
		room, _, err := store.CreateRoom(ctx, owners[0], newRoom(uuid.NewString()))
		require.NoError(t, err)
		ref := db.RoomRef{ID: room.ID}
		for _, owner := range owners[1:] {
			_, err := store.GrantAccess(ctx, owners[0], room.ID, owner.UserID, "administrator")
			require.NoError(t, err)
		}
		execute(t, dsn, `update meet_resource_access set role = 'owner' where resource_id = '`+room.ID+`'`)
		_, all, err := store.Accesses(ctx, owners[0], ref)
		require.NoError(t, err)
		require.Len(t, all, len(owners))
		var group errgroup.Group
		for i := range 2 * len(all) {
			group.Go(func() error {
				return store.RemoveAccess(ctx, owners[(i+round)%len(owners)], ref, all[i/2].ID, anyRole)
			})
		}
		err = group.Wait()
		require.ErrorIs(t, err, refusal.LastOwner)
		require.Equal(t, 1, count(t, dsn, `select count(*) from meet_resource_access where resource_id = '`+room.ID+`'`))
	}
}

// Meet takes an owner's role away while another one's is taken away here.
func TestMeetRemovesAnOwner(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	caller, another := newCaller(t, store), newCaller(t, store)
	room, _, err := store.CreateRoom(ctx, caller, newRoom("abc-defg-hij"))
	require.NoError(t, err)
	_, err = store.GrantAccess(ctx, caller, room.ID, another.UserID, "administrator")
	require.NoError(t, err)
	execute(t, dsn, `update meet_resource_access set role = 'owner'`)
	_, all, err := store.Accesses(ctx, caller, db.RoomRef{ID: room.ID})
	require.NoError(t, err)
	commit := hold(t, dsn, `delete from meet_resource_access where user_id = '`+another.UserID+`'`)
	removed := make(chan error, 1)
	go func() { removed <- store.RemoveAccess(ctx, caller, db.RoomRef{ID: room.ID}, all[0].ID, anyRole) }()
	awaitWaiting(t, dsn, 1)
	commit()
	require.ErrorIs(t, <-removed, refusal.LastOwner)
}

// A room that is deleted meanwhile has no accesses, and nobody is given one.
func TestAccessesToARoomThatIsDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	caller, delegate := newCaller(t, store), newCaller(t, store)
	for name, do := range map[string]func(room, access string) error{
		"removed": func(room, access string) error {
			return store.RemoveAccess(ctx, caller, db.RoomRef{ID: room}, access, anyRole)
		},
		"granted": func(room, _ string) error {
			_, err := store.GrantAccess(ctx, caller, room, delegate.UserID, "member")
			return err
		},
		"attendees": func(room, _ string) error {
			change := db.RoomChange{Attendees: &db.Attendees{Members: []string{delegate.UserID}}}
			_, _, err := store.UpdateRoom(ctx, caller, db.RoomRef{ID: room}, change, anyRoom)
			return err
		},
	} {
		room, _, err := store.CreateRoom(ctx, caller, newRoom(uuid.NewString()))
		require.NoError(t, err)
		_, all, err := store.Accesses(ctx, caller, db.RoomRef{ID: room.ID})
		require.NoError(t, err)
		commit := hold(t, dsn, `delete from meet_resource_access where resource_id = '`+room.ID+`';
			delete from meet_room where resource_id = '`+room.ID+`'; delete from meet_resource where id = '`+room.ID+`'`)
		done := make(chan error, 1)
		go func() { done <- do(room.ID, all[0].ID) }()
		awaitWaiting(t, dsn, 1)
		commit()
		require.ErrorIs(t, <-done, db.ErrNotFound, name)
	}
}

// A room that is gone at the COMMIT of a grant is not taken for a delegate who is.
func TestARoomThatIsGoneAtTheCommitOfAGrant(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	caller, delegate := newCaller(t, store), newCaller(t, store)
	room, _, err := store.CreateRoom(ctx, caller, newRoom("abc-defg-hij"))
	require.NoError(t, err)
	execute(t, dsn, `create table gate (open boolean not null)`, `insert into gate values (false)`,
		`create function wait_at_gate() returns trigger language plpgsql as $$
		begin
			while not (select open from gate) loop perform pg_sleep(0.005); end loop;
			return null;
		end $$`,
		`create constraint trigger gate after insert on external_api.write deferrable initially deferred
		for each row execute function wait_at_gate()`)
	granted := make(chan error, 1)
	go func() {
		_, err := store.GrantAccess(ctx, caller, room.ID, delegate.UserID, "member")
		granted <- err
	}()
	require.Eventually(t, func() bool {
		return count(t, dsn, `select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`) == 1
	}, 20*time.Second, 5*time.Millisecond)

	execute(t, dsn, `set session_replication_role = replica; update meet_resource_access set role = 'none'; delete from meet_room; delete from meet_resource`,
		`update gate set open = true`)

	require.ErrorIs(t, <-granted, db.ErrNotFound)
}
