// The tests of docs/contract.md, "POST /application/token/ — exchange credentials for a token".

package main

import (
	"encoding/base64"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/auth/assertion"
)

// The operator learns what the caller does not.
func TestReasonsOfFailures(t *testing.T) {
	t.Parallel()
	s := start(t)
	application, key := s.keyedApplication()
	stranger, _ := clientKey(t)
	for reason, fields := range map[string]map[string]any{
		"unknown_client":  tokenRequest(credentials{ID: "unknown", Secret: "wrong"}, nil),
		"wrong_secret":    tokenRequest(credentials{ID: application.ID, Secret: "wrong"}, nil),
		"wrong_assertion": asserted(newAssertion(t, stranger, application.ID, "lasuite-meet", nil), nil),
	} {
		a := s.post(tokenPath, fields)
		requireOAuthError(t, a, 401, "invalid_client", "Invalid credentials")
		require.Equal(t, reason, s.reason(t, a))
	}
	require.Equal(t, "unknown_client", s.reason(t, s.post(tokenPath, asserted(newAssertion(t, key, "unknown", "lasuite-meet", nil), nil))))
}

func TestTokenTable(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"APPLICATION_BASE_URL": "https://meet.example.org"})
	s.user("user@example.com")
	all := s.application()
	inactive := s.application()
	s.cli("application", "disable", inactive.ID)
	restricted := s.application("--domain=example.org", "--scope=rooms:list")
	s.user("twice@example.com")
	s.cli("user", "create", "--email=twice@example.com", "--sub=another")
	s.user("gone@example.com")
	s.sql(`update meet_user set is_active = false where email = 'gone@example.com'`)
	s.user("once@example.com")
	s.cli("user", "create", "--email=once@example.com", "--sub=left")
	s.sql(`update meet_user set is_active = false where sub = 'left'`)

	for name, c := range map[string]struct {
		application credentials
		changes     map[string]any
		status      int
		code, text  string
		field       string
		message     string
	}{
		"client_id missing":     {all, map[string]any{"client_id": nil}, 400, "invalid_request", "client_id: This field is required.", "client_id", "This field is required."},
		"client_secret missing": {all, map[string]any{"client_secret": nil}, 400, "invalid_request", "client_secret: This field is required.", "client_secret", "This field is required."},
		"grant_type missing":    {all, map[string]any{"grant_type": nil}, 400, "invalid_request", "grant_type: This field is required.", "grant_type", "This field is required."},
		"scope missing":         {all, map[string]any{"scope": nil}, 400, "invalid_request", "scope: This field is required.", "scope", "This field is required."},
		"client_id blank":       {all, map[string]any{"client_id": ""}, 400, "invalid_request", "client_id: This field may not be blank.", "client_id", "This field may not be blank."},
		"client_secret blank":   {all, map[string]any{"client_secret": " "}, 400, "invalid_request", "client_secret: This field may not be blank.", "client_secret", "This field may not be blank."},
		"grant_type blank":      {all, map[string]any{"grant_type": ""}, 400, "invalid_request", "grant_type: This field may not be blank.", "grant_type", "This field may not be blank."},
		"scope blank":           {all, map[string]any{"scope": "\t"}, 400, "invalid_request", "scope: This field may not be blank.", "scope", "This field may not be blank."},
		"client_secret too long": {
			all, map[string]any{"client_secret": strings.Repeat("s", 1025)}, 400, "invalid_request",
			"client_secret: Ensure this field has no more than 1024 characters.", "client_secret", "Ensure this field has no more than 1024 characters.",
		},
		"client_id too long": {
			all, map[string]any{"client_id": strings.Repeat("i", 101)}, 400, "invalid_request",
			"client_id: Ensure this field has no more than 100 characters.", "client_id", "Ensure this field has no more than 100 characters.",
		},
		"scope too long": {
			all, map[string]any{"scope": strings.Repeat("s", 1025)}, 400, "invalid_request",
			"scope: Ensure this field has no more than 1024 characters.", "scope", "Ensure this field has no more than 1024 characters.",
		},
		"client_id with NUL": {
			all, map[string]any{"client_id": "a\x00b"}, 400, "invalid_request",
			"client_id: Null characters are not allowed.", "client_id", "Null characters are not allowed.",
		},
		"client_id a number": {
			all, map[string]any{"client_id": 5}, 400, "invalid_request", "client_id: Not a valid string.", "client_id", "Not a valid string.",
		},
		"another grant type": {
			all, map[string]any{"grant_type": "password"}, 400, "unsupported_grant_type",
			`grant_type: "password" is not a valid choice.`, "grant_type", `"password" is not a valid choice.`,
		},
		"unknown client":                     {credentials{ID: "nobody", Secret: "nothing"}, nil, 401, "invalid_client", "Invalid credentials", "", ""},
		"wrong secret":                       {all, map[string]any{"client_secret": "wrong"}, 401, "invalid_client", "Invalid credentials", "", ""},
		"inactive application":               {inactive, nil, 401, "invalid_client", "Application is inactive", "", ""},
		"inactive application, wrong secret": {inactive, map[string]any{"client_secret": "wrong"}, 401, "invalid_client", "Invalid credentials", "", ""},
		"no address":                         {all, map[string]any{"scope": "user"}, 400, "invalid_scope", "Scope should be a valid email address.", "", ""},
		"no valid address":                   {all, map[string]any{"scope": "user@example"}, 400, "invalid_scope", "Scope should be a valid email address.", "", ""},
		"only permission scopes":             {all, map[string]any{"scope": "rooms:list"}, 400, "invalid_scope", "Scope should be a valid email address.", "", ""},
		"two addresses":                      {all, map[string]any{"scope": "user@example.com other@example.com"}, 400, "invalid_scope", "Scope should be a valid email address.", "", ""},
		"a non-ASCII address":                {all, map[string]any{"scope": "uſer@example.com"}, 400, "invalid_scope", "Scope should be a valid email address.", "", ""},
		"a scope that is not held": {
			restricted, map[string]any{"scope": "user@example.org rooms:create"}, 400, "invalid_scope",
			"This application does not hold a scope that was asked for.", "", "",
		},
		"domain not allowed":           {restricted, nil, 403, "invalid_scope", "This application is not authorized for this email domain.", "", ""},
		"sub-domain of an allowed one": {restricted, map[string]any{"scope": "user@sub.example.org"}, 403, "invalid_scope", "This application is not authorized for this email domain.", "", ""},
		"domain with an allowed end":   {restricted, map[string]any{"scope": "user@notexample.org"}, 403, "invalid_scope", "This application is not authorized for this email domain.", "", ""},
		"no such user":                 {all, map[string]any{"scope": "nobody@example.com"}, 404, "invalid_scope", "User not found.", "", ""},
		"another tag is another user":  {all, map[string]any{"scope": "user+tag@example.com"}, 404, "invalid_scope", "User not found.", "", ""},
		"inactive user":                {all, map[string]any{"scope": "gone@example.com"}, 404, "invalid_scope", "User not found.", "", ""},
		"several users":                {all, map[string]any{"scope": "twice@example.com"}, 400, "invalid_scope", "Multiple user accounts share a common email.", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := s.post(tokenPath, tokenRequest(c.application, c.changes))
			requireOAuthError(t, a, c.status, c.code, c.text)
			if c.field != "" {
				require.Equal(t, []any{c.message}, a.body[c.field])
			}
			if c.status == http.StatusUnauthorized {
				require.Equal(t, `Basic realm="external-api"`, a.header.Get("WWW-Authenticate"))
			}
			if secret, given := tokenRequest(c.application, c.changes)["client_secret"].(string); given && len(secret) > 2 {
				require.NotContains(t, string(a.raw), secret)
			}
		})
	}

	t.Run("of several users with one address, the one who is active", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, 200, s.post(tokenPath, tokenRequest(all, map[string]any{"scope": "once@example.com"})).status)
	})
	t.Run("several fields at once", func(t *testing.T) {
		t.Parallel()
		a := s.post(tokenPath, map[string]any{"client_id": nil, "grant_type": "x"})
		requireOAuthError(t, a, 400, "unsupported_grant_type", `client_id: This field may not be null. client_secret: This field is required. `+
			`grant_type: "x" is not a valid choice. scope: This field is required.`)
	})
}

func TestTokenAnswer(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.user("User@Example.com")
	application := s.application("--domain=EXAMPLE.com", "--scope=rooms:list", "--scope=rooms:create", "--scope=rooms:retrieve")
	before := time.Now().Unix()

	a := s.post(tokenPath, tokenRequest(application, map[string]any{"scope": "uSER@example.COM"}))

	require.Equal(t, 200, a.status, "%s", a.raw)
	require.Equal(t, "no-cache", a.header.Get("Pragma"))
	require.Equal(t, "Bearer", a.body["token_type"])
	require.EqualValues(t, 3600, a.body["expires_in"])
	require.Equal(t, "rooms:list rooms:create rooms:retrieve", a.body["scope"])
	header, claims := decodeToken(t, a.body["access_token"].(string))
	require.Equal(t, map[string]any{"alg": "HS256", "typ": "at+jwt"}, header)
	issued, expires := claims["iat"].(float64), claims["exp"].(float64)
	require.GreaterOrEqual(t, issued, float64(before))
	require.EqualValues(t, 3600, expires-issued)
	require.NoError(t, uuid.Validate(claims["jti"].(string)))
	for _, name := range []string{"iat", "exp", "jti"} {
		delete(claims, name)
	}
	require.Equal(t, map[string]any{
		"iss": "lasuite-meet", "client_id": application.ID, "user_id": id, "sub": id, "delegated": true,
		"scope": "rooms:list rooms:create rooms:retrieve",
	}, claims)
}

func TestTokenSettings(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{
		"APPLICATION_JWT_ALG": "HS512", "APPLICATION_JWT_ISSUER": "https://meet.example.org", "APPLICATION_JWT_AUDIENCE": "rooms",
		"APPLICATION_JWT_EXPIRATION_SECONDS": "60", "APPLICATION_JWT_TOKEN_TYPE": "JWT",
	})
	s.user("user@example.com")

	a := s.post(tokenPath, tokenRequest(s.application("--any-domain"), nil))

	require.Equal(t, "JWT", a.body["token_type"])
	require.EqualValues(t, 60, a.body["expires_in"])
	require.NotContains(t, a.body, "scope")
	header, claims := decodeToken(t, a.body["access_token"].(string))
	require.Equal(t, "HS512", header["alg"])
	require.Equal(t, "https://meet.example.org", claims["iss"])
	require.Equal(t, "rooms", claims["aud"])
	require.NotContains(t, claims, "scope")
}

func TestTokenNarrowing(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	application := s.application("--any-domain", "--scope=rooms:list", "--scope=rooms:create", "--scope=rooms:update")
	for scope, granted := range map[string]string{
		"user@example.com rooms:create":              "rooms:create",
		"rooms:create user@example.com":              "rooms:create",
		"rooms:update user@example.com rooms:list":   "rooms:list rooms:update",
		"  ROOMS:Create   user@example.com  ":        "rooms:create",
		"rooms:create rooms:create user@example.com": "rooms:create",
		"user@example.com\trooms:create\r\n":         "rooms:create",
	} {
		t.Run(scope, func(t *testing.T) {
			t.Parallel()
			a := s.post(tokenPath, tokenRequest(application, map[string]any{"scope": scope}))
			require.Equal(t, 200, a.status, "%s", a.raw)
			require.Equal(t, granted, a.body["scope"])
			_, claims := decodeToken(t, a.body["access_token"].(string))
			require.Equal(t, granted, claims["scope"])
		})
	}
}

func TestTokenForms(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	application := s.application()
	form := func(changes map[string]any) url.Values {
		values := url.Values{}
		for name, value := range tokenRequest(application, changes) {
			values.Set(name, value.(string))
		}
		return values
	}
	noCredentials := form(map[string]any{"client_id": nil, "client_secret": nil})
	basic := func(id, secret string) requestOption {
		return func(r *http.Request) { r.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret)) }
	}

	t.Run("a form", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, 200, s.postForm(tokenPath, form(nil)).status)
	})
	t.Run("media types in any case and with a charset", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, 200, s.post(tokenPath, tokenRequest(application, nil), header("Content-Type", "Application/JSON; Charset=UTF-8")).status)
		require.Equal(t, 200, s.postForm(tokenPath, form(nil), header("Content-Type", "Application/X-WWW-Form-Urlencoded;charset=utf-8")).status)
	})
	t.Run("white space around values does not count", func(t *testing.T) {
		t.Parallel()
		changes := map[string]any{"client_id": " " + application.ID, "client_secret": application.Secret + "\n"}
		require.Equal(t, 200, s.post(tokenPath, tokenRequest(application, changes)).status)
	})
	t.Run("other parameters are ignored", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, 200, s.post(tokenPath+"?page=1", tokenRequest(application, map[string]any{"Client_ID": "x", "resource": []int{1}})).status)
	})
	t.Run("HTTP Basic", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, 200, s.postForm(tokenPath, noCredentials, basic(application.ID, application.Secret)).status)
		fields := tokenRequest(application, map[string]any{"client_id": nil, "client_secret": nil})
		require.Equal(t, 200, s.post(tokenPath, fields, basic(application.ID, application.Secret)).status)
	})
	t.Run("HTTP Basic, the client named in the body too", func(t *testing.T) {
		t.Parallel()
		option := basic(application.ID, application.Secret)
		require.Equal(t, 200, s.postForm(tokenPath, form(map[string]any{"client_secret": nil}), option).status)
		requireOAuthError(t, s.postForm(tokenPath, form(map[string]any{"client_secret": nil, "client_id": "another"}), option), 400, "invalid_request",
			"The client_id of the body is another one than that of HTTP Basic.")
	})
	t.Run("HTTP Basic, form-urlencoded parts", func(t *testing.T) {
		t.Parallel()
		odd := s.application()
		s.sql(`update meet_application set client_id = $1 where client_id = $2`, "a+b c:d%é", odd.ID)
		require.Equal(t, 200, s.postForm(tokenPath, noCredentials, basic("a+b c:d%é", odd.Secret)).status)
	})
	t.Run("HTTP Basic, wrong", func(t *testing.T) {
		t.Parallel()
		for _, option := range []requestOption{
			basic(application.ID, "wrong"),
			header("Authorization", "Basic !"),
			header("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("no colon"))),
			header("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("%zz:secret"))),
			header("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("\xff:secret"))),
			header("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("%ed%a0%80:secret"))),
		} {
			requireOAuthError(t, s.postForm(tokenPath, noCredentials, option), 401, "invalid_client", "Invalid credentials")
		}
	})
	t.Run("credentials both ways", func(t *testing.T) {
		t.Parallel()
		requireOAuthError(t, s.postForm(tokenPath, form(nil), basic(application.ID, application.Secret)), 400, "invalid_request",
			"Credentials may come in the body, by HTTP Basic or as an assertion: in one way only.")
	})
	t.Run("a client that is named by no text", func(t *testing.T) {
		t.Parallel()
		for _, named := range []any{5, true, []any{application.ID}, map[string]any{}} {
			a := s.post(tokenPath, tokenRequest(application, map[string]any{"client_id": named}))
			require.Equal(t, []any{"Not a valid string."}, a.body["client_id"])
		}
	})
	t.Run("null beside HTTP Basic", func(t *testing.T) {
		t.Parallel()
		for _, name := range []string{"client_id", "client_secret"} {
			body := `{"grant_type": "client_credentials", "scope": "user@example.com", "` + name + `": null}`
			a := s.post(tokenPath, body, basic(application.ID, application.Secret))
			requireOAuthError(t, a, 400, "invalid_request", name+": This field may not be null.")
		}
	})
	t.Run("in the URL", func(t *testing.T) {
		t.Parallel()
		for _, name := range []string{"client_id", "client_secret", "grant_type", "scope"} {
			a := s.postForm(tokenPath+"?"+name+"=sensitive", form(nil))
			require.Equal(t, 400, a.status)
			require.Equal(t, "invalid_request", a.body["error"])
			require.NotContains(t, string(a.raw), "sensitive")
		}
		require.Equal(t, 400, s.postForm(tokenPath+"?client_secret="+application.Secret, form(map[string]any{"client_secret": nil})).status)
		for _, query := range []string{"client_secret=sensitive;", "client_secret=%zz"} {
			a := s.postForm(tokenPath+"?"+query, form(nil))
			require.Equal(t, 400, a.status, "a query that cannot be read stands in logs too")
			require.Equal(t, "invalid_request", a.body["error"])
		}
	})
	t.Run("a form parameter twice", func(t *testing.T) {
		t.Parallel()
		values := form(nil)
		values.Add("scope", "other@example.com")
		requireOAuthError(t, s.postForm(tokenPath, values), 400, "invalid_request", "A parameter may be given only once.")
	})
	t.Run("a form that is not UTF-8, or not well encoded", func(t *testing.T) {
		t.Parallel()
		for _, broken := range []string{"client_id=%ff&" + form(nil).Encode(), "client_id=%zz", "%ff=1", "scope=%ed%a0%80&" + form(map[string]any{"scope": nil}).Encode()} {
			a := s.send(http.MethodPost, tokenPath, strings.NewReader(broken), header("Content-Type", "application/x-www-form-urlencoded"))
			require.Equal(t, 400, a.status)
			require.Equal(t, "invalid_request", a.body["error"])
		}
	})
	t.Run("no body at all", func(t *testing.T) {
		t.Parallel()
		a := s.send(http.MethodPost, tokenPath, nil)
		require.Equal(t, 400, a.status)
		require.Equal(t, []any{"This field is required."}, a.body["client_id"])
	})
	t.Run("another media type", func(t *testing.T) {
		t.Parallel()
		requireOAuthError(t, s.post(tokenPath, "a", header("Content-Type", "text/plain")), 415, "invalid_request",
			`Unsupported media type "text/plain" in request.`)
	})
	t.Run("a body that is too large, of a length that is not told", func(t *testing.T) {
		t.Parallel()
		body := io.MultiReader(strings.NewReader(`{"a":"`), strings.NewReader(strings.Repeat("a", 64<<10)))
		a := s.send(http.MethodPost, tokenPath, body, header("Content-Type", "application/json"))
		requireOAuthError(t, a, 413, "invalid_request", "Request body is larger than 65536 bytes.")
	})
	t.Run("two Authorization headers", func(t *testing.T) {
		t.Parallel()
		a := s.postForm(tokenPath, noCredentials, basic(application.ID, application.Secret), func(r *http.Request) {
			r.Header.Add("Authorization", "Bearer x")
		})
		require.Equal(t, 400, a.status)
	})
}

// Generated clients send every parameter that they know, and no value for those that are not set (RFC 6749, section 3.2).
func TestEmptyCredentials(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	application, key := s.keyedApplication()
	endpoint := s.url + "/external-api/v1.0/application/token/"
	token := s.token(application, "user@example.com")
	basic := func(r *http.Request) { r.SetBasicAuth(application.ID, application.Secret) }
	none := func(*http.Request) {}
	const several = "Credentials may come in the body, by HTTP Basic or as an assertion: in one way only."
	for name, c := range map[string]struct {
		given  map[string]any
		option requestOption
		said   string // empty: let in
	}{
		"Basic":                            {nil, basic, ""},
		"Basic, and the same client":       {map[string]any{"client_id": application.ID}, basic, ""},
		"a secret":                         {map[string]any{"client_id": application.ID, "client_secret": application.Secret}, none, ""},
		"an assertion":                     {map[string]any{"client_assertion_type": assertion.Type, "client_assertion": "*"}, none, ""},
		"an assertion, and its client":     {map[string]any{"client_assertion_type": assertion.Type, "client_assertion": "*", "client_id": application.ID}, none, ""},
		"Basic and a secret":               {map[string]any{"client_secret": application.Secret}, basic, several},
		"Basic and an assertion":           {map[string]any{"client_assertion_type": assertion.Type, "client_assertion": "*"}, basic, several},
		"Basic and an assertion's type":    {map[string]any{"client_assertion_type": assertion.Type}, basic, several},
		"a secret and an assertion":        {map[string]any{"client_secret": application.Secret, "client_assertion": "*"}, none, several},
		"a client alone":                   {map[string]any{"client_id": application.ID}, none, "client_secret: This field may not be blank."},
		"an assertion without its type":    {map[string]any{"client_assertion": "*"}, none, "client_assertion_type: This field may not be blank."},
		"an assertion's type, and no more": {map[string]any{"client_assertion_type": assertion.Type}, none, "client_assertion: This field may not be blank."},
	} {
		for _, path := range []string{tokenPath, introspectPath, revokePath} {
			for _, empty := range []any{"", " \t"} {
				fields := map[string]any{"client_id": empty, "client_secret": empty, "client_assertion_type": empty, "client_assertion": empty}
				if empty == " \t" { // a choice is not a text, around which white space does not count
					fields["client_assertion_type"] = ""
				}
				maps.Copy(fields, map[string]any{"grant_type": "client_credentials", "scope": "user@example.com", "token": token})
				maps.Copy(fields, c.given)
				if fields["client_assertion"] == "*" {
					fields["client_assertion"] = newAssertion(t, key, application.ID, endpoint, nil)
				}
				if path == revokePath {
					fields["token"] = "x"
				}
				a := s.post(path, fields, c.option)
				if c.said == "" {
					require.Equal(t, 200, a.status, "%s at %s: %s", name, path, a.raw)
					continue
				}
				require.Equal(t, 400, a.status, "%s at %s: %s", name, path, a.raw)
				require.Contains(t, a.detail(), c.said, name)
			}
		}
	}
	for _, path := range []string{introspectPath, revokePath} {
		a := s.postForm(path, url.Values{"client_id": {""}, "client_secret": {""}, "client_assertion": {""}, "token": {token}})
		requireOAuthError(t, a, 401, "invalid_client", "Client authentication is required.")
	}
}

func TestTokenEndpointSwitchedOff(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"APPLICATION_ENABLED": "false", "APPLICATION_JWT_SECRET_KEY": ""})
	a := s.post(tokenPath, tokenRequest(s.application(), nil))
	require.Equal(t, 404, a.status)
	require.Equal(t, map[string]any{"detail": "Not found."}, a.body)
	rooms := s.get("/rooms/", bearer(signed(t, testKey, meetHeader, meetClaims(credentials{ID: "x"}, "x", nil))))
	require.Equal(t, 401, rooms.status)
	require.Equal(t, "Invalid token.", rooms.detail())
}

func TestDjangoHashesAreAccepted(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user("user@example.com")
	application := s.application()
	for name, hash := range djangoHashes {
		s.sql(`update meet_application set client_secret = $1 where client_id = $2`, hash, application.ID)
		a := s.post(tokenPath, tokenRequest(application, map[string]any{"client_secret": djangoSecret}))
		require.Equal(t, 200, a.status, "%s: %s", name, a.raw)
		a = s.post(tokenPath, tokenRequest(application, map[string]any{"client_secret": djangoSecret + "x"}))
		require.Equal(t, 401, a.status, name)
	}
	for _, unusable := range []string{"plain", "!unusable", "md5$salt$5f4dcc3b5aa765d61d8327deb882cf99", ""} {
		s.sql(`update meet_application set client_secret = $1 where client_id = $2`, unusable, application.ID)
		a := s.post(tokenPath, tokenRequest(application, map[string]any{"client_secret": "plain"}))
		requireOAuthError(t, a, 401, "invalid_client", "Invalid credentials")
	}
}

func TestSeveralDomains(t *testing.T) {
	t.Parallel()
	s := start(t)
	application := s.application("--scope=rooms:list", "--domain=a.example", "--domain=b.example", "--domain=c.example")
	for address, status := range map[string]int{
		"user@a.example": 200, "user@B.example": 200, "user@c.example": 200, "user@d.example": 403, "user@x.a.example": 403,
	} {
		s.user(address)
		require.Equal(t, status, s.post(tokenPath, tokenRequest(application, map[string]any{"scope": address})).status, address)
	}
}
