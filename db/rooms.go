package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"
)

// Room is a row of meet_room, and when it expires.
type Room struct {
	ID            string          `db:"id"`
	Name          string          `db:"name"`
	Slug          *string         `db:"slug"`
	AccessLevel   string          `db:"access_level"`
	Configuration json.RawMessage `db:"configuration"`
	PinCode       *string         `db:"pin_code"`
	// ExpiresAt is when the room is gone for callers; nil: it stays.
	ExpiresAt *time.Time `db:"expires_at"`
}

// FoundRoom is a room as a request finds it.
type FoundRoom struct {
	Room
	// Role is that of the caller's user in the room; empty: none.
	Role string
	// Own is whether the caller's application created it; for a caller without an application, whether it was created through this API.
	Own bool
}

// RoomRef is what names a room in a request: its UUID, or else its slug.
type RoomRef struct{ ID, Slug string }

// roomID is the UUID of the room that parameters of those names give, which are those of a RoomRef. As a value, and not a condition with
// "or", it has one plan, in which the slug is looked up only where it is given.
func roomID(id, slug string) string {
	return `coalesce(cast(nullif(` + id + `, '') as uuid), (select m.resource_id from meet_room m where m.slug = nullif(` + slug + `, '')))`
}

// rooms are those of Meet that are neither deleted nor expired, with what is known of their creation through this API: created is false
// where they were not. Later releases of Meet delete softly, by a time in meet_room.deleted_at. PostgreSQL looks for a column of that
// name there first; before such a release it finds the one of neverDeleted, which is null and has to stand in a query around this one.
// The plan is the same as without either.
const (
	rooms = `(
		select m.resource_id as id, m.name, m.slug, m.access_level, m.configuration, m.pin_code,
			o.expires_at, o.room_id is not null as created, o.application_id, o.user_id
		from meet_room m left join external_api.room o on o.room_id = m.resource_id
		where deleted_at is null and (o.expires_at is null or o.expires_at > now())
	) as r`
	neverDeleted = `(select cast(null as timestamptz) as deleted_at) as never`
)

// visible keeps the rooms that the application of the caller may see.
const visible = `(not c.own_rooms_only or r.application_id = c.application_id)`

// foundColumns are read by readRoom.
const foundColumns = `c.refused, coalesce(cast(r.id as text), ''), coalesce(r.name, ''), r.slug, coalesce(r.access_level, ''),
	r.configuration, r.pin_code, r.expires_at`

// readRoom reads a row of a statement that begins withCaller and may have found a room: foundColumns, then more. Errors: the refusal
// of the caller, ErrNotFound.
func readRoom(row *sql.Rows, more ...any) (Room, error) {
	var (
		refused string
		room    Room
	)
	err := row.Scan(append([]any{
		&refused, &room.ID, &room.Name, &room.Slug, &room.AccessLevel, (*[]byte)(&room.Configuration), &room.PinCode, &room.ExpiresAt,
	}, more...)...)
	switch {
	case err != nil:
		return Room{}, err
	case refused != "":
		return Room{}, refusals[refused]
	case room.ID == "":
		return Room{}, ErrNotFound
	}
	if room.ExpiresAt != nil {
		*room.ExpiresAt = room.ExpiresAt.UTC()
	}
	return room, nil
}

// Room finds a room among those that the caller's application may see. By its slug it is found only where the user has a role in it, so
// that slugs cannot be guessed. Errors: those of CheckCaller, ErrNotFound.
func (d *DB) Room(ctx context.Context, c Caller, ref RoomRef) (found FoundRoom, err error) {
	if within, replica := d.replica.begin(ctx); replica != nil {
		found, err = d.readRoom(within, replica, c, ref)
		if replica.end(err) {
			return found, err
		}
	}
	return d.readRoom(ctx, nil, c, ref)
}

func (d *DB) readRoom(ctx context.Context, replica *replicaRead, c Caller, ref RoomRef) (found FoundRoom, err error) {
	err = d.read(ctx, replica, findRoom, c.arguments(ref.ID, ref.Slug), func(row *sql.Rows) error { return found.read(row, ref) })
	return found, err
}

// findRoom has the parameters of a caller and those of a RoomRef.
var findRoom = withCaller + `
	select ` + foundColumns + `, coalesce(a.role, ''), coalesce(r.created and (c.application_id is null or r.application_id = c.application_id), false)
	from caller c
	cross join ` + neverDeleted + `
	left join lateral (select r.* from ` + rooms + ` where r.id = ` + roomID("$6", "$7") + ` and ` + visible + `) r on c.refused = ''
	left join meet_resource_access a on a.resource_id = r.id and a.user_id = c.user_id`

// read reads a row of findRoom.
func (f *FoundRoom) read(row *sql.Rows, ref RoomRef) (err error) {
	f.Room, err = readRoom(row, &f.Role, &f.Own)
	if err == nil && ref.Slug != "" && f.Role == "" {
		err = ErrNotFound
	}
	return err
}

// lockRoom finds a room and keeps others from changing it, as strong as the lock of that name, until the transaction ends. It is read
// after it is locked, and so as it is. Errors: those of Room.
func (t *tx) lockRoom(c Caller, ref RoomRef, lock string) (found FoundRoom) {
	t.exec(`select from meet_room where resource_id = `+roomID("$1", "$2")+` for `+lock, ref.ID, ref.Slug)
	t.row(findRoom, c.arguments(ref.ID, ref.Slug), func(row *sql.Rows) error { return found.read(row, ref) })
	return found
}
