package db

import (
	"context"
	"time"
)

// RevokeToken stores that the token with that id does not count any more, until it expires. Repeating it is harmless.
func (d *DB) RevokeToken(ctx context.Context, id string, expires time.Time) error {
	return d.write(ctx, func(t *tx) {
		t.exec(`
			insert into external_api.revoked_token (id, expires_at) values ($1, $2) on conflict do nothing`, id, expires)
	})
}
