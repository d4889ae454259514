package spectest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// valuesOf returns the values of a parameter, of which an empty one in a query is none.
func valuesOf(p *openapi3.Parameter, path map[string]string, asked *http.Request) []string {
	switch p.In {
	case "query":
		values := asked.URL.Query()[p.Name]
		if p.AllowEmptyValue {
			return values
		}
		return slices.DeleteFunc(values, func(v string) bool { return v == "" })
	case "header":
		return asked.Header.Values(p.Name)
	default:
		value, _ := url.PathUnescape(path[p.Name])
		return []string{value}
	}
}

// textOf returns the value that a text of a parameter or a header stands for.
func textOf(schema *openapi3.Schema, text string) any {
	if schema.Type.Is("integer") {
		if number, err := strconv.ParseFloat(text, 64); err == nil {
			return number
		}
	}
	return text
}

// bodyOf returns the members of a body, or nil where it is no object.
func bodyOf(asked *http.Request, media string) (body map[string]any) {
	reader, err := asked.GetBody()
	if err != nil {
		return nil
	}
	if media != "application/json" {
		raw, _ := io.ReadAll(reader)
		form, _ := url.ParseQuery(string(raw))
		body = map[string]any{}
		for name, values := range form {
			body[name] = values[0]
		}
		return body
	}
	_ = json.NewDecoder(reader).Decode(&body)
	return body
}
