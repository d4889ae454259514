// The check of each answer against its specification, of which the harness makes use.

package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/require"

	spec "meet-external-api"
	"meet-external-api/handlers"
)

// surface is an API of a server, and what finds the operations of its specification.
type surface struct {
	basePath string
	router   func() routers.Router
}

var externalAPI = newSurface(handlers.BasePath, spec.YAML)

func newSurface(basePath string, specification []byte) surface {
	return surface{basePath, sync.OnceValue(func() routers.Router {
		document, err := openapi3.NewLoader().LoadFromData(specification)
		if err != nil {
			panic(err)
		}
		if err := document.Validate(context.Background()); err != nil {
			panic(err)
		}
		router, err := gorillamux.NewRouter(document)
		if err != nil {
			panic(err)
		}
		return router
	})}
}

// checkAnswer fails unless the specification has this status, with this schema, for this operation. What is no operation
// of it is a page beside the API, the answer to OPTIONS, or an unknown path.
func (s surface) checkAnswer(t testing.TB, request *http.Request, a answer) {
	t.Helper()
	asked := request.Clone(request.Context())
	asked.URL.Scheme, asked.URL.Host = "", ""
	if !strings.HasSuffix(asked.URL.Path, "/") {
		asked.URL.Path += "/"
	}
	if asked.Method == http.MethodHead {
		asked.Method = http.MethodGet
	}
	if strings.Contains(asked.URL.Path, "/.well-known/") {
		asked.URL.Path = strings.TrimSuffix(asked.URL.Path, "/")
	}
	route, parameters, err := s.findOperation(asked, a.status)
	if err != nil {
		beside := strings.Contains(asked.URL.Path, "/docs/") || strings.Contains(asked.URL.Path, "/openapi.")
		require.True(t, beside || a.status == http.StatusNotFound || a.status == http.StatusNoContent, "%d %s", a.status, a.raw)
		if a.status == http.StatusNotFound && request.Method != http.MethodHead {
			require.Equal(t, map[string]any{"detail": "Not found."}, a.body)
		}
		return
	}
	if request.Method == http.MethodHead {
		require.Empty(t, a.raw)
		return
	}
	require.NotNil(t, route.Operation.Responses.Status(a.status), "%s %s has no answer %d of its own", asked.Method, asked.URL.Path, a.status)
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: asked, PathParams: parameters, Route: route},
		Status:                 a.status, Header: a.header,
		Body:    io.NopCloser(bytes.NewReader(a.raw)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	require.NoError(t, openapi3filter.ValidateResponse(context.Background(), input), "%s", a.raw)
}

// findOperation returns the operation that was asked for; for a 405, which each of them has, any that the path has.
func (s surface) findOperation(asked *http.Request, status int) (route *routers.Route, parameters map[string]string, err error) {
	methods := []string{asked.Method}
	if status == http.StatusMethodNotAllowed {
		methods = []string{http.MethodGet, http.MethodPost}
	}
	for _, method := range methods {
		asked.Method = method
		if route, parameters, err = s.router().FindRoute(asked); err == nil {
			return route, parameters, nil
		}
	}
	return nil, nil, err
}
