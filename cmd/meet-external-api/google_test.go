// The tests of docs/contract.md, "Google Meet's form": the operations.

package main

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/audit"
	"meet-external-api/db"
)

// spaceConfig is the configuration of a space with that access type.
func spaceConfig(accessType string) map[string]any {
	return map[string]any{"accessType": accessType, "entryPointAccess": "ALL"}
}

func TestGoogleCreateSpace(t *testing.T) {
	t.Parallel()
	g, s, _, token := googleServer(t, map[string]string{
		"APPLICATION_BASE_URL": "https://meet.example.org", "EXTERNAL_API_ALLOW_PUBLIC_ACCESS": "true",
		"ROOM_TELEPHONY_ENABLED": "true", "ROOM_TELEPHONY_PHONE_NUMBER": "+1-555-0100", "ROOM_TELEPHONY_DEFAULT_COUNTRY": "US",
	})
	a := g.post(spacesPath, `{}`, bearer(token))
	require.Equal(t, 200, a.status, "%s", a.raw)
	name, code := a.body["name"].(string), a.body["meetingCode"].(string)
	require.Regexp(t, `^[a-z]{3}-[a-z]{4}-[a-z]{3}$`, code)
	room := s.get("/rooms/"+strings.TrimPrefix(name, "spaces/")+"/", bearer(token)).body
	require.Equal(t, "trusted", room["access_level"])
	require.Equal(t, map[string]any{
		"name": "spaces/" + room["id"].(string), "meetingUri": "https://meet.example.org/" + code, "meetingCode": room["slug"],
		"config": spaceConfig("TRUSTED"),
		"phoneAccess": []any{map[string]any{
			"phoneNumber": "+15550100", "regionCode": "US", "pin": room["telephony"].(map[string]any)["pin_code"],
		}},
	}, a.body)
	require.Equal(t, a.body, g.get("/v2/"+name, bearer(token)).body)

	for body, accessType := range map[string]string{
		"":                                   "TRUSTED",
		`null`:                               "TRUSTED",
		`{"config": null}`:                   "TRUSTED",
		`{"config": {"accessType": "OPEN"}}`: "OPEN",
		`{"config": {"accessType": 1}}`:      "OPEN",
		`{"config": {"accessType": 2}}`:      "TRUSTED",
		`{"config": {"accessType": "RESTRICTED"}}`:              "RESTRICTED",
		`{"config": {"accessType": 3}}`:                         "RESTRICTED",
		`{"config": {"accessType": "ACCESS_TYPE_UNSPECIFIED"}}`: "TRUSTED",
		`{"config": {"accessType": 0}}`:                         "TRUSTED",
		`{"config": {"accessType": null}}`:                      "TRUSTED",
		// What the server alone sets is ignored, and what there is none of can be off.
		`{"name": "spaces/x", "meetingUri": "x", "meetingCode": "x", "activeConference": {"conferenceRecord": "x"}, "phoneAccess": [{}],
			"gatewaySipAccess": [{"uri": "x"}], "config": {"accessType": "RESTRICTED", "entryPointAccess": 1, "moderation": "OFF",
			"moderationRestrictions": {"chatRestriction": 2, "reactionRestriction": "NO_RESTRICTION", "presentRestriction": 0,
			"defaultJoinAsViewerType": "OFF"}, "attendanceReportGenerationType": 2,
			"artifactConfig": {"recordingConfig": {"autoRecordingGeneration": 2}, "transcriptionConfig": {"autoTranscriptionGeneration": "OFF"},
			"smartNotesConfig": {"autoSmartNotesGeneration": 0}}}}`: "RESTRICTED",
	} {
		a := g.post(spacesPath+"?$alt=json%3Benum-encoding%3Dint&prettyPrint=false&fields=name&quotaUser=x&key=y", body, bearer(token))
		require.Equal(t, 200, a.status, "%s: %s", body, a.raw)
		require.Equal(t, spaceConfig(accessType), a.body["config"], body)
		require.NotEqual(t, "x", a.body["meetingCode"])
	}
}

func TestGoogleGetSpace(t *testing.T) {
	t.Parallel()
	g, s, user, token := googleServer(t)
	stranger := s.user("stranger@example.com")
	mine := g.post(spacesPath, `{}`, bearer(token)).body
	code := mine["meetingCode"].(string)
	require.NotContains(t, mine, "meetingUri", "the address of Meet is not known")
	require.NotContains(t, mine, "phoneAccess")
	for _, id := range []string{code, strings.ToUpper(code), strings.TrimPrefix(mine["name"].(string), "spaces/")} {
		require.Equal(t, mine, g.get(spacesPath+"/"+id, bearer(token)).body, id)
	}
	for _, role := range []string{"member", "administrator", "owner"} {
		require.Equal(t, spaceConfig("OPEN"), g.get(spacesPath+"/"+s.seed(user, role, "Board"), bearer(token)).body["config"])
	}
	theirs := s.seed(stranger, "owner", "Board")
	s.sql(`update meet_room set slug = 'abc-defg-hij' where resource_id = $1`, theirs)
	requireGoogleError(t, g.get(spacesPath+"/"+theirs, bearer(token)), 403, "PERMISSION_DENIED", "You do not have permission to perform this action.")
	for _, id := range []string{"abc-defg-hij", uuid.NewString()} {
		requireGoogleError(t, g.get(spacesPath+"/"+id, bearer(token)), 404, "NOT_FOUND", "No Room matches the given query.")
	}
	requireGoogleError(t, g.get(spacesPath+"/a.b", bearer(token)), 404, "NOT_FOUND", "Not found.")
	s.expire(strings.TrimPrefix(mine["name"].(string), "spaces/"))
	requireGoogleError(t, g.get("/v2/"+mine["name"].(string), bearer(token)), 404, "NOT_FOUND", "No Room matches the given query.")
}

func TestGoogleUpdateSpace(t *testing.T) {
	t.Parallel()
	g, s, user, token := googleServer(t, map[string]string{"EXTERNAL_API_DEFAULT_ACCESS_LEVEL": "restricted"})
	id := s.seed(user, "administrator", "Board")
	path := spacesPath + "/" + id
	for _, c := range []struct{ mask, body, accessType string }{
		{"", `{}`, "OPEN"},
		{"?updateMask=", `{"config": {"accessType": 2}}`, "TRUSTED"},
		{"?updateMask=,", `{"config": {"accessType": "ACCESS_TYPE_UNSPECIFIED"}}`, "TRUSTED"},
		{"?updateMask=config.entryPointAccess", `{"config": {"accessType": "RESTRICTED"}}`, "TRUSTED"},
		{"?updateMask=meetingUri,name", `{"config": {"accessType": "RESTRICTED"}}`, "TRUSTED"},
		{"?updateMask=config.accessType", `{}`, "RESTRICTED"},
		{"?updateMask=config.access_type", `{"config": {"accessType": "TRUSTED"}}`, "TRUSTED"},
		{"?updateMask=config", ``, "RESTRICTED"},
		{"?updateMask=config", `{"config": {"accessType": 2}}`, "TRUSTED"},
		{"?updateMask=*", `{}`, "RESTRICTED"},
		{"?updateMask=config.artifact_config.recording_config%2C+config.accessType", `{"config": {"accessType": 2}}`, "TRUSTED"},
		{"", `{"config": {"accessType": "RESTRICTED"}}`, "RESTRICTED"},
	} {
		a := g.patch(path+c.mask, c.body, bearer(token))
		require.Equal(t, 200, a.status, "%+v: %s", c, a.raw)
		require.Equal(t, spaceConfig(c.accessType), a.body["config"], "%+v", c)
		require.Equal(t, a.body, g.get(path, bearer(token)).body)
	}
	require.Equal(t, map[string]any{"later": map[string]any{"b": 1.0, "a": []any{nil}}}, s.get("/rooms/"+id+"/", bearer(token)).body["configuration"],
		"there is no field for it, so that it stays")

	for mask, path := range map[string]string{
		"config.color": "config.color", "configs": "configs", "config.accessType.x": "config.accessType.x", "config.access_typ": "config.accessTyp",
		"*.config": "*.config", "config.": "config.", "config,config..accessType": "config..accessType",
	} {
		message := `"` + path + `" is the name of no field.`
		a := g.patch(spacesPath+"/"+id+"?updateMask="+mask, `{}`, bearer(token))
		require.Equal(t, badRequest("updateMask: "+message, [2]string{"updateMask", message}), a.body)
	}
	a := g.patch(path, `{"config": {"accessType": "OPEN"}}`, bearer(token))
	public := "Public rooms are disabled for the external API."
	require.Equal(t, badRequest("config.accessType: "+public, [2]string{"config.accessType", public}), a.body)

	member := spacesPath + "/" + s.seed(user, "member", "Board")
	for _, body := range []string{`{}`, `{"config": {"accessType": "TRUSTED"}}`} {
		requireGoogleError(t, g.patch(member, body, bearer(token)), 403, "PERMISSION_DENIED", "You do not have permission to perform this action.")
		requireGoogleError(t, g.patch(spacesPath+"/"+uuid.NewString(), body, bearer(token)), 404, "NOT_FOUND", "No Room matches the given query.")
		requireGoogleError(t, g.patch(spacesPath+"/abc-defg-hij", body, bearer(token)), 404, "NOT_FOUND", "Not found.")
	}
}

func TestGoogleEndActiveConference(t *testing.T) {
	t.Parallel()
	c := newConferences(t)
	g, s, user, token := googleServer(t, c.settings)
	for _, role := range []string{"administrator", "owner"} {
		id := s.seed(user, role, "Board")
		c.open.Store(id, true)
		path := spacesPath + "/" + id + ":endActiveConference"
		a := g.post(path, `{}`, bearer(token))
		require.Equal(t, 200, a.status, "%s", a.raw)
		require.Equal(t, "{}\n", string(a.raw))
		_, open := c.open.Load(id)
		require.False(t, open)
		require.Equal(t, 200, g.get(spacesPath+"/"+id, bearer(token)).status, "the room stays")
		e := s.events(db.EventFilter{RequestID: a.header.Get("X-Request-Id")}, 1)[0]
		require.Equal(t, []any{audit.RoomEndConference, audit.Success, "room", id, user}, []any{e.Action, e.Outcome, e.TargetKind, e.TargetID, e.UserID})

		a = g.post(path, ``, bearer(token))
		requireGoogleError(t, a, 400, "FAILED_PRECONDITION", "There is no active conference in this space.")
		require.Equal(t, "no_active_conference", s.reason(t, a))
		e = s.events(db.EventFilter{RequestID: a.header.Get("X-Request-Id")}, 1)[0]
		require.Equal(t, []any{audit.RoomEndConference, "no_active_conference", id}, []any{e.Action, e.Reason, e.TargetID})
	}
	member := s.seed(user, "member", "Board")
	c.open.Store(member, true)
	requireGoogleError(t, g.post(spacesPath+"/"+member+":endActiveConference", `{}`, bearer(token)), 403, "PERMISSION_DENIED",
		"You do not have permission to perform this action.")
	_, open := c.open.Load(member)
	require.True(t, open)
	requireGoogleError(t, g.post(spacesPath+"/"+uuid.NewString()+":endActiveConference", `{}`, bearer(token)), 404, "NOT_FOUND",
		"No Room matches the given query.")
}

func TestGoogleEndActiveConferenceWithoutLiveKit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settings       map[string]string
		code           float64
		status, reason string
		message        string
	}{
		"none": {nil, 400, "FAILED_PRECONDITION", "conference_unknown", "This server does not know of conferences: LiveKit is not configured."},
		"away": {map[string]string{
			"LIVEKIT_API_URL": "http://127.0.0.1:1", "LIVEKIT_API_KEY": "the-key", "LIVEKIT_API_SECRET": "the-secret-of-livekit-of-32-bytes",
		}, 503, "UNAVAILABLE", "livekit_unavailable", "Service temporarily unavailable. Try again later."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, s, user, token := googleServer(t, c.settings)
			a := g.post(spacesPath+"/"+s.seed(user, "owner", "Board")+":endActiveConference", `{}`, bearer(token))
			requireGoogleError(t, a, c.code, c.status, c.message)
			require.Equal(t, c.reason, s.reason(t, a))
		})
	}
}
