// The tests of docs/contract.md, "DELETE /rooms/{id}/ — delete": the room in LiveKit, which is closed where LiveKit is configured.

package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/db/dbtest"
)

// newCloser plays the LiveKit that closes rooms, and returns the settings for it.
func newCloser(t *testing.T, closes func(w http.ResponseWriter, room string)) map[string]string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request struct{ Room string }
		if !strings.HasSuffix(r.URL.Path, "/DeleteRoom") || json.NewDecoder(r.Body).Decode(&request) != nil {
			http.Error(w, `{"code":"bad_route"}`, http.StatusNotFound)
			return
		}
		closes(w, request.Room)
		_, _ = w.Write([]byte(`{}`))
	}))
	t.Cleanup(server.Close)
	return map[string]string{"LIVEKIT_API_URL": server.URL, "LIVEKIT_API_KEY": "the-key", "LIVEKIT_API_SECRET": "the-secret-of-livekit-of-32-bytes"}
}

// deleteNewRoom makes a room and deletes it, and returns its id.
func (s *instance) deleteNewRoom(token string) string {
	s.t.Helper()
	id := s.post(roomsPath, "{}", bearer(token)).body["id"].(string)
	require.Equal(s.t, 204, s.send("DELETE", "/rooms/"+id+"/", nil, bearer(token)).status)
	return id
}

const outbox = `select count(*) from external_api.livekit_outbox`

// The server that has deleted a room closes it in LiveKit at once.
func TestADeletedRoomIsClosedAtOnce(t *testing.T) {
	t.Parallel()
	closed := make(chan string, 1)
	s, _, _, token := roomServer(t, newCloser(t, func(_ http.ResponseWriter, room string) { closed <- room }))
	id := s.deleteNewRoom(token)
	deleted := time.Now()
	require.Equal(t, id, <-closed)
	require.Less(t, time.Since(deleted), 2*time.Second)
	require.Eventually(t, func() bool { return s.count(outbox) == 0 }, eventually, tick)
}

func TestWithoutLiveKitNothingIsToBeClosed(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	s.deleteNewRoom(token)
	expired := s.makeRooms(token, 1)
	s.expire(expired...)
	s.requireDeleted(expired...)
	require.Zero(t, s.count(outbox))
}

// What LiveKit did not take is tried again, also by another server, until it is back.
func TestLiveKitComesBack(t *testing.T) {
	t.Parallel()
	var back atomic.Bool
	refused, closed := make(chan string, 100), make(chan string, 100)
	settings := newCloser(t, func(w http.ResponseWriter, room string) {
		if back.Load() {
			closed <- room
			return
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		refused <- room
	})
	s, _, _, token := roomServer(t, settings)
	id := s.deleteNewRoom(token)
	require.Equal(t, id, <-refused)
	s.log.waitFor(t, "a room that is deleted was not closed in LiveKit, trying again", map[string]any{"room": id})
	require.Equal(t, 1, s.count(outbox+` where tries = 1 and try_at between now() and now() + interval '10 seconds'`))
	s.deleteNewRoom(token)
	<-refused
	require.Equal(t, 1, strings.Count(s.log.String(), "trying again"), "once for several failures in a row")
	s.replica(settings)
	back.Store(true)
	s.sql(`update external_api.livekit_outbox set try_at = now()`) // as in ten seconds
	<-closed
	<-closed
	require.Eventually(t, func() bool { return s.count(outbox) == 0 }, eventually, tick)
	require.Empty(t, closed)
}

// A room that LiveKit does not close within a day is given up.
func TestLiveKitIsGivenUp(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t, newCloser(t, func(w http.ResponseWriter, _ string) { w.WriteHeader(http.StatusServiceUnavailable) }))
	id := s.deleteNewRoom(token)
	s.log.waitFor(t, "a room that is deleted was not closed in LiveKit, trying again", map[string]any{"room": id})
	s.sql(`update external_api.livekit_outbox set created_at = now() - interval '25 hours', try_at = now()`)
	s.log.waitFor(t, "a room that is deleted may be open in LiveKit: given up after a day", map[string]any{"room": id})
	require.Eventually(t, func() bool { return s.count(outbox) == 0 }, eventually, tick)
}

// A LiveKit that hangs holds up neither DELETE, nor expiry, nor other rooms.
func TestLiveKitHangs(t *testing.T) {
	t.Parallel()
	var hangingRoom atomic.Value
	hanging, ended, closed := make(chan struct{}, 10), make(chan struct{}), make(chan string, 10)
	s, _, _, token := roomServer(t, newCloser(t, func(_ http.ResponseWriter, room string) {
		if room == hangingRoom.Load() {
			hanging <- struct{}{}
			<-ended
			return
		}
		closed <- room
	}))
	t.Cleanup(func() { close(ended) })
	rooms := s.makeRooms(token, 3)
	hangingRoom.Store(rooms[0])
	remove := func(id string) {
		t.Helper()
		begun := time.Now()
		require.Equal(t, 204, s.send("DELETE", "/rooms/"+id+"/", nil, bearer(token)).status)
		require.Less(t, time.Since(begun), 2*time.Second)
	}
	remove(rooms[0])
	<-hanging
	begun := time.Now()
	remove(rooms[1])
	require.Equal(t, rooms[1], <-closed)
	require.Less(t, time.Since(begun), 5*time.Second, "the one that hangs takes two seconds")
	line := s.log.waitFor(t, "a room that is deleted was not closed in LiveKit, trying again", map[string]any{"room": rooms[0]})
	require.Contains(t, line["error"], "context deadline exceeded")
	s.expire(rooms[2])
	s.requireDeleted(rooms[2])
	require.Equal(t, rooms[2], <-closed)
}

// A room that Meet has restored meanwhile stays open.
func TestARestoredRoomStaysOpen(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	(&instance{t: t, dsn: dsn}).sql(`alter table meet_room add column deleted_at timestamptz`)
	var calls atomic.Int64
	s := startUnready(t, dsn, newCloser(t, func(w http.ResponseWriter, _ string) {
		calls.Add(1)
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	s.log.wait(t, "ready")
	s.user("user@example.com")
	id := s.deleteNewRoom(s.token(s.application(), "user@example.com"))
	require.Eventually(t, func() bool { return calls.Load() == 1 }, eventually, tick)
	s.sql(`update meet_room set deleted_at = null where resource_id = $1`, id)
	s.sql(`update external_api.livekit_outbox set try_at = now()`)
	require.Eventually(t, func() bool { return s.count(outbox) == 0 }, eventually, tick)
	require.EqualValues(t, 1, calls.Load())
}

// Rooms that are deleted while the server drains are closed as well.
func TestRoomsAreClosedWhileTheServerDrains(t *testing.T) {
	t.Parallel()
	closed := make(chan string, 1)
	settings := newCloser(t, func(_ http.ResponseWriter, room string) { closed <- room })
	dsn := dbtest.New(t)
	settings["DATABASE_URL"], settings["EXTERNAL_API_DRAIN_SECONDS"] = dsn, "5"
	p := startProcess(t, settings)
	p.log.wait(t, "ready")
	s := &instance{t: t, dsn: dsn, api: externalAPI, url: p.url(t), log: p.log, env: map[string]string{"DATABASE_URL": dsn}}
	s.user("user@example.com")
	token := s.token(s.application(), "user@example.com")
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	p.log.wait(t, "shutting down")
	id := s.deleteNewRoom(token)
	require.Equal(t, id, <-closed)
	require.NoError(t, p.Wait())
	require.Zero(t, s.count(outbox))
}
