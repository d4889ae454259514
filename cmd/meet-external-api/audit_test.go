// The tests of the audit trail: what was done, or refused, by whom, to what, from where; as rows and as lines.

package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/audit"
	"meet-external-api/db"
)

// audited is a server whose lines of the audit trail go to a file.
func audited(t *testing.T, settings ...map[string]string) (s *instance, lines func() []map[string]any) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "audit.log")
	s = start(t, append(settings, map[string]string{"EXTERNAL_API_AUDIT_LOG": path})...)
	return s, func() (all []map[string]any) {
		t.Helper()
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			var one map[string]any
			require.NoError(t, json.Unmarshal([]byte(line), &one), line)
			all = append(all, one)
		}
		return all
	}
}

// trail reads the audit trail past the server.
func (s *instance) trail() *db.DB {
	s.trailOnce.Do(func() { s.trailOpen = s.store() })
	return s.trailOpen
}

// events are those that fit, the first one first, once there are so many.
func (s *instance) events(f db.EventFilter, count int) (found []audit.Event) {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		found = nil
		require.NoError(s.t, s.trail().EachEvent(context.Background(), f, func(e audit.Event) error {
			found = append([]audit.Event{e}, found...)
			return nil
		}))
		return len(found) >= count
	}, eventually, 10*tick, "%+v", f)
	require.Len(s.t, found, count, "%+v", f)
	return found
}

// Each request that changes something, gets a token or is refused leaves one event, with who, what, on what, outcome, reason, address and
// request id, as a row and as a line; what succeeds and only reads leaves none, and neither does what is repeated.
func TestAudit(t *testing.T) {
	t.Parallel()
	s, lines := audited(t, creation)
	application := s.application()
	user, bob := s.user("user@example.com"), s.user("bob@example.com")
	token, bobs := s.token(application, "user@example.com"), s.token(application, "bob@example.com")
	room := s.post(roomsPath, "{}", bearer(token)).body["id"].(string)
	path := "/rooms/" + room + "/"
	_, claims := decodeToken(t, token)
	tokenID := claims["jti"].(string)
	var after []func()
	of := func(a answer) string { id, _ := a.body["id"].(string); return id }
	secret := map[string]any{"client_id": application.ID, "client_secret": application.Secret, "token": token}
	access := func() string {
		var id string
		require.NoError(t, s.pool().Get(&id, `select id from meet_resource_access where resource_id = $1 and user_id = $2`, room, bob))
		return id
	}
	for _, c := range []struct {
		name    string
		request func(...requestOption) answer
		status  int
		// wanted is the event but for id, time, address, request id and facts; nil: there is none.
		wanted func(a answer) *audit.Event
		facts  func(a answer) map[string]any
	}{
		{"a token", func(o ...requestOption) answer { return s.post(tokenPath, tokenRequest(application, nil), o...) }, 200,
			succeeded(audit.TokenIssue, application.ID, user, "", ""), nil},
		{"a wrong secret", func(o ...requestOption) answer {
			return s.post(tokenPath, tokenRequest(application, map[string]any{"client_secret": "wrong"}), o...)
		}, 401, failed(audit.TokenIssue, application.ID, "", "", "wrong_secret"), nil},
		{"an unknown client", func(o ...requestOption) answer {
			return s.post(tokenPath, tokenRequest(application, map[string]any{"client_id": "nobody"}), o...)
		}, 401, failed(audit.TokenIssue, "nobody", "", "", "unknown_client"), nil},
		{"a field that is missing", func(o ...requestOption) answer {
			return s.post(tokenPath, tokenRequest(application, map[string]any{"scope": nil}), o...)
		}, 400, failed(audit.TokenIssue, "", "", "", "invalid_fields"), nil},
		{"introspection", func(o ...requestOption) answer { return s.post(introspectPath, secret, o...) }, 200, nil, nil},
		{"introspection by nobody", func(o ...requestOption) answer {
			return s.post(introspectPath, map[string]any{"client_id": application.ID, "client_secret": "wrong", "token": token}, o...)
		}, 401, failed(audit.TokenIntrospect, application.ID, "", "", "wrong_secret"), nil},
		{"list", func(o ...requestOption) answer { return s.get(roomsPath, append(o, bearer(token))...) }, 200, nil, nil},
		{"list without a token", func(o ...requestOption) answer { return s.get(roomsPath, o...) }, 401,
			failed(audit.RoomList, "", "", "", "no_bearer_token"), nil},
		{"an unknown path", func(o ...requestOption) answer { return s.get("/nothing/", o...) }, 404, nil, nil},
		{"create", func(o ...requestOption) answer { return s.post(roomsPath, "{}", append(o, bearer(token))...) }, 201,
			func(a answer) *audit.Event {
				return succeeded(audit.RoomCreate, application.ID, user, "room", of(a))(a)
			}, nil},
		{"create with a key", func(o ...requestOption) answer { return s.post(roomsPath, "{}", append(o, bearer(token), key("k"))...) }, 201,
			func(a answer) *audit.Event {
				return succeeded(audit.RoomCreate, application.ID, user, "room", of(a))(a)
			}, nil},
		{"create with that key again", func(o ...requestOption) answer { return s.post(roomsPath, "{}", append(o, bearer(token), key("k"))...) },
			201, nil, nil},
		{"create what cannot be", func(o ...requestOption) answer {
			return s.post(roomsPath, `{"access_level": "x"}`, append(o, bearer(token))...)
		}, 400, failed(audit.RoomCreate, application.ID, user, "", "invalid_fields"), nil},
		{"retrieve", func(o ...requestOption) answer { return s.get(path, append(o, bearer(token))...) }, 200, nil, nil},
		{"retrieve without a role", func(o ...requestOption) answer { return s.get(path, append(o, bearer(bobs))...) }, 403,
			failed(audit.RoomRetrieve, application.ID, bob, room, "role_missing"), nil},
		{"update", func(o ...requestOption) answer {
			return s.patch(path, `{"access_level": "restricted"}`, append(o, bearer(token))...)
		}, 200, succeeded(audit.RoomUpdate, application.ID, user, "room", room), func(answer) map[string]any {
			return map[string]any{"access_level": map[string]any{"from": "trusted", "to": "restricted"}}
		}},
		{"the same update", func(o ...requestOption) answer {
			return s.patch(path, `{"access_level": "restricted"}`, append(o, bearer(token))...)
		}, 200, nil, nil},
		{"update without a role", func(o ...requestOption) answer {
			return s.patch(path, `{"access_level": "trusted"}`, append(o, bearer(bobs))...)
		}, 403, failed(audit.RoomUpdate, application.ID, bob, room, "role_missing"), nil},
		{"grant access", func(o ...requestOption) answer {
			return s.post(path+"grant-access/", `{"email": "bob@example.com", "role": "member"}`, append(o, bearer(token))...)
		}, 201, succeeded(audit.AccessGrant, application.ID, user, "room", room), func(answer) map[string]any {
			return map[string]any{"user": bob, "role": "member"}
		}},
		{"grant the same access", func(o ...requestOption) answer {
			return s.post(path+"grant-access/", `{"email": "bob@example.com", "role": "member"}`, append(o, bearer(token))...)
		}, 200, nil, nil},
		{"grant access as a member", func(o ...requestOption) answer {
			return s.post(path+"grant-access/", `{"email": "user@example.com"}`, append(o, bearer(bobs))...)
		}, 403, failed(audit.AccessGrant, application.ID, bob, room, "role_missing"), nil},
		{"list accesses", func(o ...requestOption) answer { return s.get(path+"accesses/", append(o, bearer(token))...) }, 200, nil, nil},
		{"remove an access", func(o ...requestOption) answer {
			return s.send("DELETE", path+"accesses/"+access()+"/", nil, append(o, bearer(token))...)
		}, 204, succeeded(audit.AccessRemove, application.ID, user, "room", room), func(answer) map[string]any {
			return map[string]any{"user": bob, "role": "member"}
		}},
		{"set attendees", func(o ...requestOption) answer {
			return s.patch(path, `{"attendees": ["bob@example.com"]}`, append(o, bearer(token))...)
		}, 200, succeeded(audit.RoomUpdate, application.ID, user, "room", room), func(answer) map[string]any {
			return map[string]any{"attendees": map[string]any{"added": []any{bob}}}
		}},
		{"delete as a member", func(o ...requestOption) answer { return s.send("DELETE", path, nil, append(o, bearer(bobs))...) }, 403,
			failed(audit.RoomDelete, application.ID, bob, room, "role_missing"), nil},
		{"delete", func(o ...requestOption) answer { return s.send("DELETE", path, nil, append(o, bearer(token))...) }, 204,
			succeeded(audit.RoomDelete, application.ID, user, "room", room), nil},
		{"delete again", func(o ...requestOption) answer { return s.send("DELETE", path, nil, append(o, bearer(token))...) }, 404,
			failed(audit.RoomDelete, application.ID, user, room, "room_not_found"), nil},
		{"revoke", func(o ...requestOption) answer { return s.post(revokePath, secret, o...) }, 200,
			succeeded(audit.TokenRevoke, application.ID, user, "token", tokenID), nil},
		{"revoke again", func(o ...requestOption) answer { return s.post(revokePath, secret, o...) }, 200, nil, nil},
		{"a revoked token", func(o ...requestOption) answer { return s.post(roomsPath, "{}", append(o, bearer(token))...) }, 401,
			failed(audit.RoomCreate, application.ID, user, "", "token_revoked"), nil},
	} {
		id := uuid.NewString()
		before := time.Now().Truncate(time.Microsecond)
		a := c.request(header("X-Request-Id", id))
		require.Equal(t, c.status, a.status, "%s: %s", c.name, a.raw)
		sent := time.Now()
		after = append(after, func() {
			if c.wanted == nil {
				s.events(db.EventFilter{RequestID: id}, 0)
				return
			}
			e := s.events(db.EventFilter{RequestID: id}, 1)[0]
			require.WithinRange(t, e.Time, before, sent, c.name)
			wanted := *c.wanted(a)
			wanted.ID, wanted.Time, wanted.Address, wanted.RequestID = e.ID, e.Time, "127.0.0.1", id
			if c.facts != nil {
				wanted.Changes = c.facts(a)
			}
			require.Equal(t, wanted, e, c.name)
			requireLine(t, lines, e)
		})
	}
	// Users who are made for a request have an event of their own.
	id := uuid.NewString()
	require.Equal(t, 200, s.post(tokenPath, tokenRequest(application, map[string]any{"scope": "new@example.com"}), header("X-Request-Id", id)).status)
	both := s.events(db.EventFilter{RequestID: id}, 2)
	require.Equal(t, []audit.Action{audit.UserCreate, audit.TokenIssue}, []audit.Action{both[0].Action, both[1].Action})
	require.Equal(t, both[1].UserID, both[0].TargetID)
	require.Equal(t, application.ID, both[0].ClientID)
	for _, look := range after {
		look()
	}
}

// succeeded is what an event says of what was done.
func succeeded(action audit.Action, clientID, user, kind, target string) func(answer) *audit.Event {
	return func(answer) *audit.Event {
		return &audit.Event{
			Action: action, Outcome: audit.Success, Source: audit.Source{Channel: audit.ExternalAPI, ClientID: clientID, UserID: user},
			TargetKind: kind, TargetID: target,
		}
	}
}

// failed is what an event says of what was refused, on a room or on nothing.
func failed(action audit.Action, clientID, user, room, reason string) func(answer) *audit.Event {
	return func(a answer) *audit.Event {
		e := succeeded(action, clientID, user, "", room)(a)
		e.Outcome, e.Reason = audit.Failure, reason
		if room != "" {
			e.TargetKind = "room"
		}
		return e
	}
}

// requireLine asserts that an event has one line, which says the same.
func requireLine(t *testing.T, lines func() []map[string]any, e audit.Event) {
	t.Helper()
	var wanted map[string]any
	require.NoError(t, json.Unmarshal(audit.AppendLine(nil, e), &wanted))
	var found []map[string]any
	require.Eventually(t, func() bool {
		found = nil
		for _, line := range lines() {
			if line["event.id"] == e.ID {
				found = append(found, line)
			}
		}
		return len(found) > 0
	}, eventually, tick, "%+v", e)
	require.Equal(t, []map[string]any{wanted}, found)
}
