package spectest

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
)

// kind is the type of a value in the words of a specification.
func kind(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case float64:
		if value == math.Trunc(value) {
			return "integer"
		}
		return "number"
	case []any:
		return "array"
	default:
		return "object"
	}
}

// sizes returns how large a value is by each keyword that bounds it.
func sizes(value any) map[string]float64 {
	switch value := value.(type) {
	case string:
		length := float64(utf8.RuneCountInString(value))
		return map[string]float64{"minLength": length, "maxLength": length}
	case float64:
		return map[string]float64{"minimum": value, "maximum": value}
	case []any:
		return map[string]float64{"maxItems": float64(len(value))}
	default:
		return nil
	}
}

// bounds returns the bounds of a schema. Beside an enum they only choose the words of a refusal.
func bounds(schema *openapi3.Schema) map[string]float64 {
	found := map[string]float64{}
	if schema.Enum != nil {
		return found
	}
	if schema.MinLength > 0 {
		found["minLength"] = float64(schema.MinLength)
	}
	if schema.MaxLength != nil {
		found["maxLength"] = float64(*schema.MaxLength)
	}
	if schema.MaxItems != nil {
		found["maxItems"] = float64(*schema.MaxItems)
	}
	if schema.Min != nil {
		found["minimum"] = *schema.Min
	}
	if schema.Max != nil {
		found["maximum"] = *schema.Max
	}
	return found
}

// atBounds returns the bounds that a value just keeps.
func atBounds(schema *openapi3.Schema, value any) (keywords []string) {
	size := sizes(value)
	for keyword, bound := range bounds(schema) {
		if is, sized := size[keyword]; sized && is == bound {
			keywords = append(keywords, keyword)
		}
	}
	return keywords
}

// violations returns the keywords that a value does not keep; for bounds, whether it is the next value beyond.
func violations(schema *openapi3.Schema, value any) map[string]any {
	found := map[string]any{}
	if value == nil {
		if !schema.Nullable {
			found["null"] = nil
		}
		return found
	}
	if is := kind(value); !schema.Type.Is(is) && (is != "integer" || !schema.Type.Is("number")) {
		return map[string]any{"type": is}
	}
	size := sizes(value)
	for keyword, bound := range bounds(schema) {
		if beyond := size[keyword] - bound; strings.HasPrefix(keyword, "min") && beyond < 0 || strings.HasPrefix(keyword, "max") && beyond > 0 {
			found[keyword] = math.Abs(beyond) == 1
		}
	}
	if schema.Enum != nil && !slices.Contains(schema.Enum, value) {
		found["enum"] = nil
	}
	if schema.Pattern != "" && (&openapi3.Schema{Type: schema.Type, Pattern: schema.Pattern}).VisitJSON(value) != nil {
		found["pattern"] = nil
	}
	if list, is := value.([]any); is && schema.UniqueItems && (&openapi3.Schema{UniqueItems: true}).VisitJSON(list) != nil {
		found["uniqueItems"] = nil
	}
	if members, is := value.(map[string]any); is && schema.AdditionalProperties.Has != nil && !*schema.AdditionalProperties.Has {
		for name := range members {
			if schema.Properties[name] == nil {
				found["additionalProperties"] = nil
			}
		}
	}
	return found
}
