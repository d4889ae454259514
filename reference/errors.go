package reference

import (
	"regexp"
	"strings"
)

// errorsPath is the document that says of each text by which a request is turned down what to change.
const errorsPath = "docs/errors.md"

// Explanation is a line of docs/errors.md.
type Explanation struct {
	Status string `json:"status"`
	// Text is that of the answer; `…` in it stands for any text.
	Text   string `json:"text"`
	Why    string `json:"why"`
	Change string `json:"change"`
	// Section is the anchor of the heading above it.
	Section string `json:"section"`
}

// errorRow is `| status | text | why | what to change |`.
var errorRow = regexp.MustCompile("^\\| (\\d{3}) \\| (`[^`]+`|`` .+ ``) \\| (.+?) \\| (.+?) \\|$")

// Explanations reads the lines of docs/errors.md.
func Explanations(document string) []Explanation {
	var all []Explanation
	section := ""
	for line := range strings.Lines(document) {
		line = strings.TrimSpace(line)
		if title, found := strings.CutPrefix(line, "## "); found {
			section = string((&anchors{}).Generate([]byte(title), 0))
		}
		if row := errorRow.FindStringSubmatch(line); row != nil {
			all = append(all, Explanation{
				Status: row[1], Text: strings.Trim(strings.TrimSuffix(strings.TrimPrefix(row[2], "`` "), " ``"), "`"),
				Why: plain(row[3]), Change: plain(row[4]), Section: section,
			})
		}
	}
	return all
}

var markup = regexp.MustCompile("\\[([^\\]]+)\\]\\([^)]*\\)|`")

// plain is a text without its form.
func plain(text string) string { return markup.ReplaceAllString(text, "$1") }

func (s *site) explanations() []Explanation {
	for _, g := range s.guides {
		if g.Path == errorsPath {
			return Explanations(string(g.source))
		}
	}
	return nil
}
