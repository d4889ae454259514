package db

import (
	"context"
	"errors"
	"time"

	"meet-external-api/audit"
	"meet-external-api/refusal"
)

const (
	// maxWait is how long an expired room that others hold keeps the next ones waiting.
	maxWait = 2 * time.Second
	// postponement is when a room whose deletion failed is tried again.
	postponement = 30 * time.Second
	// longPostponement is when one is to which something of Meet refers, at first: it may be recorded meetings of years that refer to
	// rooms, and so the wait doubles each time, up to maxPostponement.
	longPostponement, maxPostponement = time.Hour, 24 * time.Hour
)

// DeleteExpiredRoom deletes the room that has been due for longest, as DeleteRoom does, unless another server is at it, and returns its id;
// empty: none is due. One that is there no more is forgotten. With an error, the room of that id is not deleted: it is tried again later,
// and others do not wait behind it. Errors: refusal.RoomReferredTo, and those of every statement.
func (d *DB) DeleteExpiredRoom(ctx context.Context, closes bool) (id string, err error) {
	patient, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	err = retryGrants(func() error {
		return d.rooms.write(patient, func(t *tx) { id = t.deleteExpiredRoom(closes) })
	})
	switch {
	case errors.Is(err, ErrNotFound):
		return "", nil
	case err == nil, id == "":
		return id, err
	}
	wait, most := postponement, postponement
	if refused, is := errors.AsType[*refusal.Error](err); is && refused.Kind == refusal.Conflict {
		wait, most = longPostponement, maxPostponement
	}
	postponed := d.rooms.write(ctx, func(t *tx) {
		// To wait for as long again as it has been expired is to double the wait.
		t.exec(`
			update external_api.room
			set delete_at = now() + greatest(make_interval(secs => $2), least(now() - expires_at, make_interval(secs => $3)))
			where room_id = $1 and delete_at <= now()`, id, wait.Seconds(), most.Seconds())
	})
	if postponed != nil {
		return "", postponed
	}
	return id, err
}

// deleteExpiredRoom deletes a room that is due and returns its id. While it is locked, it is nobody else's. The event names the
// application and the user who made it.
func (t *tx) deleteExpiredRoom(closes bool) (id string) {
	var origin struct {
		RoomID   string `db:"room_id"`
		ClientID string `db:"client_id"`
		UserID   string `db:"user_id"`
	}
	t.get(&origin, `
		select room_id, coalesce((select client_id from meet_application where id = o.application_id), '') as client_id,
			coalesce(cast(user_id as text), '') as user_id
		from external_api.room o where delete_at <= now() order by delete_at limit 1 for update of o skip locked`)
	id = origin.RoomID
	var there bool
	t.get(&there, `select exists (select from meet_room m where m.resource_id = $1 and deleted_at is null) from `+neverDeleted, id)
	if there {
		by := audit.Source{Channel: audit.Housekeeping, ClientID: origin.ClientID, UserID: origin.UserID}
		t.deleteRoom(id, closes, audit.Succeeded(by, audit.RoomDelete))
		return id
	}
	t.exec(`delete from external_api.room
		where room_id = $1 and not exists (select from meet_room m where m.resource_id = $1) and exists (select from meet_room)`, id)
	// Meet has deleted it softly, and may restore it.
	t.exec(`update external_api.room set expires_at = null, delete_at = null
		where room_id = $1 and exists (select from meet_room m where m.resource_id = $1)`, id)
	// There is no room at all: a backup may just be being restored.
	t.exec(`update external_api.room set delete_at = now() + make_interval(secs => $2) where room_id = $1 and delete_at <= now()`,
		id, longPostponement.Seconds())
	return id
}
