// The check of each answer against its specification, of which the harness makes use.

package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/require"

	spec "meet-external-api"
	"meet-external-api/handlers"
	"meet-external-api/spectest"
)

// surface is an API of a server, with its specification and what tests have shown of that.
type surface struct {
	basePath      string
	specification func() *spectest.Specification
	// slash is what paths of its specification end with, and notFound the answer where there is none.
	slash    string
	notFound map[string]any
	// blamed returns the parameters and members of a request that a refusal names.
	blamed func(body map[string]any) []string
}

var externalAPI = newSurface(handlers.BasePath, spec.YAML)

func newSurface(basePath string, specification []byte) surface {
	load := sync.OnceValue(func() *spectest.Specification {
		loaded, err := spectest.Load(specification)
		if err != nil {
			panic(err)
		}
		return loaded
	})
	return surface{
		basePath: basePath, specification: load, slash: "/", notFound: map[string]any{"detail": "Not found."},
		blamed: func(body map[string]any) []string { return slices.Collect(maps.Keys(body)) },
	}
}

// specified runs the tests, and fails as well where a specification says more than they have shown; unless only some of them ran.
type specified struct{ *testing.M }

func (m specified) Run() int {
	code := m.M.Run()
	for _, name := range []string{"test.run", "test.skip", "test.list"} {
		if code != 0 || testing.Short() || flag.Lookup(name).Value.String() != "" {
			return code
		}
	}
	for _, s := range []struct {
		surface
		explained map[string]string
	}{{externalAPI, explained}, {operatorAPI, explainedToOperators}} {
		for _, fault := range s.specification().Faults(s.explained) {
			fmt.Fprintf(os.Stderr, "the specification of %s: %s\n", s.basePath, fault)
			code = 1
		}
	}
	return code
}

// checkAnswer fails unless the specification has this status, with this schema, for this operation. What is no operation
// of it is a page beside the API, the answer to OPTIONS, or an unknown path.
func (s surface) checkAnswer(t testing.TB, request *http.Request, a answer) {
	t.Helper()
	asked := request.Clone(request.Context())
	asked.URL.Scheme, asked.URL.Host = "", ""
	asked.URL.Path = strings.TrimSuffix(asked.URL.Path, "/") + s.slash
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
			require.Equal(t, s.notFound, a.body)
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
	s.specification().Record(route, parameters, asked, spectest.Answer{
		Status: a.status, Header: a.header, Body: a.body, Blamed: s.blamed(a.body), NotFound: reflect.DeepEqual(a.body, s.notFound),
	})
}

// findOperation returns the operation that was asked for; for a 405, which each of them has, any that the path has.
func (s surface) findOperation(asked *http.Request, status int) (route *routers.Route, parameters map[string]string, err error) {
	methods := []string{asked.Method}
	if status == http.StatusMethodNotAllowed {
		methods = []string{http.MethodGet, http.MethodPost, http.MethodDelete}
	}
	for _, method := range methods {
		asked.Method = method
		if route, parameters, err = s.specification().Router.FindRoute(asked); err == nil {
			return route, parameters, nil
		}
	}
	return nil, nil, err
}
