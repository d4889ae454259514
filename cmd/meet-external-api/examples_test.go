// The tests of the examples in the specifications. Which answers are like the examples of answers shows in the findings of the whole run
// (spectest).

package main

import (
	"fmt"
	"maps"
	"net/url"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	spec "meet-external-api"
)

// bodies returns the examples of bodies of an operation's requests.
func bodies(o asked) (found []map[string]any) {
	if o.RequestBody == nil {
		return nil
	}
	content := o.RequestBody.Value.Content["application/json"]
	for _, example := range content.Examples {
		found = append(found, example.Value.Value.(map[string]any))
	}
	if body, is := content.Example.(map[string]any); is {
		found = append(found, body)
	}
	return found
}

// exemplifies sends each example of a body and of a parameter, with what else is needed for its operation, and finds each to be understood.
func (s *instance) exemplifies(o asked, given map[string]any, good requestOption) {
	s.t.Helper()
	understood := func(a answer, example any) {
		s.t.Helper()
		assert.Contains(s.t, []int{200, 201, 204, 304, 404, 412}, a.status, "%s %v: %s", o.OperationID, example, a.raw)
	}
	for _, body := range bodies(o) {
		for name := range given {
			if _, has := body[name]; has {
				body[name] = given[name]
			}
		}
		understood(s.asks(o, body, good), body)
	}
	for _, reference := range o.Parameters {
		p, example := reference.Value, reference.Value.Example
		switch list, is := example.([]any); {
		case p.In == "path", p.Name == "after": // which name something that has to be there
		case p.In == "header":
			understood(s.asks(o, given, good, header(p.Name, example.(string))), p.Name)
		case is:
			values := url.Values{}
			for _, value := range list {
				values.Add(p.Name, value.(string))
			}
			understood(s.send(o.method, o.path+"?"+values.Encode(), nil, good), p.Name)
		default:
			understood(s.send(o.method, o.path+"?"+url.Values{p.Name: {fmt.Sprint(example)}}.Encode(), nil, good), p.Name)
		}
	}
}

func TestExamplesOfRequests(t *testing.T) {
	t.Parallel()
	s, application, _, token := roomServer(t)
	given := tokenRequest(application, map[string]any{
		"token": token, "email": "bob@example.com", "expires_at": time.Now().Add(time.Hour).Format(time.RFC3339),
	})
	delete(given, "scope")
	for _, o := range operationsOf(t, spec.YAML) {
		body := maps.Clone(given)
		if o.OperationID == "generateToken" {
			delete(body, "expires_at")
		}
		s.exemplifies(o, body, bearer(token))
	}
}

func TestExamplesOfRequestsOfOperators(t *testing.T) {
	t.Parallel()
	s, authorized := operatorServer(t)
	for _, o := range operationsOf(t, spec.OperatorYAML) {
		s.exemplifies(o, map[string]any{}, authorized)
	}
}

// What the examples of answers have in them comes about in other tests, but for this.
func TestExamplesOfAnswers(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"APPLICATION_BASE_URL": "https://meet.example.org"})
	s.user("user@example.com")
	application := s.application("--any-domain", "--scope=rooms:list", "--scope=rooms:create")
	require.Equal(t, true, s.post(introspectPath, about(application, s.token(application, "user@example.com"))).body["active"])
	token := s.token(s.application(), "user@example.com")
	room := roomsPath + s.post(roomsPath, "{}", bearer(token)).body["id"].(string) + "/"
	wrong := s.patch(room, map[string]any{"attendees": []string{"bob@example.com", "x"}}, bearer(token))
	require.Equal(t, map[string]any{"attendees": map[string]any{"1": []any{"Enter a valid email address."}}}, wrong.body)
}

func TestExamplesOfAnswersToOperators(t *testing.T) {
	t.Parallel()
	s, authorized := operatorServer(t)
	made := s.application("--name=Calendar", "--domain=example.com", "--scope=rooms:list", "--scope=rooms:create")
	read := s.get(applicationsPath+made.ID, authorized, header("X-Request-Id", "apply-4711"), header("Prefer", "handling=strict"))
	require.Equal(t, []any{"Calendar", "apply-4711"}, []any{read.body["name"], read.header.Get("X-Request-Id")})
	require.Equal(t, "JSON parse error - unexpected end of the body", s.post(applicationsPath, "{", authorized).detail())
	wrong := s.post(applicationsPath, map[string]any{"name": "Calendar", "domains": []string{"example.com"}, "scopes": []string{"rooms:all"}}, authorized)
	require.Equal(t, map[string]any{"scopes": map[string]any{"0": []any{`"rooms:all" is not a valid choice.`}}}, wrong.body)
}

// What is not known of something in Meet, or of what was done, is null or absent.
func TestOperatorsReadWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	external, application, user, token := roomServer(t)
	s := external.operations()
	_, reads := s.operatorToken()
	read := func(path string) map[string]any {
		a := s.get(path, bearer(reads))
		require.Equal(t, 200, a.status, path)
		return a.body["results"].([]any)[0].(map[string]any)
	}
	made := external.post(roomsPath, "{}", bearer(token)).body["id"]
	rooms := applicationsPath + application.ID + "/rooms/"
	require.Equal(t, "user@example.com", read(rooms)["email"])
	s.sql(`update meet_room set slug = null where resource_id = $1`, made)
	s.sql(`update meet_user set email = null where id = $1`, user)
	room := read(rooms)
	require.Equal(t, []any{user, nil, nil}, []any{room["user_id"], room["email"], room["slug"]})
	s.sql(`update external_api.room set user_id = null`)
	require.Nil(t, read(rooms)["user_id"])
	require.Nil(t, read("/users/")["email"])
	external.user("last@example.com")
	require.Equal(t, user, read("/users/?after=" + read("/users/")["id"].(string))["id"])
	s.sql(`update meet_user set sub = email`)
	require.Equal(t, "last@example.com", read("/users/")["sub"])
	known := func() map[string]any {
		return s.get(applicationsPath+application.ID, bearer(reads)).body["secrets"].([]any)[0].(map[string]any)
	}
	s.sql(`update external_api.secret set last_used_at = now()`)
	require.NotNil(t, known()["last_used_at"])
	s.sql(`delete from external_api.secret`)
	require.Nil(t, known()["created_at"])
	for channel, action := range map[string]string{"console": "operator.sign_in", "housekeeping": "room.delete"} {
		s.sql(`insert into external_api.audit_event (id, time, action, outcome, channel, operator) values ($1, now(), $2, 'success', $3, 'ann@example.com')`,
			uuid.Must(uuid.NewV7()), action, channel)
		event := read("/audit-events/?channel=" + channel)
		require.Equal(t, action, event["action"])
		require.NotContains(t, event, "request_id")
	}
}
