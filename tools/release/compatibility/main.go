// Command compatibility compares the specifications with those of the last release, and fails unless info.version has
// grown with what is different: its major number where a client of that release would break, its minor number where there is more
// (docs/contributing.md, "Make a release"). It also compares openapi.yaml with Meet's own description, and fails where a difference is not
// explained in docs/differences.md.
//
// usage: compatibility CHECKOUT
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"
	"github.com/oasdiff/oasdiff/load"
)

var specifications = []string{"openapi.yaml", "openapi.google.yaml", "openapi.operator.yaml"}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: compatibility CHECKOUT")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(checkout string) error {
	var pages [3][]byte
	for i, name := range []string{"openapi.yaml", "docs/differences.md", "docs/contract.md"} {
		var err error
		if pages[i], err = os.ReadFile(filepath.Join(checkout, name)); err != nil { //nolint:gosec // One of these.
			return err
		}
	}
	if err := compareWithMeet(pages[0], pages[1], pages[2]); err != nil {
		return fmt.Errorf("openapi.yaml, against Meet's description (docs/differences.md):\n%w", err)
	}
	return compareWithRelease(checkout)
}

func compareWithRelease(checkout string) error {
	release, err := output(checkout, "tools/version.sh", "release")
	if err != nil {
		return err
	}
	commit := string(bytes.TrimSpace(release))
	if commit == "" { // this is the first one
		return nil
	}
	var all []error
	for _, name := range specifications {
		released, err := output(checkout, "git", "ls-tree", "--name-only", commit, name)
		if err != nil {
			return err
		}
		if len(released) == 0 { // it is new
			continue
		}
		base, err := output(checkout, "git", "show", commit+":"+name)
		if err != nil {
			return err
		}
		revision, err := os.ReadFile(filepath.Join(checkout, name)) //nolint:gosec // One of specifications.
		if err != nil {
			return err
		}
		if err := compare(base, revision); err != nil {
			all = append(all, fmt.Errorf("%s, against the release of commit %.12s: %w", name, commit, err))
		}
	}
	return errors.Join(all...)
}

// compare returns an error that lists what is different, unless the version of the revision says that it is.
func compare(base, revision []byte) error {
	before, err := read(base)
	if err != nil {
		return err
	}
	after, err := read(revision)
	if err != nil {
		return err
	}
	forgetAnnouncements(before.Spec, after.Spec)
	differences, sources, err := diff.GetPathsDiff(diff.NewConfig(), []*load.SpecInfo{before}, []*load.SpecInfo{after})
	if err != nil {
		return err
	}
	found := checker.CheckBackwardCompatibilityUntilLevel(checker.NewConfig(checker.GetAllChecks()), differences, sources, checker.INFO)
	major, minor := grown(before.Version, after.Version)
	var text string
	switch {
	// Warnings count: a value more in an answer, say, breaks clients that are generated.
	case !major && found.HasLevelOrHigher(checker.WARN):
		text = "clients of it would break, so info.version needs a higher major number:"
	case !minor && len(found) > 0:
		text = "there is more than in it, so info.version needs a higher minor number:"
	default:
		return nil
	}
	for _, change := range found {
		text += fmt.Sprintf("\n  %s: %s %s [%s] %s", change.GetLevel(), change.GetOperation(), change.GetPath(), change.GetId(),
			change.GetUncolorizedText(checker.NewDefaultLocalizer()))
	}
	return errors.New(text)
}

// grown is whether a version has a higher major number than the one before, and whether it has that or a higher minor number.
func grown(before, after string) (major, minor bool) {
	var was, is [2]int
	_, _ = fmt.Sscanf(before, "%d.%d.", &was[0], &was[1])
	_, _ = fmt.Sscanf(after, "%d.%d.", &is[0], &is[1])
	return is[0] > was[0], slices.Compare(is[:], was[:]) > 0
}

func read(specification []byte) (*load.SpecInfo, error) {
	document, err := openapi3.NewLoader().LoadFromData(specification)
	if err != nil {
		return nil, err
	}
	return &load.SpecInfo{Spec: document, Version: document.Info.Version}, nil
}

// forgetAnnouncements takes from operations of base that are gone that they were deprecated: a removal breaks clients also when it was
// announced.
func forgetAnnouncements(base, revision *openapi3.T) {
	for path, item := range base.Paths.Map() {
		still := revision.Paths.Value(path)
		for method, operation := range item.Operations() {
			if still == nil || still.GetOperation(method) == nil {
				operation.Deprecated = false
			}
		}
	}
}

func output(dir, name string, args ...string) ([]byte, error) {
	command := exec.CommandContext(context.Background(), name, args...) //nolint:gosec // What this program says.
	command.Dir, command.Stderr = dir, os.Stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return out, nil
}
