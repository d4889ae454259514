package db_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// The audit trail and the counts of tokens are kept as long as it is set, sessions until they end, tokens of operators a month more.
func TestRetention(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	for _, ago := range []string{"6 days 23 hours", "7 days 1 minute"} {
		execute(t, dsn, `
			insert into external_api.audit_event (id, time, action, outcome, channel)
			select cast(rpad(lpad(to_hex(cast(extract(epoch from now() - interval '`+ago+`') * 1000 as bigint)), 12, '0'), 32, '0') as uuid),
				now() - interval '`+ago+`', 'room.create', 'success', '`+ago+`'`,
			`insert into external_api.token_count (client_id, hour, reason, count) values ('`+ago+`', now() - interval '`+ago+`', '', 1)`)
	}
	for _, ago := range []string{"29 days", "31 days"} {
		execute(t, dsn, `insert into external_api.operator_token (id, name, hash, scope, created_at, created_by, expires_at)
			values (gen_random_uuid(), '`+ago+`', '`+ago+`', 'read', now(), 'root', now() - interval '`+ago+`')`)
	}
	for _, ago := range []string{"1 minute", "6 minutes"} {
		execute(t, dsn, `insert into external_api.operator_session (id, user_id, password_mark, created_at, last_seen_at, expires_at)
			values ('`+ago+`', gen_random_uuid(), '', now(), now(), now() - interval '`+ago+`')`)
	}
	runTasks(t, store)
	require.Equal(t, 2, count(t, dsn, `select count(*) from external_api.audit_event`), "nobody has said how long")
	store.KeepAudit(7)
	lags, err := store.Lags(context.Background())
	require.NoError(t, err)
	require.Contains(t, []string{lags[0].Work, lags[1].Work}, "remove events of the audit trail")
	runTasks(t, store)
	for left, query := range map[string]string{
		"6 days 23 hours":  `select channel from external_api.audit_event`,
		"6 days 23 hours ": `select client_id || ' ' from external_api.token_count`,
		"29 days":          `select name from external_api.operator_token`,
		"1 minute":         `select convert_from(id, 'UTF8') from external_api.operator_session`,
	} {
		require.Equal(t, left, text(t, dsn, query))
		require.Equal(t, 1, count(t, dsn, `select count(*) from (`+query+`) left_over`))
	}
}

// The event of a room that has expired says for which application and which user it was made; nobody sent a request.
func TestTheEventOfAnExpiredRoom(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	caller := newCaller(t, store)
	room := expired(t, store, dsn, caller)
	_, err := store.DeleteExpiredRoom(ctx, false)
	require.NoError(t, err)
	found, _, err := store.Events(ctx, db.EventFilter{TargetID: room, Action: audit.RoomDelete})
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, audit.Source{Channel: audit.Housekeeping, ClientID: caller.ClientID, UserID: caller.UserID}, found[0].Source)
}

// A page looks at so many events and no more, and says where to go on.
func TestPagesAreBounded(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	wanted := audit.Succeeded(audit.Source{Channel: audit.ExternalAPI, ClientID: "rare"}, audit.TokenIssue)
	wanted.ID = uuid.MustParse("01000000-0000-7000-8000-000000000000").String()
	require.NoError(t, store.StoreEvents(ctx, []audit.Event{wanted}))
	execute(t, dsn, `insert into external_api.audit_event (id, time, action, outcome, channel, client_id)
		select cast('02000000-0000-7000-8000-' || lpad(cast(n as text), 12, '0') as uuid), now(), 'token.issue', 'success', 'external_api', 'often'
		from generate_series(1, 10000) n`)
	filter := db.EventFilter{Action: audit.TokenIssue, Outcome: audit.Success}
	first, next, err := store.Events(ctx, filter)
	require.NoError(t, err)
	require.Len(t, first, 100)
	require.Equal(t, first[99].ID, next)

	var found []audit.Event
	require.NoError(t, store.EachEvent(ctx, filter, func(e audit.Event) error { found = append(found, e); return nil }))
	require.Len(t, found, 10001)
	require.Equal(t, wanted.ID, found[10000].ID)

	none, next, err := store.Events(ctx, db.EventFilter{ClientID: "often", Channel: "none"})
	require.NoError(t, err)
	require.Empty(t, none)
	require.Equal(t, "02000000-0000-7000-8000-000000000001", next, "after ten thousand")
	none, next, err = store.Events(ctx, db.EventFilter{ClientID: "often", Channel: "none", Before: next})
	require.NoError(t, err)
	require.Empty(t, none)
	require.Empty(t, next)
}
