package db

import (
	"strings"

	"meet-external-api/refusal"
)

// refuseCascades refuses to delete a room, which is locked, where a row of a table that this package does not know would go with it, or
// lose it, without a word: its foreign key says so (on delete cascade, set null, set default). Meet's releases so far have none: where a
// foreign key is Django's, the COMMIT fails.
func (t *tx) refuseCascades(roomID string) {
	var keys []struct{ Table, Column string }
	t.list(&keys, `
		select cast(cast(c.conrelid as regclass) as text) as table, quote_ident(a.attname) as column
		from pg_constraint c
		join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
		where c.contype = 'f' and c.confdeltype in ('c', 'n', 'd')
			and c.confrelid in (cast('meet_room' as regclass), cast('meet_resource' as regclass))
			and c.conrelid not in (cast('meet_room' as regclass), cast('meet_resource_access' as regclass))
		order by 1`)
	if len(keys) > 0 {
		t.exec(`select from meet_resource where id = $1 for update`, roomID) // nobody refers to what is locked
	}
	for _, key := range keys {
		var referred bool
		t.get(&referred, `select exists (select from `+key.Table+` where `+key.Column+` = $1)`, roomID)
		if referred {
			t.fail(refusal.RoomReferredTo(strings.TrimPrefix(key.Table, "meet_")))
		}
	}
}
