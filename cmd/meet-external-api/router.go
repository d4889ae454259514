package main

import (
	"strings"

	"github.com/labstack/echo/v4"
)

// router registers each GET for HEAD too, for which net/http leaves the body out; and paths with a slash at their end, which
// middleware.Path has given those of requests.
type router struct{ *echo.Echo }

func (r router) GET(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	r.HEAD(slashed(path), h, m...)
	return r.Echo.GET(slashed(path), h, m...)
}

func (r router) POST(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.Echo.POST(slashed(path), h, m...)
}

func (r router) PATCH(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.Echo.PATCH(slashed(path), h, m...)
}

func slashed(path string) string { return strings.TrimSuffix(path, "/") + "/" }
