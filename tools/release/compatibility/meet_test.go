package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func page(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile("../../../" + name)
	require.NoError(t, err)
	return text
}

// Each difference from Meet's description is explained, by a row that explains something, under a heading that is there.
func TestCompareWithMeet(t *testing.T) {
	t.Parallel()
	ours, rows, contract := page(t, "openapi.yaml"), string(page(t, "docs/differences.md")), page(t, "docs/contract.md")
	require.NoError(t, compareWithMeet(ours, []byte(rows), contract))
	for found, c := range map[string]struct{ specification, rows [2]string }{
		"not explained: error: request-property-enum-value-removed":              {specification: [2]string{"enum: [public, trusted, restricted]", "enum: [public, trusted]"}},
		"not explained: error: api-path-removed-without-deprecation":             {specification: [2]string{"  /rooms/{id}/:", "  /halls/{id}/:"}},
		"not explained: info: new-optional-request-property: POST /rooms/ color": {specification: [2]string{"        attendees: {$ref", "        color: {type: string}\n        attendees: {$ref"}},
		"not explained: info: endpoint-added":                                    {rows: [2]string{"| Operations | `endpoint-added` |", "| Operations | |"}},
		"response-property-became-nullable: * *name 20* is no difference":        {rows: [2]string{"became-nullable: * *slug 20*`", "became-nullable: * *slug 20*`, `response-property-became-nullable: * *name 20*`"}},
		`docs/contract.md has no heading "Rooms"`:                                {rows: [2]string{`| "The room" |`, `| "Rooms" |`}},
	} {
		specification := strings.Replace(string(ours), c.specification[0], c.specification[1], 1)
		changed := strings.Replace(rows, c.rows[0], c.rows[1], 1)
		require.False(t, specification == string(ours) && changed == rows, found)
		require.ErrorContains(t, compareWithMeet([]byte(specification), []byte(changed), contract), found)
	}
}

// A path is compared with its trailing slash, whichever of two spellings an operation stands under.
func TestEndInSlashes(t *testing.T) {
	t.Parallel()
	base, err := read(meets)
	require.NoError(t, err)
	endInSlashes(base.Spec)
	require.ElementsMatch(t, []string{"/application/token/", "/rooms/", "/rooms/{id}/"}, base.Spec.Paths.Keys())
	require.Len(t, base.Spec.Paths.Value("/rooms/").Operations(), 2)
}
