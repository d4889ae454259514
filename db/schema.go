package db

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// SchemaError says that tables of Meet are not as this program needs them. Waiting does not help: another release of one of
// the two is needed.
type SchemaError struct{ faults []string }

func (e *SchemaError) Error() string {
	return "the tables of Meet do not fit this release: " + strings.Join(e.faults, "; ")
}

// needed are the columns of Meet that statements name, with their types.
var needed = map[string]map[string]string{
	"meet_user": {
		"id": "uuid", "password": "varchar", "is_superuser": "bool", "created_at": "timestamptz", "updated_at": "timestamptz",
		"sub": "varchar", "email": "varchar", "full_name": "varchar", "language": "varchar", "timezone": "varchar",
		"is_device": "bool", "is_staff": "bool", "is_active": "bool", "default_room_configuration": "jsonb",
	},
	"meet_resource": {"id": "uuid", "created_at": "timestamptz", "updated_at": "timestamptz"},
	"meet_room": {
		"resource_id": "uuid", "name": "varchar", "slug": "varchar", "configuration": "jsonb", "access_level": "varchar", "pin_code": "varchar",
	},
	"meet_resource_access": {
		"id": "uuid", "created_at": "timestamptz", "updated_at": "timestamptz", "role": "varchar", "resource_id": "uuid", "user_id": "uuid",
	},
	"meet_application": {
		"id": "uuid", "created_at": "timestamptz", "updated_at": "timestamptz", "name": "varchar", "is_active": "bool",
		"client_id": "varchar", "client_secret": "varchar", "scopes": "varchar[]",
	},
	"meet_application_domain": {
		"id": "uuid", "created_at": "timestamptz", "updated_at": "timestamptz", "domain": "varchar", "application_id": "uuid",
	},
}

// honoured are columns that later releases of Meet have, and that statements name where they are there.
var honoured = map[string]string{
	"meet_room.deleted_at": "timestamptz", "meet_room.encryption_mode": "varchar", "meet_user.default_encryption_mode": "varchar",
	"meet_user.claims": "jsonb", secretSHA256: "varchar",
}

// replaced are columns that may be gone where the other one is there.
var replaced = map[string]string{clientSecret: secretSHA256}

// emptied are columns that statements leave empty at times, or find rooms by that are.
var emptied = []string{"meet_user.sub", "meet_user.email", "meet_user.full_name", "meet_room.pin_code", "meet_room.deleted_at"}

// The tables are those that statements would find, and the columns those that information_schema.columns has, which takes PostgreSQL four
// times as long. What PostgreSQL calls _varchar is varchar[] to people.
const columns = `
	select c.relname || '.' || a.attname as name, regexp_replace(coalesce(base.typname, t.typname), '^_(.*)', '\1[]') as type,
		has_column_privilege(c.oid, a.attnum, 'update') as writable,
		a.attnotnull or t.typtype = 'd' and t.typnotnull as required, a.atthasdef or a.attidentity <> '' as filled
	from unnest(cast($1 as text[])) as wanted
	join pg_class c on c.oid = to_regclass(wanted) and c.relkind in ('r', 'p', 'v', 'f')
	join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
	join pg_type t on t.oid = a.atttypid
	left join pg_type base on base.oid = t.typbasetype and t.typtype = 'd'
	where pg_has_role(c.relowner, 'usage') or has_column_privilege(c.oid, a.attnum, 'select, insert, update, references')`

// column is one of Meet's, as it is. A filled one has a value also where an INSERT does not name it.
type column struct {
	Name     string `db:"name"`
	Type     string `db:"type"`
	Required bool   `db:"required"`
	Filled   bool   `db:"filled"`
	// Writable is whether the role may change it.
	Writable bool `db:"writable"`
}

// ErrNoTables says that none of Meet's tables is there.
var ErrNoTables = errors.New("the tables of Meet are not in this database: its name may be mistyped, or Meet has not made them yet. " +
	"Where it is to be this program's own, `meet-external-api migrate --create-meet-tables` makes them")

// CheckSchema compares Meet's tables with what this package reads and writes. Errors: a *SchemaError that names each table
// or column that is missing, of another type, or has to be filled and is not, or not always; where there are no tables of
// Meet at all, a refusal that is refusal.Unavailable that is ErrNoTables.
func (d *DB) CheckSchema(ctx context.Context) error {
	found, err := checkSchema(ctx, d.pool)
	if err == nil {
		d.release.Store(releaseOf(found))
	}
	return err
}

func checkSchema(ctx context.Context, pool sqlx.QueryerContext) ([]column, error) {
	found, err := readColumns(ctx, pool)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		// A table is there also for a role that has no rights on it.
		var there bool
		err := sqlx.GetContext(ctx, pool, &there, `select bool_or(to_regclass(name) is not null) from unnest(cast($1 as text[])) as name`, neededTables())
		if err != nil || !there {
			return nil, cmp.Or(classify(ctx, err), unavailable(ErrNoTables))
		}
		// Or they have been made between the two statements.
		if found, err = readColumns(ctx, pool); err != nil {
			return nil, err
		}
	}
	if faults := faultsOf(found); faults != nil {
		slices.Sort(faults)
		return nil, &SchemaError{faults: faults}
	}
	return found, nil
}

// readColumns returns those of Meet's tables that the role may use.
func readColumns(ctx context.Context, pool sqlx.QueryerContext) (found []column, err error) {
	if err = sqlx.SelectContext(ctx, pool, &found, columns, neededTables()); err != nil {
		return nil, fmt.Errorf("reading the columns of the tables: %w", classify(ctx, err))
	}
	return found, nil
}

func neededTables() any { return pq.Array(slices.Collect(maps.Keys(needed))) }

func faultsOf(found []column) (faults []string) {
	there := map[string]bool{}
	for _, c := range found {
		table, name, _ := strings.Cut(c.Name, ".")
		there[table], there[c.Name] = true, true
		wanted := cmp.Or(needed[table][name], honoured[c.Name])
		switch {
		case wanted == "" && c.Required && !c.Filled:
			faults = append(faults, c.Name+" has to be filled, and this release does not know how")
		case wanted != "" && !compatible(wanted, c.Type):
			faults = append(faults, fmt.Sprintf("%s is %s and not %s", c.Name, c.Type, wanted))
		case c.Required && slices.Contains(emptied, c.Name):
			faults = append(faults, c.Name+" has to be filled, and this release leaves it empty at times")
		}
	}
	for table, columns := range needed {
		if !there[table] {
			faults = append(faults, table+" is missing, or this role has no rights on it")
			continue
		}
		for column := range columns {
			if name := table + "." + column; !there[name] && !there[replaced[name]] {
				faults = append(faults, name+" is missing")
			}
		}
	}
	return faults
}

// compatible takes a text without a limit for one with a limit.
func compatible(wanted, actual string) bool {
	return actual == strings.Replace(wanted, "varchar", "text", 1) || actual == wanted
}
