package middleware

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
	"meet-external-api/refusal"
)

const (
	// wordExtension is a word that a parameter may be beside numbers.
	wordExtension = "x-word"
	// exclusionExtension is the other parameter beside which one may not be given.
	exclusionExtension = "x-not-with"
)

// pathFits is whether each parameter of the path can be the name of something: what cannot is not found.
func (v validator) pathFits(c echo.Context) bool {
	for _, parameter := range v.path {
		schema := parameter.Schema.Value
		value, err := url.PathUnescape(c.Param(parameter.Name))
		if err != nil || schema.Format == "uuid" && !auth.IsUUID(value) || schema.VisitJSON(value) != nil {
			return false
		}
	}
	return true
}

// queryOf is strict: Echo leaves out what cannot be read, and a log does not.
func queryOf(c echo.Context) (url.Values, error) {
	query, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return nil, refusal.QueryEncoding
	}
	return query, nil
}

// checkQuery adds what is wrong with the query. An empty parameter is as none, unless the specification gives it a meaning: what comes
// after does not see it.
func (v validator) checkQuery(query url.Values, fields map[string][]string) {
	for _, parameter := range v.query {
		dropEmptyParameter(parameter, query)
	}
	for _, parameter := range v.query {
		given := query[parameter.Name]
		if len(given) == 0 {
			if parameter.Required {
				fields[parameter.Name] = append(fields[parameter.Name], refusal.FieldRequired)
			}
			continue
		}
		if messages := checkParameter(parameter, given); messages != nil {
			fields[parameter.Name] = append(fields[parameter.Name], messages...)
		}
		if other, excludes := parameter.Extensions[exclusionExtension].(string); excludes && query.Has(other) {
			fields[parameter.Name] = append(fields[parameter.Name], fmt.Sprintf(refusal.FieldNotWith, other))
		}
	}
}

// dropEmptyParameter takes an empty parameter for omitted, and of a list the empty elements.
func dropEmptyParameter(parameter *openapi3.Parameter, query url.Values) {
	given := query[parameter.Name]
	switch {
	case parameter.AllowEmptyValue:
	case parameter.Schema.Value.Type.Is("array"):
		query[parameter.Name] = slices.DeleteFunc(given, func(element string) bool { return element == "" })
	case slices.Equal(given, []string{""}):
		query.Del(parameter.Name)
	}
}

// checkParameter is what is wrong with a parameter of the query.
func checkParameter(parameter *openapi3.Parameter, given []string) []string {
	schema := parameter.Schema.Value
	repeatable := schema.Type.Is("array")
	switch {
	case len(given) > 1 && !repeatable:
		return []string{refusal.FieldRepeated}
	case slices.ContainsFunc(given, func(text string) bool { return !utf8.ValidString(text) }):
		return []string{refusal.FieldNotString}
	case repeatable:
		return messagesOn(schema, cutLists(asList(given), schema))
	case given[0] == parameter.Extensions[wordExtension]:
		return nil
	case schema.Type.Is("integer"):
		number, err := strconv.ParseInt(given[0], 10, 32)
		if err != nil {
			return []string{refusal.FieldNotInteger}
		}
		return messagesOn(schema, float64(number))
	case schema.Format == formatTime && !isTime(given[0]):
		return []string{refusal.FieldNotTime + refusal.PlusInURL}
	}
	return messagesOn(schema, given[0])
}

// canonicalQuery writes the times of a query that was validated in the one form that the generated code reads.
func (v validator) canonicalQuery(query url.Values) url.Values {
	for _, parameter := range v.query {
		if given := query[parameter.Name]; len(given) > 0 && parameter.Schema.Value.Format == formatTime {
			given[0] = canonicalTime(given[0])
		}
	}
	return query
}

func asList(given []string) []any {
	list := make([]any, len(given))
	for i, element := range given {
		list[i] = element
	}
	return list
}

// checkHeaders adds what is wrong with the headers that are parameters. Several lines of one are a list (RFC 9110, section 5.3): what
// comes after sees one line.
func (v validator) checkHeaders(header http.Header, fields map[string][]string) {
	for _, parameter := range v.headers {
		lines := header.Values(parameter.Name)
		if len(lines) == 0 {
			continue
		}
		text := strings.Join(lines, ", ")
		header.Set(parameter.Name, text)
		if messages := messagesOn(parameter.Schema.Value, text); messages != nil {
			fields[parameter.Name] = messages
		}
	}
}
