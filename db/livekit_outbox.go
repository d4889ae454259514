package db

import (
	"context"
	"errors"

	"github.com/lib/pq"
)

// RoomToClose is a room that is deleted here and may still be open in LiveKit.
type RoomToClose struct {
	ID string `db:"room_id"`
	// Restored is whether Meet has taken its soft deletion back: it is to stay open.
	Restored bool `db:"restored"`
	// Last is whether it is given up if it cannot be closed this time.
	Last bool `db:"last"`
}

// RoomsToClose returns some of the rooms that are due. No other server gets them for 10 s, which doubles with each time up to 10 minutes;
// then those that RoomsClosed has not been told of are due again. After a day it is the last time.
func (d *DB) RoomsToClose(ctx context.Context, limit int) (due []RoomToClose, err error) {
	err = d.background.write(ctx, func(t *tx) {
		due = nil
		t.list(&due, `
			update external_api.livekit_outbox o
			set tries = tries + 1, try_at = now() + least(interval '10 seconds' * power(2, least(tries, 10)), interval '10 minutes')
			from `+neverDeleted+`
			where o.room_id in (
				select room_id from external_api.livekit_outbox where try_at <= now() order by try_at limit $1 for update skip locked
			)
			returning o.room_id, created_at < now() - interval '1 day' as last,
				exists (select from meet_room m where m.resource_id = o.room_id and deleted_at is null) as restored`, limit)
		if len(due) == 0 {
			t.fail(ErrNotFound) // nothing is to be stored, not even a receipt
		}
	})
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	return due, err
}

// RoomsClosed stores that nothing is left to be done for those rooms.
func (d *DB) RoomsClosed(ctx context.Context, ids []string) error {
	return d.background.write(ctx, func(t *tx) {
		t.exec(`delete from external_api.livekit_outbox where room_id = any(cast($1 as uuid[]))`, pq.Array(ids))
	})
}
