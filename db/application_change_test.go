package db_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// What an application is like already is neither stored nor told of.
func TestWhatChangesNothingIsNotStored(t *testing.T) {
	t.Parallel()
	ctx, dsn := context.Background(), dbtest.New(t)
	store := open(t, dsn)
	a, err := store.CreateApplication(ctx, audit.Source{}, db.NewApplication{
		Name: "Calendar", ClientID: uuid.NewString(), Secret: db.NewSecret{Hash: "hash", SHA256: "hash"}, Scopes: []string{"rooms:grant-access", "rooms:list"},
		Domains: []string{"b.example", "a.example"}, PublicKeys: []byte(`{"keys": [{"kid": "1", "kty": "OKP"}]}`),
	})
	require.NoError(t, err)
	const stored = `select concat((select array_agg(m) from meet_application m), (select array_agg(d) from meet_application_domain d),
		(select array_agg(e) from external_api.application e), (select count(*) from external_api.audit_event))`
	before := text(t, dsn, stored)
	for _, change := range []db.ApplicationChange{
		{}, {Name: &a.Name}, {IsActive: &a.IsActive}, {Scopes: []string{"rooms:list", "rooms:grant-access"}},
		{Domains: []string{"a.example", "b.example"}}, {Visibility: &a.Visibility}, {PublicKeys: []byte(`{"keys":[{"kty":"OKP", "kid":"1"}]}`)},
	} {
		after, err := store.UpdateApplication(ctx, audit.Source{}, a.ID, change)
		require.NoError(t, err)
		require.Empty(t, a.Difference(after))
		require.Equal(t, before, text(t, dsn, stored), "%+v", change)
	}
}

// Two operators change one application at once: what each event says that it was, it was.
func TestEventsOfChangesAtOnceAreTrue(t *testing.T) {
	t.Parallel()
	ctx, dsn := context.Background(), dbtest.New(t)
	store := open(t, dsn)
	caller := newCaller(t, store)
	for _, change := range []struct {
		member, first string
		change        func(value string) db.ApplicationChange
	}{
		{"name", "", func(value string) db.ApplicationChange { return db.ApplicationChange{Name: &value} }},
		{"public_keys", "", func(value string) db.ApplicationChange {
			return db.ApplicationChange{PublicKeys: []byte(`"` + value + `"`)} // of no table of Meet's
		}},
	} {
		var group errgroup.Group
		const changes = 10
		for range changes {
			group.Go(func() error {
				_, err := store.UpdateApplication(ctx, audit.Source{}, caller.ClientID, change.change(uuid.NewString()))
				return err
			})
		}
		require.NoError(t, group.Wait())
		var events []audit.Event
		require.NoError(t, store.EachEvent(ctx, db.EventFilter{ClientID: caller.ClientID, Action: audit.ApplicationUpdate}, func(e audit.Event) error {
			if e.Changes[change.member] != nil {
				events = append(events, e)
			}
			return nil
		}))
		require.Len(t, events, changes)
		from, to := map[any]int{}, map[any]int{}
		for _, e := range events {
			said := e.Changes[change.member].(map[string]any)
			from[said["from"]]++
			to[said["to"]]++
		}
		begins := 0
		for value, times := range from {
			require.Equal(t, 1, times, "each was replaced once: %v", value)
			if to[value] == 0 {
				begins++
			}
		}
		require.Equal(t, 1, begins, "each but the first was made by another one")
	}
}

// Meet's admin may change the same application at once.
func TestEventsOfChangesBesideMeetAreTrue(t *testing.T) {
	t.Parallel()
	ctx, dsn := context.Background(), dbtest.New(t)
	store := open(t, dsn)
	caller := newCaller(t, store)
	pool, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	defer func() { _ = pool.Close() }()
	meet, err := pool.Begin()
	require.NoError(t, err)
	_, err = meet.Exec(`update meet_application set name = 'of Meet'`)
	require.NoError(t, err)
	changed := make(chan error, 1)
	go func() {
		_, err := store.UpdateApplication(ctx, audit.Source{}, caller.ClientID, db.ApplicationChange{Name: new("ours")})
		changed <- err
	}()
	for waiting := 0; waiting == 0; {
		require.NoError(t, pool.QueryRow(`select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).
			Scan(&waiting))
	}
	require.NoError(t, meet.Commit())
	require.NoError(t, <-changed)
	events, _, err := store.Events(ctx, db.EventFilter{ClientID: caller.ClientID})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"name": map[string]any{"from": "of Meet", "to": "ours"}}, events[0].Changes)
}

// Of two who delete an application at once, one does, and one event says so.
func TestDeletedOnce(t *testing.T) {
	t.Parallel()
	ctx, dsn := context.Background(), dbtest.New(t)
	store := open(t, dsn)
	caller := newCaller(t, store)
	errs := make([]error, 4)
	var group errgroup.Group
	for i := range errs {
		group.Go(func() error {
			errs[i] = store.DeleteApplication(ctx, audit.Source{}, caller.ClientID)
			return nil
		})
	}
	require.NoError(t, group.Wait())
	deleted := 0
	for _, err := range errs {
		if err == nil {
			deleted++
		} else {
			require.ErrorIs(t, err, db.ErrNotFound)
		}
	}
	require.Equal(t, 1, deleted)
	require.Equal(t, 1, count(t, dsn, `select count(*) from external_api.audit_event where action = 'application.delete'`))
}

// Of two who register an application by a name that one alone is to have, one does.
func TestOnlyName(t *testing.T) {
	t.Parallel()
	ctx, dsn := context.Background(), dbtest.New(t)
	store := open(t, dsn)
	var group errgroup.Group
	for range 20 {
		group.Go(func() error {
			_, err := store.CreateApplication(ctx, audit.Source{}, db.NewApplication{
				Name: "Calendar", OnlyName: true, IsInactive: true, ClientID: uuid.NewString(), Secret: db.NewSecret{Hash: "hash"},
			})
			if err != nil {
				require.ErrorIs(t, err, db.ErrNameTaken)
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
	require.Equal(t, 1, count(t, dsn, `select count(*) from meet_application where name = 'Calendar' and not is_active`))
}

// A secret is rotated once by what is sent twice.
func TestRotatedOnce(t *testing.T) {
	t.Parallel()
	ctx, dsn := context.Background(), dbtest.New(t)
	store := open(t, dsn)
	caller := newCaller(t, store)
	application, err := store.Application(ctx, caller.ClientID)
	require.NoError(t, err)
	newest := func() string {
		secrets, err := store.Secrets(ctx, application.ID, "^hash")
		require.NoError(t, err)
		if len(secrets) == 0 {
			return db.NoSecret
		}
		return secrets[0].ID
	}
	rotate := func(hash, replacing string) error {
		_, err := store.RotateSecret(ctx, audit.Source{}, application.ID, db.Rotation{
			Secret: db.NewSecret{Hash: hash, SHA256: hash}, Replacing: replacing, HashForm: "^hash",
		})
		return err
	}
	execute(t, dsn, `update meet_application set client_secret = '!'`, `delete from external_api.secret`)
	require.Equal(t, db.NoSecret, newest())
	for i, hash := range []string{"hash1", "hash2", "hash3"} {
		shown := newest()
		require.NoError(t, rotate(hash, shown), i)
		require.ErrorIs(t, rotate("hash of the second time", shown), db.ErrSecretRotated)
		require.NotEqual(t, shown, newest())
	}
	require.NoError(t, rotate("hash4", ""), "whichever it is")
}

// The rooms that an application created come a page at a time, the newest first, and those of earlier releases last.
func TestCreatedRooms(t *testing.T) {
	t.Parallel()
	ctx, dsn := context.Background(), dbtest.New(t)
	store := open(t, dsn)
	caller := newCaller(t, store)
	application, err := store.Application(ctx, caller.ClientID)
	require.NoError(t, err)
	var made []string
	for _, name := range []string{"old", "older", "gone", "expired", "first", "second", "third"} {
		room, _, err := store.CreateRoom(ctx, caller, newRoom(name))
		require.NoError(t, err)
		made = append(made, room.ID)
	}
	execute(t, dsn, `update external_api.room set created_at = '-infinity' where room_id in ('`+made[0]+`', '`+made[1]+`')`,
		`update external_api.room set expires_at = now() where room_id = '`+made[3]+`'`)
	require.NoError(t, store.DeleteRoom(ctx, caller, db.RoomRef{ID: made[2]}, false, anyRoom))

	all, err := store.CreatedRooms(ctx, application.ID, "", 100)
	require.NoError(t, err)
	require.Len(t, all, 5)
	require.Equal(t, []string{made[6], made[5], made[4]}, []string{all[0].ID, all[1].ID, all[2].ID})
	require.Equal(t, caller.UserID, *all[0].UserID)
	require.False(t, all[4].CreatedAt.IsZero(), "Meet knows when")
	number, err := store.CountCreatedRooms(ctx, application.ID)
	require.NoError(t, err)
	require.Equal(t, 5, number)
	var paged []db.CreatedRoom
	for after := ""; ; after = paged[len(paged)-1].ID {
		page, err := store.CreatedRooms(ctx, application.ID, after, 2)
		require.NoError(t, err)
		if paged = append(paged, page...); len(page) < 2 {
			break
		}
	}
	require.Equal(t, all, paged)
}
