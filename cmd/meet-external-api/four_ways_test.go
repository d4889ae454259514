// The test that an act of an operator is the same by each way (docs/contract.md, "Operators").

package main

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/audit"
	"meet-external-api/db"
)

// way is one of the ways by which operators act: what it does for each act, and for none that it has not.
type way struct {
	channel audit.Channel
	create  func() (clientID string)
	acts    map[string]func(clientID string)
}

// The acts, in their order; those of a file that is applied come first.
var acts = []string{"update", "disable", "enable", "refused", "rotate", "end", "revoke", "delete"}

// olderSecret is the id of the older one of two secrets.
func (s *instance) olderSecret(t *testing.T, clientID string) string {
	t.Helper()
	return show(t, s.env, clientID)["secrets"].([]any)[1].(map[string]any)["id"].(string)
}

func (s *instance) byCommand(t *testing.T) way {
	t.Helper()
	act := func(arguments ...string) func(string) {
		return func(id string) { s.cli(append([]string{"application", arguments[0], id}, arguments[1:]...)...) }
	}
	return way{audit.CommandLine, func() string {
		return s.application("--name=Calendar", "--domain=Example.com", "--scope=rooms:list", "--scope=rooms:grant-access").ID
	}, map[string]func(string){
		"update":  act("update", "--name=Agenda", "--any-domain", "--scope=rooms:list", "--visibility=own"),
		"disable": act("disable"), "enable": act("enable"),
		"refused": func(id string) { require.Equal(t, 2, command(s.env, "application", "update", id, "--name= ").code) },
		"rotate":  act("rotate-secret", "--overlap=1h"), "revoke": act("revoke-tokens"), "delete": act("delete", "--yes"),
		"end": func(id string) { act("end-secret", s.olderSecret(t, id))(id) },
	}}
}

func (s *instance) byFile(t *testing.T) way {
	t.Helper()
	act := func(members string) func(string) {
		return func(id string) {
			applyFile(t, s.env, "applications:\n- {client_id: "+id+", any_domain: true, "+members+"}\n")
		}
	}
	return way{audit.CommandLine, func() string {
		applyFile(t, s.env, "applications:\n- {name: Calendar, domains: [Example.com], scopes: ['rooms:list', 'rooms:grant-access']}\n")
		return listed(t, s.env, "client_id", "application", "list")[0]
	}, map[string]func(string){
		"update": act("name: Agenda, scopes: ['rooms:list'], visibility: own"), "disable": act("is_active: false"), "enable": act("is_active: true"),
	}}
}

func (s *instance) byOperatorAPI(t *testing.T) way {
	t.Helper()
	o := s.operations()
	_, token := o.operatorToken("--write")
	act := func(method, path string, status int, body string) func(string) {
		return func(id string) {
			a := o.send(method, applicationsPath+id+path, strings.NewReader(body), bearer(token), header("Content-Type", "application/json"))
			require.Equal(t, status, a.status, "%s", a.raw)
		}
	}
	return way{audit.OperatorAPI, func() string {
		_, c, _ := o.registered(bearer(token), map[string]any{
			"any_domain": false, "domains": []string{"Example.com"}, "scopes": []string{"rooms:list", "rooms:grant-access"},
		})
		return c.ID
	}, map[string]func(string){
		"update":  act("PATCH", "/", 200, `{"name": "Agenda", "any_domain": true, "scopes": ["rooms:list"], "visibility": "own"}`),
		"disable": act("PATCH", "/", 200, `{"is_active": false}`), "enable": act("PATCH", "/", 200, `{"is_active": true}`),
		"refused": act("PATCH", "/", 400, `{"name": " "}`),
		"rotate":  act("POST", "/rotate-secret/", 200, `{"overlap_seconds": 3600}`),
		"end":     func(id string) { act("DELETE", "/secrets/"+s.olderSecret(t, id)+"/", 200, "")(id) },
		"revoke":  act("POST", "/revoke-tokens/", 200, ""), "delete": act("DELETE", "/", 200, ""),
	}}
}

func (s *instance) byConsole(t *testing.T, v *visitor) way {
	t.Helper()
	act := func(path string, status int, form url.Values) func(string) {
		return func(id string) {
			a := v.submit("/console/applications/"+id+path, form)
			require.Equal(t, status, a.status, "%s", a.raw)
		}
	}
	fields := func(name string) url.Values {
		return registration(url.Values{"name": {name}, "any_domain": {"yes"}, "domains": {""}, "scopes": {"rooms:list"}, "visibility": {"own"}})
	}
	return way{audit.Console, func() string {
		a := v.submit("/console/applications/new/", registration(url.Values{"domains": {"Example.com"}, "scopes": {"rooms:list", "rooms:grant-access"}}))
		requireShown(t, a, 201)
		return shownAs(t, a, "client_id")
	}, map[string]func(string){
		"update":  act("/update/", 303, fields("Agenda")),
		"disable": act("/disable/", 303, nil), "enable": act("/enable/", 303, nil), "refused": act("/update/", 400, fields(" ")),
		"rotate": act("/rotate-secret/", 200, url.Values{"overlap_seconds": {"3600"}}),
		"end":    func(id string) { act("/end-secret/", 303, url.Values{"secret": {s.olderSecret(t, id)}})(id) },
		"revoke": act("/revoke-tokens/", 303, nil), "delete": act("/delete/", 303, nil),
	}}
}

// state is all that is known of an application, but for what is drawn anew and the times.
func (s *instance) state(t *testing.T, clientID string) map[string]any {
	t.Helper()
	shown := show(t, s.env, clientID)
	for _, name := range []string{"id", "client_id", "created_at"} {
		require.Contains(t, shown, name)
		delete(shown, name)
	}
	if shown["tokens_revoked_until"] != nil {
		shown["tokens_revoked_until"] = "a time"
	}
	for _, one := range shown["secrets"].([]any) {
		secret := one.(map[string]any)
		secret["id"], secret["created_at"], secret["expires_at"] = "", "", secret["expires_at"] != nil
	}
	return shown
}

// Console, operators' API, command line and a file that is applied give the same result and the same event for the same act: but for the
// channel, the operator, the address, the request id, and what is drawn anew.
func TestTheSameActByEachWay(t *testing.T) {
	t.Parallel()
	s, v := consoleServer(t)
	ways := []way{s.byFile(t), s.byCommand(t), s.byOperatorAPI(t), s.byConsole(t, v)} // a file finds an application by its name: it is the first
	var states [][]map[string]any
	var events [][]string
	for _, w := range ways {
		id := w.create()
		uuid := show(t, s.env, id)["id"].(string)
		reached, count := []map[string]any{s.state(t, id)}, 1
		for _, name := range acts {
			act := w.acts[name]
			if act == nil {
				break
			}
			act(id)
			count++
			if name == "delete" {
				require.Equal(t, 1, command(s.env, "application", "show", id).code)
				count++ // which is refused
				break
			}
			reached = append(reached, s.state(t, id))
		}
		states = append(states, reached)
		var told []string
		for _, e := range s.events(db.EventFilter{ClientID: id}, count) {
			if e.Action == audit.ApplicationRetrieve {
				continue
			}
			require.Equal(t, w.channel, e.Channel)
			require.NotEmpty(t, e.Operator)
			require.NotEmpty(t, e.RequestID)
			require.Equal(t, w.channel != audit.CommandLine, e.Address != "")
			if ended := e.Changes["secret"]; ended != nil {
				require.Len(t, ended, 12)
				e.Changes["secret"] = "one"
			}
			told = append(told, strings.ReplaceAll(fmt.Sprint(e.Action, e.Outcome, e.Reason, e.UserID, e.TargetKind, e.TargetID, e.Changes), uuid, "the application"))
		}
		events = append(events, told)
	}
	require.Len(t, events[3], 1+len(acts))
	for i, w := range ways {
		require.Equal(t, states[3][:len(states[i])], states[i], w.channel)
		require.Equal(t, events[3][:len(events[i])], events[i], w.channel)
	}

	user := s.user("user@example.com")
	o := s.operations()
	_, token := o.operatorToken("--write")
	s.cli("user", "revoke-tokens", "user@example.com")
	require.Equal(t, 200, o.send("POST", "/users/"+user+"/revoke-tokens/", nil, bearer(token)).status)
	require.Equal(t, 303, v.submit("/console/users/"+user+"/revoke-tokens/", nil).status)
	for _, e := range s.events(db.EventFilter{Action: audit.UserRevokeTokens}, 3) {
		require.Equal(t, []any{audit.Success, user, "", "", 0}, []any{e.Outcome, e.UserID, e.TargetKind, e.TargetID, len(e.Changes)}, e.Channel)
	}
}
