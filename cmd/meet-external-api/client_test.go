package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/require"

	"meet-external-api/generated"
	"meet-external-api/handlers"
)

// answer is what the server sent.
type answer struct {
	status int
	header http.Header
	raw    []byte
	body   map[string]any
}

// detail returns the member `detail` of the body.
func (a answer) detail() string {
	text, _ := a.body["detail"].(string)
	return text
}

// requestOption changes a request before it is sent.
type requestOption func(*http.Request)

func bearer(token string) requestOption {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

func header(name, value string) requestOption {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func (s *instance) get(path string, options ...requestOption) answer {
	s.t.Helper()
	return s.send(http.MethodGet, path, nil, options...)
}

func (s *instance) post(path string, body any, options ...requestOption) answer {
	s.t.Helper()
	return s.sendJSON(http.MethodPost, path, body, options...)
}

func (s *instance) patch(path string, body any, options ...requestOption) answer {
	s.t.Helper()
	return s.sendJSON(http.MethodPatch, path, body, options...)
}

// sendJSON sends a value as JSON, or a string as it is.
func (s *instance) sendJSON(method, path string, body any, options ...requestOption) answer {
	s.t.Helper()
	encoded, ok := body.(string)
	if !ok {
		data, err := json.Marshal(body)
		require.NoError(s.t, err)
		encoded = string(data)
	}
	options = append([]requestOption{header("Content-Type", "application/json")}, options...)
	return s.send(method, path, strings.NewReader(encoded), options...)
}

func (s *instance) postForm(path string, form url.Values, options ...requestOption) answer {
	s.t.Helper()
	options = append([]requestOption{header("Content-Type", "application/x-www-form-urlencoded")}, options...)
	return s.send(http.MethodPost, path, strings.NewReader(form.Encode()), options...)
}

// send makes a request below the base path and checks the answer against the specification.
func (s *instance) send(method, path string, body io.Reader, options ...requestOption) answer {
	s.t.Helper()
	a, request := s.sendAnywhere(method, handlers.BasePath+path, body, options...)
	checkAnswer(s.t, request, a)
	return a
}

func (s *instance) sendAnywhere(method, path string, body io.Reader, options ...requestOption) (answer, *http.Request) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, s.url+path, body)
	require.NoError(s.t, err)
	for _, option := range options {
		option(request)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(s.t, err)
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	a := answer{status: response.StatusCode, header: response.Header, raw: raw}
	_ = json.Unmarshal(raw, &a.body)
	require.NotEmpty(s.t, a.header.Get("X-Request-Id"))
	require.Equal(s.t, "nosniff", a.header.Get("X-Content-Type-Options"))
	require.Equal(s.t, "no-store", a.header.Get("Cache-Control"))
	return a, request
}

var specificationRouter = sync.OnceValue(func() routers.Router {
	document, err := openapi3.NewLoader().LoadFromData(generated.Specification)
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
})

// checkAnswer fails unless the specification has this status, with this schema, for this operation. What is no operation
// of it is a page beside the API, the answer to OPTIONS, or an unknown path.
func checkAnswer(t testing.TB, request *http.Request, a answer) {
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
	route, parameters, err := findOperation(asked, a.status)
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
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: asked, PathParams: parameters, Route: route},
		Status:                 a.status, Header: a.header,
		Body:    io.NopCloser(bytes.NewReader(a.raw)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	require.NoError(t, openapi3filter.ValidateResponse(context.Background(), input), "%s", a.raw)
}

// findOperation returns the operation that was asked for; for a 405, which each of them has, any that the path has.
func findOperation(asked *http.Request, status int) (route *routers.Route, parameters map[string]string, err error) {
	methods := []string{asked.Method}
	if status == http.StatusMethodNotAllowed {
		methods = []string{http.MethodGet, http.MethodPost}
	}
	for _, method := range methods {
		asked.Method = method
		if route, parameters, err = specificationRouter().FindRoute(asked); err == nil {
			return route, parameters, nil
		}
	}
	return nil, nil, err
}

func hosted(host string) requestOption {
	return func(r *http.Request) { r.Host = host }
}
