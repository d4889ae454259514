// The tests of docs/contract.md, "POST /rooms/ — create".

package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCreateRoom(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t, map[string]string{"APPLICATION_BASE_URL": "https://meet.example.org/"})

	a := s.post(roomsPath, map[string]any{}, bearer(token))

	require.Equal(t, 201, a.status, "%s", a.raw)
	id, slug := a.body["id"].(string), a.body["slug"].(string)
	require.Regexp(t, `^[a-z]{3}-[a-z]{4}-[a-z]{3}$`, slug)
	require.Equal(t, map[string]any{
		"id": id, "name": slug, "slug": slug, "access_level": "trusted", "configuration": map[string]any{},
		"url": "https://meet.example.org/" + slug,
	}, a.body)
	require.Equal(t, s.url+"/external-api/v1.0/rooms/"+id+"/", a.header.Get("Location"))
	var stored struct{ Role, User, Application string }
	require.NoError(t, s.pool().Get(&stored, `
		select a.role, a.user_id as user, o.application_id as application from meet_room r
		join meet_resource p on p.id = r.resource_id
		join meet_resource_access a on a.resource_id = r.resource_id
		join external_api.room o on o.room_id = r.resource_id where r.resource_id = $1`, id))
	require.Equal(t, "owner", stored.Role)
	require.Equal(t, user, stored.User)
	require.Equal(t, application.UUID, stored.Application)
	read := s.get("/rooms/"+id+"/", bearer(token))
	require.Equal(t, 200, read.status)
	require.Equal(t, a.body, read.body)
}

func TestCreateRoomBodies(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	full := map[string]any{"can_publish_sources": []any{"camera", "screen_share"}, "everyone_can_mute": false}
	sources := []any{"camera", "microphone", "screen_share", "screen_share_audio"}
	nulls := map[string]any{"can_publish_sources": nil, "everyone_can_mute": nil}
	for name, c := range map[string]struct {
		body   any
		status int
		want   map[string]any
	}{
		"restricted":                    {map[string]any{"access_level": "restricted"}, 201, map[string]any{"access_level": "restricted"}},
		"configuration":                 {map[string]any{"configuration": full}, 201, map[string]any{"configuration": full}},
		"configuration with nulls":      {map[string]any{"configuration": nulls}, 201, map[string]any{"configuration": nulls}},
		"other keys are ignored":        {map[string]any{"id": 1, "name": "x", "slug": []int{}, "ACCESS_LEVEL": "public"}, 201, map[string]any{"access_level": "trusted"}},
		"nothing":                       {"", 201, map[string]any{"access_level": "trusted"}},
		"unknown level":                 {map[string]any{"access_level": "secret"}, 400, map[string]any{"access_level": []any{`"secret" is not a valid choice.`}}},
		"level not a string":            {map[string]any{"access_level": []int{1}}, 400, map[string]any{"access_level": []any{`"[1]" is not a valid choice.`}}},
		"level null":                    {map[string]any{"access_level": nil}, 400, map[string]any{"access_level": []any{"This field may not be null."}}},
		"level empty":                   {map[string]any{"access_level": ""}, 400, map[string]any{"access_level": []any{`"" is not a valid choice.`}}},
		"public":                        {map[string]any{"access_level": "public"}, 400, map[string]any{"access_level": []any{"Public rooms are disabled for the external API."}}},
		"configuration null":            {map[string]any{"configuration": nil}, 400, map[string]any{"configuration": []any{"This field may not be null."}}},
		"configuration a list":          {map[string]any{"configuration": []int{}}, 400, map[string]any{"configuration": []any{"Expected a dictionary, but got list."}}},
		"configuration, unknown key":    {map[string]any{"configuration": map[string]any{"color": 1}}, 400, map[string]any{"configuration": []any{"color: Extra inputs are not permitted"}}},
		"configuration, key in capital": {map[string]any{"configuration": map[string]any{"Everyone_can_mute": true}}, 400, map[string]any{"configuration": []any{"Everyone_can_mute: Extra inputs are not permitted"}}},
		"configuration, bad source":     {map[string]any{"configuration": map[string]any{"can_publish_sources": []string{"x"}}}, 400, map[string]any{"configuration": []any{`can_publish_sources.0: "x" is not a valid choice.`}}},
		"configuration, sources text":   {map[string]any{"configuration": map[string]any{"can_publish_sources": "camera"}}, 400, map[string]any{"configuration": []any{"can_publish_sources: Expected a list, but got str."}}},
		"configuration, mute a number":  {map[string]any{"configuration": map[string]any{"everyone_can_mute": 1}}, 400, map[string]any{"configuration": []any{"everyone_can_mute: Must be a valid boolean."}}},
		"a list":                        {[]int{}, 400, map[string]any{"non_field_errors": []any{"Invalid data. Expected a dictionary, but got list."}}},
		"a string":                      {`"x"`, 400, map[string]any{"non_field_errors": []any{"Invalid data. Expected a dictionary, but got str."}}},
		"a number":                      {`1`, 400, map[string]any{"non_field_errors": []any{"Invalid data. Expected a dictionary, but got int."}}},
		"a fraction":                    {`1.0`, 400, map[string]any{"non_field_errors": []any{"Invalid data. Expected a dictionary, but got float."}}},
		"a number with an exponent":     {`1E3`, 400, map[string]any{"non_field_errors": []any{"Invalid data. Expected a dictionary, but got float."}}},
		"a boolean":                     {`false`, 400, map[string]any{"non_field_errors": []any{"Invalid data. Expected a dictionary, but got bool."}}},
		"null":                          {` null `, 201, map[string]any{"access_level": "trusted"}},
		"configuration an int":          {`{"configuration": 12345678901234567890}`, 400, map[string]any{"configuration": []any{"Expected a dictionary, but got int."}}},
		"configuration a float":         {`{"configuration": 5.0}`, 400, map[string]any{"configuration": []any{"Expected a dictionary, but got float."}}},
		"configuration, sources int":    {`{"configuration": {"can_publish_sources": 5}}`, 400, map[string]any{"configuration": []any{"can_publish_sources: Expected a list, but got int."}}},
		"configuration, sources float":  {`{"configuration": {"can_publish_sources": 1e3}}`, 400, map[string]any{"configuration": []any{"can_publish_sources: Expected a list, but got float."}}},
		"configuration, sources object": {`{"configuration": {"can_publish_sources": {}}}`, 400, map[string]any{"configuration": []any{"can_publish_sources: Expected a list, but got dict."}}},
		"configuration, source a float": {`{"configuration": {"can_publish_sources": ["camera", 1.0]}}`, 400, map[string]any{"configuration": []any{`can_publish_sources.1: "1.0" is not a valid choice.`}}},
		"configuration, a source twice": {`{"configuration": {"can_publish_sources": ["camera", "camera"]}}`, 400, map[string]any{"configuration": []any{"can_publish_sources: Ensure this field has each element only once."}}},
		"configuration, too many":       {map[string]any{"configuration": map[string]any{"can_publish_sources": append(slices.Clone(sources), "camera")}}, 400, map[string]any{"configuration": []any{"can_publish_sources: Ensure this field has no more than 4 elements."}}},
		"configuration, all sources":    {map[string]any{"configuration": map[string]any{"can_publish_sources": sources}}, 201, map[string]any{"configuration": map[string]any{"can_publish_sources": sources}}},
		"configuration, no source":      {`{"configuration": {"can_publish_sources": []}}`, 201, map[string]any{"configuration": map[string]any{"can_publish_sources": []any{}}}},
		"configuration, mute a text":    {`{"configuration": {"everyone_can_mute": "yes"}}`, 400, map[string]any{"configuration": []any{"everyone_can_mute: Must be a valid boolean."}}},
		"configuration, mute a list":    {`{"configuration": {"everyone_can_mute": [true]}}`, 400, map[string]any{"configuration": []any{"everyone_can_mute: Must be a valid boolean."}}},
		"half a character":              {`{"x": "\ud800"}`, 400, nil},
		"malformed":                     {`{"access_level": "trusted"`, 400, map[string]any{"detail": "JSON parse error - unexpected end of the body"}},
		"a key twice":                   {`{"access_level":"trusted","access_level":"public"}`, 400, nil},
		"a key twice, deeper":           {`{"x":{"a":1,"a":2}}`, 400, nil},
		"more after the value":          {`{} {}`, 400, map[string]any{"detail": "JSON parse error - more data after the value"}},
		"nested too deep":               {strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33), 400, map[string]any{"detail": "JSON parse error - nested deeper than 32"}},
		"nested as deep as allowed":     {strings.Repeat(`{"a":`, 32) + "1" + strings.Repeat("}", 32), 201, nil},
		"not UTF-8":                     {"{\"a\":\"\xff\"}", 400, map[string]any{"detail": "JSON parse error - not valid UTF-8"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := s.post(roomsPath, c.body, bearer(token))
			require.Equal(t, c.status, a.status, "%s", a.raw)
			for key, value := range c.want {
				require.Equal(t, value, a.body[key])
			}
			if c.status == http.StatusBadRequest && c.want != nil {
				require.Len(t, a.body, len(c.want))
			}
		})
	}
	t.Run("no body and no type", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, 201, s.send(http.MethodPost, roomsPath, nil, bearer(token)).status)
	})
	t.Run("another type", func(t *testing.T) {
		t.Parallel()
		for _, contentType := range []string{"text/plain", "application/x-www-form-urlencoded", ""} {
			a := s.post(roomsPath, "{}", bearer(token), header("Content-Type", contentType))
			require.Equal(t, 415, a.status, contentType)
			require.Equal(t, `Unsupported media type "`+contentType+`" in request.`, a.detail())
		}
	})
	t.Run("a body that is too large", func(t *testing.T) {
		t.Parallel()
		fits := `{"x":"` + strings.Repeat("x", 64<<10-8) + `"}`
		require.Equal(t, 201, s.post(roomsPath, fits, bearer(token)).status)
		a := s.post(roomsPath, fits+" ", bearer(token))
		require.Equal(t, 413, a.status)
		require.Equal(t, "Request body is larger than 65536 bytes.", a.detail())
	})
}

// A body can have thousands of faults, of which an answer names a few.
func TestManyFaults(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	var keys []string
	for i := range 6000 {
		keys = append(keys, fmt.Sprintf(`"%d":1`, i))
	}
	for configuration, named := range map[string]int{
		"{" + strings.Join(keys, ",") + "}": 10,
		// The length of the list, and as many elements as it takes to see that.
		`{"can_publish_sources": [` + strings.Repeat(`"x",`, 15_000) + `"x"]}`: 6,
	} {
		a := s.post(roomsPath, `{"configuration": `+configuration+`}`, bearer(token))
		require.Equal(t, 400, a.status)
		require.Len(t, a.body["configuration"], named)
	}
}

func TestPublicRooms(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		allow, standard string
		status          int
		level           string
	}{
		"allowed":             {"true", "trusted", 201, "trusted"},
		"not allowed":         {"false", "restricted", 400, "restricted"},
		"the default":         {"false", "public", 201, "public"},
		"allowed and default": {"true", "public", 201, "public"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _, _, token := roomServer(t, map[string]string{
				"EXTERNAL_API_ALLOW_PUBLIC_ACCESS": c.allow, "EXTERNAL_API_DEFAULT_ACCESS_LEVEL": c.standard,
			})
			require.Equal(t, c.status, s.post(roomsPath, map[string]any{"access_level": "public"}, bearer(token)).status)
			a := s.post(roomsPath, map[string]any{}, bearer(token))
			require.Equal(t, 201, a.status)
			require.Equal(t, c.level, a.body["access_level"])
			require.NotContains(t, a.body, "url")
		})
	}
}
