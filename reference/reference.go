// Package reference makes the pages on which callers read the API and try it: a start that ends with a room, every operation, the errors,
// the guides and the change log; rendered once of openapi.yaml, of the documents and of the examples, readable without JavaScript. It
// knows no HTTP: handlers answer what it makes. Begin with New.
package reference

import (
	"fmt"
	"html/template"
	"io/fs"
	"maps"

	"github.com/getkin/kin-openapi/openapi3"
)

// Server stands in a body for the URL of the API as the caller reaches it, without a slash at its end.
const Server = "https://server.invalid/api"

// File is an answer below the path of the pages.
type File struct {
	ContentType string
	// Body may name Server.
	Body []byte
}

// Files are those of the pages, by their name below the path of the pages; that of the first page is empty.
type Files map[string]File

// site is what all pages are made of.
type site struct {
	// api is the path of the API, and base that of the pages.
	api, base string
	document  *openapi3.T
	// specification is what the document was read from.
	specification []byte
	files         fs.FS
	operations    []*operation
	guides        []*guide
	markdown      *markdown
	templates     map[string]*template.Template
}

// New makes the pages of a specification in YAML whose API is at that path, and of the documents and examples by their path in the repository.
func New(specification []byte, files fs.FS, api string) (Files, error) {
	loader := openapi3.NewLoader()
	loader.IncludeOrigin = true // the order in which a reader wrote what maps do not keep in order
	document, err := loader.LoadFromData(specification)
	if err != nil {
		return nil, err
	}
	s := &site{api: api, base: api + "/docs", document: document, specification: specification, files: files, guides: guides()}
	s.markdown = newMarkdown(s.resolve)
	made, err := s.make()
	if err != nil {
		return nil, fmt.Errorf("the pages of the API: %w", err)
	}
	return made, nil
}

func (s *site) make() (Files, error) {
	if err := s.readOperations(); err != nil {
		return nil, err
	}
	if err := s.readGuides(); err != nil {
		return nil, err
	}
	if err := s.parseTemplates(); err != nil {
		return nil, err
	}
	made := Files{}
	for _, part := range []func() (Files, error){s.staticFiles, s.pages, s.guideSources, s.forAgents, s.forScripts} {
		files, err := part()
		if err != nil {
			return nil, err
		}
		maps.Copy(made, files)
	}
	return made, nil
}
