package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// program is the name of the binary, with which that of each file begins.
const program = "meet-external-api"

// source is a commit, in a clone of its own: without what is ignored, and without tags, from which Go would make a version.
type source struct {
	dir, version, commit string
	time                 time.Time
	// environment is that of the go command: all that changes what it builds is set.
	environment []string
}

func readSource(checkout string) (s source, err error) {
	if s.dir, err = os.MkdirTemp("", "release-"); err != nil {
		return source{}, err
	}
	if _, err := command(".", nil, "git", "clone", "--quiet", "--no-tags", checkout, s.dir); err != nil {
		return s, err
	}
	if s.version, err = command(s.dir, nil, "tools/version.sh"); err != nil {
		return s, err
	}
	commit, err := command(s.dir, nil, "git", "log", "-1", "--format=%H %ct")
	if err != nil {
		return s, err
	}
	hash, seconds, _ := strings.Cut(commit, " ")
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return s, err
	}
	s.commit, s.time = hash, time.Unix(unix, 0).UTC()
	toolchain, err := command(s.dir, nil, "sed", "-n", "s/^toolchain //p", "go.mod")
	s.environment = []string{
		"GOTOOLCHAIN=" + toolchain, "CGO_ENABLED=0", "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=", "GOEXPERIMENT=", "GOFIPS140=off", "GOWORK=off", "GOENV=off",
	}
	return s, err
}

// binary is a program that has been built.
type binary struct {
	os, arch string
	path     string
	info     *buildinfo.BuildInfo
}

// build builds the program for a platform (GOOS/GOARCH).
func (s source) build(platform, out string) (binary, error) {
	goos, goarch, _ := strings.Cut(platform, "/")
	path, err := filepath.Abs(filepath.Join(out, strings.Join([]string{program, s.version, goos, goarch}, "_")))
	if err != nil {
		return binary{}, err
	}
	environment := slices.Concat(s.environment, []string{"GOOS=" + goos, "GOARCH=" + goarch})
	if _, err := command(s.dir, environment, "go", "build", "-trimpath", "-buildvcs=true", "-pgo=cmd/meet-external-api/profile.pgo",
		"-ldflags=-s -w -buildid= -X main.version="+s.version, "-o", path, "./cmd/meet-external-api"); err != nil {
		return binary{}, err
	}
	info, err := buildinfo.ReadFile(path)
	return binary{os: goos, arch: goarch, path: path, info: info}, err
}

// command runs one in a directory, with more in the environment, and returns what it prints.
func command(dir string, environment []string, name string, args ...string) (string, error) {
	c := exec.CommandContext(context.Background(), name, args...) //nolint:gosec // What this program says.
	c.Dir, c.Env = dir, append(os.Environ(), environment...)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s", strings.Join(c.Args, " "), err, stderr.String())
	}
	return strings.TrimSpace(stdout.String()), nil
}

// writeChecksums writes SHA256SUMS of all files, as sha256sum does.
func writeChecksums(out string) error {
	files, err := os.ReadDir(out)
	if err != nil {
		return err
	}
	var sums strings.Builder
	for _, file := range files {
		content, err := os.ReadFile(filepath.Join(out, file.Name())) //nolint:gosec // Of the release.
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(content), file.Name())
	}
	return os.WriteFile(filepath.Join(out, "SHA256SUMS"), []byte(sums.String()), 0o644) //nolint:gosec // To be published.
}
