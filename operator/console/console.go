// Package console is the web page of operators: plain forms and links that package operator answers, rendered on the server, in English
// and French. It works without JavaScript. Begin with Console.
package console

import (
	"log/slog"
	"net/http"
	"net/url"
	"sync/atomic"

	"github.com/labstack/echo/v4"

	"meet-external-api/operator"
)

// OIDC is the OpenID provider by which operators can sign in, and the console's credentials there.
type OIDC struct{ Issuer, ClientID, ClientSecret string }

// Console answers the pages.
type Console struct {
	Service *operator.Service
	Log     *slog.Logger
	// URL is where browsers reach the console; nil: it is not known.
	URL *url.URL
	// OIDC is nil where operators sign in with a password alone.
	OIDC *OIDC
	// Provider makes the requests to it; nil: http.DefaultTransport does.
	Provider http.RoundTripper

	provider atomic.Pointer[provider] // nil: it has not been asked yet
}

// Path is where the pages are.
const Path = "/console"

// Register adds the pages to a router.
func (c *Console) Register(e *echo.Echo) {
	for _, r := range append(c.openRoutes(), c.signInRoutes()...) {
		e.Add(r.method, Path+r.path, r.handler)
	}
	for _, r := range c.routes() {
		e.Add(r.method, Path+r.path, r.handler, c.signedIn, decoded)
	}
}
