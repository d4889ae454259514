package contracttest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const (
	tokenHeading  = "POST /application/token/" //nolint:gosec // G101: the name of a heading.
	bearerHeading = "Bearer authentication of /rooms"
	scopesHeading = "Scopes"
	moreOfTokens  = "More about tokens"
)

// with are the good credentials, with some members changed; nil takes one out.
func (s *server) with(changes object) object {
	body := s.credentials()
	maps.Copy(body, changes)
	maps.DeleteFunc(body, func(_ string, value any) bool { return value == nil })
	return body
}

// refuses checks that a token request with these changes is refused with a status and a text.
func refuses(changes object, status int, detail string) func(context.Context, *server) error {
	return func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "generateToken", body: s.with(changes)})
		return first(err, a.says(status, detail))
	}
}

var tokenChecks = []check{
	{name: "credentials are exchanged for a token", heading: tokenHeading, mark: meet, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "generateToken", body: s.credentials()})
		life, _ := a.body["expires_in"].(float64)
		return first(err, a.is(http.StatusOK), expect(a.text("token_type") == "Bearer" && life > 0, "it is no bearer token with a life"))
	}},
	{name: "a token has the claims", heading: tokenHeading, mark: meet, run: func(_ context.Context, s *server) error {
		claims, err := claimsOf(s.token)
		if err != nil {
			return err
		}
		for _, claim := range []string{"iss", "iat", "exp", "client_id", "user_id", "delegated"} {
			if claims[claim] == nil {
				return expect(false, "no %s", claim)
			}
		}
		return expect(claims["client_id"] == s.config.ClientID && claims["delegated"] == true, "client_id or delegated is another")
	}},
	{name: "a token has a subject and an id", heading: tokenHeading, mark: beyond, run: func(_ context.Context, s *server) error {
		claims, err := claimsOf(s.token)
		return first(err, expect(claims["sub"] != nil && claims["sub"] == claims["user_id"] && claims["jti"] != nil, "no sub, or no jti"))
	}},
	{name: "credentials come by a form, too", heading: tokenHeading, mark: meet, run: func(ctx context.Context, s *server) error {
		form := url.Values{}
		for field, value := range s.credentials() {
			form.Set(field, value.(string))
		}
		a, err := s.ask(ctx, request{operation: "generateToken", body: form.Encode(), header: object{"Content-Type": "application/x-www-form-urlencoded"}})
		return first(err, a.is(http.StatusOK))
	}},
	{name: "credentials come by HTTP Basic, too", heading: tokenHeading, mark: beyond, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{
			operation: "generateToken", body: s.with(object{"client_id": nil, "client_secret": nil}), header: object{"Authorization": s.basic()},
		})
		return first(err, a.is(http.StatusOK))
	}},
	{name: "credentials given in both ways are refused", heading: tokenHeading, mark: beyond, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "generateToken", body: s.credentials(), header: object{"Authorization": s.basic()}})
		return first(err, a.is(http.StatusBadRequest), expect(a.text("error") == "invalid_request", "got %s", a))
	}},
	{name: "credentials in the URL are refused", heading: tokenHeading, mark: beyond, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "generateToken", query: "client_secret=none", body: s.credentials()})
		return first(err, a.is(http.StatusBadRequest), expect(a.text("error") == "invalid_request", "got %s", a))
	}},
	{name: "a token is narrowed to scopes", heading: tokenHeading, mark: beyond, scopes: everyRoom, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "generateToken", body: s.with(object{"scope": "rooms:list " + s.config.Email})})
		return first(err, a.is(http.StatusOK), expect(a.text("scope") == "rooms:list", "its scope is %q", a.text("scope")))
	}},
	{name: "a scope that the application lacks is refused", heading: tokenHeading, mark: beyond, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "generateToken", body: s.with(object{"scope": s.config.Email + " rooms:none"})})
		return first(err, a.is(http.StatusBadRequest), expect(a.text("error") == "invalid_scope", "got %s", a))
	}},
	{name: "a missing field is named", heading: tokenHeading, mark: meet, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "generateToken", body: s.with(object{"scope": nil})})
		return first(err, a.names("scope"))
	}},
	{name: "another grant type is refused", heading: tokenHeading, mark: meet, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "generateToken", body: s.with(object{"grant_type": "password"})})
		return first(err, a.names("grant_type"))
	}},
	{name: "a scope without an address is refused", heading: tokenHeading, mark: fix, run: refuses(object{"scope": "nobody"}, 400, "Scope should be a valid email address.")},
	{name: "a wrong secret is 401", heading: tokenHeading, mark: fix, run: refuses(object{"client_secret": "wrong"}, 401, "Invalid credentials")},
	{name: "an unknown client is as a wrong secret", heading: tokenHeading, mark: fix, run: refuses(object{"client_id": "nobody"}, 401, "Invalid credentials")},
	{name: "a refusal serves OAuth libraries, too", heading: tokenHeading, mark: fix, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "generateToken", body: s.with(object{"client_secret": "wrong"})})
		return first(err, expect(a.text("error") == "invalid_client" && a.text("error_description") == a.text("detail"), "got %s", a),
			expect(a.header.Get("WWW-Authenticate") == `Basic realm="external-api"`, "the challenge is %q", a.header.Get("WWW-Authenticate")))
	}},
}

var bearerChecks = []check{
	{name: "no token is 401", heading: bearerHeading, mark: meet, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "listRooms", anonymous: true})
		return first(err, a.says(http.StatusUnauthorized, "Authentication credentials were not provided."))
	}},
	{name: "a token in two words is 401", heading: bearerHeading, mark: beyond, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "listRooms", header: object{"Authorization": "Bearer two words"}})
		return first(err, a.says(http.StatusUnauthorized, "Invalid token header."))
	}},
	{name: "a token that nobody has signed is 401", heading: bearerHeading, mark: fix, run: func(ctx context.Context, s *server) error {
		signed := s.token[:strings.LastIndex(s.token, ".")+1]
		a, err := s.ask(ctx, request{operation: "listRooms", header: object{"Authorization": "Bearer " + signed + strings.Repeat("A", 43)}})
		return first(err, a.says(http.StatusUnauthorized, "Invalid token."),
			expect(strings.Contains(a.header.Get("WWW-Authenticate"), `error="invalid_token"`), "the challenge is %q", a.header.Get("WWW-Authenticate")))
	}},
	{name: "a scope that the token lacks is named", heading: scopesHeading, mark: beyond, scopes: listing, run: func(ctx context.Context, s *server) error {
		narrow, err := s.ask(ctx, request{operation: "generateToken", body: s.with(object{"scope": s.config.Email + " rooms:list"})})
		if err != nil {
			return err
		}
		a, err := s.ask(ctx, request{operation: "createRoom", header: object{"Authorization": "Bearer " + narrow.text("access_token")}})
		return first(err, a.says(http.StatusForbidden, "Insufficient permissions. Required scope: rooms:create"),
			expect(strings.Contains(a.header.Get("WWW-Authenticate"), `scope="rooms:create"`), "the challenge is %q", a.header.Get("WWW-Authenticate")))
	}},
}

var moreAboutTokens = []check{
	{name: "a token is introspected", heading: moreOfTokens, mark: beyond, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "introspectToken", body: s.reference(s.token)})
		return first(err, expect(a.body["active"] == true && a.text("client_id") == s.config.ClientID, "it is not active, or another's"))
	}},
	{name: "introspection without credentials is 401", heading: moreOfTokens, mark: beyond, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "introspectToken", body: object{"token": s.token}})
		return first(err, a.is(http.StatusUnauthorized), expect(a.text("error") == "invalid_client", "got %s", a))
	}},
	{name: "a revoked token counts no more", heading: moreOfTokens, mark: beyond, scopes: everyRoom, run: func(ctx context.Context, s *server) error {
		token, err := s.ask(ctx, request{operation: "generateToken", body: s.credentials()})
		if err != nil {
			return err
		}
		revoked, err := s.ask(ctx, request{operation: "revokeToken", body: s.reference(token.text("access_token"))})
		if err := first(err, revoked.is(http.StatusOK)); err != nil {
			return err
		}
		used, err := s.ask(ctx, request{operation: "listRooms", header: object{"Authorization": "Bearer " + token.text("access_token")}})
		if err := first(err, used.says(http.StatusUnauthorized, "Token revoked.")); err != nil {
			return err
		}
		known, err := s.ask(ctx, request{operation: "introspectToken", body: s.reference(token.text("access_token"))})
		return first(err, expect(known.body["active"] == false && len(known.body) == 1, "it is active, or more is told"))
	}},
	{name: "the metadata name what there is", heading: moreOfTokens, mark: beyond, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "readMetadata"})
		grants, _ := a.body["grant_types_supported"].([]any)
		return first(err, a.is(http.StatusOK), expect(slices.Contains(grants, any("client_credentials")), "no client_credentials"))
	}},
	{name: "the keys of tokens are public", heading: moreOfTokens, mark: beyond, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "readKeys"})
		return first(err, a.is(http.StatusOK))
	}},
}

func (s *server) basic() string {
	pair := url.QueryEscape(s.config.ClientID) + ":" + url.QueryEscape(s.config.ClientSecret)
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))
}

func (s *server) reference(token string) object {
	return object{"client_id": s.config.ClientID, "client_secret": s.config.ClientSecret, "token": token}
}

// claimsOf reads a JWT, whose signature is the server's affair.
func claimsOf(token string) (object, error) {
	parts := strings.Split(token, ".")
	if err := expect(len(parts) == 3, "the token is no JWT"); err != nil {
		return nil, err
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, expect(false, "the token is no JWT")
	}
	var claims object
	err = json.Unmarshal(payload, &claims)
	return claims, err
}
