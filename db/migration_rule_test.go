package db_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// forbidden is what no migration may do, so that the release before goes on working beside the new one, and nobody waits for a lock
// (docs/contributing.md, "Add a migration").
var forbidden = []struct {
	pattern *regexp.Regexp
	rule    string
}{
	{regexp.MustCompile(`\bdrop\b`), "nothing is dropped that the release before may use"},
	{regexp.MustCompile(`\brename\b|\bset schema\b`), "nothing gets another name"},
	{regexp.MustCompile(`\balter (column )?\S+ (set data )?type\b`), "no column gets another type"},
	{regexp.MustCompile(`\bset not null\b`), "no column refuses null that took it"},
	{regexp.MustCompile(`\b(truncate|delete from|update \S+ set|merge into)\b`), "rows that are there are left alone"},
	{regexp.MustCompile(`\badd (constraint|check|unique|primary key|foreign key|exclude)\b`), "no constraint is added to a table that is there"},
	{regexp.MustCompile(`\b(lock|cluster|vacuum|reindex|concurrently)\b`), "no lock is taken, and nothing is done that cannot be in a transaction"},
}

var (
	comment      = regexp.MustCompile(`--[^\n]*`)
	quoted       = regexp.MustCompile(`'(?:[^']|'')*'`)
	createdTable = regexp.MustCompile(`\bcreate (?:unlogged )?table (?:if not exists )?(\S+)`)
	indexedTable = regexp.MustCompile(`\bcreate (?:unique )?index\b.*? on (?:only )?([^\s(]+)`)
	addedColumn  = regexp.MustCompile(`\badd column\b.*?(?:;|\badd\b|$)`)
	// rewritten are defaults that differ from row to row: PostgreSQL writes the whole table for them.
	rewritten = regexp.MustCompile(`\b(serial|bigserial|smallserial|identity|generated|nextval|random|gen_random_uuid|clock_timestamp)\b`)
)

// brokenRules are the rules that a migration breaks.
func brokenRules(migration string) (broken []string) {
	up, _, _ := strings.Cut(migration, "-- +goose Down")
	up = quoted.ReplaceAllString(comment.ReplaceAllString(up, ""), "''")
	up = strings.ToLower(strings.Join(strings.Fields(up), " "))
	for _, f := range forbidden {
		if f.pattern.MatchString(up) {
			broken = append(broken, f.rule)
		}
	}
	created := map[string]bool{}
	for _, table := range createdTable.FindAllStringSubmatch(up, -1) {
		created[table[1]] = true
	}
	for _, index := range indexedTable.FindAllStringSubmatch(up, -1) {
		if !created[index[1]] {
			broken = append(broken, "an index is only made on a table that the same migration makes")
		}
	}
	for rest := up; ; {
		at := addedColumn.FindStringIndex(rest)
		if at == nil {
			return broken
		}
		column := rest[at[0]:at[1]]
		if strings.Contains(column, "not null") && !strings.Contains(column, "default") {
			broken = append(broken, "a column that refuses null has a default")
		}
		if rewritten.MatchString(column) {
			broken = append(broken, "a new column writes no rows")
		}
		rest = rest[at[0]+len("add column"):]
	}
}

// Each rule can be broken.
func TestMigrationRule(t *testing.T) {
	t.Parallel()
	for migration, rule := range map[string]string{
		`alter table external_api.room drop column user_id`:                                          "nothing is dropped",
		`alter table external_api.room ALTER COLUMN user_id DROP NOT NULL`:                           "nothing is dropped",
		"drop\n\tindex external_api.room_expires_at_idx":                                             "nothing is dropped",
		`alter table external_api.room rename user_id to owner_id`:                                   "another name",
		`alter table external_api.room set schema public`:                                            "another name",
		`alter table external_api.room alter column user_id type text`:                               "another type",
		`alter table external_api.room alter user_id set data type text`:                             "another type",
		`alter table external_api.room alter column user_id set not null`:                            "refuses null that took it",
		`delete from external_api.room`:                                                              "left alone",
		`update external_api.room set user_id = null`:                                                "left alone",
		`truncate external_api.room`:                                                                 "left alone",
		`alter table external_api.room add constraint one unique (user_id)`:                          "no constraint",
		`alter table external_api.room add check (user_id is not null)`:                              "no constraint",
		`create table external_api.a (id uuid); create index concurrently on external_api.a (id)`:    "in a transaction",
		`lock table external_api.room`:                                                               "no lock",
		`create index on external_api.room (user_id)`:                                                "an index is only made",
		`create table external_api.one (id uuid); create unique index one on external_api.room (id)`: "an index is only made",
		`alter table external_api.room add column a text, add column b text not null`:                "has a default",
		`alter table external_api.room add column a text not null, add column b text default ''`:     "has a default",
		`alter table external_api.room add column a uuid default gen_random_uuid()`:                  "writes no rows",
		`alter table external_api.room add column a bigserial`:                                       "writes no rows",
	} {
		broken := brokenRules("-- +goose Up\n" + migration + ";\n-- +goose Down\n")
		require.Len(t, broken, 1, migration)
		require.Contains(t, broken[0], rule, migration)
	}
	require.Empty(t, brokenRules(`
		-- Nothing that somebody uses is dropped; rename it later.
		-- +goose Up
		create table external_api.label (id uuid primary key, name text not null check (name <> ''));
		create index on external_api.label (name) where name <> 'update it, then drop it';
		comment on table external_api.label is 'Labels; alter column x type y';
		alter table external_api.room add column label_id uuid, add column kind text not null default 'usual';
		alter table external_api.room alter column kind set default 'other';
		-- +goose Down
		drop table external_api.label;
		alter table external_api.room drop column label_id, drop column kind;`))
}
