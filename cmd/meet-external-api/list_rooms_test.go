// The tests of docs/contract.md, "GET /rooms/ — list".

package main

import (
	"fmt"
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
		"page=last":            {400, `{"page": ["A valid integer is required."]}`},
		"page=":                {400, `{"page": ["A valid integer is required."]}`},
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
	for _, none := range []string{other, strings.ToUpper(wanted["slug"].(string)), wanted["slug"].(string)[:5], "", "%25"} {
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
