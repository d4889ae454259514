package reference

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// field is a member of a body, a parameter, or a header.
type field struct {
	Name, Type  string
	Required    bool
	Description template.HTML
	// Limits are what its values have to be, such as "at most 100 characters".
	Limits []string
	// Choices are its values, where there are only some.
	Choices []string
	// Default and Example are values as they are sent; empty: there is none.
	Default, Example string
	Fields           []field
}

// maxDepth is how many schemas stand in one another before those of a page end.
const maxDepth = 5

// readFields reads the members of an object, in the order of the specification.
func (s *site) readFields(ref *openapi3.SchemaRef, depth int) ([]field, error) {
	if ref == nil || depth > maxDepth {
		return nil, nil
	}
	var fields []field
	for _, name := range namesOf(ref.Value) {
		f, err := s.readField(name, ref.Value.Properties[name], slices.Contains(ref.Value.Required, name), depth)
		if err != nil {
			return nil, err
		}
		fields = append(fields, f)
	}
	return fields, nil
}

// namesOf are the members of an object in the order of the specification.
func namesOf(schema *openapi3.Schema) []string {
	var names []string
	for name := range schema.Properties {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return propertyLine(schema.Properties[a]) - propertyLine(schema.Properties[b])
	})
	return names
}

func propertyLine(ref *openapi3.SchemaRef) int {
	if ref.Ref != "" || ref.Value == nil {
		return lineOf(ref.Origin)
	}
	return lineOf(ref.Value.Origin)
}

func (s *site) readField(name string, ref *openapi3.SchemaRef, required bool, depth int) (field, error) {
	f := field{Name: name, Required: required}
	if ref == nil {
		return f, nil
	}
	schema := ref.Value
	described, err := s.markdown.inline(schema.Description)
	if err != nil {
		return f, err
	}
	f.Description = described
	inner := schema
	f.Type = typeOf(schema)
	if schema.Type.Is("array") && schema.Items != nil {
		inner = schema.Items.Value
		f.Type = "list of " + plural(typeOf(inner))
	}
	if schema.Nullable {
		f.Type += " or null"
	}
	f.Limits = limitsOf(schema)
	for _, value := range inner.Enum {
		f.Choices = append(f.Choices, fmt.Sprint(value))
	}
	if schema.Default != nil {
		f.Default = fmt.Sprint(schema.Default)
	}
	f.setExample(schema.Example)
	f.Fields, err = s.readFields(&openapi3.SchemaRef{Value: inner}, depth+1)
	return f, err
}

// setExample takes a value as it is sent; of a list, its elements.
func (f *field) setExample(value any) {
	if list, ok := value.([]any); ok {
		var texts []string
		for _, element := range list {
			texts = append(texts, fmt.Sprint(element))
		}
		f.Example = strings.Join(texts, ", ")
	} else if value != nil {
		f.Example = fmt.Sprint(value)
	}
}

// typeOf names a type as a reader would.
func typeOf(schema *openapi3.Schema) string {
	switch {
	case schema.Format == "date-time":
		return "time"
	case schema.Format == "uuid":
		return "UUID"
	case schema.Format == "email":
		return "e-mail address"
	case schema.Format == "uri":
		return "URL"
	case schema.Type.Is("string"):
		return "text"
	case schema.Type == nil || len(schema.Type.Slice()) == 0:
		return "any"
	}
	return strings.Join(schema.Type.Slice(), " or ")
}

func plural(name string) string {
	switch name {
	case "any":
		return "anything"
	case "e-mail address":
		return "e-mail addresses"
	}
	return name + "s"
}

// boundless is the length from which on a bound is there for generators of clients alone.
const boundless = 10_000

// limitsOf are what values of a schema have to be, in words.
func limitsOf(schema *openapi3.Schema) []string {
	var limits []string
	add := func(format string, values ...any) { limits = append(limits, fmt.Sprintf(format, values...)) }
	if schema.MinLength > 1 {
		add("at least %d characters", schema.MinLength)
	}
	if schema.MaxLength != nil && *schema.MaxLength < boundless && schema.Format != "date-time" {
		add("at most %d characters", *schema.MaxLength)
	}
	if schema.MaxItems != nil && *schema.MaxItems < boundless {
		add("at most %d", *schema.MaxItems)
	}
	if schema.UniqueItems {
		add("each once")
	}
	switch {
	case schema.Min != nil && schema.Max != nil:
		add("%v to %v", *schema.Min, *schema.Max)
	case schema.Min != nil:
		add("at least %v", *schema.Min)
	case schema.Max != nil:
		add("at most %v", *schema.Max)
	}
	return limits
}
