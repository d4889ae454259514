package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Rooms returns a part of the rooms in which the user has a role, by name, then id, and how many there are in all, also where offset lies
// behind the last one. Errors: those of CheckCaller.
func (d *DB) Rooms(ctx context.Context, c Caller, filter RoomFilter, limit, offset int64) (found []Room, total int64, err error) {
	if within, replica := d.replica.begin(ctx); replica != nil {
		found, total, err = d.readRooms(within, replica, c, filter, limit, offset)
		if replica.end(err) {
			return found, total, err
		}
	}
	return d.readRooms(ctx, nil, c, filter, limit, offset)
}

func (d *DB) readRooms(ctx context.Context, replica *replicaRead, c Caller, filter RoomFilter, limit, offset int64) (found []Room, total int64, err error) {
	if !filter.isEmpty() {
		return d.readPage(ctx, replica, listByName, filter.arguments(c, limit, offset), limit)
	}
	found, total, err = d.readPage(ctx, replica, listFew, c.arguments(limit, offset), limit)
	if err != nil || total != tooMany {
		return found, total, err
	}
	if known := d.release.Load(); known != nil && known.namesIndexed {
		found, total, err = d.readPage(ctx, replica, listByNameIndex, c.arguments(limit, offset), limit)
		if err != nil || int64(len(found)) >= min(limit, total-offset) {
			return found, total, err
		} // the page lies further on
	}
	return d.readPage(ctx, replica, listByName, filter.arguments(c, limit, offset), limit)
}

// readPage runs a statement of which each row has the total behind the columns of a room.
func (d *DB) readPage(ctx context.Context, replica *replicaRead, query string, args []any, limit int64) (found []Room, total int64, err error) {
	found = make([]Room, 0, limit)
	err = d.read(ctx, replica, query, args, func(row *sql.Rows) error {
		room, err := readRoom(row, &total)
		if errors.Is(err, ErrNotFound) {
			return nil // the one row of an empty list
		}
		found = append(found, room)
		return err
	})
	return found, total, err
}

const (
	// manyRooms are too many to be read for a page, where there is another way.
	manyRooms = `5000`
	// tooMany stands for the total where a user has more.
	tooMany = -1
	// manyExpired are too many to be looked through: which rooms have expired is then asked for each.
	manyExpired = `10000`
)

// listFew reads, counts and sorts all rooms of the user, unless there are too many, which it says. Each lateral subquery has an offset, so that
// its one plan is an index that finds its row, however many rows are expected.
var listFew = withCaller + `, few as materialized (
		select a.resource_id from caller c cross join lateral (
			select resource_id from meet_resource_access where user_id = c.user_id order by resource_id limit ` + manyRooms + ` + 1
		) a
		where c.refused = ''
	), mine as materialized (
		select r.*
		from caller c
		cross join ` + neverDeleted + `
		cross join few a
		cross join lateral (select r.* from ` + rooms + ` where r.id = a.resource_id and ` + visible + ` offset 0) r
		where (select count(*) from few) <= ` + manyRooms + `
	)
	select ` + foundColumns + `,
		case when (select count(*) from few) > ` + manyRooms + ` then ` + fmt.Sprint(tooMany) + ` else (select count(*) from mine) end
	from caller c
	left join (select * from mine order by name, id limit (select $6::bigint) offset (select $7::bigint)) r on true
	order by r.name, r.id`

// listByName does the same with filters, and however many rooms there are.
var listByName = withCaller + filterRow + `, expired as materialized (
		select room_id from external_api.room where expires_at <= now() order by expires_at limit ` + manyExpired + ` + 1
	), mine as materialized (
		select r.*
		from caller c
		cross join filter f
		cross join ` + neverDeleted + `
		cross join lateral (select a.resource_id from ` + accessesFrom(firstID) + ` offset 0) a
		cross join lateral (
			select m.resource_id as id, m.name, m.slug, m.access_level, m.configuration, m.pin_code from meet_room m
			where m.resource_id = a.resource_id and deleted_at is null offset 0
		) r
		where c.refused = '' and ` + filters + ` and case
			when c.own_rooms_only or f.mine or (select count(*) from expired) > ` + manyExpired + ` then coalesce((
				select (r.expires_at is null or r.expires_at > now()) and ` + visible + ` and ` + createdByMe + `
				from external_api.room r where r.room_id = a.resource_id
			), not c.own_rooms_only and not f.mine)
			else a.resource_id not in (select room_id from expired)
		end
	)
	select ` + foundColumns + `, (select count(*) from mine)
	from caller c
	left join (
		select m.*, (select o.expires_at from external_api.room o where o.room_id = m.id) as expires_at
		from (select m.* from mine m order by m.name, m.id limit (select $12::bigint) offset (select $13::bigint)) m
	) r on true
	order by r.name, r.id`

// listByNameIndex does so for an application that may see all rooms, and finds none for others. It walks all rooms by NameIndex, no more than it takes to read those of a user who has manyRooms, and keeps those of the user.
// It counts their accesses, without what is not shown of them.
var listByNameIndex = withCaller + `, page as materialized (
		select p.* from caller c cross join ` + neverDeleted + ` cross join lateral (
			select m.id, m.name
			from (
				select resource_id as id, name from meet_room where deleted_at is null order by name, resource_id limit ` + manyRooms + `
			) m
			where exists (select from meet_resource_access a where a.user_id = c.user_id and a.resource_id = m.id offset 0)
				and coalesce((select o.expires_at > now() from external_api.room o where o.room_id = m.id), true)
			order by m.name, m.id limit (select $6::bigint) offset (select $7::bigint)
		) p
		where c.refused = '' and not c.own_rooms_only
	), total as materialized (
		select (select count(*) from meet_resource_access a where a.user_id = c.user_id) - (
			select count(*) from (
				select o.room_id
				from (select room_id from external_api.room where expires_at <= now() offset 0) o
				cross join lateral (select from meet_resource_access a where a.user_id = c.user_id and a.resource_id = o.room_id offset 0) a
				union
				select a.resource_id
				from (select a.resource_id from meet_resource_access a where a.user_id = c.user_id offset 0) a
				cross join lateral (select from meet_room where resource_id = a.resource_id and deleted_at is not null offset 0) m
			) hidden
		) as total
		from caller c cross join ` + neverDeleted + `
	)
	select ` + foundColumns + `, (select total from total)
	from caller c
	cross join ` + neverDeleted + `
	left join page p on true
	left join lateral (select r.* from ` + rooms + ` where r.id = p.id offset 0) r on true
	order by p.name, p.id`
