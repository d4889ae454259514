package handlers

import (
	"bytes"
	"encoding/json/jsontext"
	"fmt"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
)

// BasePath is where the API is served (docs/contract.md, "Conventions").
const BasePath = "/external-api/v1.0"

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
type Specification struct {
	files      servedFiles
	yaml, json [][]byte // before and behind the place where the server is named
}

// NewSpecification serves a document. The API is at basePath.
func NewSpecification(document *SpecificationDocument, basePath string) (*Specification, error) {
	files, err := newServedFiles(basePath)
	if err != nil {
		return nil, err
	}
	s := &Specification{files: files}
	if s.yaml, err = aroundServer(document.yaml, "- url: "+basePath+"\n", basePath); err != nil {
		return nil, err
	}
	s.json, err = aroundServer(document.json, `"url":"`+basePath+`"`, `"`+basePath+`"`)
	return s, err
}

// aroundServer parts a text where it names its server: before and behind that name within the line.
func aroundServer(text []byte, line, name string) ([][]byte, error) {
	at := bytes.Index(text, []byte(line))
	if at < 0 {
		return nil, fmt.Errorf("the specification does not name its server as %q", line)
	}
	at += strings.Index(line, name)
	return [][]byte{text[:at], text[at+len(name):]}, nil
}

// YAML answers the specification to the byte, but for its server.
func (s *Specification) YAML(c echo.Context) error {
	return s.files.answer(c, "openapi.yaml", "application/yaml", s.yaml, "%q")
}

// JSON answers the specification as JSON.
func (s *Specification) JSON(c echo.Context) error {
	return s.files.answer(c, "openapi.json", "application/json", s.json, "%q")
}
