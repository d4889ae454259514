// The tests of docs/contract.md, "POST /rooms/ — create": `Idempotency-Key`, where the program ends without a word.

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/handlers"
)

// The program is killed after its creation was stored, and before it could say so: the repetition gets the room, from another replica.
func TestACrashBetweenCommitAndAnswer(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	p := startProcess(t, map[string]string{"DATABASE_URL": s.dsn})
	p.log.wait(t, "ready")
	doomed := p.url(t)
	tx, err := s.pool().Begin()
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	_, err = tx.Exec(`select from meet_user where id = $1 for update`, user) // what its COMMIT has to wait for
	require.NoError(t, err)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, err := repeatOnce(doomed, token, "a-key")
		require.Error(t, err)
	}()
	require.Eventually(t, func() bool { return s.waits(t) }, eventually, tick)
	require.NoError(t, p.Process.Kill())
	require.Error(t, p.Wait())
	<-ended
	require.Equal(t, 409, s.post(roomsPath, "{}", bearer(token), key("a-key")).status)
	require.NoError(t, tx.Commit())

	var first answer
	require.Eventually(t, func() bool {
		first = s.post(roomsPath, "{}", bearer(token), key("a-key"))
		return first.status != 409
	}, eventually, tick)

	require.Equal(t, "true", first.header.Get("Idempotent-Replayed"))
	require.Equal(t, first.raw, s.get(strings.TrimPrefix(first.header.Get("Location"), s.url+handlers.BasePath), bearer(token)).raw)
	require.Equal(t, 1, s.rooms())
}

// However often the program is killed while callers repeat what they do not know the end of, there is one room for each key, and its
// callers know it.
func TestKilledAtRandomMoments(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	var url atomic.Value // of the process that runs
	var unexpected atomic.Value
	var answered, replayed atomic.Int64
	var over atomic.Bool
	url.Store("http://127.0.0.1:1")
	const clients, kills = 4, 20
	known := make(chan map[string]string, clients) // the rooms by their keys
	for client := range clients {
		go func() {
			rooms := map[string]string{}
			defer func() { known <- rooms }()
			pause := time.NewTicker(tick)
			defer pause.Stop()
			for i := 0; !over.Load(); i++ {
				k := fmt.Sprintf("key-%d-%d", client, i)
				for rooms[k] == "" && !over.Load() {
					made, err := repeatOnce(url.Load().(string), token, k)
					if errors.Is(err, errUnexpected) {
						unexpected.Store(err)
					}
					if err != nil || made.id == "" {
						<-pause.C
						continue
					}
					rooms[k] = made.id
					answered.Add(1)
					if made.replayed {
						replayed.Add(1)
					}
				}
			}
		}()
	}
	for range kills {
		p := startProcess(t, map[string]string{"DATABASE_URL": s.dsn, "EXTERNAL_API_MIGRATE": "false"})
		p.log.wait(t, "ready")
		before, after := answered.Load(), 1+rand.Int64N(20)
		url.Store(p.url(t))
		require.Eventually(t, func() bool { return answered.Load() >= before+after }, eventually, time.Millisecond)
		require.NoError(t, p.Process.Kill())
		_ = p.Wait()
	}
	over.Store(true)
	require.Nil(t, unexpected.Load())
	total := 0
	for range clients {
		rooms := <-known
		total += len(rooms)
		for k, id := range rooms {
			again := s.post(roomsPath, "{}", bearer(token), key(k))
			require.Equal(t, 201, again.status, "%s", again.raw)
			require.Equal(t, id, again.body["id"], k)
		}
	}
	t.Logf("%d kills, %d rooms, %d of them known by a repetition", kills, total, replayed.Load())
	require.Zero(t, s.count(`
		select count(*) from meet_room r full join external_api.audit_event e on e.target_id = cast(r.resource_id as text) and e.action = 'room.create'
		where e.action is distinct from 'token.issue' and (r.resource_id is null or e.id is null) and e.operator is null`),
		"each room has its event, and each event its room")
	var rooms, keys, owned int
	require.NoError(t, s.pool().Get(&rooms, `select count(*) from meet_room`))
	require.NoError(t, s.pool().Get(&keys, `select count(*) from external_api.idempotency_key k join meet_room r on r.resource_id = k.room_id`))
	require.NoError(t, s.pool().Get(&owned, `select count(*) from meet_room r join meet_resource p on p.id = r.resource_id
		join meet_resource_access a on a.resource_id = r.resource_id and a.role = 'owner' join external_api.room o on o.room_id = r.resource_id`))
	require.Equal(t, keys, rooms)
	require.Equal(t, keys, owned)
	require.GreaterOrEqual(t, keys, total)
	require.LessOrEqual(t, keys, total+clients, "and the last one of each client, of which it did not learn")
}

// errUnexpected is a status that no repetition ought to get.
var errUnexpected = errors.New("unexpected status")

// creationAnswer is what a caller learns of a creation.
type creationAnswer struct {
	id       string
	replayed bool
}

// repeatOnce creates a room with a key, at a server that may end meanwhile. The id is empty where it was told to try again.
func repeatOnce(url, token, k string) (creationAnswer, error) {
	request, err := http.NewRequest(http.MethodPost, url+handlers.BasePath+roomsPath, strings.NewReader("{}"))
	if err != nil {
		return creationAnswer{}, err
	}
	for _, option := range []requestOption{bearer(token), key(k), header("Content-Type", "application/json")} {
		option(request)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return creationAnswer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	var room struct{ ID string }
	if err := json.NewDecoder(response.Body).Decode(&room); err != nil {
		return creationAnswer{}, err
	}
	switch response.StatusCode {
	case http.StatusCreated, http.StatusConflict, http.StatusServiceUnavailable:
		return creationAnswer{room.ID, response.Header.Get("Idempotent-Replayed") != ""}, nil
	}
	return creationAnswer{}, fmt.Errorf("%w %s", errUnexpected, response.Status)
}
