package db_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// grown is a database of Meet's in which much is stored, of all that grows: the caller's user owns half of its rooms.
type grown struct {
	dsn string
	// next is whether Meet is a later release: it deletes softly, and has a column for quick hashes.
	next     bool
	store    *db.DB
	recorder *db.Recorder
	caller   db.Caller
	// application is the caller's.
	application db.Application
	// room is one of the caller's user, delegate another user.
	room, delegate string
}

// grow fills the tables. Meet's foreign keys are not checked meanwhile, which would take most of the time. APPLICATION and USER stand for
// those of the caller.
const grow = `
	set session_replication_role = replica;
	insert into meet_user (id, password, is_superuser, created_at, updated_at, sub, email, language, timezone, is_device, is_staff, is_active,
		default_room_configuration)
	select cast(md5('user' || n) as uuid), '!', false, now(), now(), n, 'user' || n || '@example.com', 'en-us', 'UTC', false, false, true, '{}'
	from generate_series(1, 10000) n;
	insert into meet_resource (id, created_at, updated_at)
	select cast(md5('room' || n) as uuid), now() - n * interval '1 minute', now() from generate_series(1, 20000) n;
	insert into meet_room (resource_id, name, slug, configuration, access_level)
	select cast(md5('room' || n) as uuid), 'room ' || n, 'room-' || n, '{}', 'trusted' from generate_series(1, 20000) n;
	insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
	select gen_random_uuid(), now(), now(), 'owner', cast(md5('room' || n) as uuid),
		case when n % 2 = 0 then 'USER' else cast(md5('user' || n % 4000) as uuid) end
	from generate_series(1, 20000) n;
	insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
	select gen_random_uuid(), now(), now(), 'member', cast(md5('room' || n) as uuid), cast(md5('user' || 5000 + n % 4000) as uuid)
	from generate_series(1, 20000) n;
	insert into external_api.room (room_id, application_id, user_id, expires_at, delete_at)
	select cast(md5('room' || n) as uuid), 'APPLICATION', case when n % 2 = 0 then 'USER' else cast(md5('user' || n % 4000) as uuid) end,
		now() + case when n % 10 = 0 then n * interval '1 minute' end, now() + case when n % 10 = 0 then n * interval '1 minute' end
	from generate_series(1, 20000) n;
	insert into external_api.user (user_id, tokens_from, provisional)
	select cast(md5('user' || n) as uuid), case when n % 2 = 0 then now() - interval '1 day' end, n % 2 = 1 from generate_series(1, 10000) n;
	insert into external_api.revoked_token (id, expires_at)
	select 'token ' || n, now() + (n - 100) * interval '1 minute' from generate_series(1, 10000) n;
	insert into external_api.used_assertion (application_id, id, expires_at)
	select 'APPLICATION', 'assertion ' || n, now() + (n - 100) * interval '1 minute' from generate_series(1, 10000) n;
	insert into external_api.write (id)
	select cast(lpad(to_hex(cast(extract(epoch from now() - interval '1 day' + (n - 100) * interval '8 s') * 1000 as bigint)), 12, '0')
		|| left(md5('write' || n), 20) as uuid)
	from generate_series(1, 10000) n;
	insert into external_api.idempotency_key (application_id, user_id, key, created_at, request_hash, room_id, etag, answer)
	select 'APPLICATION', 'USER', 'key ' || n, now() - interval '1 day' + (n - 100) * interval '8 s', '\x00', cast(md5('room' || n) as uuid), '""', '{}'
	from generate_series(1, 10000) n;
	insert into external_api.livekit_outbox (room_id, try_at)
	select gen_random_uuid(), now() + (n - 100) * interval '1 minute' from generate_series(1, 10000) n;
	insert into external_api.audit_event (id, time, action, outcome, channel, client_id, user_id, request_id, operator, target_id)
	select cast(lpad(to_hex(cast(extract(epoch from now() - interval '1 day' + (n - 100) * interval '4 s') * 1000 as bigint)), 12, '0')
			|| left(md5('event' || n), 20) as uuid),
		now() - interval '1 day' + (n - 100) * interval '4 s', case when n % 9 = 0 then 'room.create' else 'token.issue' end,
		case when n % 8 = 0 then 'failure' else 'success' end, 'external_api', 'client ' || n % 50, cast(md5('user' || n) as uuid), 'request ' || n,
		case when n % 90 = 0 then 'operator' end, case when n % 9 = 0 then cast(md5('room' || n) as uuid) end
	from generate_series(1, 20000) n;
	insert into external_api.token_count (client_id, hour, reason, count)
	select 'client ' || n % 50, date_trunc('hour', now()) - interval '1 day' + (n / 50 - 2) * interval '1 hour', '', 1 from generate_series(1, 10000) n;
	insert into external_api.operator_session (id, user_id, password_mark, created_at, last_seen_at, expires_at)
	select decode(md5('session' || n), 'hex'), gen_random_uuid(), '', now(), now(), now() + (n - 100) * interval '1 minute' from generate_series(1, 10000) n;
	insert into external_api.operator_token (id, name, hash, scope, created_at, created_by, expires_at)
	select gen_random_uuid(), 'token', decode(md5('token' || n), 'hex'), 'read', now(), 'root', now() - interval '30 days' + (n - 100) * interval '1 minute'
	from generate_series(1, 10000) n;
	create table meet_breakout (id uuid primary key, room_id uuid references meet_room on delete set null);
	insert into meet_breakout (id, room_id) select gen_random_uuid(), cast(md5('room' || n) as uuid) from generate_series(10000, 20000) n;
	create index on meet_breakout (room_id);
	analyze`

func newGrown(t *testing.T, next bool) grown {
	t.Helper()
	ctx := context.Background()
	g := grown{dsn: dbtest.NewBesideMeet(t), next: next}
	if next {
		execute(t, g.dsn, `alter table meet_room add column deleted_at timestamptz`,
			`alter table meet_application add column client_secret_sha256 varchar(255)`)
	}
	_, err := db.Migrate(ctx, g.dsn)
	require.NoError(t, err)
	require.NoError(t, db.CreateIndexes(ctx, g.dsn))
	g.store, g.recorder, err = db.OpenRecorded(g.dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = g.store.Close() })
	require.NoError(t, g.store.Prepare(ctx))
	g.store.KeepAudit(1)
	g.caller, g.delegate = newCaller(t, g.store), newCaller(t, g.store).UserID
	g.application, err = g.store.Application(ctx, g.caller.ClientID)
	require.NoError(t, err)
	execute(t, g.dsn, subject{application: g.application, caller: g.caller}.fill(grow))
	g.room = g.newRoom(t)
	return g
}

func (g grown) newRoom(t *testing.T) string {
	t.Helper()
	room, _, err := g.store.CreateRoom(context.Background(), g.caller, newRoom(uuid.NewString()))
	require.NoError(t, err)
	return room.ID
}
