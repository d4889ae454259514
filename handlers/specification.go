package handlers

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"meet-external-api/generated"
)

// BasePath is where the API is served (contract, "Conventions").
const BasePath = "/external-api/v1.0"

// serverLine is how openapi.yaml names the server, which is wherever the caller reached it.
var serverLine = []byte("  - url: " + BasePath + "\n")

// Specification serves openapi.yaml with `servers` as the caller reached it, as YAML and as JSON.
type Specification struct {
	Document   *openapi3.T
	RequestURL func(ctx context.Context) url.URL
}

// YAML answers the specification to the byte, but for its server.
func (s Specification) YAML(c echo.Context) error {
	line := []byte(`  - url: "` + s.server(c) + "\"\n")
	return c.Blob(http.StatusOK, "application/yaml", bytes.Replace(generated.Specification, serverLine, line, 1))
}

// JSON answers the specification as JSON.
func (s Specification) JSON(c echo.Context) error {
	document := *s.Document
	server := *document.Servers[0]
	server.URL = s.server(c)
	document.Servers = openapi3.Servers{&server}
	encoded, err := document.MarshalJSON()
	if err != nil {
		return fmt.Errorf("encoding the specification: %w", err)
	}
	return c.JSONBlob(http.StatusOK, encoded)
}

func (s Specification) server(c echo.Context) string {
	requested := s.RequestURL(c.Request().Context())
	return requested.Scheme + "://" + requested.Host + BasePath
}
