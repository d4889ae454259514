package db

import (
	"context"
	"time"
)

// CreatedRoom is a room that an application created.
type CreatedRoom struct {
	ID          string    `db:"id" json:"id"`
	Name        string    `db:"name" json:"name"`
	Slug        *string   `db:"slug" json:"slug"`
	AccessLevel string    `db:"access_level" json:"access_level"`
	CreatedAt   time.Time `db:"created_at" json:"created_at"`
	// UserID is the UUID of the user for whom it was created, Email their address; nil: it is not known.
	UserID *string `db:"user_id" json:"user_id"`
	Email  *string `db:"email" json:"email"`
}

// CreatedRooms returns at most so many of the rooms that the application with that UUID created and that are still there, the newest
// first; those of releases before this order was stored come last. After is the UUID of the room before the first one; empty: from the
// beginning.
func (d *DB) CreatedRooms(ctx context.Context, applicationID, after string, limit int) ([]CreatedRoom, error) {
	rooms := []CreatedRoom{}
	err := d.list(ctx, &rooms, createdRooms, applicationID, after, limit)
	return rooms, err
}

const createdRooms = `
	select r.id, r.name, r.slug, r.access_level, m.created_at, r.user_id, u.email
	from external_api.room o
	cross join ` + neverDeleted + `
	cross join lateral (select * from ` + rooms + ` where r.id = o.room_id) r
	join meet_resource m on m.id = o.room_id
	left join meet_user u on u.id = o.user_id
	where o.application_id = $1 and ($2 = '' or (o.created_at, o.room_id) < (
		select a.created_at, a.room_id from external_api.room a where a.room_id = cast(nullif($2, '') as uuid)))
	order by o.created_at desc, o.room_id desc limit $3`

// CountCreatedRooms returns how many of the rooms that the application with that UUID created are still there.
func (d *DB) CountCreatedRooms(ctx context.Context, applicationID string) (int, error) {
	var number int
	err := d.get(ctx, &number, `select count(*) from `+neverDeleted+` cross join lateral (select * from `+rooms+` where r.application_id = $1) r`,
		applicationID)
	return number, err
}
