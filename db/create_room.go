package db

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"meet-external-api/audit"
	"meet-external-api/refusal"
)

// NewRoom is what CreateRoom stores.
type NewRoom struct {
	AccessLevel   string
	Configuration json.RawMessage
	// ExpiresAt is when the room expires; nil: never.
	ExpiresAt *time.Time
	// RandomName returns another name at each call; it becomes the room's slug too.
	RandomName func() string
	// RandomPIN returns another PIN at each call; nil: the room gets none.
	RandomPIN func() string
	// MaxPINs is how many PINs are tried before the room is made without one.
	MaxPINs int
	// Attendees become members; nil: there are none.
	Attendees *Attendees
	// Repeatable lets the creation be repeated; nil: each request makes a room.
	Repeatable *Repeatable
}

// maxNames is how many names are tried. With one in a million taken, ten in a row are taken never.
const maxNames = 10

// CreateRoom stores a room with its resource, the access of the caller's user as its owner, its origin and, where it can be repeated, the
// answer, all or nothing, and returns it. Where its name or its PIN is taken, others are tried. Where the request was answered before, it
// stores nothing and returns that answer in place of a room. Errors: those of CheckCaller; ErrConflict when no free name was found;
// ErrAttendeesChanged; refusal.KeyReused and refusal.KeyInUse.
func (d *DB) CreateRoom(ctx context.Context, c Caller, r NewRoom) (Room, *Answer, error) {
	var attending *attendance
	if r.Attendees != nil {
		attending = new(r.Attendees.attendance())
	}
	for try := range maxNames + r.MaxPINs {
		room := Room{ID: uuid.NewString(), Name: r.RandomName(), AccessLevel: r.AccessLevel, Configuration: r.Configuration, ExpiresAt: r.ExpiresAt}
		room.Slug = &room.Name
		events := creation(c, room.ID, attending)
		if r.RandomPIN != nil && try < r.MaxPINs {
			pin := r.RandomPIN()
			room.PinCode = &pin
		}
		created, err := d.insertRoom(ctx, c, room, r.Repeatable, attending, events)
		switch {
		case errors.Is(err, ErrAttendeesChanged):
			return Room{}, nil, err
		case pq.As(err, pqerror.UniqueViolation) != nil:
			continue
		case err != nil:
			return Room{}, nil, err
		case created:
			d.audited(events...)
			return room, nil, nil
		}
		first, err := d.FirstAnswer(ctx, c, *r.Repeatable)
		switch {
		case errors.Is(err, ErrNotFound): // it expired meanwhile
			continue
		case err != nil:
			return Room{}, nil, err
		case first.RoomID == room.ID: // the answer of the database was lost
			d.audited(events...)
			return room, nil, nil
		}
		return Room{}, &first, nil
	}
	return Room{}, nil, ErrConflict
}

// creation are the events of the creation of a room, and of the users who are made for it.
func creation(c Caller, roomID string, attending *attendance) []audit.Event {
	e := audit.Succeeded(c.Source(), audit.RoomCreate).To("room", roomID)
	if attending == nil {
		return []audit.Event{e}
	}
	return append([]audit.Event{e.With("attendees", membership(attending.members, nil))}, attending.creations(c)...)
}

// insertRoom stores a room and the events. Where it can be repeated, created says for certain only that it did: otherwise the first answer tells.
func (d *DB) insertRoom(ctx context.Context, c Caller, room Room, repeatable *Repeatable, attending *attendance, events []audit.Event) (created bool, err error) {
	var row struct {
		Refused string `db:"refused"`
		InUse   bool   `db:"in_use"`
		Created bool   `db:"created"`
	}
	var key, hash *string
	var answer Answer
	if repeatable != nil {
		key, hash = &repeatable.Key, new(repeatable.hash())
		if answer, err = repeatable.Answer(room); err != nil {
			return false, err
		}
	}
	args := c.arguments(room.ID, room.Name, string(room.Configuration), room.AccessLevel, room.PinCode, uuid.NewString(),
		key, hash, answer.ETag, answer.Body, room.ExpiresAt, audit.Rows(events...))
	if attending != nil {
		args = append(args, attending.arguments()...)
	}
	err = d.withRelease(ctx, func(m *release) error {
		members, receipt := "", placeholders(len(args)+1, 1)
		if attending != nil {
			members = newcomers(m, "$19", "$20", "$21") + newMembers("$6", "$18")
		}
		// Meet's foreign keys are checked at the commit: the order of the insertions is free. Of requests with the same key at a time one has
		// the lock, until it is stored; who comes while it runs is told, and need not wait.
		return d.rooms.writeOnce(ctx, &row, withCaller+`, turn as materialized (
				select refused, refused = '' and $12::text is not null
					and not pg_try_advisory_xact_lock(hashtextextended(concat_ws(' ', application_id, user_id, $12), 0)) as in_use
				from caller
			), receipt as (
				insert into external_api.write (id) select `+receipt+` from turn where refused = '' and not in_use on conflict do nothing returning id
			), key as (
				insert into external_api.idempotency_key as k (application_id, user_id, key, created_at, request_hash, room_id, etag, answer)
				select coalesce(application_id, `+noApplication+`), user_id, $12, now(), decode($13, 'hex'), $6, $14, $15 from receipt, caller where $12 is not null
				on conflict (application_id, user_id, key) do update
				set created_at = excluded.created_at, request_hash = excluded.request_hash, room_id = excluded.room_id,
					etag = excluded.etag, answer = excluded.answer
				where k.created_at <= now() - `+keptFor+`
				returning key
			), made as (
				select id from receipt where $12 is null or exists (select from key)
			), room as (
				insert into meet_room (resource_id, name, slug, configuration, access_level, pin_code`+m.names["meet_room"]+`)
				select $6, $7, $7, $8, $9, $10`+m.values["meet_room"]+` from made
			), resource as (
				insert into meet_resource (id, created_at, updated_at) select $6, now(), now() from made
			), access as (
				insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
				select $11, now(), now(), 'owner', $6, user_id from made, caller
			), origin as (
				insert into external_api.room (room_id, application_id, user_id, expires_at, delete_at)
				select $6, application_id, user_id, $16, $16 from made, caller
			), event as (
				insert into external_api.audit_event select e.* from made, `+eventRows("$17")+` e
			)`+members+`
			select refused, in_use, exists (select from made) as created from turn`,
			args...)
	})
	err = attendeesChanged(err)
	switch {
	case pq.As(err, pqerror.ForeignKeyViolation) != nil:
		err = cmp.Or(d.CheckCaller(ctx, c), err) // the user has just been deleted, or an attendee
	case err != nil:
	case row.Refused != "":
		err = refusals[row.Refused]
	case row.InUse:
		err = refusal.KeyInUse
	}
	return row.Created || repeatable == nil, err
}
