package db

import (
	"context"
	"slices"

	"github.com/lib/pq"
)

// ApplicationNames returns the names of the applications with those client ids, as far as they are there, by client id.
func (d *DB) ApplicationNames(ctx context.Context, clientIDs []string) (map[string]string, error) {
	var rows []named
	err := d.list(ctx, &rows, `select client_id as id, name from meet_application where client_id = any($1)`, pq.Array(distinctTexts(clientIDs)))
	return byID(rows), err
}

// UserAddresses returns the addresses of the users with those UUIDs, as far as they have one, by UUID.
func (d *DB) UserAddresses(ctx context.Context, ids []string) (map[string]string, error) {
	var rows []named
	err := d.list(ctx, &rows, `select id, coalesce(email, '') as name from meet_user where id = any(cast($1 as uuid[]))`, pq.Array(distinctTexts(ids)))
	return byID(rows), err
}

// named is what people know something by.
type named struct {
	ID   string `db:"id"`
	Name string `db:"name"`
}

func byID(rows []named) map[string]string {
	names := make(map[string]string, len(rows))
	for _, row := range rows {
		names[row.ID] = row.Name
	}
	return names
}

// distinctTexts are the texts that are not empty, each once.
func distinctTexts(texts []string) []string {
	distinct := slices.Clone(texts)
	slices.Sort(distinct)
	return slices.DeleteFunc(slices.Compact(distinct), func(text string) bool { return text == "" })
}
