package db_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// upgrades are what Meet's next releases do to its tables, as Django sends it, and what undoes it.
var upgrades = []struct{ name, up, down string }{
	{
		"client_secret_sha256", `alter table meet_application add column client_secret_sha256 varchar(255) null`,
		`alter table meet_application drop column client_secret_sha256 cascade`,
	},
	{
		"encryption_mode", `alter table meet_room add column encryption_mode varchar(20) default 'none' not null;
			alter table meet_room alter column encryption_mode drop default`,
		`alter table meet_room drop column encryption_mode cascade`,
	},
	{
		"default_encryption_mode", `alter table meet_user add column default_encryption_mode varchar(20) default 'none' not null;
			alter table meet_user alter column default_encryption_mode drop default`,
		`alter table meet_user drop column default_encryption_mode cascade`,
	},
	{
		"claims", `alter table meet_user add column claims jsonb default '{}' not null;
			alter table meet_user alter column claims drop default`,
		`alter table meet_user drop column claims cascade`,
	},
	{
		"deleted_at and last_started_at", `alter table meet_room add column deleted_at timestamptz null, add column last_started_at timestamptz null`,
		`alter table meet_room drop column deleted_at cascade, drop column last_started_at cascade`,
	},
	{"index on upper(email)", `create index user_email_upper on meet_user (upper(email))`, `drop index user_email_upper`},
	{
		"breakout sessions", `create table meet_breakout (id uuid not null primary key, room_id uuid not null
			constraint meet_breakout_room_id_fk references meet_room (resource_id) deferrable initially deferred)`,
		`drop table meet_breakout cascade`,
	},
	{
		"client_secret goes", `alter table meet_application drop column client_secret cascade`,
		`alter table meet_application add column client_secret varchar(255) default '' not null;
			alter table meet_application alter column client_secret drop default`,
	},
}

// Meet is upgraded, change by change, and rolled back, while the program runs: all that it does goes on.
func TestMeetIsUpgradedAndRolledBack(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.NewBesideMeet(t)
	_, err := db.Migrate(ctx, dsn)
	require.NoError(t, err)
	store := open(t, dsn)
	everything := func(after string) {
		for name, write := range writes {
			s := newSubject(t, store)
			_, err := write.do(ctx, s)
			require.NoError(t, err, "%s after %s", name, after)
		}
		s := newSubject(t, store)
		found, err := store.Room(ctx, s.caller, db.RoomRef{ID: s.room.ID})
		require.NoError(t, err, after)
		require.Equal(t, "owner", found.Role, after)
		listed, _, err := store.Rooms(ctx, s.caller, db.RoomFilter{}, 20, 0)
		require.NoError(t, err, after)
		require.Len(t, listed, 1, after)
		users, err := store.UsersByEmail(ctx, "marie@meet.example.org")
		require.NoError(t, err, after)
		require.Len(t, users, 1, after)
		client, err := store.ClientAndUsers(ctx, db.ClientQuery{ClientID: s.caller.ClientID, Address: "marie@meet.example.org"})
		require.NoError(t, err, after)
		require.Equal(t, users[0].ID, client.Users[0].ID, after)
		require.NotEmpty(t, client.SecretHashes, after)
		require.NoError(t, store.Applications(ctx, db.ApplicationPage{}, func(db.Application) error { return nil }), after)
		_, err = store.Secrets(ctx, s.application.ID, ".")
		require.NoError(t, err, after)
		_, err = store.SecretHashes(ctx)
		require.NoError(t, err, after)
		require.NoError(t, store.CheckSchema(ctx), after)
	}
	everything("nothing")
	for _, upgrade := range upgrades {
		execute(t, dsn, upgrade.up)
		everything(upgrade.name)
	}
	for i := range upgrades {
		upgrade := upgrades[len(upgrades)-1-i]
		execute(t, dsn, upgrade.down)
		everything("undoing " + upgrade.name)
	}
}

// What Meet's columns are filled with.
func TestColumnsOfLaterReleasesAreFilled(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	for _, upgrade := range upgrades[:4] {
		execute(t, dsn, upgrade.up)
	}
	store := open(t, dsn)
	_, _, err := store.CreateRoom(ctx, newCaller(t, store), newRoom("abc-defg-hij"))
	require.NoError(t, err)
	require.Equal(t, "none none {}", text(t, dsn, `
		select concat_ws(' ', encryption_mode, default_encryption_mode, claims) from meet_room, meet_user`))

	hashes := func() string {
		return text(t, dsn, `select concat_ws(' ', client_secret, client_secret_sha256) from meet_application where name = 'New'`)
	}
	application, err := store.CreateApplication(ctx, audit.Source{}, db.NewApplication{Name: "New", ClientID: "new", Secret: db.NewSecret{Hash: "a", SHA256: "b"}})
	require.NoError(t, err)
	require.Equal(t, "a b", hashes())
	require.Equal(t, []string{"b", "a"}, []string(application.SecretHashes))
	_, err = store.RotateSecret(ctx, audit.Source{}, "new", db.Rotation{Secret: db.NewSecret{Hash: "c", SHA256: "d"}})
	require.NoError(t, err)
	require.Equal(t, "c d", hashes())
}

// Both columns hold one secret: it is listed once, and goes on once when another one replaces it.
func TestOneSecretInTwoColumns(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	execute(t, dsn, upgrades[0].up)
	store := open(t, dsn)
	application, err := store.CreateApplication(ctx, audit.Source{}, db.NewApplication{ClientID: "x", Secret: db.NewSecret{Hash: "old", SHA256: "new"}})
	require.NoError(t, err)
	for _, hash := range []string{"old", "new"} {
		store.NoteSecretUse(db.SecretUse{ApplicationID: application.ID, Hash: hash, At: time.Now()})
	}
	require.NoError(t, store.WriteSecretUses(ctx))
	runTasks(t, store)
	secrets, err := store.Secrets(ctx, application.ID, ".")
	require.NoError(t, err)
	require.Len(t, secrets, 1)
	require.NotNil(t, secrets[0].CreatedAt)
	require.NotNil(t, secrets[0].LastUsedAt)

	_, err = store.RotateSecret(ctx, audit.Source{}, "x", db.Rotation{Secret: db.NewSecret{Hash: "old2", SHA256: "new2"}, Overlap: time.Hour, HashForm: "."})
	require.NoError(t, err)
	client, err := store.ClientAndUsers(ctx, db.ClientQuery{ClientID: "x"})
	require.NoError(t, err)
	require.Equal(t, []string{"new2", "old2", "new"}, []string(client.SecretHashes))
	secrets, err = store.Secrets(ctx, application.ID, ".")
	require.NoError(t, err)
	require.Len(t, secrets, 2)
}

// A secret that was used is moved to Meet's new column, unless that has one, or the secret has been replaced, or the role may not.
func TestSecretsAreMoved(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.NewBesideMeet(t)
	_, err := db.Migrate(ctx, dsn)
	require.NoError(t, err)
	store := open(t, dsn)
	agenda := "55555555-5555-4555-8555-555555555555"
	unmoved := func() string {
		t.Helper()
		client, err := store.ClientAndUsers(ctx, db.ClientQuery{ClientID: "agenda"})
		require.NoError(t, err)
		return client.UnmovedHash
	}
	use := func(hash string) string {
		t.Helper()
		store.NoteSecretUse(db.SecretUse{ApplicationID: agenda, Hash: hash, At: time.Now(), SHA256: "moved"})
		require.NoError(t, store.WriteSecretUses(ctx))
		return text(t, dsn, `select coalesce(to_jsonb(a) ->> 'client_secret_sha256', '') from meet_application a`)
	}
	require.Empty(t, unmoved(), "there is no column to move it to")
	require.Empty(t, use("!"))
	execute(t, dsn, upgrades[0].up)
	require.NoError(t, store.CheckSchema(ctx))
	require.Equal(t, "!", unmoved())
	require.Empty(t, use("replaced"))
	require.Equal(t, "moved", use("!"))
	require.Empty(t, unmoved())
	execute(t, dsn, `update meet_application set client_secret_sha256 = 'of Meet'`)
	require.Equal(t, "of Meet", use("!"))
	execute(t, dsn, `alter table meet_application drop column client_secret`)
	require.Equal(t, "of Meet", use("of Meet"))
}

// What is no release of Meet's is named, also where it has what later ones have.
func TestColumnsThatDoNotFit(t *testing.T) {
	t.Parallel()
	for change, said := range map[string]string{
		`alter table meet_application drop column client_secret`:             "meet_application.client_secret is missing",
		`alter table meet_application add column client_secret_sha256 bytea`: "meet_application.client_secret_sha256 is bytea and not varchar",
		`alter table meet_user add column claims text`:                       "meet_user.claims is text and not jsonb",
		`alter table meet_room add column theme text not null`:               "meet_room.theme has to be filled, and this release does not know how",
	} {
		t.Run(said, func(t *testing.T) {
			t.Parallel()
			dsn := dbtest.New(t)
			execute(t, dsn, change)
			_, err := db.Migrate(context.Background(), dsn)
			require.ErrorContains(t, err, said)
		})
	}
}

// A role without any right on Meet's tables is not told that there are none.
func TestNoRightsAreNotNoTables(t *testing.T) {
	t.Parallel()
	dsn := dbtest.NewBesideMeet(t)
	execute(t, dsn, `create role stranger login`)
	t.Cleanup(func() { execute(t, dsn, `drop role stranger`) })
	_, err := db.Migrate(context.Background(), dsn+" user=stranger")
	require.ErrorContains(t, err, "meet_user is missing, or this role has no rights on it")
}
