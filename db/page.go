package db

import (
	"context"
)

// Page is the part of a list that is wanted, for operators.
type Page struct {
	// Search is a text that is in what a row is known by, in upper or lower case; empty: all rows.
	Search string
	// After is the row before the first one, by the name that finds it; empty: from the beginning.
	After string
	// Limit is the most rows that come; 0: all.
	Limit uint
}

// eachRow runs a statement and hands on its rows one by one, so that a long list takes little memory. Errors: also the first one of each,
// after which no further row is read.
func eachRow[T any](ctx context.Context, d *DB, each func(T) error, query string, args ...any) error {
	var failed error
	err := d.run(ctx, func() error {
		rows, err := d.pool.QueryxContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for failed == nil && rows.Next() {
			var row T
			if err := rows.StructScan(&row); err != nil {
				return err
			}
			failed = each(row)
		}
		return rows.Err()
	})
	if failed != nil {
		return failed // not what became of the connection
	}
	return err
}
