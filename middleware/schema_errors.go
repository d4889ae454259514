package middleware

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"meet-external-api/refusal"
)

// describeSchemaErrors words what the schema found, by top-level field; what lies deeper is named by its path. For each
// place it says the first thing to change. The validator's own words repeat the rejected value, which may be a secret.
func describeSchemaErrors(found []*openapi3.SchemaError) map[string][]string {
	fields := map[string][]string{}
	seen := map[string]bool{}
	for _, one := range found {
		for _, path := range places(one) {
			place := strings.Join(path, ".")
			if seen[place] {
				continue
			}
			seen[place] = true
			field, message := path[0], describeSchemaError(one)
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
	return []*openapi3.SchemaError{{Reason: refusal.FieldInvalid, Schema: &openapi3.Schema{}}}
}

func describeSchemaError(e *openapi3.SchemaError) string {
	schema := e.Schema
	switch {
	case e.SchemaField == "required":
		return refusal.FieldRequired
	case e.Value == nil:
		return refusal.FieldNull
	case e.SchemaField == "minLength" || e.Value == "" && schema.MinLength > 0:
		return refusal.FieldBlank
	case schema.Enum != nil:
		return fmt.Sprintf(refusal.FieldChoice, quote(e.Value))
	case e.SchemaField == "maxLength":
		return fmt.Sprintf(refusal.FieldTooLong, *schema.MaxLength)
	case e.SchemaField == "pattern":
		return refusal.FieldNullBytes
	case e.SchemaField == "minimum":
		return fmt.Sprintf(refusal.FieldTooSmall, *schema.Min)
	case e.SchemaField == "maximum":
		return fmt.Sprintf(refusal.FieldTooGreat, *schema.Max)
	case e.SchemaField == "properties":
		return refusal.FieldExtra
	case schema.Type.Is("string"):
		return refusal.FieldNotString
	case schema.Type.Is("boolean"):
		return refusal.FieldNotBoolean
	case schema.Type.Is("array"):
		return fmt.Sprintf(refusal.FieldNotList, typeName(e.Value))
	case schema.Type.Is("object"):
		return fmt.Sprintf(refusal.FieldNotDictionary, typeName(e.Value))
	}
	return refusal.FieldInvalid
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
