package spec_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	// citation names a page and headings of it: docs/contract.md, "Scopes" and "Roles".
	citation = regexp.MustCompile(`(docs/[\w-]+\.md), ("[^"]+"(?:(?:,| and|, and) "[^"]+")*)`)
	quoted   = regexp.MustCompile(`"([^"]+)"`)
	// pageless is a citation that does not say where the page is.
	pageless = regexp.MustCompile(`(?:^|[^/\w])contract, "`)
	// link is a Markdown link to a file, to a heading of it, or to a heading of the same file.
	link = regexp.MustCompile(`\]\(([\w./-]*)(?:#([\w-]+))?\)`)
	// file is one that a document names by its path in the repository.
	file = regexp.MustCompile("`((?:audit|auth|cmd|db|delegation|deploy|docs|generated|handlers|livekit|middleware|operator|refusal|tools)/[\\w./-]+\\.\\w+)`")
	// lineBreak is one within a comment or a paragraph, with what the next line begins with.
	lineBreak = regexp.MustCompile(`[ \t]*\n[ \t]*(?://|#|--)?[ \t]*`)
	heading   = regexp.MustCompile(`(?m)^#+ (.+)$`)
	codeBlock = regexp.MustCompile("(?ms)^```.*?^```$")
	// anchorless are the characters of a heading that its anchor on GitHub lacks.
	anchorless = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

// What a comment or a document cites is there: the headings of a page, the files that a document names, and what a link leads to.
func TestCitations(t *testing.T) {
	t.Parallel()
	found := 0
	for path, text := range sources(t) {
		if !strings.Contains(text, "docs/") && !strings.Contains(text, "contract,") && filepath.Ext(path) != ".md" {
			continue // regular expressions take their time, over everything
		}
		flowing := lineBreak.ReplaceAllString(text, " ")
		assert.NotRegexpf(t, pageless, flowing, `%s: cite as docs/contract.md, "Heading"`, path)
		for _, cited := range citation.FindAllStringSubmatch(flowing, -1) {
			for _, name := range quoted.FindAllStringSubmatch(cited[2], -1) {
				found++
				assert.Truef(t, hasHeading(t, cited[1], name[1]), "%s cites %q, and no heading of %s begins so", path, name[1], cited[1])
			}
		}
		if filepath.Ext(path) != ".md" {
			continue
		}
		for _, named := range file.FindAllStringSubmatch(text, -1) {
			assert.FileExistsf(t, named[1], "%s names it", path)
		}
		for _, to := range link.FindAllStringSubmatch(text, -1) {
			target := path
			if to[1] != "" {
				target = filepath.Join(filepath.Dir(path), to[1])
			}
			_, missing := os.Stat(target)
			assert.Truef(t, missing == nil && (to[2] == "" || hasAnchor(t, target, to[2])), "%s links to %s, which is not there", path, to[0][2:])
		}
	}
	require.Greater(t, found, 20, "the citations have moved to where this test does not look")
}

// Each form of a citation is taken for one, and one of a heading that is not there is refused.
func TestCitationsAreChecked(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"// (docs/contract.md, \"A\"; RFC 1, \"B\")":         `"A"`,
		"// (docs/contract.md,\n// \"A\" and \"B c\").":      `"A" and "B c"`,
		"-- docs/contract.md, \"A\", \"B\", and \"C\n-- d\"": `"A", "B", and "C d"`,
		"\t# docs/contract.md, \"A\n\t# b\": c":              `"A b"`,
	} {
		cited := citation.FindStringSubmatch(lineBreak.ReplaceAllString(text, " "))
		require.NotNil(t, cited, text)
		require.Equal(t, want, cited[2])
	}
	require.Regexp(t, pageless, `// contract, "Scopes"`)
	for name, there := range map[string]bool{
		"Scopes": true, "GET /rooms/": true, "GET /rooms/{id}/": true, "PATCH /rooms/{id}/": true,
		"POST /application/token/": true, "POST /application/token/ — exchange credentials for a token": true,
		"Scope": false, "scopes": false, "GET /rooms/{id": false, "retrieve": false, "DELETE /rooms/": false,
	} {
		require.Equal(t, there, hasHeading(t, "docs/contract.md", name), name)
	}
	require.True(t, hasAnchor(t, "docs/credentials.md", "keys-instead-of-secrets"))
	require.False(t, hasAnchor(t, "docs/credentials.md", "keys"))
}

// hasHeading reports whether a heading of the page is name or begins with it; one heading can be about two operations, each in a
// sentence.
func hasHeading(t *testing.T, page, name string) bool {
	return slices.ContainsFunc(headings(t, page), func(heading string) bool {
		return strings.HasPrefix(heading+" ", name+" ") || strings.Contains(heading, ". "+name+" ")
	})
}

func hasAnchor(t *testing.T, page, anchor string) bool {
	return slices.ContainsFunc(headings(t, page), func(heading string) bool {
		return strings.ReplaceAll(anchorless.ReplaceAllString(strings.ToLower(heading), ""), " ", "-") == anchor
	})
}

// known are the headings of pages that have been read, by their path.
var known sync.Map

func headings(t *testing.T, page string) []string {
	if names, read := known.Load(page); read {
		return names.([]string)
	}
	text, err := os.ReadFile(page)
	assert.NoError(t, err)
	var names []string
	for _, line := range heading.FindAllStringSubmatch(codeBlock.ReplaceAllString(string(text), ""), -1) {
		names = append(names, line[1])
	}
	known.Store(page, names)
	return names
}

// sources are the texts of all files that people write, by their path.
func sources(t *testing.T) map[string]string {
	texts := map[string]string{}
	require.NoError(t, filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", ".postgres", "bin", "data", "node_modules", ".python"}, entry.Name()):
			return filepath.SkipDir
		case !entry.Type().IsRegular() || path == "citations_test.go":
			return nil
		}
		text, err := os.ReadFile(path)
		texts[path] = string(text)
		return err
	}))
	return texts
}
