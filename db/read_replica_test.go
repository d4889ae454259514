package db_test

import (
	"context"
	"database/sql"
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

// replicated is a store that reads from a standby, and what it reads from.
type replicated struct {
	*db.DB
	t                *testing.T
	primary, standby *dbtest.Cluster
	caller           db.Caller
}

// reading returns a store on a primary that reads from an address of its standby.
func reading(t *testing.T, primary *dbtest.Cluster, dsn string) *db.DB {
	t.Helper()
	store, err := db.Open(primary.DSN)
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	require.NoError(t, store.ReadFrom(dsn))
	require.NoError(t, store.Prepare(context.Background()))
	return store
}

// look has the store read from the standby again, when that has replayed what there is.
func (r replicated) look() {
	r.t.Helper()
	r.standby.AwaitReplay(r.primary)
	require.NoError(r.t, r.LookAtReplica(context.Background(), 0))
}

// names are those of the rooms that are listed, after all ways to read have told the same.
func (r replicated) names() (names []string) {
	r.t.Helper()
	ctx := context.Background()
	rooms, total, err := r.Rooms(ctx, r.caller, db.RoomFilter{}, 100, 0)
	require.NoError(r.t, err)
	require.Len(r.t, rooms, int(total))
	for _, room := range rooms {
		names = append(names, room.Name)
		found, err := r.Room(ctx, r.caller, db.RoomRef{ID: room.ID})
		require.NoError(r.t, err)
		require.Equal(r.t, room, found.Room)
	}
	pages, next, err := r.RoomsFrom(ctx, r.caller, db.RoomFilter{}, uuid.Nil.String(), 100)
	require.NoError(r.t, err)
	require.Empty(r.t, next)
	require.ElementsMatch(r.t, rooms, pages)
	return names
}

// create makes a room, as another server does, which knows nothing of this one.
func (r replicated) create(name string) (id string) {
	r.t.Helper()
	room, _, err := open(r.t, r.primary.DSN).CreateRoom(context.Background(), r.caller, newRoom(name))
	require.NoError(r.t, err)
	return room.ID
}

func TestReadReplica(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	primary, standby := dbtest.NewPair(t)
	r := replicated{reading(t, primary, standby.DSN+" application_name=store"), t, primary, standby, db.Caller{}}
	r.caller = newCaller(t, r.DB)
	id := r.create("first")

	t.Run("is not read from before it has been looked at", func(t *testing.T) {
		require.Equal(t, []string{"first"}, r.names())
		require.Equal(t, db.ReplicaUnreachable, r.ReadReplica().Fault)
		require.EqualValues(t, 3, r.ReadReplica().Unused)
	})
	t.Run("answers all ways to read", func(t *testing.T) {
		r.look()
		require.Equal(t, []string{"first"}, r.names())
		require.EqualValues(t, 3, r.ReadReplica().Answered)
		require.NotZero(t, count(t, standby.DSN, `select count(*) from pg_stat_activity
			where application_name = 'store' and query like '%with caller as%'`))
	})
	t.Run("says what the primary says of rooms and callers who are not there", func(t *testing.T) {
		r.look()
		before := r.ReadReplica().Answered
		_, err := r.Room(ctx, r.caller, db.RoomRef{ID: uuid.NewString()})
		require.ErrorIs(t, err, db.ErrNotFound)
		_, err = r.Room(ctx, db.Caller{UserID: uuid.NewString()}, db.RoomRef{ID: id})
		require.ErrorIs(t, err, refusal.UserNotFound)
		require.Equal(t, before+2, r.ReadReplica().Answered)
	})
	t.Run("answers nothing that it has not replayed", func(t *testing.T) {
		r.look()
		before := *r.ReadReplica()
		standby.Execute(`select pg_wal_replay_pause()`)
		other := r.create("second")
		require.Equal(t, []string{"first", "second"}, r.names())
		require.Equal(t, db.ReplicaBehind, r.ReadReplica().Fault)
		require.Positive(t, r.ReadReplica().LagBytes)
		require.Equal(t, before.Behind+1, r.ReadReplica().Behind, "one request waits for it, and those after it do not")
		require.Equal(t, before.Answered, r.ReadReplica().Answered)
		fault := r.LookAtReplica(ctx, 0)
		require.ErrorContains(t, fault, "has not replayed what the primary has committed")
		require.NoError(t, open(t, primary.DSN).DeleteRoom(ctx, r.caller, db.RoomRef{ID: other}, false, anyRoom))
		require.Equal(t, []string{"first"}, r.names())
		standby.Execute(`select pg_wal_replay_resume()`)
		r.look()
		require.Zero(t, r.ReadReplica().LagBytes)
		require.Equal(t, []string{"first"}, r.names())
	})
	t.Run("lets nobody in who has just been shut out", func(t *testing.T) {
		for _, c := range []struct {
			shutOut, letIn string
			refused        error
		}{
			{`update meet_application set is_active = false`, `update meet_application set is_active = true`, refusal.ApplicationDisabled},
			{`update meet_user set is_active = false`, `update meet_user set is_active = true`, refusal.UserDisabled},
			{`insert into external_api.revoked_token (id, expires_at) values ('revoked', now() + interval '1 hour')`, `delete from external_api.revoked_token`, refusal.TokenRevoked},
		} {
			r.look()
			standby.Execute(`select pg_wal_replay_pause()`)
			issued := r.caller
			issued.TokenID, issued.IssuedAt = "revoked", time.Now()
			primary.Execute(c.shutOut)
			_, _, err := r.Rooms(ctx, issued, db.RoomFilter{}, 100, 0)
			require.ErrorIs(t, err, c.refused)
			standby.Execute(`select pg_wal_replay_resume()`)
			r.look()
			before := r.ReadReplica().Answered
			_, _, err = r.RoomsFrom(ctx, issued, db.RoomFilter{}, uuid.Nil.String(), 100)
			require.ErrorIs(t, err, c.refused)
			require.Equal(t, before+1, r.ReadReplica().Answered)
			primary.Execute(c.letIn)
		}
	})
	t.Run("is asked for no less than was there when the request came", func(t *testing.T) { r.testPositions(t) })
	t.Run("shows everybody what they have just written", func(t *testing.T) { r.testOwnWrites(t) })
	t.Run("hands requests back that it cannot answer", func(t *testing.T) { r.testConflicts(t) })
	t.Run("is named where it is another", func(t *testing.T) { r.testMistaken(t) })
	t.Run("may be behind a pooler", func(t *testing.T) {
		r := r
		r.DB = reading(t, primary, dbtest.NewPooler(t, standby.DSN, "transaction", 1))
		r.t = t
		primary.Execute(`alter role current_user set default_transaction_isolation = 'repeatable read'`)
		r.look()
		primary.Execute(`alter role current_user reset default_transaction_isolation`)
		standby.AwaitReplay(primary)
		level, err := r.ReplicaIsolation(ctx)
		require.NoError(t, err)
		require.Equal(t, "read committed", level)
		require.Equal(t, []string{"first"}, r.names())
		require.EqualValues(t, 3, r.ReadReplica().Answered)
		standby.Execute(`select pg_wal_replay_pause()`)
		r.create("second")
		require.Equal(t, []string{"first", "second"}, r.names())
		require.EqualValues(t, 3, r.ReadReplica().Answered)
		standby.Execute(`select pg_wal_replay_resume()`)
	})
	t.Run("may go and come back", func(t *testing.T) {
		r.look()
		standby.Kill()
		require.Equal(t, []string{"first", "second"}, r.names())
		require.Equal(t, db.ReplicaUnreachable, r.ReadReplica().Fault)
		require.Error(t, r.LookAtReplica(ctx, 0))
		standby.Start()
		r.DB = reading(t, primary, standby.DSN) // its socket is elsewhere now
		r.look()
		require.Equal(t, []string{"first", "second"}, r.names())
		require.EqualValues(t, 4, r.ReadReplica().Answered)
	})
}

// testPositions stores something and asks how far the primary is, many at a time, so that they share questions.
func (r replicated) testPositions(t *testing.T) {
	pool, err := sql.Open("postgres", r.primary.DSN)
	require.NoError(t, err)
	defer func() { _ = pool.Close() }()
	var group errgroup.Group
	for range 8 {
		group.Go(func() error {
			for range 50 {
				if _, err := pool.Exec(`insert into external_api.write (id) values ($1)`, uuid.NewString()); err != nil {
					return err
				}
				var stored string
				if err := pool.QueryRow(`select pg_current_wal_flush_lsn()`).Scan(&stored); err != nil {
					return err
				}
				told, err := r.Position(context.Background())
				if err != nil {
					return err
				}
				var enough bool
				if err := pool.QueryRow(`select cast($1 as pg_lsn) >= cast($2 as pg_lsn)`, told, stored).Scan(&enough); err != nil {
					return err
				}
				if !enough {
					return fmt.Errorf("%s was stored, and the standby is asked for %s", stored, told)
				}
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
}

// testOwnWrites reads rooms that have just been made through another server, many at a time.
func (r replicated) testOwnWrites(t *testing.T) {
	r.look()
	ctx := context.Background()
	writer := open(t, r.primary.DSN)
	caller := newCaller(t, writer)
	before := r.ReadReplica().Answered
	var writers errgroup.Group
	for range 8 {
		writers.Go(func() error {
			for range 25 {
				made, _, err := writer.CreateRoom(ctx, caller, newRoom(uuid.NewString()))
				if err == nil {
					_, err = r.Room(ctx, caller, db.RoomRef{ID: made.ID})
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	require.NoError(t, writers.Wait())
	require.Greater(t, r.ReadReplica().Answered, before)
}

// testConflicts lists while what is replayed cancels statements on the standby that are in its way (PostgreSQL, "Handling Query Conflicts").
func (r replicated) testConflicts(t *testing.T) {
	standby, primary := r.standby, r.primary
	standby.Execute(`alter system set max_standby_streaming_delay = 0`)
	standby.Execute(`select pg_reload_conf()`)
	conflicts := func() bool {
		return standby.Ask(`select cast(confl_lock > 0 as text) from pg_stat_database_conflicts where datname = current_database()`) == "true"
	}
	before := r.ReadReplica().Answered
	ctx, cancel := context.WithCancel(context.Background())
	var readers errgroup.Group
	for range 4 {
		readers.Go(func() error {
			for ctx.Err() == nil {
				rooms, _, err := r.Rooms(context.Background(), r.caller, db.RoomFilter{}, 100, 0)
				if err != nil || len(rooms) != 1 {
					return err
				}
			}
			return nil
		})
	}
	dbtest.Await(t, func() bool {
		_ = r.LookAtReplica(ctx, 0)
		primary.Execute(`begin; lock table external_api.room in access exclusive mode; commit`)
		return conflicts()
	})
	cancel()
	require.NoError(t, readers.Wait())
	require.Greater(t, r.ReadReplica().Answered, before)
	standby.Execute(`alter system reset max_standby_streaming_delay`)
	standby.Execute(`select pg_reload_conf()`)
}

// testMistaken reads from what is no standby of the primary, or lets nobody read.
func (r replicated) testMistaken(t *testing.T) {
	r.primary.Execute(`create database another`)
	r.primary.Execute(`create role stranger login`)
	for code, dsn := range map[string]string{
		db.ReplicaPrimary:     r.primary.DSN,
		db.ReplicaForeign:     r.standby.DSN + " dbname=another",
		db.ReplicaRefuses:     r.standby.DSN + " user=stranger",
		db.ReplicaUnreachable: r.standby.DSN + " host=/nowhere",
	} {
		store := reading(t, r.primary, dsn)
		r.standby.AwaitReplay(r.primary)
		fault, _ := errors.AsType[*db.ReplicaFault](store.LookAtReplica(context.Background(), 0))
		require.NotNil(t, fault, code)
		require.Equal(t, code, fault.Code, "%v", fault)
		_, total, err := store.Rooms(context.Background(), r.caller, db.RoomFilter{}, 100, 0)
		require.NoError(t, err)
		require.EqualValues(t, 1, total)
		used := store.ReadReplica()
		require.Equal(t, code, used.Fault)
		require.EqualValues(t, 1, used.Unused)
		require.Zero(t, used.Answered)
	}
	mistaken := reading(t, r.primary, r.primary.DSN)
	require.ErrorContains(t, mistaken.WriteThroughReplica(context.Background(), `create table stray ()`), "read-only transaction")
	require.Error(t, mistaken.ReadFrom("port=x"))
}
