// The tests of docs/contract.md, "More about rooms": conditional requests (RFC 9110, sections 8.8.3 and 13.1).

package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

func etag(t *testing.T, a answer) string {
	t.Helper()
	tag := a.header.Get("ETag")
	require.Regexp(t, `^"[-_A-Za-z0-9]{22}"$`, tag, "%d %s", a.status, a.raw)
	return tag
}

// A room that stays as it is has one ETag, whoever says it.
func TestETagOfARoom(t *testing.T) {
	t.Parallel()
	telephony := map[string]string{"ROOM_TELEPHONY_ENABLED": "true", "APPLICATION_BASE_URL": "https://meet.example.org"}
	s, _, _, token := roomServer(t, telephony)
	replica := s.replica(telephony)
	for _, body := range []string{
		``, `{"configuration": {"everyone_can_mute": null, "can_publish_sources" :[ "microphone","camera" ]}}`,
		`{"configuration": {"can_publish_sources": ["camera"], "everyone_can_mute": true}, "access_level": "restricted"}`,
		fmt.Sprintf(`{"expires_at": %q}`, time.Now().Add(time.Hour).Format("2006-01-02T15:04:05.123456789-07:00")),
		fmt.Sprintf(`{"expires_at": %q}`, time.Now().UTC().Add(time.Hour).Format(time.RFC3339)),
		`{"expires_at": null}`,
	} {
		path, a := s.made(token, body)
		tag := etag(t, a)
		named := "/rooms/" + a.body["slug"].(string) + "/"
		require.Equal(t, tag, etag(t, s.get(path, bearer(token))), body)
		require.Equal(t, tag, etag(t, replica.get(named, bearer(token))), body)
		require.Equal(t, tag, etag(t, s.send(http.MethodHead, path, nil, bearer(token))), body)
		require.Equal(t, tag, etag(t, s.patch(path, `{}`, bearer(token))), body)
		require.Equal(t, tag, etag(t, s.patch(path, map[string]any{
			"access_level": a.body["access_level"], "configuration": a.body["configuration"], "expires_at": a.body["expires_at"],
		}, bearer(token))), body)
		require.NotEqual(t, tag, etag(t, s.post(roomsPath, body, bearer(token))), "of another room")
	}
}

// Whatever callers see of a room changes its ETag, also where Meet changes it.
func TestETagOfARoomThatChanges(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t, map[string]string{"ROOM_TELEPHONY_ENABLED": "true"})
	s.user("bob@example.com")
	path, a := s.made(token, "{}")
	seen := []string{etag(t, a)}
	changed := func(what string) {
		t.Helper()
		tag := etag(t, s.get(path, bearer(token)))
		require.NotContains(t, seen, tag, what)
		seen = append(seen, tag)
	}
	for _, body := range []string{
		`{"access_level": "restricted"}`, `{"configuration": {"everyone_can_mute": true}}`, `{"configuration": {"everyone_can_mute": null}}`,
		`{"configuration": {"can_publish_sources": ["camera", "microphone"]}}`, `{"configuration": {"can_publish_sources": ["microphone", "camera"]}}`,
		fmt.Sprintf(`{"expires_at": %q}`, time.Now().Add(time.Hour).Format(time.RFC3339Nano)),
	} {
		tag := etag(t, s.patch(path, body, bearer(token)))
		changed(body)
		require.Equal(t, seen[len(seen)-1], tag)
	}
	for _, change := range []string{
		`name = 'Board'`, `slug = 'board'`, `slug = null`, `pin_code = '1234567890'`, `pin_code = null`, `access_level = 'public'`,
		`configuration = '{"later": 12345678901234567890}'`, `configuration = '{"later": 12345678901234567891}'`, `configuration = '{"later": 1e400}'`,
		`configuration = '{"later": [1, 2]}'`, `configuration = '{"later": [2, 1]}'`, `configuration = '{"later": "1"}'`, `configuration = '{"later": 1}'`,
	} {
		s.sql(`update meet_room set ` + change)
		changed(change)
	}
	require.Equal(t, 201, s.post(path+"grant-access/", `{"email": "bob@example.com"}`, bearer(token)).status)
	s.sql(`update meet_resource set updated_at = now() + interval '1 day'`)
	require.Equal(t, seen[len(seen)-1], etag(t, s.get(path, bearer(token))), "callers do not see that")
	s.sql(`update meet_room set configuration = '{}', access_level = 'trusted', slug = name, pin_code = null`)
	before := etag(t, s.get(path, bearer(token)))
	s.sql(`update meet_room set configuration = '[]'`)
	s.sql(`update meet_room set configuration = '{}'`)
	require.Equal(t, before, etag(t, s.get(path, bearer(token))), "it is as it was")
}

func TestIfNoneMatch(t *testing.T) {
	t.Parallel()
	s, application, _, token := roomServer(t)
	path, a := s.made(token, "{}")
	tag := etag(t, a)
	for name, c := range map[string]struct {
		lines  []string
		status int
	}{
		"it":                    {[]string{tag}, 304},
		"it, weakly":            {[]string{"W/" + tag}, 304},
		"any":                   {[]string{" * "}, 304},
		"a list":                {[]string{`"x", W/"y" , ` + tag + `,"z"`}, 304},
		"a list without spaces": {[]string{`"x",` + tag}, 304},
		"empty elements":        {[]string{`,, ` + tag + `,`}, 304},
		"several lines":         {[]string{`"x"`, tag}, 304},
		"a comma in another":    {[]string{`"x,y", ` + tag}, 304},
		"another":               {[]string{`"AAAAAAAAAAAAAAAAAAAAAA"`}, 200},
		"without quotes":        {[]string{tag[1 : len(tag)-1]}, 200},
		"small weak":            {[]string{"w/" + tag}, 200},
		"weak twice":            {[]string{"W/W/" + tag}, 200},
		"any among others":      {[]string{`"x", *`}, 200},
		"a part of another":     {[]string{`"x,` + tag[1:]}, 200},
		"nothing":               {[]string{""}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				read := s.send(method, path, nil, bearer(token), lines("If-None-Match", c.lines...))
				require.Equal(t, c.status, read.status, "%s", read.raw)
				require.Equal(t, tag, etag(t, read))
				if c.status == http.StatusNotModified {
					require.Empty(t, read.raw)
					require.NotContains(t, read.header, "Content-Type")
				}
			}
		})
	}
	t.Run("a room that has changed, or is not for the caller", func(t *testing.T) {
		s.user("stranger@example.com")
		known := header("If-None-Match", tag)
		require.Equal(t, 403, s.get(path, bearer(s.token(application, "stranger@example.com")), known).status)
		require.Equal(t, 404, s.get("/rooms/aaa-bbbb-ccc/", bearer(token), header("If-None-Match", "*")).status)
		changed := etag(t, s.patch(path, `{"access_level": "restricted"}`, bearer(token), known))
		read := s.get(path, bearer(token), known)
		require.Equal(t, 200, read.status)
		require.Equal(t, changed, etag(t, read))
		require.Equal(t, 304, s.get(path, bearer(token), header("If-None-Match", changed)).status)
	})
}

// rowsOf is all that is stored of a room.
func (s *instance) rowsOf(id any) (row string) {
	s.t.Helper()
	require.NoError(s.t, s.pool().Get(&row, `select concat(r, p, o, (select json_agg(a) from meet_resource_access a where a.resource_id = r.resource_id))
		from meet_room r join meet_resource p on p.id = r.resource_id left join external_api.room o on o.room_id = r.resource_id where r.resource_id = $1`, id))
	return row
}

func TestIfMatch(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	s.user("bob@example.com")
	for name, c := range map[string]struct {
		lines   []string // TAG is that of the room
		matches bool
	}{
		"it":               {[]string{`TAG`}, true},
		"any":              {[]string{`*`}, true},
		"a list":           {[]string{`"x", W/"y" , TAG,"z"`}, true},
		"several lines":    {[]string{`"x"`, `TAG`}, true},
		"it, weakly":       {[]string{`W/TAG`}, false},
		"another":          {[]string{`"AAAAAAAAAAAAAAAAAAAAAA"`}, false},
		"two others":       {[]string{`"x"`, `"y"`}, false},
		"any among others": {[]string{`"x", *`}, false},
		"what is no ETag":  {[]string{`x`}, false},
		"nothing":          {[]string{``}, false},
	} {
		for operation, request := range map[string]func(path string, options ...requestOption) answer{
			"update": func(path string, o ...requestOption) answer {
				return s.patch(path, `{"access_level": "restricted"}`, o...)
			},
			"update, nothing": func(path string, o ...requestOption) answer { return s.patch(path, `{}`, o...) },
			"update attendees": func(path string, o ...requestOption) answer {
				return s.patch(path, `{"attendees": ["bob@example.com"]}`, o...)
			},
			"delete": s.remove,
		} {
			t.Run(name+", "+operation, func(t *testing.T) {
				t.Parallel()
				path, a := s.made(token, "{}")
				before := s.rowsOf(a.body["id"])
				tags := slices.Clone(c.lines)
				for i := range tags {
					tags[i] = replaceTag(tags[i], etag(t, a))
				}
				done := request(path, bearer(token), lines("If-Match", tags...))
				if c.matches {
					require.Less(t, done.status, 300, "%s", done.raw)
					return
				}
				require.Equal(t, 412, done.status, "%s", done.raw)
				require.Equal(t, "The room has changed: its ETag is not the one of If-Match. Read it again.", done.detail())
				require.Equal(t, "room_changed", s.reason(t, done))
				require.Equal(t, before, s.rowsOf(a.body["id"]), "nothing is changed")
			})
		}
	}
}

func replaceTag(line, tag string) string { return strings.ReplaceAll(line, "TAG", tag) }

// Who may not do something learns nothing of the room by If-Match; who may, and what is not right, comes before it.
func TestIfMatchComesLast(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	s.user("stranger@example.com")
	strange := s.token(application, "stranger@example.com")
	path, a := s.made(token, "{}")
	inMeet := "/rooms/" + s.seed(user, "owner", "made in Meet") + "/"
	expiring := fmt.Sprintf(`{"expires_at": %q}`, time.Now().Add(time.Hour).Format(time.RFC3339))
	for _, tag := range []string{etag(t, a), `"another"`, "*"} {
		ifMatch := header("If-Match", tag)
		require.Equal(t, 403, s.patch(path, `{}`, bearer(strange), ifMatch).status)
		require.Equal(t, 403, s.patch(path, `{"access_level": "restricted"}`, bearer(strange), ifMatch).status)
		require.Equal(t, 403, s.remove(path, bearer(strange), ifMatch).status)
		require.Equal(t, 403, s.remove(inMeet, bearer(token), ifMatch).status)
		require.Equal(t, 403, s.patch(inMeet, expiring, bearer(token), ifMatch).status)
		require.Equal(t, 404, s.remove("/rooms/aaa-bbbb-ccc/", bearer(token), ifMatch).status)
		require.Equal(t, 400, s.patch(path, `{"access_level": "x"}`, bearer(token), ifMatch).status)
		require.Equal(t, 401, s.remove(path, ifMatch).status)
	}
}

// Each of many clients reads the room, adds something, and repeats that where somebody else was faster: nothing is lost.
func TestNoChangeIsLost(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	servers := []*instance{s, s.replica()}
	start := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	path, _ := s.made(token, map[string]any{"expires_at": start})
	const clients = 20
	var group errgroup.Group
	for client := range clients {
		s := servers[client%2]
		group.Go(func() error {
			for {
				read := s.get(path, bearer(token))
				at, err := time.Parse(time.RFC3339, read.body["expires_at"].(string))
				if err != nil {
					return err
				}
				done := s.patch(path, map[string]any{"expires_at": at.Add(time.Second)}, bearer(token), header("If-Match", read.header.Get("ETag")))
				if done.status != http.StatusPreconditionFailed {
					return among(done, 200)
				}
			}
		})
	}
	require.NoError(t, group.Wait())
	require.Equal(t, start.Add(clients*time.Second).Format(time.RFC3339), s.get(path, bearer(token)).body["expires_at"])
}

// Of two updates at once, each is applied whole, in some order.
func TestUpdatesAtOnce(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	path, _ := s.made(token, "{}")
	hour, day := time.Now().Add(time.Hour).UTC().Truncate(time.Second), time.Now().Add(24*time.Hour).UTC().Truncate(time.Second)
	bodies := []map[string]any{
		{"access_level": "restricted", "configuration": map[string]any{"everyone_can_mute": true}, "expires_at": hour.Format(time.RFC3339)},
		{"access_level": "trusted", "configuration": map[string]any{"can_publish_sources": []any{"camera"}}, "expires_at": day.Format(time.RFC3339)},
	}
	whole := func(a answer) bool {
		return slices.ContainsFunc(bodies, func(body map[string]any) bool {
			return a.body["access_level"] == body["access_level"] && a.body["expires_at"] == body["expires_at"] &&
				fmt.Sprint(a.body["configuration"]) == fmt.Sprint(body["configuration"])
		})
	}
	for range 10 {
		var group errgroup.Group
		for i := range 6 {
			group.Go(func() error {
				a := s.patch(path, bodies[i%2], bearer(token))
				if a.status != 200 || !whole(a) || a.body["access_level"] != bodies[i%2]["access_level"] {
					return fmt.Errorf("%d %s", a.status, a.raw)
				}
				return nil
			})
		}
		require.NoError(t, group.Wait())
		require.True(t, whole(s.get(path, bearer(token))))
	}
}
