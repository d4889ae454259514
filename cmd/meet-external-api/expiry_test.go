// The tests of docs/contract.md, "More about rooms": expiry, from the time on at which a room is gone to its deletion.

package main

import (
	"context"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/db/dbtest"
)

// expire lets rooms expire now.
func (s *instance) expire(rooms ...string) {
	s.t.Helper()
	for _, room := range rooms {
		s.sql(`update external_api.room set expires_at = now(), delete_at = now() where room_id = $1`, room)
	}
}

// makeRooms makes rooms that live for an hour.
func (s *instance) makeRooms(token string, count int) (ids []string) {
	s.t.Helper()
	for range count {
		a := s.post(roomsPath, map[string]any{"expires_at": time.Now().Add(time.Hour)}, bearer(token))
		require.Equal(s.t, 201, a.status, "%s", a.raw)
		ids = append(ids, a.body["id"].(string))
	}
	return ids
}

// requireDeleted waits until nothing is left of rooms: not their accesses, not their origin.
func (s *instance) requireDeleted(rooms ...string) {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		left := 0
		for _, room := range rooms {
			left += s.count(`select (select count(*) from meet_room where resource_id = $1) + (select count(*) from meet_resource where id = $1)
				+ (select count(*) from meet_resource_access where resource_id = $1) + (select count(*) from external_api.room where room_id = $1)`, room)
		}
		return left == 0
	}, time.Minute, tick, "a minute after it expired")
}

// closings plays LiveKit, and counts how often each room is closed. The key and its secret are not checked.
type closings struct {
	mu     sync.Mutex
	byRoom map[string]int
}

func (c *closings) settings(t *testing.T) map[string]string {
	return newCloser(t, func(_ http.ResponseWriter, room string) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.byRoom[room]++
	})
}

func (c *closings) of(rooms []string) (counts []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, room := range rooms {
		counts = append(counts, c.byRoom[room])
	}
	return counts
}

// From the time on at which it expires a room is gone for everybody, before it is deleted.
func TestAnExpiredRoomIsGone(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t, creation)
	room := s.makeRooms(token, 1)[0]
	path := "/rooms/" + room + "/"
	found := s.get(path, bearer(token))
	slug := found.body["slug"].(string)
	require.Equal(t, 200, found.status)
	s.sql(`update external_api.room set expires_at = now(), delete_at = now() + interval '1 hour' where room_id = $1`, room)
	for name, gone := range map[string]answer{
		"retrieve": s.get(path, bearer(token)), "by slug": s.get("/rooms/"+slug+"/", bearer(token)),
		"update":            s.patch(path, `{"access_level": "restricted"}`, bearer(token)),
		"update of nothing": s.patch(path, `{}`, bearer(token)),
		"a longer life":     s.patch(path, map[string]any{"expires_at": time.Now().Add(time.Hour)}, bearer(token)),
		"delete":            s.send("DELETE", path, nil, bearer(token)),
		"grant":             s.post(path+"grant-access/", `{"email": "guest@example.com"}`, bearer(token)),
		"accesses":          s.get(path+"accesses/", bearer(token)),
		"attendees":         s.patch(path, `{"attendees": ["guest@example.com"]}`, bearer(token)),
	} {
		require.Equal(t, 404, gone.status, "%s: %s", name, gone.raw)
	}
	for _, query := range []string{"", "?slug=" + slug, "?cursor=", "?created_by=me"} {
		require.Empty(t, s.get(roomsPath+query, bearer(token)).body["results"], query)
	}
	require.Equal(t, 1, s.count(`select count(*) from meet_resource_access where resource_id = $1 and user_id = $2`, room, user), "it is there still")
	require.Zero(t, s.count(`select count(*) from meet_user where email = 'guest@example.com'`))
}

// Of two servers one deletes each room, as DELETE does: LiveKit hears of it once.
func TestExpiredRoomsAreDeletedOnce(t *testing.T) {
	t.Parallel()
	livekit := closings{byRoom: map[string]int{}}
	settings := livekit.settings(t)
	s, _, user, token := roomServer(t, settings)
	s.replica(settings)
	expired, kept := s.makeRooms(token, 30), s.makeRooms(token, 1)[0]
	lasting := s.post(roomsPath, "{}", bearer(token)).body["id"].(string)
	seeded := s.seed(user, "owner", "Board")
	s.expire(expired...)

	s.requireDeleted(expired...)

	for _, room := range []string{kept, lasting, seeded} {
		require.Equal(t, 200, s.get("/rooms/"+room+"/", bearer(token)).status)
	}
	require.Eventually(t, func() bool { return s.count(`select count(*) from external_api.livekit_outbox`) == 0 }, eventually, tick)
	for _, calls := range livekit.of(expired) {
		require.Equal(t, 1, calls)
	}
	require.Equal(t, []int{0, 0, 0}, livekit.of([]string{kept, lasting, seeded}))
}

// A server dies in the midst of a deletion: what it had locked is free again, and another one goes on. Others do not wait behind it.
func TestExpiryOutlivesAServer(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	p := startProcess(t, map[string]string{"DATABASE_URL": dsn + " application_name=dies client_connection_check_interval=100"})
	p.log.wait(t, "ready")
	s := &instance{t: t, dsn: dsn, api: externalAPI, url: p.url(t), log: p.log, env: map[string]string{"DATABASE_URL": dsn}}
	s.user("user@example.com")
	token := s.token(s.application(), "user@example.com")
	rooms := s.makeRooms(token, 5)
	s.sql(`create function wait() returns trigger language plpgsql as $$
		begin
			if current_setting('application_name') = 'dies' then perform pg_sleep(600); end if;
			return old;
		end $$`)
	s.sql(`create trigger wait before delete on meet_resource for each row execute function wait()`)
	s.expire(rooms[0])
	require.Eventually(t, func() bool {
		return s.count(`select count(*) from pg_stat_activity where datname = current_database() and application_name = 'dies'
			and wait_event = 'PgSleep'`) == 1
	}, time.Minute, tick)
	require.NoError(t, p.Process.Signal(syscall.SIGSTOP), "it would give up by itself")
	s.expire(rooms[1:]...)

	startUnready(t, dsn).log.wait(t, "ready")

	s.requireDeleted(rooms[1:]...)
	require.Equal(t, 1, s.count(`select count(*) from meet_room where resource_id = $1`, rooms[0]))
	require.NoError(t, p.Process.Kill())
	s.requireDeleted(rooms[0])
}

// A room that something of Meet refers to stays, as for DELETE. Others do not wait behind it, and it goes when nothing refers to it.
func TestARecordingKeepsAnExpiredRoom(t *testing.T) {
	t.Parallel()
	s := startUnready(t, dbtest.NewBesideMeet(t))
	s.log.wait(t, "ready")
	s.user("user@example.com")
	token := s.token(s.application(), "user@example.com")
	rooms := s.makeRooms(token, 3)
	s.sql(`insert into meet_recording values ($1, now(), now(), 'saved', $2)`, uuid.NewString(), rooms[0])
	s.expire(rooms...)
	s.requireDeleted(rooms[1:]...)
	line := s.log.waitFor(t, "an expired room is not deleted while something of Meet refers to it, trying again later", map[string]any{"room": rooms[0]})
	require.Contains(t, line["error"], "meet_recording")
	require.Equal(t, 1, s.count(`select count(*) from external_api.room where room_id = $1
		and delete_at between now() + interval '50 minutes' and now() + interval '1 hour' and expires_at < now()`, rooms[0]))
	require.Equal(t, 1, s.count(`select count(*) from meet_recording where room_id = $1`, rooms[0]))
	require.Equal(t, 404, s.get("/rooms/"+rooms[0]+"/", bearer(token)).status)

	s.sql(`delete from meet_recording where room_id = $1`, rooms[0])
	s.expire(rooms[0]) // as in an hour
	s.requireDeleted(rooms[0])
}

// Where Meet deletes softly, so does expiry.
func TestExpiryWithSoftDeletion(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	(&instance{t: t, dsn: dsn}).sql(`alter table meet_room add column deleted_at timestamptz`)
	s := startUnready(t, dsn)
	s.log.wait(t, "ready")
	s.user("user@example.com")
	token := s.token(s.application(), "user@example.com")
	room := s.makeRooms(token, 1)[0]
	s.expire(room)
	require.Eventually(t, func() bool {
		return s.count(`select count(*) from meet_room where resource_id = $1 and deleted_at is not null`, room) == 1
	}, time.Minute, tick)
	require.Zero(t, s.count(`select count(*) from meet_resource_access where resource_id = $1`, room))
	require.Equal(t, 1, s.count(`select count(*) from external_api.room where room_id = $1 and delete_at is null and expires_at is null`, room))
	require.Equal(t, 404, s.get("/rooms/"+room+"/", bearer(token)).status)
}

// Origin and expiry outlive the application, whoever deletes it.
func TestExpiryOutlivesTheApplication(t *testing.T) {
	t.Parallel()
	s := start(t, addons)
	user := s.user("user@example.com")
	for name, deletion := range map[string]func(credentials){
		"the command line": func(c credentials) { s.cli("application", "delete", "--yes", c.ID) },
		"Meet's admin":     func(c credentials) { s.sql(vanishing{application: c}.fill(deleteApplication)) },
	} {
		application := s.application()
		rooms := s.makeRooms(s.token(application, "user@example.com"), 2)
		deletion(application)
		for _, task := range s.store().Tasks() {
			_, err := task.Step(context.Background())
			require.NoError(t, err)
		}
		now := time.Now().Unix()
		addon := signed(t, addonKey, meetHeader, map[string]any{
			"iss": "lasuite-meet", "aud": "addons", "iat": now, "exp": now + 60, "user_id": user, "scope": "rooms:retrieve rooms:delete",
		})
		a := s.get("/rooms/"+rooms[0]+"/", bearer(addon))
		require.Equal(t, 200, a.status, "%s: %s", name, a.raw)
		require.NotEmpty(t, a.body["expires_at"], name)
		require.Equal(t, 204, s.send("DELETE", "/rooms/"+rooms[0]+"/", nil, bearer(addon)).status, "%s: it was made through this API", name)
		s.expire(rooms[1])
		s.requireDeleted(rooms...)
	}
}
