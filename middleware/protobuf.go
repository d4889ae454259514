package middleware

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"meet-external-api/refusal"
)

// This file is what is different where bodies are ProtoJSON (Protocol Buffers, "ProtoJSON Format"), as for Google's clients.

// protobufNamesExtension are the names of the values of an enumeration, at the places of their numbers, also of those that are not taken here.
const protobufNamesExtension = "x-protobuf-names"

func protobufNames(schema *openapi3.Schema) []any {
	names, _ := schema.Extensions[protobufNamesExtension].([]any)
	return names
}

// fromProtobuf takes null for none, and the number of a value of an enumeration for its name.
func fromProtobuf(object map[string]any, schema *openapi3.Schema) {
	for name, property := range schema.Properties {
		switch value := object[name].(type) {
		case nil:
			delete(object, name)
		case json.Number:
			names := protobufNames(property.Value)
			if number, err := strconv.Atoi(value.String()); err == nil && number >= 0 && number < len(names) {
				object[name] = names[number]
			}
		case map[string]any:
			fromProtobuf(value, property.Value)
		}
	}
}

// describeByPath adds what the schema found in an object, by the path of each field; of thousands, the first ones.
func describeByPath(found []*openapi3.SchemaError, object map[string]any, refused *refusal.Error) {
	all := faults(found, object)
	for _, fault := range all[:min(len(all), maxUnknown)] {
		field := refusal.Shorten(strings.Join(fault.path, "."))
		if messages := refused.Fields[field]; len(messages) < maxMessages && !slices.Contains(messages, fault.message) {
			refused.Fields[field] = append(messages, fault.message)
		}
	}
}
