package db

import (
	"context"
	"encoding/json"
	"reflect"
	"time"

	"meet-external-api/audit"
)

// RoomChange is what UpdateRoom changes; nil leaves a field as it is.
type RoomChange struct {
	AccessLevel   *string
	Configuration *json.RawMessage
	// ExpiresAt is when the room is to expire, where SetsExpiry is true; nil: never. Rooms that were not created through this API
	// do not expire.
	ExpiresAt  *time.Time
	SetsExpiry bool
	// Attendees are the new members; nil: those that there are stay.
	Attendees *Attendees
}

// IsEmpty reports whether nothing is to be changed.
func (c RoomChange) IsEmpty() bool { return c == RoomChange{} }

// UpdateRoom changes a room, unless allow refuses that, and returns it as it then is, and whether its access level or its configuration
// is another one. While allow looks at the room, nobody else changes it. Repeating it is harmless. Errors: those of Room and of allow;
// ErrAttendeesChanged.
func (d *DB) UpdateRoom(ctx context.Context, caller Caller, ref RoomRef, c RoomChange, allow func(FoundRoom) error) (room Room, changed bool, err error) {
	var attending attendance
	if c.Attendees != nil {
		attending = c.Attendees.attendance()
	}
	err = d.withRelease(ctx, func(r *release) error {
		return d.rooms.write(ctx, func(t *tx) {
			found := t.lockRoom(caller, ref, "no key update")
			if t.err == nil {
				t.fail(allow(found))
			}
			var added, removed []string
			if c.Attendees != nil {
				added, removed = t.replaceMembers(r, caller, found.ID, attending)
			}
			events := append(c.events(found.Room, caller, added, removed), attending.creations(caller)...)
			room, changed = t.updateRoom(found.Room, c, events)
		})
	})
	return room, changed, attendeesChanged(err)
}

// events are the one of the change of a room, unless everything stays what it is.
func (c RoomChange) events(room Room, caller Caller, added, removed []string) []audit.Event {
	changes := map[string]any{}
	differs := func(name string, from, to any) { changes[name] = map[string]any{"from": from, "to": to} }
	if c.AccessLevel != nil && *c.AccessLevel != room.AccessLevel {
		differs("access_level", room.AccessLevel, *c.AccessLevel)
	}
	if c.Configuration != nil && !equalJSON(room.Configuration, *c.Configuration) {
		differs("configuration", room.Configuration, *c.Configuration)
	}
	if c.SetsExpiry && !equalTimes(room.ExpiresAt, c.ExpiresAt) {
		differs("expires_at", room.ExpiresAt, c.ExpiresAt)
	}
	if len(added)+len(removed) > 0 {
		changes["attendees"] = membership(added, removed)
	}
	if len(changes) == 0 {
		return nil
	}
	e := audit.Succeeded(caller.Source(), audit.RoomUpdate).To("room", room.ID)
	e.Changes = changes
	return []audit.Event{e}
}

func equalTimes(a, b *time.Time) bool { return a == b || a != nil && b != nil && a.Equal(*b) }

// equalJSON is whether two texts are the same value.
func equalJSON(a, b json.RawMessage) bool {
	var values [2]any
	for i, text := range []json.RawMessage{a, b} {
		if json.Unmarshal(text, &values[i]) != nil {
			return false
		}
	}
	return reflect.DeepEqual(values[0], values[1])
}

// updateRoom changes a room that is locked, and stores the events of that. A transaction that holds the row of the resource is saving the room, or deleting it, and writes
// the time itself: waiting for it would be to wait for each other.
func (t *tx) updateRoom(room Room, c RoomChange, events []audit.Event) (_ Room, changed bool) {
	var row struct {
		AccessLevel   string          `db:"access_level"`
		Configuration json.RawMessage `db:"configuration"`
		Changed       bool            `db:"changed"`
	}
	t.get(&row, `
		with old as (
			select access_level, configuration from meet_room where resource_id = $1
		), resource as (
			select id from meet_resource where id = $1 for no key update skip locked
		), touched as (
			update meet_resource set updated_at = now() where id = (select id from resource)
		), origin as (
			update external_api.room set expires_at = $4, delete_at = $4 where room_id = $1 and $5
		), event as (
			insert into external_api.audit_event select * from `+eventRows("$6")+`
		)
		update meet_room r set access_level = coalesce($2, r.access_level), configuration = coalesce($3, r.configuration)
		from old where r.resource_id = $1
		returning r.access_level, r.configuration,
			(r.access_level, r.configuration) is distinct from (old.access_level, old.configuration) as changed`,
		room.ID, c.AccessLevel, c.Configuration, c.ExpiresAt, c.SetsExpiry, audit.Rows(events...))
	t.audited(events...)
	room.AccessLevel, room.Configuration = row.AccessLevel, row.Configuration
	if c.SetsExpiry {
		room.ExpiresAt = c.ExpiresAt
	}
	return room, row.Changed
}
