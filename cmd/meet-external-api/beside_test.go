package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/db/dbtest"
)

// besideMeet is a server on a database of Meet's, with one application, one user and a token for them.
func besideMeet(t *testing.T, settings ...map[string]string) (s *instance, user, token string) {
	t.Helper()
	s = startUnready(t, dbtest.NewBesideMeet(t), settings...)
	s.log.wait(t, "ready")
	user = s.user("user@example.com")
	return s, user, s.token(s.application(), "user@example.com")
}

// What Django sends for one call on a model. ROOM, USER and BOB stand for ids.
var (
	saveRoom = []string{
		`update meet_resource set created_at = created_at, updated_at = now() where id = ROOM`,
		`update meet_room set name = 'Renamed', slug = slug, configuration = configuration, access_level = access_level,
			pin_code = pin_code where resource_id = ROOM`,
	}
	lockRoom = `select r.id, r.created_at, r.updated_at, m.name, m.resource_id, m.slug, m.configuration, m.access_level, m.pin_code
		from meet_room m inner join meet_resource r on m.resource_id = r.id where m.resource_id = ROOM limit 21 for update`
	grantBob = `insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
		values (gen_random_uuid(), now(), now(), 'member', ROOM, BOB)`
	takeFromBob = `delete from meet_resource_access where resource_id = ROOM and user_id = BOB`
	deleteRoom  = []string{
		`delete from meet_resource_access where resource_id in (ROOM)`,
		`delete from meet_recording where room_id in (ROOM)`,
		`delete from meet_room where resource_id in (ROOM)`,
		`delete from meet_resource where id in (ROOM)`,
	}
	saveUser = []string{
		`select id, password, sub, email from meet_user where id = USER limit 21 for update`,
		`update meet_user set password = password, last_login = now(), sub = sub, email = email, admin_email = admin_email,
			language = language, timezone = timezone, is_active = is_active, full_name = 'User', updated_at = now() where id = USER`,
	}
)

// waits reports whether somebody waits for a lock.
func (s *instance) waits(t *testing.T) (somebody bool) {
	t.Helper()
	require.NoError(t, s.pool().Get(&somebody, `select exists (select from pg_stat_activity
		where datname = current_database() and wait_event_type = 'Lock')`))
	return somebody
}

// A transaction of Meet's that is in its midst when a request comes never ends because of it, wherever it is, and the
// request is answered as if it had come before or after. Meet's side looks for a deadlock sooner than PostgreSQL does by
// itself, so that it would be the one to be ended: at once where there must never be one.
func TestRequestsInTheMidstOfATransactionOfMeets(t *testing.T) {
	t.Parallel()
	s, user, token := besideMeet(t)
	bob := s.user("bob@example.com")
	patch := func(path string) answer { return s.patch(path, `{"access_level": "restricted"}`, bearer(token)) }
	grant := func(path string) answer {
		return s.post(path+"grant-access/", `{"email": "bob@example.com"}`, bearer(token))
	}
	create := func(string) answer { return s.post(roomsPath, "{}", bearer(token)) }
	lockAndSaveRoom := append([]string{lockRoom}, saveRoom...)
	for name, c := range map[string]struct {
		request  func(path string) answer
		deadlock string
		before   []string
		meet     []string
		// statuses are those after each statement of Meet's.
		statuses []int
	}{
		"PATCH, the room is saved":                   {patch, "10ms", nil, saveRoom, []int{200, 200}},
		"PATCH, the room is locked and saved":        {patch, "10ms", nil, lockAndSaveRoom, []int{200, 200, 200}},
		"PATCH, the room is deleted":                 {patch, "10ms", nil, deleteRoom, []int{200, 200, 404, 404}},
		"a new room, its owner is locked and saved":  {create, "10ms", nil, saveUser, []int{201, 201}},
		"a first role, the room is saved":            {grant, "500ms", nil, saveRoom, []int{201, 201}},
		"a first role, the room is locked and saved": {grant, "500ms", nil, lockAndSaveRoom, []int{201, 201, 201}},
		"a first role, given under a lock":           {grant, "500ms", nil, []string{lockRoom, grantBob}, []int{200, 200}},
		"a first role, the room is deleted":          {grant, "500ms", nil, deleteRoom, []int{404, 404, 404, 404}},
		"another role, the room is deleted":          {grant, "500ms", []string{grantBob}, deleteRoom, []int{404, 404, 404, 404}},
		"another role, taken away and given":         {grant, "500ms", []string{grantBob}, []string{takeFromBob, lockRoom, grantBob}, []int{200, 200, 200}},
	} {
		t.Run(name, func(t *testing.T) {
			for i, status := range c.statuses {
				done := i + 1
				room := s.seed(user, "owner", "Board")
				filled := strings.NewReplacer("ROOM", "'"+room+"'", "USER", "'"+user+"'", "BOB", "'"+bob+"'")
				for _, statement := range c.before {
					s.sql(filled.Replace(statement))
				}
				tx, err := s.pool().Begin()
				require.NoError(t, err)
				defer func() { _ = tx.Rollback() }()
				meet := func(statements ...string) {
					for _, statement := range statements {
						_, err := tx.Exec(filled.Replace(statement))
						require.NoError(t, err, "after %d statements: %s", done, statement)
					}
				}
				meet(`set local deadlock_timeout = '` + c.deadlock + `'`)
				meet(c.meet[:done]...)

				answered := make(chan answer, 1)
				go func() { answered <- c.request("/rooms/" + room + "/") }()
				require.Eventually(t, func() bool { return len(answered) > 0 || s.waits(t) }, 20*time.Second, time.Millisecond)
				meet(c.meet[done:]...)
				require.NoError(t, tx.Commit())

				require.Equal(t, status, (<-answered).status, "after %d statements", done)
			}
		})
	}
}
