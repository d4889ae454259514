// Package google answers the operations of openapi.google.yaml: the part of Google Meet's REST API v2 that rooms can answer, for Google's
// clients (docs/contract.md, "Google Meet's form"). There are no rules of its own here: each operation is one of package handlers, with its
// request and its answer in another form, and so is each error. Begin with API.
package google

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"

	generated "meet-external-api/generated/google"
	"meet-external-api/handlers"
	"meet-external-api/refusal"
)

// BasePath is where Google's clients find the API: their paths begin with `/v2/`.
const BasePath = "/external-api/google"

// API implements the operations of the specification.
type API struct{ Rooms *handlers.API }

var _ generated.StrictServerInterface = (*API)(nil)

// Serves tells whether a request is for this API, also for a path that it does not have.
func Serves(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, BasePath+"/") || r.URL.Path == BasePath
}

// Router registers custom methods, such as `/v2/spaces/{id}:endActiveConference` (AIP-136), with the verb as a segment of its own: in Echo a
// parameter goes on to the end of its segment. CustomMethods gives requests the same path.
type Router struct{ generated.EchoRouter }

// POST registers a handler.
func (r Router) POST(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.EchoRouter.POST(strings.Replace(path, `\:`, `/\:`, 1), h, m...)
}

// CustomMethods makes the verb of a custom method a segment of its own in the path of a request, and finds nothing where it is one already.
func CustomMethods(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		asked := c.Request().URL
		switch {
		case !Serves(c.Request()):
		case strings.Contains(asked.RawPath, "/:"):
			return refusal.PathNotFound
		default:
			asked.RawPath = customMethod.ReplaceAllString(asked.RawPath, "/$1/")
		}
		return next(c)
	}
}

var customMethod = regexp.MustCompile(`(:[A-Za-z]+)/$`)
