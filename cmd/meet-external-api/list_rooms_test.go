// The tests of docs/contract.md, "GET /rooms/ — list".

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestListRooms(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	other := s.user("other@example.com")
	empty := s.get(roomsPath, bearer(token))
	require.JSONEq(t, `{"count": 0, "next": null, "previous": null, "results": []}`, string(empty.raw))
	for i := range 45 {
		s.seed(user, []string{"member", "administrator", "owner"}[i%3], fmt.Sprintf("room %02d", i))
	}
	s.seed(other, "owner", "another's")

	first := s.get(roomsPath+"?x=a%20b&page=1", bearer(token))
	require.EqualValues(t, 45, first.body["count"])
	require.Len(t, names(first), 20)
	require.Equal(t, "room 00", names(first)[0])
	require.Nil(t, first.body["previous"])
	base := s.url + "/external-api/v1.0/rooms/"
	require.Equal(t, base+"?page=2&x=a+b", first.body["next"])

	second := s.get(strings.TrimPrefix(first.body["next"].(string), s.url+"/external-api/v1.0"), bearer(token))
	require.Equal(t, "room 20", names(second)[0])
	require.Equal(t, base+"?page=3&x=a+b", second.body["next"])
	require.Equal(t, base+"?x=a+b", second.body["previous"])

	last := s.get(roomsPath+"?page=3", bearer(token))
	require.Equal(t, []string{"room 40", "room 41", "room 42", "room 43", "room 44"}, names(last))
	require.Nil(t, last.body["next"])
	require.Equal(t, base+"?page=2", last.body["previous"])

	sized := s.get(roomsPath+"?page_size=44&page=2", bearer(token))
	require.Equal(t, []string{"room 44"}, names(sized))
	require.Equal(t, base+"?page_size=44", sized.body["previous"])
	require.Len(t, names(s.get(roomsPath+"?page_size=100", bearer(token))), 45)

	for query, c := range map[string]struct {
		status int
		body   string
	}{
		"page=4":               {404, `{"detail": "Invalid page."}`},
		"page=2147483647":      {404, `{"detail": "Invalid page."}`},
		"page=0":               {400, `{"page": ["Ensure this value is greater than or equal to 1."]}`},
		"page=-1":              {400, `{"page": ["Ensure this value is greater than or equal to 1."]}`},
		"page=LAST":            {400, `{"page": ["A valid integer is required."]}`},
		"page=last&page=1":     {400, `{"page": ["This parameter may be given only once."]}`},
		"page=&page=":          {400, `{"page": ["This parameter may be given only once."]}`},
		"page=%20":             {400, `{"page": ["A valid integer is required."]}`},
		"page_size=last":       {400, `{"page_size": ["A valid integer is required."]}`},
		"page=&page_size=0":    {400, `{"page_size": ["Ensure this value is greater than or equal to 1."]}`},
		"page=2.0":             {400, `{"page": ["A valid integer is required."]}`},
		"page=99999999999":     {400, `{"page": ["A valid integer is required."]}`},
		"page_size=0":          {400, `{"page_size": ["Ensure this value is greater than or equal to 1."]}`},
		"page_size=101":        {400, `{"page_size": ["Ensure this value is less than or equal to 100."]}`},
		"page=1&page=2":        {400, `{"page": ["This parameter may be given only once."]}`},
		"page=x&page_size=101": {400, `{"page": ["A valid integer is required."], "page_size": ["Ensure this value is less than or equal to 100."]}`},
	} {
		t.Run(query, func(t *testing.T) {
			a := s.get(roomsPath+"?"+query, bearer(token))
			require.Equal(t, c.status, a.status, "%s", a.raw)
			require.JSONEq(t, c.body, string(a.raw))
		})
	}
}

func TestLastPage(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	base := s.url + "/external-api/v1.0/rooms/"
	require.JSONEq(t, `{"count": 0, "next": null, "previous": null, "results": []}`, string(s.get(roomsPath+"?page=last", bearer(token)).raw))
	for i := range 5 {
		s.seed(user, "owner", fmt.Sprintf("room %d", i))
	}
	for query, c := range map[string]struct {
		names    []string
		previous any
	}{
		"page=last":             {[]string{"room 0", "room 1", "room 2", "room 3", "room 4"}, nil},
		"page=last&page_size=2": {[]string{"room 4"}, base + "?page=2&page_size=2"},
		"page_size=5&page=last": {[]string{"room 0", "room 1", "room 2", "room 3", "room 4"}, nil},
		"page=last&page_size=4": {[]string{"room 4"}, base + "?page_size=4"},
		"page=last&slug=x":      {[]string{}, nil},
	} {
		a := s.get(roomsPath+"?"+query, bearer(token))
		require.Equal(t, 200, a.status, "%s: %s", query, a.raw)
		require.Equal(t, c.names, names(a), query)
		require.Nil(t, a.body["next"], query)
		require.Equal(t, c.previous, a.body["previous"], query)
	}
}

func TestEmptyParameters(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	for i := range 21 {
		s.seed(user, "owner", fmt.Sprintf("room %02d", i))
	}
	first := names(s.get(roomsPath, bearer(token)))
	require.Len(t, first, 20)
	for _, query := range []string{"page=", "page", "page_size=", "slug=", "page=&page_size=&slug=", "x=&page=", "&", "=", "page_size=&x=%zz;"} {
		a := s.get(roomsPath+"?"+query, bearer(token))
		if strings.Contains(query, "%zz") {
			require.Equal(t, 400, a.status, "what cannot be read is not left out")
			continue
		}
		require.Equal(t, 200, a.status, "%s: %s", query, a.raw)
		require.Equal(t, first, names(a), query)
	}
	second := s.get(roomsPath+"?page=&page_size=&x=&page_size=", bearer(token))
	require.Equal(t, 400, second.status, "given twice")
	next := s.get(roomsPath+"?page=&x=", bearer(token)).body["next"]
	require.Equal(t, s.url+"/external-api/v1.0/rooms/?page=2&x=", next)
}

func TestRoomsOfOneName(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	for range 10 {
		s.seed(user, "owner", "same")
	}
	var listed []string
	for page := range 5 {
		a := s.get(fmt.Sprintf("%s?page_size=2&page=%d", roomsPath, page+1), bearer(token))
		for _, room := range a.body["results"].([]any) {
			listed = append(listed, room.(map[string]any)["id"].(string))
		}
	}
	require.IsIncreasing(t, listed)
	require.Len(t, listed, 10)
}

func TestOwnRoomsOnly(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	own := s.post(roomsPath, "{}", bearer(token)).body["id"].(string)
	other := s.post(roomsPath, "{}", bearer(s.token(s.application(), "user@example.com"))).body["id"].(string)
	meets := s.seed(user, "owner", "Meet's")

	s.cli("application", "update", application.ID, "--visibility=own")

	require.EqualValues(t, 1, s.get(roomsPath, bearer(token)).body["count"])
	require.Equal(t, 200, s.get("/rooms/"+own+"/", bearer(token)).status)
	for _, id := range []string{other, meets} {
		require.Equal(t, "No Room matches the given query.", s.get("/rooms/"+id+"/", bearer(token)).detail())
	}
	s.cli("application", "update", application.ID, "--visibility=user")
	require.EqualValues(t, 3, s.get(roomsPath, bearer(token)).body["count"])
}

func TestSlugFilter(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	wanted := s.post(roomsPath, "{}", bearer(token)).body
	s.post(roomsPath, "{}", bearer(token))
	other := s.seed(s.user("other@example.com"), "owner", "x")
	a := s.get(roomsPath+"?slug="+wanted["slug"].(string), bearer(token))
	require.EqualValues(t, 1, a.body["count"])
	require.Equal(t, []any{wanted}, a.body["results"])
	for _, none := range []string{other, strings.ToUpper(wanted["slug"].(string)), wanted["slug"].(string)[:5], "%25"} {
		require.EqualValues(t, 0, s.get(roomsPath+"?slug="+none, bearer(token)).body["count"], none)
	}
	for query, message := range map[string]string{
		"slug=%00": "Null characters are not allowed.", "slug=%ff": "Not a valid string.", "slug=a&slug=b": "This parameter may be given only once.",
		"slug=" + strings.Repeat("a", 101): "Ensure this field has no more than 100 characters.",
	} {
		a := s.get(roomsPath+"?"+query, bearer(token))
		require.Equal(t, 400, a.status)
		require.Equal(t, []any{message}, a.body["slug"])
	}
	s.seed(user, "member", "y")
	paged := s.get(roomsPath+"?page_size=1&x=1", bearer(token))
	require.Contains(t, paged.body["next"], "x=1")
}

// What Meet has stored of rooms is shown as it is, however large or odd, and a list of it is written as it is read: an answer of
// megabytes takes no multiple of its size.
func TestListOfLargeRooms(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	sources := strings.Repeat(`"camera", `, 10_000) + `"camera"`
	odd := map[string]string{
		"a many": `{"can_publish_sources": [` + sources + `]}`, "b list": `[1, "<&>"]`, "c text": `"\ufffd\u2028</script>"`, "d null": `null`, "e number": `1e2`,
		"f deep": strings.Repeat(`{"a":`, 200) + `{}` + strings.Repeat(`}`, 200), "g long": `{"` + strings.Repeat("k", 100_000) + `": ""}`,
	}
	for name, configuration := range odd {
		s.sql(`update meet_room set configuration = $1 where resource_id = $2`, configuration, s.seed(user, "owner", name))
	}
	a, _ := s.sendAnywhere(http.MethodGet, "/external-api/v1.0/rooms/", nil, bearer(token))
	require.Equal(t, 200, a.status)
	require.Equal(t, "application/json", a.header.Get("Content-Type"))
	var list struct {
		Count   int
		Results []struct {
			ID, Name      string
			Configuration json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal(a.raw, &list))
	require.Equal(t, len(odd), list.Count)
	for _, room := range list.Results {
		require.JSONEq(t, odd[room.Name], string(room.Configuration), room.Name)
		one, _ := s.sendAnywhere(http.MethodGet, "/external-api/v1.0/rooms/"+room.ID, nil, bearer(token))
		require.Equal(t, 200, one.status)
	}
}
