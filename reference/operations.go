package reference

import (
	"cmp"
	"html/template"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// operation is a page of its own.
type operation struct {
	ID, Method, Path, Summary, Tag string
	Description                    template.HTML
	// Scope is the permission scope that a token needs; empty: none.
	Scope string
	// Authentication is "bearer", "client", or empty.
	Authentication string
	// Own are its parameters, and General those that every operation has.
	Own, General []parameter
	Body         *body
	Answers      []answer
	Samples      []sample
}

// parameter is one of the path, of the query, or a header.
type parameter struct {
	field
	In string
}

// body is what a request sends.
type body struct {
	Required bool
	// Types are the media types that it may have.
	Types    []string
	Fields   []field
	Examples []example
	// Credentials is whether it holds those of a client: it is tried as a form.
	Credentials bool
}

// answer is one status of an operation, or "default".
type answer struct {
	Status      string
	Description template.HTML
	Headers     []field
	Fields      []field
	Examples    []example
}

// Good reports whether the answer is what was asked for.
func (a answer) Good() bool { return a.Status[0] < '4' }

// tag is a group of operations.
type tag struct {
	Name        string
	Description template.HTML
	Operations  []*operation
}

// readOperations reads the operations in the order of the specification.
func (s *site) readOperations() error {
	lines := map[string]int{}
	for path, item := range s.document.Paths.Map() {
		for method, described := range item.Operations() {
			o, err := s.readOperation(path, method, item, described)
			if err != nil {
				return err
			}
			lines[o.ID] = lineOf(described.Origin)
			s.operations = append(s.operations, o)
		}
	}
	slices.SortFunc(s.operations, func(a, b *operation) int { return lines[a.ID] - lines[b.ID] })
	return nil
}

// lineOf is where something stands in the specification.
func lineOf(origin *openapi3.Origin) int {
	if origin == nil || origin.Key == nil {
		return 0
	}
	return origin.Key.Line
}

func (s *site) readOperation(path, method string, item *openapi3.PathItem, described *openapi3.Operation) (*operation, error) {
	description, err := s.markdown.inline(described.Description)
	if err != nil {
		return nil, err
	}
	o := &operation{
		ID: described.OperationID, Method: method, Path: path, Summary: described.Summary, Tag: described.Tags[0], Description: description,
	}
	o.Scope, _ = described.Extensions["x-required-scope"].(string)
	if described.Security != nil && len(*described.Security) > 0 {
		o.Authentication = "client"
		if _, bearer := (*described.Security)[0]["BearerAuth"]; bearer {
			o.Authentication = "bearer"
		}
	}
	if err := s.readParameters(o, described.Parameters, item.Parameters); err != nil {
		return nil, err
	}
	if described.RequestBody != nil {
		if o.Body, err = s.readBody(described.RequestBody.Value); err != nil {
			return nil, err
		}
		o.Body.Credentials = o.Authentication == "client"
	}
	if err := s.readAnswers(o, described.Responses); err != nil {
		return nil, err
	}
	return o, s.readSamples(o)
}

func (s *site) readParameters(o *operation, own, general openapi3.Parameters) error {
	for _, list := range []struct {
		from openapi3.Parameters
		to   *[]parameter
	}{{own, &o.Own}, {general, &o.General}} {
		for _, ref := range list.from {
			p := ref.Value
			f, err := s.readField(p.Name, p.Schema, p.Required, 0)
			if err != nil {
				return err
			}
			if f.Description, err = s.markdown.inline(p.Description); err != nil {
				return err
			}
			if word, ok := p.Extensions["x-word"].(string); ok {
				f.Limits = append(f.Limits, "or "+word)
			}
			f.setExample(p.Example)
			*list.to = append(*list.to, parameter{field: f, In: p.In})
		}
	}
	return nil
}

func (s *site) readBody(described *openapi3.RequestBody) (*body, error) {
	b := &body{Required: described.Required}
	for name := range described.Content {
		b.Types = append(b.Types, name)
	}
	slices.Sort(b.Types) // JSON comes first
	media := described.Content[b.Types[0]]
	var err error
	b.Examples = examplesOf(media)
	b.Fields, err = s.readFields(media.Schema, 0)
	return b, err
}

func (s *site) readAnswers(o *operation, described *openapi3.Responses) error {
	for status, ref := range described.Map() {
		description, err := s.markdown.inline(*ref.Value.Description)
		if err != nil {
			return err
		}
		a := answer{Status: status, Description: description}
		for name, header := range ref.Value.Headers {
			f, err := s.readField(name, header.Value.Schema, header.Value.Required, 0)
			if err != nil {
				return err
			}
			if f.Description, err = s.markdown.inline(header.Value.Description); err != nil {
				return err
			}
			f.setExample(header.Value.Example)
			a.Headers = append(a.Headers, f)
		}
		slices.SortFunc(a.Headers, func(a, b field) int { return strings.Compare(a.Name, b.Name) })
		if media := ref.Value.Content["application/json"]; media != nil {
			a.Examples = examplesOf(media)
			if a.Good() {
				if a.Fields, err = s.readFields(media.Schema, 0); err != nil {
					return err
				}
			}
		}
		o.Answers = append(o.Answers, a)
	}
	slices.SortFunc(o.Answers, func(a, b answer) int { return cmp.Compare(a.Status, b.Status) }) // "default" comes last
	return nil
}

// tags are the operations by their tags, in the order of the specification.
func (s *site) tags() ([]tag, error) {
	var all []tag
	for _, described := range s.document.Tags {
		description, err := s.markdown.inline(described.Description)
		if err != nil {
			return nil, err
		}
		t := tag{Name: described.Name, Description: description}
		for _, o := range s.operations {
			if o.Tag == t.Name {
				t.Operations = append(t.Operations, o)
			}
		}
		all = append(all, t)
	}
	return all, nil
}
