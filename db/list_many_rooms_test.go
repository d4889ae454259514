package db_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// manyOf makes rooms of two users, of which 7,000 are USER's: their names begin where those of OTHER end, but for each tenth; some have
// expired.
const manyOf = `
	insert into meet_resource (id, created_at, updated_at) select cast(md5('room' || n) as uuid), now(), now() from generate_series(1, 13000) n;
	insert into meet_room (resource_id, name, slug, configuration, access_level)
	select cast(md5('room' || n) as uuid), case when n > 6000 and n % 10 > 0 then 'z' else 'Room ' end || n % 5000, 'room-' || n, '{}', 'trusted'
	from generate_series(1, 13000) n;
	insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
	select gen_random_uuid(), now(), now(), 'owner', cast(md5('room' || n) as uuid), cast(case when n > 6000 then 'USER' else 'OTHER' end as uuid)
	from generate_series(1, 13000) n;
	insert into external_api.room (room_id, expires_at)
	select cast(md5('room' || n) as uuid), now() - interval '1 hour' from generate_series(1, 13000, 97) n;
	analyze`

// Whichever way the rooms of a user who has very many are found, a page has those that are its by name, and the total is exact.
func TestPagesOfVeryManyRooms(t *testing.T) {
	t.Parallel()
	for _, softly := range []bool{false, true} {
		for _, indexed := range []bool{false, true} {
			t.Run(fmt.Sprintf("soft deletion %t, index %t", softly, indexed), func(t *testing.T) {
				t.Parallel()
				ctx := context.Background()
				dsn := dbtest.New(t)
				if !indexed {
					execute(t, dsn, `drop index `+db.NameIndex.Name)
				}
				store := open(t, dsn)
				caller, other := newCaller(t, store), newCaller(t, store)
				execute(t, dsn, strings.NewReplacer("USER", caller.UserID, "OTHER", other.UserID).Replace(manyOf))
				shown := `meet_resource_access a join meet_room r on r.resource_id = a.resource_id
					left join external_api.room o on o.room_id = r.resource_id where a.user_id = '` + caller.UserID + `' and o.expires_at is null`
				if softly {
					execute(t, dsn, `alter table meet_room add column deleted_at timestamptz`,
						`update meet_room set deleted_at = now() where slug like '%77'`)
					shown += ` and deleted_at is null`
				}
				total := count(t, dsn, `select count(*) from `+shown)
				for _, offset := range []int{0, 20, 300, 690, 3000, total - 3, total + 10} {
					rooms, counted, err := store.Rooms(ctx, caller, db.RoomFilter{}, 20, int64(offset))
					require.NoError(t, err)
					require.EqualValues(t, total, counted, offset)
					require.Len(t, rooms, max(0, min(20, total-offset)), offset)
					ids := make([]string, len(rooms))
					for i, room := range rooms {
						ids[i] = room.ID
					}
					require.Equal(t, text(t, dsn, fmt.Sprintf(`
						select coalesce(string_agg(cast(id as text), ' '), '') from (
							select r.resource_id as id from %s order by r.name, r.resource_id limit 20 offset %d
						) r`, shown, offset)), strings.Join(ids, " "), offset)
				}
			})
		}
	}
}
