package spectest

import (
	"context"
	"maps"
	"mime"
	"net/http"
	"slices"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// This file is what tests have shown of a specification: facts about its parts, and values that its schemas took or turned down.
// tightness.go compares the facts with what the specification says, and mutation.go asks whether they would tell it from another.

// passage is how a value went: in an answer, in a request that was served, or in one that was refused with the value's name.
type passage int

const (
	answered passage = iota
	accepted
	refused
)

// fact is one thing that was seen at a part of the specification.
type fact struct {
	passage passage
	what    string
	// value is which: a status, a name, or a value of an enum.
	value any
}

// sample is a value that a schema took, or turned down.
type sample struct {
	schema  *openapi3.Schema
	passage passage
	value   any
}

// valid is whether the schema takes the value.
func (s sample) valid() bool {
	direction := openapi3.VisitAsRequest()
	if s.passage == answered {
		direction = openapi3.VisitAsResponse()
	}
	return s.schema.VisitJSON(s.value, direction) == nil
}

// Specification is one, with what tests have shown of it.
type Specification struct {
	// Document is the specification itself, and Router finds its operations.
	Document *openapi3.T
	Router   routers.Router

	mutex sync.Mutex
	// facts are by the part that they are about: an operation, a response, a parameter or a schema, by its address, so that it stays the same
	// one when a mutant changes what is in it.
	facts map[any]map[fact]bool
	// samples are what facts were first seen in. A refused value of the right form is none: it was refused for what it means.
	samples []sample
	// headers are the names of all headers of answers, and examples the examples of answers.
	headers  map[string]bool
	examples []example
}

// Load reads a specification. Errors: it is none.
func Load(text []byte) (*Specification, error) {
	document, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, err
	}
	if err := document.Validate(context.Background()); err != nil {
		return nil, err
	}
	router, err := gorillamux.NewRouter(document)
	if err != nil {
		return nil, err
	}
	s := &Specification{
		Document: document, Router: router, facts: map[any]map[fact]bool{}, headers: map[string]bool{}, examples: examplesOfAnswers(document),
	}
	for _, part := range operationsOf(document) {
		for _, response := range part.operation.Responses.Map() {
			for name := range response.Value.Headers {
				s.headers[name] = true
			}
		}
	}
	return s, nil
}

// Answer is one of a server.
type Answer struct {
	Status int
	Header http.Header
	// Body is the object in it, or nil.
	Body map[string]any
	// Blamed are the parameters and members of the request that a refusal names, and NotFound is whether the path can name nothing.
	Blamed   []string
	NotFound bool
}

// Record takes down an exchange, whose answer is as the specification has it, with the parameters of its path.
func (s *Specification) Record(route *routers.Route, path map[string]string, asked *http.Request, a Answer) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	operations := []*openapi3.Operation{route.Operation}
	if a.Status == http.StatusMethodNotAllowed {
		operations = slices.Collect(maps.Values(route.PathItem.Operations()))
	}
	for _, operation := range operations {
		s.recordAnswer(operation, a)
	}
	_, scoped := route.Operation.Extensions["x-required-scope"]
	switch {
	case a.Status == http.StatusBadRequest, a.NotFound:
		s.recordRequest(route, path, asked, refused, a)
	// What is asked after parameters and body: the room and the role in it, and where those bring the credentials, whether they are right.
	case a.Status < 400, a.Status == http.StatusNotFound, a.Status == http.StatusConflict, a.Status == http.StatusPreconditionFailed,
		!scoped && (a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden):
		s.recordRequest(route, path, asked, accepted, a)
	}
}

// see takes down a fact about a part, and returns whether it is new.
func (s *Specification) see(part any, f fact) (first bool) {
	if s.facts[part] == nil {
		s.facts[part] = map[fact]bool{}
	}
	first = !s.facts[part][f]
	s.facts[part][f] = true
	return first
}

func (s *Specification) recordAnswer(operation *openapi3.Operation, a Answer) {
	s.see(operation, fact{what: "status", value: a.Status})
	response := operation.Responses.Status(a.Status).Value
	for name := range s.headers {
		sent := a.Header.Get(name)
		if documented := response.Headers[name]; documented == nil {
			if sent != "" {
				s.see(response, fact{what: "undocumented header", value: name})
			}
		} else if s.see(response, fact{what: map[bool]string{true: "header", false: "no header"}[sent != ""], value: name}) && sent != "" {
			schema := documented.Value.Schema.Value
			s.samples = append(s.samples, sample{schema, answered, textOf(schema, sent)})
		}
	}
	media, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	s.see(response, fact{what: "media", value: media})
	content := response.Content.Get(media)
	if content == nil || a.Body == nil {
		return
	}
	for _, e := range s.examples {
		if (e.part == any(response) || e.part == any(content.Schema.Value)) && !s.facts[e.part][e.seen()] && e.equals(a.Body) {
			s.see(e.part, e.seen())
		}
	}
	if s.recordValue(content.Schema.Value, answered, a.Body) {
		s.samples = append(s.samples, sample{content.Schema.Value, answered, a.Body})
	}
}

// recordRequest takes down the parameters and the body of a request: all of one that was served, and of one that was refused what the
// answer names.
func (s *Specification) recordRequest(route *routers.Route, path map[string]string, asked *http.Request, w passage, a Answer) {
	for _, reference := range slices.Concat(route.PathItem.Parameters, route.Operation.Parameters) {
		p := reference.Value
		values := valuesOf(p, path, asked)
		if w == refused && !slices.Contains(a.Blamed, p.Name) && (p.In != "path" || !a.NotFound) {
			continue
		}
		if len(values) == 0 {
			s.see(p, fact{passage: w, what: "absent"})
			continue
		}
		s.see(p, fact{passage: w, what: "present"})
		schema := p.Schema.Value
		switch {
		case schema.Type.Is("array"):
			var list []any
			for _, v := range values {
				list = append(list, textOf(schema.Items.Value, v))
			}
			s.recordPart(schema, w, list)
		case len(values) == 1:
			s.recordPart(schema, w, textOf(schema, values[0]))
		}
	}
	if route.Operation.RequestBody == nil || asked.GetBody == nil {
		return
	}
	media, _, _ := mime.ParseMediaType(asked.Header.Get("Content-Type"))
	content := route.Operation.RequestBody.Value.Content[media]
	if content == nil {
		return
	}
	body := bodyOf(asked, media)
	if body == nil {
		return
	}
	schema := content.Schema.Value
	if w == accepted {
		s.see(route.Operation, fact{passage: accepted, what: "media", value: media})
		s.recordPart(schema, accepted, body)
		return
	}
	for _, name := range a.Blamed {
		property := schema.Properties[name]
		if property == nil {
			continue
		}
		if value, given := body[name]; given {
			s.see(schema, fact{passage: refused, what: "present", value: name})
			s.recordPart(property.Value, refused, value)
		} else if s.see(schema, fact{passage: refused, what: "absent", value: name}) {
			s.samples = append(s.samples, sample{schema, refused, body})
		}
	}
}

// recordPart takes down a value of a request, unless the server was lenient with it, or refused it for what it means.
func (s *Specification) recordPart(schema *openapi3.Schema, w passage, value any) {
	one := sample{schema, w, value}
	if one.valid() == (w == accepted) && s.recordValue(schema, w, value) {
		s.samples = append(s.samples, one)
	}
}

// recordValue takes down what is seen of a value, and of what is in it: what its schema allows, or, where it is refused, what it does not.
func (s *Specification) recordValue(schema *openapi3.Schema, w passage, value any) (first bool) {
	see := func(what string, of any) {
		first = s.see(schema, fact{passage: w, what: what, value: of}) || first
	}
	if w == refused {
		// One of two faults would be refused for the other one too.
		if faults := violations(schema, value); len(faults) == 1 {
			for keyword, next := range faults {
				see(keyword, next)
			}
		}
	} else {
		see("kind", kind(value))
		for _, keyword := range atBounds(schema, value) {
			see(keyword, nil)
		}
		if schema.Enum != nil && value != nil {
			see("enum", value)
		}
	}
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			if schema.Items != nil {
				first = s.recordValue(schema.Items.Value, w, element) || first
			}
		}
	case map[string]any:
		for name := range schema.Properties {
			if _, given := value[name]; !given {
				see("absent", name)
			}
		}
		for name, member := range value {
			if property := schema.Properties[name]; property != nil {
				see("present", name)
				first = s.recordValue(property.Value, w, member) || first
			} else if schema.AdditionalProperties.Has == nil {
				see("undocumented", name)
			}
		}
	}
	return first
}
