package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// docs/operate.md, "When it does not start" says of each code of check what to do about it, and docs/settings.md what it means.
func TestEachCodeHasItsPlace(t *testing.T) {
	t.Parallel()
	read := func(path string) string {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		return string(text)
	}
	_, section, found := strings.Cut(read("../../docs/operate.md"), "\n## When it does not start\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	code := regexp.MustCompile(`(?m)^\t(?:code\w+|\w+ +FaultKind) += "(\w+)"$`)
	codes := code.FindAllStringSubmatch(read("finding.go")+read("../../db/inspection.go"), -1)
	require.Len(t, codes, len(findingCodes), "findingCodes has them all")
	settings := read("../../docs/settings.md")
	for _, c := range codes {
		assert.True(t, strings.Contains(section, "`"+c[1]+"`"), "docs/operate.md lacks %s", c[1])
		assert.True(t, strings.Contains(settings, "| `"+c[1]+"` |"), "docs/settings.md lacks %s", c[1])
	}
}
