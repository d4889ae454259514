package db

import (
	"context"
	"database/sql"
	"errors"
)

// maxExamined is how many rooms of the user are looked at for a page by cursor. Where a filter, or what the application may see, leaves
// out nearly all of them, pages have fewer rooms, or none, but none takes longer than others.
const maxExamined = `10000`

// RoomsFrom returns rooms in which the user has a role, by id, from this one on, which need not be there any more; and the id to go on
// from, empty at the end. There may be more rooms, also where it returns none. Errors: those of CheckCaller.
func (d *DB) RoomsFrom(ctx context.Context, c Caller, filter RoomFilter, id string, limit int64) (found []Room, next string, err error) {
	if within, replica := d.replica.begin(ctx); replica != nil {
		found, next, err = d.readRoomsFrom(within, replica, c, filter, id, limit)
		if replica.end(err) {
			return found, next, err
		}
	}
	return d.readRoomsFrom(ctx, nil, c, filter, id, limit)
}

func (d *DB) readRoomsFrom(ctx context.Context, replica *replicaRead, c Caller, filter RoomFilter, id string, limit int64) (found []Room, next string, err error) {
	found = make([]Room, 0, limit)
	err = d.read(ctx, replica, listByID, filter.arguments(c, id, limit), func(row *sql.Rows) error {
		var position string
		room, err := readRoom(row, &position)
		switch {
		case errors.Is(err, ErrNotFound), err == nil && int64(len(found)) == limit:
			next = position // of the last row; empty where that is the one of an empty list
			return nil
		}
		found = append(found, room)
		return err
	})
	return found, next, err
}

var listByID = withCaller + filterRow + `
	select ` + foundColumns + `, coalesce(cast(r.position as text), '')
	from caller c
	cross join filter f
	cross join ` + neverDeleted + `
	left join lateral (
		select a.resource_id as position, r.*
		from (
			select a.resource_id, row_number() over (order by a.resource_id) as number
			from ` + accessesFrom("cast($12 as uuid)") + ` order by a.resource_id limit ` + maxExamined + ` + 1
		) a
		left join lateral (
			select r.* from ` + rooms + `
			where r.id = a.resource_id and a.number <= ` + maxExamined + ` and ` + visible + ` and ` + filters + ` and (not f.mine or r.created) and ` + createdByMe + `
			offset 0
		) r on true
		where r.id is not null or a.number > ` + maxExamined + `
		order by a.resource_id limit (select $13::bigint + 1)
	) r on c.refused = ''
	order by r.position`
