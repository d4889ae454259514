package db_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// walk reads all pages by cursor, and does what is asked for between two of them.
func walk(t *testing.T, store *db.DB, caller db.Caller, size int64, between func(next string)) (listed []string) {
	t.Helper()
	for next := uuid.Nil.String(); ; between(next) {
		rooms, following, err := store.RoomsFrom(context.Background(), caller, db.RoomFilter{}, next, size)
		require.NoError(t, err)
		listed, next = append(listed, idsOf(rooms)...), following
		if next == "" {
			return listed
		}
	}
}

// What happens between two pages neither repeats nor hides other rooms.
func TestRoomsChangeBetweenPages(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	caller := newCaller(t, store)
	var stay []string
	for n := range 40 {
		room, _, err := store.CreateRoom(ctx, caller, newRoom(fmt.Sprintf("room %d", n)))
		require.NoError(t, err)
		stay = append(stay, room.ID)
	}
	slices.Sort(stay)
	renamed, removed := 0, []string{}
	listed := walk(t, store, caller, 7, func(next string) {
		execute(t, dsn, fmt.Sprintf(`update meet_room set name = name || ' renamed', slug = 'renamed-%d' where resource_id = '%s'`, renamed, stay[0]),
			fmt.Sprintf(`update meet_room set name = 'a' where resource_id = '%s'`, stay[len(stay)-1]))
		renamed++
		for n := range 3 {
			_, _, err := store.CreateRoom(ctx, caller, newRoom(fmt.Sprintf("new %d %d", renamed, n)))
			require.NoError(t, err)
		}
		if renamed%2 == 1 { // also the room that the cursor is at
			if slices.Contains(stay, next) {
				require.NoError(t, store.DeleteRoom(ctx, caller, db.RoomRef{ID: next}, false, anyRoom))
				removed = append(removed, next)
			}
			if first := stay[renamed/2+1]; !slices.Contains(removed, first) {
				require.NoError(t, store.DeleteRoom(ctx, caller, db.RoomRef{ID: first}, false, anyRoom))
				removed = append(removed, first)
			}
		}
	})
	require.GreaterOrEqual(t, renamed, 5)
	require.True(t, slices.IsSorted(listed))
	require.Len(t, slices.Compact(slices.Clone(listed)), len(listed), "none repeats")
	for _, id := range stay {
		require.True(t, slices.Contains(listed, id) || slices.Contains(removed, id), "none is hidden")
	}
}

// The same while others are at work.
func TestRoomsChangeWhileTheyAreListed(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	dsn := dbtest.New(t)
	store := open(t, dsn)
	caller := newCaller(t, store)
	var stay []string
	for n := range 60 {
		room, _, err := store.CreateRoom(ctx, caller, newRoom(fmt.Sprintf("room %d", n)))
		require.NoError(t, err)
		stay = append(stay, room.ID)
	}
	slices.Sort(stay)
	var others errgroup.Group
	for worker := range 2 {
		others.Go(func() error {
			for n := 0; ctx.Err() == nil; n++ {
				room, _, err := store.CreateRoom(context.Background(), caller, newRoom(fmt.Sprintf("new %d %d", worker, n)))
				if err != nil {
					return err
				}
				if err := store.DeleteRoom(context.Background(), caller, db.RoomRef{ID: room.ID}, false, anyRoom); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for range 10 {
		listed := walk(t, store, caller, 7, func(string) {})
		require.True(t, slices.IsSorted(listed))
		require.Len(t, slices.Compact(slices.Clone(listed)), len(listed), "none repeats")
		require.Equal(t, stay, slices.DeleteFunc(listed, func(id string) bool { return !slices.Contains(stay, id) }), "none is hidden")
	}
	cancel()
	require.NoError(t, others.Wait())
}

// Where a filter leaves nearly all out, a page ends early, and the next one goes on: none takes longer than others.
func TestPagesOfRareRooms(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	caller := newCaller(t, store)
	execute(t, dsn, `
		with resource as (insert into meet_resource (id, created_at, updated_at)
			select cast(lpad(to_hex(n), 32, '0') as uuid), now(), now() from generate_series(1, 20005) as n returning id),
		room as (insert into meet_room (resource_id, name, slug, configuration, access_level) select id, id, id, '{}', 'trusted' from resource)
		insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
		select id, now(), now(), 'owner', id, '`+caller.UserID+`' from resource`,
		`update meet_room set access_level = 'public' where resource_id in
			('00000000-0000-0000-0000-000000000005', '00000000-0000-0000-0000-000000004e24', '00000000-0000-0000-0000-000000004e25')`)
	var pages [][]string
	for next := uuid.Nil.String(); next != ""; {
		rooms, following, err := store.RoomsFrom(ctx, caller, db.RoomFilter{AccessLevels: []string{"public"}}, next, 20)
		require.NoError(t, err)
		pages, next = append(pages, idsOf(rooms)), following
	}
	require.Equal(t, [][]string{
		{"00000000-0000-0000-0000-000000000005"}, {}, {"00000000-0000-0000-0000-000000004e24", "00000000-0000-0000-0000-000000004e25"},
	}, pages)
	rooms, next, err := store.RoomsFrom(ctx, caller, db.RoomFilter{}, uuid.Nil.String(), 20000)
	require.NoError(t, err)
	require.Len(t, rooms, 10000)
	require.Equal(t, "00000000-0000-0000-0000-000000002711", next)
}
