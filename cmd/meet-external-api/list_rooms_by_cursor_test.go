// The tests of docs/contract.md, "More about rooms": the filters and the cursor of the list.

package main

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// follow requests a page, and those that `next` leads to, and returns their answers.
func (s *instance) follow(token, query string) (pages []answer) {
	s.t.Helper()
	for link := s.url + "/external-api/v1.0/rooms/?" + query; ; {
		a := s.get(strings.TrimPrefix(link, s.url+"/external-api/v1.0"), bearer(token))
		require.Equal(s.t, 200, a.status, "%s: %s", link, a.raw)
		pages = append(pages, a)
		next, more := a.body["next"].(string)
		if !more {
			return pages
		}
		link = next
	}
}

func listedIDs(pages ...answer) (ids []string) {
	for _, page := range pages {
		for _, room := range page.body["results"].([]any) {
			ids = append(ids, room.(map[string]any)["id"].(string))
		}
	}
	return ids
}

func TestListByCursor(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	require.JSONEq(t, `{"next": null, "results": []}`, string(s.get(roomsPath+"?cursor=", bearer(token)).raw))
	var ids []string
	for i := range 45 {
		ids = append(ids, s.seed(user, "member", fmt.Sprintf("room %02d", i)))
	}
	s.seed(s.user("other@example.com"), "owner", "another's")
	slices.Sort(ids)

	pages := s.follow(token, "x=a%20b&cursor=")
	require.Equal(t, ids, listedIDs(pages...))
	require.Len(t, pages, 3)
	for _, page := range pages {
		require.Len(t, page.body, 2, "next and results, and neither count nor previous")
	}
	next, err := url.Parse(pages[0].body["next"].(string))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(next.String(), s.url+"/external-api/v1.0/rooms/?"))
	require.Equal(t, "a b", next.Query().Get("x"), "the other parameters are kept")
	require.NotContains(t, next.Query().Get("cursor"), ids[20], "it is opaque")

	require.Len(t, s.follow(token, "cursor&page_size=9"), 5, "a full last page is the last")
	require.Len(t, s.follow(token, "page_size=44&cursor="), 2)
	require.Contains(t, s.get(roomsPath+"?page_size=44&cursor=", bearer(token)).body["next"], "page_size=44")
	one := s.get(roomsPath+"?page_size=1&cursor=", bearer(token)).body["results"].([]any)[0]
	require.Equal(t, s.get("/rooms/"+ids[0]+"/", bearer(token)).body, one, "rooms are as elsewhere")
}

func TestBadCursors(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	for i := range 2 {
		s.seed(user, "owner", fmt.Sprintf("room %d", i))
	}
	next, err := url.Parse(s.get(roomsPath+"?page_size=1&cursor=", bearer(token)).body["next"].(string))
	require.NoError(t, err)
	good := next.Query().Get("cursor")
	require.Equal(t, 200, s.get(roomsPath+"?cursor="+good, bearer(token)).status)
	raw, err := base64.RawURLEncoding.DecodeString(good)
	require.NoError(t, err)
	raw[0]++
	for _, bad := range []string{
		"x", "2", uuid.NewString(), good[:len(good)-1], good + "A", good + good, base64.RawURLEncoding.EncodeToString(raw),
		base64.RawURLEncoding.EncodeToString(raw[1:]), good[:len(good)-1] + "_",
	} {
		a := s.get(roomsPath+"?cursor="+bad, bearer(token))
		require.Equal(t, 400, a.status, bad)
		require.JSONEq(t, `{"cursor": [`+notACursor+`]}`, string(a.raw), bad)
	}
}

const notACursor = "\"Enter a cursor of this list, as `next` of the page before has it.\""

// Each filter keeps what it names and nothing else, in both ways of paging, and the links keep it.
func TestFilters(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	mine := s.post(roomsPath, `{"access_level": "restricted"}`, bearer(token)).body["id"].(string)
	others := s.post(roomsPath, "{}", bearer(s.token(s.application(), "user@example.com"))).body["id"].(string)
	bob := s.user("bob@example.com")
	bobs := s.post(roomsPath, "{}", bearer(s.token(application, "bob@example.com"))).body["id"].(string)
	s.sql(`insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
		values (gen_random_uuid(), now(), now(), 'administrator', $1, $2)`, bobs, user)
	seeded := s.seed(user, "member", "Meet's")
	s.seed(bob, "owner", "not listed")
	earlier := s.post(roomsPath, "{}", bearer(token)).body["id"].(string)
	s.sql(`update external_api.room set user_id = null where room_id = $1`, earlier)
	times := map[string]string{mine: "2026-01-01T10:00:00Z", others: "2026-01-02T10:00:00Z", bobs: "2026-01-03T10:00:00Z",
		seeded: "2026-01-04T10:00:00Z", earlier: "2026-01-05T10:00:00.000001Z"}
	for id, at := range times {
		s.sql(`update meet_resource set created_at = $2 where id = $1`, id, at)
	}
	for query, wanted := range map[string][]string{
		"":                        {mine, others, bobs, seeded, earlier},
		"access_level=restricted": {mine},
		"access_level=public":     {seeded},
		"access_level=trusted":    {others, bobs, earlier},
		"access_level=public&access_level=restricted&access_level=public": {mine, seeded},
		"role=owner":                                                                             {mine, others, earlier},
		"role=administrator&role=member":                                                         {bobs, seeded},
		"role=administrator&role=member&role=owner":                                              {mine, others, bobs, seeded, earlier},
		"created_by=me":                                                                          {mine, earlier},
		"created_after=2026-01-03T10:00:00Z":                                                     {seeded, earlier},
		"created_after=2026-01-03T09:59:59.9999999Z":                                             {bobs, seeded, earlier},
		"created_after=2026-01-03T11:00:00%2B01:00":                                              {seeded, earlier},
		"created_before=2026-01-03T10:00:00Z":                                                    {mine, others},
		"created_before=2026-01-03T10:00:00.0000001Z":                                            {mine, others, bobs},
		"created_before=9999-12-31T23:59:59.9999999Z":                                            {mine, others, bobs, seeded, earlier},
		"created_after=2026-01-05T10:00:00Z":                                                     {earlier},
		"created_after=2026-01-05T10:00:00.000001Z":                                              {},
		"created_after=2026-01-01T10:00:00Z&created_before=2026-01-04T10:00:00Z":                 {others, bobs},
		"created_after=2026-01-04T10:00:00Z&created_before=2026-01-01T10:00:00Z":                 {},
		"created_by=me&access_level=trusted":                                                     {earlier},
		"created_by=me&role=administrator":                                                       {},
		"role=owner&access_level=trusted&created_before=2026-01-05T00:00:00Z":                    {others},
		"slug=" + seeded:                                                                         {seeded},
		"slug=" + seeded + "&role=member&access_level=public&created_after=2026-01-01T00:00:00Z": {seeded},
		"slug=" + seeded + "&role=owner":                                                         {},
		"slug=" + seeded + "&created_by=me":                                                      {},
	} {
		a := s.get(roomsPath+"?"+query, bearer(token))
		require.ElementsMatch(t, wanted, listedIDs(a), query)
		require.EqualValues(t, len(wanted), a.body["count"], query)
		require.Equal(t, slices.Sorted(slices.Values(wanted)), listedIDs(s.follow(token, "cursor=&page_size=1&"+query)...), query)
		require.ElementsMatch(t, wanted, listedIDs(s.follow(token, "page_size=1&"+query)...), query)
	}
	require.Contains(t, s.get(roomsPath+"?page_size=1&page=last&role=owner&role=member", bearer(token)).body["previous"], "role=owner&role=member")
}

// A caller without an application made what was made for the user by none.
func TestRoomsOfNoApplication(t *testing.T) {
	t.Parallel()
	s, _, user, _ := roomServer(t, addons)
	token := signed(t, addonKey, meetHeader, meetClaims(credentials{}, user, map[string]any{
		"aud": "addons", "client_id": nil, "delegated": nil, "scope": "rooms:list rooms:create",
	}))
	mine := s.post(roomsPath, "{}", bearer(token)).body["id"].(string)
	s.post(roomsPath, "{}", bearer(s.token(s.application(), "user@example.com")))
	s.seed(user, "owner", "Meet's")
	require.Len(t, listedIDs(s.get(roomsPath, bearer(token))), 3)
	require.Equal(t, []string{mine}, listedIDs(s.get(roomsPath+"?created_by=me", bearer(token))))
	require.Equal(t, []string{mine}, listedIDs(s.get(roomsPath+"?created_by=me&cursor=", bearer(token))))
}

// What an application may not see, and what is gone, is on no page and in no count.
func TestListOfHiddenRooms(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	gone := s.post(roomsPath, fmt.Sprintf(`{"expires_at": %q}`, time.Now().Add(time.Hour).Format(time.RFC3339)), bearer(token)).body["id"].(string)
	own := s.post(roomsPath, "{}", bearer(token)).body["id"].(string)
	meets := s.seed(user, "owner", "Meet's")
	require.ElementsMatch(t, []string{gone, own, meets}, listedIDs(s.follow(token, "cursor=&page_size=1")...))
	s.sql(`update external_api.room set expires_at = now() where room_id = $1`, gone)
	for visibility, wanted := range map[string][]string{"own": {own}, "user": {own, meets}} {
		s.cli("application", "update", application.ID, "--visibility="+visibility)
		require.ElementsMatch(t, wanted, listedIDs(s.follow(token, "cursor=&page_size=1")...))
		require.ElementsMatch(t, wanted, listedIDs(s.follow(token, "page_size=1")...))
		require.EqualValues(t, len(wanted), s.get(roomsPath, bearer(token)).body["count"])
		for slug, id := range map[string]string{"": gone, meets: meets} {
			if slug == "" {
				require.NoError(t, s.pool().Get(&slug, `select slug from meet_room where resource_id = $1`, id))
			}
			found := 0
			if slices.Contains(wanted, id) {
				found = 1
			}
			require.Len(t, listedIDs(s.get(roomsPath+"?slug="+slug, bearer(token))), found)
			require.Len(t, listedIDs(s.get(roomsPath+"?cursor=&slug="+slug, bearer(token))), found)
		}
	}
}
