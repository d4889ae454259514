package reference

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// sample is an example of an operation in one language, which runs as it stands.
type sample struct {
	Language, Label, Code string
	highlighted           string
}

// Languages are those of the examples in sdk/examples, by the file of each, in the order of the page.
var Languages = []struct{ File, Label, Highlighted string }{
	{"example.sh", "curl", "sh"},
	{"example.http", "HTTP", "http"},
	{"example.go", "Go", "go"},
	{"example.mjs", "JavaScript", "javascript"},
	{"example.py", "Python", "python"},
	{"Example.java", "Java", "java"},
}

// readSamples reads the examples of an operation.
func (s *site) readSamples(o *operation) error {
	for _, language := range Languages {
		code, err := fs.ReadFile(s.files, path.Join("sdk/examples", o.ID, language.File))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("the examples of %s: %w", o.ID, err)
		}
		text := strings.TrimPrefix(string(code), "//go:build ignore\n\n")
		o.Samples = append(o.Samples, sample{
			Language: strings.ToLower(language.Label), Label: language.Label, Code: text, highlighted: language.Highlighted,
		})
	}
	return nil
}
