package spectest

import (
	"fmt"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// mutant is the specification with one change to a place in it, which what was seen has to tell from the right one: by a value that was taken
// and that it refuses, or the other way round; or by a finding more.
type mutant struct {
	place, change string
	apply         func() (undo func())
	// findings are those of the part that is changed, and schema is that part where it is a schema.
	findings func() []finding
	schema   *openapi3.Schema
}

// What mutants have in addition.
const (
	madeUpStatus = "418"
	madeUpValue  = "value-of-no-release"
)

// survivors returns the mutants that nothing that was seen tells from the specification.
func (s *Specification) survivors() (found []finding) {
	reached := map[*openapi3.Schema]map[*openapi3.Schema]bool{}
	for _, one := range s.samples {
		if reached[one.schema] == nil {
			reached[one.schema] = map[*openapi3.Schema]bool{}
			reach(one.schema, reached[one.schema])
		}
	}
	for _, m := range s.mutants() {
		known := m.findings()
		undo := m.apply()
		caught := slices.ContainsFunc(m.findings(), func(f finding) bool { return !slices.Contains(known, f) }) ||
			slices.ContainsFunc(s.samples, func(one sample) bool {
				return reached[one.schema][m.schema] && one.valid() == (one.passage == refused)
			})
		undo()
		if !caught {
			found = append(found, finding{m.place, "nothing tells that it is not " + m.change})
		}
	}
	return found
}

// reach adds the schemas that a schema has in it, and itself.
func reach(schema *openapi3.Schema, reached map[*openapi3.Schema]bool) {
	if reached[schema] {
		return
	}
	reached[schema] = true
	for _, property := range schema.Properties {
		reach(property.Value, reached)
	}
	if schema.Items != nil {
		reach(schema.Items.Value, reached)
	}
}

// mutants returns the specification with each change that is made to it, one at a time.
func (s *Specification) mutants() (all []mutant) {
	responses, parameters := map[*openapi3.Response]bool{}, map[*openapi3.Parameter]bool{}
	for _, part := range operationsOf(s.Document) {
		id, statuses := part.operation.OperationID, part.operation.Responses
		findings := func() []finding { return s.ofOperation(part) }
		for _, status := range sorted(statuses.Map()) {
			response := statuses.Value(status)
			if status != "default" {
				all = append(all, mutant{place: id + " " + status, change: "gone", findings: findings, apply: func() func() {
					statuses.Delete(status)
					return func() { statuses.Set(status, response) }
				}})
			}
			if !responses[response.Value] {
				responses[response.Value] = true
				all = append(all, s.mutantsOfHeaders(response.Value, place(response.Ref, id+" "+status))...)
			}
		}
		all = append(all, mutant{place: id + " " + madeUpStatus, change: "documented", findings: findings, apply: func() func() {
			statuses.Set(madeUpStatus, &openapi3.ResponseRef{Value: &openapi3.Response{}})
			return func() { statuses.Delete(madeUpStatus) }
		}})
		for _, p := range part.parameters() {
			if p.Value.In != "path" && !parameters[p.Value] {
				parameters[p.Value] = true
				at := place(p.Ref, id+" "+p.Value.Name)
				all = append(all, mutant{
					place: at + " required", change: turned(p.Value.Required), apply: set(&p.Value.Required, !p.Value.Required),
					findings: func() []finding { return s.ofParameter(p.Value, at) },
				})
			}
		}
	}
	for _, part := range schemasOf(s.Document) {
		all = append(all, s.mutantsOfSchema(part)...)
		if part.inRequest {
			all = append(all, s.mutantsOfBounds(part)...)
		}
	}
	return all
}

func (s *Specification) mutantsOfHeaders(response *openapi3.Response, at string) (all []mutant) {
	findings := func() []finding { return s.ofResponse(response, at) }
	for _, name := range sorted(response.Headers) {
		header := response.Headers[name]
		all = append(all,
			mutant{place: at + " " + name, change: "gone", findings: findings, apply: func() func() {
				delete(response.Headers, name)
				return func() { response.Headers[name] = header }
			}},
			mutant{
				place: at + " " + name + " required", change: turned(header.Value.Required), findings: findings,
				apply: set(&header.Value.Required, !header.Value.Required),
			})
	}
	return all
}

// otherTypes are what a type is changed to.
var otherTypes = map[string]string{"string": "integer", "integer": "string", "number": "string", "boolean": "string", "array": "object", "object": "array"}

func (s *Specification) mutantsOfSchema(part *schemaPart) (all []mutant) {
	schema, findings := part.schema, func() []finding { return s.ofSchema(part) }
	add := func(keyword, change string, apply func() func()) {
		all = append(all, mutant{part.place + keyword, change, apply, findings, schema})
	}
	for _, name := range sorted(schema.Properties) {
		property := schema.Properties[name]
		without := slices.DeleteFunc(slices.Clone(schema.Required), func(r string) bool { return r == name })
		with := append(slices.Clone(without), name)
		required := slices.Contains(schema.Required, name)
		add("."+name+" required", turned(required), set(&schema.Required, map[bool][]string{true: without, false: with}[required]))
		add("."+name, "gone", func() func() {
			delete(schema.Properties, name)
			return func() { schema.Properties[name] = property }
		})
	}
	if schema.Enum != nil {
		add(" enum", "with a value more", set(&schema.Enum, append(slices.Clone(schema.Enum), any(madeUpValue))))
	}
	for i, value := range schema.Enum {
		add(fmt.Sprintf(" enum %v", value), "gone", set(&schema.Enum, slices.Delete(slices.Clone(schema.Enum), i, i+1)))
	}
	add(" nullable", turned(schema.Nullable), set(&schema.Nullable, !schema.Nullable))
	if schema.Type != nil {
		other := openapi3.Types{otherTypes[(*schema.Type)[0]]}
		add("", "of the type "+other[0], set(&schema.Type, &other))
	}
	return all
}

func (s *Specification) mutantsOfBounds(part *schemaPart) (all []mutant) {
	schema, findings := part.schema, func() []finding { return s.ofSchema(part) }
	if schema.Enum != nil { // where bounds only choose the words of a refusal
		return nil
	}
	add := func(keyword, change string, apply func() func()) {
		all = append(all, mutant{part.place + " " + keyword, change, apply, findings, schema})
	}
	for _, step := range []int{-1, 1} {
		if schema.MinLength > 0 {
			add("minLength", fmt.Sprintf("%+d", step), set(&schema.MinLength, schema.MinLength+uint64(step))) //nolint:gosec // It is above 0.
		}
		for keyword, bound := range map[string]**uint64{"maxLength": &schema.MaxLength, "maxItems": &schema.MaxItems} {
			if *bound != nil {
				other := **bound + uint64(step) //nolint:gosec // It is above 0.
				add(keyword, fmt.Sprintf("%+d", step), set(bound, &other))
			}
		}
		for keyword, bound := range map[string]**float64{"minimum": &schema.Min, "maximum": &schema.Max} {
			if *bound != nil {
				other := **bound + float64(step)
				add(keyword, fmt.Sprintf("%+d", step), set(bound, &other))
			}
		}
	}
	if schema.Pattern != "" {
		add("pattern", "gone", set(&schema.Pattern, ""))
	}
	if schema.UniqueItems {
		add("uniqueItems", "gone", set(&schema.UniqueItems, false))
	}
	if only := schema.AdditionalProperties.Has; only != nil && !*only {
		add("additionalProperties", "true", set(&schema.AdditionalProperties.Has, nil))
	}
	return all
}

// turned says what becomes of a switch.
func turned(on bool) string { return map[bool]string{true: "off", false: "on"}[on] }

// set returns what gives a field another value, until that is undone.
func set[V any](field *V, value V) func() func() {
	return func() func() {
		before := *field
		*field = value
		return func() { *field = before }
	}
}
