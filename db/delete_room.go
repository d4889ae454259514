package db

import (
	"context"
	"strings"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"meet-external-api/audit"
	"meet-external-api/refusal"
)

// DeleteRoom deletes a room with its accesses, unless allow refuses that; softly where Meet's release does. Where closes is true, the
// outbox keeps that it has to be closed in LiveKit too. Errors: those of Room and of allow; refusal.RoomReferredTo.
func (d *DB) DeleteRoom(ctx context.Context, c Caller, ref RoomRef, closes bool, allow func(FoundRoom) error) error {
	return retryGrants(func() error {
		return d.rooms.write(ctx, func(t *tx) {
			found := t.lockRoom(c, ref, "update")
			if t.err == nil {
				t.fail(allow(found))
			}
			t.deleteRoom(found.ID, closes, audit.Succeeded(c.Source(), audit.RoomDelete))
		})
	})
}

// deleteRoom deletes a room that is locked, and stores the event of that. What refers to it is found out at the COMMIT, but for what would go with it.
//
// Who gives a role in it has locked the access that allows that: once all accesses are locked, there is no other one, and what is read
// after that has them all.
func (t *tx) deleteRoom(id string, closes bool, e audit.Event) {
	const whole = `
		with accesses as (
			delete from meet_resource_access where resource_id = $1
		), room as (
			delete from meet_room where resource_id = $1
		), resource as (
			delete from meet_resource where id = $1
		), origin as (
			delete from external_api.room where room_id = $1
		)`
	// The origin stays: the room may be restored. Then it does not expire again.
	const softly = `
		with accesses as (
			delete from meet_resource_access where resource_id = $1
		), room as (
			update meet_room set deleted_at = now() where resource_id = $1
		), resource as (
			update meet_resource set updated_at = now() where id = $1
		), origin as (
			update external_api.room set expires_at = null, delete_at = null where room_id = $1
		)`
	t.exec(`select from meet_resource_access where resource_id = $1 for update`, id)
	statement := softly
	if !t.deletesSoftly() {
		statement = whole
		t.refuseCascades(id)
	}
	// Where it was closed before, and restored, that is to begin anew.
	e = e.To("room", id)
	t.exec(statement+`, event as (
			insert into external_api.audit_event select * from `+eventRows("$3")+`
		)
		insert into external_api.livekit_outbox (room_id) select $1 where $2
		on conflict (room_id) do update set created_at = now(), try_at = now(), tries = 0`, id, closes, audit.Rows(e))
	t.audited(e)
}

// deletesSoftly reports whether a room that is deleted stays in Meet, with a time in meet_room.deleted_at. That may have begun just now.
func (t *tx) deletesSoftly() (softly bool) {
	t.get(&softly, `select exists (
		select from pg_attribute where attrelid = cast('meet_room' as regclass) and attname = 'deleted_at' and not attisdropped)`)
	return softly
}

// maxGrants is how many accesses may be given one after the other while a room is deleted.
const maxGrants = 10

// retryGrants deletes a room again where somebody was given a role in it meanwhile. Errors: refusal.RoomReferredTo where something
// else refers to the room.
func retryGrants(deletion func() error) (err error) {
	for range maxGrants {
		err = deletion()
		referring := pq.As(err, pqerror.ForeignKeyViolation)
		switch {
		case referring == nil:
			return err
		case referring.Table != "meet_resource_access":
			return refusal.RoomReferredTo(strings.TrimPrefix(referring.Table, "meet_")).Because("%w", err)
		}
	}
	return err
}
