package db_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
	"meet-external-api/refusal"
)

// taskOf returns the step of a task.
func taskOf(t *testing.T, store *db.DB, name string) func(context.Context) (bool, error) {
	t.Helper()
	for _, task := range store.Tasks() {
		if task.Name == name {
			return task.Step
		}
	}
	t.Fatalf("no task %q", name)
	return nil
}

// A step removes a thousand rows at most, and none that another server is removing; what still counts stays.
func TestStepsAreBounded(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	keys := `insert into external_api.idempotency_key (application_id, user_id, key, created_at, request_hash, room_id, etag, answer)
		select gen_random_uuid(), gen_random_uuid(), 'key', now() - interval '%s', '', gen_random_uuid(), '', '' from generate_series(1, %d)`
	execute(t, dsn, fmt.Sprintf(keys, "24 hours", 1500), fmt.Sprintf(keys, "23 hours 59 minutes", 3))
	left := `select count(*) from external_api.idempotency_key`
	step := taskOf(t, store, "remove idempotency keys")
	commit := hold(t, dsn, `delete from external_api.idempotency_key where ctid in (
		select ctid from external_api.idempotency_key order by created_at limit 100)`)
	more, err := step(ctx)
	require.NoError(t, err)
	require.True(t, more)
	require.Equal(t, 503, count(t, dsn, left), "the rows of the other one are there still")
	commit()
	more, err = step(ctx)
	require.NoError(t, err)
	require.False(t, more)
	require.Equal(t, 3, count(t, dsn, left))
}

// How long the oldest of each kind has been due, and nothing of what is not.
func TestLags(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	execute(t, dsn, `delete from external_api.write`)
	lags := func() map[string]int {
		t.Helper()
		found, err := store.Lags(ctx)
		require.NoError(t, err)
		minutes := map[string]int{}
		for _, lag := range found {
			minutes[lag.Work] = int(lag.Due.Minutes())
		}
		return minutes
	}
	for round, wanted := range []map[string]int{{}, {
		db.DeletionOfExpiredRooms: 10, db.ClosingOfRooms: 2*24*60 + 10, "remove revoked tokens": 10, "remove used assertions": 10,
		"remove idempotency keys": 10, "remove rooms that nobody closes in LiveKit": 10, "remove receipts of writes": 10,
	}} {
		for _, minutes := range []string{"-1 minute", "1 minute", "10 minutes 30 seconds"}[:1+2*round] {
			ago := func(after string) string { return fmt.Sprintf(`now() - interval '%s' - interval '%s'`, after, minutes) }
			execute(t, dsn,
				`insert into external_api.room (room_id, expires_at, delete_at) values (gen_random_uuid(), `+ago("0")+`, `+ago("0")+`)`,
				`insert into external_api.revoked_token values (gen_random_uuid(), `+ago("5 minutes")+`)`,
				`insert into external_api.used_assertion values (gen_random_uuid(), 'x', `+ago("5 minutes")+`)`,
				`insert into external_api.idempotency_key values (gen_random_uuid(), gen_random_uuid(), 'x', `+ago("24 hours")+`, '', gen_random_uuid(), '', '')`,
				`insert into external_api.write (id) values (cast(rpad(lpad(to_hex(cast(extract(epoch from `+ago("1 day")+`) * 1000 as bigint)), 12, '0'),
					32, '0') as uuid))`)
			if round > 0 {
				execute(t, dsn, `insert into external_api.livekit_outbox (room_id, created_at) values (gen_random_uuid(), `+ago("2 days")+`)`)
			}
		}
		require.Equal(t, wanted, lags())
	}
	execute(t, dsn, `delete from external_api.room`) // of which no room is there
	runTasks(t, store)
	require.Equal(t, map[string]int{db.ClosingOfRooms: 2*24*60 - 1}, lags(), "what was due is done")
}

// expired makes a room for the caller that has expired.
func expired(t *testing.T, store *db.DB, dsn string, c db.Caller) string {
	t.Helper()
	room := newRoom(uuid.NewString())
	soon := time.Now().Add(time.Hour)
	room.ExpiresAt = &soon
	created, _, err := store.CreateRoom(context.Background(), c, room)
	require.NoError(t, err)
	execute(t, dsn, `update external_api.room set expires_at = now(), delete_at = clock_timestamp() where room_id = '`+created.ID+`'`)
	return created.ID
}

// Rooms are deleted in the order in which they were due, each by one of those who are at it.
func TestDeleteExpiredRoom(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	caller := newCaller(t, store)
	id, err := store.DeleteExpiredRoom(ctx, true)
	require.NoError(t, err)
	require.Empty(t, id)
	var made []string
	for range 20 {
		made = append(made, expired(t, store, dsn, caller))
	}
	commit := hold(t, dsn, `select from external_api.room where room_id = '`+made[0]+`' for update`)
	id, err = store.DeleteExpiredRoom(ctx, true)
	require.NoError(t, err)
	require.Equal(t, made[1], id)
	commit()
	var group errgroup.Group
	deleted := make(chan string, len(made))
	deleted <- id
	for range 5 {
		another := open(t, dsn)
		group.Go(func() error {
			for {
				id, err := another.DeleteExpiredRoom(ctx, true)
				if err != nil || id == "" {
					return err
				}
				deleted <- id
			}
		})
	}
	require.NoError(t, group.Wait())
	close(deleted)
	require.ElementsMatch(t, made, slices.Collect(func(yield func(string) bool) {
		for id := range deleted {
			if !yield(id) {
				return
			}
		}
	}))
	require.Zero(t, count(t, dsn, `select count(*) from meet_room`)+count(t, dsn, `select count(*) from external_api.room`))
	require.Equal(t, len(made), count(t, dsn, `select count(*) from external_api.livekit_outbox`))
}

// A room that somebody holds is left for later, and one that is there no more is forgotten.
func TestExpiredRoomsThatCannotBeDeleted(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	execute(t, dsn, `create table meet_recording (room_id uuid references meet_room deferrable initially deferred)`)
	store := open(t, dsn)
	caller := newCaller(t, store)
	held, recorded, gone, last := expired(t, store, dsn, caller), expired(t, store, dsn, caller), expired(t, store, dsn, caller), expired(t, store, dsn, caller)
	execute(t, dsn, `insert into meet_recording values ('`+recorded+`')`, `delete from meet_resource_access where resource_id = '`+gone+`'`,
		`delete from meet_room where resource_id = '`+gone+`'`, `delete from meet_resource where id = '`+gone+`'`)
	commit := hold(t, dsn, `select from meet_room where resource_id = '`+held+`' for share`)
	begun := time.Now()
	id, err := store.DeleteExpiredRoom(ctx, true)
	require.Equal(t, held, id)
	requireUnavailable(t, err)
	require.Less(t, time.Since(begun), 5*time.Second)
	id, err = store.DeleteExpiredRoom(ctx, true)
	require.Equal(t, recorded, id)
	var refused *refusal.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, refusal.RoomReferredTo("recording").Text, refused.Text)
	for _, wanted := range []string{gone, last, ""} {
		id, err = store.DeleteExpiredRoom(ctx, true)
		require.NoError(t, err)
		require.Equal(t, wanted, id)
	}
	due := `select count(*) from external_api.room where room_id = '%s' and expires_at < now() and delete_at between now() and now() + interval '%s'
		and delete_at > now() + interval '%[2]s' - interval '20 seconds'`
	require.Equal(t, 1, count(t, dsn, fmt.Sprintf(due, held, "30 seconds")))
	require.Equal(t, 1, count(t, dsn, fmt.Sprintf(due, recorded, "1 hour")))
	require.Equal(t, 2, count(t, dsn, `select count(*) from external_api.room`))
	require.Equal(t, last, text(t, dsn, `select room_id from external_api.livekit_outbox`), "nothing is left of what was not deleted")
	commit()
	execute(t, dsn, `update external_api.room set delete_at = now() where room_id = '`+held+`'`)
	id, err = store.DeleteExpiredRoom(ctx, true)
	require.NoError(t, err)
	require.Equal(t, held, id)
}

// Rooms that Meet goes on referring to cost less and less: each wait is as long as the time since the room expired, and a day at most.
func TestExpiredRoomsThatAreReferredToWaitLonger(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	caller := newCaller(t, store)
	execute(t, dsn, `create table meet_recording (room_id uuid references meet_room deferrable initially deferred)`)
	for ago, wanted := range map[string]string{"1 minute": "1 hour", "5 hours": "5 hours", "300 days": "1 day"} {
		room := expired(t, store, dsn, caller)
		execute(t, dsn, `insert into meet_recording values ('`+room+`')`,
			`update external_api.room set expires_at = now() - interval '`+ago+`' where room_id = '`+room+`'`)
		id, err := store.DeleteExpiredRoom(ctx, true)
		require.ErrorIs(t, err, refusal.RoomReferredTo("recording"))
		require.Equal(t, room, id)
		require.Equal(t, 1, count(t, dsn, `select count(*) from external_api.room where room_id = '`+room+`'
			and abs(extract(epoch from delete_at - now() - interval '`+wanted+`')) < 30`), ago)
	}
}

// While a backup is restored there is no room at all: those that have expired keep their expiry.
func TestExpiryWhileABackupIsRestored(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	room := expired(t, store, dsn, newCaller(t, store))
	execute(t, dsn, `truncate meet_room, meet_resource_access`)
	for _, wanted := range []string{room, ""} {
		id, err := store.DeleteExpiredRoom(ctx, true)
		require.NoError(t, err)
		require.Equal(t, wanted, id)
	}
	require.Equal(t, 1, count(t, dsn, `select count(*) from external_api.room where expires_at < now() and delete_at > now() + interval '50 minutes'`))
}

// Each room is leased by one server, for a while that grows.
func TestRoomsToClose(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	receipts := count(t, dsn, `select count(*) from external_api.write`)
	due, err := store.RoomsToClose(ctx, 10)
	require.NoError(t, err)
	require.Empty(t, due)
	require.Equal(t, receipts, count(t, dsn, `select count(*) from external_api.write`), "looking stores nothing")
	execute(t, dsn, `insert into external_api.livekit_outbox (room_id) select gen_random_uuid() from generate_series(1, 25)`)
	commit := hold(t, dsn, `select from external_api.livekit_outbox where room_id = (select min(cast(room_id as text))::uuid from external_api.livekit_outbox)
		for update`)
	due, err = store.RoomsToClose(ctx, 5)
	require.NoError(t, err)
	require.Len(t, due, 5, "others do not wait")
	commit()
	leased := map[string]bool{}
	for _, room := range due {
		leased[room.ID] = true
	}
	var group errgroup.Group
	results := make(chan []db.RoomToClose, 5)
	for range 5 {
		group.Go(func() error {
			due, err := store.RoomsToClose(ctx, 10)
			results <- due
			return err
		})
	}
	require.NoError(t, group.Wait())
	close(results)
	for due := range results {
		require.LessOrEqual(t, len(due), 10)
		for _, room := range due {
			require.False(t, leased[room.ID], "by one only")
			require.False(t, room.Last)
			require.False(t, room.Restored)
			leased[room.ID] = true
		}
	}
	require.Len(t, leased, 25)
	for _, wait := range []int{10, 20, 40, 80, 160, 320, 600, 600, 600, 600, 600, 600} {
		require.Equal(t, wait, count(t, dsn, `select round(extract(epoch from max(try_at) - (select max(now()))))::int / 10 * 10
			from (select try_at + interval '5 seconds' as try_at from external_api.livekit_outbox) as o`), wait)
		execute(t, dsn, `update external_api.livekit_outbox set try_at = now()`)
		for range 3 {
			due, err = store.RoomsToClose(ctx, 10)
			require.NoError(t, err)
		}
	}
	require.NoError(t, store.RoomsClosed(ctx, []string{due[0].ID}))
	require.Equal(t, 24, count(t, dsn, `select count(*) from external_api.livekit_outbox`))
	execute(t, dsn, `update external_api.livekit_outbox set try_at = now(), created_at = now() - interval '25 hours'`)
	due, err = store.RoomsToClose(ctx, 1)
	require.NoError(t, err)
	require.True(t, due[0].Last)
}
