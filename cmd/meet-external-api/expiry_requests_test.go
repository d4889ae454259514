// The tests of docs/contract.md, "More about rooms": `expires_at` in requests and answers. What becomes of rooms that have expired is
// tested beside the background work.

package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func expiring(at string) string { return fmt.Sprintf(`{"expires_at": %s}`, at) }

func quoted(at time.Time, layout string) string { return fmt.Sprintf("%q", at.Format(layout)) }

// A time is RFC 3339, in the future, and at most a year away, on creation and on update, where null removes it.
func TestExpiresAt(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	at := time.Date(time.Now().Year(), time.Now().Month()+6, 1, 12, 30, 15, 0, time.UTC)
	shown := at.Format(time.RFC3339)
	now := time.Now()
	const (
		past, late = "Enter a time in the future.", "Enter a time within a year from now."
	)
	for name, c := range map[string]struct {
		value  string
		status int
		shown  any
	}{
		"in UTC":                        {quoted(at, time.RFC3339), 201, shown},
		"in another zone":               {quoted(at.In(time.FixedZone("", 5*3600+1800)), time.RFC3339), 201, shown},
		"behind UTC":                    {quoted(at.In(time.FixedZone("", -3*3600)), time.RFC3339), 201, shown},
		"with a fraction":               {quoted(at.Add(120*time.Millisecond), time.RFC3339Nano), 201, strings.Replace(shown, "Z", ".12Z", 1)},
		"with more than is stored":      {quoted(at.Add(123456789), time.RFC3339Nano), 201, strings.Replace(shown, "Z", ".123456Z", 1)},
		"white space around":            {`"  ` + at.Format(time.RFC3339) + ` "`, 201, shown},
		"null":                          {`null`, 201, nil},
		"soon":                          {quoted(now.Add(30*time.Minute), time.RFC3339), 201, now.UTC().Add(30 * time.Minute).Format(time.RFC3339)},
		"in a year but a minute":        {quoted(now.AddDate(1, 0, 0).Add(-time.Minute), time.RFC3339), 201, now.UTC().AddDate(1, 0, 0).Add(-time.Minute).Format(time.RFC3339)},
		"in a year and an hour":         {quoted(now.AddDate(1, 0, 0).Add(time.Hour), time.RFC3339), 400, late},
		"in the last year":              {`"9999-12-31T23:59:59Z"`, 400, late},
		"now":                           {quoted(now, time.RFC3339Nano), 400, past},
		"a second ago":                  {quoted(now.Add(-time.Second), time.RFC3339Nano), 400, past},
		"the first time":                {`"0001-01-01T00:00:00Z"`, 400, past},
		"in the past, in another zone":  {quoted(now.Add(-time.Minute).In(time.FixedZone("", 14*3600)), time.RFC3339), 400, past},
		"without a zone":                {quoted(at, "2006-01-02T15:04:05"), 400, nil},
		"a day":                         {quoted(at, time.DateOnly), 400, nil},
		"no such day":                   {`"2026-02-30T00:00:00Z"`, 400, nil},
		"no such hour":                  {`"2027-02-03T24:00:00Z"`, 400, nil},
		"no such zone":                  {`"2027-02-03T23:00:00+99:99"`, 400, nil},
		"a number":                      {fmt.Sprint(at.Unix()), 400, nil},
		"an empty text":                 {`""`, 400, nil},
		"a boolean":                     {`false`, 400, nil},
		"a list":                        {`[]`, 400, nil},
		"words":                         {`"tomorrow"`, 400, nil},
		"more than a time":              {`"` + at.Format(time.RFC3339) + `x"`, 400, nil},
		"a list of times":               {`["` + at.Format(time.RFC3339) + `"]`, 400, nil},
		"with the words of another one": {quoted(at, time.RFC1123Z), 400, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, _ := s.made(token, expiring(quoted(now.Add(time.Hour), time.RFC3339)))
			before := s.get(path, bearer(token))
			created, updated := s.post(roomsPath, expiring(c.value), bearer(token)), s.patch(path, expiring(c.value), bearer(token))
			require.Equal(t, c.status, created.status, "%s", created.raw)
			if c.status == 400 {
				require.Equal(t, 400, updated.status, "%s", updated.raw)
				for _, a := range []answer{created, updated} {
					require.Len(t, a.body, 1)
					messages := a.body["expires_at"].([]any)
					if c.shown != nil {
						require.Equal(t, []any{c.shown}, messages)
					}
				}
				require.Equal(t, before.raw, s.get(path, bearer(token)).raw)
				return
			}
			require.Equal(t, 200, updated.status, "%s", updated.raw)
			listed := map[any]any{}
			for _, room := range s.get("/rooms/?page_size=100", bearer(token)).body["results"].([]any) {
				listed[room.(map[string]any)["id"]] = room.(map[string]any)["expires_at"]
			}
			for _, a := range []answer{created, updated} {
				require.Equal(t, c.shown, a.body["expires_at"])
				if c.shown == nil {
					require.NotContains(t, a.body, "expires_at", "it is shown where it is set")
				}
				read := s.get("/rooms/"+a.body["id"].(string)+"/", bearer(token))
				require.JSONEq(t, string(a.raw), string(read.raw))
				require.Equal(t, c.shown, listed[a.body["id"]])
			}
		})
	}
}

// An update that does not name it leaves it; one that does changes nothing else. Both times that are stored are the same.
func TestExpiresAtOfAnUpdate(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	path, a := s.made(token, expiring(quoted(time.Now().Add(time.Hour), time.RFC3339)))
	at := a.body["expires_at"]
	for _, body := range []string{`{}`, `{"access_level": "restricted"}`, `{"configuration": {"everyone_can_mute": true}}`} {
		require.Equal(t, at, s.patch(path, body, bearer(token)).body["expires_at"], body)
	}
	for _, value := range []any{time.Now().Add(2 * time.Hour).UTC().Format(time.RFC3339), nil, at} {
		encoded, err := json.Marshal(map[string]any{"expires_at": value})
		require.NoError(t, err)
		updated := s.patch(path, string(encoded), bearer(token))
		require.Equal(t, value, updated.body["expires_at"])
		require.Equal(t, "restricted", updated.body["access_level"])
		var same bool
		require.NoError(t, s.pool().Get(&same, `select expires_at is not distinct from delete_at and (expires_at is null) = $1 from external_api.room`, value == nil))
		require.True(t, same)
	}
}

// Who changes when a room is deleted has to be allowed to delete it; who sends what is there already has not.
func TestWhoMayChangeExpiresAt(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	s.user("bob@example.com")
	bob := s.token(application, "bob@example.com")
	other := s.token(s.application(), "user@example.com")
	path, a := s.made(token, expiring(quoted(time.Now().Add(time.Hour), time.RFC3339)))
	require.Equal(t, 201, s.post(path+"grant-access/", `{"email": "bob@example.com"}`, bearer(token)).status)
	inMeet := "/rooms/" + s.seed(user, "owner", "made in Meet") + "/"
	same, later := expiring(fmt.Sprintf("%q", a.body["expires_at"])), expiring(quoted(time.Now().Add(2*time.Hour), time.RFC3339))
	for name, c := range map[string]struct {
		path, token, body string
		status            int
		detail            string
	}{
		"an administrator":                                   {path, bob, later, 403, roleMissing},
		"an administrator, to remove it":                     {path, bob, expiring("null"), 403, roleMissing},
		"an administrator, what is there":                    {path, bob, same, 200, ""},
		"another application":                                {path, other, later, 403, notOwnRoom},
		"another application, to remove it":                  {path, other, expiring("null"), 403, notOwnRoom},
		"another application, what is there, and a level":    {path, other, same[:len(same)-1] + `, "access_level": "trusted"}`, 200, ""},
		"a room of Meet's":                                   {inMeet, token, later, 403, notOwnRoom},
		"a room of Meet's, which has none":                   {inMeet, token, expiring("null"), 200, ""},
		"an administrator, with what they may change":        {path, bob, later[:len(later)-1] + `, "access_level": "restricted"}`, 403, roleMissing},
		"another application, with what it may change there": {path, other, later[:len(later)-1] + `, "access_level": "restricted"}`, 403, notOwnRoom},
	} {
		done := s.patch(c.path, c.body, bearer(c.token))
		require.Equal(t, c.status, done.status, "%s: %s", name, done.raw)
		require.Equal(t, c.detail, done.detail(), name)
	}
	require.JSONEq(t, string(a.raw), string(s.get(path, bearer(token)).raw), "nothing of it is done")
	require.Equal(t, 200, s.patch(path, later, bearer(token)).status)
}
