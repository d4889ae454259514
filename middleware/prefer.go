package middleware

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"meet-external-api/refusal"
)

// This file is what `Prefer: handling=strict` asks for (RFC 7240, section 4.4; docs/contract.md, "Conventions"). Answers do not name
// Prefer in Vary: that is for caches (section 2), and no cache may keep them.

const (
	headerPreferenceApplied = "Preference-Applied"
	strictHandling          = "handling=strict"
)

// isStrict reports whether a request wants what is unknown refused. Of several preferences for its handling the first one counts
// (RFC 7240, section 2); what is not well-formed is none.
func isStrict(request *http.Request) bool {
	for _, preference := range preferences.FindAllString(joined(request, "Prefer"), -1) {
		if parts := handling.FindStringSubmatch(preference); parts != nil {
			return strings.EqualFold(escaped.ReplaceAllString(parts[1]+parts[2], "$1"), "strict")
		}
	}
	return false
}

var (
	// preferences are the members of the list; a comma between quotation marks does not part them.
	preferences = regexp.MustCompile(`(?:"(?:[^"\\]|\\.)*"?|[^,"])+`)
	// handling is the preference of that name, with a token or a quoted text for its value, and parameters that say nothing here.
	handling = regexp.MustCompile(`(?i)^[ \t]*handling[ \t]*(?:=[ \t]*(?:([^"; \t]*)|"((?:[^"\\]|\\.)*)")[ \t]*)?(?:;.*)?$`)
	escaped  = regexp.MustCompile(`\\(.)`)
)

// unknownNames are the parameters of a query that the specification does not name.
func unknownNames(query url.Values, parameters []*openapi3.Parameter) (unknown []string) {
	for name := range query {
		if !slices.ContainsFunc(parameters, func(known *openapi3.Parameter) bool { return known.Name == name }) {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

// unknownMembers are the members of a body that the schema does not name; there is none where there is no body.
func unknownMembers(object map[string]any, schema *openapi3.Schema) (unknown []string) {
	for name := range object {
		if schema.Properties[name] == nil {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

// maxUnknown is how many unknown names a caller gets: a body can have thousands.
const maxUnknown = 20

// errorMembers have a meaning of their own in the body of an error, and cannot be the name of a field there.
var errorMembers = []string{"detail", "error", "error_description"}

// addUnknown refuses names that are not known, the first ones in the order of the alphabet.
func addUnknown(names []string, fields map[string][]string) {
	slices.Sort(names)
	names = slices.Compact(names)
	for _, name := range names[:min(len(names), maxUnknown)] {
		field, message := refusal.Shorten(name), refusal.FieldExtra
		if slices.Contains(errorMembers, name) {
			field, message = "non_field_errors", name+": "+message
		}
		fields[field] = append(fields[field], message)
	}
}
