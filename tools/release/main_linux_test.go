package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/stretchr/testify/require"
)

// A release of the commit that is checked out here, of one platform, is the same to the byte from two checkouts, and what is in it works.
// (`make release` compares one of all platforms with a second one for which everything is compiled anew.)
func TestRelease(t *testing.T) {
	t.Parallel()
	var sums [2]string
	var out string
	for i := range sums {
		checkout := filepath.Join(t.TempDir(), []string{"checkout", "another/checkout"}[i])
		_, err := command(".", nil, "git", "clone", "--quiet", "../..", checkout)
		require.NoError(t, err)
		out = filepath.Join(t.TempDir(), "dist")
		require.NoError(t, run(checkout, out, []string{"linux/" + runtime.GOARCH}))
		text, err := os.ReadFile(filepath.Join(out, "SHA256SUMS"))
		require.NoError(t, err)
		sums[i] = string(text)
	}
	require.Equal(t, sums[0], sums[1])
	_, err := command(out, nil, "sha256sum", "--check", "--strict", "SHA256SUMS")
	require.NoError(t, err)
	t.Run("the image", func(t *testing.T) { t.Parallel(); testImage(t, only(t, out, "_image.tar")) })
	t.Run("the archive", func(t *testing.T) { t.Parallel(); testArchive(t, only(t, out, ".tar.gz")) })
	t.Run("the bill of materials", func(t *testing.T) { t.Parallel(); testBillOfMaterials(t, only(t, out, ".cdx.json")) })
}

// What is not committed is in no release.
func TestReleaseOfChanges(t *testing.T) {
	t.Parallel()
	checkout := t.TempDir()
	_, err := command(".", nil, "git", "clone", "--quiet", "../..", checkout)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(checkout, "new"), nil, 0o600))
	out := filepath.Join(t.TempDir(), "dist")
	require.ErrorContains(t, run(checkout, out, nil), "not all is committed:\n?? new")
	require.NoDirExists(t, out)
}

// only is the one file of a directory whose name ends so.
func only(t *testing.T, dir, suffix string) string {
	found, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
	require.NoError(t, err)
	require.Len(t, found, 1)
	return found[0]
}

// testArchive unpacks an archive: what is to be read is there, and the program runs.
func testArchive(t *testing.T, archive string) {
	dir := t.TempDir()
	_, err := command(dir, nil, "tar", "--extract", "--strip-components=1", "--file", archive)
	require.NoError(t, err)
	for _, name := range []string{"LICENSE", "LICENSES", "README.md", "docs/beside-meet.md"} {
		require.FileExists(t, filepath.Join(dir, name))
	}
	version, err := command(dir, nil, "./"+program, "version")
	require.NoError(t, err)
	commit, err := command("../..", nil, "git", "rev-parse", "HEAD")
	require.NoError(t, err)
	require.Contains(t, version, "\ncommit "+commit+"\n")
}

// testBillOfMaterials reads one: it is of the program beside it, and names what that is made of.
func testBillOfMaterials(t *testing.T, file string) {
	text, err := os.Open(file)
	require.NoError(t, err)
	defer func() { _ = text.Close() }()
	var bom cdx.BOM
	require.NoError(t, cdx.NewBOMDecoder(text, cdx.BOMFileFormatJSON).Decode(&bom))
	built, err := os.ReadFile(strings.TrimSuffix(file, ".cdx.json"))
	require.NoError(t, err)
	require.Equal(t, fmt.Sprintf("%x", sha256.Sum256(built)), (*bom.Metadata.Component.Hashes)[0].Value)
	var names []string
	for _, part := range *bom.Components {
		require.NotEmpty(t, part.Version, part.Name)
		names = append(names, part.Name)
	}
	require.Subset(t, names, []string{"std", "github.com/labstack/echo/v4", "github.com/lib/pq"})
}
