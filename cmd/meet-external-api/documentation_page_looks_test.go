package main

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"meet-external-api/reference"
)

// docsPages are the names of all pages, in order.
func docsPages(t *testing.T) []string {
	t.Helper()
	files, err := documentation()
	require.NoError(t, err)
	var names []string
	for name, file := range files {
		if file.ContentType == reference.HTML {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Everybody can read every page: in light and in dark, on a telephone, with nothing that axe finds, and nothing that comes from another server
// or that the policy of the pages forbids.
func TestDocsForEverybody(t *testing.T) {
	t.Parallel()
	const (
		everything = `{}`
		colours    = `{runOnly: ["color-contrast"]}`
		layout     = `{rules: {"color-contrast": {enabled: false}}}`
	)
	// A theme changes colours and nothing else, and a width everything else: on pages of one kind the same.
	kinds := []string{"", "reference", "errors", "callers", "createRoom"}
	require.Subset(t, docsPages(t), kinds)
	s := start(t)
	b := startBrowser(t)
	b.faults()
	for _, name := range docsPages(t) {
		b.open(s.url + docsPath + "/" + name)
		b.looks("prefers-color-scheme", "light")
		b.fits(1280)
		b.accessible(everything)
		b.screenshot("docs-" + name)
		b.looks("prefers-color-scheme", "dark")
		if slices.Contains(kinds, name) {
			b.accessible(colours)
		}
		b.fits(390)
		if slices.Contains(kinds, name) {
			b.accessible(layout)
		}
		b.screenshot("docs-" + name + "-narrow-dark")
	}
	for _, requested := range b.requests() {
		require.Contains(t, requested, s.url+"/")
	}
	require.Empty(t, b.faults())
}
