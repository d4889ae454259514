package db_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// catalogue is all that PostgreSQL knows of what is outside the schema external_api, the triggers of its foreign keys included, and the
// rows of the tables there. What it leaves out are figures that any reading or writing changes.
const catalogue = `
	with outside as (
		select oid from pg_namespace where nspname !~ '^pg_' and nspname not in ('external_api', 'information_schema')
	), relation as (
		select oid, relkind from pg_class where relnamespace in (table outside)
	)
	select string_agg(kind || ' ' || content, E'\n' order by kind, content::text) from (
		select 'schema', to_jsonb(n) from pg_namespace n where oid in (table outside)
		union all select 'relation', to_jsonb(c) - cast('{relpages, reltuples, relallvisible, relallfrozen,
			relfrozenxid, relminmxid}' as text[]) from pg_class c where oid in (select oid from relation)
		union all select 'column', to_jsonb(a) from pg_attribute a where attrelid in (select oid from relation)
		union all select 'default', to_jsonb(d) from pg_attrdef d where adrelid in (select oid from relation)
		union all select 'index', to_jsonb(i) from pg_index i where indexrelid in (select oid from relation)
		union all select 'constraint', to_jsonb(c) from pg_constraint c where connamespace in (table outside)
		union all select 'trigger', to_jsonb(t) from pg_trigger t where tgrelid in (select oid from relation)
		union all select 'rule', to_jsonb(r) from pg_rewrite r where ev_class in (select oid from relation)
		union all select 'policy', to_jsonb(p) from pg_policy p where polrelid in (select oid from relation)
		union all select 'inherits', to_jsonb(i) from pg_inherits i where inhrelid in (select oid from relation)
		union all select 'sequence', to_jsonb(s) from pg_sequence s where seqrelid in (select oid from relation)
		union all select 'statistics', to_jsonb(s) from pg_statistic_ext s where stxnamespace in (table outside)
		union all select 'type', to_jsonb(t) from pg_type t where typnamespace in (table outside)
		union all select 'function', to_jsonb(p) from pg_proc p where pronamespace in (table outside)
		union all select 'comment', to_jsonb(d) from pg_description d where objoid in (select oid from relation)
		union all select 'extension', to_jsonb(e) from pg_extension e
		union all select 'rights', to_jsonb(a) from pg_default_acl a
		union all select 'event trigger', to_jsonb(e) from pg_event_trigger e
		union all select 'publication', to_jsonb(p) from pg_publication p
		union all select 'rows', to_jsonb(cast(table_to_xml(oid, true, true, '') as text)) from relation where relkind = 'r'
	) as of_them (kind, content)`

func TestMigrationsLeaveMeetAlone(t *testing.T) {
	t.Parallel()
	dsn := dbtest.NewBesideMeet(t)
	before := text(t, dsn, catalogue)

	applied, err := db.Migrate(context.Background(), dsn)

	require.NoError(t, err)
	require.Equal(t, 7, applied)
	require.Equal(t, before, text(t, dsn, catalogue))
	open(t, dsn)
	for _, change := range []string{
		`alter table meet_user alter column language set default 'fr-fr'`, `alter table meet_user alter column email set statistics 500`,
		`alter table meet_room add column note text`, `create index on meet_room (name)`, `drop index meet_room_slug_3c598ec1_like`,
		`alter table meet_recording alter constraint meet_recording_room_id_da801198_fk_meet_room_resource_id not deferrable`,
		`create function nothing() returns trigger language plpgsql as 'begin return new; end'`,
		`create trigger nothing before insert on meet_room for each row execute function nothing()`,
		`comment on table meet_room is 'x'`, `grant select on meet_room to public`, `update meet_room set access_level = 'trusted'`,
	} {
		execute(t, dsn, change)
		after := text(t, dsn, catalogue)
		require.NotEqual(t, before, after, "the comparison does not see: %s", change)
		before = after
	}
}

// A migration of Meet's brings soft deletion while the program runs.
func TestSoftDeletionComes(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	caller := newCaller(t, store)
	room, _, err := store.CreateRoom(ctx, caller, newRoom("abc-defg-hij"))
	require.NoError(t, err)
	level := "restricted"
	_, _, err = store.UpdateRoom(ctx, caller, db.RoomRef{ID: room.ID}, db.RoomChange{AccessLevel: &level}, anyRoom)
	require.NoError(t, err)
	_, total, err := store.Rooms(ctx, caller, db.RoomFilter{}, 20, 0)
	require.NoError(t, err)
	require.EqualValues(t, 1, total)

	execute(t, dsn, `alter table meet_room add column deleted_at timestamptz`, `update meet_room set deleted_at = now()`)

	_, total, err = store.Rooms(ctx, caller, db.RoomFilter{}, 20, 0)
	require.NoError(t, err)
	require.Zero(t, total)
	_, err = store.Room(ctx, caller, db.RoomRef{ID: room.ID})
	require.ErrorIs(t, err, db.ErrNotFound)
	_, _, err = store.UpdateRoom(ctx, caller, db.RoomRef{ID: room.ID}, db.RoomChange{AccessLevel: &level}, anyRoom)
	require.ErrorIs(t, err, db.ErrNotFound)
}
