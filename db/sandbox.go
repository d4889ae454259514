package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/lib/pq"
)

// sandboxMark is the comment on the database of a sandbox: it goes where the database goes, and psql shows it.
const sandboxMark = "meet-external-api sandbox: for demo data alone"

// ErrNotSandbox says that a database has data, and none of a sandbox.
var ErrNotSandbox = errors.New("it has users, applications or rooms that are not those of a sandbox")

// IsSandbox reports whether ClaimSandbox has marked the database.
func (d *DB) IsSandbox(ctx context.Context) (marked bool, err error) {
	err = d.pool.GetContext(ctx, &marked, `
		select coalesce(shobj_description(oid, 'pg_database') = $1, false) from pg_database where datname = current_database()`, sandboxMark)
	return marked, classify(ctx, err)
}

// ClaimSandbox marks the database as one of a sandbox: one that is so already, has no data or, as before there were marks, has the application
// with that client id. It needs no migration and no Prepare. Errors: ErrNotSandbox.
func (d *DB) ClaimSandbox(ctx context.Context, clientID string) error {
	marked, err := d.IsSandbox(ctx)
	if err != nil || marked {
		return err
	}
	var tables, ours bool
	err = d.pool.GetContext(ctx, &tables, `select to_regclass('meet_user') is not null`)
	if err == nil && tables {
		err = d.pool.GetContext(ctx, &ours, `
			select exists (select from meet_application where client_id = $1) or not exists (
				select from meet_user union all select from meet_application union all select from meet_room)`, clientID)
	}
	if err == nil && tables && !ours {
		return ErrNotSandbox
	}
	var name string
	if err == nil {
		err = d.pool.GetContext(ctx, &name, `select current_database()`)
	}
	if err == nil {
		_, err = d.pool.ExecContext(ctx, fmt.Sprintf(`comment on database %s is %s`, pq.QuoteIdentifier(name), pq.QuoteLiteral(sandboxMark)))
	}
	return classify(ctx, err)
}
