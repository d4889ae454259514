package db_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// A sandbox claims what is empty, what has its application, and what it has claimed before; any other data are left alone.
func TestClaimSandbox(t *testing.T) {
	t.Parallel()
	const (
		user = `insert into meet_user (id, password, is_superuser, created_at, updated_at, language, timezone, is_device, is_staff, is_active, default_room_configuration)
			values (gen_random_uuid(), '', false, now(), now(), 'en-us', 'UTC', false, false, true, '{}')`
		application = `insert into meet_application (id, created_at, updated_at, name, is_active, client_id, client_secret, scopes)
			values (gen_random_uuid(), now(), now(), 'Demo', true, 'demo', '', '{}')`
		room = `insert into meet_resource (id, created_at, updated_at) values ('3b241101-e2bb-4255-8caf-4136c566a962', now(), now());
			insert into meet_room (resource_id, name, slug, configuration, access_level) values ('3b241101-e2bb-4255-8caf-4136c566a962', 'r', 'r', '{}', 'public')`
	)
	ctx := context.Background()
	for name, c := range map[string]struct {
		dsn      string
		data     []string
		clientID string
		claimed  bool
	}{
		"nothing":                  {dsn: dbtest.NewEmpty(t), claimed: true},
		"tables alone":             {dsn: dbtest.New(t), claimed: true},
		"a user":                   {dsn: dbtest.New(t), data: []string{user}},
		"an application":           {dsn: dbtest.New(t), data: []string{application}, clientID: "other"},
		"a room":                   {dsn: dbtest.New(t), data: []string{room}},
		"a user, an application":   {dsn: dbtest.New(t), data: []string{user, application, room}, clientID: "demo", claimed: true},
		"Meet's, and not migrated": {dsn: dbtest.NewBesideMeet(t), clientID: "other"},
	} {
		execute(t, c.dsn, c.data...)
		store, err := db.Open(c.dsn)
		require.NoError(t, err)
		t.Cleanup(func() { _ = store.Close() })
		marked := func() bool {
			marked, err := store.IsSandbox(ctx)
			require.NoError(t, err)
			return marked
		}
		require.False(t, marked(), name)
		if !c.claimed {
			require.ErrorIs(t, store.ClaimSandbox(ctx, c.clientID), db.ErrNotSandbox, name)
			require.False(t, marked(), name)
			continue
		}
		require.NoError(t, store.ClaimSandbox(ctx, c.clientID), name)
		require.True(t, marked(), name)
		execute(t, c.dsn, `create table if not exists meet_user (id uuid)`)
		require.NoError(t, store.ClaimSandbox(ctx, "whatever is in it now"), name)
	}
}
