package db

import (
	"context"
	"database/sql"
	"fmt"
)

// Index is one on a table of Meet's that Meet does not have. It goes by `migrate --with-indexes`, and by nothing else.
type Index struct{ Name, Table, columns string }

// The indexes that large tables need.
var (
	// EmailIndex is the one by which users are found by address.
	EmailIndex = Index{"external_api_meet_user_email", "meet_user", `lower(email collate "C")`}
	// NameIndex is the one by which the first pages by number are found of a user with very many rooms.
	NameIndex = Index{"external_api_meet_room_name", "meet_room", `name, resource_id`}
)

// Indexes are all of them.
var Indexes = []Index{EmailIndex, NameIndex}

// CreateIndexes makes the indexes that are not there, without keeping Meet from writing meanwhile. One that was left unusable by an attempt
// that was cut short is made anew.
func CreateIndexes(ctx context.Context, dsn string) error {
	pool, err := migrationPool(dsn)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	for _, index := range Indexes {
		if err := index.create(ctx, pool); err != nil {
			return fmt.Errorf("making the index %s: %w", index.Name, classify(ctx, err))
		}
	}
	return nil
}

func (i Index) create(ctx context.Context, pool *sql.DB) error {
	var broken bool
	err := pool.QueryRowContext(ctx, `select exists (select from pg_index where indexrelid = to_regclass('`+i.Name+`') and not indisvalid)`).Scan(&broken)
	if err == nil && broken {
		_, err = pool.ExecContext(ctx, `drop index concurrently `+i.Name)
	}
	if err == nil {
		_, err = pool.ExecContext(ctx, `create index concurrently if not exists `+i.Name+` on `+i.Table+` (`+i.columns+`)`)
	}
	if err == nil { // until then PostgreSQL takes what an index computes for the same in many rows
		_, err = pool.ExecContext(ctx, `analyze `+i.Table)
	}
	return err
}

// hasNameIndex reports whether NameIndex is there and usable.
func (d *DB) hasNameIndex(ctx context.Context) (there bool, err error) {
	err = d.pool.GetContext(ctx, &there, `
		select exists (
			select from pg_index where indexrelid = to_regclass($1) and indrelid = to_regclass('meet_room') and indisvalid
				and pg_get_indexdef(indexrelid, 1, false) = 'name' and pg_get_indexdef(indexrelid, 2, false) = 'resource_id')`, NameIndex.Name)
	return there, classify(ctx, err)
}
