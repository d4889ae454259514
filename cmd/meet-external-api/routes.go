package main

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/generated"
	"meet-external-api/handlers"
	"meet-external-api/middleware"
)

// databaseTimeout is how long a request may ask the database.
const databaseTimeout = 10 * time.Second

// requestTimeout is how long a request may ask: the OpenID provider, for the whole time that OIDC_TIMEOUT leaves it, and the
// database.
func (s settings) requestTimeout() time.Duration {
	if s.introspection == nil {
		return databaseTimeout
	}
	return databaseTimeout + s.introspection.Timeout
}

// router registers each GET for HEAD too, for which net/http leaves the body out; and with a slash at its end, which the
// paths of requests have been given.
type router struct{ *echo.Echo }

func (r router) GET(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	path = strings.TrimSuffix(path, "/") + "/"
	r.HEAD(path, h, m...)
	return r.Echo.GET(path, h, m...)
}

// parts are what a server is put together of.
type parts struct {
	settings settings
	store    *db.DB
	ready    func(context.Context) error
	changed  func(room db.Room)
	attempts *auth.Attempts
	log      *slog.Logger
}

// newServer puts the way of a request together: what is around every request, the routes, and the handlers.
func newServer(p parts) (*echo.Echo, error) {
	s := p.settings
	tokens, err := s.tokens()
	if err != nil {
		return nil, err
	}
	authenticator, err := newAuthenticator(p, tokens)
	if err != nil {
		return nil, err
	}
	secrets, err := auth.NewSecretChecker(auth.SecretCheckerOptions{
		Stored: func(ctx context.Context) ([][]string, error) { return p.store.SecretHashes(ctx, auth.HashForm) },
		// The core that is left serves everything else, except beside Argon2, which takes one for each of its lanes.
		SlowHashes: max(1, runtime.GOMAXPROCS(0)-1), Now: time.Now,
	})
	if err != nil {
		return nil, err
	}
	assertions, err := auth.NewAssertionVerifier()
	if err != nil {
		return nil, err
	}
	specification, err := openapi3.NewLoader().LoadFromData(generated.Specification)
	if err != nil {
		return nil, err
	}
	operations, err := middleware.Operations(specification, middleware.Options{
		Authenticator: authenticator,
		Applications:  s.applications,
	})
	if err != nil {
		return nil, err
	}
	e := echo.New()
	e.HTTPErrorHandler = middleware.HandleError
	e.IPExtractor = middleware.AddressExtractor(s.trustedProxies)
	e.Pre(middleware.RequestID, middleware.Log(p.log), middleware.Recover, middleware.Deadline(s.requestTimeout()),
		middleware.LimitBody, middleware.Slash, middleware.Origin(s.publicURL, s.trustedProxies))
	e.Use(middleware.CORS(s.corsOrigins))

	routes := router{e}
	routes.GET("/__lbheartbeat__/", handlers.Live)
	routes.GET("/__heartbeat__/", handlers.Ready(p.ready))
	if !s.enabled {
		return e, nil
	}
	document := handlers.Specification{Document: specification, RequestURL: middleware.RequestURL}
	routes.GET(handlers.BasePath+"/openapi.yaml/", document.YAML)
	routes.GET(handlers.BasePath+"/openapi.json/", document.JSON)
	routes.GET(handlers.BasePath+"/docs/", handlers.Docs)
	routes.GET(handlers.BasePath+"/docs/:file/", handlers.DocsFile())
	api := &handlers.API{
		Applications: p.store, Clients: p.store, Users: p.store, Rooms: p.store, Tokens: tokens,
		Bearer: auth.ApplicationTokens{Tokens: tokens, Callers: lookups{p.store}}, Secrets: secrets,
		Assertions: assertions, Attempts: p.attempts,
		Settings: s.answers(), Log: p.log, RoomChanged: p.changed,
		RequestURL: middleware.RequestURL, TrustedURL: middleware.TrustedURL, RemoteAddress: middleware.RemoteAddress,
	}
	if s.applications {
		routes.GET(handlers.MetadataPath, api.MetadataOf(""))
		routes.GET(handlers.MetadataPath+handlers.BasePath, api.MetadataOf(handlers.BasePath))
		if path := api.IssuerPath(); path != "" && path != handlers.BasePath {
			routes.GET(handlers.MetadataPath+path, api.MetadataOf(path))
		}
	}
	generated.RegisterHandlersWithOptions(routes, generated.NewStrictHandler(api, nil), generated.RegisterHandlersOptions{
		BaseURL: handlers.BasePath, OperationMiddlewares: operations,
	})
	return e, nil
}

// answers are the settings that shape answers.
func (s settings) answers() handlers.Settings {
	return handlers.Settings{
		TokenType:          s.tokenType,
		Issuer:             s.token.Issuer,
		Audience:           s.token.Audience,
		DefaultAccessLevel: s.defaultAccessLevel,
		AllowPublicAccess:  s.allowPublicAccess,
		BaseURL:            s.baseURL,
		CreateUsers:        s.createUsers,
		Telephony:          s.telephony,
		PINLength:          s.pinLength,
		PINDraws:           s.pinDraws,
	}
}

// newAuthenticator lines up those who know bearer tokens, in the contract's order.
func newAuthenticator(p parts, tokens *auth.Tokens) (auth.Authenticator, error) {
	chain := auth.Chain{ScopesPrefix: p.settings.scopesPrefix}
	known := lookups{p.store}
	if tokens != nil {
		chain.Authenticators = append(chain.Authenticators, auth.ApplicationTokens{Tokens: tokens, Callers: known})
	}
	addons, err := p.settings.addonTokens()
	if err != nil {
		return nil, err
	}
	if addons != nil {
		chain.Authenticators = append(chain.Authenticators, auth.AddonTokens{Tokens: addons, Callers: known})
	}
	introspector, err := p.settings.introspector(p.log)
	if err != nil {
		return nil, err
	}
	if introspector != nil {
		chain.Authenticators = append(chain.Authenticators, auth.ResourceServer{
			Introspector: introspector, Subjects: known, CreateUsers: p.settings.createOIDCUsers,
			// Also where these tokens are switched off here: Meet takes them.
			OwnIssuers: []string{p.settings.token.Issuer, p.settings.addonToken.Issuer},
		})
	}
	return chain, nil
}

// lookups lets package auth, which knows no database, look up whom a token names.
type lookups struct{ store *db.DB }

// Caller implements auth.Callers.
func (l lookups) Caller(ctx context.Context, clientID, userID, tokenID string) (auth.Caller, error) {
	found, err := l.store.Caller(ctx, clientID, userID, tokenID)
	return auth.Caller(found), err
}

// UserBySub implements auth.Subjects.
func (l lookups) UserBySub(ctx context.Context, sub string, create bool) (id string, active bool, err error) {
	user, err := l.store.UserBySub(ctx, sub, create)
	if errors.Is(err, db.ErrNotFound) {
		return "", false, nil
	}
	return user.ID, user.IsActive, err
}
