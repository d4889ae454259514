package db

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/google/uuid"
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

const roomColumns = `r.resource_id as id, r.name, r.slug, r.access_level, r.configuration, r.pin_code`

// madeBy keeps the rooms that the application $2 created, or all where $2 is null.
const madeBy = `($2::uuid is null or exists (
	select from external_api.room o where o.room_id = r.resource_id and o.application_id = $2))`

// RoomFilter says whose rooms are meant.
type RoomFilter struct {
	// UserID is the UUID of the user who has a role in them.
	UserID string
	// ApplicationID, where it is not nil, is the UUID of the application that created them.
	ApplicationID *string
	// Slug, where it is not nil, is the slug of the one that is meant.
	Slug *string
}

var roomForUser = statement(`
	select ` + roomColumns + `, coalesce(a.role, '') as role
	from meet_room r
	left join meet_resource_access a on a.resource_id = r.resource_id and a.user_id = $1
	where r.resource_id = $3 ` + live + ` and ` + madeBy)

// Room finds a room by its UUID and returns it with the role of the user in it, which is empty when there is none.
// Errors: ErrNotFound.
func (d *DB) Room(ctx context.Context, f RoomFilter, id string) (Room, string, error) {
	var row struct {
		Room
		Role string `db:"role"`
	}
	err := d.get(ctx, &row, roomForUser, f.UserID, f.ApplicationID, id)
	return row.Room, row.Role, err
}

var roomsOfUser = statement(`
	select ` + roomColumns + `, count(*) over () as total
	from meet_resource_access a
	join meet_room r on r.resource_id = a.resource_id
	where a.user_id = $1 ` + live + ` and ` + madeBy + ` and ($5::text is null or r.slug = $5)
	order by r.name, r.resource_id limit $3 offset $4`)

// Rooms returns a part of the rooms in which the user has a role, by name, then id, and how many there are in all, which
// is 0 also where offset lies behind the last one.
func (d *DB) Rooms(ctx context.Context, f RoomFilter, limit, offset int64) ([]Room, int64, error) {
	var rows []struct {
		Room
		Total int64 `db:"total"`
	}
	if err := d.list(ctx, &rows, roomsOfUser, f.UserID, f.ApplicationID, limit, offset, f.Slug); err != nil {
		return nil, 0, err
	}
	rooms := make([]Room, len(rows))
	var total int64
	for i, row := range rows {
		rooms[i], total = row.Room, row.Total
	}
	return rooms, total, nil
}

// NewRoom is what CreateRoom stores.
type NewRoom struct {
	// OwnerID is the UUID of the user who owns the room.
	OwnerID string
	// ApplicationID is the UUID of the application that creates it; empty: it is created by no application.
	ApplicationID string
	AccessLevel   string
	Configuration json.RawMessage
	// DrawName returns a new name at each call; it becomes the room's slug too.
	DrawName func() string
	// DrawPIN returns a new PIN at each call; nil: the room gets none.
	DrawPIN func() string
	// PINDraws is how many PINs are tried before the room is made without one.
	PINDraws int
}

// maxDraws is how many names are tried. With one in a million taken, ten in a row are taken never.
const maxDraws = 10

var errTaken = errors.New("the name or the PIN is taken")

// One statement, one round trip. A taken slug or PIN leaves all but the resource unwritten, and the transaction is then
// given up.
var insertRoom = statement(`
	with resource as (
		insert into meet_resource (id, created_at, updated_at) values ($1, now(), now())
	), room as (
		insert into meet_room (resource_id, name, slug, configuration, access_level, pin_code)
		values ($1, $2, $2, $3, $4, $8)
		on conflict do nothing
		returning resource_id
	), access as (
		insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
		select $5, now(), now(), 'owner', resource_id, $6 from room
	), origin as (
		insert into external_api.room (room_id, application_id) select resource_id, $7 from room
	)
	select count(*) from room`)

// CreateRoom stores a room with its resource, its owner's access and its origin, all or nothing, and returns it. What is
// taken is drawn again. Errors: ErrConflict when the owner or the application is gone, or no free name was drawn.
func (d *DB) CreateRoom(ctx context.Context, r NewRoom) (Room, error) {
	for draw := range maxDraws + r.PINDraws {
		room := Room{ID: uuid.NewString(), Name: r.DrawName(), AccessLevel: r.AccessLevel, Configuration: r.Configuration}
		room.Slug = &room.Name
		if r.DrawPIN != nil && draw < r.PINDraws {
			pin := r.DrawPIN()
			room.PinCode = &pin
		}
		err := d.insertRoom(ctx, room, r)
		if !errors.Is(err, errTaken) {
			return room, err
		}
	}
	return Room{}, ErrConflict
}

func (d *DB) insertRoom(ctx context.Context, room Room, r NewRoom) error {
	return d.write(ctx, func(t tx) error {
		var written int
		err := t.get(&written, insertRoom, room.ID, room.Name, string(room.Configuration), room.AccessLevel,
			uuid.NewString(), r.OwnerID, uuidOrNull(r.ApplicationID), room.PinCode)
		if err == nil && written == 0 {
			return errTaken
		}
		return err
	}, func(ctx context.Context) (bool, error) {
		_, role, err := d.Room(ctx, RoomFilter{UserID: r.OwnerID}, room.ID)
		return found(role, err)
	})
}

// RoomChange is what UpdateRoom changes; nil leaves a field as it is.
type RoomChange struct {
	AccessLevel   *string
	Configuration *json.RawMessage
}

// The old row is locked, so that of two changes at once each is seen as a change or not by what it meets. Nobody can wait
// for this statement while it waits: it waits for the row of the room alone, and has none by then. Who holds that of the
// resource is saving the room, or deleting it, and writes the time themselves.
var updateRoom = statement(`
	with old as (
		select resource_id, access_level, configuration from meet_room where resource_id = $1 for no key update
	), room as (
		update meet_room r
		set access_level = coalesce($2, r.access_level), configuration = coalesce($3, r.configuration)
		from old
		where r.resource_id = old.resource_id ` + live + `
		returning ` + roomColumns + `,
			(r.access_level, r.configuration) is distinct from (old.access_level, old.configuration) as changed
	), resource as (
		select id from meet_resource where id = (select id from room) for no key update skip locked
	), touched as (
		update meet_resource set updated_at = now() where id = (select id from resource)
	)
	select id, name, slug, access_level, configuration, pin_code, changed from room`)

// UpdateRoom changes a room and returns it as it then is, and whether anything is different. Repeating it is harmless.
// Errors: ErrNotFound.
func (d *DB) UpdateRoom(ctx context.Context, id string, c RoomChange) (Room, bool, error) {
	var row struct {
		Room
		Changed bool `db:"changed"`
	}
	var configuration *string
	if c.Configuration != nil {
		text := string(*c.Configuration)
		configuration = &text
	}
	err := d.write(ctx, func(t tx) error { return t.get(&row, updateRoom, id, c.AccessLevel, configuration) }, unsettled)
	return row.Room, row.Changed, err
}
