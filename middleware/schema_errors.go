package middleware

import (
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

// describeSchemaErrors words what the schema found in a value, by top-level field; what lies deeper is named by its path. For each
// place it says the first thing to change. The validator's own words repeat the rejected value, which may be a secret.
func describeSchemaErrors(found []*openapi3.SchemaError, value any) map[string][]string {
	fields := map[string][]string{}
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
			field, said := path[0], message
			if len(path) > 1 {
				said = strings.Join(path[1:], ".") + ": " + message
			}
			if len(fields[field]) < maxMessages {
				fields[field] = append(fields[field], said)
			}
		}
	}
	return fields
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

func describeSchemaError(e *openapi3.SchemaError, value any) string {
	schema := e.Schema
	switch {
	case e.SchemaField == "required":
		return refusal.FieldRequired
	case value == nil:
		return refusal.FieldNull
	case e.SchemaField == "minLength" || value == "" && schema.MinLength > 0:
		return refusal.FieldBlank
	case schema.Enum != nil:
		return fmt.Sprintf(refusal.FieldChoice, quote(value))
	case e.SchemaField == "maxLength":
		return fmt.Sprintf(refusal.FieldTooLong, *schema.MaxLength)
	case e.SchemaField == "pattern":
		return refusal.FieldNullBytes
	case e.SchemaField == "minimum":
		return fmt.Sprintf(refusal.FieldTooSmall, *schema.Min)
	case e.SchemaField == "maximum":
		return fmt.Sprintf(refusal.FieldTooGreat, *schema.Max)
	case e.SchemaField == "maxItems":
		return fmt.Sprintf(refusal.FieldTooManyItems, *schema.MaxItems)
	case e.SchemaField == "uniqueItems":
		return refusal.FieldRepeats
	case e.SchemaField == "properties":
		return refusal.FieldExtra
	case schema.Type.Is("string"):
		return refusal.FieldNotString
	case schema.Type.Is("boolean"):
		return refusal.FieldNotBoolean
	case schema.Type.Is("array"):
		return fmt.Sprintf(refusal.FieldNotList, typeName(value))
	case schema.Type.Is("object"):
		return fmt.Sprintf(refusal.FieldNotDictionary, typeName(value))
	}
	return refusal.FieldInvalid
}

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
