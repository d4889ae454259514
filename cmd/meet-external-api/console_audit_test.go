// The tests of the audit trail in the console, of the page that explains refusals, and of pages that say what went wrong; without a browser.

package main

import (
	"encoding/csv"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// The request id of an answer tells what was refused, why, and what to do; where nothing is known, why that may be.
func TestConsoleExplainsARefusal(t *testing.T) {
	t.Parallel()
	s, v := consoleServer(t)
	user := s.user("marie@example.com")
	application := s.application("--domain=example.com", "--scope=rooms:create")
	token := s.token(application, "marie@example.com")
	refused := s.post(tokenPath, tokenRequest(application, map[string]any{"scope": "marie@example.net"}))
	forbidden := s.get(roomsPath, bearer(token))
	require.Equal(t, []int{403, 403}, []int{refused.status, forbidden.status})
	ask := func(a answer) string { return "/console/refusals/?request_id=" + a.header.Get("X-Request-Id") }
	require.Eventually(t, func() bool {
		return strings.Contains(string(v.get(ask(refused)).raw), "domain_not_allowed") && strings.Contains(string(v.get(ask(forbidden)).raw), "missing_scope")
	}, eventually, tick)

	requireShown(t, v.get(ask(refused)), 200, "The application may not act for the domain of the address.", "Add the domain on its page, if it may.",
		"Issue a token", `href="/console/applications/`+application.ID+`/">Test</a>`, "127.0.0.1")
	requireShown(t, v.get(ask(refused), header("Accept-Language", "fr")), 200, "L’application ne peut pas agir pour le domaine de l’adresse.", "Ajoutez le domaine sur sa page")
	requireShown(t, v.get(ask(forbidden)), 200, "List rooms", `href="/console/users/`+user+`/">marie@example.com</a>`)
	requireShown(t, v.get("/console/refusals/?request_id=unknown"), 200, "Nothing is known of this request.", "longer ago than the audit trail is kept")

	created := s.post(roomsPath, nil, bearer(token))
	requireShown(t, v.get(ask(created)), 200, "Nothing of this request was refused")
}

// The trail is filtered, read page by page, and exported as it is filtered; no cell is a formula.
func TestConsoleShowsTheAuditTrail(t *testing.T) {
	t.Parallel()
	s, v := consoleServer(t)
	user := s.user("marie@example.com")
	application := s.application("--name==HYPERLINK(1)", "--any-domain", "--scope=rooms:list")
	s.sql(`insert into external_api.audit_event (id, time, action, outcome, reason, channel, operator, client_id, user_id, address, request_id, target_kind, target_id, changes)
		select cast('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0') as uuid), '2024-06-10 02:35:18+00', 'room.create', case n % 2 when 0 then 'success' else 'failure' end,
			case n % 2 when 1 then 'missing_scope' end, 'external_api', null, $1, $2, '203.0.113.9', 'request-' || n, 'room', 'room-' || n, '{"name": {"from": "a,\"b", "to": "@c"}}'
		from generate_series(1, 120) n`, application.ID, user)
	count := func(query url.Values) (events int) {
		for path := "/console/audit/?" + query.Encode(); path != ""; {
			a := v.get(path)
			require.Equal(t, 200, a.status, "%s", a.raw)
			events += strings.Count(string(a.raw), "<td>Create a room")
			if path = next(a); path != "" {
				path = "/console/audit/" + path
			}
		}
		return events
	}
	for wanted, filters := range map[int][]url.Values{
		120: {{}, {"client_id": {application.ID}}, {"user_id": {strings.ToUpper(user)}}, {"action": {"room.create"}}, {"channel": {"external_api"}},
			{"from": {"2024-06-10T02:35"}, "to": {"2024-06-10T02:36"}}},
		60: {{"outcome": {"failure"}}, {"outcome": {"success"}, "action": {"room.create"}}},
		1:  {{"request_id": {"request-7"}}, {"target_id": {"room-8"}}},
		0:  {{"operator": {operatorAddress}}, {"from": {"2024-06-10T02:36"}}, {"to": {"2024-06-10T02:35"}}, {"client_id": {"other"}}},
	} {
		for _, filter := range filters {
			require.Equal(t, wanted, count(filter), filter)
		}
	}
	requireShown(t, v.get("/console/audit/?operator="+operatorAddress), 200, "Sign in", "Export these as CSV")
	requireShown(t, v.get("/console/audit/?client_id="+application.ID+"&outcome=failure"), 200, "=HYPERLINK(1)</a>", "marie@example.com</a>",
		`href="/console/users/`+user+`/"`, `href="/console/refusals/?request_id=request-119"`, "a,\"b → @c")
	requireShown(t, v.get("/console/audit/?from=yesterday&user_id=x"), 400, `href="#from"`, `href="#user_id"`, `value="yesterday"`)
	requireShown(t, v.get("/console/audit/?user_id=urn:uuid:"+user), 400, `href="#user_id"`)
	requireShown(t, v.get("/console/audit/?after=urn:uuid:"+user), 200)
	require.Equal(t, 120, count(url.Values{"client_id": {application.ID}, "from": {"2024-06-11T02:34:00+23:59"}}), "an offset that PostgreSQL does not take")

	a := v.get("/console/audit/events.csv?client_id=" + application.ID + "&from=2024-01-01T00:00&to=2026-12-31T00:00")
	require.Equal(t, 200, a.status)
	require.Equal(t, "text/csv; charset=utf-8; header=present", a.header.Get("Content-Type"))
	require.Equal(t, `attachment; filename="audit-2024-01-01-to-2026-12-31.csv"`, a.header.Get("Content-Disposition"))
	require.Equal(t, strings.Count(string(a.raw), "\n"), strings.Count(string(a.raw), "\r\n"), "RFC 4180, section 2")
	lines, err := csv.NewReader(strings.NewReader(string(a.raw))).ReadAll()
	require.NoError(t, err)
	require.Len(t, lines, 1+1+120)
	require.Equal(t, []string{"time", "action", "outcome", "reason"}, lines[0][:4])
	require.Equal(t, []string{"2024-06-10T02:35:18Z", "room.create", "success", ""}, lines[2][:4])
	require.Contains(t, lines[2], `{"name":{"from":"a,\"b","to":"@c"}}`)
	s.sql(`update external_api.audit_event set operator = '=1+1', reason = '-1', address = '@x' where request_id = 'request-1'`)
	require.Contains(t, string(v.get("/console/audit/events.csv?request_id=request-1").raw), ",failure,'-1,external_api,'=1+1,")
	requireShown(t, v.get("/console/audit/events.csv?from=x"), 400, `href="#from"`)
	require.Equal(t, 1+s.count(`select count(*) from external_api.audit_event`), strings.Count(string(v.get("/console/audit/events.csv").raw), "\r\n"))
}

// What goes wrong below /console is a page, in the language of the reader and with the request id; elsewhere it is JSON.
func TestConsoleErrorPages(t *testing.T) {
	t.Parallel()
	s, v := consoleServer(t)
	french := header("Accept-Language", "fr")
	a := v.get("/console/nowhere/", french)
	requireShown(t, a, 404, "<h1>Introuvable</h1>", "Il n’y a pas de page à cette adresse.", a.header.Get("X-Request-Id"), `href="/console/"`)
	requireShown(t, v.get("/console/applications/"+uuid.NewString()+"/"), 404, "Not found", "No application has this client_id or UUID.")
	requireShown(t, v.get("/console/applications/?after=nobody", french), 400, "Aucune application n’a ce client_id ou cet UUID.")
	requireShown(t, v.submit("/console/applications/new/", registration(nil), header("Sec-Fetch-Site", "cross-site"), header("Origin", "https://example.org"), french),
		403, "Interdit", "Le formulaire a été envoyé par un autre site.")
	requireShown(t, v.submit("/console/applications/new/", url.Values{"name": {strings.Repeat("a", 70_000)}}), 413, "The form is too long", "65536 bytes")
	requireShown(t, v.submit("/console/applications/new/", url.Values{"name": {"\xff"}}), 400, "This request cannot be read", "not valid UTF-8")
	requireShown(t, v.submit("/console/applications/new/", url.Values{"name": {"a\x00"}}), 400)
	requireShown(t, v.submit("/console/users/", nil), 405, "Not found")
	require.Equal(t, "application/json", strings.Split(v.get("/nowhere/").header.Get("Content-Type"), ";")[0])
	require.Equal(t, 303, v.get("/console/").status)
	require.Equal(t, "/console/", v.get("/").header.Get("Location"))
	for file, contentType := range map[string]string{"style.css": "text/css; charset=utf-8", "script.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml"} {
		a := v.get("/console/static/" + file)
		require.Equal(t, 200, a.status)
		require.Equal(t, contentType, a.header.Get("Content-Type"))
		require.Equal(t, 304, v.get("/console/static/"+file, header("If-None-Match", a.header.Get("ETag"))).status)
	}
	requireShown(t, v.get("/console/static/french.go"), 404)

	s.sql(`alter table external_api.audit_event rename to gone`)
	a = v.get("/console/audit/")
	requireShown(t, a, 503, "Not available at the moment", a.header.Get("X-Request-Id"))
	require.NotEmpty(t, a.header.Get("Retry-After"))
	require.NotContains(t, string(a.raw), "relation")
	require.Contains(t, s.log.waitFor(t, "request", map[string]any{"request_id": a.header.Get("X-Request-Id")})["error"], "audit_event")
	s.sql(`alter table external_api.gone rename to audit_event`)
}
