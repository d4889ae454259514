// The tests of what a specification says of values in requests: each bound, pattern and list of values, at the value that just keeps it and
// at the one just beyond. That those are served shows in the findings of the whole run (spectest).

package main

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	spec "meet-external-api"
)

// edge is a value that just keeps, or just does not keep, what a schema says.
type edge struct {
	value any
	keeps bool
}

// edges returns those of a schema of something with that name.
func edges(name string, schema *openapi3.Schema) []edge {
	found := []edge{{nil, schema.Nullable}}
	switch {
	case schema.Enum != nil:
		for _, value := range schema.Enum {
			found = append(found, edge{value, true})
		}
		return append(found, edge{"x", false})
	case schema.Type.Is("boolean"):
		return append(found, edge{true, true}, edge{"x", false})
	case schema.Type.Is("integer"):
		return append(found, edge{*schema.Min, true}, edge{*schema.Min - 1, false}, edge{maximum(schema), true}, edge{maximum(schema) + 1, false})
	case schema.Type.Is("array"):
		return append(found, edgesOfList(name, schema)...)
	case schema.Type.Is("object"):
		for member, property := range schema.Properties {
			for _, e := range edges(member, property.Value) {
				found = append(found, edge{map[string]any{member: e.value}, e.keeps})
			}
		}
		if len(schema.Required) > 0 {
			found = append(found, edge{map[string]any{}, false})
		}
		return found
	case schema.Format == "uuid":
		return append(found, edge{uuid.NewString(), true}, edge{"x", false})
	}
	if schema.MaxLength != nil {
		most := int(*schema.MaxLength)
		found = append(found, edge{sized(name, schema, most), true}, edge{sized(name, schema, most+1), false})
	}
	if schema.MinLength > 0 {
		found = append(found, edge{"a", true}, edge{"", false})
	}
	for _, odd := range []string{"\x00", "é", "a b"} {
		if schema.Pattern != "" && (&openapi3.Schema{Pattern: schema.Pattern}).VisitJSON(odd) != nil {
			found = append(found, edge{odd, false})
		}
	}
	return found
}

func maximum(schema *openapi3.Schema) float64 {
	if schema.Max == nil {
		return 1<<31 - 1
	}
	return *schema.Max
}

// edgesOfList are those of its elements, each in a list of its own, and of how many there are.
func edgesOfList(name string, schema *openapi3.Schema) (found []edge) {
	var good any = map[string]any{}
	for _, e := range edges(name, schema.Items.Value) {
		if found = append(found, edge{[]any{e.value}, e.keeps}); e.keeps {
			good = e.value
		}
	}
	most := int(*schema.MaxItems)
	if schema.UniqueItems {
		return append(found, edge{schema.Items.Value.Enum, true}, edge{[]any{good, good}, false}, edge{append([]any{good}, schema.Items.Value.Enum...), false})
	}
	if list := strings.Repeat("a", 3); !schema.Items.Value.Type.Is("object") && schema.Items.Value.Enum == nil {
		good = sized(name, schema.Items.Value, len(list)+len("@example.com"))
	}
	full := make([]any, most)
	for i := range full {
		full[i] = good
	}
	return append(found, edge{full, true}, edge{append(full, good), false})
}

// sized returns a good text with so many characters.
func sized(name string, schema *openapi3.Schema, length int) string {
	switch {
	case schema.Format == "date-time":
		begin := time.Now().UTC().Add(24 * time.Hour).Format("2006-01-02T15:04:05.")
		return begin + strings.Repeat("0", length-len(begin)-1) + "Z"
	case schema.Format == "email":
		return strings.Repeat("a", length-len("@example.com")) + "@example.com"
	case name == "scope":
		return "user@example.com" + strings.Repeat(" ", length-len("user@example.com")-len("rooms:list")) + "rooms:list"
	case name == "domains":
		return strings.Repeat("a.", (length-3)/2) + strings.Repeat("a", length-(length-3)/2*2)
	default:
		return strings.Repeat("a", length)
	}
}

// pushes sends the edges of every parameter and of every member of a body of an operation.
func (s *instance) pushes(o asked, body map[string]any, good requestOption) {
	s.t.Helper()
	for _, reference := range o.Parameters {
		p := reference.Value
		if p.In == "query" && p.Required {
			a := s.asks(o, body, good)
			require.Equal(s.t, 400, a.status, o.OperationID)
			require.Contains(s.t, a.body, p.Name)
		}
		for _, e := range edges(p.Name, p.Schema.Value) {
			if e.value != nil && (e.value != "" || p.In == "header") {
				s.pushesParameter(o, p, e, body, good)
			}
		}
	}
	if o.RequestBody == nil {
		return
	}
	for name, property := range o.RequestBody.Value.Content["application/json"].Schema.Value.Properties {
		for _, e := range edges(name, property.Value) {
			changed := maps.Clone(body)
			if strings.HasPrefix(name, "client_assertion") {
				delete(changed, "client_secret")
				changed["client_assertion"], changed["client_assertion_type"] = "x.y.z", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
			}
			changed[name] = e.value
			a := s.sendJSON(o.method, o.path, changed, good)
			s.requirePushed(o, name, e, a)
		}
	}
}

func (s *instance) pushesParameter(o asked, p *openapi3.Parameter, e edge, body map[string]any, good requestOption) {
	s.t.Helper()
	list, is := e.value.([]any)
	if !is {
		list = []any{e.value}
	}
	var values []string
	for _, value := range list {
		if number, is := value.(float64); is {
			value = strconv.FormatFloat(number, 'f', -1, 64)
		}
		if value != nil {
			values = append(values, fmt.Sprint(value))
		}
	}
	if len(values) == 0 || p.In == "header" && values[0] == "\x00" { // null, and what cannot be sent
		return
	}
	switch p.In {
	case "query":
		o.path += "?" + url.Values{p.Name: values}.Encode()
		s.requirePushed(o, p.Name, e, s.asks(o, body, good))
	case "header":
		s.requirePushed(o, p.Name, e, s.asks(o, body, good, lines(p.Name, values...)))
	default:
		o.path = strings.ReplaceAll(strings.ReplaceAll(o.template, "{"+p.Name+"}", url.PathEscape(values[0])), "{id}", uuid.NewString())
		a := s.asks(o, body, good)
		if !e.keeps {
			assert.Equal(s.t, 404, a.status, "%s %s: %v", o.OperationID, p.Name, e.value)
			assert.Equal(s.t, "Not found.", a.detail(), "%s %s: %v", o.OperationID, p.Name, e.value)
		}
	}
}

func (s *instance) requirePushed(o asked, name string, e edge, a answer) {
	s.t.Helper()
	if e.keeps {
		assert.Less(s.t, a.status, 500, "%s %s: %v", o.OperationID, name, e.value)
		return
	}
	if a.status == http.StatusRequestEntityTooLarge { // which comes before
		return
	}
	assert.Equal(s.t, 400, a.status, "%s %s: %.100v: %s", o.OperationID, name, e.value, a.raw)
	assert.Contains(s.t, a.body, name, "%s %.100v", o.OperationID, e.value)
}

func TestEdgesOfRequests(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE": "0"})
	s.user("user@example.com")
	application := s.application()
	token := s.token(application, "user@example.com")
	about := s.token(application, "user@example.com") // which is going to be revoked
	body := tokenRequest(application, map[string]any{"token": about, "email": "bob@example.com"})
	for _, o := range operationsOf(t, spec.YAML) {
		s.pushes(o, body, bearer(token))
	}
}

func TestEdgesOfRequestsOfOperators(t *testing.T) {
	t.Parallel()
	s, authorized := operatorServer(t)
	for _, o := range operationsOf(t, spec.OperatorYAML) {
		s.pushes(o, map[string]any{"name": "Calendar", "domains": []string{"example.com"}}, authorized)
	}
}
