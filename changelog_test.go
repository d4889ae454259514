package spec_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	spec "meet-external-api"
)

var (
	versionHeading = regexp.MustCompile(`(?m)^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$`)
	infoVersion    = regexp.MustCompile(`(?m)^  version: (\d+\.\d+\.\d+)$`)
	sectionHeading = regexp.MustCompile(`(?m)^### (.*)$`)
)

// The change log is what versions are made of (tools/version.sh), in the form of Keep a Changelog; and the specifications have the version
// of the newest release, or of the next one as soon as they differ from it (docs/contributing.md, "Make a release").
func TestChangeLog(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("CHANGELOG.md")
	require.NoError(t, err)
	_, log, found := strings.Cut(string(text), "\n## [Unreleased]\n")
	require.True(t, found)
	unreleased, _, found := strings.Cut(log, "\n## ")
	require.True(t, found)
	require.Len(t, versionHeading.FindAllString(log, -1), strings.Count(log, "\n## "), "a heading is not like `## [1.2.3] - 2026-12-31`")
	for _, section := range sectionHeading.FindAllStringSubmatch(log, -1) {
		require.Contains(t, []string{"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}, section[1])
	}
	newest := versionHeading.FindStringSubmatch(log)[1]
	for name, specification := range map[string][]byte{"openapi.yaml": spec.YAML, "openapi.google.yaml": spec.GoogleYAML, "openapi.operator.yaml": spec.OperatorYAML} {
		version := string(infoVersion.FindSubmatch(specification)[1])
		require.GreaterOrEqual(t, slices.Compare(numbers(t, version), numbers(t, newest)), 0, "%s is older than the change log", name)
		if strings.TrimSpace(unreleased) == "" {
			require.Equal(t, newest, version, "%s, of which nothing is new", name)
		}
	}
}

func numbers(t *testing.T, version string) []int {
	three := make([]int, 3)
	_, err := fmt.Sscanf(version, "%d.%d.%d", &three[0], &three[1], &three[2])
	require.NoError(t, err)
	return three
}
