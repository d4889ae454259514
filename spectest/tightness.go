package spectest

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// finding is what a specification says and nothing that was recorded has shown, or the other way round, at a place in it.
type finding struct{ place, text string }

// findings compares the specification with what was seen.
func (s *Specification) findings() (found []finding) {
	known := map[finding]bool{}
	add := func(some []finding) {
		for _, f := range some { // parameters and responses with a name are in several operations
			if !known[f] {
				known[f] = true
				found = append(found, f)
			}
		}
	}
	for _, part := range operationsOf(s.Document) {
		for _, p := range part.parameters() {
			add(s.ofParameter(p.Value, place(p.Ref, part.operation.OperationID+" "+p.Value.Name)))
		}
		add(s.ofOperation(part))
		for _, status := range sorted(part.operation.Responses.Map()) {
			if code, err := strconv.Atoi(status); err == nil && s.seen(part.operation, answered, "status", code) {
				response := part.operation.Responses.Value(status)
				add(s.ofResponse(response.Value, place(response.Ref, part.operation.OperationID+" "+status)))
			}
		}
	}
	for _, e := range s.examples {
		if !s.facts[e.part][e.seen()] {
			add([]finding{{e.place, "no answer is like it"}})
		}
	}
	for _, part := range schemasOf(s.Document) {
		add(s.ofSchema(part))
	}
	return found
}

func (s *Specification) seen(part any, w passage, what string, value any) bool {
	return s.facts[part][fact{w, what, value}]
}

func (s *Specification) ofParameter(p *openapi3.Parameter, at string) (found []finding) {
	if !s.seen(p, accepted, "present", nil) {
		found = append(found, finding{at, "no request with it is served"})
	}
	switch without := s.seen(p, accepted, "absent", nil); {
	case p.Required && without:
		found = append(found, finding{at + " required", "a request without it is served"})
	case !p.Required && !without:
		found = append(found, finding{at + " required", "no request without it is served"})
	case p.Required && p.In != "path" && !s.seen(p, refused, "absent", nil):
		found = append(found, finding{at + " required", "no request is refused for being without it"})
	}
	if !s.seen(p, refused, "present", nil) {
		found = append(found, finding{at + " refused", "no request is refused for it"})
	}
	return found
}

// ofOperation looks for its statuses, and the types of its bodies. No test gets an answer by "default": it would be one with a status that is
// not documented, which is a finding.
func (s *Specification) ofOperation(part operationPart) (found []finding) {
	id := part.operation.OperationID
	if part.operation.RequestBody != nil {
		for _, media := range sorted(part.operation.RequestBody.Value.Content) {
			if !s.seen(part.operation, accepted, "media", media) {
				found = append(found, finding{id + " " + media, "no request with this is served"})
			}
		}
	}
	for _, status := range sorted(part.operation.Responses.Map()) {
		if code, err := strconv.Atoi(status); err == nil && !s.seen(part.operation, answered, "status", code) {
			found = append(found, finding{id + " " + status, "no request gets this answer"})
		}
	}
	for f := range s.facts[part.operation] {
		if code, is := f.value.(int); is && part.operation.Responses.Status(code) == nil {
			found = append(found, finding{fmt.Sprintf("%s %d", id, code), "a request gets this answer, which is not documented"})
		}
	}
	return found
}

func (s *Specification) ofResponse(response *openapi3.Response, at string) (found []finding) {
	seen := func(what string, value any) bool { return s.seen(response, answered, what, value) }
	for _, media := range sorted(response.Content) {
		if !seen("media", media) {
			found = append(found, finding{at + " " + media, "no answer is of this type"})
		}
	}
	for _, name := range sorted(s.headers) {
		header := response.Headers[name]
		switch {
		case header == nil && (seen("undocumented header", name) || seen("header", name)):
			found = append(found, finding{at + " " + name, "an answer has this header, which is not documented"})
		case header != nil && !seen("header", name):
			found = append(found, finding{at + " " + name, "no answer has this header"})
		case header != nil && header.Value.Required && seen("no header", name):
			found = append(found, finding{at + " " + name + " required", "an answer is without this header"})
		case header != nil && !header.Value.Required && !seen("no header", name):
			found = append(found, finding{at + " " + name + " required", "no answer is without this header"})
		}
	}
	return found
}

func (s *Specification) ofSchema(part *schemaPart) (found []finding) {
	if part.inAnswers {
		found = s.ofSchemaInAnswers(part)
	}
	if part.inRequest {
		found = append(found, s.ofSchemaInRequests(part)...)
	}
	return found
}

func (s *Specification) ofSchemaInAnswers(part *schemaPart) (found []finding) {
	seen := func(what string, value any) bool { return s.seen(part.schema, answered, what, value) }
	add := func(keyword, text string) { found = append(found, finding{part.place + keyword, text}) }
	if part.schema.Nullable && !seen("kind", "null") {
		add(" nullable", "it is never null in an answer")
	}
	for _, value := range part.schema.Enum {
		if !seen("enum", value) {
			add(fmt.Sprintf(" enum %v", value), "no answer has this value")
		}
	}
	for _, name := range sorted(part.schema.Properties) {
		switch {
		case !seen("present", name):
			add("."+name, "no answer has it")
		case !slices.Contains(part.schema.Required, name) && !seen("absent", name):
			add("."+name+" required", "no answer is without it")
		}
	}
	for f := range s.facts[part.schema] {
		if name, is := f.value.(string); is && f.passage == answered && (f.what == "present" && part.schema.Properties[name] == nil || f.what == "undocumented") {
			add("."+name, "an answer has it, and it is not documented")
		}
	}
	return found
}

func (s *Specification) ofSchemaInRequests(part *schemaPart) (found []finding) {
	seen := func(w passage, what string, value any) bool { return s.seen(part.schema, w, what, value) }
	add := func(keyword, text string) { found = append(found, finding{part.place + keyword, text}) }
	if part.schema.Nullable && !seen(accepted, "kind", "null") {
		add(" nullable", "no request with null is served")
	}
	for _, value := range part.schema.Enum {
		if !seen(accepted, "enum", value) {
			add(fmt.Sprintf(" enum %v", value), "no request with this value is served")
		}
	}
	if part.schema.Enum != nil && !seen(refused, "enum", nil) {
		add(" enum", "no request with another value is refused")
	}
	for _, name := range sorted(part.schema.Properties) {
		if !seen(accepted, "present", name) {
			add("."+name, "no request with it is served")
		}
		required := slices.Contains(part.schema.Required, name)
		if required && !seen(refused, "absent", name) {
			add("."+name+" required", "no request is refused for being without it")
		}
		if !required && !seen(accepted, "absent", name) {
			add("."+name+" required", "no request without it is served")
		}
	}
	for f := range s.facts[part.schema] {
		if name, is := f.value.(string); is && f.passage == accepted && f.what == "present" && part.schema.Properties[name] == nil {
			add("."+name, "a request with it is served, and it is not documented")
		}
	}
	for _, keyword := range sorted(bounds(part.schema)) {
		if !seen(accepted, keyword, nil) {
			add(" "+keyword, "no request at this bound is served")
		}
		if !seen(refused, keyword, true) {
			add(" "+keyword, "no request just beyond it is refused")
		}
	}
	if part.schema.Pattern != "" && !seen(refused, "pattern", nil) {
		add(" pattern", "no request with another text is refused")
	}
	if part.schema.UniqueItems && !seen(refused, "uniqueItems", nil) {
		add(" uniqueItems", "no request with the same one twice is refused")
	}
	if only := part.schema.AdditionalProperties.Has; only != nil && !*only && !seen(refused, "additionalProperties", nil) {
		add(" additionalProperties", "no request with another member is refused")
	}
	return found
}
