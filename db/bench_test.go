package db_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// BenchmarkRequests runs what the usual requests ask of a database of 100,000 rooms, which belong to 2,000 of 20,000 users.
func BenchmarkRequests(b *testing.B) {
	ctx := context.Background()
	dsn := dbtest.New(b)
	store := open(b, dsn)
	caller := newCaller(b, store)
	execute(b, dsn, `
		insert into meet_user (id, password, is_superuser, created_at, updated_at, sub, email, language, timezone, is_device, is_staff,
			is_active, default_room_configuration)
		select gen_random_uuid(), '!', false, now(), now(), n, 'user' || n || '@example.com', 'en-us', 'UTC', false, false, true, '{}'
		from generate_series(1, 20000) as n`, `
		insert into meet_resource (id, created_at, updated_at)
		select cast(lpad(to_hex(n), 32, '0') as uuid), now(), now() from generate_series(1, 100000) as n`, `
		insert into meet_room (resource_id, name, slug, configuration, access_level) select id, id, id, '{}', 'trusted' from meet_resource`, `
		insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
		select id, now(), now(), 'owner', id, (array(select id from meet_user where sub is not null limit 1999)
			|| cast('`+caller.UserID+`' as uuid))[1 + row_number() over () % 2000] from meet_resource`, `vacuum analyze`)
	owned, total, err := store.Rooms(ctx, caller, db.RoomFilter{}, 20, 0)
	require.NoError(b, err)
	require.EqualValues(b, 50, total)
	for _, request := range []struct {
		name string
		run  func() error
	}{
		{"token", func() error {
			_, err := store.ClientAndUsers(ctx, db.ClientQuery{ClientID: caller.ClientID, Address: "user1@example.com"})
			return err
		}},
		{"list", func() error {
			_, _, err := store.Rooms(ctx, caller, db.RoomFilter{}, 20, 0)
			return err
		}},
		{"retrieve", func() error {
			_, err := store.Room(ctx, caller, db.RoomRef{ID: owned[0].ID})
			return err
		}},
		{"create", func() error {
			_, _, err := store.CreateRoom(ctx, caller, newRoom(uuid.NewString()))
			return err
		}},
	} {
		b.Run(request.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				require.NoError(b, request.run())
			}
		})
	}
}
