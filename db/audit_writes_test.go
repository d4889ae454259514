package db_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// eventsOf are the actions of the events that each of the writes leaves.
var eventsOf = map[string][]audit.Action{
	"CreateApplication": {audit.ApplicationCreate}, "UpdateApplication": {audit.ApplicationRevokeTokens, audit.ApplicationUpdate}, "DeleteApplication": {audit.ApplicationDelete},
	"RotateSecret": {audit.ApplicationRotateSecret}, "CreateUser": {audit.UserCreate}, "CreateProvisionalUser": {audit.UserCreate},
	"UserBySub": {audit.UserCreate}, "RevokeUserTokens": {audit.UserRevokeTokens}, "RevokeToken": {audit.TokenRevoke},
	"GrantAccess": {audit.AccessGrant}, "UpdateRoom": {audit.RoomUpdate}, "UpdateRoom, attendees": {audit.RoomUpdate, audit.UserCreate},
	"DeleteRoom": {audit.RoomDelete}, "RemoveAccess": {audit.AccessRemove}, "CreateOperator": {audit.OperatorCreate},
	"StartSession": {audit.OperatorSignIn}, "EndSession": {audit.OperatorSignOut}, "CreateOperatorToken": {audit.OperatorTokenCreate},
	"RevokeOperatorToken": {audit.OperatorTokenRevoke},
}

// followEvents returns what asserts that the events of a write are stored with what it does, or that none is; and that they are told of
// where it is known that they are.
func (s subject) followEvents(t *testing.T, dsn string, wanted []audit.Action) func(stored, known bool) {
	t.Helper()
	var mutex sync.Mutex
	var told []string
	s.store.OnAudit(func(e audit.Event) {
		mutex.Lock()
		defer mutex.Unlock()
		told = append(told, string(e.Action))
	})
	const inTrail = `select coalesce(string_agg(action, ' ' order by id), '') from external_api.audit_event`
	execute(t, dsn, `delete from external_api.audit_event`)
	return func(stored, known bool) {
		t.Helper()
		var trail, lines []string
		for _, action := range wanted {
			if stored {
				trail = append(trail, string(action))
			}
			if known {
				lines = append(lines, string(action))
			}
		}
		require.Equal(t, strings.Join(trail, " "), text(t, dsn, inTrail))
		mutex.Lock()
		defer mutex.Unlock()
		require.Equal(t, lines, told)
	}
}

// What changes nothing, or is refused, leaves no event.
func TestNoEventWithoutAChange(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	s := newSubject(t, store)
	level, soon, other := "restricted", inAnHour(), newCaller(t, store).UserID
	members := &db.Attendees{Members: []string{s.delegate}}
	room := newRoom(s.name)
	room.Repeatable = repeatable("a-key", "the request")
	for name, action := range map[string]func() error{
		"the same again": func() error {
			_, _, err := store.UpdateRoom(ctx, s.caller, db.RoomRef{ID: s.room.ID}, db.RoomChange{
				AccessLevel: &level, Configuration: &s.room.Configuration, ExpiresAt: soon, SetsExpiry: true, Attendees: members,
			}, anyRoom)
			return err
		},
		"a role that they have": func() error {
			_, err := store.GrantAccess(ctx, s.caller, s.room.ID, other, "administrator")
			return err
		},
		"a token that is revoked": func() error { return store.RevokeToken(ctx, audit.Source{}, "token", *soon) },
		"a creation that is repeated": func() error {
			_, _, err := store.CreateRoom(ctx, s.caller, room)
			return err
		},
	} {
		require.NoError(t, action(), name)
		before := count(t, dsn, `select count(*) from external_api.audit_event`)
		store.OnAudit(func(e audit.Event) { t.Errorf("%s: %v", name, e) })
		require.NoError(t, action(), name)
		require.Equal(t, before, count(t, dsn, `select count(*) from external_api.audit_event`), name)
		store.OnAudit(nil)
	}
	before := count(t, dsn, `select count(*) from external_api.audit_event`)
	refusing := func(db.FoundRoom) error { return db.ErrConflict }
	require.ErrorIs(t, store.DeleteRoom(ctx, s.caller, db.RoomRef{ID: s.room.ID}, false, refusing), db.ErrConflict)
	_, _, err := store.UpdateRoom(ctx, s.caller, db.RoomRef{ID: s.room.ID}, db.RoomChange{AccessLevel: new("public")}, refusing)
	require.ErrorIs(t, err, db.ErrConflict)
	_, err = store.UpdateApplication(ctx, audit.Source{}, s.caller.ClientID, db.ApplicationChange{Name: &s.application.Name})
	require.NoError(t, err)
	require.Equal(t, before, count(t, dsn, `select count(*) from external_api.audit_event`))
}

// An event of an update says what became another value, and who became a member, or is none any more.
func TestWhatAnUpdateChanged(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	store := open(t, dbtest.New(t))
	s := newSubject(t, store)
	level, soon, configuration := "restricted", inAnHour(), json.RawMessage(`{"everyone_can_mute": true}`)
	other := newCaller(t, store).UserID
	_, _, err := store.UpdateRoom(ctx, s.caller, db.RoomRef{ID: s.room.ID}, db.RoomChange{Attendees: &db.Attendees{Members: []string{other}}}, anyRoom)
	require.NoError(t, err)
	_, _, err = store.UpdateRoom(ctx, s.caller, db.RoomRef{ID: s.room.ID}, db.RoomChange{
		AccessLevel: &level, Configuration: &configuration, ExpiresAt: soon, SetsExpiry: true,
		Attendees: &db.Attendees{Members: []string{s.delegate}, Invited: []string{"new@example.com"}},
	}, anyRoom)
	require.NoError(t, err)

	events, _, err := store.Events(ctx, db.EventFilter{TargetID: s.room.ID, Limit: 1})
	require.NoError(t, err)
	users, err := store.UsersByEmail(ctx, "new@example.com")
	require.NoError(t, err)
	added := events[0].Changes["attendees"].(map[string]any)["added"]
	require.ElementsMatch(t, []any{s.delegate, users[0].ID}, added)
	require.Equal(t, map[string]any{
		"access_level":  map[string]any{"from": "trusted", "to": "restricted"},
		"configuration": map[string]any{"from": map[string]any{}, "to": map[string]any{"everyone_can_mute": true}},
		"expires_at":    map[string]any{"from": nil, "to": soon.Format("2006-01-02T15:04:05.999999Z07:00")},
		"attendees":     map[string]any{"added": added, "removed": []any{other}},
	}, events[0].Changes)
	made, _, err := store.Events(ctx, db.EventFilter{TargetID: users[0].ID})
	require.NoError(t, err)
	require.Len(t, made, 1)
	require.Equal(t, audit.UserCreate, made[0].Action)
}

// inAnHour is a time as PostgreSQL stores it.
func inAnHour() *time.Time { return new(time.Now().UTC().Add(time.Hour).Truncate(time.Microsecond)) }
