package db

import (
	"context"
	"time"
)

var (
	insertRevoked = statement(`
		insert into external_api.revoked_token (id, expires_at) values ($1, $2) on conflict do nothing`)
	revokedToken = statement(`select exists (select from external_api.revoked_token where id = $1)`)
)

// RevokeToken stores that the token with that id does not count any more, until it expires. Repeating it is harmless.
func (d *DB) RevokeToken(ctx context.Context, id string, expires time.Time) error {
	return d.write(ctx, func(t tx) error {
		_, err := t.exec(insertRevoked, id, expires)
		return err
	}, func(ctx context.Context) (revoked bool, err error) {
		err = d.get(ctx, &revoked, revokedToken, id)
		return revoked, err
	})
}

// What has expired is refused without being looked up; the margin is for clocks that differ. Rows of secrets without an end are those of the one in Meet's column,
// or of one that Meet replaced.
var sweep = []string{
	statement(`delete from external_api.revoked_token where expires_at < now() - interval '5 minutes'`),
	statement(`delete from external_api.used_assertion where expires_at < now() - interval '5 minutes'`),
	statement(`delete from external_api.secret s where s.expires_at < now() or s.expires_at is null and not exists (
		select from meet_application a where a.id = s.application_id and a.client_secret = s.hash)`),
}

// Sweep removes what has expired: revoked tokens, used assertions, old secrets.
func (d *DB) Sweep(ctx context.Context) error {
	for _, statement := range sweep {
		err := d.write(ctx, func(t tx) error {
			_, err := t.exec(statement)
			return err
		}, unsettled)
		if err != nil {
			return err
		}
	}
	return nil
}
