package db_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
	"meet-external-api/refusal"
)

// repeatable is a request with that key, which is answered with the name of its room.
func repeatable(key, request string) *db.Repeatable {
	return &db.Repeatable{Key: key, Hash: sha256.Sum256([]byte(request)), Answer: func(room db.Room) (db.Answer, error) {
		return db.Answer{RoomID: room.ID, ETag: "of " + room.ID, Body: room.Name}, nil
	}}
}

// createWith creates a room for a request with a key, under any free name.
func createWith(ctx context.Context, store *db.DB, c db.Caller, r *db.Repeatable) (db.Room, *db.Answer, error) {
	room := newRoom(uuid.NewString())
	room.Repeatable = r
	return store.CreateRoom(ctx, c, room)
}

// While a creation runs, another one with its key is told so, and need not wait; a creation with another key is made.
func TestARepeatableCreationIsStillRunning(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	caller, other := newCaller(t, store), newCaller(t, store)
	commit := hold(t, dsn, "select from meet_user where id = '"+caller.UserID+"' for update")
	made := make(chan db.Room, 1)
	var group errgroup.Group
	group.Go(func() error {
		room, _, err := createWith(ctx, store, caller, repeatable("a-key", "the request"))
		made <- room
		return err
	})
	awaitWaiting(t, dsn, 1)

	for _, request := range []string{"the request", "another one"} {
		_, _, err := createWith(ctx, store, caller, repeatable("a-key", request))
		require.ErrorIs(t, err, refusal.KeyInUse, request)
	}
	_, first, err := createWith(ctx, store, other, repeatable("a-key", "the request"))
	require.NoError(t, err)
	require.Nil(t, first, "it is the key of another caller")

	commit()
	require.NoError(t, group.Wait())
	_, first, err = createWith(ctx, store, caller, repeatable("a-key", "the request"))
	require.NoError(t, err)
	room := <-made
	require.Equal(t, db.Answer{RoomID: room.ID, ETag: "of " + room.ID, Body: room.Name}, *first)
	_, _, err = createWith(ctx, store, caller, repeatable("a-key", "another one"))
	require.ErrorIs(t, err, refusal.KeyReused)
	requireRooms(t, dsn, 2)
}

// The driver sends the statement again where its connection was closed, while the first one still runs: the caller is told that, and gets
// the room when the creation is repeated.
func TestARepeatableCreationIsSentAgainWhileItRuns(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	p := &proxy{dsn: dsn, message: executeMessage, happens: connectionLost}
	s := newSubject(t, p.open(t))
	commit := hold(t, dsn, "select from meet_user where id = '"+s.caller.UserID+"' for update")

	failed := make(chan error, 1)
	p.armed.Store(true)
	go func() {
		_, _, err := createWith(context.Background(), s.store, s.caller, repeatable("a-key", "the request"))
		failed <- err
	}()
	require.ErrorIs(t, <-failed, refusal.KeyInUse)
	commit()
	<-p.finished

	_, first, err := createWith(context.Background(), s.store, s.caller, repeatable("a-key", "the request"))
	require.NoError(t, err)
	require.NotNil(t, first)
	requireRooms(t, dsn, 2)
}

// A name that is taken takes nothing of the key with it.
func TestARepeatableCreationTriesOtherNames(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	caller := newCaller(t, store)
	_, _, err := store.CreateRoom(ctx, caller, newRoom("abc-defg-hij"))
	require.NoError(t, err)
	taken := newRoom("abc-defg-hij")
	taken.Repeatable = repeatable("a-key", "the request")
	_, _, err = store.CreateRoom(ctx, caller, taken)
	require.ErrorIs(t, err, db.ErrConflict)
	require.Zero(t, count(t, dsn, "select count(*) from external_api.idempotency_key"))

	free := newRoom("abc-defg-hij", "abc-defg-hij", "klm-nopq-rst")
	free.Repeatable = repeatable("a-key", "the request")
	room, _, err := store.CreateRoom(ctx, caller, free)
	require.NoError(t, err)
	require.Equal(t, "klm-nopq-rst", *room.Slug)
	_, first, err := store.CreateRoom(ctx, caller, free)
	require.NoError(t, err)
	require.Equal(t, "klm-nopq-rst", first.Body, "it is the answer about the room that was made")
}

// A key that has expired counts no more, whether housekeeping has removed it or not; of those who come then at the same time, one makes
// the room.
func TestAnExpiredKey(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	caller := newCaller(t, store)
	r := repeatable("a-key", "the request")
	rooms := map[string]bool{}
	for round, change := range []string{
		`select`, `update external_api.idempotency_key set created_at = now() - interval '24 hours'`, `delete from external_api.idempotency_key`,
	} {
		execute(t, dsn, change)
		_, err := store.FirstAnswer(ctx, caller, *r)
		require.ErrorIs(t, err, db.ErrNotFound)
		made := make(chan string, 20)
		var group errgroup.Group
		for range 20 {
			group.Go(func() error {
				for {
					room, first, err := createWith(ctx, store, caller, r)
					switch {
					case errors.Is(err, refusal.KeyInUse):
						continue
					case err != nil:
						return err
					case first != nil:
						room.ID = first.RoomID
					}
					made <- room.ID
					return nil
				}
			})
		}
		require.NoError(t, group.Wait(), change)
		close(made)
		for id := range made {
			rooms[id] = true
		}
		require.Len(t, rooms, round+1, change)
		requireRooms(t, dsn, round+1)
	}
	execute(t, dsn, `update external_api.idempotency_key set created_at = now() - interval '23 hours 59 minutes'`)
	_, first, err := createWith(ctx, store, caller, r)
	require.NoError(t, err)
	require.NotNil(t, first)
}

// Behind a pooler each statement may have another session: the lock of a key ends with its statement.
func TestRepeatableCreationsBehindAPooler(t *testing.T) {
	t.Parallel()
	for _, connections := range []int{1, 3} {
		t.Run(fmt.Sprintf("%d connections", connections), func(t *testing.T) {
			t.Parallel()
			direct := dbtest.New(t)
			store := open(t, dbtest.NewPooler(t, direct, "transaction", connections))
			caller := newCaller(t, store)
			const keys, times = 5, 10
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			var group errgroup.Group
			for i := range keys * times {
				group.Go(func() error {
					for {
						_, _, err := createWith(ctx, store, caller, repeatable(fmt.Sprint("key-", i%keys), "the request"))
						if !errors.Is(err, refusal.KeyInUse) {
							return err
						}
					}
				})
			}
			require.NoError(t, group.Wait())
			requireRooms(t, direct, keys)
			requireNoAdvisoryLock(t, direct)
		})
	}
}
