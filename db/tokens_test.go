package db_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// What has expired is removed, and nothing that still counts.
func TestRemoveExpired(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	application, err := store.CreateApplication(ctx, audit.Source{}, db.NewApplication{Name: "x", ClientID: uuid.NewString(), Secret: db.NewSecret{Hash: "first"}})
	require.NoError(t, err)
	_, err = store.RotateSecret(ctx, audit.Source{}, application.ID, db.Rotation{Secret: db.NewSecret{Hash: "second"}, Overlap: time.Hour, HashForm: "."})
	require.NoError(t, err)
	_, err = store.RotateSecret(ctx, audit.Source{}, application.ID, db.Rotation{Secret: db.NewSecret{Hash: "third"}, Overlap: 2 * time.Hour, HashForm: "."})
	require.NoError(t, err)
	soon, past := time.Now().Add(time.Hour), time.Now().Add(-time.Hour)
	for id, expires := range map[string]time.Time{"good": soon, "expired": past} {
		require.NoError(t, store.RevokeToken(ctx, audit.Source{}, id, expires))
		require.NoError(t, store.RevokeToken(ctx, audit.Source{}, id, expires), "repeating it is harmless")
		require.NoError(t, store.UseAssertion(ctx, application.ID, id, expires))
		require.ErrorIs(t, store.UseAssertion(ctx, application.ID, id, expires), db.ErrConflict)
	}
	// More receipts than are removed at a time.
	receipts := `insert into external_api.write (id)
		select cast(lpad(to_hex(cast(extract(epoch from now() - interval '%d hours') * 1000 as bigint)), 12, '0') || lpad(n::text, 20, '0') as uuid)
		from generate_series(1, %d) as n`
	execute(t, dsn, `delete from external_api.write`, fmt.Sprintf(receipts, 25, 2500), fmt.Sprintf(receipts, 23, 7),
		`update external_api.secret set expires_at = now() - interval '1 second' where hash = 'first'`,
		`insert into external_api.secret (application_id, hash) select id, 'replaced by Meet' from meet_application`)

	runTasks(t, store)

	require.Equal(t, "good", text(t, dsn, `select string_agg(id, ' ') from external_api.revoked_token`))
	require.Equal(t, "good", text(t, dsn, `select string_agg(id, ' ') from external_api.used_assertion`))
	require.Equal(t, "second third", text(t, dsn, `select string_agg(hash, ' ' order by hash) from external_api.secret`))
	removals := count(t, dsn, `select count(*) from external_api.write`) - 7
	require.Equal(t, 3+12, removals, "each has a receipt of its own, and nothing but new ones is left")
	require.NoError(t, store.DeleteApplication(ctx, audit.Source{}, application.ID), "its secrets and assertions go with it")
}

// orphans are rows of ours by table, those whose row of Meet is gone: 2,500 rooms, more than are looked at by one statement, and one of
// each other kind.
const orphans = `
	insert into external_api.room select gen_random_uuid() from generate_series(1, 2500);
	insert into external_api.application (application_id, tokens_from) values (gen_random_uuid(), now());
	insert into external_api.secret (application_id, hash) values (gen_random_uuid(), 'without an end');
	insert into external_api.secret (application_id, hash, expires_at) values (gen_random_uuid(), 'with one', now() + interval '1 year');
	insert into external_api.user values (gen_random_uuid(), now())`

const ours = `select concat_ws(' ', (select count(*) from external_api.room), (select count(*) from external_api.application),
	(select count(*) from external_api.secret), (select count(*) from external_api.user))`

// Rows whose row of Meet is gone count for nothing and are removed. A room outlives the application that created it, in Meet and here.
func TestOrphansAreRemoved(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	s, gone := newSubject(t, store), newSubject(t, store)
	for _, one := range []subject{s, gone} {
		_, err := store.UpdateApplication(ctx, audit.Source{}, one.application.ID, db.ApplicationChange{RevokeTokens: true})
		require.NoError(t, err)
		_, err = store.RevokeUserTokens(ctx, audit.Source{}, one.delegate)
		require.NoError(t, err)
	}
	kept := text(t, dsn, ours)
	execute(t, dsn, orphans)
	hashes, err := store.SecretHashes(ctx)
	require.NoError(t, err)
	require.NotContains(t, fmt.Sprint(hashes), "with one")

	runTasks(t, store)
	require.Equal(t, kept, text(t, dsn, ours))

	execute(t, dsn, `delete from meet_application where id = '`+gone.application.ID+`'`, `delete from meet_user where id = '`+gone.delegate+`'`)
	runTasks(t, store)
	require.Equal(t, "2", text(t, dsn, `select cast(count(*) as text) from external_api.room`))
	require.Equal(t, gone.application.ID, text(t, dsn, `select application_id from external_api.room where room_id = '`+gone.room.ID+`'`))
	require.Equal(t, "2 1 5 1", text(t, dsn, ours))
}

// While a backup is restored, a table of Meet's is empty until all its rows are there at once: nothing of ours is taken for an orphan.
func TestNothingIsAnOrphanOfAnEmptyTable(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	execute(t, dsn, orphans)
	before := text(t, dsn, ours)
	runTasks(t, store)
	require.Equal(t, before, text(t, dsn, ours))
	newSubject(t, store)
	runTasks(t, store)
	require.Equal(t, "1 0 3 0", text(t, dsn, ours))
}

// Each application has its list, of the secrets that are valid.
func TestSecretHashes(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	for _, hashes := range [][]string{{"one"}, {"first", "second", "third"}, {"plain"}} {
		application, err := store.CreateApplication(ctx, audit.Source{}, db.NewApplication{Name: "x", ClientID: uuid.NewString(), Secret: db.NewSecret{Hash: hashes[0]}})
		require.NoError(t, err)
		for _, hash := range hashes[1:] {
			_, err := store.RotateSecret(ctx, audit.Source{}, application.ID, db.Rotation{Secret: db.NewSecret{Hash: hash}, Overlap: time.Hour, HashForm: "."})
			require.NoError(t, err)
		}
	}
	execute(t, dsn, `update external_api.secret set expires_at = now() - interval '1 second' where hash = 'first'`)
	found, err := store.SecretHashes(ctx)
	require.NoError(t, err)
	for _, hashes := range found {
		slices.Sort(hashes)
	}
	require.ElementsMatch(t, [][]string{{"one"}, {"second", "third"}, {"plain"}}, found)
}
