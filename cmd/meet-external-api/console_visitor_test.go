package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/operator/console"
)

// visitor reaches the operations listener of a server as a browser does: it keeps cookies, and says of forms which site they are from. It
// follows no redirects, and checks of each answer of the console what holds for all of them.
type visitor struct {
	t       *testing.T
	url     string
	cookies map[string]string
}

func (s *instance) visitor(t *testing.T) *visitor {
	t.Helper()
	return &visitor{t, "http://" + s.log.wait(t, "listening for operators")["address"].(string), map[string]string{}}
}

func (v *visitor) get(path string, options ...requestOption) answer {
	v.t.Helper()
	return v.send(http.MethodGet, path, nil, options...)
}

// submit sends a form of the console.
func (v *visitor) submit(path string, form url.Values, options ...requestOption) answer {
	v.t.Helper()
	options = append([]requestOption{
		header("Content-Type", "application/x-www-form-urlencoded"), header("Sec-Fetch-Site", "same-origin"), header("Origin", v.url),
	}, options...)
	return v.send(http.MethodPost, path, strings.NewReader(form.Encode()), options...)
}

func (v *visitor) send(method, path string, body io.Reader, options ...requestOption) answer {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), method, v.url+path, body)
	require.NoError(v.t, err)
	for name, value := range v.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for _, option := range options {
		option(request)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(v.t, err)
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	require.NoError(v.t, err)
	a := answer{status: response.StatusCode, header: response.Header, raw: raw}
	_ = json.Unmarshal(raw, &a.body)
	require.NotEmpty(v.t, a.header.Get("X-Request-Id"))
	require.Equal(v.t, "nosniff", a.header.Get("X-Content-Type-Options"))
	if console.Serves(request) {
		requireProtected(v.t, a)
	}
	for _, cookie := range response.Cookies() {
		require.True(v.t, cookie.Secure && cookie.HttpOnly, cookie)
		require.Equal(v.t, http.SameSiteStrictMode, cookie.SameSite)
		require.Equal(v.t, "/console", cookie.Path)
		require.Empty(v.t, cookie.Domain)
		if v.cookies[cookie.Name] = cookie.Value; cookie.MaxAge < 0 {
			delete(v.cookies, cookie.Name)
		}
	}
	return a
}

// requireProtected checks the headers of the console.
func requireProtected(t *testing.T, a answer) {
	t.Helper()
	policy := a.header.Get("Content-Security-Policy")
	require.True(t, strings.HasPrefix(policy, "default-src 'none'; "), policy)
	require.NotContains(t, policy, "unsafe")
	require.NotContains(t, policy, "*")
	for _, directive := range []string{"frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
		require.Contains(t, policy, directive)
	}
	require.Equal(t, "DENY", a.header.Get("X-Frame-Options"))
	require.Equal(t, "same-origin", a.header.Get("Cross-Origin-Opener-Policy"))
	require.Equal(t, "same-origin", a.header.Get("Referrer-Policy"))
	require.Contains(t, a.header.Get("Permissions-Policy"), "camera=()")
}

// staff stores a user of Meet with an address for signing in and a password hash, as Meet's createsuperuser does, and returns their UUID.
func (s *instance) staff(address, hash string) string {
	s.t.Helper()
	id := uuid.NewString()
	s.sql(`insert into meet_user (id, password, is_superuser, created_at, updated_at, admin_email, language, timezone, is_device, is_staff,
			is_active, default_room_configuration)
		values ($1, $2, true, now(), now(), $3, 'en-us', 'UTC', false, true, true, '{}')`, id, hash, address)
	return id
}

// operatorAddress is who signs in, mostly, with djangoSecret.
const operatorAddress = "admin@example.com"

func (v *visitor) signIn(address, password string, options ...requestOption) answer {
	v.t.Helper()
	return v.submit("/console/sign-in/", url.Values{"address": {address}, "password": {password}}, options...)
}

// requireSignedIn asserts that the pages of the console are shown.
func (v *visitor) requireSignedIn() {
	v.t.Helper()
	require.Equal(v.t, "/console/applications/", v.get("/console/").header.Get("Location"))
}

// requireSignedOut asserts that they are not.
func (v *visitor) requireSignedOut() {
	v.t.Helper()
	a := v.get("/console/")
	require.Equal(v.t, 303, a.status)
	require.Equal(v.t, "/console/sign-in/?next=%2Fconsole%2F", a.header.Get("Location"))
}

// consoleServer is a server with an operator, who is signed in.
func consoleServer(t *testing.T, settings ...map[string]string) (*instance, *visitor) {
	t.Helper()
	s := start(t, settings...)
	s.staff(operatorAddress, djangoHashes["pbkdf2_sha256"])
	v := s.visitor(t)
	require.Equal(t, 303, v.signIn(operatorAddress, djangoSecret).status)
	return s, v
}

// requireEvents waits until the audit trail has so many events of an action, and compares outcome, reason and operator, the oldest first.
func (s *instance) requireEvents(action string, wanted ...[3]string) {
	s.t.Helper()
	var found [][3]string
	require.Eventually(s.t, func() bool {
		var rows []struct{ Outcome, Reason, Operator string }
		require.NoError(s.t, s.pool().Select(&rows, `select outcome, coalesce(reason, '') as reason, coalesce(operator, '') as operator
			from external_api.audit_event where action = $1 order by id`, action))
		found = nil
		for _, row := range rows {
			found = append(found, [3]string{row.Outcome, row.Reason, row.Operator})
		}
		return len(found) >= len(wanted)
	}, eventually, tick)
	require.Equal(s.t, wanted, found)
}
