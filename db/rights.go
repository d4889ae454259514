package db

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// right is one on a table of Meet's that statements need.
type right struct {
	privilege, table string
	columns          []string // one that is not there does not count; "": the table as a whole
	purpose          string   // what alone it is for; empty: serving needs it
}

// What serving does not need.
const (
	forApplications = "only the commands need it that manage applications"
	forSigningIn    = "without it operators cannot sign in to the console"
)

// rights are all that statements need on Meet's tables (docs/beside-meet.md, "2. A role in the database"). Rights on single columns
// will do.
func rights() (all []right) {
	tables := slices.Sorted(maps.Keys(needed))
	for _, table := range tables {
		columns := slices.Sorted(maps.Keys(needed[table]))
		for name := range honoured {
			if column, found := strings.CutPrefix(name, table+"."); found {
				columns = append(columns, column)
			}
		}
		all = append(all, right{privilege: "select", table: table, columns: columns})
	}
	for _, table := range tables {
		all = append(all, right{"insert", table, slices.Sorted(maps.Keys(needed[table])), purposeOfWriting(table)})
	}
	return append(all,
		right{"select", "meet_user", []string{"admin_email"}, forSigningIn},
		right{"update", "meet_room", []string{"access_level", "configuration", "deleted_at"}, ""},
		right{"update", "meet_resource", []string{"updated_at"}, ""},
		right{"update", "meet_resource_access", []string{"role", "updated_at"}, ""},
		right{"update", "meet_application", []string{"client_secret", "is_active", "name", "scopes", "updated_at"}, forApplications},
		right{"delete", "meet_room", []string{""}, ""},
		right{"delete", "meet_resource", []string{""}, ""},
		right{"delete", "meet_resource_access", []string{""}, ""},
		right{"delete", "meet_application", []string{""}, forApplications},
		right{"delete", "meet_application_domain", []string{""}, forApplications},
	)
}

func purposeOfWriting(table string) string {
	if strings.HasPrefix(table, "meet_application") {
		return forApplications
	}
	return ""
}

// lackingRight is a right that the role does not have, on a table or, where that is empty, on a schema; where both are, on the database.
type lackingRight struct {
	Privilege string `db:"privilege"`
	Schema    string `db:"schema_name"`
	Table     string `db:"table_name"`
	Purpose   string `db:"purpose"`
}

// isOurs reports whether what this program stores beside Meet's tables cannot be read without it.
func (r lackingRight) isOurs() bool { return r.Schema == "external_api" }

// hides reports whether the columns of that table of Meet's cannot all be seen without it.
func (r lackingRight) hides(table string) bool {
	return r.Privilege == "select" && r.Table == table && r.Purpose == ""
}

// hidesAll reports whether no table of Meet's can be seen without it.
func (r lackingRight) hidesAll() bool {
	return !r.isOurs() && r.Purpose == "" && (r.Privilege == "usage" || r.Privilege == "select")
}

// followsFrom reports whether serving lacks the same right on the same table.
func (r lackingRight) followsFrom(other lackingRight) bool {
	return other.Privilege == r.Privilege && other.Table == r.Table && other.Purpose == ""
}

func (r lackingRight) fault(now databaseState) Fault {
	table, object := r.Table, "schema "+r.Schema
	if table != "" && r.isOurs() {
		table = r.Schema + "." + table
	}
	if table != "" {
		object = table
	}
	if r.Schema == "" && table == "" {
		return Fault{Kind: RightMissing, Text: fmt.Sprintf("the role %s lacks %s on the database %s, to make the schema external_api: "+
			"create schema external_api authorization %[1]s", now.Role, r.Privilege, now.Database)}
	}
	return Fault{Kind: RightMissing, Table: table, Text: fmt.Sprintf("the role %[1]s lacks %[2]s on %[3]s: grant %[2]s on %[3]s to %[1]s",
		now.Role, r.Privilege, object)}
}

// selectLackingRights finds the rights that are lacking: those of the first parameters on Meet's tables, and those on what is
// stored beside them. Without USAGE on their schema no table is found.
const selectLackingRights = `
	with wanted as (select * from unnest(cast($1 as text[]), cast($2 as text[]), cast($3 as text[]), cast($4 as text[]))
		as wanted (privilege, table_name, column_name, purpose)),
	ours as (select oid from pg_namespace where nspname = 'external_api'),
	lacking as (
		select distinct w.privilege, '' as schema_name, w.table_name, w.purpose from wanted w
		join pg_class c on c.oid = to_regclass(w.table_name)
		left join pg_attribute a on a.attrelid = c.oid and a.attname = w.column_name and not a.attisdropped
		where case when w.column_name = '' then not has_table_privilege(c.oid, w.privilege)
			else not coalesce(has_column_privilege(c.oid, a.attnum, w.privilege), true) end
		union all
		select 'usage', quote_ident(n.nspname), '', '' from pg_namespace n
		where not has_schema_privilege(n.oid, 'usage') and (n.oid in (select oid from ours) or to_regclass('meet_user') is null
			and exists (select from pg_class c where c.relnamespace = n.oid and c.relname in (select table_name from wanted)))
		union all
		select privilege, 'external_api', c.relname, '' from pg_class c,
			(values ('select'), ('insert'), ('update'), ('delete')) as every (privilege)
		where c.relnamespace in (select oid from ours) and c.relkind in ('r', 'p')
			and (c.relname <> 'migration' or privilege = 'select') and not has_table_privilege(c.oid, privilege)
		union all
		select 'create', '', '', ''
		where $5 and not exists (select from ours) and not has_database_privilege(current_database(), 'create')
	)
	select * from lacking order by table_name, schema_name, privilege`

// lackingRights are those of the role that is connected. Where it applies migrations, the right to make our schema counts too.
func lackingRights(ctx context.Context, tx *sqlx.Tx, migrates bool) (lacking []lackingRight, err error) {
	var privileges, tables, columns, purposes []string
	for _, right := range rights() {
		for _, column := range right.columns {
			privileges, tables, columns = append(privileges, right.privilege), append(tables, right.table), append(columns, column)
			purposes = append(purposes, right.purpose)
		}
	}
	err = tx.SelectContext(ctx, &lacking, selectLackingRights, pq.Array(privileges), pq.Array(tables), pq.Array(columns),
		pq.Array(purposes), migrates)
	return lacking, err
}
