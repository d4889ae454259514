package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/generated"
	"meet-external-api/handlers"
	"meet-external-api/middleware"
)

// requestTimeout is how long a request may ask the database.
const requestTimeout = 10 * time.Second

// router registers each GET for HEAD too; net/http leaves the body out.
type router struct{ *echo.Echo }

func (r router) GET(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	r.HEAD(path, h, m...)
	return r.Echo.GET(path, h, m...)
}

// newServer puts the way of a request together: what is around every request, the routes, and the handlers.
func newServer(s settings, store *db.DB, ready func(context.Context) error, log *slog.Logger) (*echo.Echo, error) {
	tokens, err := s.tokens()
	if err != nil {
		return nil, err
	}
	limits, err := middleware.NewTokenLimits(s.tokenRequests, s.tokenFailures)
	if err != nil {
		return nil, err
	}
	specification, err := openapi3.NewLoader().LoadFromData(generated.Specification)
	if err != nil {
		return nil, err
	}
	operations, err := middleware.Operations(specification, middleware.Options{
		Authenticator: auth.Bearer{Tokens: tokens, Callers: callers{store}},
		TokenLimits:   limits,
		Applications:  s.applications,
	})
	if err != nil {
		return nil, err
	}
	e := echo.New()
	e.HTTPErrorHandler = middleware.HandleError
	e.IPExtractor = echo.ExtractIPDirect()
	e.Pre(middleware.RequestID, middleware.Log(log), middleware.Recover, middleware.Deadline(requestTimeout),
		middleware.LimitBody, middleware.Slash, middleware.URL(s.publicURL))

	routes := router{e}
	routes.GET("/__lbheartbeat__/", handlers.Live)
	routes.GET("/__heartbeat__/", handlers.Ready(ready))
	if !s.enabled {
		return e, nil
	}
	document := handlers.Specification{Document: specification, RequestURL: middleware.RequestURL}
	routes.GET(handlers.BasePath+"/openapi.yaml/", document.YAML)
	routes.GET(handlers.BasePath+"/openapi.json/", document.JSON)
	routes.GET(handlers.BasePath+"/docs/", handlers.Docs)
	routes.GET(handlers.BasePath+"/docs/:file/", handlers.DocsFile())
	api := &handlers.API{
		Applications: store, Users: store, Rooms: store, Tokens: tokens, Settings: s.answers(), RequestURL: middleware.RequestURL,
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
		DefaultAccessLevel: s.defaultAccessLevel,
		AllowPublicAccess:  s.allowPublicAccess,
		BaseURL:            s.baseURL,
		CreateUsers:        s.createUsers,
		DrawName:           handlers.DrawName,
	}
}

// callers lets package auth, which knows no database, look up whom a token names.
type callers struct{ store *db.DB }

// Caller implements auth.Callers.
func (c callers) Caller(ctx context.Context, clientID, userID string) (auth.Caller, error) {
	found, err := c.store.Caller(ctx, clientID, userID)
	return auth.Caller(found), err
}
