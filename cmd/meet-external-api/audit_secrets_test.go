// The tests of what must not be kept anywhere (docs/privacy.md).

package main

import (
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/handlers"
)

// dump is all that stands in the tables of the database: ours, and Meet's.
func (s *instance) dump() string {
	s.t.Helper()
	var tables []string
	require.NoError(s.t, s.pool().Select(&tables, `
		select format('%I.%I', table_schema, table_name) from information_schema.tables
		where table_schema in ('external_api', 'public') and table_type = 'BASE TABLE'`))
	require.Greater(s.t, len(tables), 15)
	var all strings.Builder
	for _, table := range tables {
		var rows string
		require.NoError(s.t, s.pool().Get(&rows, `select coalesce(string_agg(cast(to_jsonb(t) as text), E'\n'), '') from `+table+` t`))
		all.WriteString(table + "\n" + rows + "\n")
	}
	return all.String()
}

// Wherever in a request a secret, a token or an assertion stands, be it by mistake, it is found in no table, no line of the log and no line
// of the audit trail. (An Idempotency-Key is kept for a day, as it came.)
func TestNoSecretIsKept(t *testing.T) {
	t.Parallel()
	s, _ := audited(t, creation)
	application, privateKey := s.keyedApplication()
	s.user("user@example.com")
	token := s.token(application, "user@example.com")
	assertion := newAssertion(t, privateKey, application.ID, s.url+handlers.BasePath+tokenPath, nil)
	room := "/rooms/" + s.post(roomsPath, "{}", bearer(token)).body["id"].(string) + "/"
	values := map[string]string{"secret": application.Secret, "token": token, "assertion": assertion, "wrong": "meetapp_" + strings.Repeat("wR0ng", 25)}
	var last answer
	for _, v := range values {
		for _, name := range []string{"client_id", "client_secret", "grant_type", "scope", "client_assertion", "client_assertion_type", "other"} {
			s.post(tokenPath, tokenRequest(application, map[string]any{name: v}))
			s.post(tokenPath, tokenRequest(application, map[string]any{name: v, "client_secret": nil}))
			s.postForm(tokenPath, url.Values{name: {v}})
		}
		for _, path := range []string{introspectPath, revokePath} {
			s.post(path, map[string]any{"client_id": application.ID, "client_secret": application.Secret, "token": v + "x"})
			s.post(path, map[string]any{"client_id": v, "client_secret": v, "token": v})
		}
		s.post(tokenPath+"?client_secret="+v, tokenRequest(application, nil))
		s.post(tokenPath, "{\""+v+"\": ")
		s.post(tokenPath, "{}", func(r *http.Request) { r.SetBasicAuth(v, v) })
		s.post(tokenPath, "{}", header("Content-Type", v), header("Content-Encoding", v))
		for _, o := range []requestOption{
			bearer(v + "x"), header("Authorization", v), header("Authorization", "Basic "+v), header("Authorization", "Bearer "+v+" "+v),
			header("X-Request-Id", v), header("User-Agent", v), header("Prefer", v), header("X-Forwarded-For", v), header("Origin", "https://"+v),
			header("Accept", v), header("Cookie", v), hosted(v),
		} {
			s.get(roomsPath, o)
			s.get(roomsPath, o, bearer(token))
		}
		for _, o := range []requestOption{header("If-Match", v), header("If-None-Match", v)} {
			s.patch(room, `{}`, bearer(token), o)
			s.get(room, bearer(token), o)
		}
		s.get("/rooms/"+v+"/", bearer(token))
		s.get("/"+v+"/", bearer(token))
		s.get(roomsPath+"?slug="+v+"&"+v+"="+v+"&cursor="+v, bearer(token))
		s.post(roomsPath, map[string]any{"access_level": v, v: v, "attendees": []string{v}, "expires_at": v, "configuration": map[string]any{v: v}}, bearer(token))
		s.post(room+"grant-access/", map[string]any{"email": v, "role": v}, bearer(token))
		s.send("DELETE", room+"accesses/"+v+"/", nil, bearer(token))
		s.sendAnywhere(regexp.MustCompile(`[^A-Za-z0-9_]`).ReplaceAllString(v, ""), "/"+v, nil)
		command(s.env, "application", "disable", v)
		command(s.env, "application", "create", "--name=Other", "--scope="+v, "--domain="+v)
		last = s.post(tokenPath, tokenRequest(application, map[string]any{"client_secret": v + "x"}))
	}
	s.events(db.EventFilter{RequestID: last.header.Get("X-Request-Id")}, 1)

	lines, err := os.ReadFile(s.env["EXTERNAL_API_AUDIT_LOG"])
	require.NoError(t, err)
	tables, log := s.dump(), s.log.String()
	require.Contains(t, tables, "wrong_secret", "it is about what is there")
	require.Contains(t, tables, "external_api.audit_event")
	for name, v := range values {
		for where, all := range map[string]string{"a table": tables, "the log": log, "the audit trail": string(lines)} {
			for _, part := range []string{v[:40], v[len(v)-40:]} {
				if i := strings.Index(all, part); i >= 0 {
					t.Errorf("the %s stands in %s: …%s…", name, where, all[max(0, i-300):min(len(all), i+100)])
				}
			}
		}
	}
}

// What docs/privacy.md says leaves nothing of a user in what this program stores.
func TestAUserIsForgotten(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	bob := s.user("bob@example.com")
	room := s.post(roomsPath, "{}", bearer(token), key("a-key")).body["id"].(string)
	require.Equal(t, 201, s.post("/rooms/"+room+"/grant-access/", `{"email": "bob@example.com"}`, bearer(token)).status)
	s.cli("user", "revoke-tokens", user)
	s.cli("user", "revoke-tokens", bob)
	bobs := s.token(application, "bob@example.com")
	another := s.post(roomsPath, `{"attendees": ["user@example.com"]}`, bearer(bobs), key("a-key"))
	require.Equal(t, 201, another.status, "%s", another.raw)
	id := s.post(tokenPath, tokenRequest(application, map[string]any{"scope": "user@example.com"})).header.Get("X-Request-Id")
	s.events(db.EventFilter{RequestID: id}, 1)
	ours := func() string {
		_, all, _ := strings.Cut(s.dump(), "external_api.")
		return regexp.MustCompile(`(?s)public\.\w+\n.*?(external_api\.|$)`).ReplaceAllString(all, "")
	}
	require.Contains(t, ours(), user)
	page, err := os.ReadFile("../../docs/privacy.md")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	require.Len(t, blocks, 3)
	for _, block := range blocks {
		s.sql(strings.NewReplacer(uuid.Nil.String(), user, "operator@example.com", accountName()).Replace(block[1]))
	}
	require.NotContains(t, ours(), user)
	require.NotContains(t, ours(), `"operator": "`+accountName()+`"`)
	require.Contains(t, ours(), bob, "of nobody else")
	require.NotEmpty(t, s.events(db.EventFilter{Action: audit.RoomCreate}, 2))
}
