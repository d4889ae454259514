package db_test

import (
	"cmp"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// newRole makes the role of docs/beside-meet.md, with all rights that the page knows, on a database of Meet's, and returns its name and its address of the database.
func newRole(t *testing.T, dsn string) (role, restricted string) {
	t.Helper()
	page, err := os.ReadFile("../docs/beside-meet.md")
	require.NoError(t, err)
	_, section, _ := strings.Cut(string(page), "\n## 2. ")
	section, _, _ = strings.Cut(section, "\n## 3. ")
	var grants string
	for _, block := range strings.Split(section, "```sql\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		grants += block
	}
	role = "role_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	grants = strings.NewReplacer("role external_api", "role "+role, "to external_api", "to "+role, "authorization external_api", "authorization "+role).Replace(grants)
	execute(t, dsn, "revoke all on schema public from public", grants)
	t.Cleanup(func() { execute(t, dsn, "drop owned by "+role+" cascade", "drop role "+role) })
	return role, dsn + " user=" + role
}

func inspect(t *testing.T, dsn string, migrates bool) (faults, optional []db.Fault) {
	t.Helper()
	found, err := db.Inspect(context.Background(), dsn, migrates)
	require.NoError(t, err)
	return found.Faults, found.Optional
}

// texts are those of faults.
func texts(faults []db.Fault) (all []string) {
	for _, fault := range faults {
		all = append(all, fault.Text)
	}
	return all
}

// Each right that is lacking is named by table, with the statement that gives it, and nothing that follows from it.
func TestInspectNamesEachRight(t *testing.T) {
	t.Parallel()
	dsn := dbtest.NewBesideMeet(t)
	role, restricted := newRole(t, dsn)
	faults, optional := inspect(t, restricted, true)
	require.Empty(t, faults)
	require.Empty(t, optional)
	faults, _ = inspect(t, restricted, false)
	require.Equal(t, []db.Fault{{Kind: db.MigrationsPending, Text: "migrations are pending, run `meet-external-api migrate`"}}, faults)
	_, err := db.Migrate(context.Background(), restricted)
	require.NoError(t, err)

	lacks := func(right, on string) string {
		return "the role " + role + " lacks " + right + " on " + on + ": grant " + right + " on " + on + " to " + role
	}
	for _, c := range []struct{ right, table string }{
		{"select", "meet_user"}, {"insert", "meet_user"}, {"select", "meet_resource"}, {"insert", "meet_resource"}, {"update", "meet_resource"},
		{"select", "meet_room"}, {"insert", "meet_room"}, {"update", "meet_room"}, {"select", "meet_resource_access"}, {"insert", "meet_resource_access"},
		{"update", "meet_resource_access"}, {"select", "meet_application"}, {"select", "meet_application_domain"}, {"update", "external_api.room"},
		{"delete", "external_api.secret"}, {"insert", "external_api.write"}, {"select", "external_api.migration"},
	} {
		execute(t, dsn, "revoke "+c.right+" on "+c.table+" from "+role)
		faults, optional = inspect(t, restricted, false)
		require.Equal(t, []db.Fault{{Kind: db.RightMissing, Table: c.table, Text: lacks(c.right, c.table)}}, faults, c)
		require.Empty(t, optional)
		execute(t, dsn, "grant "+c.right+" on "+c.table+" to "+role)
	}
	for _, c := range []struct{ right, table string }{
		{"insert", "meet_application"}, {"update", "meet_application"}, {"delete", "meet_application"},
		{"insert", "meet_application_domain"}, {"delete", "meet_application_domain"},
	} {
		execute(t, dsn, "revoke "+c.right+" on "+c.table+" from "+role)
		faults, optional = inspect(t, restricted, false)
		require.Empty(t, faults, c)
		require.Equal(t, []string{lacks(c.right, c.table) + " (only the commands need it that manage applications)"}, texts(optional), c)
		execute(t, dsn, "grant "+c.right+" on "+c.table+" to "+role)
	}
	execute(t, dsn, "revoke select on meet_user from "+role+"; grant select (id, password, is_superuser, created_at, updated_at, sub, email, "+
		"full_name, language, timezone, is_device, is_staff, is_active, default_room_configuration) on meet_user to "+role)
	faults, optional = inspect(t, restricted, false)
	require.Empty(t, faults)
	require.Equal(t, []string{lacks("select", "meet_user") + " (without it operators cannot sign in to the console)"}, texts(optional))
	execute(t, dsn, "grant select on meet_user to "+role)
	for _, schema := range []string{"public", "external_api"} {
		execute(t, dsn, "revoke usage on schema "+schema+" from "+role)
		faults, _ = inspect(t, restricted, false)
		require.Equal(t, []string{lacks("usage", "schema "+schema)}, texts(faults))
		execute(t, dsn, "grant usage on schema "+schema+" to "+role)
	}
	execute(t, dsn, "revoke all on all tables in schema public from "+role)
	faults, optional = inspect(t, restricted, false)
	require.Len(t, faults, 16)
	require.Len(t, optional, 5)

	execute(t, dsn, "grant select (id, created_at, updated_at, name, is_active, client_id, client_secret, scopes) on meet_application to "+role)
	faults, _ = inspect(t, restricted, false)
	require.Len(t, faults, 15, "rights on all columns will do")
	execute(t, dsn, "drop schema external_api cascade")
	faults, _ = inspect(t, restricted, true)
	require.Contains(t, texts(faults)[0], "to make the schema external_api: create schema external_api authorization "+role)
}

func TestInspectNamesPendingMigrationsOfAnotherRole(t *testing.T) {
	t.Parallel()
	dsn := dbtest.NewBesideMeet(t)
	role, restricted := newRole(t, dsn)
	_, err := db.Migrate(context.Background(), dsn)
	require.NoError(t, err)
	execute(t, dsn, "grant all on all tables in schema external_api to "+role, "grant usage on schema external_api to "+role)
	faults, _ := inspect(t, restricted, true)
	require.Empty(t, faults)
	execute(t, dsn, "update external_api.migration set is_applied = false where version_id = (select max(version_id) from external_api.migration)")
	faults, _ = inspect(t, restricted, true)
	require.Equal(t, []string{"migrations are pending, and the role " + role + " does not own what is in the schema external_api: " +
		"run `meet-external-api migrate` as its owner"}, texts(faults))
}

// Each table and column is a fault of its own.
func TestInspectNamesEachColumn(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	execute(t, dsn, `alter table meet_room drop column pin_code, alter column configuration type text`, `drop table meet_application_domain`)
	faults, _ := inspect(t, dsn, true)
	require.Equal(t, []db.Fault{
		{Kind: db.TableUnfit, Table: "meet_application_domain", Text: "meet_application_domain is missing, or this role has no rights on it"},
		{Kind: db.TableUnfit, Table: "meet_room", Text: "meet_room.configuration is text and not jsonb"},
		{Kind: db.TableUnfit, Table: "meet_room", Text: "meet_room.pin_code is missing"},
	}, faults)
	faults, _ = inspect(t, dbtest.NewEmpty(t), true)
	require.Equal(t, []db.Fault{{Kind: db.TablesMissing, Text: db.ErrNoTables.Error()}}, faults)
}

// What changes for a role or a database counts for the next connection, and so for an inspection.
func TestInspectOfADatabaseThatOnlyReads(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	execute(t, dsn, `do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$`)
	faults, _ := inspect(t, dsn, true)
	require.Equal(t, []db.Fault{{Kind: db.ReadOnly, Text: "transactions of the role meet only read: switch default_transaction_read_only off"}}, faults)
}

// The functions that an inspection asks are those of this schema.
func TestInspectOfAnOldVersion(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	execute(t, dsn, `create schema wrong`, `create function wrong.current_setting(text) returns text language sql as $$
		select case when $1 = 'server_version_num' then '120022' else pg_catalog.current_setting($1) end $$`,
		`create function wrong.pg_is_in_recovery() returns bool language sql as 'select true'`,
		`do $$ begin execute format('alter database %I set search_path = wrong, pg_catalog, public', current_database()); end $$`)
	faults, _ := inspect(t, dsn, true)
	require.Equal(t, []string{"it is PostgreSQL 12, and this program needs 13 or later", "it is a standby, which only reads: name the primary"}, texts(faults))
}

// What the driver cannot follow is named, whatever the address says.
func TestVariablesOfPostgreSQL(t *testing.T) {
	dsn := dbtest.New(t)
	for name, value := range map[string]string{
		"PGREQUIRESSL": "1", "PGGSSLIB": "gssapi", "PGKRBSRVNAME": "x", "PGCHANNELBINDING": "require", "PGSSLCRL": "/x", "PGREQUIREPEER": "x",
		"PGREQUIREAUTH": "md5", "PGSERVICE": "none", "PGTZ": "UTC", "PGGEQO": "off", "PGSSLMINPROTOCOLVERSION": "TLSv1.3", "PGPORT": "many",
		"PGSSLMODE": "maybe", "PGDATESTYLE": "German", "PGCLIENTENCODING": "LATIN1", "PGTARGETSESSIONATTRS": "x", "PGCONNECT_TIMEOUT": "x",
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			_, err := db.Open(dsn)
			require.ErrorContains(t, err, "a variable for PostgreSQL's clients: ")
			said := map[string]string{"PGDATESTYLE": "datestyle", "PGCLIENTENCODING": "client_encoding"}[name] // the driver's names
			require.ErrorContains(t, err, cmp.Or(said, name))
			_, err = db.Migrate(context.Background(), dsn)
			require.ErrorContains(t, err, "a variable for PostgreSQL's clients: ")
		})
	}
	t.Run("those that it follows", func(t *testing.T) {
		t.Setenv("PGOPTIONS", "-c default_transaction_read_only=on")
		t.Setenv("PGSSLROOTCERT", "/nonexistent")
		t.Setenv("PGHOST", "elsewhere.invalid")
		faults, _ := inspect(t, dsn, true)
		require.Len(t, faults, 1)
		require.Equal(t, db.ReadOnly, faults[0].Kind)
	})
}

// Who may not connect any more is kept out, whatever connections stand; a database that is away keeps nobody out.
func TestKeepsOut(t *testing.T) {
	t.Parallel()
	dsn := dbtest.NewBesideMeet(t)
	role, restricted := newRole(t, dsn)
	execute(t, dsn, "alter role "+role+" nologin")
	_, err := db.Inspect(context.Background(), restricted, true)
	require.True(t, db.KeepsOut(err), err)
	_, err = db.Inspect(context.Background(), dsn+" dbname=none", true)
	require.True(t, db.KeepsOut(err), err)
	_, err = db.Inspect(context.Background(), "host=127.0.0.1 port=1 user=x sslmode=disable", true)
	require.Error(t, err)
	require.False(t, db.KeepsOut(err))
}
