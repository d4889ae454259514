package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The version follows from the history alone, also where it is cut off.
func TestVersion(t *testing.T) {
	t.Parallel()
	r := repository{t, t.TempDir()}
	script, err := filepath.Abs("../version.sh")
	require.NoError(t, err)
	require.NoError(t, os.Mkdir(filepath.Join(r.dir, "tools"), 0o700))
	require.NoError(t, os.Symlink(script, filepath.Join(r.dir, "tools", "version.sh")))
	require.Equal(t, "development", r.version())
	r.git("init", "--quiet")
	r.commit("CHANGELOG.md", "## [Unreleased]\n\n## [1.0.0] - 2026-11-27\n")
	require.Equal(t, "1.0.0", r.version())
	require.Empty(t, r.version("release"), "nothing came before the first one")
	first := r.git("rev-parse", "HEAD")
	r.write("new", "")
	require.Equal(t, "1.0.0+0.g"+first[:12]+".dirty", r.version())
	require.Equal(t, first, r.version("release"), "what is not committed comes after it")
	r.commit("new", "")
	second := r.git("rev-parse", "HEAD")
	require.Equal(t, "1.0.0+1.g"+second[:12], r.version())
	r.commit("CHANGELOG.md", "## [Unreleased]\n\n- more\n\n## [1.0.0] - 2026-11-27\n")
	r.write("CHANGELOG.md", "## [Unreleased]\n\n## [1.1.0] - 2026-12-01\n\n- more\n\n## [1.0.0] - 2026-11-27\n")
	require.Regexp(t, `^1\.0\.0\+2\.g[0-9a-f]{12}\.dirty$`, r.version(), "no release before its commit")
	require.Equal(t, first, r.version("release"))
	r.git("commit", "--quiet", "--all", "--message", "x")
	require.Equal(t, "1.1.0", r.version())
	require.Equal(t, first, r.version("release"))
	newest := r.git("rev-parse", "HEAD")
	r.commit("new", "more")
	require.Regexp(t, `^1\.1\.0\+1\.g[0-9a-f]{12}$`, r.version())
	require.Equal(t, newest, r.version("release"))

	cut := repository{t, t.TempDir()}
	cut.git("clone", "--quiet", "--depth=1", "file://"+r.dir, ".")
	require.Regexp(t, `^1\.1\.0\+g[0-9a-f]{12}$`, cut.version())
	_, err = command(cut.dir, nil, "tools/version.sh", "release")
	require.ErrorContains(t, err, "git fetch --unshallow")
	cut.git("fetch", "--quiet", "--unshallow")
	require.Equal(t, newest, cut.version("release"))
}

// repository is a checkout with tools/version.sh.
type repository struct {
	t   *testing.T
	dir string
}

func (r repository) git(args ...string) string {
	out, err := command(r.dir, nil, "git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.org"}, args...)...)
	require.NoError(r.t, err)
	return out
}

func (r repository) write(name, text string) {
	require.NoError(r.t, os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o600))
}

func (r repository) commit(name, text string) {
	r.write(name, text)
	r.git("add", "--all")
	r.git("commit", "--quiet", "--message", "x")
}

func (r repository) version(args ...string) string {
	out, err := command(r.dir, nil, "tools/version.sh", args...)
	require.NoError(r.t, err)
	return out
}
