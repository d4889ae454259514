package google

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	generated "meet-external-api/generated/google"
	"meet-external-api/refusal"
)

// readMask reads an updateMask: paths of fields with commas between them, in camelCase or as the protocol buffer has them, or `*`
// (AIP-161; AIP-134). It tells whether there is one, and whether that has the access type, which is all that there is to change. Errors: a
// path that leads to no field.
func readMask(text *string) (given, accessType bool, err error) {
	if text == nil {
		return false, false, nil
	}
	for path := range strings.SplitSeq(*text, ",") {
		if path = camelCase(strings.TrimSpace(path)); path == "" {
			continue
		}
		if path != "*" && !leadsToField(reflect.TypeFor[generated.SpaceInput](), strings.Split(path, ".")) {
			return false, false, refusal.Field("updateMask", fmt.Sprintf(refusal.FieldUnknown, refusal.Quote(path)))
		}
		given = true
		accessType = accessType || slices.Contains([]string{"*", "config", "config.accessType"}, path)
	}
	return given, accessType, nil
}

func camelCase(path string) string {
	words := strings.Split(path, "_")
	for i, word := range words[1:] {
		if word != "" {
			words[i+1] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return strings.Join(words, "")
}

// leadsToField is whether a path names a field of a type of the specification, by its names in JSON.
func leadsToField(within reflect.Type, path []string) bool {
	for within.Kind() == reflect.Pointer {
		within = within.Elem()
	}
	if len(path) == 0 {
		return true
	}
	if within.Kind() != reflect.Struct {
		return false
	}
	for field := range within.Fields() {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name == path[0] {
			return leadsToField(field.Type, path[1:])
		}
	}
	return false
}
