// The tests of docs/contract.md, "Conventions" and "GET /rooms/ — list": parameters of the query, of headers and of the path.

package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

const (
	noTime      = `"Enter a time such as 2026-12-01T10:00:00Z or 2026-12-01T11:00:00+01:00 (RFC 3339). In a URL, + is written %2B."`
	notWithPage = `"This parameter may not be given together with page."`
	notCursor   = "\"Enter a cursor of this list, as `next` of the page before has it.\""
	onlyOnce    = `"This parameter may be given only once."`
)

func TestBadFilters(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	for query, want := range map[string]string{
		"access_level=secret":                      `{"access_level": ["\"secret\" is not a valid choice."]}`,
		"access_level=public&access_level=x":       `{"access_level": ["\"x\" is not a valid choice."]}`,
		"role=x&role=y&role=x&role=owner":          `{"role": ["\"x\" is not a valid choice.", "\"y\" is not a valid choice."]}`,
		"role=owner,member":                        `{"role": ["\"owner,member\" is not a valid choice."]}`,
		"role=Owner&access_level=+public":          `{"role": ["\"Owner\" is not a valid choice."], "access_level": ["\" public\" is not a valid choice."]}`,
		"role=%ff":                                 `{"role": ["Not a valid string."]}`,
		"role=%00":                                 `{"role": ["\"\u0000\" is not a valid choice."]}`,
		strings.Repeat("role=owner&", 101):         `{"role": ["Ensure this field has no more than 100 elements."]}`,
		"created_by=you":                           `{"created_by": ["\"you\" is not a valid choice."]}`,
		"created_by=me&created_by=me":              `{"created_by": [` + onlyOnce + `]}`,
		"created_after=yesterday":                  `{"created_after": [` + noTime + `]}`,
		"created_after=2026-11-01":                 `{"created_after": [` + noTime + `]}`,
		"created_after=2026-11-01T00:00:00":        `{"created_after": [` + noTime + `]}`,
		"created_after=2026-11-01T00:00:00+01:00":  `{"created_after": [` + noTime + `]}`,
		"created_before=2026-02-31T00:00:00Z":      `{"created_before": [` + noTime + `]}`,
		"created_before=0000-01-01T00:00:00Z":      `{"created_before": [` + noTime + `]}`,
		"created_before=9999-12-31T23:59:59-01:00": `{"created_before": [` + noTime + `]}`,
		"created_before=2026-12-01T00:00:00." + strings.Repeat("0", 64) + "Z": `{"created_before": ["Ensure this field has no more than 64 characters."]}`,
		"created_after=%ff": `{"created_after": ["Not a valid string."]}`,
		"created_after=2026-12-01T00:00:00Z&created_after=2026-12-01T00:00:00Z": `{"created_after": [` + onlyOnce + `]}`,
		"page=2&cursor=abc":        `{"cursor": [` + notWithPage + `]}`,
		"cursor=&page=last":        `{"cursor": [` + notWithPage + `]}`,
		"cursor&page=1":            `{"cursor": [` + notWithPage + `]}`,
		"page=0&cursor=a%2Bb":      `{"page": ["Ensure this value is greater than or equal to 1."], "cursor": [` + notCursor + `, ` + notWithPage + `]}`,
		"cursor=%00":               `{"cursor": [` + notCursor + `]}`,
		"cursor=&cursor=":          `{"cursor": [` + onlyOnce + `]}`,
		"cursor=" + long(101):      `{"cursor": ["Ensure this field has no more than 100 characters."]}`,
		"slug=" + long(101):        `{"slug": ["Ensure this field has no more than 100 characters."]}`,
		"slug=a&slug=b&page_size=": `{"slug": [` + onlyOnce + `]}`,
	} {
		a := s.get(roomsPath+"?"+query, bearer(token))
		require.Equal(t, 400, a.status, query)
		require.JSONEq(t, want, string(a.raw), query)
	}
	many := url.Values{}
	for range 30 {
		many.Add("role", uuid.NewString())
	}
	a := s.get(roomsPath+"?"+many.Encode(), bearer(token))
	require.Len(t, a.body["role"], 10, "and no more of them")
}

func long(characters int) string { return strings.Repeat("a", characters) }

// What is right is never refused, nor a fault of ours further on.
func TestGoodFilters(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	for _, query := range []string{
		"access_level=public", "access_level=public&access_level=trusted&access_level=public", "role=owner&role=administrator&role=member", "created_by=me",
		"created_after=2026-11-01T00:00:00Z", "created_after=2026-11-01t00:00:00z", "created_before=2026-12-01T00:00:00%2B01:00",
		"created_before=2026-12-01T00:00:00-01:00", "created_after=2026-11-01T00:00:00.123456789Z", "created_after=0001-01-01T00:00:00Z",
		"created_before=9999-12-31T23:59:59.999999999Z", "created_after=2028-02-29T23:59:59Z", strings.Repeat("role=owner&", 100),
		// Empty ones are as none.
		"access_level=", "role=&role=", "role=&role=owner", "created_after=", "created_before=&created_by=", "page=&access_level=&slug=",
		// One without a name is one that nobody knows.
		"=2&page=1&role=owner", "=",
	} {
		a := s.get(roomsPath+"?"+query, bearer(token))
		require.Equal(t, 200, a.status, "%s: %s", query, a.raw)
		require.Contains(t, a.body, "count", query)
	}
}

// Each header that is a parameter is checked, and several lines of it are one value (RFC 9110, section 5.3).
func TestHeaderParameters(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	const visible = "Only visible ASCII characters are allowed, and no spaces."
	for _, c := range []struct {
		lines   []string
		message string
	}{
		{[]string{""}, "This field may not be blank."},
		{[]string{strings.Repeat("k", 256)}, "Ensure this field has no more than 255 characters."},
		{[]string{"a b"}, visible},
		{[]string{"a\tb"}, visible},
		{[]string{"clé"}, visible},
		{[]string{"cl\xe9"}, visible},
		{[]string{"one", "two"}, visible},
		{[]string{"one", "one"}, visible},
		{[]string{"", ""}, visible},
	} {
		a := s.post(roomsPath, "{}", bearer(token), lines("Idempotency-Key", c.lines...))
		require.Equal(t, 400, a.status, "%q", c.lines)
		require.Equal(t, map[string]any{"Idempotency-Key": []any{c.message}}, a.body, "%q", c.lines)
		require.Equal(t, "invalid_fields", s.reason(t, a))
	}
	var rooms int
	require.NoError(t, s.pool().Get(&rooms, `select count(*) from meet_room`))
	require.Zero(t, rooms)
	for _, key := range []string{"k", strings.Repeat("k", 255), "!~", `"8e03978e-40d5-43dd-bc93-6894a57f9324"`, "a,b", "%20", "a;b=c"} {
		require.Equal(t, 201, s.post(roomsPath, "{}", bearer(token), lines("Idempotency-Key", key)).status, "%s: %s", key, s.log)
	}
	require.NotContains(t, s.log.String(), "8e03978e-40d5-43dd-bc93-6894a57f9324")
	all := s.post(roomsPath, `{"access_level": "secret"}`, bearer(token), lines("Idempotency-Key", ""))
	require.Equal(t, map[string]any{
		"Idempotency-Key": []any{"This field may not be blank."}, "access_level": []any{`"secret" is not a valid choice.`},
	}, all.body)
}

func lines(name string, values ...string) requestOption {
	return func(r *http.Request) { r.Header[http.CanonicalHeaderKey(name)] = values }
}

func TestSeveralLinesOfConditions(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	made := s.post(roomsPath, "{}", bearer(token))
	room, etag := "/rooms/"+made.body["id"].(string)+"/", made.header.Get("ETag")
	for _, values := range [][]string{{etag}, {`"x"`, etag}, {etag, `"x"`}, {`"x", ` + etag, "*"}, {"", etag}} {
		require.Equal(t, 304, s.get(room, bearer(token), lines("If-None-Match", values...)).status, "%q", values)
		require.Equal(t, 200, s.patch(room, "{}", bearer(token), lines("If-Match", values...)).status, "%q", values)
	}
	for _, values := range [][]string{{`"x"`, `"y"`}, {""}, {"", ""}, {"\xff"}, {strings.Trim(etag, `"`)}} {
		require.Equal(t, 200, s.get(room, bearer(token), lines("If-None-Match", values...)).status, "%q", values)
		require.Equal(t, 412, s.patch(room, "{}", bearer(token), lines("If-Match", values...)).status, "%q", values)
	}
	endless := strings.Repeat("x", 8193)
	message := []any{"Ensure this field has no more than 8192 characters."}
	require.Equal(t, map[string]any{"If-None-Match": message}, s.get(room, bearer(token), lines("If-None-Match", endless)).body)
	for _, a := range []answer{
		s.patch(room, "{}", bearer(token), lines("If-Match", endless)), s.send(http.MethodDelete, room, nil, bearer(token), lines("If-Match", endless)),
	} {
		require.Equal(t, 400, a.status)
		require.Equal(t, map[string]any{"If-Match": message}, a.body)
	}
}

// What can name neither a room nor an access is not looked for.
func TestNamesInPaths(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	room := s.seed(user, "owner", "Board")
	for _, id := range []string{"a.b", "%20", "a%20b", "%00", "é", "%C3%A9", "{" + room + "}", "urn:uuid:" + room, room + "%2F", long(101), "*"} {
		for _, a := range []answer{
			s.get("/rooms/"+id, bearer(token)), s.patch("/rooms/"+id, "{}", bearer(token)), s.send(http.MethodDelete, "/rooms/"+id, nil, bearer(token)),
			s.post("/rooms/"+id+"/grant-access", `{"email": "bob@example.com"}`, bearer(token)), s.get("/rooms/"+id+"/accesses", bearer(token)),
			s.send(http.MethodDelete, "/rooms/"+id+"/accesses/"+uuid.NewString(), nil, bearer(token)),
		} {
			require.Equal(t, 404, a.status, id)
			require.Equal(t, map[string]any{"detail": "Not found."}, a.body, id)
			require.Equal(t, "id_not_valid", s.reason(t, a), id)
		}
	}
	for _, id := range []string{"a", "-", "_", "A-b_9", long(100), strings.ReplaceAll(room, "-", "")} {
		a := s.get("/rooms/"+id, bearer(token))
		require.Equal(t, "No Room matches the given query.", a.detail(), id)
	}
	for _, access := range []string{"x", "me", strings.ReplaceAll(room, "-", ""), "{" + room + "}", room + "0", "%00"} {
		a := s.send(http.MethodDelete, "/rooms/"+room+"/accesses/"+access, nil, bearer(token))
		require.Equal(t, 404, a.status, access)
		require.Equal(t, map[string]any{"detail": "Not found."}, a.body)
		require.Equal(t, "id_not_valid", s.reason(t, a), access)
	}
}

// Elements of a list are named by their index, and the list itself where it is none, or too long.
func TestAttendeesThatAreNone(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	room := "/rooms/" + s.seed(user, "owner", "Board") + "/"
	tooLong := strings.Repeat("a", 250) + "@example.com"
	for attendees, want := range map[string]string{
		`null`:                      `["This field may not be null."]`,
		`"bob@example.com"`:         `["Expected a list, but got str."]`,
		`{"0": "bob@example.com"}`:  `["Expected a list, but got dict."]`,
		`5`:                         `["Expected a list, but got int."]`,
		`[1]`:                       `{"0": ["Not a valid string."]}`,
		`["bob@example.com", null]`: `{"1": ["This field may not be null."]}`,
		`["bob@example.com", ["x"], {"email": "x"}, "ann@example.com", true]`: `{"1": ["Not a valid string."], "2": ["Not a valid string."], "4": ["Not a valid string."]}`,
		`["` + tooLong + `"]`:          `{"0": ["Ensure this field has no more than 254 characters."]}`,
		list(101, `"bob@example.com"`): `["Ensure this field has no more than 100 elements."]`,
		list(3000, `1`):                `["Ensure this field has no more than 100 elements."]`,
	} {
		body := `{"attendees": ` + attendees + `}`
		for _, a := range []answer{s.post(roomsPath, body, bearer(token)), s.patch(room, body, bearer(token))} {
			require.Equal(t, 400, a.status, body)
			require.JSONEq(t, `{"attendees": `+want+`}`, string(a.raw), body)
		}
	}
	every := s.post(roomsPath, `{"attendees": `+list(100, "1")+`, "expires_at": 1}`, bearer(token))
	require.Len(t, every.body["attendees"], 100)
	require.Contains(t, every.body, "expires_at")
}

func list(elements int, element string) string {
	return "[" + strings.TrimSuffix(strings.Repeat(element+",", elements), ",") + "]"
}

func TestTimesThatAreNone(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	room := "/rooms/" + s.post(roomsPath, "{}", bearer(token)).body["id"].(string) + "/"
	const noTime = "Enter a time such as 2026-12-01T10:00:00Z or 2026-12-01T11:00:00+01:00 (RFC 3339)."
	for value, message := range map[any]string{
		"tomorrow": noTime, "": noTime, "2026-02-31T00:00:00Z": noTime, "2026-12-01": noTime, "2026-12-01T10:00:00": noTime, "\x00": noTime,
		"2026-12-01T10:00:00 01:00": noTime, "0000-01-01T00:00:00Z": noTime, "9999-12-31T23:59:59-01:00": noTime,
		"2026-12-01T10:00:00." + strings.Repeat("0", 64) + "Z": "Ensure this field has no more than 64 characters.",
		1796119200: "Not a valid string.", true: "Not a valid string.", [0]int{}: "Not a valid string.", struct{}{}: "Not a valid string.",
	} {
		for _, a := range []answer{
			s.post(roomsPath, map[string]any{"expires_at": value}, bearer(token)), s.patch(room, map[string]any{"expires_at": value}, bearer(token)),
		} {
			require.Equal(t, 400, a.status, "%v", value)
			require.Equal(t, map[string]any{"expires_at": []any{message}}, a.body, "%v", value)
		}
	}
	require.Equal(t, 201, s.post(roomsPath, `{"expires_at": null}`, bearer(token)).status)
	require.Equal(t, 200, s.patch(room, `{"expires_at": null}`, bearer(token)).status)
}

// However a time is written, it is the same.
func TestSpellingsOfTimes(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	room := "/rooms/" + s.post(roomsPath, "{}", bearer(token)).body["id"].(string) + "/"
	soon := time.Now().UTC().Add(24 * time.Hour).Truncate(time.Second)
	want := soon.Format(time.RFC3339)
	for _, spelling := range []string{
		want, strings.ToLower(want), " " + want + "\n", soon.In(time.FixedZone("", 19_800)).Format(time.RFC3339), soon.Format("2006-01-02T15:04:05.000000") + "-00:00",
	} {
		for _, a := range []answer{
			s.post(roomsPath, map[string]any{"expires_at": spelling}, bearer(token)), s.patch(room, map[string]any{"expires_at": spelling}, bearer(token)),
		} {
			require.Equal(t, want, a.body["expires_at"], "%s: %s", spelling, a.raw)
		}
	}
}
