package db

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// Room is a row of meet_room.
type Room struct {
	ID            string          `db:"id"`
	Name          string          `db:"name"`
	Slug          *string         `db:"slug"`
	AccessLevel   string          `db:"access_level"`
	Configuration json.RawMessage `db:"configuration"`
	PinCode       *string         `db:"pin_code"`
}

// rooms are those of Meet that are not deleted. Later releases of Meet delete softly, by a time in meet_room.deleted_at. PostgreSQL
// looks for a column of that name there first; before such a release it finds the one of neverDeleted, which is null and has to stand
// in a query around this one. The plan is the same as without either.
const (
	rooms = `(
		select resource_id as id, name, slug, access_level, configuration, pin_code from meet_room where deleted_at is null
	) as r`
	neverDeleted = `(select cast(null as timestamptz) as deleted_at) as never`
)

// visible keeps the rooms that the application of the caller may see.
const visible = `(not c.own_rooms_only or exists (
	select from external_api.room o where o.room_id = r.id and o.application_id = c.application_id))`

// foundColumns are read by readRoom.
const foundColumns = `c.refused, coalesce(cast(r.id as text), ''), coalesce(r.name, ''), r.slug, coalesce(r.access_level, ''),
	r.configuration, r.pin_code`

// readRoom reads a row of a statement that begins withCaller and may have found a room: foundColumns, then more. Errors: the refusal
// of the caller, ErrNotFound.
func readRoom(row *sql.Rows, more ...any) (Room, error) {
	var (
		refused string
		room    Room
	)
	err := row.Scan(append([]any{
		&refused, &room.ID, &room.Name, &room.Slug, &room.AccessLevel, (*[]byte)(&room.Configuration), &room.PinCode,
	}, more...)...)
	switch {
	case err != nil:
		return Room{}, err
	case refused != "":
		return Room{}, refusals[refused]
	case room.ID == "":
		return Room{}, ErrNotFound
	}
	return room, nil
}

// Room finds a room by its UUID, among those that the caller's application may see, and returns it with the role of the user in
// it, which is empty when there is none. Errors: those of CheckCaller, ErrNotFound.
func (d *DB) Room(ctx context.Context, c Caller, id string) (room Room, role string, err error) {
	err = d.rooms.each(ctx, withCaller+`
		select `+foundColumns+`, coalesce(a.role, '')
		from caller c
		cross join `+neverDeleted+`
		left join lateral (select r.* from `+rooms+` where r.id = $6 and `+visible+`) r on c.refused = ''
		left join meet_resource_access a on a.resource_id = r.id and a.user_id = c.user_id`,
		c.arguments(id), func(row *sql.Rows) (err error) {
			room, err = readRoom(row, &role)
			return err
		})
	return room, role, err
}

// Rooms returns a part of the rooms in which the user has a role, by name, then id, and how many there are in all, which
// is 0 also where offset lies behind the last one; where slug is not nil, only the room with that slug. Errors: those of
// CheckCaller.
func (d *DB) Rooms(ctx context.Context, c Caller, slug *string, limit, offset int64) (found []Room, total int64, err error) {
	found = make([]Room, 0, limit)
	err = d.rooms.each(ctx, withCaller+`
		select `+foundColumns+`, coalesce(r.total, 0)
		from caller c
		cross join `+neverDeleted+`
		left join lateral (
			select r.*, count(*) over () as total
			from meet_resource_access a
			join `+rooms+` on r.id = a.resource_id
			where a.user_id = c.user_id and `+visible+` and ($6::text is null or r.slug = $6)
			order by r.name, r.id limit $7 offset $8
		) r on c.refused = ''
		order by r.name, r.id`,
		c.arguments(slug, limit, offset), func(row *sql.Rows) error {
			room, err := readRoom(row, &total)
			if errors.Is(err, ErrNotFound) {
				return nil // the one row of an empty list
			}
			found = append(found, room)
			return err
		})
	return found, total, err
}

// NewRoom is what CreateRoom stores.
type NewRoom struct {
	AccessLevel   string
	Configuration json.RawMessage
	// RandomName returns another name at each call; it becomes the room's slug too.
	RandomName func() string
	// RandomPIN returns another PIN at each call; nil: the room gets none.
	RandomPIN func() string
	// MaxPINs is how many PINs are tried before the room is made without one.
	MaxPINs int
}

// maxNames is how many names are tried. With one in a million taken, ten in a row are taken never.
const maxNames = 10

// CreateRoom stores a room with its resource, the access of the caller's user as its owner and its origin, all or nothing, and returns
// it. Where its name or its PIN is taken, others are tried. Errors: those of CheckCaller; ErrConflict when no free name was found.
func (d *DB) CreateRoom(ctx context.Context, c Caller, r NewRoom) (Room, error) {
	for try := range maxNames + r.MaxPINs {
		room := Room{ID: uuid.NewString(), Name: r.RandomName(), AccessLevel: r.AccessLevel, Configuration: r.Configuration}
		room.Slug = &room.Name
		if r.RandomPIN != nil && try < r.MaxPINs {
			pin := r.RandomPIN()
			room.PinCode = &pin
		}
		err := d.insertRoom(ctx, c, room)
		if pq.As(err, pqerror.UniqueViolation) == nil {
			return room, err
		}
	}
	return Room{}, ErrConflict
}

func (d *DB) insertRoom(ctx context.Context, c Caller, room Room) error {
	var refused string
	err := d.withRelease(ctx, func(r *release) error {
		// Meet's foreign keys are checked at the commit: the order of the insertions is free.
		return d.rooms.writeOnce(ctx, &refused, withCaller+`, receipt as (
				insert into external_api.write (id) select $12 from caller where refused = '' on conflict do nothing returning id
			), room as (
				insert into meet_room (resource_id, name, slug, configuration, access_level, pin_code`+r.names["meet_room"]+`)
				select $6, $7, $7, $8, $9, $10`+r.values["meet_room"]+` from receipt
			), resource as (
				insert into meet_resource (id, created_at, updated_at) select $6, now(), now() from receipt
			), access as (
				insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
				select $11, now(), now(), 'owner', $6, user_id from receipt, caller
			), origin as (
				insert into external_api.room (room_id, application_id) select $6, application_id from receipt, caller
			)
			select refused from caller`,
			c.arguments(room.ID, room.Name, string(room.Configuration), room.AccessLevel, room.PinCode, uuid.NewString())...)
	})
	if pq.As(err, pqerror.ForeignKeyViolation) != nil {
		return cmp.Or(d.CheckCaller(ctx, c), err) // the user has just been deleted
	}
	if err != nil {
		return err
	}
	return refusals[refused]
}

// RoomChange is what UpdateRoom changes; nil leaves a field as it is.
type RoomChange struct {
	AccessLevel   *string
	Configuration *json.RawMessage
}

// UpdateRoom changes a room and returns it as it then is, and whether anything is different. Repeating it is harmless.
// Errors: those of CheckCaller, ErrNotFound.
func (d *DB) UpdateRoom(ctx context.Context, caller Caller, id string, c RoomChange) (room Room, changed bool, err error) {
	var row struct {
		Refused string `db:"refused"`
		Room
		Changed bool `db:"changed"`
	}
	err = d.rooms.write(ctx, func(t *tx) {
		// The old row is locked, so that of two changes at once each is seen as a change or not by what it meets. Nothing can wait
		// for this statement while it waits: it waits for the row of the room alone, and holds none by then. A transaction that
		// holds the row of the resource is saving the room, or deleting it, and writes the time itself.
		t.get(&row, withCaller+`, old as (
				select r.* from caller c cross join `+neverDeleted+` cross join lateral (
					select resource_id, access_level, configuration from meet_room
					where c.refused = '' and resource_id = $6 and deleted_at is null
					for no key update
				) r
			), room as (
				update meet_room r
				set access_level = coalesce($7, r.access_level), configuration = coalesce($8, r.configuration)
				from old
				where r.resource_id = old.resource_id
				returning r.resource_id as id, r.name, r.slug, r.access_level, r.configuration, r.pin_code,
					(r.access_level, r.configuration) is distinct from (old.access_level, old.configuration) as changed
			), resource as (
				select id from meet_resource where id = (select id from room) for no key update skip locked
			), touched as (
				update meet_resource set updated_at = now() where id = (select id from resource)
			)
			select c.refused, coalesce(cast(r.id as text), '') as id, coalesce(r.name, '') as name, r.slug,
				coalesce(r.access_level, '') as access_level, coalesce(r.configuration, 'null') as configuration, r.pin_code,
				coalesce(r.changed, false) as changed
			from caller c left join room r on true`, caller.arguments(id, c.AccessLevel, c.Configuration)...)
		t.fail(refusals[row.Refused])
		if row.ID == "" {
			t.fail(ErrNotFound)
		}
	})
	return row.Room, row.Changed, err
}
