package db

import "context"

// maxRemoved is how many rows one statement of housekeeping removes, so that none holds locks for long.
const maxRemoved = 1000

// removals are the statements that remove what does not count any more. What has expired is refused without being looked up; the margin
// is for clocks that differ. Rows of secrets without an end are those of the one in Meet's column, or of one that Meet replaced.
// Receipts of writes begin with their time, in milliseconds, of 48 bits.
var removals = []string{
	`delete from external_api.revoked_token where id in (
		select id from external_api.revoked_token where expires_at < now() - interval '5 minutes' limit $1)`,
	`delete from external_api.used_assertion where (application_id, id) in (
		select application_id, id from external_api.used_assertion where expires_at < now() - interval '5 minutes' limit $1)`,
	`delete from external_api.secret where (application_id, hash) in (
		select s.application_id, s.hash from external_api.secret s
		where s.expires_at < now() or s.expires_at is null and not exists (
			select from meet_application a where a.id = s.application_id and a.client_secret = s.hash)
		limit $1)`,
	`delete from external_api.write where id in (
		select id from external_api.write
		where id < cast(rpad(lpad(to_hex(cast(extract(epoch from now() - interval '1 day') * 1000 as bigint)), 12, '0'), 32, '0') as uuid)
		limit $1)`,
}

// RemoveExpired removes what has expired, in small steps: revoked tokens, used assertions, old secrets, and the receipts of writes
// after a day.
func (d *DB) RemoveExpired(ctx context.Context) error {
	for _, statement := range removals {
		for removed := int64(maxRemoved); removed == maxRemoved; {
			if err := d.write(ctx, func(t *tx) { removed = t.exec(statement, maxRemoved) }); err != nil {
				return err
			}
		}
	}
	return nil
}
