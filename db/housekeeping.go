package db

import "context"

// maxRemoved is how many rows one statement of housekeeping removes, so that none holds locks for long.
const maxRemoved = 1000

// removals are the statements that remove what does not count any more. What has expired is refused without being looked up; the margin
// is for clocks that differ. Rows of secrets without an end are those of the one in Meet's columns, or of one that Meet replaced.
// Orphans are those whose row of Meet is gone. Where Meet's whole table is empty they stay: a backup may just be being restored.
// Receipts of writes begin with their time, in milliseconds, of 48 bits.
var removals = []string{
	`delete from external_api.revoked_token where id in (
		select id from external_api.revoked_token where expires_at < now() - interval '5 minutes' limit $1)`,
	`delete from external_api.used_assertion where (application_id, id) in (
		select application_id, id from external_api.used_assertion where expires_at < now() - interval '5 minutes' limit $1)`,
	`delete from external_api.secret where (application_id, hash) in (
		select s.application_id, s.hash from external_api.secret s
		where s.expires_at < now() or s.expires_at is null and exists (
			select from ` + applications + ` where a.id = s.application_id and s.hash <> all(a.hashes))
		limit $1)`,
	`delete from external_api.secret where (application_id, hash) in (
		select s.application_id, s.hash from external_api.secret s
		where not exists (select from meet_application a where a.id = s.application_id) and exists (select from meet_application)
		limit $1)`,
	`delete from external_api.application where application_id in (
		select e.application_id from external_api.application e
		where not exists (select from meet_application a where a.id = e.application_id) and exists (select from meet_application)
		limit $1)`,
	`delete from external_api.user where user_id in (
		select r.user_id from external_api.user r
		where not exists (select from meet_user u where u.id = r.user_id) and exists (select from meet_user)
		limit $1)`,
	`delete from external_api.write where id in (
		select id from external_api.write
		where id < cast(rpad(lpad(to_hex(cast(extract(epoch from now() - interval '1 day') * 1000 as bigint)), 12, '0'), 32, '0') as uuid)
		limit $1)`,
}

// RemoveExpired removes what has expired, in small steps: revoked tokens, used assertions, old secrets, and the receipts of writes
// after a day; and what is left of applications, users and rooms that Meet has deleted. It looks what columns Meet has, too: one that
// may be empty makes no statement fail. It is not to be called twice at a time.
func (d *DB) RemoveExpired(ctx context.Context) error {
	if err := d.readRelease(ctx); err != nil {
		return err
	}
	for _, statement := range removals {
		for removed := int64(maxRemoved); removed == maxRemoved; {
			if err := d.write(ctx, func(t *tx) { removed = t.exec(statement, maxRemoved) }); err != nil {
				return err
			}
		}
	}
	return d.removeOrphanRooms(ctx)
}

// maxRoomSteps is how many statements of maxRemoved rooms look for orphans each time. There may be many rooms, of which few go.
const maxRoomSteps = 10

// removeOrphanRooms looks at the rooms that come after those of the last time, and after the last one begins anew.
func (d *DB) removeOrphanRooms(ctx context.Context) error {
	for range maxRoomSteps {
		var last string
		err := d.write(ctx, func(t *tx) {
			t.get(&last, `
				with examined as (
					select room_id from external_api.room where $1 = '' or room_id > cast(nullif($1, '') as uuid) order by room_id limit $2
				), removed as (
					delete from external_api.room o using examined e
					where o.room_id = e.room_id and not exists (select from meet_room r where r.resource_id = e.room_id)
						and exists (select from meet_room)
				)
				select coalesce((select cast(room_id as text) from examined order by room_id desc limit 1), '')`, d.examinedRoom, maxRemoved)
		})
		if err != nil {
			return err
		}
		d.examinedRoom = last
		if last == "" {
			return nil
		}
	}
	return nil
}
