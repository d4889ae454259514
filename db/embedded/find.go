package embedded

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// oldest is the first major version that this package was made for.
const oldest = 13

// layouts are where the packages of PostgreSQL put a directory for each major version.
var layouts = []string{
	"/usr/lib/postgresql/*/bin",          // Debian, Ubuntu
	"/usr/pgsql-*/bin",                   // postgresql.org for Fedora and its like
	"/usr/libexec/postgresql*",           // Alpine
	"/opt/homebrew/opt/postgresql@*/bin", // Homebrew
	"/usr/local/opt/postgresql@*/bin",    // Homebrew on Intel
}

// installation is a PostgreSQL that was looked at. Its major is 0 where err says why it cannot be used.
type installation struct {
	dir   string
	major int
	err   error
}

// candidates are the one that the user names, or all that are installed, the best first.
func candidates(bin string) iter.Seq[installation] {
	return func(yield func(installation) bool) {
		if bin != "" {
			yield(examine(bin))
			return
		}
		for dir := range installed {
			if found := examine(dir); found.err == nil && !yield(found) {
				return
			}
		}
	}
}

func installed(yield func(string) bool) {
	for _, layout := range layouts {
		dirs, _ := filepath.Glob(layout)
		slices.SortFunc(dirs, func(a, b string) int { return cmp.Compare(firstNumber(b), firstNumber(a)) })
		for _, dir := range dirs {
			if !yield(dir) {
				return
			}
		}
	}
	if dir, err := output("pg_config", "--bindir"); err == nil && !yield(dir) {
		return
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		yield(filepath.Dir(path))
	}
}

func examine(dir string) installation {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return installation{dir: dir, err: err}
	}
	for _, program := range []string{"initdb", "postgres"} {
		if _, err := exec.LookPath(filepath.Join(dir, program)); errors.Is(err, fs.ErrNotExist) {
			return installation{dir: dir, err: fmt.Errorf("there is no %s in %s, where EXTERNAL_API_POSTGRES_BIN says that PostgreSQL is", program, dir)}
		}
	}
	version, err := output(filepath.Join(dir, "postgres"), "--version")
	if err != nil {
		return installation{dir: dir, err: fmt.Errorf("asking the PostgreSQL in %s for its version: %w", dir, err)}
	}
	return installation{dir: dir, major: firstNumber(version)}
}

// find returns the directory of the first PostgreSQL of a major version; 0: of any that this package was made for.
func find(candidates iter.Seq[installation], major int) (string, error) {
	var others []string
	for found := range candidates {
		switch {
		case found.err != nil:
			return "", found.err
		case found.major >= oldest && (major == 0 || found.major == major):
			return found.dir, nil
		}
		others = append(others, strconv.Itoa(found.major))
	}
	here := strings.Join(slices.Compact(others), ", ")
	switch {
	case here == "":
		return "", errors.New("no PostgreSQL is installed: install one (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql@17), " +
			"or run `make postgres` to download a pinned copy and set EXTERNAL_API_POSTGRES_BIN=.postgres/bin, or set DATABASE_URL")
	case major == 0:
		return "", fmt.Errorf("it takes PostgreSQL %d or later, and %s is installed", oldest, here)
	}
	return "", fmt.Errorf("it was made by PostgreSQL %d, and PostgreSQL %s is installed: install %d (from %d on), "+
		"or move the directory away, or set EXTERNAL_API_DATA to another one", major, here, major, oldest)
}

func output(program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	text, err := exec.CommandContext(ctx, program, args...).Output() //nolint:gosec // PostgreSQL's own programs.
	return strings.TrimSpace(string(text)), err
}

var digits = regexp.MustCompile(`\d+`)

// firstNumber is the first number in a text; 0: there is none.
func firstNumber(text string) int {
	number, err := strconv.Atoi(digits.FindString(text))
	if err != nil {
		return 0
	}
	return number
}
