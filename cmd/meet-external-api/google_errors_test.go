// The tests of docs/contract.md, "Google Meet's form": what is refused, and how.

package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/audit"
	"meet-external-api/db"
)

func TestGoogleFields(t *testing.T) {
	t.Parallel()
	g, _, _, token := googleServer(t)
	const extra = "Extra inputs are not permitted"
	for body, wrong := range map[string][][2]string{
		`{"config": {"accessType": "secret"}}`:                          {{"config.accessType", `"secret" is not a valid choice.`}},
		`{"config": {"accessType": 4}}`:                                 {{"config.accessType", `"4" is not a valid choice.`}},
		`{"config": {"accessType": -1}}`:                                {{"config.accessType", `"-1" is not a valid choice.`}},
		`{"config": {"accessType": 1.5}}`:                               {{"config.accessType", `"1.5" is not a valid choice.`}},
		`{"config": {"accessType": ["OPEN"]}}`:                          {{"config.accessType", `"["OPEN"]" is not a valid choice.`}},
		`{"config": {"accessType": "OPEN"}}`:                            {{"config.accessType", "Public rooms are disabled for the external API."}},
		`{"config": {"entryPointAccess": "CREATOR_APP_ONLY"}}`:          {{"config.entryPointAccess", `"CREATOR_APP_ONLY" is not supported by this server.`}},
		`{"config": {"moderation": 2}}`:                                 {{"config.moderation", `"ON" is not supported by this server.`}},
		`{"config": {"attendanceReportGenerationType": 1}}`:             {{"config.attendanceReportGenerationType", `"GENERATE_REPORT" is not supported by this server.`}},
		`{"config": {"moderationRestrictions": {"chatRestriction":1}}}`: {{"config.moderationRestrictions.chatRestriction", `"HOSTS_ONLY" is not supported by this server.`}},
		`{"config": {"artifactConfig": {"recordingConfig": {"autoRecordingGeneration": "ON"}}}}`: {
			{"config.artifactConfig.recordingConfig.autoRecordingGeneration", `"ON" is not supported by this server.`},
		},
		`{"config": {"color": 1, "access_type": 1}, "colour": null}`: {{"colour", extra}, {"config.access_type", extra}, {"config.color", extra}},
		`{"config": []}`: {{"config", "Expected a dictionary, but got list."}},
		`{"name": 1}`:    {{"name", "Not a valid string."}},
		`[]`:             {{"", "Invalid data. Expected a dictionary, but got list."}},
	} {
		messages := []string{}
		for _, w := range wrong {
			messages = append(messages, strings.TrimPrefix(w[0]+": "+w[1], ": "))
		}
		a := g.post(spacesPath, body, bearer(token))
		require.Equal(t, 400, a.status, "%s: %s", body, a.raw)
		require.Equal(t, badRequest(strings.Join(messages, " "), wrong...), a.body, body)
	}
	a := g.post(spacesPath+"?filter=x", `{"colour": 1}`, bearer(token), header("Prefer", "handling=strict"))
	require.Equal(t, badRequest("colour: "+extra+" filter: "+extra, [2]string{"colour", extra}, [2]string{"filter", extra}), a.body)
	require.Equal(t, "handling=strict", a.header.Get("Preference-Applied"))
	var unknown []string
	for i := range 300 {
		unknown = append(unknown, fmt.Sprintf(`"%d%s": 1`, i, strings.Repeat("x", 150)))
	}
	a = g.post(spacesPath, "{"+strings.Join(unknown, ", ")+"}", bearer(token))
	require.Equal(t, 400, a.status)
	require.Len(t, violated(a.body), 20, "and not all")
	require.Less(t, len(a.raw), 10_000)
}

func TestGoogleErrors(t *testing.T) {
	t.Parallel()
	g, s, user, token := googleServer(t)
	space := spacesPath + "/" + s.seed(user, "owner", "Board")
	post := func(body string, options ...requestOption) answer {
		return g.post(spacesPath, body, append(options, bearer(token))...)
	}
	for name, c := range map[string]struct {
		answer          answer
		code            float64
		status, message string
	}{
		"no token":            {g.post(spacesPath, `{}`), 401, "UNAUTHENTICATED", "Authentication credentials were not provided."},
		"a wrong token":       {g.get(space, bearer("wrong")), 401, "UNAUTHENTICATED", "Invalid token."},
		"two tokens":          {g.get(space, bearer(token), func(r *http.Request) { r.Header.Add("Authorization", "x") }), 400, "INVALID_ARGUMENT", "Only one Authorization header may be sent."},
		"malformed":           {post(`{"config": `), 400, "INVALID_ARGUMENT", "JSON parse error - unexpected end of the body"},
		"twice":               {post(`{"config": {}, "config": {}}`), 400, "INVALID_ARGUMENT", "JSON parse error - the same key twice in one object (byte 15)"},
		"the query":           {g.patch(space+"?updateMask=%zz", `{}`, bearer(token)), 400, "INVALID_ARGUMENT", "The query of the URL is not well encoded."},
		"too large":           {post(`{"name": "` + strings.Repeat("x", 64<<10) + `"}`), 413, "INVALID_ARGUMENT", "Request body is larger than 65536 bytes."},
		"no JSON":             {g.postForm(spacesPath, url.Values{"x": {"y"}}, bearer(token)), 415, "INVALID_ARGUMENT", `Unsupported media type "application/x-www-form-urlencoded" in request.`},
		"compressed":          {post(`{}`, header("Content-Encoding", "gzip")), 415, "INVALID_ARGUMENT", `Unsupported content coding "gzip" in request: send the body as it is.`},
		"the host":            {g.post(spacesPath, `{}`, hosted("a..b")), 400, "INVALID_ARGUMENT", "The Host of the request is not a host name."},
		"another method":      {g.send("DELETE", space, nil, bearer(token)), 405, "UNIMPLEMENTED", `Method "DELETE" not allowed.`},
		"list":                {g.get(spacesPath, bearer(token)), 405, "UNIMPLEMENTED", `Method "GET" not allowed.`},
		"get the end":         {g.get(space+":endActiveConference", bearer(token)), 405, "UNIMPLEMENTED", `Method "GET" not allowed.`},
		"another verb":        {g.post(space+":startActiveConference", `{}`, bearer(token)), 404, "NOT_FOUND", "Not found."},
		"the verb by itself":  {g.post(space+"/:endActiveConference", `{}`, bearer(token)), 404, "NOT_FOUND", "Not found."},
		"end by code":         {g.post(spacesPath+"/abc-defg-hij:endActiveConference", `{}`, bearer(token)), 404, "NOT_FOUND", "Not found."},
		"conference records":  {g.get("/v2/conferenceRecords", bearer(token)), 404, "NOT_FOUND", "Not found."},
		"members":             {g.get(space+"/members", bearer(token)), 404, "NOT_FOUND", "Not found."},
		"another version":     {g.post("/v1/spaces", `{}`, bearer(token)), 404, "NOT_FOUND", "Not found."},
		"nothing":             {g.get("", bearer(token)), 404, "NOT_FOUND", "Not found."},
		"an empty id":         {g.get(spacesPath+"//members", bearer(token)), 404, "NOT_FOUND", "Not found."},
		"another room's path": {g.get("/v2/rooms", bearer(token)), 404, "NOT_FOUND", "Not found."},
	} {
		t.Run(name, func(t *testing.T) { requireGoogleError(t, c.answer, c.code, c.status, c.message) })
	}
	require.Equal(t, "Bearer", g.get(space).header.Get("WWW-Authenticate"))
	require.Equal(t, `Bearer error="invalid_token"`, g.get(space, bearer("wrong")).header.Get("WWW-Authenticate"))
	require.Equal(t, "OPTIONS, GET, HEAD, PATCH", g.send("DELETE", space, nil).header.Get("Allow"))
	require.Equal(t, "OPTIONS, POST", g.get(space+":endActiveConference").header.Get("Allow"))
	require.Equal(t, 200, g.send(http.MethodHead, space, nil, bearer(token)).status)
	require.Equal(t, 204, g.send(http.MethodOptions, space, nil).status)
	require.Equal(t, 200, g.get(space+"/", bearer(token)).status, "also with a slash")
	// What begins alike is of the other API.
	a, _ := s.sendAnywhere(http.MethodGet, "/external-api/googles", nil)
	require.Equal(t, map[string]any{"detail": "Not found."}, a.body)
}

func TestGoogleScopes(t *testing.T) {
	t.Parallel()
	s, application, user, _ := roomServer(t)
	g := s.google()
	space := spacesPath + "/" + s.seed(user, "owner", "Board")
	ask := map[string]func(token string) answer{
		"create":   func(token string) answer { return g.post(spacesPath, `{"config": 1}`, bearer(token)) },
		"retrieve": func(token string) answer { return g.get(space, bearer(token)) },
		"update":   func(token string) answer { return g.patch(space, `{"config": 1}`, bearer(token)) },
		"end":      func(token string) answer { return g.post(space+":endActiveConference", `[]`, bearer(token)) },
	}
	scopes := map[string]string{"create": "rooms:create", "retrieve": "rooms:retrieve", "update": "rooms:update", "end": "rooms:update"}
	for operation, scope := range scopes {
		held := s.token(application, "user@example.com "+scope)
		for other, needed := range scopes {
			a := ask[other](held)
			if needed == scope {
				require.NotContains(t, []int{401, 403}, a.status, "%s with %s: %s", other, scope, a.raw)
				continue
			}
			requireGoogleError(t, a, 403, "PERMISSION_DENIED", "Insufficient permissions. Required scope: "+needed)
			require.Equal(t, `Bearer error="insufficient_scope", scope="`+needed+`"`, a.header.Get("WWW-Authenticate"), operation)
		}
	}
}

// What is done by Google's API is in the trail as what is done by the other one, also where it is refused.
func TestGoogleAudit(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	g := s.google()
	created := g.post(spacesPath, `{}`, bearer(token))
	id := strings.TrimPrefix(created.body["name"].(string), "spaces/")
	path := spacesPath + "/" + id
	for _, c := range []struct {
		answer answer
		wanted func(answer) *audit.Event
		facts  map[string]any
	}{
		{created, succeeded(audit.RoomCreate, application.ID, user, "room", id), nil},
		{g.patch(path, `{"config": {"accessType": "RESTRICTED"}}`, bearer(token)), succeeded(audit.RoomUpdate, application.ID, user, "room", id),
			map[string]any{"access_level": map[string]any{"from": "trusted", "to": "restricted"}}},
		{g.patch(path, `{"config": {"moderation": "ON"}}`, bearer(token)), failed(audit.RoomUpdate, application.ID, user, id, "invalid_fields"), nil},
		{g.get(spacesPath+"/"+uuid.Nil.String(), bearer(token)), failed(audit.RoomRetrieve, application.ID, user, uuid.Nil.String(), "room_not_found"), nil},
		{g.post(spacesPath, `{}`), failed(audit.RoomCreate, "", "", "", "no_bearer_token"), nil},
	} {
		e := s.events(db.EventFilter{RequestID: c.answer.header.Get("X-Request-Id")}, 1)[0]
		wanted := *c.wanted(c.answer)
		wanted.ID, wanted.Time, wanted.Address, wanted.RequestID, wanted.Changes = e.ID, e.Time, "127.0.0.1", e.RequestID, c.facts
		require.Equal(t, wanted, e)
	}
}

func TestGoogleAPIIsSwitchedOff(t *testing.T) {
	t.Parallel()
	g := start(t, map[string]string{"EXTERNAL_API_ENABLED": "false"}).google()
	for _, path := range []string{spacesPath, "/openapi.yaml"} {
		requireGoogleError(t, g.get(path), 404, "NOT_FOUND", "Not found.")
	}
}

func TestGoogleSpecification(t *testing.T) {
	t.Parallel()
	g := start(t).google()
	a := g.get("/openapi.yaml", hosted("meet.example.org"))
	require.Equal(t, 200, a.status)
	require.Contains(t, string(a.raw), "  - url: \"http://meet.example.org/external-api/google\"\n")
	require.Equal(t, "http://meet.example.org/external-api/google", g.get("/openapi.json", hosted("meet.example.org")).body["servers"].([]any)[0].(map[string]any)["url"])
}
