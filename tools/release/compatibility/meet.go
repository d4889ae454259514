package main

import (
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"
	"github.com/oasdiff/oasdiff/load"
)

// meets is La Suite Meet's own description of its external API.
//
//go:embed testdata/meet.yaml
var meets []byte

// change is one that a client of Meet's finds here: oasdiff's name of it, what that is about, and its text.
type change struct{ id, about, text string }

// differences returns what a client of the API of a specification finds different in another one, by what breaks first.
func differences(before, after []byte) (found []change, err error) {
	base, err := read(before)
	if err != nil {
		return nil, err
	}
	revision, err := read(after)
	if err != nil {
		return nil, err
	}
	endInSlashes(base.Spec)
	paths, sources, err := diff.GetPathsDiff(diff.NewConfig(), []*load.SpecInfo{base}, []*load.SpecInfo{revision})
	if err != nil {
		return nil, err
	}
	for _, c := range checker.CheckBackwardCompatibilityUntilLevel(checker.NewConfig(checker.GetAllChecks()), paths, sources, checker.INFO) {
		text := c.GetUncolorizedText(checker.NewDefaultLocalizer())
		about := c.GetOperation() + " " + c.GetPath()
		for _, named := range quoted.FindAllStringSubmatch(text, -1) {
			about += " " + named[1]
		}
		found = append(found, change{c.GetId(), about, fmt.Sprintf("%s: %s: %s", c.GetLevel(), c.GetId()+": "+about, text)})
	}
	return found, nil
}

// endInSlashes gives every path its trailing slash: without it it is the same here, and Meet's description has some with it, some without.
func endInSlashes(document *openapi3.T) {
	for path, item := range document.Paths.Map() {
		if strings.HasSuffix(path, "/") {
			continue
		}
		document.Paths.Delete(path)
		whole := document.Paths.Value(path + "/")
		if whole == nil {
			document.Paths.Set(path+"/", item)
			continue
		}
		for method, operation := range item.Operations() {
			whole.SetOperation(method, operation)
		}
	}
}

var (
	quoted = regexp.MustCompile("`([^`]*)`")
	// row is one of the table of docs/differences.md: the changes that it explains, the mark with the reason, and the heading.
	row = regexp.MustCompile(`(?m)^\| [^|]+ \| ([^|]+) \| (?:\[new\]|\[fix\]) [^|]+ \| "([^|"]+)" \|$`)
)

// compareWithMeet returns an error that lists what is different from Meet's description and not explained in a page, what in the page is no
// difference any more, and which headings the contract does not have.
func compareWithMeet(specification, page, promised []byte) error {
	changes, err := differences(meets, specification)
	if err != nil {
		return err
	}
	return explain(string(page), string(promised), changes)
}

// explain does so for changes. A row names them as "id" or "id: about", where * stands for anything.
func explain(page, promised string, changes []change) error {
	explained := make([]bool, len(changes))
	var all []error
	for _, columns := range row.FindAllStringSubmatch(page, -1) {
		if !strings.Contains(promised, "# "+columns[2]+"\n") {
			all = append(all, fmt.Errorf("docs/contract.md has no heading %q", columns[2]))
		}
		for _, named := range quoted.FindAllStringSubmatch(columns[1], -1) {
			id, about, narrowed := strings.Cut(named[1], ": ")
			if !narrowed {
				about = "*"
			}
			pattern := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(about), `\*`, ".*") + "$")
			used := false
			for i, c := range changes {
				if c.id == id && pattern.MatchString(c.about) {
					explained[i], used = true, true
				}
			}
			if !used {
				all = append(all, fmt.Errorf("%s is no difference any more", named[1]))
			}
		}
	}
	for i, c := range changes {
		if !explained[i] {
			all = append(all, errors.New("not explained: "+c.text))
		}
	}
	return errors.Join(all...)
}
