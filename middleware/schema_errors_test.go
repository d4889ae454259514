package middleware

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	spec "meet-external-api"
)

// Who breaks a pattern is told what to change.
func TestPatternsHaveMessages(t *testing.T) {
	t.Parallel()
	specification, err := openapi3.NewLoader().LoadFromData(spec.YAML)
	require.NoError(t, err)
	seen := 0
	check := func(schema *openapi3.Schema) {
		if schema.Pattern != "" {
			require.Contains(t, patternMessages, schema.Pattern)
			seen++
		}
	}
	for _, item := range specification.Paths.Map() {
		for _, operation := range item.Operations() {
			v, err := newValidator(operation)
			require.NoError(t, err)
			for _, parameter := range append(v.query, v.headers...) {
				check(parameter.Schema.Value)
			}
			if v.body != nil {
				for _, property := range v.body.Properties {
					check(property.Value)
				}
			}
		}
	}
	require.Greater(t, seen, 3)
}
