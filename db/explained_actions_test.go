package db_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/audit"
	"meet-external-api/db"
)

// attendees are one who is a user, and one who is to be.
func (g grown) attendees() *db.Attendees {
	return &db.Attendees{Members: []string{g.delegate}, Invited: []string{uuid.NewString() + "@example.com"}}
}

// referring makes a row of another table of Meet's, which keeps a room from being deleted.
const referring = `insert into meet_breakout (id, room_id) values (gen_random_uuid(), 'ROOM')`

// firstID comes before the ids of all rooms.
const firstID = "00000000-0000-0000-0000-000000000000"

// actions are what requests and background work ask of the database, each of which succeeds.
var actions = map[string]func(t *testing.T, g grown){
	"token": func(t *testing.T, g grown) {
		client, err := g.store.ClientAndUsers(context.Background(), db.ClientQuery{ClientID: g.caller.ClientID, Address: "user1@example.com"})
		require.NoError(t, err)
		require.Len(t, client.Users, 1)
	},
	"assertion": func(t *testing.T, g grown) {
		require.NoError(t, g.store.UseAssertion(context.Background(), g.application.ID, uuid.NewString(), time.Now().Add(time.Minute)))
	},
	"token of an operator": func(t *testing.T, g grown) {
		_, err := g.store.OperatorTokenByHash(context.Background(), [32]byte{})
		require.ErrorIs(t, err, db.ErrNotFound)
		g.store.NoteOperatorTokenUse(uuid.NewString())
		require.NoError(t, g.store.WriteOperatorTokenUses(context.Background()))
	},
	"introspection": func(t *testing.T, g grown) {
		_, err := g.store.Application(context.Background(), g.caller.ClientID)
		require.NoError(t, err)
		require.NoError(t, g.store.CheckCaller(context.Background(), g.caller))
	},
	"revocation": func(t *testing.T, g grown) {
		require.NoError(t, g.store.RevokeToken(context.Background(), audit.Source{}, uuid.NewString(), time.Now().Add(time.Minute)))
	},
	"users by address and by sub": func(t *testing.T, g grown) {
		users, err := g.store.UsersByEmail(context.Background(), "user1@example.com")
		require.NoError(t, err)
		require.Len(t, users, 1)
		byAddress, err := g.store.UsersByEmails(context.Background(), []string{"user1@example.com", "user2@example.com"})
		require.NoError(t, err)
		require.Len(t, byAddress, 2)
		_, err = g.store.UserBySub(context.Background(), audit.Source{}, uuid.NewString(), true)
		require.NoError(t, err)
		_, err = g.store.CreateProvisionalUser(context.Background(), audit.Source{}, uuid.NewString()+"@example.com")
		require.NoError(t, err)
	},
	"lists": func(t *testing.T, g grown) {
		slug, yesterday := "room-2", time.Now().AddDate(0, 0, -1)
		for _, filter := range []db.RoomFilter{
			{}, {Slug: &slug}, {AccessLevels: []string{"trusted"}}, {Roles: []string{"owner"}}, {CreatedAfter: &yesterday}, {CreatedByMe: true},
		} {
			rooms, _, err := g.store.Rooms(context.Background(), g.caller, filter, 20, 0)
			require.NoError(t, err)
			require.NotEmpty(t, rooms)
			rooms, _, err = g.store.RoomsFrom(context.Background(), g.caller, filter, firstID, 20)
			require.NoError(t, err)
			require.NotEmpty(t, rooms)
		}
	},
	"retrieve": func(t *testing.T, g grown) {
		for _, ref := range []db.RoomRef{{ID: g.room}, {Slug: "room-2"}} {
			_, err := g.store.Room(context.Background(), g.caller, ref)
			require.NoError(t, err)
		}
	},
	"create": func(t *testing.T, g grown) {
		room := newRoom(uuid.NewString())
		room.Attendees = g.attendees()
		room.Repeatable = &db.Repeatable{Key: "repeated", Hash: [32]byte{1}, Answer: func(r db.Room) (db.Answer, error) {
			return db.Answer{RoomID: r.ID}, nil
		}}
		for range 2 {
			_, _, err := g.store.CreateRoom(context.Background(), g.caller, room)
			require.NoError(t, err)
		}
		g.newRoom(t)
	},
	"update": func(t *testing.T, g grown) {
		level := "restricted"
		for _, ref := range []db.RoomRef{{ID: g.room}, {Slug: "room-2"}} {
			change := db.RoomChange{AccessLevel: &level, SetsExpiry: true, Attendees: g.attendees()}
			_, _, err := g.store.UpdateRoom(context.Background(), g.caller, ref, change, anyRoom)
			require.NoError(t, err)
		}
	},
	"delete": func(t *testing.T, g grown) {
		for _, ref := range []db.RoomRef{{ID: g.newRoom(t)}, {Slug: "room-4"}} {
			require.NoError(t, g.store.DeleteRoom(context.Background(), g.caller, ref, true, anyRoom))
		}
	},
	"accesses": func(t *testing.T, g grown) {
		_, err := g.store.GrantAccess(context.Background(), g.caller, g.room, g.delegate, "member")
		require.NoError(t, err)
		for _, ref := range []db.RoomRef{{ID: g.room}, {Slug: "room-2"}} {
			_, all, err := g.store.Accesses(context.Background(), g.caller, ref)
			require.NoError(t, err)
			require.NotEmpty(t, all)
		}
		access := text(t, g.dsn, `select id from meet_resource_access where user_id = '`+g.delegate+`'`)
		require.NoError(t, g.store.RemoveAccess(context.Background(), g.caller, db.RoomRef{ID: g.room}, access,
			func(db.FoundRoom, db.HeldRole) error { return nil }))
	},
	"audit trail": func(t *testing.T, g grown) {
		ctx, hour := context.Background(), time.Now().Add(-time.Hour)
		require.NoError(t, g.store.StoreEvents(ctx, []audit.Event{audit.Succeeded(audit.Source{ClientID: g.caller.ClientID}, audit.TokenIssue)}))
		require.NoError(t, g.store.StoreEvent(ctx, audit.Succeeded(audit.Source{}, audit.UserCreate)))
		for _, filter := range []db.EventFilter{
			{}, {ClientID: "client 1"}, {ClientID: "client 1", Outcome: audit.Failure}, {ClientID: "client 1", Action: audit.RoomCreate},
			{UserID: uuid.NewString()}, {Operator: "nobody"}, {Channel: audit.Console}, {Channel: audit.Housekeeping}, {Outcome: audit.Failure},
			{Action: audit.RoomCreate}, {Action: audit.TokenIssue}, {RequestID: "request 1"}, {TargetID: "none"}, {From: hour, To: time.Now()},
		} {
			_, _, err := g.store.Events(ctx, filter)
			require.NoError(t, err)
		}
		_, err := g.store.TokenCounts(ctx, "client 1", hour)
		require.NoError(t, err)
		_, err = g.store.IssuedTokens(ctx, "client 1", hour)
		require.NoError(t, err)
	},
	"rooms of an application": func(t *testing.T, g grown) {
		ctx, address := context.Background(), uuid.NewString()+"@example.com"
		require.NoError(t, g.store.CreateOperator(ctx, audit.Source{}, address, "hash"))
		execute(t, g.dsn, `update meet_user set sub = admin_email where admin_email = '`+address+`'`)
		account, err := g.store.Account(ctx, address)
		require.NoError(t, err)
		hashes, err := g.store.OperatorHashes(ctx)
		require.NoError(t, err)
		require.Equal(t, [][]string{{"hash"}}, hashes)
		_, err = g.store.StartSession(ctx, audit.Source{}, db.NewSession{ID: hash("first")}, account)
		require.NoError(t, err)
		_, err = g.store.StartSessionBySub(ctx, audit.Source{}, db.NewSession{ID: hash("second"), Replaced: hash("first")}, address)
		require.NoError(t, err)
		execute(t, g.dsn, `update external_api.operator_session set last_seen_at = now() - interval '5 minutes' where id = sha256('second')`)
		name, err := g.store.Session(ctx, hash("second"))
		require.NoError(t, err)
		require.Equal(t, address, name)
		require.NoError(t, g.store.EndSession(ctx, audit.Source{}, hash("second")))
	},
	"operators": func(t *testing.T, g grown) {
		rooms, err := g.store.CreatedRooms(context.Background(), g.application.ID, "", 20)
		require.NoError(t, err)
		require.Len(t, rooms, 20)
		rooms, err = g.store.CreatedRooms(context.Background(), g.application.ID, rooms[19].ID, 20)
		require.NoError(t, err)
		require.Len(t, rooms, 20)
		_, err = g.store.ProvisionalAddressTaken(context.Background(), "user1@example.com")
		require.NoError(t, err)
	},
	"background work": func(t *testing.T, g grown) {
		use := db.SecretUse{ApplicationID: g.application.ID, Hash: g.application.SecretHashes[0], At: time.Now()}
		if g.next {
			use.SHA256 = "sha256$"
		}
		g.store.NoteSecretUse(use)
		for _, task := range g.store.Tasks() {
			_, err := task.Step(context.Background())
			require.NoError(t, err, task.Name)
		}
		_, err := g.store.Lags(context.Background())
		require.NoError(t, err)
		due, err := g.store.RoomsToClose(context.Background(), 10)
		require.NoError(t, err)
		require.Len(t, due, 10)
		require.NoError(t, g.store.RoomsClosed(context.Background(), []string{due[0].ID}))
	},
	"expiry": func(t *testing.T, g grown) {
		// One that is there, one that Meet has deleted, and one that something of Meet refers to, which is put off.
		for _, prepare := range []string{"select 'ROOM'", "delete from meet_room where resource_id = 'ROOM'", referring} {
			room := g.newRoom(t)
			statement := strings.ReplaceAll(prepare, "ROOM", room)
			execute(t, g.dsn, "set session_replication_role = replica; "+statement,
				"update external_api.room set expires_at = now(), delete_at = now() where room_id = '"+room+"'")
			deleted, err := g.store.DeleteExpiredRoom(context.Background(), true)
			require.Equal(t, room, deleted)
			require.Equal(t, prepare == referring && !g.next, err != nil, "%v", err)
		}
	},
}
