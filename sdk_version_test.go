package spec_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	spec "meet-external-api"
)

// The clients have the version of the specification that they are made of (docs/contributing.md, "Change a client"). The one in Go has it
// from a tag.
func TestVersionsOfClients(t *testing.T) {
	t.Parallel()
	version := string(infoVersion.FindSubmatch(spec.YAML)[1])
	for name, pattern := range map[string]string{
		"sdk/typescript/package.json": `(?m)^  "version": "(.*)",$`,
		"sdk/python/pyproject.toml":   `(?m)^version = "(.*)"$`,
		"sdk/java/pom.xml":            `(?m)^  <version>(.*)</version>$`,
		"sdk/java/README.md":          `(?m)^  <version>(.*)</version>$`,
	} {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		found := regexp.MustCompile(pattern).FindSubmatch(text)
		require.NotNil(t, found, "%s has no version", name)
		require.Equal(t, version, string(found[1]), name)
	}
}
