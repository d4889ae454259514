package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var versionLine = regexp.MustCompile(`(?m)^  version: .*$`)

// version gives a specification a version.
func version(specification, version string) []byte {
	return []byte(versionLine.ReplaceAllString(specification, "  version: "+version))
}

// What the number of a version has to tell: that nothing changed, that there is more, that clients break.
const (
	nothing = iota
	more
	breaks
)

// A release says by its number what it does to the clients of the one before: each row changes openapi.yaml at the first place where the
// text is.
func TestCompare(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../openapi.yaml")
	require.NoError(t, err)
	for name, row := range map[string]struct {
		old, new string
		tells    int
		found    string
	}{
		"the same":                              {"paths:", "paths:", nothing, ""},
		"another text":                          {"description: How many rooms a page has.", "description: The size.", nothing, ""},
		"a parameter more":                      {"        - name: page_size\n", "        - {name: color, in: query, schema: {type: string}}\n        - name: page_size\n", more, "new-optional-request-parameter"},
		"an operation announced to go":          {"\n    delete:", "\n    delete:\n      deprecated: true\n      x-sunset: '2999-01-01'", more, "endpoint-deprecated"},
		"an operation less":                     {"\n    delete:", "\n    x-delete:", breaks, "api-removed-without-deprecation"},
		"a parameter that must be given":        {"- name: page_size\n", "- name: page_size\n          required: true\n", breaks, "request-parameter-became-required"},
		"a parameter that takes less":           {"maximum: 100, default: 20", "maximum: 50, default: 20", breaks, "request-parameter-max-decreased"},
		"a member that requests must have":      {"required: [grant_type, scope]", "required: [grant_type, scope, client_id]", breaks, "request-property-became-required"},
		"a value that requests may not have":    {"enum: [administrator, member]", "enum: [administrator]", breaks, "enum-value-removed"},
		"a member that answers may be without":  {"required: [access_token, token_type, expires_in]", "required: [access_token, token_type]", breaks, "response-property-became-optional"},
		"a value that answers did not have yet": {"enum: [member, invited, unknown]", "enum: [member, invited, unknown, declined]", breaks, "response-property-enum-value-added"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, string(text), row.old)
			revision := strings.Replace(string(text), row.old, row.new, 1)
			for number, tells := range map[string]int{"1.2.4": nothing, "1.3.0": more, "2.0.0": breaks} {
				err := compare(version(string(text), "1.2.3"), version(revision, number))
				if row.tells <= tells {
					require.NoError(t, err, number)
				} else {
					require.ErrorContains(t, err, row.found, number)
				}
			}
		})
	}
}

// An operation that goes breaks clients, though it was deprecated and its sunset is over.
func TestCompareRemovalOfDeprecated(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../openapi.yaml")
	require.NoError(t, err)
	deprecated := strings.Replace(string(text), "\n    delete:", "\n    delete:\n      deprecated: true\n      x-sunset: '2026-01-01'", 1)
	removed := strings.Replace(string(text), "\n    delete:", "\n    x-delete:", 1)
	require.ErrorContains(t, compare(version(deprecated, "1.0.0"), version(removed, "1.1.0")), "api-removed-without-deprecation")
	require.NoError(t, compare(version(deprecated, "1.0.0"), version(removed, "2.0.0")))
}
