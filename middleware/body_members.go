package middleware

import (
	"maps"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// This file is what is done to the members of a body before and after it is checked, so that the schema and the handler see what counts.

// trimText takes off the white space around text, which does not count, as in Meet; there, a choice is not a text.
func trimText(object map[string]any, schema *openapi3.Schema) {
	for name, property := range schema.Properties {
		switch value := object[name].(type) {
		case string:
			if isText(property.Value) {
				object[name] = strings.TrimSpace(value)
			}
		case []any:
			if items := property.Value.Items; items != nil && isText(items.Value) {
				trimElements(value)
			}
		}
	}
}

func isText(schema *openapi3.Schema) bool { return schema.Type.Is("string") && schema.Enum == nil }

func trimElements(list []any) {
	for i, element := range list {
		if text, ok := element.(string); ok {
			list[i] = strings.TrimSpace(text)
		}
	}
}

// keepKnown drops the members that the schema does not name and does not refuse: nobody will look at them.
func keepKnown(object map[string]any, schema *openapi3.Schema) {
	if others := schema.AdditionalProperties.Has; others != nil && !*others {
		return
	}
	maps.DeleteFunc(object, func(name string, _ any) bool { return schema.Properties[name] == nil })
}

// cutLists leaves of each list that is too long one element more than it may have: it is refused for that, and not looked through for
// what is wrong with thousands of elements.
func cutLists(value any, schema *openapi3.Schema) any {
	switch value := value.(type) {
	case map[string]any:
		for name, property := range schema.Properties {
			if inside, given := value[name]; given {
				value[name] = cutLists(inside, property.Value)
			}
		}
	case []any:
		if most := schema.MaxItems; most != nil && uint64(len(value)) > *most {
			return value[:*most+1]
		}
	}
	return value
}

// canonicalTimes writes the times of a body that was validated in the one form that the generated code reads.
func canonicalTimes(object map[string]any, schema *openapi3.Schema) {
	for name, property := range schema.Properties {
		if text, ok := object[name].(string); ok && property.Value.Format == formatTime {
			object[name] = canonicalTime(text)
		}
	}
}
