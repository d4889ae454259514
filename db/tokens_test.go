package db_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// What has expired is removed, and nothing that still counts.
func TestSweep(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	application, err := store.CreateApplication(ctx, db.NewApplication{Name: "x", ClientID: uuid.NewString(), SecretHash: "first"})
	require.NoError(t, err)
	_, err = store.RotateSecret(ctx, application.ID, db.Rotation{Hash: "second", Overlap: time.Hour, HashForm: "."})
	require.NoError(t, err)
	_, err = store.RotateSecret(ctx, application.ID, db.Rotation{Hash: "third", Overlap: 2 * time.Hour, HashForm: "."})
	require.NoError(t, err)
	soon, past := time.Now().Add(time.Hour), time.Now().Add(-time.Hour)
	for id, expires := range map[string]time.Time{"good": soon, "expired": past} {
		require.NoError(t, store.RevokeToken(ctx, id, expires))
		require.NoError(t, store.RevokeToken(ctx, id, expires), "repeating it is harmless")
		require.NoError(t, store.UseAssertion(ctx, application.ID, id, expires))
		require.ErrorIs(t, store.UseAssertion(ctx, application.ID, id, expires), db.ErrConflict)
	}
	execute(t, dsn, `update external_api.secret set expires_at = now() - interval '1 second' where hash = 'first'`,
		`insert into external_api.secret (application_id, hash) select id, 'replaced by Meet' from meet_application`)

	require.NoError(t, store.Sweep(ctx))

	require.Equal(t, "good", text(t, dsn, `select string_agg(id, ' ') from external_api.revoked_token`))
	require.Equal(t, "good", text(t, dsn, `select string_agg(id, ' ') from external_api.used_assertion`))
	require.Equal(t, "second third", text(t, dsn, `select string_agg(hash, ' ' order by hash) from external_api.secret`))
	require.NoError(t, store.DeleteApplication(ctx, application.ID), "its secrets and assertions go with it")
}

// Of applications whose hashes cost the same, one is enough to know what a failure costs.
func TestSecretHashes(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	store := open(t, dbtest.New(t))
	create := func(hashes ...string) {
		application, err := store.CreateApplication(ctx, db.NewApplication{Name: "x", ClientID: uuid.NewString(), SecretHash: hashes[0]})
		require.NoError(t, err)
		for _, hash := range hashes[1:] {
			_, err := store.RotateSecret(ctx, application.ID, db.Rotation{Hash: hash, Overlap: time.Hour, HashForm: "."})
			require.NoError(t, err)
		}
	}
	different := [][]string{
		{"argon2$argon2id$v=19$m=128,t=1,p=2$a$b"}, {"argon2$argon2id$v=19$m=64,t=1,p=2$a$b"}, {"bcrypt_sha256$$2b$04$a"},
		{"bcrypt_sha256$$2b$05$a"}, {"pbkdf2_sha256$100$a$b"}, {"pbkdf2_sha256$20$a$b"}, {"scrypt$16$a$8$1$b"}, {"scrypt$16$a$8$2$b"},
		{"scrypt$32$a$8$1$b"}, {"pbkdf2_sha256$20$a$b", "pbkdf2_sha256$20$c$d"}, {"bcrypt_sha256$$2b$04$a", "pbkdf2_sha256$20$a$b"},
	}
	for _, hashes := range different {
		create(hashes...)
		if len(hashes) == 1 {
			create(hashes[0][:len(hashes[0])-1] + "z")
			create(hashes[0] + "!")
		}
	}
	create("plain!")
	found, err := store.SecretHashes(ctx, `[^!]$`)
	require.NoError(t, err)
	require.Len(t, found, len(different))
	for _, hashes := range found {
		for _, hash := range hashes {
			require.NotContains(t, hash, "!", "what is no hash must not stand for one that costs the same")
		}
	}
}
