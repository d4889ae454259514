// Command release makes what a release consists of, from the commit that is checked out: for each platform a static binary, an archive
// of it and its software bill of materials; a container image for the Linux ones; and the checksums of all. It is the same to the byte
// wherever it is made: times are those of the commit, the names of directories and tags play no part, and Go is the one of go.mod.
//
// usage: release [-platforms linux/amd64,...] CHECKOUT DIRECTORY
//
// CHECKOUT must have nothing that is not committed. DIRECTORY, which must not be there, gets the files.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
)

func main() {
	platforms := flag.String("platforms", "linux/amd64,linux/arm64,darwin/amd64,darwin/arm64", "what to build for")
	flag.Parse()
	if flag.NArg() != 2 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(flag.Arg(0), flag.Arg(1), strings.Split(*platforms, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(checkout, out string, platforms []string) (err error) {
	changed, err := command(checkout, nil, "git", "status", "--porcelain")
	if err != nil {
		return err
	}
	if changed != "" {
		return fmt.Errorf("not all is committed:\n%s", changed)
	}
	if err := os.Mkdir(out, 0o755); err != nil { //nolint:gosec // To be published.
		return err
	}
	source, err := readSource(checkout)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(source.dir)) }()
	var images []binary
	for _, platform := range platforms {
		built, err := source.build(platform, out)
		if err != nil {
			return fmt.Errorf("%s: %w", platform, err)
		}
		if err := source.writeArchive(built); err != nil {
			return fmt.Errorf("the archive for %s: %w", platform, err)
		}
		if err := source.writeBillOfMaterials(built); err != nil {
			return fmt.Errorf("the bill of materials for %s: %w", platform, err)
		}
		if built.os == "linux" {
			images = append(images, built)
		}
	}
	if err := source.writeImage(images, out); err != nil {
		return fmt.Errorf("the image: %w", err)
	}
	return writeChecksums(out)
}
