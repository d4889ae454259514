package handlers

import (
	"bytes"
	"encoding/json/jsontext"
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
	"github.com/maypok86/otter/v2"

	"meet-external-api/auth"
)

// BasePath is where the API is served (docs/contract.md, "Conventions").
const BasePath = "/external-api/v1.0"

// maxServers is how many names of this server files are kept for: a caller may make names up.
const maxServers = 16

// SpecificationDocument is a specification as it is read. It does not change, so that several servers can share it.
type SpecificationDocument struct {
	*openapi3.T
	yaml, json []byte
}

// ReadSpecification reads a text in YAML.
func ReadSpecification(text []byte) (*SpecificationDocument, error) {
	document, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, err
	}
	encoded, err := document.MarshalJSON()
	if err == nil {
		err = (*jsontext.Value)(&encoded).Format() // which leaves `&` as it is
	}
	if err != nil {
		return nil, fmt.Errorf("encoding the specification: %w", err)
	}
	return &SpecificationDocument{T: document, yaml: text, json: encoded}, nil
}

// Specification serves a specification with `servers` as the caller reached it, as YAML and as JSON (docs/contract.md, "Beside the API").
type Specification struct{ yaml, json specificationFormat }

// NewSpecification serves a document. The API is at basePath.
func NewSpecification(document *SpecificationDocument, basePath string) (*Specification, error) {
	yaml, err := newSpecificationFormat("application/yaml", document.yaml, basePath, "  - url: "+basePath+"\n", "  - url: %q\n")
	if err != nil {
		return nil, err
	}
	json, err := newSpecificationFormat("application/json", document.json, basePath, `"url":"`+basePath+`"`, `"url":%q`)
	return &Specification{yaml: yaml, json: json}, err
}

// YAML answers the specification to the byte, but for its server.
func (s *Specification) YAML(c echo.Context) error { return s.yaml.answer(c) }

// JSON answers the specification as JSON.
func (s *Specification) JSON(c echo.Context) error { return s.json.answer(c) }

// specificationFormat is the specification before and behind the place where its server is named.
type specificationFormat struct {
	contentType   string
	basePath      string
	before, after []byte
	server        string // a format for the URL
	files         *otter.Cache[string, staticFile]
}

func newSpecificationFormat(contentType string, text []byte, basePath, server, format string) (specificationFormat, error) {
	before, after, found := bytes.Cut(text, []byte(server))
	if !found {
		return specificationFormat{}, fmt.Errorf("the specification does not name its server as %q", server)
	}
	files, err := otter.New(&otter.Options[string, staticFile]{MaximumSize: maxServers})
	if err != nil {
		return specificationFormat{}, fmt.Errorf("making the cache of the specification: %w", err)
	}
	return specificationFormat{contentType: contentType, basePath: basePath, before: before, after: after, server: format, files: files}, nil
}

func (f specificationFormat) answer(c echo.Context) error {
	requested := auth.FromContext[auth.Origin](c.Request().Context()).URL
	server := requested.Scheme + "://" + requested.Host + f.basePath
	if file, known := f.files.GetIfPresent(server); known {
		return file.answer(c)
	}
	file, err := newStaticFile(f.contentType, bytes.Join([][]byte{f.before, f.after}, fmt.Appendf(nil, f.server, server)))
	if err != nil {
		return err
	}
	f.files.Set(server, file)
	return file.answer(c)
}
