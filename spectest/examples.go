package spectest

import (
	"reflect"
	"regexp"

	"github.com/getkin/kin-openapi/openapi3"
)

// example is an example of an answer, or of all answers with a schema.
type example struct {
	// part is the response or the schema.
	part  any
	place string
	value any
}

func examplesOfAnswers(document *openapi3.T) (found []example) {
	known := map[any]bool{}
	add := func(part any, at, name string, value any) {
		if value != nil {
			found = append(found, example{part, at + " example" + name, alike(value)})
		}
	}
	for _, part := range operationsOf(document) {
		for _, status := range sorted(part.operation.Responses.Map()) {
			response := part.operation.Responses.Value(status)
			if known[response.Value] {
				continue
			}
			known[response.Value] = true
			at := place(response.Ref, part.operation.OperationID+" "+status)
			for _, media := range sorted(response.Value.Content) {
				content := response.Value.Content[media]
				add(response.Value, at, "", content.Example)
				for _, name := range sorted(content.Examples) {
					add(response.Value, at, " "+name, content.Examples[name].Value.Value)
				}
				if !known[content.Schema.Value] {
					known[content.Schema.Value] = true
					add(content.Schema.Value, place(content.Schema.Ref, at+" body"), "", content.Schema.Value.Example)
				}
			}
		}
	}
	return found
}

func (e example) seen() fact { return fact{what: "example", value: e.place} }

// equals is whether a body is the example, but for what is another one each time.
func (e example) equals(body any) bool { return reflect.DeepEqual(e.value, alike(body)) }

// varying are the texts that are others each time: identifiers, times, slugs, addresses of the tests, and numbers of seconds and of bytes.
var varying = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`), "<uuid>"},
	{regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$`), "<time>"},
	{regexp.MustCompile(`\b[a-z]{3}-[a-z]{4}-[a-z]{3}\b`), "<slug>"},
	{regexp.MustCompile(`^[0-9A-Za-z]{40}$`), "<client_id>"},
	{regexp.MustCompile(`^[0-9a-f]{12}$`), "<id of a secret>"},
	{regexp.MustCompile(`\b\d+ seconds?`), "<seconds>"},
}

// alike returns a value of JSON with the same in place of what varies. Times as numbers are those of this century.
func alike(value any) any {
	switch value := value.(type) {
	case string:
		for _, v := range varying {
			value = v.pattern.ReplaceAllString(value, v.instead)
		}
		return value
	case float64:
		if value > 946684800 && value < 4102444800 {
			return "<time>"
		}
		return value
	case []any:
		list := make([]any, len(value))
		for i, element := range value {
			list[i] = alike(element)
		}
		return list
	case map[string]any:
		members := make(map[string]any, len(value))
		for name, member := range value {
			members[name] = alike(member)
		}
		return members
	default:
		return value
	}
}
