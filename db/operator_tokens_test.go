package db_test

import (
	"context"
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

func TestOperatorTokens(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	var events []audit.Event
	store.OnAudit(func(e audit.Event) { events = append(events, e) })
	by := audit.Source{Channel: audit.CommandLine, Operator: "root", RequestID: "a"}
	hash := sha256.Sum256([]byte("meetop_"))
	made, err := store.CreateOperatorToken(ctx, by, db.NewOperatorToken{Name: "terraform", Scope: "write", Hash: hash, Lifetime: time.Hour})
	require.NoError(t, err)
	require.Equal(t, []any{"terraform", "write", "root"}, []any{made.Name, made.Scope, made.CreatedBy})
	require.Equal(t, time.Hour, made.ExpiresAt.Sub(made.CreatedAt))

	found, err := store.OperatorTokenByHash(ctx, hash)
	require.NoError(t, err)
	require.Equal(t, made, found)
	_, err = store.OperatorTokenByHash(ctx, sha256.Sum256([]byte("another one")))
	require.ErrorIs(t, err, db.ErrNotFound)

	require.Nil(t, found.LastUsedAt)
	store.NoteOperatorTokenUse(made.ID)
	require.NoError(t, store.WriteOperatorTokenUses(ctx))
	all, err := store.OperatorTokens(ctx)
	require.NoError(t, err)
	require.Len(t, all, 1)
	require.WithinDuration(t, time.Now(), *all[0].LastUsedAt, time.Minute)

	require.ErrorIs(t, store.RevokeOperatorToken(ctx, by, uuid.NewString()), db.ErrNotFound)
	require.NoError(t, store.RevokeOperatorToken(ctx, by, strings.ToUpper(made.ID)))
	_, err = store.OperatorTokenByHash(ctx, hash)
	require.ErrorIs(t, err, db.ErrNotFound)
	require.ErrorIs(t, store.RevokeOperatorToken(ctx, by, made.ID), db.ErrNotFound)

	require.Len(t, events, 2)
	for i, action := range []audit.Action{audit.OperatorTokenCreate, audit.OperatorTokenRevoke} {
		e := events[i]
		require.Equal(t, []any{action, by, "operator_token", made.ID, "terraform", "write"},
			[]any{e.Action, e.Source, e.TargetKind, e.TargetID, e.Changes["name"], e.Changes["scope"]})
	}
}

// A token goes a month after it has expired: until then, its users are told that it has.
func TestOldOperatorTokensAreRemoved(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	execute(t, dsn, `insert into external_api.operator_token (id, name, hash, scope, created_at, created_by, expires_at)
		select gen_random_uuid(), days, sha256(convert_to(cast(days as text), 'UTF8')), 'read', now(), '', now() - days * interval '1 day'
		from unnest(array[-1, 1, 29, 31]) as days`)
	for _, task := range store.Tasks() {
		_, err := task.Step(context.Background())
		require.NoError(t, err, task.Name)
	}
	require.Equal(t, "-1 1 29", text(t, dsn, `select string_agg(name, ' ' order by cast(name as int)) from external_api.operator_token`))
}
