package middleware

import (
	"maps"
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

// wordExtension is a word that a parameter may be beside numbers.
const wordExtension = "x-word"

// validator checks the requests of one operation against the specification. It is made once, at start.
type validator struct {
	parameters openapi3.Parameters
	body       *openapi3.Schema
	forms      bool
	// oauth is set for endpoints for which clients authenticate.
	oauth *oauthEndpoint
}

func newValidator(operation *openapi3.Operation) (v validator, err error) {
	v.parameters = operation.Parameters
	if operation.RequestBody != nil {
		content := operation.RequestBody.Value.Content
		v.body = content[mediaJSON].Schema.Value
		v.forms = content[mediaForm] != nil
		v.oauth, err = newOAuthEndpoint(operation, v.body)
	}
	return v, err
}

// middleware refuses what the specification does not allow, and hands on what was validated.
func (v validator) middleware(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := v.checkParameters(c); err != nil {
			return err
		}
		if v.body != nil {
			if err := v.checkBody(c); err != nil {
				return err
			}
			restartDeadline(c)
		}
		return next(c)
	}
}

// checkParameters refuses what the specification does not allow of a path and a query. An empty parameter of the query is as none:
// what comes after does not see it.
func (v validator) checkParameters(c echo.Context) error {
	query, err := queryOf(c)
	if err != nil {
		return err
	}
	fields := map[string][]string{}
	for _, reference := range v.parameters {
		parameter := reference.Value
		switch parameter.In {
		case openapi3.ParameterInPath:
			if parameter.Schema.Value.Format == "uuid" && !auth.IsUUID(c.Param(parameter.Name)) {
				return refusal.IDNotFound
			}
		case openapi3.ParameterInQuery:
			if slices.Equal(query[parameter.Name], []string{""}) {
				query.Del(parameter.Name)
				c.Request().URL.RawQuery = query.Encode()
			} else if messages := checkQuery(parameter, query); messages != nil {
				fields[parameter.Name] = messages
			}
		}
	}
	if len(fields) > 0 {
		return refusal.Fields(fields)
	}
	return nil
}

// queryOf is strict: Echo leaves out what cannot be read, and a log does not.
func queryOf(c echo.Context) (url.Values, error) {
	query, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return nil, refusal.QueryEncoding
	}
	return query, nil
}

func checkQuery(parameter *openapi3.Parameter, query url.Values) []string {
	given := query[parameter.Name]
	switch len(given) {
	case 0:
		return nil
	case 1:
	default:
		return []string{refusal.FieldRepeated}
	}
	if !utf8.ValidString(given[0]) {
		return []string{refusal.FieldNotString}
	}
	var value any = given[0]
	if value == parameter.Extensions[wordExtension] {
		return nil
	}
	if schema := parameter.Schema.Value; schema.Type.Is("integer") {
		number, err := strconv.ParseInt(given[0], 10, 32)
		if err != nil {
			return []string{refusal.FieldNotInteger}
		}
		value = float64(number)
	}
	return describeSchemaErrors(schemaErrors(parameter.Schema.Value.VisitJSON(value, openapi3.MultiErrors())), value)[""]
}

func (v validator) checkBody(c echo.Context) error {
	request := c.Request()
	value, err := readBody(request, v.forms)
	if err != nil {
		return err
	}
	object, ok := value.(map[string]any)
	if !ok {
		return refusal.NotADictionary(typeName(value))
	}
	trimText(object, v.body)
	var required []string
	if v.oauth != nil {
		if required, err = v.oauth.mergeCredentials(c, object); err != nil {
			return err
		}
	}
	keepKnown(object, v.body)
	cutLists(object, v.body)
	found := schemaErrors(v.body.VisitJSON(object, openapi3.VisitAsRequest(), openapi3.MultiErrors()))
	fields := describeSchemaErrors(found, object)
	for _, name := range required {
		if _, given := object[name]; !given {
			fields[name] = []string{refusal.FieldRequired}
		}
	}
	if len(fields) > 0 {
		refused := refusal.Fields(fields)
		refused.OAuth = fieldsCode(found)
		return refused
	}
	if v.oauth != nil {
		c.SetRequest(request.WithContext(auth.NewContext(request.Context(), clientOf(object))))
	}
	replaceBody(c.Request(), object)
	return nil
}

// trimText takes off the white space around text, which does not count, as in Meet; there, a choice is not a text.
func trimText(object map[string]any, schema *openapi3.Schema) {
	for name, property := range schema.Properties {
		if text, ok := object[name].(string); ok && property.Value.Type.Is("string") && property.Value.Enum == nil {
			object[name] = strings.TrimSpace(text)
		}
	}
}

// keepKnown drops the members that the schema does not name and does not refuse: nobody will look at them.
func keepKnown(object map[string]any, schema *openapi3.Schema) {
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
