package db

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// SchemaError says that tables of Meet are not as this program needs them. Waiting does not help: another release of one of
// the two is needed.
type SchemaError struct{ faults []string }

func (e *SchemaError) Error() string {
	return "the tables of Meet do not fit this release: " + strings.Join(e.faults, "; ")
}

// needed are the columns of Meet that statements name, with the types that information_schema has for them.
var needed = map[string]map[string]string{
	"meet_user": {
		"id": "uuid", "password": "character varying", "is_superuser": "boolean", "created_at": timestamp, "updated_at": timestamp,
		"sub": "character varying", "email": "character varying", "language": "character varying", "timezone": "character varying",
		"is_device": "boolean", "is_staff": "boolean", "is_active": "boolean", "default_room_configuration": "jsonb",
	},
	"meet_resource": {"id": "uuid", "created_at": timestamp, "updated_at": timestamp},
	"meet_room": {
		"resource_id": "uuid", "name": "character varying", "slug": "character varying", "configuration": "jsonb",
		"access_level": "character varying", "pin_code": "character varying",
	},
	"meet_resource_access": {
		"id": "uuid", "created_at": timestamp, "updated_at": timestamp, "role": "character varying", "resource_id": "uuid", "user_id": "uuid",
	},
	"meet_application": {
		"id": "uuid", "created_at": timestamp, "updated_at": timestamp, "name": "character varying", "is_active": "boolean",
		"client_id": "character varying", "client_secret": "character varying", "scopes": "ARRAY",
	},
	"meet_application_domain": {
		"id": "uuid", "created_at": timestamp, "updated_at": timestamp, "domain": "character varying", "application_id": "uuid",
	},
}

const timestamp = "timestamp with time zone"

const columns = `
	select table_name, column_name, data_type, is_nullable = 'NO' and column_default is null and is_identity = 'NO'
		and is_generated = 'NEVER' as demanded
	from information_schema.columns
	where table_schema = (select relnamespace::regnamespace::text from pg_class where oid = to_regclass('meet_user'))
		and table_name = any (array['meet_user', 'meet_resource', 'meet_room', 'meet_resource_access', 'meet_application', 'meet_application_domain'])`

// CheckSchema compares Meet's tables with what this package reads and writes. Errors: a *SchemaError that names each
// column that is missing, of another type, or has to be filled and is not known here; where there are no tables of Meet at
// all, an UnavailableError.
func (d *DB) CheckSchema(ctx context.Context) error {
	var found []struct {
		Table    string `db:"table_name"`
		Column   string `db:"column_name"`
		Type     string `db:"data_type"`
		Demanded bool   `db:"demanded"`
	}
	if err := d.pool.SelectContext(ctx, &found, columns); err != nil {
		return fmt.Errorf("reading the columns of the tables: %w", classify(ctx, err))
	}
	if len(found) == 0 {
		return &UnavailableError{cause: errors.New("the tables of Meet are not there, migrations are pending")}
	}
	var faults []string
	types := map[string]string{}
	for _, column := range found {
		name := column.Table + "." + column.Column
		types[name] = column.Type
		if _, known := needed[column.Table][column.Column]; column.Demanded && !known {
			faults = append(faults, name+" has to be filled, and this release does not know how")
		}
	}
	for table, columns := range needed {
		for column, wanted := range columns {
			name := table + "." + column
			switch actual := types[name]; {
			case actual == "":
				faults = append(faults, name+" is missing")
			case !compatible(wanted, actual):
				faults = append(faults, fmt.Sprintf("%s is %s and not %s", name, actual, wanted))
			}
		}
	}
	if faults != nil {
		slices.Sort(faults)
		return &SchemaError{faults: faults}
	}
	return nil
}

// compatible takes a text without a limit for one with a limit.
func compatible(wanted, actual string) bool {
	return actual == wanted || wanted == "character varying" && actual == "text"
}

// EmailIndex is the name of the index by which users are found by address in a large table.
const EmailIndex = "external_api_meet_user_email"

// HasEmailIndex reports whether the index is there and usable.
func (d *DB) HasEmailIndex(ctx context.Context) (bool, error) {
	var there bool
	err := d.pool.GetContext(ctx, &there, `select exists (select from pg_index where indexrelid = to_regclass('`+EmailIndex+`') and indisvalid)`)
	return there, classify(ctx, err)
}

// CreateEmailIndex makes the index on Meet's table of users, without keeping Meet from writing meanwhile. One that was left
// unusable by an attempt that was cut short is made anew.
func CreateEmailIndex(ctx context.Context, dsn string) error {
	pool, err := migrationPool(dsn)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	var broken bool
	err = pool.QueryRowContext(ctx, `select exists (select from pg_index where indexrelid = to_regclass('`+EmailIndex+`') and not indisvalid)`).Scan(&broken)
	if err == nil && broken {
		_, err = pool.ExecContext(ctx, `drop index concurrently `+EmailIndex)
	}
	if err == nil {
		_, err = pool.ExecContext(ctx, `create index concurrently if not exists `+EmailIndex+` on meet_user (lower(email collate "C"))`)
	}
	if err != nil {
		return fmt.Errorf("making the index %s: %w", EmailIndex, classify(ctx, err))
	}
	return nil
}
