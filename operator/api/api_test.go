package api

import (
	"os"
	"regexp"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	spec "meet-external-api"
	"meet-external-api/auth"
)

// The specification has all scopes and all actions, and no others.
func TestEnumerations(t *testing.T) {
	t.Parallel()
	document, err := openapi3.NewLoader().LoadFromData(spec.OperatorYAML)
	require.NoError(t, err)
	source, err := os.ReadFile("../../audit/event.go")
	require.NoError(t, err)
	var actions []string
	for _, constant := range regexp.MustCompile(`Action = "(.*)"`).FindAllSubmatch(source, -1) {
		actions = append(actions, string(constant[1]))
	}
	require.Greater(t, len(actions), 20)
	for name, values := range map[string][]string{"ApplicationScope": auth.Scopes, "AuditAction": actions} {
		var listed []string
		for _, value := range document.Components.Schemas[name].Value.Enum {
			listed = append(listed, value.(string))
		}
		require.ElementsMatch(t, values, listed, name)
	}
}
