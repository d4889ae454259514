package db

import (
	"context"
	"time"

	"meet-external-api/audit"
)

// RevokeToken stores that the token with that id does not count any more, until it expires. Repeating it is harmless, and leaves no further
// event.
func (d *DB) RevokeToken(ctx context.Context, by audit.Source, id string, expires time.Time) error {
	e := audit.Succeeded(by, audit.TokenRevoke).To("token", id)
	return d.write(ctx, func(t *tx) {
		revoked := t.exec(`
			with revoked as (
				insert into external_api.revoked_token (id, expires_at) values ($1, $2) on conflict do nothing returning 1
			)
			insert into external_api.audit_event select e.* from revoked, `+eventRows("$3")+` e`, id, expires, audit.Rows(e))
		if revoked > 0 {
			t.audited(e)
		}
	})
}
