package main

import (
	"fmt"
	"runtime"
)

// version is set when a release is built.
var version = "development"

type versionCommand struct{}

func (versionCommand) Help() string { return "Example:\n  meet-external-api version" }

// Run prints the version of the program and of what built it.
func (versionCommand) Run(e environment) error {
	_, err := fmt.Fprintln(e.stdout, versionLine())
	return err
}

func versionLine() string {
	return fmt.Sprintf("meet-external-api %s (%s %s/%s)", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
