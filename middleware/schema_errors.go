package middleware

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"meet-external-api/generated"
	"meet-external-api/refusal"
)

// maxMessages is how many messages on one field a caller gets: a body can have thousands of faults.
const maxMessages = 10

// visitOptions have the validator find all that is wrong, and know times as they are read here.
var visitOptions = []openapi3.SchemaValidationOption{
	openapi3.MultiErrors(),
	openapi3.WithStringFormatValidator(formatTime, openapi3.NewCallbackValidator(func(text string) error {
		if !isTime(text) {
			return errors.New("not a time") // described below
		}
		return nil
	})),
}

// messagesOn says what is wrong with a value that is one field: the value of a parameter, or a list of them.
func messagesOn(schema *openapi3.Schema, value any) (messages []string) {
	for _, fault := range faults(schemaErrors(schema.VisitJSON(value, visitOptions...)), value) {
		if len(messages) < maxMessages && !slices.Contains(messages, fault.message) {
			messages = append(messages, fault.message)
		}
	}
	return messages
}

// describeSchemaErrors adds what the schema found in an object, by top-level field, and in a list by its elements; what lies deeper is
// named by its path.
func describeSchemaErrors(found []*openapi3.SchemaError, object map[string]any, refused *refusal.Error) {
	refused.Elements = map[string]map[int]string{}
	for _, fault := range faults(found, object) {
		field, said := fault.path[0], fault.message
		if index, err := strconv.Atoi(strings.Join(fault.path[1:], ".")); err == nil && isList(object[field]) {
			if refused.Elements[field] == nil {
				refused.Elements[field] = map[int]string{}
			}
			refused.Elements[field][index] = said
			continue
		}
		if len(fault.path) > 1 {
			said = strings.Join(fault.path[1:], ".") + ": " + said
		}
		if len(refused.Fields[field]) < maxMessages {
			refused.Fields[field] = append(refused.Fields[field], said)
		}
	}
	// Where the list itself is wrong, its elements are no matter.
	maps.DeleteFunc(refused.Elements, func(field string, _ map[int]string) bool { return refused.Fields[field] != nil })
}

func isList(value any) bool {
	_, ok := value.([]any)
	return ok
}

// fault is the first thing to change at one place of a value.
type fault struct {
	path    []string
	message string
}

// faults words what the schema found in a value. The validator's own words repeat the rejected value, which may be a secret.
func faults(found []*openapi3.SchemaError, value any) (all []fault) {
	seen := map[string]bool{}
	for _, one := range found {
		path := one.JSONPointer()
		place := strings.Join(path, ".")
		if seen[place] {
			continue
		}
		seen[place] = true
		message := describeSchemaError(one, at(value, path))
		for _, path := range places(one, path) {
			all = append(all, fault{path, message})
		}
	}
	return all
}

// places are the paths that an error at a path is about, the empty name for the value itself. The validator names the object that
// holds keys which are not allowed, and not the keys, once for each of them.
func places(e *openapi3.SchemaError, path []string) [][]string {
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

// at is what stands at a path in a value that was decoded from JSON. The validator has numbers as float64, of which one cannot tell
// how they were written.
func at(value any, path []string) any {
	for _, name := range path {
		switch inside := value.(type) {
		case map[string]any:
			value = inside[name]
		case []any:
			index, err := strconv.Atoi(name)
			if err != nil || index < 0 || index >= len(inside) {
				return nil
			}
			value = inside[index]
		}
	}
	return value
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
	return []*openapi3.SchemaError{{Reason: refusal.FieldInvalid, Schema: &openapi3.Schema{}}}
}

// patternMessages say what the patterns of the specifications ask for.
var patternMessages = map[string]string{
	`^[^\x00]*$`:       refusal.FieldNullBytes,
	`^[!-~]*$`:         refusal.FieldNotVisible,
	`^[-_a-zA-Z0-9]*$`: refusal.FieldNotCursor,
	`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`: refusal.FieldNotUUID,
	`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`:          refusal.FieldNotUUID,
}

func describeSchemaError(e *openapi3.SchemaError, value any) string {
	schema := e.Schema
	switch {
	case e.SchemaField == "required":
		return refusal.FieldRequired
	case value == nil:
		return refusal.FieldNull
	case e.SchemaField == "minLength" || value == "" && schema.MinLength > 0:
		return refusal.FieldBlank
	case slices.Contains(protobufNames(schema), value):
		return fmt.Sprintf(refusal.FieldNotHere, quote(value))
	case schema.Enum != nil:
		return fmt.Sprintf(refusal.FieldChoice, quote(value))
	case e.SchemaField == "maxLength":
		return fmt.Sprintf(refusal.FieldTooLong, *schema.MaxLength)
	case e.SchemaField == "pattern":
		return cmp.Or(patternMessages[schema.Pattern], refusal.FieldInvalid)
	case e.SchemaField == "format" && schema.Format == formatTime:
		return refusal.FieldNotTime
	case e.SchemaField == "minimum":
		return fmt.Sprintf(refusal.FieldTooSmall, number(*schema.Min))
	case e.SchemaField == "maximum":
		return fmt.Sprintf(refusal.FieldTooGreat, number(*schema.Max))
	case e.SchemaField == "maxItems":
		return fmt.Sprintf(refusal.FieldTooManyItems, *schema.MaxItems)
	case e.SchemaField == "uniqueItems":
		return refusal.FieldRepeats
	case e.SchemaField == "properties":
		return refusal.FieldExtra
	case schema.Type.Is("string"):
		return refusal.FieldNotString
	case schema.Type.Is("integer"):
		return refusal.FieldNotInteger
	case schema.Type.Is("boolean"):
		return refusal.FieldNotBoolean
	case schema.Type.Is("array"):
		return fmt.Sprintf(refusal.FieldNotList, typeName(value))
	case schema.Type.Is("object"):
		return fmt.Sprintf(refusal.FieldNotDictionary, typeName(value))
	}
	return refusal.FieldInvalid
}

// number writes a bound without an exponent.
func number(bound float64) string { return strconv.FormatFloat(bound, 'f', -1, 64) }

// quote writes a rejected choice as Meet does: a string as it is, anything else as JSON.
func quote(value any) string {
	text, ok := value.(string)
	if !ok {
		var encoded strings.Builder
		_ = generated.EncodeJSON(&encoded, value) // it was decoded from JSON
		text = strings.TrimSpace(encoded.String())
	}
	return refusal.Quote(text)
}

// typeName is the name that Meet has for the type of a JSON value.
func typeName(value any) string {
	switch v := value.(type) {
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
