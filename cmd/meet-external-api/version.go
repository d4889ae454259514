package main

import (
	"cmp"
	"fmt"
	"regexp"
	"runtime"
	"runtime/debug"
	"sync"

	spec "meet-external-api"
)

// What is set when a release is built, with -ldflags "-X main.version=1.0.0" and the like.
var (
	version = "development"
	// source is the URL of the repository, build that of what built it, or its id; both are empty unless somebody says so.
	source, build string
)

// buildInfo is what is known of a program. buildOf returns that of this one: the command `version`, `/__version__`, the metrics, traces
// and Sentry all tell it by that.
type buildInfo struct {
	Version string `json:"version"`
	// Commit is the hash of the revision that it was built from, with "-modified" behind it where files differed; empty where the
	// compiler saw no repository.
	Commit   string `json:"commit"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	// Specification, GoogleSpecification and OperatorSpecification are the versions of openapi.yaml, openapi.google.yaml and
	// openapi.operator.yaml.
	Specification         string `json:"specification"`
	GoogleSpecification   string `json:"google_specification"`
	OperatorSpecification string `json:"operator_specification"`
}

// buildOf looks it up once.
var buildOf = sync.OnceValue(func() buildInfo {
	b := buildInfo{
		Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
		Specification: specificationVersion(spec.YAML), GoogleSpecification: specificationVersion(spec.GoogleYAML),
		OperatorSpecification: specificationVersion(spec.OperatorYAML),
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		b.Commit = commitOf(info.Settings)
	}
	return b
})

// commitOf reads what the compiler stamps a program with.
func commitOf(stamps []debug.BuildSetting) (commit string) {
	modified := ""
	for _, stamp := range stamps {
		switch {
		case stamp.Key == "vcs.revision":
			commit = stamp.Value
		case stamp.Key == "vcs.modified" && stamp.Value == "true":
			modified = "-modified"
		}
	}
	if commit == "" {
		return ""
	}
	return commit + modified
}

var infoVersion = regexp.MustCompile(`(?m)^info:\n(?: .*\n)*?  version: (\S+)$`)

// specificationVersion is `info.version`. Reading all of the document would take each command some milliseconds.
func specificationVersion(document []byte) string {
	if found := infoVersion.FindSubmatch(document); found != nil {
		return string(found[1])
	}
	return ""
}

type versionCommand struct {
	JSON bool `name:"json" help:"Print JSON, for programs."`
}

func (versionCommand) Help() string {
	return "Example:\n  meet-external-api version\n  meet-external-api version --json"
}

// Run prints the version of the program, what it was made of and by, and the versions of the specifications.
func (v versionCommand) Run(e environment) error {
	if v.JSON {
		return printJSON(e, buildOf())
	}
	_, err := fmt.Fprintln(e.stdout, versionText())
	return err
}

func versionText() string {
	b := buildOf()
	return fmt.Sprintf("meet-external-api %s (%s %s)\ncommit %s\nopenapi.yaml %s\nopenapi.google.yaml %s\nopenapi.operator.yaml %s",
		b.Version, b.Go, b.Platform, cmp.Or(b.Commit, "unknown"), b.Specification, b.GoogleSpecification,
		b.OperatorSpecification)
}
