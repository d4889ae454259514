package db_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/db"
)

// A user who owns thousands of rooms costs as much as one who owns twenty, in pages of the database that are looked at: the first page by
// cursor, one far behind, a room by its slug in a list and by itself. `make bench` tells the time, of a million rooms too.
func TestManyRoomsCostAsMuchAsFew(t *testing.T) {
	t.Parallel()
	const few, size = 20, 10
	ctx := context.Background()
	g := newGrown(t, false)
	pool, err := sql.Open("postgres", g.dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = pool.Close() })
	small := newCaller(t, g.store)
	var slug string
	for range few {
		room, _, err := g.store.CreateRoom(ctx, small, newRoom(uuid.NewString()))
		require.NoError(t, err)
		slug = *room.Slug
	}
	execute(t, g.dsn, "vacuum analyze")
	// pages is how many a read looks at, however it is planned.
	pages := func(read func() error) (looked int) {
		g.recorder.Statements()
		require.NoError(t, read())
		for _, statement := range g.recorder.Statements() {
			for _, mode := range []string{"force_custom_plan", "force_generic_plan"} {
				explain(t, pool, mode, statement, "analyze", "buffers") // the first time, PostgreSQL reads its own tables as well
				plan := explain(t, pool, mode, statement, "analyze", "buffers")
				looked = max(looked, plan.Hit+plan.Read)
			}
		}
		return looked
	}
	middle := func(c db.Caller) string {
		return text(t, g.dsn, `select percentile_disc(0.5) within group (order by resource_id) from meet_resource_access where user_id = '`+c.UserID+`'`)
	}
	for name, read := range map[string]func(c db.Caller, slug string) error{
		"first page by cursor": func(c db.Caller, _ string) error {
			rooms, _, err := g.store.RoomsFrom(ctx, c, db.RoomFilter{}, firstID, size)
			require.Len(t, rooms, size)
			return err
		},
		"far behind, by cursor": func(c db.Caller, _ string) error {
			rooms, _, err := g.store.RoomsFrom(ctx, c, db.RoomFilter{}, middle(c), size)
			require.Len(t, rooms, size)
			return err
		},
		"slug=": func(c db.Caller, slug string) error {
			rooms, _, err := g.store.Rooms(ctx, c, db.RoomFilter{Slug: &slug}, size, 0)
			require.Len(t, rooms, 1)
			return err
		},
		"slug= by cursor": func(c db.Caller, slug string) error {
			rooms, _, err := g.store.RoomsFrom(ctx, c, db.RoomFilter{Slug: &slug}, firstID, size)
			require.Len(t, rooms, 1)
			return err
		},
		"retrieve by slug": func(c db.Caller, slug string) error {
			_, err := g.store.Room(ctx, c, db.RoomRef{Slug: slug})
			return err
		},
	} {
		ofFew, ofMany := pages(func() error { return read(small, slug) }), pages(func() error { return read(g.caller, "room-2") })
		t.Logf("%s: %d pages, %d where there are few rooms", name, ofMany, ofFew)
		require.Positive(t, ofFew, name)
		require.LessOrEqual(t, ofMany, 3*ofFew, name)
	}
}
