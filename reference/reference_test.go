package reference_test

import (
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	spec "meet-external-api"
	"meet-external-api/reference"
)

func files(t *testing.T) reference.Files {
	t.Helper()
	made, err := reference.New(spec.YAML, spec.Guides, "/external-api/v1.0")
	require.NoError(t, err)
	return made
}

// Each operation is a page, with a sample in each language.
func TestSamples(t *testing.T) {
	t.Parallel()
	made := files(t)
	document, err := openapi3.NewLoader().LoadFromData(spec.YAML)
	require.NoError(t, err)
	for _, item := range document.Paths.Map() {
		for _, operation := range item.Operations() {
			page := string(made[operation.OperationID].Body)
			require.NotEmpty(t, page, operation.OperationID)
			for _, language := range reference.Languages {
				require.Contains(t, page, `id="sample-`+strings.ToLower(language.Label)+`"`, "%s in %s", operation.OperationID, language.Label)
			}
		}
	}
}

// Agents get every guide and the specification in one file.
func TestForAgents(t *testing.T) {
	t.Parallel()
	made := files(t)
	full := string(made["llms-full.txt"].Body)
	require.Regexp(t, `^# La Suite Meet external API\n\n> `, full)
	require.Contains(t, full, "\n  /rooms/{id}/grant-access/:\n")
	guides := 0
	for name, file := range made {
		if strings.HasSuffix(name, ".md") {
			guides++
			require.Contains(t, full, string(file.Body), name)
			require.Contains(t, string(made["llms.txt"].Body), "("+reference.Server+"/docs/"+name+")")
		}
	}
	require.Greater(t, guides, 8)
}

// The pages are made the same each time, so that replicas have one ETag.
func TestFilesAreTheSame(t *testing.T) {
	t.Parallel()
	require.Equal(t, files(t), files(t))
}

// What cannot be read by a caller is no link.
func TestLinksToElsewhere(t *testing.T) {
	t.Parallel()
	page := string(files(t)["changelog"].Body)
	require.Contains(t, page, "docs/operate.md")
	require.NotContains(t, page, `href="docs/`)
	require.Contains(t, string(files(t)["callers"].Body), `<a href="/external-api/v1.0/docs/booking-page">`)
}
