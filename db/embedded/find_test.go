package embedded

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFind(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		installed []int
		major     int
		finds     string
		says      string
	}{
		"the best for a new cluster": {installed: []int{17, 15}, finds: "17"},
		"the version of the cluster": {installed: []int{17, 15}, major: 15, finds: "15"},
		"not the version":            {installed: []int{17, 15}, major: 16, says: "made by PostgreSQL 16, and PostgreSQL 17, 15 is installed"},
		"too old":                    {installed: []int{12}, says: "PostgreSQL 13 or later, and 12 is installed"},
		"the version, too old":       {installed: []int{12}, major: 12, says: "made by PostgreSQL 12"},
		"none":                       {says: "apt-get install postgresql"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var all []installation
			for _, major := range test.installed {
				all = append(all, installation{dir: strconv.Itoa(major), major: major})
			}
			found, err := find(slices.Values(all), test.major)
			require.Equal(t, test.finds, found)
			if test.says != "" {
				require.ErrorContains(t, err, test.says)
				requireOneLine(t, err)
				return
			}
			require.NoError(t, err)
		})
	}
}

func TestExamine(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		programs []string
		says     string
	}{
		"a client":     {[]string{"psql"}, "no initdb in"},
		"no server":    {[]string{"initdb"}, "no postgres in"},
		"does not run": {[]string{"initdb", "postgres"}, "exit status 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			failing, err := exec.LookPath("false")
			require.NoError(t, err)
			for _, program := range test.programs {
				require.NoError(t, os.Symlink(failing, filepath.Join(dir, program)))
			}
			require.ErrorContains(t, examine(dir).err, test.says)
		})
	}
}

func TestFirstNumber(t *testing.T) {
	t.Parallel()
	for text, number := range map[string]int{
		"postgres (PostgreSQL) 17.10 (Debian 17.10-1)": 17,
		"postgres (PostgreSQL) 19beta1":                19,
		"/usr/lib/postgresql/9.6/bin":                  9,
		"15\n":                                         15,
		"":                                             0,
		"99999999999999999999":                         0,
	} {
		require.Equal(t, number, firstNumber(text), text)
	}
}
