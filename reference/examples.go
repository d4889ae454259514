package reference

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// example is a body.
type example struct {
	Name, Summary, Text string
}

// examplesOf are those of a body: its own, or one made of those of its schema.
func examplesOf(media *openapi3.MediaType) []example {
	if media == nil || media.Schema == nil {
		return nil
	}
	if len(media.Examples) > 0 {
		var all []example
		for _, name := range namesByLine(media.Examples) {
			e := media.Examples[name].Value
			all = append(all, example{Name: name, Summary: e.Summary, Text: jsonText(e.Value, media.Schema)})
		}
		return all
	}
	value := media.Example
	if value == nil {
		value = exampleOf(media.Schema.Value, 0)
	}
	if value == nil {
		return nil
	}
	return []example{{Text: jsonText(value, media.Schema)}}
}

func namesByLine(examples openapi3.Examples) []string {
	return slices.SortedFunc(maps.Keys(examples), func(a, b string) int {
		return lineOf(examples[a].Value.Origin) - lineOf(examples[b].Value.Origin)
	})
}

// exampleOf makes a value of the examples in a schema; nil where it has none.
func exampleOf(schema *openapi3.Schema, depth int) any {
	if schema.Example != nil || depth > maxDepth {
		return schema.Example
	}
	switch {
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	case schema.Type.Is("array"):
		if element := exampleOf(schema.Items.Value, depth+1); element != nil {
			return []any{element}
		}
	case len(schema.Properties) > 0:
		object := map[string]any{}
		for name, property := range schema.Properties {
			if value := exampleOf(property.Value, depth+1); value != nil {
				object[name] = value
			}
		}
		if len(object) > 0 {
			return object
		}
	case schema.Type.Is("boolean"):
		return false
	case schema.Format == "uuid":
		return "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
	}
	return nil
}

// jsonText writes a value with its members in the order in which the schema describes them; what is short stays on one line.
func jsonText(value any, schema *openapi3.SchemaRef) string {
	var text bytes.Buffer
	writeJSON(&text, value, schema, "")
	return text.String()
}

// oneLine is how many characters a list or an object may have on one line.
const oneLine = 60

func writeJSON(w *bytes.Buffer, value any, ref *openapi3.SchemaRef, indent string) {
	schema := &openapi3.Schema{}
	if ref != nil && ref.Value != nil {
		schema = ref.Value
	}
	var parts []string
	var open, end string
	deeper := indent + "  "
	switch v := value.(type) {
	case map[string]any:
		open, end = "{", "}"
		order := namesOf(schema)
		names := slices.SortedFunc(maps.Keys(v), func(a, b string) int {
			if x, y := rank(order, a), rank(order, b); x != y {
				return x - y
			}
			return strings.Compare(a, b)
		})
		for _, name := range names {
			var member bytes.Buffer
			writeJSON(&member, v[name], schema.Properties[name], deeper)
			parts = append(parts, fmt.Sprintf("%q: %s", name, member.String()))
		}
	case []any:
		open, end = "[", "]"
		for _, element := range v {
			var member bytes.Buffer
			writeJSON(&member, element, schema.Items, deeper)
			parts = append(parts, member.String())
		}
	default:
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(value)
		w.Truncate(w.Len() - 1) // the end of the line
		return
	}
	line := open + strings.Join(parts, ", ") + end
	if len(line) <= oneLine && !strings.Contains(line, "\n") && (indent != "" || len(parts) < 2) {
		w.WriteString(line)
		return
	}
	w.WriteString(open + "\n" + deeper + strings.Join(parts, ",\n"+deeper) + "\n" + indent + end)
}

// rank is where a name stands in the order; behind it where it does not.
func rank(order []string, name string) int {
	if at := slices.Index(order, name); at >= 0 {
		return at
	}
	return len(order)
}
