package db_test

import (
	"context"
	_ "embed"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

func TestMigrationsAtOnce(t *testing.T) {
	t.Parallel()
	dsn := dbtest.NewEmpty(t)
	var group sync.WaitGroup
	var applied atomic.Int64
	failures := make([]error, 4)
	for i := range failures {
		group.Go(func() {
			made := db.CreateMeetTables(context.Background(), dsn)
			n, err := db.Migrate(context.Background(), dsn)
			applied.Add(int64(n))
			failures[i] = errors.Join(made, err)
		})
	}
	group.Wait()
	require.NoError(t, errors.Join(failures...))
	require.EqualValues(t, 7, applied.Load())
	open(t, dsn) // to which nothing is pending
}

// created is all that anybody has created in a database.
const created = `
	select concat_ws(' ', (select count(*) from pg_namespace where nspname !~ '^pg_' and nspname not in ('information_schema', 'public')),
		(select count(*) from pg_class where relnamespace = cast('public' as regnamespace)))`

// A database without Meet's tables may be another one than was meant: nothing is made there.
func TestMigrateMakesNothingInAForeignDatabase(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.NewEmpty(t)
	_, err := db.Migrate(ctx, dsn)
	require.ErrorIs(t, err, db.ErrNoTables)
	require.Equal(t, "0 0", text(t, dsn, created))

	require.NoError(t, db.CreateMeetTables(ctx, dsn))
	_, err = db.Migrate(ctx, dsn)
	require.NoError(t, err)
	require.NoError(t, open(t, dsn).CheckSchema(ctx))
}

// Tables of Meet's that are there are left alone, and a part of them is named.
func TestCreateMeetTablesBesideSome(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.NewBesideMeet(t)
	before := text(t, dsn, catalogue)
	require.NoError(t, db.CreateMeetTables(ctx, dsn))
	require.Equal(t, before, text(t, dsn, catalogue))

	execute(t, dsn, `drop table meet_application_domain`)
	before = text(t, dsn, catalogue)
	var unfit *db.SchemaError
	require.ErrorAs(t, db.CreateMeetTables(ctx, dsn), &unfit)
	require.ErrorContains(t, unfit, "meet_application_domain is missing")
	_, err := db.Migrate(ctx, dsn)
	require.ErrorAs(t, err, &unfit)
	require.Equal(t, before, text(t, dsn, catalogue))
	require.Equal(t, "0", strings.Fields(text(t, dsn, created))[0])
}

// After `migrate zero` they can be made again, whatever migrations were applied.
func TestCreateMeetTablesAgain(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	execute(t, dsn, `drop table meet_application_domain, meet_application, meet_resource_access, meet_room, meet_resource, meet_user`)
	require.NoError(t, db.CreateMeetTables(ctx, dsn))
	require.NoError(t, open(t, dsn).CheckSchema(ctx))
}

//go:embed testdata/version4.sql
var version4 string

// structure is the schema external_api as it is, the numbers of its migrations aside.
const structure = `
	select string_agg(line, E'\n' order by line) from (
		select concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) as line
		from information_schema.columns where table_schema = 'external_api'
		union all select concat_ws(' ', cast(conrelid as regclass), pg_get_constraintdef(oid)) from pg_constraint
		where connamespace = cast('external_api' as regnamespace)
		union all select indexdef from pg_indexes where schemaname = 'external_api'
	) as all_of_it`

// Nothing ties the schema external_api to Meet's tables, whichever release made it, and whether or not Meet has dropped the ties itself.
func TestMigrationsDropForeignKeys(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	fresh := dbtest.NewBesideMeet(t)
	_, err := db.Migrate(ctx, fresh)
	require.NoError(t, err)
	wanted := text(t, fresh, structure)
	require.NotContains(t, wanted, "REFERENCES meet_")
	for name, meet := range map[string]string{
		"as they were made": `select`, "under another name": `alter table external_api.secret rename constraint secret_application_id_fkey to other`,
		"dropped by Meet": `alter table external_api.room drop constraint room_room_id_fkey, drop constraint room_application_id_fkey`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := dbtest.NewBesideMeet(t)
			triggers := `select count(*) from pg_trigger`
			before := count(t, dsn, triggers)
			execute(t, dsn, version4, meet)
			applied, err := db.Migrate(ctx, dsn)
			require.NoError(t, err)
			require.Equal(t, 3, applied)
			require.Equal(t, before, count(t, dsn, triggers), "Meet's own ones are left")
			require.Equal(t, wanted, text(t, dsn, structure))
			for _, table := range []string{"application", "room", "secret", `"user"`, "revoked_token", "used_assertion"} {
				require.Equal(t, 1, count(t, dsn, `select count(*) from external_api.`+table), table)
			}
		})
	}
}

// Meet holds a lock on a table while its foreign key is to be dropped: Meet goes on, and the migration is to be tried again.
func TestMigrationsGiveWayToMeet(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.NewBesideMeet(t)
	execute(t, dsn, version4)
	commit := hold(t, dsn, `update meet_room set name = 'x'`)
	_, err := db.Migrate(ctx, dsn)
	requireUnavailable(t, err)
	commit()
	_, err = db.Migrate(ctx, dsn)
	require.NoError(t, err)
	require.NoError(t, open(t, dsn).CheckSchema(ctx))
}
