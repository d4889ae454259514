package middleware

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
)

// validator checks the requests of one operation against the specification. It is made once, at start.
type validator struct {
	parameters openapi3.Parameters
	body       *openapi3.Schema
	forms      bool
	// prepare completes the members of the body before they are validated, and names those that are required beyond what the
	// schema says.
	prepare func(c echo.Context, form map[string]any) (required []string, err error)
}

func newValidator(operation *openapi3.Operation) validator {
	v := validator{
		parameters: operation.Parameters,
		prepare:    func(echo.Context, map[string]any) ([]string, error) { return nil, nil },
	}
	if operation.RequestBody != nil {
		content := operation.RequestBody.Value.Content
		v.body = content[mediaJSON].Schema.Value
		v.forms = content[mediaForm] != nil
	}
	return v
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
		}
		return next(c)
	}
}

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
			if parameter.Schema.Value.Format == "uuid" && !isUUID(c.Param(parameter.Name)) {
				return &auth.Refusal{Kind: auth.NotFound, Text: "Not found."}
			}
		case openapi3.ParameterInQuery:
			if messages := checkQuery(parameter, query); messages != nil {
				fields[parameter.Name] = messages
			}
		}
	}
	if len(fields) > 0 {
		return &auth.Refusal{Kind: auth.Invalid, Fields: fields}
	}
	return nil
}

// queryOf is strict: Echo leaves out what cannot be read, and a log does not.
func queryOf(c echo.Context) (url.Values, error) {
	query, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return nil, &auth.Refusal{Kind: auth.Invalid, Text: "The query of the URL is not well encoded."}
	}
	return query, nil
}

// isUUID takes the one form of 36 characters; the parser knows others.
func isUUID(s string) bool { return len(s) == 36 && uuid.Validate(s) == nil }

func checkQuery(parameter *openapi3.Parameter, query url.Values) []string {
	given := query[parameter.Name]
	switch len(given) {
	case 0:
		return nil
	case 1:
	default:
		return []string{"This parameter may be given only once."}
	}
	if !utf8.ValidString(given[0]) {
		return []string{"Not a valid string."}
	}
	var value any = given[0]
	if schema := parameter.Schema.Value; schema.Type.Is("integer") {
		number, err := strconv.ParseInt(given[0], 10, 32)
		if err != nil {
			return []string{"A valid integer is required."}
		}
		value = float64(number)
	}
	return describeSchemaErrors(parameter.Schema.Value.VisitJSON(value, openapi3.MultiErrors()))[""]
}

func (v validator) checkBody(c echo.Context) error {
	request := c.Request()
	value, err := readBody(request, v.forms)
	if err != nil {
		return err
	}
	object, ok := value.(map[string]any)
	if !ok {
		return auth.FieldError("non_field_errors", "Invalid data. Expected a dictionary, but got "+typeName(value)+".")
	}
	trimText(object, v.body)
	required, err := v.prepare(c, object)
	if err != nil {
		return err
	}
	keepKnown(object, v.body)
	fields := describeSchemaErrors(v.body.VisitJSON(object, openapi3.VisitAsRequest(), openapi3.MultiErrors()))
	for _, name := range required {
		if _, given := object[name]; !given {
			fields[name] = []string{fieldRequired}
		}
	}
	if len(fields) > 0 {
		return &auth.Refusal{Kind: auth.Invalid, Code: fieldsCode(fields), Fields: fields}
	}
	replaceBody(request, object)
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

// fieldsCode is the error code of RFC 6749, section 5.2, for bad fields of a token request. What else another grant needs, or lacks,
// is no matter.
func fieldsCode(fields map[string][]string) string {
	messages := fields["grant_type"]
	if len(messages) == 1 && strings.HasSuffix(messages[0], notAChoice) {
		return "unsupported_grant_type"
	}
	return "invalid_request"
}

const (
	fieldRequired = "This field is required."
	notAChoice    = "is not a valid choice."
)

// describeSchemaErrors words what the schema found, by top-level field; what lies deeper is named by its path. For each
// place it says the first thing to change. The validator's own words repeat the rejected value, which may be a secret.
func describeSchemaErrors(err error) map[string][]string {
	fields := map[string][]string{}
	seen := map[string]bool{}
	for _, found := range schemaErrors(err) {
		for _, path := range places(found) {
			place := strings.Join(path, ".")
			if seen[place] {
				continue
			}
			seen[place] = true
			field, message := path[0], describeSchemaError(found)
			if len(path) > 1 {
				message = strings.Join(path[1:], ".") + ": " + message
			}
			fields[field] = append(fields[field], message)
		}
	}
	return fields
}

// places are the paths that an error is about, the empty name for the value itself. The validator names the object that
// holds keys which are not allowed, and not the keys.
func places(e *openapi3.SchemaError) [][]string {
	path := e.JSONPointer()
	object, ok := e.Value.(map[string]any)
	switch {
	case ok && e.SchemaField == "properties":
		var all [][]string
		for _, key := range slices.Sorted(maps.Keys(object)) {
			if e.Schema.Properties[key] == nil {
				all = append(all, append(slices.Clone(path), key))
			}
		}
		return all
	case len(path) == 0:
		return [][]string{{""}}
	}
	return [][]string{path}
}

func schemaErrors(err error) []*openapi3.SchemaError {
	var several openapi3.MultiError
	var one *openapi3.SchemaError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &several):
		var all []*openapi3.SchemaError
		for _, e := range several {
			all = append(all, schemaErrors(e)...)
		}
		return all
	case errors.As(err, &one):
		return []*openapi3.SchemaError{one}
	}
	return []*openapi3.SchemaError{{Reason: "Invalid value."}}
}

func describeSchemaError(e *openapi3.SchemaError) string {
	schema := e.Schema
	switch {
	case e.SchemaField == "required":
		return fieldRequired
	case e.Value == nil:
		return "This field may not be null."
	case e.SchemaField == "minLength" || e.Value == "" && schema.MinLength > 0:
		return "This field may not be blank."
	case schema.Enum != nil:
		return quote(e.Value) + " " + notAChoice
	case e.SchemaField == "maxLength":
		return fmt.Sprintf("Ensure this field has no more than %d characters.", *schema.MaxLength)
	case e.SchemaField == "pattern":
		return "Null characters are not allowed."
	case e.SchemaField == "minimum":
		return fmt.Sprintf("Ensure this value is greater than or equal to %v.", *schema.Min)
	case e.SchemaField == "maximum":
		return fmt.Sprintf("Ensure this value is less than or equal to %v.", *schema.Max)
	case e.SchemaField == "properties":
		return "Extra inputs are not permitted"
	case schema.Type.Is("string"):
		return "Not a valid string."
	case schema.Type.Is("boolean"):
		return "Must be a valid boolean."
	case schema.Type.Is("array"):
		return "Expected a list, but got " + typeName(e.Value) + "."
	case schema.Type.Is("object"):
		return "Expected a dictionary, but got " + typeName(e.Value) + "."
	}
	return "Invalid value."
}

// maxQuoted is how many characters of a rejected choice are repeated.
const maxQuoted = 100

// quote writes the beginning of a rejected choice as Meet does: a string as it is, anything else as JSON.
func quote(value any) string {
	text, ok := value.(string)
	if !ok {
		encoded, _ := json.Marshal(value) // it was decoded from JSON
		text = string(encoded)
	}
	if characters := []rune(text); len(characters) > maxQuoted {
		text = string(characters[:maxQuoted]) + "…"
	}
	return `"` + text + `"`
}

// typeName is the name that Meet has for the type of a JSON value.
func typeName(value any) string {
	switch v := value.(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case string:
		return "str"
	case []any:
		return "list"
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return "float"
		}
		return "int"
	}
	return "dict"
}
