package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// entry is a file of an archive or an image; its path ends in / for a directory.
type entry struct {
	path    string
	mode    int64
	content []byte
}

// tarOf archives the entries, all of root's and of one time.
func tarOf(entries []entry, modified time.Time) ([]byte, error) {
	var archive bytes.Buffer
	writer := tar.NewWriter(&archive)
	for _, e := range entries {
		header := &tar.Header{
			Typeflag: tar.TypeReg, Name: e.path, Mode: e.mode, Size: int64(len(e.content)), ModTime: modified, Format: tar.FormatPAX,
		}
		if strings.HasSuffix(e.path, "/") {
			header.Typeflag = tar.TypeDir
		}
		if err := writer.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := writer.Write(e.content); err != nil {
			return nil, err
		}
	}
	err := writer.Close()
	return archive.Bytes(), err
}

// writeArchive writes the .tar.gz of a binary, which unpacks to a directory with the binary, what it is deployed with, and what is to be
// read, in the places that they have in the repository.
func (s source) writeArchive(b binary) error {
	content, err := os.ReadFile(b.path)
	if err != nil {
		return err
	}
	top := program + "-" + s.version + "/" // and not the name of the binary, which may lie beside it
	entries := []entry{{top, 0o755, nil}, {top + program, 0o755, content}}
	names, err := command(s.dir, nil, "git", "ls-files", "--", "*.md", "LICENSE", "docs", "deploy", ":!*.go", ":!*go.mod", ":!*go.sum", ":!tools")
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(names, "\n") {
		content, err := os.ReadFile(filepath.Join(s.dir, name)) //nolint:gosec // A file of the commit.
		if err != nil {
			return err
		}
		entries = append(entries, entry{top + name, 0o644, content})
	}
	licenses, err := s.licenses(b)
	if err != nil {
		return err
	}
	archive, err := tarOf(append(entries, entry{top + "LICENSES", 0o644, licenses}), s.time)
	if err != nil {
		return err
	}
	file, err := os.Create(b.path + ".tar.gz")
	if err != nil {
		return err
	}
	compress := gzip.NewWriter(file)
	_, err = compress.Write(archive)
	return errors.Join(err, compress.Close(), file.Close())
}

// licenses are the licences of what a binary has in it beside this program: Go's library, and each module.
func (s source) licenses(b binary) ([]byte, error) {
	arguments := []string{"list", "-m", "-f", "{{.Dir}}"}
	for _, module := range b.info.Deps {
		arguments = append(arguments, module.Path)
	}
	directories, err := command(s.dir, s.environment, "go", arguments...)
	if err != nil {
		return nil, err
	}
	root, err := command(s.dir, s.environment, "go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	var all bytes.Buffer
	add := func(what, directory string) error {
		texts, err := filepath.Glob(filepath.Join(directory, "[LCN][IO][CPT][EYI]*")) // LICENSE, LICENCE, COPYING, NOTICE
		if err != nil {
			return err
		}
		if len(texts) == 0 {
			return fmt.Errorf("%s has no licence in %s", what, directory)
		}
		for _, path := range texts {
			text, err := os.ReadFile(path) //nolint:gosec // Of a module.
			if err != nil {
				return err
			}
			fmt.Fprintf(&all, "==== %s: %s\n\n%s\n\n", what, filepath.Base(path), bytes.TrimSpace(text))
		}
		return nil
	}
	if err := add(b.info.GoVersion, root); err != nil {
		return nil, err
	}
	for i, directory := range slices.Collect(strings.SplitSeq(directories, "\n")) {
		if err := add(b.info.Deps[i].Path+" "+b.info.Deps[i].Version, directory); err != nil {
			return nil, err
		}
	}
	return all.Bytes(), nil
}
