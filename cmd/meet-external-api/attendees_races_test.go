// The tests of docs/contract.md, "More about rooms": attendees of whom something changes meanwhile.

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Requests at once that invite the same addresses end with one user for each, and all succeed.
func TestAttendeesWhoAreInvitedAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, creation)
	application := s.application()
	token := s.token(application, "user@example.com")
	const requests = 8
	for round := range 5 {
		addresses := make([]string, 10)
		for i := range addresses {
			addresses[i] = fmt.Sprintf("guest-%d-%d@example.com", round, i)
		}
		rooms := make([]string, requests)
		for i := range rooms {
			rooms[i] = s.post(roomsPath, `{}`, bearer(token)).body["id"].(string)
		}
		answers := make(chan answer, requests+1)
		for i := range requests {
			invited := append(append([]string{}, addresses[i:]...), addresses[:i]...) // each in another order
			go func() {
				if i%2 == 0 {
					answers <- s.patch(roomsPath+rooms[i]+"/", attending(invited...), bearer(token))
				} else {
					answers <- s.post(roomsPath, attending(invited...), bearer(token))
				}
			}()
		}
		go func() { answers <- s.post(tokenPath, tokenRequest(application, map[string]any{"scope": addresses[3]})) }()
		for range requests + 1 {
			a := <-answers
			require.Contains(t, []int{200, 201}, a.status, "%s", a.raw)
			if a.body["id"] != nil {
				require.Len(t, s.members(a.body["id"].(string)), len(addresses)+1)
				require.NotContains(t, strings.Join(statuses(a), " "), "unknown")
			}
		}
		require.Equal(t, len(addresses), s.count(`select count(*) from meet_user where email like $1`, fmt.Sprintf("guest-%d-%%", round)))
		require.Equal(t, s.count(`select count(*) from meet_user`), s.count(`select count(*) from external_api.user where provisional`))
	}
}

// A user who is deleted while they become a member is one who was deleted before.
func TestAttendeesWhoAreDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	for _, ask := range []func(map[string]any) answer{
		func(body map[string]any) answer { return s.post(roomsPath, body, bearer(token)) },
		func(body map[string]any) answer {
			room := s.post(roomsPath, `{}`, bearer(token)).body["id"].(string)
			return s.patch(roomsPath+room+"/", body, bearer(token))
		},
	} {
		bob := s.user("bob@example.com")
		tx, err := s.pool().Begin()
		require.NoError(t, err)
		defer func() { _ = tx.Rollback() }()
		_, err = tx.Exec(`delete from meet_user where id = $1`, bob)
		require.NoError(t, err)
		answered := make(chan answer, 1)
		go func() { answered <- ask(attending("bob@example.com")) }()
		require.Eventually(t, func() bool { return s.waits(t) }, eventually, tick)
		require.NoError(t, tx.Commit())
		a := <-answered
		require.Contains(t, []int{200, 201}, a.status, "%s", a.raw)
		require.Equal(t, []string{"bob@example.com unknown"}, statuses(a))
		require.Equal(t, []string{"owner user@example.com"}, s.members(a.body["id"].(string)))
	}
}

// Who can be neither created nor found is said of attendees as of delegates.
func TestAttendeesWhoCanBeNeitherCreatedNorFound(t *testing.T) {
	t.Parallel()
	s := start(t, creation)
	token := s.token(s.application(), "user@example.com")
	path := roomsPath + s.post(roomsPath, `{}`, bearer(token)).body["id"].(string) + "/"
	s.sql(`create function refuse() returns trigger language plpgsql as 'begin return null; end'`)
	s.sql(`create trigger refuse before insert on meet_user for each row execute function refuse()`)
	begin := time.Now()
	for _, a := range []answer{
		s.post(roomsPath, attending("new@example.com"), bearer(token)), s.patch(path, attending("new@example.com"), bearer(token)),
	} {
		require.Equal(t, 409, a.status, "%s", a.raw)
		require.Equal(t, "Failed to create or retrieve delegate user.", a.detail())
	}
	require.Less(t, time.Since(begin), eventually)
	require.Equal(t, 1, s.count(`select count(*) from meet_room`))
}
