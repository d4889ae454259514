// The tests of docs/contract.md, "Operators": the audit trail through the operators' API, and what it must not hold.

package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// listedEvents are those of the audit trail that fit a query, the newest first, once there are so many.
func (s *instance) listedEvents(authorized requestOption, query string, number int) (found []map[string]any) {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		a := s.get("/audit-events/?"+query, authorized)
		require.Equal(s.t, 200, a.status, "%s", a.raw)
		found = nil
		for _, one := range a.body["results"].([]any) {
			found = append(found, one.(map[string]any))
		}
		return len(found) >= number
	}, eventually, 50*tick, "%s", query)
	require.Len(s.t, found, number, query)
	return found
}

// The same act is the same event through the API and on the command line, but for the channel, the operator, the address, the request id,
// and what is drawn anew.
func TestTheSameActIsTheSameEvent(t *testing.T) {
	t.Parallel()
	s, authorized := operatorServer(t)
	path, byAPI, made := s.registered(authorized, nil)
	byCLI := s.application("--name=Calendar", "--any-domain", "--scope=rooms:create", "--scope=rooms:list")
	user := s.user("user@example.com")
	for _, act := range []struct {
		action    string
		api       func() answer
		arguments []string
	}{
		{"application.create", func() answer { return made }, nil},
		{"application.update", func() answer {
			return s.patch(path, map[string]any{"name": "Agenda", "domains": []string{"example.com"}}, authorized)
		}, []string{"update", byCLI.ID, "--name=Agenda", "--domain=example.com"}},
		{"application.rotate_secret", func() answer {
			return s.post(path+"rotate-secret/", map[string]any{"overlap_seconds": 3600}, authorized)
		}, []string{"rotate-secret", byCLI.ID, "--overlap=1h"}},
		{"application.revoke_tokens", func() answer { return s.send("POST", path+"revoke-tokens/", nil, authorized) }, []string{"revoke-tokens", byCLI.ID}},
		{"application.delete", func() answer { return s.delete(path, authorized) }, []string{"delete", byCLI.ID, "--yes"}},
	} {
		a := act.api()
		require.Less(t, a.status, 300, "%s", a.raw)
		if act.arguments != nil {
			s.cli(append([]string{"application"}, act.arguments...)...)
		}
		first := s.listedEvents(authorized, "action="+act.action+"&client_id="+byAPI.ID, 1)[0]
		second := s.listedEvents(authorized, "action="+act.action+"&client_id="+byCLI.ID, 1)[0]
		require.Equal(t, []any{"operator_api", "terraform", "127.0.0.1", a.header.Get("X-Request-Id"), byAPI.UUID},
			[]any{first["channel"], first["operator"], first["address"], first["request_id"], first["target_id"]})
		require.Equal(t, []any{"command_line", byCLI.UUID}, []any{second["channel"], second["target_id"]})
		for _, event := range []map[string]any{first, second} {
			for _, name := range []string{"channel", "operator", "address", "request_id", "id", "time", "client_id", "target_id"} {
				delete(event, name)
			}
		}
		require.Equal(t, first, second, act.action)
	}
	s.send("POST", "/users/"+user+"/revoke-tokens/", nil, authorized)
	require.Equal(t, "terraform", s.listedEvents(authorized, "action=user.revoke_tokens&user_id="+user, 1)[0]["operator"])
}

// What was refused, and why, is found by the request id, and everything by each filter.
func TestOperatorsReadTheAuditTrail(t *testing.T) {
	t.Parallel()
	public := start(t)
	s := public.operations()
	_, token := s.operatorToken("--write")
	_, reads := s.operatorToken("--name=monitoring")
	authorized := bearer(token)
	user := public.user("user@example.com")
	path, application, _ := s.registered(authorized, nil)
	wrong := application
	wrong.Secret += "x"
	refused := public.post(tokenPath, tokenRequest(wrong, nil), header("X-Request-Id", "booking-4711"))
	require.Equal(t, 401, refused.status)
	issued := public.token(application, "user@example.com")
	room := public.send("POST", roomsPath, nil, bearer(issued))
	require.Equal(t, 201, room.status)
	mayNot := s.delete(path, bearer(reads))
	require.Equal(t, 403, mayNot.status)

	event := s.listedEvents(authorized, "request_id=booking-4711", 1)[0]
	require.Equal(t, []any{"token.issue", "failure", "wrong_secret", "external_api", application.ID, "127.0.0.1"},
		[]any{event["action"], event["outcome"], event["reason"], event["channel"], event["client_id"], event["address"]})
	made := s.listedEvents(authorized, "target_id="+room.body["id"].(string), 1)[0]
	require.Equal(t, []any{"room.create", "success", user, application.ID}, []any{made["action"], made["outcome"], made["user_id"], made["client_id"]})
	denied := s.listedEvents(authorized, "operator=monitoring&outcome=failure", 1)[0]
	require.Equal(t, []any{"application.delete", "write_scope_missing", "operator_api", mayNot.header.Get("X-Request-Id")},
		[]any{denied["action"], denied["reason"], denied["channel"], denied["request_id"]})
	for query, number := range map[string]int{
		"client_id=" + application.ID + "&action=token.issue":                 2,
		"client_id=" + application.ID + "&action=token.issue&outcome=success": 1,
		"channel=operator_api&action=application.create":                      1,
		"action=room.create&user_id=" + strings.ToUpper(user):                 1,
		"action=room.create&from=2026-01-01T00:00:00Z":                        1,
		"action=room.create&to=2026-01-01T00:00:00Z":                          0,
		"action=room.create&from=2126-01-01T00:00:00%2B01:00":                 0,
	} {
		s.listedEvents(authorized, query, number)
	}
	var walked []string
	for next := "/audit-events/?page_size=2&client_id=" + application.ID; next != ""; {
		a := s.get(next, authorized)
		require.Equal(t, 200, a.status, "%s", a.raw)
		for _, one := range a.body["results"].([]any) {
			walked = append(walked, one.(map[string]any)["id"].(string))
		}
		next, _ = a.body["next"].(string)
		next = strings.TrimPrefix(next, s.url+s.api.basePath)
	}
	require.Len(t, walked, 4, "registered, a refused token, an issued one, and a room")
	require.IsDecreasing(t, walked)

	counted := s.get(path+"token-counts/", authorized)
	require.Equal(t, 200, counted.status, "%s", counted.raw)
	hour := counted.body["results"].([]any)[0].(map[string]any)["hour"]
	require.Equal(t, []any{map[string]any{"hour": hour, "count": 1.0}, map[string]any{"hour": hour, "count": 1.0, "reason": "wrong_secret"}}, counted.body["results"])
	began, err := time.Parse(time.RFC3339, hour.(string))
	require.NoError(t, err)
	require.WithinDuration(t, time.Now(), began, 61*time.Minute)

	rooms := s.get(path+"rooms/", authorized)
	require.Equal(t, 200, rooms.status, "%s", rooms.raw)
	listed := rooms.body["results"].([]any)[0].(map[string]any)
	require.Equal(t, []any{room.body["id"], room.body["name"], user, "user@example.com"}, []any{listed["id"], listed["name"], listed["user_id"], listed["email"]})
	require.Nil(t, rooms.body["next"])
	goes := s.get(path+"deletion/", authorized)
	require.Equal(t, map[string]any{"secrets": 1.0, "tokens": 1.0, "rooms": 1.0}, goes.body)
}

// Rooms that an application created come in pages, the newest first.
func TestOperatorsListCreatedRooms(t *testing.T) {
	t.Parallel()
	public := start(t)
	s := public.operations()
	_, token := s.operatorToken("--write")
	public.user("user@example.com")
	path, application, _ := s.registered(bearer(token), nil)
	issued := public.token(application, "user@example.com")
	var created, walked []string
	for range 3 {
		created = append([]string{public.send("POST", roomsPath, nil, bearer(issued)).body["name"].(string)}, created...)
	}
	for next, pages := path+"rooms/?page_size=2", 0; next != ""; pages++ {
		require.Less(t, pages, 2)
		a := s.get(next, bearer(token))
		walked = append(walked, names(a)...)
		next, _ = a.body["next"].(string)
		next = strings.TrimPrefix(next, s.url+s.api.basePath)
	}
	require.Equal(t, created, walked)
}

// Neither a token of operators nor a secret is anywhere but in the answer that shows it.
func TestTokensOfOperatorsAreNowhere(t *testing.T) {
	t.Parallel()
	s, authorized := operatorServer(t)
	_, token := s.operatorToken("--write", "--name=other")
	path, application, _ := s.registered(bearer(token), nil)
	rotated := s.post(path+"rotate-secret/", nil, authorized)
	for _, a := range []answer{s.get(path, bearer(token[:len(token)-1])), s.get("/"+token, bearer(token)), s.get(applicationsPath+token, authorized),
		s.post(applicationsPath, map[string]any{"name": "a", "id": token}, authorized), s.get("/audit-events/?operator="+token, authorized)} {
		require.NotContains(t, strings.ReplaceAll(string(a.raw), token+"&", ""), token, "%s", a.raw)
	}
	s.listedEvents(authorized, "request_id="+rotated.header.Get("X-Request-Id"), 1)
	var tables []string
	require.NoError(t, s.pool().Select(&tables, `select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables
		where schemaname not in ('pg_catalog', 'information_schema')`))
	require.Greater(t, len(tables), 15)
	for _, secret := range []string{token, application.Secret, rotated.body["client_secret"].(string)} {
		for _, table := range tables {
			var rows int
			require.NoError(t, s.pool().Get(&rows, fmt.Sprintf(`select count(*) from %s r where strpos(cast(r as text), $1) > 0`, table), secret))
			require.Zero(t, rows, table)
		}
		require.NotContains(t, s.log.String(), secret)
		a := s.send(http.MethodGet, path, nil, authorized)
		require.NotContains(t, string(a.raw), secret)
	}
}
